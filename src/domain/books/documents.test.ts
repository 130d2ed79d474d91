/** Postings as documents: what is booked puts the same on every account as the postings do, and nothing where only documents may. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Booking, BookingRequest, BookingRules } from './bookings.ts';
import { bookingsOf } from './documents.ts';
import { type BookedInvoice, withRequest } from './invoices.ts';
import type { AccountRole, Posting, TaxEntry } from './posting.ts';

const RULES: BookingRules = {
  of: 'shop/1',
  prefix: 'XD',
  channel: 'shop',
  asDocuments: true,
  advancesOf: () => 'deposits',
  taxCodeOf: (code) => code,
};

type Line = readonly [role: AccountRole, amountMinor: number, taxCode?: string];

/** Each role is its own account. */
function aPosting(key: string, lines: readonly Line[], bases: Record<string, number> = {}): Posting {
  const taxes = Object.entries(bases).map(([taxCode, baseMinor]): TaxEntry => {
    const of = lines.filter(([role, , code]) => role === 'tax' && code === taxCode);
    const taxMinor = -of.reduce((sum, [, amount]) => sum + amount, 0);
    return {
      registration: 'GB',
      jurisdiction: 'GB',
      scheme: 'standard',
      taxCode,
      rate: '0.2',
      baseMinor,
      taxMinor,
      bookBaseMinor: baseMinor,
      bookTaxMinor: taxMinor,
      taxPoint: '2026-11-28',
      originalPeriod: '2026-Q4',
    };
  });
  return {
    key,
    entity: 'uk',
    act: 'test',
    currency: 'GBP',
    bookCurrency: 'GBP',
    documentDate: '2026-11-28',
    postingDate: '2026-11-28',
    ruleVersion: '1',
    text: key,
    lines: lines.map(([role, amountMinor, taxCode]) => ({
      role,
      account: role,
      amountMinor,
      bookMinor: amountMinor,
      dimensions: taxCode === undefined ? {} : { taxCode },
    })),
    taxes,
  };
}

/** What requests put on accounts, as a system with documents books them; and the base of each tax. */
function effectOf(requests: readonly BookingRequest[]) {
  const accounts = new Map<string, number>();
  const bases = new Map<string, number>();
  const add = (account: string, amount: number) =>
    accounts.set(account, (accounts.get(account) ?? 0) + amount);
  for (const { kind, body } of requests)
    switch (kind) {
      case 'finance.createInvoice':
      case 'finance.createCreditNote': {
        const sign = kind === 'finance.createInvoice' ? 1 : -1;
        assert.equal(
          body.totalMinor,
          body.lines.reduce((sum, line) => sum + line.netMinor + line.taxMinor, 0),
        );
        assert.ok(body.totalMinor >= 0, `a document of ${body.totalMinor}`);
        add('receivables', sign * body.totalMinor);
        for (const { account, netMinor, taxMinor, taxCode } of body.lines) {
          assert.ok(!['receivables', 'bank', 'tax'].includes(account), `a line on ${account}`);
          assert.ok(Math.abs(taxMinor) <= Math.abs(netMinor), `tax ${taxMinor} on ${netMinor}`);
          assert.ok(taxMinor === 0 || taxCode !== null);
          add(account, -sign * netMinor);
          add('tax', -sign * taxMinor);
          if (taxCode !== null) bases.set(taxCode, (bases.get(taxCode) ?? 0) + sign * netMinor);
        }
        break;
      }
      case 'finance.recordPayment': {
        assert.ok(body.amountMinor > 0);
        const sign = body.documentKind === 'invoice' ? 1 : -1;
        add(body.account, sign * body.amountMinor);
        add('receivables', -sign * body.amountMinor);
        break;
      }
      case 'finance.postJournal':
        for (const { account, amountMinor, taxCode } of body.lines) {
          assert.ok(!['receivables', 'bank', 'tax'].includes(account), `a journal on ${account}`);
          assert.equal(taxCode, null);
          add(account, amountMinor);
        }
        break;
      case 'finance.recordBankTransaction': {
        const sign = body.direction === 'received' ? 1 : -1;
        add(body.bankAccount, sign * body.totalMinor);
        for (const { account, netMinor } of body.lines) add(account, -sign * netMinor);
        break;
      }
      default:
        body satisfies never;
    }
  const known = (all: Map<string, number>) => Object.fromEntries([...all].filter(([, sum]) => sum !== 0));
  return { accounts: known(accounts), bases: known(bases) };
}

