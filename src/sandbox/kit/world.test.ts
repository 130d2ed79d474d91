import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { NO_FAULTS, STORM } from './faults.ts';
import { World } from './world.ts';

const START = Date.UTC(2026, 10, 27);
const MINUTE_MS = 60_000;

function aWorld(faults = NO_FAULTS): World {
  return new World({ clock: new Clock(START, { frozen: true }), seed: 'seed', faults });
}

test('acts run by business time, at one instant in the order of planning', () => {
  const world = aWorld();
  const ran: string[] = [];
  for (const [at, name] of [
    [30, 'd'],
    [10, 'a'],
    [20, 'b'],
    [20, 'c'],
  ] as const) {
    world.schedule(START + at, name, () => void ran.push(name));
  }
  assert.equal(world.nextDueAt(), START + 10);
  world.clock.advanceTo(START + 20);
  assert.deepEqual(ran, ['a', 'b', 'c']);
  assert.equal(world.nextDueAt(), START + 30);
  world.clock.advanceTo(START + 1000);
  assert.deepEqual(ran, ['a', 'b', 'c', 'd']);
  assert.equal(world.nextDueAt(), undefined);
});

test('an act may plan another one that is due at once', () => {
  const world = aWorld();
  const ran: string[] = [];
  world.schedule(START + 10, 'outer', () => {
    ran.push('outer');
    world.schedule(START + 5, 'inner', () => void ran.push('inner'));
  });
  world.clock.advanceTo(START + 10);
  assert.deepEqual(ran, ['outer', 'inner']);
});

test('an act under way counts as busy, and one that fails is kept as a failure', async () => {
  const world = aWorld();
  let finish: () => void = () => {};
  world.schedule(START + 1, 'slow', () => new Promise((resolve) => (finish = resolve)));
  world.schedule(START + 1, 'broken', () => {
    throw new Error('no');
  });
  world.clock.advanceTo(START + 1);
  assert.equal(world.busy(), 1);
  assert.match(world.failures.join(), /broken: Error: no/);
  finish();
  await new Promise(setImmediate);
  assert.equal(world.busy(), 0);
});

test('draws of one label do not depend on draws of another', () => {
  const [one, two] = [aWorld(), aWorld()];
  one.random('other').next();
  assert.equal(one.random('mine').next(), two.random('mine').next());
  assert.notEqual(one.random('mine').next(), one.random('other').next());
});

test('each system is down once, one at a time, within the window', () => {
  const world = aWorld(STORM);
  const systems = ['shop', 'erp', 'warehouse'];
  const outages = world.planOutages(systems, START, START + 24 * 60 * MINUTE_MS);
  assert.deepEqual(outages.map(({ system }) => system).sort(), [...systems].sort());
  const byStart = [...outages].sort((a, b) => a.fromMs - b.fromMs);
  for (const [index, outage] of byStart.entries()) {
    assert.equal(outage.toMs - outage.fromMs, STORM.outageMs);
    assert.ok(outage.fromMs >= (byStart[index - 1]?.toMs ?? START));
  }
  const first = byStart[0];
  assert.ok(first);
  assert.equal(world.outage(first.system), false);
  world.clock.advanceTo(first.fromMs);
  assert.deepEqual(
    systems.filter((system) => world.outage(system)),
    [first.system],
  );
  world.clock.advanceTo(first.toMs);
  assert.equal(world.outage(first.system), false);
});

test('a fine day has no outages', () => {
  assert.deepEqual(aWorld().planOutages(['erp'], START, START + MINUTE_MS), []);
});

test('a closed world runs nothing', () => {
  const world = aWorld();
  let ran = false;
  world.schedule(START + 1, 'late', () => {
    ran = true;
  });
  world.close();
  world.clock.advanceTo(START + 10);
  assert.equal(ran, false);
});
