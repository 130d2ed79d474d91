/** Has each channel's stock reconciled once a night, at the hour of its entity's clock; what was missed while nobody ran, at once. */
import type { Clock, TimerHandle } from '../base/clock.ts';
import type { RetailerConfig } from '../domain/config.ts';
import { nightOf } from '../domain/nights.ts';
import type { Database } from '../store/db.ts';
import { insertReconciliation, lastNight } from '../store/reconciliation.ts';

export interface NightsParts {
  database: Database;
  clock: Clock;
  newId: () => string;
  config: () => RetailerConfig;
  /** A reconciliation of this connection is wanted. */
  onWanted: (connection: string) => void;
  onError: (error: unknown) => void;
}

export class ReconciliationNights {
  readonly #parts: NightsParts;
  #timer: TimerHandle | undefined;
  #looking: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(parts: NightsParts) {
    this.#parts = parts;
  }

  /** Begins, also anew by another configuration. */
  start(): void {
    this.#timer?.cancel();
    if (this.#ended) return;
    const { clock, onError } = this.#parts;
    this.#looking = this.#looking.then(() => this.#catchUp()).catch(onError);
    const channels = this.#channels();
    if (channels.length === 0) return;
    const at = Math.min(...channels.map(({ nextAt }) => nextAt));
    const due = new Set(channels.flatMap(({ connection, nextAt }) => (nextAt === at ? [connection] : [])));
    this.#timer = clock.setTimer(at, () => {
      this.#looking = this.#looking.then(() => this.#begin(due)).catch(onError);
      this.start();
    });
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  #channels(): { connection: string; night: string; nextAt: number }[] {
    const { connections, entities } = this.#parts.config();
    const now = this.#parts.clock.now();
    return connections.flatMap(({ id, publishStock, shadow, entity, reconcileAtHour: hour }) => {
      if (publishStock === null || shadow || hour === null) return [];
      const timeZone = entities.find((each) => each.id === entity)?.timeZone ?? 'UTC';
      return [{ connection: id, ...nightOf(now, hour, timeZone) }];
    });
  }

  /** Those that have had a night before, and not this one. */
  async #catchUp(): Promise<void> {
    for (const { connection, night } of this.#channels()) {
      const last = await lastNight(this.#parts.database, connection);
      if (last !== null && last < night) await this.#want(connection, night);
    }
  }

  /** The hour of these has struck. */
  async #begin(due: ReadonlySet<string>): Promise<void> {
    for (const { connection, night } of this.#channels())
      if (due.has(connection)) await this.#want(connection, night);
  }

  async #want(connection: string, night: string): Promise<void> {
    const { database, clock, newId, onWanted } = this.#parts;
    const row = { id: newId(), connection, by: 'every night', night };
    if (await insertReconciliation(database, row, clock.nowIso())) onWanted(connection);
  }
}
