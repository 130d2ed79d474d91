import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Delivery, FeedPage } from '../contract.ts';
import type { Exchange } from './client.ts';
import { pollOrders } from './feeds.ts';
import { shopifyIntake } from './intake.ts';
import { asObject, numericId, parseBody } from './json.ts';
import type { OrderPage, OrderReader } from './orders.ts';

const START_S = Date.UTC(2026, 9, 1) / 1_000;
const OVERLAP_S = 120;
const exchange = {} as Exchange;

/** A shop's orders, as its search finds them: those that have got into its index. */
class ModelShop {
  now = START_S;
  pageSize = 2;
  /** What the next page is refused with. */
  refuse: ((after: string | null) => boolean) | undefined;
  queries: string[] = [];
  readonly #orders = new Map<
    number,
    { version: number; updatedAt: number; visibleAt: number; whole: boolean }
  >();

  change(id: number, options: { indexedAfter?: number; whole?: boolean; at?: number } = {}): void {
    const { indexedAfter = 0, whole = true, at = this.now } = options;
    const version = (this.#orders.get(id)?.version ?? 0) + 1;
    this.#orders.set(id, { version, updatedAt: at, visibleAt: this.now + indexedAfter, whole });
  }

  versions(): string[] {
    return [...this.#orders].map(([id, { version }]) => `${id}/${version}`).sort();
  }

  readonly reader: Pick<OrderReader, 'page'> = {
    page: async (query: string, after: string | null): Promise<OrderPage> => {
      this.queries.push(query);
      if (this.refuse?.(after))
        return { status: 'rejected', code: 'schema-drift', message: 'no', suggestedFix: 'none' } as never;
      const from = Date.parse(query.slice("updated_at:>='".length, -1)) / 1_000;
      assert.ok(Number.isInteger(from), query);
      const rank = (updatedAt: number, id: number): number => updatedAt * 1_000 + id;
      const found = [...this.#orders]
        .filter(([, order]) => order.updatedAt >= from && order.visibleAt <= this.now)
        .map(([id, order]) => ({ id, ...order, rank: rank(order.updatedAt, id) }))
        .filter((order) => after === null || order.rank > Number(after))
        .sort((a, b) => a.rank - b.rank);
      const page = found.slice(0, this.pageSize);
      return {
        status: 'ok',
        orders: page.map(({ id, version, updatedAt, whole }) => ({
          order: {
            id: `gid://shopify/Order/${id}`,
            updatedAt: `${new Date(updatedAt * 1_000).toISOString().slice(0, 19)}Z`,
            version,
          },
          whole,
        })),
        pageInfo: { hasNextPage: found.length > page.length, endCursor: String(page.at(-1)?.rank ?? '') },
      };
    },
  };

  poll(cursor: string | null): Promise<FeedPage> {
    return pollOrders(
      this.reader,
      { now: this.now * 1_000, overlapMs: OVERLAP_S * 1_000 },
      cursor,
      exchange,
    ).then((page) => {
      assert.ok(!('status' in page), JSON.stringify(page));
      return page;
    });
  }

  /** A whole sweep; what it brought, as "id/version". */
  async sweep(cursor: string | null): Promise<{ brought: string[]; cursor: string }> {
    const brought: string[] = [];
    let at = cursor;
    for (let pages = 0; pages < 200; pages += 1) {
      const page = await this.poll(at);
      brought.push(...page.deliveries.map(named));
      at = page.cursor;
      if (!page.more) return { brought, cursor: at };
    }
    throw new Error('the sweep does not end');
  }
}

function named(delivery: Delivery): string {
  const order = asObject(asObject(parseBody(delivery.body))?.order);
  return `${numericId(order?.id)}/${order?.version}`;
}

test('orders that share a second at a page’s edge all come', async () => {
  const shop = new ModelShop();
  for (let id = 1; id <= 9; id += 1) shop.change(id);
  const { brought } = await shop.sweep(null);
  assert.deepEqual(brought.sort(), shop.versions());
});

test('what changes in the second of the last sweep’s newest comes in the next', async () => {
  const shop = new ModelShop();
  shop.change(1);
  const first = await shop.sweep(null);
  shop.change(2);
  const second = await shop.sweep(first.cursor);
  assert.ok(second.brought.includes('2/1'));
  assert.ok(shop.queries.at(-1)?.endsWith(`'2026-09-30T23:58:00Z'`), String(shop.queries.at(-1)));
});

test('what comes into the index late is found, as long as the overlap reaches back', async () => {
  const shop = new ModelShop();
  shop.change(1, { indexedAfter: OVERLAP_S - 1 });
  shop.now += 60;
  shop.change(2);
  const first = await shop.sweep(null);
  assert.deepEqual(first.brought, ['2/1']);
  shop.now += 3_600;
  const second = await shop.sweep(first.cursor);
  assert.deepEqual(second.brought.sort(), ['1/1', '2/1']);
});

test('a slow sweep reaches back to its begin: what was indexed behind its back comes with the next', async () => {
  const shop = new ModelShop();
  shop.pageSize = 1;
  shop.change(1, { indexedAfter: 100 });
  shop.now += 1;
  shop.change(2);
  shop.change(3);
  const page = await shop.poll(null);
  shop.now += 3_600;
  shop.change(4);
  const first = await shop.sweep(page.cursor);
  assert.deepEqual(first.brought, ['3/1', '4/1']);
  assert.ok((await shop.sweep(first.cursor)).brought.includes('1/1'));
});

test('a quiet shop keeps its cursor, and an empty one begins at the beginning', async () => {
  const shop = new ModelShop();
  const empty = await shop.sweep(null);
  assert.deepEqual(empty.brought, []);
  assert.equal((await shop.sweep(empty.cursor)).cursor, empty.cursor);
  shop.change(1);
  const first = await shop.sweep(empty.cursor);
  assert.equal((await shop.sweep(first.cursor)).cursor, first.cursor);
});

test('an order that claims to have changed in the future does not hide those that come before it', async () => {
  const shop = new ModelShop();
  shop.change(1, { at: START_S + 10 * 365 * 86_400 });
  const first = await shop.sweep(null);
  assert.deepEqual(first.brought, ['1/1']);
  shop.now += 600;
  shop.change(2);
  assert.ok((await shop.sweep(first.cursor)).brought.includes('2/1'));
});

test('an order that does not fit into a page comes as a hint', async () => {
  const shop = new ModelShop();
  shop.change(77, { whole: false });
  const { deliveries } = await shop.poll(null);
  const intake = shopifyIntake('shop', { clientSecret: 's' });
  const [delivery] = deliveries;
  assert.ok(delivery);
  assert.deepEqual(intake.address(delivery), { stream: 'order', key: 'shop/77' });
  assert.deepEqual(intake.normalise(delivery).message, {
    type: 'order.hint',
    channelOrderId: '77',
    topic: 'poll:order-changed',
  });
});

test('a cursor that the vendor does not know any more begins the sweep again', async () => {
  const shop = new ModelShop();
  for (let id = 1; id <= 5; id += 1) shop.change(id);
  const page = await shop.poll(null);
  shop.refuse = (after) => after !== null;
  const again = await shop.poll(page.cursor);
  assert.deepEqual(again.deliveries.map(named), ['1/1', '2/1']);
  shop.refuse = () => true;
  const refused = await pollOrders(shop.reader, { now: 0, overlapMs: 0 }, page.cursor, exchange);
  assert.equal('status' in refused && refused.status, 'rejected');
});

test('a cursor of another version, or nonsense, begins anew', async () => {
  const shop = new ModelShop();
  shop.change(1);
  for (const cursor of ['', 'nonsense', '{}', '{"from":"yesterday"}', 'null'])
    assert.deepEqual((await shop.sweep(cursor)).brought, ['1/1'], cursor);
});

test('after 20,000 orders a sweep begins anew from where it stands, since the vendor turns no more pages', async () => {
  const shop = new ModelShop();
  shop.pageSize = 5_000;
  for (let id = 1; id <= 21_000; id += 1) {
    shop.change(id);
    if (id % 100 === 0) shop.now += 1;
  }
  const { brought } = await shop.sweep(null);
  assert.deepEqual(new Set(brought).size, 21_000);
  assert.equal(new Set(shop.queries).size, 2);
});

test('more orders without a cursor to them are a failure, not an end', async () => {
  const reader: Pick<OrderReader, 'page'> = {
    page: async () => ({ status: 'ok', orders: [], pageInfo: { hasNextPage: true, endCursor: null } }),
  };
  const page = await pollOrders(reader, { now: 0, overlapMs: 0 }, null, exchange);
  assert.equal('status' in page && page.status, 'rejected');
});

test('property: whatever changes when, between sweeps and between pages, and however late it is indexed, is brought', async () => {
  const change = fc.record({
    id: fc.integer({ min: 1, max: 12 }),
    afterS: fc.constantFrom(0, 0, 1, 30, 700),
    indexedAfter: fc.integer({ min: 0, max: OVERLAP_S }),
    pages: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (changes, pageSize) => {
        const shop = new ModelShop();
        shop.pageSize = pageSize;
        const brought = new Set<string>();
        let cursor: string | null = null;
        for (const { id, afterS, indexedAfter, pages } of changes) {
          shop.now += afterS;
          shop.change(id, { indexedAfter });
          for (let page = 0; page < pages; page += 1) {
            const read: FeedPage = await shop.poll(cursor);
            for (const delivery of read.deliveries) brought.add(named(delivery));
            cursor = read.cursor;
          }
        }
        shop.now += OVERLAP_S;
        // The sweep under way ends first; the one after it sees all.
        for (let sweep = 0; sweep < 2; sweep += 1) {
          const swept = await shop.sweep(cursor);
          for (const name of swept.brought) brought.add(name);
          cursor = swept.cursor;
        }
        for (const version of shop.versions()) assert.ok(brought.has(version), version);
      },
    ),
    { numRuns: 500 },
  );
});
