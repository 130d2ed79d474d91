/** What a channel can tell when it is taken over: each of its orders as it is now, and nothing of stock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import type { Role } from '../../domain/commands.ts';
import { NO_FAULTS } from '../../sandbox/kit/faults.ts';
import { World } from '../../sandbox/kit/world.ts';
import { rest } from './index.ts';
import { createRestSandbox } from './sandbox/index.ts';
import { anOrderSpec } from './sandbox/testing.ts';

test('a channel tells its orders, read from the beginning of its feed; of stock it tells nothing', async (context) => {
  const clock = new Clock(Date.UTC(2026, 10, 23, 6), { frozen: true });
  const world = new World({ clock, seed: 'open orders', faults: NO_FAULTS });
  const sandbox = await createRestSandbox(world, {
    connection: 'bazaar',
    roles: ['channel'],
    token: 'right',
    webhookSecret: `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`,
    webhookTarget: () => undefined,
  });
  context.after(async () => {
    await sandbox.close();
    world.close();
  });
  const of = (...roles: Role[]) => {
    const settings = rest.settings.parse({ baseUrl: sandbox.url, token: 'right', roles });
    return {
      intake: rest.intake('bazaar', settings),
      session: rest.open({ connection: 'bazaar', settings, clock, log: () => {} }),
    };
  };
  const ids = [anOrderSpec(), anOrderSpec()].map((spec) => sandbox.channel?.placeOrder(spec));
  const { session, intake } = of('channel');
  const page = await session.openOrders?.(null, AbortSignal.timeout(10_000));
  assert.ok(page && 'deliveries' in page);
  const told = page.deliveries.map((delivery) => intake.normalise(delivery).message);
  assert.deepEqual(
    told.map((message) => message.type === 'order.snapshot' && message.order.channelOrderId),
    ids,
  );
  assert.equal(session.shownStock, undefined);
  assert.equal(of('erp').session.openOrders, undefined, 'who is no channel has none');
});
