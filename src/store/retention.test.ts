/** What is kept for how long: partitions of raw messages are made ahead and dropped whole, settled commands go, the journal stays. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { bucketOf } from './bucket.ts';
import { openStandaloneCases } from './cases.ts';
import { type Database, openDatabase } from './db.ts';
import { storeDeliveries } from './intake.ts';
import { migrate } from './migrate.ts';
import { ensurePartitions, partitionsOf } from './partitions.ts';
import { deleteOldCommands, dropOldMessages, firstIdOf } from './retention.ts';
import { noWrites, writeTurn } from './turn.ts';

const DAY_MS = 86_400_000;
const at = (text: string) => Date.parse(`${text}T12:00:00.000Z`);

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

let count = 0;
/** An id as the id maker makes it at an instant. */
function idAt(ms: number): string {
  count += 1;
  return `${firstIdOf(ms).slice(0, 24)}${count.toString(16).padStart(12, '0')}`;
}

/** Stores a message that came at an instant, and ends it unless it shall wait. */
async function store(database: Database, ms: number, options: { waits?: boolean } = {}): Promise<string> {
  const id = idAt(ms);
  const receivedAt = new Date(ms).toISOString();
  await storeDeliveries(database, [
    {
      id,
      inboxId: idAt(ms),
      connection: 'shop',
      topic: 't',
      origin: 'webhook',
      deliveryId: null,
      eventId: null,
      bodyHash: Buffer.from(count.toString(16).padStart(64, '0'), 'hex'),
      body: Buffer.from(`body ${count}`),
      receivedAt,
      priority: 0,
      fairAt: receivedAt,
      stream: options.waits ? { bucket: bucketOf('shop/1'), kind: 'order', key: 'shop/1' } : null,
      end: options.waits ? null : 'ignored',
    },
  ]);
  return id;
}

async function counts(database: Database): Promise<Record<string, number>> {
  const [row] = await database.query<Record<string, number>>(
    `select (select count(*) from observation) as messages, (select count(*) from observation_end) as ends,
       (select count(*) from delivery_key) as keys`,
  );
  return row ?? {};
}

for (const kind of databases()) {
  describe(`retention on ${kind}`, () => {
    test('partitions are made for this month and some ahead, again after time has jumped, and once each', () =>
      on(kind, async (database) => {
        await Promise.all([1, 2, 3].map(() => ensurePartitions(database, at('2026-01-31'))));
        assert.deepEqual(await partitionsOf(database, 'observation'), [
          'observation_2026_01',
          'observation_2026_02',
          'observation_2026_03',
          'observation_2026_04',
        ]);
        await ensurePartitions(database, at('2026-11-15'));
        assert.deepEqual((await partitionsOf(database, 'journal')).at(-1), 'journal_2027_02');
        await store(database, at('2026-02-10'));
        const [row] = await database.query('select tableoid::regclass::text as place from observation');
        assert.deepEqual(row, { place: 'observation_2026_02' });
      }));

    test('a month whose first messages came before its partition stays where they are', () =>
      on(kind, async (database) => {
        await store(database, at('2026-06-10'));
        await ensurePartitions(database, at('2026-06-11'));
        assert.deepEqual((await partitionsOf(database, 'observation'))[0], 'observation_2026_07');
        await store(database, at('2026-06-12'));
        assert.deepEqual(await counts(database), { messages: 2, ends: 2, keys: 2 });
      }));

    test('old months are dropped with what is remembered of them; younger ones stay', () =>
      on(kind, async (database) => {
        for (const month of ['2026-01', '2026-02', '2026-03']) {
          await ensurePartitions(database, at(`${month}-01`));
          for (const day of ['05', '25']) await store(database, at(`${month}-${day}`));
        }
        const before = at('2026-06-01') - 90 * DAY_MS;
        assert.deepEqual(await dropOldMessages(database, before), [
          'observation_2026_01',
          'observation_2026_02',
        ]);
        assert.deepEqual(await counts(database), { messages: 2, ends: 2, keys: 2 });
        assert.deepEqual(await dropOldMessages(database, before), []);
      }));

    test('a month stays while a message of it waits, or an open case is about one', () =>
      on(kind, async (database) => {
        for (const month of ['2026-01', '2026-02', '2026-03'])
          await ensurePartitions(database, at(`${month}-01`));
        await store(database, at('2026-01-05'), { waits: true });
        const held = await store(database, at('2026-02-05'));
        await store(database, at('2026-03-05'));
        await openStandaloneCases(database, [
          {
            id: idAt(at('2026-02-05')),
            observationId: held,
            connection: 'shop',
            reason: 'unaddressable-message',
            message: 'm',
            suggestedFix: 'f',
            openedAt: '2026-02-05T00:00:00.000Z',
          },
        ]);
        assert.deepEqual(await dropOldMessages(database, at('2026-04-02')), ['observation_2026_03']);
        assert.equal((await counts(database)).messages, 2);
        await database.query('delete from inbox');
        await database.query("update business_case set status = 'closed'");
        assert.deepEqual(await dropOldMessages(database, at('2026-04-02')), [
          'observation_2026_01',
          'observation_2026_02',
        ]);
        assert.deepEqual(await counts(database), { messages: 0, ends: 0, keys: 0 });
      }));

    test('old messages in the default partition go one by one', () =>
      on(kind, async (database) => {
        await store(database, at('2026-01-05'));
        await store(database, at('2026-01-06'), { waits: true });
        await store(database, at('2026-05-06'));
        await dropOldMessages(database, at('2026-04-01'));
        assert.equal((await counts(database)).messages, 2);
      }));

    test('settled commands go when they are old; open ones, and the journal, stay', () =>
      on(kind, async (database) => {
        const old = at('2026-01-05');
        const command = (key: string) => ({
          bucket: bucketOf(key),
          id: idAt(old),
          connection: 'erp',
          key,
          command: 'erp.createSalesOrder',
          streamKind: 'order',
          streamKey: key,
          subject: key,
          body: {},
          attempts: 0 as const,
        });
        const writes = noWrites();
        writes.commands = ['a', 'b', 'c'].map(command);
        writes.facts = [
          {
            bucket: 1,
            kind: 'order',
            key: 'a',
            seq: 1,
            type: 'T',
            body: '{}',
            cause: idAt(old),
            hash: Buffer.alloc(32),
          },
        ];
        const context = { now: new Date(old).toISOString(), configVersion: 1, node: 'n' };
        await database.transaction((sql) => writeTurn(sql, writes, context));
        const settle = (key: string, when: string) =>
          database.query("update outbox set open = false, status = 'done', settled_at = $2 where key = $1", [
            key,
            when,
          ]);
        await settle('a', '2026-01-06T00:00:00.000Z');
        await settle('b', '2026-05-01T00:00:00.000Z');
        assert.equal(await deleteOldCommands(database, at('2026-04-01')), 1);
        assert.deepEqual(await database.query('select key from outbox order by key'), [
          { key: 'b' },
          { key: 'c' },
        ]);
        assert.deepEqual(await database.query('select count(*) as facts from journal'), [{ facts: 1 }]);
      }));
  });
}
