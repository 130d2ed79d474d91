import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { type Database, openDatabase } from './db.ts';
import {
  dropLeases,
  hasOtherProcesses,
  holdLeases,
  processLease,
  renewLeases,
  takeFreeLeases,
} from './leases.ts';
import { migrate } from './migrate.ts';

async function on(kind: 'pglite' | 'postgres', work: (database: Database) => Promise<void>): Promise<void> {
  await withDatabase(kind, async (place) => {
    const database = await openDatabase(place);
    try {
      await migrate(database, '2026-01-01T00:00:00.000Z');
      await work(database);
    } finally {
      await database.close();
    }
  });
}

/** Makes leases as old as if nobody had renewed them for long. */
const expire = (database: Database, names: string[]) =>
  database.query("update lease set until = until - interval '1 hour' where name = any($1::text[])", [names]);

const sorted = (names: ReadonlySet<string>) => [...names].sort();

for (const kind of databases()) {
  describe(`leases on ${kind}`, () => {
    test('what is free is taken by one; its holder renews it, another gets it only when it has lapsed', () =>
      on(kind, async (database) => {
        assert.deepEqual(sorted(await takeFreeLeases(database, ['a', 'b'], 'one')), ['a', 'b']);
        assert.deepEqual(sorted(await takeFreeLeases(database, ['a', 'b', 'c'], 'two')), ['c']);
        assert.deepEqual(sorted(await renewLeases(database, ['a', 'b', 'c'], 'one')), ['a', 'b']);
        await expire(database, ['a']);
        assert.deepEqual(sorted(await renewLeases(database, ['a', 'b'], 'one')), ['b'], 'too late');
        assert.deepEqual(sorted(await holdLeases(database, ['a', 'b'], 'one')), ['b']);
        assert.deepEqual(sorted(await takeFreeLeases(database, ['a', 'b'], 'two')), ['a']);
        assert.deepEqual(sorted(await holdLeases(database, ['a', 'b'], 'two')), ['a']);
        await dropLeases(database, ['b', 'c'], 'one');
        assert.deepEqual(sorted(await takeFreeLeases(database, ['b', 'c'], 'two')), ['b']);
      }));

    test('a process sees whether others live on its database', () =>
      on(kind, async (database) => {
        const [mine, other] = [processLease('mine'), processLease('other')];
        await takeFreeLeases(database, [mine], 'one');
        assert.equal(await hasOtherProcesses(database, mine), false);
        await takeFreeLeases(database, [other], 'two');
        assert.equal(await hasOtherProcesses(database, mine), true);
        await expire(database, [other]);
        assert.equal(await hasOtherProcesses(database, mine), false);
      }));
  });
}

test(
  'who writes under a lease has it until the commit: a successor waits, and sees what was written',
  {
    skip: !databases().includes('postgres') && 'no PostgreSQL',
  },
  () =>
    on('postgres', async (database) => {
      await takeFreeLeases(database, ['a'], 'one');
      await database.script('create table written (node text)');
      const order: string[] = [];
      let taking: Promise<unknown> = Promise.resolve();
      await database.transaction(async (sql) => {
        assert.deepEqual(sorted(await holdLeases(sql, ['a'], 'one')), ['a']);
        // It lapses while the transaction is open: nobody takes it over, and nobody waits for it either.
        assert.deepEqual(sorted(await takeFreeLeases(database, ['a'], 'two')), []);
        taking = database
          .query("update lease set node = 'two' where name = 'a'")
          .then(() => order.push('taken over'));
        await sql.query("insert into written values ('one')");
        order.push('written');
      });
      await taking;
      assert.deepEqual(order, ['written', 'taken over']);
    }),
);

test(
  'who renews and who writes lock leases in one order: they never wait for each other in a ring',
  {
    skip: !databases().includes('postgres') && 'no PostgreSQL',
  },
  () =>
    on('postgres', async (database) => {
      // In the table they stand in the other order.
      await takeFreeLeases(database, ['b'], 'one');
      await takeFreeLeases(database, ['a'], 'one');
      for (const change of [renewLeases, dropLeases]) {
        let changing: Promise<unknown> = Promise.resolve();
        await database.transaction(async (sql) => {
          await holdLeases(sql, ['a'], 'one');
          changing = change(database, ['b', 'a'], 'one');
          let isWaiting = false;
          while (!isWaiting) {
            const rows = await database.query('select 1 from pg_locks where not granted');
            isWaiting = rows.length > 0;
          }
          assert.deepEqual(sorted(await holdLeases(sql, ['b'], 'one')), ['b']);
        });
        await changing;
      }
    }),
);
