/** Filters: which locations may be asked, and what is said of the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Location, Location as LocationSchema } from '../config.ts';
import type { LocationLoad } from '../process.ts';
import { planSourcing, type SourcingMore } from './sourcing.ts';
import { Sourcing, type SourcingInput } from './sourcing-rules.ts';

const location = (id: string, more: Partial<Location> = {}): Location =>
  LocationSchema.parse({ id, name: id, kind: 'warehouse', fulfilment: 'wms', inventory: 'stock', ...more });
const STORE = location('STORE', { kind: 'store' });
const WISH = [{ lineId: '1', sku: 'A', quantity: 2, avoid: [] }];

interface Given extends Omit<SourcingMore, 'sourcing'> {
  locations?: Location[];
  units?: number;
  country?: string;
  load?: Record<string, LocationLoad>;
}

/** The plan for two units of A, of which every location has five. */
function plan(
  sourcing: SourcingInput,
  { locations = [STORE], units = 5, country = 'DE', load, ...more }: Given = {},
) {
  const stock = { available: () => units, load: (id: string) => load?.[id] };
  return planSourcing(WISH, locations, stock, 'brand', country, {
    sourcing: Sourcing.parse(sourcing),
    ...more,
  });
}
const verdict = (made: ReturnType<typeof plan>) => made.considered[0]?.verdict;
const units = (made: ReturnType<typeof plan>) =>
  made.allocations.reduce((sum, { quantity }) => sum + quantity, 0);

test('a region is a country, a province or the beginning of a postal code', () => {
  const serves = (...regions: object[]) => ({ places: { STORE: { serves: regions } } }) as SourcingInput;
  const bavaria = serves(
    { country: 'DE', provinces: ['BY'] },
    { country: 'DE', postalPrefixes: ['10', '11'] },
    { country: 'AT' },
  );
  assert.equal(units(plan(bavaria, { province: 'BY' })), 2);
  assert.equal(units(plan(bavaria, { postalArea: '101' })), 2);
  assert.equal(units(plan(bavaria, { country: 'AT' })), 2);
  const refused = plan(bavaria, { province: 'BE', postalArea: '200' });
  assert.equal(verdict(refused), 'does not send to DE BE postal code 200…: not asked');
  assert.deepEqual(refused.because.slice(1), ['2 of 2 × A can be had from no location that may be asked']);
  assert.equal(units(plan(bavaria, { postalArea: null })), 0, 'an unknown postal code is in no postal area');
  // Who fetches the goods may come from anywhere.
  assert.equal(units(plan(bavaria, { country: 'CH', delivery: 'pickUp' })), 2);
});

test('a kind, a brand and a capability that is not there', () => {
  const only = { rules: [{ id: 'r', filters: [{ filter: 'kind', kinds: ['warehouse'] }] }] } as SourcingInput;
  assert.equal(verdict(plan(only)), 'is a store, and only warehouse may send: not asked');
  const brands = [location('STORE', { brands: ['other'] })];
  assert.equal(verdict(plan({}, { locations: brands })), 'serves other brands (other): not asked');
  const till = { places: { STORE: { ships: false } } };
  assert.equal(verdict(plan(till)), 'sends no parcels: not asked');
  assert.equal(units(plan(till, { delivery: 'pickUp' })), 2);
  assert.equal(
    verdict(plan({ places: { STORE: { pickUp: false } } }, { delivery: 'pickUp' })),
    'hands out no orders: not asked',
  );
});

const shut: SourcingInput = {
  places: {
    STORE: {
      timeZone: 'Europe/Berlin',
      hours: { week: { mon: [['09:00', '18:00']], tue: [['09:00', '18:00']] } },
    },
  },
};

