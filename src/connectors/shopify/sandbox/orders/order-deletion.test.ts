import assert from 'node:assert/strict';
import { it } from 'node:test';
import { act, anOrderSpec, startStore, type TestStore } from '../testing.ts';

const DELETE = `mutation ($id: ID!) { orderDelete(orderId: $id) { deletedId userErrors { field code message } } }`;
const CLOSE = `mutation ($id: ID!) { orderClose(input: { id: $id }) { userErrors { message } } }`;
const gidOf = (id: string) => `gid://shopify/Order/${id}`;

const codesOf = async (test: TestStore, id: string): Promise<string[]> =>
  (await act(test, DELETE, { id })).userErrors.map(({ code }: { code: string }) => code);

it('an archived order that was paid by hand is deleted: it is told, and nobody finds it any more', async (context) => {
  const test = await startStore({ stock: () => 10, topics: ['orders/delete', 'orders/updated'] });
  context.after(() => test.close());
  const kept = test.store.placeOrder(anOrderSpec({ gateway: 'manual' }));
  const id = gidOf(test.store.placeOrder(anOrderSpec({ gateway: 'bank_deposit' })));
  const { customer, lineItems } = await act(
    test,
    `{ order(id: "${id}") { customer { id } lineItems(first: 1) { nodes { variant { id inventoryQuantity } } } } }`,
  );
  const [{ variant }] = lineItems.nodes;
  assert.deepEqual(await codesOf(test, id), ['INVALID']);
  await act(test, CLOSE, { id });
  assert.deepEqual(await act(test, DELETE, { id }), { deletedId: id, userErrors: [] });
  const { data } = await test.call(
    `{ order(id: "${id}") { id } node(id: "${id}") { id }
      orders(first: 5) { nodes { id } } changed: orders(first: 5, sortKey: UPDATED_AT, query: "updated_at:>'2020-01-01'") { nodes { id } }
      customer(id: "${customer.id}") { numberOfOrders displayName orders(first: 5) { nodes { id } } }
      productVariant(id: "${variant.id}") { inventoryQuantity } }`,
  );
  const only = { nodes: [{ id: gidOf(kept) }] };
  assert.deepEqual(data, {
    order: null,
    node: null,
    orders: only,
    changed: only,
    customer: { numberOfOrders: '1', displayName: 'Grete Hermann-Weiß', orders: only },
    productVariant: { inventoryQuantity: variant.inventoryQuantity + 3 },
  });
  assert.deepEqual(await codesOf(test, id), ['NOT_FOUND']);
  const told = (await test.webhooks()).filter(({ topic }) => topic === 'orders/delete');
  assert.deepEqual(
    told.map(({ bytes }) => bytes.toString()),
    [`{"id":${id.split('/').at(-1)}}`],
  );
});

it('what an online gateway was asked to pay stays, unless it was a test', async (context) => {
  const test = await startStore({ topics: [] });
  context.after(() => test.close());
  const paid = gidOf(test.store.placeOrder(anOrderSpec()));
  const trial = test.store.placeOrder(anOrderSpec({ test: true, payment: 'authorised' }));
  for (const id of [paid, gidOf(trial)]) await act(test, CLOSE, { id });
  assert.deepEqual(await codesOf(test, paid), ['INVALID']);
  assert.deepEqual(await codesOf(test, gidOf(trial)), []);
  // What was to happen to it happens, and nobody is told.
  const before = (await test.webhooks()).length;
  test.clock.advanceTo(test.clock.now() + 8 * 24 * 3_600_000);
  assert.equal((await test.webhooks()).length, before);
});
