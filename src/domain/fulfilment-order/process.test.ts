/** Whose a fulfilment order is, is asked once; from then on its news is its order's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import type { FulfilmentOrderState } from './process.ts';

const KEY = 'shop/7001';
const NEWS = { type: 'fulfilmentOrder.hint', topic: 'fulfillment_orders/moved' } as const;

function stateIn(hub: MemoryHub): FulfilmentOrderState {
  return hub.stream('fulfilmentOrder', KEY).state as FulfilmentOrderState;
}

test('its order is asked for once, however often it is told of meanwhile, and is then read', () => {
  const hub = new MemoryHub();
  hub.send('fulfilmentOrder', KEY, NEWS);
  hub.send('fulfilmentOrder', KEY, NEWS);
  assert.equal(hub.open('channel.findOrder').length, 1);
  assert.deepEqual(hub.last('channel.findOrder').body, { fulfilmentOrderId: '7001' });
  hub.done('channel.findOrder', { channelOrderId: '1001' });
  assert.equal(stateIn(hub).channelOrderId, '1001');
  hub.pass(60_000);
  assert.deepEqual(hub.last('channel.readOrder').body, { channelOrderId: '1001' });
  hub.send('fulfilmentOrder', KEY, NEWS);
  assert.equal(hub.open('channel.findOrder').length, 0, 'it is known');
});

test('one that its channel does not show is asked for again when it is told of again', () => {
  const hub = new MemoryHub();
  hub.send('fulfilmentOrder', KEY, NEWS);
  hub.rejected('channel.findOrder', 'not-found', 'gone');
  assert.equal(stateIn(hub).channelOrderId, null);
  assert.equal(hub.open('channel.readOrder').length, 0);
  hub.send('fulfilmentOrder', KEY, NEWS);
  assert.equal(hub.last('channel.findOrder').request.key, 'shop/7001#order/2');
  hub.rejected('channel.findOrder', 'keeps-failing', 'broken');
  assert.equal(stateIn(hub).asks, false);
});
