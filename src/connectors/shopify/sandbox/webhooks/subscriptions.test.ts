import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { pause } from '../../../../base/clock.ts';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';

/** An app's own address, which answers with `status.now`. */
async function anAddress(context: TestContext, status: { now: number }) {
  const received: { topic: string; body: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const topic = String(request.headers['x-shopify-topic']);
      received.push({ topic, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(status.now).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/own`, received };
}

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const test = await startStore(...options);
  context.after(() => test.close());
  return test;
}

const CREATE = `mutation ($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {
    webhookSubscription { id topic uri apiVersion { handle } } userErrors { field message } } }`;
const LIST = `{ webhookSubscriptions(first: 50) { nodes { id topic uri } pageInfo { hasNextPage } } }`;

async function subscribe(test: TestStore, topic: string, uri: string, more: object = {}): Promise<string> {
  const { data } = await test.call(CREATE, { topic, input: { uri, ...more } });
  assert.deepEqual(data.webhookSubscriptionCreate.userErrors, []);
  return data.webhookSubscriptionCreate.webhookSubscription.id;
}

/** Lets what is planned within a time happen, act by act. */
async function pass(test: TestStore, ms: number): Promise<void> {
  const until = test.clock.now() + ms;
  for (;;) {
    while (test.world.busy() > 0) await pause(2);
    const due = test.world.nextDueAt();
    if (due === undefined || due > until) break;
    test.clock.advanceTo(due);
  }
  test.clock.advanceTo(until);
}

describe('webhook subscriptions', () => {
  it('decide what is sent, and where, as soon as there is one', async (context) => {
    const test = await open(context);
    const own = await anAddress(context, { now: 200 });
    await subscribe(test, 'ORDERS_CREATE', own.url);
    await subscribe(test, 'REFUNDS_CREATE', own.url, { includeFields: ['id', 'order_id'] });
    const id = test.store.placeOrder(anOrderSpec());
    test.store.refund(id, { lines: [{ index: 0, quantity: 1 }], shipping: false });
    assert.deepEqual(await test.webhooks(), [], 'the usual target gets nothing more');
    assert.deepEqual(own.received.map(({ topic }) => topic).sort(), ['orders/create', 'refunds/create']);
    const refund = own.received.find(({ topic }) => topic === 'refunds/create');
    assert.deepEqual(Object.keys(refund?.body ?? {}).sort(), ['id', 'order_id']);
  });

  it('are listed, found, changed and deleted', async (context) => {
    const test = await open(context);
    const id = await subscribe(test, 'ORDERS_PARTIALLY_FULFILLED', 'https://example.org/a');
    await subscribe(test, 'ORDERS_CREATE', 'https://example.org/a');
    assert.equal((await test.call(LIST)).data.webhookSubscriptions.nodes.length, 2);
    assert.deepEqual(
      test.store.subscribed().map(({ topic }) => topic),
      ['orders/partially_fulfilled', 'orders/create'],
    );
    const one = `query ($id: ID!) { webhookSubscription(id: $id) { uri callbackUrl endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } } format includeFields } }`;
    const update = `mutation ($id: ID!) { webhookSubscriptionUpdate(id: $id, webhookSubscription: { uri: "https://example.org/b" }) { userErrors { message } } }`;
    await test.call(update, { id });
    const { webhookSubscription } = (await test.call(one, { id })).data;
    assert.equal(webhookSubscription.uri, 'https://example.org/b');
    assert.equal(webhookSubscription.endpoint.callbackUrl, 'https://example.org/b');
    const remove = `mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } } }`;
    assert.equal(
      (await test.call(remove, { id })).data.webhookSubscriptionDelete.deletedWebhookSubscriptionId,
      id,
    );
    assert.equal((await test.call(one, { id })).data.webhookSubscription, null);
    const again = (await test.call(remove, { id })).data.webhookSubscriptionDelete;
    assert.equal(again.userErrors[0].message, 'Webhook subscription does not exist');
    const rest = await test.call(
      `{ webhookSubscriptions(first: 5, topics: [ORDERS_CREATE]) { nodes { topic } } webhookSubscriptionsCount { count } }`,
    );
    assert.equal(rest.data.webhookSubscriptions.nodes.length, 1);
    assert.equal(rest.data.webhookSubscriptionsCount.count, 1);
  });

  it('refuse an address twice for a topic, and addresses that are none', async (context) => {
    const test = await open(context);
    await subscribe(test, 'ORDERS_CREATE', 'https://example.org/a');
    const words = async (uri: string) =>
      (await test.call(CREATE, { topic: 'ORDERS_CREATE', input: { uri } })).data.webhookSubscriptionCreate
        .userErrors[0].message;
    assert.equal(await words('https://example.org/a'), 'Address for this topic has already been taken');
    assert.equal(await words('nowhere'), 'Address is invalid');
    assert.equal(await words('http://example.org/'), 'Address protocol http:// is not supported');
    const filtered = await test.call(CREATE, {
      topic: 'ORDERS_CREATE',
      input: { uri: 'https://example.org/c', filter: 'id:1' },
    });
    assert.equal(filtered.errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX');
  });

  it('gnikyt/laravel-shopify#936: one whose address fails at all retries is removed, and later events are lost', async (context) => {
    const test = await open(context);
    const status = { now: 500 };
    const own = await anAddress(context, status);
    await subscribe(test, 'ORDERS_CREATE', own.url);
    test.store.placeOrder(anOrderSpec());
    await pass(test, 4 * 3_600_000 - 60_000 * 2);
    assert.equal(test.store.subscribed().length, 1, 'not before the last retry');
    await pass(test, 3_600_000);
    assert.equal(own.received.length, 9, 'the first attempt and eight retries');
    assert.deepEqual(own.received.at(-1)?.body, own.received[0]?.body, 'the original payload');
    assert.deepEqual(test.store.subscribed(), []);
    assert.deepEqual((await test.call(LIST)).data.webhookSubscriptions.nodes, []);
    status.now = 200;
    test.store.placeOrder(anOrderSpec());
    await pass(test, 3_600_000);
    assert.equal(own.received.length, 9);
    assert.deepEqual(await test.webhooks(), []);
  });

  it('are kept when something is taken meanwhile', async (context) => {
    const test = await open(context);
    const status = { now: 500 };
    const own = await anAddress(context, status);
    await subscribe(test, 'ORDERS_CREATE', own.url);
    test.store.placeOrder(anOrderSpec());
    await pass(test, 2 * 3_600_000);
    status.now = 200;
    test.store.placeOrder(anOrderSpec());
    await pass(test, 60_000);
    status.now = 500;
    await pass(test, 5 * 3_600_000);
    assert.equal(test.store.subscribed().length, 1);
  });
});
