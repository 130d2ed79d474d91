/** The sub-ledger at Xero, through the hub: many orders in few calls, each document once, and both trial balances the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connector } from '../../src/connectors/contract.ts';
import { xero } from '../../src/connectors/xero/index.ts';
import { ACCOUNT, aXero } from '../../src/connectors/xero/sandbox/testing.ts';
import { RetailerConfig } from '../../src/domain/config.ts';
import type { FaultProfile } from '../../src/sandbox/kit/types.ts';
import { openDatabase } from '../../src/store/db.ts';
import { readCompleteness } from '../../src/store/journals.ts';
import { migrate } from '../../src/store/migrate.ts';
import { readTrialBalance } from '../../src/store/read-books.ts';
import { withDatabase } from '../harness/database.ts';
import { aRetailer } from '../support/builders.ts';
import { startEngine } from '../support/engine.ts';
import { aPosting, aTax, post } from '../support/posted.ts';
import { standInConnector } from '../support/stand-in.ts';
import { EURO_BOOKS } from '../support/xero-books.ts';

const HOUR_MS = 3_600_000;
const ORDERS = 40;
/** Nothing is polled here, so that days pass quickly. */
const SELDOM = { concurrency: 8, callTimeoutMs: 10_000, pollEveryMs: 1_000 * HOUR_MS };
/** Some calls are refused; none hangs, so that no time passes for it. */
const FAULTS: FaultProfile = {
  deliveries: { doubled: 0, outOfOrder: 0, dropped: 0 },
  calls: { refused: 0.1, timedOut: 0, lateShare: 0 },
  outageMs: 0,
  tokenExpires: false,
};

const postings = (order: number) => [
  aPosting('capture/1', [
    ['clearing', '1460', 3_499 + order],
    ['deposits', '3272', -3_499 - order],
  ]),
  aPosting(
    'shipment/1',
    [
      ['deposits', '3272', 3_499 + order],
      ['revenue', '8400', -2_940 - order],
      ['tax', '3806', -559, { dimensions: { registration: 'DE', taxCode: 'DE19' } }],
    ],
    { taxes: [aTax(2_940 + order, 559)] },
  ),
];

test('forty orders and their payout stand at Xero as in the sub-ledger, in few calls', () =>
  withDatabase('pglite', async (place) => {
    const puts: { path: string; elements: number }[] = [];
    const { sandbox, world, clock, close } = await aXero(
      {
        ...EURO_BOOKS,
        tracking: {},
        record: ({ route, path, body }) => {
          if (route.method === 'PUT')
            puts.push({ path, elements: Object.values(body as Record<string, unknown[]>)[0]?.length ?? 0 });
        },
      },
      FAULTS,
    );
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
          connector: 'xero',
          roles: ['finance'],
          sameCodes: ['tax-code'],
          settings: { ...ACCOUNT, baseUrl: sandbox.url, tracking: { channel: 'Channel' } },
        },
      ],
    });
    const database = await openDatabase(place);
    await migrate(database, clock.nowIso());
    const payout = [
      aPosting('payout/1', [
        ['bankInTransit', '1461', 100_000],
        ['clearing', '1460', -100_000],
      ]),
      aPosting('bank/1', [
        ['bank', '1200', 100_000],
        ['bankInTransit', '1461', -100_000],
      ]),
    ];
    const orders = Object.fromEntries(
      Array.from({ length: ORDERS }, (_, index) => [`shop/${index + 1}`, postings(index + 1)]),
    );
    await post(database, { ...orders, 'shop/payout': payout }, { now: clock.now() });
    await database.close();

    const hub = await startEngine(place, {
      clock,
      config,
      connectors: [standInConnector({}, SELDOM), xero as Connector],
    });
    try {
      await hub.quiet();
      await hub.pass(2 * HOUR_MS);
      const completeness = await readCompleteness(hub.database, {
        entity: 'de',
        from: '1970-01-01',
        connection: 'books',
      });
      assert.deepEqual(completeness, { postings: ORDERS * 2 + 2, booked: ORDERS * 2 + 2, oldest: null });
      const ours = (await readTrialBalance(hub.database, 'de', '9999-12-31')).map(
        ({ account, debit_minor, credit_minor }) => [account, debit_minor - credit_minor] as const,
      );
      assert.deepEqual(
        sandbox.balances('2026-12-31'),
        Object.fromEntries(ours.filter(([, minor]) => minor !== 0)),
      );
      const { documents, payments, journals, bankTransactions } = sandbox.books();
      assert.deepEqual(
        [documents.length, payments.length, journals.length, bankTransactions.length],
        [ORDERS, ORDERS, ORDERS + 1, 1],
      );
      assert.ok(documents.every(({ openCents }) => openCents === 0));
      assert.ok(puts.length < ORDERS, `${ORDERS * 3} documents in ${puts.length} calls`);
      assert.deepEqual(hub.errors, []);
    } finally {
      await hub.close();
      await close();
      assert.deepEqual(world.failures, []);
    }
  }));
