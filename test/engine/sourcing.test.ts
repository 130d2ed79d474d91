/** Sourcing on a running engine: full stores, and other rules run over past orders on the stock as it was. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Order } from '../../src/domain/canonical/index.ts';
import { Sourcing, type SourcingInput } from '../../src/domain/stock/sourcing-rules.ts';
import { simulateSourcing } from '../../src/engine/sourcing-simulation.ts';
import { explanationOf } from '../../src/gateway/views/sourcing.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine, until } from '../support/engine.ts';
import { type StandInHooks, standInDelivery } from '../support/stand-in.ts';

/** Orders are placed one minute after the other. */
function order(number: number, quantity = 1): Order {
  return anOrder(String(number), [line('A', quantity)], {
    placedAt: `2026-10-01T08:${String(number).padStart(2, '0')}:00.000Z`,
  });
}

/** Locations take what they are asked for, and send nothing. */
const keepsGoods: NonNullable<StandInHooks['perform']> = ({ kind }) =>
  kind === 'fulfilment.release' ? { status: 'done', result: { externalId: 'R' } } : undefined;

async function withOrders(
  kind: 'pglite' | 'postgres',
  sourcing: SourcingInput,
  orders: readonly Order[],
  stock: Record<string, number>,
  look: (hub: TestEngine) => Promise<void>,
  together = false,
): Promise<void> {
  await withDatabase(kind, async (database) => {
    const hub = await startEngine(database, {
      config: aRetailer({ sourcing }),
      hooks: { perform: keepsGoods },
    });
    try {
      const place = async (each: Order) => {
        await hub.put('shop', orderDelivery(each));
        await hub.quiet();
      };
      // Orders that wait are woken in one turn by what comes in; those that come by themselves need not be in one.
      if (together) for (const each of orders) await place(each);
      for (const [location, units] of Object.entries(stock)) {
        await hub.put('stock', stockDelivery('A', location, units));
        await hub.quiet();
      }
      if (!together) for (const each of orders) await place(each);
      await look(hub);
      assert.deepEqual(hub.errors, []);
    } finally {
      await hub.close();
    }
  });
}

async function sources(hub: TestEngine): Promise<Record<string, string>> {
  const rows = await hub.database.query<{ key: string; location: string }>(
    "select key, location from movement where kind = 'order' and movement = 'reserved' order by key",
  );
  return Object.fromEntries(rows.map(({ key, location }) => [key, location]));
}

const storeFirst: SourcingInput = {
  places: { STORE: { timeZone: 'Europe/Berlin', capacity: { ordersPerDay: 2 } } },
  rules: [{ id: 'store-first', preferences: [{ prefer: 'leave', units: 1000, kinds: ['warehouse'] }] }],
};

test(
  'two nodes at one moment do not pass what a store takes a day',
  { skip: !databases().includes('postgres') && 'no PostgreSQL' },
  () =>
    withDatabase('postgres', async (database) => {
      const config = aRetailer({ sourcing: storeFirst });
      const hubs: TestEngine[] = [];
      try {
        for (const node of ['node-1', 'node-2'])
          hubs.push(await startEngine(database, { node, config, hooks: { perform: keepsGoods } }));
        const [one, two] = hubs as [TestEngine, TestEngine];
        // Each order has an item of its own: no position makes one node wait for the other.
        const skus = Array.from({ length: 30 }, (_, index) => `A${index}`);
        await one.put(
          'stock',
          ...skus.flatMap((sku) => ['STORE', 'WH'].map((location) => stockDelivery(sku, location, 5))),
        );
        await one.quiet();
        await Promise.all(
          skus.map((sku, index) =>
            (index % 2 === 0 ? one : two).put('shop', orderDelivery(anOrder(String(index), [line(sku, 1)]))),
          ),
        );
        await until(
          'all orders to be promised',
          async () => Object.keys(await sources(one)).length === skus.length,
        );
        const places = Object.values(await sources(one));
        assert.equal(places.filter((place) => place === 'STORE').length, 2);
        assert.deepEqual([one.errors, two.errors], [[], []]);
      } finally {
        for (const hub of hubs) await hub.close();
      }
    }),
);

