/**
 * Sourcing as data: what a location can do, how far it is and what a parcel costs, and for each brand which locations may be
 * asked (filters) and which of them is asked first (preferences, in order). All of it is part of the configuration, so each
 * decision names the version of its rules. docs/how-to/source-orders.md is the reference.
 */
import { z } from 'zod';
import { Currency, Id, Minor } from '../canonical/common.ts';

const Country = z.string().regex(/^[A-Z]{2}$/, 'is not an ISO 3166 country code of two letters');
const Kind = z.enum(['warehouse', 'store', '3pl']);

/** A part of the world: a country, or those of its provinces and postal areas that are named. */
export const Region = z.strictObject({
  country: Country,
  /** ISO 3166-2 without the country: "BY". Empty: all. */
  provinces: z.array(z.string().min(1)).default([]),
  /** Beginnings of postal codes. Empty: all. */
  postalPrefixes: z
    .array(
      z
        .string()
        .regex(
          /^[A-Z0-9]{1,3}$/,
          'a postal prefix has one to three capital letters or digits, without spaces: orders keep no more of a postal code',
        ),
    )
    .default([]),
});
export type Region = z.infer<typeof Region>;

/** "09:30", up to "24:00". */
const TimeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'is no time of a day, such as "09:30" or "24:00"');

/** From (inclusive) and to (exclusive), in the location's own time. What goes past midnight is written as two. */
const OpeningHours = z
  .array(
    z
      .tuple([TimeOfDay, TimeOfDay])
      .refine(
        ([from, to]) => from < to,
        'a place closes after it opens: write what goes past midnight as two days',
      ),
  )
  .max(6);

const LocalDate = z.iso.date();

export const Hours = z.strictObject({
  week: z.strictObject({
    mon: OpeningHours.default([]),
    tue: OpeningHours.default([]),
    wed: OpeningHours.default([]),
    thu: OpeningHours.default([]),
    fri: OpeningHours.default([]),
    sat: OpeningHours.default([]),
    sun: OpeningHours.default([]),
  }),
  /** Days that are not like their weekday, holidays above all: an empty list is closed. */
  days: z.record(LocalDate, OpeningHours).default({}),
});
export type Hours = z.infer<typeof Hours>;

/** What a location can do for orders. */
export const Place = z.strictObject({
  timeZone: z
    .string()
    .refine((name) => {
      try {
        return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
      } catch {
        return false;
      }
    }, 'is no time zone: give its IANA name, such as "Europe/Berlin"')
    .default('UTC'),
  /** Left out: always open. */
  hours: Hours.optional(),
  /** It packs parcels for customers (of a store: ship-from-store). */
  ships: z.boolean().default(true),
  /** Customers fetch orders there. */
  pickUp: z.boolean().default(true),
  /** Regions that it sends to. Empty: everywhere. */
  serves: z.array(Region).default([]),
  capacity: z
    .strictObject({
      /** Units that are promised there and have not left. */
      openUnits: z.number().int().min(0).optional(),
      /** Orders that units are promised to there, from its midnight on. */
      ordersPerDay: z.number().int().min(0).optional(),
    })
    .prefault({}),
  /** Instead of `cost.locationMinor`. */
  locationMinor: Minor.min(0).optional(),
});
export type Place = z.infer<typeof Place>;

/** How far some locations are from some regions, and what a parcel costs on the way. The first that fits counts. */
export const Zone = z.strictObject({
  locations: z.array(Id).min(1),
  /** Empty: everywhere else. */
  regions: z.array(Region).default([]),
  distance: z.number().int().min(0).max(1_000_000),
  /** Instead of `cost.parcelMinor`. */
  parcelMinor: Minor.min(0).optional(),
});
export type Zone = z.infer<typeof Zone>;

/** What splitting costs: each location that is used sends a parcel of its own. */
export const Cost = z.strictObject({
  currency: Currency,
  /** A parcel. */
  parcelMinor: Minor.min(0).default(0),
  /** The work of one more location. */
  locationMinor: Minor.min(0).default(0),
});
export type Cost = z.infer<typeof Cost>;

export const Filter = z.discriminatedUnion('filter', [
  /** It serves the brand (`brands` of the location). */
  z.strictObject({ filter: z.literal('brand') }),
  /** It is of one of these kinds. */
  z.strictObject({ filter: z.literal('kind'), kinds: z.array(Kind).min(1) }),
  /** It sends to where the order goes (`serves`). */
  z.strictObject({ filter: z.literal('region') }),
  /** It ships, or hands out what is fetched (`ships`, `pickUp`). */
  z.strictObject({ filter: z.literal('capability') }),
  /** It is open, or will be within these hours. */
  z.strictObject({
    filter: z.literal('hours'),
    kinds: z.array(Kind).min(1).default(['store']),
    withinHours: z.number().min(0).max(336).default(0),
  }),
  /** It is not full (`capacity`). */
  z.strictObject({ filter: z.literal('capacity') }),
  /** Its last units of each SKU are not for these orders, on top of its safety stock. */
  z.strictObject({
    filter: z.literal('keep'),
    units: z.number().int().min(1),
    kinds: z.array(Kind).min(1).default(['store']),
  }),
]);
export type Filter = z.infer<typeof Filter>;

