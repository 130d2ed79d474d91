import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { SERVED_VERSIONS } from '../graphql/versions.ts';
import { act, anOrderSpec, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext): Promise<TestStore> {
  const products = [{ sku: 'NL-1', title: 'Lantern', price: '10.00' }];
  const test = await startStore({ products, stock: () => 10, topics: [] });
  context.after(() => test.close());
  return test;
}

const PRODUCT = `id hasOnlyDefaultVariant variantsCount { count }
  options { id name position values optionValues { id name hasVariants } }
  variants(first: 20) { nodes { id title displayName position sku price selectedOptions { name value } inventoryItem { id } } }`;
const ERRORS = 'userErrors { field code message }';
const CREATE = `mutation ($product: ProductCreateInput!) { productCreate(product: $product) { product { ${PRODUCT} } userErrors { field message } } }`;
const ADD = `mutation ($id: ID!, $options: [OptionCreateInput!]!, $strategy: ProductOptionCreateVariantStrategy) {
  productOptionsCreate(productId: $id, options: $options, variantStrategy: $strategy) { product { ${PRODUCT} } ${ERRORS} } }`;
const CHANGE = `mutation ($id: ID!, $option: OptionUpdateInput!, $add: [OptionValueCreateInput!], $update: [OptionValueUpdateInput!], $delete: [ID!], $strategy: ProductOptionUpdateVariantStrategy) {
  productOptionUpdate(productId: $id, option: $option, optionValuesToAdd: $add, optionValuesToUpdate: $update, optionValuesToDelete: $delete, variantStrategy: $strategy) { product { ${PRODUCT} } ${ERRORS} } }`;
const DROP = `mutation ($id: ID!, $options: [ID!]!, $strategy: ProductOptionDeleteStrategy) {
  productOptionsDelete(productId: $id, options: $options, strategy: $strategy) { deletedOptionsIds product { ${PRODUCT} } ${ERRORS} } }`;
const SORT = `mutation ($id: ID!, $options: [OptionReorderInput!]!) { productOptionsReorder(productId: $id, options: $options) { product { ${PRODUCT} } ${ERRORS} } }`;
const MAKE = `mutation ($id: ID!, $variants: [ProductVariantsBulkInput!]!, $strategy: ProductVariantsBulkCreateStrategy) {
  productVariantsBulkCreate(productId: $id, variants: $variants, strategy: $strategy) { productVariants { id title inventoryQuantity } product { ${PRODUCT} } ${ERRORS} } }`;
const WRITE = `mutation ($id: ID!, $variants: [ProductVariantsBulkInput!]!, $partial: Boolean) {
  productVariantsBulkUpdate(productId: $id, variants: $variants, allowPartialUpdates: $partial) { productVariants { title price } ${ERRORS} } }`;
const DELETE = `mutation ($id: ID!, $variants: [ID!]!) { productVariantsBulkDelete(productId: $id, variantsIds: $variants) { product { ${PRODUCT} } ${ERRORS} } }`;
const PLACE = `mutation ($id: ID!, $positions: [ProductVariantPositionInput!]!) { productVariantsBulkReorder(productId: $id, positions: $positions) { product { ${PRODUCT} } ${ERRORS} } }`;
const SET = `mutation ($input: ProductSetInput!, $identifier: ProductSetIdentifiers) { productSet(input: $input, identifier: $identifier) { product { ${PRODUCT} } ${ERRORS} } }`;

const values = (...names: string[]) => names.map((name) => ({ name }));
const choose = (chosen: Record<string, string>) =>
  Object.entries(chosen).map(([optionName, name]) => ({ optionName, name }));
const titles = (product: { variants: { nodes: { title: string }[] } }) =>
  product.variants.nodes.map(({ title }) => title);
const codes = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);

async function shirt(test: TestStore) {
  const options = [
    { name: 'Size', values: values('S', 'M') },
    { name: 'Colour', values: values('Red', 'Blue') },
  ];
  return (await act(test, CREATE, { product: { title: 'Shirt', productOptions: options } })).product;
}

