/** Who has asked a store to be forgotten is forgotten here, whenever the request comes, and stays so; the books and the audit stand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from '../../src/connectors/contract.ts';
import { TOPICS } from '../../src/connectors/shopify/sandbox/options.ts';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { connectionItems } from '../../src/gateway/views/connections.ts';
import { listCases } from '../../src/store/cases.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { type ShopHub, startShopHub, webhookDelivery } from '../support/shop-hub.ts';
import { findingsInside } from '../support/sound.ts';

const DAY_MS = 86_400_000;
const ERASE =
  'mutation ($id: ID!) { customerRequestDataErasure(customerId: $id) { userErrors { message } } }';
const CUSTOMER = 'query ($id: ID!) { order(id: $id) { customer { id } } }';

function compliance(topic: string, more: object): Delivery {
  const body = { shop_id: 1, shop_domain: 'one.myshopify.com', ...more };
  return { topic, headers: {}, body: Buffer.from(JSON.stringify(body)), origin: 'webhook' };
}

function redaction(...orders: (string | number)[]): Delivery {
  const customer = { id: 7012, email: 'grete.hermann@example.com', phone: '+49421555010' };
  return compliance('customers/redact', { customer, orders_to_redact: orders });
}

/** Everything in the database that may hold the shopper of `anOrderSpec`, by table. */
async function traces({ database }: ShopHub): Promise<string[]> {
  const rows = await database.query<{ place: string; text: string }>(
    `select 'person' as place, body::text as text from person
     union all select 'observation ' || topic, convert_from(body, 'UTF8') from observation
     union all select 'journal', body::text from journal
     union all select 'stream', coalesce(state::text, '') from stream
     union all select 'case', message || suggested_fix from business_case
     union all select 'outbox', body::text || coalesce(last_error, '') from outbox`,
  );
  return rows
    .filter(({ text }) => /Grete|Hermann|grete\.|555010|Am Wall/.test(text))
    .map(({ place }) => place);
}

async function reasons({ database }: ShopHub): Promise<string[]> {
  return (await listCases(database, { status: 'open', limit: 20 })).map(({ reason }) => reason);
}

