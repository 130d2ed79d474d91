import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, it, type TestContext } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { STORM } from '../../../../sandbox/kit/faults.ts';
import { anOrderSpec, RICH_ORDER, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const test = await startStore(...options);
  context.after(() => test.close());
  return test;
}

/** Topics of what has been sent since the last look, sorted: they do not arrive in order. */
async function topics(test: TestStore): Promise<string[]> {
  const sent = await test.webhooks();
  return sent
    .splice(0)
    .map(({ topic }) => topic)
    .sort();
}

describe('webhooks', () => {
  it('are signed over their bytes and carry the vendor’s headers', async (context) => {
    const test = await open(context);
    test.store.placeOrder(anOrderSpec());
    const sent = await test.webhooks();
    assert.equal(sent.length, 4);
    for (const { headers, bytes } of sent) {
      const signature = createHmac('sha256', 'a client secret').update(bytes).digest('base64');
      assert.equal(headers['x-shopify-hmac-sha256'], signature);
      assert.equal(headers['x-shopify-shop-domain'], 'one.myshopify.com');
      assert.equal(headers['x-shopify-api-version'], '2026-10');
      assert.match(String(headers['x-shopify-triggered-at']), /^2026-11-23T06:00:00\.\d{9}Z$/);
    }
    const ids = sent.map(({ headers }) => headers['x-shopify-webhook-id']);
    assert.equal(new Set(ids).size, 4);
    const events = sent
      .filter(({ topic }) => topic.startsWith('orders/'))
      .map(({ headers }) => headers['x-shopify-event-id']);
    assert.equal(new Set(events).size, 1, 'topics of one event share its id');
  });

  it('write ids with all their digits, beyond what a double holds', async (context) => {
    const test = await open(context);
    const ids = [test.store.placeOrder(anOrderSpec()), test.store.placeOrder(anOrderSpec())];
    for (const id of ids) assert.ok(BigInt(id) > 2n ** 53n);
    assert.equal(Number(ids[0]), Number(ids[1]), 'whoever rounds takes one for the other');
    for (const { topic, bytes, body } of await test.webhooks()) {
      const name = topic === 'order_transactions/create' ? 'order_id' : 'id';
      const id =
        topic === 'order_transactions/create' ? null : String(body.admin_graphql_api_id).split('/').at(-1);
      const written = new RegExp(`"${name}":(\\d+)`).exec(bytes.toString())?.[1];
      assert.ok(written && ids.includes(written), `${topic}: ${written}`);
      if (id) assert.equal(written, id);
    }
  });

  it('tell every act by the topics that the vendor has for it', async (context) => {
    const test = await open(context);
    const { store } = test;
    const id = store.placeOrder(anOrderSpec({ payment: 'authorised' }));
    assert.deepEqual(await topics(test), ['order_transactions/create', 'orders/create', 'orders/updated']);
    store.pay(id, 'captured');
    assert.deepEqual(await topics(test), ['order_transactions/create', 'orders/paid', 'orders/updated']);
    store.editOrder(id, { line: { index: 0, quantity: 2 } });
    assert.deepEqual(await topics(test), [
      'order_transactions/create',
      'orders/edited',
      'orders/updated',
      'refunds/create',
    ]);
    store.changeAddress(id, { city: 'Hamburg' });
    assert.deepEqual(await topics(test), ['orders/updated']);
    const refundId = store.refund(id, { lines: [], shipping: false, amount: '1.00', pending: true });
    assert.deepEqual(await topics(test), ['order_transactions/create', 'orders/updated', 'refunds/create']);
    store.settleRefund(id, refundId ?? '', 'succeeded');
    assert.deepEqual(await topics(test), ['orders/updated']);
    store.cancelOrder(id, { reason: 'customer', refund: true });
    assert.deepEqual(await topics(test), [
      'order_transactions/create',
      'orders/cancelled',
      'orders/updated',
      'refunds/create',
    ]);
    store.sendRaw('orders/create', '{"note":"nonsense"}');
    assert.deepEqual(await topics(test), ['orders/create']);
  });

  it('are only sent for subscribed topics', async (context) => {
    const test = await open(context, { topics: ['orders/create'] });
    test.store.placeOrder(anOrderSpec());
    assert.deepEqual(await topics(test), ['orders/create']);
  });

  it('carry what a twist makes of the order, and leave the books alone', async (context) => {
    const test = await open(context, { topics: ['orders/create', 'orders/updated'] });
    const twist = (order: Record<string, unknown>) => {
      order.financial_status = 'teleported';
    };
    test.store.placeOrder(anOrderSpec({ twist }));
    const id = test.store.placeOrder(anOrderSpec());
    test.store.corrupt(id, twist);
    test.store.changeAddress(id, { city: 'Hamburg' });
    const statuses = (await test.webhooks()).map(({ body }) => body.financial_status).sort();
    assert.deepEqual(statuses, ['paid', 'paid', 'teleported', 'teleported', 'teleported']);
    assert.equal(test.store.books().orders[1]?.totalMinor, 5985);
  });

  it('meet the faults of a bad day', async (context) => {
    const test = await open(context, { faults: STORM, topics: ['orders/create'] });
    for (let index = 0; index < 300; index += 1) test.store.placeOrder(anOrderSpec());
    await test.webhooks();
    test.clock.advanceTo(test.clock.now() + 3_600_000);
    const sent = await test.webhooks();
    const { doubled, dropped, delayed } = test.store.stats().deliveries;
    assert.ok(doubled > 10 && dropped > 3 && delayed > 10, JSON.stringify({ doubled, dropped, delayed }));
    const told = new Set(sent.map(({ body }) => body.admin_graphql_api_id));
    assert.equal(sent.length, 300 + doubled - dropped);
    assert.equal(told.size, 300 - dropped);
  });
});

