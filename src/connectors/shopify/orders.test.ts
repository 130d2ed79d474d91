import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { Budget } from './budget.ts';
import { Exchange, ShopifyClient } from './client.ts';
import type { Sizes } from './documents.ts';
import { numericId } from './json.ts';
import { baseUrlOf } from './manifest.ts';
import { OrderReader } from './orders.ts';
import {
  type CannedAnswer,
  type CannedShop,
  data,
  errors,
  type ShopCall,
  startCannedShop,
} from './testing.ts';

/** How much of everything a model order has. */
interface ModelOrder {
  lines: number;
  refunds: number;
  refundLines: number;
  fulfilments: number;
  transactions: number;
  updatedAt: string;
}

const PLAIN: ModelOrder = {
  lines: 2,
  refunds: 0,
  refundLines: 0,
  fulfilments: 0,
  transactions: 1,
  updatedAt: '2026-10-01T10:00:00Z',
};

let shop: CannedShop;
let orders: Map<string, ModelOrder>;
/** What a call may cost at most, and what one order costs. */
let [mostCost, costOf] = [1_000, (_sizes: Sizes): number => 50];
let beforeCall: (call: ShopCall) => void;

beforeEach(async () => {
  shop = await startCannedShop();
  orders = new Map();
  mostCost = 1_000;
  costOf = () => 50;
  beforeCall = () => {};
  shop.onCall((call) => {
    beforeCall(call);
    return answer(call);
  });
});
afterEach(() => shop.close());

function answer({ operation, variables }: ShopCall): CannedAnswer {
  const sizes = variables as unknown as Sizes;
  const first = variables.first as number;
  switch (operation) {
    case 'ReadOrders': {
      const ids = variables.ids as string[];
      const cost = ids.length * costOf(sizes);
      if (cost > mostCost) return tooCostly(cost);
      return data({ nodes: ids.map((id) => nodeOf(numericId(id) as string, sizes)) }, cost);
    }
    case 'ListOrders': {
      const cost = first * costOf(sizes);
      if (cost > mostCost) return tooCostly(cost);
      const all = [...orders.keys()];
      const pageInfo = { hasNextPage: all.length > first, endCursor: 'next' };
      return data({ orders: { nodes: all.slice(0, first).map((id) => nodeOf(id, sizes)), pageInfo } }, cost);
    }
    case 'ListChanged': {
      const nodes = [...orders].map(([id, { updatedAt }]) => ({
        id: `gid://shopify/Order/${id}`,
        updatedAt,
      }));
      return data({ orders: { nodes, pageInfo: { hasNextPage: false, endCursor: null } } });
    }
    case 'ReadLines': {
      if (first * 10 > mostCost) return tooCostly(first * 10);
      const order = orders.get(numericId(variables.id) as string);
      if (!order) return data({ order: null });
      return data({
        order: { updatedAt: order.updatedAt, lineItems: page(order.lines, first, variables.after) },
      });
    }
    default:
      return { status: 500, body: operation };
  }
}

const tooCostly = (cost: number): CannedAnswer =>
  errors({
    message: `Query cost is ${cost}, which exceeds the single query max cost limit (${mostCost}).`,
    code: 'MAX_COST_EXCEEDED',
  });

function page(length: number, first: number, after: unknown = null): object {
  const from = after === null ? 0 : Number(after);
  const nodes = Array.from({ length: Math.max(0, Math.min(first, length - from)) }, (_, index) => ({
    id: `gid://shopify/Item/${from + index + 1}`,
  }));
  const end = from + nodes.length;
  return { pageInfo: { hasNextPage: end < length, endCursor: nodes.length > 0 ? String(end) : null }, nodes };
}

