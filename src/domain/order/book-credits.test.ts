/** What comes back is credited when it is accepted, and a refund clears it: once, whichever is told first. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { aRetailer, both, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import { type BooksInput, someBooks } from '../../../test/support/retailer-books.ts';
import {
  aReturn,
  disposed,
  returnLines,
  returnsByChannel,
  seeReturn,
} from '../../../test/support/returns.ts';
import { writeJournal } from '../books/cases/notation.ts';
import { imbalanceOf, type Posting } from '../books/posting.ts';
import type { Payment, Refund, Return } from '../canonical/index.ts';

/** Three units of A for 35.70 incl. 5.70 have left; tax falls when the customer has the money. */
function shipped(changes: Partial<BooksInput> = {}): OrderLife {
  const registrations: BooksInput['registrations'] = [
    { id: 'DE', jurisdiction: 'DE', taxCodes: ['MwSt 0.19'], creditAt: 'repayment', period: 'quarter' },
  ];
  const books = someBooks({ registrations, costs: [{ sku: 'A', unitMinor: 400 }], ...changes });
  const { entities } = aRetailer();
  return new OrderLife({
    lines: [line('A', 3)],
    config: { ...returnsByChannel, entities: entities.map((entity) => ({ ...entity, books })) },
  }).shipped();
}

const postings = (life: OrderLife): Posting[] =>
  life.hub.facts().flatMap((fact) => (fact.type === 'PostingsMade' ? fact.postings : []));

/** Journals since the parcel left. */
function journals(life: OrderLife): string[] {
  return postings(life)
    .filter(({ key }) => !/^(capture|shipment)/.test(key))
    .map(({ key, documentDate, lines, currency }) => {
      const noted = lines.map(({ role, amountMinor }) => ({ role, of: '', amountMinor }));
      return `${documentDate.slice(5)} ${key}: ${writeJournal(noted, currency)}`;
    });
}

/** The channel makes a refund, and its money goes back at once; `cashMinor`: another amount than that of its lines. */
function refund(
  life: OrderLife,
  quantity: number,
  { returnId, cashMinor, day = '08' }: { returnId?: string; cashMinor?: number; day?: string } = {},
): void {
  const { channel } = life;
  const picks = quantity === 0 ? [] : [{ lineId: 'A-line', quantity }];
  const { refunds } = channel.refund(picks);
  const last = refunds.at(-1) as Refund;
  const createdAt = `2026-10-${day}T09:00:00.000Z`;
  const cash = both(cashMinor ?? last.cash.shop);
  const made: Refund = { ...last, createdAt, cash, ...(returnId === undefined ? {} : { returnId }) };
  const payment: Payment = {
    schema: 'payment/1',
    paymentId: `B-${made.refundId}`,
    parentId: null,
    kind: 'refund',
    status: 'succeeded',
    gateway: 'card',
    amount: cash,
    processedAt: createdAt,
    authorisationExpiresAt: null,
  };
  const payments = [...(channel.order.payments ?? []), ...(cash.shop === 0 ? [] : [payment])];
  life.see(channel.change({ refunds: [...refunds.slice(0, -1), made], payments }), 'read');
}

const restocked = (units: number, changes: Partial<Return['lines'][number]> = {}): Return['lines'] =>
  returnLines({
    dispositions: [1, 2].slice(0, units).map((unit) => disposed(`D${unit}`, 'restock')),
    ...changes,
  });

const accepted = (units = 2, changes: Partial<Return> = {}) =>
  aReturn({ lines: restocked(units), ...changes });
const processed = (units: number, refundIds: string[]) =>
  aReturn({ lines: restocked(2, { processedQuantity: units }), refundIds });

function balances(life: OrderLife): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { role, amountMinor } of Object.values(life.state.books?.lines ?? {}))
    if (amountMinor !== 0) sums[role] = (sums[role] ?? 0) + amountMinor;
  return sums;
}

