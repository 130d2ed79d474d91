/** Sourcing: whole orders from one location where that is possible, never more than there is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Location, Location as LocationSchema } from '../config.ts';
import type { StockView } from '../process.ts';
import { planSourcing, type SourcingWish } from './sourcing.ts';

const location = (id: string, more: Partial<Location> = {}): Location =>
  LocationSchema.parse({ id, name: id, kind: 'warehouse', fulfilment: 'wms', inventory: 'stock', ...more });
const stockOf = (units: Record<string, number>): StockView => ({
  available: (sku, place) => units[`${sku}@${place}`] ?? 0,
  unpromised: (sku, place) => units[`${sku}@${place}`] ?? 0,
  onHand: (sku, place) => units[`${sku}@${place}`] ?? 0,
});
const wish = (sku: string, quantity: number, more: Partial<SourcingWish> = {}): SourcingWish => ({
  lineId: `${sku}-line`,
  sku,
  quantity,
  avoid: [],
  ...more,
});
const plan = (
  wishes: SourcingWish[],
  units: Record<string, number>,
  locations = [location('WH', { priority: 1 }), location('STORE', { priority: 2 })],
  country: string | null = 'DE',
) =>
  planSourcing(wishes, locations, stockOf(units), 'brand', country).allocations.map(
    ({ lineId, location: place, quantity }) => `${quantity} × ${lineId} from ${place}`,
  );

test('a location that has all is chosen before one that is nearer and has less', () => {
  const locations = [location('WH'), location('NEAR', { countries: ['DE'] })];
  assert.deepEqual(plan([wish('A', 1), wish('B', 1)], { 'A@WH': 1, 'B@WH': 1, 'A@NEAR': 1 }, locations), [
    '1 × A-line from WH',
    '1 × B-line from WH',
  ]);
});

test('among those that have all, the nearer, then the lower priority number, then the id', () => {
  const near = [location('B'), location('A'), location('NEAR', { countries: ['DE'], priority: 900 })];
  const units = { 'A@A': 1, 'A@B': 1, 'A@NEAR': 1 };
  assert.deepEqual(plan([wish('A', 1)], units, near), ['1 × A-line from NEAR']);
  assert.deepEqual(plan([wish('A', 1)], units, near, 'FR'), ['1 × A-line from A']);
  assert.deepEqual(plan([wish('A', 1)], units, [location('A'), location('B', { priority: 1 })]), [
    '1 × A-line from B',
  ]);
});

test('no location has all: as few as possible, and what is not there stays open', () => {
  assert.deepEqual(plan([wish('A', 3), wish('B', 1)], { 'A@WH': 1, 'A@STORE': 1, 'B@STORE': 1 }), [
    '1 × A-line from STORE',
    '1 × A-line from WH',
    '1 × B-line from STORE',
  ]);
});

test('a location that has refused a line gives nothing for it, and may for others', () => {
  assert.deepEqual(
    plan([wish('A', 1, { avoid: ['WH'] }), wish('B', 1)], { 'A@WH': 5, 'B@WH': 5, 'A@STORE': 5 }),
    ['1 × A-line from STORE', '1 × B-line from WH'],
  );
});

test('a location of another brand is not asked', () => {
  const locations = [location('OTHER', { brands: ['other'] }), location('OURS', { brands: ['brand'] })];
  assert.deepEqual(plan([wish('A', 1)], { 'A@OTHER': 5, 'A@OURS': 1 }, locations), ['1 × A-line from OURS']);
});

test('a position below zero gives nothing', () => {
  assert.deepEqual(plan([wish('A', 1)], { 'A@WH': -3, 'A@STORE': 1 }), ['1 × A-line from STORE']);
});

test('each verdict is kept for the story', () => {
  const { considered } = planSourcing(
    [wish('A', 2)],
    [location('WH'), location('STORE', { priority: 1 })],
    stockOf({ 'A@WH': 2, 'A@STORE': 1 }),
    'brand',
    null,
  );
  assert.deepEqual(considered, [
    {
      location: 'WH',
      verdict: 'chosen for 2 of 2 units (2 × A; distance 1; priority 100)',
      outcome: 'chosen',
    },
    { location: 'STORE', verdict: 'has 1 of 2 units: not enough', outcome: 'possible' },
  ]);
});

test('never more than there is, never more than is wanted, and all that there is where it does not suffice', () => {
  const skus = ['A', 'B'];
  const places = ['L1', 'L2', 'L3'];
  const wishes = fc.array(
    fc.record({
      sku: fc.constantFrom(...skus),
      quantity: fc.integer({ min: 0, max: 6 }),
      avoid: fc.subarray(places),
    }),
    { maxLength: 5 },
  );
  const units = fc.tuple(...skus.flatMap(() => places.map(() => fc.integer({ min: -2, max: 6 }))));
  fc.assert(
    fc.property(wishes, units, (wanted, counts) => {
      const stock = Object.fromEntries(
        skus.flatMap((sku, row) =>
          places.map((place, column) => [`${sku}@${place}`, counts[row * 3 + column] ?? 0]),
        ),
      );
      const all = wanted.map((each, index) =>
        wish(each.sku, each.quantity, { lineId: `${index}`, avoid: each.avoid }),
      );
      const run = () =>
        planSourcing(
          all,
          places.map((id) => location(id)),
          stockOf(stock),
          'brand',
          'DE',
        );
      const { allocations } = run();
      assert.deepEqual(run().allocations, allocations);
      const left = new Map(Object.entries(stock));
      for (const { sku, location: place, quantity, lineId } of allocations) {
        assert.ok(quantity > 0 && !all[Number(lineId)]?.avoid.includes(place));
        left.set(`${sku}@${place}`, (left.get(`${sku}@${place}`) ?? 0) - quantity);
      }
      for (const [place, count] of left) assert.ok(count >= Math.min(0, stock[place] ?? 0), place);
      for (const { lineId, sku, quantity, avoid } of all) {
        const given = allocations
          .filter((part) => part.lineId === lineId)
          .reduce((sum, part) => sum + part.quantity, 0);
        assert.ok(given <= quantity);
        if (given === quantity) continue;
        for (const place of places)
          if (!avoid.includes(place))
            assert.ok((left.get(`${sku}@${place}`) ?? 0) <= 0, 'nothing usable is left over');
      }
    }),
  );
});