async function subscribe(test: TestStore, ...topics: string[]): Promise<void> {
  for (const topic of topics)
    await act(
      test,
      `mutation ($uri: String!) { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: $uri }) { userErrors { message } } }`,
      { uri: `${test.target}/hooks` },
    );
}

it('a product has several variants, which are sold by their titles, and all is told', async (context) => {
  const test = await open(context);
  await subscribe(
    test,
    'PRODUCTS_UPDATE',
    'INVENTORY_ITEMS_CREATE',
    'INVENTORY_ITEMS_DELETE',
    'ORDERS_CREATE',
  );
  const { id, variants, options } = await shirt(test);
  assert.deepEqual(
    variants.nodes.map(({ title }: { title: string }) => title),
    ['S / Red'],
  );
  assert.deepEqual(options[1].values, ['Red']);
  assert.deepEqual(
    options[1].optionValues.map((each: { name: string; hasVariants: boolean }) => [
      each.name,
      each.hasVariants,
    ]),
    [
      ['Red', true],
      ['Blue', false],
    ],
  );
  const location = (await act(test, '{ locations(first: 1) { nodes { id } } }')).nodes[0].id;
  const made = await act(test, MAKE, {
    id,
    variants: [
      {
        optionValues: choose({ Size: 'M', Colour: 'Blue' }),
        price: '12.5',
        inventoryItem: { sku: 'SH-MB', tracked: true },
        inventoryQuantities: [{ locationId: location, availableQuantity: 7 }],
      },
      { optionValues: choose({ Size: 'L', Colour: 'Blue' }), inventoryItem: { sku: 'SH-LB' } },
    ],
  });
  assert.deepEqual(made.userErrors, []);
  assert.deepEqual(
    made.productVariants.map((each: { title: string; inventoryQuantity: number }) => [
      each.title,
      each.inventoryQuantity,
    ]),
    [
      ['M / Blue', 7],
      ['L / Blue', 0],
    ],
  );
  assert.deepEqual(made.product.options[0].values, ['S', 'M', 'L']);
  assert.equal(made.product.variants.nodes[1].displayName, 'Shirt - M / Blue');
  const [line] = anOrderSpec().lines;
  assert.ok(line);
  const order = test.store.placeOrder(anOrderSpec({ lines: [{ ...line, sku: 'SH-MB', title: 'Shirt' }] }));
  const sold = await act(
    test,
    `{ order(id: "gid://shopify/Order/${order}") { lineItems(first: 1) { nodes { name title variantTitle variant { title inventoryQuantity } } } } }`,
  );
  assert.deepEqual(sold.lineItems.nodes[0], {
    name: 'Shirt - M / Blue',
    title: 'Shirt',
    variantTitle: 'M / Blue',
    variant: { title: 'M / Blue', inventoryQuantity: 4 },
  });
  await act(test, DELETE, { id, variants: [variants.nodes[0].id] });
  const hooks = await test.webhooks();
  const topics = hooks.map(({ topic }) => topic);
  assert.equal(topics.filter((topic) => topic === 'inventory_items/create').length, 3);
  assert.equal(topics.filter((topic) => topic === 'inventory_items/delete').length, 1);
  const last = hooks.filter(({ topic }) => topic === 'products/update').at(-1)?.body;
  assert.ok(last);
  assert.deepEqual(
    (last.variants as Record<string, unknown>[]).map((each) => [
      each.position,
      each.title,
      each.option1,
      each.option2,
      each.option3,
      each.price,
      each.inventory_quantity,
    ]),
    [
      [1, 'M / Blue', 'M', 'Blue', null, '12.50', 4],
      [2, 'L / Blue', 'L', 'Blue', null, '0.00', 0],
    ],
  );
  assert.deepEqual(
    (last.options as Record<string, unknown>[]).map((each) => [each.name, each.values]),
    [
      ['Size', ['M', 'L']],
      ['Colour', ['Blue']],
    ],
  );
  const placed = hooks.find(({ topic }) => topic === 'orders/create')?.body.line_items as Record<
    string,
    unknown
  >[];
  assert.deepEqual(
    [placed[0]?.name, placed[0]?.title, placed[0]?.variant_title],
    ['Shirt - M / Blue', 'Shirt', 'M / Blue'],
  );
});

