/** What keeps a connection to a store alive: subscriptions that the vendor removes, tokens that are renewed, a process that dies. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { seal, sealingKey, unseal } from '../../src/base/sealing.ts';
import { type Connector, orderKey } from '../../src/connectors/contract.ts';
import { shopify } from '../../src/connectors/shopify/index.ts';
import { anOrderSpec, startStore, type TestStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import { SUBSCRIBED_TOPICS } from '../../src/connectors/shopify/subscriptions.ts';
import { keptFrom } from '../../src/connectors/shopify/token-offline.ts';
import { CREDENTIAL_CRASH_POINTS } from '../../src/engine/crash-points.ts';
import { loadConnectionStates } from '../../src/store/connections.ts';
import { loadCredential, saveCredential } from '../../src/store/credentials.ts';
import { openDatabase } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { readOrder } from '../../src/store/read-orders.ts';
import { databases, type TestDatabase, withDatabase } from '../harness/database.ts';
import { startEngine, until } from '../support/engine.ts';
import { shopRetailer } from '../support/shop-hub.ts';
import { standInConnector } from '../support/stand-in.ts';
import type { TokenProcessSettings } from './token-process.ts';

const subscriptionsOf = async (shop: TestStore): Promise<{ id: string; topic: string }[]> =>
  (await shop.call('{ webhookSubscriptions(first: 100) { nodes { id topic } } }')).data.webhookSubscriptions
    .nodes;

describe('webhook subscriptions', () => {
  test('gnikyt/laravel-shopify#936: the hub notices that the vendor has removed them, restores them, says so, and reads what it was not told', () =>
    withDatabase('pglite', async (place) => {
      const shop = await startStore({ locations: ['WH', 'STORE'] });
      // Nobody listens there: whatever is to be known must come by the poll.
      const hub = await startEngine(place, {
        clock: shop.clock,
        config: shopRetailer(shop.store.baseUrl, { retailer: { webhooksUrl: 'http://127.0.0.1:9' } }),
        connectors: [shopify as Connector, standInConnector()],
      });
      // Time goes on while it is waited for: calls wait for the store's budget.
      const passUntil = (what: string, condition: () => Promise<boolean>) =>
        until(what, async () => {
          hub.clock.advanceTo(hub.clock.now() + 2_000);
          return condition();
        });
      const areAll = async () => (await subscriptionsOf(shop)).length === SUBSCRIBED_TOPICS.length;
      const noteOf = async () =>
        (await loadConnectionStates(hub.database)).find(({ connection }) => connection === 'shop')?.care;
      try {
        await passUntil('the subscriptions to be made', areAll);
        await passUntil('that to be noted', async () => (await noteOf())?.mended.length === 1);
        for (const { id } of await subscriptionsOf(shop))
          await shop.call(
            'mutation M($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } } }',
            { id },
          );
        const id = shop.store.placeOrder(anOrderSpec());
        await passUntil('the subscriptions to be restored', areAll);
        await passUntil(
          'the order to be known',
          async () => (await readOrder(hub.database, orderKey('shop', id))) !== null,
        );
        await passUntil('that to be noted', async () =>
          /had removed/.test((await noteOf())?.mended.join() ?? ''),
        );
        assert.match(hub.warnings.join('\n'), /had removed the subscriptions to orders\/create/);
        assert.deepEqual((await noteOf())?.warnings, []);
      } finally {
        await hub.close();
        await shop.close();
      }
    }));
});

describe('an expiring token', () => {
  for (const kind of databases())
    for (const point of CREDENTIAL_CRASH_POINTS)
      test(`killed at ${point}, the hub goes on where it was (${kind})`, () =>
        withDatabase(kind, (place) => killedAt(point, place)));
});

async function killedAt(point: string, place: TestDatabase): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'crossdock-key-'));
  const shop = await startStore();
  try {
    const keyFile = join(directory, 'sealing-key');
    const key = sealingKey(undefined, keyFile);
    const first = await aPair(shop);
    await withOpen(place, async (database) => {
      await migrate(database, shop.clock.nowIso());
      const kept = JSON.stringify({ ...first, renewAt: 0 });
      const sealed = { sealed: seal(key, 'shop', kept), key_id: key.id };
      await saveCredential(database, 'shop', sealed, shop.clock.nowIso());
    });
    const read = () =>
      withOpen(place, async (database) => {
        const row = await loadCredential(database, 'shop');
        assert.ok(row);
        assert.ok(!Buffer.from(row.sealed).includes('shprt'), 'a refresh token stands in clear');
        return JSON.parse(unseal(key, 'shop', row.sealed)) as { refreshToken: string };
      });
    const settings = { place, shopUrl: shop.store.baseUrl, keyFile };
    const killed = await run(settings, `${point}:1`);
    assert.deepEqual(killed, { signal: 'SIGKILL', polled: false });
    const between = await read();
    assert.equal(between.refreshToken === first.refreshToken, point === 'credential:renewed');
    assert.deepEqual(await run(settings, undefined), { signal: null, polled: true });
    const after = await read();
    // Kept and not used: it is as good as new.
    assert.equal(after.refreshToken === between.refreshToken, point === 'credential:kept');
  } finally {
    await shop.close();
    rmSync(directory, { recursive: true });
  }
}

async function withOpen<Result>(
  place: TestDatabase,
  work: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(place);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** The pair of tokens that a merchant's consent gives. */
async function aPair(shop: TestStore) {
  const query = new URLSearchParams({
    client_id: 'client',
    scope:
      'write_orders,read_products,read_customers,read_locations,write_merchant_managed_fulfillment_orders',
    redirect_uri: 'http://127.0.0.1:3456/callback',
    state: 'nonce',
  });
  const page = await fetch(`${shop.store.baseUrl}/admin/oauth/authorize?${query}`, { redirect: 'manual' });
  const code = new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const answer = await fetch(`${shop.store.baseUrl}/admin/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'client', client_secret: 'a client secret', code, expiring: '1' }),
  });
  const kept = keptFrom(await answer.text(), shop.clock.now());
  assert.ok(kept);
  return kept;
}

/** Runs a hub until it has read the store's orders, or dies. */
async function run(
  settings: TokenProcessSettings,
  crashAt: string | undefined,
): Promise<{ signal: NodeJS.Signals | null; polled: boolean }> {
  const file = fileURLToPath(new URL('token-process.ts', import.meta.url));
  const { CROSSDOCK_CRASH_AT: _, ...env } = process.env;
  const child = spawn(process.execPath, [file, JSON.stringify(settings)], {
    env: { ...env, ...(crashAt === undefined ? {} : { CROSSDOCK_CRASH_AT: crashAt }) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let polled = false;
  child.stdout.on('data', (chunk: Buffer) => {
    polled ||= chunk.includes('polled');
    child.stdin.end();
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { signal, polled };
}
