/**
 * The limiter against a model of the vendor's bucket, by a clock of its own: a lane with a backlog, polls beside it, answers that come
 * late and overtake each other, calls that cost less than they ask for. Never a storm, and nothing that is permitted is left.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../base/random.ts';
import { Budget, type ThrottleStatus } from './budget.ts';

interface Scene {
  restoreRate: number;
  concurrency: number;
  /** Of what a call asks for, the least share that it uses. */
  leastUsed: number;
  seed: string;
  /** From time to time somebody else uses up what is there. */
  others?: boolean;
}

const SECONDS = 300;

class Vendor {
  readonly #max: number;
  readonly #rate: number;
  #available: number;
  #at = 0;
  /** What was restored while the bucket was full: permitted, and not used. */
  lost = 0;
  spent = 0;
  calls = 0;
  throttled = 0;

  constructor(restoreRate: number) {
    this.#rate = restoreRate;
    this.#max = 20 * restoreRate;
    this.#available = this.#max;
  }

  #fill(now: number): void {
    const filled = this.#available + ((now - this.#at) / 1_000) * this.#rate;
    this.#available = Math.min(this.#max, filled);
    this.lost += filled - this.#available;
    this.#at = now;
  }

  ask(requested: number, used: number, now: number): { taken: boolean; throttle: ThrottleStatus } {
    this.#fill(now);
    this.calls += 1;
    const taken = this.#available >= requested;
    if (taken) {
      this.#available -= used;
      this.spent += used;
    } else this.throttled += 1;
    const throttle = {
      maximumAvailable: this.#max,
      currentlyAvailable: Math.floor(this.#available),
      restoreRate: this.#rate,
    };
    return { taken, throttle };
  }

  drain(now: number): void {
    this.#fill(now);
    this.spent += this.#available;
    this.#available = 0;
  }
}

/** Runs the scene, and says what became of the vendor's bucket. */
function play({ restoreRate, concurrency, leastUsed, seed, others }: Scene): Vendor {
  const [vendor, budget, random] = [new Vendor(restoreRate), new Budget(20_000), new Random(seed)];
  const events: { at: number; run: () => void }[] = [];
  const at = (when: number, run: () => void) => events.push({ at: when, run });
  let [now, underWay, budgetUntil, closedUntil, waits, laneAt] = [0, 0, 0, 0, 0, 0];

  /** A call on its way: it reaches the vendor, which charges it, and then its answer reaches us. */
  const call = (kind: string, requests: number[], ended: () => void): void => {
    let spent = 0;
    const next = (index: number): void => {
      const requested = requests[index];
      if (requested === undefined) {
        budget.settle(kind, spent);
        ended();
        return;
      }
      const number = budget.send();
      at(now + random.int(20, 150), () => {
        const used = Math.ceil(requested * (leastUsed + random.next() * (1 - leastUsed)));
        const { taken, throttle } = vendor.ask(requested, used, now);
        at(now + random.int(20, 250), () => {
          budget.learn(throttle, now, number);
          if (taken) {
            spent += requested;
            next(index + 1);
            return;
          }
          closedUntil = Math.max(closedUntil, now + budget.throttled({ requested, throttle }, now));
          budget.settle(kind, spent);
          ended();
        });
      });
    };
    next(0);
  };

  const lane = (): void => {
    while (underWay < concurrency && now >= Math.max(budgetUntil, closedUntil)) {
      const isRead = random.chance(0.2);
      const wait = budget.admit(isRead ? 'read' : 'fulfil', isRead ? 400 : 60, now);
      if (wait > 0) {
        budgetUntil = now + wait;
        waits += 1;
        break;
      }
      underWay += 1;
      call(isRead ? 'read' : 'fulfil', isRead ? [random.int(40, 500)] : [31, 10], () => {
        underWay -= 1;
        budgetUntil = 0;
        lane();
      });
    }
    // One alarm is enough: one for each call that ended would multiply.
    const due = Math.max(budgetUntil, closedUntil);
    if (due <= now || (laneAt > now && laneAt <= due)) return;
    laneAt = due;
    at(due, lane);
  };
  const poll = (): void => {
    const wait = budget.admit('poll', 500, now);
    if (wait > 0) {
      at(now + wait, poll);
      return;
    }
    polls += 1;
    call('poll', [120], () => at(now + 5_000, poll));
  };
  let polls = 0;
  lane();
  at(1, poll);
  if (others)
    for (let when = 20_000; when < SECONDS * 1_000; when += 30_000) at(when, () => vendor.drain(now));
  for (;;) {
    const next = events.reduce(
      (least, each, index) => (each.at < (events[least]?.at ?? 0) ? index : least),
      0,
    );
    const [event] = events.splice(next, 1);
    if (!event || event.at > SECONDS * 1_000) break;
    now = event.at;
    event.run();
  }
  assert.ok(polls >= (SECONDS / 5) * 0.4, `${polls} polls: nobody is starved by the lane's backlog`);
  assert.ok(waits > 0 || vendor.lost > 0);
  return vendor;
}

const shareUsed = ({ spent, lost }: Vendor): number => spent / (spent + lost);

for (const [plan, restoreRate, concurrency] of [
  ['standard', 100, 40],
  ['advanced', 200, 40],
  ['plus', 1_000, 40],
] as const)
  test(`uses at least 95 % of what is permitted on ${plan}, with under 1 % throttled`, () => {
    for (const leastUsed of [0.2, 0.6, 1]) {
      const vendor = play({ restoreRate, concurrency, leastUsed, seed: `${plan} ${leastUsed}` });
      assert.ok(shareUsed(vendor) >= 0.95, `${leastUsed}: used ${shareUsed(vendor)}`);
      assert.ok(
        vendor.throttled / vendor.calls < 0.01,
        `${leastUsed}: ${vendor.throttled} of ${vendor.calls}`,
      );
    }
  });

test('BCApps#9146: somebody else who uses up the bucket again and again costs some calls, and makes no storm', () => {
  const vendor = play({ restoreRate: 100, concurrency: 40, leastUsed: 0.6, seed: 'others', others: true });
  assert.ok(vendor.throttled / vendor.calls < 0.03, `${vendor.throttled} of ${vendor.calls}`);
});

test('property: whatever calls cost and however many go at once, under 1 % are throttled', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(100, 200, 1_000),
      fc.integer({ min: 1, max: 64 }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      fc.string(),
      (restoreRate, concurrency, leastUsed, seed) => {
        const vendor = play({ restoreRate, concurrency, leastUsed, seed });
        assert.ok(
          vendor.throttled <= Math.max(1, vendor.calls / 100),
          `${vendor.throttled} of ${vendor.calls}`,
        );
      },
    ),
    { numRuns: 200 },
  );
});
