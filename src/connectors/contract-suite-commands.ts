/** What a command promises, whatever happens to the call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandKind } from '../domain/commands.ts';
import type { Outcome } from './contract.ts';
import { giveUp, type OpenBench, openBench, soon } from './contract-suite-bench.ts';
import { asCommand, type ContractHarness, READS, type ReadyCommand } from './contract-suite-harness.ts';
import { deadUrl, type ProxiedRequest, type ProxyAnswer, type Treatment } from './contract-suite-proxy.ts';

type Scenario = (bench: OpenBench, ready: ReadyCommand) => Promise<void>;

export function commandTests(name: string, harness: ContractHarness, kind: CommandKind): void {
  const scenarios = READS.has(kind) ? READ_SCENARIOS : { ...CHANGE_SCENARIOS, ...SHARED_SCENARIOS };
  for (const [rule, scenario] of Object.entries(scenarios)) {
    test(`${name}: ${kind}: ${rule}`, async (context) => {
      const bench = await openBench(context, harness);
      await scenario(bench, await bench.system.prepare(kind));
    });
  }
  test(`${name}: ${kind}: what the business refuses is rejected with its code, its words and a fix`, async (context) => {
    const bench = await openBench(context, harness);
    const ready = await bench.system.refused(kind);
    if (!ready) return context.skip('this system never refuses it');
    const outcome = await perform(bench, ready);
    assertStatus(outcome, 'rejected');
    assert.ok(
      outcome.code.length > 0 && outcome.message.length > 0 && outcome.suggestedFix.length > 10,
      JSON.stringify(outcome),
    );
    if (!READS.has(kind)) assert.equal(bench.system.effects(ready), 0);
  });
}

const CHANGE_SCENARIOS: Record<string, Scenario> = {
  'takes effect once': async (bench, ready) => {
    const before = await bench.session().lookUp(asCommand(ready, bench.system.clock), soon());
    assertStatus(before, 'absent');
    assertStatus(await perform(bench, ready), 'done');
    assert.equal(bench.system.effects(ready), 1);
  },

  'applied twice is applied once, with the same result': async (bench, ready) => {
    const session = bench.session();
    const first = await session.perform(asCommand(ready, bench.system.clock), soon());
    const again = await session.perform(asCommand(ready, bench.system.clock, 2), soon());
    assertStatus(first, 'done');
    assertStatus(again, 'done');
    assert.deepEqual(again.result, first.result);
    assert.equal(bench.system.effects(ready), 1);
  },

  'performed twice at the same time takes effect once': async (bench, ready) => {
    const outcomes = await Promise.all([perform(bench, ready), perform(bench, ready)]);
    assert.ok(
      outcomes.some((outcome) => outcome.status === 'done'),
      JSON.stringify(outcomes),
    );
    assert.equal(bench.system.effects(ready), 1);
  },

  'killed between the call and its commit: the next try and a look-up find what was done': async (
    bench,
    ready,
  ) => {
    const lost = await perform(bench, ready);
    assertStatus(lost, 'done');
    const found = await bench.session().lookUp(asCommand(ready, bench.system.clock), soon());
    assertStatus(found, 'found');
    assert.deepEqual(found.result, lost.result);
    const again = await perform(bench, ready, 2);
    assertStatus(again, 'done');
    assert.deepEqual(again.result, lost.result);
    assert.equal(bench.system.effects(ready), 1);
  },

  'time-out after the effect: in doubt, then found': async (bench, ready) => {
    bench.proxy.treat(onChanges(bench, { kind: 'commitThenSilence' }));
    const session = bench.session();
    assertStatus(
      await giveUp(bench.proxy, (signal) => session.perform(asCommand(ready, bench.system.clock), signal)),
      'unknown',
    );
    bench.proxy.treat(() => ({ kind: 'forward' }));
    assertStatus(await session.lookUp(asCommand(ready, bench.system.clock), soon()), 'found');
    assert.equal(bench.system.effects(ready), 1);
  },

  'connection lost after the effect: in doubt, and the next try does not double it': async (bench, ready) => {
    bench.proxy.treat(onChanges(bench, { kind: 'commitThenReset' }));
    const session = bench.session();
    assertStatus(await session.perform(asCommand(ready, bench.system.clock), soon()), 'unknown');
    bench.proxy.treat(() => ({ kind: 'forward' }));
    assertStatus(await session.perform(asCommand(ready, bench.system.clock, 2), soon()), 'done');
    assert.equal(bench.system.effects(ready), 1);
  },

  'effect minutes after the time-out: absent, then found': async (bench, ready) => {
    bench.proxy.treat(onChanges(bench, { kind: 'hold' }));
    const session = bench.session();
    assertStatus(
      await giveUp(bench.proxy, (signal) => session.perform(asCommand(ready, bench.system.clock), signal)),
      'unknown',
    );
    bench.proxy.treat(() => ({ kind: 'forward' }));
    assertStatus(await session.lookUp(asCommand(ready, bench.system.clock), soon()), 'absent');
    await bench.proxy.release();
    assertStatus(await session.lookUp(asCommand(ready, bench.system.clock), soon()), 'found');
    assertStatus(await session.perform(asCommand(ready, bench.system.clock, 2), soon()), 'done');
    assert.equal(bench.system.effects(ready), 1);
  },

  'an answer in another shape is a clear failure, and what took effect is found': async (bench, { kind }) => {
    for (const answer of STRANGE_ANSWERS) {
      const ready = await bench.system.prepare(kind);
      bench.proxy.treat((request) =>
        bench.system.changes(request) ? { kind: 'replace', answer } : { kind: 'forward' },
      );
      const outcome = await perform(bench, ready);
      assertFailure(outcome);
      assert.ok(
        outcome.status === 'unknown' || outcome.status === 'transient' || outcome.status === 'rejected',
        outcome.status,
      );
      bench.proxy.treat(() => ({ kind: 'forward' }));
      assertStatus(await bench.session().lookUp(asCommand(ready, bench.system.clock), soon()), 'found');
      assert.equal(bench.system.effects(ready), 1);
    }
  },

  'a look-up that is answered in another shape is a clear failure, never "not there"': async (
    bench,
    ready,
  ) => {
    assertStatus(await perform(bench, ready), 'done');
    for (const answer of STRANGE_ANSWERS) {
      bench.proxy.treat(() => ({ kind: 'answer', answer }));
      const found = await bench.session().lookUp(asCommand(ready, bench.system.clock), soon());
      assert.ok(found.status !== 'found' && found.status !== 'absent', JSON.stringify(found));
      assert.ok(found.message.length > 0);
    }
  },
};

const SHARED_SCENARIOS: Record<string, Scenario> = {
  'throttled: waits as told, and nothing has happened': async (bench, ready) => {
    const { answer, leastRetryMs } = bench.system.throttled;
    bench.proxy.treat(() => ({ kind: 'answer', answer }));
    const session = bench.session();
    const outcome = await session.perform(asCommand(ready, bench.system.clock), soon());
    assertStatus(outcome, 'throttled');
    assert.ok(
      outcome.retryAfterMs >= leastRetryMs,
      `waits ${outcome.retryAfterMs} ms, should at least ${leastRetryMs}`,
    );
    assert.ok(outcome.message.length > 0);
    if (!READS.has(ready.kind)) assert.equal(bench.system.effects(ready), 0);
    bench.proxy.treat(() => ({ kind: 'forward' }));
    assertStatus(await session.perform(asCommand(ready, bench.system.clock, 2), soon()), 'done');
  },

  'a server error is to be tried again or in doubt, never done and never refused': async (bench, ready) => {
    for (const status of [500, 502, 503, 504]) {
      bench.proxy.treat(() => ({
        kind: 'answer',
        answer: { status, body: '<h1>oops</h1>', headers: { 'content-type': 'text/html' } },
      }));
      const outcome = await perform(bench, ready);
      assert.ok(
        outcome.status === 'transient' || outcome.status === 'unknown',
        `${status}: ${JSON.stringify(outcome)}`,
      );
      if (READS.has(ready.kind)) assert.equal(outcome.status, 'transient', `${status} on a read`);
    }
    bench.proxy.treat(() => ({ kind: 'forward' }));
    assertStatus(await perform(bench, ready, 2), 'done');
    if (!READS.has(ready.kind)) assert.equal(bench.system.effects(ready), 1);
  },

  'a system that cannot be reached: to be tried again': async (bench, ready) => {
    const outcome = await bench
      .session({}, await deadUrl())
      .perform(asCommand(ready, bench.system.clock), soon());
    assertStatus(outcome, 'transient');
  },

  'credentials that do not work: auth, and nothing has happened': async (bench, ready) => {
    const outcome = await bench
      .session({ badCredentials: true })
      .perform(asCommand(ready, bench.system.clock), soon());
    assertStatus(outcome, 'auth');
    if (!READS.has(ready.kind)) assert.equal(bench.system.effects(ready), 0);
  },
};

const READ_SCENARIOS: Record<string, Scenario> = {
  ...SHARED_SCENARIOS,

  'gives what it read as an observation, as often as it is asked': async (bench, ready) => {
    for (const attempt of [1, 2]) {
      const outcome = await perform(bench, ready, attempt);
      assertStatus(outcome, 'done');
      if (ANSWERED.has(ready.kind)) continue;
      const [observation] = outcome.observations ?? [];
      assert.ok(observation, 'one observation');
      assert.equal(observation.origin, 'read');
      const about =
        ready.kind === 'inventory.readLevel'
          ? 'stock'
          : ready.kind === 'channel.readReturn'
            ? 'return'
            : 'order';
      assert.equal(bench.intake().address(observation).stream, about);
    }
  },

  'a time-out is to be tried again': async (bench, ready) => {
    bench.proxy.treat(() => ({ kind: 'hold' }));
    const outcome = await giveUp(bench.proxy, (signal) =>
      bench.session().perform(asCommand(ready, bench.system.clock), signal),
    );
    assert.ok(outcome.status === 'transient' || outcome.status === 'unknown', outcome.status);
  },

  'an answer in another shape is a clear failure': async (bench, ready) => {
    for (const answer of STRANGE_ANSWERS) {
      bench.proxy.treat(() => ({ kind: 'answer', answer }));
      assertFailure(await perform(bench, ready));
    }
  },
};

/** Reads whose result is the answer: they tell no stream anything. */
const ANSWERED: ReadonlySet<CommandKind> = new Set([
  'channel.findOrder',
  'channel.findReturns',
  'finance.readBalances',
  'finance.readDocuments',
  'erp.readDocuments',
  'channel.readMoney',
]);

