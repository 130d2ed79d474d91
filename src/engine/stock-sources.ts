/**
 * Which inventory systems are silent beyond their limit. Turns read it with their positions, since it changes what may be promised;
 * here it is kept for those who only look, and who waited meanwhile is woken when a source speaks again.
 */
import { type Clock, monotonicMs, type TimerHandle } from '../base/clock.ts';
import type { Location, RetailerConfig } from '../domain/config.ts';
import { type Silence, silenceOf } from '../domain/stock/fallback.ts';
import { bucketOf } from '../store/bucket.ts';
import type { Database } from '../store/db.ts';
import { readHeard, wantedItems } from '../store/stock-sources.ts';
import { insertMessages } from '../store/turn.ts';

/** How often it is looked whether one has fallen silent, or speaks again. */
const LOOK_EVERY_MS = 60_000;
/** What was read so long ago is told again without reading. */
const FRESH_MS = 500;

export interface StockSourcesParts {
  database: Database;
  clock: Clock;
  newId: () => string;
  config: () => RetailerConfig;
  configVersion: () => number;
  /** Messages were sent to items. */
  onMessages: () => void;
  log: (level: 'info' | 'warn', message: string, details: Record<string, unknown>) => void;
  onError: (error: unknown) => void;
}

export class StockSources {
  readonly #parts: StockSourcesParts;
  #heard: ReadonlyMap<string, number> = new Map();
  #readAt = Number.NEGATIVE_INFINITY;
  #silent: ReadonlySet<string> = new Set();
  #timer: TimerHandle | undefined;
  #looking: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(parts: StockSourcesParts) {
    this.#parts = parts;
  }

  /** Looks now and from now on, where a rule is configured; also after the configuration has changed. */
  start(): void {
    this.#timer?.cancel();
    if (this.#ended || !hasFallback(this.#parts.config())) return;
    this.#looking = this.look().catch(this.#parts.onError);
    this.#plan();
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  /** Reads again unless that was done a moment ago, and only where a rule is configured. */
  async refresh(): Promise<void> {
    if (!hasFallback(this.#parts.config()) || monotonicMs() - this.#readAt < FRESH_MS) return;
    await this.#read();
  }

  /** Epoch ms, by the clock of the business. */
  get now(): number {
    return this.#parts.clock.now();
  }

  /** The silence of a location's source, as it was last read. */
  silence(location: Pick<Location, 'inventory' | 'fallback'> | undefined): Silence | null {
    if (!location) return null;
    const heardAt = this.#heard.get(location.inventory) ?? null;
    return silenceOf(location.fallback, heardAt, this.#parts.clock.now());
  }

  /** Tells who waits when a source speaks again. */
  async look(): Promise<void> {
    const { config, log } = this.#parts;
    if (!hasFallback(config())) return;
    await this.#read();
    const locations = config().locations;
    const silent = new Set(locations.filter((each) => this.silence(each) !== null).map(({ id }) => id));
    for (const location of locations) {
      const { id, inventory, fallback } = location;
      if (silent.has(id) && !this.#silent.has(id))
        log('warn', 'an inventory system is silent: the fallback rule of its location applies', {
          location: id,
          connection: inventory,
          rule: fallback?.rule,
        });
      if (silent.has(id) || !this.#silent.has(id)) continue;
      log('info', 'an inventory system speaks again: its fallback rule has ended', {
        location: id,
        connection: inventory,
      });
      await this.#wake(inventory);
    }
    this.#silent = silent;
  }

  async #read(): Promise<void> {
    const began = monotonicMs();
    this.#heard = await readHeard(this.#parts.database);
    this.#readAt = began;
  }

  async #wake(connection: string): Promise<void> {
    const { database, clock, newId, configVersion, onMessages } = this.#parts;
    const keys = await wantedItems(database, connection);
    if (keys.length === 0) return;
    const message = { type: 'configuration.changed', version: configVersion() } as const;
    const told = keys.map((key) => ({
      bucket: bucketOf(key),
      kind: 'stock',
      key,
      id: newId(),
      connection,
      message,
    }));
    await insertMessages(database, told, clock.nowIso());
    onMessages();
  }

  #plan(): void {
    if (this.#ended) return;
    const { clock, onError } = this.#parts;
    this.#timer = clock.setTimer(clock.now() + LOOK_EVERY_MS, () => {
      this.#looking = this.look().catch(onError);
      this.#plan();
    });
  }
}

/** Whether any location has a rule: else nobody needs to know who is silent. */
export function hasFallback({ locations }: Pick<RetailerConfig, 'locations'>): boolean {
  return locations.some(({ fallback }) => fallback !== null);
}
