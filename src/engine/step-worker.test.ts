/** What a worker of steps says of itself while it waits: whoever moves time goes by it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../base/clock.ts';
import type { Session } from '../connectors/contract.ts';
import type { OpenConnection } from './connections.ts';
import { StepWorker } from './step-worker.ts';

const START = Date.UTC(2026, 0, 1);
const never = <Result>() => new Promise<Result>(() => undefined);

/** A worker whose calls have 10 s and whose vendor wants `wait` milliseconds before the first. */
function worker(step: (worker: StepWorker) => Promise<void>, wait = 0) {
  const clock = new Clock(START, { frozen: true });
  const failures: string[] = [];
  const waits = [wait];
  const worker: StepWorker = new StepWorker({
    clock,
    connection: { limits: { callTimeoutMs: 10_000 } } as OpenConnection,
    session: { admit: () => waits.shift() ?? 0 } as unknown as Session,
    step: async () => {
      await step(worker);
      return null;
    },
    failed: async (words) => {
      failures.push(words);
      return null;
    },
  });
  worker.setActive(true);
  const settled = async () => {
    for (let turns = 0; turns < 20; turns++) await Promise.resolve();
  };
  return { clock, worker, failures, settled };
}

test('a call that hangs is under way, not busy, until its deadline', async () => {
  const answers: unknown[] = [];
  const {
    clock,
    worker: works,
    settled,
  } = worker(async (self) => {
    answers.push(await self.call('lookUp', () => never()));
  });
  await settled();
  assert.deepEqual(works.status, { busy: false, inFlight: 1, nextAt: START + 10_000 });
  clock.advanceTo(START + 10_000);
  await settled();
  assert.deepEqual(answers, [{ status: 'unknown', message: 'no answer within 10000 ms' }]);
  assert.deepEqual(works.status, { busy: false, inFlight: 0, nextAt: null });
});

test('who waits for room in the budget says until when', async () => {
  const {
    clock,
    worker: works,
    settled,
  } = worker(async (self) => {
    await self.call('lookUp', () => never());
  }, 3_000);
  await settled();
  assert.deepEqual(works.status, { busy: false, inFlight: 1, nextAt: START + 3_000 });
  clock.advanceTo(START + 3_000);
  await settled();
  assert.deepEqual(works.status, { busy: false, inFlight: 1, nextAt: START + 13_000 });
});

test('a file that falls silent is given up after the time of a call, and its request is ended', async () => {
  const read: string[] = [];
  let signal: AbortSignal | undefined;
  const {
    clock,
    worker: works,
    failures,
    settled,
  } = worker(async (self) => {
    const parts = self.stream(async function* (given) {
      signal = given;
      yield 'first';
      yield 'second';
      await never();
    });
    for await (const part of parts) read.push(part);
  });
  await settled();
  assert.deepEqual(read, ['first', 'second']);
  assert.deepEqual(works.status, { busy: false, inFlight: 1, nextAt: START + 10_000 });
  clock.advanceTo(START + 10_000);
  await settled();
  assert.deepEqual(failures, ['no answer within 10000 ms']);
  assert.equal(signal?.aborted, true);
  assert.deepEqual(works.status, { busy: false, inFlight: 0, nextAt: null });
});

test('who waits for what another does is not busy: the other is', async () => {
  const work = Promise.withResolvers<void>();
  const { worker: works, settled } = worker((self) => self.others(work.promise));
  await settled();
  assert.deepEqual(works.status, { busy: false, inFlight: 0, nextAt: null });
  work.resolve();
  await settled();
  assert.deepEqual(works.status, { busy: false, inFlight: 0, nextAt: null });
});
