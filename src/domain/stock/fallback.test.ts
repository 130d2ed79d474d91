/** The fallback rules of a location whose source is silent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fallback, heldBackOf, silenceOf } from './fallback.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const after = (rule: Fallback['rule'], silentMs: number, onHand = 40) =>
  heldBackOf(silenceOf(Fallback.parse({ afterMinutes: 30, rule }), 0, silentMs), onHand, silentMs);

test('a source may be silent up to its limit, and no longer', () => {
  const fallback = Fallback.parse({ afterMinutes: 30, rule: 'stop-selling' });
  assert.equal(silenceOf(fallback, 0, 30 * MINUTE_MS), null);
  assert.equal(silenceOf(fallback, 0, 30 * MINUTE_MS + 1)?.heardAt, 0);
  assert.equal(silenceOf(fallback, null, HOUR_MS), null, 'of a source that never spoke nothing is known');
  assert.equal(silenceOf(null, 0, HOUR_MS), null);
});

test('stop-selling keeps all back, keep-last nothing', () => {
  assert.equal(after('stop-selling', HOUR_MS), 40);
  assert.equal(after('keep-last', 100 * HOUR_MS), 0);
});

test('a shrinking buffer keeps back more with every hour, whole units, and never more than there is', () => {
  const hours = (count: number) => 30 * MINUTE_MS + count * HOUR_MS;
  assert.equal(after('shrinking-buffer', hours(0.001)), 1);
  assert.equal(after('shrinking-buffer', hours(1)), 4);
  assert.equal(after('shrinking-buffer', hours(2.5)), 10);
  assert.equal(after('shrinking-buffer', hours(10)), 40);
  assert.equal(after('shrinking-buffer', hours(1_000)), 40);
  assert.equal(after('shrinking-buffer', hours(5), -3), 0);
});
