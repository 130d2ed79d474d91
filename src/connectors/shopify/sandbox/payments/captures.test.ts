/** What is authorised is captured whole or in parts; what is left is let go, voided or lapses. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { act, anOrderSpec, RICH_ORDER, startStore, type TestStore } from '../testing.ts';

const CAPTURE = `mutation ($input: OrderCaptureInput!) { orderCapture(input: $input) {
  transaction { kind status amountSet { shopMoney { amount } presentmentMoney { amount } } } userErrors { field message } } }`;
const READ = `query ($id: ID!) { order(id: $id) { displayFinancialStatus capturable
  totalCapturableSet { shopMoney { amount } presentmentMoney { amount } } totalReceivedSet { shopMoney { amount } presentmentMoney { amount } }
  totalOutstandingSet { shopMoney { amount } }
  transactions(first: 9) { id kind status multiCapturable manuallyCapturable authorizationExpiresAt
    totalUnsettledSet { presentmentMoney { amount } } amountSet { shopMoney { amount } } } } }`;
const DAY_MS = 86_400_000;

const gid = (id: string) => `gid://shopify/Order/${id}`;

async function open(context: TestContext, ...options: Parameters<typeof startStore>) {
  const test = await startStore(...options);
  context.after(() => test.close());
  const read = (id: string) => act(test, READ, { id: gid(id) });
  return {
    test,
    read,
    async capture(id: string, amount: string, more: object = {}) {
      const { transactions } = await read(id);
      const parentTransactionId = transactions[0].id;
      return act(test, CAPTURE, { input: { id: gid(id), amount, parentTransactionId, ...more } });
    },
  };
}

const AUTHORISED = anOrderSpec({ payment: 'authorised' });
const SEVERAL = { multiCapture: true };

/** What is told of an order's transactions, by their kinds. */
async function told(test: TestStore): Promise<unknown[]> {
  return (await test.webhooks())
    .filter(({ topic }) => topic === 'order_transactions/create')
    .map(({ body }) => [body.kind, body.amount, (body.total_unsettled_set as Unsettled).shop_money.amount]);
}

interface Unsettled {
  shop_money: { amount: string };
}

