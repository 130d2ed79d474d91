import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addMoney, Order as CanonicalOrder, NO_MONEY } from '../../domain/canonical/index.ts';
import { shareOverTime } from '../../domain/money.ts';
import { wantedUnits } from '../../domain/order/quantities.ts';
import { netOf, sumOfParts, taxOf } from '../../domain/order/validate.ts';
import type { OrderSpec } from '../../sandbox/kit/types.ts';
import { Order } from './api.ts';
import { MappingProblem, mapOrder } from './mapping.ts';
import { cancelWhole, editLines, giveBack, newOrder, payOrder } from './sandbox/channel/acts.ts';
import { capturedAmount, type OrderBook, refundedAmount } from './sandbox/channel/book.ts';
import { orderView } from './sandbox/channel/view.ts';
import { anOrderSpec, RICH_ORDER } from './sandbox/testing.ts';

const NOW = Date.UTC(2026, 10, 23, 6);

const mapped = (book: OrderBook) =>
  mapOrder('bazaar', Order.parse(JSON.parse(JSON.stringify(orderView(book)))));

const RATES = ['0', '0.07', '0.19', '0.2', '0.055', '0.21'];

const lineSpec = fc.record({
  sku: fc.constantFrom('A', 'B', null),
  title: fc.constant('Thing'),
  quantity: fc.integer({ min: 1, max: 7 }),
  unitPrice: fc.integer({ min: 0, max: 5_000_000 }).map((price) => (price / 1000).toFixed(3)),
  discountPercent: fc.constantFrom('0', '10', '33', '12.5', '100'),
  tax: fc
    .uniqueArray(fc.constantFrom(...RATES), { maxLength: 2 })
    .map((rates) => rates.map((rate) => ({ title: `Tax ${rate}`, rate }))),
});

const spec: fc.Arbitrary<OrderSpec> = fc
  .record({
    currency: fc.constantFrom('EUR', 'GBP', 'JPY', 'KWD'),
    taxesIncluded: fc.boolean(),
    lines: fc.array(lineSpec, { minLength: 1, maxLength: 6 }),
    discount: fc.constantFrom(undefined, '1', '7', '100000'),
    delivery: fc.constantFrom(null, '0', '5', '12'),
    payment: fc.constantFrom('paid', 'authorised', 'pending', 'failed') as fc.Arbitrary<OrderSpec['payment']>,
  })
  .map(({ discount, delivery, ...rest }) =>
    anOrderSpec({
      ...rest,
      ...(discount === undefined ? {} : { orderDiscount: discount }),
      shipping:
        delivery === null
          ? null
          : { title: 'Post', price: delivery, tax: [{ title: 'Tax 0.19', rate: '0.19' }] },
    }),
  );

type Act = {
  kind: 'edit' | 'add' | 'refund' | 'amount' | 'pay' | 'cancel' | 'ship';
  index: number;
  quantity: number;
};

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('edit', 'add', 'refund', 'amount', 'pay', 'cancel', 'ship'),
    index: fc.nat(5),
    quantity: fc.integer({ min: 0, max: 7 }),
  }) as fc.Arbitrary<Act>,
  { maxLength: 8 },
);

/** Lets something happen to an order as the channel would allow it. */
function happen(order: OrderBook, { kind, index, quantity }: Act): void {
  const line = order.lines[index % order.lines.length] as OrderBook['lines'][number];
  const left = capturedAmount(order) - refundedAmount(order, 'succeeded', 'pending');
  switch (kind) {
    case 'edit':
      editLines(order, { line: { index: index % order.lines.length, quantity } }, NOW);
      return;
    case 'add':
      editLines(
        order,
        {
          add: {
            sku: 'C',
            title: 'More',
            quantity: quantity + 1,
            unitPrice: '3.33',
            tax: [{ title: 'Tax 0.07', rate: '0.07' }],
          },
        },
        NOW,
      );
      return;
    case 'refund':
      if (order.money !== 'paid') return;
      giveBack(
        order,
        [{ line, quantity }],
        { shipping: index === 0, extra: 0n, restock: true, pending: index === 1 },
        NOW,
        true,
        left,
      );
      return;
    case 'amount':
      if (order.money !== 'paid') return;
      giveBack(order, [], { shipping: false, extra: 100n, restock: false, pending: false }, NOW, true, left);
      return;
    case 'pay':
      payOrder(order, 'captured', NOW);
      return;
    case 'cancel':
      cancelWhole(order, { reason: 'customer', refund: true, force: index === 2 }, NOW);
      return;
    case 'ship':
      line.fulfilled = Math.min(line.quantity - line.removed, line.fulfilled + quantity);
      return;
    default:
      kind satisfies never;
  }
}

test('property: totals close to the minor unit, whatever happens to an order', () => {
  fc.assert(
    fc.property(spec, acts, (chosen, happenings) => {
      const book = newOrder('B-1', chosen, NOW);
      for (const act of happenings) {
        happen(book, act);
        const { order } = mapped(book);
        assert.deepEqual(CanonicalOrder.parse(order), order);
        assert.deepEqual(sumOfParts(order), order.total, 'total = Σ parts');
        const taxLines = [...order.lines, ...order.shipping].flatMap((line) => line.taxLines);
        assert.deepEqual(taxOf(taxLines), order.totalTax, 'total tax = Σ tax lines');
        assert.ok(order.currentTotal.shop >= 0 && order.currentTotal.shop <= order.total.shop);
      }
    }),
    { numRuns: 300 },
  );
});

