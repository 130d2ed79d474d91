/** Our own hold on a store's order: it stops the staff, never ourselves; and those of others stay. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandKind } from '../../domain/commands.ts';
import { orderKey } from '../contract.ts';
import { shopify } from './index.ts';
import { anOrderSpec, startStore } from './sandbox/testing.ts';
import { aCommand, soon } from './testing.ts';

async function open() {
  const { store, clock, close } = await startStore();
  const settings = shopify.settings.parse({
    shopDomain: 'one.myshopify.com',
    baseUrl: store.baseUrl,
    clientId: 'client',
    clientSecret: 'a client secret',
  });
  const session = shopify.open({ connection: 'shop', settings, clock, log: () => undefined });
  const intake = shopify.intake('shop', settings);
  const channelOrderId = store.placeOrder(anOrderSpec());
  const perform = async (kind: CommandKind, body: object) => {
    const outcome = await session.perform(aCommand(kind, { channelOrderId, ...body }, clock), soon());
    assert.equal(outcome.status, 'done', JSON.stringify(outcome));
    return outcome;
  };
  const book = () => {
    const found = store.books().orders.find((each) => each.channelOrderId === channelOrderId);
    assert.ok(found);
    return found;
  };
  return {
    store,
    channelOrderId,
    perform,
    book,
    /** What a read says of holds. */
    async holds() {
      const outcome = await perform('channel.readOrder', {});
      assert.ok('observations' in outcome && outcome.observations?.[0]);
      assert.equal(
        (intake.address(outcome.observations[0]) as { key: string }).key,
        orderKey('shop', channelOrderId),
      );
      const { message } = intake.normalise(outcome.observations[0]);
      assert.ok(message.type === 'order.snapshot');
      return message.order.holds;
    },
    async close() {
      await session.close();
      await close();
    },
  };
}

const HOLD = { reason: 'stock', note: 'waits for stock' };

test('our own hold is not read as somebody’s hold; the staff’s is, beside it and alone', async (context) => {
  const shop = await open();
  context.after(shop.close);
  await shop.perform('channel.holdFulfilment', HOLD);
  assert.deepEqual(shop.book().planned?.[0]?.holds, ['crossdock']);
  assert.deepEqual(await shop.holds(), []);
  shop.store.hold(shop.channelOrderId, { reason: 'HIGH_RISK_OF_FRAUD', notes: null });
  assert.equal((await shop.holds())?.length, 1);
  await shop.perform('channel.releaseHold', {});
  assert.deepEqual(shop.book().planned?.[0]?.holds, []);
  assert.equal((await shop.holds())?.length, 1);
});

test('a parcel that has left takes our hold away', async (context) => {
  const shop = await open();
  context.after(shop.close);
  await shop.perform('channel.holdFulfilment', HOLD);
  const lines = shop.book().lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  await shop.perform('channel.createFulfilment', {
    shipmentId: 'WH#1',
    location: 'WH-NORTH',
    lines,
    tracking: null,
    shippedAt: '2026-11-23T06:00:00.000Z',
  });
  assert.equal(shop.book().fulfilments.length, 1);
});
