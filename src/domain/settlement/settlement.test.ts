/** Entries, payouts and disputes: matched with orders, added up, asked about where something is missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, both, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import type { Dispute, Order, Payout, SettlementEntry } from '../canonical/index.ts';
import type { EntryState } from './entry.ts';
import { linesOfEntry } from './entry-lines.ts';
import type { PayoutState } from './payout.ts';

const HOUR_MS = 3_600_000;
const AT = '2026-10-01T09:00:00.000Z';

export function anEntry(entryId: string, change: Partial<SettlementEntry> = {}): SettlementEntry {
  return {
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
}

export function aPayout(payoutId: string, netMinor: number, change: Partial<Payout> = {}): Payout {
  return {
    schema: 'payout/1',
    payoutId,
    account: null,
    gateway: 'shopify_payments',
    currency: 'EUR',
    status: 'paid',
    netMinor,
    issuedAt: AT,
    reference: null,
    ...change,
  };
}

function aDispute(disputeId: string, change: Partial<Dispute> = {}): Dispute {
  return {
    schema: 'dispute/1',
    disputeId,
    account: null,
    gateway: 'shopify_payments',
    channelOrderId: '1',
    type: 'chargeback',
    status: 'needsResponse',
    reason: 'fraudulent',
    currency: 'EUR',
    amountMinor: 2380,
    initiatedAt: AT,
    evidenceDueAt: '2026-10-11T09:00:00.000Z',
    evidenceSentAt: null,
    finalisedAt: null,
    ...change,
  };
}

/** An order of 23.80, paid by transaction T1. */
function aPaidOrder(change: Partial<Order> = {}): Order {
  return anOrder('1', [line('A', 2)], {
    payments: [
      {
        schema: 'payment/1',
        paymentId: 'T1',
        parentId: null,
        kind: 'sale',
        status: 'succeeded',
        gateway: 'shopify_payments',
        amount: both(2380),
        processedAt: AT,
        authorisationExpiresAt: null,
      },
    ],
    ...change,
  });
}

class Settling {
  readonly hub = new MemoryHub();
  tell = (entry: SettlementEntry) =>
    this.hub.send('settlement', `shop/${entry.entryId}`, { type: 'settlement.entry', entry });
  payout = (payout: Payout) =>
    this.hub.send('payout', `shop/${payout.payoutId}`, { type: 'payout.snapshot', payout });
  dispute = (dispute: Dispute) =>
    this.hub.send('dispute', `shop/${dispute.disputeId}`, { type: 'dispute.snapshot', dispute });
  entryState = (id: string) => this.hub.stream('settlement', `shop/${id}`).state as EntryState;
  payoutState = (id: string) => this.hub.stream('payout', `shop/${id}`).state as PayoutState;
  reasons = () => [...this.hub.cases.values()].map(({ reason }) => reason).sort();
  closed = (kind: 'settlement' | 'payout' | 'dispute', id: string) => {
    const { process, state } = this.hub.stream(kind, `shop/${id}`);
    return process.summary(state).closed;
  };
}

test('a charge is matched with its order’s transaction, joins its payout when it has one, and the payout adds up', () => {
  const s = new Settling();
  s.hub.snapshot(aPaidOrder());
  assert.equal(s.tell(anEntry('E1')), 'applied');
  assert.equal(s.tell(anEntry('E1')), 'duplicate');
  assert.equal(s.entryState('E1').answer?.found, 'transaction');
  assert.equal(s.hub.order().settled?.E1?.payout, null);
  s.payout(aPayout('P1', 2312, { status: 'scheduled' }));
  assert.equal(s.payoutState('P1').entries, 0);
  s.tell(anEntry('E1', { payoutId: 'P1' }));
  // A message from before, late.
  assert.equal(s.tell(anEntry('E1')), 'duplicate');
  assert.deepEqual([s.payoutState('P1').entries, s.payoutState('P1').sumMinor], [1, 2312]);
  assert.equal(s.hub.order().settled?.E1?.payout, 'shop/P1');
  s.hub.passDays(3);
  s.payout(aPayout('P1', 2312));
  assert.deepEqual(s.reasons(), []);
  assert.ok(s.closed('payout', 'P1') && s.closed('settlement', 'E1'));
  s.hub.check();
});

