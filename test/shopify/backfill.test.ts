/** The first load and gaps: what a store has changed in a time is read in bulk, stored behind what is live, once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackfillPart, BulkReads, Connector, Delivery } from '../../src/connectors/contract.ts';
import { shopify } from '../../src/connectors/shopify/index.ts';
import { anOrderSpec, RICH_ORDER, startStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import { BackfillItem, BackfillList } from '../../src/gateway/schemas/backfills.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { anOrder, line, orderDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine, until } from '../support/engine.ts';
import { type ShopHub, startShopHub } from '../support/shop-hub.ts';
import { standInConnector } from '../support/stand-in.ts';

const SINCE = '2026-11-01T00:00:00Z';
const PATH = '/v1/connections/shop/backfills';

/** Lets time pass until the back-fill has ended, and all that it has brought is decided. */
async function ended(hub: TestEngine, path = PATH): Promise<BackfillItem> {
  const api = apiOf(hub);
  let last: BackfillItem | undefined;
  await until('the back-fill to end', async () => {
    hub.clock.advanceTo(hub.clock.now() + 5_000);
    [last] = (await api.get(BackfillList, path)).backfills;
    return last?.finishedAt != null;
  });
  return last as BackfillItem;
}

const originsOf = async (hub: ShopHub) =>
  (
    await hub.database.query<{ origin: string; topic: string; count: number }>(
      'select origin, topic, count(*)::int as count from observation where connection = $1 group by 1, 2 order by 1, 2',
      ['shop'],
    )
  ).map(({ origin, topic, count }) => `${origin} ${topic} ${count}`);

