import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BulkStock, ShownStock } from '../contract.ts';
import { BULK_LEVELS_QUERY } from './bulk-stock.ts';
import { shopify } from './index.ts';
import { anOrderSpec, startStore, type TestStore } from './sandbox/testing.ts';

const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
  { sku: 'NL-SET', title: 'Lantern and pot', price: '30.00', bundle: true },
];

function openBulk(shop: TestStore): BulkStock {
  const settings = shopify.settings.parse({
    shopDomain: 'one.myshopify.com',
    baseUrl: shop.store.baseUrl,
    clientId: 'client',
    clientSecret: 'a client secret',
  });
  const session = shopify.open({ connection: 'shop', settings, clock: shop.clock, log: () => {} });
  return session.bulkStock as BulkStock;
}

async function allIn(bulk: BulkStock, file: string, objects: number): Promise<ShownStock[]> {
  const all: ShownStock[] = [];
  for await (const levels of bulk.read(file, objects, AbortSignal.timeout(30_000))) all.push(...levels);
  return all;
}

test('a bulk read tells what lies where of all that the store counts, and when the result is not whole', async (context) => {
  const shop = await startStore({
    products: PRODUCTS,
    locations: ['WH', 'STORE'],
    stock: (_, index) => (index === 0 ? 20 : 5),
    bulkDelayMs: 0,
  });
  context.after(() => shop.close());
  shop.store.placeOrder(anOrderSpec());
  const bulk = openBulk(shop);
  const signal = AbortSignal.timeout(30_000);
  const started = await bulk.start(signal);
  assert.ok(started.status === 'started', JSON.stringify(started));
  const ready = await bulk.look(started.operation, signal);
  assert.ok(ready.status === 'ready' && ready.file !== null, JSON.stringify(ready));
  assert.equal(ready.objects, 3);
  const levels = await allIn(bulk, ready.file, ready.objects);
  assert.deepEqual(
    levels.map(({ sku, locationName, onHand, committed, available }) => [
      sku,
      locationName,
      onHand,
      committed,
      available,
    ]),
    [
      ['NL-1', 'WH', 20, 3, 17],
      ['NL-1', 'STORE', 5, 0, 5],
      ['NL-2', 'WH', 20, 1, 19],
      ['NL-2', 'STORE', 5, 0, 5],
    ],
    'of a bundle its parts are counted',
  );
  assert.ok(levels.every(({ item, location }) => /^\d+$/.test(item) && /^\d+$/.test(location)));
  await assert.rejects(allIn(bulk, ready.file, 4), /ends after 3 of 4 items/);
  await assert.rejects(allIn(bulk, `${ready.file}x`, 3), /was answered 404/);
});

test('more bulk operations than the vendor allows are waited for', async (context) => {
  const shop = await startStore();
  context.after(() => shop.close());
  const bulk = openBulk(shop);
  for (let count = 0; count < 5; count += 1)
    await shop.call(
      `mutation ($query: String!) { bulkOperationRunQuery(query: $query) { userErrors { message } } }`,
      { query: BULK_LEVELS_QUERY },
    );
  const refused = await bulk.start(AbortSignal.timeout(30_000));
  assert.equal(refused.status, 'throttled', JSON.stringify(refused));
});
