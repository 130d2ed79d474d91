/** Against all ways there are: on small cases the plan is the best one, by locations, cost and every other preference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Location, Location as LocationSchema } from '../config.ts';
import { planSourcing } from './sourcing.ts';
import { type Preference, Sourcing, type SourcingInput } from './sourcing-rules.ts';

interface World {
  locations: Location[];
  sourcing: Sourcing;
  /** Units by SKU and location. */
  stock: Record<string, Record<string, number>>;
  wishes: { lineId: string; sku: string; quantity: number; avoid: string[] }[];
}

const PLACES = ['L1', 'L2', 'L3'] as const;
const SKUS = ['A', 'B'] as const;

/** Each way to take whole units of each line from each location. */
function* ways(world: World, line = 0, taken: number[][] = []): Generator<number[][]> {
  const wish = world.wishes[line];
  if (!wish) {
    yield taken;
    return;
  }
  const left = PLACES.map((place, at) => {
    if (wish.avoid.includes(place)) return 0;
    const before = taken.reduce(
      (sum, row, index) => sum + (world.wishes[index]?.sku === wish.sku ? (row[at] ?? 0) : 0),
      0,
    );
    return Math.max(0, (world.stock[wish.sku]?.[place] ?? 0) - before);
  });
  for (let a = 0; a <= (left[0] ?? 0); a += 1)
    for (let b = 0; b <= (left[1] ?? 0); b += 1)
      for (let c = 0; c <= (left[2] ?? 0); c += 1)
        if (a + b + c <= wish.quantity) yield* ways(world, line + 1, [...taken, [a, b, c]]);
}

/** What each preference counts, said once more in its own words. */
function figure(preference: Preference, world: World, way: number[][]): number {
  const at = PLACES.map((_, place) => way.reduce((sum, row) => sum + (row[place] ?? 0), 0));
  const used = PLACES.filter((_, place) => (at[place] ?? 0) > 0);
  const of = (id: string) => world.locations.find((each) => each.id === id) as Location;
  const zone = (id: string) => world.sourcing.zones.find(({ locations }) => locations.includes(id));
  const perUnit = (value: (id: string) => number) =>
    PLACES.reduce((sum, id, place) => sum + (at[place] ?? 0) * value(id), 0);
  switch (preference.prefer) {
    case 'fewestLocations':
      return used.length;
    case 'lowestCost':
      return used.reduce(
        (sum, id) =>
          sum +
          (zone(id)?.parcelMinor ?? world.sourcing.cost?.parcelMinor ?? 0) +
          (world.sourcing.places[id]?.locationMinor ?? world.sourcing.cost?.locationMinor ?? 0),
        0,
      );
    case 'nearest':
      return perUnit((id) => zone(id)?.distance ?? 1);
    case 'priority':
      return perUnit((id) => of(id).priority);
    case 'wholeLines':
      return way.filter((row) => row.filter((units) => units > 0).length > 1).length;
    case 'mostStock':
      return way.reduce(
        (sum, row, line) =>
          sum +
          row.reduce(
            (part, units, place) =>
              part - units * (world.stock[world.wishes[line]?.sku ?? '']?.[PLACES[place] ?? ''] ?? 0),
            0,
          ),
        0,
      );
    case 'leave':
      return SKUS.reduce(
        (sum, sku) =>
          sum +
          PLACES.reduce((part, id, place) => {
            if (!preference.kinds.includes(of(id).kind)) return part;
            const units = way.reduce(
              (all, row, line) => all + (world.wishes[line]?.sku === sku ? (row[place] ?? 0) : 0),
              0,
            );
            const free = Math.max(0, (world.stock[sku]?.[id] ?? 0) - preference.units);
            return part + Math.max(0, units - free);
          }, 0),
        0,
      );
    default:
      return preference satisfies never;
  }
}

const total = (way: number[][]) => way.flat().reduce((sum, units) => sum + units, 0);

function bestOfAll(world: World, preferences: readonly Preference[]): { units: number; figures: number[] } {
  let best: { units: number; figures: number[] } | null = null;
  for (const way of ways(world)) {
    const one = { units: total(way), figures: preferences.map((each) => figure(each, world, way)) };
    if (best === null || one.units > best.units) best = one;
    else if (one.units === best.units) {
      const at = one.figures.findIndex((value, index) => value !== best?.figures[index]);
      if (at >= 0 && (one.figures[at] ?? 0) < (best.figures[at] ?? 0)) best = one;
    }
  }
  assert.ok(best);
  return best;
}

const preferences: fc.Arbitrary<Preference[]> = fc.shuffledSubarray<Preference>(
  [
    { prefer: 'fewestLocations' },
    { prefer: 'lowestCost' },
    { prefer: 'nearest' },
    { prefer: 'priority' },
    { prefer: 'wholeLines' },
    { prefer: 'mostStock' },
    { prefer: 'leave', units: 2, kinds: ['store'] },
    { prefer: 'leave', units: 3, kinds: ['warehouse', 'store', '3pl'] },
  ],
  { minLength: 1, maxLength: 5 },
);

