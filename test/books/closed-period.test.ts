/** A period that the finance system closes before it was told all: a retry books on the next open day, says so, and once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../src/base/clock.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { rest } from '../../src/connectors/rest/index.ts';
import { createRestSandbox } from '../../src/connectors/rest/sandbox/index.ts';
import { xero } from '../../src/connectors/xero/index.ts';
import { ACCOUNT, aXero } from '../../src/connectors/xero/sandbox/testing.ts';
import { RetailerConfig } from '../../src/domain/config.ts';
import { retryCase } from '../../src/engine/operator.ts';
import { NO_FAULTS } from '../../src/sandbox/kit/faults.ts';
import { World } from '../../src/sandbox/kit/world.ts';
import { listCases } from '../../src/store/cases.ts';
import { openDatabase } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { readTaxLedger, readTrialBalance } from '../../src/store/read-books.ts';
import { withDatabase } from '../harness/database.ts';
import { aRetailer } from '../support/builders.ts';
import { startEngine } from '../support/engine.ts';
import { aPosting, aTax, post } from '../support/posted.ts';
import { standInConnector } from '../support/stand-in.ts';
import { EURO_BOOKS } from '../support/xero-books.ts';

const HOUR_MS = 3_600_000;
/** Nothing is polled here, so that days pass quickly. */
const SELDOM = { concurrency: 8, callTimeoutMs: 10_000, pollEveryMs: 1_000 * HOUR_MS };
const CLOSED = '2026-10-31';

/** A finance system whose October is closed. */
interface Ledger {
  clock: Clock;
  world: World;
  connector: Connector;
  settings: Record<string, unknown>;
  /** Of all documents, how many there are of each number. */
  numbers(): string[];
  /** Debit positive, in cents, at the end of a day. */
  balances(asOf: string): Promise<Record<string, number>> | Record<string, number>;
  close(): Promise<void>;
}

async function aRestLedger(): Promise<Ledger> {
  const clock = new Clock(Date.parse('2026-11-28T06:00:00Z'), { frozen: true });
  const world = new World({ clock, seed: 'books', faults: NO_FAULTS });
  const ledger = await createRestSandbox(world, {
    connection: 'books',
    roles: ['finance'],
    token: 'right',
    webhookSecret: 'unused',
    webhookTarget: () => undefined,
    ledgers: [{ entity: 'de', currency: 'EUR', receivables: '1400', taxAccounts: { DE19: '3806' } }],
  });
  ledger.finance?.close('de', CLOSED);
  return {
    clock,
    world,
    connector: rest as Connector,
    settings: { baseUrl: ledger.url, token: 'right', roles: ['finance'], pollEveryMs: SELDOM.pollEveryMs },
    numbers: () => ledger.finance?.numbers() ?? [],
    async balances(asOf) {
      const headers = { authorization: 'Bearer right' };
      const answer = await fetch(`${ledger.url}/v1/finance/balances?entity=de&asOf=${asOf}`, { headers });
      const { balances } = (await answer.json()) as { balances: { account: string; balance: string }[] };
      return Object.fromEntries(
        balances.map(({ account, balance }) => [account, Math.round(Number(balance) * 100)]),
      );
    },
    async close() {
      world.close();
      await ledger.close();
    },
  };
}

async function anOrganisation(): Promise<Ledger> {
  const { sandbox, world, clock, close } = await aXero({ ...EURO_BOOKS, tracking: {} });
  sandbox.lockPeriod(CLOSED);
  return {
    clock,
    world,
    connector: xero as Connector,
    settings: { ...ACCOUNT, baseUrl: sandbox.url },
    numbers() {
      const { documents, payments, journals } = sandbox.books();
      return [
        ...documents.map(({ number }) => number),
        ...payments.map(({ reference }) => reference),
        ...journals.map(({ narration }) => narration.slice(0, narration.indexOf(': '))),
      ];
    },
    balances: (asOf) => sandbox.balances(asOf),
    close,
  };
}

const POSTINGS = [
  aPosting('capture/1', [
    ['clearing', '1460', 3_499],
    ['deposits', '3272', -3_499],
  ]),
  aPosting(
    'shipment/1',
    [
      ['deposits', '3272', 3_499],
      ['revenue', '8400', -2_940],
      ['tax', '3806', -559, { dimensions: { registration: 'DE', taxCode: 'DE19' } }],
    ],
    { taxes: [aTax(2_940, 559)] },
  ),
];

for (const [name, start] of [
  ['rest', aRestLedger],
  ['Xero', anOrganisation],
] as const) {
  test(`what falls into a period that ${name} has closed is booked once, on the next open day; its tax stays in its period`, () =>
    withDatabase('pglite', async (place) => {
      const ledger = await start();
      const { clock, world, connector, settings } = ledger;
      const retailer = aRetailer();
      const config = RetailerConfig.parse({
        ...retailer,
        entities: retailer.entities.map((entity) => ({
          ...entity,
          finance: { connection: 'books', mode: 'documents' },
        })),
        connections: [
          ...retailer.connections,
          {
            id: 'books',
            connector: connector.manifest.name,
            roles: ['finance'],
            sameCodes: ['tax-code'],
            settings,
          },
        ],
      });
      const database = await openDatabase(place);
      await migrate(database, clock.nowIso());
      await post(database, { 'shop/1': POSTINGS }, { now: clock.now() });
      await database.close();
      const hub = await startEngine(place, {
        clock,
        config,
        connectors: [standInConnector({}, SELDOM), connector],
        world,
      });
      try {
        const refused = () =>
          listCases(hub.database, { status: 'open', reason: 'finance-rejected', limit: 9 });
        await hub.quiet();
        await hub.pass(HOUR_MS);
        assert.deepEqual(ledger.numbers(), []);
        // The payment of an invoice that is not there waits for it.
        const cases = (await refused()).filter(({ case_key }) => !case_key.endsWith('/p1'));
        assert.equal(cases.length, 2);
        for (const row of cases) {
          assert.match(
            row.suggested_fix,
            /as long as 2026-10-01 is closed there, it is booked on 2026-11-01/,
          );
          await retryCase(hub.engine, row, { by: 'Ann', note: '' });
        }
        await hub.pass(HOUR_MS);
        assert.deepEqual(await refused(), []);
        const numbers = ledger.numbers().toSorted();
        assert.deepEqual(numbers, ['XD-shop/1-capture/1', 'XD-shop/1-shipment/1', 'XD-shop/1-shipment/1/p1']);
        assert.deepEqual(await ledger.balances(CLOSED), {});
        const ours = await readTrialBalance(hub.database, 'de', '9999-12-31');
        assert.deepEqual(
          await ledger.balances('2026-11-01'),
          Object.fromEntries(
            ours
              .map(({ account, debit_minor, credit_minor }) => [account, debit_minor - credit_minor] as const)
              .filter(([, minor]) => minor !== 0),
          ),
        );
        const taxes = await readTaxLedger(hub.database, {
          entity: 'de',
          registration: null,
          period: null,
          asOf: '9999-12-31',
        });
        assert.deepEqual(
          taxes.map(({ original_period, tax_minor }) => [original_period, tax_minor]),
          [['2026-10', 559]],
        );
        assert.deepEqual(hub.errors, []);
      } finally {
        await hub.close();
        await ledger.close();
      }
    }));
}
