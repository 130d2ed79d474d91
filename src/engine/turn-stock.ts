/** A turn's view of stock: what was read, with the decisions of this turn applied to it. */
import type { Location } from '../domain/config.ts';
import type { LocationLoad, Movement, StockView } from '../domain/process.ts';
import { heldBackOf, silenceOf } from '../domain/stock/fallback.ts';
import { addFigures, NO_STOCK, type StockFigures, safetyOf } from '../domain/stock/figures.ts';
import type { LoadRow } from '../store/location-load.ts';
import type { PositionRow } from '../store/streams.ts';

interface Place {
  figures: StockFigures;
  /** Units of this SKU that are kept back here; null: as many as of every SKU of the location. */
  safety: number | null;
  version: number;
}

/** A position as a turn leaves it. */
export interface MovedPosition {
  sku: string;
  location: string;
  onHand: number;
  reserved: number;
  version: number;
}

/** What a view of stock is seen by besides positions. */
export interface TurnStockBy {
  locations: readonly Location[];
  /** Epoch ms. */
  now: number;
  /** The last word of each inventory system (epoch ms); empty where no location has a fallback rule. */
  heard: ReadonlyMap<string, number>;
  /** What locations have to do whose sourcing rules limit it. */
  loads: readonly LoadRow[];
}

const NOWHERE: Place = { figures: NO_STOCK, safety: null, version: 0 };

export class TurnStock implements StockView {
  readonly #places = new Map<string, Place>();
  readonly #locations: ReadonlyMap<string, Location>;
  readonly #loads: ReadonlyMap<string, LocationLoad>;
  readonly #log: { movement: Movement; stream: number }[] = [];
  /** Counts the streams that were decided: movements of one are one order's. */
  #stream = 0;
  readonly #by: TurnStockBy;

  /** Later rows win: locked positions over those that were read without a lock. */
  constructor(by: TurnStockBy, ...layers: readonly (readonly PositionRow[])[]) {
    const { locations } = by;
    this.#by = by;
    this.#loads = new Map(
      by.loads.map((row) => [row.location, { openUnits: row.open_units, ordersToday: row.orders }]),
    );
    this.#locations = new Map(locations.map((location) => [location.id, location]));
    for (const row of layers.flat()) {
      const key = `${row.sku}\u0000${row.location}`;
      const { on_hand: onHand, reserved, damaged, quality_control: qualityControl, incoming } = row;
      this.#places.set(key, {
        figures: { onHand, reserved, damaged, qualityControl, incoming },
        safety: row.safety === undefined ? (this.#places.get(key)?.safety ?? null) : row.safety,
        version: row.version,
      });
    }
  }

  #at(sku: string, location: string): Place {
    return this.#places.get(`${sku}\u0000${location}`) ?? NOWHERE;
  }

  available(sku: string, location: string): number {
    const { safety, figures } = this.#at(sku, location);
    const place = this.#locations.get(location);
    const left = figures.onHand - figures.reserved - safetyOf(place, safety);
    if (!place || place.fallback === null) return left;
    const { now, heard } = this.#by;
    const silence = silenceOf(place.fallback, heard.get(place.inventory) ?? null, now);
    return left - heldBackOf(silence, figures.onHand, now);
  }

  unpromised(sku: string, location: string): number {
    const { onHand, reserved } = this.#at(sku, location).figures;
    return onHand - reserved;
  }

  incoming(sku: string, location: string): number {
    return this.#at(sku, location).figures.incoming;
  }

  onHand(sku: string, location: string): number {
    return this.#at(sku, location).figures.onHand;
  }

  /** What was read, with what this turn has promised there. Undefined: nothing limits the location. */
  load(location: string): LocationLoad | undefined {
    const before = this.#loads.get(location);
    if (!before) return undefined;
    const here = this.#log.filter(({ movement }) => movement.location === location);
    const orders = new Set(
      here.flatMap(({ movement, stream }) => (movement.kind === 'reserved' ? [stream] : [])),
    );
    return {
      openUnits: before.openUnits + here.reduce((sum, { movement }) => sum + movement.reserved, 0),
      ordersToday: before.ordersToday + orders.size,
    };
  }

  /** The version of the position that decisions were based on; 0: it did not exist. */
  versionOf(sku: string, location: string): number {
    return this.#at(sku, location).version;
  }

  apply(movement: Movement): void {
    this.#log.push({ movement, stream: this.#stream });
    this.#change(movement, 1);
  }

  /** Positions as they stand once these moves are committed: each turn makes one version of those that it moves. */
  after(moved: Iterable<{ sku: string; location: string }>): MovedPosition[] {
    const places = new Map<string, MovedPosition>();
    for (const { sku, location } of moved) {
      const place = `${sku}\u0000${location}`;
      if (places.has(place)) continue;
      const { figures, version } = this.#at(sku, location);
      const { onHand, reserved } = figures;
      places.set(place, { sku, location, onHand, reserved, version: version + 1 });
    }
    return [...places.values()];
  }

  /** A mark to come back to when a stream's deciding fails half-way: each stream begins with one. */
  savepoint(): number {
    this.#stream += 1;
    return this.#log.length;
  }

  rollback(savepoint: number): void {
    for (const { movement } of this.#log.splice(savepoint)) this.#change(movement, -1);
  }

  #change(movement: Movement, sign: 1 | -1): void {
    const place = this.#at(movement.sku, movement.location);
    const figures = addFigures(place.figures, movement, sign);
    this.#places.set(`${movement.sku}\u0000${movement.location}`, { ...place, figures });
  }
}
