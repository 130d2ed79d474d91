/** Intake under stress: floods of one connection, a database that goes away for a moment, deliveries that nobody can address. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Delivery } from '../../src/connectors/contract.ts';
import type { Database } from '../../src/store/db.ts';
import { DatabaseError } from '../../src/store/errors.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine, until } from '../support/engine.ts';

const config = aRetailer({
  connections: [
    ...aRetailer().connections,
    { ...(aRetailer().connections[0] as ReturnType<typeof aRetailer>['connections'][number]), id: 'shop2' },
  ],
});

const orders = (connection: string, count: number, changes: Partial<Delivery> = {}) =>
  Array.from({ length: count }, (_, id) => ({
    ...orderDelivery(anOrder(`${connection}-${id}`, [line('A', 1)]), connection),
    ...changes,
  }));

/** In which order orders were decided first. */
async function decidedOrder(hub: TestEngine): Promise<string[]> {
  const rows = await hub.database.query<{ key: string }>(
    "select key from journal where kind = 'order' and seq = 1 order by position",
  );
  return rows.map(({ key }) => key);
}

const lost = () => new DatabaseError('terminating connection', '57P01', undefined);

for (const kind of databases()) {
  describe(`intake on ${kind}`, () => {
    /** A hub that takes in but does not work, so that a backlog can be built; then one that works it off. */
    const backlog = (fill: (hub: TestEngine) => Promise<void>, look: (hub: TestEngine) => Promise<void>) =>
      withDatabase(kind, async (place) => {
        const idle = await startEngine(place, { config, work: false });
        await fill(idle);
        await idle.close();
        const hub = await startEngine(place, { config, clock: idle.clock });
        try {
          // What comes after an order's first decision is none of these tests' business.
          await until('every order to be decided', async () => {
            const [row] = await hub.database.query<{ any: boolean }>(
              "select exists (select 1 from stream where kind = 'order' and version = 0) as any",
            );
            return row?.any === false;
          });
          await look(hub);
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
        }
      });

    test('craftcms/shopify#224: a flood of one connection does not hold up what another sends after it', () =>
      backlog(
        async (hub) => {
          await hub.put('shop', ...orders('shop', 2_500));
          await hub.put('shop2', ...orders('shop2', 20));
        },
        async (hub) => {
          const places = (await decidedOrder(hub)).flatMap((key, place) =>
            key.startsWith('shop2/') ? [place] : [],
          );
          assert.equal(places.length, 20);
          // First in, first out would place them behind 2,500 others.
          assert.ok(
            Math.max(...places) < 1_500,
            `the last of them was decided as number ${Math.max(...places)}`,
          );
        },
      ));

    test('live messages go before polled ones, these before files', () =>
      backlog(
        async (hub) => {
          await hub.put('shop', ...orders('shop', 700, { origin: 'file' }));
          await hub.put('shop', ...orders('shop', 30, { origin: 'poll', topic: 'poll' }));
          await hub.put('shop2', ...orders('shop2', 30, { origin: 'webhook' }));
        },
        async (hub) => {
          const inFiles = new Set(orders('shop', 700).map((_, id) => `shop/shop-${id}`));
          const live = (await decidedOrder(hub)).map((key, place) => ({ key, place }));
          const last = Math.max(
            ...live.filter(({ key }) => key.startsWith('shop2/')).map(({ place }) => place),
          );
          assert.ok(inFiles.size === 700 && last < 400, `the last live one was decided as number ${last}`);
        },
      ));

    test('a database that is away for a moment is waited for: no delivery is refused, none is stored twice', () =>
      withDatabase(kind, async (place) => {
        let failures = 0;
        const wrap = (database: Database): Database => ({
          ...database,
          transaction: async (work) => {
            if (failures > 0) {
              failures -= 1;
              // Half of the time the commit was done, and only its answer was lost.
              if (failures % 2 === 0) await database.transaction(work);
              throw lost();
            }
            return database.transaction(work);
          },
        });
        const hub = await startEngine(place, { wrap, work: false });
        try {
          failures = 4;
          const receipts = await Promise.all(
            orders('shop', 40).map((delivery) =>
              hub.engine.intake.receive({ connection: 'shop', delivery, deliveryId: null, eventId: null }),
            ),
          );
          assert.deepEqual([...new Set(receipts.map((receipt) => receipt.end))], ['stored']);
          const [row] = await hub.database.query(
            'select count(*) as stored, count(duplicate_of) as duplicates, (select count(*) from inbox) as messages from observation',
          );
          assert.deepEqual(row, { stored: 40, duplicates: 0, messages: 40 });
        } finally {
          await hub.close();
        }
      }));

    test('a database that stays away refuses the delivery in time, and the next one is taken', () =>
      withDatabase(kind, async (place) => {
        let away = false;
        const wrap = (database: Database): Database => ({
          ...database,
          transaction: (work) => (away ? Promise.reject(lost()) : database.transaction(work)),
        });
        const hub = await startEngine(place, { wrap, work: false });
        try {
          away = true;
          const [one, two] = orders('shop', 2) as [Delivery, Delivery];
          const began = performance.now();
          await assert.rejects(hub.put('shop', one), /terminating connection/);
          assert.ok(performance.now() - began < 5_000, 'a vendor waits five seconds');
          away = false;
          await hub.put('shop', two);
        } finally {
          await hub.close();
        }
      }));

    test('what has an id that no index can hold is kept, and is a case', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          await hub.put('stock', stockDelivery('A', 'WH', 10));
          const huge = orderDelivery(anOrder('9'.repeat(20_000), [line('A', 1)]));
          await hub.put('shop', { ...huge, topic: 't'.repeat(5_000) }, ...orders('shop', 3));
          await hub.quiet();
          const rows = await hub.database.query('select reason, kind from business_case');
          assert.deepEqual(rows, [{ reason: 'unaddressable-message', kind: 'observation' }]);
          const [row] = await hub.database.query(
            "select count(*) as closed from stream where kind = 'order' and status = 'closed'",
          );
          assert.deepEqual(row, { closed: 3 });
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
        }
      }));
  });
}
