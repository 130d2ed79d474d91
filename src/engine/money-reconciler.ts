/**
 * Has the money of each entity's day before reconciled every night, at an hour of the entity's clock, and with it the days that still
 * differ; what was missed while nobody ran, at once. Streams of the days ask the systems; when one has all answers, both sides are
 * compared here and it is told. All is in streams, so a hub that is killed goes on, and of several nodes any may do it: a stream
 * takes each night and each comparison once.
 */
import type { Clock, TimerHandle } from '../base/clock.ts';
import { addDays } from '../domain/books/calendar.ts';
import type { RetailerConfig } from '../domain/config.ts';
import { type Night, nightOf } from '../domain/nights.ts';
import type { StreamMessage } from '../domain/process.ts';
import { parseStreamKey, streamKey } from '../domain/stream-key.ts';
import { bucketOf } from '../store/bucket.ts';
import type { Database } from '../store/db.ts';
import { lastMoneyNight, openDays, readReconciledDay } from '../store/read-reconciliation.ts';
import { insertMessages } from '../store/turn.ts';
import { crashAt } from './crash-points.ts';
import { type BookedEntity, compareDay } from './money-day.ts';

const RETRY_MS = 30_000;
/** What another node has left when it died. */
const LOOK_EVERY_MS = 5 * 60_000;
/** Days that differ are compared again for so long. */
const DAYS_BACK = 35;
export const EVERY_NIGHT = 'every night';

export interface MoneyReconcilerParts {
  database: Database;
  clock: Clock;
  newId: () => string;
  config: () => RetailerConfig;
  /** Messages were sent to streams. */
  onMessages: () => void;
  onError: (error: unknown) => void;
}

export class MoneyReconciler {
  readonly #parts: MoneyReconcilerParts;
  #night: TimerHandle | undefined;
  #later: TimerHandle | undefined;
  #working: Promise<void> = Promise.resolve();
  /** Pieces of work that are not done. */
  #open = 0;
  #ended = false;

  constructor(parts: MoneyReconcilerParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#open > 0;
  }

  /** Begins, also anew by another configuration: nights that were missed, and comparisons that were left. */
  start(): void {
    if (this.#entities().length === 0) return;
    this.#do(() => this.#catchUp());
    this.#planNight();
  }

  /** Streams of days were decided: one may have all answers. */
  look(): void {
    this.#do(() => this.#compareAll());
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#night?.cancel();
    this.#later?.cancel();
    await this.#working;
  }

  #entities(): BookedEntity[] {
    return this.#parts
      .config()
      .entities.filter((entity): entity is BookedEntity => entity.books !== undefined);
  }

  #nights(): { entity: string; night: Night }[] {
    const now = this.#parts.clock.now();
    return this.#entities().flatMap(({ id: entity, timeZone, books: { reconcileAtHour: hour } }) =>
      hour === null ? [] : [{ entity, night: nightOf(now, hour, timeZone) }],
    );
  }

  #planNight(): void {
    this.#night?.cancel();
    const nights = this.#nights();
    if (this.#ended || nights.length === 0) return;
    const at = Math.min(...nights.map(({ night }) => night.nextAt));
    const due = new Set(nights.flatMap(({ entity, night }) => (night.nextAt === at ? [entity] : [])));
    this.#night = this.#parts.clock.setTimer(at, () => {
      this.#do(() => this.#begin(this.#nights().filter(({ entity }) => due.has(entity))));
      this.#planNight();
    });
  }

  /** One piece of work after the other; what fails is tried again. */
  #do(work: () => Promise<void>): void {
    if (this.#ended) return;
    const { clock, onError, database } = this.#parts;
    this.#open += 1;
    const lookIn = (ms: number) => {
      this.#later?.cancel();
      if (!this.#ended) this.#later = clock.setTimer(clock.now() + ms, () => this.look());
    };
    this.#working = this.#working
      .then(work)
      .then(() => {
        if (database.kind === 'postgres') lookIn(LOOK_EVERY_MS);
      })
      .catch((error: unknown) => {
        onError(error);
        lookIn(RETRY_MS);
      })
      .finally(() => {
        this.#open -= 1;
      });
  }

  /** Entities that have had a night before, and not this one. */
  async #catchUp(): Promise<void> {
    const missed: { entity: string; night: Night }[] = [];
    for (const each of this.#nights()) {
      const last = await lastMoneyNight(this.#parts.database, each.entity);
      if (last !== null && last < each.night.night) missed.push(each);
    }
    await this.#begin(missed);
    await this.#compareAll();
  }

  /** The hour of these has struck: the day before, and days that still differ. */
  async #begin(due: readonly { entity: string; night: Night }[]): Promise<void> {
    if (due.length === 0) return;
    const open = await openDays(this.#parts.database);
    const told = due.flatMap(({ entity, night: { night } }) => {
      const day = addDays(night, -1);
      const first = addDays(day, -DAYS_BACK);
      const again = open
        .map(({ key }) => parseStreamKey(key))
        .filter(({ connection, id }) => connection === entity && id >= first && id < day)
        .map(({ id }) => id);
      const message: StreamMessage = { type: 'reconciliation.begin', night, by: EVERY_NIGHT };
      return [...again, day].map((each) => ({ key: streamKey(entity, each), message }));
    });
    await this.#tell(told);
  }

  /** Every day that has all answers. */
  async #compareAll(): Promise<void> {
    const { database } = this.#parts;
    const entities = new Map(this.#entities().map((entity) => [entity.id, entity]));
    for (const { key, status } of await openDays(database)) {
      if (status !== 'read' || this.#ended) continue;
      const state = (await readReconciledDay(database, key))?.state;
      const entity = state && entities.get(state.entity);
      if (!state || !entity || state.status !== 'read') continue;
      const compared = await compareDay(database, state, entity);
      crashAt('reconcile:money');
      await this.#tell([{ key, message: { type: 'reconciliation.compared', run: state.run, ...compared } }]);
    }
  }

  async #tell(told: readonly { key: string; message: StreamMessage }[]): Promise<void> {
    if (told.length === 0) return;
    const { newId, clock, database, onMessages } = this.#parts;
    await insertMessages(
      database,
      told.map(({ key, message }) => ({
        bucket: bucketOf(key),
        kind: 'reconciliation',
        key,
        id: newId(),
        connection: parseStreamKey(key).connection,
        message,
      })),
      clock.nowIso(),
    );
    onMessages();
  }
}
