import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { SERVED_VERSIONS } from '../graphql/versions.ts';
import { act, anOrderSpec, startStore, type TestStore } from '../testing.ts';

const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
];
const ERRORS = 'userErrors { field message code }';

interface Shop {
  test: TestStore;
  /** Global ids. */
  location: string;
  company: string;
  variants: string[];
  products: string[];
}

async function open(context: TestContext): Promise<Shop> {
  const test = await startStore({ products: PRODUCTS });
  context.after(() => test.close());
  const { company } = await act(
    test,
    'mutation { companyCreate(input: { company: { name: "Anker" } }) { company { id locations(first: 1) { nodes { id } } } } }',
  );
  const { nodes } = await act(test, '{ productVariants(first: 5) { nodes { id product { id } } } }');
  return {
    test,
    company: company.id,
    location: company.locations.nodes[0].id,
    variants: nodes.map(({ id }: { id: string }) => id),
    products: nodes.map(({ product }: { product: { id: string } }) => product.id),
  };
}

const CATALOG = `mutation ($input: CatalogCreateInput!) { catalogCreate(input: $input) { catalog { id title status
  priceList { id } ... on CompanyLocationCatalog { companyLocations(first: 5) { nodes { name } } } } ${ERRORS} } }`;
const LIST = `mutation ($input: PriceListCreateInput!) { priceListCreate(input: $input) { priceList { id name currency
  catalog { title } parent { adjustment { type value } } } ${ERRORS} } }`;
const FIX = `mutation ($id: ID!, $prices: [PriceListPriceInput!]!) { priceListFixedPricesAdd(priceListId: $id, prices: $prices) {
  prices { originType price { amount currencyCode } variant { sku } } ${ERRORS} } }`;

const listInput = (more: object = {}) => ({
  name: 'Trade',
  currency: 'EUR',
  parent: { adjustment: { type: 'PERCENTAGE_DECREASE', value: 15 } },
  ...more,
});

const codes = (payload: { userErrors: { field: string[] | null; code: string }[] }) =>
  payload.userErrors.map(({ field, code }) => [field?.join('.') ?? null, code]);

async function aCatalog({ test, location }: Shop, title = 'Trade'): Promise<string> {
  const input = { title, status: 'ACTIVE', context: { companyLocationIds: [location] } };
  const { catalog, userErrors } = await act(test, CATALOG, { input });
  assert.deepEqual(userErrors, []);
  return catalog.id;
}

async function priceOf({ test, location, variants }: Shop, index: number): Promise<string> {
  const { contextualPricing } = await act(
    test,
    `query ($id: ID!, $location: ID!) { productVariant(id: $id) { contextualPricing(context: { companyLocationId: $location }) { price { amount } } } }`,
    { id: variants[index], location },
  );
  return contextualPricing.price.amount;
}

