import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { STORM } from '../../../../sandbox/kit/faults.ts';
import { DOCUMENTS, LEAN_SIZES, MOST_SIZES, USUAL_SIZES } from '../../documents.ts';
import { anOrderSpec, RICH_ORDER, STORE_START, startStore, type TestStore } from '../testing.ts';

const HOUR_MS = 3_600_000;
const SHOP = '{ shop { name } }';

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const test = await startStore(...options);
  context.after(() => test.close());
  return test;
}

const gid = (id: string) => `gid://shopify/Order/${id}`;
const documentOf = (name: string): string => {
  const found = DOCUMENTS.find((each) => each.name === name);
  assert.ok(found, `a document ${name}`);
  return found.text;
};

describe('access', () => {
  it('is refused without a token, with a strange one, and with one that has ended after a day', async (context) => {
    const test = await open(context);
    for (const token of ['', 'strange']) assert.equal((await test.call(SHOP, {}, token)).status, 401);
    const token = await test.token();
    assert.equal((await test.call(SHOP, {}, token)).data.shop.name, 'One');
    test.clock.advanceTo(STORE_START + 24 * HOUR_MS);
    const ended = await test.call(SHOP, {}, token);
    assert.equal(ended.status, 401);
    assert.match(ended.text, /Invalid API key or access token/);
    assert.equal((await test.call(SHOP, {}, await test.token())).status, 200);
  });

  it('is not granted for wrong credentials or another grant', async (context) => {
    const test = await open(context);
    const ask = async (fields: Record<string, string>) =>
      fetch(`${test.store.baseUrl}/admin/oauth/access_token`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
    const right = { grant_type: 'client_credentials', client_id: 'client', client_secret: 'a client secret' };
    assert.equal((await ask({ ...right, client_secret: 'wrong' })).status, 401);
    assert.equal((await ask({ ...right, grant_type: 'password' })).status, 400);
    const granted = (await (await ask(right)).json()) as { expires_in: number; scope: string };
    assert.equal(granted.expires_in, 86_399);
    assert.match(granted.scope, /write_merchant_managed_fulfillment_orders/);
  });

  it('ends early once on a bad day, for every token of before', async (context) => {
    const faults = { ...STORM, calls: { refused: 0, timedOut: 0, lateShare: 0 }, outageMs: 0 };
    const test = await open(context, { faults });
    let ended = 0;
    let token = await test.token();
    for (let hour = 1; hour <= 20 * 3; hour += 1) {
      test.clock.advanceTo(STORE_START + (hour * HOUR_MS) / 2);
      if ((await test.call(SHOP, {}, token)).status !== 401) continue;
      ended += 1;
      token = await test.token();
    }
    // Thirty hours hold one natural end at most.
    assert.ok(ended >= 1 && ended <= 2, `ended ${ended} times`);
    assert.equal((await test.call(SHOP, {}, token)).status, 200);
  });

  it('knows no other path', async (context) => {
    const test = await open(context);
    for (const path of ['/admin/api/2026-10/orders.json', '/admin/graphql']) {
      const response = await fetch(test.store.baseUrl + path, { method: 'POST', body: '{}' });
      assert.deepEqual([response.status, await response.json()], [404, { errors: 'Not Found' }]);
    }
  });
});

describe('documents', () => {
  it('that we send are all answered, and in the shape that we expect', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(RICH_ORDER);
    test.store.refund(id, { lines: [{ index: 0, quantity: 1 }], shipping: true, amount: '1.00' });
    const lines = await test.call(
      `{ order(id: "${gid(id)}") { lineItems(first: 1) { pageInfo { endCursor } nodes { variant { inventoryItem { id } } } } fulfillmentOrders(first: 1) { nodes { id } } transactions(first: 1) { id } } }`,
    );
    const { lineItems, fulfillmentOrders, transactions } = lines.data.order;
    const { data: business } = await test.call('{ businessEntities { id } }');
    const account = { entity: business.businessEntities[0].id, first: 5, after: null };
    const item = lineItems.nodes[0].variant.inventoryItem.id;
    const variables: Record<string, Record<string, unknown>> = {
      ReadOrders: { ids: [gid(id)], ...USUAL_SIZES },
      ReadLines: { id: gid(id), first: 50, after: lineItems.pageInfo.endCursor },
      ListOrders: { first: 5, query: "updated_at:>='2026-11-01T00:00:00Z'", ...LEAN_SIZES },
      ListMoney: { first: 5, many: 10, query: "updated_at:>='2026-11-01T00:00:00Z'" },
      ListChanged: { first: 5, query: "updated_at:>='2026-11-01T00:00:00Z'" },
      ReadFulfilment: { id: gid(id), parts: 8, lines: 25 },
      CreateFulfilment: {
        fulfillment: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: fulfillmentOrders.nodes[0].id }] },
      },
      ReadFulfilmentOrders: { id: gid(id), parts: 4, lines: 20 },
      FindItems: { query: 'sku:NL-1', first: 5 },
      ReadLevels: { ids: [item], location: gid('1').replace('Order', 'Location') },
      SetQuantities: {
        figures: {
          name: 'available',
          reason: 'correction',
          quantities: [
            {
              inventoryItemId: item,
              locationId: gid('1').replace('Order', 'Location'),
              quantity: 5,
              changeFromQuantity: null,
            },
          ],
        },
        key: 'one',
      },
      FindOrdersOf: { ids: [fulfillmentOrders.nodes[0].id] },
      ListLocations: {},
      ListLevels: { location: gid('1').replace('Order', 'Location'), first: 5, after: null },
      AcceptRequest: { id: fulfillmentOrders.nodes[0].id, message: 'We send it' },
      RejectRequest: {
        id: fulfillmentOrders.nodes[0].id,
        message: 'None left',
        reason: 'INVENTORY_OUT_OF_STOCK',
      },
      AcceptCancellation: { id: fulfillmentOrders.nodes[0].id, message: null },
      RejectCancellation: { id: fulfillmentOrders.nodes[0].id, message: 'It has left' },
      MoveFulfilmentOrder: {
        id: fulfillmentOrders.nodes[0].id,
        location: gid('1').replace('Order', 'Location'),
        items: null,
      },
      HoldFulfilmentOrder: { id: fulfillmentOrders.nodes[0].id, hold: { reason: 'OTHER' } },
      ReleaseHold: { id: fulfillmentOrders.nodes[0].id, holds: [] },
      ReadCaptures: { id: gid(id), first: 20 },
      CapturePayment: { capture: { id: gid(id), parentTransactionId: transactions[0].id, amount: '1.00' } },
      ReadReferences: { id: gid(id), namespace: '$app:crossdock' },
      WriteReferences: {
        ...{ id: gid(id), remove: ['old'], add: ['new'], sets: true, adds: true, removes: true },
        metafields: [
          {
            ownerId: gid(id),
            namespace: '$app:crossdock',
            key: 'sales_order_number',
            type: 'single_line_text_field',
            value: 'SO-1',
          },
        ],
      },
      CancelOrder: {
        id: gid(id),
        reason: 'CUSTOMER',
        refundMethod: { originalPaymentMethodsRefund: true },
        restock: true,
        notify: false,
      },
      FindOrders: { query: 'name:#1001' },
      ReadCancellation: { id: gid(id) },
      RunBulk: { query: '{ orders { edges { node { id } } } }' },
      ReadBulk: { id: 'gid://shopify/BulkOperation/1' },
      ListSubscriptions: {},
      CreateSubscription: { topic: 'ORDERS_CREATE', input: { uri: 'https://example.org/hook' } },
      UpdateSubscription: {
        id: 'gid://shopify/WebhookSubscription/1',
        input: { uri: 'https://example.org' },
      },
      DeleteSubscription: { id: 'gid://shopify/WebhookSubscription/1' },
      Check: {},
      ReadReturn: { id: 'gid://shopify/Return/1', lines: 20, few: 5 },
      FindReturns: { id: gid(id) },
      ReadReturnState: { id: 'gid://shopify/Return/1' },
      ReadReturnable: { id: gid(id) },
      CreateReturn: {
        return: {
          orderId: gid(id),
          returnLineItems: [{ fulfillmentLineItemId: 'gid://shopify/FulfillmentLineItem/1', quantity: 1 }],
        },
      },
      ApproveReturn: { id: 'gid://shopify/Return/1' },
      DeclineReturn: { id: 'gid://shopify/Return/1', note: 'Worn' },
      CloseReturn: { id: 'gid://shopify/Return/1' },
      ProcessReturn: { process: { returnId: 'gid://shopify/Return/1' } },
      ReadRefundable: { id: gid(id) },
      CreateRefund: {
        refund: { orderId: gid(id), note: 'N', refundLineItems: [], transactions: [] },
        key: 'two',
      },
      AdjustQuantities: {
        changes: { name: 'available', reason: 'correction', changes: [] },
        key: 'three',
      },
      ListAccounts: {},
      ListBalance: { ...account, query: "processed_at:>='2026-11-01T00:00:00Z'" },
      ListPayouts: { ...account, query: "issued_at:>='2026-11-01'" },
      ListDisputes: { ...account, query: "initiated_at:>='2026-11-01'" },
    };
    for (const { name, text, result } of DOCUMENTS) {
      const answer = await test.call(text, variables[name] ?? assert.fail(`no variables for ${name}`));
      assert.deepEqual(answer.errors, [], name);
      assert.doesNotThrow(() => result.parse(answer.data), name);
    }
  });

  it('that do not fit the schema are refused, and nothing is charged', async (context) => {
    const test = await open(context);
    for (const query of ['{ shop { colour } }', '{ shop {', 'query ($a: Nonsense) { shop { name } }']) {
      const answer = await test.call(query);
      assert.equal(answer.status, 200);
      assert.ok(answer.errors.length > 0 && answer.data === undefined, query);
    }
    assert.equal((await test.call(SHOP)).cost.throttleStatus.currentlyAvailable, 20_000 - 1);
  });

  it('that ask for what is not behaved are told so, and nothing is invented', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    for (const query of [
      '{ collections(first: 1) { nodes { id } } }',
      `{ order(id: "${gid(id)}") { risk { recommendation } } }`,
      `{ order(id: "${gid(id)}") { lineItems(last: 1) { nodes { id } } } }`,
      `{ order(id: "${gid(id)}") { lineItems(first: 1, reverse: true) { nodes { id } } } }`,
      `{ orders(first: 1, query: "discount_code:vip") { nodes { id } } }`,
      `{ orders(first: 1, sortKey: CUSTOMER_NAME) { nodes { id } } }`,
      '{ node(id: "gid://shopify/Collection/1") { id } }',
      'mutation { collectionDelete(input: { id: "gid://shopify/Collection/1" }) { userErrors { message } } }',
    ]) {
      const { errors } = await test.call(query);
      assert.equal(errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX', query);
    }
  });

  it('see orders that are not there as nothing', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const answer = await test.call(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } order(id: "gid://shopify/Order/7") { id } }',
      {
        ids: [gid('7'), gid(id)],
      },
    );
    assert.deepEqual(answer.data, { nodes: [null, { id: gid(id) }], order: null });
  });

  it('read a twisted order twisted, and the others beside it straight', async (context) => {
    const test = await open(context);
    const twist = (order: Record<string, unknown>) => {
      order.displayFinancialStatus = 'TELEPORTED';
    };
    const good = test.store.placeOrder(anOrderSpec());
    const bad = test.store.placeOrder(anOrderSpec({ twist }));
    const fields = 'id ... on Order { displayFinancialStatus }';
    const { data } = await test.call(
      `{ nodes(ids: ["${gid(bad)}", "${gid(good)}"]) { ${fields} } orders(first: 2, sortKey: UPDATED_AT) { nodes { displayFinancialStatus } } order(id: "${gid(bad)}") { displayFinancialStatus } }`,
    );
    const statuses = (nodes: { displayFinancialStatus: string }[]) =>
      nodes.map((each) => each.displayFinancialStatus);
    assert.deepEqual(statuses(data.nodes), ['TELEPORTED', 'PAID']);
    assert.deepEqual(statuses(data.orders.nodes), ['PAID', 'TELEPORTED']);
    assert.equal(data.order.displayFinancialStatus, 'TELEPORTED');
  });
});

