/** Captures: who takes the money of what was authorised, when, how much, and once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer, both, line } from '../../../test/support/builders.ts';
import { type Given, OrderLife } from '../../../test/support/order-life.ts';
import type { CapturePolicy } from '../config.ts';
import { openAuthorisations, owedMinor } from './authorisations.ts';

const HOUR_MS = 3_600_000;

function authorised(capture: CapturePolicy, given: Given = {}): OrderLife {
  const connections = aRetailer().connections.map((each) =>
    each.id === 'shop' ? { ...each, capture } : each,
  );
  const life = new OrderLife({
    ...given,
    config: { connections, ...given.config },
    order: { paymentStatus: 'authorised', ...given.order },
  });
  return life;
}

/** The channel performs the open capture, and its echo comes. */
function captured(life: OrderLife): OrderLife {
  const { body } = life.hub.last('channel.capturePayment');
  const order = life.channel.captureFor(body);
  assert.ok(order, 'the channel takes it');
  const made = order.payments?.at(-1);
  assert.ok(made);
  life.hub.done('channel.capturePayment', { captureId: made.paymentId, amountMinor: body.amountMinor });
  return life.see(order);
}

const amounts = (life: OrderLife): number[] =>
  life.hub.commands.flatMap(({ request }) =>
    request.kind === 'channel.capturePayment' ? [request.body.amountMinor] : [],
  );

test('where the channel captures, the hub never does', () => {
  const life = authorised('channel').shipped();
  life.hub.passDays(6.9);
  assert.deepEqual(amounts(life), []);
});

test('the retailer’s policy holds where the channel has none of its own', () => {
  const life = new OrderLife({
    config: { policies: { capture: 'onShipment' } },
    order: { paymentStatus: 'authorised' },
  }).released();
  life.hub.ship('S1');
  assert.deepEqual(amounts(life), [2380]);
});