function nodeOf(id: string, sizes: Sizes): object | null {
  const order = orders.get(id);
  if (!order) return null;
  const list = (length: number, first: number, make: () => object): object[] =>
    Array.from({ length: Math.min(length, first) }, make);
  return {
    id: `gid://shopify/Order/${id}`,
    updatedAt: order.updatedAt,
    lineItems: page(order.lines, sizes.lines),
    shippingLines: page(1, sizes.some),
    transactions: list(order.transactions, sizes.many, () => ({})),
    refunds: list(order.refunds, sizes.some, () => ({
      refundLineItems: page(order.refundLines, sizes.refundLines),
      refundShippingLines: page(0, sizes.few),
      transactions: page(1, sizes.few),
    })),
    fulfillments: list(order.fulfilments, sizes.some, () => ({
      fulfillmentLineItems: page(1, sizes.fulfilmentLines),
    })),
    fulfillmentOrders: page(1, sizes.some),
  };
}

function exchange(): Exchange {
  const settings = { ...shop.settings(), baseUrl: baseUrlOf(shop.settings()) };
  const client = new ShopifyClient(settings, new Clock(0, { frozen: true }), new Budget());
  return new Exchange(client, AbortSignal.timeout(10_000));
}

/** Of each answer its status and, when it is an order, how many lines and refunds it has. */
async function read(ids: string[], reader = new OrderReader()): Promise<unknown[]> {
  const answers = await reader.read(ids, exchange());
  return answers.map((each) =>
    each.status === 'ok'
      ? [
          numericId(each.order.id),
          (each.order.lineItems as { nodes: unknown[] }).nodes.length,
          (each.order.refunds as unknown[]).length,
        ]
      : each.status,
  );
}

const operations = (): string[] => shop.calls.map(({ operation }) => operation);

test('several orders come by one call, in their order, and one that is not there takes none with it', async () => {
  for (const id of ['1', '2', '3']) orders.set(id, PLAIN);
  assert.deepEqual(await read(['3', '9', '1']), [['3', 2, 0], 'missing', ['1', 2, 0]]);
  assert.deepEqual(operations(), ['ReadOrders']);
});

test('more lines than usual are followed page by page, and all of them are in the order', async () => {
  orders.set('1', { ...PLAIN, lines: 260 });
  orders.set('2', PLAIN);
  assert.deepEqual(await read(['1', '2']), [
    ['1', 260, 0],
    ['2', 2, 0],
  ]);
  assert.deepEqual(operations(), ['ReadOrders', 'ReadLines', 'ReadLines', 'ReadLines']);
});

test('a page of lines that costs too much is halved', async () => {
  orders.set('1', { ...PLAIN, lines: 85 });
  mostCost = 300;
  assert.deepEqual(await read(['1']), [['1', 85, 0]]);
  const sizes = shop.calls
    .filter(({ operation }) => operation === 'ReadLines')
    .map(({ variables }) => variables.first);
  assert.deepEqual(sizes, [100, 50, 25, 25, 25]);
});

test('more of anything else is asked for alone, until all of it is there', async () => {
  orders.set('1', { ...PLAIN, refunds: 30, refundLines: 45, lines: 40 });
  orders.set('2', { ...PLAIN, transactions: 16, fulfilments: 7 });
  assert.deepEqual(await read(['1', '2']), [
    ['1', 40, 30],
    ['2', 2, 0],
  ]);
  const widest = shop.calls
    .filter(({ operation }) => operation === 'ReadOrders')
    .map(({ variables }) => variables);
  assert.ok(widest.some(({ some, refundLines }) => some === 96 && refundLines === 160));
});

test('a list that is exactly full is asked for again: it does not say whether there is more', async () => {
  orders.set('1', { ...PLAIN, refunds: 6 });
  assert.deepEqual(await read(['1']), [['1', 2, 6]]);
  assert.equal(shop.calls.length, 2);
});