describe('a catalogue of a company location', () => {
  it('sets what an order costs: fixed prices before those that follow the usual ones, the lowest of all', async (context) => {
    const shop = await open(context);
    const { test, variants } = shop;
    const catalogId = await aCatalog(shop);
    const { priceList } = await act(test, LIST, { input: listInput({ catalogId }) });
    assert.equal(priceList.catalog.title, 'Trade');
    assert.deepEqual([await priceOf(shop, 0), await priceOf(shop, 1)], ['8.5', '21.21']);
    const fixed = await act(test, FIX, {
      id: priceList.id,
      prices: [{ variantId: variants[1], price: { amount: '19.99', currencyCode: 'EUR' } }],
    });
    assert.deepEqual(fixed.prices, [
      { originType: 'FIXED', price: { amount: '19.99', currencyCode: 'EUR' }, variant: { sku: 'NL-2' } },
    ]);
    const digits = (id: string) => id.split('/').at(-1) as string;
    const place = () =>
      test.store.placeOrder(
        anOrderSpec({ company: { companyId: digits(shop.company), locationId: digits(shop.location) } }),
      );
    const priced = async (id: string) => {
      const { lineItems } = await act(
        test,
        `{ order(id: "gid://shopify/Order/${id}") { lineItems(first: 5) { nodes { originalUnitPriceSet { shopMoney { amount } } } } } }`,
      );
      return lineItems.nodes.map(
        (each: { originalUnitPriceSet: { shopMoney: { amount: string } } }) =>
          each.originalUnitPriceSet.shopMoney.amount,
      );
    };
    assert.deepEqual(await priced(place()), ['8.5', '19.99']);
    // A second one that is cheaper for one of them.
    const summer = await aCatalog(shop, 'Summer');
    const other = listInput({ name: 'Summer', catalogId: summer });
    other.parent.adjustment.value = 20;
    await act(test, LIST, { input: other });
    assert.deepEqual(await priced(place()), ['8.0', '19.96']);
    // An archived one counts no more.
    await act(
      test,
      `mutation ($id: ID!) { catalogUpdate(id: $id, input: { status: ARCHIVED }) { ${ERRORS} } }`,
      { id: summer },
    );
    assert.deepEqual(await priced(place()), ['8.5', '19.99']);
    const removed = await act(
      test,
      `mutation ($id: ID!, $ids: [ID!]!) { priceListFixedPricesDelete(priceListId: $id, variantIds: $ids) { deletedFixedPriceVariantIds ${ERRORS} } }`,
      { id: priceList.id, ids: [variants[1]] },
    );
    assert.deepEqual(removed.deletedFixedPriceVariantIds, [variants[1]]);
    assert.equal(await priceOf(shop, 1), '21.21');
  });

  it('prices only what its publication holds', async (context) => {
    const shop = await open(context);
    const { test, products } = shop;
    const catalogId = await aCatalog(shop);
    await act(test, LIST, { input: listInput({ catalogId }) });
    const { publication } = await act(
      test,
      `mutation ($input: PublicationCreateInput!) { publicationCreate(input: $input) { publication { id includedProductsCount { count } } ${ERRORS} } }`,
      { input: { catalogId, defaultState: 'EMPTY' } },
    );
    assert.equal(publication.includedProductsCount.count, 0);
    assert.equal(await priceOf(shop, 0), '10.0');
    const update = `mutation ($id: ID!, $input: PublicationUpdateInput!) { publicationUpdate(id: $id, input: $input) { publication { products(first: 5) { nodes { id } } } ${ERRORS} } }`;
    const more = await act(test, update, {
      id: publication.id,
      input: { publishablesToAdd: [products[0]] },
    });
    assert.deepEqual(more.publication.products.nodes, [{ id: products[0] }]);
    assert.deepEqual([await priceOf(shop, 0), await priceOf(shop, 1)], ['8.5', '24.95']);
    assert.deepEqual(
      codes(
        await act(test, update, {
          id: publication.id,
          input: { publishablesToAdd: ['gid://shopify/Product/1'] },
        }),
      ),
      [['input.publishablesToAdd.0', 'INVALID_PUBLISHABLE_ID']],
    );
  });

  it('is found, given to locations and taken from them, and deleted with its list', async (context) => {
    const shop = await open(context);
    const { test, location, company } = shop;
    const catalogId = await aCatalog(shop);
    const { priceList } = await act(test, LIST, { input: listInput({ catalogId }) });
    for (const version of SERVED_VERSIONS) {
      const { data, errors } = await test.call(
        `query ($id: ID!, $location: ID!) { catalogs(first: 5, type: COMPANY_LOCATION, query: "title:Trade") { nodes { __typename title priceList { name fixedPricesCount
          prices(first: 5, originType: RELATIVE) { nodes { price { amount } } } } publication { id } } }
          companyLocation(id: $location) { inCatalog(catalogId: $id) catalogsCount { count } } priceLists(first: 2) { nodes { name } } }`,
        { id: catalogId, location },
        undefined,
        version,
      );
      assert.deepEqual(errors, []);
      assert.deepEqual(data.catalogs.nodes, [
        {
          __typename: 'CompanyLocationCatalog',
          title: 'Trade',
          priceList: {
            name: 'Trade',
            fixedPricesCount: 0,
            prices: { nodes: [{ price: { amount: '8.5' } }, { price: { amount: '21.21' } }] },
          },
          publication: null,
        },
      ]);
      assert.deepEqual(data.companyLocation, { inCatalog: true, catalogsCount: { count: 1 } });
    }
    const { companyLocation } = await act(
      test,
      `mutation ($id: ID!) { companyLocationCreate(companyId: $id, input: { name: "Two" }) { companyLocation { id } } }`,
      { id: company },
    );
    const update = `mutation ($id: ID!, $add: CatalogContextInput, $remove: CatalogContextInput) { catalogContextUpdate(catalogId: $id,
      contextsToAdd: $add, contextsToRemove: $remove) { catalog { ... on CompanyLocationCatalog { companyLocations(first: 5) { nodes { name } } } } ${ERRORS} } }`;
    const moved = await act(test, update, {
      id: catalogId,
      add: { companyLocationIds: [companyLocation.id] },
      remove: { companyLocationIds: [location] },
    });
    assert.deepEqual(moved.catalog.companyLocations.nodes, [{ name: 'Two' }]);
    assert.deepEqual(codes(await act(test, update, { id: catalogId })), [
      ['contextsToAdd', 'REQUIRES_CONTEXTS_TO_ADD_OR_REMOVE'],
    ]);
    const remove = `mutation ($id: ID!) { catalogDelete(id: $id, deleteDependentResources: true) { deletedId ${ERRORS} } }`;
    assert.equal((await act(test, remove, { id: catalogId })).deletedId, catalogId);
    assert.deepEqual(codes(await act(test, remove, { id: catalogId })), [['id', 'CATALOG_NOT_FOUND']]);
    assert.equal(await act(test, `{ priceList(id: "${priceList.id}") { id } }`), null);
  });

  it('is refused with the vendor’s codes', async (context) => {
    const shop = await open(context);
    const { test, location, variants } = shop;
    const create = async (input: object) =>
      codes(await act(test, CATALOG, { input: { title: 'A', status: 'ACTIVE', ...input } }));
    const here = { companyLocationIds: [location] };
    assert.deepEqual(await create({ title: '', context: here }), [['input.title', 'BLANK']]);
    assert.deepEqual(await create({ context: {} }), [
      ['input.context', 'MUST_PROVIDE_EXACTLY_ONE_CONTEXT_TYPE'],
    ]);
    assert.deepEqual(await create({ context: { marketIds: ['gid://shopify/Market/1'] } }), [
      ['input.context.marketIds.0', 'MARKET_NOT_FOUND'],
    ]);
    assert.deepEqual(await create({ context: { companyLocationIds: ['gid://shopify/CompanyLocation/1'] } }), [
      ['input.context.companyLocationIds.0', 'COMPANY_LOCATION_NOT_FOUND'],
    ]);
    assert.deepEqual(await create({ context: here, priceListId: 'gid://shopify/PriceList/1' }), [
      ['input.priceListId', 'PRICE_LIST_NOT_FOUND'],
    ]);
    const catalogId = await aCatalog(shop);
    const { priceList } = await act(test, LIST, { input: listInput({ catalogId }) });
    assert.deepEqual(await create({ context: here, priceListId: priceList.id }), [
      ['input.priceListId', 'TAKEN'],
    ]);
    const list = async (more: object) => codes(await act(test, LIST, { input: listInput(more) }));
    assert.deepEqual(await list({}), [['input.name', 'TAKEN']]);
    assert.deepEqual(await list({ name: 'B', currency: 'USD' }), [
      ['input.currency', 'CURRENCY_NOT_SUPPORTED'],
    ]);
    assert.deepEqual(await list({ name: 'B', catalogId }), [['input.catalogId', 'CATALOG_TAKEN']]);
    assert.deepEqual(
      await list({ name: 'B', parent: { adjustment: { type: 'PERCENTAGE_DECREASE', value: 101 } } }),
      [['input.parent.adjustment.value', 'INVALID_ADJUSTMENT_VALUE']],
    );
    const fix = async (variantId: string | undefined, currencyCode: string) =>
      codes(
        await act(test, FIX, {
          id: priceList.id,
          prices: [{ variantId, price: { amount: '1', currencyCode } }],
        }),
      );
    assert.deepEqual(await fix(variants[0], 'USD'), [
      ['prices.0.price.currencyCode', 'PRICE_LIST_CURRENCY_MISMATCH'],
    ]);
    assert.deepEqual(await fix('gid://shopify/ProductVariant/1', 'EUR'), [
      ['prices.0.variantId', 'VARIANT_NOT_FOUND'],
    ]);
    const remove = `mutation ($id: ID!, $ids: [ID!]!) { priceListFixedPricesDelete(priceListId: $id, variantIds: $ids) { ${ERRORS} } }`;
    assert.deepEqual(codes(await act(test, remove, { id: priceList.id, ids: [variants[0]] })), [
      ['variantIds.0', 'PRICE_NOT_FIXED'],
    ]);
  });
});
