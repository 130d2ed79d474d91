/** What the store's staff does with orders in the admin, and discounts on delivery. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { act, anOrderSpec, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext): Promise<TestStore> {
  const test = await startStore({ splitChance: 0 });
  context.after(() => test.close());
  return test;
}

const gid = (id: string) => `gid://shopify/Order/${id}`;
const bookOf = (test: TestStore, id: string) =>
  test.store.books().orders.find((each) => each.channelOrderId === id);

describe('the merchant', () => {
  it('puts an order away once', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    assert.deepEqual([test.store.archive?.(id), test.store.archive?.(id)], [true, false]);
    assert.equal((await act(test, `{ order(id: "${gid(id)}") { closed } }`)).closed, true);
  });

  it('sends a unit apart, and all in one again', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    assert.equal(test.store.mergeFulfilment?.(id), false, 'there is one');
    assert.equal(test.store.splitFulfilment?.(id), true);
    const units = () =>
      bookOf(test, id)?.planned?.map(({ lines }) => lines.reduce((sum, { quantity }) => sum + quantity, 0));
    assert.deepEqual(units()?.sort(), [1, 3]);
    assert.equal(test.store.mergeFulfilment?.(id), true);
    assert.deepEqual(units(), [4]);
    test.store.ship(id);
    assert.equal(test.store.splitFulfilment?.(id), false, 'nothing is left to be sent');
  });

  it('takes shipped units back by a return, with their money, as often as there are some', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const unit = { index: 1, quantity: 1 };
    assert.equal(test.store.takeBack?.(id, unit), false, 'nothing has left');
    test.store.ship(id);
    assert.deepEqual([test.store.takeBack?.(id, unit), test.store.takeBack?.(id, unit)], [true, false]);
    const { currentTotalMinor, capturedMinor, refundedMinor, lines } = bookOf(test, id) ?? {};
    assert.deepEqual([currentTotalMinor, capturedMinor, refundedMinor], [5985 - 2495, 5985, 2495]);
    assert.equal(lines?.[1]?.currentQuantity, 0);
    const read = await act(test, `{ order(id: "${gid(id)}") { returns(first: 2) { nodes { status } } } }`);
    assert.deepEqual(read.returns.nodes, [{ status: 'OPEN' }]);
  });

  it('lets the shopper ask to send units back, once they have left', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const unit = { index: 1, quantity: 1 };
    assert.equal(test.store.askBack?.(id, unit), false, 'nothing has left');
    test.store.ship(id);
    assert.deepEqual([test.store.askBack?.(id, unit), test.store.askBack?.(id, unit)], [true, false]);
    const read = await act(test, `{ order(id: "${gid(id)}") { returns(first: 2) { nodes { status } } } }`);
    assert.deepEqual(read.returns.nodes, [{ status: 'REQUESTED' }]);
  });

  it('forgets who has bought when nothing is to be sent to them any more', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const guest = test.store.placeOrder(
      anOrderSpec({ shopper: { ...anOrderSpec().shopper, accountId: null } }),
    );
    assert.deepEqual([test.store.redact?.(id), test.store.redact?.(guest)], [false, false]);
    test.store.ship(id);
    assert.equal(test.store.redact?.(id), true);
    const { order } = (await test.call(`{ order(id: "${gid(id)}") { shippingAddress { city address1 } } }`))
      .data;
    assert.deepEqual(order.shippingAddress, { city: null, address1: null });
    const told = (await test.webhooks()).find(({ topic }) => topic === 'customers/redact');
    assert.deepEqual(told?.body.orders_to_redact, [Number(id)]);
  });

  it('gives back to store credit, and cancels without putting goods on the shelf', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const to = 'shopify_store_credit' as const;
    const unit = { lines: [{ index: 1, quantity: 1 }], shipping: false, to };
    assert.ok(test.store.refund(id, unit));
    const READ = `{ order(id: "${gid(id)}") { refunds { transactions(first: 2) { nodes { gateway } } refundLineItems(first: 5) { nodes { restockType } } } } }`;
    const { refunds } = await act(test, READ);
    assert.deepEqual(refunds[0].transactions.nodes, [{ gateway: 'shopify_store_credit' }]);
    assert.ok(test.store.cancelOrder(id, { reason: 'inventory', refund: true, restock: false }));
    const { restockType } = (await act(test, READ)).refunds[1].refundLineItems.nodes[0];
    assert.equal(restockType, 'NO_RESTOCK');
    assert.equal(bookOf(test, id)?.refundedMinor, 5985);
  });
});

describe('a discount on delivery', () => {
  it('is told by read and webhook: price, what it takes off, and the code', async (context) => {
    const test = await open(context);
    const spec = anOrderSpec();
    assert.ok(spec.shipping);
    const id = test.store.placeOrder({ ...spec, shipping: { ...spec.shipping, discountPercent: '50' } });
    const money = (name: string) => `${name} { shopMoney { amount } }`;
    const order = await act(
      test,
      `{ order(id: "${gid(id)}") { discountCodes ${money('totalPriceSet')} ${money('totalDiscountsSet')} ${money('totalShippingPriceSet')}
        shippingLines(first: 1) { nodes { ${money('originalPriceSet')} ${money('discountedPriceSet')}
          discountAllocations { ${money('allocatedAmountSet')} discountApplication { targetType ... on DiscountCodeApplication { code } } } } } } }`,
    );
    const [line] = order.shippingLines.nodes;
    const amounts = [order.totalPriceSet, order.totalDiscountsSet, order.totalShippingPriceSet];
    assert.deepEqual(
      [...amounts, line.originalPriceSet, line.discountedPriceSet].map(({ shopMoney }) => shopMoney.amount),
      ['57.4', '2.45', '4.9', '4.9', '2.45'],
    );
    assert.deepEqual(order.discountCodes, ['SHIP50']);
    assert.deepEqual(line.discountAllocations, [
      {
        allocatedAmountSet: { shopMoney: { amount: '2.45' } },
        discountApplication: { targetType: 'SHIPPING_LINE', code: 'SHIP50' },
      },
    ]);
    const { body } =
      (await test.webhooks()).findLast(({ topic }) => topic === 'orders/updated') ?? assert.fail();
    assert.deepEqual(
      [body.total_price, body.total_discounts, body.discount_codes],
      ['57.40', '2.45', [{ code: 'SHIP50', amount: '2.45', type: 'shipping' }]],
    );
    const told = (body.shipping_lines as Record<string, unknown>[])[0];
    assert.deepEqual([told?.price, told?.discounted_price], ['4.90', '2.45']);
  });
});
