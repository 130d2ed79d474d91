import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { databases, onPostgres, withDatabase } from '../../test/harness/database.ts';
import { until } from '../../test/support/engine.ts';
import { findingsInside } from '../../test/support/sound.ts';
import { openDatabase } from './db.ts';
import { type StoredDelivery, storeDeliveries } from './intake.ts';
import { migrate } from './migrate.ts';

const AT = '2026-01-15T12:00:00.000Z';

function delivery(number: number, text: string): StoredDelivery {
  const id = (kind: string) => `019bc1a0-0000-7000-${kind}-${String(number).padStart(12, '0')}`;
  return {
    id: id('8000'),
    inboxId: id('9000'),
    connection: 'shop',
    topic: 't',
    origin: 'webhook',
    deliveryId: null,
    eventId: null,
    bodyHash: createHash('sha256').update(text).digest(),
    body: Buffer.from(text),
    receivedAt: AT,
    priority: 0,
    fairAt: AT,
    stream: null,
    end: 'ignored',
  };
}

for (const kind of databases()) {
  test(`what comes twice at once names the one that came first, long before too (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const database = await openDatabase(place);
      try {
        await migrate(database, '2026-01-01T00:00:00.000Z');
        await storeDeliveries(database, [delivery(1, 'known')]);
        await storeDeliveries(database, [
          delivery(2, 'known'),
          delivery(3, 'known'),
          delivery(4, 'new'),
          delivery(5, 'new'),
        ]);
        const rows = await database.query<{ id: string; duplicate_of: string | null }>(
          'select id, duplicate_of from observation order by id',
        );
        const nameOf = (id: string | null) => (id === null ? null : Number(id.slice(-4)));
        assert.deepEqual(
          rows.map((row) => nameOf(row.duplicate_of)),
          [null, 1, 1, null, 4],
        );
      } finally {
        await database.close();
      }
    }));
}

test(
  'what comes twice at once while another process stores it names itself: who was first cannot be seen',
  { skip: !databases().includes('postgres') && 'no PostgreSQL' },
  () =>
    withDatabase('postgres', async (place) => {
      const [one, other] = await Promise.all([openDatabase(place), openDatabase(place)]);
      try {
        await migrate(one, '2026-01-01T00:00:00.000Z');
        let second: Promise<unknown> | undefined;
        await one.transaction(async (sql) => {
          await storeDeliveries(sql, [delivery(1, 'same')]);
          second = storeDeliveries(other, [delivery(2, 'same'), delivery(3, 'same')]);
          await until('the other to wait for the first', async () => {
            const waiting = await onPostgres(
              place.url ?? '',
              "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
            );
            return waiting.length === 1;
          });
        });
        await second;
        const rows = await one.query<{ id: string; duplicate_of: string | null }>(
          'select id, duplicate_of from observation order by id',
        );
        assert.deepEqual(
          rows.map((row) => row.duplicate_of === row.id || row.duplicate_of),
          [null, true, true],
        );
        assert.deepEqual(await findingsInside(one), []);
      } finally {
        await Promise.all([one.close(), other.close()]);
      }
    }),
);
