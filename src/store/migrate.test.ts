import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { type Database, openDatabase } from './db.ts';
import { type Migration, migrate, readMigrations, statementsOf } from './migrate.ts';

const AT = '2026-10-01T00:00:00.000Z';

function aMigration(number: number, text: string): Migration {
  const name = `${String(number).padStart(4, '0')}-test.sql`;
  return { number, name, text, sha256: createHash('sha256').update(text).digest('hex') };
}

const ONE = aMigration(1, 'create table one (id integer primary key);\n');
const TWO = aMigration(2, 'create table two (id integer primary key);\ninsert into two values (2);\n');
const THREE = aMigration(3, 'create table three (id integer primary key);\n');

async function onFresh(
  kind: 'pglite' | 'postgres',
  work: (database: Database) => Promise<void>,
): Promise<void> {
  await withDatabase(kind, async (place) => {
    const database = await openDatabase(place);
    try {
      await work(database);
    } finally {
      await database.close();
    }
  });
}

for (const kind of databases()) {
  describe(`migrations on ${kind}`, () => {
    test('each runs once, in order; new ones follow later', () =>
      onFresh(kind, async (database) => {
        assert.deepEqual(await migrate(database, AT, [ONE]), [ONE.name]);
        assert.deepEqual(await migrate(database, AT, [ONE, TWO]), [TWO.name]);
        assert.deepEqual(await migrate(database, AT, [ONE, TWO]), []);
        assert.deepEqual(await database.query('select id from two'), [{ id: 2 }]);
      }));

    test('one that was edited after it ran is refused, by its name', () =>
      onFresh(kind, async (database) => {
        await migrate(database, AT, [ONE, TWO]);
        const edited = aMigration(1, `${ONE.text}-- edited\n`);
        await assert.rejects(
          migrate(database, AT, [edited, TWO, THREE]),
          /Migration 0001-test\.sql has changed since it was applied.*never edited/,
        );
        assert.deepEqual(await migrate(database, AT, [ONE, TWO, THREE]), [THREE.name], 'nothing ran then');
      }));

    test('a database that is newer than the code is refused', () =>
      onFresh(kind, async (database) => {
        await migrate(database, AT, [ONE, TWO]);
        await assert.rejects(
          migrate(database, AT, [ONE]),
          /older than the database\. Start the newer version/,
        );
      }));

    test('a database in which one is missing is refused', () =>
      onFresh(kind, async (database) => {
        await migrate(database, AT, [ONE, TWO]);
        await database.query('delete from migration where number = 1');
        await assert.rejects(
          migrate(database, AT, [ONE, TWO, THREE]),
          /lacks migration 0001-test\.sql, although 0002-test\.sql was applied/,
        );
      }));

    test('one that fails leaves nothing behind, of itself and of those before it', () =>
      onFresh(kind, async (database) => {
        const broken = aMigration(2, 'create table half (id integer);\nselect nonsense;\n');
        await assert.rejects(migrate(database, AT, [ONE, broken]), /nonsense/);
        assert.deepEqual(
          await database.query("select 1 from pg_class where relname in ('one', 'half', 'migration')"),
          [],
        );
      }));

    test('the shipped ones run on an empty database, and again not at all', () =>
      onFresh(kind, async (database) => {
        assert.equal((await migrate(database, AT)).length, readMigrations().length);
        assert.deepEqual(await migrate(database, AT), []);
      }));
  });
}

test(
  'nodes that start together migrate once',
  { skip: !databases().includes('postgres') && 'no PostgreSQL' },
  () =>
    withDatabase('postgres', async (place) => {
      const nodes = await Promise.all(Array.from({ length: 4 }, () => openDatabase(place)));
      try {
        const ran = await Promise.all(nodes.map((node) => migrate(node, AT)));
        assert.deepEqual(ran.map((names) => names.length).sort(), [0, 0, 0, readMigrations().length]);
      } finally {
        await Promise.all(nodes.map((node) => node.close()));
      }
    }),
);

test('a file is cut at the semicolons that end statements, not at those within', () => {
  const text = `-- one; of several;
create table a (
  x text -- a; note; it's one
);
  /* only; a comment */
insert into a values ('b; c''; d'); insert into "a;b" values (1);
create function f() returns int language plpgsql as $body$ begin return 1; end; $body$;
select 1
`;
  assert.deepEqual(statementsOf(text), [
    "-- one; of several;\ncreate table a (\n  x text -- a; note; it's one\n)",
    "/* only; a comment */\ninsert into a values ('b; c''; d')",
    'insert into "a;b" values (1)',
    'create function f() returns int language plpgsql as $body$ begin return 1; end; $body$',
    'select 1',
  ]);
});