/**
 * The package's schemas are inferred from one example each, so they know of no other value that a field may have. These are
 * the places where the vendor's own documentation allows more than its example shows.
 */
const WIDER_THAN_THE_EXAMPLE: readonly RegExp[] = [
  // Lists that are empty in the example.
  /^\S+ (\/refunds\/\*|\/refund_shipping_lines\/\*) boolean schema is false$/,
  // A rate of 0 in the example.
  /\/tax_lines\/\*\/rate must be integer$/,
  // Nobody on the staff has made the refund, and nobody has said why.
  /^refunds\/create \/(note|user_id) must be (string|integer)$/,
  // Null in the example, too: the schema asks for one of two other types.
  /\/device_id must /,
  // The example's card is told whole.
  /^refunds\/create \/transactions\/\*\/payment_details\/\w+ must be (string|integer)$/,
];

describe('bodies of webhooks', () => {
  const require = createRequire(import.meta.url);
  const { schemaForWebhook } = require('shopify-webhook-schemas') as {
    schemaForWebhook(version: string, topic: string): Promise<object>;
  };

  it('fit the vendor’s published shapes', async (context) => {
    const test = await open(context);
    const american = { provinceCode: 'OR', countryCode: 'US', city: 'Portland', postalCode: '97204' };
    const spec = anOrderSpec({
      ...RICH_ORDER,
      lines: RICH_ORDER.lines.slice(0, 2),
      payment: 'authorised',
      shopper: { ...RICH_ORDER.shopper, ...american },
    });
    const id = test.store.placeOrder(spec);
    test.store.pay(id, 'captured');
    test.store.editOrder(id, {
      line: { index: 0, quantity: 2 },
      add: { sku: 'NL-9', title: 'Rope', quantity: 1, unitPrice: '3.00', tax: [] },
    });
    await fulfilAll(test, id);
    test.store.refund(id, { lines: [{ index: 0, quantity: 1 }], shipping: true, amount: '1.00' });
    const other = test.store.placeOrder(spec);
    await fulfilAll(test, other, 1);
    const third = test.store.placeOrder(spec);
    test.store.cancelOrder(third, { reason: 'customer', refund: true });

    const ajv = new Ajv2020({ strict: false, allErrors: true });
    (addFormats as unknown as (to: Ajv2020) => void)(ajv);
    const checked = new Set<string>();
    const strange = new Set<string>();
    for (const { topic, body } of await test.webhooks()) {
      const valid = ajv.compile(await schemaForWebhook('2026-07', topic));
      checked.add(topic);
      if (valid(body)) continue;
      for (const { instancePath, message } of valid.errors ?? [])
        strange.add(`${topic} ${instancePath.replace(/\/\d+/g, '/*')} ${message}`);
    }
    assert.equal(checked.size, 10, [...checked].join(', '));
    const unexpected = [...strange].filter(
      (words) => !WIDER_THAN_THE_EXAMPLE.some((allowed) => allowed.test(words)),
    );
    assert.deepEqual(unexpected, []);
  });
});

/** Fulfils what is open; with `units`, so many of the first line. */
async function fulfilAll(test: TestStore, id: string, units?: number): Promise<void> {
  const open = await test.call(
    `{ order(id: "gid://shopify/Order/${id}") { fulfillmentOrders(first: 5) { nodes { id lineItems(first: 9) { nodes { id } } } } } }`,
  );
  for (const each of open.data.order.fulfillmentOrders.nodes) {
    const lines = units ? [{ id: each.lineItems.nodes[0].id, quantity: units }] : null;
    const input = {
      lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: each.id, fulfillmentOrderLineItems: lines }],
      trackingInfo: { company: 'DHL', numbers: ['T1', 'shipment p/1'], urls: ['https://example.org/T1'] },
    };
    const done = await test.call(
      `mutation ($input: FulfillmentInput!) { fulfillmentCreate(fulfillment: $input) { userErrors { message } } }`,
      { input },
    );
    assert.deepEqual(done.data.fulfillmentCreate.userErrors, []);
  }
}
