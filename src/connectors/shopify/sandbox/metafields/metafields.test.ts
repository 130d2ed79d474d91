import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { SERVED_VERSIONS } from '../graphql/versions.ts';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';

/** The payload of the only field of an operation. */
async function act(
  test: TestStore,
  text: string,
  variables: Record<string, unknown> = {},
  version?: string,
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it has asked for
): Promise<any> {
  const { data, errors } = await test.call(text, variables, undefined, version);
  assert.deepEqual(errors, []);
  return Object.values(data)[0];
}

const SET = `mutation ($fields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $fields) { metafields { ownerType key value } userErrors { field code } } }`;
const DELETE = `mutation ($fields: [MetafieldIdentifierInput!]!) { metafieldsDelete(metafields: $fields) { deletedMetafields { ownerId namespace key } userErrors { field message } } }`;

async function owners(context: TestContext) {
  const test = await startStore({ topics: [] });
  context.after(() => test.close());
  const order = test.store.placeOrder(anOrderSpec());
  const found = await act(
    test,
    `{ order(id: "gid://shopify/Order/${order}") { id customer { id } lineItems(first: 1) { nodes { product { id } variant { id } } } } }`,
  );
  const { product, variant } = found.lineItems.nodes[0];
  return { test, ids: [found.id, found.customer.id, product.id, variant.id] as string[] };
}

const field = { namespace: 'erp', key: 'number', type: 'single_line_text_field' };

it('orders, customers, products and variants carry metafields, in every version', async (context) => {
  const { test, ids } = await owners(context);
  const set = await act(test, SET, {
    fields: ids.map((ownerId, index) => ({ ...field, ownerId, value: `V-${index}` })),
  });
  assert.deepEqual(set.userErrors, []);
  assert.deepEqual(
    set.metafields.map(({ ownerType }: { ownerType: string }) => ownerType),
    ['ORDER', 'CUSTOMER', 'PRODUCT', 'PRODUCTVARIANT'],
  );
  const read = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on HasMetafields { metafield(namespace: "erp", key: "number") { value }
    metafields(first: 1, namespace: "erp") { nodes { key } pageInfo { hasNextPage } } } } }`;
  for (const version of SERVED_VERSIONS) {
    const nodes = await act(test, read, { ids }, version);
    assert.deepEqual(
      nodes.map((node: { metafield: { value: string } }) => node.metafield.value),
      ['V-0', 'V-1', 'V-2', 'V-3'],
    );
  }
});

it('are deleted by owner, namespace and key; what was not there is null, an unknown owner is refused', async (context) => {
  const { test, ids } = await owners(context);
  const [ownerId = ''] = ids;
  await act(test, SET, { fields: [{ ...field, ownerId, value: 'SO-1' }] });
  const identifier = { ownerId, namespace: 'erp', key: 'number' };
  const done = await act(test, DELETE, { fields: [identifier, { ...identifier, key: 'other' }] });
  assert.deepEqual(done, { deletedMetafields: [identifier, null], userErrors: [] });
  assert.equal(
    (await act(test, `{ order(id: "${ownerId}") { metafield(namespace: "erp", key: "number") { id } } }`))
      .metafield,
    null,
  );
  const refused = await act(test, DELETE, { fields: [{ ...identifier, ownerId: 'gid://shopify/Order/7' }] });
  assert.deepEqual(refused.userErrors[0].field, ['metafields', '0', 'ownerId']);
  const { errors } = await test.call(DELETE, {
    fields: [{ ...identifier, ownerId: 'gid://shopify/Shop/1' }],
  });
  assert.equal(errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX');
});
