import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { Budget } from './budget.ts';
import { Exchange, rejectedBy, ShopifyClient } from './client.ts';
import { CREATE_FULFILMENT, READ_CANCELLATION, READ_ORDERS, USUAL_SIZES } from './documents.ts';
import { baseUrlOf } from './manifest.ts';
import { type CannedShop, data, errors, type Reaction, startCannedShop } from './testing.ts';

const NO_FULFILMENT = { fulfillment: { lineItemsByFulfillmentOrder: [] } };

const soon = (): AbortSignal => AbortSignal.timeout(5_000);
const LIVE = { order: { id: 'gid://shopify/Order/1', cancelledAt: null } };
const FULFILMENT = { lineItemsByFulfillmentOrder: [] };

let shop: CannedShop;
let budget: Budget;
const clock = new Clock(Date.UTC(2026, 9, 1), { frozen: true });
beforeEach(async () => {
  shop = await startCannedShop();
  budget = new Budget();
});
afterEach(() => shop.close());

function client(): ShopifyClient {
  const settings = shop.settings();
  return new ShopifyClient({ ...settings, baseUrl: baseUrlOf(settings) }, clock, budget);
}
const query = () => client().run(READ_CANCELLATION, { id: 'gid://shopify/Order/1' }, soon());
const mutation = () => client().run(CREATE_FULFILMENT, { fulfillment: FULFILMENT }, soon());

test('sends the document with its name, variables and token to the configured version', async () => {
  shop.onCall(() => data(LIVE, 3));
  const answer = await query();
  assert.deepEqual(answer, { status: 'ok', data: LIVE, cost: 3 });
  const [call] = shop.calls;
  assert.deepEqual(call, {
    operation: 'ReadCancellation',
    query: READ_CANCELLATION.text,
    variables: { id: 'gid://shopify/Order/1' },
    token: 'token-1',
    path: '/admin/api/2026-10/graphql.json',
  });
});

test('a number with more digits than a double has is kept to the last digit', async () => {
  shop.onCall(() => ({
    body: '{"data":{"nodes":[{"id":"gid://shopify/Order/1","legacyResourceId":9820982911946154508}]}}',
  }));
  const answer = await client().run(READ_ORDERS, { ids: ['gid://shopify/Order/1'], ...USUAL_SIZES }, soon());
  assert.ok(answer.status === 'ok');
  assert.deepEqual(answer.data.nodes, [
    { id: 'gid://shopify/Order/1', legacyResourceId: '9820982911946154508' },
  ]);
});

describe('a token that has ended early', () => {
  test('is replaced, and the call made again', async () => {
    shop.onCall(({ token }) =>
      token === 'token-1' ? { status: 401, body: '{"errors":"Invalid API key"}' } : data(LIVE),
    );
    assert.equal((await query()).status, 'ok');
    assert.deepEqual(
      shop.calls.map(({ token }) => token),
      ['token-1', 'token-2'],
    );
  });

  test('is replaced once for all calls that were under way', async () => {
    shop.onCall(({ token }) => (token === 'token-1' ? { status: 401, body: '' } : data(LIVE)));
    const one = client();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => one.run(READ_CANCELLATION, { id: 'x' }, soon())),
    );
    assert.ok(answers.every(({ status }) => status === 'ok'));
    assert.equal(shop.tokenRequests.length, 2);
  });

  test('is auth when the fresh one is refused as well', async () => {
    shop.onCall(() => ({ status: 401, body: '{"errors":"[API] Invalid API key or access token"}' }));
    const answer = await mutation();
    assert.ok(answer.status === 'auth');
    assert.match(answer.message, /CreateFulfilment was answered 401 with a fresh access token: \[API\]/);
  });
});

