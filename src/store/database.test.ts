/** Both databases behind their one interface: the same values, the same errors, the same transactions. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { type Database, openDatabase } from './db.ts';
import { isOfData, isUnreachable } from './errors.ts';
import { toJson, toText } from './json.ts';

async function on(kind: 'pglite' | 'postgres', work: (database: Database) => Promise<void>): Promise<void> {
  await withDatabase(kind, async (place) => {
    const database = await openDatabase(place);
    try {
      await database.script('create table item (id integer primary key, body json, label text)');
      await work(database);
    } finally {
      await database.close();
    }
  });
}

for (const kind of databases()) {
  describe(`the database on ${kind}`, () => {
    test('values come back as what they are', () =>
      on(kind, async (database) => {
        const [row] = await database.query(
          `select 9007199254740991::bigint as big, 7::smallint as small, 1.5::float8 as real, true as yes, null::text as nothing,
             '{"a":[1,"ü"]}'::json as json, '{"b":2}'::jsonb as jsonb, '\\x00ff'::bytea as bytes, 'grüß 🙂'::text as words,
             '2026-10-01 08:07:50.123+02'::timestamptz as instant, array['a','b "c", {d}','e\\f',null]::text[] as list,
             '{}'::text[] as empty, '018f0000-0000-7000-8000-000000000000'::uuid as id`,
        );
        assert.deepEqual(row, {
          big: 9_007_199_254_740_991,
          small: 7,
          real: 1.5,
          yes: true,
          nothing: null,
          json: { a: [1, 'ü'] },
          jsonb: { b: 2 },
          bytes: Buffer.from([0, 255]),
          words: 'grüß 🙂',
          instant: Date.parse('2026-10-01T06:07:50.123Z'),
          list: ['a', 'b "c", {d}', 'e\\f', null],
          empty: [],
          id: '018f0000-0000-7000-8000-000000000000',
        });
        await assert.rejects(
          database.query('select 9007199254740993::bigint as big'),
          /beyond the whole numbers/,
        );
      }));

    test('parameters arrive as what they are', () =>
      on(kind, async (database) => {
        const [row] = await database.query(
          'select $1::text as words, $2::int as number, $3::text[] as list, $4::boolean as no, $5::text as nothing',
          ["it's ü 🙂", 42, ['a', 'b"c\\', 'd,e'], false, null],
        );
        assert.deepEqual(row, {
          words: "it's ü 🙂",
          number: 42,
          list: ['a', 'b"c\\', 'd,e'],
          no: false,
          nothing: null,
        });
        const long = 'ü'.repeat(3_000_000);
        const [back] = await database.query('select $1::text as long', [long]);
        assert.equal(back?.long, long);
      }));

    test('an error has its code and detail, and leaves the session usable', () =>
      on(kind, async (database) => {
        await database.query('insert into item (id) values (1)');
        const failing = database.query('insert into item (id) values (1)');
        await assert.rejects(failing, (error: { code?: string; detail?: string }) => {
          assert.equal(error.code, '23505');
          assert.match(error.detail ?? '', /already exists/);
          assert.equal(isOfData(error), true);
          return true;
        });
        await assert.rejects(database.query('select nonsense'), { code: '42703' });
        await assert.rejects(database.query('select nonsense'), { code: '42703' });
        await database.script('alter table item add column nonsense int default 3');
        assert.deepEqual(await database.query('select nonsense from item'), [{ nonsense: 3 }]);
      }));

    test('a transaction is whole or not at all', () =>
      on(kind, async (database) => {
        await database.transaction(async (sql) => {
          await sql.query('insert into item (id) values (1)');
          await sql.batch([
            { text: 'insert into item (id) values ($1)', parameters: [2] },
            { text: 'insert into item (id) values ($1)', parameters: [3] },
          ]);
        });
        await assert.rejects(
          database.transaction(async (sql) => {
            await sql.query('insert into item (id) values (4)');
            throw new Error('changed its mind');
          }),
          /changed its mind/,
        );
        await assert.rejects(
          database.transaction((sql) =>
            sql.batch([
              { text: 'insert into item (id) values (5)' },
              { text: 'insert into item (id) values (1)' },
              { text: 'insert into item (id) values (6)' },
            ]),
          ),
          { code: '23505' },
        );
        assert.deepEqual(await database.query('select id from item order by id'), [
          { id: 1 },
          { id: 2 },
          { id: 3 },
        ]);
      }));

    test('a failed statement whose error was swallowed does not pass as committed', () =>
      on(kind, async (database) => {
        await assert.rejects(
          database.transaction(async (sql) => {
            await sql.query('insert into item (id) values (1)');
            await sql.query('select 1 / 0').catch(() => undefined);
          }),
          /had failed before and was rolled back/,
        );
        assert.deepEqual(await database.query('select id from item'), []);
      }));

    test('a batch gives the rows of each statement, in order', () =>
      on(kind, async (database) => {
        const results = await database.transaction((sql) =>
          sql.batch([
            { text: 'insert into item (id, label) values (1, $1) returning id', parameters: ['a'] },
            { text: 'update item set label = $1 where id = 2', parameters: ['b'] },
            { text: 'select label from item' },
            { text: 'select label from item' },
          ]),
        );
        assert.deepEqual(results, [[{ id: 1 }], [], [{ label: 'a' }], [{ label: 'a' }]]);
      }));

    test('last statements go with the commit, and their rows come after it', () =>
      on(kind, async (database) => {
        const { early, late } = await database.transaction(async (sql) => {
          const early = sql.last([{ text: 'insert into item (id) values (1) returning id' }]);
          await sql.query('insert into item (id) values (2)');
          const late = sql.last([{ text: 'select id from item order by id' }, { text: 'select 1 as one' }]);
          return { early, late };
        });
        assert.deepEqual(await early, [[{ id: 1 }]]);
        assert.deepEqual(await late, [[{ id: 1 }, { id: 2 }], [{ one: 1 }]]);
        let answer: Promise<unknown> = Promise.resolve();
        await assert.rejects(
          database.transaction(async (sql) => {
            await sql.query('insert into item (id) values (3)');
            answer = sql.last([
              { text: 'insert into item (id) values (4)' },
              { text: 'insert into item (id) values (1)' },
            ]);
          }),
          { code: '23505' },
        );
        await assert.rejects(answer, { code: '23505' });
        await assert.rejects(
          database.transaction(async (sql) => {
            answer = sql.last([{ text: 'insert into item (id) values (5)' }]);
            throw new Error('changed its mind');
          }),
          /changed its mind/,
        );
        await assert.rejects(answer, /changed its mind/);
        assert.deepEqual(await database.query('select id from item order by id'), [{ id: 1 }, { id: 2 }]);
      }));

    test('statements of many callers do not get in each other’s way', () =>
      on(kind, async (database) => {
        await Promise.all(
          Array.from({ length: 60 }, (_, id) =>
            id % 3 === 0
              ? database.query('insert into item (id) values ($1)', [id])
              : database
                  .transaction(async (sql) => {
                    await sql.query('insert into item (id) values ($1)', [id]);
                    if (id % 3 === 2) throw new Error('not this one');
                  })
                  .catch(() => undefined),
          ),
        );
        const rows = await database.query<{ id: number }>('select id from item order by id');
        assert.deepEqual(
          rows.map(({ id }) => id),
          Array.from({ length: 60 }, (_, id) => id).filter((id) => id % 3 !== 2),
        );
      }));

    test('text that PostgreSQL refuses is replaced before it gets there', () =>
      on(kind, async (database) => {
        const odd = ['\u0000', '\ud800', '\udc00 \ud83d\ude42', '\\u0000', 'a\\\u0000b', '\\\\ud800'];
        const seen = ['\ufffd', '\ufffd', '\ufffd \ud83d\ude42', '\\u0000', 'a\\\ufffdb', '\\\\ud800'];
        await database.query('insert into item (id, body, label) values (1, $1, $2)', [
          toJson({ odd }),
          toText(odd.join('|')),
        ]);
        const [row] = await database.query(
          "select body, label, (select json_agg(word) from json_array_elements_text(body -> 'odd') word) as words from item",
        );
        assert.deepEqual(row, { body: { odd: seen }, label: seen.join('|'), words: seen });
      }));
  });
}

test(
  'a transaction that idled too long is told as a database that is away, and has changed nothing',
  { skip: !databases().includes('postgres') && 'no PostgreSQL here' },
  () =>
    on('postgres', async (database) => {
      await assert.rejects(
        database.transaction(async (sql) => {
          await sql.query('insert into item (id) values (1)');
          const [mine] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
          await sql.query("set local idle_in_transaction_session_timeout = '10ms'");
          const there = 'select 1 from pg_stat_activity where pid = $1';
          while ((await database.query(there, [mine?.pid])).length > 0);
          await sql.query('select 1');
        }),
        isUnreachable,
      );
      assert.deepEqual(await database.query('select id from item'), []);
    }),
);

test(
  'an embedded database keeps what was committed when it is opened again, and its log does not grow for ever',
  { skip: !databases().includes('pglite') && 'not wanted' },
  () =>
    withDatabase('pglite', async (place) => {
      const checkpoint = 'select checkpoint_lsn::text as at from pg_control_checkpoint()';
      const first = await openDatabase(place);
      await first.script(
        'create table item (id integer primary key, body text); alter table item alter body set storage external',
      );
      const [before] = await first.query(checkpoint);
      // More than is written between two checkpoints.
      const body = 'x'.repeat(1_000_000);
      for (let id = 0; id < 80; id += 1)
        await first.transaction((sql) => sql.query('insert into item values ($1, $2)', [id, body]));
      const [after] = await first.query(checkpoint);
      assert.notDeepEqual(after, before, 'there was a checkpoint');
      await first.close();
      const second = await openDatabase(place);
      const [row] = await second.query('select count(*) as rows, min(length(body)) as length from item');
      assert.deepEqual(row, { rows: 80, length: 1_000_000 });
      await second.close();
    }),
);