test('a closed store is not asked, and is asked again when it opens', () => {
  const night = Date.parse('2026-11-30T20:00:00Z');
  const made = plan(shut, { now: night });
  assert.equal(verdict(made), 'is closed until Tue 2026-12-01 09:00 (Europe/Berlin): not asked');
  assert.equal(made.retryAt, Date.parse('2026-12-01T08:00:00Z'));
  assert.equal(units(plan(shut, { now: Date.parse('2026-12-01T08:00:00Z') })), 2);
  // Within the hours that the rule allows it is asked while it is closed.
  const patient = {
    ...shut,
    rules: [{ id: 'r', filters: [{ filter: 'hours', withinHours: 14 }] }],
  } as SourcingInput;
  assert.equal(units(plan(patient, { now: night })), 2);
  assert.equal(
    plan(patient, { now: Date.parse('2026-11-30T17:30:00Z') }).retryAt,
    Date.parse('2026-11-30T18:00:00Z'),
  );
  // What others have, nobody waits for.
  const open = plan(shut, { now: night, locations: [STORE, location('WH')] });
  assert.deepEqual([units(open), open.retryAt], [2, null]);
});

test('hours hold for the kinds that the rule names', () => {
  const night = Date.parse('2026-11-30T20:00:00Z');
  assert.equal(units(plan(shut, { now: night, locations: [location('STORE')] })), 2);
});

test('a full store is not asked: by orders of its day, by units that wait to be packed', () => {
  const now = Date.parse('2026-11-30T10:00:00Z');
  const rules = {
    places: { STORE: { timeZone: 'Europe/Berlin', capacity: { openUnits: 10, ordersPerDay: 3 } } },
  };
  const with_ = (openUnits: number, ordersToday: number) =>
    plan(rules, { now, load: { STORE: { openUnits, ordersToday } } });
  assert.equal(units(with_(8, 2)), 2);
  assert.equal(units(with_(9, 0)), 1, 'never more units than it can take');
  const today = with_(0, 3);
  assert.equal(verdict(today), 'is full for today: 3 of 3 orders: not asked');
  assert.equal(today.retryAt, Date.parse('2026-11-30T23:00:00Z'), 'its next midnight');
  assert.equal(verdict(with_(10, 0)), 'is full: 10 of 10 units are to be packed: not asked');
});

test('last units are kept for the shop floor', () => {
  const keep = { rules: [{ id: 'r', filters: [{ filter: 'keep', units: 4 }] }] } as SourcingInput;
  assert.equal(units(plan(keep)), 1);
  assert.equal(units(plan(keep, { units: 3 })), 0);
  assert.equal(units(plan(keep, { locations: [location('STORE')] })), 2, 'a warehouse keeps nothing');
});

test('each brand follows its own rules, and the rules that name no brand are for all others', () => {
  const rules: SourcingInput = {
    rules: [{ id: 'other', brands: ['other'], filters: [{ filter: 'kind', kinds: ['3pl'] }] }, { id: 'all' }],
  };
  assert.equal(plan(rules).rules, 'all');
  assert.equal(
    planSourcing(WISH, [STORE], { available: () => 5 }, 'other', 'DE', { sourcing: Sourcing.parse(rules) })
      .rules,
    'other',
  );
});

test('why not the others: by the first preference that would be worse', () => {
  const locations = [
    location('A', { priority: 10 }),
    location('B', { priority: 20 }),
    location('C', { priority: 10 }),
  ];
  const sourcing: SourcingInput = {
    cost: { currency: 'EUR', parcelMinor: 490, locationMinor: 0 },
    zones: [{ locations: ['C'], distance: 5, parcelMinor: 1290 }],
    rules: [{ id: 'r', preferences: [{ prefer: 'lowestCost' }, { prefer: 'priority' }] }],
  };
  const made = plan(sourcing, { locations });
  assert.deepEqual(made.because, ['By the rules "r": the lowest cost, then the highest priority']);
  assert.deepEqual(
    made.considered.map(({ location: id, verdict: words }) => `${id} ${words}`),
    [
      'A chosen for 2 of 2 units (2 × A; 4.90 EUR; priority 10)',
      'B has 2 of 2 units; comes later by priority (20)',
      'C has 2 of 2 units; with it sending would cost 8.00 EUR more',
    ],
  );
});
