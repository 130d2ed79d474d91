/** The numbers of a series, whatever comes in which order, twice or never. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Header } from './layout.ts';
import { afterFile, judgeFile, NO_FILES, type Series } from './series.ts';

const header = (sequence: number, isSnapshot: boolean): Header => ({
  kind: isSnapshot ? 'stock-snapshot' : 'stock-delta',
  sender: 'OLD',
  location: 'CITY',
  sequence,
  createdAt: new Date(Date.UTC(2026, 10, 1) + sequence * 60_000).toISOString(),
});
const hashOf = (sequence: number, content = 'as it was') => `${content} ${sequence}`.padEnd(64, '.');

test('any order: each file is taken once, and what is missing is what has not come since the last snapshot', () => {
  const file = fc.record({ sequence: fc.integer({ min: 1, max: 25 }), altered: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(file, { maxLength: 60 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 25 })),
      (sent, snapshots) => {
        let series: Series = NO_FILES;
        const taken = new Map<number, string>();
        let first = 0;
        /** Numbers below the highest that nobody waits for any more. */
        const healed = new Set<number>();
        for (const { sequence, altered } of sent) {
          const hash = hashOf(sequence, altered ? 'altered' : 'as it was').slice(0, 64);
          const one = header(sequence, snapshots.includes(sequence));
          const verdict = judgeFile(series, one, { hash });
          const before = taken.get(sequence);
          if (before !== undefined) {
            const expected = before === hash ? 'duplicate' : 'conflict';
            assert.equal(verdict.status === 'refused' ? verdict.refused.code : verdict.status, expected);
            continue;
          }
          if (first > 0 && sequence < first) {
            assert.equal(verdict.status === 'refused' && verdict.refused.code, 'too-old');
            continue;
          }
          assert.equal(verdict.status, 'accepted', `number ${sequence}`);
          if (verdict.status !== 'accepted') return;
          first ||= sequence;
          const highest = Math.max(0, ...taken.keys());
          taken.set(sequence, hash);
          healed.delete(sequence);
          if (snapshots.includes(sequence) && sequence > highest)
            for (let number = first; number < sequence; number += 1)
              if (!taken.has(number)) healed.add(number);
          series = afterFile(series, one, hash, verdict);
          const wanted = [];
          for (let number = first; number < series.last; number += 1)
            if (!taken.has(number) && !healed.has(number)) wanted.push(number);
          assert.deepEqual(series.missing, wanted);
          assert.deepEqual(
            [...series.healed].sort((a, b) => a - b),
            [...healed].sort((a, b) => a - b),
          );
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('only the newest files are remembered: an older number is too old to tell', () => {
  let series: Series = NO_FILES;
  for (let sequence = 1; sequence <= 150; sequence += 1) {
    const one = header(sequence, false);
    const verdict = judgeFile(series, one, { hash: hashOf(sequence) });
    assert.equal(verdict.status, 'accepted');
    if (verdict.status === 'accepted') series = afterFile(series, one, hashOf(sequence), verdict);
  }
  const old = judgeFile(series, header(3, false), { hash: hashOf(3) });
  assert.equal(old.status === 'refused' && old.refused.code, 'too-old');
  assert.equal(judgeFile(series, header(120, false), { hash: hashOf(120) }).status, 'duplicate');
  assert.equal(JSON.stringify(series).length < 20_000, true, 'the cursor stays small');
});
