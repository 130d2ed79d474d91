import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { act, anOrderSpec, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const test = await startStore(...options);
  context.after(() => test.close());
  return test;
}

const gid = (id: string) => `gid://shopify/Order/${id}`;

describe('notes on an order', () => {
  const ADD = `mutation ($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id ... on Order { tags } } userErrors { message } } }`;

  it('tags are kept once, found by search, told by webhooks, and taken off', async (context) => {
    const test = await open(context, { topics: ['orders/updated'] });
    const id = test.store.placeOrder(anOrderSpec());
    test.store.placeOrder(anOrderSpec());
    await act(test, ADD, { id: gid(id), tags: ['erp:4711', 'vip'] });
    const again = await act(test, ADD, { id: gid(id), tags: ['VIP', ' new '] });
    assert.deepEqual(again.node.tags, ['erp:4711', 'new', 'vip']);
    const { data } = await test.call(`{ orders(first: 5, query: "tag:'erp:4711'") { nodes { id } } }`);
    assert.deepEqual(data.orders.nodes, [{ id: gid(id) }]);
    assert.equal((await test.webhooks()).at(-1)?.body.tags, 'erp:4711, new, vip');
    const off = `mutation ($id: ID!) { tagsRemove(id: $id, tags: ["Vip"]) { node { ... on Order { tags } } userErrors { message } } }`;
    assert.deepEqual((await act(test, off, { id: gid(id) })).node.tags, ['erp:4711', 'new']);
    assert.equal(
      (await act(test, ADD, { id: gid('7'), tags: ['x'] })).userErrors[0].message,
      'Order does not exist',
    );
  });

  it('metafields are set, read and compared before they are set again', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const SET = `mutation ($fields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $fields) { metafields { id value compareDigest } userErrors { field code } } }`;
    const field = {
      ownerId: gid(id),
      namespace: 'erp',
      key: 'number',
      type: 'single_line_text_field',
      value: 'SO-1',
    };
    const made = await act(test, SET, { fields: [field] });
    assert.deepEqual(made.userErrors, []);
    const read = `{ order(id: "${gid(id)}") { metafield(namespace: "erp", key: "number") { value type } metafields(first: 5, namespace: "erp") { nodes { key } } } }`;
    const { order } = (await test.call(read)).data;
    assert.deepEqual(order, {
      metafield: { value: 'SO-1', type: 'single_line_text_field' },
      metafields: { nodes: [{ key: 'number' }] },
    });
    const stale = await act(test, SET, { fields: [{ ...field, value: 'SO-2', compareDigest: 'old' }] });
    assert.deepEqual(stale.userErrors, [
      { field: ['metafields', '0', 'compareDigest'], code: 'STALE_OBJECT' },
    ]);
    const [{ compareDigest }] = made.metafields;
    const fresh = await act(test, SET, { fields: [{ ...field, value: 'SO-2', compareDigest }] });
    assert.equal(fresh.metafields[0].value, 'SO-2');
    const wrong = await act(test, SET, { fields: [{ ...field, type: 'json', key: 'more', value: '{' }] });
    assert.equal(wrong.userErrors[0].code, 'INVALID_VALUE');
  });

  it('orderUpdate writes the note; what it does not behave it says', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const update = (input: string) =>
      `mutation { orderUpdate(input: { id: "${gid(id)}", ${input} }) { order { note tags poNumber } userErrors { message } } }`;
    assert.deepEqual((await act(test, update('note: "ring twice", tags: ["b", "a"]'))).order, {
      note: 'ring twice',
      tags: ['a', 'b'],
      poNumber: null,
    });
    const { errors } = await test.call(update('email: "x@example.org"'));
    assert.equal(errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX');
  });
});