test('money may come before its order; when the order does not come it is a case, and a retry after the import closes it', () => {
  const s = new Settling();
  s.tell(anEntry('E1'));
  s.hub.pass(2 * HOUR_MS);
  s.hub.snapshot(aPaidOrder());
  s.hub.pass(8 * HOUR_MS);
  assert.equal(s.entryState('E1').answer?.found, 'transaction');
  assert.deepEqual(s.reasons(), []);
  s.tell(anEntry('E2', { channelOrderId: '2' }));
  s.hub.passDays(1.2);
  assert.deepEqual(s.reasons(), []);
  s.hub.passDays(1);
  assert.deepEqual(s.reasons(), ['settlement-unmatched']);
  s.hub.snapshot({ ...aPaidOrder(), channelOrderId: '2' });
  const caseKey = [...s.hub.cases.values()][0]?.caseKey ?? '';
  s.hub.send('settlement', 'shop/E2', { type: 'operator.retryCase', caseKey, by: 'Ann', note: '' });
  assert.deepEqual(s.reasons(), []);
  s.hub.check();
});

test('a payment that the order does not know yet is read, and matched when the entry asks again', () => {
  const s = new Settling();
  const paid = aPaidOrder();
  s.hub.snapshot({ ...paid, payments: null });
  s.tell(anEntry('E1'));
  assert.equal(s.entryState('E1').answer?.found, 'order');
  s.hub.pass(60_000);
  s.hub.snapshot(paid, 'read');
  s.hub.done('channel.readOrder');
  s.hub.pass(HOUR_MS / 2);
  assert.equal(s.entryState('E1').answer?.found, 'transaction');
  s.hub.passDays(3);
  assert.deepEqual(s.reasons(), []);
  s.hub.check();
});

test('money of an order that nobody asks about any more becomes a case of its own', () => {
  const s = new Settling();
  const unreadable = { reason: 'bad-money', message: 'no', suggestedFix: 'mend it' } as const;
  s.hub.tell('1', { type: 'order.unreadable', ...unreadable });
  s.tell(anEntry('E1'));
  s.hub.passDays(2);
  assert.deepEqual(s.reasons(), ['bad-money']);
  const caseKey = [...s.hub.cases.values()][0]?.caseKey ?? '';
  s.hub.send('order', 'shop/1', { type: 'operator.skipCase', caseKey, by: 'Ann', note: '' });
  s.hub.passDays(3);
  assert.deepEqual(s.reasons(), ['settlement-unmatched']);
});

test('money of an order in a currency that nobody books is no second case: it is matched when it is booked', () => {
  const s = new Settling();
  s.hub.snapshot(aPaidOrder({ shopCurrency: 'NOK', presentmentCurrency: 'NOK' }));
  s.tell(anEntry('E1'));
  s.hub.passDays(9);
  assert.deepEqual(s.reasons(), ['currency-not-booked']);
  assert.equal(s.entryState('E1').answer?.found, 'waits');
  const entities = s.hub.config.entities.map((entity) => ({ ...entity, bookedCurrencies: ['EUR', 'NOK'] }));
  Object.assign(s.hub, { config: { ...s.hub.config, entities } });
  s.hub.send('order', 'shop/1', { type: 'configuration.changed', version: 2 });
  assert.equal(s.entryState('E1').answer?.found, 'transaction');
  assert.deepEqual(s.reasons(), []);
});

test('money of an order that cannot be read is no second case: it is matched when the order is', () => {
  const s = new Settling();
  s.hub.tell('1', {
    type: 'order.unreadable',
    reason: 'bad-money',
    message: 'no',
    suggestedFix: 'mend it',
  });
  s.tell(anEntry('E1'));
  s.hub.passDays(9);
  assert.deepEqual(s.reasons(), ['bad-money']);
  const { asked } = s.entryState('E1');
  s.hub.passDays(60);
  assert.equal(s.entryState('E1').asked, asked, 'nobody asks day by day');
  s.hub.snapshot(aPaidOrder());
  assert.equal(s.hub.order().settled?.E1?.payout, null);
  assert.equal(s.entryState('E1').answer?.found, 'transaction');
  assert.deepEqual(s.reasons(), []);
});

