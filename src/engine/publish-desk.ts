/**
 * All channels to which stock is published from this node. It hears of what moves: from this node's commits at once, from those of
 * others by the journal; and has everything looked at when more or less may be sold for another reason.
 */
import { monotonicMs, pause } from '../base/clock.ts';
import type { ConnectionConfig, RetailerConfig } from '../domain/config.ts';
import type { Mappings } from '../domain/process.ts';
import { heldBackOf } from '../domain/stock/fallback.ts';
import { safetyOf } from '../domain/stock/figures.ts';
import type { Database } from '../store/db.ts';
import { changesUntilNow, readMoved } from '../store/read-availability.ts';
import type { ShownRow } from '../store/shown-stock.ts';
import type { StockPublisher } from './publisher.ts';
import type { StockSources } from './stock-sources.ts';
import type { MovedPosition } from './turn-stock.ts';

/** How often the journal is looked at for what other nodes have moved: with other nodes about, and alone. */
const FOLLOW_EVERY_MS = { company: 60, alone: 1_000 };
/** How often what is held back for the silence of a source is looked at: it grows with time. */
const SILENCE_EVERY_MS = 60_000;
const WANTED_EVERY_MS = 1_000;

export interface PublishDeskParts {
  database: Database;
  config: () => RetailerConfig;
  mappings: () => Mappings;
  sources: StockSources;
  /** Other processes work on the same database. */
  hasCompany: () => boolean;
  publishers: () => readonly StockPublisher[];
  onError: (error: unknown) => void;
}

export class PublishDesk {
  readonly #parts: PublishDeskParts;
  readonly #stop = new AbortController();
  #since: string | null = null;
  #loop: Promise<void> = Promise.resolve();
  #silent = new Set<string>();

  constructor(parts: PublishDeskParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  /** Places that wait on this node, those of calls under way among them. */
  get waiting(): number {
    return this.#parts.publishers().reduce((sum, { status }) => sum + status.waiting, 0);
  }

  /** What a commit of this node has moved. */
  apply(moved: readonly Pick<MovedPosition, 'sku' | 'location' | 'onHand' | 'reserved'>[]): void {
    const { publishers } = this.#parts;
    if (moved.length === 0) return;
    const places = moved.map(({ sku, location, onHand, reserved }) => ({
      sku,
      location,
      left: onHand - reserved,
    }));
    for (const publisher of publishers()) publisher.mark(places);
  }

  /** What may be sold has changed otherwise: everything is looked at. */
  sweep(): void {
    for (const publisher of this.#parts.publishers()) publisher.sweep();
  }

  /** Somebody wants some places looked at: a correction, a case that is tried again. */
  look(): void {
    for (const publisher of this.#parts.publishers()) publisher.look();
  }

  /** Channels that show this SKU of ours, each with the locations that are published to it. */
  channelsOf(sku: string): Map<string, ReadonlySet<string>> {
    const { config, mappings } = this.#parts;
    const all = config().connections.filter(
      ({ id, publishStock }) => publishStock && mappings().toExternal('sku', id, sku) !== undefined,
    );
    return new Map(all.map((each) => [each.id, new Set(publishedPlaces(each, config(), mappings()).keys())]));
  }

  /** What can be sold of a position; may be below zero. */
  sellable(row: Pick<ShownRow, 'location' | 'on_hand' | 'reserved' | 'safety'>): number {
    const { config, sources } = this.#parts;
    const location = config().locations.find(({ id }) => id === row.location);
    const held = heldBackOf(sources.silence(location), row.on_hand, sources.now);
    return row.on_hand - row.reserved - safetyOf(location, row.safety) - held;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    let wantedAt = monotonicMs();
    let silenceAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const { hasCompany, database, publishers, onError } = this.#parts;
      const isAlone = database.kind === 'pglite' || !hasCompany();
      await pause(isAlone ? FOLLOW_EVERY_MS.alone : FOLLOW_EVERY_MS.company, signal);
      if (signal.aborted) return;
      if (publishers().length === 0) {
        this.#since = null;
        continue;
      }
      try {
        if (database.kind !== 'pglite') await this.#takeOver();
        if (monotonicMs() - wantedAt >= WANTED_EVERY_MS) {
          wantedAt = monotonicMs();
          this.look();
        }
        if (this.#parts.sources.now - silenceAt >= SILENCE_EVERY_MS) {
          silenceAt = this.#parts.sources.now;
          await this.#lookAtSilence();
        }
      } catch (error) {
        onError(error);
      }
    }
  }

  /** What the journal says since the last look, and who has set safety stock. What was before the first look is swept. */
  async #takeOver(): Promise<void> {
    const { database, publishers } = this.#parts;
    if (this.#since === null) {
      this.#since = await changesUntilNow(database);
      this.sweep();
      return;
    }
    const { rows, until } = await readMoved(database, this.#since);
    this.#since = until;
    const places = rows.map((row) => ({ ...row, left: row.on_hand - row.reserved }));
    for (const publisher of publishers()) publisher.mark(places);
  }

  async #lookAtSilence(): Promise<void> {
    const { sources, config } = this.#parts;
    await sources.refresh();
    const silent = new Set(
      config()
        .locations.filter((location) => sources.silence(location) !== null)
        .map(({ id }) => id),
    );
    const hasChanged = silent.size > 0 || this.#silent.size > 0;
    this.#silent = silent;
    if (hasChanged) this.sweep();
  }
}

/** Our locations whose stock a channel shows, with the channel's codes of them. */
export function publishedPlaces(
  connection: ConnectionConfig,
  config: RetailerConfig,
  mappings: Mappings,
): Map<string, string> {
  const { publishStock, brand } = connection;
  const places = new Map<string, string>();
  if (!publishStock) return places;
  for (const { id, brands } of config.locations) {
    if (publishStock.locations.length > 0 && !publishStock.locations.includes(id)) continue;
    if (brands.length > 0 && brand !== null && !brands.includes(brand)) continue;
    const code = mappings.toExternal('location', connection.id, id);
    if (code !== undefined) places.set(id, code);
  }
  return places;
}