function assertSame(postings: readonly Posting[], bookings: readonly Booking[]): void {
  const ours = new Map<string, number>();
  const bases = new Map<string, number>();
  for (const { lines, taxes } of postings) {
    for (const { account, amountMinor } of lines) ours.set(account, (ours.get(account) ?? 0) + amountMinor);
    for (const { taxCode, baseMinor } of taxes) bases.set(taxCode, (bases.get(taxCode) ?? 0) + baseMinor);
  }
  const known = (all: Map<string, number>) => Object.fromEntries([...all].filter(([, sum]) => sum !== 0));
  const theirs = effectOf(bookings.map(({ request }) => request));
  assert.deepEqual(theirs.accounts, known(ours));
  assert.deepEqual(theirs.bases, known(bases));
  assert.deepEqual(
    bookings.flatMap((each) => each.postings),
    postings.map(({ key }) => key),
  );
  assert.equal(new Set(bookings.map(({ number }) => number)).size, bookings.length, 'numbers are unique');
}

/** What is booked, in short: kind, number's end, amount, and what it names. */
function shown(bookings: readonly Booking[]) {
  return bookings.map(({ number, request: { kind, body } }) => {
    const end = number.slice('XD-shop/1-'.length);
    if (kind === 'finance.recordPayment') return [end, body.documentKind, body.account, body.amountMinor];
    if (kind === 'finance.createInvoice') return [end, 'invoice', body.totalMinor];
    if (kind === 'finance.createCreditNote')
      return [
        end,
        'credit',
        body.totalMinor,
        body.credits?.slice(10) ?? null,
        ...(body.settles ?? []).map((part) => `${part.invoice.slice(10)} ${part.amountMinor}`),
      ];
    return [end, kind.slice('finance.'.length)];
  });
}

const shipped = (key: string, net: number, from: AccountRole = 'receivables') =>
  aPosting(
    key,
    [
      [from, net + net / 5],
      ['revenue', -net, 'GB20'],
      ['tax', -net / 5, 'GB20'],
    ],
    { GB20: net },
  );

test('money for what was shipped before pays the open invoices, the oldest first; what is more is a deposit', () => {
  const postings = [
    shipped('shipment/1', 1_000),
    shipped('shipment/2', 500),
    aPosting('capture/1', [
      ['clearing', 1_500],
      ['receivables', -1_500],
    ]),
    aPosting('capture/2', [
      ['clearing', 1_000],
      ['receivables', -300],
      ['deposits', -700],
    ]),
  ];
  const bookings = bookingsOf(postings, RULES);
  assertSame(postings, bookings);
  assert.deepEqual(shown(bookings), [
    ['shipment/1', 'invoice', 1_200],
    ['shipment/2', 'invoice', 600],
    ['capture/1/p1', 'invoice', 'clearing', 1_200],
    ['capture/1/p2', 'invoice', 'clearing', 300],
    ['capture/2/p1', 'invoice', 'clearing', 300],
    ['capture/2', 'postJournal'],
  ]);
});

test('a credit of what is owed is set off against its invoices; beyond them it stays open on the note', () => {
  const postings = [
    shipped('shipment/1', 1_000),
    shipped('shipment/2', 500),
    aPosting(
      'credit/1',
      [
        ['returns', 1_250, 'GB20'],
        ['tax', 250, 'GB20'],
        ['receivables', -1_500],
      ],
      { GB20: -1_250 },
    ),
    aPosting('writeOff', [
      ['writeOff', 500],
      ['receivables', -500],
    ]),
  ];
  const bookings = bookingsOf(postings, RULES);
  assertSame(postings, bookings);
  assert.deepEqual(shown(bookings).slice(2), [
    ['credit/1', 'credit', 1_500, 'shipment/1', 'shipment/1 1200', 'shipment/2 300'],
    ['writeOff', 'credit', 500, 'shipment/2', 'shipment/2 300'],
  ]);
});

