/** Refunds: of what has not shipped, of what has, of shipping, of nothing in particular; pending, failed, too much. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { both, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import type { Order } from '../canonical/index.ts';

const SHIPPING = {
  shippingLineId: 'ship',
  title: 'Standard',
  code: null,
  gross: both(490),
  discounts: [],
  taxLines: [],
  removed: false,
};

/** An order of two units of A at 11.90 and delivery at 4.90. */
const withShipping = () =>
  new OrderLife({
    order: { shipping: [SHIPPING], total: both(2870), currentTotal: both(2870), totalTax: both(380) },
  });

const booking = (life: OrderLife) => life.hub.last('erp.recordRefund').body;

test('a refund of a shipped unit is a credit', () => {
  const life = withShipping().shipped();
  life.see(life.channel.refund([{ lineId: 'A-line', quantity: 1 }]));
  const { cashMinor, credits, removedMinor, shippingMinor, adjustmentMinor } = booking(life);
  assert.deepEqual(credits, [{ lineId: 'A-line', quantity: 1, amountMinor: 1190, taxMinor: 190 }]);
  assert.deepEqual([cashMinor, removedMinor, shippingMinor, adjustmentMinor], [1190, 0, 0, 0]);
  assert.equal(life.hub.open('erp.amendSalesOrder').length, 0, 'what was sold stays sold');
  life.hub.settle();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a refund of a unit that has not shipped shrinks the order: an amendment first, then money without a credit', () => {
  const life = withShipping().booked();
  life.see(life.channel.refund([{ lineId: 'A-line', quantity: 1 }]));
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  assert.equal(life.hub.open('erp.recordRefund').length, 0);
  assert.equal(life.hub.last('erp.amendSalesOrder').body.totalMinor, 1680);
  life.hub.done('erp.amendSalesOrder');
  const { cashMinor, credits, removedMinor, adjustmentMinor } = booking(life);
  assert.deepEqual([cashMinor, credits, removedMinor, adjustmentMinor], [1190, [], 1190, 0]);
  life.hub.check();
});

