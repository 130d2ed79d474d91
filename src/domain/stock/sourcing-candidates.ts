/** Which locations may give units to an order, what each could give, and why the others may not. */
import type { Location } from '../config.ts';
import type { LocationLoad, StockView } from '../process.ts';
import type { KitPart } from './kits.ts';
import { dayBegan, localTime, nextDay, opensAt } from './opening-hours.ts';
import {
  type Cost,
  type Destination,
  type Filter,
  isIn,
  type Place,
  placeIn,
  type RuleSet,
  rulesOf,
  type Sourcing,
  zoneOf,
} from './sourcing-rules.ts';

/** Units of one line that are looked for. */
export interface SourcingWish {
  lineId: string;
  sku: string;
  quantity: number;
  /** Of a kit: what one is made of. */
  components?: KitPart[];
  /** Locations that have refused this line. */
  avoid: readonly string[];
}

/** What rules look at besides stock. */
export interface SourcingRequest extends Destination {
  brand: string;
  sourcing: Sourcing;
  delivery: 'shipping' | 'pickUp';
  /** Epoch ms. */
  now: number;
}

export type SourcingStock = Pick<StockView, 'available' | 'load'>;

/** A location that may be asked. */
export interface Candidate {
  location: Location;
  /** By wish: false for a line that it has refused. */
  mayGive: readonly boolean[];
  /** By SKU: units for this order, and how many more are there that are not for it. */
  supply: ReadonlyMap<string, { units: number; kept: number }>;
  /** Units that it still takes on. */
  room: number;
  distance: number;
  /** A parcel from here, and the work of this location. */
  parcelMinor: number;
  locationMinor: number;
}

/** A location that may not be asked. `retryAt`: when that may change by itself (epoch ms). */
export interface Refusal {
  location: Location;
  because: string;
  retryAt: number | null;
}

/** How soon a full location is looked at again. */
const FULL_AGAIN_MS = 3_600_000;
const MS_PER_HOUR = 3_600_000;

export function candidatesFor(
  wishes: readonly SourcingWish[],
  locations: readonly Location[],
  stock: SourcingStock,
  request: SourcingRequest,
): { candidates: Candidate[]; refusals: Refusal[]; rules: RuleSet } {
  const rules = rulesOf(request.sourcing, request.brand);
  const candidates: Candidate[] = [];
  const refusals: Refusal[] = [];
  for (const location of [...locations].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const look = { location, place: placeIn(request.sourcing, location.id), stock, request };
    const refusal = firstRefusal(rules.filters, look);
    if (refusal) refusals.push({ location, ...refusal });
    else candidates.push(candidateOf(wishes, rules, look));
  }
  return { candidates, refusals, rules };
}

interface Look {
  location: Location;
  place: Place;
  stock: SourcingStock;
  request: SourcingRequest;
}

type Because = Omit<Refusal, 'location'>;

function firstRefusal(filters: readonly Filter[], look: Look): Because | null {
  for (const filter of filters) {
    const refusal = refusalBy(filter, look);
    if (refusal !== null) return typeof refusal === 'string' ? { because: refusal, retryAt: null } : refusal;
  }
  return null;
}

function refusalBy(filter: Filter, { location, place, stock, request }: Look): Because | string | null {
  switch (filter.filter) {
    case 'brand':
      return location.brands.length === 0 || location.brands.includes(request.brand)
        ? null
        : `serves other brands (${location.brands.join(', ')})`;
    case 'kind':
      return filter.kinds.includes(location.kind)
        ? null
        : `is a ${location.kind}, and only ${filter.kinds.join(', ')} may send`;
    case 'region':
      // Who fetches the goods comes to them.
      return request.delivery === 'pickUp' ||
        place.serves.length === 0 ||
        place.serves.some((region) => isIn(region, request))
        ? null
        : `does not send to ${regionWords(request)}`;
    case 'capability':
      if (request.delivery === 'pickUp') return place.pickUp ? null : 'hands out no orders';
      return place.ships ? null : 'sends no parcels';
    case 'hours':
      return filter.kinds.includes(location.kind) ? closed(place, filter.withinHours, request.now) : null;
    case 'capacity':
      return full(place, stock.load?.(location.id), request.now);
    case 'keep':
      return null;
    default:
      return filter satisfies never;
  }
}

