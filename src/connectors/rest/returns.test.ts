/** A warehouse is told what comes back, and tells what has come; its revisions replace each other, and never an older a newer one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { NO_FAULTS } from '../../sandbox/kit/faults.ts';
import { World } from '../../sandbox/kit/world.ts';
import type { CommandOf, FeedPage } from '../contract.ts';
import { rest } from './index.ts';
import { createRestSandbox } from './sandbox/index.ts';
import { anAnnouncedReturn } from './testing.ts';

test('what is announced is kept by its newest revision, and what comes of it is told', async (context) => {
  const clock = new Clock(Date.UTC(2026, 10, 23, 6), { frozen: true });
  const world = new World({ clock, seed: 'returns', faults: NO_FAULTS });
  const sandbox = await createRestSandbox(world, {
    connection: 'wms',
    roles: ['fulfilment'],
    token: 'right',
    webhookSecret: 'a secret of at least 24 bytes',
    webhookTarget: () => undefined,
    stock: [{ item: 'ITEM-1', location: 'WH', onHand: 10 }],
  });
  const settings = rest.settings.parse({ baseUrl: sandbox.url, token: 'right', roles: ['fulfilment'] });
  const session = rest.open({ connection: 'wms', settings, clock, log: () => {} });
  context.after(async () => {
    world.close();
    await session.close();
    await sandbox.close();
  });
  const announce = async (revision: number, change: object = {}) => {
    const command: CommandOf<'fulfilment.announceReturn'> = {
      kind: 'fulfilment.announceReturn',
      id: `c${revision}`,
      key: `shop/1#announce/71/WH/${revision}`,
      attempt: 1,
      firstAttemptAt: clock.now(),
      persons: new Map(),
      body: { ...anAnnouncedReturn('shop/71'), revision, ...change },
    } as never;
    return {
      outcome: await session.perform(command, AbortSignal.timeout(5_000)),
      lookUp: () => session.lookUp(command, AbortSignal.timeout(5_000)),
    };
  };
  const first = await announce(1);
  assert.equal(first.outcome.status, 'done');
  assert.equal((await announce(2, { lines: [] })).outcome.status, 'done');
  assert.equal((await first.lookUp()).status, 'found', 'a newer one has replaced it');
  const late = (await announce(1, { orderName: '#2' })).outcome;
  assert.deepEqual([late.status, late.status === 'rejected' && late.code], ['rejected', 'conflict']);
  assert.equal((await announce(3)).outcome.status, 'done');
  assert.deepEqual(
    sandbox.returns?.books().map(({ revision, lines }) => [revision, lines.length]),
    [[3, 1]],
  );

  sandbox.returns?.receive('shop/71#WH');
  sandbox.returns?.inspect('shop/71#WH', { lineId: 'RL1', quantity: 1, disposition: 'damaged' });
  const page = (await session.poll('releases', null, AbortSignal.timeout(5_000))) as FeedPage;
  const intake = rest.intake('wms', settings);
  assert.deepEqual(
    page.deliveries.map((each) => intake.address(each)),
    Array(2).fill({ stream: 'return', key: 'shop/71' }),
  );
  const [received, inspected] = page.deliveries.map((each) => intake.normalise(each).message);
  assert.ok(received?.type === 'return.received' && inspected?.type === 'return.inspected');
  assert.deepEqual(
    [received.announcementId, received.lines],
    ['shop/71#WH', [{ lineId: 'RL1', quantity: 2 }]],
  );
  assert.deepEqual(inspected.lines, [{ lineId: 'RL1', quantity: 1, disposition: 'damaged' }]);
  // What cannot be read is said to its return.
  const [delivery] = page.deliveries;
  assert.ok(delivery);
  const text = Buffer.from(delivery.body).toString().replace('"quantity":2', '"quantity":1.5');
  const strange = intake.normalise({ ...delivery, body: Buffer.from(text) }).message;
  assert.equal(strange.type, 'return.unreadable');
});
