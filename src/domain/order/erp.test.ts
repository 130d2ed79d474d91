/** What an ERP does to a sales order by itself, besides holding and cancelling it: edits and invoices. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderLife } from '../../../test/support/order-life.ts';

const edit = (quantity: number, totalMinor: number | null = quantity * 1190) => ({
  change: 'edited' as const,
  lines: [{ lineId: 'A-line', quantity }],
  totalMinor,
});

test('an older event than the newest is stale', () => {
  const life = new OrderLife().booked().erp(5, { change: 'held' }).erp(4, { change: 'resumed' });
  assert.equal(life.state.erp.heldBecause, 'somebody');
});

test('what we have written ourselves comes back and is no news', () => {
  const life = new OrderLife().booked();
  life.erp(2, edit(2));
  assert.equal(life.hub.factTypes().at(-1), 'SalesOrderConfirmed');
  assert.deepEqual(life.hub.reasons(), []);
  life.see(life.channel.remove('A-line', 1));
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  life.erp(3, edit(1));
  assert.deepEqual(life.hub.reasons(), [], 'also before the answer to the amendment');
});

test('an edit in the ERP is a case; a retry writes what was sold once more', () => {
  const life = new OrderLife().released().erp(2, edit(1));
  assert.deepEqual(life.hub.reasons(), ['edited-by-erp']);
  life.hub.retry('edited-by-erp');
  const { revision, lines } = life.hub.last('erp.amendSalesOrder').body;
  assert.deepEqual([revision, lines[0]?.quantity], [2, 2]);
  life.hub.done('erp.amendSalesOrder');
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('an edit in the ERP that is accepted stays until the order changes; the next edit there is another case', () => {
  const life = new OrderLife().released().erp(2, edit(2, 2000));
  life.hub.skip('edited-by-erp');
  assert.deepEqual(life.hub.reasons(), []);
  life.erp(3, edit(2, 1000));
  assert.deepEqual(life.hub.reasons(), ['edited-by-erp']);
  life.hub.skip('edited-by-erp');
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('an edit in the ERP of which nothing more is known is a case', () => {
  const life = new OrderLife().released().erp(2, { change: 'edited', lines: null, totalMinor: null });
  assert.deepEqual(life.hub.reasons(), ['edited-by-erp']);
});

test('the same edit at the channel ends the case', () => {
  const life = new OrderLife().released().erp(2, edit(1));
  life.see(life.channel.remove('A-line', 1));
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  life.hub.done('erp.amendSalesOrder');
  assert.deepEqual(life.hub.reasons(), []);
});

test('an invoice is followed; one that is told twice counts once; one too many is a case', () => {
  const invoice = (invoiceNumber: string, totalMinor: number) => ({
    change: 'invoiced' as const,
    invoiceNumber,
    totalMinor,
  });
  const life = new OrderLife().released();
  life.erp(2, invoice('INV-1', 1190)).erp(3, invoice('INV-1', 1190)).erp(4, invoice('INV-2', 1190));
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.erp.invoices.length, 2);
  life.erp(5, invoice('INV-3', 10));
  assert.deepEqual(life.hub.reasons(), ['invoiced-by-erp']);
  life.hub.skip('invoiced-by-erp');
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('an invoice for an order that is cancelled is a case', () => {
  const life = new OrderLife().placed();
  life.hub.done('erp.createSalesOrder');
  life.see(life.channel.cancel());
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  life.hub.done('erp.cancelSalesOrder');
  life.erp(9, { change: 'invoiced', invoiceNumber: 'INV-1', totalMinor: 2380 });
  assert.deepEqual(life.hub.reasons(), ['invoiced-by-erp']);
  life.hub.check();
});

test('a sales order that is reopened in the ERP though its order is cancelled is a case', () => {
  const life = new OrderLife().placed();
  life.erp(1, { change: 'cancelled' });
  life.hub.done('erp.createSalesOrder');
  life.see(life.channel.cancel());
  assert.equal(life.state.status, 'cancelled');
  life.erp(2, { change: 'resumed' });
  assert.deepEqual(life.hub.reasons(), ['edited-by-erp']);
});

test('an edit that arrives after a later hold is no less an edit', () => {
  const life = new OrderLife().booked().erp(3, { change: 'held' }).erp(2, edit(1));
  assert.deepEqual(life.hub.reasons(), ['edited-by-erp']);
  life.erp(2, { change: 'invoiced', invoiceNumber: 'INV-1', totalMinor: 1 });
  assert.equal(life.state.erp.invoices.length, 1);
});

test('an edit in the ERP while our amendment is under way may be the later one: it stays a case', () => {
  const life = new OrderLife().released().erp(2, edit(1));
  life.hub.retry('edited-by-erp');
  life.erp(3, edit(1));
  life.hub.done('erp.amendSalesOrder');
  assert.deepEqual(life.hub.reasons(), ['edited-by-erp']);
  life.hub.retry('edited-by-erp');
  life.hub.done('erp.amendSalesOrder');
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.check();
});

test('an ERP that speaks of an order which no channel has told of is a case, until its channel tells', () => {
  const life = new OrderLife().erp(1, { change: 'held' });
  assert.deepEqual(life.hub.reasons(), ['unknown-sales-order']);
  life.see();
  assert.ok(!life.hub.reasons().includes('unknown-sales-order'));
  assert.equal(life.state.erp.heldBecause, 'somebody');
});

test('another ERP than that of the entity speaks of the sales order: a case, and nothing of it is followed', () => {
  const life = new OrderLife().released();
  const at = '2026-10-02T00:00:00Z';
  const cancelled = {
    type: 'erp.orderChanged',
    version: 9,
    change: 'cancelled',
    reason: 'mine',
    at,
  } as const;
  assert.equal(life.hub.tell('1', { ...cancelled, from: 'other-erp' }), 'case');
  assert.deepEqual(life.hub.reasons(), ['unknown-sales-order']);
  assert.equal(life.state.erp.status, 'open');
  assert.equal(life.state.erp.version, 0, 'its versions are not those of our ERP');
  assert.equal(life.hub.tell('1', { ...cancelled, from: 'erp' }), 'applied');
  assert.equal(life.state.erp.cancelledBecause, 'mine');
});
