import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { anOrderSpec, RICH_ORDER, STORE_START, startStore, type TestStore } from '../testing.ts';

const FULFIL = `mutation ($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id status trackingInfo { company number url } } userErrors { field message } }
}`;
const CANCEL = `mutation ($id: ID!, $refund: Boolean!, $restock: Boolean!, $note: String) {
  orderCancel(orderId: $id, reason: CUSTOMER, refundMethod: { originalPaymentMethodsRefund: $refund }, restock: $restock, staffNote: $note) {
    job { id done } orderCancelUserErrors { code field message }
  }
}`;

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const test = await startStore(...options);
  context.after(() => test.close());
  return test;
}

const gid = (id: string) => `gid://shopify/Order/${id}`;

interface FulfilmentOrder {
  id: string;
  status: string;
  assignedLocation: { name: string };
  lineItems: { nodes: { id: string; remainingQuantity: number; totalQuantity: number }[] };
}

async function fulfilmentOrders(test: TestStore, id: string): Promise<FulfilmentOrder[]> {
  const { data } = await test.call(
    `{ order(id: "${gid(id)}") { fulfillmentOrders(first: 9) { nodes { id status assignedLocation { name } lineItems(first: 9) { nodes { id remainingQuantity totalQuantity } } } } } }`,
  );
  return data.order.fulfillmentOrders.nodes;
}

/** Fulfils so many units of a line of a fulfilment order; without one, all that remains. */
async function fulfil(test: TestStore, at: FulfilmentOrder, line?: [index: number, quantity: number]) {
  const lines = line ? [{ id: at.lineItems.nodes[line[0]]?.id, quantity: line[1] }] : undefined;
  const { data } = await test.call(FULFIL, {
    fulfillment: {
      lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: at.id, fulfillmentOrderLineItems: lines }],
      trackingInfo: { company: 'DHL', numbers: ['T1', 'shipment p/1'], urls: ['https://example.org/T1'] },
    },
  });
  return data.fulfillmentCreate as {
    fulfillment: { id: string; trackingInfo: unknown } | null;
    userErrors: { message: string }[];
  };
}

const words = (answer: { userErrors: { message: string }[] }) =>
  answer.userErrors.map(({ message }) => message);