describe('money of an order', () => {
  const CAPTURE = `mutation ($input: OrderCaptureInput!) { orderCapture(input: $input) { transaction { kind status parentTransaction { id } amountSet { shopMoney { amount } } } userErrors { field message } } }`;

  it('is captured whole, once, and not after the authorisation has lapsed', async (context) => {
    const test = await open(context);
    const capture = async (id: string, amount = '59.85') => {
      const order = await act(test, `{ order(id: "${gid(id)}") { transactions(first: 1) { id } } }`);
      const parentTransactionId = order.transactions[0].id;
      return act(test, CAPTURE, { input: { id: gid(id), amount, parentTransactionId } });
    };
    const id = test.store.placeOrder(anOrderSpec({ payment: 'authorised' }));
    const late = test.store.placeOrder(anOrderSpec({ payment: 'authorised' }));
    assert.match((await capture(id, '60.00')).userErrors[0].message, /exceeds/);
    const done = await capture(id);
    assert.deepEqual(
      [done.transaction.kind, done.transaction.amountSet.shopMoney.amount],
      ['CAPTURE', '59.85'],
    );
    assert.match((await capture(id)).userErrors[0].message, /cannot be captured/);
    assert.equal(test.store.standing(id).paidMinor, 5985);
    test.clock.advanceTo(test.clock.now() + 8 * 86_400_000);
    assert.match((await capture(late)).userErrors[0].message, /expired/);
  });

  const pay = async (test: TestStore, id: string, amount: string, finalCapture?: boolean) => {
    const order = await act(test, `{ order(id: "${gid(id)}") { transactions(first: 1) { id } } }`);
    const parentTransactionId = order.transactions[0].id;
    return act(test, CAPTURE, { input: { id: gid(id), amount, parentTransactionId, finalCapture } });
  };
  const statusOf = async (test: TestStore, id: string) =>
    (await act(test, `{ order(id: "${gid(id)}") { displayFinancialStatus } }`)).displayFinancialStatus;

  it('is captured in parts where the authorisation takes several, never beyond it', async (context) => {
    const test = await open(context, { topics: ['orders/paid'] });
    const id = test.store.placeOrder(anOrderSpec({ payment: 'authorised', severalCaptures: true }));
    assert.deepEqual((await pay(test, id, '20.00', false)).userErrors, []);
    assert.equal(await statusOf(test, id), 'PARTIALLY_PAID');
    assert.match((await pay(test, id, '39.86', true)).userErrors[0].message, /exceeds/);
    assert.equal((await test.webhooks()).length, 0);
    assert.deepEqual((await pay(test, id, '39.85', true)).userErrors, []);
    assert.equal(await statusOf(test, id), 'PAID');
    assert.equal((await test.webhooks()).length, 1);
    assert.equal(test.store.standing(id).paidMinor, 5985);
  });

  it('a part of an authorisation that takes one capture gives the rest free; what is owed is paid otherwise', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec({ payment: 'authorised' }));
    await pay(test, id, '20.00');
    assert.equal(await statusOf(test, id), 'PARTIALLY_PAID');
    assert.match((await pay(test, id, '10.00')).userErrors[0].message, /cannot be captured/);
    test.store.pay(id, 'captured');
    assert.equal(await statusOf(test, id), 'PAID');
    assert.equal(test.store.standing(id).paidMinor, 5985);
  });

  it('beyond what was authorised is charged besides: an order that has grown', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec({ payment: 'authorised' }));
    const add = { sku: 'NL-2', title: 'Pot', quantity: 1, unitPrice: '24.95', tax: [] };
    assert.ok(test.store.editOrder(id, { add }));
    assert.match((await pay(test, id, '84.80')).userErrors[0].message, /authorized amount/);
    test.store.pay(id, 'captured');
    const [book] = test.store.books().orders;
    assert.equal(book?.capturedMinor, 8480);
    assert.deepEqual(
      book?.authorisations?.map(({ amountMinor, captures }) => [amountMinor, captures]),
      [[5985, [5985]]],
    );
  });

  it('lapses by itself when nobody captures it; a part that was captured stays', async (context) => {
    const test = await open(context, { topics: ['orders/updated'] });
    const id = test.store.placeOrder(anOrderSpec({ payment: 'authorised' }));
    const part = test.store.placeOrder(anOrderSpec({ payment: 'authorised', severalCaptures: true }));
    await pay(test, part, '20.00', false);
    const told = (await test.webhooks()).length;
    test.clock.advanceTo(test.clock.now() + 7 * 86_400_000);
    assert.equal(await statusOf(test, id), 'EXPIRED');
    assert.equal(await statusOf(test, part), 'PARTIALLY_PAID');
    assert.equal((await test.webhooks()).length, told + 2);
    const lapsed = test.store.books().orders.map(({ authorisations }) => authorisations?.[0]?.lapsedMinor);
    assert.deepEqual(lapsed, [5985, 3985]);
  });

  it('a part that was paid goes back when the order is cancelled, the rest is released', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec({ payment: 'authorised', severalCaptures: true }));
    await pay(test, id, '20.00', false);
    assert.ok(test.store.cancelOrder(id, { reason: 'customer', refund: true }));
    assert.equal(await statusOf(test, id), 'REFUNDED');
    const [book] = test.store.books().orders;
    assert.deepEqual([book?.capturedMinor, book?.refundedMinor], [2000, 2000]);
  });

  it('is marked as paid', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec({ payment: 'pending' }));
    const mark = `mutation { orderMarkAsPaid(input: { id: "${gid(id)}" }) { order { displayFinancialStatus } userErrors { message } } }`;
    assert.equal((await act(test, mark)).order.displayFinancialStatus, 'PAID');
    assert.equal((await act(test, mark)).userErrors.length, 1);
  });

  const REFUND = `mutation ($input: RefundInput!, $key: String!) { refundCreate(input: $input) @idempotent(key: $key) {
    refund { id totalRefundedSet { shopMoney { amount } } refundLineItems(first: 5) { nodes { quantity restockType } } transactions(first: 5) { nodes { kind status } } }
    order { displayFinancialStatus } userErrors { field message } } }`;

  async function refundable(context: TestContext) {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const { data } = await test.call(
      `{ order(id: "${gid(id)}") { transactions(first: 1) { id } lineItems(first: 2) { nodes { id } } } }`,
    );
    const transaction = (amount: string) => ({
      orderId: gid(id),
      kind: 'REFUND',
      gateway: 'shopify_payments',
      parentId: data.order.transactions[0].id,
      amount,
    });
    return { test, id, transaction, line: data.order.lineItems.nodes[0].id as string };
  }

  it('is given back as the app says, once for a key', async (context) => {
    const { test, id, transaction, line } = await refundable(context);
    const input = {
      orderId: gid(id),
      refundLineItems: [{ lineItemId: line, quantity: 1, restockType: 'CANCEL' }],
      transactions: [transaction('10.00')],
    };
    const done = await act(test, REFUND, { input, key: 'k' });
    assert.deepEqual(done.userErrors, []);
    assert.equal(done.refund.totalRefundedSet.shopMoney.amount, '10.0');
    assert.deepEqual(done.refund.refundLineItems.nodes, [{ quantity: 1, restockType: 'CANCEL' }]);
    assert.equal(done.order.displayFinancialStatus, 'PARTIALLY_REFUNDED');
    assert.equal((await act(test, REFUND, { input, key: 'k' })).refund.id, done.refund.id);
    assert.equal(test.store.standing(id).refundedMinor, 1000);
    assert.equal(test.store.books().orders[0]?.lines[0]?.currentQuantity, 2);
  });

  it('puts some lines back on the shelf and others not, and keeps its note', async (context) => {
    const { test, id, transaction, line } = await refundable(context);
    const read = `{ order(id: "${gid(id)}") { lineItems(first: 2) { nodes { id } } refunds { note refundLineItems(first: 5) { nodes { restockType } } } } }`;
    const other = (await act(test, read)).lineItems.nodes[1].id;
    const input = {
      orderId: gid(id),
      note: 'broken on the way',
      refundLineItems: [
        { lineItemId: line, quantity: 1, restockType: 'CANCEL' },
        { lineItemId: other, quantity: 1, restockType: 'NO_RESTOCK' },
      ],
      transactions: [transaction('34.95')],
    };
    assert.deepEqual((await act(test, REFUND, { input, key: 'k' })).userErrors, []);
    const { refunds } = await act(test, read);
    assert.deepEqual(refunds, [
      {
        note: 'broken on the way',
        refundLineItems: { nodes: [{ restockType: 'CANCEL' }, { restockType: 'NO_RESTOCK' }] },
      },
    ]);
    const book = test.store.books().orders[0];
    assert.equal((book?.capturedMinor ?? 0) - (book?.refundedMinor ?? 0), book?.currentTotalMinor);
  });

  it('a key with other parameters is refused, and none at all', async (context) => {
    const { test, id, transaction } = await refundable(context);
    const input = { orderId: gid(id), transactions: [transaction('1.00')] };
    await act(test, REFUND, { input, key: 'k' });
    const other = await test.call(REFUND, { input: { ...input, note: 'more' }, key: 'k' });
    assert.equal(other.errors[0]?.extensions?.code, 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
    const none = REFUND.replace(' @idempotent(key: $key)', '').replace(', $key: String!', '');
    assert.equal((await test.call(none, { input })).errors[0]?.extensions?.code, 'BAD_REQUEST');
    const old = await test.call(none, { input }, undefined, '2026-01');
    assert.deepEqual(old.errors, [], 'where it was optional');
    assert.equal(test.store.standing(id).refundedMinor, 200);
  });

  it('is not given back beyond what was paid, unless it is asked for', async (context) => {
    const { test, id, transaction, line } = await refundable(context);
    const input = { orderId: gid(id), transactions: [transaction('100.00')] };
    assert.match((await act(test, REFUND, { input, key: '1' })).userErrors[0].message, /cannot be greater/);
    assert.deepEqual(
      (await act(test, REFUND, { input: { ...input, allowOverRefunding: true }, key: '2' })).userErrors,
      [],
    );
    const many = { orderId: gid(id), refundLineItems: [{ lineItemId: line, quantity: 9 }] };
    assert.match(
      (await act(test, REFUND, { input: many, key: '3' })).userErrors[0].message,
      /more items than were purchased/,
    );
  });
});
