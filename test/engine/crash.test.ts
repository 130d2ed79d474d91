/**
 * A hub is killed with SIGKILL: at every named point of intake, turn, lane, poll and timer, and at random moments, on both
 * databases. It starts again, and nothing is lost, nothing is done twice, nothing is half-done: its own tables and the books of
 * the system outside say so.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CRASH_POINTS } from '../../src/engine/crash-points.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { type Books, startBooks } from '../support/books.ts';
import { until } from '../support/engine.ts';
import type { HubSettings } from '../support/hub-process.ts';
import {
  assertNoDefect,
  assertSound,
  killHub,
  lookInto,
  type RunningHub,
  Shop,
  startHub,
  stopHub,
  untilBooked,
} from './crash-world.ts';

const ORDERS = 15;
const STOCK = ['A', 'B0', 'B1', 'B2'].map((sku) => ({ sku, onHand: 1_000 }));
/** At which pass of a point the hub dies: the first may come before anything is at stake. */
const PASS: Partial<Record<(typeof CRASH_POINTS)[number], number>> = {
  'turn:claimed': 3,
  'turn:decided': 3,
  'turn:committed': 3,
  'lane:answered': 4,
  'intake:received': 2,
  'intake:committed': 2,
};

interface World {
  settings: HubSettings;
  books: Books;
  shop: Shop;
  /** Starts a hub in place of the one that has ended. */
  start: (env?: Record<string, string>) => Promise<RunningHub>;
  hub: () => RunningHub;
  restarts: () => number;
  /** To the end of all orders; a hub that dies is started again. Then everything is looked at. */
  finish: () => Promise<void>;
}

async function inWorld(kind: 'pglite' | 'postgres', work: (world: World) => Promise<void>): Promise<void> {
  await withDatabase(kind, async (place) => {
    const books = await startBooks();
    const settings: HubSettings = { place, booksUrl: books.url, node: 'node', concurrency: 2 };
    let hub: RunningHub | undefined;
    let starts = 0;
    let stocked = false;
    const shop = new Shop(() => [hub], books);
    const start = async (env: Record<string, string> = {}) => {
      hub = undefined;
      starts += 1;
      // A process that follows another has another name.
      hub = await startHub({ ...settings, node: `node-${starts}` }, env);
      // Not before, or the first poll would meet a hub that is not ready yet.
      if (!stocked) await books.addStock(STOCK);
      stocked = true;
      return hub;
    };
    const current = () => {
      assert.ok(hub, 'a hub runs');
      return hub;
    };
    const alive = async () => {
      if (hub && hub.child.signalCode === null && hub.child.exitCode === null) return;
      if (hub) assertNoDefect(hub);
      await start();
    };
    try {
      await work({
        settings,
        books,
        shop,
        start,
        hub: current,
        restarts: () => starts - 1,
        async finish() {
          await untilBooked(shop, books, alive);
          await shop.allAnswered();
          await until('the hub to be quiet', async () => {
            const status = await current().status();
            return status.idle && status.inFlight === 0;
          });
          await stopHub(current());
          assertNoDefect(current());
          await lookInto(place, (database) => assertSound(database, shop, books, { inParts: true }));
        },
      });
    } finally {
      shop.stop();
      if (hub) await killHub(hub);
      await books.stop();
    }
  });
}

/** Numbers in [0, 1) that a seed repeats. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

for (const kind of databases()) {
  describe(`a trial: an order killed half-way stands still; here a hub that is killed goes on (${kind})`, {
    concurrency: 2,
  }, () => {
    for (const point of CRASH_POINTS) {
      test(`at ${point}`, () =>
        inWorld(kind, async ({ books, shop, start, restarts, finish }) => {
          await books.delay(20);
          // The first poll may pass its point before the hub has said that it is ready: then it is dead already.
          const doomed = await start({ CROSSDOCK_CRASH_AT: `${point}:${PASS[point] ?? 1}` }).catch(
            (error) => {
              assert.match(String(error), /ended with SIGKILL before it was ready/);
              return null;
            },
          );
          shop.place(ORDERS);
          if (!doomed) {
            await finish();
            return assert.equal(restarts(), 1);
          }
          // Orders keep coming until it dies, so that every point is passed.
          const feeding = setInterval(() => shop.place(1), 300);
          try {
            await until(`the hub to pass ${point}`, () => doomed.child.signalCode !== null, 60_000);
          } finally {
            clearInterval(feeding);
          }
          assert.equal(await doomed.ended, 'SIGKILL', doomed.errors());
          await finish();
          assert.equal(restarts(), 1);
        }));
    }

    for (const seed of [1, 2]) {
      test(`at random moments, again and again (seed ${seed})`, () =>
        inWorld(kind, async ({ books, shop, start, hub, finish }) => {
          const next = random(seed);
          await start();
          for (let kill = 0; kill < 5; kill += 1) {
            await books.delay(Math.floor(next() * 60));
            shop.place(12);
            await new Promise((resolve) => setTimeout(resolve, 40 + next() * 900));
            await killHub(hub());
            await start();
          }
          await finish();
        }));
    }
  });
}
