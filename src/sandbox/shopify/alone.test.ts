import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { NO_FAULTS } from '../kit/faults.ts';
import { type AloneOptions, type ShopifyAlone, startShopifyAlone } from './index.ts';

const START = Date.UTC(2026, 10, 23, 6);
const DAY_MS = 86_400_000;

async function alone(context: TestContext, options: Partial<AloneOptions> = {}): Promise<ShopifyAlone> {
  const made = await startShopifyAlone({
    seed: '7',
    ordersPerMinute: 0.1,
    pace: 1,
    staffShips: true,
    plan: 'plus',
    port: 0,
    clock: new Clock(START, { frozen: true }),
    faults: NO_FAULTS,
    ...options,
  });
  context.after(async () => {
    await made.close();
    assert.deepEqual(made.world.failures, []);
  });
  return made;
}

const post = (made: ShopifyAlone, path: string, fields: Record<string, string>) =>
  fetch(`${made.store.baseUrl}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });

const page = async (made: ShopifyAlone, path = '/') => (await fetch(made.store.baseUrl + path)).text();

describe('a Shopify store alone', () => {
  it('has a stream of orders, to which things happen', async (context) => {
    const made = await alone(context);
    await made.world.passTo(START + 6 * DAY_MS);
    const { orders } = made.store.books();
    const expected = 0.1 * 60 * 24 * 6;
    assert.ok(Math.abs(orders.length - expected) < expected / 5, `${orders.length} of about ${expected}`);
    const share = (test: (order: (typeof orders)[number]) => boolean) =>
      orders.filter(test).length / orders.length;
    assert.ok(share(({ cancelled }) => cancelled) > 0.01);
    assert.ok(share(({ refundedMinor }) => refundedMinor > 0) > 0.02);
    assert.ok(share(({ fulfilments }) => fulfilments.length > 0) > 0.6);
    assert.ok(share(({ capturedMinor }) => capturedMinor > 0) > 0.8);
  });

  it('has the name and the version of webhooks that it is given, so that several run beside each other', async (context) => {
    const store = { name: 'alpha', shop: 'alpha.myshopify.test', apiVersion: '2026-01' };
    const made = await alone(context, { ordersPerMinute: 0, store });
    assert.equal(made.shop, 'alpha.myshopify.test');
    assert.equal(made.store.apiVersion, '2026-01');
    assert.match(await page(made), /<h1>alpha<\/h1><p>alpha\.myshopify\.test/);
  });

  it('is the same for the same seed', async (context) => {
    const names = async () => {
      const made = await alone(context);
      await made.world.passTo(START + DAY_MS);
      return JSON.stringify(made.store.books().orders);
    };
    assert.equal(await names(), await names());
  });

  it('shows itself on a page, which sets faults and moves the clock', async (context) => {
    const made = await alone(context);
    assert.equal((await post(made, '/_page/clock', { hours: '6' })).status, 303);
    assert.equal(made.world.clock.now(), START + DAY_MS / 4);
    assert.equal((await post(made, '/_page/faults', { profile: 'storm' })).status, 303);
    assert.ok(made.world.faults.calls.refused > 0);
    const shares = {
      doubled: '50',
      outOfOrder: '0',
      dropped: '0',
      refused: '0',
      timedOut: '0',
      lateShare: '0',
    };
    await post(made, '/_page/faults', shares);
    assert.deepEqual(made.world.faults.deliveries, { doubled: 0.5, outOfOrder: 0, dropped: 0 });
    assert.equal((await post(made, '/_page/faults', { ...shares, dropped: '400' })).status, 422);
    assert.equal((await post(made, '/_page/clock', { hours: '-1' })).status, 422);
    const [first] = made.store.books().orders;
    assert.ok(first);
    const whole = await page(made);
    assert.match(whole, /orderCancel/, 'what is behaved');
    assert.match(whole, new RegExp(`/_page/orders/${made.store.books().orders.at(-1)?.channelOrderId}`));
    assert.match(await page(made, `/_page/orders/${first.channelOrderId}`), /totalMinor/);
    assert.equal((await fetch(`${made.store.baseUrl}/_page/nothing`)).status, 404);
  });

  it('writes what a shopper has typed as text, not as a part of the page', async (context) => {
    const made = await alone(context, { ordersPerMinute: 0 });
    const { ordinarySpec } = await import('../retailer/shopping.ts');
    const spec = ordinarySpec(made.world.random('x'), 'shopify-northlight', 'x');
    made.store.placeOrder({ ...spec, shopper: { ...spec.shopper, firstName: '<script>' } });
    assert.doesNotMatch(await page(made), /<script>/);
  });

  it('gives an app a token and sends webhooks to whom it subscribes', async (context) => {
    const made = await alone(context);
    const response = await fetch(`${made.store.baseUrl}/admin/api/2026-10/graphql.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-shopify-access-token': await made.token() },
      body: JSON.stringify({ query: '{ shop { myshopifyDomain } }' }),
    });
    assert.deepEqual(((await response.json()) as { data: unknown }).data, {
      shop: { myshopifyDomain: made.shop },
    });
    await made.world.passTo(START + DAY_MS / 8);
    assert.equal(made.store.stats().deliveries.sent, 0, 'nobody has subscribed');
  });
});

describe('a store that runs for long', () => {
  it('keeps in memory what has happened of late, and knows all of it still', async (context) => {
    const made = await alone(context, { ordersPerMinute: 0.2 });
    await made.world.passTo(START + 5 * DAY_MS);
    const first = made.store.books().orders[0];
    assert.ok(first);
    await made.world.passTo(START + 30 * DAY_MS);
    const { orders, live, fileBytes } = made.store.orders.memory;
    assert.ok(orders > 8_000);
    assert.ok(live < orders / 2, `${live} of ${orders} in memory`);
    assert.ok(fileBytes / orders < 2_000, `${fileBytes} bytes for ${orders} orders`);
    // The oldest is read, found by its name, changed, and found among the changed ones.
    const id = first.channelOrderId;
    assert.equal(
      made.store.standing(id).shippedUnits > 0,
      first.lines.some(({ fulfilledQuantity }) => fulfilledQuantity > 0),
    );
    const ask = async (query: string) => {
      const response = await fetch(`${made.store.baseUrl}/admin/api/2026-10/graphql.json`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-shopify-access-token': await made.token() },
        body: JSON.stringify({
          query: `{ orders(first: 2, sortKey: UPDATED_AT, query: "${query}") { nodes { id shippingAddress { city } } } }`,
        }),
      });
      const { data } = (await response.json()) as { data: { orders: { nodes: { id: string }[] } } };
      return data.orders.nodes;
    };
    assert.equal((await ask(`name:${first.name}`))[0]?.id, `gid://shopify/Order/${id}`);
    made.store.changeAddress(id, { city: 'Emden' });
    const since = new Date(made.world.clock.now() - 1_000).toISOString();
    assert.deepEqual(await ask(`updated_at:>='${since}' AND name:${first.name}`), [
      { id: `gid://shopify/Order/${id}`, shippingAddress: { city: 'Emden' } },
    ]);
  });
});
