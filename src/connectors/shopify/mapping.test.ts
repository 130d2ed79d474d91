/**
 * One order in the vendor's two dialects: the webhook's (REST) and the read's (GraphQL). Whatever the order, both map to the
 * same canonical order and the same persons; what the webhook cannot say whole makes it a hint.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Order, Person } from '../../domain/canonical/index.ts';
import type { Normalised } from '../contract.ts';
import { asRead, asWebhook, type DialectOrder, type Two } from './dialects.ts';
import { SECRET, signedDelivery } from './fixture.ts';
import { READ_TOPIC, shopifyIntake } from './intake.ts';
import { FINANCIAL_STATUSES, PAYMENT_TERMS_TYPES, RESTOCK_TYPES } from './source.ts';

const intake = shopifyIntake('shop', { clientSecret: SECRET });

const two = (max: number): fc.Arbitrary<Two> =>
  fc.tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max }));
/** Ids beyond 2^53, which JSON numbers in JavaScript cannot hold. */
const id = fc.bigInt({ min: 9_007_199_254_740_993n, max: 9_223_372_036_854_775_807n }).map(String);
const words = fc.constantFrom('Mug', 'Größe XL', 'a "quoted" name', '茶', 'O’Neill');
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(value, { freq: 3 });
const second = fc.integer({ min: 1_700_000_000, max: 1_900_000_000 });

const taxes = fc.array(
  fc.record({
    title: fc.constantFrom('MwSt', 'VAT 20%', ''),
    rate: fc.constantFrom(0.19, 0.2, 0.055, 0),
    amount: two(5_000),
    liable: fc.constantFrom(true, false, null),
  }),
  { maxLength: 2 },
);
const discounts = fc.array(fc.record({ application: fc.integer({ min: 0, max: 2 }), amount: two(900) }), {
  maxLength: 2,
});

const line = fc.record({
  id,
  sku: fc.constantFrom('MUG-1', 'POT/2', '', null),
  productId: maybe(id),
  name: words,
  quantity: fc.integer({ min: 1, max: 9 }),
  removed: fc.integer({ min: 0, max: 9 }),
  unitPrice: two(99_999),
  discounts,
  taxes,
  duties: fc.array(fc.record({ code: maybe(fc.constant('691200')), amount: two(500), taxes }), {
    maxLength: 1,
  }),
  requiresShipping: fc.boolean(),
  giftCard: fc.boolean(),
  taxable: fc.boolean(),
  bundle: maybe(id),
  sellingPlan: maybe(fc.constantFrom('Monthly', 'Pre-order')),
});
const shippingLine = fc.record({
  id,
  title: words,
  code: maybe(fc.constant('STD')),
  price: two(2_000),
  discounts,
  taxes,
  removed: fc.boolean(),
});
const address = fc.record({
  firstName: maybe(words),
  lastName: maybe(words),
  company: maybe(words),
  phone: maybe(fc.constant('+49 421 1')),
  address1: maybe(words),
  city: maybe(words),
  zip: maybe(fc.constant('B-28195')),
  provinceCode: maybe(fc.constant('BE')),
  countryCode: maybe(fc.constantFrom('DE', 'HK')),
});
const refund = fc.record({
  id,
  createdAt: second,
  lines: fc.array(
    fc.record({
      line: fc.nat(3),
      quantity: fc.integer({ min: 1, max: 3 }),
      restock: fc.constantFrom(...RESTOCK_TYPES),
      subtotal: two(9_999),
      tax: two(999),
    }),
    { maxLength: 2 },
  ),
  shipping: fc.array(fc.record({ subtotal: two(900), tax: two(90) }), { maxLength: 1 }),
  duties: fc.array(two(500), { maxLength: 1 }),
  transactions: fc.array(
    fc.record({
      kind: fc.constantFrom('REFUND', 'VOID', 'CHANGE'),
      status: fc.constantFrom('SUCCESS', 'PENDING', 'FAILURE', 'ERROR'),
      amount: fc.integer({ min: 1, max: 9_999 }),
    }),
    { maxLength: 2 },
  ),
});
const fulfilment = fc.record({
  id,
  createdAt: second,
  status: fc.constantFrom('SUCCESS', 'CANCELLED', 'PENDING', 'FAILURE'),
  lines: fc.array(fc.record({ line: fc.nat(3), quantity: fc.integer({ min: 1, max: 3 }) }), { maxLength: 2 }),
  company: maybe(fc.constant('DHL')),
  numbers: fc.constantFrom(
    [],
    ['T1'],
    ['T1', 'shipment WH/1#1'],
    ['shipment WH/1#1'],
    ['T1', 'T2', 'shipment P'],
  ),
  urls: fc.constantFrom([], ['https://example.org/T1']),
});

