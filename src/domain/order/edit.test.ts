/** Edits: units taken off or put on, before and after release, and too late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';

test('a unit is taken off before the ERP has answered: the sales order is amended when it is there', () => {
  const life = new OrderLife().placed();
  life.see(life.channel.remove('A-line', 1));
  assert.equal(life.hub.position('A', 'WH').reserved, 1);
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  life.hub.done('erp.createSalesOrder');
  assert.equal(life.hub.open('fulfilment.release').length, 0, 'the ERP knows first what is to ship');
  const amended = life.hub.last('erp.amendSalesOrder').body;
  assert.deepEqual([amended.revision, amended.totalMinor, amended.lines[0]?.quantity], [2, 1190, 1]);
  life.hub.done('erp.amendSalesOrder');
  assert.equal(life.hub.last('fulfilment.release').body.lines[0]?.quantity, 1);
  life.hub.check();
});

test('a unit is taken off after release: the release is stopped, and what is left is released anew', () => {
  const life = new OrderLife().released();
  life.see(life.channel.remove('A-line', 1));
  assert.deepEqual(
    life.hub.open().map(({ request }) => request.kind),
    ['fulfilment.cancelRelease'],
  );
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  assert.equal(life.hub.position('A', 'WH').reserved, 1);
  life.hub.done('erp.amendSalesOrder');
  assert.deepEqual(life.hub.last('fulfilment.release').body, {
    releaseId: 'shop/1#R2',
    reference: 'shop/1',
    orderName: '#1',
    location: 'WH',
    shipToId: 'p-1',
    lines: [{ lineId: 'A-line', item: 'A', quantity: 1 }],
  });
  life.hub.done('fulfilment.release');
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('only the release that has the line is stopped', () => {
  const life = new OrderLife({
    lines: [line('A', 1), line('B', 2)],
    stock: { 'A@WH': 1, 'B@STORE': 2 },
  }).booked();
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.release');
  life.see(life.channel.remove('B-line', 1));
  assert.deepEqual(
    life.hub
      .open('fulfilment.cancelRelease')
      .map(({ request }) => (request.body as { releaseId: string }).releaseId),
    ['shop/1#R1'],
  );
  assert.equal(life.state.releases.find((each) => each.releaseId === 'shop/1#R1')?.location, 'STORE');
});

test('a unit is taken off when it has left: a case, and the ERP is not told to forget what has left', () => {
  const life = new OrderLife().released();
  life.see(life.channel.remove('A-line', 1));
  life.hub.rejected('fulfilment.cancelRelease', 'already-shipped', 'gone');
  life.hub.ship('S1');
  assert.deepEqual(life.hub.reasons(), ['edited-after-shipment']);
  assert.deepEqual(life.hub.open(), [], 'nothing is told while nobody has said what shall become of it');
  life.hub.skip('edited-after-shipment');
  assert.deepEqual(life.hub.last('channel.createFulfilment').body.lines, [{ lineId: 'A-line', quantity: 1 }]);
  life.told();
  assert.deepEqual(life.hub.last('erp.recordShipment').body.lines, [{ lineId: 'A-line', quantity: 1 }]);
  assert.equal(life.hub.last('erp.amendSalesOrder').body.lines[0]?.quantity, 1);
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('the customer keeps what was taken off too late and it is put on again: the case goes, all of it is told', () => {
  const life = new OrderLife().released();
  life.see(life.channel.remove('A-line', 1));
  life.hub.rejected('fulfilment.cancelRelease', 'already-shipped', 'gone');
  life.hub.ship('S1');
  life.see(life.channel.remove('A-line', -1));
  assert.deepEqual(life.hub.reasons(), []);
  life.told();
  assert.deepEqual(life.hub.last('channel.createFulfilment').body.lines, [{ lineId: 'A-line', quantity: 2 }]);
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a line is put on after release: it is promised, amended and released on its own', () => {
  const life = new OrderLife().released();
  life.hub.stock('B', 'WH', 5);
  life.channel.add(line('B', 1));
  life.see(life.channel.capture());
  life.hub.done('erp.amendSalesOrder');
  assert.deepEqual(life.hub.last('fulfilment.release').body.lines, [
    { lineId: 'B-line', item: 'B', quantity: 1 },
  ]);
  life.hub.done('fulfilment.release');
  life.hub.ship('S2');
  life.hub.ship('S1', [{ lineId: 'A-line', quantity: 2 }], {
    ...life.hub.last('fulfilment.release'),
    body: { ...life.hub.last('fulfilment.release').body, releaseId: 'shop/1#R1' },
  });
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a line is put on after the order had closed: it opens again, ships, and closes again', () => {
  const life = new OrderLife().shipped();
  assert.equal(life.state.status, 'closed');
  life.hub.stock('B', 'WH', 5);
  life.channel.add(line('B', 1));
  life.see(life.channel.capture());
  assert.equal(life.state.status, 'shipping');
  life.hub.done('erp.amendSalesOrder');
  life.hub.done('fulfilment.release');
  life.hub.ship('S2');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('an edit brings a problem: what is released goes on, the rest waits for the fix', () => {
  const life = new OrderLife().released();
  life.channel.add({ ...line('B', 1), sku: null });
  life.see(life.channel.capture());
  assert.deepEqual(life.hub.reasons(), ['unmapped-sku']);
  assert.equal(life.hub.open().length, 0);
  life.see(life.channel.remove('B-line', 1));
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.ship('S1', undefined, life.hub.last('fulfilment.release'));
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('everything is taken off before the ERP has heard of it: the order is empty, and comes back with the next edit', () => {
  const life = new OrderLife({
    stock: { 'A@WH': 1 },
    config: { brands: [{ id: 'brand', name: 'B', shortage: 'backorder' }] },
  }).placed();
  life.see(life.channel.refund([{ lineId: 'A-line', quantity: 2 }]));
  assert.equal(life.state.status, 'emptied');
  assert.deepEqual(life.hub.asked(), []);
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  life.hub.check();
  life.hub.stock('B', 'WH', 5);
  life.channel.add(line('B', 1));
  life.see(life.channel.capture());
  life.told();
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('everything is taken off when the ERP has it: its sales order is amended to nothing and the order closes', () => {
  const life = new OrderLife().placed();
  life.hub.done('erp.createSalesOrder');
  life.see(life.channel.refund([{ lineId: 'A-line', quantity: 2 }]));
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  const { lines, totalMinor } = life.hub.last('erp.amendSalesOrder').body;
  assert.deepEqual([lines, totalMinor], [[], 0]);
  life.hub.settle();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('the ERP refuses an amendment: a case; the next edit, the edit taken back, a retry or a person ends it', () => {
  const given = () => {
    const life = new OrderLife().placed();
    life.see(life.channel.remove('A-line', 1));
    life.hub.done('erp.createSalesOrder');
    life.hub.rejected('erp.amendSalesOrder', 'LOCKED', 'somebody has it open');
    assert.deepEqual(life.hub.reasons(), ['erp-rejected']);
    assert.equal(life.hub.open('fulfilment.release').length, 0, 'what the ERP does not have is not released');
    return life;
  };
  const next = given();
  next.hub.stock('B', 'WH', 5);
  next.channel.add(line('B', 1));
  next.see(next.channel.capture());
  assert.deepEqual(next.hub.reasons(), []);
  assert.deepEqual(
    [next.hub.last('erp.amendSalesOrder').request.key, next.hub.last('erp.amendSalesOrder').body.revision],
    ['shop/1#so/3/1', 3],
  );
  const back = given();
  back.see(back.channel.remove('A-line', -1));
  assert.deepEqual(back.hub.reasons(), []);
  assert.equal(back.hub.open('fulfilment.release').length, 1);
  const retried = given();
  retried.hub.retry('erp-rejected');
  assert.deepEqual(
    [
      retried.hub.last('erp.amendSalesOrder').request.key,
      retried.hub.last('erp.amendSalesOrder').body.revision,
    ],
    ['shop/1#so/2/2', 2],
  );
  const skipped = given();
  skipped.hub.skip('erp-rejected');
  assert.equal(skipped.hub.open('fulfilment.release').length, 1);
  for (const life of [next, back, retried, skipped]) life.hub.check();
});

test('the ERP refuses the sales order: an edit that changes it asks again by itself', () => {
  const life = new OrderLife({ lines: [line('A', 1), line('B', 1)] }).placed();
  life.hub.rejected('erp.createSalesOrder', 'ITEM_BLOCKED', 'B is blocked');
  life.see(life.channel.change({ name: '#1' }));
  assert.equal(life.hub.open('erp.createSalesOrder').length, 0);
  life.see(life.channel.remove('B-line', 1));
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.hub.last('erp.createSalesOrder').request.key, 'shop/1#so/2');
  life.hub.check();
});

test('skipped without a sales order, the order is held in the name of who skipped', () => {
  const life = new OrderLife().placed();
  life.hub.rejected('erp.createSalesOrder');
  life.hub.skip('erp-rejected');
  assert.equal(life.state.heldBecause, 'case erp-rejected was skipped');
  life.hub.passDays(8);
  assert.deepEqual(life.hub.reasons(), ['held-too-long'], 'and nobody forgets it');
});

test('a change of the address is amended', () => {
  const life = new OrderLife().released();
  const shipTo = { personId: 'p-2', countryCode: 'AT', provinceCode: null, missing: [] };
  life.see(life.channel.change({ shipTo }));
  assert.equal(life.hub.last('erp.amendSalesOrder').body.shipToId, 'p-2');
});

test('a problem before the ERP has heard of it sends the order back, and it goes the whole way again', () => {
  const life = new OrderLife();
  life.see(life.channel.hold());
  assert.equal(life.state.status, 'allocated');
  const shipTo = { personId: 'p-2', countryCode: 'AT', provinceCode: null, missing: ['city'] };
  life.see(life.channel.change({ shipTo }));
  assert.equal(life.state.status, 'stopped');
  assert.deepEqual(life.hub.reasons(), ['incomplete-address']);
  life.see(life.channel.change({ shipTo: { ...shipTo, missing: [] } }));
  assert.equal(life.state.status, 'allocated');
  life.see(life.channel.unhold());
  life.told();
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});
