/** A place's own wall clock: weekdays, holidays, and the two nights a year in which an hour is missing or comes twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayBegan, localTime, nextDay, opensAt } from './opening-hours.ts';
import { type Hours, Hours as HoursSchema } from './sourcing-rules.ts';

const BERLIN = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);
const hours = (week: object, days: object = {}): Hours => HoursSchema.parse({ week, days });
const opens = (of: Hours, now: string, zone = BERLIN) => {
  const found = opensAt(of, zone, at(now));
  return found === null ? null : new Date(found).toISOString();
};
const NINE_TO_SIX = [['09:00', '18:00']];
const shop = hours(
  {
    mon: NINE_TO_SIX,
    tue: NINE_TO_SIX,
    wed: NINE_TO_SIX,
    thu: NINE_TO_SIX,
    fri: NINE_TO_SIX,
    sat: [
      ['09:00', '12:00'],
      ['13:00', '16:00'],
    ],
  },
  { '2026-12-25': [], '2026-12-24': [['09:00', '13:00']] },
);

test('open from the first minute on, closed from the last on', () => {
  assert.equal(opens(shop, '2026-11-30T07:59:59Z'), '2026-11-30T08:00:00.000Z');
  assert.equal(opens(shop, '2026-11-30T08:00:00Z'), '2026-11-30T08:00:00.000Z');
  assert.equal(opens(shop, '2026-11-30T16:59:00Z'), '2026-11-30T16:59:00.000Z');
  assert.equal(opens(shop, '2026-11-30T17:00:00Z'), '2026-12-01T08:00:00.000Z');
});

test('a break at noon, a Sunday, a holiday and a short day', () => {
  assert.equal(opens(shop, '2026-11-28T11:30:00Z'), '2026-11-28T12:00:00.000Z');
  assert.equal(opens(shop, '2026-11-28T15:00:00Z'), '2026-11-30T08:00:00.000Z');
  assert.equal(opens(shop, '2026-12-24T12:00:00Z'), '2026-12-26T08:00:00.000Z');
});

test('nine in the morning is nine by the wall clock, in summer and in winter', () => {
  assert.equal(opens(shop, '2026-07-01T00:00:00Z'), '2026-07-01T07:00:00.000Z');
  assert.equal(opens(shop, '2026-01-07T00:00:00Z'), '2026-01-07T08:00:00.000Z');
  // The night in which summer time begins (29 March 2026) and the weekday after it.
  assert.equal(opens(shop, '2026-03-28T15:00:00Z'), '2026-03-30T07:00:00.000Z');
});

test('the hour that is missing in spring: who opens in it opens when it is over', () => {
  const night = hours({ sun: [['02:30', '05:00']] });
  assert.equal(opens(night, '2026-03-29T00:00:00Z'), '2026-03-29T01:00:00.000Z');
  assert.equal(opens(night, '2026-03-29T02:59:00Z'), '2026-03-29T02:59:00.000Z');
  assert.equal(opens(night, '2026-03-29T03:00:00Z'), '2026-04-05T00:30:00.000Z');
});

test('the hour that comes twice in autumn is open both times, and opens the first time', () => {
  const night = hours({ sun: [['02:30', '02:45']] });
  assert.equal(opens(night, '2026-10-25T00:00:00Z'), '2026-10-25T00:30:00.000Z');
  assert.equal(opens(night, '2026-10-25T00:40:00Z'), '2026-10-25T00:40:00.000Z');
  assert.equal(opens(night, '2026-10-25T01:40:00Z'), '2026-10-25T01:40:00.000Z');
});

test('half-hour zones, both hemispheres, and a place that never opens', () => {
  const days = hours({ mon: NINE_TO_SIX });
  assert.equal(opens(days, '2026-11-30T00:00:00Z', 'Asia/Kolkata'), '2026-11-30T03:30:00.000Z');
  assert.equal(opens(days, '2026-11-29T00:00:00Z', 'Australia/Lord_Howe'), '2026-11-29T22:00:00.000Z');
  assert.equal(opens(hours({}), '2026-11-30T00:00:00Z'), null);
});

test('a day with 23 or 25 hours begins and ends at midnight', () => {
  const day = (now: string) =>
    [dayBegan(BERLIN, at(now)), nextDay(BERLIN, at(now))].map((each) => new Date(each).toISOString());
  assert.deepEqual(day('2026-03-29T12:00:00Z'), ['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']);
  assert.deepEqual(day('2026-10-25T12:00:00Z'), ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
  assert.equal(localTime(at('2026-11-30T08:00:00Z'), BERLIN), 'Mon 2026-11-30 09:00 (Europe/Berlin)');
});

test('open round the clock, and a day that ends at midnight', () => {
  const always = hours({ mon: [['00:00', '24:00']], tue: [['00:00', '24:00']] });
  assert.equal(opens(always, '2026-11-30T22:59:59Z'), '2026-11-30T22:59:59.000Z');
  assert.equal(opens(always, '2026-12-01T22:59:59Z'), '2026-12-01T22:59:59.000Z');
  assert.equal(opens(always, '2026-12-01T23:00:00Z'), '2026-12-06T23:00:00.000Z');
});
