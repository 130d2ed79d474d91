/** Tokens, budget and keys: what stands between a command and Xero's books. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from './budget.ts';
import { fromXero, toXero, toXeroRate, unitPrice } from './decimal.ts';
import { aBench, aCommand, aJournal, anInvoice, assertDone, perform, sessionAt, soon } from './testing.ts';

const START = Date.UTC(2026, 10, 28, 6);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test('an access token is renewed before it ends, and replaced where it has ended early', async (context) => {
  const { sandbox, clock, book } = await aBench(context);
  assertDone(await book('finance.createInvoice', anInvoice('I-1')));
  sandbox.expireTokens();
  assertDone(await book('finance.createInvoice', anInvoice('I-2')));
  for (const hours of [1, 2, 30]) {
    clock.advanceTo(START + hours * HOUR_MS);
    assertDone(await book('finance.createInvoice', anInvoice(`I-${hours}h`)));
  }
  assert.equal(sandbox.books().documents.length, 5);
});

test('another organisation than the app is connected to: auth, with what to check', async (context) => {
  const { sandbox, clock } = await aBench(context);
  const session = sessionAt(sandbox.url, clock, { tenantId: '99999999-2222-4333-8444-555555555555' });
  const outcome = await perform(session, 'finance.createInvoice', anInvoice('I-1'));
  assert.equal(outcome.status, 'auth');
  assert.match('message' in outcome ? outcome.message : '', /tenantId/);
  assert.equal((await session.check(soon())).ok, false);
  await session.close();
});

test('sixty calls a minute: so many are let in, less some for calls in between, and then it waits', () => {
  const budget = new Budget(60);
  for (let call = 0; call < 54; call += 1) assert.equal(budget.admit(START + call), 0, `call ${call}`);
  assert.equal(budget.admit(START + 54), MINUTE_MS - 54);
  budget.count(START + 55);
  assert.equal(budget.admit(START + 56), MINUTE_MS - 55, 'the second oldest is waited for');
  assert.equal(budget.admit(START + MINUTE_MS + 2), 0);
});

test('what Xero counts and we have not seen is believed; a refusal closes until it says', () => {
  const budget = new Budget(60);
  budget.learn(3, START);
  assert.equal(budget.admit(START + 1), MINUTE_MS - 1);
  const other = new Budget(60);
  other.close(7_000, START);
  assert.equal(other.admit(START + 1_000), 6_000);
  assert.equal(other.admit(START + 7_000), 0);
});

test('a minute that is full closes the budget until Xero counts anew; a full day as long as it says', async (context) => {
  const { session, clock, book } = await aBench(context, {}, { callsPerMinute: 4 });
  assertDone(await book('finance.createInvoice', anInvoice('I-1')));
  assertDone(await book('finance.createInvoice', anInvoice('I-2')));
  const third = await book('finance.createInvoice', anInvoice('I-3'));
  assert.equal(third.status, 'throttled', JSON.stringify(third));
  assert.equal('retryAfterMs' in third ? third.retryAfterMs : 0, MINUTE_MS);
  assert.equal(session.admit('finance.createInvoice'), MINUTE_MS);
  clock.advanceTo(START + MINUTE_MS);
  assertDone(await perform(session, 'finance.createInvoice', anInvoice('I-3'), 2));

  const daily = await aBench(context, {}, { callsPerDay: 4 });
  assertDone(await daily.book('finance.createInvoice', anInvoice('I-1')));
  assertDone(await daily.book('finance.createInvoice', anInvoice('I-2')));
  daily.clock.advanceTo(START + 9 * HOUR_MS);
  const waits = await daily.book('finance.createInvoice', anInvoice('I-3'));
  assert.equal(waits.status, 'throttled');
  assert.equal('retryAfterMs' in waits ? waits.retryAfterMs : 0, 15 * HOUR_MS);
});

test('the same act twice within six minutes is one, although Xero keeps no number of it', async (context) => {
  const { sandbox, session, clock } = await aBench(context);
  const command = aCommand('finance.postJournal', aJournal('J-1'));
  const first = await session.perform(command, soon());
  clock.advanceTo(START + 5 * MINUTE_MS);
  assert.deepEqual(await session.perform(command, soon()), first);
  assert.equal(sandbox.books().journals.length, 1);
  // Later Xero has forgotten the key: then only a look-up tells, which every later attempt makes.
  clock.advanceTo(START + 60 * MINUTE_MS);
  assert.deepEqual(await session.perform({ ...command, attempt: 2 }, soon()), first);
  assert.equal(sandbox.books().journals.length, 1);
});

test('a refusal that was mended within six minutes is not answered from Xero’s memory', async (context) => {
  const { sandbox, book, session } = await aBench(context);
  sandbox.lockPeriod('2026-11-30');
  assert.equal((await book('finance.createInvoice', anInvoice('I-1'))).status, 'rejected');
  sandbox.lockPeriod(null);
  assertDone(await perform(session, 'finance.createInvoice', anInvoice('I-1'), 2));
});

test('amounts and rates go to Xero and back exactly', () => {
  assert.equal(toXero(1_230, 'GBP'), 12.3);
  assert.equal(toXero(-5, 'GBP'), -0.05);
  assert.equal(toXero(999_999_999_999, 'GBP'), 9_999_999_999.99);
  assert.equal(toXero(1_500, 'JPY'), 1_500);
  assert.equal(toXero(1_230, 'KWD'), 1.23);
  assert.equal(toXero(1_234, 'KWD'), null);
  for (const minor of [0, 1, 7, 29, 115, 1_005, 123_456_789])
    assert.equal(fromXero(toXero(minor, 'GBP') as number, 'GBP'), minor);
  assert.equal(toXeroRate('0.8'), 1.25);
  assert.equal(toXeroRate('1.1512'), 0.868659);
  assert.throws(() => toXeroRate('0'), RangeError);
  assert.equal(unitPrice(1_002, 8, 'GBP'), 1.2525);
  assert.equal(unitPrice(1_000, 3, 'GBP'), null);
  assert.equal(unitPrice(1_000, 0, 'GBP'), null);
  assert.equal(unitPrice(300, 4, 'JPY'), 75);
});
