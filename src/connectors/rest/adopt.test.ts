/** A sales order that another connector has made under our reference is taken, never made again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { NO_FAULTS } from '../../sandbox/kit/faults.ts';
import { World } from '../../sandbox/kit/world.ts';
import type { Outcome } from '../contract.ts';
import { rest } from './index.ts';
import { createRestSandbox } from './sandbox/index.ts';
import { aSalesOrder } from './testing.ts';

test('an adopted sales order is found before anything is made, and what it holds is told; without one it is made', async (context) => {
  const clock = new Clock(Date.UTC(2026, 10, 23, 6), { frozen: true });
  const world = new World({ clock, seed: 'adopt', faults: NO_FAULTS });
  const sandbox = await createRestSandbox(world, {
    connection: 'erp',
    roles: ['erp'],
    token: 'right',
    webhookSecret: `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`,
    webhookTarget: () => undefined,
    behaviour: { creditHoldChance: 0 },
  });
  context.after(async () => {
    await sandbox.close();
    world.close();
  });
  const session = rest.open({
    connection: 'erp',
    settings: rest.settings.parse({
      baseUrl: sandbox.url,
      token: 'right',
      webhookSecrets: [],
      roles: ['erp'],
    }),
    clock,
    log: () => {},
  });
  const create = (quantity: number, adopt: boolean, reference = 'shop/1'): Promise<Outcome> => {
    const body = { ...aSalesOrder(reference, quantity), ...(adopt ? { adopt } : {}) };
    const key = `${reference}#so/${quantity}`;
    return session.perform(
      {
        kind: 'erp.createSalesOrder',
        id: key,
        key,
        body,
        attempt: 1,
        firstAttemptAt: clock.now(),
        persons: new Map(),
      },
      AbortSignal.timeout(5_000),
    );
  };
  const resultOf = (outcome: Outcome) => {
    assert.equal(outcome.status, 'done', JSON.stringify(outcome));
    return outcome.status === 'done' ? (outcome.result as Record<string, unknown>) : {};
  };
  const theirs = resultOf(await create(3, false));
  const adopted = resultOf(await create(2, true));
  assert.deepEqual(adopted, {
    salesOrderId: theirs.salesOrderId,
    number: theirs.number,
    existing: { status: 'open', version: 1, currency: 'EUR', totalMinor: 3_490 },
  });
  const made = resultOf(await create(2, true, 'shop/2'));
  assert.notEqual(made.salesOrderId, theirs.salesOrderId);
  assert.equal(made.existing, undefined);
  assert.equal(sandbox.erp?.books().salesOrders.length, 2);
});