test('a credit of what was paid names its invoice, and is paid out to what is owed for it', () => {
  const postings = [
    shipped('shipment/1', 1_000, 'deposits'),
    aPosting(
      'credit/1',
      [
        ['returns', 400, 'GB20'],
        ['tax', 80, 'GB20'],
        ['fees', -50],
        ['refundLiability', -430],
      ],
      { GB20: -400 },
    ),
    aPosting('refund/1', [
      ['refundLiability', 430],
      ['clearing', -430],
    ]),
  ];
  const bookings = bookingsOf(postings, RULES);
  assertSame(postings, bookings);
  assert.deepEqual(shown(bookings), [
    ['shipment/1', 'invoice', 1_200],
    ['shipment/1/p1', 'invoice', 'deposits', 1_200],
    ['credit/1', 'credit', 430, 'shipment/1'],
    ['credit/1/p1', 'creditNote', 'refundLiability', 430],
    ['refund/1', 'postJournal'],
  ]);
});

test('money for what is told nowhere (before go-live) is an open credit of the customer, not lost', () => {
  const postings = [
    aPosting('capture/1', [
      ['clearing', 1_000],
      ['receivables', -1_000],
    ]),
  ];
  const bookings = bookingsOf(postings, RULES);
  assertSame(postings, bookings);
  assert.deepEqual(shown(bookings), [['capture/1', 'credit', 1_000, null]]);
});

test('tax on a deposit, tax in suspense, two taxes on a line, and a turnover of no tax: each return has its base', () => {
  const postings = [
    // Told with the payment; the goods follow without tax.
    aPosting(
      'capture/1',
      [
        ['clearing', 2_270],
        ['deposits', -2_000],
        ['tax', -200, 'GB20'],
        ['tax', -70, 'GB7'],
      ],
      { GB20: 1_000, GB7: 1_000 },
    ),
    // Half of it paid: half of it taxed now.
    aPosting(
      'shipment/1',
      [
        ['deposits', 500],
        ['receivables', 600],
        ['revenue', -1_000, 'GB20'],
        ['tax', -100, 'GB20'],
      ],
      { GB20: 500 },
    ),
    // Sold for cash, and then paid.
    aPosting('shipment/2', [
      ['receivables', 1_200],
      ['revenue', -1_000, 'FR20'],
      ['taxInSuspense', -200, 'FR20'],
    ]),
    aPosting(
      'capture/2',
      [
        ['clearing', 1_200],
        ['receivables', -1_200],
        ['taxInSuspense', 200, 'FR20'],
        ['tax', -200, 'FR20'],
      ],
      { FR20: 1_000 },
    ),
    aPosting(
      'shipment/3',
      [
        ['deposits', 1_100],
        ['revenue', -1_000, 'STATE'],
        ['tax', -60, 'STATE'],
        ['tax', -40, 'CITY'],
      ],
      { STATE: 1_000, CITY: 1_000 },
    ),
    aPosting(
      'shipment/4',
      [
        ['deposits', 1_000],
        ['revenue', -1_000, 'ZERO'],
      ],
      { ZERO: 1_000 },
    ),
    // The credit's tax waits for the repayment.
    aPosting('credit/1', [
      ['returns', 400, 'GB20'],
      ['taxInSuspense', 80, 'GB20'],
      ['refundLiability', -480],
    ]),
    aPosting(
      'refund/1',
      [
        ['refundLiability', 480],
        ['taxInSuspense', -80, 'GB20'],
        ['tax', 80, 'GB20'],
        ['clearing', -480],
      ],
      { GB20: -400 },
    ),
    // One rate corrected by the other.
    aPosting(
      'edit/1',
      [
        ['revenue', 1_000, 'GB20'],
        ['revenue', -1_000, 'GB7'],
        ['tax', 200, 'GB20'],
        ['tax', -70, 'GB7'],
        ['deposits', -130],
      ],
      { GB20: -1_000, GB7: 1_000 },
    ),
  ];
  assertSame(postings, bookingsOf(postings, RULES));
});

