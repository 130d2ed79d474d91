/**
 * The proof of a take-over: what is planted as a difference of stock or deposits is named, what agrees is taken over once,
 * whoever is killed and whoever does it at the same time, and nothing is written to the channel.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrderSpec, type TestStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import { TakeoverReport } from '../../src/gateway/schemas/takeover.ts';
import { saveMappings } from '../../src/store/mappings.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { stockDelivery } from '../support/builders.ts';
import { type ShopHub, startShopHub } from '../support/shop-hub.ts';
import { findingsInside } from '../support/sound.ts';

const PATH = '/v1/connections/shop/takeover';
const GO_LIVE = '2026-12-01T00:00:00Z';
const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
  { sku: 'NL-3', title: 'Almanac', price: '7.00' },
  { sku: 'STRANGE', title: 'Nobody knows it', price: '1.00' },
];

const asked = (api: TestApi, dryRun: boolean) => api.post(TakeoverReport, PATH, { dryRun, by: 'Ada' });

/** The units of all orders lie at the one location of ours; the other is not mapped. */
async function open(place: { url?: string; dataDir?: string }): Promise<{ hub: ShopHub; api: TestApi }> {
  const hub = await startShopHub(place, {
    connection: { goLiveAt: GO_LIVE, sameCodes: ['tax-code', 'gateway'] },
    store: {
      products: PRODUCTS,
      locations: ['Bremen', 'Pop-up'],
      stock: (sku, index) => (index === 1 ? (sku === 'NL-2' ? 5 : null) : 100),
    },
    stock: 0,
  });
  const codes = ['NL-1', 'NL-2', 'NL-3'].map((code) => ({ kind: 'sku', external: code, internal: code }));
  const rows = [...codes, { kind: 'location', external: 'Bremen', internal: 'WH' }] as const;
  await hub.database.transaction((sql) =>
    saveMappings(
      sql,
      rows.map((row) => ({ ...row, kind: row.kind as 'sku' | 'location', connection: 'shop' })),
      'test',
      hub.clock.nowIso(),
    ),
  );
  await hub.engine.mappings.load(hub.database);
  return { hub, api: apiOf(hub) };
}

/** What the store has, with when it was changed. */
const booksOf = (shop: TestStore) =>
  shop.call(
    '{ inventoryItems(first: 10) { nodes { sku updatedAt inventoryLevels(first: 5) { nodes { quantities(names: ["on_hand", "available"]) { quantity } } } } } orders(first: 10) { nodes { id updatedAt } } }',
  );

async function known(hub: ShopHub): Promise<void> {
  await hub.takeWebhooks();
  await hub.pass(60_000);
  await hub.engine.pollNow('shop');
  await hub.pass(60_000);
  await hub.settle();
}

