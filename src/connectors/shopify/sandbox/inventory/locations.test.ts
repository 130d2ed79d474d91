import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext): Promise<TestStore> {
  const products = [{ sku: 'NL-1', title: 'Lantern', price: '10.00' }];
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

const ADD = `mutation ($input: LocationAddInput!) { locationAdd(input: $input) { location { id name isActive createdAt address { city countryCode country } } userErrors { field code } } }`;
const EDIT = `mutation ($id: ID!, $input: LocationEditInput!) { locationEdit(id: $id, input: $input) { location { name fulfillsOnlineOrders address { city zip } } userErrors { field code } } }`;
const OFF = `mutation ($id: ID!, $to: ID, $key: String!) { locationDeactivate(locationId: $id, destinationLocationId: $to) @idempotent(key: $key) { location { isActive deactivatedAt } locationDeactivateUserErrors { field code } } }`;
const ON = `mutation ($id: ID!, $key: String!) { locationActivate(locationId: $id) @idempotent(key: $key) { location { isActive } locationActivateUserErrors { field code } } }`;
const NAMES = '{ locations(first: 9) { nodes { id name } } }';

it('a location is added, edited, closed and opened again, and the change is told', async (context) => {
  const test = await open(context);
  for (const topic of ['LOCATIONS_CREATE', 'LOCATIONS_UPDATE', 'LOCATIONS_ACTIVATE', 'LOCATIONS_DEACTIVATE'])
    await act(
      test,
      `mutation ($uri: String!) { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: $uri }) { userErrors { message } } }`,
      { uri: `${test.target}/hooks` },
    );
  const { location, userErrors } = await act(test, ADD, {
    input: { name: 'STORE-SOUTH', address: { city: 'Ulm', countryCode: 'DE' } },
  });
  assert.deepEqual(userErrors, []);
  assert.deepEqual(location.address, { city: 'Ulm', countryCode: 'DE', country: 'Germany' });
  const edited = await act(test, EDIT, {
    id: location.id,
    input: { name: 'STORE-ULM', address: { zip: '89073' } },
  });
  assert.deepEqual(edited.location, {
    name: 'STORE-ULM',
    fulfillsOnlineOrders: true,
    address: { city: 'Ulm', zip: '89073' },
  });
  const codes = async (text: string, variables: object) => {
    const { userErrors: wrong } = await act(test, text, { ...variables });
    return wrong.map(({ code }: { code: string }) => code);
  };
  assert.deepEqual(await codes(ADD, { input: { name: 'store-ulm', address: { countryCode: 'DE' } } }), [
    'TAKEN',
  ]);
  assert.deepEqual(await codes(ADD, { input: { name: ' ', address: { countryCode: 'DE' } } }), ['BLANK']);
  assert.deepEqual(await codes(EDIT, { id: 'gid://shopify/Location/7', input: { name: 'X' } }), [
    'NOT_FOUND',
  ]);
  const off = await act(test, OFF, { id: location.id, key: '1' });
  assert.deepEqual([off.location.isActive, off.locationDeactivateUserErrors], [false, []]);
  assert.equal((await act(test, NAMES)).nodes.length, 2);
  assert.equal((await act(test, ON, { id: location.id, key: '2' })).location.isActive, true);
  assert.equal((await act(test, NAMES)).nodes.length, 3);
  assert.deepEqual((await test.webhooks()).map(({ topic }) => topic).sort(), [
    'locations/activate',
    'locations/create',
    'locations/deactivate',
    'locations/update',
  ]);
});

it('a location with open orders or stock is closed only where that has somewhere to go', async (context) => {
  const test = await open(context);
  const { nodes } = await act(test, NAMES);
  const [north, city] = nodes.map(({ id }: { id: string }) => id) as [string, string];
  let key = 0;
  const off = async (id: string, to: string | null = null) => {
    key += 1;
    const done = await act(test, OFF, { id, to, key: String(key) });
    return done.locationDeactivateUserErrors.map(({ code }: { code: string }) => code);
  };
  assert.deepEqual(await off('gid://shopify/Location/7'), ['LOCATION_NOT_FOUND']);
  assert.deepEqual(await off(city, city), ['DESTINATION_LOCATION_IS_THE_SAME_LOCATION']);
  assert.deepEqual(await off(city, 'gid://shopify/Location/7'), [
    'DESTINATION_LOCATION_NOT_FOUND_OR_INACTIVE',
  ]);
  assert.deepEqual(await off(city), ['HAS_ACTIVE_INVENTORY_ERROR']);
  const [line] = anOrderSpec().lines;
  assert.ok(line);
  const order = test.store.placeOrder(
    anOrderSpec({ lines: [line], delivery: { method: 'pickUp', location: 'STORE-CITY' } }),
  );
  assert.deepEqual(await off(city), ['HAS_FULFILLMENT_ORDERS_ERROR']);
  test.store.cancelOrder(order, { reason: 'customer', refund: true });
  assert.deepEqual(await off(city, north), []);
  const { nodes: items } = await act(
    test,
    '{ inventoryItems(first: 1) { nodes { inventoryLevels(first: 5) { nodes { location { id } quantities(names: ["available"]) { quantity } } } } } }',
  );
  assert.deepEqual(items[0].inventoryLevels.nodes, [
    { location: { id: north }, quantities: [{ quantity: 20 }] },
  ]);
  assert.deepEqual(await off(north), ['CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT']);
  const keyless = await test.call(ON.replace(' @idempotent(key: $key)', '').replace(', $key: String!', ''), {
    id: city,
  });
  assert.equal(keyless.errors[0]?.extensions?.code, 'BAD_REQUEST');
});
