import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { Clock } from '../../base/clock.ts';
import { deadUrl, type ProxiedRequest, type ProxyAnswer, startProxy } from '../contract-suite-proxy.ts';
import { Limiter } from '../limiter.ts';
import { RestClient } from './client.ts';
import { Settings } from './manifest.ts';

const NOW = Date.UTC(2026, 10, 23, 6);
const Answer = z.object({ id: z.string() });

async function aClient(context: TestContext, answer: ProxyAnswer) {
  const seen: (ProxiedRequest & { at?: string })[] = [];
  const proxy = await startProxy('http://127.0.0.1:1');
  context.after(() => proxy.close());
  proxy.treat((request) => {
    seen.push(request);
    return { kind: 'answer', answer };
  });
  return { ...clientAt(proxy.url), seen };
}

function clientAt(baseUrl: string) {
  const limiter = new Limiter({ ratePerSecond: 100 });
  const settings = Settings.parse({ baseUrl, token: 't', roles: ['erp'] });
  return { client: new RestClient(settings, new Clock(NOW, { frozen: true }), limiter), limiter };
}

const read = { method: 'GET', path: '/v1/things?a=b', answer: Answer } as const;
const change = {
  method: 'POST',
  path: '/v1/things',
  answer: Answer,
  body: { a: 1 },
  key: 'shop/1#so/1',
} as const;
const signal = () => AbortSignal.timeout(5_000);

/** The contract's classes: what a read and a change make of each answer. */
const CLASSES: readonly [status: number, body: string, onRead: string, onChange: string][] = [
  [200, '{"id":"1"}', 'ok', 'ok'],
  [201, '{"id":"1"}', 'ok', 'ok'],
  [302, '', 'rejected', 'rejected'],
  [400, '{"code":"malformed","detail":"no"}', 'rejected', 'rejected'],
  [401, '', 'auth', 'auth'],
  [403, '', 'auth', 'auth'],
  [404, '{"code":"not-found"}', 'missing', 'rejected'],
  [408, '', 'transient', 'unknown'],
  [409, '{"code":"conflict"}', 'rejected', 'rejected'],
  [422, '{"code":"ITEM_BLOCKED","detail":"Item 1 is blocked"}', 'rejected', 'rejected'],
  [429, '', 'throttled', 'throttled'],
  [500, 'oops', 'transient', 'unknown'],
  [502, '', 'transient', 'unknown'],
  [503, '', 'transient', 'transient'],
  [504, '', 'transient', 'unknown'],
  [200, '{"surprise":1}', 'rejected', 'unknown'],
  [200, '<html>', 'rejected', 'unknown'],
];

for (const [status, body, onRead, onChange] of CLASSES) {
  test(`${status} ${body}: a read is ${onRead}, a change is ${onChange}`, async (context) => {
    const { client } = await aClient(context, { status, body });
    assert.equal((await client.call({ ...read, signal: signal() })).status, onRead);
    assert.equal((await client.call({ ...change, signal: signal() })).status, onChange);
  });
}

test('a failure says whether the system answered, and with what', async (context) => {
  const answered = async (status: number, call: typeof read | typeof change) => {
    const { client } = await aClient(context, { status, body: '' });
    const failure = await client.call({ ...call, signal: signal() });
    return 'answered' in failure ? failure.answered : undefined;
  };
  for (const status of [500, 502, 503, 504]) {
    assert.equal(await answered(status, read), status);
    assert.equal(await answered(status, change), status);
  }
  const { client } = clientAt(await deadUrl());
  assert.equal('answered' in (await client.call({ ...read, signal: signal() })), false);
});

test('what was never sent is transient, what was lost is in doubt', async () => {
  const { client } = clientAt(await deadUrl());
  assert.equal((await client.call({ ...change, signal: signal() })).status, 'transient');
  const proxy = await startProxy('http://127.0.0.1:1');
  proxy.treat(() => ({ kind: 'hold' }));
  const lost = clientAt(proxy.url).client;
  assert.equal((await lost.call({ ...change, signal: AbortSignal.timeout(100) })).status, 'unknown');
  assert.equal((await lost.call({ ...read, signal: AbortSignal.timeout(100) })).status, 'transient');
  await proxy.close();
});

test('a refusal carries the system’s code, its words and its fix, or ours', async (context) => {
  const own = await aClient(context, {
    status: 422,
    body: '{"code":"X1","detail":"Period is closed","fix":"Open 2026-11"}',
  });
  assert.deepEqual(await own.client.call({ ...change, signal: signal() }), {
    status: 'rejected',
    code: 'X1',
    message: 'Period is closed',
    suggestedFix: 'Open 2026-11',
  });
  const bare = await aClient(context, { status: 422, body: 'Internal validation error' });
  const refused = await bare.client.call({ ...change, signal: signal() });
  assert.ok(
    refused.status === 'rejected' &&
      refused.code === 'http-422' &&
      refused.message === 'Internal validation error',
  );
  assert.ok(refused.suggestedFix.length > 10);
});

test('Retry-After in seconds, as a date and missing; the limiter keeps to it', async (context) => {
  for (const [value, wait] of [
    ['12', 12_000],
    [new Date(NOW + 30_000).toUTCString(), 30_000],
    ['soon', 5_000],
    ['99999999', 3_600_000],
  ] as const) {
    const { client, limiter } = await aClient(context, {
      status: 429,
      body: '',
      headers: { 'retry-after': value },
    });
    const throttled = await client.call({ ...read, signal: signal() });
    assert.ok(
      throttled.status === 'throttled' && throttled.retryAfterMs === wait,
      `${value}: ${JSON.stringify(throttled)}`,
    );
    assert.equal(limiter.admit(NOW), wait);
  }
});

test('keys of any characters fit into a header, and different ones stay different', async (context) => {
  const keys = ['shop/1#so/1', 'shop/ä€😀#1', 'a%20b', 'a b', 'line\nbreak', 'lone\ud800'];
  const { client, seen } = await aClient(context, { status: 200, body: '{"id":"1"}' });
  for (const key of keys)
    assert.equal((await client.call({ ...change, key, signal: signal() })).status, 'ok', key);
  assert.equal(seen.length, keys.length);
});
