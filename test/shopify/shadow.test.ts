/** In shadow everything is decided and nothing is sent; what would have been sent is shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { ConnectionList } from '../../src/gateway/schemas/operations.ts';
import { OrderStory } from '../../src/gateway/schemas/orders.ts';
import { ShadowList } from '../../src/gateway/schemas/shadow.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { startShopHub } from '../support/shop-hub.ts';
import { findingsInside } from '../support/sound.ts';

for (const kind of databases()) {
  test(`a hub in shadow reads and decides, sends nothing, and shows what it would have sent (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const effects: string[] = [];
      const hub = await startShopHub(place, {
        retailer: { shadow: true },
        hooks: { onEffect: (command) => void effects.push(command.key) },
      });
      try {
        const api = apiOf(hub);
        const id = hub.shop.store.placeOrder(anOrderSpec());
        await hub.takeWebhooks();
        await hub.pass(60_000);
        const order = await hub.order(id);
        assert.equal(order?.status, 'booking');
        assert.deepEqual(
          order?.allocations.map(({ location, quantity }) => `${quantity} ${location}`),
          ['3 WH', '1 WH'],
        );
        assert.deepEqual(effects, []);
        const { commands } = await api.get(ShadowList, '/v1/shadow');
        assert.deepEqual(
          commands.map(({ command, connection, orderKey }) => [command, connection, orderKey]),
          [['erp.createSalesOrder', 'erp', `shop/${id}`]],
        );
        assert.equal((commands[0]?.body as { reference: string } | undefined)?.reference, `shop/${id}`);
        const story = await api.get(OrderStory, `/v1/orders/${encodeURIComponent(`shop/${id}`)}`);
        const told = story.timeline.find(({ command }) => command?.status === 'shadow');
        assert.match(told?.detail.join() ?? '', /not sent.*shadow/i);
        const { connections } = await api.get(ConnectionList, '/v1/connections');
        assert.ok(connections.every(({ shadow }) => shadow));
        assert.equal((await api.get(ShadowList, '/v1/shadow?connection=wms')).commands.length, 0);
        assert.deepEqual(await findingsInside(hub.database), []);
      } finally {
        await hub.close();
      }
    }));
}

test('of two channels the one in shadow sends nothing, and what waited when its shadow began waits on', () =>
  withDatabase('pglite', async (place) => {
    const effects: string[] = [];
    const hooks = { onEffect: (command: { kind: string }) => void effects.push(command.kind) };
    const first = await startShopHub(place, { hooks });
    await first.engine.setPaused('erp', true);
    const waiting = first.shop.store.placeOrder(anOrderSpec());
    await first.takeWebhooks();
    const hub = await first.restart({ connection: { shadow: true } });
    try {
      await hub.engine.setPaused('erp', false);
      const inShadow = hub.shop.store.placeOrder(anOrderSpec());
      await hub.takeWebhooks(true);
      await hub.pass(60_000);
      assert.deepEqual(effects, []);
      assert.deepEqual(
        (await hub.commands()).filter((each) => !/readOrder/.test(each)),
        ['erp.createSalesOrder waiting', 'erp.createSalesOrder shadow'],
      );
      const live = await hub.restart({ connection: { shadow: false } });
      try {
        await live.pass(60_000);
        await live.settle();
        assert.equal((await live.order(waiting))?.status, 'closed', 'what waited goes on');
        assert.equal((await live.order(inShadow))?.status, 'booking', 'what was decided in shadow does not');
      } finally {
        await live.engine.stop();
        await live.database.close();
      }
    } finally {
      await hub.shop.close();
    }
  }));
