/** What retention has removed is no finding; what is younger and gone is one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteOldCommands, dropOldMessages } from '../../src/store/retention.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine } from '../support/engine.ts';
import { findingsInside } from '../support/sound.ts';

const DAY_MS = 86_400_000;

for (const kind of databases()) {
  test(`old messages and commands that are gone are no finding, young ones are (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place);
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 50));
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2)])));
        await hub.quiet();
        await hub.pass(40 * DAY_MS);
        await hub.put('shop', orderDelivery(anOrder('2', [line('A', 1)])));
        await hub.quiet();
        const before = hub.clock.now() - DAY_MS;
        assert.deepEqual(await dropOldMessages(hub.database, before), ['observation_2026_10']);
        assert.ok((await deleteOldCommands(hub.database, before)) >= 4);
        assert.deepEqual(await findingsInside(hub.database), []);

        await hub.database.query("delete from observation where stream_key = 'shop/2'");
        await hub.database.query("delete from outbox where stream_key = 'shop/2'");
        const messages = (await findingsInside(hub.database)).map((finding) => finding.message).join('\n');
        assert.match(messages, /delivery \S+ is not stored any more, and is too young for that/);
        assert.match(messages, /order shop\/2 has facts, and none of the deliveries/);
        assert.match(messages, /order shop\/2: fact \d+ \(SalesOrderRequested\) issued/);
        assert.doesNotMatch(messages, /shop\/1/);
      } finally {
        await hub.close();
      }
    }));
}