for (const kind of databases()) {
  describe(`sourcing on ${kind}`, () => {
    for (const together of [false, true])
      test(`a store takes as many orders a day as it can, ${together ? 'all in one turn' : 'one after the other'}`, () =>
        withOrders(
          kind,
          storeFirst,
          [1, 2, 3, 4].map((number) => order(number)),
          { STORE: 10, WH: 10 },
          async (hub) =>
            assert.deepEqual(await sources(hub), {
              'shop/1': 'STORE',
              'shop/2': 'STORE',
              'shop/3': 'WH',
              'shop/4': 'WH',
            }),
          together,
        ));

    test('units that wait to be packed fill a store too', () =>
      withOrders(
        kind,
        { ...storeFirst, places: { STORE: { capacity: { openUnits: 5 } } } },
        [order(1, 3), order(2, 2), order(3, 1)],
        { WH: 10, STORE: 10 },
        async (hub) =>
          assert.deepEqual(await sources(hub), { 'shop/1': 'STORE', 'shop/2': 'STORE', 'shop/3': 'WH' }),
      ));

    test('a short pick is sourced anew by the rules, is told, and gives the store its capacity back', () =>
      withOrders(
        kind,
        { ...storeFirst, places: { STORE: { capacity: { openUnits: 3 } } } },
        [order(1, 3), order(2, 1)],
        { WH: 10, STORE: 10 },
        async (hub) => {
          // The first order fills the store: the second comes from elsewhere.
          assert.deepEqual(await sources(hub), { 'shop/1': 'STORE', 'shop/2': 'WH' });
          const at = '2026-10-01T09:00:00.000Z';
          const told = { stream: 'order' as const, key: 'shop/1', persons: [] };
          const releaseId = 'shop/1#R1';
          // One is shipped, one is not on the shelf, and of the third nothing is heard yet.
          await hub.put(
            'wms',
            standInDelivery({
              ...told,
              message: {
                type: 'fulfilment.shipped',
                releaseId,
                shipmentId: 'S1',
                lines: [{ lineId: 'A-line', quantity: 1 }],
                tracking: null,
                at,
              },
            }),
            standInDelivery({
              ...told,
              message: {
                type: 'fulfilment.rejected',
                releaseId,
                rejectionId: 'P1',
                lines: [{ lineId: 'A-line', quantity: 1 }],
                reason: 'short pick',
                at,
              },
            }),
          );
          await hub.quiet();
          const { decisions } = await explanationOf(hub.engine, 'shop/1');
          assert.deepEqual(
            decisions.map(({ what, allocations }) => [
              what,
              allocations.map(({ location, quantity }) => `${quantity} ${location}`).join(),
            ]),
            [
              ['reserved', '3 STORE'],
              ['given back', '1 STORE'],
              ['reserved', '1 WH'],
            ],
          );
          assert.deepEqual(decisions[1]?.because, ['short pick']);
          assert.deepEqual(
            decisions[2]?.considered.map(({ location, outcome }) => [location, outcome]),
            [
              ['WH', 'chosen'],
              ['STORE', 'refused'],
            ],
          );
          assert.match(decisions[2]?.considered[1]?.verdict ?? '', /has refused these units before/);
          const releases = await hub.database.query<{ location: string }>(
            "select body ->> 'location' as location from outbox where command = 'fulfilment.release' and subject = 'shop/1' order by id",
          );
          assert.deepEqual(
            releases.map(({ location }) => location),
            ['STORE', 'WH'],
          );
          // One unit waits there now: two more are let in.
          await hub.put('shop', orderDelivery(order(3, 2)));
          await hub.quiet();
          assert.equal((await sources(hub))['shop/3'], 'STORE');
        },
      ));

    test('other rules are run over past orders on the stock as it was, and nothing is written', () =>
      withOrders(kind, {}, [order(1, 4), order(2, 4), order(3, 4)], { WH: 10, STORE: 4 }, async (hub) => {
        // WH has 10, then 6, then 2: the third order found four in the store.
        assert.deepEqual(await sources(hub), { 'shop/1': 'WH', 'shop/2': 'WH', 'shop/3': 'STORE' });
        const count = async () =>
          (await hub.database.query<{ n: number }>('select count(*) as n from journal'))[0]?.n;
        const facts = await count();
        const { database, config, engine } = { ...hub, config: hub.engine.config };
        const run = (sourcing: SourcingInput, last = 100) =>
          simulateSourcing({ database, config, mappings: engine.mappings }, Sourcing.parse(sourcing), {
            last,
            since: null,
          });
        const same = await run({});
        assert.deepEqual([same.orders, same.decidedOtherwise, same.changed.length], [3, 0, 0]);

        const store = await run({
          cost: { currency: 'EUR', parcelMinor: 490, locationMinor: 0 },
          places: { STORE: { locationMinor: 150 } },
          rules: [{ id: 'store', preferences: [{ prefer: 'leave', units: 100, kinds: ['warehouse'] }] }],
        });
        // Each order by itself, on the stock that it found: all four units lay in the store each time.
        assert.deepEqual(
          store.changed.map(({ key, before, after }) => [key, before[0]?.location, after[0]?.location]),
          [
            ['shop/1', 'WH', 'STORE'],
            ['shop/2', 'WH', 'STORE'],
          ],
        );
        assert.deepEqual(store.after, {
          sent: 3,
          parcels: 3,
          split: 0,
          costMinor: 3 * (490 + 150),
          units: 12,
          missingUnits: 0,
          unitsByLocation: { STORE: 12 },
        });
        assert.deepEqual([store.before.costMinor, store.currency], [490 * 2 + 640, 'EUR']);

        // The third found two in the warehouse: rules that forbid the store leave it short.
        const warehouse = await run({
          rules: [{ id: 'w', filters: [{ filter: 'kind', kinds: ['warehouse'] }] }],
        });
        assert.deepEqual(
          warehouse.changed.map(({ key, after }) => [key, after[0]?.location, after[0]?.quantity]),
          [['shop/3', 'WH', 2]],
        );
        assert.equal(warehouse.after.missingUnits, 2);
        assert.equal((await run({}, 1)).orders, 1);

        // Capacity counts what had been promised there by then.
        const full = await run({ places: { WH: { capacity: { openUnits: 5 } } } });
        assert.deepEqual(
          full.changed.map(({ key, after }) => [
            key,
            after.map(({ location, quantity }) => `${quantity} ${location}`),
          ]),
          [['shop/2', ['4 STORE']]],
        );
        assert.equal(await count(), facts);
      }));
  });
}