const small = fc.integer({ min: 0, max: 3 });
const worlds: fc.Arbitrary<World> = fc
  .record({
    kinds: fc.tuple(...PLACES.map(() => fc.constantFrom('warehouse' as const, 'store' as const))),
    priorities: fc.tuple(...PLACES.map(() => fc.constantFrom(10, 10, 20, 30))),
    distances: fc.tuple(...PLACES.map(() => fc.integer({ min: 0, max: 2 }))),
    parcels: fc.tuple(...PLACES.map(() => fc.constantFrom(0, 390, 490, 1290))),
    work: fc.tuple(...PLACES.map(() => fc.constantFrom(0, 100, 250))),
    units: fc.tuple(...SKUS.map(() => fc.tuple(small, small, small))),
    quantities: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 })),
    avoid: fc.tuple(fc.subarray([...PLACES]), fc.subarray([...PLACES], { maxLength: 1 })),
  })
  .map(({ kinds, priorities, distances, parcels, work, units, quantities, avoid }) => ({
    locations: PLACES.map((id, at) =>
      LocationSchema.parse({
        id,
        name: id,
        kind: kinds[at],
        priority: priorities[at],
        fulfilment: 'wms',
        inventory: 'stock',
      }),
    ),
    sourcing: Sourcing.parse({
      cost: { currency: 'EUR', parcelMinor: 500, locationMinor: 100 },
      places: Object.fromEntries(PLACES.map((id, at) => [id, { locationMinor: work[at] }])),
      zones: PLACES.map((id, at) => ({
        locations: [id],
        distance: distances[at] ?? 0,
        parcelMinor: parcels[at] ?? 0,
      })),
    } satisfies SourcingInput),
    stock: Object.fromEntries(
      SKUS.map((sku, row) => [sku, Object.fromEntries(PLACES.map((id, at) => [id, units[row]?.[at] ?? 0]))]),
    ),
    wishes: SKUS.map((sku, at) => ({
      lineId: `line-${sku}`,
      sku,
      quantity: quantities[at] ?? 0,
      avoid: avoid[at] ?? [],
    })),
  }));

test('on small cases no way is better: units, and then each preference in its order', () => {
  fc.assert(
    fc.property(worlds, preferences, (world, wanted) => {
      const sourcing = {
        ...world.sourcing,
        rules: [{ id: 'r', brands: [], filters: [], preferences: wanted }],
      };
      const stock = { available: (sku: string, place: string) => world.stock[sku]?.[place] ?? 0 };
      const plan = planSourcing(world.wishes, world.locations, stock, 'brand', 'DE', { sourcing });
      const way = world.wishes.map(({ lineId }) =>
        PLACES.map((place) =>
          plan.allocations
            .filter((part) => part.lineId === lineId && part.location === place)
            .reduce((sum, { quantity }) => sum + quantity, 0),
        ),
      );
      const best = bestOfAll(world, wanted);
      assert.equal(total(way), best.units);
      assert.deepEqual(
        wanted.map((each) => figure(each, world, way)),
        best.figures,
      );
      assert.equal(plan.costMinor, figure({ prefer: 'lowestCost' }, world, way));
      // Every location is spoken of, once.
      assert.deepEqual(plan.considered.map(({ location }) => location).sort(), [...PLACES]);
    }),
    { numRuns: 400 },
  );
});

test('the order in which locations are written changes nothing', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const stock = { available: (sku: string, place: string) => world.stock[sku]?.[place] ?? 0 };
      const run = (locations: Location[]) =>
        planSourcing(world.wishes, locations, stock, 'brand', 'DE', world);
      assert.deepEqual(run([...world.locations].reverse()), run(world.locations));
    }),
  );
});

test('of many locations, as many units as there are, from few: a hundred stores and one warehouse', () => {
  const locations = Array.from({ length: 100 }, (_, at) =>
    LocationSchema.parse({
      id: `S${at}`,
      name: `S${at}`,
      kind: 'store',
      fulfilment: 'wms',
      inventory: 'stock',
    }),
  );
  // Each store has one unit of A; B lies in one, C in two others only.
  const has = (sku: string, place: string) =>
    sku === 'A'
      ? 1
      : sku === 'B'
        ? Number(place === 'S57') * 2
        : Number(place === 'S31' || place === 'S90') * 2;
  const wishes = [
    { lineId: '1', sku: 'A', quantity: 1, avoid: [] },
    { lineId: '2', sku: 'B', quantity: 2, avoid: [] },
    { lineId: '3', sku: 'C', quantity: 2, avoid: [] },
  ];
  const { allocations } = planSourcing(wishes, locations, { available: has }, 'brand', 'DE');
  assert.equal(new Set(allocations.map(({ location }) => location)).size, 2);
  assert.equal(
    allocations.reduce((sum, { quantity }) => sum + quantity, 0),
    5,
  );
  const all = planSourcing(
    [{ lineId: '1', sku: 'A', quantity: 60, avoid: [] }],
    locations,
    { available: has },
    'brand',
    'DE',
  );
  assert.equal(
    all.allocations.reduce((sum, { quantity }) => sum + quantity, 0),
    60,
  );
});
