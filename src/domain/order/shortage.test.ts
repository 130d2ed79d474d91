/** Stock: all, part or none of it is there; policies, waiting, refusals of locations, and counts that find less. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrder, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import type { ShortagePolicy } from '../config.ts';

const brand = (shortage: ReturnType<typeof ShortagePolicy.parse>) => ({
  brands: [{ id: 'brand', name: 'Brand', shortage, backorderLimitDays: 21 }],
});
const waiting = (life: OrderLife, sku: string) =>
  (life.hub.stream('stock', `stock/${sku}`).state as { waiting: string[] }).waiting;

test('all is there: one location is asked, and the ERP hears of it only after the promise', () => {
  const life = new OrderLife({ lines: [line('A', 2), line('B', 1)] }).placed();
  const types = life.hub.factTypes();
  assert.ok(types.indexOf('StockReserved') < types.indexOf('AllocationSucceeded'));
  assert.ok(types.indexOf('AllocationSucceeded') < types.indexOf('SalesOrderRequested'));
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
});

test('no location has all: two of them ship a part each', () => {
  const life = new OrderLife({
    lines: [line('A', 2), line('B', 1)],
    stock: { 'A@STORE': 2, 'B@WH': 1 },
  }).shipped();
  assert.deepEqual(
    life.hub.commands
      .filter(({ request }) => request.kind === 'fulfilment.release')
      .map(({ request }) => (request.body as { location: string }).location),
    ['STORE', 'WH'],
  );
});

test('split: what is there ships, the rest follows when it comes', () => {
  const life = new OrderLife({ config: brand('split'), stock: { 'A@WH': 1 } }).released();
  assert.deepEqual(life.hub.last('fulfilment.release').body.lines, [
    { lineId: 'A-line', item: 'A', quantity: 1 },
  ]);
  assert.equal(
    life.hub.last('erp.createSalesOrder').body.lines[0]?.quantity,
    2,
    'the ERP has the whole order',
  );
  assert.deepEqual(waiting(life, 'A'), ['shop/1']);
  life.hub.ship('S1');
  life.told();
  life.hub.moved('A', 'WH', 5);
  assert.deepEqual(waiting(life, 'A'), []);
  life.hub.done('fulfilment.release');
  life.hub.ship('S2');
  life.told();
  assert.equal(life.state.status, 'closed');
  assert.deepEqual(
    life.hub.asked().filter((kind) => kind.startsWith('erp.')),
    ['erp.createSalesOrder', 'erp.recordShipment', 'erp.recordShipment'],
  );
  life.hub.check();
});

test('back-order: what is there is kept, and nothing goes to the ERP until all is', () => {
  const life = new OrderLife({ config: brand('backorder'), stock: { 'A@WH': 1 } }).placed();
  assert.equal(life.hub.position('A', 'WH').reserved, 1);
  assert.deepEqual(life.hub.asked(), []);
  assert.equal(life.state.status, 'paymentSecured');
  life.hub.moved('A', 'STORE', 1);
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  life.hub.check();
});

test('a back-order that lost what it had before the ERP heard of it is not told to the ERP', () => {
  const life = new OrderLife({ config: brand('backorder') });
  life.see(life.channel.hold());
  assert.equal(life.state.status, 'allocated');
  life.hub.moved('A', 'WH', -99);
  life.see(life.channel.unhold());
  assert.equal(life.state.status, 'paymentSecured');
  assert.deepEqual(life.hub.asked(), []);
  life.hub.moved('A', 'WH', 99);
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  life.hub.check();
});

test('cancel: what cannot be had whole is cancelled at the channel, and what was kept is free again', () => {
  const life = new OrderLife({ config: brand('cancel'), stock: { 'A@WH': 1 } }).placed();
  assert.deepEqual(life.hub.asked(), ['channel.cancelOrder']);
  assert.deepEqual(life.hub.last('channel.cancelOrder').body, {
    channelOrderId: '1',
    reason: 'out of stock',
    refund: true,
    restock: true,
  });
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  life.see(life.channel.cancel());
  life.hub.done('channel.cancelOrder');
  assert.equal(life.state.status, 'cancelled');
  assert.deepEqual(waiting(life, 'A'), []);
  life.hub.check();
});

test('a cancellation for want of stock that the channel refuses is a case; skipped, the order is held; let go, it asks again', () => {
  const life = new OrderLife({ config: brand('cancel'), stock: { 'A@WH': 0 } }).placed();
  life.hub.rejected('channel.cancelOrder');
  life.hub.skip('channel-rejected');
  assert.equal(life.state.heldBecause, 'case channel-rejected was skipped');
  life.hub.tell('1', { type: 'operator.resume', by: 'Ann', note: '' });
  assert.equal(life.hub.open('channel.cancelOrder').length, 1);
  life.hub.check();
});

test('case: a person is asked at once; when stock comes the order goes on by itself', () => {
  const life = new OrderLife({ config: brand('case'), stock: { 'A@WH': 0 } }).placed();
  assert.deepEqual(life.hub.reasons(), ['out-of-stock']);
  life.hub.skip('out-of-stock');
  assert.deepEqual(life.hub.reasons(), [], 'it waits on');
  life.hub.passDays(21.1);
  assert.deepEqual(life.hub.reasons(), ['out-of-stock'], 'and the case comes again');
  life.hub.moved('A', 'WH', 2);
  assert.deepEqual(life.hub.reasons(), []);
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  life.hub.check();
});

test('a back-order that waits too long is a case, and the wait of a line that is dropped ends', () => {
  const life = new OrderLife({
    lines: [line('A', 1), line('B', 1)],
    config: brand('backorder'),
    stock: {},
  }).placed();
  assert.deepEqual([waiting(life, 'A'), waiting(life, 'B')], [['shop/1'], ['shop/1']]);
  life.see(life.channel.remove('A-line', 1));
  assert.deepEqual([waiting(life, 'A'), waiting(life, 'B')], [[], ['shop/1']]);
  life.hub.passDays(21.1);
  assert.deepEqual(life.hub.reasons(), ['out-of-stock']);
  life.hub.check();
});

test('two lines with the same SKU share what is there and ship as two lines', () => {
  const life = new OrderLife({
    lines: [line('A', 2, 1190, 'first'), line('A', 1, 990, 'second')],
    stock: { 'A@WH': 3 },
  }).released();
  assert.deepEqual(life.hub.last('fulfilment.release').body.lines, [
    { lineId: 'first', item: 'A', quantity: 2 },
    { lineId: 'second', item: 'A', quantity: 1 },
  ]);
  life.hub.ship('S1', [{ lineId: 'second', quantity: 1 }]);
  life.hub.ship('S2', [{ lineId: 'first', quantity: 2 }]);
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('gift cards and services ship from nowhere: the order closes with its sales order', () => {
  const life = new OrderLife({
    lines: [
      { ...line('CARD', 1), requiresShipping: false, giftCard: true },
      { ...line('X', 1), sku: null, requiresShipping: false, lineId: 'engraving' },
    ],
    stock: {},
    order: { shipTo: null },
  }).placed();
  life.hub.settle();
  assert.equal(life.state.status, 'closed');
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  life.hub.check();
});

test('a unit that is not on the shelf is taken from another location', () => {
  const life = new OrderLife({ stock: { 'A@WH': 2, 'A@STORE': 5 } }).released();
  life.refused('r1', [{ lineId: 'A-line', quantity: 1 }]);
  assert.equal(life.hub.position('A', 'WH').reserved, 1);
  assert.equal(life.hub.position('A', 'STORE').reserved, 1);
  assert.equal(life.hub.last('fulfilment.release').body.location, 'STORE');
  life.hub.ship('S2');
  life.hub.done('fulfilment.release');
  life.hub.send('order', 'shop/1', {
    type: 'fulfilment.shipped',
    releaseId: 'shop/1#R1',
    shipmentId: 'S1',
    lines: [{ lineId: 'A-line', quantity: 1 }],
    tracking: null,
    at: '2026-10-02T00:00:00.000Z',
  });
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('the same refusal told twice counts once', () => {
  const life = new OrderLife({ stock: { 'A@WH': 2, 'A@STORE': 5 } }).released();
  life.refused('r1', [{ lineId: 'A-line', quantity: 1 }]);
  life.refused('r1', [{ lineId: 'A-line', quantity: 1 }]);
  assert.equal(life.hub.position('A', 'STORE').reserved, 1);
  life.hub.check();
});

test('a location that stops a release by itself is not asked again, and another one ships', () => {
  const life = new OrderLife({ stock: { 'A@WH': 2, 'A@STORE': 5 } }).released();
  life.stopped();
  life.stopped('shop/1#R1');
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  assert.equal(life.hub.position('A', 'STORE').reserved, 2);
  life.hub.check();
});

test('no location is left: the order waits, and goods that come in where they were refused may be asked for again', () => {
  const life = new OrderLife({ stock: { 'A@WH': 2 } }).released();
  life.refused('r1', [{ lineId: 'A-line', quantity: 2 }]);
  assert.deepEqual(waiting(life, 'A'), ['shop/1']);
  assert.equal(life.hub.position('A', 'WH').reserved, 0, 'nothing is promised from where it was refused');
  life.hub.moved('A', 'WH', 3);
  assert.equal(life.hub.position('A', 'WH').reserved, 2);
  assert.equal(life.hub.open('fulfilment.release').length, 1);
  life.hub.check();
});

test('a person may have the locations asked again that have refused', () => {
  const life = new OrderLife({ stock: { 'A@WH': 2 } }).released();
  life.refused('r1', [{ lineId: 'A-line', quantity: 2 }]);
  life.hub.passDays(22);
  assert.ok(life.hub.reasons().includes('out-of-stock'));
  life.hub.retry('out-of-stock');
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.hub.open('fulfilment.release').length, 1);
});

test('a count that takes stock from under a promise has it sourced anew before anybody is asked to ship', () => {
  const life = new OrderLife({ stock: { 'A@WH': 2, 'A@STORE': 2 } });
  life.see(life.channel.hold());
  assert.equal(life.hub.position('A', 'WH').reserved, 2);
  life.hub.moved('A', 'WH', -1);
  life.see(life.channel.unhold());
  assert.deepEqual(life.hub.units('A', 'WH'), { onHand: 1, reserved: 1 });
  assert.deepEqual(life.hub.units('A', 'STORE'), { onHand: 2, reserved: 1 });
  life.hub.check();
});

test('stock that one order gives back goes to the one that waits for it', () => {
  const life = new OrderLife({ stock: { 'A@WH': 2 } }).placed();
  life.hub.snapshot(anOrder('2', [line('A', 2)]));
  assert.deepEqual(life.hub.order('2').allocations, []);
  life.see(life.channel.cancel());
  assert.equal(life.hub.order('2').allocations[0]?.quantity, 2);
  life.hub.check();
});