for (const kind of databases()) {
  test(`a customer is forgotten with all their orders, and no late message brings them back (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place);
      try {
        const id = hub.shop.store.placeOrder(anOrderSpec());
        for (let round = 0; round < 3; round += 1) {
          await hub.takeWebhooks();
          await hub.settle();
        }
        const placed = await hub.order(id);
        assert.equal(placed?.status, 'closed');
        assert.ok((await traces(hub)).includes('person'));
        const written = async () => (await hub.commands()).filter((each) => !each.includes('read'));
        const commands = await written();

        const { data } = await hub.shop.call(CUSTOMER, { id: `gid://shopify/Order/${id}` });
        await hub.shop.call(ERASE, { id: data.order.customer.id });
        hub.clock.advanceTo(hub.clock.now() + 11 * DAY_MS);
        await hub.settle();
        // By the poll the emptied order has come before the request: whom it was booked for stays.
        assert.deepEqual((await hub.order(id))?.order?.customer, placed?.order?.customer);
        const taken = await hub.takeWebhooks();
        assert.ok(taken.some(({ topic }) => topic === 'customers/redact'));
        await hub.settle();
        assert.deepEqual(await traces(hub), []);

        // All of it once more, with what the store shows now.
        await hub.takeWebhooks(true);
        await hub.engine.pollNow('shop');
        await hub.settle();
        assert.deepEqual(await traces(hub), []);
        const after = await hub.order(id);
        assert.ok(after?.forgottenAt);
        assert.equal(after?.status, 'closed');
        assert.deepEqual(after?.order?.customer, placed?.order?.customer);
        assert.deepEqual(await written(), commands);
        assert.deepEqual(await reasons(hub), []);
        assert.deepEqual(await findingsInside(hub.database), []);
        assert.deepEqual(hub.errors, []);

        // What somebody brings back, or empties without having been asked, is found.
        await hub.database.query("update person set redacted_at = null, body = '{}'");
        await hub.database.query(
          "update observation set body = '', body_hash = sha256(body), forgotten_at = received_at where connection = 'stock'",
        );
        const found = (await findingsInside(hub.database)).map(({ message }) => message).join('\n');
        assert.match(found, /order shop\/\d+ has forgotten its persons, and one of them is still held/);
        assert.match(found, /raw messages of stock stock\/NL-1 are emptied .* nobody has asked/);
      } finally {
        await hub.close();
      }
    }));

  test(`a request that comes before its order, or with it, holds too; what cannot be sent any more is a case (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place);
      try {
        // An order that never comes, and one that does.
        await hub.put('shop', redaction(999, 1001));
        await hub.quiet();
        const first = hub.shop.store.placeOrder(anOrderSpec());
        await hub.put('shop', redaction(first));
        await hub.quiet();
        assert.equal((await hub.order(first))?.order, null);
        await hub.takeWebhooks();
        await hub.settle();
        assert.ok((await hub.order(first))?.order);
        assert.deepEqual(await traces(hub), []);
        assert.deepEqual(await reasons(hub), ['person-forgotten']);

        const second = hub.shop.store.placeOrder(anOrderSpec({ handle: 'second' }));
        const created = (await hub.shop.webhooks()).filter(({ bytes }) => bytes.includes(second));
        await hub.put('shop', ...created.map(webhookDelivery), redaction(second));
        await hub.settle();
        assert.ok((await hub.order(second))?.forgottenAt);
        assert.deepEqual(await traces(hub), []);
        assert.deepEqual(await findingsInside(hub.database, { halfDone: false }), []);
        assert.deepEqual(hub.errors, []);
      } finally {
        await hub.close();
      }
    }));

  test(`an order that waits for goods when its customer is forgotten is a case, and a person may let it go on (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place, { stock: 0 });
      try {
        const id = hub.shop.store.placeOrder(anOrderSpec());
        await hub.takeWebhooks();
        await hub.settle();
        await hub.put('shop', redaction(id), redaction(id));
        await hub.settle();
        assert.deepEqual(await traces(hub), []);
        const order = await hub.order(id);
        assert.deepEqual(order?.problems, ['person-forgotten']);
        const facts = await hub.database.query<{ type: string }>(
          "select type from journal where type in ('PersonsForgotten', 'ErasureRequested') order by type",
        );
        assert.deepEqual(
          facts.map(({ type }) => type),
          ['ErasureRequested', 'PersonsForgotten'],
        );
        await hub.engine.send([
          {
            kind: 'order',
            key: `shop/${id}`,
            message: { type: 'operator.skipCase', caseKey: 'person-forgotten', by: 'Ada', note: '' },
          },
        ]);
        await hub.settle();
        assert.deepEqual((await hub.order(id))?.problems, []);
        assert.deepEqual(await findingsInside(hub.database, { halfDone: false }), []);
        assert.deepEqual(hub.errors, []);
      } finally {
        await hub.close();
      }
    }));

  test(`one who names no order is forgotten in all of theirs, and in no other's (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place);
      try {
        const placed = [1, 2, 3].map((number) =>
          hub.shop.store.placeOrder(
            anOrderSpec({
              handle: `order ${number}`,
              ...(number === 3
                ? { shopper: { ...anOrderSpec().shopper, accountId: '700999', email: 'emmy@example.com' } }
                : {}),
            }),
          ),
        );
        for (let round = 0; round < 3; round += 1) {
          await hub.takeWebhooks();
          await hub.settle();
        }
        const [first] = placed;
        const asked = (await hub.order(first ?? ''))?.order?.customer?.channelCustomerId;
        const request = compliance('customers/redact', { customer: { id: asked }, orders_to_redact: [] });
        await hub.put('shop', request);
        await hub.settle();
        const forgotten = [];
        for (const id of placed) forgotten.push((await hub.order(id))?.forgottenAt !== undefined);
        assert.deepEqual(forgotten, [true, true, false]);
        assert.deepEqual(hub.errors, []);
        assert.deepEqual(await findingsInside(hub.database), []);
      } finally {
        await hub.close();
      }
    }));

  test(`a store that has left is stopped, and all its orders forget (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place, { store: { topics: [...TOPICS, 'app/uninstalled'] } });
      try {
        const id = hub.shop.store.placeOrder(anOrderSpec());
        for (let round = 0; round < 3; round += 1) {
          await hub.takeWebhooks();
          await hub.settle();
        }
        hub.shop.store.uninstall();
        const [told] = await hub.takeWebhooks();
        assert.equal(told?.topic, 'app/uninstalled');
        await hub.settle();
        assert.deepEqual(await reasons(hub), ['store-uninstalled']);
        assert.equal((await connectionItems(hub.engine, 'shop'))[0]?.redactedAt, null);
        hub.clock.advanceTo(hub.clock.now() + 2 * DAY_MS);
        await hub.settle();
        const taken = await hub.takeWebhooks();
        assert.deepEqual(
          taken.map(({ topic }) => topic),
          ['shop/redact'],
        );
        await hub.settle();
        assert.ok((await hub.order(id))?.forgottenAt);
        assert.deepEqual(await traces(hub), []);
        const [item] = await connectionItems(hub.engine, 'shop');
        assert.deepEqual([item?.paused, item?.redactedAt !== null], [true, true]);
        assert.deepEqual(await reasons(hub), ['store-uninstalled'], 'a person settles what is open');
        assert.deepEqual(await findingsInside(hub.database), []);
      } finally {
        await hub.close();
      }
    }));

  test(`who wants to know what is held, and a store that has left, are cases (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place);
      try {
        const customer = { id: 7012, email: 'grete.hermann@example.com', phone: null };
        const request = { customer, orders_requested: [1001, 1002], data_request: { id: 9 } };
        await hub.put(
          'shop',
          compliance('customers/data_request', request),
          compliance('shop/redact', {}),
          compliance('customers/redact', { customer: null, orders_to_redact: [1] }),
        );
        await hub.settle();
        assert.deepEqual((await reasons(hub)).sort(), [
          'data-requested',
          'store-uninstalled',
          'unaddressable-message',
        ]);
        const cases = await listCases(hub.database, { status: 'open', limit: 20 });
        const asked = cases.find(({ reason }) => reason === 'data-requested');
        assert.match(asked?.message ?? '', /customer-7012 of shop .* shop\/1001, shop\/1002/);
        // Being forgotten ends what is held of the request itself.
        await hub.put('shop', redaction());
        await hub.settle();
        assert.deepEqual(
          (await traces(hub)).filter((where) => where !== 'observation customers/redact'),
          [],
        );
        assert.deepEqual(await findingsInside(hub.database), []);
      } finally {
        await hub.close();
      }
    }));
}
