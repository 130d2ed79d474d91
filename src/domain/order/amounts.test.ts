/** Amounts below zero: which are impossible, which are not, and that nothing of an order with one is taken. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, both, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import type { Order, Refund } from '../canonical/index.ts';
import { impossibleAmount } from './amounts.ts';

const LIMIT = 5;
const tax = (amountMinor: number) => ({
  title: 'MwSt',
  code: 'MwSt 0.19',
  rate: '0.19',
  amount: both(amountMinor),
  channelLiable: false,
});
const refund = (changes: Partial<Refund>): Partial<Order> => ({
  refunds: [
    {
      schema: 'refund/1',
      refundId: 'R1',
      createdAt: '2026-10-01T08:30:00.000Z',
      lines: [],
      shipping: both(0),
      shippingTax: both(0),
      cash: both(0),
      cashPending: both(0),
      cashFailed: both(0),
      ...changes,
    },
  ],
});
const refundLine = { lineId: 'A-line', quantity: 1, effect: 'returned', restock: true } as const;
const delivery = (changes: object): Partial<Order> => ({
  shipping: [
    {
      shippingLineId: 'D1',
      title: 'Parcel',
      code: null,
      gross: both(500),
      discounts: [],
      taxLines: [],
      removed: false,
      ...changes,
    },
  ],
});
const extra = (kind: Order['extras'][number]['kind'], amountMinor: number): Partial<Order> => ({
  extras: [{ kind, title: kind, amount: both(amountMinor), taxLines: [] }],
});
const aLine = (changes: object): Partial<Order> => ({ lines: [{ ...line('A', 2), ...changes }] });

/** What cannot be, and what is said of it. */
const IMPOSSIBLE: Readonly<Record<string, Partial<Order>>> = {
  'the unit price of line A-line is -11.90': aLine({ unitPrice: { shop: '11.90', presentment: '-11.90' } }),
  'the value of line A-line is -23.80 EUR': aLine({ gross: both(-2380) }),
  'a discount of line A-line is -1.00 EUR': aLine({ discounts: [{ source: 'X', amount: both(-100) }] }),
  'the value of line A-line after discounts is -0.06 EUR': aLine({
    discounts: [{ source: 'X', amount: both(2386) }],
  }),
  'the tax "MwSt" of line A-line is -0.01 EUR': aLine({ taxLines: [tax(-1)] }),
  'the value of delivery D1 is -5.00 EUR': delivery({ gross: both(-500) }),
  'a discount of delivery D1 is -0.01 EUR': delivery({ discounts: [{ source: 'X', amount: both(-1) }] }),
  'the tip is -1.00 EUR': extra('tip', -100),
  'the duty is -1.00 EUR': extra('duty', -100),
  'the total is -0.01 USD': { presentmentCurrency: 'USD', total: { shop: 0, presentment: -1 } },
  'payment P1 is -23.80 EUR': {
    payments: [
      {
        schema: 'payment/1',
        paymentId: 'P1',
        parentId: null,
        kind: 'sale',
        status: 'succeeded',
        gateway: 'card',
        amount: both(-2380),
        processedAt: '2026-10-01T08:00:00.000Z',
        authorisationExpiresAt: null,
      },
    ],
  },
  'the money of refund R1 is -1.00 EUR': refund({ cashPending: both(-100) }),
  'the delivery of refund R1 is -1.00 EUR': refund({ shipping: both(-100) }),
  'line A-line of refund R1 is -1.00 EUR': refund({
    lines: [{ ...refundLine, amount: both(-100), tax: both(0) }],
  }),
  'the tax of line A-line of refund R1 is -0.01 EUR': refund({
    lines: [{ ...refundLine, amount: both(100), tax: both(-1) }],
  }),
};

for (const [words, changes] of Object.entries(IMPOSSIBLE))
  test(`impossible: ${words}`, () => {
    assert.equal(impossibleAmount(anOrder('1', [line('A', 2)], changes), LIMIT), words);
  });

test('what is below zero by right is not: discounts as told, rounding of cash, a rebate as a fee, a rounded discount', () => {
  const minor = fc.integer({ min: 0, max: 1_000 });
  fc.assert(
    fc.property(minor, minor, fc.integer({ min: 0, max: LIMIT }), (rounding, rebate, over) => {
      const changes: Partial<Order> = {
        ...aLine({ discounts: [{ source: 'all', amount: both(2380 + over) }], taxLines: [tax(0)] }),
        extras: [
          { kind: 'cashRounding', title: 'Cash rounding', amount: both(-rounding), taxLines: [] },
          { kind: 'fee', title: 'Rebate', amount: both(-rebate), taxLines: [tax(-1)] },
        ],
        ...refund({ cash: both(rebate), lines: [{ ...refundLine, amount: both(rebate), tax: both(0) }] }),
      };
      assert.equal(impossibleAmount(anOrder('1', [line('A', 2)], changes), LIMIT), null);
    }),
  );
});

test('an order with an impossible amount is a case, and nothing of it is taken until it is mended', () => {
  const hub = new MemoryHub();
  hub.stock('A', 'WH', 10);
  const order = anOrder('1', [line('A', 2)]);
  assert.equal(hub.snapshot({ ...order, ...aLine({ gross: both(-2380) }) }), 'case');
  assert.deepEqual(hub.reasons(), ['bad-money']);
  assert.equal(hub.order().order, null);
  assert.deepEqual(hub.units('A', 'WH'), { onHand: 10, reserved: 0 });
  assert.equal(hub.snapshot({ ...order, updatedAt: '2026-10-01T08:01:00.000Z' }), 'applied');
  assert.deepEqual(hub.reasons(), []);
  assert.deepEqual(hub.units('A', 'WH'), { onHand: 10, reserved: 2 });
});

test('an impossible refund of an order that is closed is a case, and not booked; an old message says nothing', () => {
  const life = new OrderLife().shipped();
  const old = {
    ...life.channel.order,
    ...refund({ cash: both(-500) }),
    updatedAt: '2026-10-01T07:00:00.000Z',
  };
  assert.equal(life.hub.snapshot(old), 'stale');
  assert.deepEqual(life.hub.reasons(), []);
  const asked = life.hub.asked();
  life.see({ ...life.channel.change({}), ...refund({ cash: both(-500) }) });
  assert.deepEqual(life.hub.reasons(), ['bad-money']);
  assert.deepEqual(life.hub.asked(), asked);
  assert.deepEqual(life.state.order?.refunds, []);
  life.see(life.channel.change({ name: '#1b' }));
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.check();
});
