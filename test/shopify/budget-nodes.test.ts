/**
 * A store gives an app one budget, however many nodes the hub has. Two nodes on one database work a backlog of reads, fulfilments and
 * look-ups beside quick polls: the lease gives the budget one keeper at a time, and whoever takes over begins with one call.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../src/base/clock.ts';
import { type Database, openDatabase } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { databases, withDatabase } from '../harness/database.ts';
import {
  type Meter,
  outboxOf,
  putBacklog,
  runByEvents,
  type ShopNode,
  startMeter,
  startShopNode,
  startShopStore,
} from '../support/shop-lanes.ts';

const RESTORE_RATE = 100;
const BUCKET = 2_000;
const ORDERS = 120;

test(
  'two nodes on one database stay within the one budget of a store, with polls, reads and look-ups',
  {
    skip: !databases().includes('postgres') && 'no PostgreSQL',
  },
  () =>
    withDatabase('postgres', async (place) => {
      const clock = new Clock(Date.UTC(2026, 10, 27, 6), { frozen: true });
      const { store, close } = await startShopStore(clock, 'standard');
      const database = await openDatabase(place);
      const meters: Meter[] = [];
      const nodes: ShopNode[] = [];
      const ofNodes: Database[] = [];
      const start = async (node: string) => {
        const meter = await startMeter(store.baseUrl, clock);
        meters.push(meter);
        const settings = { pollEveryMs: 5_000, pollOverlapMs: 0 };
        const ofNode = await openDatabase(place);
        ofNodes.push(ofNode);
        nodes.push(await startShopNode({ node, database: ofNode, clock, url: meter.url, settings }));
      };
      try {
        await migrate(database, clock.nowIso());
        await putBacklog(database, clock, store, ORDERS);
        // Of every third fulfilment nobody knows whether it was made: it is looked up, and made since it was not.
        await database.query(
          `update outbox set status = 'doubt', attempts = 1, first_attempt_at = due_at, attempt_at = due_at
         where command = 'channel.createFulfilment' and bucket % 3 = 0`,
        );
        const began = clock.now();
        await start('first');
        await start('second');
        const [first, second] = [meters[0] as Meter, meters[1] as Meter];
        await runByEvents({ clock, nodes, meters }, async () => (await outboxOf(database)).done >= ORDERS);
        assert.equal(second.calls.length, 0, 'the budget has one keeper');
        const before = first.calls.length;
        await nodes[0]?.stop();
        await runByEvents({ clock, nodes: [nodes[1] as ShopNode], meters }, async () => {
          const { open } = await outboxOf(database);
          return open === 0;
        });
        // What was under way goes on to its end: a fulfilment that had been looked at is made.
        assert.ok(first.calls.length <= before + 40, 'who has given it up begins no more');
        assert.deepEqual(await outboxOf(database), { open: 0, done: 2 * ORDERS, other: 0 });
        const calls = meters.flatMap((meter) => meter.calls);
        const asked = (operation: string, { calls }: Meter) =>
          calls.filter((call) => call.operation === operation);
        for (const meter of meters)
          for (const operation of ['ListOrders', 'ReadOrders', 'ReadFulfilment', 'CreateFulfilment'])
            assert.ok(asked(operation, meter).length > 0, operation);
        const points = calls.reduce((sum, { actual }) => sum + actual, 0);
        const seconds = (Math.max(...calls.map(({ at }) => at)) - began) / 1_000;
        assert.ok(points <= BUCKET + RESTORE_RATE * seconds + 1, `${points} points in ${seconds} s`);
        const throttled = calls.filter((call) => call.throttled);
        assert.ok(
          throttled.length <= calls.length / 100,
          `${throttled.length} of ${calls.length} were throttled`,
        );
        assert.deepEqual(
          nodes.flatMap(({ errors }) => errors),
          [],
        );
      } finally {
        for (const node of nodes) await node.stop();
        for (const each of [database, ...ofNodes]) await each.close();
        for (const meter of meters) await meter.close();
        await close();
      }
    }),
);
