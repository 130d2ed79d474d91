/** Kits and bundles in an order's life: promised, sent, given back and waited for as one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, line } from '../../../test/support/builders.ts';
import { type Given, OrderLife } from '../../../test/support/order-life.ts';
import type { RetailerConfigInput } from '../config.ts';

const SET = {
  sku: 'SET',
  components: [
    { sku: 'A', quantity: 1 },
    { sku: 'B', quantity: 2 },
  ],
};
const life = (stock: Record<string, number>, given: Given = {}, config: Partial<RetailerConfigInput> = {}) =>
  new OrderLife({ lines: [line('SET', 2)], stock, ...given, config: { kits: [SET], ...config } });
const waiting = (of: OrderLife, sku: string) =>
  (of.hub.stream('stock', `stock/${sku}`).state as { waiting: string[] }).waiting;

test('a kit is promised and sent as one: components leave the shelf, ERP and channel hear of the kit', () => {
  const order = life({ 'A@WH': 5, 'B@WH': 5 }).booked();
  assert.deepEqual(order.hub.units('A', 'WH'), { onHand: 5, reserved: 2 });
  assert.deepEqual(order.hub.units('B', 'WH'), { onHand: 5, reserved: 4 });
  assert.deepEqual(
    order.hub.last('erp.createSalesOrder').body.lines.map(({ item }) => item),
    ['SET'],
  );
  assert.deepEqual(order.hub.last('fulfilment.release').body.lines, [
    {
      lineId: 'SET-line',
      item: 'SET',
      quantity: 2,
      components: [
        { item: 'A', quantity: 1 },
        { item: 'B', quantity: 2 },
      ],
    },
  ]);
  order.shippedRest();
  assert.equal(order.state.status, 'closed');
  assert.deepEqual(order.hub.units('A', 'WH'), { onHand: 3, reserved: 0 });
  assert.deepEqual(order.hub.units('B', 'WH'), { onHand: 1, reserved: 0 });
  order.hub.check();
});

test('no location gives half a kit; what is missing is waited for by its components', () => {
  const order = life({ 'A@WH': 2, 'B@WH': 3, 'B@STORE': 4 }).placed();
  assert.equal(order.hub.position('A', 'WH').reserved, 1);
  assert.equal(order.hub.position('B', 'STORE').reserved, 0);
  assert.deepEqual([waiting(order, 'A'), waiting(order, 'B')], [['shop/1'], ['shop/1']]);
  assert.deepEqual(order.hub.streams.has('stock stock/SET'), false);
  order.hub.moved('B', 'WH', 1);
  assert.equal(order.hub.position('B', 'WH').reserved, 4);
  assert.deepEqual([waiting(order, 'A'), waiting(order, 'B')], [[], []]);
  order.hub.check();
});

test('a count that takes a component frees the others of the kit, and who waits for them has them at once', () => {
  const order = life({ 'A@WH': 2, 'B@WH': 4 });
  order.see(order.channel.hold());
  order.hub.snapshot(anOrder('2', [line('B', 1)]));
  assert.deepEqual(order.hub.order('2').allocations, []);
  order.hub.moved('A', 'WH', -1);
  assert.equal(order.hub.position('A', 'WH').reserved, 1);
  assert.equal(order.hub.position('B', 'WH').reserved, 3);
  assert.equal(order.hub.order('2').allocations[0]?.quantity, 1);
  order.hub.check();
});

test('a kit that is refused comes from elsewhere whole', () => {
  const order = life({ 'A@WH': 2, 'B@WH': 4, 'A@STORE': 2, 'B@STORE': 4 }).released();
  order.refused('r1', [{ lineId: 'SET-line', quantity: 1 }]);
  assert.deepEqual(order.hub.units('A', 'STORE'), { onHand: 2, reserved: 1 });
  assert.deepEqual(order.hub.units('B', 'STORE'), { onHand: 4, reserved: 2 });
  assert.equal(order.hub.position('B', 'WH').reserved, 2);
  order.hub.check();
});

test('a reservation of kits keeps their components, and the order takes them over', () => {
  const order = life({ 'A@WH': 2, 'B@WH': 4 }, { order: { reservations: ['r-1'] } });
  const request = {
    lines: [{ sku: 'SET', location: null, quantity: 2 }],
    policy: 'all-or-nothing' as const,
    timeToLive: 600,
    brand: 'brand',
    country: 'DE',
  };
  order.hub.send('reservation', 'r-1', { type: 'reservation.request', request });
  assert.equal(order.hub.position('B', 'WH').reserved, 4);
  order.placed();
  assert.equal(order.hub.position('B', 'WH').reserved, 4);
  assert.deepEqual(order.state.allocations[0]?.components, SET.components);
  assert.ok(!order.hub.factTypes().includes('OrderOversold'));
  order.hub.check();
});

const bundle = (parts: [sku: string, quantity: number][]) =>
  parts.map(([sku, quantity]) => ({ ...line(sku, quantity), bundleId: '9' }));

test('lines of a bundle come from one location together, or from anywhere where the brand says so', () => {
  const lines = bundle([
    ['A', 2],
    ['B', 4],
  ]);
  const stock = { 'A@WH': 1, 'B@WH': 4, 'A@STORE': 1, 'B@STORE': 1 };
  const order = new OrderLife({ lines, stock }).placed();
  assert.deepEqual(
    order.state.allocations.map(({ lineId, location, quantity }) => [lineId, location, quantity]),
    [
      ['A-line', 'WH', 1],
      ['B-line', 'WH', 2],
    ],
  );
  assert.deepEqual(
    order.hub.facts().flatMap((fact) => (fact.type === 'StockShort' ? fact.lines : [])),
    [
      { lineId: 'A-line', sku: 'A', quantity: 1 },
      { lineId: 'B-line', sku: 'B', quantity: 2 },
    ],
  );
  const apart = new OrderLife({
    lines,
    stock,
    config: { brands: [{ id: 'brand', name: 'B', bundles: 'apart' }] },
  });
  assert.equal(
    apart.placed().state.allocations.reduce((sum, part) => sum + part.quantity, 0),
    6,
  );
  for (const each of [order, apart]) each.hub.check();
});

test('any interleaving of kits, their components, counts, cancels and reservations closes by component', () => {
  const event = fc.oneof(
    fc.record({
      what: fc.constant('set' as const),
      id: fc.integer({ min: 1, max: 6 }),
      units: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({
      what: fc.constant('part' as const),
      id: fc.integer({ min: 1, max: 6 }),
      units: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ what: fc.constant('cancel' as const), id: fc.integer({ min: 1, max: 6 }) }),
    fc.record({
      what: fc.constant('move' as const),
      sku: fc.constantFrom('A', 'B'),
      place: fc.constantFrom('WH', 'STORE'),
      units: fc.integer({ min: -3, max: 4 }),
    }),
    fc.record({
      what: fc.constant('keep' as const),
      id: fc.integer({ min: 1, max: 3 }),
      units: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ what: fc.constant('free' as const), id: fc.integer({ min: 1, max: 3 }) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const { hub } = life({ 'A@WH': 3, 'B@WH': 5, 'A@STORE': 2, 'B@STORE': 4 });
      const orders = new Map<number, ReturnType<typeof anOrder>>();
      for (const each of events) {
        if (each.what === 'move') {
          const { onHand } = hub.position(each.sku, each.place);
          const delta = Math.max(each.units, -onHand);
          if (delta !== 0) hub.moved(each.sku, each.place, delta);
        } else if (each.what === 'keep') {
          hub.send('reservation', `r-${each.id}`, {
            type: 'reservation.request',
            request: {
              lines: [{ sku: 'SET', location: null, quantity: each.units }],
              policy: 'partial',
              timeToLive: 600,
              brand: 'brand',
              country: 'DE',
            },
          });
        } else if (each.what === 'free') {
          hub.send('reservation', `r-${each.id}`, { type: 'reservation.release', because: 'done' });
        } else if (each.what === 'cancel') {
          const known = orders.get(each.id);
          const at = '2026-10-01T08:30:00.000Z';
          if (known) hub.snapshot({ ...known, cancelledAt: at, updatedAt: at });
        } else if (!orders.has(each.id)) {
          const order = anOrder(String(each.id), [line(each.what === 'set' ? 'SET' : 'B', each.units)]);
          orders.set(each.id, order);
          hub.snapshot(order);
        }
      }
      hub.check();
    }),
  );
});
