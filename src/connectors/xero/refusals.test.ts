/** What is refused, by us or by Xero, and why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aBankTransaction,
  aBench,
  aCommand,
  aJournal,
  anInvoice,
  aPayment,
  assertDone,
  assertRejected,
  line,
  perform,
  soon,
} from './testing.ts';

test('what Xero would book as something else is refused before it is sent', async (context) => {
  const { book, exchanges } = await aBench(context);
  const [first, second] = aJournal('J').lines;
  assert.ok(first && second);
  assertRejected(
    await book('finance.createInvoice', anInvoice('I-1', { totalMinor: 2_989 })),
    'amounts-do-not-add-up',
    /come to 2988/,
  );
  assertRejected(
    await book('finance.createInvoice', anInvoice('I-2', { currency: 'EUR' })),
    'rate-missing',
    /Xero would take one of its own/,
  );
  assertRejected(
    await book(
      'finance.createInvoice',
      anInvoice('I-3', { lines: [line({ taxCode: null })], totalMinor: 2_400 }),
    ),
    'tax-without-code',
    /tax of 400/,
  );
  assertRejected(
    await book(
      'finance.createInvoice',
      anInvoice('I-4', {
        currency: 'KWD',
        rate: '2.5',
        lines: [line({ netMinor: 1_234, taxMinor: 0 })],
        totalMinor: 1_234,
      }),
    ),
    'too-fine',
    /two decimals/,
  );
  assertRejected(await book('finance.createInvoice', anInvoice('I"5')), 'bad-number', /cannot be a number/);
  assertRejected(
    await book('finance.postJournal', aJournal('J-1', { currency: 'EUR' })),
    'journal-currency',
    /in GBP only/,
  );
  assertRejected(
    await book('finance.postJournal', aJournal('J-2', { lines: [{ ...first, taxCode: 'INPUT2' }, second] })),
    'journal-with-tax',
    /work it out anew/,
  );
  assertRejected(
    await book('finance.postJournal', aJournal('J-3', { lines: [first, { ...second, amountMinor: -839 }] })),
    'amounts-do-not-add-up',
    /off by 1/,
  );
  assertRejected(
    await book('finance.recordBankTransaction', aBankTransaction('B-1', { bankAccount: '091' })),
    'bank-currency',
    /091 is in EUR/,
  );
  assertRejected(
    await book('finance.recordBankTransaction', aBankTransaction('B-2', { bankAccount: '850' })),
    'no-bank-account',
    /no bank account with the code 850/,
  );
  assert.ok(
    exchanges.every(({ route }) => route.method === 'GET'),
    'nothing was sent',
  );
});

test('what Xero refuses is told in its words, with a code and a fix', async (context) => {
  const { sandbox, book } = await aBench(context);
  const on = (account: string, taxCode = 'OUTPUT2') => ({
    lines: [line({ account, taxCode, netMinor: 2_490, taxMinor: 498 })],
  });
  assertRejected(
    await book('finance.createInvoice', anInvoice('I-1', on('999'))),
    'account-not-valid',
    /^Account code '999' is not a valid code for this document\.$/,
  );
  assertRejected(
    await book('finance.createInvoice', anInvoice('I-2', on('299'))),
    'account-archived',
    /^Account code '299' has been archived/,
  );
  assertRejected(
    await book('finance.createInvoice', anInvoice('I-3', on('200', 'OUTPUT9'))),
    'unknown-tax-type',
    /'OUTPUT9' does not exist/,
  );
  assertRejected(
    await book('finance.createInvoice', anInvoice('I-4', on('404'))),
    'tax-type-not-for-account',
    /cannot be used with account code '404'/,
  );
  assertRejected(
    await book('finance.createInvoice', anInvoice('I-5', on('200', 'TAX009'))),
    'unknown-tax-type',
    /'TAX009'/,
  );
  for (const account of ['610', '800', '960', '090']) {
    const lines = aJournal('J').lines.map((each, index) => (index === 0 ? { ...each, account } : each));
    assertRejected(
      await book('finance.postJournal', aJournal(`J-${account}`, { lines })),
      'account-not-valid',
      /not a valid code/,
    );
  }
  assertDone(await book('finance.createInvoice', anInvoice('I-6')));
  assertRejected(
    await book('finance.recordPayment', aPayment('P-1', 'I-6', { amountMinor: 2_989 })),
    'more-than-outstanding',
    /exceeds the amount outstanding/,
  );
  assertRejected(
    await book('finance.recordPayment', aPayment('P-2', 'I-6', { account: '200' })),
    'account-not-valid',
    /'200'/,
  );
  assertRejected(
    await book('finance.recordPayment', aPayment('P-3', 'I-7')),
    'not-found',
    /could not be found/,
  );
  sandbox.lockPeriod('2026-11-28');
  assertRejected(
    await book('finance.createInvoice', anInvoice('I-8')),
    'period-locked',
    /period lock date, currently set at 28-Nov-2026/,
  );
  sandbox.lockPeriod(null);
  sandbox.lockYear('2026-11-30');
  assertRejected(
    await book('finance.postJournal', aJournal('J-1')),
    'period-locked',
    /end of year lock date/,
  );
});

test('a number that another document has is refused; one that is ours is found, also by a first attempt', async (context) => {
  const { sandbox, session, book } = await aBench(context);
  const first = await book('finance.createInvoice', anInvoice('I-1'));
  assertDone(first);
  const again = await session.perform(
    { ...aCommand('finance.createInvoice', anInvoice('I-1')), key: 'another' },
    soon(),
  );
  assert.deepEqual(again, first);
  const other = anInvoice('I-1', { lines: [line()], totalMinor: 2_400 });
  assertRejected(
    await session.perform({ ...aCommand('finance.createInvoice', other), key: 'third' }, soon()),
    'number-taken',
    /must be unique/,
  );
  assertRejected(
    await perform(session, 'finance.createInvoice', other, 2),
    'number-taken',
    /of 29.88 GBP there, and of 24 GBP here/,
  );
  const found = await session.lookUp(aCommand('finance.createInvoice', other), soon());
  assert.equal(found.status, 'rejected');
  // A person voids it, as the case suggests: it is booked anew.
  sandbox.void('invoice', 'I-1');
  assertDone(await perform(session, 'finance.createInvoice', other, 3));
  assert.equal(sandbox.balances('2026-11-28')['610'], 24_00);
});

test('a locked day is told with the day up to which the books are closed; what was moved says so, and is found on either day', async (context) => {
  const { sandbox, session, book } = await aBench(context);
  sandbox.lockPeriod('2026-11-28');
  sandbox.lockYear('2026-10-31');
  const refused = await book('finance.createInvoice', anInvoice('I-1'));
  assert.equal(refused.status === 'rejected' && refused.closedThrough, '2026-11-28');
  const change = { date: '2026-11-29', movedFrom: '2026-11-28' };
  const moved = { ...aCommand('finance.createInvoice', anInvoice('I-1', change)), key: 'again' };
  assertDone(await session.perform(moved, soon()));
  assertDone(await book('finance.postJournal', aJournal('J-1', change)));
  const { documents, journals } = sandbox.books();
  assert.equal(documents[0]?.reference, 'shop/I-1 (of 2026-11-28, whose period is closed)');
  assert.match(journals[0]?.narration ?? '', /\(of 2026-11-28, whose period is closed\)$/);
  for (const body of [aJournal('J-1'), aJournal('J-1', change)]) {
    const found = await session.lookUp(aCommand('finance.postJournal', body), soon());
    assert.equal(found.status, body.movedFrom === undefined ? 'absent' : 'found');
  }
});
