/** What settlement posts, to the cent: fees on their day, money that lies at the provider, in transit, at the bank; disputes; exchange. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrder, aRetailer, both, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import { ACCOUNT_ROLES, imbalanceOf, type Posting, type PostingLine } from '../books/posting.ts';
import type { Dispute, Order, Payout, SettlementEntry } from '../canonical/index.ts';
import { RetailerConfig } from '../config.ts';
import { openingProblems } from './opening.ts';
import type { OpeningBalances } from './opening-balances.ts';

const AT = '2026-10-01T09:00:00.000Z';

/** Every role has an account of its own name, but for those that are left out. */
function books(without: readonly string[] = [], more: object = {}) {
  const roles = Object.keys(ACCOUNT_ROLES).filter((role) => !without.includes(role));
  return {
    accounts: roles.map((role) => ({ number: role, name: role, type: 'asset' })),
    rules: roles.map((role) => ({ role, account: role })),
    ...more,
  };
}

class Books {
  readonly hub: MemoryHub;

  constructor(options: { books?: object; currency?: string; money?: 'shop' | 'presentment' } = {}) {
    const config = aRetailer();
    const [entity] = config.entities;
    const changed = {
      ...entity,
      currency: options.currency ?? 'EUR',
      bookedCurrencies: ['EUR', 'GBP', 'USD'],
      money: options.money ?? 'shop',
      bankAccounts: [{ id: 'MAIN', name: 'Main', currency: options.currency ?? 'EUR' }],
      books: options.books ?? books(),
    };
    this.hub = new MemoryHub({ config: RetailerConfig.parse({ ...config, entities: [changed] }) });
  }

  entry(entryId: string, change: Partial<SettlementEntry> = {}) {
    const entry: SettlementEntry = {
      schema: 'settlement-entry/1',
      entryId,
      kind: 'capture',
      sourceType: 'CHARGE',
      payoutId: null,
      isPayout: false,
      account: null,
      gateway: 'shopify_payments',
      channelOrderId: '1',
      transactionId: 'T1',
      sourceId: 'T1',
      reason: null,
      currency: 'EUR',
      amountMinor: 2380,
      feeMinor: 68,
      at: AT,
      ...change,
    };
    this.hub.send('settlement', `shop/${entryId}`, { type: 'settlement.entry', entry });
  }

  payout(payoutId: string, netMinor: number, change: Partial<Payout> = {}) {
    const payout: Payout = {
      schema: 'payout/1',
      payoutId,
      account: null,
      gateway: 'shopify_payments',
      currency: 'EUR',
      status: 'paid',
      netMinor,
      issuedAt: '2026-10-05T22:00:00.000Z',
      reference: null,
      ...change,
    };
    this.hub.send('payout', `shop/${payoutId}`, { type: 'payout.snapshot', payout });
  }

  dispute(change: Partial<Dispute>) {
    const dispute: Dispute = {
      schema: 'dispute/1',
      disputeId: 'D1',
      account: null,
      gateway: 'shopify_payments',
      channelOrderId: '1',
      type: 'chargeback',
      status: 'needsResponse',
      reason: 'fraudulent',
      currency: 'EUR',
      amountMinor: 21600,
      initiatedAt: AT,
      evidenceDueAt: null,
      evidenceSentAt: null,
      finalisedAt: null,
      ...change,
    };
    this.hub.send('dispute', 'shop/D1', { type: 'dispute.snapshot', dispute });
  }

  order(amount: Order['total'], change: Partial<Order> = {}) {
    const payment = {
      schema: 'payment/1',
      paymentId: 'T1',
      parentId: null,
      kind: 'sale',
      status: 'succeeded',
      gateway: 'shopify_payments',
      amount,
      processedAt: '2026-09-30T09:00:00.000Z',
      authorisationExpiresAt: null,
    } as const;
    this.hub.snapshot(anOrder('1', [line('A', 2)], { payments: [payment], ...change }));
  }

  /** Postings of settlement, oldest first within their streams. */
  postings(): Posting[] {
    return [...this.hub.streams.values()]
      .filter(({ kind }) => ['settlement', 'payout', 'dispute', 'bank', 'opening'].includes(kind))
      .flatMap(({ process, facts }) => facts.flatMap((fact) => process.postingsOf?.(fact) ?? []));
  }

  /** Book balances by role; roles that are clear are left out. */
  balances(pick: (line: PostingLine) => number = ({ bookMinor }) => bookMinor): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const posting of this.postings()) {
      assert.equal(imbalanceOf(posting), null);
      for (const each of posting.lines) sums[each.role] = (sums[each.role] ?? 0) + pick(each);
    }
    return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
  }

  /** What is left of an open item of clearing. */
  clearing(item: string): number {
    return this.postings()
      .flatMap(({ lines }) => lines)
      .reduce((sum, each) => sum + (each.role === 'clearing' && each.item === item ? each.bookMinor : 0), 0);
  }

  reasons = () =>
    [...this.hub.cases.values()]
      .map(({ reason }) => reason)
      .filter((each) => !/add-up|dispute-open/.test(each));
}

