import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nightOf } from './nights.ts';

const at = (instant: string) => Date.parse(instant);

test('a night lasts from its hour to that of the next day, by the wall clock of the place', () => {
  assert.deepEqual(nightOf(at('2026-11-24T01:59:59Z'), 3, 'Europe/Berlin'), {
    night: '2026-11-23',
    nextAt: at('2026-11-24T02:00:00Z'),
  });
  assert.deepEqual(nightOf(at('2026-11-24T02:00:00Z'), 3, 'Europe/Berlin'), {
    night: '2026-11-24',
    nextAt: at('2026-11-25T02:00:00Z'),
  });
});

test('an hour that summer time leaves out strikes at the end of the gap, one that comes twice strikes once', () => {
  // On 28 March 2027 Berlin goes from 2:00 to 3:00.
  const spring = nightOf(at('2027-03-27T12:00:00Z'), 2, 'Europe/Berlin');
  assert.deepEqual(spring, { night: '2027-03-27', nextAt: at('2027-03-28T01:00:00Z') });
  assert.deepEqual(nightOf(spring.nextAt, 2, 'Europe/Berlin'), {
    night: '2027-03-28',
    nextAt: at('2027-03-29T00:00:00Z'),
  });
  // On 25 October 2026 it goes from 3:00 back to 2:00.
  const nights = new Set<string>();
  let now = at('2026-10-24T12:00:00Z');
  for (let count = 0; count < 3; count += 1) {
    const { nextAt } = nightOf(now, 2, 'Europe/Berlin');
    now = nextAt;
    nights.add(nightOf(now, 2, 'Europe/Berlin').night);
  }
  assert.deepEqual([...nights], ['2026-10-25', '2026-10-26', '2026-10-27']);
});
