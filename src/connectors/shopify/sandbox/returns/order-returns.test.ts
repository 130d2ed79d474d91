import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { STABLE_VERSIONS } from '../graphql/versions.ts';
import { act, anOrderSpec, startStore, type TestStore } from '../testing.ts';

const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
  { sku: 'NL-9', title: 'Rope', price: '3.33' },
];
const ERRORS = 'userErrors { field code message }';
const RETURN = `return { id name status totalQuantity closedAt requestApprovedAt decline { reason note }
  returnLineItems(first: 5) { nodes { id quantity ... on ReturnLineItem { processedQuantity unprocessedQuantity processableQuantity fulfillmentLineItem { lineItem { sku } } } } }
  exchangeLineItems(first: 5) { nodes { id quantity processedQuantity variantSku lineItems { sku quantity } } }
  reverseFulfillmentOrders(first: 5) { nodes { id status lineItems(first: 5) { nodes { id totalQuantity dispositions { type quantity location { name } } } } } }
  refunds(first: 5) { nodes { id totalRefundedSet { shopMoney { amount } } } } }`;
const CREATE = `mutation ($input: ReturnInput!) { returnCreate(returnInput: $input) { ${RETURN} ${ERRORS} } }`;
const REQUEST = `mutation ($input: ReturnRequestInput!) { returnRequest(input: $input) { ${RETURN} ${ERRORS} } }`;
const APPROVE = `mutation ($id: ID!) { returnApproveRequest(input: { id: $id }) { ${RETURN} ${ERRORS} } }`;
const DECLINE = `mutation ($id: ID!) { returnDeclineRequest(input: { id: $id, declineReason: FINAL_SALE, declineNote: "sold as final" }) { ${RETURN} ${ERRORS} } }`;
const PROCESS = `mutation ($input: ReturnProcessInput!) { returnProcess(input: $input) { ${RETURN} ${ERRORS} } }`;
const simple = (name: string) => `mutation ($id: ID!) { ${name}(id: $id) { ${RETURN} ${ERRORS} } }`;
const [CLOSE, REOPEN, CANCEL] = [simple('returnClose'), simple('returnReopen'), simple('returnCancel')];

const TOPICS = ['REQUEST', 'APPROVE', 'DECLINE', 'CLOSE', 'REOPEN', 'CANCEL', 'UPDATE'].map(
  (each) => `RETURNS_${each}`,
);

const gid = (id: string) => `gid://shopify/Order/${id}`;

/** A shipped order, and what its parcel has. */
async function shipped(context: TestContext) {
  const test = await startStore({ products: PRODUCTS, stock: () => 100 });
  context.after(() => test.close());
  const subscribe = `mutation ($topic: WebhookSubscriptionTopic!, $uri: String!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri }) { userErrors { message } } }`;
  const topics = [...TOPICS, 'REVERSE_FULFILLMENT_ORDERS_DISPOSE', 'REFUNDS_CREATE', 'ORDERS_UPDATED'];
  for (const topic of topics) await act(test, subscribe, { topic, uri: `${test.target}/${topic}` });
  const id = test.store.placeOrder(anOrderSpec());
  test.store.ship(id);
  const order = await act(
    test,
    `{ order(id: "${gid(id)}") { transactions(first: 1) { id } fulfillments(first: 1) { fulfillmentLineItems(first: 5) { nodes { id } } } } }`,
  );
  const parcel = order.fulfillments[0].fulfillmentLineItems.nodes.map(
    (each: { id: string }) => each.id,
  ) as string[];
  const variants = await act(test, '{ productVariants(first: 9) { nodes { id sku } } }');
  const { nodes: places } = await act(test, '{ locations(first: 2) { nodes { id } } }');
  const input = (quantity: number, more: object = {}) => ({
    orderId: gid(id),
    returnLineItems: [{ fulfillmentLineItemId: parcel[0], quantity, returnReason: 'UNWANTED' }],
    ...more,
  });
  return {
    test,
    id,
    parcel,
    input,
    places: places.map((each: { id: string }) => each.id) as string[],
    sale: order.transactions[0].id as string,
    variantOf: (sku: string) => variants.nodes.find((each: { sku: string }) => each.sku === sku).id as string,
  };
}