for (const kind of databases()) {
  test(`each difference of stock is named, and what agrees is the opening figure, once (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const { hub, api } = await open(place);
      try {
        await hub.put(
          'stock',
          stockDelivery('NL-1', 'WH', 98),
          stockDelivery('NL-2', 'WH', 100),
          stockDelivery('NL-3', 'WH', 100),
          stockDelivery('OTHER', 'WH', 40),
        );
        const line = { sku: 'NL-3', title: 'Almanac', quantity: 2, unitPrice: '7.00', tax: [] };
        const ofAll = anOrderSpec();
        const archived = hub.shop.store.placeOrder(anOrderSpec({ lines: [line] }));
        const id = hub.shop.store.placeOrder(anOrderSpec({ lines: ofAll.lines.slice(0, 1) }));
        await known(hub);
        // The store has archived an order whose goods it still keeps back: no open order explains them.
        const closed = await hub.shop.call(
          'mutation ($input: OrderCloseInput!) { orderClose(input: $input) { userErrors { message } } }',
          { input: { id: `gid://shopify/Order/${archived}` } },
        );
        assert.deepEqual(closed.data.orderClose.userErrors, []);
        const before = (await booksOf(hub.shop)).data;
        const dry = await asked(api, true);
        const isCommitted = /2 units are committed at the channel, and its open orders explain 0/;
        const named = (report: TakeoverReport) =>
          report.stock.differences.map(({ sku, location, message }) => [
            sku,
            location,
            isCommitted.test(message) ? 'committed' : message.replace(/:.*/, ''),
          ]);
        assert.deepEqual(named(dry), [
          ['NL-1', 'WH', '100 units are on hand at the channel, 98 here'],
          ['NL-3', 'WH', 'committed'],
          ['STRANGE', 'WH', '100 units are on hand at the channel, and its SKU is not mapped'],
        ]);
        assert.equal(dry.agrees, false);
        assert.deepEqual(dry.stock.notMapped, ['Pop-up']);
        assert.equal(dry.stock.notSold, 1, 'what the store does not sell is no difference');
        assert.deepEqual([dry.stock.opened, dry.stock.agreed, dry.stock.hash], [1, 0, null]);
        assert.deepEqual(
          await hub.database.query('select sku from opening_stock'),
          [],
          'a dry run writes nothing',
        );

        // Two at once, and the first killed before it has told the orders: the figure is agreed once.
        const send = hub.engine.send.bind(hub.engine);
        hub.engine.send = () => Promise.reject(new Error('killed'));
        assert.equal((await api.call(PATH, { body: { dryRun: false } })).status, 500);
        hub.engine.send = send;
        assert.deepEqual((await booksOf(hub.shop)).data, before, 'nothing is written to the store');
        hub.clock.advanceTo(hub.clock.now() + 1_000);
        const [one, other] = await Promise.all([asked(api, false), asked(api, false)]);
        assert.deepEqual([one.stock.opened, other.stock.opened, one.stock.agreed], [0, 0, 1]);
        assert.match(one.stock.hash ?? '', /^[0-9a-f]{64}$/);
        assert.equal(other.stock.hash, one.stock.hash);
        await hub.quiet();
        const facts = await hub.database.query(
          `select type from journal where kind = 'order' and key = 'shop/${id}' and type = 'OrderTakenOver'`,
        );
        assert.equal(facts.length, 1, 'taken over once');

        // The count of the warehouse was wrong: it is agreed at the figure of now, with a parcel less, and what was agreed before stays.
        await hub.put('stock', {
          ...stockDelivery('NL-1', 'WH', 0),
          body: Buffer.from(
            JSON.stringify({
              stream: 'stock',
              key: 'stock/NL-1',
              persons: [],
              message: {
                type: 'stock.moved',
                sku: 'NL-1',
                location: 'WH',
                delta: 2,
                reason: 'counted',
                key: 'count',
                at: hub.clock.nowIso(),
              },
            }),
          ),
        });
        await hub.quiet();
        const after = await asked(api, false);
        assert.deepEqual(
          after.stock.differences.map(({ sku }) => sku),
          ['NL-3', 'STRANGE'],
        );
        assert.deepEqual([after.stock.opened, after.stock.agreed], [1, 2]);
        assert.notEqual(after.stock.hash, one.stock.hash);
        const again = await asked(api, false);
        assert.deepEqual([again.stock.opened, again.stock.hash], [0, after.stock.hash]);
        const rows = await hub.database.query(
          'select sku, location, shown_on_hand, shown_committed, shown_available, on_hand, agreed_by from opening_stock order by sku',
        );
        assert.deepEqual(rows, [
          {
            sku: 'NL-1',
            location: 'WH',
            shown_on_hand: 97,
            shown_committed: 0,
            shown_available: 97,
            on_hand: 97,
            agreed_by: 'Ada',
          },
          {
            sku: 'NL-2',
            location: 'WH',
            shown_on_hand: 100,
            shown_committed: 0,
            shown_available: 100,
            on_hand: 100,
            agreed_by: 'API',
          },
        ]);
        assert.deepEqual(await findingsInside(hub.database, { halfDone: false }), []);
      } finally {
        await hub.close();
      }
    }));

  test(`each difference of deposits is named, and the taken-over order opens with what is held (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const { hub, api } = await open(place);
      try {
        const { store } = hub.shop;
        const later = store.placeOrder(anOrderSpec({ payment: 'authorised' }));
        const paid = store.placeOrder(anOrderSpec());
        await known(hub);
        const before = await asked(api, true);
        assert.deepEqual(before.differences, []);
        assert.deepEqual(before.here.deposits, [
          { gateway: 'shopify_payments', currency: 'EUR', amount: '59.85' },
        ]);
        // The merchant takes the money of one, and the message of it is still to come.
        hub.clock.advanceTo(hub.clock.now() + 60_000);
        store.pay(later, 'captured');
        const dry = await asked(api, true);
        assert.deepEqual(
          dry.differences.map(({ key, message }) => [key, message]),
          [
            [
              `shop/${later}`,
              '59.85 EUR of it are held by shopify_payments at the channel, 0.00 EUR here: import it',
            ],
          ],
        );
        assert.deepEqual(
          dry.hops.find(({ hop }) => hop === 'deposits'),
          {
            hop: 'deposits',
            of: 'shopify_payments EUR',
            atChannel: '119.70',
            here: '59.85',
            difference: '59.85',
          },
        );
        const first = await asked(api, false);
        assert.deepEqual(first.takenOver, [`shop/${paid}`]);
        await known(hub);
        const second = await asked(api, false);
        assert.deepEqual([second.differences, second.takenOver], [[], [`shop/${later}`]]);
        await hub.quiet();
        const held = [{ gateway: 'shopify_payments', amount: { shop: 5_985, presentment: 5_985 } }];
        for (const id of [paid, later]) assert.deepEqual((await hub.order(id))?.takenOver?.deposits, held);
        assert.deepEqual(hub.errors, []);
        assert.deepEqual(await findingsInside(hub.database, { halfDone: false }), []);
      } finally {
        await hub.close();
      }
    }));
}

test('a parcel of which the channel is not told yet is no difference of stock', () =>
  withDatabase('pglite', async (place) => {
    const { hub, api } = await open(place);
    try {
      await hub.put('stock', ...['NL-1', 'NL-2', 'NL-3'].map((sku) => stockDelivery(sku, 'WH', 100)));
      hub.shop.store.placeOrder(anOrderSpec());
      await known(hub);
      assert.equal((await asked(api, false)).takenOver.length, 1);
      await hub.engine.setPaused('shop', true);
      await hub.pass(60_000);
      const [position] = await hub.database.query("select on_hand from position where sku = 'NL-1'");
      assert.equal(position?.on_hand, 97, 'it has left');
      const report = await asked(api, true);
      assert.deepEqual(
        report.stock.differences.map(({ sku }) => sku),
        ['STRANGE'],
      );
    } finally {
      await hub.close();
    }
  }));

test('where the app may not see stock, the proof says so, and orders are taken over all the same', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startShopHub(place, {
      connection: { goLiveAt: GO_LIVE },
      store: {
        products: PRODUCTS,
        scopes: [
          'write_orders',
          'read_products',
          'read_customers',
          'read_locations',
          'read_payment_terms',
          'read_returns',
          'write_merchant_managed_fulfillment_orders',
        ],
      },
    });
    try {
      hub.shop.store.placeOrder(anOrderSpec());
      await known(hub);
      const report = await asked(apiOf(hub), false);
      assert.match(report.stock.problem ?? '', /lacks an access scope: .*read_inventory/);
      assert.deepEqual([report.agrees, report.takenOver.length, report.stock.agreed], [true, 1, 0]);
      assert.deepEqual(
        report.hops.flatMap(({ hop, atChannel }) => (atChannel === null ? [hop] : [])),
        ['onHand', 'committed'],
      );
    } finally {
      await hub.close();
    }
  }));
