/** Orders that apps bring in from elsewhere. */
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { act, anOrderSpec, startStore } from '../testing.ts';

const CREATE = `mutation ($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
  orderCreate(order: $order, options: $options) {
    order {
      id name sourceName tags note test poNumber displayFinancialStatus totalPriceSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } }
      customer { id } lineItems(first: 5) { nodes { sku title quantity variant { id } requiresShipping } }
      shippingLines(first: 2) { nodes { title } } transactions { kind status gateway }
    }
    userErrors { field message code }
  }
}`;
const money = (amount: string) => ({ shopMoney: { amount, currencyCode: 'EUR' } });
const VAT = [{ title: 'DE MwSt 19%', rate: 0.19 }];

async function aStore(context: TestContext) {
  const test = await startStore({ stock: () => 5, topics: ['orders/create', 'orders/paid'] });
  context.after(() => test.close());
  // The store knows a product once it was sold.
  const id = test.store.placeOrder(
    anOrderSpec({ lines: [{ ...anOrderSpec().lines[0], quantity: 1 } as never] }),
  );
  const { lineItems, customer } = await act(
    test,
    `{ order(id: "gid://shopify/Order/${id}") { customer { id } lineItems(first: 1) { nodes { variant { id } } } } }`,
  );
  return { test, variantId: lineItems.nodes[0].variant.id as string, customerId: customer.id as string };
}

it('is told like any other, with what the app says of it; its units are promised', async (context) => {
  const { test, variantId, customerId } = await aStore(context);
  const order = {
    customerId,
    email: 'ida@kaiser.example',
    shippingAddress: {
      lastName: 'Kaiser',
      address1: 'Kai 3',
      zip: '20457',
      city: 'Hamburg',
      countryCode: 'DE',
    },
    lineItems: [
      { variantId, quantity: 2, requiresShipping: true, priceSet: money('9.00'), taxLines: VAT },
      { title: 'Engraving', quantity: 1, priceSet: money('5.00'), requiresShipping: false },
    ],
    shippingLines: [{ title: 'Courier', priceSet: money('4.90'), taxLines: VAT }],
    transactions: [{ kind: 'SALE', status: 'SUCCESS', gateway: 'market', amountSet: money('27.90') }],
    ...{ tags: ['b', 'a'], note: 'from the fair', poNumber: 'PO-7', sourceName: 'fair', taxesIncluded: true },
  };
  const options = { inventoryBehaviour: 'DECREMENT_OBEYING_POLICY' };
  const made = await act(test, CREATE, { order, options });
  assert.deepEqual(made.userErrors, []);
  const { id, name, lineItems, ...rest } = made.order;
  assert.match(name, /^#\d+$/);
  assert.deepEqual(rest, {
    ...{ sourceName: 'fair', tags: ['a', 'b'], note: 'from the fair', test: false, poNumber: 'PO-7' },
    displayFinancialStatus: 'PAID',
    totalPriceSet: { shopMoney: { amount: '27.9' } },
    totalTaxSet: { shopMoney: { amount: '3.65' } },
    customer: { id: customerId },
    shippingLines: { nodes: [{ title: 'Courier' }] },
    transactions: [{ kind: 'SALE', status: 'SUCCESS', gateway: 'market' }],
  });
  assert.deepEqual(
    lineItems.nodes.map((line: Record<string, unknown>) => [
      line.title,
      line.quantity,
      line.requiresShipping,
    ]),
    [
      ['Lantern', 2, true],
      ['Engraving', 1, false],
    ],
  );
  const { inventoryQuantity: before } = await act(
    test,
    `{ productVariant(id: "${variantId}") { inventoryQuantity } }`,
  );
  const told = (await test.webhooks()).filter(({ body }) => body.admin_graphql_api_id === id);
  assert.deepEqual(told.map(({ topic }) => topic).sort(), ['orders/create', 'orders/paid']);
  const greedy = {
    ...order,
    transactions: [],
    lineItems: [{ variantId, quantity: before + 1, requiresShipping: true }],
  };
  const refused = await act(test, CREATE, { order: greedy, options });
  assert.equal(refused.userErrors[0].code, 'INVENTORY_CLAIM_FAILED');
  const oversold = await act(test, CREATE, {
    order: greedy,
    options: { inventoryBehaviour: 'DECREMENT_IGNORING_POLICY' },
  });
  assert.deepEqual(oversold.userErrors, []);
  assert.equal(oversold.order.displayFinancialStatus, 'PENDING');
});

it('says what is wrong, and what is not behaved', async (context) => {
  const { test, variantId, customerId } = await aStore(context);
  const line = { title: 'Visit', quantity: 1, priceSet: money('5.00') };
  const code = async (order: object) => (await act(test, CREATE, { order })).userErrors[0]?.code;
  assert.equal(await code({ lineItems: [] }), 'INVALID');
  assert.equal(await code({ lineItems: [{ ...line, quantity: 0 }] }), 'INVALID');
  assert.equal(await code({ lineItems: [line], customerId: 'gid://shopify/Customer/7' }), 'INVALID');
  assert.equal(
    await code({ lineItems: [line], customerId, customer: { toAssociate: { id: customerId } } }),
    'REDUNDANT_CUSTOMER_FIELDS',
  );
  for (const order of [
    { lineItems: [{ variantId, quantity: 1 }] },
    { lineItems: [line], financialStatus: 'PAID' },
    { lineItems: [line], processedAt: '2024-01-01T00:00:00Z' },
    { lineItems: [line], transactions: [{ amountSet: money('4.99') }] },
  ]) {
    const { errors } = await test.call(CREATE, { order });
    assert.equal(errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX', JSON.stringify(order));
  }
});
