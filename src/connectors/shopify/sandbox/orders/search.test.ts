import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { anOrderSpec, STORE_START, startStore, type TestStore } from '../testing.ts';

const LIST = `query ($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

async function open(context: TestContext): Promise<TestStore> {
  const test = await startStore({ topics: [], plan: { maximumAvailable: 100_000, restoreRate: 1_000 } });
  context.after(() => test.close());
  return test;
}

const place = (test: TestStore, count: number): string[] =>
  Array.from({ length: count }, () => `gid://shopify/Order/${test.store.placeOrder(anOrderSpec())}`);

const since = (ms: number) => `updated_at:>='${new Date(ms).toISOString()}'`;

/** All pages from an instant on; what happens between two pages is told by their number. */
async function walk(test: TestStore, query: string, between: (page: number) => void = () => {}) {
  const found: { id: string; updatedAt: string }[] = [];
  let after: string | null = null;
  for (let page = 1; ; page += 1) {
    const { data, errors } = await test.call(LIST, { first: 50, after, query });
    assert.deepEqual(errors, []);
    found.push(...data.orders.nodes);
    if (!data.orders.pageInfo.hasNextPage) return found;
    after = data.orders.pageInfo.endCursor;
    between(page);
  }
}

/** Two orders of one day, the first of them cancelled; `names` are those that a search finds. */
async function twoOrders(context: TestContext) {
  const test = await open(context);
  const [first, second] = place(test, 2).map((gid) => gid.split('/').at(-1)) as [string, string];
  test.store.cancelOrder(first, { reason: 'customer', refund: true });
  const names = async (query: string): Promise<string[]> => {
    const text = 'query ($query: String) { orders(first: 9, query: $query) { nodes { name } } }';
    const { data, errors } = await test.call(text, { query });
    assert.deepEqual(errors, [], query);
    return data.orders.nodes.map(({ name }: { name: string }) => name);
  };
  return { test, store: test.store, names, first, second };
}

