/** The ledger: a position in all its states is the sum of its movements, whatever happens in whatever order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, aRetailer, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import type { StockObservation } from '../messages.ts';
import { stockProcess } from './process.ts';

const START = Date.UTC(2026, 9, 1);
const at = (minute: number) => new Date(START + minute * 60_000).toISOString();

type Moved = Extract<StockObservation, { type: 'stock.moved' }>;
let acts = 0;
const moved = (reason: Moved['reason'], change: Partial<Moved>, minute = 600): Moved => {
  acts += 1;
  return {
    type: 'stock.moved',
    sku: 'A',
    location: 'WH',
    delta: 0,
    key: `act ${acts}`,
    at: at(minute),
    reason,
    ...change,
  };
};
const tell = (hub: MemoryHub, message: StockObservation) => hub.send('stock', 'stock/A', message);

test('announced goods are incoming, then there; a transfer leaves one place and arrives at another', () => {
  const hub = new MemoryHub();
  hub.stock('A', 'WH', 0);
  hub.stock('A', 'STORE', 0);
  tell(hub, moved('expected', { incoming: 10, document: 'PO-7' }));
  assert.deepEqual(hub.position('A', 'WH'), {
    onHand: 0,
    reserved: 0,
    damaged: 0,
    qualityControl: 0,
    incoming: 10,
  });
  hub.snapshot(anOrder('1', [line('A', 2)]));
  assert.deepEqual(hub.order('1').allocations, [], 'what is incoming is not there yet');
  tell(hub, moved('received', { delta: 9, damaged: 1, incoming: -10, document: 'PO-7' }));
  assert.equal(hub.position('A', 'WH').reserved, 2, 'the order that waited has its units');
  tell(hub, moved('transferred', { delta: -3, document: 'TR-1' }));
  tell(hub, moved('transferred', { location: 'STORE', incoming: 3, document: 'TR-1' }));
  tell(hub, moved('transferred', { location: 'STORE', delta: 3, incoming: -3, document: 'TR-1' }));
  assert.deepEqual(hub.position('A', 'WH'), {
    onHand: 6,
    reserved: 2,
    damaged: 1,
    qualityControl: 0,
    incoming: 0,
  });
  assert.equal(hub.position('A', 'STORE').onHand, 3);
  hub.check();
});

test('what comes back is sold again by its disposition', () => {
  const hub = new MemoryHub();
  hub.stock('A', 'WH', 0);
  tell(hub, moved('returned', { delta: 1, disposition: 'restock', document: 'RMA-1' }));
  tell(hub, moved('returned', { damaged: 1, disposition: 'damaged' }));
  tell(hub, moved('returned', { qualityControl: 2, disposition: 'qualityControl' }));
  tell(hub, moved('returned', { disposition: 'missing' }));
  tell(hub, moved('adjusted', { delta: 1, qualityControl: -1 }));
  assert.deepEqual(hub.position('A', 'WH'), {
    onHand: 2,
    reserved: 0,
    damaged: 1,
    qualityControl: 1,
    incoming: 0,
  });
  const { facts } = hub.stream('stock', 'stock/A');
  const movements = facts.flatMap((fact) => stockProcess.movementsOf(fact as never));
  assert.deepEqual(
    movements.map(({ kind, reason }) => `${kind}: ${reason}`).slice(1),
    [
      'returned: restock, RMA-1',
      'returned: damaged',
      'returned: qualityControl',
      'returned: missing',
      'adjusted: undefined',
    ],
    'also a return of which nothing is there stands in the ledger',
  );
  hub.check();
});

test('safety stock is not sold, and a promise that it comes under stays', () => {
  const [warehouse, store] = aRetailer().locations;
  const hub = new MemoryHub({
    config: aRetailer({ locations: [{ ...warehouse!, safetyStock: 2 }, store!] }),
  });
  hub.stock('A', 'WH', 5);
  hub.snapshot(anOrder('1', [line('A', 4)]));
  assert.equal(hub.position('A', 'WH').reserved, 3);
  hub.safety.set('A@WH', 5);
  hub.snapshot(anOrder('1', [line('A', 4)], { updatedAt: '2026-10-01T08:30:00.000Z', name: '#1a' }));
  assert.equal(hub.position('A', 'WH').reserved, 3, 'what was promised is not taken back');
  hub.safety.set('A@WH', 0);
  hub.send('stock', 'stock/A', { type: 'configuration.changed', version: 2 });
  assert.equal(hub.position('A', 'WH').reserved, 4, 'who waited is told that more may be sold');
  hub.check();
});

test('any interleaving of orders, cancellations, parcels, returns, transfers and counts keeps the ledger whole', () => {
  const reason = fc.constantFrom(
    'received',
    'adjusted',
    'counted',
    'transferred',
    'returned',
    'expected',
    'sold',
  );
  const units = fc.integer({ min: -4, max: 6 });
  const step = fc.oneof(
    fc.record({
      act: fc.constant('order' as const),
      id: fc.nat(5),
      quantity: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ act: fc.constant('cancel' as const), id: fc.nat(5) }),
    fc.record({ act: fc.constantFrom('answer' as const, 'ship' as const, 'pass' as const) }),
    fc.record({
      act: fc.constant('move' as const),
      reason: reason as fc.Arbitrary<Moved['reason']>,
      location: fc.constantFrom('WH', 'STORE'),
      delta: units,
      damaged: units,
      qualityControl: units,
      incoming: units,
      again: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const hub = new MemoryHub();
      hub.stock('A', 'WH', 6);
      hub.stock('A', 'STORE', 3);
      const told = new Map<string, number>();
      let minute = 601;
      for (const each of steps) {
        minute += 1;
        switch (each.act) {
          case 'order':
            hub.snapshot(anOrder(`${each.id}`, [line('A', each.quantity)]));
            break;
          case 'cancel':
            hub.snapshot(
              anOrder(`${each.id}`, [{ ...line('A', 1), currentQuantity: 0 }], {
                updatedAt: at(minute),
                cancelledAt: at(minute),
              }),
            );
            break;
          case 'answer':
            if (hub.open().length > 0) hub.done(hub.open()[0]!.request.kind);
            break;
          case 'ship': {
            const asked = hub.commands.findLast(({ request }) => request.kind === 'fulfilment.release');
            if (asked?.request.kind === 'fulfilment.release')
              hub.ship(`S${minute}`, undefined, { ...asked, body: asked.request.body });
            break;
          }
          case 'pass':
            hub.pass(3_600_000);
            break;
          case 'move': {
            const { act: _, again, ...change } = each;
            const message = moved(each.reason, change, minute);
            tell(hub, message);
            if (again) assert.equal(tell(hub, message), 'duplicate');
            for (const state of ['damaged', 'qualityControl', 'incoming'] as const) {
              const key = `${each.location} ${state}`;
              told.set(key, (told.get(key) ?? 0) + each[state]);
            }
            break;
          }
          default:
            each satisfies never;
        }
        hub.check();
      }
      // What only the inventory system moves is what it said, to the unit.
      for (const location of ['WH', 'STORE'])
        for (const state of ['damaged', 'qualityControl', 'incoming'] as const)
          assert.equal(hub.position('A', location)[state], told.get(`${location} ${state}`) ?? 0);
    }),
    { numRuns: 150 },
  );
});