test('what was booked before is known when the next postings come, one by one as all at once', () => {
  const postings = [
    shipped('shipment/1', 1_000),
    aPosting('capture/1', [
      ['clearing', 700],
      ['receivables', -700],
    ]),
    aPosting('capture/2', [
      ['clearing', 500],
      ['receivables', -500],
    ]),
  ];
  let invoices: readonly BookedInvoice[] = [];
  const each = postings.flatMap((posting) => {
    const made = bookingsOf([posting], RULES, invoices);
    for (const { request } of made) invoices = withRequest(invoices, request);
    return made;
  });
  assert.deepEqual(each, bookingsOf(postings, RULES));
  assert.deepEqual(invoices, [
    { number: 'XD-shop/1-shipment/1', currency: 'GBP', openMinor: 0, creditableMinor: 1_200 },
  ]);
});

test('a tax that falls due when a payment is accepted is told on an advance, which stands there twice', () => {
  const posting = aPosting(
    'authorised/1',
    [
      ['receivables', 400],
      ['tax', -400, 'FR-IOSS'],
    ],
    { 'FR-IOSS': 2_000 },
  );
  const made = bookingsOf([posting], RULES);
  assertSame([posting], made);
  const [{ request } = assert.fail('nothing is booked')] = made;
  assert.equal(request.kind, 'finance.createInvoice');
  const { lines } = request.body as { lines: { account: string; netMinor: number; taxMinor: number }[] };
  assert.deepEqual(
    lines.map(({ account, netMinor, taxMinor }) => [account, netMinor, taxMinor]),
    [
      ['deposits', 2_000, 400],
      ['deposits', -2_000, 0],
    ],
  );
});

const money = fc.constantFrom<AccountRole>('clearing', 'deposits', 'giftCards', 'refundLiability');
const others = fc.constantFrom<AccountRole>(
  'revenue',
  'shippingRevenue',
  'returns',
  'rounding',
  'writeOff',
  'fees',
);
const amount = fc.integer({ min: -5_000, max: 5_000 });

test('whatever the postings: documents put the same on each account, the same base on each tax, and refuse nothing', () => {
  const posting = fc
    .record({
      owed: amount,
      money: fc.array(fc.tuple(money, amount), { maxLength: 3 }),
      others: fc.array(fc.tuple(others, amount, fc.constantFrom('A', 'B', undefined)), { maxLength: 3 }),
      taxes: fc.array(fc.tuple(fc.constantFrom('A', 'B'), fc.integer({ min: -3_000, max: 3_000 })), {
        maxLength: 2,
      }),
    })
    .map(({ owed, money, others, taxes }) => {
      const lines: Line[] = [
        ['receivables', owed],
        ...money,
        ...others.map(([role, minor, code]) => [role, minor, ...(code ? [code] : [])] as unknown as Line),
      ];
      const bases: Record<string, number> = {};
      for (const [code, base] of taxes) {
        if (bases[code] !== undefined) continue;
        bases[code] = base;
        lines.push(['tax', -Math.trunc(base / 5), code]);
      }
      const off = lines.reduce((sum, [, minor]) => sum + minor, 0);
      return { lines: [...lines, ['suspense', -off] as Line], bases };
    });
  fc.assert(
    fc.property(fc.array(posting, { minLength: 1, maxLength: 6 }), (all) => {
      const postings = all.map(({ lines, bases }, index) => aPosting(`p/${index}`, lines, bases));
      assertSame(postings, bookingsOf(postings, RULES));
    }),
    { numRuns: 300 },
  );
});
