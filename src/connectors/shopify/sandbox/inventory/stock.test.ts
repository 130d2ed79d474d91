import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';

const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
  { sku: 'NL-SET', title: 'Lantern and pot', price: '30.00', bundle: true },
];

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const [given] = options;
  const test = await startStore({ products: PRODUCTS, stock: () => 10, ...given });
  context.after(() => test.close());
  return test;
}

const ITEMS = `{ inventoryItems(first: 10) { nodes { id sku inventoryLevels(first: 5) { nodes { id location { id name }
  quantities(names: ["available", "committed", "on_hand"]) { name quantity } } } } } }`;

interface Where {
  item: string;
  location: string;
  quantities: Record<string, number>;
}

/** Where a SKU lies, at the first location. */
async function where(test: TestStore, sku: string): Promise<Where> {
  const { data, errors } = await test.call(ITEMS);
  assert.deepEqual(errors, []);
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it has asked for
  const item = data.inventoryItems.nodes.find((each: any) => each.sku === sku);
  const [level] = item.inventoryLevels.nodes;
  const quantities = Object.fromEntries(
    level.quantities.map(({ name, quantity }: { name: string; quantity: number }) => [name, quantity]),
  );
  return { item: item.id, location: level.location.id, quantities };
}

const SET = `mutation ($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id changes { name delta quantityAfterChange } } userErrors { field message code } } }`;
const ADJUST = SET.replaceAll('inventorySetQuantities', 'inventoryAdjustQuantities').replace(
  'InventorySetQuantitiesInput',
  'InventoryAdjustQuantitiesInput',
);

type Row = { quantity: number; changeFromQuantity?: number | null; sku?: string };

async function set(test: TestStore, key: string, rows: readonly Row[], more: object = {}) {
  const quantities = [];
  for (const { sku = 'NL-1', ...row } of rows) {
    const { item, location } = await where(test, sku);
    quantities.push({ inventoryItemId: item, locationId: location, ...row });
  }
  const input = { name: 'available', reason: 'correction', quantities, ...more };
  const { data, errors } = await test.call(SET, { input, key });
  return { errors, ...data?.inventorySetQuantities };
}

const codes = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);

