/** The store's own figures of a day beside the sub-ledger: what was not read, not posted or is not there is a case, until it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { Accepted } from '../../src/gateway/schemas/common.ts';
import { MoneyDayDetail } from '../../src/gateway/schemas/money-days.ts';
import { withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { aRetailer } from '../support/builders.ts';
import { someBooks } from '../support/retailer-books.ts';
import { type ShopHub, startShopHub } from '../support/shop-hub.ts';

const REGISTRATIONS = [{ id: 'DE', jurisdiction: 'DE', taxCodes: ['DE MwSt 19%'] }];
const retailerWith = (books: ReturnType<typeof someBooks>) => ({
  entities: aRetailer().entities.map((entity) => ({ ...entity, books })),
});

/** What the store has told is taken in; its webhooks carry no transactions, which are read a moment later. */
async function arrive(hub: ShopHub): Promise<void> {
  await hub.takeWebhooks();
  await hub.settle();
  await hub.pass(60_000);
  await hub.settle();
}

/** Has the store's day of now compared. */
async function compare(hub: ShopHub): Promise<MoneyDayDetail> {
  const api = apiOf(hub);
  const day = new Date(hub.clock.now()).toISOString().slice(0, 10);
  await api.post(Accepted, '/v1/books/de/reconciliations', { day });
  await hub.settle();
  return api.get(MoneyDayDetail, `/v1/books/de/reconciliations/${day}`);
}

const channelOf = (day: MoneyDayDetail) => {
  const found = day.sources.find(({ source }) => source === 'channel/shop');
  const amounts = (side: 'ours' | 'theirs') =>
    found?.[side].amounts.map(({ what, total }) => `${what} ${total.amount} ${total.currency}`);
  return { ours: amounts('ours'), theirs: amounts('theirs'), orders: found?.theirs.count };
};

test('an order and a refund that were not read yet are a late import, and their cases close when they were', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startShopHub(place, {
      retailer: retailerWith(someBooks({ registrations: REGISTRATIONS })),
    });
    try {
      const first = hub.shop.store.placeOrder(anOrderSpec());
      await arrive(hub);
      const both = await compare(hub);
      assert.deepEqual(both.found, []);
      assert.deepEqual(channelOf(both), {
        ours: ['captured 59.85 EUR'],
        theirs: ['captured 59.85 EUR'],
        orders: 1,
      });
      const second = hub.shop.store.placeOrder(anOrderSpec({ handle: 'second' }));
      hub.shop.store.refund(first, { lines: [], shipping: false, amount: '4.90' });
      const late = await compare(hub);
      assert.deepEqual(
        late.found.map(({ cause, ours, theirs, order, hasCase }) => [
          cause,
          ours,
          theirs?.amount,
          order,
          hasCase,
        ]),
        [
          ['lateImport', null, '4.90', `shop/${first}`, true],
          ['lateImport', null, '59.85', null, true],
        ],
      );
      assert.deepEqual(channelOf(late).theirs, ['captured 119.70 EUR', 'refunded 4.90 EUR']);
      await arrive(hub);
      assert.ok(await hub.order(second));
      const after = await compare(hub);
      assert.deepEqual([after.found, after.openCases], [[], 0]);
      assert.deepEqual(channelOf(after).ours, channelOf(late).theirs);
      assert.deepEqual(hub.errors, []);
    } finally {
      await hub.close();
    }
  }));

test('what has no posting rule is told with that cause, and the case of the order stands for it', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startShopHub(place, {
      retailer: retailerWith(someBooks({ registrations: REGISTRATIONS }, ['clearing'])),
    });
    try {
      hub.shop.store.placeOrder(anOrderSpec());
      await arrive(hub);
      const day = await compare(hub);
      assert.deepEqual(
        day.found.map(({ cause, coveredBy, hasCase }) => [cause, coveredBy, hasCase]),
        [['ruleMissing', 'posting-rule-missing', false]],
      );
      assert.deepEqual(hub.errors, []);
    } finally {
      await hub.close();
    }
  }));