test('an order that changes while its lines are read is read anew, so that it is one order and not two', async () => {
  orders.set('1', { ...PLAIN, lines: 150 });
  let changes = 0;
  beforeCall = ({ operation }) => {
    if (operation !== 'ReadLines' || changes > 0) return;
    changes += 1;
    orders.set('1', { ...PLAIN, lines: 151, updatedAt: '2026-10-01T10:00:07Z' });
  };
  assert.deepEqual(await read(['1']), [['1', 151, 0]]);
  beforeCall = ({ operation }) => {
    changes += 1;
    if (operation === 'ReadLines')
      orders.set('1', { ...PLAIN, lines: 150, updatedAt: new Date(changes * 1_000).toISOString() });
  };
  assert.deepEqual(await read(['1']), ['transient']);
});

test('an order with more of something than we take is refused with what it has', async () => {
  orders.set('1', { ...PLAIN, refunds: 200 });
  const [answered] = await new OrderReader().read(['1'], exchange());
  assert.ok(answered?.status === 'rejected');
  assert.deepEqual(
    [answered.code, answered.message],
    [
      'order-too-large',
      'Order 1 has more than 100 refunds, fulfilments, fulfilment orders or shipping lines',
    ],
  );
  orders.set('1', { ...PLAIN, lines: 5_000 });
  assert.deepEqual(await read(['1']), ['rejected']);
});

test('as many orders as fit by what they have cost', async () => {
  const reader = new OrderReader();
  assert.equal(reader.batchSize, 2);
  orders.set('1', PLAIN);
  costOf = () => 25;
  await read(['1'], reader);
  assert.equal(reader.batchSize, 20);
  costOf = () => 1;
  await read(['1'], reader);
  assert.equal(reader.batchSize, 40);
  costOf = () => 900;
  await read(['1'], reader);
  assert.equal(reader.batchSize, 1);
});

test('a list may cost less than the same orders by their ids: neither tells how many fit into the other', async () => {
  const reader = new OrderReader();
  orders.set('1', PLAIN);
  costOf = () => 125;
  await read(['1'], reader);
  costOf = () => 10;
  await reader.page('', null, exchange());
  assert.equal(reader.batchSize, 4);
});

test('a batch that costs too much is halved until it fits, and stays small', async () => {
  for (let id = 1; id <= 8; id += 1) orders.set(String(id), PLAIN);
  costOf = () => 300;
  const reader = new OrderReader();
  const ids = [...orders.keys()];
  assert.deepEqual((await read(ids, reader)).length, 8);
  assert.ok((await read(ids, reader)).every((each) => Array.isArray(each)));
  assert.ok(reader.batchSize <= 3);
});

test('when one order alone costs too much, less of it is asked for, and the rest is followed', async () => {
  costOf = ({ lines }) => lines * 60;
  orders.set('1', { ...PLAIN, lines: 12 });
  const reader = new OrderReader();
  assert.deepEqual(await read(['1'], reader), [['1', 12, 0]]);
  assert.deepEqual(operations(), ['ReadOrders', 'ReadOrders', 'ReadLines']);
  costOf = () => 5_000;
  assert.deepEqual(await read(['1'], new OrderReader()), ['rejected']);
});

test('an order that the vendor cannot answer fails alone', async () => {
  for (const id of ['1', '2', '3', '4', '5']) orders.set(id, PLAIN);
  shop.onCall((call) => {
    const poisoned = (call.variables.ids as string[]).some((id) => numericId(id) === '4');
    return poisoned ? errors({ message: 'cannot serialise' }) : answer(call);
  });
  assert.deepEqual(await read(['1', '2', '3', '4', '5']), [
    ['1', 2, 0],
    ['2', 2, 0],
    ['3', 2, 0],
    'rejected',
    ['5', 2, 0],
  ]);
});

