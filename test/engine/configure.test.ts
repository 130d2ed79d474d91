/** A hub that takes another configuration while it works: connections come and go, the others notice nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RetailerConfig } from '../../src/domain/config.ts';
import { loadOrphans } from '../../src/store/outbox.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, until } from '../support/engine.ts';

/** The retailer with a second shop, `more` over it. */
function withSecondShop(more: object = {}): RetailerConfig {
  const base = aRetailer();
  const shop = base.connections.find(({ id }) => id === 'shop');
  assert.ok(shop);
  return { ...base, connections: [...base.connections, { ...shop, id: 'second', ...more }] };
}

for (const kind of databases()) {
  test(`a connection is taken in, worked and given up while others are busy (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const calls: string[] = [];
      const hub = await startEngine(place, { hooks: { onEffect: ({ key }) => void calls.push(key) } });
      const closed = async () =>
        (
          await hub.database.query<{ key: string }>(
            "select key from stream where kind = 'order' and closed order by key",
          )
        ).map(({ key }) => key);
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 1_000));
        const ids = Array.from({ length: 30 }, (_, index) => String(index));
        const busy = hub.put('shop', ...ids.map((id) => orderDelivery(anOrder(id, [line('A', 1)]))));
        const { version } = { version: hub.engine.configVersion };
        assert.deepEqual(await hub.engine.configure(withSecondShop()), { opened: ['second'], closed: [] });
        assert.equal(hub.engine.configVersion, version + 1);
        await busy;
        await hub.put('second', orderDelivery(anOrder('1', [line('A', 1)]), 'second'));
        await until('all orders to be over', async () => (await closed()).length === 31);
        assert.ok((await closed()).includes('second/1'));
        assert.equal(calls.length, new Set(calls).size, 'nothing is done twice');

        assert.deepEqual(await hub.engine.configure(aRetailer()), { opened: [], closed: ['second'] });
        assert.equal(hub.engine.connections.has('second'), false);
        assert.equal(hub.engine.status.lanes.second, undefined);
        assert.deepEqual(await hub.engine.configure(aRetailer()), { opened: [], closed: [] });
        assert.deepEqual(hub.errors, []);
      } finally {
        await hub.close();
      }
    }));

  test(`what waits for a connection that is given up goes on when it comes back (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place, { config: withSecondShop() });
      try {
        await hub.engine.setPaused('second', true);
        await hub.put('stock', stockDelivery('A', 'WH', 10));
        await hub.put('second', orderDelivery(anOrder('1', [line('A', 1)]), 'second'));
        const orphans = () => loadOrphans(hub.database, ['shop', 'erp', 'wms', 'stock']);
        await until('its command to wait', async () => (await orphans())[0]?.commands === 1);
        await hub.engine.configure(aRetailer());
        assert.equal((await orphans())[0]?.commands, 1);
        await hub.engine.configure(withSecondShop());
        await hub.engine.setPaused('second', false);
        await until('it to go on', async () => (await orphans()).length === 0);
        assert.deepEqual(hub.errors, []);
      } finally {
        await hub.close();
      }
    }));

  test(`a configuration that cannot be used changes nothing (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place);
      try {
        const before = hub.engine.configVersion;
        await assert.rejects(
          hub.engine.configure(withSecondShop({ connector: 'nothing' })),
          /there is no connector "nothing"/,
        );
        assert.equal(hub.engine.configVersion, before);
        assert.equal(hub.engine.connections.has('second'), false);
      } finally {
        await hub.close();
      }
    }));
}