test('another amount than the transaction’s is a case; in another currency than the order’s there is nothing to compare', () => {
  const s = new Settling();
  s.hub.snapshot(aPaidOrder());
  s.tell(anEntry('E1', { amountMinor: 2390 }));
  assert.deepEqual(s.reasons(), ['settlement-differs']);
  s.tell(anEntry('E2', { amountMinor: 2590, currency: 'USD' }));
  assert.deepEqual(s.reasons(), ['settlement-differs']);
  s.hub.send('settlement', 'shop/E1', {
    type: 'operator.skipCase',
    caseKey: 'settlement-differs',
    by: 'Ann',
    note: '',
  });
  s.tell(anEntry('E1', { amountMinor: 2390, payoutId: 'P1' }));
  assert.deepEqual(s.reasons(), []);
});

test('an unknown type is a case that names the row, and goes on when the mappings name it', () => {
  const s = new Settling();
  s.payout(aPayout('P1', -500, { status: 'scheduled' }));
  const unknown = {
    kind: 'unknown',
    sourceType: 'MOON_TAX',
    channelOrderId: null,
    transactionId: null,
  } as const;
  s.tell(anEntry('E1', { ...unknown, payoutId: 'P1', amountMinor: -500, feeMinor: 0 }));
  assert.deepEqual(s.reasons(), ['unmapped-settlement-type']);
  assert.match([...s.hub.cases.values()][0]?.message ?? '', /MOON_TAX at shop.*-5\.00 EUR/);
  assert.equal(s.payoutState('P1').unknown, 1);
  s.hub.mappings.set('settlement-type', 'shop', 'MOON_TAX', 'billing');
  s.hub.send('settlement', 'shop/E1', { type: 'configuration.changed', version: 2 });
  assert.deepEqual(s.reasons(), []);
  const { entries, unknown: left, sumMinor } = s.payoutState('P1');
  assert.deepEqual([entries, left, sumMinor], [1, 0, -500]);
});

test('a payout that does not add up after a day is a case with its residual; what was missing closes it', () => {
  const s = new Settling();
  s.hub.snapshot(aPaidOrder());
  s.payout(aPayout('P1', 2212, { status: 'scheduled' }));
  s.tell(anEntry('E1', { payoutId: 'P1' }));
  s.hub.passDays(1.1);
  assert.deepEqual(s.reasons(), ['payout-does-not-add-up']);
  assert.match([...s.hub.cases.values()][0]?.message ?? '', /-1\.00 EUR are not explained/);
  s.tell(
    anEntry('E2', {
      kind: 'billing',
      sourceType: 'SHIPPING_LABEL',
      channelOrderId: null,
      payoutId: 'P1',
      amountMinor: -100,
      feeMinor: 0,
    }),
  );
  assert.deepEqual(s.reasons(), []);
  s.tell(
    anEntry('E3', {
      kind: 'transfer',
      sourceType: 'TRANSFER',
      isPayout: true,
      payoutId: 'P1',
      amountMinor: -2212,
      feeMinor: 0,
    }),
  );
  s.hub.passDays(2);
  assert.deepEqual(s.reasons(), [], 'the payout itself is no part of its sum');
});

test('entries that move to another payout leave the first', () => {
  const s = new Settling();
  s.hub.snapshot(aPaidOrder());
  s.tell(anEntry('E1', { payoutId: 'P1' }));
  s.tell(anEntry('E1', { payoutId: 'P2' }));
  assert.deepEqual([s.payoutState('P1').sumMinor, s.payoutState('P2').sumMinor], [0, 2312]);
});

test('another content of a known entry is a case, and the first stays', () => {
  const s = new Settling();
  s.hub.snapshot(aPaidOrder());
  s.tell(anEntry('E1'));
  assert.equal(s.tell(anEntry('E1', { feeMinor: 70 })), 'case');
  assert.deepEqual(s.reasons(), ['settlement-changed']);
  assert.match([...s.hub.cases.values()][0]?.message ?? '', /feeMinor 68 → 70/);
  assert.equal(s.entryState('E1').entry?.feeMinor, 68);
});

