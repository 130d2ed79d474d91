import assert from 'node:assert/strict';
import test from 'node:test';
import { aRetailer, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import { type BooksInput, someBooks } from '../../../test/support/retailer-books.ts';
import { writeJournal } from '../books/cases/notation.ts';
import { imbalanceOf, type Posting } from '../books/posting.ts';
import type { Order, Payment } from '../canonical/index.ts';
import type { RetailerConfigInput } from '../config.ts';

const both = (minor: number) => ({ shop: minor, presentment: minor });

function paid(amountMinor: number, changes: Partial<Payment> = {}): Payment {
  return {
    schema: 'payment/1',
    paymentId: 'P1',
    parentId: null,
    kind: 'sale',
    status: 'succeeded',
    gateway: 'card',
    amount: both(amountMinor),
    processedAt: '2026-10-01T08:00:00.000Z',
    authorisationExpiresAt: null,
    ...changes,
  };
}

function retailer(books: BooksInput): Partial<RetailerConfigInput> {
  const { entities } = aRetailer();
  return { entities: entities.map((entity) => ({ ...entity, books })) };
}

/** Tax codes of the channel are ours here. */
const REGISTRATIONS = [{ id: 'DE', jurisdiction: 'DE', taxCodes: ['MwSt 0.19'] }];
const books = (changes: Partial<BooksInput> = {}, without: Parameters<typeof someBooks>[1] = []) =>
  someBooks({ registrations: REGISTRATIONS, ...changes }, without);

function aLife(of: BooksInput, payments: Payment[], order: Partial<Order> = {}): OrderLife {
  return new OrderLife({
    lines: [line('A', 2, 5950)],
    order: { payments, ...order },
    config: retailer(of),
  });
}

function postings(life: OrderLife): Posting[] {
  return life.hub.facts().flatMap((fact) => (fact.type === 'PostingsMade' ? fact.postings : []));
}

function journals(life: OrderLife): string[] {
  return postings(life).map(({ key, lines, currency }) => {
    const noted = lines.map(({ role, amountMinor }) => ({ role, of: '', amountMinor }));
    return `${key}: ${writeJournal(noted, currency)}`;
  });
}

test('a paid order that ships is a deposit, then revenue and tax; its books close with it', () => {
  const life = aLife(books(), [paid(11_900)]).shipped();
  assert.equal(life.state.status, 'closed');
  assert.deepEqual(journals(life), [
    'capture/P1: CL 119.00 / DEP 119.00',
    'shipment/R1-S: DEP 119.00 / REV 100.00, VAT 19.00',
  ]);
  for (const posting of postings(life)) assert.equal(imbalanceOf(posting), null);
  assert.deepEqual(life.hub.reasons(), []);
});

test('of an entity without books nothing is posted', () => {
  const life = new OrderLife({ lines: [line('A', 2, 5950)], order: { payments: [paid(11_900)] } }).shipped();
  assert.deepEqual(journals(life), []);
  assert.equal(life.state.books, undefined);
});

test('the same snapshot again posts nothing again', () => {
  const life = aLife(books(), [paid(11_900)]).shipped();
  const before = journals(life);
  life.see().see(life.channel.order, 'read');
  assert.deepEqual(journals(life), before);
});

test('a row that is missing is a case that names it; when it is there, what waited is posted', () => {
  const life = aLife(books({}, ['revenue']), [paid(11_900)]).shipped();
  assert.deepEqual(journals(life), ['capture/P1: CL 119.00 / DEP 119.00']);
  assert.deepEqual(life.hub.reasons(), ['posting-rule-missing']);
  const opened = life.hub.facts().find((fact) => fact.opens?.reason === 'posting-rule-missing');
  assert.match(opened?.opens?.message ?? '', /"role":"revenue","brand":"brand"/);
  assert.equal(life.state.status, 'closed', 'the goods and the money do not wait for the books');
  Object.assign(life.hub, { config: aRetailer(retailer(books())) });
  life.hub.retry('posting-rule-missing');
  assert.deepEqual(journals(life).slice(1), ['shipment/R1-S: DEP 119.00 / REV 100.00, VAT 19.00']);
  assert.deepEqual(life.hub.reasons(), []);
});

test('a unit that comes back is credited, and its refund clears what is owed', () => {
  const life = aLife(books(), [paid(11_900)]).shipped();
  const refunded = life.channel.refund([{ lineId: life.channel.order.lines[0]?.lineId ?? '', quantity: 1 }]);
  life.see(refunded);
  const credit = journals(life).filter((each) => each.startsWith('credit/'));
  assert.deepEqual(credit, ['credit/RF1: RET 50.00, VAT 9.50 / RL 59.50']);
  assert.deepEqual(life.hub.reasons(), [], 'its money is told of by a message that carries payments');
  life.see(
    life.channel.change({
      payments: [paid(11_900), paid(5950, { paymentId: 'P2', kind: 'refund' })],
    }),
    'read',
  );
  assert.deepEqual(journals(life).slice(-1), ['refund/P2: RL 59.50 / CL 59.50']);
  assert.deepEqual(life.hub.reasons(), []);
});

test('what is left of an order that is over is a case that says what it is, and ends when it is gone', () => {
  const life = aLife(books(), [paid(12_000)]).shipped();
  assert.deepEqual(life.hub.reasons(), ['order-does-not-close']);
  const opened = life.hub.facts().find((fact) => fact.opens?.reason === 'order-does-not-close');
  assert.match(opened?.opens?.message ?? '', /a deposit is held: 1\.00 EUR/);
  const back = paid(100, { paymentId: 'P2', kind: 'refund' });
  life.see(life.channel.change({ payments: [paid(12_000), back] }), 'read');
  assert.deepEqual(life.hub.reasons(), []);
});

test('more refunded than paid is one case, not two, and goodwill once somebody says that it was meant', () => {
  const life = aLife(books(), [paid(11_900)]).shipped();
  life.channel.refund([], { extraMinor: 12_500 });
  const back = paid(12_500, { paymentId: 'P2', kind: 'refund' });
  life.see(life.channel.change({ payments: [paid(11_900), back] }), 'read');
  assert.deepEqual(life.hub.reasons(), ['refund-exceeds-payment']);
  life.hub.skip('refund-exceeds-payment');
  life.hub.settle();
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(journals(life).at(-1), 'goodwill/1: GOODWILL 6.00 / AR 6.00');
});

test('a cent that is left is written off, where the entity says so', () => {
  const life = aLife(books({ writeOffLimitMinor: 2 }), [paid(11_901)]).shipped();
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(journals(life).at(-1), 'close/1: DEP 0.01 / WRITE-OFF 0.01');
});

test('where revenue waits for the arrival, it comes after the days on the way', () => {
  const of = books({
    revenue: [{ on: 'delivery', transitDays: 2 }],
    costs: [{ sku: 'A', unitMinor: 1000 }],
  });
  const life = aLife(of, [paid(11_900)]).shipped();
  assert.deepEqual(journals(life), [
    'capture/P1: CL 119.00 / DEP 119.00',
    'shipment/R1-S: DEP 19.00 / VAT 19.00',
    'shipment/R1-S/cost: GIT 20.00 / STOCK 20.00',
  ]);
  life.hub.passDays(3);
  assert.deepEqual(journals(life).slice(3), [
    'delivery/R1-S: DEP 100.00 / REV 100.00',
    'delivery/R1-S/cost: COGS 20.00 / GIT 20.00',
  ]);
});

test('what belongs in a return that is filed keeps its period, and is told in the first open one', () => {
  const registrations = [
    { id: 'DE', jurisdiction: 'DE', taxCodes: ['MwSt 0.19'], lockedThrough: '2026-11-30' },
  ];
  const taxes = (of: BooksInput) => {
    const life = aLife(of, [paid(11_900)]).shipped();
    return postings(life)
      .flatMap((posting) => posting.taxes)
      .map(({ originalPeriod, reportedPeriod }) => [originalPeriod, reportedPeriod]);
  };
  assert.deepEqual(taxes(books({ registrations })), [['2026-10', '2026-12']]);
  assert.deepEqual(taxes(books()), [['2026-10', undefined]]);
});

test('a day of the entity counts, and a closed period moves the posting and keeps the date of the act', () => {
  const of = books({ lockedThrough: '2026-10-31' });
  const life = aLife(of, [paid(11_900, { processedAt: '2026-10-01T23:30:00.000Z' })]).placed();
  const [capture] = postings(life);
  assert.equal(capture?.documentDate, '2026-10-02', 'in Berlin the day has begun');
  assert.equal(capture?.postingDate, '2026-11-01');
});
