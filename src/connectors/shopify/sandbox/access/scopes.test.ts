import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { servedVersion } from '../graphql/versions.ts';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';
import { SCOPES } from './access.ts';

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const test = await startStore(...options);
  context.after(() => test.close());
  return test;
}

const without = (...scopes: string[]) => SCOPES.filter((each) => !scopes.includes(each));

describe('access scopes', () => {
  it('are those of the app, and an app without one is refused in the vendor’s words', async (context) => {
    const test = await open(context, { scopes: ['read_products'] });
    const { data, errors } = await test.call('{ orders(first: 1) { nodes { id } } }');
    assert.equal(data, null);
    assert.equal(
      errors[0]?.message,
      'Access denied for orders field. Required access: `read_orders` access scope, `read_marketplace_orders` access scope or `read_quick_sale` access scope.',
    );
    assert.equal(errors[0]?.extensions?.code, 'ACCESS_DENIED');
    const granted = await test.call('{ currentAppInstallation { accessScopes { handle } } }');
    assert.deepEqual(granted.data.currentAppInstallation.accessScopes, [{ handle: 'read_products' }]);
  });

  it('hold for each type: an order without its customer', async (context) => {
    const test = await open(context, { scopes: without('read_customers', 'write_customers') });
    test.store.placeOrder(anOrderSpec());
    const { data, errors } = await test.call('{ orders(first: 1) { nodes { name customer { id } } } }');
    assert.deepEqual(data.orders.nodes, [{ name: '#1001', customer: null }]);
    assert.match(
      errors[0]?.message ?? '',
      /^Access denied for customer field\. Required access: `read_customers`/,
    );
  });

  it('hold for mutations', async (context) => {
    const test = await open(context, { scopes: without('write_orders') });
    const id = test.store.placeOrder(anOrderSpec());
    const { errors } = await test.call(
      `mutation { orderCancel(orderId: "gid://shopify/Order/${id}", reason: OTHER, restock: true) { job { id } } }`,
    );
    assert.equal(errors[0]?.extensions?.code, 'ACCESS_DENIED');
    assert.equal(test.store.books().orders[0]?.cancelled, false);
  });

  it('reading is part of writing', async (context) => {
    const test = await open(context, { scopes: ['write_orders'] });
    const { errors } = await test.call('{ orders(first: 1) { nodes { id } } }');
    assert.deepEqual(errors, []);
  });

  it('show orders of sixty days only, but to those who may read all', async (context) => {
    for (const [scopes, seen] of [
      [without('read_all_orders'), 1],
      [SCOPES, 2],
    ] as const) {
      const test = await open(context, { scopes });
      const id = test.store.placeOrder(anOrderSpec());
      test.clock.advanceTo(test.clock.now() + 61 * 86_400_000);
      test.store.placeOrder(anOrderSpec());
      const { data } = await test.call(
        `{ orders(first: 5) { nodes { id } } order(id: "gid://shopify/Order/${id}") { id } }`,
      );
      assert.equal(data.orders.nodes.length, seen);
      assert.equal(data.order !== null, seen === 2);
    }
  });
});

describe('API versions', () => {
  it('are served several at once, each by its own schema', async (context) => {
    const test = await open(context);
    for (const version of ['2026-01', '2026-04', '2026-07', '2026-10', 'unstable']) {
      const answer = await test.call('{ shop { name } }', {}, undefined, version);
      assert.deepEqual([answer.apiVersion, answer.data], [version, { shop: { name: 'One' } }]);
    }
    // A field that came with a later version.
    const newer =
      '{ orders(first: 1) { nodes { shippingTitle: name } } bulkOperations(first: 1) { nodes { id } } }';
    assert.deepEqual((await test.call(newer, {}, undefined, '2026-10')).errors, []);
  });

  it('that are retired or unknown fall forward to the oldest one that is supported', async (context) => {
    const test = await open(context);
    for (const version of ['2024-10', '2031-01', 'nonsense']) {
      const answer = await test.call('{ shop { name } }', {}, undefined, version);
      assert.deepEqual([answer.status, answer.apiVersion], [200, '2026-01']);
    }
    assert.equal(servedVersion('/admin/api/graphql.json'), '2026-01');
    assert.equal(servedVersion('/admin/api/2026-10/orders.json'), undefined);
  });

  it('of webhooks are the store’s', async (context) => {
    const test = await open(context, { apiVersion: '2026-07', topics: ['orders/create'] });
    test.store.placeOrder(anOrderSpec());
    const [told] = await test.webhooks();
    assert.equal(told?.headers['x-shopify-api-version'], '2026-07');
    assert.equal(test.store.apiVersion, '2026-07');
  });
});