describe('orders by the time of their last change', () => {
  it('are found each once, also when hundreds share a second', async (context) => {
    const test = await open(context);
    const early = place(test, 3);
    test.clock.advanceTo(STORE_START + 10_400);
    const crowd = place(test, 330);
    test.clock.advanceTo(STORE_START + 11_000);
    const late = place(test, 5);
    const found = await walk(test, since(STORE_START + 10_000));
    assert.deepEqual(
      found.map(({ id }) => id),
      [...crowd, ...late],
      'by second and then by id',
    );
    assert.equal(found[0]?.updatedAt, '2026-11-23T06:00:10Z', 'whole seconds');
    assert.equal((await walk(test, '')).length, early.length + crowd.length + late.length);
  });

  it('include the boundary by >= and leave it out by >', async (context) => {
    const test = await open(context);
    place(test, 2);
    test.clock.advanceTo(STORE_START + 1_000);
    place(test, 1);
    const at = new Date(STORE_START).toISOString();
    const count = async (query: string) => (await walk(test, query)).length;
    assert.equal(await count(`updated_at:>='${at}'`), 3);
    assert.equal(await count(`updated_at:>"${at}"`), 1);
    assert.equal(await count(`updated_at:<=${at}`), 2);
    assert.equal(
      await count(`updated_at:>='${at}' AND updated_at:<'${new Date(STORE_START + 1_000).toISOString()}'`),
      2,
    );
    assert.equal(await count(`updated_at:>='2027-01-01'`), 0);
  });

  it('that change while they are paged come again, and none is lost', async (context) => {
    const test = await open(context);
    const ids = place(test, 200);
    const found = await walk(test, since(STORE_START), (page) => {
      test.clock.advanceTo(test.clock.now() + 1_000);
      const moved = (ids[page] as string).split('/').at(-1) as string;
      test.store.changeAddress(moved, { city: `Page ${page}` });
    });
    assert.equal(new Set(found.map(({ id }) => id)).size, 200);
    assert.ok(found.length > 200, 'the ones that had been read are there again');
  });

  it('stand at their newest change only, however often they change', async (context) => {
    const test = await open(context);
    const ids = place(test, 20).map((gid) => gid.split('/').at(-1) as string);
    for (let round = 1; round <= 700; round += 1) {
      test.clock.advanceTo(STORE_START + round * 1_000);
      for (const id of ids) test.store.changeAddress(id, { city: `Round ${round}` });
    }
    const found = await walk(test, '');
    assert.equal(found.length, 20);
    assert.ok(found.every(({ updatedAt }) => updatedAt === '2026-11-23T06:11:40Z'));
  });

  it('are found by what else the search knows', async (context) => {
    const { store, names, first, second } = await twoOrders(context);
    assert.deepEqual(await names(`id:${second}`), ['#1002']);
    assert.deepEqual(await names('name:#1001'), ['#1001']);
    assert.deepEqual(await names('status:cancelled'), ['#1001']);
    assert.deepEqual(await names('status:closed'), ['#1001']);
    assert.deepEqual(await names('status:not_closed'), ['#1002']);
    assert.deepEqual(await names('status:open financial_status:paid'), ['#1002']);
    assert.deepEqual(await names('fulfillment_status:unfulfilled'), ['#1001', '#1002']);
    assert.deepEqual(await names('fulfillment_status:unshipped'), ['#1001', '#1002']);
    store.ship(second);
    assert.deepEqual(await names('fulfillment_status:shipped'), ['#1002']);
    assert.deepEqual(await names('fulfillment_status:fulfilled AND -status:cancelled'), ['#1002']);
    assert.deepEqual(await names('NOT status:cancelled'), ['#1002']);
    assert.deepEqual(await names('test:false sku:NL-1'), ['#1001', '#1002']);
    assert.deepEqual(await names('email:nobody@example.org'), []);
    assert.deepEqual(await names('name:1001 name:1002'), [], 'no order has both');
    assert.deepEqual(await names(`id:${first} -id:${first}`), []);
  });

  it('are found by a range of ids and by days', async (context) => {
    const { names, first, second } = await twoOrders(context);
    assert.deepEqual(await names(`id:>${first}`), ['#1002']);
    assert.deepEqual(await names(`id:<=${first}`), ['#1001']);
    assert.deepEqual(await names(`id:>=${first} id:<${second}`), ['#1001']);
    assert.deepEqual(await names('id:gid://shopify/Order/1'), []);
    assert.deepEqual(await names('created_at:2026-11-23'), ['#1001', '#1002'], 'a day is all of it');
    assert.deepEqual(await names("created_at:<='2026-11-23'"), ['#1001', '#1002']);
    assert.deepEqual(await names('created_at:>2026-11-23'), []);
    assert.deepEqual(await names('updated_at:>=2030-01-01 updated_at:>=2020-01-01'), []);
    assert.deepEqual(await names("-updated_at:>='2030-01-01'"), ['#1001', '#1002']);
  });

  it('are looked for by nothing that is not behaved: an empty list would be made up', async (context) => {
    const { test } = await twoOrders(context);
    const searches = [
      'foo:1',
      'Bob',
      'name:>1000',
      'status:lost',
      'financial_status:lost',
      'fulfillment_status:on_hold',
      'status:open OR foo:1',
      '(status:open',
      'OR status:open',
      'created_at:<now',
      'created_at:<=2024',
    ];
    for (const query of searches) {
      const { errors } = await test.call(LIST, { first: 1, query });
      assert.equal(errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX', query);
    }
    for (const query of ['updated_at:>=yesterday', "id:'x'"]) {
      const { errors } = await test.call(LIST, { first: 1, query });
      assert.equal(errors[0]?.extensions?.code, 'BAD_REQUEST', query);
    }
  });

  it('come the newest first by `reverse`, page by page, each once', async (context) => {
    const test = await open(context);
    const ids = place(test, 7);
    test.clock.advanceTo(STORE_START + 5_000);
    const [touched] = ids;
    test.store.changeAddress((touched as string).split('/').at(-1) as string, { city: 'Ulm' });
    const late = place(test, 3);
    for (const [sortKey, expected] of [
      ['ID', [...ids, ...late]],
      ['CREATED_AT', [...ids, ...late]],
      ['UPDATED_AT', [...ids.slice(1), touched, ...late]],
    ] as const) {
      const found: string[] = [];
      let after: string | null = null;
      do {
        const { data, errors } = await test.call(
          `query ($after: String) { orders(first: 4, after: $after, reverse: true, sortKey: ${sortKey}) { nodes { id } pageInfo { hasNextPage endCursor } } }`,
          { after },
        );
        assert.deepEqual(errors, []);
        found.push(...data.orders.nodes.map(({ id }: { id: string }) => id));
        after = data.orders.pageInfo.hasNextPage ? data.orders.pageInfo.endCursor : null;
      } while (after !== null);
      assert.deepEqual(found, [...expected].reverse(), sortKey);
    }
  });

  it('are not paged by strange cursors or sizes', async (context) => {
    const test = await open(context);
    place(test, 1);
    for (const variables of [{ first: 1, after: 'nonsense' }, { first: 251 }, { first: -1 }]) {
      const { errors } = await test.call(LIST, variables);
      assert.ok(errors.length > 0, JSON.stringify(variables));
    }
    const { errors } = await test.call('{ orders { nodes { id } } }');
    assert.match(errors[0]?.message ?? '', /you must provide one of first or last/);
  });
});