describe('what an answer means, for a query and for a mutation', () => {
  const executed = { message: 'boom', path: ['fulfillmentCreate'] };
  const table: [name: string, reaction: Reaction, query: string, mutation: string][] = [
    ['connection lost', 'reset', 'transient', 'unknown'],
    ['500', { status: 500, body: '<h1>oops</h1>' }, 'transient', 'unknown'],
    ['502', { status: 502, body: '' }, 'transient', 'unknown'],
    ['503: not begun', { status: 503, body: '' }, 'transient', 'transient'],
    ['504', { status: 504, body: '' }, 'transient', 'unknown'],
    ['408', { status: 408, body: '' }, 'transient', 'unknown'],
    ['429', { status: 429, body: '' }, 'throttled', 'throttled'],
    ['430', { status: 430, body: '' }, 'throttled', 'throttled'],
    ['400', { status: 400, body: '{"errors":{"query":"Required"}}' }, 'rejected', 'rejected'],
    ['402: frozen shop', { status: 402, body: '{"errors":"Unavailable Shop"}' }, 'auth', 'auth'],
    ['403', { status: 403, body: '' }, 'auth', 'auth'],
    ['404: no such shop', { status: 404, body: '{"errors":"Not Found"}' }, 'auth', 'auth'],
    ['423: locked', { status: 423, body: '' }, 'auth', 'auth'],
    ['301: another address', { status: 301, headers: { location: 'https://example.org' } }, 'auth', 'auth'],
    ['no JSON', { body: '<html>Maintenance</html>' }, 'transient', 'unknown'],
    ['another JSON', { body: '[]' }, 'transient', 'unknown'],
    ['no data', { body: { surprise: true } }, 'rejected', 'unknown'],
    ['data of another shape', data({ order: { id: 7 }, fulfillmentCreate: 'yes' }), 'rejected', 'unknown'],
    ['throttled', errors({ message: 'Throttled', code: 'THROTTLED' }), 'throttled', 'throttled'],
    [
      'too costly',
      errors({ message: 'Query cost is 2003', code: 'MAX_COST_EXCEEDED' }),
      'tooCostly',
      'tooCostly',
    ],
    ['scope', errors({ message: 'Access denied for order', code: 'ACCESS_DENIED' }), 'auth', 'auth'],
    ['shop inactive', errors({ message: 'Shop is inactive', code: 'SHOP_INACTIVE' }), 'auth', 'auth'],
    [
      'internal',
      errors({ message: 'Internal error', code: 'INTERNAL_SERVER_ERROR' }),
      'transient',
      'unknown',
    ],
    ['timeout', errors({ message: 'Timeout', code: 'TIMEOUT' }), 'transient', 'unknown'],
    ['while carrying out', errors(executed), 'transient', 'unknown'],
    [
      'no such field',
      errors({
        message: "Field 'x' doesn't exist on type 'Order'",
        code: 'undefinedField',
        path: ['query ReadCancellation', 'order', 'x'],
      }),
      'rejected',
      'rejected',
    ],
    ['errors as text', { body: { errors: 'Something' } }, 'rejected', 'rejected'],
  ];
  for (const [name, reaction, ofQuery, ofMutation] of table) {
    test(`${name}: ${ofQuery}, ${ofMutation}`, async () => {
      shop.onCall(() => reaction);
      for (const [answer, expected] of [
        [await query(), ofQuery],
        [await mutation(), ofMutation],
      ] as const) {
        assert.equal(answer.status, expected, JSON.stringify(answer));
        assert.ok(answer.status !== 'ok' && answer.message.length > 0);
        if (answer.status === 'rejected') assert.equal(answer.code, 'schema-drift');
      }
    });
  }

  test('a deadline: transient, unknown', async () => {
    const giveUp = (): AbortSignal => {
      const deadline = new AbortController();
      shop.onCall(() => {
        deadline.abort();
        return 'silence';
      });
      return deadline.signal;
    };
    assert.equal((await client().run(READ_CANCELLATION, { id: 'x' }, giveUp())).status, 'transient');
    assert.equal((await client().run(CREATE_FULFILMENT, NO_FULFILMENT, giveUp())).status, 'unknown');
  });

  test('a shop that cannot be reached: nothing was sent', async () => {
    shop.onCall(() => data(LIVE));
    const one = client();
    await one.run(READ_CANCELLATION, { id: 'x' }, soon());
    await shop.close();
    assert.equal((await one.run(CREATE_FULFILMENT, NO_FULFILMENT, soon())).status, 'transient');
    shop = await startCannedShop();
  });
});