const book = (test: TestStore, id: string) => {
  const found = test.store.books().orders.find((each) => each.channelOrderId === id);
  assert.ok(found);
  return found;
};

async function available(test: TestStore, sku: string): Promise<number[]> {
  const read = `{ inventoryItems(first: 1, query: "sku:'${sku}'") { nodes { inventoryLevels(first: 2) { nodes { quantities(names: ["available"]) { quantity } } } } } }`;
  const { nodes } = await act(test, read);
  return nodes[0].inventoryLevels.nodes.map(
    (level: { quantities: { quantity: number }[] }) => level.quantities[0]?.quantity,
  );
}

describe('a return', () => {
  it('is requested, approved, closed and opened again, and each step is told', async (context) => {
    const { test, input } = await shipped(context);
    const { orderId, returnLineItems } = input(2);
    const asked = await act(test, REQUEST, { input: { orderId, returnLineItems } });
    assert.deepEqual(asked.userErrors, []);
    const { id, status, name, reverseFulfillmentOrders } = asked.return;
    assert.deepEqual([status, name, reverseFulfillmentOrders.nodes.length], ['REQUESTED', '#1001-R1', 0]);
    const early = await act(test, CLOSE, { id });
    assert.deepEqual(early.userErrors[0].code, 'INVALID_STATE');
    const open = await act(test, APPROVE, { id });
    assert.equal(open.return.status, 'OPEN');
    assert.equal(open.return.reverseFulfillmentOrders.nodes[0].lineItems.nodes[0].totalQuantity, 2);
    assert.equal((await act(test, APPROVE, { id })).userErrors[0].code, 'INVALID_STATE');
    assert.equal((await act(test, CLOSE, { id })).return.status, 'CLOSED');
    assert.equal((await act(test, REOPEN, { id })).return.status, 'OPEN');
    assert.equal((await act(test, CANCEL, { id })).return.status, 'CANCELED');
    const told = (await test.webhooks()).filter(({ topic }) => topic.startsWith('returns/'));
    assert.deepEqual(
      told.map(({ topic, body }) => [topic, body.status]),
      [
        ['returns/request', 'requested'],
        ['returns/approve', 'open'],
        ['returns/close', 'closed'],
        ['returns/reopen', 'open'],
        ['returns/cancel', 'canceled'],
      ],
    );
    assert.equal(told[0]?.body.admin_graphql_api_id, id);
  });

  it('that is declined or cancelled gives its units free for another', async (context) => {
    const { test, input } = await shipped(context);
    const { orderId, returnLineItems } = input(3);
    const { return: first } = await act(test, REQUEST, { input: { orderId, returnLineItems } });
    const twice = await act(test, CREATE, { input: input(1) });
    assert.deepEqual(twice.userErrors[0].code, 'INVALID');
    const declined = await act(test, DECLINE, { id: first.id });
    assert.deepEqual(declined.return.decline, { reason: 'FINAL_SALE', note: 'sold as final' });
    const { returnableFulfillments } = (
      await test.call(
        `{ returnableFulfillments(orderId: "${orderId}", first: 5) { nodes { returnableFulfillmentLineItems(first: 5) { nodes { quantity } } } } }`,
      )
    ).data;
    assert.deepEqual(
      returnableFulfillments.nodes[0].returnableFulfillmentLineItems.nodes.map(
        ({ quantity }: { quantity: number }) => quantity,
      ),
      [3, 1],
    );
    assert.equal((await act(test, CREATE, { input: input(3) })).return.status, 'OPEN');
    const body = (await test.webhooks()).find(({ topic }) => topic === 'returns/decline')?.body;
    assert.deepEqual(body?.decline, { reason: 'final_sale', note: 'sold as final' });
  });

  it('is processed with its refund; what was restocked lies where it was put, and the books close', async (context) => {
    const { test, id, input, places, sale } = await shipped(context);
    const before = await available(test, 'NL-1');
    const { return: made } = await act(test, CREATE, { input: input(3) });
    assert.equal(book(test, id).currentTotalMinor, 5985, 'nothing has left the order yet');
    const line = made.returnLineItems.nodes[0].id;
    const reverse = made.reverseFulfillmentOrders.nodes[0].lineItems.nodes[0].id;
    const dispose = (quantity: number, dispositionType: string) => ({
      reverseFulfillmentOrderLineItemId: reverse,
      quantity,
      dispositionType,
      ...(dispositionType === 'RESTOCKED' ? { locationId: places[1] } : {}),
    });
    const done = await act(test, PROCESS, {
      input: {
        returnId: made.id,
        returnLineItems: [
          { id: line, quantity: 2, dispositions: [dispose(1, 'RESTOCKED'), dispose(1, 'NOT_RESTOCKED')] },
        ],
        financialTransfer: {
          issueRefund: {
            orderTransactions: [
              { parentId: sale, transactionAmount: { amount: '20.00', currencyCode: 'EUR' } },
            ],
          },
        },
      },
    });
    assert.deepEqual(done.userErrors, []);
    assert.deepEqual(done.return.refunds.nodes[0].totalRefundedSet.shopMoney.amount, '20.0');
    const { processedQuantity, processableQuantity } = done.return.returnLineItems.nodes[0];
    assert.deepEqual([processedQuantity, processableQuantity], [2, 1]);
    const after = book(test, id);
    assert.deepEqual(
      [after.refundedMinor, after.currentTotalMinor, after.lines[0]?.currentQuantity],
      [2000, 3985, 1],
    );
    assert.equal(after.capturedMinor - after.refundedMinor, after.currentTotalMinor);
    const now = await available(test, 'NL-1');
    assert.deepEqual([now[0], (now[1] ?? 0) - (before[1] ?? 0)], [before[0], 1]);
    const refund = (await test.webhooks()).find(({ topic }) => topic === 'refunds/create');
    const items = JSON.parse(refund?.bytes.toString() ?? '{}').refund_line_items as {
      restock_type: string;
      quantity: number;
    }[];
    assert.deepEqual(
      items.map(({ restock_type, quantity }) => [restock_type, quantity]),
      [
        ['return', 1],
        ['no_restock', 1],
      ],
    );
    const more = await act(test, PROCESS, {
      input: { returnId: made.id, returnLineItems: [{ id: line, quantity: 2 }] },
    });
    assert.equal(more.userErrors[0].code, 'LESS_THAN_OR_EQUAL_TO');
    assert.equal(
      (await act(test, CANCEL, { id: made.id })).userErrors[0].code,
      'INVALID_STATE',
      'it has been worked on',
    );
  });

  it('sends something else out in exchange, and leaves a balance', async (context) => {
    const { test, id, input, variantOf } = await shipped(context);
    const exchange = {
      exchangeLineItems: [
        {
          variantId: variantOf('NL-2'),
          quantity: 1,
          appliedDiscount: { description: 'loyal', value: { percentage: 20 } },
        },
      ],
    };
    const { return: made } = await act(test, CREATE, { input: input(1, exchange) });
    assert.equal(book(test, id).lines.length, 2);
    const done = await act(test, PROCESS, {
      input: {
        returnId: made.id,
        returnLineItems: [{ id: made.returnLineItems.nodes[0].id, quantity: 1 }],
        exchangeLineItems: [{ id: made.exchangeLineItems.nodes[0].id, quantity: 1 }],
      },
    });
    assert.deepEqual(done.userErrors, []);
    assert.deepEqual(done.return.exchangeLineItems.nodes[0].lineItems, [{ sku: 'NL-2', quantity: 1 }]);
    const order = await act(
      test,
      `{ order(id: "${gid(id)}") { displayFinancialStatus returnStatus totalOutstandingSet { shopMoney { amount } } fulfillmentOrders(first: 5) { nodes { status lineItems(first: 5) { nodes { remainingQuantity } } } } returns(first: 5) { nodes { id order { id } } } } }`,
    );
    assert.deepEqual(
      [order.displayFinancialStatus, order.totalOutstandingSet.shopMoney.amount],
      ['PARTIALLY_PAID', '9.96'],
      '24.95 less 20 %, less 10.00',
    );
    assert.deepEqual(
      order.fulfillmentOrders.nodes.map(({ status }: { status: string }) => status),
      ['CLOSED', 'OPEN'],
    );
    assert.deepEqual(
      [order.returnStatus, order.returns.nodes],
      ['IN_PROGRESS', [{ id: made.id, order: { id: gid(id) } }]],
    );
    test.store.pay(id, 'captured');
    const { capturedMinor, currentTotalMinor } = book(test, id);
    assert.equal(capturedMinor, currentTotalMinor);
    test.store.ship(id);
    assert.equal(test.store.standing(id).shippedUnits, 5);
  });

  it('loses units that are not to come back after all', async (context) => {
    const { test, input } = await shipped(context);
    const { return: made } = await act(test, CREATE, { input: input(3) });
    const line = made.returnLineItems.nodes[0].id;
    const remove = `mutation ($id: ID!, $quantity: Int!) { removeFromReturn(returnId: $id, returnLineItems: [{ returnLineItemId: "${line}", quantity: $quantity }]) { ${RETURN} ${ERRORS} } }`;
    assert.equal(
      (await act(test, remove, { id: made.id, quantity: 4 })).userErrors[0].code,
      'LESS_THAN_OR_EQUAL_TO',
    );
    assert.equal((await act(test, remove, { id: made.id, quantity: 2 })).return.totalQuantity, 1);
    const body = (await test.webhooks()).find(({ topic }) => topic === 'returns/update')?.body as {
      return_line_items: { removals: object[] };
    };
    assert.deepEqual(body.return_line_items.removals, [{ admin_graphql_api_id: line, delta: 2 }]);
  });

  it('is refunded the older way, too', async (context) => {
    const { test, id, input, sale } = await shipped(context);
    const { return: made } = await act(test, CREATE, { input: input(1) });
    const text = `mutation ($input: ReturnRefundInput!) { returnRefund(returnRefundInput: $input) { refund { return { id name } refundLineItems(first: 5) { nodes { restockType } } } ${ERRORS} } }`;
    const money = (amount: string) => [
      { parentId: sale, transactionAmount: { amount, currencyCode: 'EUR' } },
    ];
    const refund = (amount: string) => ({
      returnId: made.id,
      returnRefundLineItems: [{ returnLineItemId: made.returnLineItems.nodes[0].id, quantity: 1 }],
      refundShipping: { fullRefund: true },
      orderTransactions: money(amount),
    });
    assert.equal(
      (await act(test, text, { input: refund('99.00') })).userErrors[0].code,
      'LESS_THAN_OR_EQUAL_TO',
    );
    const done = await act(test, text, { input: refund('14.90') });
    assert.deepEqual(done.refund, {
      return: { id: made.id, name: '#1001-R1' },
      refundLineItems: { nodes: [{ restockType: 'NO_RESTOCK' }] },
    });
    const { capturedMinor, refundedMinor, currentTotalMinor } = book(test, id);
    assert.deepEqual([refundedMinor, capturedMinor - refundedMinor], [1490, currentTotalMinor]);
  });

  it('names what is wrong by the vendor’s codes', async (context) => {
    const { test, input, parcel } = await shipped(context);
    const code = async (text: string, variables: object) =>
      (await act(test, text, variables as never)).userErrors[0]?.code;
    assert.equal(await code(CREATE, { input: { ...input(1), orderId: gid('7') } }), 'NOT_FOUND');
    assert.equal(await code(CREATE, { input: { ...input(1), returnLineItems: [] } }), 'BLANK');
    assert.equal(await code(CREATE, { input: input(0) }), 'GREATER_THAN');
    assert.equal(await code(CREATE, { input: input(4) }), 'INVALID');
    const note = { fulfillmentLineItemId: parcel[0], quantity: 1, returnReasonNote: 'x'.repeat(256) };
    assert.equal(await code(CREATE, { input: { ...input(1), returnLineItems: [note] } }), 'TOO_LONG');
    assert.equal(await code(CLOSE, { id: 'gid://shopify/Return/7' }), 'NOT_FOUND');
    const dear = { amount: { amount: '1', currencyCode: 'USD' } };
    assert.equal(await code(CREATE, { input: input(1, { returnShippingFee: dear }) }), 'INVALID');
    const half = { fulfillmentLineItemId: parcel[0], quantity: 1, restockingFee: { percentage: 101 } };
    assert.equal(await code(CREATE, { input: { ...input(1), returnLineItems: [half] } }), 'INVALID');
  });

  it('is possible in every version', async (context) => {
    const { test, input } = await shipped(context);
    for (const version of [...STABLE_VERSIONS, 'unstable']) {
      const create = CREATE.replace('variantSku', '');
      const { errors, data } = await test.call(create, { input: input(3) }, undefined, version);
      assert.deepEqual(errors, []);
      assert.deepEqual(data.returnCreate.userErrors, []);
      const { id } = data.returnCreate.return;
      const read = await test.call(
        `{ node(id: "${id}") { ... on Return { status } } return(id: "${id}") { id } }`,
        {},
        undefined,
        version,
      );
      assert.deepEqual(read.data, { node: { status: 'OPEN' }, return: { id } });
      assert.equal((await act(test, CANCEL, { id })).return.status, 'CANCELED');
    }
  });
});

