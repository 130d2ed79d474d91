import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from './clock.ts';

const START = Date.UTC(2026, 0, 1);

test('time stands still unless it is moved, and never goes back', () => {
  const clock = new Clock(START, { frozen: true });
  clock.advanceTo(START + 1_000);
  clock.advanceTo(START);
  assert.equal(clock.now(), START + 1_000);
  assert.equal(clock.nowIso(), '2026-01-01T00:00:01.000Z');
});

test('timers run by their instant, then in the order in which they were set; cancelled ones do not', () => {
  const clock = new Clock(START, { frozen: true });
  const ran: string[] = [];
  clock.setTimer(START + 20, () => ran.push('late'));
  clock.setTimer(START + 10, () => ran.push('first'));
  clock.setTimer(START + 10, () => ran.push('second'));
  const cancelled = clock.setTimer(START + 15, () => ran.push('never'));
  cancelled.cancel();
  cancelled.cancel();
  assert.equal(clock.nextTimerAt(), START + 10);
  clock.advanceTo(START + 15);
  assert.deepEqual(ran, ['first', 'second']);
  clock.advanceTo(START + 60_000);
  assert.deepEqual(ran, ['first', 'second', 'late']);
  assert.equal(clock.nextTimerAt(), undefined);
});

test('who sleeps is told, until it wakes by time or by its signal', async () => {
  const clock = new Clock(START, { frozen: true });
  assert.deepEqual(clock.sleepers, { count: 0, firstWakesAt: null });
  const abort = new AbortController();
  const early = clock.sleep(1_000);
  const late = clock.sleep(5_000, abort.signal);
  assert.deepEqual(clock.sleepers, { count: 2, firstWakesAt: START + 1_000 });
  clock.advanceTo(START + 1_000);
  await early;
  assert.deepEqual(clock.sleepers, { count: 1, firstWakesAt: START + 5_000 });
  abort.abort();
  await late;
  assert.deepEqual(clock.sleepers, { count: 0, firstWakesAt: null });
});
