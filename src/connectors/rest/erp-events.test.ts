/** What an in-house ERP does to a sales order by itself comes back as events, and is read as what it means. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { NO_FAULTS } from '../../sandbox/kit/faults.ts';
import { World } from '../../sandbox/kit/world.ts';
import { rest } from './index.ts';
import { createRestSandbox } from './sandbox/index.ts';
import { aSalesOrder } from './testing.ts';

const SECRET = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`;

test('held, edited, invoiced, resumed and cancelled are told with their version, and addressed to the order', async () => {
  const clock = new Clock(Date.UTC(2026, 10, 23, 6), { frozen: true });
  const world = new World({ clock, seed: 'erp', faults: NO_FAULTS });
  const sandbox = await createRestSandbox(world, {
    connection: 'erp',
    roles: ['erp'],
    token: 'right',
    webhookSecret: SECRET,
    webhookTarget: () => undefined,
    behaviour: { creditHoldChance: 0 },
  });
  const settings = rest.settings.parse({
    baseUrl: sandbox.url,
    token: 'right',
    webhookSecrets: [SECRET],
    roles: ['erp'],
  });
  const session = rest.open({ connection: 'erp', settings, clock, log: () => {} });
  try {
    const signal = AbortSignal.timeout(5_000);
    const made = await session.perform(
      {
        kind: 'erp.createSalesOrder',
        key: 'so#1',
        body: aSalesOrder('shop/1'),
        id: '1',
        attempt: 1,
        firstAttemptAt: clock.now(),
        persons: new Map(),
      },
      signal,
    );
    assert.equal(made.status, 'done');
    const { erp } = sandbox;
    assert.ok(erp);
    assert.ok(erp.holdOrder('shop/1', 'credit limit'));
    assert.ok(erp.editOrder('shop/1', '1', 2, '24.90'));
    assert.ok(erp.invoiceOrder('shop/1', 'INV-7'));
    assert.ok(erp.resumeOrder('shop/1'));
    assert.ok(erp.cancelOrder('shop/1', 'stop list'));
    const page = await session.poll('sales-orders', null, signal);
    assert.ok('deliveries' in page);
    const intake = rest.intake('erp', settings);
    const told = page.deliveries.map((delivery) => {
      assert.deepEqual(intake.address(delivery), { stream: 'order', key: 'shop/1' });
      const { message } = intake.normalise(delivery);
      assert.equal(message.type, 'erp.orderChanged');
      const { at: _, type: __, ...rest } = message as Extract<typeof message, { type: 'erp.orderChanged' }>;
      return rest;
    });
    assert.deepEqual(told, [
      { change: 'held', version: 2, reason: 'credit limit' },
      {
        change: 'edited',
        version: 3,
        reason: 'corrected by hand',
        lines: [{ lineId: '1', quantity: 2 }],
        totalMinor: 2490,
      },
      { change: 'invoiced', version: 4, reason: '', invoiceNumber: 'INV-7', totalMinor: 2490 },
      { change: 'resumed', version: 5, reason: '' },
      { change: 'cancelled', version: 6, reason: 'stop list' },
    ]);
  } finally {
    await session.close();
    await sandbox.close();
  }
});

test('a total that is finer than its currency cannot be read', () => {
  const settings = rest.settings.parse({
    baseUrl: 'http://127.0.0.1:1',
    token: 't',
    webhookSecrets: [SECRET],
    roles: ['erp'],
  });
  const data = {
    salesOrderId: 's',
    reference: 'shop/1',
    version: 2,
    reason: null,
    at: '2026-11-23T06:00:00Z',
    invoiceNumber: 'INV-1',
    currency: 'JPY',
    total: '10.5',
  };
  const body = Buffer.from(
    JSON.stringify({ id: 'e', type: 'sales-order.invoiced', occurredAt: '2026-11-23T06:00:00Z', data }),
  );
  const delivery = { headers: {}, body, origin: 'poll', topic: 'poll:sales-orders' } as const;
  const { message } = rest.intake('erp', settings).normalise(delivery);
  assert.ok(message.type === 'order.unreadable' && message.reason === 'bad-money');
});
