import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { act, anOrderSpec, startStore, type TestStore } from '../testing.ts';

const ERRORS = 'userErrors { field message }';
const CANCEL = `mutation ($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status displayStatus } ${ERRORS} } }`;
const TRACK = `mutation ($id: ID!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, notifyCustomer: true, trackingInfoInput: { company: "DPD", number: "T2", url: "https://track.example/T2" }) { fulfillment { trackingInfo { company number url } } ${ERRORS} } }`;
const EVENT = `mutation ($event: FulfillmentEventInput!) { fulfillmentEventCreate(fulfillmentEvent: $event) { fulfillmentEvent { id status happenedAt } ${ERRORS} } }`;

const gid = (id: string) => `gid://shopify/Order/${id}`;

async function shipped(context: TestContext) {
  const test = await startStore({
    products: [{ sku: 'NL-1', title: 'Lantern', price: '10.00' }],
    stock: () => 100,
    topics: [
      'fulfillments/update',
      'fulfillment_events/create',
      'orders/updated',
      'order_transactions/create',
    ],
  });
  context.after(() => test.close());
  const id = test.store.placeOrder(anOrderSpec());
  test.store.ship(id);
  return { test, id, parcel: (await parcels(test, id))[0]?.id as string };
}

async function parcels(test: TestStore, id: string) {
  const { fulfillments } = await act(
    test,
    `{ order(id: "${gid(id)}") { fulfillments { id status displayStatus } } }`,
  );
  return fulfillments as { id: string; status: string; displayStatus: string }[];
}

async function levels(test: TestStore) {
  const { nodes } = await act(
    test,
    `{ inventoryItems(first: 1) { nodes { inventoryLevels(first: 1) { nodes { quantities(names: ["available", "committed", "on_hand"]) { quantity } } } } } }`,
  );
  return nodes[0].inventoryLevels.nodes[0].quantities.map(({ quantity }: { quantity: number }) => quantity);
}

