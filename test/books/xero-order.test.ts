/** One order's whole life at Xero, document by document: paid in two parts, shipped twice, returned, refunded, paid out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connector } from '../../src/connectors/contract.ts';
import { xero } from '../../src/connectors/xero/index.ts';
import { ACCOUNT, aXero } from '../../src/connectors/xero/sandbox/testing.ts';
import { RetailerConfig } from '../../src/domain/config.ts';
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
/** Nothing is polled here, so that days pass quickly. */
const SELDOM = { concurrency: 8, callTimeoutMs: 10_000, pollEveryMs: 1_000 * HOUR_MS };

const vat = (amountMinor: number) =>
  ['tax', '3806', amountMinor, { dimensions: { registration: 'DE', taxCode: 'DE19' } }] as const;
const cost = (key: string, minor: number) =>
  aPosting(key, [
    ['costOfGoods', '4000', minor],
    ['stock', '3980', -minor],
  ]);

/** Three lanterns of 119.00, of which 200.00 are paid before two of them leave. */
const SOLD = [
  aPosting('capture/1', [
    ['clearing', '1460', 20_000],
    ['deposits', '3272', -20_000],
  ]),
  aPosting(
    'shipment/1',
    [['deposits', '3272', 20_000], ['receivables', '1400', 3_800], ['revenue', '8400', -20_000], vat(-3_800)],
    { taxes: [aTax(20_000, 3_800)] },
  ),
  cost('shipment/1/cost', 8_000),
  aPosting('shipment/2', [['receivables', '1400', 11_900], ['revenue', '8400', -10_000], vat(-1_900)], {
    taxes: [aTax(10_000, 1_900)],
  }),
  cost('shipment/2/cost', 4_000),
];
/** The rest is paid, and one comes back. */
const SETTLED = [
  aPosting('capture/2', [
    ['clearing', '1460', 15_700],
    ['receivables', '1400', -15_700],
  ]),
  aPosting('return/1', [['returns', '8402', 10_000], vat(1_900), ['refundLiability', '1700', -11_900]], {
    taxes: [aTax(-10_000, -1_900)],
  }),
  cost('return/1/cost', -4_000),
  aPosting('refund/1', [
    ['refundLiability', '1700', 11_900],
    ['clearing', '1460', -11_900],
  ]),
];
const PAYOUT = [
  aPosting('fee/1', [
    ['paymentFees', '4970', 500],
    ['clearing', '1460', -500],
  ]),
  aPosting('payout/1', [
    ['bankInTransit', '1461', 23_300],
    ['clearing', '1460', -23_300],
  ]),
  aPosting('bank/1', [
    ['bank', '1200', 23_300],
    ['bankInTransit', '1461', -23_300],
  ]),
];

test('an order from its first payment to the bank: at Xero nothing of it is open, and its trial balance is ours', () =>
  withDatabase('pglite', async (place) => {
    const { sandbox, clock, world, close } = await aXero({ ...EURO_BOOKS, tracking: {} });
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
          settings: { ...ACCOUNT, baseUrl: sandbox.url },
        },
      ],
    });
    const open = () =>
      sandbox
        .books()
        .documents.filter(({ openCents }) => openCents !== 0)
        .map(({ number, openCents }) => [number.slice('XD-shop/1-'.length), openCents]);
    const stages = [
      {
        posted: { 'shop/1': SOLD },
        open: [
          ['shipment/1', 3_800],
          ['shipment/2', 11_900],
        ],
      },
      { posted: { 'shop/1': SETTLED, 'shop/payout-1': PAYOUT }, open: [] },
    ];
    let told = 0;
    try {
      for (const { posted, open: left } of stages) {
        const database = await openDatabase(place);
        await migrate(database, clock.nowIso());
        await post(database, posted, { now: clock.now() });
        await database.close();
        told += Object.values(posted).flat().length;
        // Each part is told by a hub of its own: what invoices have open is known from the journal.
        const connectors = [standInConnector({}, SELDOM), xero as Connector];
        const hub = await startEngine(place, { clock, config, connectors, world });
        try {
          await hub.quiet();
          await hub.pass(HOUR_MS);
          const { booked } = await readCompleteness(hub.database, {
            entity: 'de',
            from: '1970-01-01',
            connection: 'books',
          });
          assert.equal(booked, told);
          const ours = (await readTrialBalance(hub.database, 'de', '9999-12-31')).map(
            ({ account, debit_minor, credit_minor }) => [account, debit_minor - credit_minor] as const,
          );
          assert.deepEqual(
            sandbox.balances('2026-12-31'),
            Object.fromEntries(ours.filter(([, minor]) => minor !== 0)),
          );
          assert.deepEqual(open(), left);
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
        }
      }
      const { documents, payments } = sandbox.books();
      assert.deepEqual(
        payments.map(({ document, account, cents }) => [document.slice(10), account, cents]),
        [
          ['shipment/1', '3272', 20_000],
          ['shipment/1', '1460', 3_800],
          ['shipment/2', '1460', 11_900],
          ['return/1', '1700', 11_900],
        ],
      );
      const note = documents.find(({ kind }) => kind === 'creditNote');
      assert.equal(note?.reference, 'shop/1, credits XD-shop/1-shipment/1');
      assert.deepEqual(sandbox.balances('2026-12-31'), {
        1200: 23_300,
        3806: -3_800,
        3980: -8_000,
        4000: 8_000,
        4970: 500,
        8400: -30_000,
        8402: 10_000,
      });
    } finally {
      await close();
    }
  }));
