/**
 * Several hubs on one PostgreSQL, as processes of their own: they share the work, one is killed and another goes on, one is
 * stopped for longer than its lease and finds on waking that it has lost it. Each effect stands once in the books outside.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../src/store/db.ts';
import { LEASE_MS } from '../../src/store/leases.ts';
import { databases, onPostgres, withDatabase } from '../harness/database.ts';
import { type Books, startBooks } from '../support/books.ts';
import { until } from '../support/engine.ts';
import {
  assertNoDefect,
  assertSound,
  killHub,
  type RunningHub,
  Shop,
  startHub,
  stopHub,
  untilBooked,
} from './crash-world.ts';

// A stopped hub may have a call on its lips: it reaches the books when it wakes, within the longest operation of a real vendor.
process.env.CROSSDOCK_TEST_LONGEST_OPERATION_MS = String(4 * LEASE_MS);

const options = { skip: !databases().includes('postgres') && 'no PostgreSQL', concurrency: 1 };
const STOCK = ['A', 'B0', 'B1', 'B2'].map((sku) => ({ sku, onHand: 1_000 }));
const ERP = 'erp';

interface Cluster {
  url: string;
  books: Books;
  shop: Shop;
  hubs: (RunningHub | undefined)[];
  start: (index: number) => Promise<void>;
  /** Waits for the end of all orders, stops all hubs and looks at everything. */
  finish: () => Promise<void>;
}

async function inCluster(nodes: number, work: (cluster: Cluster) => Promise<void>): Promise<void> {
  await withDatabase('postgres', async (place) => {
    const books = await startBooks();
    const hubs: (RunningHub | undefined)[] = [];
    const shop = new Shop(() => hubs, books);
    const url = place.url ?? '';
    const start = async (index: number) => {
      const node = `node-${index}`;
      hubs[index] = await startHub({ place: { url }, booksUrl: books.url, node, concurrency: 4 });
    };
    try {
      await Promise.all(Array.from({ length: nodes }, (_, index) => start(index)));
      await books.addStock(STOCK);
      // An order that finds a part of its goods ships in two parts: that is another test's matter.
      await until('all stock to be known', async () => {
        const rows = await onPostgres(url, 'select from position where on_hand > 0');
        return rows.length === STOCK.length;
      });
      await work({
        url,
        books,
        shop,
        hubs,
        start,
        async finish() {
          await untilBooked(shop, books, async () => undefined);
          await shop.allAnswered();
          const database = await openDatabase({ url });
          try {
            await until('nothing to be left', async () => {
              const [row] = await database.query<{ left: number }>(
                `select (select count(*) from inbox) + (select count(*) from outbox where open)
                   + (select count(*) from stream where kind = 'order' and not closed) as left`,
              );
              return row?.left === 0;
            });
            const running = hubs.filter((hub) => hub !== undefined);
            await Promise.all(running.map(stopHub));
            running.forEach(assertNoDefect);
            await assertSound(database, shop, books);
          } finally {
            await database.close();
          }
        },
      });
    } finally {
      shop.stop();
      for (const hub of hubs) if (hub) await killHub(hub);
      await books.stop();
    }
  });
}

/** Which node works a connection, by its lease. */
async function holderOf(url: string, connection: string): Promise<string | undefined> {
  const [row] = await onPostgres<{ node: string }>(
    url,
    'select node from lease where name = $1 and until > clock_timestamp()',
    [connection],
  );
  return row?.node;
}

async function indexOfHolder(url: string): Promise<number> {
  let node: string | undefined;
  await until('somebody to work the ERP', async () => {
    node = await holderOf(url, ERP);
    return node !== undefined;
  });
  return Number(node?.slice('node-'.length));
}

test('three hubs share one database: every order is done, every effect once', options, () =>
  inCluster(3, async ({ shop, books, finish }) => {
    shop.place(120);
    await finish();
    const askers = new Set(
      (await books.effects()).map(({ connection, nodes }) => `${connection} ${nodes[0]}`),
    );
    for (const connection of ['shop', 'erp', 'wms'])
      assert.equal(
        [...askers].filter((asker) => asker.startsWith(`${connection} `)).length,
        1,
        `${connection} is worked by one node at a time`,
      );
  }),
);

test('a hub is killed while it works the lanes: another takes over and finishes', options, () =>
  inCluster(2, async ({ url, books, shop, hubs, finish }) => {
    await books.delay(100);
    shop.place(60);
    const holder = await indexOfHolder(url);
    await until('calls to be under way', async () => (await books.effects()).length > 5);
    await killHub(hubs[holder] as RunningHub);
    hubs[holder] = undefined;
    await books.delay(0);
    await finish();
  }),
);

test('a hub that is stopped for longer than its lease does not count when it wakes', options, () =>
  inCluster(2, async ({ url, books, shop, hubs, finish }) => {
    await books.delay(300);
    shop.place(60);
    const holder = await indexOfHolder(url);
    const stopped = hubs[holder] as RunningHub;
    await until('calls to be under way', async () => (await books.effects()).length > 5);
    stopped.child.kill('SIGSTOP');
    hubs[holder] = undefined;
    await until('another node to take over', async () => {
      const node = await holderOf(url, ERP);
      return node !== undefined && node !== `node-${holder}`;
    });
    const taken = performance.now();
    // It wakes while the other is at work, with the answers of its calls waiting in its sockets.
    await until('the other to be at work', async () => performance.now() - taken > LEASE_MS / 2);
    stopped.child.kill('SIGCONT');
    hubs[holder] = stopped;
    await books.delay(0);
    await finish();
  }),
);

test('hubs are stopped and woken, killed and started, one after the other', options, () =>
  inCluster(3, async ({ books, shop, hubs, start, finish }) => {
    await books.delay(30);
    for (let round = 0; round < 3; round += 1) {
      shop.place(30);
      const victim = hubs[round] as RunningHub;
      await until('work to go on', async () => (await books.effects()).length > 20 * (round + 1));
      victim.child.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, LEASE_MS + 700));
      victim.child.kill('SIGCONT');
      const next = (round + 1) % 3;
      await killHub(hubs[next] as RunningHub);
      hubs[next] = undefined;
      await start(next);
    }
    await books.delay(0);
    await finish();
  }),
);