test('money case 6: units are credited as they are accepted, with their tax in suspense; the refund clears both', () => {
  const life = shipped();
  seeReturn(life, accepted(1));
  assert.deepEqual(journals(life), [
    '10-05 acceptance/shop/71/channel/D1: RET 10.00, VAT-SUSPENSE 1.90 / RL 11.90',
    '10-05 inspection/shop/71/channel/D1/cost: STOCK 4.00 / COGS 4.00',
  ]);
  assert.deepEqual(life.hub.reasons(), [], 'the refund may still come');
  refund(life, 1, { returnId: '71' });
  assert.deepEqual(journals(life).slice(2), [
    '10-08 refund/B-RF1: RL 11.90, VAT 1.90 / CL 11.90, VAT-SUSPENSE 1.90',
  ]);
  assert.deepEqual(
    postings(life)
      .at(-1)
      ?.taxes.map(({ originalPeriod, taxMinor }) => [originalPeriod, taxMinor]),
    [['2026-Q4', -190]],
  );
  for (const posting of postings(life)) assert.equal(imbalanceOf(posting), null);
});

test('where the entity credits returns with their refund, an acceptance books nothing but its goods', () => {
  const life = shipped({ creditReturns: 'refund' });
  seeReturn(life, accepted(1));
  refund(life, 1, { returnId: '71' });
  assert.deepEqual(journals(life), [
    '10-05 inspection/shop/71/channel/D1/cost: STOCK 4.00 / COGS 4.00',
    '10-08 credit/RF1: RET 10.00, VAT-SUSPENSE 1.90 / RL 11.90',
    '10-08 refund/B-RF1: RL 11.90, VAT 1.90 / CL 11.90, VAT-SUSPENSE 1.90',
  ]);
});

test('what was refunded before it came back is credited once', () => {
  const life = shipped();
  seeReturn(life, aReturn());
  refund(life, 1, { returnId: '71', day: '03' });
  seeReturn(life, accepted(2, { lines: restocked(2, { processedQuantity: 1 }), refundIds: ['RF1'] }));
  const credits = journals(life).filter((each) => each.includes('RET'));
  assert.deepEqual(credits, [
    '10-03 credit/RF1: RET 10.00, VAT-SUSPENSE 1.90 / RL 11.90',
    '10-05 acceptance/shop/71/channel/D2: RET 10.00, VAT-SUSPENSE 1.90 / RL 11.90',
  ]);
});

test('a refund that names no return clears what was accepted, too', () => {
  const life = shipped();
  seeReturn(life, accepted());
  refund(life, 2);
  assert.deepEqual(journals(life).slice(4), [
    '10-08 refund/B-RF1: RL 23.80, VAT 3.80 / CL 23.80, VAT-SUSPENSE 3.80',
  ]);
  seeReturn(life, accepted(2, { status: 'closed', closedAt: '2026-10-09T08:00:00.000Z' }));
  assert.equal(journals(life).length, 5, 'nothing is left to take back');
});

test('a restocking fee is kept from the acceptance on, once', () => {
  const life = shipped();
  const lines = restocked(2, { restockingFee: both(101) });
  seeReturn(life, aReturn({ lines }));
  refund(life, 1, { returnId: '71', cashMinor: 1190 - 51 });
  refund(life, 1, { returnId: '71', cashMinor: 1190 - 50, day: '09' });
  assert.deepEqual(
    journals(life).filter((each) => !each.includes('/cost')),
    [
      '10-05 acceptance/shop/71/channel/D1: RET 10.00, VAT-SUSPENSE 1.90 / RL 11.39, FEE-INCOME 0.51',
      '10-05 acceptance/shop/71/channel/D2: RET 10.00, VAT-SUSPENSE 1.90 / RL 11.40, FEE-INCOME 0.50',
      '10-08 refund/B-RF1: RL 11.39, VAT 1.90 / CL 11.39, VAT-SUSPENSE 1.90',
      '10-09 refund/B-RF2: RL 11.40, VAT 1.90 / CL 11.40, VAT-SUSPENSE 1.90',
    ],
  );
  assert.deepEqual(life.hub.reasons(), []);
});

