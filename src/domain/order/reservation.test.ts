/** An order takes over units that were kept before it came: they are never free between, and none of them leaks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrder, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import type { ReservationState } from '../reservation/messages.ts';
import { ReservationRequest } from '../reservation/request.ts';

function hubWith(units: number): MemoryHub {
  const hub = new MemoryHub();
  hub.stock('A', 'WH', units);
  return hub;
}

function keep(hub: MemoryHub, id: string, quantity: number, sku = 'A'): void {
  const request = ReservationRequest.parse({ lines: [{ sku, location: 'WH', quantity }] });
  hub.send('reservation', id, { type: 'reservation.request', request });
}

const statusOf = (hub: MemoryHub, id: string) =>
  (hub.stream('reservation', id).state as ReservationState).status;
const held = (hub: MemoryHub, id = '1') =>
  hub.order(id).allocations.map(({ sku, location, quantity }) => `${quantity} × ${sku}@${location}`);

test('an order that names a reservation has its units, though nothing else is left', () => {
  const hub = hubWith(2);
  keep(hub, 'r1', 2);
  hub.snapshot(anOrder('2', [line('A', 1)]));
  assert.deepEqual(held(hub, '2'), [], 'they are not for others');
  hub.snapshot(anOrder('1', [line('A', 2)], { reservations: ['r1'] }));
  assert.deepEqual(held(hub), ['2 × A@WH']);
  assert.equal(statusOf(hub, 'r1'), 'taken-over');
  assert.equal(hub.position('A', 'WH').reserved, 2);
  assert.ok(!hub.factTypes().includes('StockReserved'));
  hub.snapshot(anOrder('3', [line('A', 1)], { reservations: ['r1'] }));
  assert.ok(hub.factTypes('3').includes('ReservationMissed'), 'only one order has them');
  hub.check();
});

test('the order needs less: the rest is free; it needs more: the rest is sourced', () => {
  const hub = hubWith(6);
  keep(hub, 'r1', 3);
  keep(hub, 'r2', 1);
  hub.snapshot(anOrder('1', [line('A', 2)], { reservations: ['r1'] }));
  assert.equal(hub.position('A', 'WH').reserved, 3);
  hub.snapshot(anOrder('2', [line('A', 3)], { reservations: ['r2'] }));
  assert.deepEqual(held(hub, '2'), ['1 × A@WH', '2 × A@WH']);
  assert.equal(hub.position('A', 'WH').reserved, 5);
  hub.check();
});

test('a claim before the order comes, and one after it', () => {
  const hub = hubWith(2);
  keep(hub, 'r1', 1);
  keep(hub, 'r2', 1);
  hub.send('reservation', 'r1', { type: 'reservation.claim', order: 'shop/1' });
  assert.equal(hub.order('1').order, null);
  hub.snapshot(anOrder('1', [line('A', 1)]));
  assert.deepEqual(held(hub), ['1 × A@WH']);
  hub.snapshot(anOrder('2', [line('A', 1)]));
  assert.deepEqual(held(hub, '2'), []);
  hub.send('reservation', 'r2', { type: 'reservation.claim', order: 'shop/2' });
  assert.deepEqual(held(hub, '2'), ['1 × A@WH']);
  assert.deepEqual([statusOf(hub, 'r1'), statusOf(hub, 'r2')], ['taken-over', 'taken-over']);
  hub.check();
});

test('an order that is not paid yet keeps the units until its payment expires', () => {
  const hub = hubWith(1);
  keep(hub, 'r1', 1);
  hub.snapshot(anOrder('1', [line('A', 1)], { paymentStatus: 'pending', reservations: ['r1'] }));
  assert.deepEqual(held(hub), ['1 × A@WH']);
  hub.passDays(11);
  hub.settle();
  hub.snapshot(
    anOrder('1', [{ ...line('A', 1), currentQuantity: 0 }], {
      paymentStatus: 'voided',
      cancelledAt: '2026-10-12T08:00:00.000Z',
      updatedAt: '2026-10-12T08:00:00.000Z',
      currentTotal: { shop: 0, presentment: 0 },
    }),
  );
  assert.equal(hub.position('A', 'WH').reserved, 0);
  hub.check();
});

test('an order that is cancelled before its items are known lets go what was kept for it', () => {
  const hub = hubWith(1);
  keep(hub, 'r1', 1);
  hub.send('reservation', 'r1', { type: 'reservation.claim', order: 'shop/1' });
  hub.snapshot(
    anOrder('1', [{ ...line('A', 1), currentQuantity: 0 }], {
      paymentStatus: 'voided',
      cancelledAt: '2026-10-01T08:00:00.000Z',
      currentTotal: { shop: 0, presentment: 0 },
    }),
  );
  assert.equal(statusOf(hub, 'r1'), 'released');
  assert.equal(hub.position('A', 'WH').reserved, 0);
  hub.check();
});

test('what has ended, is for another order, or never was, is told in the order, which is sourced as any other', () => {
  const hub = hubWith(5);
  keep(hub, 'r1', 1);
  keep(hub, 'r2', 1);
  hub.send('reservation', 'r1', { type: 'reservation.release', because: '' });
  hub.send('reservation', 'r2', { type: 'reservation.claim', order: 'shop/9' });
  hub.snapshot(anOrder('1', [line('A', 2)], { reservations: ['r1', 'r2', 'r3'] }));
  const missed = hub.facts().flatMap((fact) => (fact.type === 'ReservationMissed' ? [fact.because] : []));
  assert.deepEqual(missed, ['it is released', 'it is kept for order shop/9', 'there is no such reservation']);
  assert.deepEqual(held(hub), ['2 × A@WH']);
  hub.check();
});

test('units that a count has taken from under a reservation are sourced anew when the order has taken them over', () => {
  const hub = hubWith(2);
  hub.stock('A', 'STORE', 2);
  keep(hub, 'r1', 2);
  hub.moved('A', 'WH', -2);
  hub.snapshot(anOrder('1', [line('A', 2)], { reservations: ['r1'] }));
  assert.deepEqual(held(hub), ['2 × A@STORE']);
  assert.equal(hub.position('A', 'WH').reserved, 0);
  hub.check();
});
