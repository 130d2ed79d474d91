/** The embedded database where it cannot write its log: PostgreSQL ends itself, and the hub must neither hang nor lose. */
import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withDatabase } from '../../test/harness/database.ts';
import { until } from '../../test/support/engine.ts';
import { openDatabase } from './db.ts';
import { isUnreachable } from './errors.ts';

/** Writes to the log only, more than its present segments hold. */
const FILL = "select pg_logical_emit_message(true, 'test', repeat('x', 900000)) from generate_series(1, 200)";

test('a log that cannot be written is an error at once, and the database is opened again when it can', () =>
  withDatabase('pglite', async ({ dataDir = '' }) => {
    const database = await openDatabase({ dataDir });
    const log = join(dataDir, 'pg', 'pg_wal');
    try {
      await database.script('create table item (id integer primary key)');
      await database.query('insert into item values (1)');
      renameSync(log, `${log}.away`);
      await assert.rejects(
        database.transaction(async (sql) => {
          await sql.query('insert into item values (2)');
          await sql.query(FILL);
        }),
        (error: Error) => isUnreachable(error) && /has stopped/.test(error.message),
      );
      await assert.rejects(database.query('select 1'));
      rmSync(log, { recursive: true, force: true });
      renameSync(`${log}.away`, log);
      await until('the database takes writes again', () =>
        database.query('insert into item values (3)').then(
          () => true,
          () => false,
        ),
      );
      assert.deepEqual(await database.query('select id from item order by id'), [{ id: 1 }, { id: 3 }]);
    } finally {
      await database.close();
    }
  }));

test('what runs ahead runs in its order, and fails its transaction with its own error', () =>
  withDatabase('pglite', async ({ dataDir = '' }) => {
    const database = await openDatabase({ dataDir });
    const insert = (id: number) => ({ text: 'insert into item (id) values ($1)', parameters: [id] });
    try {
      await database.script('create table item (id integer primary key)');
      const rows = await database.transaction(async (sql) => {
        assert.ok(sql.ahead && sql.isAlone);
        sql.ahead([insert(1), { text: 'update item set id = 10 where id = 1' }]);
        sql.ahead([insert(2)]);
        const seen = sql.query('select id from item order by id');
        sql.ahead([{ text: 'delete from item where id = 2' }, insert(3)]);
        return seen;
      });
      assert.deepEqual(rows, [{ id: 2 }, { id: 10 }]);

      let answer: Promise<unknown> = Promise.resolve();
      const refused = (then: () => void) =>
        assert.rejects(
          database.transaction(async (sql) => {
            sql.ahead?.([insert(4), insert(10)]);
            answer = sql.last([insert(5)]);
            then();
            await sql.query('select 1');
          }),
          { code: '23505' },
        );
      await refused(() => undefined);
      await assert.rejects(answer, { code: '23505' });
      await refused(() => {
        throw new Error('and something else');
      });
      await database.transaction(async (sql) => {
        sql.ahead?.([insert(6)]);
      });
      assert.deepEqual(await database.query('select id from item order by id'), [
        { id: 3 },
        { id: 6 },
        { id: 10 },
      ]);
    } finally {
      await database.close();
    }
  }));
