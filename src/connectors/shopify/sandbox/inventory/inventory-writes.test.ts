import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext): Promise<TestStore> {
  const products = [
    { sku: 'NL-1', title: 'Lantern', price: '10.00' },
    { sku: 'NL-2', title: 'Pot', price: '24.95' },
  ];
  const test = await startStore({ products, stock: () => 10, topics: [] });
  context.after(() => test.close());
  return test;
}

/** The payload of the only field of an operation. */
// biome-ignore lint/suspicious/noExplicitAny: a test knows what it has asked for
async function act(test: TestStore, text: string, variables: Record<string, unknown> = {}): Promise<any> {
  const { data, errors } = await test.call(text, variables);
  assert.deepEqual(errors, []);
  return Object.values(data)[0];
}

async function itemOf(test: TestStore, sku: string) {
  const { nodes } = await act(
    test,
    `{ inventoryItems(first: 1, query: "sku:${sku}") { nodes { id tracked unitCost { amount } inventoryLevels(first: 5) { nodes { id location { id }
       quantities(names: ["available", "committed", "damaged", "on_hand"]) { quantity } } } } } }`,
  );
  const [item] = nodes;
  const levels = item.inventoryLevels.nodes.map(
    (level: { id: string; location: { id: string }; quantities: { quantity: number }[] }) => ({
      id: level.id,
      location: level.location.id,
      quantities: level.quantities.map(({ quantity }) => quantity).join(' '),
    }),
  );
  return { ...item, levels };
}

const codes = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);
const MOVE = `mutation ($input: InventoryMoveQuantitiesInput!, $key: String!) { inventoryMoveQuantities(input: $input) @idempotent(key: $key) {
  inventoryAdjustmentGroup { changes { name delta quantityAfterChange } } userErrors { field message code } } }`;

it('units move between states at one location, once for a key, by the vendor’s rules', async (context) => {
  const test = await open(context);
  const { id, levels } = await itemOf(test, 'NL-1');
  const move = (key: string, from: object, to: object, more: object = {}) => {
    const [{ location }] = levels;
    const base = { changeFromQuantity: null, locationId: location };
    const changes = [
      {
        inventoryItemId: id,
        quantity: 3,
        from: { ...base, name: 'available', ...from },
        to: { ...base, name: 'damaged', ledgerDocumentUri: 'gid://wms/Count/7', ...to },
        ...more,
      },
    ];
    const input = { reason: 'damaged', referenceDocumentUri: 'gid://wms/Count/7', changes };
    return act(test, MOVE, { input, key });
  };
  assert.deepEqual(codes(await move('1', { changeFromQuantity: 9 }, {})), ['CHANGE_FROM_QUANTITY_STALE']);
  assert.deepEqual(codes(await move('2', {}, { name: 'available' })), [
    'SAME_QUANTITY_NAME',
    'INVALID_AVAILABLE_DOCUMENT',
  ]);
  assert.deepEqual(codes(await move('3', {}, { locationId: levels[1].location })), ['DIFFERENT_LOCATIONS']);
  assert.deepEqual(codes(await move('4', { name: 'committed' }, {})), ['INVALID_QUANTITY_NAME']);
  assert.deepEqual(codes(await move('5', {}, { ledgerDocumentUri: null })), ['INVALID_QUANTITY_DOCUMENT']);
  assert.deepEqual(codes(await move('6', {}, {}, { quantity: -1 })), ['INVALID_QUANTITY_NEGATIVE']);
  const done = await move('7', { changeFromQuantity: 10 }, {});
  assert.deepEqual(
    done.inventoryAdjustmentGroup.changes.map((each: { name: string; delta: number }) => [
      each.name,
      each.delta,
    ]),
    [
      ['available', -3],
      ['damaged', 3],
    ],
  );
  await move('7', { changeFromQuantity: 10 }, {});
  assert.equal((await itemOf(test, 'NL-1')).levels[0].quantities, '7 0 3 10');
  assert.deepEqual(codes(await move('7', { changeFromQuantity: 7 }, {})), [
    'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
  ]);
});

