import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { startStore, type TestStore } from '../testing.ts';

const REDIRECT = 'http://127.0.0.1:3456/callback';
const CLIENT = { client_id: 'client', client_secret: 'a client secret' };
const HOUR_MS = 3_600_000;

let shop: TestStore;
beforeEach(async () => {
  shop = await startStore();
});
afterEach(() => shop.close());

async function authorise(
  change: Record<string, string> = {},
): Promise<{ status: number; location: URL | null; text: string }> {
  const query = new URLSearchParams({
    client_id: 'client',
    scope: 'read_orders,write_orders,read_products',
    redirect_uri: REDIRECT,
    state: 'nonce',
    ...change,
  });
  const answer = await fetch(`${shop.store.baseUrl}/admin/oauth/authorize?${query}`, { redirect: 'manual' });
  const location = answer.headers.get('location');
  return {
    status: answer.status,
    location: location === null ? null : new URL(location),
    text: await answer.text(),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it has asked for
async function ask(fields: Record<string, string>): Promise<{ status: number; body: any }> {
  const answer = await fetch(`${shop.store.baseUrl}/admin/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams({ ...CLIENT, ...fields }),
  });
  return { status: answer.status, body: await answer.json() };
}

async function code(): Promise<string> {
  return (await authorise()).location?.searchParams.get('code') ?? '';
}
const refresh = (token: string) => ask({ grant_type: 'refresh_token', refresh_token: token });
const works = async (token: string) => (await shop.call('{ shop { name } }', {}, token)).status === 200;

describe('a merchant who agrees', () => {
  test('is sent back with a code, the state and a signature over all of it', async () => {
    const { status, location } = await authorise();
    assert.equal(status, 302);
    const told = location?.searchParams ?? new URLSearchParams();
    assert.equal(told.get('state'), 'nonce');
    assert.equal(told.get('shop'), 'one.myshopify.com');
    const hmac = told.get('hmac');
    told.delete('hmac');
    const text = [...told]
      .sort()
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    assert.equal(hmac, createHmac('sha256', 'a client secret').update(text).digest('hex'));
  });

  test('is not sent where the app’s settings do not allow it', async () => {
    const { status, text } = await authorise({ redirect_uri: 'https://evil.example.com/' });
    assert.equal(status, 400);
    assert.match(text, /redirect_uri is not whitelisted/);
  });

  test('gives a code that is good once', async () => {
    const given = await code();
    const { body } = await ask({ code: given, expiring: '1' });
    assert.deepEqual(
      { ...body, access_token: typeof body.access_token, refresh_token: body.refresh_token.slice(0, 6) },
      {
        access_token: 'string',
        expires_in: 3_600,
        refresh_token: 'shprt_',
        refresh_token_expires_in: 7_776_000,
        scope: 'write_orders,read_products',
      },
    );
    assert.deepEqual(await ask({ code: given, expiring: '1' }), {
      status: 400,
      body: {
        error: 'invalid_request',
        error_description: 'The authorization code was not found or was already used',
      },
    });
  });

  test('gives a token that stays, to an app that does not ask for one that expires', async () => {
    const { body } = await ask({ code: await code() });
    assert.deepEqual(Object.keys(body), ['access_token', 'scope']);
  });
});

describe('a refresh token', () => {
  test('renews an hour’s access; the used one may be used again until its replacement is', async () => {
    const { body: first } = await ask({ code: await code(), expiring: '1' });
    assert.ok(await works(first.access_token));
    shop.clock.advanceTo(shop.clock.now() + HOUR_MS);
    assert.ok(!(await works(first.access_token)));
    const { body: second } = await refresh(first.refresh_token);
    assert.ok(await works(second.access_token));
    // Its answer was lost, say.
    const { status, body: third } = await refresh(first.refresh_token);
    assert.equal(status, 200);
    assert.equal((await refresh(third.refresh_token)).status, 200);
    assert.deepEqual(await refresh(first.refresh_token), {
      status: 401,
      body: { error: 'invalid_request', error_description: 'This request requires an active refresh_token' },
    });
  });

  test('that was used is honoured for 30 days, one that was not for 90', async () => {
    const { body: first } = await ask({ code: await code(), expiring: '1' });
    await refresh(first.refresh_token);
    shop.clock.advanceTo(shop.clock.now() + 30 * 24 * HOUR_MS);
    assert.equal((await refresh(first.refresh_token)).status, 401);
    const { body: other } = await ask({ code: await code(), expiring: '1' });
    shop.clock.advanceTo(shop.clock.now() + 89 * 24 * HOUR_MS);
    assert.equal((await refresh(other.refresh_token)).status, 200);
    const { body: last } = await ask({ code: await code(), expiring: '1' });
    shop.clock.advanceTo(shop.clock.now() + 90 * 24 * HOUR_MS);
    assert.equal((await refresh(last.refresh_token)).status, 401);
  });

  test('ends when the merchant removes the app', async () => {
    const { body } = await ask({ code: await code(), expiring: '1' });
    shop.store.uninstall();
    assert.ok(!(await works(body.access_token)));
    assert.equal((await refresh(body.refresh_token)).status, 401);
  });
});
