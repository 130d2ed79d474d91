/** A dispute that is lost is a loss, or reduces the price of its order, by its reason; once, and in whatever order it is told. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { aRetailer, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import { type BooksInput, someBooks } from '../../../test/support/retailer-books.ts';
import { writeJournal } from '../books/cases/notation.ts';
import type { Posting } from '../books/posting.ts';
import type { Dispute } from '../canonical/index.ts';

const AT = '2026-10-20T09:00:00.000Z';

const RULES: BooksInput['disputes'] = [
  { reasons: ['fraudulent'], lost: 'loss' },
  { reasons: ['product_not_received'], lost: 'priceReduction' },
];

function aLife(changes: Partial<BooksInput> = {}): OrderLife {
  const registrations = [{ id: 'DE', jurisdiction: 'DE', taxCodes: ['MwSt 0.19'] }];
  const books = someBooks({ registrations, disputes: RULES, ...changes });
  const { entities } = aRetailer();
  const config = { entities: entities.map((entity) => ({ ...entity, books })) };
  return new OrderLife({ lines: [line('A', 2, 5950)], config });
}

/** The bank takes money (below zero: gives it back) for the dispute. */
function taken(life: OrderLife, entryId: string, amountMinor: number): void {
  life.hub.send('settlement', `shop/${entryId}`, {
    type: 'settlement.entry',
    entry: {
      schema: 'settlement-entry/1',
      entryId,
      kind: 'dispute',
      sourceType: 'DISPUTE_WITHDRAWAL',
      payoutId: null,
      isPayout: false,
      account: null,
      gateway: 'card',
      channelOrderId: '1',
      transactionId: null,
      sourceId: 'D1',
      reason: null,
      currency: 'EUR',
      amountMinor: -amountMinor,
      feeMinor: 0,
      at: '2026-10-10T09:00:00.000Z',
    },
  });
}

function told(life: OrderLife, change: Partial<Dispute>): void {
  const dispute: Dispute = {
    schema: 'dispute/1',
    disputeId: 'D1',
    account: null,
    gateway: 'card',
    channelOrderId: '1',
    type: 'chargeback',
    status: 'lost',
    reason: 'product_not_received',
    currency: 'EUR',
    amountMinor: 11_900,
    initiatedAt: AT,
    evidenceDueAt: null,
    evidenceSentAt: null,
    finalisedAt: AT,
    ...change,
  };
  life.hub.send('dispute', 'shop/D1', { type: 'dispute.snapshot', dispute });
}

function journals({ hub }: OrderLife): string[] {
  return [...hub.streams.values()]
    .flatMap(({ process, facts }) => facts.flatMap((fact) => process.postingsOf?.(fact) ?? []))
    .filter(({ key }) => /^(dispute|loss)/.test(key))
    .map(({ key, lines, currency }: Posting) => {
      const noted = lines.map(({ role, amountMinor }) => ({ role, of: '', amountMinor }));
      return `${key}: ${writeJournal(noted, currency)}`;
    });
}

const REDUCED = [
  'dispute/shop/D1/1: REV 100.00, VAT 19.00 / RL 119.00',
  'dispute/shop/D1/1/money: RL 119.00 / DISPUTE 119.00',
];

/** What is left of the dispute's receivable. */
function receivable({ hub }: OrderLife): number {
  return [...hub.streams.values()]
    .flatMap(({ key, process, facts }) =>
      facts
        .flatMap((fact) => process.postingsOf?.(fact) ?? [])
        .flatMap(({ lines }) => lines.map((each) => ({ ...each, key }))),
    )
    .filter(({ role, item, key }) => role === 'disputeReceivable' && (item ?? key) === 'shop/D1')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

test('by its reason a lost dispute reduces revenue and tax, and its receivable is clear', () => {
  const life = aLife().shipped();
  taken(life, 'E1', 11_900);
  assert.equal(receivable(life), 11_900);
  told(life, {});
  told(life, {});
  assert.deepEqual(journals(life), REDUCED);
  assert.equal(receivable(life), 0);
  assert.deepEqual(life.hub.reasons(), []);
});

test('another reason is a loss, and revenue and tax stay', () => {
  const life = aLife().shipped();
  taken(life, 'E1', 11_900);
  told(life, { reason: 'fraudulent' });
  assert.deepEqual(journals(life), ['loss/1: DISPUTE-LOSS 119.00 / DISPUTE 119.00']);
});

test('what its order cannot take is a loss all the same: an order that is not known', () => {
  const life = aLife();
  taken(life, 'E1', 11_900);
  told(life, {});
  assert.deepEqual(journals(life), ['loss/1: DISPUTE-LOSS 119.00 / DISPUTE 119.00']);
});

test('what comes back after all takes the reduction back', () => {
  const life = aLife().shipped();
  taken(life, 'E1', 11_900);
  told(life, {});
  taken(life, 'E2', -11_900);
  assert.deepEqual(journals(life).slice(2), [
    'dispute/shop/D1/2/money: DISPUTE 119.00 / DEP 119.00',
    'dispute/shop/D1/2: DEP 119.00 / REV 100.00, VAT 19.00',
  ]);
  assert.equal(receivable(life), 0);
  assert.equal(life.state.books?.lines['revenue|MwSt 0.19|']?.amountMinor, -10_000);
});

test('in whatever order its money, its decision and the parcel are told, it ends the same', () => {
  const steps: readonly ((life: OrderLife) => void)[] = [
    (life) => taken(life, 'E1', 11_900),
    (life) => told(life, { status: 'underReview' }),
    (life) => told(life, {}),
    (life) => life.shipped(),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (order) => {
      const life = aLife().placed();
      for (const step of order) steps[step]?.(life);
      told(life, {});
      const { books } = life.state;
      const sums: Record<string, number> = {};
      for (const { role, amountMinor } of Object.values(books?.lines ?? {}))
        if (amountMinor !== 0) sums[role] = (sums[role] ?? 0) + amountMinor;
      assert.deepEqual(sums, { clearing: 11_900, disputeReceivable: -11_900 });
      assert.equal(receivable(life), 0);
    }),
    { numRuns: 24 },
  );
});