it('an item is stocked at a location, and no more, and the change is told', async (context) => {
  const test = await open(context);
  for (const topic of ['INVENTORY_LEVELS_CONNECT', 'INVENTORY_LEVELS_DISCONNECT', 'INVENTORY_ITEMS_UPDATE'])
    await act(
      test,
      `mutation ($uri: String!) { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: $uri }) { userErrors { message } } }`,
      { uri: `${test.target}/hooks` },
    );
  const { id, levels } = await itemOf(test, 'NL-1');
  const OFF = `mutation ($id: ID!) { inventoryDeactivate(inventoryLevelId: $id) { userErrors { message } } }`;
  const ON = `mutation ($item: ID!, $at: ID!, $available: Int, $key: String!) { inventoryActivate(inventoryItemId: $item, locationId: $at, available: $available) @idempotent(key: $key) {
    inventoryLevel { id quantities(names: ["available"]) { quantity } } userErrors { field message } } }`;
  const order = test.store.placeOrder(anOrderSpec());
  const used = (await itemOf(test, 'NL-1')).levels.find(
    (each: { quantities: string }) => each.quantities !== '10 0 0 10',
  );
  assert.match((await act(test, OFF, { id: used.id })).userErrors[0].message, /committed/);
  test.store.cancelOrder(order, { reason: 'customer', refund: true });
  assert.deepEqual((await act(test, OFF, { id: levels[1].id })).userErrors, []);
  assert.match((await act(test, OFF, { id: levels[0].id })).userErrors[0].message, /one location/);
  const on = (key: string, available: number | null, at = levels[1].location) =>
    act(test, ON, { item: id, at, available, key });
  const again = await on('1', 4);
  assert.deepEqual(again.inventoryLevel.quantities, [{ quantity: 4 }]);
  assert.match((await on('2', 5)).userErrors[0].message, /already active/);
  assert.deepEqual((await on('3', null)).userErrors, []);
  assert.match((await on('4', 5, 'gid://shopify/Location/7')).userErrors[0].message, /location wasn’t found/);
  assert.deepEqual((await test.webhooks()).map(({ topic }) => topic).sort(), [
    'inventory_levels/connect',
    'inventory_levels/disconnect',
  ]);
});

it('what is known of an item is written; orders find it by its new SKU, and what is not tracked stays', async (context) => {
  const test = await open(context);
  const { id } = await itemOf(test, 'NL-1');
  const UPDATE = `mutation ($id: ID!, $input: InventoryItemInput!) { inventoryItemUpdate(id: $id, input: $input) {
    inventoryItem { sku tracked requiresShipping harmonizedSystemCode countryCodeOfOrigin unitCost { amount currencyCode } } userErrors { field message } } }`;
  const update = (input: object, of = id) => act(test, UPDATE, { id: of, input });
  const done = await update({ sku: 'LAMP', cost: '4.5', harmonizedSystemCode: '940540' });
  assert.deepEqual(done.inventoryItem, {
    sku: 'LAMP',
    tracked: true,
    requiresShipping: true,
    harmonizedSystemCode: '940540',
    countryCodeOfOrigin: null,
    unitCost: { amount: '4.5', currencyCode: 'EUR' },
  });
  assert.equal((await update({ cost: '-1' })).userErrors.length, 1);
  assert.equal((await update({ harmonizedSystemCode: '12' })).userErrors.length, 1);
  assert.equal((await update({ sku: 'X' }, 'gid://shopify/InventoryItem/7')).userErrors.length, 1);
  const [line] = anOrderSpec().lines;
  assert.ok(line);
  const available = async () =>
    (await itemOf(test, 'LAMP')).levels.reduce(
      (all: number, { quantities }: { quantities: string }) => all + Number(quantities.split(' ')[0]),
      0,
    );
  const order = test.store.placeOrder(anOrderSpec({ lines: [{ ...line, sku: 'LAMP' }] }));
  assert.equal(await available(), 17);
  await update({ tracked: false });
  test.store.placeOrder(anOrderSpec({ lines: [{ ...line, sku: 'LAMP' }] }));
  assert.equal(await available(), 17);
  test.store.cancelOrder(order, { reason: 'customer', refund: true });
  assert.equal(await available(), 20);
});