describe('what comes back', () => {
  const DISPOSE = `mutation ($inputs: [ReverseFulfillmentOrderDisposeInput!]!) { reverseFulfillmentOrderDispose(dispositionInputs: $inputs) { reverseFulfillmentOrderLineItems { dispositions { type quantity location { id } } } ${ERRORS} } }`;

  it('is disposed of once, and back on the shelf before the return is processed', async (context) => {
    const { test, input, places } = await shipped(context);
    const before = await available(test, 'NL-1');
    const { return: made } = await act(test, CREATE, { input: input(2) });
    const [reverse] = made.reverseFulfillmentOrders.nodes;
    const of = { reverseFulfillmentOrderLineItemId: reverse.lineItems.nodes[0].id };
    const restocked = { ...of, dispositionType: 'RESTOCKED', locationId: places[0] };
    assert.equal(
      (await act(test, DISPOSE, { inputs: [{ ...restocked, locationId: null, quantity: 1 }] })).userErrors[0]
        .code,
      'BLANK',
    );
    assert.equal(
      (await act(test, DISPOSE, { inputs: [{ ...restocked, quantity: 3 }] })).userErrors[0].code,
      'INVALID',
    );
    const done = await act(test, DISPOSE, {
      inputs: [
        { ...restocked, quantity: 1 },
        { ...of, dispositionType: 'MISSING', quantity: 1 },
      ],
    });
    assert.deepEqual(done.reverseFulfillmentOrderLineItems[0].dispositions, [
      { type: 'RESTOCKED', quantity: 1, location: { id: places[0] } },
      { type: 'MISSING', quantity: 1, location: null },
    ]);
    const now = await available(test, 'NL-1');
    assert.equal((now[0] ?? 0) - (before[0] ?? 0), 1);
    const { status } = await act(test, `{ reverseFulfillmentOrder(id: "${reverse.id}") { status } }`);
    assert.equal(status, 'CLOSED');
    const body = (await test.webhooks()).find(
      ({ topic }) => topic === 'reverse_fulfillment_orders/dispose',
    )?.body;
    assert.equal(body?.total_dispositions, 2);
    const line = made.returnLineItems.nodes[0].id;
    await act(test, PROCESS, { input: { returnId: made.id, returnLineItems: [{ id: line, quantity: 2 }] } });
    assert.deepEqual(await available(test, 'NL-1'), now, 'not twice');
  });

  it('has its way back', async (context) => {
    const { test, input } = await shipped(context);
    const { return: made } = await act(test, CREATE, { input: input(2) });
    const [{ id }] = made.reverseFulfillmentOrders.nodes;
    const text = `mutation ($id: ID!) { reverseDeliveryCreateWithShipping(reverseFulfillmentOrderId: $id, reverseDeliveryLineItems: [], trackingInput: { number: "RET-1", url: "https://track.example/RET-1" }) { reverseDelivery { id deliverable { ... on ReverseDeliveryShippingDeliverable { tracking { number } } } reverseDeliveryLineItems(first: 5) { nodes { quantity } } } ${ERRORS} } }`;
    const { reverseDelivery } = await act(test, text, { id });
    assert.equal(reverseDelivery.deliverable.tracking.number, 'RET-1');
    assert.deepEqual(reverseDelivery.reverseDeliveryLineItems.nodes, [{ quantity: 2 }]);
    const read = await act(
      test,
      `{ reverseDelivery(id: "${reverseDelivery.id}") { id reverseFulfillmentOrder { id } } }`,
    );
    assert.equal(read.reverseFulfillmentOrder.id, id);
    assert.equal(
      (await act(test, text, { id: 'gid://shopify/ReverseFulfillmentOrder/7' })).userErrors[0].code,
      'NOT_FOUND',
    );
  });
});

