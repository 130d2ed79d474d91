import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { SERVED_VERSIONS } from '../graphql/versions.ts';
import { act, startStore, type TestStore } from '../testing.ts';

const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
];
const VAT = { title: 'DE MwSt 19%', rate: '0.19' };

async function open(context: TestContext): Promise<{ test: TestStore; variants: string[] }> {
  const test = await startStore({
    products: PRODUCTS,
    stock: () => 100,
    taxesOn: (country) => (country === 'DE' ? [VAT] : []),
  });
  context.after(() => test.close());
  const { nodes } = await act(test, '{ productVariants(first: 5) { nodes { id } } }');
  return { test, variants: nodes.map(({ id }: { id: string }) => id) };
}

const ERRORS = 'userErrors { field message }';
const FIELDS = `id name status email invoiceUrl completedAt subtotalPriceSet { shopMoney { amount } } totalPriceSet { shopMoney { amount } }
  totalTaxSet { shopMoney { amount } } totalDiscountsSet { shopMoney { amount } } totalPrice order { id }
  customer { email } lineItems(first: 5) { nodes { title sku custom quantity originalUnitPriceSet { shopMoney { amount } }
    discountedTotalSet { shopMoney { amount } } variant { sku } } }`;
const CREATE = `mutation ($input: DraftOrderInput!) { draftOrderCreate(input: $input) { draftOrder { ${FIELDS} } ${ERRORS} } }`;
const COMPLETE = `mutation ($id: ID!, $pending: Boolean) { draftOrderComplete(id: $id, paymentPending: $pending) { draftOrder { status completedAt
  order { id name sourceName displayFinancialStatus note tags customAttributes { key value } paymentGatewayNames email customer { email }
    totalPriceSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } totalDiscountsSet { shopMoney { amount } } totalReceivedSet { shopMoney { amount } }
    shippingAddress { address1 address2 company city } paymentTerms { paymentTermsName dueInDays } poNumber
    lineItems(first: 5) { nodes { sku quantity variant { sku } discountAllocations { allocatedAmountSet { shopMoney { amount } }
      discountApplication { __typename allocationMethod ... on ManualDiscountApplication { title } } } } } } } ${ERRORS} } }`;
const ADDRESS = {
  firstName: 'Ida',
  lastName: 'Kaiser',
  company: 'Kaiser KG',
  address1: 'Kai 3',
  address2: 'Hof',
  city: 'Hamburg',
  zip: '20457',
  countryCode: 'DE',
};

const inputOf = (variants: string[], more: object = {}) => ({
  email: 'ida@kaiser.example',
  note: 'by phone',
  tags: ['phone'],
  customAttributes: [{ key: 'source', value: 'phone-order' }],
  shippingAddress: ADDRESS,
  lineItems: [
    // What is said of a variant is not heard.
    { variantId: variants[0], quantity: 3, title: 'Bogus', originalUnitPrice: '0.01' },
    {
      title: 'Engraving',
      quantity: 2,
      originalUnitPrice: '5.00',
      taxable: true,
      appliedDiscount: { title: 'Service', value: 10, valueType: 'PERCENTAGE' },
    },
  ],
  appliedDiscount: { title: 'Loyalty', value: 5, valueType: 'FIXED_AMOUNT' },
  shippingLine: { title: 'Courier', price: '4.90' },
  ...more,
});

const messages = (payload: { userErrors: { message: string }[] }) =>
  payload.userErrors.map(({ message }) => message);

