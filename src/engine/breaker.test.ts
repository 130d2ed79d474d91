import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../base/random.ts';
import { Breaker, backoff, outageWords } from './breaker.ts';

const opened = (breaker: Breaker, now: number) => breaker.openUntil > now;

test('failures in a row of several commands open it; one success in between does not let it', () => {
  const breaker = new Breaker(new Random('breaker'));
  for (let call = 0; call < 7; call += 1) breaker.failed(`c${call % 3}`, breaker.generation, 1_000);
  assert.equal(opened(breaker, 1_000), false);
  breaker.passed();
  for (let call = 0; call < 7; call += 1) breaker.failed(`c${call % 3}`, breaker.generation, 1_000);
  assert.equal(opened(breaker, 1_000), false);
  breaker.failed('c1', breaker.generation, 1_000);
  assert.equal(opened(breaker, 1_000), true);
  assert.equal(breaker.probing, true);
});

test('one command that keeps failing is no outage', () => {
  const breaker = new Breaker(new Random('breaker'));
  for (let call = 0; call < 100; call += 1) breaker.failed(`c${call % 2}`, breaker.generation, 1_000);
  assert.equal(opened(breaker, 1_000), false);
});

test('many calls that fail at once are one outage: it opens for the first time only', () => {
  const breaker = new Breaker(new Random('breaker'));
  const { generation } = breaker;
  for (let call = 0; call < 64; call += 1) breaker.failed(`c${call}`, generation, 1_000);
  assert.ok(breaker.openUntil <= 1_000 + 5_000, 'the shortest time, not the longest');
});

test('while it probes each failure opens it again, for longer up to two minutes; a success closes it', () => {
  const breaker = new Breaker(new Random('breaker'));
  let now = 0;
  for (let call = 0; call < 8; call += 1) breaker.failed(`c${call}`, breaker.generation, now);
  const times: number[] = [];
  for (let probe = 0; probe < 10; probe += 1) {
    now = breaker.openUntil;
    breaker.failed('c1', breaker.generation, now);
    times.push(breaker.openUntil - now);
  }
  assert.ok((times[0] ?? 0) >= 5_000 && (times[0] ?? 0) <= 10_000);
  assert.ok((times.at(-1) ?? 0) >= 60_000 && (times.at(-1) ?? 0) <= 120_000);
  breaker.passed();
  assert.equal(breaker.probing, false);
  breaker.failed('c1', breaker.generation, now);
  assert.equal(breaker.probing, false);
});

test('refused credentials pause it at once; calls that were under way then count once', () => {
  const breaker = new Breaker(new Random('breaker'));
  const { generation } = breaker;
  for (let call = 0; call < 32; call += 1) breaker.refusedCredentials(generation, 1_000);
  assert.ok(opened(breaker, 1_000));
  assert.ok(breaker.openUntil <= 1_000 + 15_000);
  assert.equal(breaker.refused, true);
  breaker.passed();
  assert.equal(breaker.refused, false);
});

test('the wait before a repetition doubles, has jitter, and ends somewhere', () => {
  const random = new Random('backoff');
  const limits = { first: 1_000, last: 120_000 };
  for (let tries = 1; tries < 40; tries += 1) {
    const whole = Math.min(120_000, 1_000 * 2 ** (tries - 1));
    const wait = backoff(tries, limits, random);
    assert.ok(wait >= whole / 2 && wait <= whole, `try ${tries}: ${wait}`);
  }
});

test('an outage says whether the system answered, and how', () => {
  const since = Date.parse('2026-10-01T09:05:30Z');
  const words = (cause: Parameters<typeof outageWords>[1]) => outageWords(since, cause);
  const rest = 'since 2026-10-01 09:05 UTC: why; it is tried again by itself';
  const message = 'why';
  assert.equal(words({ status: 'transient', message }), `cannot be reached ${rest}`);
  assert.equal(words({ status: 'unknown', message, answered: 502 }), `answers with errors (502) ${rest}`);
  assert.equal(words({ status: 'unknown', message, answered: 200 }), `does not answer as it should ${rest}`);
  assert.equal(words({ status: 'rejected', message }), `does not answer as it should ${rest}`);
});
