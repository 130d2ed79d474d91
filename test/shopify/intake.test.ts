/** Intake that misses nothing and takes nothing twice, on a store: what users of other connectors complain about. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { BackfillItem, BackfillList } from '../../src/gateway/schemas/backfills.ts';
import { ImportReport } from '../../src/gateway/schemas/imports.ts';
import { OrderList, OrderStory } from '../../src/gateway/schemas/orders.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { until } from '../support/engine.ts';
import { type ShopHub, startShopHub } from '../support/shop-hub.ts';

const HOUR_MS = 3_600_000;
const NEVER_LIVE = { connection: { goLiveAt: '2027-12-01T00:00:00Z' } };

async function backfilled(hub: ShopHub, since: string): Promise<void> {
  const api = apiOf(hub);
  await api.post(BackfillItem, '/v1/connections/shop/backfills', { since });
  await until('the back-fill to end', async () => {
    hub.clock.advanceTo(hub.clock.now() + 5_000);
    const { backfills } = await api.get(BackfillList, '/v1/connections/shop/backfills');
    return backfills[0]?.finishedAt != null;
  });
}

const knownOrders = async (hub: ShopHub): Promise<number> => {
  const [row] = await hub.database.query<{ orders: number }>(
    "select count(*)::int as orders from stream where kind = 'order' and version > 0",
  );
  return row?.orders ?? 0;
};

for (const kind of databases()) {
  test(`openlinker#906: an order that comes by webhook, poll, back-fill and import together is one order (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place);
      try {
        const id = hub.shop.store.placeOrder(anOrderSpec());
        const [, , imported] = await Promise.all([
          hub.takeWebhooks(),
          hub.engine.pollNow('shop'),
          apiOf(hub).post(ImportReport, '/v1/connections/shop/imports', { orders: [id] }),
          backfilled(hub, '2026-11-01T00:00:00Z'),
        ]);
        assert.equal(imported.orders[0]?.key, `shop/${id}`);
        // And once more, whatever came before.
        await hub.takeWebhooks(true);
        await hub.engine.pollNow('shop');
        // In steps: time that jumps over a call that is under way would end it.
        for (let quarter = 0; quarter < 4; quarter += 1) {
          await hub.settle();
          await hub.pass(15_000);
        }
        await hub.settle();
        assert.equal(await knownOrders(hub), 1);
        assert.equal((await hub.order(id))?.status, 'closed');
        const count = async (command: string) =>
          (await hub.commands()).filter((each) => each.startsWith(command)).length;
        assert.deepEqual([await count('erp.createSalesOrder'), await count('fulfilment.release')], [1, 1]);
        assert.equal(hub.shop.store.books().orders[0]?.fulfilments.length, 1);
      } finally {
        await hub.close();
      }
    }));
}

test('ALAppExtensions#26516: what comes back of our own write-back is recognised, and nothing follows from it', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startShopHub(place);
    try {
      const id = hub.shop.store.placeOrder(anOrderSpec());
      await hub.takeWebhooks();
      await hub.settle();
      const order = await hub.order(id);
      assert.equal(order?.status, 'closed');
      const acts = async () => (await hub.commands()).filter((each) => !/readOrder/.test(each));
      const before = await acts();
      assert.ok(before.includes('channel.createFulfilment done'));

      const echoes = (await hub.takeWebhooks()).map(({ topic }) => topic);
      assert.ok(echoes.includes('orders/updated') || echoes.includes('orders/fulfilled'), echoes.join());
      await hub.engine.pollNow('shop');
      await hub.pass(HOUR_MS);
      await hub.settle();
      assert.deepEqual(await acts(), before);
      const after = await hub.order(id);
      assert.deepEqual([after?.status, after?.foreign, after?.cases], ['closed', [], {}]);
      // It is known now, and read no more.
      const reads = (await hub.commands()).length;
      await hub.takeWebhooks(true);
      await hub.engine.pollNow('shop');
      await hub.pass(HOUR_MS);
      assert.equal((await hub.commands()).length, reads);
    } finally {
      await hub.close();
    }
  }));

test('a trial: orders that share a second at a page’s edge are lost; 700 of them all come by the poll, and those that join that second after it was read too', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startShopHub(place, { ...NEVER_LIVE, stock: 0 });
    try {
      for (let count = 0; count < 700; count += 1) hub.shop.store.placeOrder(anOrderSpec());
      await hub.engine.pollNow('shop');
      await hub.pass(1);
      assert.equal(await knownOrders(hub), 700);
      for (let count = 0; count < 30; count += 1) hub.shop.store.placeOrder(anOrderSpec());
      hub.clock.advanceTo(hub.clock.now() + 60_000);
      await hub.engine.pollNow('shop');
      await hub.pass(1);
      assert.equal(await knownOrders(hub), 730);
      assert.deepEqual(hub.errors, []);
    } finally {
      await hub.close();
    }
  }));

test('gnikyt/laravel-shopify#936: what was not told while the store had no subscription comes by the poll, and by a back-fill of the gap', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startShopHub(place, { settings: { pollEveryMs: 7 * 24 * HOUR_MS } });
    try {
      const gap = hub.clock.nowIso();
      const first = hub.shop.store.placeOrder(anOrderSpec());
      hub.clock.advanceTo(hub.clock.now() + 24 * HOUR_MS);
      await hub.settle();
      assert.equal(await hub.order(first), null);
      await backfilled(hub, gap);
      await hub.settle();
      assert.equal((await hub.order(first))?.status, 'closed');
      const second = hub.shop.store.placeOrder(anOrderSpec());
      await hub.engine.pollNow('shop');
      await hub.settle();
      assert.equal((await hub.order(second))?.status, 'closed');
    } finally {
      await hub.close();
    }
  }));

test('ids beyond 2^53 keep every digit: in keys, commands, cursors, what is kept, and what the page links to', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startShopHub(place);
    try {
      const ids = Array.from({ length: 3 }, () => {
        hub.clock.advanceTo(hub.clock.now() + 1_000);
        return hub.shop.store.placeOrder(anOrderSpec());
      });
      assert.ok(
        ids.every((id) => BigInt(id) > 2n ** 53n && String(Number(id)) !== id),
        ids.join(),
      );
      await hub.takeWebhooks();
      await hub.engine.pollNow('shop');
      await backfilled(hub, '2026-11-01T00:00:00Z');
      await hub.settle();
      const api = apiOf(hub);
      for (const id of ids) {
        const story = await api.get(OrderStory, `/v1/orders/${id}`);
        assert.equal(story.key, `shop/${id}`);
        assert.equal((await hub.order(id))?.order?.channelOrderId, id);
      }
      // Page by page, one order each, through the cursors of the list.
      const listed: string[] = [];
      for (let next: string | null = ''; next !== null; ) {
        const page: OrderList = await api.get(
          OrderList,
          `/v1/orders?limit=1${next === '' ? '' : `&before=${encodeURIComponent(next)}`}`,
        );
        listed.push(...page.orders.map(({ key }) => key));
        next = page.next;
      }
      assert.deepEqual(listed, ids.map((id) => `shop/${id}`).toReversed());
      // Whatever is written down of an order names it in full: commands as text, and what came as it came.
      const written = await hub.database.query<{ channel_order: string }>(
        "select distinct body ->> 'channelOrderId' as channel_order from outbox where body ->> 'channelOrderId' is not null",
      );
      assert.deepEqual(written.map((row) => row.channel_order).toSorted(), ids.toSorted());
      const strays = await hub.database.query<{ key: string }>(
        `select stream_key as key from observation where stream_kind = 'order' and connection = 'shop'
         and position(split_part(stream_key, '/', 2) in convert_from(body, 'UTF8')) = 0`,
      );
      assert.deepEqual(strays, []);
      const [cursor] = await hub.database.query<{ cursor: string }>(
        "select cursor from feed_cursor where connection = 'shop'",
      );
      assert.doesNotMatch(cursor?.cursor ?? '', /e\+|\d{16,}0{3}/);
      assert.equal(await knownOrders(hub), 3, 'and no order stands twice, once rounded');
    } finally {
      await hub.close();
    }
  }));
