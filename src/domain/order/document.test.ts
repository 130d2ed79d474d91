/** The sales order as the ERP shall hold it: the channel's amounts, closed to the minor unit, whatever was taken off. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, aRetailer, both, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import type { LineItem, Order } from '../canonical/index.ts';
import { shareOverTime } from '../money.ts';
import { salesOrderDocument } from './document.ts';
import { initialOrder } from './state.ts';

function documentFor(order: Order, money: 'shop' | 'presentment' = 'shop') {
  const [entity] = aRetailer().entities;
  const state = { ...initialOrder(`shop/${order.channelOrderId}`), brand: 'brand' };
  return salesOrderDocument(state, order, { ...entity!, money }, new MemoryHub().mappings);
}

const sumOf = (document: ReturnType<typeof documentFor>['document']) =>
  [...document.lines, ...document.charges].reduce(
    (sum, part) =>
      sum +
      part.amountMinor +
      (document.taxesIncluded ? 0 : part.taxes.reduce((all, tax) => all + tax.amountMinor, 0)),
    0,
  );

test('discounts are taken off their lines, and tax follows its line', () => {
  const discounted: LineItem = {
    ...line('A', 3, 1000),
    discounts: [
      { source: 'CODE', amount: both(200) },
      { source: 'order', amount: both(101) },
    ],
    taxLines: [
      { title: 'VAT', code: 'VAT', rate: '0.2', amount: both(450), channelLiable: false },
      { title: 'Levy', code: 'LEVY', rate: '0.01', amount: both(27), channelLiable: true },
    ],
  };
  const { document, residualMinor } = documentFor(
    anOrder('1', [discounted], { total: both(2699), currentTotal: both(2699) }),
  );
  assert.equal(residualMinor, 0);
  assert.deepEqual(document.lines[0], {
    lineId: 'A-line',
    item: 'A',
    title: 'A',
    quantity: 3,
    amountMinor: 2699,
    discountMinor: 301,
    taxes: [
      { code: 'VAT', rate: '0.2', amountMinor: 450, channelLiable: false },
      { code: 'LEVY', rate: '0.01', amountMinor: 27, channelLiable: true },
    ],
  });
});

test('the money of the entity is used for everything: lines, tax, shipping, extras, total', () => {
  const two = (shop: number, presentment: number) => ({ shop, presentment });
  const taxed = (amount: { shop: number; presentment: number }) => [
    { title: 'VAT', code: 'VAT', rate: '0.2', amount, channelLiable: false },
  ];
  const order = anOrder(
    '1',
    [{ ...line('A', 1), gross: two(1000, 150_000), taxLines: taxed(two(167, 25_000)) }],
    {
      presentmentCurrency: 'JPY',
      shipping: [
        {
          shippingLineId: 's',
          title: 'Post',
          code: null,
          gross: two(500, 75_000),
          discounts: [{ source: 'x', amount: two(100, 15_000) }],
          taxLines: taxed(two(67, 10_000)),
          removed: false,
        },
      ],
      extras: [{ kind: 'tip', title: 'Tip', amount: two(50, 7_500), taxLines: [] }],
      total: two(1450, 217_500),
      currentTotal: two(1450, 217_500),
    },
  );
  const shop = documentFor(order, 'shop').document;
  const presentment = documentFor(order, 'presentment').document;
  assert.deepEqual([shop.currency, shop.totalMinor, sumOf(shop)], ['EUR', 1450, 1450]);
  assert.deepEqual(
    [presentment.currency, presentment.totalMinor, sumOf(presentment)],
    ['JPY', 217_500, 217_500],
  );
  assert.deepEqual(
    presentment.charges.map(({ kind, amountMinor }) => [kind, amountMinor]),
    [
      ['shipping', 60_000],
      ['tip', 7_500],
    ],
  );
});

test('tax on top is part of the total', () => {
  const taxed: LineItem = {
    ...line('A', 1, 1000),
    taxLines: [{ title: 'Sales tax', code: 'NY', rate: '0.08875', amount: both(89), channelLiable: false }],
  };
  const { document, residualMinor } = documentFor(
    anOrder('1', [taxed], { taxesIncluded: false, total: both(1089), currentTotal: both(1089) }),
  );
  assert.deepEqual([document.totalMinor, sumOf(document), residualMinor], [1089, 1089, 0]);
});

test('a shipping line that was taken off, and charges of nothing, do not stand on it', () => {
  const shipping = { title: 'Post', code: null, discounts: [], taxLines: [] };
  const { document } = documentFor(
    anOrder('1', [line('A', 1)], {
      shipping: [
        { ...shipping, shippingLineId: 'gone', gross: both(500), removed: true },
        { ...shipping, shippingLineId: 'free', gross: both(0), removed: false },
      ],
    }),
  );
  assert.deepEqual(document.charges, []);
});

test('a line without SKU is a custom item; several gateways: the first one pays', () => {
  const custom = { ...line('A', 1), sku: null, requiresShipping: false };
  const { document } = documentFor(anOrder('1', [custom], { gateways: ['gift_card', 'card'] }));
  assert.deepEqual([document.lines[0]?.item, document.paymentMethod], ['CUSTOM', 'gift_card']);
});

test('whatever units are taken off, in whatever currency and tax scheme, the document closes with the channel', () => {
  const lines = fc.array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 9 }),
      gross: fc.integer({ min: 0, max: 100_000 }),
      discount: fc.integer({ min: 0, max: 100 }),
      tax: fc.integer({ min: 0, max: 30 }),
      left: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(lines, fc.boolean(), (specs, taxesIncluded) => {
      let total = 0;
      let worth = 0;
      let totalTax = 0;
      const items = specs.map((spec, index): LineItem => {
        const net = spec.gross - Math.floor((spec.gross * spec.discount) / 100);
        const tax = Math.round((net * spec.tax) / 100);
        const currentQuantity = Math.min(spec.left, spec.quantity);
        const value = net + (taxesIncluded ? 0 : tax);
        total += value;
        totalTax += tax;
        worth += shareOverTime(net, 0, currentQuantity, spec.quantity);
        if (!taxesIncluded) worth += shareOverTime(tax, 0, currentQuantity, spec.quantity);
        return {
          ...line(`S${index}`, spec.quantity),
          gross: both(spec.gross),
          discounts: [{ source: 'd', amount: both(spec.gross - net) }],
          taxLines: [{ title: 'T', code: 'T', rate: '0.1', amount: both(tax), channelLiable: false }],
          currentQuantity,
        };
      });
      const { document, residualMinor } = documentFor(
        anOrder('1', items, {
          taxesIncluded,
          total: both(total),
          totalTax: both(totalTax),
          currentTotal: both(worth),
        }),
      );
      assert.equal(residualMinor, 0);
      assert.equal(sumOf(document), document.totalMinor);
      for (const each of document.lines) assert.ok(each.quantity > 0 && each.amountMinor >= 0);
    }),
  );
});
