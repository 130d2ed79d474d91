/** A hold, by a person, the channel or the ERP, at every point of an order's life: nothing begins, and it goes on after. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderLife } from '../../../test/support/order-life.ts';

type Hold = { name: string; hold(life: OrderLife): void; resume(life: OrderLife): void };

const HOLDS: Hold[] = [
  {
    name: 'a person',
    hold: (life) => life.hub.tell('1', { type: 'operator.hold', by: 'Ann', note: '', reason: 'looks odd' }),
    resume: (life) => life.hub.tell('1', { type: 'operator.resume', by: 'Ann', note: '' }),
  },
  {
    name: 'the channel',
    hold: (life) => life.see(life.channel.hold()),
    resume: (life) => life.see(life.channel.unhold()),
  },
  {
    name: 'the ERP',
    hold: (life) => life.erp(1, { change: 'held' }),
    resume: (life) => life.erp(2, { change: 'resumed' }),
  },
];

for (const { name, hold, resume } of HOLDS) {
  test(`held by ${name} after it was placed: stock stays promised, the ERP hears nothing until it is let go`, () => {
    const life = new OrderLife({ stock: { 'A@WH': 0 } }).placed();
    hold(life);
    life.hub.moved('A', 'WH', 5);
    assert.equal(life.hub.position('A', 'WH').reserved, 2);
    assert.deepEqual(life.hub.asked(), []);
    assert.equal(life.hub.stream('order', 'shop/1').process.summary(life.state).status, 'allocated (held)');
    resume(life);
    assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
    life.hub.check();
  });

  test(`held by ${name} while the ERP is asked: no location is asked until it is let go`, () => {
    const life = new OrderLife().placed();
    hold(life);
    life.hub.done('erp.createSalesOrder');
    assert.equal(life.hub.open('fulfilment.release').length, 0);
    resume(life);
    assert.equal(life.hub.open('fulfilment.release').length, 1);
    life.hub.check();
  });

  test(`held by ${name} while a location is asked: the release is stopped as soon as it has answered`, () => {
    const life = new OrderLife().booked();
    hold(life);
    assert.equal(life.hub.open('fulfilment.cancelRelease').length, 0);
    life.hub.done('fulfilment.release');
    life.hub.done('fulfilment.cancelRelease');
    life.stopped();
    assert.equal(life.hub.position('A', 'WH').reserved, 2, 'the promise stands');
    assert.equal(life.hub.open().length, 0);
    resume(life);
    assert.equal(life.hub.last('fulfilment.release').body.releaseId, 'shop/1#R2');
    life.hub.done('fulfilment.release');
    life.hub.ship('S1');
    life.told();
    assert.equal(life.state.status, 'closed');
    life.hub.check();
  });

  test(`held by ${name} too late: what has left has left, and the order closes`, () => {
    const life = new OrderLife().released();
    hold(life);
    life.hub.rejected('fulfilment.cancelRelease', 'already-shipped', 'it is gone');
    assert.deepEqual(life.hub.reasons(), [], 'that is no case');
    life.hub.ship('S1');
    life.told();
    resume(life);
    assert.equal(life.state.status, 'closed');
    life.hub.check();
  });

  test(`let go by ${name} while the release is being stopped: it is sent anew when it has come back`, () => {
    const life = new OrderLife().released();
    hold(life);
    resume(life);
    assert.equal(life.hub.open('fulfilment.release').length, 0);
    life.hub.done('fulfilment.cancelRelease');
    life.stopped();
    assert.equal(life.hub.open('fulfilment.release').length, 1);
    life.hub.check();
  });

  test(`a hold by ${name} without end is a case, which comes again when it is skipped`, () => {
    const life = new OrderLife().released();
    hold(life);
    life.hub.done('fulfilment.cancelRelease');
    life.stopped();
    life.hub.passDays(6.9);
    assert.deepEqual(life.hub.reasons(), []);
    life.hub.passDays(0.2);
    assert.deepEqual(life.hub.reasons(), ['held-too-long']);
    life.hub.skip('held-too-long');
    assert.deepEqual(life.hub.reasons(), []);
    life.hub.passDays(7.1);
    assert.deepEqual(life.hub.reasons(), ['held-too-long']);
    resume(life);
    assert.deepEqual(life.hub.reasons(), []);
    life.hub.check();
  });
}

test('a part has left and the rest is held: only the rest is stopped', () => {
  const life = new OrderLife().released();
  life.hub.ship('S1', [{ lineId: 'A-line', quantity: 1 }]);
  life.told();
  life.hub.tell('1', { type: 'operator.hold', by: 'Ann', note: '', reason: 'odd' });
  life.hub.done('fulfilment.cancelRelease');
  life.stopped('shop/1#R1', [{ lineId: 'A-line', quantity: 1 }]);
  life.hub.tell('1', { type: 'operator.resume', by: 'Ann', note: '' });
  assert.deepEqual(life.hub.last('fulfilment.release').body.lines, [
    { lineId: 'A-line', item: 'A', quantity: 1 },
  ]);
  life.hub.done('fulfilment.release');
  life.hub.ship('S2');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('several hold it: it goes on when the last one lets go', () => {
  const life = new OrderLife({ stock: { 'A@WH': 0 } }).placed();
  for (const { hold } of HOLDS) hold(life);
  life.hub.moved('A', 'WH', 2);
  for (const [index, { resume }] of HOLDS.entries()) {
    assert.deepEqual(life.hub.asked(), [], `${HOLDS.length - index} still hold it`);
    resume(life);
  }
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
});

test('a release that cannot be stopped for another reason than that it has left is a case', () => {
  const life = new OrderLife().released();
  life.hub.tell('1', { type: 'operator.hold', by: 'Ann', note: '', reason: 'odd' });
  life.hub.rejected('fulfilment.cancelRelease', 'keeps-failing', 'the system is broken');
  assert.deepEqual(life.hub.reasons(), ['fulfilment-rejected']);
  life.hub.retry('fulfilment-rejected');
  assert.equal(life.hub.open('fulfilment.cancelRelease').length, 1);
  life.hub.rejected('fulfilment.cancelRelease', 'keeps-failing', 'the system is broken');
  life.hub.skip('fulfilment-rejected');
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed', 'skipped: the release goes on');
  life.hub.check();
});
