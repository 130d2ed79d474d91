/** A system that cannot be reached: its connection says so, on every node, once, until it answers again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Failure } from '../../src/connectors/contract.ts';
import { readFeeds } from '../../src/store/read-overview.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine, until } from '../support/engine.ts';

const MINUTE_MS = 60_000;
const REFUSED = { status: 'transient', message: 'ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1' } as const;

const problemOf = (hub: TestEngine, connection: string) =>
  hub.engine.status.lanes[connection]?.problem ?? null;

const savedProblem = async (hub: TestEngine, connection: string) => {
  const [row] = await hub.database.query<{ problem: string | null }>(
    'select problem from connection_state where connection = $1',
    [connection],
  );
  return row?.problem ?? null;
};

for (const kind of databases()) {
  describe(`outages on ${kind}`, () => {
    test('polls that fail twice in a row are a problem, told once, until one goes through', () =>
      withDatabase(kind, async (place) => {
        let polls = 0;
        let isUp = false;
        const poll = () => {
          polls += 1;
          return isUp ? undefined : REFUSED;
        };
        const hub = await startEngine(place, { hooks: { poll } });
        try {
          await until('the first poll of all to fail', () => polls >= 3);
          assert.equal(problemOf(hub, 'erp'), null, 'one failure is none');
          await until('it to be tried again by itself, often', () => {
            hub.clock.advanceTo(hub.clock.now() + MINUTE_MS);
            return polls > 30;
          });
          const words = problemOf(hub, 'erp') ?? '';
          assert.match(
            words,
            /^cannot be reached since 2026-10-01 09:\d\d UTC: ECONNREFUSED: .+; it is tried again by itself$/,
          );
          await until('it to be saved', async () => (await savedProblem(hub, 'erp')) === words);
          const told = hub.warnings.filter((warning) => /"erp"/.test(warning));
          assert.equal(told.filter((warning) => /cannot be reached/.test(warning)).length, 1);
          assert.ok(told.length < 5, `nor is every try told: ${told.join('\n')}`);
          isUp = true;
          await until('it to be over', () => {
            hub.clock.advanceTo(hub.clock.now() + MINUTE_MS);
            return problemOf(hub, 'erp') === null;
          });
          await until('it to be cleared', async () => (await savedProblem(hub, 'erp')) === null);
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
        }
      }));

    test('a system that answers with errors is not one that cannot be reached; each is told when it becomes the other', () =>
      withDatabase(kind, async (place) => {
        let answer: Failure | undefined = {
          status: 'transient',
          message: 'GET was answered 503',
          answered: 503,
        };
        const hub = await startEngine(place, { hooks: { poll: () => answer } });
        const told = (words: RegExp) =>
          until(`it to be told: ${words}`, () => {
            hub.clock.advanceTo(hub.clock.now() + MINUTE_MS);
            return words.test(problemOf(hub, 'erp') ?? '');
          });
        try {
          await told(
            /^answers with errors \(503\) since 2026-10-01 .+ UTC: GET was answered 503; it is tried/,
          );
          answer = REFUSED;
          await told(/^cannot be reached since 2026-10-01 .+: ECONNREFUSED/);
          answer = { status: 'rejected', code: 'schema-drift', message: 'no JSON', suggestedFix: '' };
          await told(/^does not answer as it should since 2026-10-01 .+: no JSON/);
          answer = undefined;
          await told(/^$/);
        } finally {
          await hub.close();
        }
      }));

    test('a connection that is paused says nothing of an outage, and finds it anew when it is resumed', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place, { hooks: { poll: () => REFUSED } });
        const fails = () =>
          until('the outage to be noted', async () => {
            hub.clock.advanceTo(hub.clock.now() + MINUTE_MS);
            return problemOf(hub, 'erp') !== null && (await savedProblem(hub, 'erp')) !== null;
          });
        try {
          await fails();
          await hub.engine.setPaused('erp', true);
          assert.equal(problemOf(hub, 'erp'), null);
          await until('it to be cleared', async () => (await savedProblem(hub, 'erp')) === null);
          await hub.engine.setPaused('erp', false);
          await fails();
        } finally {
          await hub.close();
        }
      }));

    test('a feed without news is one that was read, at the time of the poll', () =>
      withDatabase(kind, async (place) => {
        let isUp = true;
        let failed = 0;
        const poll = () => {
          if (isUp) return undefined;
          failed += 1;
          return REFUSED;
        };
        const hub = await startEngine(place, { hooks: { poll } });
        const readAt = async () => {
          const rows = await readFeeds(hub.database);
          return rows.find(({ connection }) => connection === 'erp')?.polled_at ?? 0;
        };
        const pass = () => hub.clock.advanceTo(hub.clock.now() + 10 * MINUTE_MS);
        try {
          await until('the first poll', async () => (await readAt()) > 0);
          const first = await readAt();
          await until('a later one to be noted', async () => {
            pass();
            return (await readAt()) > first;
          });
          isUp = false;
          await until('polls to fail', () => {
            pass();
            return problemOf(hub, 'erp') !== null;
          });
          const last = await readAt();
          const before = failed;
          await until('more of them to fail', () => {
            pass();
            return failed > before + 12;
          });
          assert.equal(await readAt(), last, 'a poll that fails has read nothing');
        } finally {
          await hub.close();
        }
      }));

    test('what a process before has noted is gone with the first poll that goes through', () =>
      withDatabase(kind, async (place) => {
        const first = await startEngine(place, { hooks: { poll: () => REFUSED } });
        await until('it to be saved', async () => {
          first.clock.advanceTo(first.clock.now() + MINUTE_MS);
          return (await savedProblem(first, 'erp')) !== null;
        });
        await first.close();
        const second = await startEngine(place, { hooks: { poll: () => undefined }, clock: first.clock });
        try {
          await until('it to be cleared', async () => (await savedProblem(second, 'erp')) === null);
          assert.equal(problemOf(second, 'erp'), null);
        } finally {
          await second.close();
        }
      }));

    test('a lane whose breaker is open is a problem until a command passes', () =>
      withDatabase(kind, async (place) => {
        let isUp = false;
        const hub = await startEngine(place, {
          hooks: {
            perform: (command) =>
              !isUp && command.kind === 'erp.createSalesOrder' ? { ...REFUSED } : undefined,
          },
        });
        try {
          await hub.put('stock', stockDelivery('A', 'WH', 100));
          for (const id of ['1', '2', '3']) await hub.put('shop', orderDelivery(anOrder(id, [line('A', 1)])));
          await hub.pass(30 * MINUTE_MS);
          assert.match(
            problemOf(hub, 'erp') ?? '',
            /^cannot be reached since 2026-10-01 09:0\d UTC: ECONNREFUSED/,
          );
          assert.equal(hub.warnings.filter((warning) => /cannot be reached/.test(warning)).length, 1);
          isUp = true;
          await hub.pass(30 * MINUTE_MS);
          assert.equal(problemOf(hub, 'erp'), null);
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
        }
      }));
  });
}

test(
  'another node sees it, too, and that it is over',
  {
    skip: !databases().includes('postgres') && 'no PostgreSQL',
  },
  () =>
    withDatabase('postgres', async (place) => {
      let isUp = false;
      const hooks = { poll: () => (isUp ? undefined : REFUSED) };
      const hubs = [
        await startEngine(place, { hooks, node: 'one' }),
        await startEngine(place, { hooks, node: 'two' }),
      ];
      const pass = () => {
        for (const hub of hubs) hub.clock.advanceTo(hub.clock.now() + MINUTE_MS);
      };
      try {
        await until('both to know', () => {
          pass();
          return hubs.every((hub) => /ECONNREFUSED/.test(problemOf(hub, 'erp') ?? ''));
        });
        isUp = true;
        await until('nobody to see a problem', () => {
          pass();
          return hubs.every((hub) => problemOf(hub, 'erp') === null);
        });
      } finally {
        for (const hub of hubs) await hub.close();
      }
    }),
);
