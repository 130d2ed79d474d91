/**
 * What can be sold, from memory: asked for thousands of times a second, while the database does the selling. It is kept by what
 * this node commits, and by the journal for what other nodes do; each answer says of when it is.
 *
 *   a commit of this node ─▶ apply ─┐
 *                                   ├─▶ figures by SKU and location, newest version wins ─▶ an answer and its age
 *   the journal, for other nodes ───┘
 */
import { monotonicMs, pause } from '../base/clock.ts';
import type { RetailerConfig } from '../domain/config.ts';
import { heldBackOf } from '../domain/stock/fallback.ts';
import { safetyOf } from '../domain/stock/figures.ts';
import { composition, type KitPart, kitsOf, withComponents } from '../domain/stock/kits.ts';
import type { Database } from '../store/db.ts';
import {
  type AvailableRow,
  changesUntilNow,
  readAvailable,
  readFirstAvailable,
  readMoved,
} from '../store/read-availability.ts';
import { hasFallback, type StockSources } from './stock-sources.ts';
import type { MovedPosition } from './turn-stock.ts';

/** Positions that are read at the start; others when they are first asked for. */
const READ_AT_START = 100_000;
/** SKUs in memory at most, some 600 bytes each with what was told of them: those that have been there longest go. */
const SKUS_KEPT = 250_000;
/** How often the journal is looked at while somebody asks, and while nobody does. */
const FOLLOW_EVERY_MS = { asked: 200, idle: 2_000 };
const IDLE_AFTER_MS = 30_000;
/** Figures older than this are brought up to date before they are told. */
const OLDEST_TOLD_MS = 1_000;

/** Units of one SKU at one of our locations. */
export interface Availability {
  location: string;
  onHand: number;
  reserved: number;
  safety: number;
  /** Kept back because the inventory system is silent. */
  heldBack: number;
  /** What can be promised: on hand − reserved − safety − held back, never below zero. */
  available: number;
}

export interface AvailabilityAnswer {
  /** How old the figures are at most (ms): whatever was committed before is in them. */
  ageMs: number;
  /**
   * `components`: of a kit, what one is made of. `locations` of a SKU are the same array again as long as nothing has changed, so
   * that what was made of them can be kept.
   */
  skus: { sku: string; components?: KitPart[]; locations: readonly Availability[] }[];
}

/** Kits by location: the minimum over their components, of each figure. */
function assembled(
  components: readonly KitPart[],
  shelves: ReadonlyMap<string, readonly Availability[]>,
): Availability[] {
  const at = (sku: string, location: string) =>
    shelves.get(sku)?.find((place) => place.location === location);
  const [first] = components;
  return (shelves.get(first?.sku ?? '') ?? []).flatMap(({ location }) => {
    if (!components.every(({ sku }) => at(sku, location))) return [];
    const most = (figure: 'onHand' | 'available') =>
      Math.max(
        0,
        kitsOf(components, (sku) => at(sku, location)?.[figure] ?? 0),
      );
    const [onHand, available] = [most('onHand'), most('available')];
    return [{ location, onHand, reserved: onHand - available, safety: 0, heldBack: 0, available }];
  });
}

interface Figures {
  onHand: number;
  reserved: number;
  safety: number | null;
  version: number;
}

interface Known {
  places: Map<string, Figures>;
  /** While it is read for the first time. */
  reading: Promise<void> | null;
  /** What was told of it, until a figure or the configuration changes. */
  told: { by: RetailerConfig; locations: readonly Availability[] } | null;
}

export interface AvailabilityParts {
  database: Database;
  config: () => RetailerConfig;
  /** Which inventory systems are silent; left out: none. */
  sources?: StockSources;
  onError: (error: unknown) => void;
}