for (const kind of databases()) {
  test(`orders that nobody has told of come by a back-fill, go the way of all, and come once (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place, { stock: 1_000 });
      try {
        const api = apiOf(hub);
        const ids = Array.from({ length: 30 }, () => hub.shop.store.placeOrder(anOrderSpec()));
        hub.shop.store.refund(ids[0] as string, {
          lines: [{ index: 1, quantity: 1 }],
          shipping: false,
          amount: '0.00',
          pending: false,
        });
        const begun = await api.post(BackfillItem, PATH, { since: SINCE, by: 'Ada' });
        assert.equal(begun.status, 'waiting');
        const item = await ended(hub);
        assert.deepEqual([item.status, item.orders, item.expected], ['done', 30, 30]);
        // Of the one with a refund the file has not all: it is read alone.
        await hub.pass(60_000);
        await hub.settle();
        for (const id of ids) assert.equal((await hub.order(id))?.status, 'closed', id);
        assert.equal((await hub.order(ids[0] as string))?.order?.refunds.length, 1);
        const origins = await originsOf(hub);
        assert.ok(origins.includes('backfill backfill:orders 29'), origins.join());
        assert.ok(origins.includes('backfill backfill:order-changed 1'), origins.join());
        const made = (await hub.commands()).filter((each) => each === 'erp.createSalesOrder done');
        assert.equal(made.length, 30);

        // Again, and with the webhooks that came late: nothing is made twice.
        await hub.takeWebhooks();
        await api.post(BackfillItem, PATH, { since: SINCE });
        await ended(hub);
        await hub.pass(60_000);
        assert.equal((await hub.commands()).filter((each) => /createSalesOrder/.test(each)).length, 30);
        assert.deepEqual(hub.errors, []);
        assert.deepEqual(api.defects, []);
      } finally {
        await hub.close();
      }
    }));
}

test('a range names what has changed in it, both ends included, and a range before all is empty', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startShopHub(place);
    try {
      const api = apiOf(hub);
      const start = hub.clock.now();
      const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
      const ids: string[] = [];
      for (let minute = 0; minute < 4; minute += 1) {
        hub.clock.advanceTo(start + minute * 60_000);
        ids.push(hub.shop.store.placeOrder(anOrderSpec()));
      }
      await api.post(BackfillItem, PATH, { since: '2026-10-01T00:00:00Z', until: '2026-10-02T00:00:00Z' });
      const empty = await ended(hub);
      assert.deepEqual([empty.status, empty.orders], ['done', 0]);
      await api.post(BackfillItem, PATH, { since: at(1), until: at(2) });
      assert.equal((await ended(hub)).orders, 2);
      await hub.settle();
      const known = await Promise.all(ids.map(async (id) => (await hub.order(id)) !== null));
      assert.deepEqual(known, [false, true, true, false]);
      const problem = await api.problem(422, PATH, { body: { since: at(2), until: at(1) } });
      assert.match(problem.detail, /until/);
    } finally {
      await hub.close();
    }
  }));

test('an order in a bulk result says the same as a read of it', async (context) => {
  const shop = await startStore({ bulkDelayMs: 0 });
  context.after(() => shop.close());
  const specs = [
    anOrderSpec(),
    RICH_ORDER,
    anOrderSpec({ payment: 'authorised' }),
    anOrderSpec({ payment: 'pending', lines: anOrderSpec().lines.slice(0, 1) }),
  ];
  const ids = specs.map((spec) => shop.store.placeOrder(spec));
  const settings = shopify.settings.parse({
    shopDomain: 'one.myshopify.com',
    baseUrl: shop.store.baseUrl,
    clientId: 'client',
    clientSecret: 'a client secret',
  });
  const session = shopify.open({
    connection: 'shop',
    settings,
    clock: shop.clock,
    log: () => {},
  } as unknown as Parameters<typeof shopify.open>[0]);
  const intake = shopify.intake('shop', settings);
  const bulk = session.bulk as BulkReads;
  const signal = AbortSignal.timeout(30_000);
  const started = await bulk.start({ since: SINCE, until: null }, signal);
  assert.equal(started.status, 'started', JSON.stringify(started));
  const ready = await bulk.look((started as { operation: string }).operation, signal);
  assert.equal(ready.status, 'ready', JSON.stringify(ready));
  const parts: BackfillPart[] = [];
  for await (const part of bulk.read((ready as { file: string }).file, 0, signal)) parts.push(part);
  assert.equal(parts.length, specs.length);
  for (const [index, id] of ids.entries()) {
    const outcome = await session.perform(
      {
        kind: 'channel.readOrder',
        id: 'read',
        key: 'read',
        body: { channelOrderId: id },
        attempt: 1,
        firstAttemptAt: shop.clock.now(),
        persons: new Map(),
      },
      signal,
    );
    const [read] = (outcome as { observations: readonly Delivery[] }).observations;
    const orderOf = (delivery: Delivery) => {
      const { message, persons } = intake.normalise(delivery);
      assert.equal(message.type, 'order.snapshot', JSON.stringify(message));
      return { order: message.type === 'order.snapshot' ? message.order : null, persons };
    };
    assert.deepEqual(orderOf(parts[index]?.delivery as Delivery), orderOf(read as Delivery));
  }
  // From a position on the same parts come.
  const rest: BackfillPart[] = [];
  for await (const part of bulk.read((ready as { file: string }).file, parts[1]?.position ?? 0, signal))
    rest.push(part);
  assert.deepEqual(rest, parts.slice(2));
});

/** Stand-ins whose channel has bulk reads. */
function withBulk(bulk: BulkReads): Connector {
  const standIn = standInConnector() as Connector;
  return { ...standIn, open: (context) => ({ ...standIn.open(context), bulk }) };
}

test('a back-fill that is cut off goes on where it was stored, and stores nothing twice', () =>
  withDatabase('pglite', async (place) => {
    const asked: number[] = [];
    let cutOff = true;
    const bulk: BulkReads = {
      start: async () => ({ status: 'started', operation: 'op' }),
      look: async () => ({ status: 'ready', objects: 250, file: 'file' }),
      async *read(_file, from, signal) {
        asked.push(from);
        for (let count = from + 1; count <= 250; count += 1) {
          // The second hundred is on its way when the hub ends.
          if (cutOff && count === 150)
            await new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)));
          const delivery = orderDelivery(anOrder(String(count), [line('A', 1)]));
          yield { delivery: { ...delivery, origin: 'backfill' }, position: count };
        }
      },
    };
    const first = await startEngine(place, { connectors: [withBulk(bulk)] });
    await first.engine.backfill('shop', { since: SINCE, until: null }, 'Ada');
    await until('the first hundred to be stored', async () => {
      first.clock.advanceTo(first.clock.now() + 5_000);
      const [row] = await first.database.query<{ position: number }>('select position from backfill');
      return Number(row?.position) === 100;
    });
    await first.close();
    cutOff = false;
    const second = await startEngine(place, { connectors: [withBulk(bulk)], clock: first.clock });
    try {
      assert.equal((await ended(second)).orders, 250);
      assert.deepEqual(asked, [0, 100]);
      const [stored] = await second.database.query<{ stored: number; orders: number }>(
        "select count(*)::int as stored, count(distinct stream_key)::int as orders from observation where origin = 'backfill'",
      );
      assert.deepEqual(stored, { stored: 250, orders: 250 });
      assert.deepEqual(second.errors, []);
    } finally {
      await second.close();
    }
  }));

test('a bulk read that the vendor ends without a result, or of which a part is missing, is made anew', () =>
  withDatabase('pglite', async (place) => {
    let [started, cut] = [0, true];
    const bulk: BulkReads = {
      start: async () => ({ status: 'started', operation: `op ${++started}` }),
      look: async (operation) =>
        operation === 'op 1'
          ? { status: 'ended', message: 'the operation is FAILED (INTERNAL_SERVER_ERROR)' }
          : { status: 'ready', objects: 3, file: operation },
      async *read(_file, from) {
        for (let count = from + 1; count <= (cut ? 2 : 3); count += 1) {
          const delivery = orderDelivery(anOrder(String(count), [line('A', 1)]));
          yield { delivery: { ...delivery, origin: 'backfill' }, position: count };
        }
        cut = false;
      },
    };
    const hub = await startEngine(place, { connectors: [withBulk(bulk)] });
    try {
      await hub.engine.backfill('shop', { since: SINCE, until: null }, 'Ada');
      const { status, orders, message } = await ended(hub);
      assert.deepEqual([status, orders, message, started], ['done', 3, null, 3]);
    } finally {
      await hub.close();
    }
  }));

test('where bulk reads end without a result again and again, the poll goes back to the beginning of the time', () =>
  withDatabase('pglite', async (place) => {
    const bulk: BulkReads = {
      start: async () => ({ status: 'started', operation: 'op' }),
      look: async () => ({ status: 'ended', message: 'the operation is EXPIRED' }),
      read: () => assert.fail('there is nothing to read'),
    };
    const hub = await startEngine(place, { connectors: [withBulk(bulk)] });
    try {
      await hub.engine.backfill('shop', { since: SINCE, until: null }, 'Ada');
      const { status, message } = await ended(hub);
      assert.deepEqual([status, message], ['done', 'the operation is EXPIRED: the poll reads it instead']);
    } finally {
      await hub.close();
    }
  }));

test('where there are no bulk reads, the poll goes back to the beginning of the time', () =>
  withDatabase('pglite', async (place) => {
    const cursors: (string | null)[] = [];
    const standIn = standInConnector({ poll: () => undefined as never });
    const connector = {
      ...standIn,
      open: (context: Parameters<typeof standIn.open>[0]) => ({
        ...standIn.open(context),
        cursorSince: (_feed: string, instant: number) => `from ${new Date(instant).toISOString()}`,
        poll: async (_feed: string, cursor: string | null) => {
          cursors.push(cursor);
          return { deliveries: [], cursor: 'later', more: false };
        },
      }),
    } as Connector;
    const hub = await startEngine(place, { connectors: [connector] });
    try {
      await hub.quiet();
      cursors.length = 0;
      await hub.engine.backfill('shop', { since: SINCE, until: null }, 'Ada');
      const item = await ended(hub);
      assert.equal(item.status, 'done');
      assert.match(item.message ?? '', /poll/);
      await until('the poll to go back', () => cursors.includes('from 2026-11-01T00:00:00.000Z'));
    } finally {
      await hub.close();
    }
  }));
