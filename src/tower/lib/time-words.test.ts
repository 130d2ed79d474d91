import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relative, span } from './time-words.ts';

const NOON = new Date(2026, 10, 24, 12, 0, 0).getTime();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('the last seconds are now', () => {
  assert.equal(relative(NOON - 4_000, NOON), 'now');
  assert.equal(relative(NOON + 4_000, NOON), 'now');
});

test('within half a day a distance is said, in the past and in the future', () => {
  assert.equal(relative(NOON - 59_900, NOON), '59 s ago');
  assert.equal(relative(NOON - 60_000, NOON), '1 min ago');
  assert.equal(relative(NOON - 3 * HOUR - 25 * 60_000, NOON), '3 h 25 min ago');
  assert.equal(relative(NOON + 40_000, NOON), 'in 40 s');
});

test('further away the day and the clock are said, by the days of the calendar', () => {
  assert.equal(relative(NOON - 13 * HOUR, NOON), 'yesterday 23:00');
  assert.equal(relative(NOON + 12 * HOUR, NOON), 'tomorrow 00:00');
  assert.equal(relative(NOON - 3 * DAY, NOON), '21 Nov 12:00');
  assert.equal(relative(NOON - 400 * DAY, NOON), '20 Oct 2025');
});

test('a day of 25 hours (the end of summer time) is one day', () => {
  const evening = new Date(2026, 9, 25, 20, 0, 0).getTime();
  const before = new Date(2026, 9, 24, 20, 0, 0).getTime();
  assert.equal(relative(before, evening), 'yesterday 20:00');
});

test('a length of time has its two largest units, without a zero', () => {
  assert.equal(span(5_000), '5 s');
  assert.equal(span(61_000), '1 min');
  assert.equal(span(2 * HOUR), '2 h');
  assert.equal(span(26 * HOUR), '1 d 2 h');
});