test('a charge, its fee on its own day, its payout and the bank: what the order has brought is at the bank, less the fee', () => {
  const b = new Books();
  b.order(both(2380));
  b.entry('E1', { payoutId: 'P1' });
  assert.deepEqual(b.balances(), { clearing: -68, paymentFees: 68 });
  assert.equal(b.clearing('shop/1'), -2380, 'against what the order has booked');
  assert.equal(b.clearing('shop/balance-shopify_payments'), 2312, 'lies at the provider');
  const [entry] = b.postings();
  assert.deepEqual([entry?.documentDate, entry?.act], ['2026-10-01', 'settled-capture']);
  b.payout('P1', 2312);
  assert.deepEqual(b.balances(), { clearing: -2380, paymentFees: 68, bankInTransit: 2312 });
  assert.equal(b.clearing('shop/balance-shopify_payments'), 0);
  // 22:00 UTC is the next day in Berlin.
  assert.equal(b.postings().at(-1)?.documentDate, '2026-10-06');
  b.hub.send('bank', 'de/MAIN', {
    type: 'bank.statement',
    statement: {
      schema: 'bank-statement/1',
      statementId: 'S1',
      currency: 'EUR',
      from: null,
      until: '2026-10-07',
      openingMinor: null,
      closingMinor: null,
      lines: [{ lineId: 'L1', bookedOn: '2026-10-07', amountMinor: 2312, text: 'SHOPIFY' }],
    },
  });
  assert.deepEqual(b.balances(), { clearing: -2380, paymentFees: 68, bank: 2312 });
  assert.equal(b.postings().at(-1)?.documentDate, '2026-10-07');
  assert.deepEqual(b.reasons(), []);
  b.hub.check();
});

test('case 12: a dispute is withdrawn, and won with its fee back, or lost', () => {
  const b = new Books();
  b.order(both(21600));
  b.dispute({ status: 'needsResponse', type: 'inquiry' });
  assert.deepEqual(b.balances(), {}, 'an inquiry books nothing');
  const moved = (sign: number) => ({
    kind: 'dispute' as const,
    sourceId: 'D1',
    amountMinor: sign * 21600,
    feeMinor: -sign * 1500,
  });
  b.dispute({});
  b.entry('E1', { ...moved(-1), sourceType: 'DISPUTE_WITHDRAWAL' });
  assert.deepEqual(b.balances(), { disputeReceivable: 21600, paymentFees: 1500, clearing: -23100 });
  const lost = new Books();
  lost.order(both(21600));
  lost.entry('E1', { ...moved(-1), sourceType: 'DISPUTE_WITHDRAWAL' });
  lost.dispute({ status: 'lost', finalisedAt: '2026-11-02T09:00:00.000Z' });
  assert.deepEqual(lost.balances(), { disputeLoss: 21600, paymentFees: 1500, clearing: -23100 });
  assert.equal(lost.postings().at(-1)?.documentDate, '2026-11-02');
  // Told the other way round, and given back after all.
  lost.entry('E2', { ...moved(1), sourceType: 'DISPUTE_REVERSAL' });
  assert.deepEqual(lost.balances(), {});
  b.entry('E2', { ...moved(1), sourceType: 'DISPUTE_REVERSAL' });
  b.dispute({ status: 'won', finalisedAt: '2026-11-02T09:00:00.000Z' });
  assert.deepEqual(b.balances(), {});
});

test('case 4: an order in USD is settled in the pounds of the books; the difference to the day of its capture is exchange', () => {
  const rates = [
    { currency: 'USD', from: '2026-09-01', rate: '0.8000' },
    { currency: 'USD', from: '2026-10-01', rate: '0.7700' },
  ];
  const b = new Books({
    books: books([], { exchangeRates: rates }),
    currency: 'GBP',
    money: 'presentment',
  });
  b.order({ shop: 10400, presentment: 13000 }, { shopCurrency: 'EUR', presentmentCurrency: 'USD' });
  b.entry('E1', { currency: 'GBP', amountMinor: 10270, feeMinor: 290 });
  assert.equal(b.clearing('shop/1'), -10400, 'by the rate of the capture');
  assert.deepEqual(b.balances(), { clearing: -420, paymentFees: 290, exchangeDifference: 130 });
  b.payout('P1', 9980, { currency: 'GBP' });
  assert.deepEqual(b.balances(), {
    clearing: -10400,
    paymentFees: 290,
    exchangeDifference: 130,
    bankInTransit: 9980,
  });
  for (const { currency, lines } of b.postings())
    assert.ok(currency === 'USD' || lines.every(({ amountMinor, bookMinor }) => amountMinor === bookMinor));
});

test('a payout that fails is in transit no more, and its money goes with the next one', () => {
  const b = new Books();
  b.order(both(2380));
  b.entry('E1', { payoutId: 'P1' });
  b.payout('P1', 2312);
  b.payout('P1', 2312, { status: 'failed' });
  b.entry('E2', {
    kind: 'transfer',
    sourceType: 'TRANSFER_FAILURE',
    sourceId: 'P1',
    channelOrderId: null,
    payoutId: 'P2',
    amountMinor: 2312,
    feeMinor: 0,
  });
  assert.deepEqual(b.balances(), { clearing: -68, paymentFees: 68 });
  assert.equal(b.clearing('shop/balance-shopify_payments'), 2312);
  b.payout('P2', 2312);
  assert.deepEqual(b.balances(), { clearing: -2380, paymentFees: 68, bankInTransit: 2312 });
});

