/** Receipts: what is announced with a day, who is promised it, and what happens when it is late, cancelled or comes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import type { RetailerConfigInput } from '../config.ts';
import type { StockObservation } from '../messages.ts';
import { promisesOf, type Receipt, receiptsAfter } from './receipts.ts';

const day = (number: number) => `2026-10-${String(number).padStart(2, '0')}T00:00:00.000Z`;
const po = (document: string, on: number, units: number): Receipt => ({
  document,
  expectedAt: day(on),
  units,
});

test('a receipt grows, moves, comes in parts, and is gone when nothing of it is to come', () => {
  let receipts = receiptsAfter([], { incoming: 5, document: 'PO-1', expectedAt: day(9) });
  receipts = receiptsAfter(receipts, { incoming: 3, document: 'PO-2', expectedAt: day(5) });
  assert.deepEqual(receipts, [po('PO-2', 5, 3), po('PO-1', 9, 5)]);
  receipts = receiptsAfter(receipts, { incoming: 0, document: 'PO-2', expectedAt: day(20) });
  receipts = receiptsAfter(receipts, { incoming: -2, document: 'PO-1' });
  assert.deepEqual(receipts, [po('PO-1', 9, 3), po('PO-2', 20, 3)]);
  assert.deepEqual(
    receiptsAfter(receipts, { incoming: -4 }),
    [po('PO-2', 20, 2)],
    'without a document: the earliest',
  );
  assert.deepEqual(receiptsAfter(receipts, { incoming: -3, document: 'PO-1' }), [po('PO-2', 20, 3)]);
  assert.deepEqual(
    receiptsAfter([], { incoming: 4, document: 'PO-3' }),
    [],
    'without a day nobody is promised it',
  );
});

test('promises: as if unit by unit the one who was placed first got the earliest', () => {
  const wants = fc.uniqueArray(
    fc.record({
      order: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      placedAt: fc.constantFrom(day(1), day(2), day(3)),
      units: fc.integer({ min: 1, max: 5 }),
    }),
    { selector: ({ order }) => order },
  );
  const receipts = fc.uniqueArray(
    fc.record({
      document: fc.constantFrom('P', 'Q', 'R', 'S'),
      location: fc.constantFrom('WH', 'STORE'),
      expectedAt: fc.constantFrom(day(10), day(11), day(12)),
      units: fc.integer({ min: 1, max: 6 }),
    }),
    { selector: ({ document }) => document },
  );
  fc.assert(
    fc.property(wants, receipts, (all, coming) => {
      const units = coming
        .toSorted((a, b) =>
          `${a.expectedAt}${a.location}${a.document}` < `${b.expectedAt}${b.location}${b.document}` ? -1 : 1,
        )
        .flatMap((receipt) => Array.from({ length: receipt.units }, () => receipt.document));
      const promises = promisesOf(all, coming);
      for (const want of all.toSorted((a, b) => a.placedAt.localeCompare(b.placedAt))) {
        const mine = units.splice(0, want.units);
        const told = (promises.get(want.order) ?? []).flatMap((part) =>
          Array.from({ length: part.units }, () => part.document),
        );
        assert.deepEqual(told, mine);
      }
    }),
  );
});

let acts = 0;
function expected(life: OrderLife, incoming: number, document: string, on: number | null, delta = 0): void {
  acts += 1;
  const message: StockObservation = {
    type: 'stock.moved',
    sku: 'A',
    location: 'WH',
    delta,
    ...(incoming === 0 ? {} : { incoming }),
    reason: delta > 0 ? 'received' : 'expected',
    document,
    ...(on === null ? {} : { expectedAt: day(on) }),
    key: `act ${acts}`,
    at: new Date(life.hub.now + acts).toISOString(),
  };
  life.hub.send('stock', 'stock/A', message);
}
const backorder = (more: Partial<NonNullable<RetailerConfigInput['brands']>[number]> = {}) => ({
  brands: [{ id: 'brand', name: 'Brand', shortage: 'backorder' as const, backorderLimitDays: 5, ...more }],
});
const promisedTo = (life: OrderLife, id: string) =>
  Object.values(life.hub.order(id).expected ?? {}).flatMap(({ parts }) =>
    parts.map(({ document, units, expectedAt }) => `${units} ${document} ${expectedAt.slice(8, 10)}`),
  );
const at = (minute: number) => ({ placedAt: `2026-10-01T08:0${minute}:00.000Z` });

test('who waits is promised what is to come, first placed first, and has it when it is there', () => {
  const life = new OrderLife({ config: backorder(), stock: { 'A@WH': 0 } });
  life.hub.snapshot(anOrder('2', [line('A', 2)], at(2)));
  life.hub.snapshot(anOrder('1', [line('A', 3)], at(1)));
  expected(life, 4, 'PO-1', 12);
  assert.deepEqual([promisedTo(life, '1'), promisedTo(life, '2')], [['3 PO-1 12'], ['1 PO-1 12']]);
  expected(life, 5, 'PO-2', 15);
  assert.deepEqual(promisedTo(life, '2'), ['1 PO-1 12', '1 PO-2 15']);
  // An edit changes what is promised to whom.
  expected(life, -4, 'PO-1', null, 4);
  assert.equal(life.hub.position('A', 'WH').reserved, 4, 'all that came in is reserved');
  assert.deepEqual(
    life.hub.order('1').allocations.map(({ quantity }) => quantity),
    [3],
  );
  assert.deepEqual(promisedTo(life, '2'), ['1 PO-2 15']);
  expected(life, -5, 'PO-2', null, 5);
  assert.equal(life.hub.order('2').shortSince, null);
  assert.equal(life.hub.order('2').expected, undefined);
  life.hub.check();
});

test('a new day and a cancelled receipt are told; without a promise the limit of the brand holds', () => {
  const life = new OrderLife({ config: backorder(), stock: { 'A@WH': 0 } }).placed();
  expected(life, 2, 'PO-1', 20);
  life.hub.passDays(6);
  assert.deepEqual(life.hub.reasons(), [], 'it waits for the goods, longer than the limit');
  expected(life, 0, 'PO-1', 25);
  assert.deepEqual(promisedTo(life, '1'), ['2 PO-1 25']);
  expected(life, -2, 'PO-1', null);
  assert.deepEqual(promisedTo(life, '1'), []);
  assert.deepEqual(life.hub.reasons(), ['out-of-stock']);
  life.hub.check();
});

test('goods that are late are a case; skipped, they will not come, and the order is cancelled where its brand says so', () => {
  const life = new OrderLife({
    config: backorder({ backorderEnd: 'cancel' }),
    stock: { 'A@WH': 0 },
  }).placed();
  expected(life, 2, 'PO-1', 10);
  life.hub.passDays(10.7);
  const [late] = [...life.hub.cases.values()];
  assert.equal(late?.reason, 'receipt-late');
  assert.match(late?.message ?? '', /WH expected A, and it has not come: 2 of PO-1 \(2026-10-10\)/);
  assert.equal(life.hub.open('channel.cancelOrder').length, 1, 'its time is over, too');
  life.hub.send('stock', 'stock/A', {
    type: 'operator.skipCase',
    caseKey: late?.caseKey ?? '',
    by: 'Ann',
    note: '',
  });
  assert.deepEqual(promisedTo(life, '1'), []);
  assert.equal(life.hub.last('channel.cancelOrder').body.notify, true);
  life.hub.check();
});

test('a pre-order is not oversold; a brand that promises nothing tells of nothing', () => {
  const pre = new OrderLife({ config: { preorders: [{ sku: 'A' }] }, stock: { 'A@WH': 0 } }).placed();
  assert.ok(!pre.hub.factTypes().includes('OrderOversold'));
  const silent = new OrderLife({ config: backorder({ promises: 'none' }), stock: { 'A@WH': 0 } }).placed();
  expected(silent, 2, 'PO-1', 10);
  assert.deepEqual(promisedTo(silent, '1'), []);
  assert.ok(silent.hub.factTypes().includes('OrderOversold'));
});

test('the way "back-order" may ask for goods that are on their way', () => {
  const config: Partial<RetailerConfigInput> = {
    brands: [
      { id: 'brand', name: 'B', oversold: [{ route: 'backorder', ifIncoming: true }, { route: 'cancel' }] },
    ],
  };
  const none = new OrderLife({ config, stock: { 'A@WH': 0 } }).placed();
  assert.equal(none.hub.open('channel.cancelOrder').length, 1);
  const life = new OrderLife({ config, stock: { 'A@WH': 0 } });
  expected(life, 9, 'PO-1', 12);
  life.placed();
  assert.deepEqual(life.hub.asked(), []);
  assert.deepEqual(promisedTo(life, '1'), ['2 PO-1 12']);
});