describe('captures', () => {
  it('several of one authorisation: each is told, and the last closes the order', async (context) => {
    const { test, read, capture } = await open(context, SEVERAL);
    const id = test.store.placeOrder(AUTHORISED);
    const before = await read(id);
    assert.equal(before.displayFinancialStatus, 'AUTHORIZED');
    assert.equal(before.totalCapturableSet.shopMoney.amount, '59.85');
    assert.equal(before.transactions[0].multiCapturable, true);
    assert.equal(before.transactions[0].authorizationExpiresAt, '2026-11-30T06:00:00Z');
    assert.deepEqual((await capture(id, '20.00')).userErrors, []);
    const between = await read(id);
    assert.equal(between.displayFinancialStatus, 'PARTIALLY_PAID');
    assert.equal(between.capturable, true);
    assert.equal(between.transactions[0].totalUnsettledSet.presentmentMoney.amount, '39.85');
    assert.match((await capture(id, '39.86')).userErrors[0].message, /exceeds the authorized amount/);
    assert.match((await capture(id, '0.00')).userErrors[0].message, /greater than 0/);
    assert.deepEqual((await capture(id, '39.85')).userErrors, []);
    const done = await read(id);
    assert.equal(done.displayFinancialStatus, 'PAID');
    assert.equal(done.capturable, false);
    assert.equal(done.transactions[0].totalUnsettledSet, null);
    assert.deepEqual(await told(test), [
      ['authorization', '59.85', '59.85'],
      ['capture', '20.00', '0.00'],
      ['capture', '39.85', '0.00'],
    ]);
    assert.equal((await test.webhooks()).filter(({ topic }) => topic === 'orders/paid').length, 1);
    assert.equal(test.store.payments.books().balanceMinor > 0, true);
  });

  it('a final one voids what it leaves, and the shopper owes the rest', async (context) => {
    const { test, read, capture } = await open(context, SEVERAL);
    const id = test.store.placeOrder(AUTHORISED);
    await capture(id, '20.00', { finalCapture: true });
    const order = await read(id);
    assert.deepEqual(
      order.transactions.map((each: { kind: string; amountSet: { shopMoney: object } }) => [
        each.kind,
        each.amountSet.shopMoney,
      ]),
      [
        ['AUTHORIZATION', { amount: '59.85' }],
        ['CAPTURE', { amount: '20.0' }],
        ['VOID', { amount: '39.85' }],
      ],
    );
    assert.equal(order.displayFinancialStatus, 'PARTIALLY_PAID');
    assert.equal(order.totalOutstandingSet.shopMoney.amount, '39.85');
    assert.match((await capture(id, '1.00')).userErrors[0].message, /cannot be captured/);
    const mark = `mutation { orderMarkAsPaid(input: { id: "${gid(id)}" }) { order { displayFinancialStatus } userErrors { message } } }`;
    assert.equal((await act(test, mark)).order.displayFinancialStatus, 'PAID');
    assert.equal(test.store.standing(id).paidMinor, 5985);
  });

  it('where the plan or the gateway takes one, the first part is the last', async (context) => {
    for (const [options, spec] of [
      [{}, AUTHORISED],
      [SEVERAL, anOrderSpec({ payment: 'authorised', gateway: 'klarna' })],
    ] as const) {
      const { test, read, capture } = await open(context, options);
      const id = test.store.placeOrder(spec);
      assert.equal((await read(id)).transactions[0].multiCapturable, false);
      await capture(id, '20.00');
      const order = await read(id);
      assert.equal(order.displayFinancialStatus, 'PARTIALLY_PAID');
      assert.equal(order.capturable, false);
      assert.equal(order.transactions.length, 2, 'nothing is voided: the gateway lets it go');
      assert.match((await capture(id, '1.00')).userErrors[0].message, /cannot be captured/);
    }
  });

  it('lapses with its time: what was captured of it stays', async (context) => {
    const { test, read, capture } = await open(context, SEVERAL);
    const [whole, part] = [test.store.placeOrder(AUTHORISED), test.store.placeOrder(AUTHORISED)];
    await capture(part, '20.00');
    await test.world.passTo(test.clock.now() + 7 * DAY_MS - 1_000);
    assert.equal((await read(whole)).displayFinancialStatus, 'AUTHORIZED');
    await test.world.passTo(test.clock.now() + 1_000);
    const [lapsed, rest] = [await read(whole), await read(part)];
    assert.deepEqual([lapsed.displayFinancialStatus, lapsed.capturable], ['EXPIRED', false]);
    assert.deepEqual([rest.displayFinancialStatus, rest.capturable], ['PARTIALLY_PAID', false]);
    assert.match((await capture(part, '1.00')).userErrors[0].message, /expired/);
    const last = (await test.webhooks()).at(-1);
    assert.deepEqual([last?.topic, last?.body.financial_status], ['orders/updated', 'partially_paid']);
  });

  it('two moneys: the parts add up to the authorisation in both', async (context) => {
    const { test, read, capture } = await open(context, SEVERAL);
    const id = test.store.placeOrder({ ...RICH_ORDER, payment: 'authorised' });
    const { shopMoney, presentmentMoney } = (await read(id)).totalCapturableSet;
    const rest = (Number(presentmentMoney.amount) - 33.33 - 0.01).toFixed(2);
    for (const amount of ['33.33', '0.01', rest])
      assert.deepEqual((await capture(id, amount, { currency: 'CHF' })).userErrors, []);
    assert.match((await capture(id, '1.00')).userErrors[0].message, /cannot be captured/);
    const order = await read(id);
    assert.equal(order.displayFinancialStatus, 'PAID');
    assert.deepEqual(order.totalReceivedSet, { shopMoney, presentmentMoney });
  });

  it('a cancelled order gives back what was captured, and lets go the rest', async (context) => {
    const { test, read, capture } = await open(context, SEVERAL);
    const id = test.store.placeOrder(AUTHORISED);
    await capture(id, '20.00');
    test.store.cancelOrder(id, { reason: 'customer', refund: true });
    const order = await read(id);
    assert.deepEqual(
      order.transactions.map((each: { kind: string }) => each.kind),
      ['AUTHORIZATION', 'CAPTURE', 'REFUND', 'VOID'],
    );
    assert.equal(order.displayFinancialStatus, 'REFUNDED');
    assert.deepEqual(
      [test.store.standing(id).paidMinor, test.store.standing(id).refundedMinor],
      [2000, 2000],
    );
  });

  it('a void of what is left keeps what was captured', async (context) => {
    const { test, read, capture } = await open(context, SEVERAL);
    const id = test.store.placeOrder(AUTHORISED);
    await capture(id, '20.00');
    const { transactions } = await read(id);
    const text = `mutation { transactionVoid(parentTransactionId: "${transactions[0].id}") { transaction { amountSet { shopMoney { amount } } } userErrors { code } } }`;
    assert.equal((await act(test, text)).transaction.amountSet.shopMoney.amount, '39.85');
    assert.deepEqual((await act(test, text)).userErrors, [{ code: 'AUTH_NOT_VOIDABLE' }]);
    assert.equal((await read(id)).displayFinancialStatus, 'PARTIALLY_PAID');
  });
});