it('options are created, renamed, reordered and deleted, and their variants follow', async (context) => {
  const test = await open(context);
  const id = (await act(test, CREATE, { product: { title: 'Pot' } })).product.id;
  const added = await act(test, ADD, {
    id,
    options: [{ name: 'Size', values: values('S', 'L') }],
    strategy: 'CREATE',
  });
  assert.deepEqual(titles(added.product), ['S', 'L']);
  assert.equal(added.product.hasOnlyDefaultVariant, false);
  const two = await act(test, ADD, { id, options: [{ name: 'Glaze', values: values('Matt', 'Clear') }] });
  assert.deepEqual(titles(two.product), ['S / Matt', 'L / Matt']);
  const [size, glaze] = two.product.options;
  const wider = await act(test, CHANGE, {
    id,
    option: { id: size.id, name: 'Volume' },
    add: values('XL'),
    update: [{ id: size.optionValues[0].id, name: 'Small' }],
    strategy: 'MANAGE',
  });
  assert.deepEqual(titles(wider.product), ['Small / Matt', 'L / Matt', 'XL / Matt']);
  const sorted = await act(test, SORT, {
    id,
    options: [{ name: 'Glaze' }, { name: 'Volume', values: values('XL', 'L', 'Small') }],
  });
  assert.deepEqual(titles(sorted.product), ['Matt / XL', 'Matt / L', 'Matt / Small']);
  const fewer = await act(test, CHANGE, {
    id,
    option: { id: size.id },
    delete: [size.optionValues[0].id],
    strategy: 'MANAGE',
  });
  assert.deepEqual(titles(fewer.product), ['Matt / XL', 'Matt / L']);
  const moved = await act(test, PLACE, {
    id,
    positions: [{ id: fewer.product.variants.nodes[1].id, position: 1 }],
  });
  assert.deepEqual(titles(moved.product), ['Matt / L', 'Matt / XL']);
  assert.deepEqual(codes(await act(test, DROP, { id, options: [glaze.id] })), [
    'CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES',
  ]);
  const plain = await act(test, DROP, { id, options: [glaze.id], strategy: 'NON_DESTRUCTIVE' });
  assert.deepEqual(plain.deletedOptionsIds, [glaze.id]);
  assert.deepEqual(titles(plain.product), ['L', 'XL']);
  const volume = plain.product.options[0].id;
  assert.deepEqual(codes(await act(test, DROP, { id, options: [volume], strategy: 'NON_DESTRUCTIVE' })), [
    'CANNOT_USE_NON_DESTRUCTIVE_STRATEGY',
  ]);
  const bare = await act(test, DROP, { id, options: [volume], strategy: 'POSITION' });
  assert.deepEqual(titles(bare.product), ['Default Title']);
  assert.equal(bare.product.hasOnlyDefaultVariant, true);
});

