/** Kinds of orders: on credit, scheduled, fetched, sold at a till, paid by several means; and what is asked before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrder, aRetailer, both, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import type { Order, Payment, Refund } from '../canonical/index.ts';

const NET_30: Order['paymentTerms'] = { name: 'Net 30', type: 'net', dueAt: '2026-10-31T08:00:00.000Z' };
const COMPANY = { companyId: '71', locationId: '72' };

function payment(paymentId: string, gateway: string, amountMinor: number): Payment {
  return {
    schema: 'payment/1',
    paymentId,
    parentId: null,
    kind: 'sale',
    status: 'succeeded',
    gateway,
    amount: both(amountMinor),
    processedAt: '2026-10-01T08:00:00.000Z',
    authorisationExpiresAt: null,
  };
}

test('B2B credit: the goods leave before the money comes, and the order closes when it is there', () => {
  const life = new OrderLife({
    order: { paymentStatus: 'pending', paymentTerms: NET_30, company: COMPANY },
  }).shipped();
  assert.equal(life.state.status, 'shipped', 'what has left is a receivable');
  life.hub.passDays(20);
  assert.deepEqual(life.hub.reasons(), [], 'nothing is due yet, and nothing is cancelled');
  life.see(life.channel.capture());
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('B2B credit: money that does not come by its day is a case, which ends when it comes', () => {
  const life = new OrderLife({ order: { paymentStatus: 'pending', paymentTerms: NET_30 } }).shipped();
  life.hub.passDays(35);
  assert.deepEqual(life.hub.reasons(), ['payment-overdue']);
  life.see(life.channel.capture());
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.status, 'closed');
});

test('a pre-order that is paid later is waited for until its day, and nothing leaves before', () => {
  const life = new OrderLife({
    order: {
      paymentStatus: 'partlyPaid',
      paymentTerms: { name: 'Fixed', type: 'fixed', dueAt: '2026-11-20T08:00:00.000Z' },
      sellingPlans: [{ lineId: 'A-line', name: 'Pre-order' }],
    },
  }).placed();
  life.hub.passDays(30);
  assert.deepEqual(life.hub.asked(), [], 'neither is it shipped, nor cancelled for want of money');
  life.see(life.channel.capture());
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  life.hub.check();
});

test('who must pay on receipt of the order gets no credit', () => {
  const life = new OrderLife({
    order: { paymentStatus: 'pending', paymentTerms: { name: 'On receipt', type: 'receipt', dueAt: null } },
  }).placed();
  assert.deepEqual(life.hub.asked(), []);
});

test('a partial payment is no payment: the rest is waited for', () => {
  const life = new OrderLife({ order: { paymentStatus: 'partlyPaid' } }).placed();
  assert.deepEqual(life.hub.asked(), []);
  life.see(life.channel.capture());
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
});

test('goods that shall leave later wait for their day; the channel is asked then, and they go', () => {
  const until = '2026-10-15T08:00:00.000Z';
  const life = new OrderLife({
    order: { holds: [{ kind: 'merchant', reason: 'scheduled', until }] },
    stock: { 'A@WH': 0 },
    config: { brands: [{ id: 'brand', name: 'Brand', shortage: 'cancel' }] },
  }).placed();
  assert.deepEqual(life.hub.asked(), [], 'what is not there yet is no reason to cancel');
  life.hub.passDays(12);
  assert.deepEqual(life.hub.reasons(), [], 'an order that waits for its day is not held too long');
  life.hub.moved('A', 'WH', 5);
  assert.deepEqual(life.hub.asked(), []);
  life.hub.passDays(3);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
  life.see(life.channel.change({ holds: [] }), 'read');
  life.hub.done('channel.readOrder');
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  life.hub.check();
});

test('goods that were let go too late are a case after the time that holds have', () => {
  const until = '2026-10-15T08:00:00.000Z';
  const life = new OrderLife({
    order: { holds: [{ kind: 'merchant', reason: 'scheduled', until }] },
  }).placed();
  life.hub.passDays(22);
  assert.deepEqual(life.hub.reasons(), ['held-too-long']);
});

test('a risk hold stops an order until the channel lets it go', () => {
  const life = new OrderLife({
    order: { holds: [{ kind: 'risk', reason: 'high risk of fraud' }] },
  }).placed();
  assert.deepEqual(life.hub.asked(), []);
  life.see(life.channel.change({ holds: [] }));
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
});

test('what the customer fetches needs no address, and leaves from where it is fetched', () => {
  const life = new OrderLife({
    order: { shipTo: null, delivery: { method: 'pickUp', location: '8', locationName: 'STORE' } },
    stock: { 'A@WH': 100, 'A@STORE': 100 },
  }).booked();
  assert.equal(life.hub.last('fulfilment.release').body.location, 'STORE');
  assert.deepEqual(life.hub.reasons(), []);
});

test('what the customer fetches at a place of nobody’s is a case', () => {
  const life = new OrderLife({
    order: { shipTo: null, delivery: { method: 'pickUp', location: '8', locationName: 'Kiosk' } },
  }).placed();
  assert.deepEqual(life.hub.reasons(), ['unmapped-location']);
});

test('local delivery needs an address', () => {
  const life = new OrderLife({
    order: { shipTo: null, delivery: { method: 'local', location: null, locationName: null } },
  }).placed();
  assert.deepEqual(life.hub.reasons(), ['incomplete-address']);
});

test('what was handed over at a till is booked with its shipment, sent by nobody, and no case; it can be returned', () => {
  const sold = { ...line('A', 2), fulfilledQuantity: 2 };
  const life = new OrderLife({
    lines: [sold],
    order: {
      source: 'pos',
      shipTo: null,
      customer: null,
      delivery: { method: 'retail', location: '8', locationName: 'STORE' },
      fulfilments: [
        {
          schema: 'fulfilment/1',
          fulfilmentId: 'F1',
          status: 'succeeded',
          shipmentId: null,
          createdAt: '2026-10-01T08:00:00.000Z',
          lines: [{ lineId: 'A-line', quantity: 2 }],
          tracking: null,
        },
      ],
    },
  }).booked();
  const { body } = life.hub.last('erp.recordShipment');
  assert.deepEqual([body.shipmentId, body.location], ['F1', 'STORE']);
  life.hub.done('erp.recordShipment');
  assert.deepEqual(life.hub.open(), []);
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.status, 'closed');
  life.see(life.channel.refund([{ lineId: 'A-line', quantity: 1 }]));
  assert.deepEqual(
    life.hub.last('erp.recordRefund').body.credits.map(({ quantity }) => quantity),
    [1],
  );
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
});

test('several tenders: the ERP is told how much came by which, and the one that paid most is the method', () => {
  const life = new OrderLife({
    order: {
      gateways: ['gift_card', 'card'],
      payments: [payment('P1', 'gift_card', 500), payment('P2', 'card', 1880)],
    },
  });
  life.placed();
  const { body } = life.hub.last('erp.createSalesOrder');
  assert.equal(body.paymentMethod, 'card');
  assert.deepEqual(body.tenders, [
    { paymentMethod: 'gift_card', amountMinor: 500 },
    { paymentMethod: 'card', amountMinor: 1880 },
  ]);
});

test('one tender, store credit or any other, is told as the method alone', () => {
  const life = new OrderLife({ order: { gateways: ['shopify_store_credit'] } }).placed();
  const { body } = life.hub.last('erp.createSalesOrder');
  assert.equal(body.paymentMethod, 'shopify_store_credit');
  assert.equal(body.tenders, undefined);
});

test('a gift card that is sold stands on the sales order as one, and ships from nowhere', () => {
  const card = { ...line('GIFT', 1, 5000), giftCard: true, requiresShipping: false, taxLines: [] };
  const life = new OrderLife({ lines: [card] }).placed();
  const { body } = life.hub.last('erp.createSalesOrder');
  assert.deepEqual(
    body.lines.map(({ item, giftCard }) => [item, giftCard]),
    [['GIFT', true]],
  );
  life.hub.done('erp.createSalesOrder');
  assert.deepEqual(life.hub.open(), []);
  assert.equal(life.state.status, 'closed');
});

test('a custom line without SKU of which nothing leaves is booked under its name; one that ships is a case', () => {
  const custom = { ...line('X', 1, 1000), sku: null, requiresShipping: false };
  const life = new OrderLife({ lines: [line('A', 1), custom] }).placed();
  assert.deepEqual(
    life.hub.last('erp.createSalesOrder').body.lines.map(({ item }) => item),
    ['A', 'CUSTOM'],
  );
  const ships = new OrderLife({ lines: [{ ...custom, requiresShipping: true }] }).placed();
  assert.deepEqual(ships.hub.reasons(), ['unmapped-sku']);
});

test('two lines of one SKU stay two lines, promised and released each for itself', () => {
  const life = new OrderLife({ lines: [line('A', 2, 1190, 'L1'), line('A', 1, 1190, 'L2')] }).booked();
  assert.deepEqual(
    life.hub.last('fulfilment.release').body.lines.map(({ lineId, quantity }) => [lineId, quantity]),
    [
      ['L1', 2],
      ['L2', 1],
    ],
  );
});

test('components of a bundle are sold, promised and shipped as lines of their own', () => {
  const parts = ['A', 'B'].map((sku) => ({ ...line(sku, 1), bundleId: '9' }));
  const life = new OrderLife({ lines: parts }).booked();
  assert.deepEqual(
    life.hub.last('fulfilment.release').body.lines.map(({ item }) => item),
    ['A', 'B'],
  );
});

test('an order of nothing to pay is paid', () => {
  const free = {
    ...line('A', 1),
    discounts: [{ source: 'GIFT', amount: both(1190) }],
    taxLines: [],
  };
  const life = new OrderLife({
    lines: [free],
    order: {
      total: both(0),
      totalTax: both(0),
      currentTotal: both(0),
      paymentStatus: 'pending',
      gateways: [],
    },
  }).placed();
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  assert.equal(life.hub.last('erp.createSalesOrder').body.totalMinor, 0);
});

test('tips, duties, fees and the rounding of cash stand on the sales order each by its name', () => {
  const extras: Order['extras'] = [
    { kind: 'tip', title: 'Tip', amount: both(200), taxLines: [] },
    { kind: 'duty', title: 'Duty 6912', amount: both(350), taxLines: [] },
    { kind: 'fee', title: 'Setup', amount: both(100), taxLines: [] },
    { kind: 'cashRounding', title: 'Cash rounding', amount: both(-3), taxLines: [] },
  ];
  const total = both(2380 + 647);
  const life = new OrderLife({ order: { extras, total, currentTotal: total } }).placed();
  const { charges, totalMinor } = life.hub.last('erp.createSalesOrder').body;
  assert.deepEqual(
    charges.map(({ kind, amountMinor }) => [kind, amountMinor]),
    [
      ['tip', 200],
      ['duty', 350],
      ['fee', 100],
      ['cashRounding', -3],
    ],
  );
  assert.equal(totalMinor, 3027);
});

test('a duty that is given back leaves the sales order, and its refund is no adjustment', () => {
  const duty: Order['extras'][number] = { kind: 'duty', title: 'Duty', amount: both(350), taxLines: [] };
  const life = new OrderLife({
    order: { extras: [duty], total: both(2730), currentTotal: both(2730) },
  }).shipped();
  const back: Refund = {
    schema: 'refund/1',
    refundId: 'R1',
    createdAt: '2026-10-05T08:00:00.000Z',
    lines: [],
    shipping: both(0),
    shippingTax: both(0),
    charges: [{ kind: 'duty', amount: both(350), tax: both(0) }],
    cash: both(350),
    cashPending: both(0),
    cashFailed: both(0),
  };
  const { order } = life.channel;
  life.see({
    ...order,
    updatedAt: new Date(Date.parse(order.updatedAt) + 1_000).toISOString(),
    refunds: [back],
    currentTotal: both(2380),
    paymentStatus: 'partlyRefunded',
  });
  const amended = life.hub.last('erp.amendSalesOrder').body;
  assert.deepEqual([amended.totalMinor, amended.charges], [2380, []]);
  life.hub.done('erp.amendSalesOrder');
  const { cashMinor, removedMinor, adjustmentMinor } = life.hub.last('erp.recordRefund').body;
  assert.deepEqual([cashMinor, removedMinor, adjustmentMinor], [350, 350, 0]);
});

for (const [what, changes] of [
  ['is paid later', { paymentTerms: NET_30, paymentStatus: 'pending' }],
  ['was paid by several means', { gateways: ['gift_card', 'card'] }],
  ['goes to nobody’s address', { shipTo: null }],
] as [string, Partial<Order>][]) {
  test(`an order that ${what} is read before anything is promised, when the message does not say more`, () => {
    const life = new OrderLife({ order: changes });
    life.see(anOrder('1', [line('A', 2)], { ...changes, holds: null, payments: null }));
    assert.deepEqual(life.hub.asked(), []);
    assert.equal(life.hub.open('channel.readOrder').length, 1);
    assert.equal(life.hub.position('A', 'WH').reserved, 0);
    assert.deepEqual(life.hub.reasons(), []);
    const delivery = { method: 'shipping', location: null, locationName: null } as const;
    const read = { ...life.channel.order, delivery, updatedAt: '2026-10-01T08:00:01.000Z' };
    life.see(read, 'read');
    life.hub.done('channel.readOrder');
    assert.equal(life.hub.open('channel.readOrder').length, 0, 'it is asked once');
  });
}

test('where holds matter more than speed every order is read before it is promised, and a risk hold stops it in time', () => {
  const [shop, ...others] = aRetailer().connections;
  const life = new OrderLife({
    config: { connections: [{ ...(shop as NonNullable<typeof shop>), readBeforeRelease: true }, ...others] },
  });
  life.see(anOrder('1', [line('A', 2)]));
  assert.deepEqual(life.hub.asked(), []);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
  const holds: Order['holds'] = [{ kind: 'risk', reason: 'high risk of fraud' }];
  life.see({ ...life.channel.order, holds, updatedAt: '2026-10-01T08:00:01.000Z' }, 'read');
  life.hub.done('channel.readOrder');
  assert.deepEqual(life.hub.asked(), []);
  assert.equal(life.state.channelHeldBecause, 'high risk of fraud');
});

test('of a test order that is only known the channel is not asked, whatever two messages of one second say', () => {
  const life = new OrderLife({ order: { test: true } }).placed();
  life.see({ ...life.channel.order, name: '#1b' });
  life.hub.pass(60_000);
  assert.deepEqual(life.hub.open(), []);
});

test('a later webhook, which does not carry them, takes neither company, delivery nor purchase options away', () => {
  const delivery = { method: 'shipping', location: null, locationName: null } as const;
  const life = new OrderLife({
    order: { company: COMPANY, delivery, sellingPlans: [{ lineId: 'A-line', name: 'Monthly' }] },
  }).placed();
  const { company: _, ...webhook } = life.channel.change({ poNumber: 'PO-7' });
  life.see({ ...webhook, delivery: null, sellingPlans: null, holds: null, payments: null });
  const { order } = life.state;
  assert.deepEqual([order?.company, order?.delivery, order?.sellingPlans?.length], [COMPANY, delivery, 1]);
});
