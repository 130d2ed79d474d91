/** Cancellation: before and after release, whole and in part, by channel, person, policy and ERP; each step undone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';

const cancel = { type: 'operator.cancel', by: 'Ann', note: '', reason: 'customer called' } as const;

test('cancelled at the channel before anything was promised', () => {
  const life = new OrderLife({ order: { paymentStatus: 'pending' } }).placed();
  life.see(life.channel.cancel());
  assert.equal(life.state.status, 'cancelled');
  assert.deepEqual(life.hub.asked(), []);
  life.hub.passDays(60);
  assert.deepEqual(life.hub.asked(), []);
  life.hub.check();
});

test('cancelled when it was first seen', () => {
  const life = new OrderLife();
  life.see(life.channel.cancel());
  assert.equal(life.state.status, 'cancelled');
  assert.deepEqual(life.hub.asked(), []);
});

test('cancelled while it had a problem: the problem goes with it', () => {
  const life = new OrderLife({
    order: { currentTotal: { shop: 1, presentment: 1 }, total: { shop: 1, presentment: 1 } },
  }).placed();
  assert.deepEqual(life.hub.reasons(), ['totals-do-not-close']);
  life.see(life.channel.cancel());
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('cancelled while the ERP is asked: the sales order is cancelled as soon as it is known', () => {
  const life = new OrderLife().placed();
  life.see(life.channel.cancel());
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  assert.equal(life.state.status, 'cancelling');
  life.hub.done('erp.createSalesOrder');
  life.hub.done('erp.cancelSalesOrder');
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('cancelled, and the ERP refuses the sales order: nothing is left to undo', () => {
  const life = new OrderLife().placed();
  life.see(life.channel.cancel());
  life.hub.rejected('erp.createSalesOrder');
  assert.equal(life.state.status, 'cancelled');
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.check();
});

test('cancelled after the ERP had refused the sales order', () => {
  const life = new OrderLife().placed();
  life.hub.rejected('erp.createSalesOrder');
  life.see(life.channel.cancel());
  assert.equal(life.state.status, 'cancelled');
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.check();
});

test('cancelled while nobody knows whether the ERP has it: the doubt stays a case until a person settles it', () => {
  for (const [decision, asked] of [
    ['skip', ['erp.createSalesOrder', 'erp.cancelSalesOrder']],
    ['retry', ['erp.createSalesOrder']],
  ] as const) {
    const life = new OrderLife().placed();
    life.hub.unsettled('erp.createSalesOrder');
    life.see(life.channel.cancel());
    assert.deepEqual(life.hub.reasons(), ['command-in-doubt']);
    assert.equal(life.state.status, 'cancelling');
    life.hub[decision]('command-in-doubt');
    life.hub.settle();
    assert.deepEqual(life.hub.asked(), asked);
    assert.equal(life.state.status, 'cancelled');
    life.hub.check();
  }
});

test('cancelled after release: the location is stopped first, the ERP is told when nothing is there any more', () => {
  const life = new OrderLife().released();
  life.see(life.channel.cancel());
  assert.deepEqual(
    life.hub.open().map(({ request }) => request.kind),
    ['fulfilment.cancelRelease'],
  );
  assert.equal(life.hub.position('A', 'WH').reserved, 2);
  life.hub.done('fulfilment.cancelRelease');
  assert.equal(life.hub.open().length, 0, 'the location has said that it stops, not yet what had left');
  life.stopped();
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  life.hub.done('erp.cancelSalesOrder');
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('cancelled while a location is being asked: it is stopped when it has answered', () => {
  const life = new OrderLife().booked();
  life.see(life.channel.cancel());
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  life.hub.done('erp.cancelSalesOrder');
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('cancelled while a location has refused the release: nothing is to be stopped', () => {
  for (const retried of [false, true]) {
    const life = new OrderLife().booked();
    life.see(life.channel.hold());
    life.hub.rejected('fulfilment.release');
    if (retried) life.hub.retry('fulfilment-rejected');
    life.see(life.channel.cancel());
    assert.deepEqual(life.hub.reasons(), []);
    assert.equal(life.hub.position('A', 'WH').reserved, 0);
    life.hub.done('erp.cancelSalesOrder');
    assert.equal(life.state.status, 'cancelled');
    life.hub.check();
  }
});

test('cancelled too late: what has left is a case; settled, the order closes as the channel sees it', () => {
  const life = new OrderLife().released();
  life.see(life.channel.cancel());
  life.hub.rejected('fulfilment.cancelRelease', 'already-shipped', 'gone');
  life.hub.ship('S1');
  assert.deepEqual(life.hub.reasons(), ['cancelled-after-shipment']);
  assert.equal(life.hub.open('channel.createFulfilment').length, 0, 'a cancelled order takes no fulfilment');
  life.hub.settle();
  assert.equal(life.state.status, 'cancelling');
  assert.deepEqual(life.hub.units('A', 'WH'), { onHand: 98, reserved: 0 });
  life.hub.skip('cancelled-after-shipment');
  life.hub.settle();
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('cancelled by force after a part was shipped and told: the rest is undone, what left stays on the sales order', () => {
  const life = new OrderLife().released();
  life.hub.ship('S1', [{ lineId: 'A-line', quantity: 1 }]);
  life.told();
  life.see(life.channel.cancel('customer', true));
  life.hub.done('fulfilment.cancelRelease');
  life.stopped('shop/1#R1', [{ lineId: 'A-line', quantity: 1 }]);
  assert.deepEqual(life.hub.reasons(), ['cancelled-after-shipment']);
  assert.equal(life.hub.open('erp.amendSalesOrder').length, 0, 'a person settles it first');
  life.hub.skip('cancelled-after-shipment');
  assert.deepEqual(
    life.hub.last('erp.amendSalesOrder').body.lines.map(({ quantity }) => quantity),
    [1],
  );
  life.hub.settle();
  assert.equal(life.state.status, 'cancelled');
  assert.equal(life.hub.asked().includes('erp.cancelSalesOrder'), false);
  life.hub.check();
});

test('an order that has closed is cancelled by force: a case', () => {
  const life = new OrderLife().shipped();
  life.see(life.channel.cancel('customer', true));
  assert.deepEqual(life.hub.reasons(), ['cancelled-after-shipment']);
  life.hub.skip('cancelled-after-shipment');
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('a person cancels after release: the location is stopped first, then the channel is asked, then the ERP', () => {
  const life = new OrderLife().released();
  life.hub.tell('1', cancel);
  assert.deepEqual(
    life.hub.open().map(({ request }) => request.kind),
    ['fulfilment.cancelRelease'],
  );
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  assert.deepEqual(
    life.hub.open().map(({ request }) => request.kind),
    ['channel.cancelOrder'],
  );
  life.see(life.channel.cancel('customer called'));
  life.hub.done('channel.cancelOrder');
  life.hub.done('erp.cancelSalesOrder');
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('a person cancels and a parcel leaves meanwhile: it is too late, and the order goes on', () => {
  const life = new OrderLife().released();
  life.hub.tell('1', cancel);
  life.hub.rejected('fulfilment.cancelRelease', 'already-shipped', 'gone');
  life.hub.ship('S1');
  assert.deepEqual(life.hub.reasons(), ['too-late-to-cancel']);
  assert.equal(
    life.hub.asked().includes('channel.cancelOrder'),
    false,
    'no money is given back for what has left',
  );
  life.told();
  life.hub.skip('too-late-to-cancel');
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a person cancels twice: the channel is asked once', () => {
  const life = new OrderLife().placed();
  life.hub.tell('1', cancel);
  assert.equal(life.hub.tell('1', cancel), 'duplicate');
  assert.equal(life.hub.asked().filter((kind) => kind === 'channel.cancelOrder').length, 1);
});

test('the channel refuses what a person wants: a case; a retry asks again, a skip holds the order', () => {
  const life = new OrderLife().placed();
  life.hub.done('erp.createSalesOrder');
  life.hub.done('fulfilment.release');
  life.hub.tell('1', cancel);
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  life.hub.rejected('channel.cancelOrder', 'no', 'not now');
  life.hub.retry('channel-rejected');
  assert.equal(life.hub.last('channel.cancelOrder').request.key, 'shop/1#cancel/2');
  life.hub.rejected('channel.cancelOrder', 'no', 'not now');
  life.hub.skip('channel-rejected');
  assert.equal(life.state.cancellation, null);
  assert.notEqual(life.state.heldBecause, null);
  life.hub.tell('1', { type: 'operator.resume', by: 'Ann', note: '' });
  assert.equal(life.hub.open('fulfilment.release').length, 1, 'let go, it ships');
  life.hub.check();
});

test('the channel refuses because it is cancelled already: that is no case', () => {
  const life = new OrderLife().placed();
  life.hub.tell('1', cancel);
  life.see(life.channel.cancel());
  life.hub.rejected('channel.cancelOrder', 'already-cancelled', 'it is cancelled');
  life.hub.settle();
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.status, 'cancelled');
});

test('the refusal comes before the news that it is cancelled: the case goes with the news', () => {
  const life = new OrderLife().placed();
  life.hub.tell('1', cancel);
  life.hub.rejected('channel.cancelOrder', 'already-cancelled', 'it is cancelled');
  assert.deepEqual(life.hub.reasons(), ['channel-rejected']);
  life.see(life.channel.cancel());
  life.hub.settle();
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.status, 'cancelled');
});

test('a cancellation that the channel has accepted and nobody sees is looked after, then it is a case', () => {
  const life = new OrderLife().placed();
  life.hub.tell('1', cancel);
  life.hub.settle();
  life.hub.pass(20 * 60_000);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
  life.hub.done('channel.readOrder');
  life.hub.passDays(1.1);
  assert.deepEqual(life.hub.reasons(), ['cancellation-not-seen']);
  life.see(life.channel.cancel());
  life.hub.settle();
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('the ERP cancels by itself: what was promised comes back, and a person settles it with the customer', () => {
  const life = new OrderLife().released();
  life.erp(1, { change: 'cancelled' });
  assert.deepEqual(life.hub.reasons(), ['cancelled-by-erp']);
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  assert.equal(life.state.status, 'cancelling');
  life.hub.tell('1', cancel);
  life.see(life.channel.cancel());
  life.hub.settle();
  assert.equal(life.state.status, 'cancelled');
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.hub.asked().includes('erp.cancelSalesOrder'), false);
  life.hub.check();
});

test('the ERP cancels by itself and that is settled otherwise: skipped, the order closes; a later edit is a case again', () => {
  const life = new OrderLife().booked();
  life.erp(1, { change: 'cancelled' });
  life.hub.settle();
  life.stopped();
  life.hub.skip('cancelled-by-erp');
  assert.equal(life.state.status, 'cancelled');
  life.see(life.channel.add(line('B', 1)));
  assert.deepEqual(life.hub.reasons(), ['cancelled-by-erp']);
  life.hub.check();
});

test('the ERP takes up again what it had cancelled: the order goes on', () => {
  const life = new OrderLife().released();
  life.erp(1, { change: 'cancelled' });
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  life.erp(2, { change: 'resumed' });
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.done('fulfilment.release');
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('the ERP cancels after a part has left: the rest comes back, and the order closes when that is settled', () => {
  const life = new OrderLife().released();
  life.hub.ship('S1', [{ lineId: 'A-line', quantity: 1 }]);
  life.told();
  life.erp(1, { change: 'cancelled' });
  assert.deepEqual(life.hub.reasons(), ['cancelled-by-erp']);
  life.hub.rejected('fulfilment.cancelRelease', 'already-shipped', 'gone');
  life.hub.ship('S2', [{ lineId: 'A-line', quantity: 1 }]);
  life.told();
  assert.equal(life.hub.asked().filter((kind) => kind === 'erp.recordShipment').length, 1);
  life.hub.skip('cancelled-by-erp');
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('the ERP cancels before its answer has come that the sales order was made', () => {
  const life = new OrderLife().placed();
  life.erp(1, { change: 'cancelled' });
  life.hub.done('erp.createSalesOrder');
  assert.equal(life.state.erp.status, 'cancelled');
  assert.deepEqual(life.hub.reasons(), ['cancelled-by-erp']);
  assert.equal(life.hub.open('fulfilment.release').length, 0);
  life.hub.check();
});

test('our own cancellation in the ERP comes back as its event, before or after the answer', () => {
  for (const early of [true, false]) {
    const life = new OrderLife().placed();
    life.hub.done('erp.createSalesOrder');
    life.see(life.channel.cancel());
    life.hub.done('fulfilment.release');
    life.hub.done('fulfilment.cancelRelease');
    life.stopped();
    if (early) life.erp(5, { change: 'cancelled' });
    life.hub.done('erp.cancelSalesOrder');
    if (!early) life.erp(5, { change: 'cancelled' });
    assert.equal(life.state.status, 'cancelled');
    assert.deepEqual(life.hub.reasons(), []);
  }
});

test('the ERP refuses to cancel: a case, which its own cancellation, a retry or a person ends', () => {
  for (const end of ['erp', 'retry', 'skip'] as const) {
    const life = new OrderLife().placed();
    life.hub.done('erp.createSalesOrder');
    life.see(life.channel.cancel());
    life.hub.done('fulfilment.release');
    life.hub.done('fulfilment.cancelRelease');
    life.stopped();
    life.hub.rejected('erp.cancelSalesOrder', 'invoiced', 'it is invoiced');
    assert.deepEqual(life.hub.reasons(), ['erp-rejected']);
    assert.equal(life.state.status, 'cancelling');
    if (end === 'erp') life.erp(5, { change: 'cancelled' });
    else life.hub[end]('erp-rejected');
    life.hub.settle();
    assert.equal(life.state.status, 'cancelled');
    assert.deepEqual(life.hub.reasons(), []);
    life.hub.check();
  }
});