it('productSet makes a product what the input says, and makes it where there is none', async (context) => {
  const test = await open(context);
  const input = {
    title: 'Scarf',
    handle: 'scarf',
    productOptions: [{ name: 'Colour', values: values('Red', 'Blue') }],
    variants: [
      { optionValues: choose({ Colour: 'Red' }), sku: 'SC-R', price: '30' },
      { optionValues: choose({ Colour: 'Blue' }), sku: 'SC-B', price: '31' },
    ],
  };
  const made = await act(test, SET, { input, identifier: { handle: 'scarf' } });
  assert.deepEqual(made.userErrors, []);
  assert.deepEqual(titles(made.product), ['Red', 'Blue']);
  const [red, blue] = made.product.variants.nodes;
  const next = {
    ...input,
    productOptions: [{ name: 'Colour', values: values('Blue', 'Green') }],
    variants: [
      { optionValues: choose({ Colour: 'Green' }), sku: 'SC-G', price: '32' },
      { optionValues: choose({ Colour: 'Blue' }), price: '29' },
    ],
  };
  const again = await act(test, SET, { input: next, identifier: { handle: 'scarf' } });
  assert.equal(again.product.id, made.product.id);
  assert.deepEqual(
    again.product.variants.nodes.map((each: { id: string; sku: string; price: string }) => [
      each.id === blue.id,
      each.sku,
      each.price,
    ]),
    [
      [false, 'SC-G', '32.00'],
      [true, 'SC-B', '29.00'],
    ],
  );
  assert.equal(await act(test, `{ productVariant(id: "${red.id}") { id } }`), null);
  for (const version of SERVED_VERSIONS) {
    const { data, errors } = await test.call(
      `{ product(id: "${made.product.id}") { ${PRODUCT} } }`,
      {},
      undefined,
      version,
    );
    assert.deepEqual(errors, []);
    assert.equal(data.product.variantsCount.count, 2);
  }
  const { handle, ...rest } = next;
  const refusals: [object, string][] = [
    [{ ...rest, productOptions: undefined }, 'PRODUCT_OPTIONS_INPUT_MISSING'],
    [{ ...rest, variants: undefined }, 'VARIANTS_INPUT_MISSING'],
    [{ ...rest, handle: 'nl-1' }, 'HANDLE_NOT_UNIQUE'],
    [{ ...rest, id: 'gid://shopify/Product/7' }, 'PRODUCT_DOES_NOT_EXIST'],
    [{ ...rest, productOptions: [{ name: 'Colour', values: [] }] }, 'OPTION_VALUES_MISSING'],
    [{ ...rest, variants: [{ optionValues: choose({ Size: 'S' }) }] }, 'OPTION_DOES_NOT_EXIST'],
    [{ ...rest, variants: [{ optionValues: choose({ Colour: 'Grey' }) }] }, 'OPTION_VALUE_DOES_NOT_EXIST'],
  ];
  for (const [wrong, code] of refusals)
    assert.ok(codes(await act(test, SET, { input: wrong })).includes(code), code);
  const other = await act(test, SET, { input: next, identifier: { handle: 'shawl' } });
  assert.deepEqual([codes(other), handle], [['INPUT_MISMATCH'], 'scarf']);
});

it('what is wrong with options and variants is refused with the vendor’s codes, and changes nothing', async (context) => {
  const test = await open(context);
  const { id, options, variants } = await shirt(test);
  const before = await act(test, `{ product(id: "${id}") { ${PRODUCT} } }`);
  const [first] = variants.nodes;
  const unknown = 'gid://shopify/Product/7';
  const add = (...given: object[]) => act(test, ADD, { id, options: given });
  const one = (name: string) => ({ name, values: values('x') });
  const refusals: [string, unknown][] = [
    ['PRODUCT_DOES_NOT_EXIST', await act(test, ADD, { id: unknown, options: [one('Fit')] })],
    ['OPTION_ALREADY_EXISTS', await add(one('Size'))],
    ['OPTIONS_OVER_LIMIT', await add(one('Fit'), one('Cut'))],
    ['OPTION_VALUES_MISSING', await add({ name: 'Fit', values: [] })],
    ['DUPLICATED_OPTION_VALUE', await add({ name: 'Fit', values: values('x', 'x') })],
    [
      'OPTION_DOES_NOT_EXIST',
      await act(test, CHANGE, { id, option: { id: 'gid://shopify/ProductOption/7' } }),
    ],
    [
      'OPTION_VALUE_HAS_VARIANTS',
      await act(test, CHANGE, { id, option: { id: options[0].id }, delete: [options[0].optionValues[0].id] }),
    ],
    [
      'OPTION_VALUE_ALREADY_EXISTS',
      await act(test, CHANGE, { id, option: { id: options[0].id }, add: values('M') }),
    ],
    ['OPTION_NAME_DOES_NOT_EXIST', await act(test, SORT, { id, options: [{ name: 'Fit' }] })],
    [
      'VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE',
      await act(test, MAKE, { id, variants: [{ optionValues: choose({ Size: 'S', Colour: 'Red' }) }] }),
    ],
    [
      'NEED_TO_ADD_OPTION_VALUES',
      await act(test, MAKE, { id, variants: [{ optionValues: choose({ Size: 'S' }) }] }),
    ],
    [
      'TRACKED_VARIANT_LOCATION_NOT_FOUND',
      await act(test, MAKE, {
        id,
        variants: [
          {
            optionValues: choose({ Size: 'M', Colour: 'Red' }),
            inventoryQuantities: [{ locationId: 'gid://shopify/Location/7', availableQuantity: 1 }],
          },
        ],
      }),
    ],
    ['CANNOT_DELETE_LAST_VARIANT', await act(test, DELETE, { id, variants: [first.id] })],
    [
      'AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT',
      await act(test, DELETE, { id, variants: ['gid://shopify/ProductVariant/7'] }),
    ],
    ['INVALID_POSITION', await act(test, PLACE, { id, positions: [{ id: first.id, position: 0 }] })],
  ];
  for (const [code, answer] of refusals) assert.deepEqual(codes(answer as never), [code]);
  assert.deepEqual(await act(test, `{ product(id: "${id}") { ${PRODUCT} } }`), before);
  const partial = await act(test, WRITE, {
    id,
    partial: true,
    variants: [
      { id: first.id, price: '9' },
      { id: 'gid://shopify/ProductVariant/7', price: '9' },
    ],
  });
  assert.deepEqual(partial.productVariants, [{ title: 'S / Red', price: '9.00' }]);
  assert.deepEqual(codes(partial), ['PRODUCT_VARIANT_DOES_NOT_EXIST']);
});