const anOrder: fc.Arbitrary<DialectOrder> = fc
  .record({
    id,
    name: fc.constantFrom('#1001', 'NL-7'),
    createdAt: second,
    processedAt: maybe(second),
    updatedAt: second,
    cancelledAt: maybe(second),
    cancelReason: maybe(fc.constantFrom('CUSTOMER', 'INVENTORY')),
    test: fc.boolean(),
    currencies: fc.constantFrom(
      ['EUR', 'EUR'],
      ['JPY', 'JPY'],
      ['KWD', 'KWD'],
      ['EUR', 'CHF'],
      ['CHF', 'JPY'],
    ),
    taxesIncluded: fc.boolean(),
    taxExempt: fc.boolean(),
    dutiesIncluded: fc.boolean(),
    sourceName: maybe(fc.constantFrom('web', 'pos', 'shopify_draft_order')),
    poNumber: maybe(fc.constant('PO-7')),
    company: maybe(fc.record({ id, location: id })),
    terms: maybe(
      fc.record({
        type: fc.constantFrom(...PAYMENT_TERMS_TYPES),
        due: fc.array(fc.record({ at: maybe(second), paid: fc.boolean() }), { maxLength: 2 }),
      }),
    ),
    email: maybe(fc.constant('ada@example.org')),
    phone: maybe(fc.constant('+49 170 1')),
    customer: maybe(
      fc.record({
        id,
        firstName: maybe(words),
        lastName: maybe(words),
        email: maybe(fc.constant('a@example.org')),
        phone: maybe(fc.constant('+1')),
      }),
    ),
    shippingAddress: maybe(address),
    billingAddress: maybe(address),
    lines: fc.uniqueArray(line, { minLength: 1, maxLength: 4, selector: (each) => each.id }),
    shippingLines: fc.array(shippingLine, { maxLength: 2 }),
    tip: fc.constantFrom(0, 0, 300),
    fee: fc.constantFrom(0, 0, 0, 150),
    cashRounding: fc.constantFrom([0, 0], [-2, -2]),
    total: two(999_999),
    totalTax: two(9_999),
    currentTotal: two(999_999),
    financialStatus: fc.constantFrom(...FINANCIAL_STATUSES),
    gateways: fc.constantFrom([], ['shopify_payments'], ['paypal', 'gift_card']),
    refunds: fc.array(refund, { maxLength: 2 }),
    fulfilments: fc.array(fulfilment, { maxLength: 2 }),
  })
  .map((model) => ({
    ...model,
    // In one money both amounts are the same.
    one: model.currencies[0] === model.currencies[1],
  }));
const byWebhook = (model: DialectOrder): Normalised =>
  intake.normalise(signedDelivery('orders/updated', asWebhook(model)));

function byRead(model: DialectOrder): Normalised {
  const body = Buffer.from(JSON.stringify({ order: asRead(model) }));
  return intake.normalise({ headers: {}, body, origin: 'read', topic: READ_TOPIC });
}

/** What the webhook cannot say whole. */
function isIncomplete({ one, tip, fee, refunds }: DialectOrder): boolean {
  return fee !== 0 || (!one && (tip !== 0 || refunds.some(({ transactions }) => transactions.length > 0)));
}

describe('property: webhook and read', () => {
  it('give one and the same order and persons', () => {
    fc.assert(
      fc.property(
        anOrder.filter((model) => !isIncomplete(model)),
        (model) => {
          const [webhook, read] = [byWebhook(model), byRead(model)];
          assert.ok(webhook.message.type === 'order.snapshot', JSON.stringify(webhook.message));
          assert.ok(read.message.type === 'order.snapshot', JSON.stringify(read.message));
          const order = Order.parse(read.message.order);
          const { payments, holds, delivery = null, sellingPlans = null } = order;
          const { fulfilmentRequests = null, returnStatus = null } = order;
          const byReadAlone = { payments, holds, delivery, sellingPlans, fulfilmentRequests, returnStatus };
          assert.deepEqual({ ...webhook.message.order, ...byReadAlone }, order);
          assert.deepEqual(sorted(webhook.persons), sorted(read.persons));
          for (const person of read.persons) Person.parse(person);
          assert.equal(order.channelOrderId, model.id);
          assert.deepEqual(
            [order.total.shop, order.updatedAt],
            [model.total[0] + (model.cashRounding[0] ?? 0), new Date(model.updatedAt * 1_000).toISOString()],
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it('what the webhook cannot say whole makes it a hint, and the read says it', () => {
    fc.assert(
      fc.property(anOrder.filter(isIncomplete), (model) => {
        assert.deepEqual(byWebhook(model).message, {
          type: 'order.hint',
          channelOrderId: model.id,
          topic: 'orders/updated',
        });
        assert.equal(byRead(model).message.type, 'order.snapshot');
      }),
    );
  });

  it('messages hold no personal data', () => {
    fc.assert(
      fc.property(anOrder, (model) => {
        const told = JSON.stringify([byWebhook(model).message, byRead(model).message]);
        for (const personal of ['ada@example.org', 'a@example.org', '+49 170 1', '+49 421 1', 'B-28195'])
          assert.ok(!told.includes(personal), personal);
      }),
    );
  });
});

const sorted = (persons: readonly Person[]): Person[] =>
  [...persons].sort((a, b) => (a.personId < b.personId ? -1 : 1));