function closed(place: Place, withinHours: number, now: number): Because | null {
  if (!place.hours) return null;
  const opens = opensAt(place.hours, place.timeZone, now);
  const waits = withinHours * MS_PER_HOUR;
  if (opens !== null && opens <= now + waits) return null;
  return opens === null
    ? { because: 'is closed for more than a month', retryAt: nextDay(place.timeZone, now) }
    : { because: `is closed until ${localTime(opens, place.timeZone)}`, retryAt: opens - waits };
}

function full(place: Place, load: LocationLoad | undefined, now: number): Because | null {
  const { openUnits, ordersPerDay } = place.capacity;
  if (load === undefined) return null;
  if (ordersPerDay !== undefined && load.ordersToday >= ordersPerDay)
    return {
      because: `is full for today: ${load.ordersToday} of ${ordersPerDay} orders`,
      retryAt: nextDay(place.timeZone, now),
    };
  if (openUnits !== undefined && load.openUnits >= openUnits)
    return {
      because: `is full: ${load.openUnits} of ${openUnits} units are to be packed`,
      retryAt: now + FULL_AGAIN_MS,
    };
  return null;
}

function regionWords({ country, province, postalArea }: Destination): string {
  return [country ?? 'an unknown country', province, postalArea && `postal code ${postalArea}…`]
    .filter(Boolean)
    .join(' ');
}

function candidateOf(
  wishes: readonly SourcingWish[],
  rules: RuleSet,
  { location, place, stock, request }: Look,
): Candidate {
  const { sourcing } = request;
  const kept = Math.max(
    0,
    ...rules.filters.map((each) =>
      each.filter === 'keep' && each.kinds.includes(location.kind) ? each.units : 0,
    ),
  );
  const supply = new Map<string, { units: number; kept: number }>();
  for (const { sku } of wishes) {
    if (supply.has(sku)) continue;
    const available = Math.max(0, stock.available(sku, location.id));
    supply.set(sku, { units: Math.max(0, available - kept), kept: Math.min(kept, available) });
  }
  const isPacked = rules.filters.some(({ filter }) => filter === 'capacity');
  const load = stock.load?.(location.id);
  const room =
    isPacked && load !== undefined && place.capacity.openUnits !== undefined
      ? Math.max(0, place.capacity.openUnits - load.openUnits)
      : Number.POSITIVE_INFINITY;
  return {
    location,
    mayGive: wishes.map(({ avoid }) => !avoid.includes(location.id)),
    supply,
    room,
    ...wayOf(sourcing, location, request),
  };
}

/** How far it is from a location to where an order goes, and what a parcel and the location's work cost (minor units). */
export function wayOf(
  sourcing: Sourcing,
  location: Location,
  to: Destination & { delivery: 'shipping' | 'pickUp' },
): { distance: number; parcelMinor: number; locationMinor: number } {
  const zone = zoneOf(sourcing, location.id, to);
  const isNear = to.country !== null && location.countries.includes(to.country);
  const cost: Pick<Cost, 'parcelMinor' | 'locationMinor'> = sourcing.cost ?? {
    parcelMinor: 0,
    locationMinor: 0,
  };
  return {
    distance: zone?.distance ?? (isNear ? 0 : 1),
    parcelMinor: to.delivery === 'pickUp' ? 0 : (zone?.parcelMinor ?? cost.parcelMinor),
    locationMinor: placeIn(sourcing, location.id).locationMinor ?? cost.locationMinor,
  };
}

/** Locations whose load rules ask for, each with the instant of its last midnight. */
export function loadsWanted(sourcing: Sourcing, now: number): { location: string; since: number }[] {
  return Object.entries(sourcing.places).flatMap(([location, { capacity, timeZone }]) =>
    capacity.openUnits === undefined && capacity.ordersPerDay === undefined
      ? []
      : [{ location, since: dayBegan(timeZone, now) }],
  );
}