/** Orders that the vendor fails at whenever they are among what a call asks for. */
function failingAt(bad: ReadonlySet<string>): void {
  shop.onCall((call) => {
    const { operation, variables } = call;
    const asked =
      operation === 'ReadOrders' ? (variables.ids as string[]).map(numericId) : [...orders.keys()];
    return operation !== 'ListChanged' && asked.some((id) => bad.has(id as string)) ? INTERNAL : answer(call);
  });
}
const INTERNAL = errors({
  message: 'Internal error. Looks like something went wrong on our end.',
  code: 'INTERNAL_SERVER_ERROR',
});

test('an order at which the vendor fails within takes no others with it', async () => {
  for (const id of ['1', '2', '3', '4', '5']) orders.set(id, PLAIN);
  failingAt(new Set(['4']));
  assert.deepEqual(await read(['1', '2', '3', '4', '5']), [
    ['1', 2, 0],
    ['2', 2, 0],
    ['3', 2, 0],
    'transient',
    ['5', 2, 0],
  ]);
});

test('a vendor that fails at everything is not asked for each order alone', async () => {
  shop.onCall(() => INTERNAL);
  const ids = Array.from({ length: 16 }, (_, index) => String(index + 1));
  assert.deepEqual(new Set(await read(ids)), new Set(['transient']));
  assert.equal(shop.calls.length, 3, 'the batch, and its halves');
});

test('a page in which the vendor fails at an order comes as what has changed, and each is read alone', async () => {
  for (const id of ['1', '2', '3']) orders.set(id, PLAIN);
  failingAt(new Set(['2']));
  const page = await new OrderReader().page('', null, exchange());
  assert.ok(page.status === 'ok');
  assert.deepEqual(
    page.orders.map(({ order, whole }) => [numericId(order.id), order.updatedAt, whole]),
    ['1', '2', '3'].map((id) => [id, PLAIN.updatedAt, false]),
  );
  shop.onCall(() => INTERNAL);
  const failed = await new OrderReader().page('', null, exchange());
  assert.equal(failed.status, 'transient', 'where not even that can be had, it is tried again');
});

test('a failure of the whole call is everybody’s, and not asked for again', async () => {
  shop.onCall(() => ({ status: 503 }));
  assert.deepEqual(await read(['1', '2', '3']), ['transient', 'transient', 'transient']);
  assert.equal(shop.calls.length, 1);
});

test('what is no order is said so; too few answers are not guessed', async () => {
  shop.onCall(() => data({ nodes: [7, 'x'] }));
  assert.deepEqual(await read(['1', '2']), ['rejected', 'rejected']);
  shop.onCall(() => data({ nodes: [null] }));
  assert.deepEqual(await read(['1', '2']), ['rejected', 'rejected']);
});

test('an order in another shape is given as it is: the intake judges it', async () => {
  const odd = { id: 'gid://shopify/Order/1', lineItems: 'three', refunds: null };
  shop.onCall(() => data({ nodes: [odd] }));
  assert.deepEqual(await new OrderReader().read(['1'], exchange()), [{ status: 'ok', order: odd }]);
});

test('a page holds as many orders as fit, and says which are not whole', async () => {
  orders.set('1', PLAIN);
  orders.set('2', { ...PLAIN, lines: 26 });
  costOf = () => 600;
  const reader = new OrderReader();
  const one = await reader.page('', null, exchange());
  assert.ok(one.status === 'ok');
  assert.deepEqual([one.orders.length, one.pageInfo.hasNextPage], [1, true]);
  costOf = () => 20;
  await reader.page('', null, exchange());
  const small = await new OrderReader().page('', null, exchange());
  assert.ok(small.status === 'ok');
  assert.deepEqual(
    small.orders.map(({ whole }) => whole),
    [true, false],
  );
});

test('a page of the poll is refused as a whole when it holds what is no order', async () => {
  shop.onCall(() =>
    data({
      orders: {
        nodes: [{ id: 'gid://shopify/Order/1' }, 7],
        pageInfo: { hasNextPage: false, endCursor: null },
      },
    }),
  );
  const refused = await new OrderReader().page('', null, exchange());
  assert.equal(refused.status, 'rejected');
});