test('reserves, advances and billing have accounts of their own; a payout below zero is money that the bank gives', () => {
  const b = new Books();
  const other = (entryId: string, kind: SettlementEntry['kind'], amountMinor: number) =>
    b.entry(entryId, {
      kind,
      sourceType: kind,
      channelOrderId: null,
      sourceId: null,
      payoutId: 'P1',
      amountMinor,
      feeMinor: 0,
    });
  other('E1', 'reserve', -30000);
  other('E2', 'advance', 10000);
  other('E3', 'billing', -720);
  other('E4', 'feeTax', -19);
  other('E5', 'transfer', 0);
  b.payout('P1', -20739);
  assert.deepEqual(b.balances(), {
    reserve: 30000,
    advance: -10000,
    billing: 720,
    taxOnFees: 19,
    bankInTransit: -20739,
  });
});

test('a rule that is missing is a case that names the row; nothing is lost, and a retry posts it', () => {
  const b = new Books({ books: books(['paymentFees']) });
  b.order(both(2380));
  b.entry('E1');
  assert.deepEqual(b.reasons(), ['posting-rule-missing']);
  const words = [...b.hub.cases.values()][0]?.message ?? '';
  assert.match(
    words,
    /no rule gives paymentFees an account: .*"gateway":"shopify_payments".*"role":"paymentFees"/,
  );
  assert.deepEqual(b.balances(), {});
  b.hub.config.entities[0]?.books?.rules.push({
    role: 'paymentFees',
    from: '2026-01-01',
    account: 'clearing',
  });
  b.hub.send('settlement', 'shop/E1', {
    type: 'operator.retryCase',
    caseKey: 'posting-rule-missing',
    by: 'Ann',
    note: '',
  });
  assert.deepEqual(b.reasons(), []);
  assert.equal(b.postings().length, 1);
});

test('opening balances are tied to the general ledger, opened once, and cleared by what the provider shows later', () => {
  const b = new Books({ books: books([], { startOn: '2026-10-01' }) });
  const [entity] = b.hub.config.entities;
  assert.ok(entity);
  const opening: OpeningBalances = {
    on: '2026-10-01',
    items: [
      {
        role: 'clearing',
        item: 'shop/1',
        channel: 'shop',
        gateway: 'shopify_payments',
        amountMinor: 2380,
        text: '',
      },
      { role: 'deposits', item: 'shop/1', amountMinor: -2380, text: '' },
      { role: 'giftCards', item: 'card-7', amountMinor: -5000, text: 'card 7' },
    ],
    ledger: [
      { account: 'clearing', balanceMinor: 2380 },
      { account: 'deposits', balanceMinor: -2300 },
    ],
  };
  assert.deepEqual(openingProblems(entity, opening), [
    'account deposits: the general ledger has -23.00 EUR, the items come to -23.80 EUR: 0.80 EUR are not explained',
    'the general ledger’s balance of account giftCards is not given; its items come to -50.00 EUR',
  ]);
  assert.equal(b.hub.send('opening', 'de/opening', { type: 'books.open', opening, by: 'Ann' }), 'stale');
  const right = {
    ...opening,
    ledger: [
      { account: 'clearing', balanceMinor: 2380 },
      { account: 'deposits', balanceMinor: -2380 },
      { account: 'giftCards', balanceMinor: -5000 },
    ],
  };
  assert.equal(
    b.hub.send('opening', 'de/opening', { type: 'books.open', opening: right, by: 'Ann' }),
    'applied',
  );
  assert.equal(
    b.hub.send('opening', 'de/opening', { type: 'books.open', opening: right, by: 'Ann' }),
    'stale',
  );
  assert.deepEqual(b.balances(), {
    clearing: 2380,
    deposits: -2380,
    giftCards: -5000,
    openingBalances: 5000,
  });
  assert.equal(b.postings()[0]?.postingDate, '2026-09-30');
  assert.equal(b.clearing('shop/1'), 2380);
  b.order(both(2380));
  b.entry('E1');
  assert.equal(b.clearing('shop/1'), 0, 'the payout’s entry clears what was open before');
  b.hub.check();
});

test('before the books begin nothing is posted; a locked day moves to the next open one; no books, no postings', () => {
  const early = new Books({ books: books([], { startOn: '2026-10-02' }) });
  early.order(both(2380));
  early.entry('E1');
  assert.deepEqual(early.postings(), []);
  const locked = new Books({ books: books([], { lockedThrough: '2026-10-31' }) });
  locked.order(both(2380));
  locked.entry('E1');
  const [posting] = locked.postings();
  assert.deepEqual([posting?.documentDate, posting?.postingDate], ['2026-10-01', '2026-11-01']);
});