it('a bulk read has every variant after its product', async (context) => {
  const test = await open(context);
  const { id } = await shirt(test);
  await act(test, MAKE, { id, variants: [{ optionValues: choose({ Size: 'M', Colour: 'Blue' }) }] });
  const query = '{ products { edges { node { id title variants { edges { node { id title } } } } } } }';
  const started = await act(
    test,
    'mutation ($query: String!) { bulkOperationRunQuery(query: $query) { bulkOperation { id } userErrors { message } } }',
    { query },
  );
  test.clock.advanceTo(test.clock.now() + 60_000);
  const { url } = await act(
    test,
    `{ node(id: "${started.bulkOperation.id}") { ... on BulkOperation { url } } }`,
  );
  const lines = (await (await fetch(url)).text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ title, __parentId }) => [title, __parentId === id]),
    [
      ['Lantern', false],
      ['Default Title', false],
      ['Shirt', false],
      ['S / Red', true],
      ['M / Blue', true],
    ],
  );
});

it('productSet works in the background too: its operation tells when it is done, and what is wrong', async (context) => {
  const test = await startStore({ topics: [] });
  context.after(() => test.close());
  const LATER = `mutation ($input: ProductSetInput!) { productSet(input: $input, synchronous: false) {
    product { id } productSetOperation { id status product { id } userErrors { code } } userErrors { code } } }`;
  const LOOK = `query ($id: ID!) { productOperation(id: $id) { status product { title } ... on ProductSetOperation { userErrors { field code } } } }`;
  const begin = async (input: object): Promise<string> => {
    const begun = await act(test, LATER, { input });
    assert.deepEqual([begun.product, begun.userErrors], [null, []]);
    assert.equal(begun.productSetOperation.status, 'CREATED');
    return begun.productSetOperation.id;
  };
  const good = await begin({ title: 'Lantern' });
  const wrong = await begin({ title: '' });
  assert.equal((await act(test, LOOK, { id: good })).product, null);
  test.clock.advanceTo(test.clock.now() + 1_000);
  assert.deepEqual(await act(test, LOOK, { id: good }), {
    status: 'COMPLETE',
    product: { title: 'Lantern' },
    userErrors: [],
  });
  const failed = await act(test, LOOK, { id: wrong });
  assert.deepEqual([failed.status, failed.product, failed.userErrors.length], ['COMPLETE', null, 1]);
});
