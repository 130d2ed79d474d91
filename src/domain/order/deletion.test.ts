/** An order that was deleted at its channel: nothing of it leaves any more, and its channel is left alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';

const DELETED = { type: 'order.deleted' } as const;

test('one that waits for its release is cancelled here: stock and sales order are given back', () => {
  const life = new OrderLife().placed();
  life.hub.done('erp.createSalesOrder');
  assert.equal(life.hub.tell('1', DELETED), 'applied');
  assert.equal(life.hub.tell('1', DELETED), 'duplicate');
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.cancelRelease');
  life.hub.tell('1', {
    type: 'fulfilment.cancelled',
    releaseId: life.state.releases[0]?.releaseId ?? '',
    lines: life.channel.order.lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
    reason: 'stopped',
    at: '2026-10-01T10:00:00.000Z',
  });
  life.hub.done('erp.cancelSalesOrder');
  assert.equal(life.state.status, 'cancelled');
  assert.deepEqual(life.hub.reasons(), []);
  assert.deepEqual(
    life.hub.open().map(({ request }) => request.kind),
    [],
  );
  // A late hint asks nobody.
  life.hub.tell('1', { type: 'order.hint', channelOrderId: '1', topic: 'x' });
  life.hub.pass(600_000);
  assert.equal(life.hub.open('channel.readOrder').length, 0);
  life.hub.check();
});

test('one that came after the news of its end is never worked on', () => {
  const life = new OrderLife();
  life.hub.tell('1', DELETED);
  life.placed();
  assert.equal(life.state.status, 'cancelled');
  assert.deepEqual(life.hub.asked(), []);
  life.hub.check();
});

test('one that is over stays as it is, and one that was being read is not', () => {
  const life = new OrderLife().shipped();
  assert.equal(life.state.status, 'closed');
  life.hub.tell('1', { type: 'order.hint', channelOrderId: '1', topic: 'x' });
  life.hub.pass(60_000);
  life.hub.tell('1', DELETED);
  life.hub.rejected('channel.readOrder', 'not-found', 'gone');
  assert.equal(life.state.status, 'closed');
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.check();
});

test('where a part has left, a person decides: what has not left is cancelled, or goes on', () => {
  for (const [decide, status] of [
    ['retry', 'cancelling'],
    ['skip', 'shipping'],
  ] as const) {
    const life = new OrderLife({ lines: [line('A', 2)] }).placed();
    life.hub.done('erp.createSalesOrder');
    life.hub.done('fulfilment.release');
    life.hub.ship('S1', [{ lineId: life.channel.order.lines[0]?.lineId ?? '', quantity: 1 }]);
    life.hub.tell('1', DELETED);
    assert.deepEqual(life.hub.reasons(), ['order-deleted']);
    life.hub[decide]('order-deleted');
    assert.equal(life.state.status, status);
    assert.ok(!life.hub.reasons().includes('order-deleted'));
    life.hub.check();
  }
});
