import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { SERVED_VERSIONS } from '../graphql/versions.ts';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext): Promise<TestStore> {
  const products = [{ sku: 'NL-1', title: 'Lantern', price: '10.00' }];
  const test = await startStore({ products, stock: () => 10, topics: [] });
  context.after(() => test.close());
  return test;
}

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

const PRODUCT = `id title handle status vendor productType descriptionHtml tags totalInventory tracksInventory
  variants(first: 2) { nodes { id sku price compareAtPrice barcode inventoryPolicy taxable inventoryItem { id tracked inventoryLevels(first: 5) { nodes { location { name } } } } } }`;
const CREATE = `mutation ($product: ProductCreateInput!) { productCreate(product: $product) { product { ${PRODUCT} } userErrors { field message } } }`;
const UPDATE = `mutation ($product: ProductUpdateInput!) { productUpdate(product: $product) { product { ${PRODUCT} } userErrors { field message } } }`;
const VARIANTS = `mutation ($id: ID!, $variants: [ProductVariantsBulkInput!]!) { productVariantsBulkUpdate(productId: $id, variants: $variants) {
  productVariants { sku price } userErrors { field code } } }`;
const DELETE = `mutation ($id: ID!) { productDelete(input: { id: $id }) { deletedProductId userErrors { field message } } }`;

it('a product is made, priced and given its SKU, sold, changed and deleted, and all is told', async (context) => {
  const test = await open(context);
  for (const topic of [
    'PRODUCTS_CREATE',
    'PRODUCTS_UPDATE',
    'PRODUCTS_DELETE',
    'INVENTORY_ITEMS_CREATE',
    'INVENTORY_ITEMS_UPDATE',
    'INVENTORY_ITEMS_DELETE',
  ])
    await act(
      test,
      `mutation ($uri: String!) { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: $uri }) { userErrors { message } } }`,
      { uri: `${test.target}/hooks` },
    );
  const made = await act(test, CREATE, {
    product: { title: 'Storm lamp', tags: ['b', 'a'], status: 'DRAFT' },
  });
  assert.deepEqual(made.userErrors, []);
  const { id, handle, status, tags, variants } = made.product;
  assert.deepEqual([handle, status, tags], ['storm-lamp', 'DRAFT', ['a', 'b']]);
  const [variant] = variants.nodes;
  assert.equal(variant.inventoryItem.tracked, false);
  assert.deepEqual(variant.inventoryItem.inventoryLevels.nodes, [{ location: { name: 'WH-NORTH' } }]);
  const priced = await act(test, VARIANTS, {
    id,
    variants: [{ id: variant.id, price: '19.9', inventoryItem: { sku: 'LAMP', tracked: true } }],
  });
  assert.deepEqual(priced, { productVariants: [{ sku: 'LAMP', price: '19.90' }], userErrors: [] });
  const [line] = anOrderSpec().lines;
  assert.ok(line);
  const order = test.store.placeOrder(anOrderSpec({ lines: [{ ...line, sku: 'LAMP' }] }));
  const READ = `{ order(id: "gid://shopify/Order/${order}") { lineItems(first: 1) { nodes { sku product { id title } variant { id } } } } }`;
  const sold = async () => (await act(test, READ)).lineItems.nodes[0];
  await act(test, UPDATE, { product: { id, title: 'Gale lamp', vendor: 'Nord', status: 'ACTIVE' } });
  assert.deepEqual(await sold(), {
    sku: 'LAMP',
    product: { id, title: 'Gale lamp' },
    variant: { id: variant.id },
  });
  for (const version of SERVED_VERSIONS) {
    const product = await act(test, `{ product(id: "${id}") { ${PRODUCT} } }`, {}, version);
    assert.equal(product.vendor, 'Nord');
  }
  assert.equal((await act(test, DELETE, { id })).deletedProductId, id);
  assert.deepEqual(await sold(), { sku: 'LAMP', product: null, variant: null });
  assert.deepEqual((await test.webhooks()).map(({ topic }) => topic).sort(), [
    'inventory_items/create',
    'inventory_items/delete',
    'inventory_items/update',
    'products/create',
    'products/delete',
    'products/update',
    'products/update',
  ]);
});

it('what is wrong is refused with the vendor’s codes, and what is not behaved is said', async (context) => {
  const test = await open(context);
  const { nodes } = await act(
    test,
    '{ products(first: 1) { nodes { id handle variants(first: 1) { nodes { id } } } } }',
  );
  const [{ id, handle, variants }] = nodes;
  const fields = ({ userErrors }: { userErrors: { field: string[] }[] }) =>
    userErrors.map(({ field }) => field[0]);
  assert.deepEqual(fields(await act(test, CREATE, { product: { title: ' ' } })), ['title']);
  assert.deepEqual(fields(await act(test, CREATE, { product: { title: 'Lamp', handle } })), ['handle']);
  const unknown = 'gid://shopify/Product/7';
  assert.deepEqual(fields(await act(test, UPDATE, { product: { id: unknown, title: 'x' } })), ['id']);
  assert.deepEqual(fields(await act(test, DELETE, { id: unknown })), ['id']);
  const codes = async (product: string, variant: object) =>
    (await act(test, VARIANTS, { id: product, variants: [variant] })).userErrors.map(
      ({ code }: { code: string }) => code,
    );
  const variantId = variants.nodes[0].id;
  assert.deepEqual(await codes(unknown, { id: variantId }), ['PRODUCT_DOES_NOT_EXIST']);
  assert.deepEqual(await codes(id, { price: '1' }), ['PRODUCT_VARIANT_ID_MISSING']);
  assert.deepEqual(await codes(id, { id: 'gid://shopify/ProductVariant/7' }), [
    'PRODUCT_VARIANT_DOES_NOT_EXIST',
  ]);
  assert.deepEqual(await codes(id, { id: variantId, price: '-1' }), ['NEGATIVE_PRICE_VALUE']);
  assert.deepEqual(
    await codes(id, {
      id: variantId,
      inventoryQuantities: [{ locationId: 'gid://shopify/Location/7', availableQuantity: 1 }],
    }),
    ['NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE'],
  );
  const linked = { name: 'Size', linkedMetafield: { namespace: 'shopify', key: 'size' } };
  const { errors } = await test.call(CREATE, { product: { title: 'Shirt', productOptions: [linked] } });
  assert.equal(errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX');
});
