/** Customer deposits of an order: captured, not given back, and not used by what was sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrder, both, line } from '../../../test/support/builders.ts';
import type { Order, Payment } from '../canonical/index.ts';
import { depositsOf } from './deposits.ts';

let made = 0;
function payment(kind: Payment['kind'], amountMinor: number, changes: Partial<Payment> = {}): Payment {
  made += 1;
  return {
    schema: 'payment/1',
    paymentId: `P${made}`,
    parentId: null,
    kind,
    status: 'succeeded',
    gateway: 'card',
    amount: both(amountMinor),
    processedAt: '2026-10-01T08:00:00Z',
    authorisationExpiresAt: null,
    ...changes,
  };
}

/** MONEY-CASES, 1: three units for 100.00, delivery 4.99, tax inside. */
function lanterns(sent: number, payments: Payment[] | null, changes: Partial<Order> = {}): Order {
  const order = anOrder('1', [{ ...line('A', 3), gross: both(10_000), fulfilledQuantity: sent }], {
    payments,
    ...changes,
  });
  const [delivery] = order.shipping;
  return {
    ...order,
    shipping: [
      {
        shippingLineId: 'S',
        title: 'Delivery',
        code: null,
        taxLines: [],
        ...delivery,
        gross: both(499),
        discounts: [],
        removed: false,
      },
    ],
  };
}

const shop = (order: Order) => depositsOf(order)?.map(({ gateway, amount }) => [gateway, amount.shop]);

test('what was captured and is not sent is held; what is sent takes its share with it, delivery too', () => {
  const paid = [payment('sale', 10_499)];
  assert.deepEqual(shop(lanterns(0, paid)), [['card', 10_499]]);
  assert.deepEqual(shop(lanterns(1, paid)), [['card', 10_499 - 3_499]]);
  assert.deepEqual(shop(lanterns(3, paid)), []);
});

test('an authorisation holds nothing, nor does what is pending or failed', () => {
  const tried = [
    payment('authorisation', 10_499),
    payment('capture', 10_499, { status: 'failed' }),
    payment('capture', 4_000, { status: 'pending' }),
  ];
  assert.deepEqual(shop(lanterns(0, tried)), []);
  assert.deepEqual(shop(lanterns(0, [...tried, payment('capture', 4_000)])), [['card', 4_000]]);
});

test('each means of payment has its own, and what was given back is held no more', () => {
  const paid = [
    payment('sale', 2_500, { gateway: 'gift_card' }),
    payment('sale', 7_999),
    payment('refund', 1_000),
  ];
  assert.deepEqual(shop(lanterns(0, paid)), [
    ['card', 6_999],
    ['gift_card', 2_500],
  ]);
  // What is sent uses both by what they hold: 34.99 of 94.99.
  assert.deepEqual(shop(lanterns(1, paid)), [
    ['card', 6_999 - 2_578],
    ['gift_card', 2_500 - 921],
  ]);
});

test('what was sent before it was captured is owed by the customer, not held for them', () => {
  assert.deepEqual(shop(lanterns(3, [payment('capture', 5_000)])), []);
});

test('where the payments are not known, nobody can tell', () => {
  assert.equal(depositsOf(lanterns(0, null)), null);
});
