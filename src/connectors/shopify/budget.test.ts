import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Budget, costIn, retryAfterMs } from './budget.ts';

const throttle = (currentlyAvailable: number, maximumAvailable = 1_000, restoreRate = 100) => ({
  currentlyAvailable,
  maximumAvailable,
  restoreRate,
});

/** A budget whose bucket is known, and full. */
function aBudget(): Budget {
  const budget = new Budget();
  budget.learn(throttle(1_000), 0);
  return budget;
}

test('lets calls through as long as their points are there, and keeps them until the calls have ended', () => {
  const budget = aBudget();
  assert.deepEqual([budget.admit('read', 400, 0), budget.admit('read', 400, 0)], [0, 0]);
  assert.equal(budget.admit('read', 400, 0), 2_000);
  budget.settle('read', 400);
  assert.equal(budget.admit('read', 400, 0), 0);
});

test('takes what a call has cost for its guess of the next', () => {
  const budget = aBudget();
  budget.admit('read', 10, 0);
  budget.settle('read', 700);
  assert.equal(budget.costOf('read', 10), 700);
  assert.equal(budget.admit('read', 10, 0), 0);
  assert.equal(budget.admit('read', 10, 0), 4_000);
});

test('takes a kind of call to cost as much as the dearest of the last ones: batches are small and large', () => {
  const budget = aBudget();
  for (const spent of [480, 40, 12]) {
    budget.admit('read', 10, 0);
    budget.settle('read', spent);
  }
  assert.equal(budget.costOf('read', 10), 480);
  for (let call = 0; call < 16; call += 1) budget.settle('read', 40);
  assert.equal(budget.costOf('read', 10), 40);
});

test('a cost that has changed between a call’s begin and its end leaves nothing behind', () => {
  const budget = aBudget();
  for (let round = 0; round < 1_000; round += 1) {
    assert.equal(budget.admit('read', 300, 0), 0);
    assert.equal(budget.admit('read', 300, 0), 0);
    budget.settle('read', 10);
    budget.settle('read', 300);
  }
});

test('what was let through and never ended is forgotten after a while', () => {
  const budget = aBudget();
  budget.admit('read', 1_000, 0);
  assert.ok(budget.admit('read', 1_000, 60_000) > 0);
  assert.equal(budget.admit('read', 1_000, 200_000), 0);
});

test('follows the state that answers tell, with what is restored since', () => {
  const budget = new Budget();
  budget.learn(throttle(50), 1_000);
  assert.equal(budget.admit('read', 250, 1_000), 2_000);
  assert.equal(budget.admit('read', 250, 3_000), 0);
  budget.learn(throttle(20_000, 20_000, 1_000), 4_000);
  assert.equal(budget.admit('read', 15_000, 4_000), 0);
});

test('while the state of the bucket is not known calls go one at a time', () => {
  const budget = new Budget();
  assert.equal(budget.admit('read', 10, 0), 0);
  assert.equal(budget.admit('read', 10, 500), 1_500, 'one is under way');
  budget.settle('read', 10);
  assert.equal(budget.admit('read', 10, 500), 0, 'it has ended, and has told nothing');
  assert.ok(budget.admit('read', 10, 500) > 0);
  budget.learn(throttle(900), 600);
  assert.deepEqual([budget.admit('read', 10, 600), budget.admit('read', 10, 600)], [0, 0]);
});

test('answers that overtake each other leave the lower figure', () => {
  const budget = aBudget();
  const [first, second] = [budget.send(), budget.send()];
  budget.learn(throttle(100), 0, second);
  budget.learn(throttle(600), 0, first);
  assert.equal(budget.admit('read', 200, 0), 1_000);
  budget.learn(throttle(600), 0, budget.send());
  assert.equal(budget.admit('read', 200, 0), 0);
});

test('who waits longest goes first: a dear call is not overtaken by cheap ones for ever', () => {
  const budget = new Budget();
  budget.learn(throttle(100), 0);
  assert.equal(budget.admit('poll', 500, 0), 4_000);
  assert.ok(budget.admit('cheap', 10, 0) > 0, 'its points are promised');
  for (let now = 250; now < 4_000; now += 250) assert.ok(budget.admit('cheap', 10, now) > 0);
  assert.equal(budget.admit('poll', 500, 4_000), 0);
  assert.equal(budget.admit('cheap', 10, 4_100), 0);
});

test('craftcms/shopify#224: a flood blocks the queue; who does not come back for its points blocks nobody', () => {
  const budget = new Budget();
  budget.learn(throttle(100), 0);
  const wait = budget.admit('poll', 500, 0);
  assert.ok(budget.admit('cheap', 50, wait) > 0);
  assert.equal(budget.admit('cheap', 50, wait + 2_001), 0);
});

