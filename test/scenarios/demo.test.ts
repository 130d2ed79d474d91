/** `crossdock demo` as its users run it: a bad day at full strength on the embedded database, and its one JSON object. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { withDatabase } from '../harness/database.ts';
import { assertStorm, crossdock } from '../support/demo-storm.ts';

test('a storm of faults and four kills leaves no case but the planted ones, and every invariant holds (pglite)', () =>
  assertStorm('pglite'));

test('a demonstration does not begin where another hub has left its data', () =>
  withDatabase('pglite', async (place) => {
    mkdirSync(`${place.dataDir}/pg`, { recursive: true });
    const { code, stderr } = await crossdock('demo', '--orders', '1', '--data', place.dataDir ?? '');
    assert.equal(code, 1);
    assert.match(stderr, /holds a database already/);
  }));

test('words that make no sense are refused with what would', async () => {
  for (const [words, expected] of [
    [['--orders', 'many'], /--orders "many": expected a whole number/],
    [['--faults', 'hurricane'], /--faults "hurricane": expected none, light or storm/],
  ] as const) {
    const { code, stderr } = await crossdock('demo', ...words);
    assert.equal(code, 2);
    assert.match(stderr, expected);
  }
});
