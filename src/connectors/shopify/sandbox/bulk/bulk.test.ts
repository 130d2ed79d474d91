import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { anOrderSpec, RICH_ORDER, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const test = await startStore(...options);
  context.after(() => test.close());
  return test;
}

const RUN = `mutation ($query: String!) { bulkOperationRunQuery(query: $query) { bulkOperation { id status } userErrors { field message code } } }`;
const ALL = `{ bulkOperation(id: "ID") { status errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt } }`;
const QUERY = `{ orders { edges { node { id name customer { id } lineItems { edges { node { id sku } } } fulfillmentOrders { nodes { id lineItems { edges { node { id totalQuantity } } } } } } } } }`;

async function run(test: TestStore, query: string) {
  const { data, errors } = await test.call(RUN, { query });
  return { errors, ...data?.bulkOperationRunQuery };
}

const read = async (test: TestStore, id: string) =>
  (await test.call(ALL.replace('ID', id))).data.bulkOperation;

describe('bulk operations', () => {
  it('write each object as a line after its parent, which it names', async (context) => {
    const test = await open(context, { bulkDelayMs: 0 });
    for (let count = 0; count < 300; count += 1) test.store.placeOrder(anOrderSpec(RICH_ORDER));
    const started = await run(test, QUERY);
    assert.deepEqual(started.userErrors, []);
    assert.equal(started.bulkOperation.status, 'CREATED');
    const done = await read(test, started.bulkOperation.id);
    assert.equal(done.status, 'COMPLETED');
    assert.equal(done.rootObjectCount, '300');
    const text = await (await fetch(done.url)).text();
    assert.equal(done.fileSize, String(Buffer.byteLength(text)));
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(done.objectCount, String(lines.length));
    const roots = lines.filter((line) => line.__parentId === undefined);
    assert.equal(roots.length, 300);
    assert.equal(new Set(roots.map(({ name }) => name)).size, 300);
    assert.deepEqual(Object.keys(roots[0]), ['id', 'name', 'customer']);
    const seen = new Set<string>();
    for (const { id, __parentId } of lines) {
      assert.ok(__parentId === undefined || seen.has(__parentId), `${id} after its parent`);
      seen.add(id);
    }
    const kinds = (type: string) => lines.filter(({ id }) => id.includes(`/${type}/`)).length;
    assert.equal(kinds('LineItem'), 300 * RICH_ORDER.lines.length);
    assert.ok(kinds('FulfillmentOrderLineItem') > 0);
  });

  it('run for a while, tell of their end, and keep results for seven days', async (context) => {
    const test = await open(context, { topics: [] });
    test.store.placeOrder(anOrderSpec());
    await test.call(
      `mutation { webhookSubscriptionCreate(topic: BULK_OPERATIONS_FINISH, webhookSubscription: { uri: "${test.target}" }) { userErrors { message } } }`,
    );
    const { bulkOperation } = await run(test, `{ orders { edges { node { id } } } }`);
    assert.equal((await read(test, bulkOperation.id)).status, 'CREATED');
    test.clock.advanceTo(test.clock.now() + 10_000);
    const { status, url } = await read(test, bulkOperation.id);
    assert.equal(status, 'COMPLETED');
    const [told] = await test.webhooks();
    assert.equal(told?.topic, 'bulk_operations/finish');
    assert.equal(told?.body.admin_graphql_api_id, bulkOperation.id);
    assert.equal((await fetch(url)).status, 200);
    const current = await test.call(
      `{ currentBulkOperation { id } bulkOperations(first: 5) { nodes { id } } node(id: "${bulkOperation.id}") { ... on BulkOperation { status } } }`,
    );
    assert.equal(current.data.currentBulkOperation.id, bulkOperation.id);
    assert.equal(current.data.bulkOperations.nodes.length, 1);
    assert.equal(current.data.node.status, 'COMPLETED');
    test.clock.advanceTo(test.clock.now() + 8 * 24 * 3_600_000);
    assert.equal((await fetch(url)).status, 404);
  });

  it('tell every level of every item, part by part', async (context) => {
    const products = Array.from({ length: 600 }, (_, index) => ({
      sku: `SKU-${index}`,
      title: `Lantern ${index}`,
      price: '10.00',
    }));
    const locations = ['Bremen', 'Graz', 'Leeds'];
    const stock = (sku: string, index: number) => (index === 2 ? null : Number(sku.slice(4)) + index);
    const test = await open(context, { products, locations, stock });
    const level = `id item { id sku tracked } location { id name } quantities(names: ["available", "committed", "on_hand"]) { name quantity }`;
    const { bulkOperation } = await run(
      test,
      `{ inventoryItems { edges { node { id inventoryLevels { edges { node { ${level} } } } } } } }`,
    );
    assert.equal((await read(test, bulkOperation.id)).url, null);
    let done = await read(test, bulkOperation.id);
    for (; done.completedAt === null; done = await read(test, bulkOperation.id))
      test.clock.advanceTo(test.clock.now() + 1_000);
    assert.deepEqual([done.rootObjectCount, done.objectCount], ['600', '1800']);
    const response = await fetch(done.url);
    assert.equal(response.headers.get('content-length'), done.fileSize);
    const lines = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const levels = lines.filter((line) => line.__parentId !== undefined);
    assert.equal(new Set(levels.map(({ id }) => id)).size, 1_200);
    const of = (sku: string) =>
      levels
        .filter(({ item }) => item.sku === sku)
        .map(({ location, quantities }) => [location.name, quantities[0].quantity]);
    assert.deepEqual(of('SKU-599'), [
      ['Bremen', 599],
      ['Graz', 600],
    ]);
  });

  it('find nothing, and then have no file', async (context) => {
    const test = await open(context, { bulkDelayMs: 0 });
    const { bulkOperation } = await run(test, QUERY);
    const done = await read(test, bulkOperation.id);
    assert.deepEqual([done.status, done.objectCount, done.url], ['COMPLETED', '0', null]);
  });

  it('are five at a time, and can be cancelled', async (context) => {
    const test = await open(context);
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push((await run(test, QUERY)).bulkOperation.id);
    assert.equal((await run(test, QUERY)).userErrors[0].code, 'LIMIT_REACHED');
    const cancel = `mutation ($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }`;
    const cancelled = await test.call(cancel, { id: ids[0] });
    assert.equal(cancelled.data.bulkOperationCancel.bulkOperation.status, 'CANCELING');
    test.clock.advanceTo(test.clock.now() + 10_000);
    assert.equal((await read(test, ids[0] as string)).status, 'CANCELED');
    assert.equal((await read(test, ids[4] as string)).status, 'COMPLETED');
    assert.equal((await test.call(cancel, { id: ids[4] })).data.bulkOperationCancel.userErrors.length, 1);
    assert.deepEqual((await run(test, QUERY)).userErrors, []);
  });

  it('refuse what the vendor does not take', async (context) => {
    const test = await open(context);
    const words = async (query: string) => (await run(test, query)).userErrors[0].message;
    assert.match(await words('{ shop { name } }'), /at least one connection/);
    assert.match(await words('{ orders { edges { node { nonsense } } } }'), /Invalid bulk query/);
    assert.match(await words('{ orders { '), /Invalid bulk query/);
    assert.match(await words('{ node(id: "gid://shopify/Order/1") { id } }'), /node/);
    const inList =
      '{ orders { edges { node { id refunds { refundLineItems { edges { node { quantity } } } } } } } }';
    assert.match(await words(inList), /within a list field/);
    const noId = '{ orders { edges { node { name lineItems { edges { node { id } } } } } } }';
    assert.match(await words(noId), /must select the 'id' field/);
    const many = `{ orders { edges { node { id ${[1, 2, 3, 4, 5].map((n) => `l${n}: lineItems { edges { node { id } } }`).join(' ')} } } } }`;
    assert.match(await words(many), /more than 5 connections/);
  });

  it('tell at once of a field that the sandbox does not behave', async (context) => {
    const test = await open(context);
    test.store.placeOrder(anOrderSpec());
    const { errors } = await run(test, '{ orders { edges { node { id riskLevel } } } }');
    assert.equal(errors[0].extensions.code, 'NOT_SUPPORTED_IN_SANDBOX');
  });
});