/** Answers of a system that has changed, or of something that stands before it. */
const STRANGE_ANSWERS: readonly ProxyAnswer[] = [
  { status: 200, body: '{"surprise":true}' },
  { status: 200, body: '[]' },
  { status: 200, body: 'null' },
  {
    status: 200,
    body: '<!doctype html><title>Maintenance</title>',
    headers: { 'content-type': 'text/html' },
  },
  { status: 200, body: '' },
];

function perform(bench: OpenBench, ready: ReadyCommand, attempt = 1): Promise<Outcome> {
  return bench.session().perform(asCommand(ready, bench.system.clock, attempt), soon());
}

function onChanges(bench: OpenBench, treatment: Treatment): (request: ProxiedRequest) => Treatment {
  return (request) => (bench.system.changes(request) ? treatment : { kind: 'forward' });
}

function assertStatus<Value extends { status: string }, Status extends Value['status']>(
  value: Value,
  status: Status,
): asserts value is Extract<Value, { status: Status }> {
  assert.equal(value.status, status, JSON.stringify(value));
}

function assertFailure(outcome: Outcome): asserts outcome is Exclude<Outcome, { status: 'done' }> {
  assert.notEqual(outcome.status, 'done', JSON.stringify(outcome));
  assert.ok('message' in outcome && outcome.message.length > 0, 'says what is wrong');
}