describe('a draft order', () => {
  it('is calculated as the order that it is to become', async (context) => {
    const { test, variants } = await open(context);
    const { draftOrder, userErrors } = await act(test, CREATE, { input: inputOf(variants) });
    assert.deepEqual(userErrors, []);
    assert.deepEqual([draftOrder.name, draftOrder.status, draftOrder.totalPrice], ['#D1', 'OPEN', '38.90']);
    assert.equal(draftOrder.customer.email, 'ida@kaiser.example');
    assert.deepEqual(
      draftOrder.lineItems.nodes.map((each: Record<string, unknown>) => [each.title, each.sku, each.custom]),
      [
        ['Lantern', 'NL-1', false],
        ['Engraving', null, true],
      ],
    );
    const calculate = `mutation ($input: DraftOrderInput!) { draftOrderCalculate(input: $input) { calculatedDraftOrder { totalPriceSet { shopMoney { amount } }
      totalTaxSet { shopMoney { amount } } totalDiscountsSet { shopMoney { amount } } lineItems { title discountedTotal { amount } } } ${ERRORS} } }`;
    const { calculatedDraftOrder } = await act(test, calculate, { input: inputOf(variants) });
    for (const name of ['totalPriceSet', 'totalTaxSet', 'totalDiscountsSet'])
      assert.deepEqual(calculatedDraftOrder[name], draftOrder[name], name);
    assert.deepEqual(calculatedDraftOrder.lineItems[1], {
      title: 'Engraving',
      discountedTotal: { amount: '9.0' },
    });
    assert.equal((await act(test, '{ draftOrdersCount { count } }')).count, 1);
    const done = await act(test, COMPLETE, { id: draftOrder.id });
    const { order } = done.draftOrder;
    for (const name of ['totalPriceSet', 'totalTaxSet', 'totalDiscountsSet'])
      assert.deepEqual(order[name], draftOrder[name], name);
    assert.deepEqual(
      [order.displayFinancialStatus, order.paymentGatewayNames, order.note, order.tags, order.sourceName],
      ['PAID', ['manual'], 'by phone', ['phone'], 'shopify_draft_order'],
    );
    assert.deepEqual(order.customAttributes, [{ key: 'source', value: 'phone-order' }]);
    assert.deepEqual(order.shippingAddress, {
      address1: 'Kai 3',
      address2: 'Hof',
      company: 'Kaiser KG',
      city: 'Hamburg',
    });
    const [lantern, engraving] = order.lineItems.nodes;
    assert.deepEqual([lantern.variant, engraving.variant], [{ sku: 'NL-1' }, null]);
    assert.deepEqual(
      engraving.discountAllocations.map(
        (each: { discountApplication: { title: string; allocationMethod: string } }) => [
          each.discountApplication.title,
          each.discountApplication.allocationMethod,
        ],
      ),
      [
        ['Service', 'EACH'],
        ['Loyalty', 'ACROSS'],
      ],
    );
    assert.deepEqual(messages(await act(test, COMPLETE, { id: draftOrder.id })), [
      'This order has been paid',
    ]);
    const { inventoryItems } = (
      await test.call(
        '{ inventoryItems(first: 1) { nodes { inventoryLevels(first: 2) { nodes { quantities(names: ["committed"]) { quantity } } } } } }',
      )
    ).data;
    const committed = inventoryItems.nodes[0].inventoryLevels.nodes.reduce(
      (all: number, { quantities }: { quantities: { quantity: number }[] }) =>
        all + (quantities[0]?.quantity ?? 0),
      0,
    );
    assert.equal(committed, 3);
  });

  it('is refused in the vendor’s words where its input is wrong', async (context) => {
    const { test, variants } = await open(context);
    const refused = async (more: object) =>
      messages(await act(test, CREATE, { input: inputOf(variants, more) }));
    assert.deepEqual(await refused({ lineItems: [] }), ['Add at least 1 product']);
    assert.deepEqual(
      await refused({ lineItems: [{ variantId: 'gid://shopify/ProductVariant/999', quantity: 1 }] }),
      ['Product with ID 999 is no longer available.'],
    );
    assert.deepEqual(await refused({ lineItems: [{ quantity: 1, originalUnitPrice: '1' }] }), [
      'Merchandise title is empty.',
    ]);
    assert.deepEqual(await refused({ lineItems: [{ title: 'A', quantity: 0 }] }), [
      'Quantity must be greater than or equal to 1',
    ]);
    assert.deepEqual(await refused({ email: 'nobody' }), ['Email is invalid']);
    assert.deepEqual(await refused({ tags: ['x'.repeat(41)] }), [
      'Title Tag exceeds the maximum length of 40 characters',
    ]);
    assert.deepEqual(await refused({ appliedDiscount: { value: 150, valueType: 'PERCENTAGE' } }), [
      'Applied discount value must be less than or equal to 100%',
    ]);
    assert.deepEqual(await refused({ paymentTerms: { paymentSchedules: [] } }), [
      'Payment terms template id can not be empty.',
    ]);
    const { errors } = await test.call(CREATE, {
      input: inputOf(variants, { reserveInventoryUntil: '2030-01-01T00:00:00Z' }),
    });
    assert.equal(errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX');
  });

  it('is changed, sent, duplicated without discounts, found and deleted', async (context) => {
    const { test, variants } = await open(context);
    const { draftOrder } = await act(test, CREATE, { input: inputOf(variants) });
    const update = `mutation ($id: ID!, $input: DraftOrderInput!) { draftOrderUpdate(id: $id, input: $input) { draftOrder { note2 totalPrice } ${ERRORS} } }`;
    const changed = await act(test, update, {
      id: draftOrder.id,
      input: { note: 'again', appliedDiscount: null },
    });
    assert.deepEqual(changed.draftOrder, { note2: 'again', totalPrice: '43.90' });
    const send = `mutation ($id: ID!) { draftOrderInvoiceSend(id: $id) { draftOrder { status invoiceSentAt } ${ERRORS} } }`;
    assert.equal((await act(test, send, { id: draftOrder.id })).draftOrder.status, 'INVOICE_SENT');
    const duplicate = `mutation ($id: ID!) { draftOrderDuplicate(id: $id) { draftOrder { id name status totalPrice } ${ERRORS} } }`;
    const copy = await act(test, duplicate, { id: draftOrder.id });
    assert.deepEqual(
      { ...copy.draftOrder, id: '' },
      { id: '', name: '#D2', status: 'OPEN', totalPrice: '40.00' },
    );
    for (const version of SERVED_VERSIONS) {
      const { data, errors } = await test.call(
        '{ draftOrders(first: 5, query: "status:open", sortKey: NUMBER) { nodes { name status } } }',
        {},
        undefined,
        version,
      );
      assert.deepEqual(errors, []);
      assert.deepEqual(data.draftOrders.nodes, [{ name: '#D2', status: 'OPEN' }]);
    }
    const remove = `mutation ($id: ID!) { draftOrderDelete(input: { id: $id }) { deletedId ${ERRORS} } }`;
    assert.equal((await act(test, remove, { id: draftOrder.id })).deletedId, draftOrder.id);
    assert.deepEqual(messages(await act(test, send, { id: draftOrder.id })), ['Draft order not found']);
  });

  it('of a company has its prices, and becomes an order on its terms that waits for money', async (context) => {
    const { test, variants } = await open(context);
    const { company } = await act(
      test,
      `mutation { companyCreate(input: { company: { name: "Anker" }, companyContact: { email: "bo@anker.example", firstName: "Bo" } }) {
        company { id mainContact { id } locations(first: 1) { nodes { id } } } } }`,
    );
    const [location] = company.locations.nodes;
    const { catalog } = await act(
      test,
      `mutation ($id: ID!) { catalogCreate(input: { title: "Trade", status: ACTIVE, context: { companyLocationIds: [$id] } }) { catalog { id } } }`,
      { id: location.id },
    );
    await act(
      test,
      `mutation ($id: ID!) { priceListCreate(input: { name: "Trade", currency: EUR, catalogId: $id, parent: { adjustment: { type: PERCENTAGE_DECREASE, value: 20 } } }) { userErrors { message } } }`,
      { id: catalog.id },
    );
    const { draftOrder, userErrors } = await act(test, CREATE, {
      input: {
        purchasingEntity: {
          purchasingCompany: {
            companyId: company.id,
            companyLocationId: location.id,
            companyContactId: company.mainContact.id,
          },
        },
        poNumber: 'PO-9',
        paymentTerms: { paymentTermsTemplateId: 'gid://shopify/PaymentTermsTemplate/3' },
        lineItems: [{ variantId: variants[0], quantity: 2 }],
      },
    });
    assert.deepEqual(userErrors, []);
    assert.equal(draftOrder.totalPrice, '16.00');
    const { draftOrders } = (
      await test.call(`{ company(id: "${company.id}") { draftOrders(first: 2) { nodes { id } } } }`)
    ).data.company;
    assert.deepEqual(draftOrders.nodes, [{ id: draftOrder.id }]);
    const gone = await act(
      test,
      `mutation { companyDelete(id: "${company.id}") { userErrors { message code } } }`,
    );
    assert.equal(gone.userErrors[0]?.code, 'FAILED_TO_DELETE');
    const done = await act(test, COMPLETE, { id: draftOrder.id });
    const { order } = done.draftOrder;
    assert.deepEqual(
      [order.displayFinancialStatus, order.poNumber, order.paymentTerms, order.shippingAddress],
      ['PENDING', 'PO-9', { paymentTermsName: 'Net 15', dueInDays: 15 }, null],
    );
    assert.equal(order.customer.email, 'bo@anker.example');
    const read = await act(
      test,
      `{ order(id: "${order.id}") { purchasingEntity { ... on PurchasingCompany { company { name ordersCount { count } } contact { id orders(first: 2) { nodes { id } } } } } } }`,
    );
    assert.deepEqual(read.purchasingEntity, {
      company: { name: 'Anker', ordersCount: { count: 1 } },
      contact: { id: company.mainContact.id, orders: { nodes: [{ id: order.id }] } },
    });
  });

  it('is told by the topics draft_orders/*, its order by those of orders', async (context) => {
    const { test, variants } = await open(context);
    for (const topic of [
      'DRAFT_ORDERS_CREATE',
      'DRAFT_ORDERS_UPDATE',
      'DRAFT_ORDERS_DELETE',
      'ORDERS_CREATE',
    ])
      await act(
        test,
        `mutation ($uri: String!) { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: $uri }) { userErrors { message } } }`,
        { uri: `${test.target}/hooks` },
      );
    const { draftOrder } = await act(test, CREATE, { input: inputOf(variants) });
    await act(test, COMPLETE, { id: draftOrder.id, pending: true });
    await act(test, 'mutation ($id: ID!) { draftOrderDelete(input: { id: $id }) { deletedId } }', {
      id: draftOrder.id,
    });
    const told = await test.webhooks();
    assert.deepEqual(
      told.map(({ topic }) => topic),
      ['draft_orders/create', 'orders/create', 'draft_orders/update', 'draft_orders/delete'],
    );
    const [made, order, completed] = told.map(({ body }) => body);
    assert.deepEqual(
      [made?.total_price, made?.status, made?.order_id, completed?.status, order?.financial_status],
      ['38.90', 'open', null, 'completed', 'pending'],
    );
    assert.deepEqual(made?.applied_discount, {
      description: '',
      value: '5.0',
      title: 'Loyalty',
      amount: '5.00',
      value_type: 'fixed_amount',
    });
  });
});
