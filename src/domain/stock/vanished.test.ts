/** A count that leaves more promised than is there: who came last gives way and is sourced anew, at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import type { ReservationState } from '../reservation/messages.ts';
import { sharesOf } from './vanished.ts';

const order = (number: number, quantity = 2) =>
  anOrder(String(number), [line('A', quantity)], {
    placedAt: `2026-10-01T08:${String(number).padStart(2, '0')}:00.000Z`,
  });

/** What an order is promised from where, as `2 WH`. */
const promised = (hub: MemoryHub, id: string) =>
  hub.order(id).allocations.map(({ quantity, location }) => `${quantity} ${location}`);

test('who placed last gives way first, with no more units than are gone', () => {
  const held = (key: string, minute: number, quantity: number) => ({
    order: key,
    placedAt: `2026-10-01T08:0${minute}:00.000Z`,
    quantity,
  });
  const holders = [held('b', 2, 3), held('c', 3, 1), held('a', 1, 5), held('d', 3, 1)];
  assert.deepEqual(sharesOf(holders, 4), [
    { order: 'd', quantity: 1 },
    { order: 'c', quantity: 1 },
    { order: 'b', quantity: 2 },
  ]);
  assert.deepEqual(sharesOf(holders, 0), []);
  assert.equal(
    sharesOf(holders, 99).reduce((sum, { quantity }) => sum + quantity, 0),
    10,
  );
});

test('a count takes units from under promises: the newest orders are sourced anew, and say why', () => {
  const hub = new MemoryHub();
  hub.stock('A', 'WH', 6);
  hub.stock('A', 'STORE', 1);
  for (const number of [1, 2, 3]) hub.snapshot(order(number));
  hub.moved('A', 'WH', -3);
  assert.deepEqual(
    ['1', '2', '3'].map((id) => promised(hub, id)),
    [['2 WH'], ['1 WH'], ['1 STORE']],
  );
  assert.deepEqual(hub.units('A', 'WH'), { onHand: 3, reserved: 3 });
  const given = hub.stream('order', 'shop/3').facts.find(({ type }) => type === 'StockReleased');
  assert.deepEqual(given, {
    type: 'StockReleased',
    allocations: [{ lineId: 'A-line', sku: 'A', location: 'WH', quantity: 2 }],
    because: 'the units are not there any more',
  });
  hub.moved('A', 'WH', 3);
  assert.deepEqual(hub.units('A', 'WH'), { onHand: 6, reserved: 5 });
  hub.check();
});

const keep = (hub: MemoryHub, key: string, quantity: number) =>
  hub.send('reservation', key, {
    type: 'reservation.request',
    request: {
      lines: [{ sku: 'A', location: null, quantity }],
      policy: 'all-or-nothing',
      timeToLive: 600,
      brand: 'brand',
      country: 'DE',
    },
  });
const keptBy = (hub: MemoryHub, key: string) =>
  (hub.stream('reservation', key).state as ReservationState).kept.map(({ quantity }) => quantity);

test('a reservation gives way as an order does: who came last first; what it keeps is told truly', () => {
  const hub = new MemoryHub();
  hub.stock('A', 'WH', 6);
  hub.snapshot(anOrder('1', [line('A', 2)], { holds: [{ kind: 'merchant', reason: 'inspected' }] }));
  keep(hub, 'r-1', 2);
  hub.pass(60_000);
  keep(hub, 'r-2', 2);
  hub.moved('A', 'WH', -3);
  assert.deepEqual([keptBy(hub, 'r-1'), keptBy(hub, 'r-2')], [[1], []]);
  assert.equal((hub.stream('reservation', 'r-2').state as ReservationState).status, 'released');
  assert.deepEqual((hub.stream('reservation', 'r-1').state as ReservationState).missing, [
    { line: 0, sku: 'A', quantity: 1 },
  ]);
  assert.deepEqual(hub.units('A', 'WH'), { onHand: 3, reserved: 3 });
  hub.moved('A', 'WH', -2);
  assert.deepEqual(hub.units('A', 'WH'), { onHand: 1, reserved: 1 }, 'then the order, too');
  hub.check();
});

test('a reservation that an order has taken over passes the loss on to it', () => {
  const hub = new MemoryHub();
  hub.stock('A', 'WH', 2);
  keep(hub, 'r-1', 2);
  hub.snapshot(
    anOrder('1', [line('A', 2)], {
      reservations: ['r-1'],
      holds: [{ kind: 'merchant', reason: 'inspected' }],
    }),
  );
  const told = hub.send('reservation', 'r-1', {
    type: 'stock.vanished',
    sku: 'A',
    location: 'WH',
    quantity: 1,
  });
  assert.equal(told, 'stale');
  assert.equal(hub.position('A', 'WH').reserved, 2, 'nothing is gone: nothing is given up');
  hub.check();
});

test('what the location is asked for stays asked: an order that is not gives way, and a short pick tells the rest', () => {
  const hub = new MemoryHub();
  hub.stock('A', 'WH', 4);
  for (const number of [1, 2]) hub.snapshot(order(number));
  // The newer one is at the location already.
  const newer = hub.open('erp.createSalesOrder').find(({ stream }) => stream.key === 'shop/2');
  assert.ok(newer);
  hub.answer(newer, { type: 'command.done', result: { salesOrderId: 'so-2', number: 'SO-2' } });
  hub.moved('A', 'WH', -3);
  assert.deepEqual(promised(hub, '1'), []);
  assert.deepEqual(promised(hub, '2'), ['2 WH']);
  assert.deepEqual(hub.units('A', 'WH'), { onHand: 1, reserved: 2 });
  hub.tell('2', {
    type: 'fulfilment.rejected',
    releaseId: 'shop/2#R1',
    rejectionId: 'r1',
    lines: [{ lineId: 'A-line', quantity: 1 }],
    reason: 'short pick',
    at: '2026-10-01T10:00:00.000Z',
  });
  assert.deepEqual(hub.units('A', 'WH'), { onHand: 1, reserved: 1 });
  hub.check();
});

test('whatever comes and goes, nobody is promised what is not there, and every wake comes to an end', () => {
  const step = fc.oneof(
    fc.record({ act: fc.constant('order' as const), quantity: fc.integer({ min: 1, max: 4 }) }),
    fc.record({
      act: fc.constant('move' as const),
      location: fc.constantFrom('WH', 'STORE'),
      quantity: fc.integer({ min: -8, max: 8 }).filter((units) => units !== 0),
    }),
    fc.record({ act: fc.constant('book' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const hub = new MemoryHub();
      hub.stock('A', 'WH', 5);
      hub.stock('A', 'STORE', 2);
      let number = 0;
      for (const each of steps) {
        if (each.act === 'order') {
          number += 1;
          hub.snapshot(order(number, each.quantity));
        } else if (each.act === 'move') hub.moved('A', each.location, each.quantity);
        else if (hub.open('erp.createSalesOrder').length > 0) hub.done('erp.createSalesOrder');
        for (const location of ['WH', 'STORE']) {
          const { onHand, reserved } = hub.units('A', location);
          if (reserved <= onHand) continue;
          const unasked = [...hub.streams.values()]
            .filter(({ kind }) => kind === 'order')
            .flatMap(({ key }) => hub.order(key.slice('shop/'.length)).allocations)
            .filter((part) => part.location === location && part.releaseId === null);
          assert.deepEqual(unasked, [], `${location} has ${onHand} and promises ${reserved}`);
        }
      }
      hub.check();
    }),
    { numRuns: 150 },
  );
});