test('property: what a refund gives back for lines is what the order is worth less', () => {
  fc.assert(
    fc.property(spec, acts, (chosen, happenings) => {
      const book = newOrder('B-1', { ...chosen, payment: 'paid' }, NOW);
      for (const act of happenings) if (act.kind !== 'cancel') happen(book, act);
      const { order } = mapped(book);
      const worth = (amount: number, tax: number) => (order.taxesIncluded ? amount : amount + tax);
      const given = order.refunds.reduce(
        (sum, refund) =>
          sum +
          worth(refund.shipping.shop, refund.shippingTax.shop) +
          refund.lines.reduce((lines, line) => lines + worth(line.amount.shop, line.tax.shop), 0),
        0,
      );
      assert.equal(order.total.shop - order.currentTotal.shop, given);
    }),
    { numRuns: 300 },
  );
});

test('property: the money of refunds is among the payments, each movement once', () => {
  fc.assert(
    fc.property(spec, acts, (chosen, happenings) => {
      const book = newOrder('B-1', { ...chosen, payment: 'paid' }, NOW);
      for (const act of happenings) happen(book, act);
      const { payments, refunds } = mapped(book).order;
      const back = (payments ?? []).filter(({ kind }) => kind === 'refund');
      for (const status of ['succeeded', 'pending', 'failed'] as const) {
        const member = ({ succeeded: 'cash', pending: 'cashPending', failed: 'cashFailed' } as const)[status];
        assert.equal(
          back.filter((each) => each.status === status).reduce((sum, { amount }) => sum + amount.shop, 0),
          refunds.reduce((sum, refund) => sum + refund[member].shop, 0),
        );
      }
      assert.equal(new Set(payments?.map(({ paymentId }) => paymentId)).size, payments?.length);
      const ways = new Set(payments?.filter(({ kind }) => kind !== 'refund').map(({ gateway }) => gateway));
      for (const { gateway } of back) assert.ok(ways.has(gateway));
    }),
    { numRuns: 300 },
  );
});

test('property: the sales order that follows misses the channel’s current total by rounding only', () => {
  fc.assert(
    fc.property(spec, acts, (chosen, happenings) => {
      const book = newOrder('B-1', { ...chosen, payment: 'paid' }, NOW);
      for (const act of happenings) if (act.kind === 'edit' || act.kind === 'add') happen(book, act);
      const { order } = mapped(book);
      const goods = order.lines.map((line) => {
        const share = (whole: number) => shareOverTime(whole, 0, wantedUnits(order, line), line.quantity);
        const taxes = order.taxesIncluded
          ? 0
          : line.taxLines.reduce((sum, tax) => sum + share(tax.amount.shop), 0);
        return share(netOf(line).shop) + taxes;
      });
      const shipping = addMoney(
        NO_MONEY,
        ...order.shipping.map((line) =>
          order.taxesIncluded ? netOf(line) : addMoney(netOf(line), taxOf(line.taxLines)),
        ),
      );
      const parts = goods.reduce((sum, amount) => sum + amount, 0) + shipping.shop;
      const roundings = order.lines.reduce((sum, line) => sum + 1 + line.taxLines.length, 0);
      assert.ok(
        Math.abs(order.currentTotal.shop - parts) <= roundings,
        `${order.currentTotal.shop} against ${parts}`,
      );
    }),
    { numRuns: 300 },
  );
});

test('an order says who ordered by ids alone; a changed address is another person', () => {
  const before = newOrder('B-1', RICH_ORDER, NOW);
  const after = newOrder(
    'B-1',
    { ...RICH_ORDER, shopper: { ...RICH_ORDER.shopper, address1: 'Am Wall 8' } },
    NOW,
  );
  const [first, second] = [mapped(before), mapped(after)];
  assert.notEqual(first.order.shipTo?.personId, second.order.shipTo?.personId);
  assert.equal(first.order.customer?.personId, second.order.customer?.personId);
  assert.deepEqual(mapped(before), first);
  const ids = new Set(first.persons.map((person) => person.personId));
  for (const id of [
    first.order.customer?.personId,
    first.order.shipTo?.personId,
    first.order.billTo?.personId,
  ])
    assert.ok(id && ids.has(id));
});

test('an address that a parcel cannot find says what it lacks', () => {
  const lacking = { ...RICH_ORDER.shopper, address1: ' ', city: '', postalCode: '' };
  assert.deepEqual(mapped(newOrder('B-1', { ...RICH_ORDER, shopper: lacking }, NOW)).order.shipTo?.missing, [
    'address1',
    'city',
    'postalCode',
  ]);
  const hongKong = { ...RICH_ORDER.shopper, countryCode: 'HK', postalCode: '' };
  assert.deepEqual(
    mapped(newOrder('B-1', { ...RICH_ORDER, shopper: hongKong }, NOW)).order.shipTo?.missing,
    [],
  );
});

test('amounts finer than the currency, unknown currencies and impossible units are named with their place', () => {
  const view = () => Order.parse(JSON.parse(JSON.stringify(orderView(newOrder('B-1', RICH_ORDER, NOW)))));
  const refused = (change: (order: ReturnType<typeof view>) => void, reason: string, where: RegExp) => {
    const order = view();
    change(order);
    assert.throws(
      () => mapOrder('bazaar', order),
      (error) => error instanceof MappingProblem && error.reason === reason && where.test(error.message),
    );
  };
  const line = (order: ReturnType<typeof view>) => order.lines[1] as (typeof order.lines)[number];
  refused(
    (order) => {
      line(order).gross = '10.005';
    },
    'bad-money',
    /^lines\.1\.gross: /,
  );
  refused(
    (order) => {
      order.currency = 'XXQ';
    },
    'bad-money',
    /XXQ/,
  );
  refused(
    (order) => {
      line(order).currentQuantity = 9;
    },
    'bad-quantity',
    /^lines\.1\.currentQuantity/,
  );
  refused(
    (order) => {
      line(order).id = order.lines[0]?.id ?? '';
    },
    'schema-drift',
    /^lines: /,
  );
});