describe('a parcel', () => {
  it('is taken back once: its units are to be sent again, and the books do not count it', async (context) => {
    const { test, id, parcel } = await shipped(context);
    const gone = await levels(test);
    const done = await act(test, CANCEL, { id: parcel });
    assert.deepEqual(done, {
      fulfillment: { status: 'CANCELLED', displayStatus: 'CANCELED' },
      userErrors: [],
    });
    assert.deepEqual(
      [gone, await levels(test)],
      [
        [97, 0, 97],
        [97, 3, 100],
      ],
    );
    const { fulfillmentOrders, displayFulfillmentStatus } = await act(
      test,
      `{ order(id: "${gid(id)}") { displayFulfillmentStatus fulfillmentOrders(first: 5) { nodes { status lineItems(first: 5) { nodes { remainingQuantity totalQuantity } } } } } }`,
    );
    assert.equal(displayFulfillmentStatus, 'UNFULFILLED');
    assert.deepEqual(
      fulfillmentOrders.nodes.map(({ status }: { status: string }) => status),
      ['CLOSED', 'OPEN'],
    );
    assert.deepEqual(fulfillmentOrders.nodes[1].lineItems.nodes, [
      { remainingQuantity: 3, totalQuantity: 3 },
      { remainingQuantity: 1, totalQuantity: 1 },
    ]);
    assert.deepEqual(test.store.books().orders[0]?.fulfilments, []);
    assert.match((await act(test, CANCEL, { id: parcel })).userErrors[0].message, /already cancelled/);
    assert.equal(test.store.ship(id), 1);
    assert.deepEqual(
      test.store.books().orders[0]?.lines.map(({ fulfilledQuantity }) => fulfilledQuantity),
      [3, 1],
    );
    assert.deepEqual(
      (await parcels(test, id)).map(({ status }) => status),
      ['CANCELLED', 'SUCCESS'],
    );
    const told = (await test.webhooks()).filter(({ topic }) => topic === 'fulfillments/update');
    assert.deepEqual(
      told.map(({ body }) => body.status),
      ['cancelled'],
    );
  });

  it('of which only a part was sent leaves its fulfilment order open with what it had', async (context) => {
    const { test } = await shipped(context);
    const id = test.store.placeOrder(anOrderSpec());
    const read = `{ order(id: "${gid(id)}") { fulfillmentOrders(first: 5) { nodes { id status lineItems(first: 5) { nodes { id remainingQuantity } } } } } }`;
    const [at] = (await act(test, read)).fulfillmentOrders.nodes;
    const some = [
      {
        fulfillmentOrderId: at.id,
        fulfillmentOrderLineItems: [{ id: at.lineItems.nodes[0].id, quantity: 2 }],
      },
    ];
    const create = `mutation ($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } ${ERRORS} } }`;
    const { fulfillment } = await act(test, create, { fulfillment: { lineItemsByFulfillmentOrder: some } });
    await act(test, CANCEL, { id: fulfillment.id });
    const { nodes } = (await act(test, read)).fulfillmentOrders;
    assert.deepEqual(
      [nodes.length, nodes[0].status, nodes[0].lineItems.nodes[0].remainingQuantity],
      [1, 'OPEN', 3],
    );
  });

  it('is not taken back when something of it is to come back', async (context) => {
    const { test, id, parcel } = await shipped(context);
    const { fulfillment } = (
      await test.call(`{ fulfillment(id: "${parcel}") { fulfillmentLineItems(first: 1) { nodes { id } } } }`)
    ).data;
    const input = {
      orderId: gid(id),
      returnLineItems: [{ fulfillmentLineItemId: fulfillment.fulfillmentLineItems.nodes[0].id, quantity: 1 }],
    };
    await act(
      test,
      `mutation ($input: ReturnInput!) { returnCreate(returnInput: $input) { userErrors { code } } }`,
      { input },
    );
    assert.match((await act(test, CANCEL, { id: parcel })).userErrors[0].message, /cannot be cancelled/);
  });

  it('gets another tracking number, and its carrier tells of its way', async (context) => {
    const { test, id, parcel } = await shipped(context);
    const tracked = await act(test, TRACK, { id: parcel });
    assert.deepEqual(tracked.fulfillment.trackingInfo, [
      { company: 'DPD', number: 'T2', url: 'https://track.example/T2' },
    ]);
    assert.equal(test.store.books().orders[0]?.fulfilments[0]?.trackingNumber, 'T2');
    const event = {
      fulfillmentId: parcel,
      status: 'IN_TRANSIT',
      happenedAt: '2026-11-23T05:00:00Z',
      country: 'DE',
    };
    const { fulfillmentEvent } = await act(test, EVENT, { event });
    assert.deepEqual(
      [fulfillmentEvent.status, fulfillmentEvent.happenedAt],
      ['IN_TRANSIT', '2026-11-23T05:00:00Z'],
    );
    await act(test, EVENT, { event: { fulfillmentId: parcel, status: 'DELIVERED' } });
    const read = await act(
      test,
      `{ node(id: "${parcel}") { ... on Fulfillment { displayStatus deliveredAt inTransitAt events(first: 5) { nodes { status } } } } }`,
    );
    assert.deepEqual(
      [read.displayStatus, read.inTransitAt, read.events.nodes.length],
      ['DELIVERED', '2026-11-23T05:00:00Z', 2],
    );
    assert.equal(read.deliveredAt, '2026-11-23T06:00:00Z');
    const told = (await test.webhooks()).filter(({ topic }) => topic === 'fulfillment_events/create');
    assert.deepEqual(
      told.map(({ body }) => [body.status, body.country]),
      [
        ['in_transit', 'DE'],
        ['delivered', null],
      ],
    );
    assert.match(
      (await act(test, TRACK, { id: 'gid://shopify/Fulfillment/7' })).userErrors[0].message,
      /not found/,
    );
    assert.match(
      (await act(test, EVENT, { event: { ...event, fulfillmentId: 'gid://shopify/Fulfillment/7' } }))
        .userErrors[0].message,
      /not found/,
    );
    assert.ok(id);
  });
});