describe('stock', () => {
  it('is committed by an order, leaves with its parcel and comes back with its return', async (context) => {
    const test = await open(context);
    // The order's units lie at the usual location or another: look at all of them.
    const all = async () => {
      const { data } = await test.call(ITEMS);
      const sums = { available: 0, committed: 0, on_hand: 0 } as Record<string, number>;
      for (const { sku, inventoryLevels } of data.inventoryItems.nodes)
        if (sku === 'NL-1')
          for (const { quantities } of inventoryLevels.nodes)
            for (const { name, quantity } of quantities) sums[name] = (sums[name] ?? 0) + quantity;
      return sums;
    };
    assert.deepEqual(await all(), { available: 20, committed: 0, on_hand: 20 });
    const id = test.store.placeOrder(anOrderSpec());
    assert.deepEqual(await all(), { available: 17, committed: 3, on_hand: 20 });
    test.store.editOrder(id, { line: { index: 0, quantity: 2 } });
    assert.deepEqual(await all(), { available: 18, committed: 2, on_hand: 20 });
    assert.equal(test.store.ship(id), 1);
    assert.deepEqual(await all(), { available: 18, committed: 0, on_hand: 18 });
    test.store.refund(id, { lines: [{ index: 0, quantity: 1 }], shipping: false, restock: true });
    assert.deepEqual(await all(), { available: 19, committed: 0, on_hand: 19 });
    const other = test.store.placeOrder(anOrderSpec());
    test.store.cancelOrder(other, { reason: 'customer', refund: true });
    assert.deepEqual(await all(), { available: 19, committed: 0, on_hand: 19 });
  });

  it('is set, told of, and set no second time under the same key', async (context) => {
    const test = await open(context);
    await test.call(
      `mutation { webhookSubscriptionCreate(topic: INVENTORY_LEVELS_UPDATE, webhookSubscription: { uri: "${test.target}" }) { userErrors { message } } }`,
    );
    const done = await set(test, 'k1', [{ quantity: 25, changeFromQuantity: 10 }]);
    assert.deepEqual(done.userErrors, []);
    assert.deepEqual(done.inventoryAdjustmentGroup.changes, [
      { name: 'available', delta: 15, quantityAfterChange: 25 },
      { name: 'on_hand', delta: 15, quantityAfterChange: 25 },
    ]);
    const again = await set(test, 'k1', [{ quantity: 25, changeFromQuantity: 10 }]);
    assert.equal(again.inventoryAdjustmentGroup.id, done.inventoryAdjustmentGroup.id);
    assert.deepEqual(codes(await set(test, 'k1', [{ quantity: 26, changeFromQuantity: 10 }])), [
      'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
    ]);
    const sent = await test.webhooks();
    assert.deepEqual(
      sent.map(({ topic, body }) => [topic, body.available]),
      [['inventory_levels/update', 25]],
    );
  });

  it('is not set from a quantity that is not there any more', async (context) => {
    const test = await open(context);
    assert.deepEqual(codes(await set(test, 'k1', [{ quantity: 25, changeFromQuantity: 9 }])), [
      'CHANGE_FROM_QUANTITY_STALE',
    ]);
    assert.equal((await where(test, 'NL-1')).quantities.available, 10);
    assert.deepEqual(codes(await set(test, 'k1', [{ quantity: 25, changeFromQuantity: 9 }])), [
      'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED',
    ]);
    assert.deepEqual(codes(await set(test, 'k2', [{ quantity: 25, changeFromQuantity: null }])), []);
  });

  it('BCApps#8396: one bundle parent fails the whole batch', async (context) => {
    const test = await open(context);
    const refused = await set(test, 'k', [
      { quantity: 25, changeFromQuantity: 10 },
      { quantity: 5, changeFromQuantity: null, sku: 'NL-SET' },
    ]);
    assert.deepEqual(codes(refused), ['NON_MUTABLE_INVENTORY_ITEM']);
    assert.equal((await where(test, 'NL-1')).quantities.available, 10);
  });

  it('has rules for what may be asked', async (context) => {
    const test = await open(context);
    const row = { quantity: 5, changeFromQuantity: null };
    assert.deepEqual(codes(await set(test, '1', [row, row])), [
      'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR',
    ]);
    assert.deepEqual(codes(await set(test, '2', [row], { name: 'committed' })), ['INVALID_NAME']);
    assert.deepEqual(codes(await set(test, '3', [row], { reason: 'whim' })), ['INVALID_REASON']);
    assert.deepEqual(codes(await set(test, '4', [{ ...row, quantity: -1 }])), ['INVALID_QUANTITY_NEGATIVE']);
    const silent = await set(test, '5', [{ quantity: 5 }]);
    assert.equal(
      silent.errors[0].message,
      'InventoryQuantityInput must include the following argument: changeFromQuantity',
    );
    const { item, location } = await where(test, 'NL-1');
    const keyless = await test.call(
      SET.replace(' @idempotent(key: $key)', '').replace(', $key: String!', ''),
      {
        input: {
          name: 'available',
          reason: 'correction',
          quantities: [{ inventoryItemId: item, locationId: location, ...row }],
        },
      },
    );
    assert.equal(keyless.errors[0]?.extensions?.code, 'BAD_REQUEST');
    assert.match(keyless.errors[0]?.message ?? '', /@idempotent directive is required/);
  });

  it('is adjusted by so much, under a name of its own with a ledger document', async (context) => {
    const test = await open(context);
    const { item, location } = await where(test, 'NL-2');
    const adjust = async (key: string, name: string, change: object) => {
      const changes = [{ inventoryItemId: item, locationId: location, changeFromQuantity: null, ...change }];
      const { data } = await test.call(ADJUST, { input: { name, reason: 'damaged', changes }, key });
      return data.inventoryAdjustQuantities;
    };
    assert.deepEqual(codes(await adjust('1', 'damaged', { delta: 2 })), ['INVALID_QUANTITY_DOCUMENT']);
    const ledgerDocumentUri = 'gid://warehouse/Count/7';
    assert.deepEqual(codes(await adjust('2', 'damaged', { delta: 2, ledgerDocumentUri })), []);
    assert.deepEqual(codes(await adjust('3', 'available', { delta: -2 })), []);
    assert.deepEqual((await where(test, 'NL-2')).quantities, { available: 8, committed: 0, on_hand: 10 });
  });

  it('is found by SKU, by variant and by id', async (context) => {
    const test = await open(context);
    const { data, errors } = await test.call(
      `{ productVariants(first: 5, query: "sku:'NL-2'") { nodes { id sku price inventoryQuantity product { id title } inventoryItem { id tracked } } }
         locations(first: 5) { nodes { id name isActive } } products(first: 1) { nodes { id } pageInfo { hasNextPage } } }`,
    );
    assert.deepEqual(errors, []);
    const [variant] = data.productVariants.nodes;
    assert.deepEqual([variant.sku, variant.price, variant.inventoryQuantity], ['NL-2', '24.95', 20]);
    assert.equal(data.products.pageInfo.hasNextPage, true);
    assert.deepEqual(
      data.locations.nodes.map(({ name }: { name: string }) => name),
      ['WH-NORTH', 'STORE-CITY'],
    );
    const byId = await test.call(
      `{ node(id: "${variant.inventoryItem.id}") { ... on InventoryItem { sku } } productVariant(id: "${variant.id}") { sku } location(id: "${data.locations.nodes[0].id}") { name } }`,
    );
    assert.deepEqual(byId.data, {
      node: { sku: 'NL-2' },
      productVariant: { sku: 'NL-2' },
      location: { name: 'WH-NORTH' },
    });
  });
});