describe('fulfilments', () => {
  it('take units from a fulfilment order until nothing is left; the same again is a second parcel', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const [at] = await fulfilmentOrders(test, id);
    assert.ok(at);
    assert.deepEqual([at.status, at.lineItems.nodes[0]?.remainingQuantity], ['OPEN', 3]);
    const first = await fulfil(test, at, [0, 1]);
    const again = await fulfil(test, at, [0, 1]);
    assert.ok(first.fulfillment && again.fulfillment && first.fulfillment.id !== again.fulfillment.id);
    assert.deepEqual(first.fulfillment.trackingInfo, [
      { company: 'DHL', number: 'T1', url: 'https://example.org/T1' },
      { company: 'DHL', number: 'shipment p/1', url: null },
    ]);
    const tooMany = 'Invalid fulfillment order line item quantity requested.';
    assert.deepEqual(words(await fulfil(test, at, [0, 2])), [tooMany]);
    assert.deepEqual(words(await fulfil(test, at, [0, 0])), [tooMany]);
    assert.equal((await fulfilmentOrders(test, id))[0]?.status, 'IN_PROGRESS');
    assert.deepEqual(words(await fulfil(test, at)), []);
    assert.equal((await fulfilmentOrders(test, id))[0]?.status, 'CLOSED');
    const number = at.id.split('/').at(-1);
    assert.deepEqual(words(await fulfil(test, at)), [
      `Fulfillment order ${number} has an unfulfillable status= closed.`,
    ]);
    const [book] = test.store.books().orders;
    assert.deepEqual(
      book?.lines.map((line) => line.fulfilledQuantity),
      [3, 1],
    );
    assert.deepEqual(
      book?.fulfilments.map(({ shipmentId, trackingNumber }) => [shipmentId, trackingNumber]),
      [
        ['p/1', 'T1'],
        ['p/1', 'T1'],
        ['p/1', 'T1'],
      ],
    );
    assert.deepEqual(test.store.unshipped(id), []);
  });

  it('are refused for what is not there and for what belongs to two locations', async (context) => {
    const test = await open(context, { splitChance: 1, locations: ['A', 'B', 'C'] });
    const many = Array.from({ length: 20 }, () => test.store.placeOrder(anOrderSpec()));
    let split: FulfilmentOrder[] = [];
    for (const id of many) {
      split = await fulfilmentOrders(test, id);
      if (split.length > 1) break;
    }
    assert.equal(split.length, 2);
    assert.notEqual(split[0]?.assignedLocation.name, split[1]?.assignedLocation.name);
    const ask = async (parts: object[]) => {
      const { data } = await test.call(FULFIL, { fulfillment: { lineItemsByFulfillmentOrder: parts } });
      return words(data.fulfillmentCreate);
    };
    assert.deepEqual(await ask(split.map(({ id }) => ({ fulfillmentOrderId: id }))), [
      'All fulfillment orders must be assigned to the same location.',
    ]);
    assert.deepEqual(await ask([{ fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/1' }]), [
      'Fulfillment order does not exist.',
    ]);
    const strange = [{ id: 'gid://shopify/FulfillmentOrderLineItem/1', quantity: 1 }];
    assert.deepEqual(await ask([{ fulfillmentOrderId: split[0]?.id, fulfillmentOrderLineItems: strange }]), [
      'Fulfillment order line item does not exist.',
    ]);
    assert.deepEqual(words(await fulfil(test, split[0] as FulfilmentOrder)), []);
    assert.deepEqual(words(await fulfil(test, split[1] as FulfilmentOrder)), []);
  });

  it('follow edits, refunds and cancellation: only what is still wanted remains', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(RICH_ORDER);
    const remaining = async () =>
      (await fulfilmentOrders(test, id)).map(({ status, lineItems }) => [
        status,
        ...lineItems.nodes.map((line) => line.remainingQuantity),
      ]);
    assert.deepEqual(await remaining(), [['OPEN', 3, 2]], 'the gift card goes by mail');
    test.store.editOrder(id, { line: { index: 0, quantity: 1 } });
    test.store.refund(id, { lines: [{ index: 1, quantity: 1 }], shipping: false });
    assert.deepEqual(await remaining(), [['OPEN', 1, 1]]);
    const add = { sku: 'NL-9', title: 'Rope', quantity: 4, unitPrice: '3.00', tax: [] };
    test.store.editOrder(id, { add });
    assert.deepEqual(await remaining(), [['OPEN', 1, 1, 4]]);
    await fulfil(test, (await fulfilmentOrders(test, id))[0] as FulfilmentOrder, [0, 1]);
    test.store.editOrder(id, { add });
    assert.deepEqual(await remaining(), [
      ['IN_PROGRESS', 0, 1, 4],
      ['OPEN', 4],
    ]);
    test.store.cancelOrder(id, { reason: 'customer', refund: true, force: true });
    assert.deepEqual(await remaining(), [
      ['CLOSED', 0, 0, 0],
      ['CANCELLED', 0],
    ]);
  });
});

describe('a hold', () => {
  it('stops what is still to be sent until it is let go', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    test.store.hold(id, { reason: 'HIGH_RISK_OF_FRAUD', notes: 'call the customer' });
    const [at] = await fulfilmentOrders(test, id);
    assert.equal(at?.status, 'ON_HOLD');
    const { data } = await test.call(
      `{ order(id: "${gid(id)}") { fulfillmentOrders(first: 1) { nodes { fulfillmentHolds { reason reasonNotes } } } } }`,
    );
    assert.deepEqual(data.order.fulfillmentOrders.nodes[0].fulfillmentHolds, [
      { reason: 'HIGH_RISK_OF_FRAUD', reasonNotes: 'call the customer' },
    ]);
    assert.match(
      words(await fulfil(test, at as FulfilmentOrder))[0] ?? '',
      /unfulfillable status= on_hold\.$/,
    );
    test.store.hold(id, null);
    assert.deepEqual(words(await fulfil(test, at as FulfilmentOrder)), []);
  });
});

