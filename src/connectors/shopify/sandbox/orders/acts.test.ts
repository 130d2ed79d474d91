import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { ChannelBooks } from '../../../../sandbox/kit/types.ts';
import { anOrderSpec, RICH_ORDER, STORE_START, startStore, type TestStore } from '../testing.ts';

let test: TestStore;
beforeEach(async () => {
  await test?.close();
  test = await startStore();
});
after(() => test.close());

const book = (id: string): ChannelBooks['orders'][number] => {
  const found = test.store.books().orders.find((each) => each.channelOrderId === id);
  assert.ok(found);
  return found;
};

async function status(id: string): Promise<string> {
  const { data } = await test.call(`{ order(id: "gid://shopify/Order/${id}") { displayFinancialStatus } }`);
  return data.order.displayFinancialStatus;
}

const ALL = [
  { index: 0, quantity: 3 },
  { index: 1, quantity: 1 },
];

describe('an order', () => {
  it('costs what its lines, discounts, taxes and delivery come to, computed by hand', async () => {
    const id = test.store.placeOrder(RICH_ORDER);
    const set = 'shopMoney { amount } presentmentMoney { amount }';
    const { data } = await test.call(
      `{ order(id: "gid://shopify/Order/${id}") { totalPriceSet { ${set} } totalTaxSet { ${set} } totalDiscountsSet { ${set} } lineItems(first: 3) { nodes { originalTotalSet { ${set} } totalDiscountSet { ${set} } } } } }`,
    );
    const both = (bag: { shopMoney: { amount: string }; presentmentMoney: { amount: string } }) => [
      bag.shopMoney.amount,
      bag.presentmentMoney.amount,
    ];
    const { lineItems, totalPriceSet, totalTaxSet, totalDiscountsSet } = data.order;
    assert.deepEqual(
      lineItems.nodes.map((line: Record<string, never>) => [
        both(line.originalTotalSet as never),
        both(line.totalDiscountSet as never),
      ]),
      [
        // 33 % of 59.97, and 4.86 of the 7.77 on the whole order, of which the gift card has none.
        [
          ['59.97', '56.49'],
          ['24.65', '23.22'],
        ],
        [
          ['24.1', '22.7'],
          ['2.91', '2.74'],
        ],
        [
          ['25.0', '23.55'],
          ['0.0', '0.0'],
        ],
      ],
    );
    assert.deepEqual(both(totalDiscountsSet), ['27.56', '25.96']);
    assert.deepEqual(both(totalTaxSet), ['9.44', '8.9']);
    assert.deepEqual(both(totalPriceSet), ['95.85', '90.3']);
    assert.equal(book(id).totalMinor, 9585);
  });

  it('with nothing to pay is paid, without a transaction', async () => {
    const free = { sku: 'NL-1', title: 'Sample', quantity: 1, unitPrice: '0.00', tax: [] };
    const id = test.store.placeOrder(anOrderSpec({ lines: [free], shipping: null, payment: 'pending' }));
    assert.equal(await status(id), 'PAID');
    assert.equal(book(id).capturedMinor, 0);
  });

  it('is paid at once, later, or never', async () => {
    const { store } = test;
    const authorised = store.placeOrder(anOrderSpec({ payment: 'authorised' }));
    const pending = store.placeOrder(anOrderSpec({ payment: 'pending' }));
    const failed = store.placeOrder(anOrderSpec({ payment: 'failed' }));
    const statuses = async () => [await status(authorised), await status(pending), await status(failed)];
    assert.deepEqual(await statuses(), ['AUTHORIZED', 'PENDING', 'EXPIRED']);
    store.pay(authorised, 'expired');
    store.pay(pending, 'captured');
    store.pay(failed, 'captured');
    assert.deepEqual(await statuses(), ['EXPIRED', 'PAID', 'PAID']);
    assert.deepEqual(
      [authorised, pending, failed].map((id) => book(id).capturedMinor),
      [0, 5985, 5985],
    );
    store.pay(pending, 'failed');
    assert.equal(await status(pending), 'PAID', 'what is paid stays paid');
  });

  it('loses units by an edit, gains some, and its money follows', () => {
    const id = test.store.placeOrder(anOrderSpec());
    assert.equal(test.store.editOrder(id, { line: { index: 0, quantity: 2 } }), true);
    assert.deepEqual(
      [book(id).currentTotalMinor, book(id).refundedMinor, book(id).lines[0]?.currentQuantity],
      [4985, 1000, 2],
    );
    const add = { sku: 'NL-9', title: 'Rope', quantity: 2, unitPrice: '3.00', tax: [] };
    assert.equal(test.store.editOrder(id, { line: { index: 1, quantity: 2 }, add }), true);
    assert.deepEqual([book(id).currentTotalMinor, book(id).capturedMinor], [8080, 5985 + 3095]);
    assert.equal(test.store.editOrder(id, { line: { index: 1, quantity: 2 } }), false, 'nothing to change');
    assert.equal(test.store.editOrder(id, { line: { index: 7, quantity: 1 } }), false, 'no such line');
    test.store.cancelOrder(id, { reason: 'customer', refund: true });
    assert.equal(test.store.editOrder(id, { add }), false, 'too late');
  });

  it('gives back no more than was paid, unless the merchant overrides it', async () => {
    const id = test.store.placeOrder(anOrderSpec());
    assert.equal(test.store.refund(id, { lines: ALL, shipping: true, amount: '0.01' }), null);
    assert.equal(test.store.refund(id, { lines: [{ index: 0, quantity: 4 }], shipping: false }), null);
    assert.equal(book(id).refundedMinor, 0);
    assert.ok(test.store.refund(id, { lines: ALL, shipping: true }));
    assert.equal(await status(id), 'REFUNDED');
    assert.deepEqual([book(id).refundedMinor, book(id).currentTotalMinor], [5985, 0]);
    assert.equal(test.store.refund(id, { lines: [], shipping: true }), null, 'delivery is gone');
    assert.equal(test.store.refund(id, { lines: [], shipping: false, amount: '1.00' }), null);
    const beyond = { lines: [], shipping: false, amount: '25.00', beyondPayment: true };
    assert.ok(test.store.refund(id, beyond));
    assert.equal(book(id).refundedMinor, 8485);
    const unpaid = test.store.placeOrder(anOrderSpec({ payment: 'pending' }));
    assert.equal(test.store.refund(unpaid, { lines: ALL, shipping: false }), null);
  });

  it('has a refund that waits, until it succeeds or fails', async () => {
    const id = test.store.placeOrder(anOrderSpec());
    const wait = { lines: [], shipping: false, amount: '5.00', pending: true };
    const [good, bad] = [test.store.refund(id, wait), test.store.refund(id, wait)];
    assert.ok(good && bad);
    assert.deepEqual([book(id).refundedMinor, await status(id)], [0, 'PAID']);
    test.store.settleRefund(id, good, 'succeeded');
    test.store.settleRefund(id, bad, 'failed');
    assert.deepEqual([book(id).refundedMinor, await status(id)], [500, 'PARTIALLY_REFUNDED']);
    assert.throws(() => test.store.settleRefund(id, '1', 'succeeded'), /has no refund 1/);
  });

  it('is cancelled once, with its money or without, and not after a parcel unless somebody forces it', async () => {
    const { store } = test;
    const id = store.placeOrder(anOrderSpec());
    assert.ok(store.refund(id, { lines: [], shipping: false, amount: '9.85' }));
    assert.equal(store.cancelOrder(id, { reason: 'customer', refund: true }), true);
    assert.deepEqual([book(id).refundedMinor, book(id).cancelled], [5985, true], 'never more than was paid');
    assert.equal(store.cancelOrder(id, { reason: 'customer', refund: true }), false);
    const kept = store.placeOrder(anOrderSpec());
    store.cancelOrder(kept, { reason: 'fraud', refund: false });
    assert.deepEqual([book(kept).refundedMinor, book(kept).lines[0]?.currentQuantity], [0, 0]);
    const shipped = store.placeOrder(anOrderSpec());
    const { data } = await test.call(
      `{ order(id: "gid://shopify/Order/${shipped}") { fulfillmentOrders(first: 1) { nodes { id } } } }`,
    );
    const [at] = data.order.fulfillmentOrders.nodes;
    await test.call(
      `mutation { fulfillmentCreate(fulfillment: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: "${at.id}" }] }) { userErrors { message } } }`,
    );
    assert.equal(store.cancelOrder(shipped, { reason: 'customer', refund: false }), false);
    assert.equal(store.cancelOrder(shipped, { reason: 'customer', refund: false, force: true }), true);
    assert.deepEqual(store.standing?.(shipped), {
      cancelled: true,
      isPaid: true,
      shippedUnits: 4,
      paidMinor: 5985,
      refundedMinor: 0,
    });
  });

  it('that nobody has placed is a mistake of the test', () => {
    assert.throws(() => test.store.pay('1', 'captured'), /store shop has no order 1/);
    assert.throws(() => test.store.unshipped('1'), /store shop has no order 1/);
  });

  it('that changes twice in a second shows the same second twice', async () => {
    const id = test.store.placeOrder(anOrderSpec());
    const updatedAt = async () =>
      (await test.call(`{ order(id: "gid://shopify/Order/${id}") { updatedAt } }`)).data.order.updatedAt;
    test.clock.advanceTo(STORE_START + 999);
    test.store.changeAddress(id, { city: 'Hamburg' });
    assert.equal(await updatedAt(), '2026-11-23T06:00:00Z');
    test.clock.advanceTo(STORE_START + 1_000);
    test.store.changeAddress(id, { city: 'Kiel' });
    assert.equal(await updatedAt(), '2026-11-23T06:00:01Z');
  });
});
