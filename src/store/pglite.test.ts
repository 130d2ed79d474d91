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
