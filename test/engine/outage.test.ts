/** PostgreSQL goes away under a running hub, in all the ways in which it does; the hub goes on without being started again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Command } from '../../src/connectors/contract.ts';
import { openDatabase } from '../../src/store/db.ts';
import { databases, onPostgres, withDatabase } from '../harness/database.ts';
import { type PostgresProxy, proxyTo } from '../harness/proxy.ts';
import { newsOf } from '../support/books.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine, until } from '../support/engine.ts';
import { findingsInside } from '../support/sound.ts';

/** What the system outside answers, whatever it was asked for. */
const RESULT = { salesOrderId: 'S', number: '1', externalId: 'X', deliveryId: 'D', fulfilmentId: 'F' };

interface Scene {
  hub: TestEngine;
  proxy: PostgresProxy;
  /** The database beside the proxy, as superuser. */
  ask: (text: string) => Promise<object[]>;
  effects: Map<string, number>;
  place: (from: number, count: number) => Promise<PromiseSettledResult<void>[]>;
  /** Waits until this many orders are closed, and looks at everything. */
  finish: (orders: number) => Promise<void>;
}

async function scene(work: (scene: Scene) => Promise<void>): Promise<void> {
  await withDatabase('postgres', async ({ url = '' }) => {
    const proxy = await proxyTo(url);
    const effects = new Map<string, number>();
    const hub = await startEngine(
      { url: proxy.url },
      {
        node: 'only',
        hooks: {
          onEffect: (command: Command) => void effects.set(command.key, (effects.get(command.key) ?? 0) + 1),
          // What was done stands in the books outside.
          lookUp: (command) =>
            effects.has(command.key)
              ? { status: 'found', result: RESULT as never, observations: newsOf(command) }
              : { status: 'absent' },
        },
      },
    );
    // The test itself may write also when the database is read-only by default.
    const writing = `${url}?options=${encodeURIComponent('-c default_transaction_read_only=off')}`;
    const ask = (text: string) => onPostgres<object>(writing, text);
    try {
      await hub.put('stock', stockDelivery('A', 'WH', 10_000));
      await work({
        hub,
        proxy,
        ask,
        effects,
        place: (from, count) =>
          Promise.allSettled(
            Array.from({ length: count }, (_, id) =>
              hub.put('shop', orderDelivery(anOrder(String(from + id), [line('A', 1)]))),
            ),
          ),
        async finish(orders) {
          await until(`${orders} orders to be closed`, async () => {
            // What is in doubt is looked up again after business time; let it pass.
            hub.clock.advanceTo(hub.clock.now() + 5_000);
            const [row] = (await ask(
              `select (select count(*)::int from stream where kind = 'order' and closed) as closed,
                 (select count(*)::int from inbox) + (select count(*)::int from outbox where open) as left`,
            )) as { closed: number; left: number }[];
            return row?.closed === orders && row.left === 0;
          });
          const database = await openDatabase({ url });
          try {
            const findings = await findingsInside(database);
            assert.deepEqual(findings, []);
          } finally {
            await database.close();
          }
          const twice = [...effects].filter(([key, times]) => times > 1 && !key.includes('#read'));
          assert.deepEqual(twice, []);
        },
      });
    } finally {
      await proxy.up().catch(() => undefined);
      await hub.close();
      await proxy.close();
    }
  });
}

describe('PostgreSQL goes away', { skip: !databases().includes('postgres') && 'no PostgreSQL' }, () => {
  test('connections are cut again and again while orders flow', () =>
    scene(async ({ hub, proxy, place, finish }) => {
      for (let round = 0; round < 8; round += 1) {
        const stored = place(round * 10, 10);
        await new Promise((resolve) => setTimeout(resolve, 5 + round * 7));
        proxy.cut();
        assert.deepEqual(
          (await stored).map(({ status }) => status),
          Array(10).fill('fulfilled'),
          'each was stored all the same',
        );
      }
      await finish(80);
      assert.ok(hub.errors.length < 30, `told once an outage, not at every try: ${hub.errors.join('\n')}`);
    }));

  test('commits whose answer is lost are neither lost nor done twice', () =>
    scene(async ({ proxy, ask, place, finish }) => {
      for (let round = 0; round < 6; round += 1) {
        proxy.loseCommits(3);
        assert.deepEqual(
          (await place(round * 10, 10)).map(({ status }) => status),
          Array(10).fill('fulfilled'),
        );
      }
      await finish(60);
      assert.deepEqual(
        await ask(
          "select count(*)::int as stored, count(duplicate_of)::int as duplicates from observation where topic = 'order.snapshot'",
        ),
        [{ stored: 60, duplicates: 0 }],
      );
    }));

  test('it is down for longer than a lease and a vendor’s patience: what is refused is sent again, the rest goes on', () =>
    scene(async ({ hub, proxy, place, finish }) => {
      await place(0, 20);
      await proxy.down();
      const refused = await place(20, 5);
      assert.ok(refused.every(({ status }) => status === 'rejected'));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      assert.ok(
        hub.errors.some((words) => /cannot be reached: check that it runs/.test(words)),
        'it says what to do',
      );
      assert.ok(hub.errors.length < 12, `told once: ${hub.errors.join('\n')}`);
      await proxy.up();
      await until('it to take deliveries again', async () =>
        (await place(20, 5)).every(({ status }) => status === 'fulfilled'),
      );
      await finish(25);
    }));

  test('its administrator ends sessions in the middle of transactions', () =>
    scene(async ({ ask, place, finish }) => {
      for (let round = 0; round < 6; round += 1) {
        const stored = place(round * 10, 10);
        await new Promise((resolve) => setTimeout(resolve, 3 + round * 5));
        await ask(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'crossdock' and datname = current_database()",
        );
        await stored;
      }
      await finish(60);
    }));

  test('it becomes read-only, as after a failover, and writable again', () =>
    scene(async ({ hub, ask, place, finish }) => {
      const name = new URL(hub.url).pathname.slice(1);
      await place(0, 5);
      await ask(`alter database ${name} set default_transaction_read_only = on`);
      await ask(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'crossdock' and datname = current_database()",
      );
      await until('it to say so', () => hub.errors.some((words) => /database is read-only/.test(words)));
      await ask(
        `set default_transaction_read_only = off; alter database ${name} reset default_transaction_read_only`,
      );
      await until('it to take deliveries again', async () =>
        (await place(5, 5)).every(({ status }) => status === 'fulfilled'),
      );
      await finish(10);
    }));
});

test(
  'what cannot be opened says what to do',
  { skip: !databases().includes('postgres') && 'no PostgreSQL' },
  () =>
    withDatabase('postgres', async ({ url = '' }) => {
      const changed = (change: (url: URL) => void) => {
        const other = new URL(url);
        change(other);
        return openDatabase({ url: other.href });
      };
      await assert.rejects(
        changed((other) => {
          other.pathname = '/not_there';
        }),
        /does not exist: create it \(createdb\)/,
      );
      await assert.rejects(
        changed((other) => {
          other.port = '1';
        }),
        /cannot be reached: check that it runs and that DATABASE_URL is right/,
      );
      await assert.rejects(
        changed((other) => {
          other.username = 'nobody_known';
        }),
        /refuses the credentials: check user and password/,
      );
    }),
);