test('on shipment: all of it at the first parcel, since the authorisation can be captured once', () => {
  const life = authorised('onShipment').released();
  assert.deepEqual(amounts(life), [], 'nothing has left');
  life.hub.ship('S1', [{ lineId: 'A-line', quantity: 1 }]);
  assert.deepEqual(amounts(life), [2380]);
  const { body } = life.hub.last('channel.capturePayment');
  assert.deepEqual(body, {
    channelOrderId: '1',
    captureId: 'shop/1#capture/1',
    authorisation: 'P1',
    amountMinor: 2380,
    currency: 'EUR',
    capturedBeforeMinor: 0,
    final: true,
  });
  captured(life);
  life.hub.ship('S2', [{ lineId: 'A-line', quantity: 1 }]);
  life.told();
  assert.deepEqual(amounts(life), [2380]);
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('on shipment, several captures: the value of each parcel, and the rest with the last', () => {
  const life = authorised('onShipment', { lines: [line('A', 3, 999)] });
  life.channel.severalCaptures();
  life.released();
  life.hub.ship('S1', [{ lineId: 'A-line', quantity: 1 }]);
  captured(life);
  assert.equal(life.state.payment, 'secured', 'the rest of the authorisation stands');
  life.hub.ship('S2', [{ lineId: 'A-line', quantity: 2 }]);
  assert.deepEqual(amounts(life), [999, 1998]);
  assert.equal(life.hub.last('channel.capturePayment').body.final, true);
  captured(life).told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('the next parcel waits for the answer to the capture before, and then its value is captured', () => {
  const life = authorised('onShipment', { lines: [line('A', 3, 1000)] });
  life.channel.severalCaptures();
  life.released();
  life.hub.ship('S1', [{ lineId: 'A-line', quantity: 1 }]);
  life.hub.ship('S2', [{ lineId: 'A-line', quantity: 1 }]);
  assert.deepEqual(amounts(life), [1000]);
  captured(life);
  assert.deepEqual(amounts(life), [1000, 1000]);
});

test('before it lapses: a named time ahead, of what is reserved', () => {
  const life = authorised('beforeExpiry').released();
  life.hub.pass(5.9 * 24 * HOUR_MS);
  assert.deepEqual(amounts(life), []);
  life.hub.pass(0.2 * 24 * HOUR_MS);
  assert.deepEqual(amounts(life), [2380]);
  captured(life);
  life.hub.passDays(3);
  assert.deepEqual(amounts(life), [2380], 'once');
  assert.deepEqual(life.hub.reasons(), []);
});

test('before it lapses: goods that come late are captured when they are promised; none that have not come', () => {
  const life = authorised('beforeExpiry', {
    stock: { 'A@WH': 0 },
    config: { brands: [{ id: 'brand', name: 'Brand', shortage: 'backorder' }] },
  }).placed();
  life.hub.passDays(6.5);
  assert.deepEqual(amounts(life), []);
  life.hub.moved('A', 'WH', 5);
  assert.deepEqual(amounts(life), [2380]);
});

test('an order that is held or to be cancelled is not captured; let go, it is', () => {
  const life = authorised('beforeExpiry').booked();
  life.see(life.channel.hold());
  life.hub.passDays(6.5);
  assert.deepEqual(amounts(life), []);
  life.see(life.channel.unhold());
  assert.deepEqual(amounts(life), [2380]);

  const cancelled = authorised('beforeExpiry').booked();
  cancelled.hub.tell('1', { type: 'operator.cancel', by: 'Ann', note: '', reason: 'no' });
  cancelled.hub.passDays(6.5);
  assert.deepEqual(amounts(cancelled), []);
});

test('what has lapsed is not captured any more', () => {
  const life = authorised('beforeExpiry').booked();
  life.see(life.channel.hold());
  life.hub.passDays(7.1);
  life.see(life.channel.unhold());
  assert.deepEqual(amounts(life), []);
});

test('the merchant captures by hand: ours is not needed', () => {
  const life = authorised('onShipment').released();
  life.see(life.channel.capture());
  life.hub.ship('S1');
  life.told();
  assert.deepEqual(amounts(life), []);
  assert.equal(life.state.status, 'closed');
});

test('payments that are not known are asked for before, once', () => {
  const life = authorised('onShipment');
  const { order } = life.channel;
  life.see({ ...order, payments: null }).hub.done('erp.createSalesOrder');
  life.hub.done('fulfilment.release');
  life.hub.ship('S1');
  assert.deepEqual(amounts(life), []);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
  life.see({ ...life.channel.order, payments: null }, 'read').hub.done('channel.readOrder');
  assert.equal(life.hub.open('channel.readOrder').length, 0, 'who does not tell is not asked for ever');
  life.see(life.channel.order, 'read');
  assert.deepEqual(amounts(life), [2380]);
});

test('a refused capture is a case of finance; the shipment is told all the same, and a retry captures again', () => {
  const life = authorised('onShipment').released();
  life.hub.ship('S1');
  life.hub.rejected('channel.capturePayment', 'capture-declined', 'do not honour');
  assert.deepEqual(life.hub.reasons(), ['capture-refused']);
  assert.equal(life.hub.open('channel.createFulfilment').length, 1);
  life.hub.retry('capture-refused');
  assert.deepEqual(amounts(life), [2380, 2380]);
  assert.equal(life.hub.last('channel.capturePayment').request.key, 'shop/1#capture/1/2');
  captured(life).told();
  assert.equal(life.state.status, 'closed');
  assert.deepEqual(life.hub.reasons(), []);
});

test('a refused capture ends when the money is there by another hand', () => {
  const life = authorised('onShipment').released();
  life.hub.ship('S1');
  life.see(life.channel.capture());
  life.hub.rejected('channel.capturePayment', 'capture-refused', 'captured already');
  assert.deepEqual(life.hub.reasons(), []);
  const before = authorised('onShipment').released();
  before.hub.ship('S1');
  before.hub.rejected('channel.capturePayment');
  before.see(before.channel.capture());
  assert.deepEqual(before.hub.reasons(), []);
});

test('a capture in doubt is settled by what the channel shows', () => {
  const life = authorised('onShipment').released();
  life.hub.ship('S1');
  life.hub.unsettled('channel.capturePayment');
  assert.deepEqual(life.hub.reasons(), ['command-in-doubt']);
  life.see(life.channel.captureFor(life.hub.last('channel.capturePayment').body));
  assert.deepEqual(life.hub.reasons(), []);
  assert.deepEqual(amounts(life), [2380]);
});

test('skipped, a refused capture is not asked again, and the lapse is still watched', () => {
  const life = authorised('onShipment').released();
  life.hub.ship('S1');
  life.hub.rejected('channel.capturePayment');
  life.hub.skip('capture-refused');
  life.told();
  life.hub.passDays(8);
  life.hub.done('channel.readOrder');
  assert.deepEqual(amounts(life), [2380]);
  assert.deepEqual(life.hub.reasons(), ['payment-not-captured']);
});

test('a capture that the channel took and that has failed is a case', () => {
  const life = authorised('onShipment').released();
  life.hub.ship('S1');
  const { body } = life.hub.last('channel.capturePayment');
  const order = life.channel.captureFor(body);
  const payments = order?.payments?.map((each) =>
    each.kind === 'capture' ? { ...each, status: 'failed' as const } : each,
  );
  const captureId = payments?.at(-1)?.paymentId ?? '';
  life.hub.done('channel.capturePayment', { captureId, amountMinor: body.amountMinor });
  life.see({ ...life.channel.order, payments: payments ?? [], paymentStatus: 'authorised' });
  assert.deepEqual(life.hub.reasons(), ['capture-refused']);
  assert.deepEqual(amounts(life), [2380]);
});

test('units that were taken off are not captured; what the order is worth more than authorised neither', () => {
  const less = authorised('onShipment').placed();
  less.see(less.channel.remove('A-line', 1));
  less.hub.settle();
  less.hub.ship('S1');
  assert.deepEqual(amounts(less), [1190]);

  const more = authorised('onShipment').placed();
  more.see(more.channel.add(line('B', 1, 5000, 'B-line')));
  more.hub.settle();
  more.hub.ship('S1');
  assert.deepEqual(amounts(more), [2380]);
});

test('amounts are in the money in which the customer pays', () => {
  const life = authorised('onShipment');
  const two = (shop: number, presentment: number) => ({ shop, presentment });
  const [authorisation] = life.channel.order.payments ?? [];
  assert.ok(authorisation);
  life.see({
    ...life.channel.order,
    presentmentCurrency: 'JPY',
    total: two(2380, 3900),
    totalTax: two(380, 620),
    currentTotal: two(2380, 3900),
    lines: life.channel.order.lines.map((each) => ({
      ...each,
      unitPrice: { shop: '11.90', presentment: '1950' },
      gross: two(2380, 3900),
      taxLines: each.taxLines.map((tax) => ({ ...tax, amount: two(380, 620) })),
    })),
    payments: [{ ...authorisation, amount: two(2380, 3900) }],
  });
  life.hub.done('erp.createSalesOrder');
  life.hub.done('fulfilment.release');
  life.hub.ship('S1');
  const { amountMinor, currency } = life.hub.last('channel.capturePayment').body;
  assert.deepEqual({ amountMinor, currency }, { amountMinor: 3900, currency: 'JPY' });
});

test('what is given back for goods is owed no more, a price reduction neither', () => {
  const life = new OrderLife({ lines: [line('A', 4, 1000)] });
  life.channel.refund([{ lineId: 'A-line', quantity: 1 }], { extraMinor: 300 });
  assert.equal(owedMinor(life.channel.order, { captures: [] }), 0);
  life.channel.add(line('B', 1, 700, 'B-line'));
  assert.equal(owedMinor(life.channel.order, { captures: [] }), 700);
});

test('of several authorisations the one that lapses first comes first; voided and used ones are left out', () => {
  const { channel } = new OrderLife({ order: { paymentStatus: 'authorised' } });
  const [first] = channel.order.payments ?? [];
  assert.ok(first);
  const payments = [
    { ...first, paymentId: 'late', authorisationExpiresAt: '2026-10-20T00:00:00.000Z' },
    { ...first, paymentId: 'void' },
    { ...first, paymentId: 'V', parentId: 'void', kind: 'void' as const },
    { ...first, paymentId: 'used', amount: both(500) },
    { ...first, paymentId: 'C', parentId: 'used', kind: 'capture' as const, amount: both(100) },
    { ...first, paymentId: 'soon', authorisationExpiresAt: null },
  ];
  const open = openAuthorisations({ ...channel.order, payments }, { captures: [] }, 3);
  assert.deepEqual(
    open.map(({ paymentId }) => paymentId),
    ['soon', 'late'],
  );
});
