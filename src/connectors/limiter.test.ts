import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Limiter } from './limiter.ts';

test('lets a burst through, then one call per interval', () => {
  const limiter = new Limiter({ ratePerSecond: 10, burst: 3 });
  assert.deepEqual([limiter.admit(0), limiter.admit(0), limiter.admit(0)], [0, 0, 0]);
  assert.equal(limiter.admit(0), 100);
  assert.equal(limiter.admit(60), 40);
  assert.equal(limiter.admit(100), 0);
  assert.equal(limiter.admit(100), 100);
});

test('a refusal costs nothing', () => {
  const limiter = new Limiter({ ratePerSecond: 1, burst: 1 });
  limiter.admit(0);
  for (let asked = 0; asked < 10; asked += 1) assert.equal(limiter.admit(500), 500);
  assert.equal(limiter.admit(1000), 0);
});

test('what is saved in a quiet time is limited to the burst', () => {
  const limiter = new Limiter({ ratePerSecond: 10, burst: 2 });
  limiter.admit(0);
  assert.deepEqual([limiter.admit(60_000), limiter.admit(60_000)], [0, 0]);
  assert.ok(limiter.admit(60_000) > 0);
});

test('waits as the vendor says, and begins anew with one call', () => {
  const limiter = new Limiter({ ratePerSecond: 10, burst: 5 });
  limiter.throttled(2_000, 1_000);
  assert.equal(limiter.admit(1_000), 2_000);
  assert.equal(limiter.admit(2_999), 1);
  assert.equal(limiter.admit(3_000), 0);
  assert.equal(limiter.admit(3_000), 100);
});

test('a shorter wait never takes back a longer one', () => {
  const limiter = new Limiter({ ratePerSecond: 10 });
  limiter.throttled(5_000, 0);
  limiter.throttled(1_000, 0);
  assert.equal(limiter.admit(0), 5_000);
});

test('a rate that lets nothing through is refused', () => {
  assert.throws(() => new Limiter({ ratePerSecond: 0 }), /lets nothing through/);
});

test('property: never more calls than burst + rate × time, and who waits as told is let in', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 }),
      (ratePerSecond, burst, steps) => {
        const limiter = new Limiter({ ratePerSecond, burst });
        let now = 0;
        let admitted = 0;
        for (const step of steps) {
          now += step;
          const wait = limiter.admit(now);
          if (wait === 0) admitted += 1;
          else {
            now += wait;
            assert.equal(limiter.admit(now), 0, 'who waited as told');
            admitted += 1;
          }
          assert.ok(admitted <= burst + (ratePerSecond * now) / 1000 + 1e-6);
        }
      },
    ),
  );
});