export const Preference = z.discriminatedUnion('prefer', [
  /** As few locations, and so parcels, as possible. */
  z.strictObject({ prefer: z.literal('fewestLocations') }),
  /** The lowest sum of parcels and locations (`cost`, `zones`, `locationMinor`). */
  z.strictObject({ prefer: z.literal('lowestCost') }),
  /** Units from near (`zones`; without a zone: the location's `countries` are 0, others 1). */
  z.strictObject({ prefer: z.literal('nearest') }),
  /** Units from locations with a low `priority`. */
  z.strictObject({ prefer: z.literal('priority') }),
  /** No line in parts. */
  z.strictObject({ prefer: z.literal('wholeLines') }),
  /** Units from where most of the SKU is available. */
  z.strictObject({ prefer: z.literal('mostStock') }),
  /** No units out of the last so many: few protect a store's last ones, many ship from what is overstocked. */
  z.strictObject({
    prefer: z.literal('leave'),
    units: z.number().int().min(1),
    kinds: z.array(Kind).min(1).default(['warehouse', 'store', '3pl']),
  }),
]);
export type Preference = z.infer<typeof Preference>;

/** What stands where a set of rules leaves it out: any location that can, as few as possible, near ones first. */
const USUAL = {
  filters: [
    { filter: 'brand' },
    { filter: 'region' },
    { filter: 'capability' },
    { filter: 'hours' },
    { filter: 'capacity' },
  ],
  preferences: [
    { prefer: 'fewestLocations' },
    { prefer: 'nearest' },
    { prefer: 'wholeLines' },
    { prefer: 'priority' },
  ],
} satisfies { filters: z.input<typeof Filter>[]; preferences: z.input<typeof Preference>[] };

export const RuleSet = z.strictObject({
  id: Id,
  /** Brands whose orders follow it. Empty: all that no set before it names. */
  brands: z.array(Id).default([]),
  filters: z.array(Filter).max(20).prefault(USUAL.filters),
  preferences: z.array(Preference).max(10).prefault(USUAL.preferences),
});
export type RuleSet = z.infer<typeof RuleSet>;

export const Sourcing = z.strictObject({
  /** By location; one that is left out is always open, does everything and is never full. */
  places: z.record(Id, Place).default({}),
  zones: z.array(Zone).max(10_000).default([]),
  /** Left out: parcels cost nothing. */
  cost: Cost.optional(),
  /** The first that names the brand, or no brand, counts. */
  rules: z
    .array(RuleSet)
    .min(1)
    .prefault([{ id: 'usual' }]),
});
export type Sourcing = z.infer<typeof Sourcing>;
export type SourcingInput = z.input<typeof Sourcing>;

/** What holds where a configuration says nothing. */
export const USUAL_SOURCING: Sourcing = Sourcing.parse({});
const USUAL_RULES: RuleSet = RuleSet.parse({ id: 'usual' });
const ANY_PLACE: Place = Place.parse({});

/** The rules that orders of a brand follow. */
export function rulesOf(sourcing: Sourcing, brand: string): RuleSet {
  const fits = ({ brands }: RuleSet) => brands.length === 0 || brands.includes(brand);
  return sourcing.rules.find(fits) ?? USUAL_RULES;
}

export function placeIn(sourcing: Sourcing, location: string): Place {
  return Object.hasOwn(sourcing.places, location) ? (sourcing.places[location] ?? ANY_PLACE) : ANY_PLACE;
}

/** Where an order goes, as far as rules ask. */
export interface Destination {
  country: string | null;
  province?: string | null;
  /** The beginning of the postal code, as `postalAreaOf` gives it. */
  postalArea?: string | null;
}

export function isIn(region: Region, { country, province, postalArea }: Destination): boolean {
  const { provinces, postalPrefixes } = region;
  return (
    region.country === country &&
    (provinces.length === 0 || (typeof province === 'string' && provinces.includes(province))) &&
    (postalPrefixes.length === 0 || postalPrefixes.some((prefix) => postalArea?.startsWith(prefix) === true))
  );
}

/** The zone of a location for a destination; null: none is written down. */
export function zoneOf(sourcing: Sourcing, location: string, to: Destination): Zone | null {
  const fits = ({ locations, regions }: Zone) =>
    locations.includes(location) && (regions.length === 0 || regions.some((region) => isIn(region, to)));
  return sourcing.zones.find(fits) ?? null;
}
