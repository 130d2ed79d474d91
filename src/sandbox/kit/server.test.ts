import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Clock, pause } from '../../base/clock.ts';
import { NO_FAULTS } from './faults.ts';
import { type RunningSystem, type SandboxRequest, serveSystem } from './server.ts';
import type { FaultProfile } from './types.ts';
import { World } from './world.ts';

const START = Date.UTC(2026, 10, 27);
const MINUTE_MS = 60_000;
const opened: { close(): unknown }[] = [];
after(async () => {
  for (const part of opened) await part.close();
});

async function aSystem(
  calls: Partial<FaultProfile['calls']> = {},
): Promise<{ world: World; system: RunningSystem; seen: SandboxRequest[] }> {
  const faults: FaultProfile = { ...NO_FAULTS, calls: { ...NO_FAULTS.calls, ...calls } };
  const world = new World({ clock: new Clock(START, { frozen: true }), seed: 'server', faults });
  const seen: SandboxRequest[] = [];
  const system = await serveSystem(world, {
    name: 'erp',
    mutates: (request) => request.method !== 'GET',
    handle: (request) => {
      seen.push(request);
      return {
        status: 201,
        headers: { 'x-own': 'yes' },
        body: { path: request.path, a: request.query.get('a') },
      };
    },
  });
  opened.push(world, system);
  return { world, system, seen };
}

const giveUp = (ms: number): AbortSignal => AbortSignal.timeout(ms);

test('answers, with query, headers and body', async () => {
  const { world, system, seen } = await aSystem();
  const answer = await fetch(`${system.url}/orders?a=1`, {
    method: 'POST',
    body: '{"x":1}',
    headers: { 'X-Key': 'k' },
  });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get('x-own'), 'yes');
  assert.deepEqual(await answer.json(), { path: '/orders', a: '1' });
  assert.deepEqual(seen[0]?.json(), { x: 1 });
  assert.equal(seen[0]?.headers['x-key'], 'k');
  assert.equal(world.busy(), 0);
});

test('refuses as often as it should, before anything happens, and the same calls for the same seed', async () => {
  const statuses: number[][] = [];
  for (let run = 0; run < 2; run += 1) {
    const { system, seen } = await aSystem({ refused: 0.2 });
    const ran: number[] = [];
    for (let call = 0; call < 300; call += 1) ran.push((await fetch(system.url, { method: 'POST' })).status);
    const refused = ran.filter((status) => status !== 201).length;
    assert.equal(refused + seen.length, 300);
    assert.ok(refused > 35 && refused < 90, `refused ${refused} of 300`);
    assert.ok(ran.includes(429) && ran.some((status) => status >= 500));
    statuses.push(ran);
  }
  assert.deepEqual(statuses[0], statuses[1]);
});

test('a timed-out call has committed, and the client hears nothing', async () => {
  const { world, system, seen } = await aSystem({ timedOut: 1, lateShare: 0 });
  const call = fetch(system.url, { method: 'POST', signal: giveUp(300) });
  while (world.hung() === 0) await pause(5);
  assert.equal(world.hung(), 1);
  await assert.rejects(call);
  assert.equal(seen.length, 1);
  while (world.hung() > 0) await pause(5);
  assert.equal(world.busy(), 0);
});

test('a late one commits two to six minutes after the client has gone', async () => {
  const { world, system, seen } = await aSystem({ timedOut: 1, lateShare: 1 });
  await assert.rejects(fetch(system.url, { method: 'POST', signal: giveUp(100) }));
  assert.equal(seen.length, 0);
  const dueAt = world.nextDueAt() ?? 0;
  assert.ok(dueAt >= START + 2 * MINUTE_MS && dueAt <= START + 6 * MINUTE_MS);
  world.clock.advanceTo(dueAt);
  assert.equal(seen.length, 1);
});

test('a read may hang, and never happens late', async () => {
  const { world, system, seen } = await aSystem({ timedOut: 1, lateShare: 1 });
  await assert.rejects(fetch(system.url, { signal: giveUp(100) }));
  assert.equal(world.nextDueAt(), undefined);
  assert.equal(seen.length, 0);
});

test('while it is down it resets connections or answers 503, and nothing happens', async () => {
  const { world, system, seen } = await aSystem();
  world.planOutage({ system: 'erp', fromMs: START, toMs: START + MINUTE_MS });
  const ends: (number | 'reset')[] = [];
  for (let call = 0; call < 40; call += 1) {
    ends.push(
      await fetch(system.url, { method: 'POST' }).then(
        (answer) => answer.status,
        () => 'reset' as const,
      ),
    );
  }
  assert.deepEqual([...new Set(ends)].sort(), [503, 'reset']);
  assert.equal(seen.length, 0);
  world.clock.advanceTo(START + MINUTE_MS);
  assert.equal((await fetch(system.url)).status, 201);
});

test('paths of the sandbox itself never fail', async () => {
  const { system } = await aSystem({ refused: 1 });
  assert.equal((await fetch(`${system.url}/_books`)).status, 201);
});

test('a body above the limit is refused', async () => {
  const { system, seen } = await aSystem();
  const status = await fetch(system.url, { method: 'POST', body: Buffer.alloc(33 * 1024 * 1024) }).then(
    (answer) => answer.status,
    () => 413,
  );
  assert.equal(status, 413);
  assert.equal(seen.length, 0);
});
