/** The channel is told from where an order's goods leave, where that is our business. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';

function ours(given: ConstructorParameters<typeof OrderLife>[0] = {}): OrderLife {
  const [shop, ...others] = aRetailer().connections;
  assert.ok(shop);
  const config = { connections: [{ ...shop, assignments: 'ours' as const }, ...others], ...given.config };
  return new OrderLife({ ...given, config });
}

const told = (life: OrderLife) =>
  life.hub.commands.flatMap(({ request }) =>
    request.kind === 'channel.assignLocations' ? [[request.key, request.body.parts]] : [],
  );

test('by default the channel keeps its own plan', () => {
  const life = new OrderLife().shipped();
  assert.equal(life.hub.asked().includes('channel.assignLocations'), false);
});

test('once all is promised the channel is told which location sends what, in one command', () => {
  const life = ours({
    lines: [line('A', 3), line('B', 1)],
    stock: { 'A@WH': 2, 'A@STORE': 1, 'B@WH': 1 },
  }).placed();
  const at = (location: string, ...lines: [string, number][]) => ({
    location,
    lines: lines.map(([lineId, quantity]) => ({ lineId, quantity })),
  });
  assert.deepEqual(told(life), [
    ['shop/1#assign/1', [at('STORE', ['A-line', 1]), at('WH', ['A-line', 2], ['B-line', 1])]],
  ]);
});

test('parcels are no other plan, and the order closes with its channel told once', () => {
  const life = ours().booked();
  life.hub.done('fulfilment.release');
  life.hub.ship('S1', [{ lineId: 'A-line', quantity: 1 }]);
  life.hub.ship('S2', [{ lineId: 'A-line', quantity: 1 }]);
  life.told();
  assert.equal(told(life).length, 1);
});

test('what a location will not ship is sent from another: the channel is told anew, after its answer', () => {
  const life = ours({ stock: { 'A@WH': 2, 'A@STORE': 2 } }).released();
  life.refused('X', [{ lineId: 'A-line', quantity: 2 }]);
  assert.equal(told(life).length, 1, 'one at a time');
  life.hub.done('channel.assignLocations');
  assert.deepEqual(told(life)[1], [
    'shop/1#assign/2',
    [{ location: 'STORE', lines: [{ lineId: 'A-line', quantity: 2 }] }],
  ]);
});

test('a refusal is a case of its own, for which nothing waits, and which ends with the goods', () => {
  const life = ours().booked();
  life.hub.rejected('channel.assignLocations', 'not-movable', 'not stocked there');
  assert.deepEqual(life.hub.reasons(), ['assignment-refused']);
  life.hub.done('fulfilment.release');
  life.hub.ship('S1');
  life.told();
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.hub.open().length, 0);
});

test('a person tries again, or leaves it', () => {
  const again = ours().placed();
  again.hub.rejected('channel.assignLocations');
  again.hub.retry('assignment-refused');
  assert.deepEqual(
    told(again).map(([key]) => key),
    ['shop/1#assign/1', 'shop/1#assign/2'],
  );
  const left = ours().placed();
  left.hub.rejected('channel.assignLocations');
  left.hub.skip('assignment-refused');
  assert.equal(left.state.heldBecause, null);
  assert.equal(told(left).length, 1);
});

test('what is held, short or cancelled is not assigned', () => {
  const held = ours();
  held.channel.hold();
  assert.deepEqual(told(held.placed()), []);
  const short = ours({
    stock: { 'A@WH': 1 },
    config: { brands: [{ id: 'brand', name: 'Brand', shortage: 'backorder' }] },
  }).placed();
  assert.deepEqual(told(short), []);
  short.hub.moved('A', 'WH', 5);
  assert.equal(told(short).length, 1);
});

test('of a location that the channel does not know it is told nothing', () => {
  const [shop, ...others] = aRetailer().connections;
  assert.ok(shop);
  const connections = [
    { ...shop, assignments: 'ours' as const, sameCodes: ['sku', 'tax-code', 'gateway'] as const },
    ...others,
  ];
  const life = new OrderLife({ config: { connections: connections as never } }).placed();
  assert.deepEqual(told(life), []);
});
