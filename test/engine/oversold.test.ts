/** The oversell rate on a running engine: counted once, whatever is told again, and by every node alike. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDemand, sumDemand } from '../../src/store/read-demand.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine } from '../support/engine.ts';

const order = (number: number, units: number, placedAt: string) =>
  anOrder(String(number), [line('A', units)], { placedAt, updatedAt: placedAt });

for (const kind of databases())
  describe(`the oversell rate on ${kind}`, () => {
    test('orders and units that were not there are counted once, on the day of their placing', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          await hub.put('stock', stockDelivery('A', 'WH', 5));
          await hub.quiet();
          const orders = [
            order(1, 4, '2026-10-01T08:01:00.000Z'),
            order(2, 3, '2026-10-01T08:02:00.000Z'),
            order(3, 2, '2026-09-30T23:59:00.000Z'),
          ];
          for (const each of orders) {
            await hub.put('shop', orderDelivery(each));
            await hub.quiet();
          }
          // Told again, changed, and woken by goods that come in.
          await hub.put('shop', ...orders.map((each) => orderDelivery(each)));
          await hub.put(
            'shop',
            orderDelivery({
              ...order(2, 3, '2026-10-01T08:02:00.000Z'),
              updatedAt: '2026-10-01T08:30:00.000Z',
            }),
          );
          await hub.put('stock', stockDelivery('A', 'STORE', 1));
          await hub.quiet();
          const rows = await readDemand(hub.database, '2026-09-01', '2026-10-31');
          assert.deepEqual(
            rows.map((row) => [
              row.day,
              row.brand,
              row.channel,
              row.orders,
              row.oversold_orders,
              row.units,
              row.oversold_units,
            ]),
            [
              ['2026-10-01', 'brand', 'shop', 2, 1, 7, 2],
              ['2026-09-30', 'brand', 'shop', 1, 1, 2, 2],
            ],
          );
          const sum = await sumDemand(hub.database, '2026-10-01');
          assert.deepEqual([sum.orders, sum.oversold_orders, sum.units, sum.oversold_units], [2, 1, 7, 2]);
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
        }
      }));
  });
