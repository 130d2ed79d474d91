import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import type { AccessTokens } from '../access-tokens.ts';
import type { Vault } from '../contract.ts';
import { baseUrlOf } from './manifest.ts';
import { type CannedShop, soon, startCannedShop } from './testing.ts';
import { keptFrom, offlineTokens } from './token-offline.ts';

const START = Date.UTC(2026, 9, 1);
const MINUTE_MS = 60_000;

let shop: CannedShop;
let clock: Clock;
beforeEach(async () => {
  shop = await startCannedShop();
  clock = new Clock(START, { frozen: true });
  shop.onToken((serial) => ({ body: pair(serial) }));
});
afterEach(() => shop.close());

const pair = (serial: number) => ({
  access_token: `token-${serial}`,
  expires_in: 3_600,
  refresh_token: `refresh-${serial}`,
  refresh_token_expires_in: 7_776_000,
  scope: 'read_orders',
});

/** A vault in memory; `events` tells in which order things were kept and asked. */
function aVault(kept: object | null, changes: Partial<Vault> = {}) {
  const events: string[] = [];
  let value = kept === null ? null : JSON.stringify(kept);
  const vault: Vault = {
    load: async () => value,
    save: async (next) => {
      events.push(`kept ${JSON.parse(next).refreshToken}`);
      value = next;
    },
    isOurs: () => true,
    ...changes,
  };
  return {
    vault,
    events,
    replace(next: object) {
      value = JSON.stringify(next);
    },
    get kept() {
      return JSON.parse(value ?? 'null');
    },
  };
}

const stored = (serial: number) => keptFrom(JSON.stringify(pair(serial)), START);
function source(vault: Vault | undefined): AccessTokens {
  const settings = { ...shop.settings(), connection: 'shop', baseUrl: baseUrlOf(shop.settings()) };
  return offlineTokens(settings, clock, vault);
}

test('is used while it lasts, and renewed ten minutes before its end: once for all who wait, kept before it is used', async () => {
  const { vault, events } = aVault(stored(0));
  const tokens = source(vault);
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-0' });
  clock.advanceTo(START + 49 * MINUTE_MS);
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-0' });
  clock.advanceTo(START + 51 * MINUTE_MS);
  const answers = await Promise.all(Array.from({ length: 20 }, () => tokens.get(soon())));
  for (const answer of answers) assert.deepEqual(answer, { status: 'ok', token: 'token-1' });
  assert.deepEqual(shop.tokenRequests, [
    'grant_type=refresh_token&refresh_token=refresh-0&client_id=client&client_secret=very+secret',
  ]);
  assert.deepEqual(events, ['kept refresh-1']);
});

test('what could not be kept is not used: the refresh token that is kept renews again', async () => {
  let fails = true;
  const { vault, kept } = aVault(stored(0));
  const save = vault.save;
  const tokens = source({
    ...vault,
    save: async (value) => {
      if (fails) throw new Error('the database is down');
      await save(value);
    },
  });
  clock.advanceTo(START + 59 * MINUTE_MS);
  const failed = await tokens.get(soon());
  assert.ok(failed.status === 'transient' && /could not be kept: the database is down/.test(failed.message));
  assert.equal(kept.refreshToken, 'refresh-0');
  fails = false;
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-2' });
  assert.deepEqual(
    shop.tokenRequests.map((body) => new URLSearchParams(body).get('refresh_token')),
    ['refresh-0', 'refresh-0'],
  );
});

test('one that ended early is renewed; what another process has renewed meanwhile is taken', async () => {
  const place = aVault(stored(0));
  const tokens = source(place.vault);
  await tokens.get(soon());
  tokens.drop('token-0');
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-1' });
  tokens.drop('token-1');
  place.replace(stored(7) ?? {});
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-7' });
  assert.equal(shop.tokenRequests.length, 1);
});

test('a refusal is one of credentials only when nobody has renewed meanwhile', async () => {
  const place = aVault(stored(0));
  const tokens = source(place.vault);
  clock.advanceTo(START + 59 * MINUTE_MS);
  shop.onToken((serial) => {
    if (serial > 1) return { body: pair(9) };
    place.replace(stored(5) ?? {});
    return {
      status: 401,
      body: { error: 'invalid_request', error_description: 'This request requires an active refresh_token' },
    };
  });
  assert.deepEqual(await tokens.get(soon()), { status: 'ok', token: 'token-9' });
  assert.match(shop.tokenRequests[1] ?? '', /refresh_token=refresh-5/);
  shop.onToken(() => ({ status: 401, body: { error: 'invalid_request' } }));
  tokens.drop('token-9');
  const refused = await tokens.get(soon());
  assert.ok(refused.status === 'auth');
  assert.match(refused.message, /authorised again.*crossdock connect shopify --id shop/);
  assert.ok(!/refresh-|very secret/.test(refused.message));
});

test('only the process that works the connection renews', async () => {
  const tokens = source(aVault(stored(0), { isOurs: () => false }).vault);
  assert.equal((await tokens.get(soon())).status, 'ok');
  clock.advanceTo(START + 59 * MINUTE_MS);
  const answer = await tokens.get(soon());
  assert.ok(answer.status === 'transient' && /process that works this connection/.test(answer.message));
  assert.deepEqual(shop.tokenRequests, []);
});

test('failures that say nothing of the credentials are tried again; without a kept token the store must be connected', async () => {
  clock.advanceTo(START + 59 * MINUTE_MS);
  const tokens = source(aVault(stored(0)).vault);
  const table = [
    [{ status: 520, body: 'error code: 520' }, 'transient'],
    [{ status: 429, body: '' }, 'throttled'],
    [{ status: 200, body: '<html>Maintenance</html>' }, 'transient'],
    [{ status: 430, body: '' }, 'throttled'],
    [{ status: 402, body: { errors: 'Unavailable Shop' } }, 'auth'],
    [{ status: 423, body: { errors: 'Locked' } }, 'auth'],
    [{ status: 404, body: { errors: 'Not Found' } }, 'auth'],
    [{ status: 301, headers: { location: 'https://other.myshopify.com' } }, 'auth'],
    [{ status: 403, body: '<html>Access denied by a firewall</html>' }, 'auth'],
    ['reset', 'transient'],
  ] as const;
  for (const [reaction, status] of table) {
    shop.onToken(() => reaction);
    const answer = await tokens.get(soon());
    assert.equal(answer.status, status, JSON.stringify(reaction));
    assert.ok(!/authorised again/.test(JSON.stringify(answer)), JSON.stringify(answer));
  }
  assert.equal((await source(aVault(null).vault).get(soon())).status, 'auth');
  assert.equal((await source(undefined).get(soon())).status, 'auth');
});