test('a dispute is a case until its deadline; an inquiry that becomes a chargeback is one anew; its end closes it', () => {
  const s = new Settling();
  s.hub.snapshot(aPaidOrder());
  s.dispute(aDispute('D1', { type: 'inquiry' }));
  assert.deepEqual(s.reasons(), ['dispute-open']);
  assert.match([...s.hub.cases.values()][0]?.message ?? '', /no money is taken yet/);
  s.hub.send('dispute', 'shop/D1', {
    type: 'operator.skipCase',
    caseKey: 'dispute-open',
    by: 'Ann',
    note: '',
  });
  s.dispute(aDispute('D1', { type: 'inquiry', reason: 'general' }));
  assert.deepEqual(s.reasons(), []);
  s.dispute(aDispute('D1'));
  assert.deepEqual(s.reasons(), ['dispute-open']);
  assert.equal(s.hub.order().disputes?.D1?.status, 'open');
  s.dispute(aDispute('D1', { status: 'lost', finalisedAt: AT }));
  assert.deepEqual(s.reasons(), []);
  assert.equal(s.hub.order().disputes?.D1?.status, 'lost');
  assert.ok(s.closed('dispute', 'D1'));
  s.hub.check();
});

test('refund and dispute above what was paid are a case of the order; a dispute that is won closes it', () => {
  const s = new Settling();
  s.hub.snapshot(
    aPaidOrder({
      updatedAt: '2026-10-02T08:00:00.000Z',
      refunds: [
        {
          schema: 'refund/1',
          refundId: 'R1',
          createdAt: AT,
          lines: [],
          shipping: both(0),
          shippingTax: both(0),
          cash: both(500),
          cashPending: both(0),
          cashFailed: both(0),
        },
      ],
    }),
  );
  s.dispute(aDispute('D1'));
  assert.deepEqual(s.hub.reasons(), ['refund-and-dispute']);
  const words =
    [...s.hub.cases.values()].find(({ reason }) => reason === 'refund-and-dispute')?.message ?? '';
  assert.match(words, /5\.00 EUR were refunded and 23\.80 EUR.*5\.00 EUR more than the 23\.80 EUR/);
  s.dispute(aDispute('D1', { status: 'won', finalisedAt: AT }));
  assert.deepEqual(s.hub.reasons(), []);
});

test('every kind of entry balances, and leaves its net at the provider', () => {
  const place = { account: 'shop/balance', order: 'shop/1', dispute: 'shop/D1' };
  fc.assert(
    fc.property(
      fc.constantFrom(
        'capture',
        'refund',
        'fee',
        'feeTax',
        'channelTax',
        'reserve',
        'advance',
        'billing',
        'dispute',
        'transfer',
      ),
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      fc.integer({ min: -10_000, max: 10_000 }),
      (kind, amountMinor, feeMinor) => {
        const lines = linesOfEntry(
          { kind, isPayout: false, amountMinor, feeMinor } as SettlementEntry,
          place,
        );
        assert.equal(
          lines.reduce((sum, each) => sum + each.amountMinor, 0),
          0,
        );
        const left = lines
          .filter(({ role, item }) => role === 'clearing' && item === place.account)
          .reduce((sum, each) => sum + each.amountMinor, 0);
        assert.equal(left, amountMinor - feeMinor);
      },
    ),
  );
});

test('entries and payouts in any order, told any number of times, come to the same', () => {
  const entries = [
    anEntry('E1', { payoutId: 'P1' }),
    anEntry('E2', {
      payoutId: 'P1',
      kind: 'fee',
      sourceType: 'ADJUSTMENT',
      channelOrderId: null,
      amountMinor: -40,
      feeMinor: 0,
    }),
    anEntry('E3', {
      payoutId: 'P2',
      kind: 'dispute',
      sourceType: 'DISPUTE_WITHDRAWAL',
      sourceId: 'D1',
      amountMinor: -2380,
      feeMinor: 1500,
    }),
  ];
  const events = [
    ...entries.map((entry) => (s: Settling) => s.tell(entry)),
    ...entries.map((entry) => (s: Settling) => s.tell({ ...entry, payoutId: null })),
    (s: Settling) => s.payout(aPayout('P1', 2272)),
    (s: Settling) => s.payout(aPayout('P2', -3880)),
    (s: Settling) => s.dispute(aDispute('D1')),
    (s: Settling) => s.hub.snapshot(aPaidOrder()),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray([...events, ...events], { minLength: events.length }), (told) => {
      const s = new Settling();
      for (const event of [...told, ...events]) {
        event(s);
        s.hub.pass(60_000);
      }
      s.hub.passDays(3);
      assert.deepEqual(s.reasons(), ['dispute-open']);
      assert.ok(s.closed('payout', 'P1') && s.closed('payout', 'P2'));
      s.hub.check();
    }),
    { numRuns: 60 },
  );
});
