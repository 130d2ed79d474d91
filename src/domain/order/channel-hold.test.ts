/** While an order may not leave by our rules its channel keeps it back too, where that is wanted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';

function holding(given: ConstructorParameters<typeof OrderLife>[0] = {}): OrderLife {
  const [shop, ...others] = aRetailer().connections;
  assert.ok(shop);
  const config = { connections: [{ ...shop, holdAtChannel: true }, ...others], ...given.config };
  return new OrderLife({ ...given, config });
}

const BACKORDER = { brands: [{ id: 'brand', name: 'Brand', shortage: 'backorder' as const }] };

const told = (life: OrderLife) =>
  life.hub.commands.flatMap(({ request }) =>
    request.kind === 'channel.holdFulfilment'
      ? [`${request.key} ${request.body.reason}`]
      : request.kind === 'channel.releaseHold'
        ? [request.key]
        : [],
  );

test('by default, and of an order that goes its way, nothing is held', () => {
  const usual = new OrderLife({ stock: { 'A@WH': 0 }, config: BACKORDER }).placed();
  assert.deepEqual(told(usual), []);
  assert.deepEqual(told(holding().shipped()), []);
});

test('what waits for stock is held, and let go before its goods are asked for', () => {
  const life = holding({ stock: { 'A@WH': 1 }, config: BACKORDER }).placed();
  assert.deepEqual(told(life), ['shop/1#hold/1 stock']);
  life.hub.done('channel.holdFulfilment');
  life.hub.moved('A', 'WH', 5);
  assert.deepEqual(told(life), ['shop/1#hold/1 stock', 'shop/1#hold/release/1']);
  life.hub.done('channel.releaseHold');
  life.hub.done('erp.createSalesOrder');
  life.hub.done('fulfilment.release');
  life.hub.ship('S1');
  life.told();
  assert.deepEqual(told(life).length, 2);
  assert.deepEqual(life.hub.reasons(), []);
});

test('it is let go when its hold has been answered, not before', () => {
  const life = holding({ stock: { 'A@WH': 1 }, config: BACKORDER }).placed();
  life.hub.moved('A', 'WH', 5);
  assert.equal(told(life).length, 1);
  life.hub.done('channel.holdFulfilment');
  assert.equal(told(life).length, 2);
});

test('an order that is not paid, has no whole address or is stopped by a person is held, each time anew', () => {
  const unpaid = holding({ order: { paymentStatus: 'pending' } }).placed();
  assert.deepEqual(told(unpaid), ['shop/1#hold/1 payment']);
  const shipTo = { personId: 'p', countryCode: 'DE', provinceCode: null, missing: ['city'] };
  const nowhere = holding({ order: { shipTo } as never }).placed();
  assert.deepEqual(told(nowhere), ['shop/1#hold/1 address']);
  const stopped = holding().placed();
  const by = { by: 'Ann', note: '' };
  for (const _ of [1, 2]) {
    stopped.hub.tell('1', { type: 'operator.hold', reason: 'odd', ...by });
    stopped.hub.done('channel.holdFulfilment');
    stopped.hub.tell('1', { type: 'operator.resume', ...by });
    stopped.hub.done('channel.releaseHold');
  }
  assert.deepEqual(told(stopped), [
    'shop/1#hold/1 other',
    'shop/1#hold/release/1',
    'shop/1#hold/2 other',
    'shop/1#hold/release/2',
  ]);
});

test('goods that a location has been asked for are not held', () => {
  const life = holding().released();
  life.hub.tell('1', { type: 'operator.hold', reason: 'odd', by: 'Ann', note: '' });
  assert.deepEqual(told(life), []);
});

test('a refusal is a case that ends when the order goes on', () => {
  const life = holding({ stock: { 'A@WH': 1 }, config: BACKORDER }).placed();
  life.hub.rejected('channel.holdFulfilment');
  assert.deepEqual(life.hub.reasons(), ['channel-hold-refused']);
  life.hub.moved('A', 'WH', 5);
  assert.deepEqual(life.hub.reasons(), []);
});

test('what is cancelled or emptied is held no longer', () => {
  const cancelled = holding({ stock: { 'A@WH': 0 }, config: BACKORDER }).placed();
  cancelled.hub.done('channel.holdFulfilment');
  cancelled.see(cancelled.channel.cancel());
  assert.equal(told(cancelled).length, 1);
  assert.equal(cancelled.state.status, 'cancelled');
  const emptied = holding({ lines: [line('A', 1)], order: { paymentStatus: 'pending' } }).placed();
  emptied.hub.done('channel.holdFulfilment');
  emptied.see(emptied.channel.remove('A-line', 1));
  assert.equal(told(emptied).length, 2);
});
