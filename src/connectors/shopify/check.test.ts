import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { data, openShop, soon, startCannedShop } from './testing.ts';

const START = Date.UTC(2026, 10, 23, 6);
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

describe('what doctor asks', () => {
  test('missing scopes, another store, and data that the app may not see', async () => {
    const shop = await startCannedShop();
    opened.push(shop);
    const session = openShop(shop.settings(), new Clock(START, { frozen: true }));
    const scoped = (handles: string[], myshopifyDomain = 'one.myshopify.com') =>
      data({
        shop: { name: 'One', myshopifyDomain },
        currentAppInstallation: { accessScopes: handles.map((handle) => ({ handle })) },
      });
    shop.onCall(() => scoped(['read_orders', 'read_products'], 'two.myshopify.com'));
    const few = await session.check(soon());
    assert.equal(few.ok, false);
    for (const words of [
      'write_orders',
      'read_customers',
      'write_merchant_managed_fulfillment_orders',
      'is two.myshopify.com',
    ])
      assert.ok(few.message.includes(words), few.message);
    assert.ok(!few.message.includes('read_products'));
    const enough = [
      'write_orders',
      'read_products',
      'read_customers',
      'read_locations',
      'read_payment_terms',
      'read_returns',
      'write_third_party_fulfillment_orders',
    ];
    shop.onCall(({ operation }) =>
      operation === 'Check'
        ? scoped(enough)
        : {
            body: {
              errors: [
                {
                  message: 'not approved to access the Customer object',
                  extensions: { code: 'ACCESS_DENIED' },
                },
              ],
            },
          },
    );
    const refused = await session.check(soon());
    assert.equal(refused.ok, false);
    assert.match(refused.message, /orders cannot be read: .*not approved/);
    shop.onCall(({ operation }) =>
      operation === 'Check'
        ? scoped(enough)
        : data({ orders: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } }),
    );
    const old = await session.check(soon());
    assert.ok(old.ok);
    assert.match(old.message, /without the scope read_all_orders.*only shipments from fulfilment services/);
  });
});
