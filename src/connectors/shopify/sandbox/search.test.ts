import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { anOrderSpec, STORE_START, startStore, type TestStore } from './testing.ts';

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
    const test = await open(context);
    const [first, second] = place(test, 2).map((gid) => gid.split('/').at(-1) as string);
    test.store.cancelOrder(first as string, { reason: 'customer', refund: true });
    const names = async (query: string) => {
      const { data } = await test.call(
        'query ($q: String) { orders(first: 9, query: $q) { nodes { name } } }',
        {
          q: query,
        },
      );
      return data.orders.nodes.map(({ name }: { name: string }) => name);
    };
    assert.deepEqual(await names(`id:${second}`), ['#1002']);
    assert.deepEqual(await names('name:#1001'), ['#1001']);
    assert.deepEqual(await names('status:cancelled'), ['#1001']);
    assert.deepEqual(await names('status:open financial_status:paid'), ['#1002']);
    assert.deepEqual(await names('fulfillment_status:unfulfilled'), ['#1001', '#1002']);
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
