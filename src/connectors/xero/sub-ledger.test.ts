/** The sub-ledger told to Xero as documents: its trial balance is ours, account by account. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingsOf } from '../../domain/books/documents.ts';
import { type AccountRole, imbalanceOf, type Posting } from '../../domain/books/posting.ts';
import { DEFAULT_CHART } from './sandbox/chart.ts';
import { aBench, assertDone, perform } from './testing.ts';

/** Accounts of the posting rules, by role: Xero's chart of the sandbox, with clearing accounts that are no bank accounts. */
const ACCOUNTS = {
  bank: '090',
  bankInTransit: '621',
  clearing: '620',
  deposits: '850',
  refundLiability: '856',
  receivables: '610',
  revenue: '200',
  shippingRevenue: '210',
  returns: '220',
  costOfGoods: '310',
  stock: '630',
  paymentFees: '404',
  tax: '820',
  taxRounding: '861',
} as const satisfies Partial<Record<AccountRole, string>>;

const CHART = [
  ...DEFAULT_CHART,
  { code: '620', name: 'Payments clearing', type: 'CURRENT', takesPayments: true },
  { code: '621', name: 'Bank in transit', type: 'CURRENT', takesPayments: true },
  { code: '856', name: 'Refunds to pay', type: 'CURRLIAB', takesPayments: true },
  { code: '861', name: 'Tax rounding', type: 'CURRLIAB' },
] as const;

function aPosting(
  key: string,
  lines: readonly [role: keyof typeof ACCOUNTS, amountMinor: number][],
): Posting {
  const posting: Posting = {
    key,
    entity: 'uk',
    act: 'test',
    currency: 'GBP',
    bookCurrency: 'GBP',
    documentDate: '2026-11-28',
    postingDate: '2026-11-28',
    ruleVersion: '1',
    text: `Order #1001, ${key}`,
    lines: lines.map(([role, amountMinor]) => ({
      role,
      account: ACCOUNTS[role],
      amountMinor,
      bookMinor: amountMinor,
      dimensions: {
        brand: 'Harbour',
        gateway: 'Shopify Payments',
        ...(role === 'tax' ? { taxCode: 'UK20' } : {}),
      },
    })),
    taxes: [],
  };
  assert.equal(imbalanceOf(posting), null);
  return posting;
}

const POSTINGS = [
  aPosting('capture/1', [
    ['clearing', 10_499],
    ['deposits', -10_499],
  ]),
  // Two shipments: the second with a cent of the channel's rounding; cost moves with revenue.
  aPosting('shipment/1', [
    ['deposits', 3_499],
    ['revenue', -2_801],
    ['shippingRevenue', -139],
    ['tax', -559],
    ['costOfGoods', 1_200],
    ['stock', -1_200],
  ]),
  aPosting('shipment/2', [
    ['deposits', 7_000],
    ['revenue', -5_832],
    ['tax', -1_167],
    ['taxRounding', -1],
    ['costOfGoods', 2_400],
    ['stock', -2_400],
  ]),
  // On account: owed.
  aPosting('shipment/3', [
    ['receivables', 1_200],
    ['revenue', -1_000],
    ['tax', -200],
  ]),
  aPosting('return/1', [
    ['returns', 1_400],
    ['tax', 280],
    ['refundLiability', -1_680],
  ]),
  aPosting('refund/1', [
    ['refundLiability', 1_680],
    ['clearing', -1_680],
  ]),
  aPosting('fee/1', [
    ['paymentFees', 254],
    ['clearing', -254],
  ]),
  aPosting('payout/1', [
    ['bankInTransit', 8_565],
    ['clearing', -8_565],
  ]),
  aPosting('bank/1', [
    ['bank', 8_565],
    ['bankInTransit', -8_565],
  ]),
  aPosting('bank/2', [
    ['bank', -100],
    ['bankInTransit', 100],
  ]),
];

test('captures, shipments, a return, fees and payouts: Xero’s trial balance is the sub-ledger’s', async (context) => {
  const { session, sandbox } = await aBench(context, {}, { accounts: CHART, callsPerMinute: 1_000 });
  const bookings = bookingsOf(POSTINGS, {
    of: 'shopify-north/1001',
    prefix: 'XD',
    channel: 'shopify-north',
    asDocuments: true,
    advancesOf: () => null,
    taxCodeOf: (code) => (code === 'UK20' ? 'OUTPUT2' : code),
  });
  for (const { request } of bookings) assertDone(await perform(session, request.kind, request.body as never));

  const ours = new Map<string, number>();
  for (const { account, bookMinor } of POSTINGS.flatMap(({ lines }) => lines))
    ours.set(account, (ours.get(account) ?? 0) + bookMinor);
  const expected = Object.fromEntries([...ours].filter(([, minor]) => minor !== 0));
  assert.deepEqual(sandbox.balances('2026-11-28'), expected);
  const read = await perform(session, 'finance.readBalances', { entity: 'uk', asOf: '2026-11-28' });
  assertDone(read);
  const { balances } = read.result as { balances: { account: string; balanceMinor: number }[] };
  assert.deepEqual(
    Object.fromEntries(
      balances.filter((each) => each.balanceMinor !== 0).map((each) => [each.account, each.balanceMinor]),
    ),
    expected,
  );
  // What was paid is settled, what is on account is owed.
  const open = sandbox.books().documents.filter(({ openCents }) => openCents !== 0);
  assert.deepEqual(
    open.map(({ number, openCents }) => [number, openCents]),
    [['XD-shopify-north/1001-shipment/3', 1_200]],
  );
  assert.deepEqual(
    sandbox.books().bankTransactions.map(({ type, totalCents }) => [type, totalCents]),
    [
      ['RECEIVE', 8_565],
      ['SPEND', 100],
    ],
  );
});
