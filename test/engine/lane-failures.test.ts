/** What a lane makes of failures: an outage is waited out, a command that fails alone becomes a case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import type { StandInHooks } from '../support/stand-in.ts';

const MINUTE_MS = 60_000;

async function run(
  kind: 'pglite' | 'postgres',
  hooks: (now: () => number) => StandInHooks,
  work: (hub: TestEngine) => Promise<void>,
): Promise<void> {
  await withDatabase(kind, async (place) => {
    let clock = () => 0;
    const hub = await startEngine(place, { hooks: hooks(() => clock()) });
    clock = () => hub.clock.now();
    try {
      await hub.put('stock', stockDelivery('A', 'WH', 1_000));
      await hub.quiet();
      await work(hub);
      assert.deepEqual(hub.errors, []);
    } finally {
      await hub.close();
    }
  });
}

const place = (hub: TestEngine, ...ids: string[]) =>
  hub.put('shop', ...ids.map((id) => orderDelivery(anOrder(id, [line('A', 1)]))));

const openCases = (hub: TestEngine) =>
  hub.database.query<{ key: string; reason: string; message: string }>(
    "select key, reason, message from business_case where status = 'open'",
  );

for (const kind of databases()) {
  test(`a trial: an outage of a minute leaves orders failed; here one of hours leaves no case, even when a command fails once more after it (${kind})`, () => {
    let upAt = Number.POSITIVE_INFINITY;
    let failOnceMore = true;
    return run(
      kind,
      (now) => ({
        perform: (command) => {
          if (command.kind !== 'erp.createSalesOrder') return undefined;
          if (now() < upAt) return { status: 'transient', message: '503' };
          if (command.key.startsWith('shop/2') && failOnceMore) {
            failOnceMore = false;
            return { status: 'transient', message: '503' };
          }
          return undefined;
        },
      }),
      async (hub) => {
        upAt = hub.clock.now() + 240 * MINUTE_MS;
        await place(hub, '1', '2', '3');
        await hub.pass(300 * MINUTE_MS);
        assert.equal(failOnceMore, false, 'it failed after the outage too');
        assert.deepEqual(await openCases(hub), []);
        const [row] = await hub.database.query<{ closed: number }>(
          "select count(*) as closed from stream where kind = 'order' and closed",
        );
        assert.equal(row?.closed, 3);
      },
    );
  });

  test(`a command that fails while others pass becomes a case, and the others are not held up by it (${kind})`, () =>
    run(
      kind,
      () => ({
        perform: (command) =>
          command.kind === 'erp.createSalesOrder' && command.key.startsWith('shop/bad')
            ? { status: 'transient', message: '500: cannot take this one' }
            : undefined,
      }),
      async (hub) => {
        await place(hub, 'bad');
        for (let round = 0; round < 60; round += 1) {
          await place(hub, `good-${round}`);
          await hub.pass(5 * MINUTE_MS);
        }
        const cases = await openCases(hub);
        assert.deepEqual(
          cases.map(({ key, reason }) => ({ key, reason })),
          [{ key: 'shop/bad', reason: 'erp-rejected' }],
        );
        assert.match(cases[0]?.message ?? '', /cannot take this one/);
        const [row] = await hub.database.query<{ closed: number }>(
          "select count(*) as closed from stream where kind = 'order' and closed",
        );
        assert.equal(row?.closed, 60);
      },
    ));

  test(`a command that stays in doubt while others pass is a case that does not claim it was refused (${kind})`, () =>
    run(
      kind,
      () => ({
        perform: (command) =>
          command.kind === 'erp.createSalesOrder' && command.key.startsWith('shop/bad')
            ? { status: 'unknown', message: 'no answer' }
            : undefined,
        lookUp: () => ({ status: 'transient', message: 'the search is broken' }),
      }),
      async (hub) => {
        await place(hub, 'bad');
        for (let round = 0; round < 60; round += 1) {
          await place(hub, `good-${round}`);
          await hub.pass(5 * MINUTE_MS);
        }
        assert.deepEqual(
          (await openCases(hub)).map(({ key, reason }) => ({ key, reason })),
          [{ key: 'shop/bad', reason: 'command-in-doubt' }],
        );
      },
    ));
}