test('throttled: waits for the points that are missing, and the budget closes for so long', async () => {
  const cost = {
    requestedQueryCost: 800,
    throttleStatus: { maximumAvailable: 1_000, currentlyAvailable: 300, restoreRate: 100 },
  };
  shop.onCall(() => ({
    body: { errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }], extensions: { cost } },
  }));
  const answer = await query();
  assert.ok(answer.status === 'throttled');
  assert.equal(answer.retryAfterMs, 5_000);
  assert.equal(budget.admit('any', 1, clock.now()), 5_000);
});

test('429: waits as told', async () => {
  shop.onCall(() => ({ status: 429, headers: { 'retry-after': '4.0' } }));
  const answer = await query();
  assert.equal(answer.status === 'throttled' && answer.retryAfterMs, 4_000);
});

test('the requests of one exchange are counted together', async () => {
  shop.onCall(() => data(LIVE, 12));
  const exchange = new Exchange(client(), soon());
  await exchange.run(READ_CANCELLATION, { id: 'x' });
  await exchange.run(READ_CANCELLATION, { id: 'x' });
  assert.equal(exchange.spent, 24);
});

test('what the vendor refuses is told in its words, with the field and a code of ours where it has none', () => {
  assert.deepEqual(
    rejectedBy([{ code: 'NOT_FOUND', field: ['orderId'], message: 'Order does not exist' }], 'fix it'),
    {
      status: 'rejected',
      code: 'not-found',
      message: 'Order does not exist (orderId)',
      suggestedFix: 'fix it',
    },
  );
  const several = rejectedBy([{ message: 'a' }, { field: null, message: 'b' }], 'fix it', 'refused');
  assert.ok(several.status === 'rejected');
  assert.deepEqual([several.code, several.message], ['refused', 'a; b']);
});

describe('an API version that has ended falls forward', () => {
  const served = (version: string) => ({ ...data(LIVE), headers: { 'X-Shopify-API-Version': version } });
  const telling = () => {
    const told: string[] = [];
    const settings = { ...shop.settings({ apiVersion: '2026-01' }), baseUrl: shop.url };
    const one = new ShopifyClient(settings, clock, budget, undefined, (problem) => void told.push(problem));
    return { one, told };
  };

  test('which is noticed, and told once', async () => {
    const { one, told } = telling();
    shop.onCall(() => served('2026-01'));
    await one.run(READ_CANCELLATION, { id: 'x' }, soon());
    assert.deepEqual([told, one.otherVersion], [[], null]);
    shop.onCall(() => served('2026-04'));
    for (let call = 0; call < 3; call += 1) await one.run(READ_CANCELLATION, { id: 'x' }, soon());
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /answers with API version 2026-04, not 2026-01.*set apiVersion/);
    assert.equal(one.otherVersion, told[0]);
    shop.onCall(() => served('2026-07'));
    await one.run(READ_CANCELLATION, { id: 'x' }, soon());
    assert.equal(told.length, 2, 'another one is news');
  });

  test('from then on the store is asked in what the answering version knows', async () => {
    const { one } = telling();
    const texts: string[] = [];
    const document = {
      ...READ_CANCELLATION,
      text: 'query ReadCancellation($id: ID!) { order(id: $id) { id cancelledAt confirmed } }',
      older: [{ before: '2026-04', text: READ_CANCELLATION.text }],
    };
    shop.onCall(({ query }) => {
      texts.push(query.includes('confirmed') ? 'new' : 'old');
      return served('2026-04');
    });
    for (let call = 0; call < 2; call += 1) await one.run(document, { id: 'x' }, soon());
    assert.deepEqual(texts, ['old', 'new']);
  });
});