describe('an order', () => {
  it('is archived and opened again, and found by it', async (context) => {
    const { test, id } = await shipped(context);
    const turn = (name: string) =>
      act(test, `mutation { ${name}(input: { id: "${gid(id)}" }) { order { closed closedAt } ${ERRORS} } }`);
    assert.deepEqual((await turn('orderClose')).order, { closed: true, closedAt: '2026-11-23T06:00:00Z' });
    const found = async (status: string) =>
      (await act(test, `{ orders(first: 5, query: "status:${status}") { nodes { id } } }`)).nodes.length;
    assert.deepEqual([await found('closed'), await found('open'), await found('cancelled')], [1, 0, 0]);
    assert.ok((await test.webhooks()).at(-1)?.body.closed_at);
    assert.deepEqual((await turn('orderOpen')).order, { closed: false, closedAt: null });
    assert.deepEqual([await found('closed'), await found('open')], [0, 1]);
  });

  it('that is authorised is voided once', async (context) => {
    const { test, id: paid } = await shipped(context);
    const id = test.store.placeOrder(anOrderSpec({ payment: 'authorised' }));
    const transactionOf = async (order: string) =>
      (await act(test, `{ order(id: "${gid(order)}") { transactions(first: 1) { id } } }`)).transactions[0]
        .id as string;
    const text = `mutation ($id: ID!) { transactionVoid(parentTransactionId: $id) { transaction { kind status amountSet { shopMoney { amount } } } userErrors { code } } }`;
    const authorisation = await transactionOf(id);
    const done = await act(test, text, { id: authorisation });
    assert.deepEqual([done.transaction.kind, done.transaction.amountSet.shopMoney.amount], ['VOID', '59.85']);
    const { displayFinancialStatus } = await act(
      test,
      `{ order(id: "${gid(id)}") { displayFinancialStatus } }`,
    );
    assert.equal(displayFinancialStatus, 'VOIDED');
    assert.equal((await act(test, text, { id: authorisation })).userErrors[0].code, 'AUTH_NOT_VOIDABLE');
    assert.equal(
      (await act(test, text, { id: await transactionOf(paid) })).userErrors[0].code,
      'AUTH_NOT_VOIDABLE',
    );
    assert.equal(
      (await act(test, text, { id: 'gid://shopify/OrderTransaction/7' })).userErrors[0].code,
      'TRANSACTION_NOT_FOUND',
    );
    assert.equal(test.store.standing(id).paidMinor, 0);
  });

  it('tells what a refund would come to, and refundCreate of that closes', async (context) => {
    const { test, id } = await shipped(context);
    const { lineItems } = await act(
      test,
      `{ order(id: "${gid(id)}") { lineItems(first: 2) { nodes { id } } } }`,
    );
    const suggest = (args: string) =>
      act(
        test,
        `{ order(id: "${gid(id)}") { suggestedRefund(${args}) { amountSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } maximumRefundableSet { shopMoney { amount } } refundLineItems { quantity } shipping { amountSet { shopMoney { amount } } } suggestedTransactions { gateway kind parentTransaction { id } amountSet { shopMoney { amount } } } } } }`,
      );
    const { suggestedRefund: all } = await suggest('suggestFullRefund: true');
    assert.deepEqual(
      [all.amountSet.shopMoney.amount, all.maximumRefundableSet.shopMoney.amount],
      ['59.85', '59.85'],
    );
    const { suggestedRefund: some } = await suggest(
      `refundLineItems: [{ lineItemId: "${lineItems.nodes[0].id}", quantity: 2 }], refundShipping: true`,
    );
    assert.deepEqual(
      [
        some.amountSet.shopMoney.amount,
        some.shipping.amountSet.shopMoney.amount,
        some.totalTaxSet.shopMoney.amount,
      ],
      ['24.9', '4.9', '3.97'],
    );
    const [{ parentTransaction, gateway, amountSet }] = some.suggestedTransactions;
    const input = {
      orderId: gid(id),
      refundLineItems: [{ lineItemId: lineItems.nodes[0].id, quantity: 2, restockType: 'RETURN' }],
      shipping: { fullRefund: true },
      transactions: [
        {
          orderId: gid(id),
          kind: 'REFUND',
          gateway,
          parentId: parentTransaction.id,
          amount: amountSet.shopMoney.amount,
        },
      ],
    };
    const { refund } = await act(
      test,
      `mutation ($input: RefundInput!) { refundCreate(input: $input) @idempotent(key: "k") { refund { id } userErrors { message } } }`,
      { input },
    );
    const read = await act(
      test,
      `{ refund(id: "${refund.id}") { order { id totalOutstandingSet { shopMoney { amount } } } totalRefundedSet { shopMoney { amount } } } }`,
    );
    assert.deepEqual(
      [
        read.order.id,
        read.order.totalOutstandingSet.shopMoney.amount,
        read.totalRefundedSet.shopMoney.amount,
      ],
      [gid(id), '0.0', '24.9'],
    );
    const book = test.store.books().orders[0];
    assert.equal((book?.capturedMinor ?? 0) - (book?.refundedMinor ?? 0), book?.currentTotalMinor);
  });
});
