/** A count that takes units from under promises, on a running engine: the turn that counts wakes who gives way, once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StockObservation } from '../../src/domain/messages.ts';
import { ReservationRequest } from '../../src/domain/reservation/request.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { standInDelivery } from '../support/stand-in.ts';

/** Held at the channel: its units are promised, and nobody is asked to ship them. */
const heldOrder = (number: number) =>
  anOrder(String(number), [line('A', 2)], {
    placedAt: `2026-10-01T08:0${number}:00.000Z`,
    holds: [{ kind: 'merchant', reason: 'inspected' }],
  });

function counted(delta: number, key: string) {
  const message: StockObservation = {
    type: 'stock.moved',
    sku: 'A',
    location: 'WH',
    delta,
    reason: 'counted',
    key,
    at: '2026-10-01T09:00:00.000Z',
  };
  return standInDelivery({ stream: 'stock', key: 'stock/A', persons: [], message });
}

async function factsOf(hub: TestEngine, type: string) {
  const rows = await hub.database.query<{ key: string; body: { allocations: Part[] } }>(
    'select key, body from journal where type = $1 order by position',
    [type],
  );
  return rows.map(({ key, body }) => [
    key,
    body.allocations.map(({ quantity, location }) => `${quantity} ${location}`).join(),
  ]);
}

interface Part {
  quantity: number;
  location: string;
}

for (const kind of databases())
  describe(`units that vanish on ${kind}`, () => {
    test('the newest orders are sourced anew at once; the others keep what they have', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          await hub.put('stock', stockDelivery('A', 'WH', 6), stockDelivery('A', 'STORE', 5));
          await hub.quiet();
          await hub.put('shop', ...[1, 2, 3].map((number) => orderDelivery(heldOrder(number))));
          await hub.quiet();
          assert.deepEqual(await factsOf(hub, 'StockReserved'), [
            ['shop/1', '2 WH'],
            ['shop/2', '2 WH'],
            ['shop/3', '2 WH'],
          ]);
          await hub.put('stock', counted(-3, 'c1'));
          await hub.quiet();
          const given = [
            ['shop/2', '1 WH'],
            ['shop/3', '2 WH'],
          ];
          assert.deepEqual((await factsOf(hub, 'StockReleased')).sort(), given);
          assert.deepEqual((await factsOf(hub, 'StockReserved')).slice(3).sort(), [
            ['shop/2', '1 STORE'],
            ['shop/3', '2 STORE'],
          ]);
          const [wh] = await hub.database.query<{ on_hand: number; reserved: number }>(
            "select on_hand, reserved from position where location = 'WH'",
          );
          assert.deepEqual([wh?.on_hand, wh?.reserved], [3, 3]);
          // Told again, and told of more units, nobody has anything to give up.
          await hub.put('stock', counted(-3, 'c1'), counted(1, 'c2'));
          await hub.quiet();
          assert.equal((await factsOf(hub, 'StockReleased')).length, given.length);
          assert.deepEqual(await hub.database.query('select id from inbox'), []);
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
        }
      }));

    test('a reservation gives way before an older order, in the same moment', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          await hub.put('stock', stockDelivery('A', 'WH', 4));
          await hub.quiet();
          await hub.put('shop', orderDelivery(heldOrder(1)));
          await hub.quiet();
          const request = ReservationRequest.parse({ lines: [{ sku: 'A', quantity: 2 }], brand: 'brand' });
          const kept = await hub.engine.reservations.reserve('cart-1', request);
          assert.ok(kept);
          await hub.put('stock', counted(-1, 'c1'));
          await hub.quiet();
          const [wh] = await hub.database.query<{ on_hand: number; reserved: number }>(
            "select on_hand, reserved from position where location = 'WH'",
          );
          assert.deepEqual([wh?.on_hand, wh?.reserved], [3, 3]);
          const gave = await hub.database.query<{ body: { freed: Part[] } }>(
            "select body from journal where type = 'ReservationGaveWay'",
          );
          assert.deepEqual(
            gave.map(({ body }) => body.freed.map(({ quantity }) => quantity)),
            [[1]],
          );
          assert.deepEqual(await factsOf(hub, 'StockReleased'), []);
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
        }
      }));

    test('a kit gives way whole where one of its components is gone, and its other components are free', () =>
      withDatabase(kind, async (place) => {
        const kits = [
          {
            sku: 'SET',
            components: [
              { sku: 'A', quantity: 2 },
              { sku: 'B', quantity: 1 },
            ],
          },
        ];
        const hub = await startEngine(place, { config: aRetailer({ kits }) });
        try {
          await hub.put('stock', stockDelivery('A', 'WH', 4), stockDelivery('B', 'WH', 5));
          await hub.quiet();
          await hub.put(
            'shop',
            orderDelivery({ ...heldOrder(1), lines: anOrder('1', [line('SET', 2)]).lines }),
          );
          await hub.quiet();
          await hub.put('stock', counted(-1, 'c1'));
          await hub.quiet();
          const rows = await hub.database.query<{ sku: string; on_hand: number; reserved: number }>(
            'select sku, on_hand, reserved from position order by sku',
          );
          assert.deepEqual(
            rows.map(({ sku, on_hand, reserved }) => [sku, on_hand, reserved]),
            [
              ['A', 3, 2],
              ['B', 5, 1],
            ],
          );
          const { skus } = await hub.engine.availability.of(['SET', 'B']);
          assert.deepEqual(skus[0], {
            sku: 'SET',
            components: kits[0]?.components,
            locations: [{ location: 'WH', onHand: 1, reserved: 1, safety: 0, heldBack: 0, available: 0 }],
          });
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
        }
      }));
  });
