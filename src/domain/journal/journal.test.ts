/** Journals on their way to finance: each day once, what comes late as a difference, what is refused as a case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import { aPosting, aTax } from '../../../test/support/posted.ts';
import type { CommandBodies } from '../commands.ts';
import { RetailerConfig } from '../config.ts';
import type { JournalSum } from './messages.ts';
import { bookedOf, type JournalState } from './state.ts';

const DAY = 'ledger/de/shop/2026-10-01';

function hubWith(mode: 'summary' | 'journals' | 'documents') {
  const retailer = aRetailer();
  const config = RetailerConfig.parse({
    ...retailer,
    entities: retailer.entities.map((entity) => ({ ...entity, finance: { connection: 'ledger', mode } })),
    connections: [
      ...retailer.connections,
      { id: 'ledger', connector: 'stand-in', roles: ['finance'], sameCodes: ['tax-code'], settings: {} },
    ],
  });
  return new MemoryHub({ config });
}

const sum = (account: string, amountMinor: number): JournalSum => ({
  account,
  amountMinor,
  taxCode: null,
  brand: null,
});

function tellDay(hub: MemoryHub, postings: number, sums: JournalSum[]) {
  return hub.send('journal', DAY, {
    type: 'journal.summed',
    entity: 'de',
    channel: 'shop',
    date: '2026-10-01',
    currency: 'EUR',
    postings,
    sums,
  });
}

const journals = (hub: MemoryHub) =>
  hub.commands.map(({ request }) => request.body as CommandBodies['finance.postJournal']);
const completeness = (hub: MemoryHub) => bookedOf(hub.stream('journal', DAY).state as JournalState);

test('a day is one journal; told again it changes nothing; what comes late is a journal of the difference', () => {
  const hub = hubWith('summary');
  const first = [sum('1460', 500), sum('3272', -500)];
  assert.equal(tellDay(hub, 3, first), 'applied');
  assert.equal(tellDay(hub, 3, first), 'duplicate');
  assert.deepEqual(completeness(hub), { postings: 3, booked: 0 });
  hub.done('finance.postJournal', { documentId: 'D1' });
  assert.deepEqual(completeness(hub), { postings: 3, booked: 3 });
  tellDay(hub, 4, [sum('1460', 620), sum('3272', -600), sum('8400', -20)]);
  assert.equal(tellDay(hub, 3, first), 'stale');
  const [one, two] = journals(hub);
  assert.deepEqual([one?.number, two?.number], ['XD-de-shop-2026-10-01-1', 'XD-de-shop-2026-10-01-2']);
  assert.equal(two?.date, '2026-10-01');
  assert.deepEqual(
    two?.lines.map(({ account, amountMinor }) => [account, amountMinor]),
    [
      ['1460', 120],
      ['3272', -100],
      ['8400', -20],
    ],
  );
  assert.deepEqual(completeness(hub), { postings: 4, booked: 3 });
});

test('what comes late and adds up to nothing needs no journal', () => {
  const hub = hubWith('summary');
  const sums = [sum('1460', 500), sum('3272', -500)];
  tellDay(hub, 3, sums);
  hub.done('finance.postJournal', { documentId: 'D1' });
  assert.equal(tellDay(hub, 5, sums), 'applied');
  assert.equal(hub.commands.length, 1);
  assert.deepEqual(completeness(hub), { postings: 5, booked: 5 });
});

test('a refused journal is a case; retried it keeps its number, skipped it counts as booked by hand', () => {
  const hub = hubWith('summary');
  tellDay(hub, 1, [sum('1460', 500), sum('3272', -500)]);
  hub.rejected('finance.postJournal', 'PERIOD_CLOSED', '2026-10-01 is closed');
  const [opened] = [...hub.cases.values()];
  assert.equal(opened?.reason, 'finance-rejected');
  assert.match(
    opened?.message ?? '',
    /ledger was asked to book XD-de-shop-2026-10-01-1 \(shop\): 2026-10-01 is closed/,
  );
  const decide = (type: 'operator.retryCase' | 'operator.skipCase') =>
    hub.send('journal', DAY, { type, caseKey: opened?.caseKey ?? '', by: 'Ann', note: '' });
  decide('operator.retryCase');
  assert.equal(hub.cases.size, 0);
  const [first, second] = hub.commands.map(({ request }) => request);
  assert.notEqual(first?.key, second?.key);
  assert.deepEqual(first?.body, second?.body);
  assert.deepEqual(completeness(hub), { postings: 1, booked: 0 });
  hub.rejected('finance.postJournal', 'PERIOD_CLOSED', '2026-10-01 is closed');
  decide('operator.skipCase');
  assert.deepEqual(completeness(hub), { postings: 1, booked: 1 });
  assert.equal(hub.cases.size, 0);
});

const ORDER = 'ledger/de/shop/1';
const told = (postings: ReturnType<typeof aPosting>[]) => ({
  type: 'journal.posted' as const,
  entity: 'de',
  channel: 'shop',
  of: 'shop/1',
  postings,
});
const taxOf = (amount: number) =>
  ['tax', '3806', amount, { dimensions: { registration: 'DE', taxCode: 'DE19' } }] as const;
const capture = aPosting('capture/1', [
  ['clearing', '1460', 10_499],
  ['deposits', '3272', -10_499],
]);
const shipment = aPosting(
  'shipment/1',
  [
    ['deposits', '3272', 3_499],
    ['revenue', '8400', -2_801],
    ['shippingRevenue', '8401', -139],
    taxOf(-559),
    ['costOfGoods', '4000', 1_500],
    ['stock', '3980', -1_500],
  ],
  { taxes: [aTax(2_940, 559)] },
);
const returned = aPosting(
  'return/1',
  [['returns', '8402', 2_801], taxOf(532), ['refundLiability', '1700', -3_333]],
  { act: 'returned', taxes: [aTax(-2_801, -532)] },
);

test('one by one, each posting is a journal of its own, once', () => {
  const hub = hubWith('journals');
  hub.send('journal', ORDER, told([capture, shipment]));
  assert.equal(hub.send('journal', ORDER, told([capture, shipment])), 'duplicate');
  assert.deepEqual(
    journals(hub).map(({ number, lines }) => [
      number,
      lines.reduce((all, line) => all + line.amountMinor, 0),
    ]),
    [
      ['XD-shop/1-capture/1', 0],
      ['XD-shop/1-shipment/1', 0],
    ],
  );
  assert.deepEqual(journals(hub)[1]?.lines.filter(({ taxCode }) => taxCode !== null).length, 1);
});

test('as documents, what carries tax is an invoice or a credit note, settled by what stands against it', () => {
  const hub = hubWith('documents');
  hub.send('journal', ORDER, told([capture, shipment, returned]));
  assert.deepEqual(
    hub.commands.map(({ request: { kind } }) => kind),
    [
      'finance.postJournal',
      'finance.createInvoice',
      'finance.recordPayment',
      'finance.postJournal',
      'finance.createCreditNote',
      'finance.recordPayment',
    ],
  );
  const body = (at: number) => hub.commands[at]?.request.body as never;
  const invoice: CommandBodies['finance.createInvoice'] = body(1);
  assert.equal(invoice.totalMinor, 3_499);
  assert.deepEqual(
    invoice.lines.map(({ account, netMinor, taxMinor, taxCode }) => [account, netMinor, taxMinor, taxCode]),
    [
      ['8400', 2_801, 533, 'DE19'],
      ['8401', 139, 26, 'DE19'],
    ],
  );
  const payment: CommandBodies['finance.recordPayment'] = body(2);
  assert.deepEqual([payment.document, payment.account, payment.amountMinor], [invoice.number, '3272', 3_499]);
  const credit: CommandBodies['finance.createCreditNote'] = body(4);
  assert.deepEqual(
    [credit.totalMinor, credit.lines[0]?.netMinor, credit.lines[0]?.taxMinor],
    [3_333, 2_801, 532],
  );
  const back: CommandBodies['finance.recordPayment'] = body(5);
  assert.deepEqual([back.documentKind, back.account, back.amountMinor], ['creditNote', '1700', 3_333]);
});

const CLOSED = { closedThrough: '2026-10-31' };
const factsOf = (hub: MemoryHub) => hub.stream('journal', ORDER).facts;

test('retried, what falls into a period that is closed meanwhile is moved to the next open day, with all of its stream', () => {
  const hub = hubWith('documents');
  hub.send('journal', ORDER, told([shipment]));
  hub.rejected('finance.createInvoice', 'PERIOD_CLOSED', 'October is closed', CLOSED);
  const [opened] = [...hub.cases.values()];
  const retry = () =>
    hub.send('journal', ORDER, {
      type: 'operator.retryCase',
      caseKey: opened?.caseKey ?? '',
      by: 'Ann',
      note: '',
    });
  retry();
  // Its own day first: the period may be open again.
  const invoices = () =>
    hub.commands
      .map(({ request }) => request)
      .filter(({ kind }) => kind === 'finance.createInvoice')
      .map(({ key, body }) => ({ key, body: body as CommandBodies['finance.createInvoice'] }));
  assert.equal(invoices()[1]?.body.date, '2026-10-01');
  hub.rejected('finance.createInvoice', 'PERIOD_CLOSED', 'October is closed', CLOSED);
  assert.equal(hub.cases.size, 0);
  const [first, , moved] = invoices();
  assert.deepEqual(moved?.body, { ...first?.body, date: '2026-11-01', movedFrom: '2026-10-01' });
  assert.equal(new Set(invoices().map(({ key }) => key)).size, 3);
  hub.done('finance.createInvoice', { documentId: 'D1' });
  // Its payment follows without a word.
  hub.rejected('finance.recordPayment', 'PERIOD_CLOSED', 'October is closed', CLOSED);
  assert.equal(hub.cases.size, 0);
  const [payment] = hub.open('finance.recordPayment');
  assert.ok(payment);
  const { date, movedFrom } = payment.request.body as CommandBodies['finance.recordPayment'];
  assert.deepEqual([date, movedFrom], ['2026-11-01', '2026-10-01']);
  // Closed further meanwhile: a person is asked again.
  hub.rejected('finance.recordPayment', 'PERIOD_CLOSED', 'closed', { closedThrough: '2026-11-30' });
  assert.equal(hub.cases.size, 1);
  const told_ = factsOf(hub).flatMap((fact) => (fact.type === 'DocumentMoved' ? [fact] : []));
  assert.deepEqual(
    told_.map((fact) => ({ ...fact })),
    [
      {
        type: 'DocumentMoved',
        number: 'XD-shop/1-shipment/1',
        from: '2026-10-01',
        to: '2026-11-01',
        closedThrough: '2026-10-31',
      },
      {
        type: 'DocumentMoved',
        number: 'XD-shop/1-shipment/1/p1',
        from: '2026-10-01',
        to: '2026-11-01',
        closedThrough: '2026-10-31',
      },
    ],
  );
});

const BALANCES = 'ledger/de/balances';
const tellBalances = (hub: MemoryHub, asOf: string) =>
  hub.send('journal', BALANCES, {
    type: 'journal.balances',
    entity: 'de',
    asOf,
    currency: 'EUR',
    balances: [
      { account: '1460', balanceMinor: 500 },
      { account: '3272', balanceMinor: -500 },
    ],
  });
const answerBalances = (hub: MemoryHub, clearing: number) =>
  hub.done('finance.readBalances', {
    balances: [
      { account: '1460', balanceMinor: clearing },
      { account: '3272', balanceMinor: -500 },
      { account: '6000', balanceMinor: 99 },
    ],
  });

test('balances are compared once a day; a difference is a case until it is gone, or accepted as it is', () => {
  const hub = hubWith('summary');
  tellBalances(hub, '2026-10-01');
  assert.equal(tellBalances(hub, '2026-10-01'), 'duplicate');
  answerBalances(hub, 500);
  assert.equal(hub.cases.size, 0, 'an account that we never post to is none of ours');
  tellBalances(hub, '2026-10-02');
  answerBalances(hub, 620);
  const [opened] = [...hub.cases.values()];
  assert.match(
    opened?.message ?? '',
    /At the end of 2026-10-02 ledger says otherwise of de \(EUR\).*: 1460 by 1\.20/,
  );
  tellBalances(hub, '2026-10-03');
  answerBalances(hub, 500);
  assert.equal(hub.cases.size, 0);
  tellBalances(hub, '2026-10-04');
  answerBalances(hub, 620);
  hub.send('journal', BALANCES, { type: 'operator.skipCase', caseKey: 'balances', by: 'Ann', note: '' });
  tellBalances(hub, '2026-10-05');
  answerBalances(hub, 620);
  assert.equal(hub.cases.size, 0, 'accepted');
  tellBalances(hub, '2026-10-06');
  answerBalances(hub, 630);
  assert.equal(hub.cases.size, 1, 'another one is a case again');
});
