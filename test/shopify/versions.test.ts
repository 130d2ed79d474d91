/** Several stores with several API versions at once: each is asked in its own, and one whose version has ended is told of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../src/base/clock.ts';
import { shopify } from '../../src/connectors/shopify/index.ts';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { aCommand, soon } from '../../src/connectors/shopify/testing.ts';
import { startShopStore } from '../support/shop-lanes.ts';

test('stores with the oldest, the current, the next and an ended API version are read alike, and the ended one is told of once', async () => {
  const clock = new Clock(Date.UTC(2026, 10, 27, 6), { frozen: true });
  const { store, close } = await startShopStore(clock, 'plus');
  try {
    const channelOrderId = store.placeOrder(anOrderSpec());
    const bodies = new Set<string>();
    for (const [apiVersion, served] of [
      ['2026-01', '2026-01'],
      ['2026-10', '2026-10'],
      ['unstable', 'unstable'],
      ['2025-04', '2026-01'],
    ] as const) {
      const warnings: string[] = [];
      const session = shopify.open({
        connection: `shop-${apiVersion}`,
        settings: shopify.settings.parse({
          shopDomain: 'one.myshopify.com',
          baseUrl: store.baseUrl,
          clientId: 'client',
          clientSecret: 'a client secret',
          apiVersion,
        }),
        clock,
        log: (level, message) => {
          if (level === 'warn') warnings.push(message);
        },
      });
      for (let read = 0; read < 2; read += 1) {
        const outcome = await session.perform(
          aCommand('channel.readOrder', { channelOrderId }, clock),
          soon(),
        );
        assert.ok(outcome.status === 'done', JSON.stringify(outcome));
        bodies.add(Buffer.from(outcome.observations?.[0]?.body ?? []).toString());
      }
      const { ok, message } = await session.check(soon());
      if (apiVersion === served) assert.deepEqual([ok, warnings], [true, []], message);
      else {
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? '', /answers with API version 2026-01, not 2025-04/);
        assert.deepEqual([ok, message.includes('API version 2026-01')], [false, true]);
      }
      await session.close();
    }
    assert.equal(bodies.size, 1, 'the order is the same in all of them');
  } finally {
    await close();
  }
});
