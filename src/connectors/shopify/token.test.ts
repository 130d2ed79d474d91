import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import type { AccessTokens } from '../access-tokens.ts';
import { baseUrlOf } from './manifest.ts';
import { type CannedShop, startCannedShop } from './testing.ts';
import { credentialTokens } from './token.ts';

const START = Date.UTC(2026, 9, 1);
const MINUTE_MS = 60_000;
const soon = (): AbortSignal => AbortSignal.timeout(5_000);

let shop: CannedShop;
let clock: Clock;
beforeEach(async () => {
  shop = await startCannedShop();
  clock = new Clock(START, { frozen: true });
});
afterEach(() => shop.close());

const source = (): AccessTokens =>
  credentialTokens({ ...shop.settings(), baseUrl: baseUrlOf(shop.settings()) }, clock);
const living = (seconds: number) => (serial: number) => ({
  body: { access_token: `token-${serial}`, expires_in: seconds },
});

test('is fetched by the client-credentials grant, once for all who wait', async () => {
  const tokens = source();
  const answers = await Promise.all(Array.from({ length: 20 }, () => tokens.get(soon())));
  assert.deepEqual(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  assert.deepEqual(answers[0], { status: 'ok', token: 'token-1' });
  assert.deepEqual(shop.tokenRequests, [
    'grant_type=client_credentials&client_id=client&client_secret=very+secret',
  ]);
});

test('is kept, and renewed ten minutes before its end', async () => {
  shop.onToken(living(3_600));
  const tokens = source();
  await tokens.get(soon());
  clock.advanceTo(START + 49 * MINUTE_MS);
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-1' });
  clock.advanceTo(START + 51 * MINUTE_MS);
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-2' });
  assert.equal(shop.tokenRequests.length, 2);
});

test('with a short life is used for most of it', async () => {
  shop.onToken(living(60));
  const tokens = source();
  await tokens.get(soon());
  clock.advanceTo(START + 44_000);
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-1' });
  clock.advanceTo(START + 46_000);
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-2' });
});

test('that has ended early is replaced; the one that replaced it is not dropped by a late caller', async () => {
  const tokens = source();
  await tokens.get(soon());
  tokens.drop('token-1');
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-2' });
  tokens.drop('token-1');
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-2' });
});

test('a failed fetch is tried again by the next caller', async () => {
  shop.onToken((serial) => (serial === 1 ? { status: 502, body: 'bad gateway' } : living(60)(serial)));
  const tokens = source();
  assert.equal((await tokens.get(soon())).status, 'transient');
  assert.equal((await tokens.get(soon())).status, 'ok');
});

test('each failure has its class, and none tells the secret', async () => {
  const refusal = { error: 'invalid_client', error_description: 'client is unknown' };
  const table = [
    [{ status: 400, body: refusal }, 'auth', /status 400, invalid_client: client is unknown/],
    [{ status: 401, body: 'no' }, 'auth', /check both/],
    [{ status: 404, body: 'no such shop' }, 'auth', /status 404/],
    [{ status: 429, body: '' }, 'throttled', /too many/],
    [{ status: 408, body: '' }, 'transient', /408/],
    [{ status: 500, body: '<h1>oops</h1>' }, 'transient', /500/],
    [{ status: 200, body: '<html>Maintenance</html>' }, 'transient', /no access_token in it/],
    [{ status: 200, body: { surprise: true } }, 'transient', /no access_token in it/],
    ['reset', 'transient', /could not be fetched/],
  ] as const;
  for (const [reaction, status, words] of table) {
    shop.onToken(() => reaction);
    const answer = await source().get(soon());
    assert.ok(answer.status !== 'ok');
    assert.equal(answer.status, status, JSON.stringify(reaction));
    assert.match(answer.message, words);
    assert.ok(!answer.message.includes('very'), answer.message);
  }
});

test('waits as told when there are too many requests', async () => {
  shop.onToken(() => ({ status: 429, headers: { 'retry-after': '7' } }));
  const answer = await source().get(soon());
  assert.equal(answer.status === 'throttled' && answer.retryAfterMs, 7_000);
});

test('a shop that is not there is to be tried again; a deadline ends the wait', async () => {
  await shop.close();
  assert.equal((await source().get(soon())).status, 'transient');
  shop = await startCannedShop();
  const deadline = new AbortController();
  shop.onToken(() => {
    deadline.abort();
    return 'silence';
  });
  assert.equal((await source().get(deadline.signal)).status, 'transient');
});