describe('fees of a return', () => {
  it('are agreed with it, owed when it is processed, and so much less goes back: no difference is left', async (context) => {
    const test = await startStore({ topics: ['returns/approve', 'orders/updated'], stock: () => 10 });
    context.after(() => test.close());
    const id = test.store.placeOrder(anOrderSpec());
    const order = `gid://shopify/Order/${id}`;
    const [at] = test.store.orders.get(id)?.fulfilmentOrders ?? [];
    await act(
      test,
      'mutation ($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { fulfillment { id } userErrors { message } } }',
      {
        f: {
          lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: `gid://shopify/FulfillmentOrder/${at?.id}` }],
        },
      },
    );
    const fees = { restockingPercent: '10', shipping: '2.50' };
    assert.ok(test.store.takeBack?.(id, { index: 0, quantity: 2, fees }));
    const read = await act(
      test,
      `query ($id: ID!) { order(id: $id) {
        totalOutstandingSet { shopMoney { amount } } totalRefundedSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } }
        returns(first: 2) { nodes {
          returnShippingFees { amountSet { shopMoney { amount } } }
          returnLineItems(first: 2) { nodes { ... on ReturnLineItem { restockingFee { percentage amountSet { shopMoney { amount } } } } } }
        } }
      } }`,
      { id: order },
    );
    assert.deepEqual(read, {
      totalOutstandingSet: { shopMoney: { amount: '0.0' } },
      totalRefundedSet: { shopMoney: { amount: '15.5' } },
      currentTotalPriceSet: { shopMoney: { amount: '39.85' } },
      returns: {
        nodes: [
          {
            returnShippingFees: [{ amountSet: { shopMoney: { amount: '2.5' } } }],
            returnLineItems: {
              nodes: [{ restockingFee: { percentage: 10, amountSet: { shopMoney: { amount: '2.0' } } } }],
            },
          },
        ],
      },
    });
    const told = await test.webhooks();
    const approved = told.find(({ topic }) => topic === 'returns/approve')?.body as {
      return_shipping_fees: { price: { shop_money: { amount: string } } }[];
    };
    assert.equal(approved.return_shipping_fees[0]?.price.shop_money.amount, '2.50');
    const updated = told.findLast(({ topic }) => topic === 'orders/updated')?.body as {
      refunds: { order_adjustments: unknown[] }[];
    };
    assert.deepEqual(updated.refunds[0]?.order_adjustments, []);
  });

  it('are for the units that come back: one that is kept after all costs nothing', async (context) => {
    const { test, input, parcel } = await shipped(context);
    const line = { fulfillmentLineItemId: parcel[0], quantity: 2, restockingFee: { percentage: 10 } };
    const feeOf = async (text: string, variables: object) => {
      const answer = await act(test, text, variables as never);
      assert.deepEqual(answer.userErrors, []);
      return [answer.return.id, answer.return.returnLineItems.nodes[0]] as const;
    };
    const SHOWN =
      'return { id returnLineItems(first: 2) { nodes { ... on ReturnLineItem { id restockingFee { amountSet { shopMoney { amount } } } } } } } userErrors { message }';
    const [id, made] = await feeOf(
      `mutation ($input: ReturnInput!) { returnCreate(returnInput: $input) { ${SHOWN} } }`,
      { input: { ...input(1), returnLineItems: [line] } },
    );
    assert.equal(made.restockingFee.amountSet.shopMoney.amount, '2.0');
    const [, left] = await feeOf(
      `mutation ($id: ID!, $lines: [ReturnLineItemRemoveFromReturnInput!]) { removeFromReturn(returnId: $id, returnLineItems: $lines) { ${SHOWN} } }`,
      { id, lines: [{ returnLineItemId: made.id, quantity: 1 }] },
    );
    assert.equal(left.restockingFee.amountSet.shopMoney.amount, '1.0');
  });
});