test('a refund that gives another price than was accepted posts the difference, and says so', () => {
  const life = shipped();
  seeReturn(life, accepted(1));
  refund(life, 1, { returnId: '71', cashMinor: 1309 });
  const [difference] = postings(life).filter(({ key }) => key === 'credit/RF1');
  assert.match(difference?.text ?? '', /More than was accepted by refund RF1 of #1/);
  assert.equal(balances(life).refundLiability, undefined);
  const less = shipped();
  seeReturn(less, accepted(1));
  refund(less, 1, { returnId: '71', cashMinor: 1000 });
  seeReturn(less, {
    ...processed(1, ['RF1']),
    status: 'closed',
    lines: restocked(1, { processedQuantity: 1 }),
  });
  assert.equal(balances(less).refundLiability, -190);
  const words = [...less.hub.cases.values()].map(({ message }) => message).join();
  assert.match(words, /the customer is owed a refund: 1\.90 EUR/);
});

test('why we give money back decides how it is booked, also where the channel shows it before it has answered', () => {
  const life = shipped({ untaxedReasons: ['late'] });
  const wanted = {
    request: 'q1',
    return: null,
    lines: [],
    exchangeLines: [],
    shipping: 0,
    concessionMinor: 500,
    totalMinor: null,
    reason: 'late',
    note: '',
    by: 'Anna',
  };
  life.hub.tell('1', { type: 'refund.wanted', wanted });
  life.hub.tell('1', { type: 'refund.approve', request: 'q1', by: 'Ben', note: '' });
  refund(life, 0, { cashMinor: 500 });
  const credited = () => postings(life).filter(({ key }) => key.startsWith('credit/'));
  assert.equal(credited().length, 0, 'whose it is, and why, is not known yet');
  life.hub.done('channel.refund', { refundId: 'RF1', amountMinor: 500 });
  assert.deepEqual(
    credited().map(({ lines }) => lines.map(({ role }) => role).sort()),
    [['goodwill', 'receivables']],
    'a compensation, without tax',
  );
});

test('of a return that ends without money, what was accepted is taken back', () => {
  const life = shipped();
  seeReturn(life, accepted());
  seeReturn(life, accepted(2, { status: 'closed', closedAt: '2026-10-20T08:00:00.000Z' }));
  assert.deepEqual(journals(life).slice(4), [
    '10-20 withdrawal/shop/71/1: RL 23.80 / RET 20.00, VAT-SUSPENSE 3.80',
  ]);
  assert.deepEqual(life.hub.reasons(), []);
});

test('missing units, and those of a return that nobody has approved, are not accepted', () => {
  const life = shipped();
  const lines = returnLines({ dispositions: [disposed('D1', 'missing'), disposed('D2', 'damaged')] });
  seeReturn(life, aReturn({ status: 'requested', approvedAt: null, lines }));
  assert.deepEqual(
    journals(life).filter((each) => each.includes('RET')),
    [],
  );
  seeReturn(life, aReturn({ lines }));
  assert.deepEqual(
    journals(life).filter((each) => each.includes('RET')),
    ['10-05 acceptance/shop/71/channel/D2: RET 10.00, VAT-SUSPENSE 1.90 / RL 11.90'],
  );
});

test('in whatever order acceptances, refunds and closing are told, the books end the same and close', () => {
  const refunds: readonly ((life: OrderLife) => void)[] = [
    (life) => refund(life, 1, { returnId: '71' }),
    (life) => refund(life, 1, { day: '09' }),
  ];
  const end = (order: readonly number[]) => {
    const life = shipped();
    let seen = 0;
    let made = 0;
    for (const step of order) {
      if (step <= 1) {
        seen = Math.max(seen, step + 1);
        seeReturn(life, accepted(seen, { lines: restocked(seen, { processedQuantity: Math.min(1, made) }) }));
      } else if (step === 2 && made < refunds.length) {
        refunds[made]?.(life);
        made += 1;
      } else life.see(life.channel.order, 'read');
    }
    for (; made < refunds.length; made += 1) refunds[made]?.(life);
    const lines = restocked(2, { processedQuantity: 1 });
    const over = aReturn({
      lines,
      refundIds: ['RF1'],
      status: 'closed',
      closedAt: '2026-10-20T08:00:00.000Z',
    });
    seeReturn(life, over);
    life.hub.settle();
    for (const posting of postings(life)) assert.equal(imbalanceOf(posting), null);
    return { balances: balances(life), cases: life.hub.reasons() };
  };
  const first = end([0, 1, 2, 2]);
  assert.deepEqual(first, {
    balances: { clearing: 1190, revenue: -3000, returns: 2000, tax: -190 },
    cases: [],
  });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 7 }), (order) => {
      assert.deepEqual(end(order), first);
    }),
    { numRuns: 80 },
  );
});
