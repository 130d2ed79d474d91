/** Named orders are read from their store on demand, by id, global id, key or name, and what came of each is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { ImportReport } from '../../src/gateway/schemas/imports.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { startShopHub } from '../support/shop-hub.ts';

for (const kind of databases()) {
  test(`an order that nobody has told of is imported by its name, then by its ids, and found as it is (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place);
      try {
        const api = apiOf(hub);
        // The webhooks of it never came, and the next poll is far.
        const id = hub.shop.store.placeOrder(anOrderSpec());
        const name = hub.shop.store.books().orders[0]?.name as string;
        const ask = async (...orders: string[]) =>
          (await api.post(ImportReport, '/v1/connections/shop/imports', { orders, by: 'Ada' })).orders;

        const [first, none] = await ask(name, '#404404');
        assert.deepEqual([first?.key, first?.title, first?.end], [`shop/${id}`, name, 'new']);
        assert.deepEqual([none?.key, none?.end], [null, 'missing']);
        await hub.settle();
        assert.equal((await hub.order(id))?.status, 'closed', 'it goes the way of every order');

        const again = await ask(id, `gid://shopify/Order/${id}`, `shop/${id}`, name, name.slice(1));
        assert.deepEqual(
          again.map(({ key, end }) => [key, end]),
          again.map(() => [`shop/${id}`, again[0]?.end]),
        );
        // Our shipment was told to the store meanwhile, and that is what is new in it.
        assert.match(`${again[0]?.end} ${again[0]?.message}`, /changed .*fulfilments/);
        const [third] = await ask(id);
        assert.equal(third?.end, 'same');
        const [asked] = await hub.database.query<{ asked: number }>(
          `select count(*)::int as asked from journal where type = 'OrderReadRequested' and body ->> 'because' = 'Ada asked for it'`,
        );
        assert.equal(asked?.asked, 3);
        assert.deepEqual(api.defects, []);
      } finally {
        await hub.close();
      }
    }));
}

test('an order from before go-live is imported as well, and still causes no command', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startShopHub(place, { connection: { goLiveAt: '2026-12-01T00:00:00Z' } });
    try {
      const api = apiOf(hub);
      const id = hub.shop.store.placeOrder(anOrderSpec());
      const ask = async () => {
        const told = await api.post(ImportReport, '/v1/connections/shop/imports', { orders: [id] });
        return told.orders[0]?.end;
      };
      assert.equal(await ask(), 'new');
      hub.clock.advanceTo(hub.clock.now() + 60_000);
      hub.shop.store.editOrder(id, { line: { index: 0, quantity: 2 } });
      assert.equal(await ask(), 'changed');
      assert.equal(await ask(), 'same');
      await hub.settle();
      assert.equal((await hub.order(id))?.status, 'archived');
      assert.deepEqual([...new Set(await hub.commands())], ['channel.readOrder done']);
    } finally {
      await hub.close();
    }
  }));

test('a channel that does not answer, or refuses, is said to do so', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startShopHub(place);
    try {
      const api = apiOf(hub);
      const path = '/v1/connections/shop/imports';
      const gone = await api.post(ImportReport, path, { orders: ['shop/404'] });
      assert.equal(gone.orders[0]?.end, 'refused');
      assert.match(gone.orders[0]?.message ?? '', /404/);
      await hub.shop.close();
      const away = await api.post(ImportReport, path, { orders: ['#1'], waitMs: 0 });
      assert.equal(away.orders[0]?.end, 'unreachable');
      const problem = await api.problem(404, '/v1/connections/erp/imports', { body: { orders: ['#1'] } });
      assert.match(problem.next, /shop/);
    } finally {
      await hub.engine.stop();
      await hub.database.close();
    }
  }));
