/** A series of files: what is missing is asked for after a while, what is rejected is a case until it comes again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import type { ExchangeObservation } from '../messages.ts';

const MINUTE_MS = 60_000;
const KEY = 'stock/OLD/WH';

function aSeries() {
  const hub = new MemoryHub();
  const tell = (sequence: number | null, change: Partial<ExchangeObservation> = {}) =>
    hub.send('exchange', KEY, {
      type: 'exchange.file',
      name: `${sequence}.csv`,
      hash: `hash-${sequence}-${JSON.stringify(change)}`.padEnd(64, '0'),
      putAt: '2026-11-28T02:00:00.000Z',
      contract: 'stock-delta',
      sequence,
      createdAt: '2026-11-28T02:00:00.000Z',
      status: 'accepted',
      code: null,
      words: 'words',
      rows: 2,
      accepted: 2,
      rejected: 0,
      missing: [],
      healed: [],
      refused: [],
      ...change,
    });
  const cases = () => [...hub.cases.values()].map(({ reason }) => reason);
  const skip = (caseKey: string) =>
    hub.send('exchange', KEY, { type: 'operator.skipCase', caseKey, by: 'Ann', note: '' });
  return { hub, tell, cases, skip, pass: (minutes: number) => hub.pass(minutes * MINUTE_MS) };
}

test('a number that is left out is waited for, then a snapshot is asked for and it is a case; its file closes it', () => {
  const { hub, tell, cases, pass } = aSeries();
  tell(1);
  tell(4, { missing: [2, 3] });
  pass(5);
  assert.deepEqual([cases(), hub.open('inventory.readLevel')], [[], []], 'they may be on their way');
  pass(6);
  assert.deepEqual(cases(), ['file-missing']);
  assert.match([...hub.cases.values()][0]?.message ?? '', /The files 2, 3 of OLD\/WH have not come by stock/);
  const [asked] = hub.open('inventory.readLevel');
  assert.deepEqual(asked?.request.body, { item: '*', location: 'WH' });
  tell(3, { healed: [3] });
  assert.deepEqual(cases(), ['file-missing']);
  tell(2, { healed: [2] });
  assert.deepEqual(cases(), []);
});

test('a snapshot makes good all that is missing; what comes in time is no case at all', () => {
  const { tell, cases, pass } = aSeries();
  tell(3, { missing: [1, 2] });
  pass(5);
  tell(4, { contract: 'stock-snapshot', healed: [1, 2] });
  pass(60);
  assert.deepEqual(cases(), []);
});

test('a person may say that the missing will not come; retried, a snapshot is asked for again', () => {
  const { hub, tell, cases, pass, skip } = aSeries();
  tell(1);
  tell(3, { missing: [2] });
  pass(11);
  hub.done('inventory.readLevel');
  hub.send('exchange', KEY, { type: 'operator.retryCase', caseKey: 'file-missing', by: 'Ann', note: '' });
  assert.equal(hub.open('inventory.readLevel').length, 1);
  skip('file-missing');
  assert.deepEqual(cases(), []);
  pass(600);
  assert.deepEqual(cases(), []);
});

test('a rejected file is a case until it comes again, whole; one that conflicts is for a person', () => {
  const { hub, tell, cases, skip } = aSeries();
  tell(1, { status: 'rejected', code: 'control-total', words: 'the trailer counts 3 rows, the file has 2' });
  tell(1, { status: 'rejected', code: 'control-total', words: 'the trailer counts 4 rows, the file has 2' });
  assert.deepEqual(cases(), ['file-rejected']);
  assert.match([...hub.cases.values()][0]?.message ?? '', /number 1 of OLD\/WH.*the trailer counts 3 rows/);
  tell(1);
  assert.deepEqual(cases(), []);
  tell(1, { status: 'rejected', code: 'conflict' });
  assert.deepEqual(cases(), ['file-conflict']);
  assert.equal(tell(1, { status: 'duplicate' }), 'duplicate');
  skip([...hub.cases.values()][0]?.caseKey ?? '');
  assert.deepEqual(cases(), []);
});

test('refused rows are one case, by row number; the others are counted', () => {
  const { hub, tell } = aSeries();
  const words = 'quantity 1.5 is no whole number of units';
  tell(1, { accepted: 1, rejected: 1, refused: [{ row: 4, item: 'A', code: 'fraction', words }] });
  assert.match(
    [...hub.cases.values()][0]?.message ?? '',
    /1 of 2 rows .* are refused.*row 4 \(A\): quantity 1\.5/,
  );
});