describe('cancellation', () => {
  it('is a job: it happens some moments later', async (context) => {
    const test = await open(context, { cancelJobMs: 2_000 });
    const id = test.store.placeOrder(anOrderSpec());
    const { data } = await test.call(CANCEL, { id: gid(id), refund: true, restock: true });
    const { job, orderCancelUserErrors } = data.orderCancel;
    assert.deepEqual([job.done, orderCancelUserErrors], [false, []]);
    assert.equal(test.store.standing?.(id).cancelled, false);
    test.clock.advanceTo(STORE_START + 2_000);
    const after = await test.call(
      `{ job(id: "${job.id}") { done } order(id: "${gid(id)}") { cancelledAt cancelReason displayFinancialStatus } }`,
    );
    assert.deepEqual(after.data, {
      job: { done: true },
      order: {
        cancelledAt: '2026-11-23T06:00:02Z',
        cancelReason: 'CUSTOMER',
        displayFinancialStatus: 'REFUNDED',
      },
    });
    assert.deepEqual(test.store.standing?.(id), {
      cancelled: true,
      isPaid: true,
      shippedUnits: 0,
      paidMinor: 5985,
      refundedMinor: 5985,
    });
  });

  it('comes to nothing when a parcel was faster than the job', async (context) => {
    const test = await open(context, { cancelJobMs: 2_000 });
    const id = test.store.placeOrder(anOrderSpec());
    const { data } = await test.call(CANCEL, { id: gid(id), refund: true, restock: true });
    await fulfil(test, (await fulfilmentOrders(test, id))[0] as FulfilmentOrder, [0, 1]);
    test.clock.advanceTo(STORE_START + 2_000);
    assert.equal((await test.call(`{ job(id: "${data.orderCancel.job.id}") { done } }`)).data.job.done, true);
    assert.equal(test.store.standing?.(id).cancelled, false);
  });

  it('is refused in the vendor’s words', async (context) => {
    const test = await open(context);
    const refusal = async (id: string, note?: string) => {
      const { data } = await test.call(CANCEL, { id: gid(id), refund: true, restock: true, note });
      const [error] = data.orderCancel.orderCancelUserErrors;
      return [data.orderCancel.job, error?.code, error?.message];
    };
    const id = test.store.placeOrder(anOrderSpec());
    assert.deepEqual(await refusal('1'), [null, 'NOT_FOUND', 'Order does not exist']);
    assert.deepEqual(await refusal(id, 'x'.repeat(256)), [
      null,
      'INVALID',
      'Staff note is too long (maximum is 255 characters)',
    ]);
    test.store.cancelOrder(id, { reason: 'customer', refund: false });
    assert.deepEqual(await refusal(id), [null, 'INVALID', 'Order has already been cancelled']);
    const shipped = test.store.placeOrder(anOrderSpec());
    await fulfil(test, (await fulfilmentOrders(test, shipped))[0] as FulfilmentOrder);
    assert.deepEqual(await refusal(shipped), [null, 'INVALID', 'Cannot cancel a paid and fulfilled order']);
    const refunded = test.store.placeOrder(anOrderSpec());
    test.store.refund(refunded, {
      lines: [
        { index: 0, quantity: 3 },
        { index: 1, quantity: 1 },
      ],
      shipping: true,
    });
    assert.deepEqual(await refusal(refunded), [null, 'INVALID', 'Cannot cancel a refunded order']);
  });

  it('voids an authorisation, gives units back, and restocks only when asked', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec({ payment: 'authorised' }));
    await test.call(CANCEL, { id: gid(id), refund: true, restock: true });
    const paid = test.store.placeOrder(anOrderSpec());
    await test.call(CANCEL, { id: gid(paid), refund: true, restock: false });
    const { data } = await test.call(
      `{ nodes(ids: ["${gid(id)}", "${gid(paid)}"]) { ... on Order { displayFinancialStatus transactions { kind status parentTransaction { kind } } refunds { refundLineItems(first: 5) { nodes { restockType } } } } } }`,
    );
    assert.deepEqual(data.nodes[0], {
      displayFinancialStatus: 'VOIDED',
      transactions: [
        { kind: 'AUTHORIZATION', status: 'SUCCESS', parentTransaction: null },
        { kind: 'VOID', status: 'SUCCESS', parentTransaction: { kind: 'AUTHORIZATION' } },
      ],
      refunds: [],
    });
    assert.deepEqual(
      data.nodes[1].refunds[0].refundLineItems.nodes.map(
        ({ restockType }: { restockType: string }) => restockType,
      ),
      ['NO_RESTOCK', 'NO_RESTOCK'],
    );
  });
});
