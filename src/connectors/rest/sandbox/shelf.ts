/** What lies where, by the system's own codes. Parcels that leave make no event of their own; every other change does. */
import type { World } from '../../../sandbox/kit/world.ts';
import { type Feeds, shortHash } from './feeds.ts';
import { json, problem, type Route } from './http.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

export type MoveReason =
  | 'expected'
  | 'received'
  | 'adjusted'
  | 'counted'
  | 'transferred'
  | 'returned'
  | 'sold';

/** Units by state; `onHand` is sound and there, the others are apart from it. */
export interface ShelfUnits {
  onHand: number;
  damaged: number;
  qualityControl: number;
  incoming: number;
}
const STATES = ['onHand', 'damaged', 'qualityControl', 'incoming'] as const;

interface ShelfPlace extends ShelfUnits {
  item: string;
  location: string;
  /** In parcels, in all. */
  shipped: number;
  /** Movements that were told. */
  sequence: number;
}

/** What a movement says besides its units. */
export interface MoveDetails {
  disposition?: 'restock' | 'damaged' | 'qualityControl' | 'missing';
  document?: string;
  /** Of goods that are announced: when they should be there. */
  expectedAt?: string;
}

export class Shelf {
  readonly #world: World;
  readonly #feeds: Feeds;
  readonly #connection: string;
  /** By location and item; a place that was ever filled stays, at 0. */
  readonly #onHand = new Map<string, ShelfPlace>();
  #moves = 0;

  constructor(
    world: World,
    feeds: Feeds,
    connection: string,
    opening: readonly { item: string; location: string; onHand: number }[],
  ) {
    this.#world = world;
    this.#feeds = feeds;
    this.#connection = connection;
    for (const { item, location, onHand } of opening) this.#place(item, location).onHand += onHand;
  }

  knows(item: string): boolean {
    for (const place of this.#onHand.values()) if (place.item === item) return true;
    return false;
  }

  onHand(item: string, location: string): number {
    return this.#onHand.get(keyOf(item, location))?.onHand ?? 0;
  }

  /** Units come, go or change their state for another reason than a parcel, and the system tells of it. */
  move(
    item: string,
    location: string,
    change: Partial<ShelfUnits>,
    reason: MoveReason,
    details: MoveDetails = {},
  ): void {
    const { onHand: delta = 0, ...others } = change;
    if (STATES.every((state) => (change[state] ?? 0) === 0) && details.disposition !== 'missing') return;
    const place = this.#place(item, location);
    for (const state of STATES) place[state] += change[state] ?? 0;
    place.sequence += 1;
    const { sequence } = place;
    this.#moves += 1;
    const movementId = `mv_${shortHash(`${this.#connection} ${item} ${location} ${this.#moves}`)}`;
    this.#feeds.emit('stock', `stock.${reason}`, `${item} ${location}`, (at) => ({
      movementId,
      item,
      location,
      delta,
      ...others,
      ...details,
      sequence,
      at,
    }));
  }

  /** Units leave in a parcel. */
  take(item: string, location: string, quantity: number): void {
    const place = this.#place(item, location);
    place.onHand -= quantity;
    place.shipped += quantity;
    this.#world.changed();
  }

  levels(): ShelfPlace[] {
    return [...this.#onHand.values()].map((place) => ({ ...place }));
  }

  routes(): Route[] {
    return [
      {
        method: 'GET',
        path: '/v1/stock',
        handle: ({ query }) => {
          const from = Number(query.get('cursor') ?? 0);
          const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
          if (!Number.isInteger(from) || from < 0)
            return problem(400, 'bad-cursor', 'This cursor was not given by this list');
          if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
            return problem(400, 'malformed', `limit: 1 to ${MAX_LIMIT}`);
          // Places are only ever added at the end, so a position in the list is a good cursor.
          const all = [...this.#onHand.values()].filter(
            (place) =>
              (query.get('item') ?? place.item) === place.item &&
              (query.get('location') ?? place.location) === place.location,
          );
          const places = all.slice(from, from + limit);
          const at = this.#feeds.lastAt('stock');
          const next = from + places.length;
          return json(200, {
            levels: places.map((place) => ({ ...place, at })),
            position: this.#feeds.position('stock'),
            cursor: next < all.length ? String(next) : null,
          });
        },
      },
    ];
  }

  #place(item: string, location: string): ShelfPlace {
    const key = keyOf(item, location);
    const known = this.#onHand.get(key);
    if (known) return known;
    const place = {
      item,
      location,
      onHand: 0,
      damaged: 0,
      qualityControl: 0,
      incoming: 0,
      shipped: 0,
      sequence: 0,
    };
    this.#onHand.set(key, place);
    return place;
  }
}

const keyOf = (item: string, location: string): string => `${location}\u0000${item}`;