describe('cost', () => {
  it('is that of real answers, as far as they are known', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const cost = async (query: string) => (await test.call(query)).cost.requestedQueryCost;
    assert.equal(await cost(SHOP), 1);
    assert.equal(await cost('{ orders(first: 10) { nodes { id name } } }'), 6);
    const made = 'fulfillment { status order { name } } userErrors { message }';
    const input =
      '{ lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: "gid://shopify/FulfillmentOrder/1" }] }';
    assert.equal(await cost(`mutation { fulfillmentCreate(fulfillment: ${input}) { ${made} } }`), 11);
    assert.ok((await cost(`{ order(id: "${gid(id)}") { id } }`)) === 1);
  });

  it('is taken before and given back as far as it was not used; ids count one by one', async (context) => {
    const test = await open(context);
    const ids = Array.from({ length: 3 }, () => gid(test.store.placeOrder(anOrderSpec())));
    const one = await test.call(documentOf('ReadOrders'), { ids: ids.slice(0, 1), ...USUAL_SIZES });
    const three = await test.call(documentOf('ReadOrders'), { ids, ...USUAL_SIZES });
    assert.equal(three.cost.requestedQueryCost, one.cost.requestedQueryCost * 3);
    assert.equal(three.cost.actualQueryCost, (one.cost.actualQueryCost ?? 0) * 3);
    assert.ok((one.cost.actualQueryCost ?? 0) < one.cost.requestedQueryCost);
    const used = (one.cost.actualQueryCost ?? 0) + (three.cost.actualQueryCost ?? 0);
    assert.equal(three.cost.throttleStatus.currentlyAvailable, 20_000 - used);
    const missing = await test.call(documentOf('ReadOrders'), { ids: [gid('1')], ...USUAL_SIZES });
    assert.equal(missing.cost.actualQueryCost, 1);
    const most = await test.call(documentOf('ReadOrders'), { ids: ids.slice(0, 1), ...MOST_SIZES });
    assert.ok(most.cost.requestedQueryCost > one.cost.requestedQueryCost);
  });

  it('above a thousand points is refused in the vendor’s words', async (context) => {
    const test = await open(context);
    const ids = Array.from({ length: 40 }, (_, index) => gid(String(index + 1)));
    const { errors, data } = await test.call(documentOf('ReadOrders'), { ids, ...USUAL_SIZES });
    assert.equal(data, undefined);
    assert.equal(errors[0]?.extensions?.code, 'MAX_COST_EXCEEDED');
    assert.match(
      errors[0]?.message ?? '',
      /^Query cost is \d{4}, which exceeds the single query max cost limit/,
    );
  });

  it('throttles an empty bucket, changes nothing, and time fills it again', async (context) => {
    const test = await open(context, { plan: { maximumAvailable: 25, restoreRate: 5 } });
    const id = test.store.placeOrder(anOrderSpec());
    const cancel = `mutation { orderCancel(orderId: "${gid(id)}", reason: OTHER, restock: true) { job { id } orderCancelUserErrors { message } } }`;
    const first = await test.call(
      cancel.replace('orderId: "gid://shopify/Order/', 'orderId: "gid://shopify/Order/0'),
    );
    assert.equal(first.cost.throttleStatus.currentlyAvailable, 15);
    await test.call(
      'mutation { orderCancel(orderId: "gid://shopify/Order/1", reason: OTHER, restock: true) { job { id } } }',
    );
    const refused = await test.call(cancel);
    assert.equal(refused.status, 200);
    assert.equal(refused.errors[0]?.extensions?.code, 'THROTTLED');
    assert.deepEqual(refused.cost, {
      requestedQueryCost: 10,
      actualQueryCost: null,
      throttleStatus: { maximumAvailable: 25, currentlyAvailable: 5, restoreRate: 5 },
    });
    assert.equal(test.store.standing?.(id).cancelled, false);
    test.clock.advanceTo(STORE_START + 1_000);
    assert.deepEqual((await test.call(cancel)).data.orderCancel.orderCancelUserErrors, []);
    test.clock.advanceTo(STORE_START + HOUR_MS);
    assert.equal((await test.call(SHOP)).cost.throttleStatus.currentlyAvailable, 24);
    test.store.drainBudget();
    assert.equal((await test.call(SHOP)).errors[0]?.extensions?.code, 'THROTTLED');
  });
});
