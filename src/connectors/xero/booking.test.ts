/** What is booked at Xero, to the cent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aBankTransaction,
  aBench,
  aCommand,
  aCreditNote,
  aJournal,
  anInvoice,
  aPayment,
  assertDone,
  assertRejected,
  type Bench,
  line,
  perform,
  soon,
} from './testing.ts';

test('an order from invoice to payout, with a return, stands in the trial balance as an accountant would book it', async (context) => {
  const { sandbox, session, book } = await aBench(context);
  // 20.00 goods and 4.90 delivery with 20 % VAT, paid from deposits; one of two lanterns comes back and is refunded.
  assertDone(await book('finance.createInvoice', anInvoice('I-1')));
  assertDone(await book('finance.recordPayment', aPayment('P-1', 'I-1')));
  assertDone(await book('finance.createCreditNote', aCreditNote('C-1', { credits: 'I-1' })));
  assertDone(
    await book(
      'finance.recordPayment',
      aPayment('P-2', 'C-1', { documentKind: 'creditNote', account: '092', amountMinor: 1_200 }),
    ),
  );
  assertDone(await book('finance.postJournal', aJournal('J-1')));
  assertDone(await book('finance.recordBankTransaction', aBankTransaction('B-1')));
  const expected = {
    '090': 97_10,
    '092': -12_00,
    '200': -10_00,
    '210': -4_90,
    '310': 8_40,
    '404': 2_90,
    '630': -8_40,
    // 29.88 paid from deposits, 100.00 captured.
    '850': 29_88 - 100_00,
    // 4.98 on the invoice, 2.00 given back.
    '820': -2_98,
  };
  assert.deepEqual(sandbox.balances('2026-11-28'), expected);
  const read = await book('finance.readBalances', { entity: 'uk', asOf: '2026-11-28' });
  assertDone(read);
  const { balances } = read.result as { balances: { account: string; balanceMinor: number }[] };
  const shown = balances.filter(({ balanceMinor }) => balanceMinor !== 0);
  assert.deepEqual(
    Object.fromEntries(shown.map(({ account, balanceMinor }) => [account, balanceMinor])),
    expected,
  );
  const before = await perform(session, 'finance.readBalances', { entity: 'uk', asOf: '2026-11-27' });
  assertDone(before);
  assert.deepEqual(before.result, { balances: [] });
});

test('turnover of an earlier year stands in retained earnings', async (context) => {
  const { sandbox, book } = await aBench(context);
  assertDone(
    await book('finance.createInvoice', anInvoice('I-1', { date: '2025-12-31', dueDate: '2025-12-31' })),
  );
  assert.deepEqual(sandbox.balances('2026-01-01'), { '610': 29_88, '820': -4_98, '960': -24_90 });
  const read = await book('finance.readBalances', { entity: 'uk', asOf: '2026-01-01' });
  assertDone(read);
  const { balances } = read.result as { balances: { account: string; balanceMinor: number }[] };
  assert.equal(balances.find(({ account }) => account === '960')?.balanceMinor, -24_90);
});

test('the tax of the channel is booked as it is, also where the rate would make another', async (context) => {
  const { sandbox, book } = await aBench(context);
  const lines = [line({ quantity: 1, netMinor: 1_999, taxMinor: 399 })];
  assertDone(await book('finance.createInvoice', anInvoice('I-1', { lines, totalMinor: 2_398 })));
  assert.equal(sandbox.balances('2026-11-28')['820'], -3_99);
});

test('a line whose unit price is no number of four decimals is one unit, with its quantity in words', async (context) => {
  const { exchanges, book } = await aBench(context);
  const lines = [
    line({ quantity: 3, netMinor: 1_000, taxMinor: 200 }),
    line({ quantity: 8, netMinor: 1_002, taxMinor: 200 }),
  ];
  assertDone(await book('finance.createInvoice', anInvoice('I-1', { lines, totalMinor: 2_402 })));
  const body = exchanges.find(({ route }) => route.method === 'PUT')?.body as {
    Invoices: { LineItems: { Description: string; Quantity: number; UnitAmount: number }[] }[];
  };
  assert.deepEqual(
    body.Invoices[0]?.LineItems.map(({ Description, Quantity, UnitAmount }) => [
      Description,
      Quantity,
      UnitAmount,
    ]),
    [
      ['3 × Lantern', 1, 10],
      // 10.02 / 8 = 1.2525
      ['Lantern', 8, 1.2525],
    ],
  );
});

test('a document in another currency is booked at its own rate, and its payment makes the exchange difference', async (context) => {
  const { sandbox, book } = await aBench(context);
  // 29.88 EUR at 0.80: 23.90 GBP; paid at 0.85: 25.40 GBP.
  assertDone(await book('finance.createInvoice', anInvoice('I-1', { currency: 'EUR', rate: '0.8' })));
  assertDone(await book('finance.recordPayment', aPayment('P-1', 'I-1', { currency: 'EUR', rate: '0.85' })));
  const balances = sandbox.balances('2026-11-28');
  assert.equal(balances['610'], undefined, 'nothing is left to receive');
  assert.equal(balances['850'], 25_40);
  assert.equal(balances['499'], -1_50);
  assert.equal(
    Object.values(balances).reduce((sum, cents) => sum + cents, 0),
    0,
  );
});

test('many documents go in one call, and one that is refused keeps no other back', async (context) => {
  const { sandbox, session, exchanges } = await aBench(context);
  const commands = Array.from({ length: 25 }, (_, index) =>
    aCommand(
      'finance.createInvoice',
      index === 7
        ? anInvoice('I-7', { lines: [line({ account: '299' })], totalMinor: 2_400 })
        : anInvoice(`I-${index}`),
    ),
  );
  const outcomes = (await session.performBatch?.(commands, soon())) ?? [];
  assert.equal(outcomes.length, 25);
  for (const [index, outcome] of outcomes.entries()) {
    if (index === 7) assertRejected(outcome, 'account-archived', /299/);
    else assertDone(outcome);
  }
  assert.equal(exchanges.filter(({ route }) => route.method === 'PUT').length, 1);
  assert.equal(sandbox.books().documents.length, 24);
  // After an outcome that nobody saw, one search finds all.
  exchanges.length = 0;
  const second = commands.map((command) => ({ ...command, attempt: 2 }));
  const repeated = (await session.performBatch?.(second, soon())) ?? [];
  assert.deepEqual(
    repeated.map(({ status }) => status),
    outcomes.map(({ status }) => status),
  );
  assert.equal(sandbox.books().documents.length, 24);
  assert.deepEqual(
    exchanges.map(({ route }) => route.method),
    ['GET', 'PUT'],
  );
});

test('a request that Xero cannot read as a whole is sent one by one', async (context) => {
  const { sandbox, session } = await aBench(context);
  // The account of one has more characters than Xero's codes.
  const odd = anInvoice('I-2', { lines: [line({ account: 'x'.repeat(11) })], totalMinor: 2_400 });
  const commands = [anInvoice('I-1'), odd, anInvoice('I-3')].map((body) =>
    aCommand('finance.createInvoice', body),
  );
  const outcomes = (await session.performBatch?.(commands, soon())) ?? [];
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['done', 'rejected', 'done'],
  );
  assert.deepEqual(
    sandbox.books().documents.map(({ number }) => number),
    ['I-1', 'I-3'],
  );
});

test('brands and channels become tracking: what is missing is made, once', async (context) => {
  const { session, exchanges, book } = await aBench(context, {
    tracking: { brand: 'Brand', channel: 'Channel' },
  });
  const dimensions = { brand: 'Vale', channel: 'shop-north', location: 'LEEDS' };
  const one = (number: string) => anInvoice(number, { lines: [line({ dimensions })], totalMinor: 2_400 });
  const outcomes = await Promise.all(
    ['I-1', 'I-2', 'I-3'].map((number) => book('finance.createInvoice', one(number))),
  );
  for (const outcome of outcomes) assertDone(outcome);
  const made = exchanges
    .filter(({ path }) => path.startsWith('/Tracking'))
    .map(({ route, body }) => [route.method, body]);
  assert.deepEqual(made, [
    ['GET', undefined],
    ['PUT', { Name: 'Vale' }],
    ['PUT', { Name: 'Channel' }],
    ['PUT', { Name: 'shop-north' }],
  ]);
  await session.close();
});

test('tracking that Xero has no room for is refused with a fix', async (context) => {
  const { book } = await aBench(
    context,
    { tracking: { brand: 'Marke', channel: 'Kanal' } },
    { tracking: { Region: [], Department: [] } },
  );
  assertRejected(
    await book('finance.createInvoice', anInvoice('I-1')),
    'tracking',
    /maximum of 2 active tracking categories/,
  );
});

test('money between two bank accounts is a transfer', async (context) => {
  const { sandbox, book } = await aBench(context);
  const lines = [line({ account: '092', netMinor: 5_000, taxMinor: 0, taxCode: null })];
  assertDone(
    await book('finance.recordBankTransaction', aBankTransaction('B-1', { lines, totalMinor: 5_000 })),
  );
  assertDone(
    await book(
      'finance.recordBankTransaction',
      aBankTransaction('B-2', { lines, totalMinor: 5_000, direction: 'spent' }),
    ),
  );
  assert.deepEqual(
    sandbox.books().transfers.map(({ reference, from, to, cents }) => [reference, from, to, cents]),
    [
      ['B-1', '092', '090', 5_000],
      ['B-2', '090', '092', 5_000],
    ],
  );
  const toEuro = [line({ account: '091', netMinor: 5_000, taxMinor: 0, taxCode: null })];
  assertRejected(
    await book(
      'finance.recordBankTransaction',
      aBankTransaction('B-3', { lines: toEuro, totalMinor: 5_000 }),
    ),
    'transfer-currencies',
    /moves nothing between currencies/,
  );
});

test('a credit note is set off against its invoice; lost between the two, the next try does only what is missing', async (context) => {
  const { sandbox, session, book } = await aBench(context);
  assertDone(await book('finance.createInvoice', anInvoice('I-1')));
  const body = aCreditNote('C-1', { credits: 'I-1', settles: [{ invoice: 'I-1', amountMinor: 1_200 }] });
  // The note alone, as if the hub had been killed before the second call.
  assertDone(await book('finance.createCreditNote', { ...body, settles: [] }));
  const command = aCommand('finance.createCreditNote', body, 2);
  assert.equal((await session.lookUp(command, soon())).status, 'absent');
  assertDone(await session.perform(command, soon()));
  assert.equal((await session.lookUp(command, soon())).status, 'found');
  assertDone(await session.perform({ ...command, attempt: 3 }, soon()));
  assert.deepEqual(
    sandbox.books().documents.map(({ number, openCents }) => [number, openCents]),
    [
      ['I-1', 1_788],
      ['C-1', 0],
    ],
  );
  const tooMuch = aCreditNote('C-2', { credits: 'I-1', settles: [{ invoice: 'I-1', amountMinor: 1_300 }] });
  assertRejected(await book('finance.createCreditNote', tooMuch), 'more-than-outstanding', /outstanding/);
});

test('customers are one contact, or each one of their own with a unique name', async (context) => {
  const collective = await aBench(context, { collectiveContact: 'Web shop' });
  assertDone(await collective.book('finance.createInvoice', anInvoice('I-1', { customerId: 'c-1' })));
  const contactOf = ({ exchanges }: Bench) => {
    const body = exchanges.find(({ route }) => route.method === 'PUT')?.body;
    return (body as { Invoices: { Contact: unknown }[] }).Invoices[0]?.Contact;
  };
  assert.deepEqual(contactOf(collective), { Name: 'Web shop' });
  const own = await aBench(context, { contacts: 'perCustomer' });
  const person = { ...PERSON, name: 'Grete  <Hermann>' };
  const command = {
    ...aCommand('finance.createInvoice', anInvoice('I-1', { customerId: 'c-1' })),
    persons: new Map([['c-1', person]]),
  };
  assertDone(await own.session.perform(command, soon()));
  assert.deepEqual(contactOf(own), { ContactNumber: 'c-1', Name: 'Grete Hermann (c-1)' });
  // Redacted meanwhile: the number stays, no name is sent.
  assertDone(await own.book('finance.createInvoice', anInvoice('I-2', { customerId: 'c-1' })));
});

const PERSON = {
  schema: 'person/1' as const,
  personId: 'c-1',
  name: 'Grete Hermann',
  company: null,
  email: null,
  phone: null,
  address1: null,
  address2: null,
  city: null,
  postalCode: null,
  provinceCode: null,
  countryCode: null,
};
