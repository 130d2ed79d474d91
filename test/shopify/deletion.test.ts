/** An order that somebody deletes in the store: the news has its id only, and nobody can be asked of it any more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOPICS } from '../../src/connectors/shopify/sandbox/options.ts';
import { act, anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { listCases } from '../../src/store/cases.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { startShopHub } from '../support/shop-hub.ts';
import { findingsInside } from '../support/sound.ts';

const ARCHIVE = `mutation ($id: ID!) { orderClose(input: { id: $id }) { userErrors { message } } }`;
const DELETE = `mutation ($id: ID!) { orderDelete(orderId: $id) { deletedId userErrors { message } } }`;

for (const kind of databases())
  test(`an order that waits for goods ends when it is deleted; a late message brings it not back (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place, { stock: 0, store: { topics: [...TOPICS, 'orders/delete'] } });
      try {
        const id = hub.shop.store.placeOrder(anOrderSpec({ gateway: 'manual' }));
        await hub.takeWebhooks();
        await hub.settle();
        assert.equal((await hub.order(id))?.status, 'paymentSecured');
        const gid = `gid://shopify/Order/${id}`;
        await act(hub.shop, ARCHIVE, { id: gid });
        assert.equal((await act(hub.shop, DELETE, { id: gid })).deletedId, gid);
        await hub.takeWebhooks();
        await hub.settle();
        const order = await hub.order(id);
        assert.equal(order?.status, 'cancelled');
        assert.ok(order?.deletedAt);
        // What was sent before, once more, and a hint after which it would be read.
        await hub.takeWebhooks(true);
        await hub.pass(10 * 60_000);
        assert.equal((await hub.order(id))?.status, 'cancelled');
        assert.deepEqual(await listCases(hub.database, { status: 'open', limit: 5 }), []);
        assert.deepEqual(hub.errors, []);
        assert.deepEqual(await findingsInside(hub.database), []);
      } finally {
        await hub.close();
      }
    }));
