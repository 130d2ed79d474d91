/** Payment: authorised, captured, failed, expired, never come; before and after goods have left. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { both, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';

test('an authorised order is reserved, booked and shipped, and closes when it is captured', () => {
  const life = new OrderLife({ order: { paymentStatus: 'authorised' } }).shipped();
  assert.equal(life.state.status, 'shipped');
  life.see(life.channel.capture());
  assert.equal(life.state.status, 'closed');
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.check();
});

test('a pending payment is awaited without stock; when it comes the order goes on', () => {
  const life = new OrderLife({ order: { paymentStatus: 'pending' } }).placed();
  assert.equal(life.state.status, 'validated');
  assert.deepEqual(life.hub.asked(), []);
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  life.see(life.channel.capture());
  assert.equal(life.hub.position('A', 'WH').reserved, 2);
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
});

test('a payment that never comes ends in a cancellation at the channel', () => {
  const life = new OrderLife({ order: { paymentStatus: 'pending' } }).placed();
  life.hub.passDays(9.9);
  assert.deepEqual(life.hub.asked(), []);
  life.hub.passDays(0.2);
  assert.deepEqual(life.hub.asked(), ['channel.cancelOrder']);
  life.hub.done('channel.cancelOrder');
  life.see(life.channel.cancel());
  assert.equal(life.state.status, 'cancelled');
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.check();
});

test('an authorisation that expires while the order waits for stock gives the stock back', () => {
  const life = new OrderLife({
    order: { paymentStatus: 'authorised' },
    stock: { 'A@WH': 1 },
    config: { brands: [{ id: 'brand', name: 'Brand', shortage: 'backorder' }] },
  }).placed();
  assert.equal(life.hub.position('A', 'WH').reserved, 1);
  life.hub.passDays(7);
  assert.equal(life.hub.open('channel.readOrder').length, 1, 'the channel is asked what has become of it');
  life.see(life.channel.payment('expired'), 'read');
  life.hub.done('channel.readOrder');
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  life.hub.moved('A', 'WH', 5);
  assert.equal(life.hub.position('A', 'WH').reserved, 0, 'nothing is promised to who cannot pay');
  life.hub.passDays(4);
  assert.deepEqual(life.hub.asked(), ['channel.cancelOrder']);
  life.hub.check();
});

test('who pays again before the order is cancelled gets the goods', () => {
  const life = new OrderLife({ order: { paymentStatus: 'authorised' } }).booked();
  life.see(life.channel.payment('expired'));
  assert.equal(life.hub.position('A', 'WH').reserved, 2, 'the release has not answered');
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  life.see(life.channel.capture());
  assert.equal(life.hub.position('A', 'WH').reserved, 2);
  assert.equal(life.hub.open('fulfilment.release').length, 1);
  assert.equal(life.hub.asked().filter((kind) => kind === 'erp.createSalesOrder').length, 1);
  life.hub.done('fulfilment.release');
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('who pays after the channel has refused the cancellation gets the goods, and the case goes', () => {
  const life = new OrderLife({ order: { paymentStatus: 'failed' } }).placed();
  life.hub.passDays(4);
  life.hub.rejected('channel.cancelOrder', 'payment-in-progress', 'a payment is under way');
  assert.deepEqual(life.hub.reasons(), ['channel-rejected']);
  life.see(life.channel.capture());
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.hub.open('erp.createSalesOrder').length, 1);
  life.hub.check();
});

test('an authorisation that has run out and still counts at the channel is a case, and nothing ships on it', () => {
  const life = new OrderLife({ order: { paymentStatus: 'authorised' }, stock: { 'A@WH': 0 } }).placed();
  life.hub.passDays(7.1);
  life.hub.done('channel.readOrder');
  assert.deepEqual(life.hub.reasons(), ['payment-not-captured']);
  life.hub.moved('A', 'WH', 2);
  assert.deepEqual(life.hub.asked(), [], 'it is promised, and not told to the ERP');
  assert.equal(life.hub.position('A', 'WH').reserved, 2);
  life.see(life.channel.capture());
  assert.deepEqual(life.hub.reasons(), []);
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
});

test('goods that have left unpaid are a case, which capture or a person ends', () => {
  for (const end of ['capture', 'skip'] as const) {
    const life = new OrderLife({ order: { paymentStatus: 'authorised' } }).shipped();
    life.hub.passDays(8);
    life.hub.done('channel.readOrder');
    assert.deepEqual(life.hub.reasons(), ['payment-not-captured']);
    if (end === 'capture') life.see(life.channel.capture());
    else life.hub.skip('payment-not-captured');
    assert.equal(life.state.status, 'closed');
    life.hub.check();
  }
});

test('a payment that is lost after goods have left is a case; giving it up closes the order', () => {
  const life = new OrderLife({ order: { paymentStatus: 'authorised' } }).shipped();
  life.see(life.channel.payment('voided'));
  life.hub.passDays(4);
  assert.deepEqual(life.hub.reasons(), ['payment-lost']);
  assert.equal(life.hub.open('channel.cancelOrder').length, 0, 'what has left cannot be cancelled');
  life.hub.skip('payment-lost');
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a new authorisation moves the deadline', () => {
  const life = new OrderLife({ order: { paymentStatus: 'authorised' }, stock: { 'A@WH': 0 } }).placed();
  const [authorisation] = life.channel.order.payments ?? [];
  const later = { ...authorisation!, paymentId: 'P2', authorisationExpiresAt: '2026-10-20T00:00:00.000Z' };
  life.see(life.channel.change({ payments: [authorisation!, later] }));
  life.hub.passDays(10);
  assert.equal(life.hub.open('channel.readOrder').length, 0);
  life.hub.passDays(10);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
});

test('an order that costs nothing needs no payment', () => {
  const free = { ...line('A', 1), discounts: [{ source: 'gift', amount: both(1190) }], taxLines: [] };
  const life = new OrderLife({
    lines: [free],
    order: {
      total: both(0),
      totalTax: both(0),
      currentTotal: both(0),
      paymentStatus: 'pending',
      gateways: [],
    },
  });
  life.channel.order.payments = [];
  life.shipped();
  assert.equal(life.state.status, 'closed');
  assert.equal(life.hub.last('erp.createSalesOrder').body.totalMinor, 0);
  assert.equal(life.hub.last('erp.createSalesOrder').body.paymentMethod, 'none');
});

test('what an edit adds is awaited in money before it is promised', () => {
  const life = new OrderLife().released();
  life.see(life.channel.add(line('B', 1)));
  life.hub.stock('B', 'WH', 5);
  assert.equal(life.state.payment, 'missing');
  assert.equal(life.hub.position('B', 'WH').reserved, 0);
  life.see(life.channel.capture());
  life.told();
  assert.equal(life.hub.position('B', 'WH').reserved, 1);
  life.hub.check();
});

test('a balance that an edit leaves open after the end opens the order again, and is a case in the end', () => {
  const life = new OrderLife().shipped();
  assert.equal(life.state.status, 'closed');
  const card = { ...line('CARD', 1), requiresShipping: false, giftCard: true };
  life.see(life.channel.add(card));
  life.told();
  assert.notEqual(life.state.status, 'closed');
  life.hub.passDays(11);
  assert.deepEqual(life.hub.reasons(), ['payment-lost']);
  life.see(life.channel.capture());
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});
