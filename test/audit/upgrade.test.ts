/** Rows from before there were seals and removals are no findings; what is written from then on has them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../src/store/db.ts';
import { migrate, readMigrations } from '../../src/store/migrate.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine } from '../support/engine.ts';
import { findingsInside } from '../support/sound.ts';

for (const kind of databases()) {
  test(`a database that has no seals yet is taken as it is (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place);
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 50));
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2)])));
        await hub.quiet();
        await hub.database.query('update observation set seal = null');
        await hub.database.query('update outbox set seal = null');
        const messages = (await findingsInside(hub.database)).map((finding) => finding.message).join('\n');
        assert.match(messages, /has lost its seal/);
        assert.match(messages, /ended was changed after it had/);
        // As if the hub had run before, and had got the migration with the seals only now.
        await hub.database.query(
          "update migration set applied_at = applied_at - interval '30 days' where number < 3",
        );
        assert.deepEqual(await findingsInside(hub.database), []);
        await hub.pass(2 * 86_400_000);
        await hub.put('shop', orderDelivery(anOrder('2', [line('A', 1)])));
        await hub.quiet();
        assert.deepEqual(await findingsInside(hub.database), []);
        await hub.database.query("update outbox set seal = null where stream_key = 'shop/2'");
        assert.notDeepEqual(await findingsInside(hub.database), []);
      } finally {
        await hub.close();
      }
    }));

  test(`what was removed before removals were noted is no finding (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const database = await openDatabase(place);
      try {
        const all = readMigrations();
        await migrate(database, '2026-01-01T00:00:00.000Z', all.slice(0, 2));
        await database.query(
          `insert into observation (id, connection, topic, origin, body, received_at)
           values ('019c0000-0000-7000-8000-000000000000', 'shop', 't', 'webhook', 'x', '2026-03-05T00:00:00Z')`,
        );
        await database.query(
          `insert into journal (bucket, kind, key, seq, type, body, config_version, decided_at, hash)
           values (1, 'order', 'shop/1', 1, 'T', '{}', 1, '2026-02-03T00:00:00Z', 'x')`,
        );
        await migrate(database, '2026-06-01T00:00:00.000Z', all);
        // Of the outbox nothing is left: all commands of the facts so far may have been removed.
        assert.deepEqual(await database.query('select what, before from removal order by what'), [
          { what: 'observation', before: Date.parse('2026-03-05T00:00:00Z') },
          { what: 'outbox', before: Date.parse('2026-02-03T00:00:00Z') },
        ]);
        assert.deepEqual(await database.query('select hash_version from journal'), [{ hash_version: 1 }]);
      } finally {
        await database.close();
      }
    }));
}
