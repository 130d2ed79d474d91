/** Of every order's money something is known, and it is said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import { PaymentStatus } from '../../domain/canonical/order.ts';
import { paymentLabel } from './payment.ts';

const labelOf = ({ state }: OrderLife) => paymentLabel(state, state.order ?? assert.fail('it is known'));

/** An order that is stopped before anything is validated: its SKU has no mapping. */
function stopped(paymentStatus: PaymentStatus): OrderLife {
  const connections = aRetailer().connections.map((each) => ({ ...each, sameCodes: [] }));
  return new OrderLife({ config: { connections }, order: { paymentStatus } }).placed();
}

test('an order that a person cancels before anything was validated: what its channel says of the money', () => {
  const labels = PaymentStatus.options.map((status) => {
    const life = stopped(status);
    assert.equal(life.state.status, 'stopped');
    const before = labelOf(life);
    life.hub.tell('1', { type: 'operator.cancel', by: 'Ann', note: '', reason: 'no' });
    life.hub.done('channel.cancelOrder');
    life.see(life.channel.cancel());
    assert.equal(life.state.status, 'cancelled');
    return [status, before, labelOf(life)];
  });
  assert.deepEqual(labels, [
    ['pending', 'Awaited, as its channel says', 'Never paid'],
    ['authorised', 'Authorised, as its channel says', 'Authorised, never taken'],
    ['partlyPaid', 'Partly paid, as its channel says', 'Partly paid, not refunded'],
    ['paid', 'Paid, as its channel says', 'Paid, not refunded'],
    ['partlyRefunded', 'Partly refunded, as its channel says', 'Partly refunded'],
    ['refunded', 'Refunded, as its channel says', 'Refunded'],
    ['voided', 'Voided, as its channel says', 'Voided'],
    ['expired', 'Expired, as its channel says', 'Expired'],
    ['failed', 'Failed, as its channel says', 'Failed'],
  ]);
});

test('an order that goes on: awaited, authorised, lost, paid', () => {
  const life = new OrderLife({ lines: [line('A', 1)], order: { paymentStatus: 'pending' } }).placed();
  assert.equal(labelOf(life), 'Awaited');
  assert.equal(labelOf(life.see(life.channel.payment('failed'))), 'Missing: failed');
  assert.equal(labelOf(life.see(life.channel.payment('authorised'))), 'Authorised, not paid yet');
  assert.equal(labelOf(life.see(life.channel.capture())), 'Paid');
});