test('BCApps#9146, #10417: a wrong limiter becomes a throttle storm; after a refusal that tells no state one call shows it', () => {
  const budget = new Budget();
  budget.learn(throttle(20_000, 20_000, 1_000), 0);
  for (let call = 0; call < 10; call += 1) assert.equal(budget.admit('read', 500, 0), 0);
  // All are refused: what had been there is not.
  for (let call = 0; call < 10; call += 1) {
    budget.throttled({ requested: null, throttle: null }, 10, 2_000);
    budget.settle('read', 0);
  }
  const waits = Array.from({ length: 10 }, () => budget.admit('read', 500, 2_010));
  assert.deepEqual(waits.filter((wait) => wait === 0).length, 1);
});

test('a call that costs more than the whole bucket goes when the bucket is full', () => {
  const budget = new Budget();
  budget.learn(throttle(0), 0);
  assert.equal(budget.admit('read', 5_000, 0), 10_000);
  assert.equal(budget.admit('read', 5_000, 10_000), 0);
});

test('waits as told after a refusal, else for the points that are missing', () => {
  const told = aBudget();
  assert.equal(told.throttled({ requested: null, throttle: null }, 0, 7_000), 7_000);
  assert.equal(told.admit('read', 1, 0), 7_000);
  assert.equal(told.admit('read', 1, 7_000), 0);
  const longer = aBudget();
  assert.equal(longer.throttled({ requested: null, throttle: null }, 0, 300_000), 300_000);
  const reckoned = new Budget();
  assert.equal(reckoned.throttled({ requested: 600, throttle: throttle(100) }, 0), 5_000);
  assert.ok(reckoned.throttled({ requested: 1, throttle: throttle(900) }, 0) >= 100);
});

test('reads the cost of an answer, and nothing from nonsense', () => {
  const extensions = { cost: { requestedQueryCost: 252, throttleStatus: throttle(748) } };
  assert.deepEqual(costIn(extensions), { requested: 252, throttle: throttle(748) });
  for (const nonsense of [
    undefined,
    null,
    [],
    { cost: 'much' },
    { cost: { requestedQueryCost: '252', throttleStatus: { maximumAvailable: 'all' } } },
    { cost: { throttleStatus: { ...throttle(1), restoreRate: 0 } } },
  ])
    assert.deepEqual(costIn(nonsense), { requested: null, throttle: null }, JSON.stringify(nonsense));
});

test('a wait in a header is in seconds', () => {
  const waits = ['2', '2.0', ' 1.5 ', 'soon', ''].map((value) =>
    retryAfterMs(new Headers({ 'retry-after': value })),
  );
  assert.deepEqual(waits, [2_000, 2_000, 1_500, undefined, undefined]);
  assert.equal(retryAfterMs(new Headers()), undefined);
});

test('property: a vendor that keeps the same bucket never has to refuse, and who waits as told gets in', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 50, max: 1_000 }),
      fc.array(
        fc.record({ waitMs: fc.integer({ min: 0, max: 3_000 }), cost: fc.integer({ min: 1, max: 900 }) }),
        {
          minLength: 1,
          maxLength: 60,
        },
      ),
      fc.integer({ min: 1, max: 5 }),
      (restoreRate, calls, concurrency) => {
        const budget = new Budget();
        let [now, available, at] = [0, 1_000, 0];
        const vendor = (cost: number): void => {
          available = Math.min(1_000, available + ((now - at) * restoreRate) / 1_000) - cost;
          at = now;
          assert.ok(available > -1e-6, 'the vendor would have refused');
        };
        budget.learn(throttle(available, 1_000, restoreRate), now);
        const open: { kind: string; cost: number }[] = [];
        const end = (): void => {
          const call = open.shift();
          if (!call) return;
          vendor(call.cost);
          budget.learn(throttle(available, 1_000, restoreRate), now);
          budget.settle(call.kind, call.cost);
        };
        for (const [index, { waitMs, cost }] of calls.entries()) {
          now += waitMs;
          if (open.length >= concurrency) end();
          let waits = 0;
          for (
            let wait = budget.admit(`${index}`, cost, now);
            wait > 0;
            wait = budget.admit(`${index}`, cost, now)
          ) {
            now += wait;
            end();
            waits += 1;
            assert.ok(waits <= concurrency + 1, 'waits without end');
          }
          open.push({ kind: `${index}`, cost });
        }
      },
    ),
  );
});
