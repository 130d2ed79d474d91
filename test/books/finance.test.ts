/** The sub-ledger at a finance system: each day told once, late items as differences, and both trial balances the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../src/base/clock.ts';
import { rest } from '../../src/connectors/rest/index.ts';
import { createRestSandbox } from '../../src/connectors/rest/sandbox/index.ts';
import { RetailerConfig } from '../../src/domain/config.ts';
import { NO_FAULTS } from '../../src/sandbox/kit/faults.ts';
import { World } from '../../src/sandbox/kit/world.ts';
import { openDatabase } from '../../src/store/db.ts';
import { readCompleteness } from '../../src/store/journals.ts';
import { migrate } from '../../src/store/migrate.ts';
import { readTrialBalance } from '../../src/store/read-books.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { aRetailer } from '../support/builders.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { aPosting, aTax, post } from '../support/posted.ts';
import { standInConnector } from '../support/stand-in.ts';

const HOUR_MS = 3_600_000;
/** Nothing is polled here, so that days pass quickly. */
const SELDOM = { concurrency: 8, callTimeoutMs: 10_000, pollEveryMs: 1_000 * HOUR_MS };

const capture = (date: string) =>
  aPosting(
    'capture/1',
    [
      ['clearing', '1460', 10_499],
      ['deposits', '3272', -10_499],
    ],
    { date, act: 'captured' },
  );
const shipment = (date: string, key = 'shipment/1') =>
  aPosting(
    key,
    [
      ['deposits', '3272', 3_499],
      ['revenue', '8400', -2_940],
      ['tax', '3806', -559, { dimensions: { registration: 'DE', taxCode: 'DE19' } }],
    ],
    { date, taxes: [aTax(2_940, 559)] },
  );

for (const kind of databases()) {
  for (const mode of ['summary', 'journals', 'documents'] as const) {
    test(`the trial balance of the finance system is that of the sub-ledger, by ${mode} (${kind})`, () =>
      withDatabase(kind, async (place) => {
        const clock = new Clock(Date.parse('2026-10-01T09:00:00Z'));
        const world = new World({ clock, seed: 'books', faults: NO_FAULTS });
        const ledger = await createRestSandbox(world, {
          connection: 'ledger',
          roles: ['finance'],
          token: 'right',
          webhookSecret: 'unused',
          webhookTarget: () => undefined,
          ledgers: [{ entity: 'de', currency: 'EUR', receivables: '1400', taxAccounts: { DE19: '3806' } }],
        });
        try {
          const retailer = aRetailer();
          const config = RetailerConfig.parse({
            ...retailer,
            entities: retailer.entities.map((entity) => ({
              ...entity,
              finance: { connection: 'ledger', mode },
            })),
            connections: [
              ...retailer.connections,
              {
                id: 'ledger',
                connector: 'rest',
                roles: ['finance'],
                sameCodes: ['tax-code'],
                settings: {
                  baseUrl: ledger.url,
                  token: 'right',
                  roles: ['finance'],
                  pollEveryMs: SELDOM.pollEveryMs,
                },
              },
            ],
          });
          const database = await openDatabase(place);
          await migrate(database, clock.nowIso());
          const now = clock.now();
          await post(
            database,
            {
              'shop/1': [capture('2026-10-01'), shipment('2026-10-01')],
              'shop/2': [capture('2026-10-01')],
            },
            { now },
          );
          await database.close();
          const run = async (work: (hub: TestEngine) => Promise<void>) => {
            const hub = await startEngine(place, {
              clock,
              config,
              connectors: [standInConnector({}, SELDOM), rest],
              // Time passes when the ledger has answered.
              world,
            });
            try {
              await work(hub);
              assert.deepEqual(hub.errors, []);
            } finally {
              await hub.close();
            }
          };
          const agree = async (hub: TestEngine, documents: number) => {
            const ours = (await readTrialBalance(hub.database, 'de', '9999-12-31'))
              .map(({ account, debit_minor, credit_minor }) => ({
                account,
                balanceMinor: debit_minor - credit_minor,
              }))
              .filter(({ balanceMinor }) => balanceMinor !== 0);
            const [theirs] = ledger.finance?.books().ledgers ?? [];
            assert.deepEqual(theirs?.balances, ours);
            assert.equal(theirs?.documents, documents);
          };
          const completeness = (hub: TestEngine) =>
            readCompleteness(hub.database, { entity: 'de', from: '1970-01-01', connection: 'ledger' });

          await run(async (hub) => {
            await hub.quiet();
            if (mode === 'summary') {
              assert.deepEqual(await completeness(hub), { postings: 3, booked: 0, oldest: '2026-10-01' });
              await hub.pass(12 * HOUR_MS);
              assert.deepEqual((await completeness(hub)).booked, 0, 'the day is not over');
              await hub.pass(12 * HOUR_MS);
            } else await hub.pass(HOUR_MS);
            assert.deepEqual(await completeness(hub), { postings: 3, booked: 3, oldest: null });
            await agree(hub, { summary: 1, journals: 3, documents: 4 }[mode]);
          });

          // A shipment of the day before is told late, by another process.
          const again = await openDatabase(place);
          await post(again, { 'shop/1': [shipment('2026-10-01', 'shipment/2')] }, { now: clock.now() });
          await again.close();
          await run(async (hub) => {
            await hub.pass(24 * HOUR_MS);
            assert.deepEqual(await completeness(hub), { postings: 4, booked: 4, oldest: null });
            await agree(hub, { summary: 2, journals: 4, documents: 6 }[mode]);
          });
          assert.deepEqual(world.failures, []);
        } finally {
          world.close();
          await ledger.close();
        }
      }));
  }
}
