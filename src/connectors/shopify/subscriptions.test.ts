import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import type { Maintained, Session } from '../contract.ts';
import { shopify } from './index.ts';
import { Settings } from './manifest.ts';
import { startStore, type TestStore } from './sandbox/testing.ts';
import { SUBSCRIBED_TOPICS, topicName } from './subscriptions.ts';
import { data, errors, soon, startCannedShop } from './testing.ts';

const URL = 'https://hub.example.com/webhooks/shop';
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

function open(store: { url: string }, clock: Clock, webhookUrl: string | null): Session {
  return shopify.open({
    connection: 'shop',
    settings: Settings.parse({
      shopDomain: 'one.myshopify.com',
      baseUrl: store.url,
      clientId: 'client',
      clientSecret: 'a client secret',
    }),
    clock,
    webhookUrl,
    log: () => {},
  });
}

async function aStore(): Promise<TestStore> {
  const store = await startStore();
  opened.push(store);
  return store;
}

async function maintain(session: Session): Promise<Maintained> {
  const done = await session.maintain?.(soon());
  assert.ok(done?.status === 'done', JSON.stringify(done));
  return done;
}

const LIST = '{ webhookSubscriptions(first: 100) { nodes { id topic uri } } }';
async function subscriptions(store: TestStore): Promise<{ id: string; topic: string; uri: string }[]> {
  return (await store.call(LIST)).data.webhookSubscriptions.nodes;
}
const create = (store: TestStore, topic: string, input: object) =>
  store.call(
    'mutation M($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) { userErrors { message } } }',
    { topic, input },
  );

test('all topics that are used are subscribed to, once', async () => {
  const store = await aStore();
  const session = open({ url: store.store.baseUrl }, store.clock, URL);
  const first = await maintain(session);
  assert.match(
    first.mended.join(),
    /is told to send orders\/create, .*reverse_fulfillment_orders\/dispose to https:\/\/hub/,
  );
  assert.equal(first.mayHaveMissed, true);
  const made = await subscriptions(store);
  assert.deepEqual(made.map(({ topic }) => topic).sort(), SUBSCRIBED_TOPICS.map(topicName).sort());
  assert.ok(made.every(({ uri }) => uri === URL));
  assert.deepEqual(await maintain(session), {
    status: 'done',
    mended: [],
    warnings: [],
    mayHaveMissed: false,
  });
  assert.deepEqual(await subscriptions(store), made);
});

test('gnikyt/laravel-shopify#936: subscriptions that the vendor removed after failures are restored, and what was missed is polled', async () => {
  const store = await aStore();
  const session = open({ url: store.store.baseUrl }, store.clock, URL);
  await maintain(session);
  for (const { id, topic } of await subscriptions(store))
    if (topic.startsWith('ORDERS_'))
      await store.call(
        'mutation M($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } } }',
        { id },
      );
  const done = await maintain(session);
  assert.match(done.mended.join(), /had removed the subscriptions to orders\/create, .*made again/);
  assert.ok(!done.mended.join().includes('refunds/create'));
  assert.equal(done.mayHaveMissed, true);
  assert.equal((await subscriptions(store)).length, SUBSCRIBED_TOPICS.length);
});

test('those that lead to an old address of ours are moved, those that bring only a part are made anew, those of others stay', async () => {
  const store = await aStore();
  await create(store, 'ORDERS_CREATE', { uri: 'https://old.example.com/webhooks/shop' });
  await create(store, 'ORDERS_PAID', { uri: URL });
  await create(store, 'ORDERS_PAID', { uri: 'https://old.example.com/webhooks/shop' });
  await create(store, 'ORDERS_UPDATED', { uri: URL, includeFields: ['id'] });
  await create(store, 'ORDERS_CREATE', { uri: 'https://other.example.com/orders' });
  const done = await maintain(open({ url: store.store.baseUrl }, store.clock, URL));
  for (const words of [
    /orders\/create went to https:\/\/old\.example\.com\/webhooks\/shop: it is sent to/,
    /orders\/paid went to https:\/\/old.*too: that subscription is removed/,
    /orders\/updated came only in part/,
  ])
    assert.match(done.mended.join('\n'), words);
  const uris = (await subscriptions(store)).map(({ topic, uri }) => `${topic} ${uri}`).sort();
  assert.deepEqual(
    uris,
    [
      ...SUBSCRIBED_TOPICS.map((topic) => `${topicName(topic)} ${URL}`),
      'ORDERS_CREATE https://other.example.com/orders',
    ].sort(),
  );
});

test('an address that the vendor refuses, and another version of webhooks, are warnings with what to do', async () => {
  const shop = await startCannedShop();
  opened.push(shop);
  const standing = {
    id: 'gid://shopify/WebhookSubscription/1',
    topic: 'ORDERS_CREATE',
    uri: URL,
    format: 'JSON',
    filter: null,
    includeFields: [],
    apiVersion: { handle: '2026-04' },
  };
  shop.onCall(({ operation }) =>
    operation === 'ListSubscriptions'
      ? data({
          webhookSubscriptions: { nodes: [standing], pageInfo: { hasNextPage: false, endCursor: null } },
        })
      : data({
          webhookSubscriptionCreate: {
            userErrors: [{ field: ['webhookSubscription', 'uri'], message: 'Address is invalid' }],
          },
        }),
  );
  const clock = new Clock(Date.UTC(2026, 10, 23), { frozen: true });
  const done = await maintain(open(shop, clock, URL));
  assert.match(done.warnings.join('\n'), /refuses the subscription to orders\/updated: Address is invalid/);
  assert.match(
    done.warnings.join('\n'),
    /in version 2026-04, and this connection works with 2026-10: set the webhooks API version/,
  );
  assert.equal(done.mayHaveMissed, false);
});

test('a round that fails in the middle owes its poll to the next one', async () => {
  const shop = await startCannedShop();
  opened.push(shop);
  let creations = 0;
  shop.onCall(({ operation }) => {
    if (operation === 'ListSubscriptions')
      return data({
        webhookSubscriptions: {
          nodes: SUBSCRIBED_TOPICS.slice(0, creations > 0 ? undefined : 0).map((topic, index) => ({
            id: `gid://shopify/WebhookSubscription/${index}`,
            topic: topicName(topic),
            uri: URL,
            format: 'JSON',
            filter: null,
            includeFields: [],
            apiVersion: { handle: '2026-10' },
          })),
          pageInfo: { hasNextPage: false, endCursor: null },
        },
      });
    creations += 1;
    return creations === 1
      ? data({ webhookSubscriptionCreate: { userErrors: [] } })
      : errors({ message: 'Throttled', code: 'THROTTLED' });
  });
  const session = open(shop, new Clock(Date.UTC(2026, 10, 23), { frozen: true }), URL);
  assert.equal((await session.maintain?.(soon()))?.status, 'throttled');
  assert.deepEqual(await maintain(session), {
    status: 'done',
    mended: [],
    warnings: [],
    mayHaveMissed: true,
  });
});

test('without a public address there is nothing to look after', async () => {
  const store = await aStore();
  assert.equal(open({ url: store.store.baseUrl }, store.clock, null).maintain, undefined);
});
