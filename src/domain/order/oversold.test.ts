/** Orders placed for stock that is not there: said at once and once, and sent the way that the brand names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import type { RetailerConfigInput } from '../config.ts';
import type { OversoldRoute } from '../stock/oversold.ts';
import type { OrderFact } from './facts.ts';
import { orderProcess } from './process.ts';

type Route = Partial<OversoldRoute> & Pick<OversoldRoute, 'route'>;
const routed = (...oversold: Route[]): Partial<RetailerConfigInput> => ({
  brands: [{ id: 'brand', name: 'Brand', oversold: oversold as OversoldRoute[] }],
});
type Kind<Type extends OrderFact['type']> = Extract<OrderFact, { type: Type }>;
function facts<Type extends OrderFact['type']>(life: OrderLife, type: Type, id = '1'): Kind<Type>[] {
  return life.hub.facts(id).filter((fact): fact is Kind<Type> => fact.type === type);
}
const told = (life: OrderLife) =>
  facts(life, 'OversoldRouted').flatMap(({ routes }) => routes.map((each) => each.told));
const demand = (life: OrderLife, id = '1') => {
  let state = orderProcess.initial(`shop/${id}`);
  return life.hub.facts(id).flatMap((fact) => {
    state = orderProcess.evolve(state, fact);
    return orderProcess.demandOf?.(fact, state) ?? [];
  });
};

test('units that are nowhere are told in the turn that the order comes in, and counted', () => {
  const life = new OrderLife({
    lines: [line('A', 3), line('B', 1)],
    stock: { 'A@WH': 1, 'B@WH': 1 },
  }).placed();
  assert.deepEqual(facts(life, 'OrderOversold'), [
    { type: 'OrderOversold', lines: [{ lineId: 'A-line', sku: 'A', quantity: 2 }] },
  ]);
  assert.deepEqual(facts(life, 'OversoldRouted'), [], 'no way is named: the shortage policy holds');
  assert.deepEqual(demand(life), [
    { day: '2026-10-01', brand: 'brand', channel: 'shop', units: 4, oversoldUnits: 0 },
    { day: '2026-10-01', brand: 'brand', channel: 'shop', units: 4, oversoldUnits: 2 },
  ]);
  life.hub.check();
});

test('what a count takes away later was not oversold, nor what a closed store has', () => {
  const found = new OrderLife({ stock: { 'A@WH': 2 } });
  found.see(found.channel.hold());
  found.hub.moved('A', 'WH', -2);
  assert.deepEqual(facts(found, 'OrderOversold'), []);
  assert.equal(found.state.shortLines[0]?.quantity, 2);
  const closed = new OrderLife({
    config: { sourcing: { places: { STORE: { hours: { week: { fri: [['09:00', '18:00']] } } } } } },
    lines: [line('A', 3)],
    stock: { 'A@STORE': 2 },
  }).placed();
  assert.deepEqual(facts(closed, 'OrderOversold')[0]?.lines, [{ lineId: 'A-line', sku: 'A', quantity: 1 }]);
});

test('other locations: those that the rules leave out give their units, the last ones too where that is allowed', () => {
  const given = {
    lines: [line('A', 3)],
    stock: { 'A@WH': 1, 'A@STORE': 2 },
  };
  const places = (changes: Partial<RetailerConfigInput>, route: Route) =>
    new OrderLife({
      ...given,
      config: {
        ...routed(route),
        sourcing: { rules: [{ id: 'no-stores', filters: [{ filter: 'kind', kinds: ['warehouse'] }] }] },
        ...changes,
      },
    }).placed();
  const life = places({}, { route: 'otherLocation' });
  assert.deepEqual(life.hub.units('A', 'STORE'), { onHand: 2, reserved: 2 });
  assert.equal(facts(life, 'OrderOversold')[0]?.lines[0]?.quantity, 2, 'it was oversold all the same');
  assert.deepEqual(told(life), ['found elsewhere: 2 × A at STORE']);
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  const other = places({}, { route: 'otherLocation', locations: ['WH'] });
  assert.deepEqual(told(other), ['no other location has them']);
  life.hub.check();
});

test('safety stock is touched only where the way says so', () => {
  const given = (route: Route) => {
    const life = new OrderLife({ config: routed(route), lines: [line('A', 2)], stock: { 'A@WH': 2 } });
    life.hub.safety.set('A@WH', 2);
    return life.placed();
  };
  assert.equal(given({ route: 'otherLocation' }).hub.position('A', 'WH').reserved, 0);
  const life = given({ route: 'otherLocation', useSafetyStock: true });
  assert.equal(life.hub.position('A', 'WH').reserved, 2);
});

test('a substitute is sent for a whole line: ERP and location have its code, the channel its line', () => {
  const life = new OrderLife({
    config: {
      ...routed({ route: 'substitute' }),
      substitutes: [
        { sku: 'A', by: 'NONE' },
        { sku: 'A', by: 'A2' },
      ],
    },
    lines: [line('A', 2), line('B', 1)],
    stock: { 'A@WH': 1, 'A2@WH': 2, 'B@WH': 1 },
  }).placed();
  assert.deepEqual(told(life), ['A2 instead of A']);
  assert.deepEqual(life.hub.units('A', 'WH'), { onHand: 1, reserved: 0 });
  assert.deepEqual(life.hub.units('A2', 'WH'), { onHand: 2, reserved: 2 });
  assert.deepEqual(
    life.hub.last('erp.createSalesOrder').body.lines.map(({ item, quantity }) => `${quantity} ${item}`),
    ['2 A2', '1 B'],
  );
  life.shipped();
  assert.equal(life.state.status, 'closed');
  assert.deepEqual(life.hub.units('A2', 'WH'), { onHand: 0, reserved: 0 });
  life.hub.check();
});

test('a substitution outlives what the channel tells later', () => {
  const life = new OrderLife({
    config: { ...routed({ route: 'substitute' }), substitutes: [{ sku: 'A', by: 'A2' }] },
    stock: { 'A2@WH': 5 },
  }).placed();
  life.see(life.channel.hold());
  life.see(life.channel.unhold());
  assert.deepEqual(life.state.skus, { 'A-line': 'A2' });
  assert.equal(life.hub.position('A2', 'WH').reserved, 2);
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.check();
});

test('cancel with an apology: the channel tells the customer and gives the money back; later shortages do not', () => {
  const life = new OrderLife({
    config: routed({ route: 'substitute' }, { route: 'cancel' }),
    lines: [line('A', 1), line('B', 1)],
    stock: { 'A@WH': 1 },
  }).placed();
  assert.deepEqual(life.hub.last('channel.cancelOrder').body, {
    channelOrderId: '1',
    reason: 'out of stock',
    refund: true,
    restock: true,
    notify: true,
  });
  assert.deepEqual(told(life), [
    'no substitute is there for a whole line',
    'it is cancelled, with an apology to the customer and the money back',
  ]);
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  life.see(life.channel.cancel());
  life.hub.done('channel.cancelOrder');
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('back-order and a person are ways, too, whatever the brand does with other shortages', () => {
  const waits = new OrderLife({ config: routed({ route: 'backorder' }), stock: { 'A@WH': 1 } }).placed();
  assert.deepEqual(waits.hub.asked(), [], 'it waits until all is there');
  const ahead = new OrderLife({
    config: routed({ route: 'backorder', ship: 'whatIsThere' }),
    stock: { 'A@WH': 1 },
  }).placed();
  assert.deepEqual(ahead.hub.asked(), ['erp.createSalesOrder']);
  const asked = new OrderLife({ config: routed({ route: 'case' }), stock: {} }).placed();
  assert.deepEqual(asked.hub.reasons(), ['out-of-stock']);
  for (const life of [waits, ahead, asked]) life.hub.check();
});

test('a flash sale: whatever is told again, each order and each unit is counted once, and exactly those that were not there', () => {
  const event = fc.oneof(
    fc.record({
      what: fc.constant('order' as const),
      id: fc.integer({ min: 1, max: 8 }),
      units: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ what: fc.constant('again' as const), id: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ what: fc.constant('receive' as const), units: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ what: fc.constant('cancel' as const), id: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ what: fc.constant('wake' as const), id: fc.integer({ min: 1, max: 8 }) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8 }), fc.array(event, { maxLength: 30 }), (there, events) => {
      const life = new OrderLife({ stock: { 'A@WH': there } });
      const seen = new Map<number, ReturnType<typeof anOrder>>();
      const oversold = new Map<number, number>();
      for (const each of events) {
        if (each.what === 'receive') {
          life.hub.moved('A', 'WH', each.units);
          continue;
        }
        const known = seen.get(each.id);
        if (each.what === 'order') {
          if (known) continue;
          const order = anOrder(String(each.id), [line('A', each.units)]);
          const { onHand, reserved } = life.hub.position('A', 'WH');
          oversold.set(each.id, Math.max(0, each.units - (onHand - reserved)));
          seen.set(each.id, order);
          life.hub.snapshot(order);
        } else if (known && each.what === 'again') life.hub.snapshot(known);
        else if (known && each.what === 'wake')
          life.hub.send('order', `shop/${each.id}`, { type: 'stock.arrived', sku: 'A' });
        else if (known && each.what === 'cancel') {
          const at = '2026-10-01T08:30:00.000Z';
          const cancelled = { ...known, cancelledAt: at, updatedAt: at };
          seen.set(each.id, cancelled);
          life.hub.snapshot(cancelled);
        }
      }
      for (const [id, units] of oversold) {
        assert.equal(facts(life, 'OrderOversold', String(id)).length, units > 0 ? 1 : 0);
        const rows = demand(life, String(id));
        assert.equal(Math.max(...rows.map(({ oversoldUnits }) => oversoldUnits)), units);
      }
      life.hub.check();
    }),
  );
});