test('one refund of a shipped and an unshipped unit is half credit, half removal', () => {
  const life = new OrderLife({ stock: { 'A@WH': 1 } }).released();
  life.hub.ship('S1');
  life.told();
  life.see(life.channel.refund([{ lineId: 'A-line', quantity: 2 }]));
  life.hub.done('erp.amendSalesOrder');
  const { credits, removedMinor, cashMinor } = booking(life);
  assert.deepEqual([credits.map((credit) => credit.quantity), removedMinor, cashMinor], [[1], 1190, 2380]);
  life.hub.settle();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('lines that do not say whether they were returned or removed: shipped units are returned first', () => {
  const life = new OrderLife({ stock: { 'A@WH': 1 } }).released();
  life.hub.ship('S1');
  life.told();
  const order = life.channel.refund([{ lineId: 'A-line', quantity: 2 }]);
  const [refund] = order.refunds;
  const unclear = {
    lineId: 'A-line',
    quantity: 2,
    effect: 'unknown' as const,
    restock: true,
    amount: both(2380),
    tax: both(380),
  };
  life.see({ ...order, refunds: [{ ...refund!, lines: [unclear] }] });
  life.hub.done('erp.amendSalesOrder');
  const { credits, removedMinor } = booking(life);
  assert.deepEqual(
    [credits.map(({ quantity, amountMinor }) => [quantity, amountMinor]), removedMinor],
    [[[1, 1190]], 1190],
  );
});

test('what left the order before it shipped is not wanted again when the rest ships', () => {
  const life = new OrderLife({ stock: { 'A@WH': 9 } }).released();
  const { refunds, ...removed } = life.channel.refund([{ lineId: 'A-line', quantity: 1 }]);
  const unclear = (order: Order): Order => ({
    ...order,
    refunds: order.refunds.map((refund) => ({
      ...refund,
      lines: refund.lines.map((part) => ({ ...part, effect: 'unknown' as const, restock: false })),
    })),
  });
  assert.equal(refunds.length, 1);
  life.see(unclear({ ...removed, refunds }));
  life.stopped();
  life.hub.done('erp.amendSalesOrder');
  life.hub.done('fulfilment.release');
  life.hub.ship('S1');
  const asked = life.hub.asked().filter((kind) => kind === 'fulfilment.release').length;
  const shown = life.channel.fulfil(life.hub.last('channel.createFulfilment').body);
  assert.ok(shown);
  life.see(unclear(shown));
  life.hub.settle();
  assert.equal(life.hub.asked().filter((kind) => kind === 'fulfilment.release').length, asked);
  assert.deepEqual(
    life.state.shipments.flatMap(({ lines }) => lines.map(({ quantity }) => quantity)),
    [1],
  );
  assert.equal(booking(life).removedMinor, 1190);
  life.hub.check();
});

test('shipping alone is given back', () => {
  const life = withShipping().shipped();
  life.see(life.channel.refund([], { shippingMinor: 490 }));
  const { cashMinor, credits, shippingMinor, removedMinor, adjustmentMinor } = booking(life);
  assert.deepEqual([cashMinor, credits, shippingMinor, removedMinor, adjustmentMinor], [490, [], 490, 0, 0]);
  assert.equal(life.hub.open('erp.amendSalesOrder').length, 0);
});

test('a goodwill is an adjustment', () => {
  const life = withShipping().shipped();
  life.see(life.channel.refund([], { extraMinor: 500 }));
  const { cashMinor, adjustmentMinor } = booking(life);
  assert.deepEqual([cashMinor, adjustmentMinor], [500, 500]);
});

test('while the money is on its way the booking waits, and the order stays open; without end it is a case', () => {
  const life = withShipping().released();
  life.hub.ship('S1');
  life.see(life.channel.refund([], { extraMinor: 500, money: 'pending' }));
  life.told();
  assert.equal(life.state.status, 'shipped');
  assert.equal(life.hub.asked().includes('erp.recordRefund'), false);
  life.hub.passDays(15);
  assert.deepEqual(life.hub.reasons(), ['refund-pending-too-long']);
  life.hub.skip('refund-pending-too-long');
  life.hub.passDays(14.1);
  assert.deepEqual(life.hub.reasons(), ['refund-pending-too-long'], 'a skip waits on');
  life.see(life.channel.settleRefund('RF1', 'done'));
  life.told();
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a refund pending after the order has closed is looked after too', () => {
  const life = withShipping().shipped();
  life.see(life.channel.refund([], { extraMinor: 500, money: 'pending' }));
  life.hub.passDays(15);
  assert.deepEqual(life.hub.reasons(), ['refund-pending-too-long']);
});

test('money that could not be paid out is a case; paid out again it is booked, skipped the credit is booked without it', () => {
  for (const end of ['paid', 'skip'] as const) {
    const life = withShipping().shipped();
    life.see(life.channel.refund([{ lineId: 'A-line', quantity: 1 }], { money: 'failed' }));
    assert.deepEqual(life.hub.reasons(), ['refund-failed']);
    assert.equal(life.hub.asked().includes('erp.recordRefund'), false);
    if (end === 'paid') life.see(life.channel.settleRefund('RF1', 'done'));
    else life.hub.skip('refund-failed');
    assert.deepEqual(life.hub.reasons(), []);
    const { cashMinor, adjustmentMinor } = booking(life);
    assert.deepEqual([cashMinor, adjustmentMinor], end === 'paid' ? [1190, 0] : [0, -1190]);
    life.hub.check();
  }
});

test('more was refunded than was paid: a case, and nothing of it is booked until somebody says that it was meant', () => {
  const life = withShipping().shipped();
  life.see(life.channel.refund([], { extraMinor: 5_000 }));
  assert.deepEqual(life.hub.reasons(), ['refund-exceeds-payment']);
  assert.equal(life.hub.asked().includes('erp.recordRefund'), false);
  life.hub.skip('refund-exceeds-payment');
  assert.equal(booking(life).adjustmentMinor, 5_000);
  life.hub.settle();
  life.see(life.channel.refund([], { extraMinor: 100 }));
  assert.deepEqual(
    life.hub.reasons(),
    ['refund-exceeds-payment'],
    'what was accepted covers no more than it said',
  );
  life.hub.check();
});

test('cancelled with money back: booked after the sales order is cancelled, and shipping leaves with the order', () => {
  const life = withShipping().placed();
  life.hub.done('erp.createSalesOrder');
  life.channel.refund([{ lineId: 'A-line', quantity: 2 }], { shippingMinor: 490 });
  life.see(life.channel.cancel());
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  assert.equal(life.hub.open('erp.recordRefund').length, 0);
  life.hub.done('erp.cancelSalesOrder');
  const { cashMinor, removedMinor, shippingMinor, adjustmentMinor } = booking(life);
  assert.deepEqual([cashMinor, removedMinor, shippingMinor, adjustmentMinor], [2870, 2870, 0, 0]);
  assert.equal(life.state.status, 'cancelling');
  life.hub.done('erp.recordRefund');
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('cancelled, closed, and refunded later', () => {
  const life = withShipping().placed();
  life.hub.done('erp.createSalesOrder');
  life.see(life.channel.cancel());
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  life.hub.done('erp.cancelSalesOrder');
  assert.equal(life.state.status, 'cancelled');
  life.see(life.channel.refund([], { extraMinor: 2_870 }));
  assert.equal(booking(life).cashMinor, 2_870);
  life.hub.check();
});

test('cancelled and refunded before the ERP heard of it: there is nothing to book', () => {
  const life = new OrderLife({ stock: {} }).placed();
  life.channel.refund([{ lineId: 'A-line', quantity: 2 }]);
  life.see(life.channel.cancel());
  assert.deepEqual(life.hub.asked(), []);
  assert.equal(life.state.status, 'cancelled');
});

test('a credit waits until the ERP knows of the shipment that it credits', () => {
  const life = withShipping().released();
  life.hub.ship('S1');
  life.hub.done('channel.createFulfilment');
  life.see(life.channel.fulfil({ shipmentId: 'S1', lines: [{ lineId: 'A-line', quantity: 2 }] }));
  life.hub.rejected('erp.recordShipment');
  life.see(life.channel.refund([{ lineId: 'A-line', quantity: 1 }]));
  assert.equal(life.hub.open('erp.recordRefund').length, 0);
  life.hub.retry('erp-rejected');
  life.hub.done('erp.recordShipment');
  assert.equal(life.hub.open('erp.recordRefund').length, 1);
});

test('a refund that changes at the channel after it was booked is a case', () => {
  const life = withShipping().shipped();
  const order = life.channel.refund([], { extraMinor: 500 });
  life.see(order);
  life.hub.settle();
  const [refund] = order.refunds;
  life.see(life.channel.change({ refunds: [{ ...refund!, cash: both(700) }] }));
  assert.deepEqual(life.hub.reasons(), ['refund-changed']);
  life.hub.skip('refund-changed');
  assert.deepEqual(life.hub.reasons(), []);
});

test('the ERP refuses a refund: a case, a retry books it with the next revision', () => {
  const life = withShipping().shipped();
  life.see(life.channel.refund([], { extraMinor: 500 }));
  life.hub.rejected('erp.recordRefund');
  life.hub.retry('erp-rejected');
  assert.equal(life.hub.last('erp.recordRefund').request.key, 'shop/1#refund/RF1/2');
  life.hub.check();
});

test('a return without money books nothing', () => {
  const life = withShipping().shipped();
  const order = life.channel.refund([], { extraMinor: 0 });
  life.see(order);
  assert.equal(life.hub.asked().includes('erp.recordRefund'), false);
  assert.equal(life.state.refunds.RF1, 'done');
});

test('two lines of one SKU are credited each on its own', () => {
  const life = new OrderLife({ lines: [line('A', 1, 1190, 'first'), line('A', 1, 595, 'second')] }).shipped();
  life.see(life.channel.refund([{ lineId: 'second', quantity: 1 }]));
  assert.deepEqual(booking(life).credits, [
    { lineId: 'second', quantity: 1, amountMinor: 595, taxMinor: 95 },
  ]);
});