export class AvailabilityBoard {
  readonly #parts: AvailabilityParts;
  readonly #skus = new Map<string, Known>();
  readonly #stop = new AbortController();
  /** Other nodes may change the database too. */
  readonly #isShared: boolean;
  #isStarted = false;
  #since = '0';
  #followedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #following: Promise<void> | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: AvailabilityParts) {
    this.#parts = parts;
    this.#isShared = parts.database.kind !== 'pglite';
  }

  /** Reads what is there, and follows what changes. */
  async start(): Promise<void> {
    const { database } = this.#parts;
    this.#since = await changesUntilNow(database);
    this.#followedAt = monotonicMs();
    const rows = await readFirstAvailable(database, READ_AT_START);
    for (const [sku, places] of Map.groupBy(rows, (row) => row.sku)) {
      this.#skus.set(sku, { places: new Map(), reading: null, told: null });
      this.#merge(places);
    }
    // The last one may have been cut off.
    if (rows.length === READ_AT_START) this.#skus.delete(rows.at(-1)?.sku ?? '');
    this.#isStarted = true;
    if (this.#isShared) this.#loop = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.#following;
  }

  /** What can be sold of some SKUs, at all locations that have ever held them; of a kit: what can be put together there. */
  async of(skus: readonly string[]): Promise<AvailabilityAnswer> {
    const { kits } = this.#parts.config();
    if (!kits.some(({ sku }) => skus.includes(sku))) return this.#ofShelves(skus);
    const { ageMs, skus: told } = await this.#ofShelves([
      ...new Set(skus.flatMap((sku) => withComponents(kits, sku))),
    ]);
    const shelves = new Map(told.map(({ sku, locations }) => [sku, locations]));
    return {
      ageMs,
      skus: skus.map((sku) => {
        const { components } = composition(kits, sku);
        return components
          ? { sku, components, locations: assembled(components, shelves) }
          : { sku, locations: shelves.get(sku) ?? [] };
      }),
    };
  }

  async #ofShelves(skus: readonly string[]): Promise<AvailabilityAnswer> {
    this.#askedAt = monotonicMs();
    // A process that follows nothing reads what it is asked for.
    if (!this.#isStarted) this.forget(skus);
    for (;;) {
      const unknown = new Set(skus.filter((sku) => !this.#skus.has(sku)));
      if (unknown.size > 0) this.#read([...unknown]);
      const reading = skus.flatMap((sku) => this.#skus.get(sku)?.reading ?? []);
      if (reading.length === 0) break;
      await Promise.all(reading);
    }
    if (this.#ageMs > OLDEST_TOLD_MS) await this.#followOnce();
    const config = this.#parts.config();
    await this.#parts.sources?.refresh();
    return {
      ageMs: this.#ageMs,
      skus: skus.map((sku) => ({ sku, locations: this.#locationsOf(this.#skus.get(sku), config) })),
    };
  }

  #locationsOf(known: Known | undefined, config: RetailerConfig): readonly Availability[] {
    if (!known) return [];
    // What a fallback rule keeps back changes with time.
    if (known.told?.by === config && !hasFallback(config)) return known.told.locations;
    const { sources } = this.#parts;
    const now = sources?.now ?? 0;
    const locations = [...known.places]
      .map(([location, { onHand, reserved, safety: ofSku }]): Availability => {
        const configured = config.locations.find(({ id }) => id === location);
        const safety = safetyOf(configured, ofSku);
        const heldBack = heldBackOf(sources?.silence(configured) ?? null, onHand, now);
        const available = Math.max(0, onHand - reserved - safety - heldBack);
        return { location, onHand, reserved, safety, heldBack, available };
      })
      .sort((a, b) => (a.location < b.location ? -1 : 1));
    known.told = { by: config, locations };
    return locations;
  }

  get #ageMs(): number {
    return this.#isShared && this.#isStarted ? Math.ceil(monotonicMs() - this.#followedAt) : 0;
  }

  /** Takes over what a committed turn of this node has moved. */
  apply(moved: readonly MovedPosition[]): void {
    for (const { sku, location, onHand, reserved, version } of moved) {
      const known = this.#skus.get(sku);
      if (!known) continue;
      const before = known.places.get(location);
      known.told = null;
      // Of a place that is new, what is kept back is not known.
      if (!before) {
        if (known.reading) known.places.set(location, { onHand, reserved, version, safety: null });
        else this.forget([sku]);
      } else if (version > before.version)
        known.places.set(location, { ...before, onHand, reserved, version });
    }
  }

  /** These are read anew when they are next asked for: what is kept back of them has changed. */
  forget(skus: readonly string[]): void {
    for (const sku of skus) this.#skus.delete(sku);
  }

  /** Reads SKUs that are not known; what is committed meanwhile is not lost, since they are known from now on. */
  #read(skus: readonly string[]): void {
    const reading = readAvailable(this.#parts.database, skus).then(
      (rows) => {
        this.#merge(rows);
        for (const known of mine) known.reading = null;
      },
      (error: unknown) => {
        this.forget(skus);
        throw error;
      },
    );
    const mine = skus.map((sku): Known => {
      const known: Known = { places: new Map(), reading, told: null };
      this.#skus.set(sku, known);
      return known;
    });
    for (const sku of this.#skus.keys()) {
      if (this.#skus.size <= SKUS_KEPT) break;
      if (!skus.includes(sku)) this.#skus.delete(sku);
    }
  }

  #merge(rows: readonly AvailableRow[]): void {
    for (const { sku, location, on_hand: onHand, reserved, version, safety } of rows) {
      const known = this.#skus.get(sku);
      if (!known) continue;
      const before = known.places.get(location);
      const isNewer = !before || version > before.version;
      known.told = null;
      known.places.set(location, isNewer ? { onHand, reserved, version, safety } : { ...before, safety });
    }
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const isAsked = monotonicMs() - this.#askedAt < IDLE_AFTER_MS;
      await pause(isAsked ? FOLLOW_EVERY_MS.asked : FOLLOW_EVERY_MS.idle, signal);
      if (signal.aborted) return;
      await this.#followOnce().catch(this.#parts.onError);
    }
  }

  /** Takes over what the journal says since the last look. */
  #followOnce(): Promise<void> {
    this.#following ??= this.#takeOver().finally(() => {
      this.#following = null;
    });
    return this.#following;
  }

  async #takeOver(): Promise<void> {
    const began = monotonicMs();
    const { rows, until } = await readMoved(this.#parts.database, this.#since);
    this.#merge(rows);
    this.#since = until;
    this.#followedAt = began;
  }
}
