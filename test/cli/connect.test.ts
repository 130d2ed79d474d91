/** `crossdock connect shopify`: both kinds of access, against a store on loopback, from the command line. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startStore, type TestStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import { SUBSCRIBED_TOPICS } from '../../src/connectors/shopify/subscriptions.ts';
import { copyTemplate } from '../harness/pglite-template.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const REDIRECT = 'http://127.0.0.1:39456/callback';

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

let place: string;
let data: string;
let shop: TestStore;
beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), 'crossdock-connect-'));
  data = join(place, 'data');
  mkdirSync(data);
  copyTemplate(join(data, 'pg'));
  const example = JSON.parse(
    readFileSync(new URL('../../docs/examples/crossdock.json', import.meta.url), 'utf8'),
  );
  const { config } = example;
  config.connections = config.connections.filter(
    (each: { connector: string }) => each.connector !== 'shopify',
  );
  delete config.caseNotices;
  delete config.mail;
  writeFileSync(join(data, 'crossdock.json'), JSON.stringify({ config }));
  shop = await startStore();
});
afterEach(async () => {
  await shop.close();
  rmSync(place, { recursive: true, force: true });
});

/** What a test does when the command has said something: it may type, and end the command as Ctrl+C does. */
type OnText = (said: string, type: (text: string) => void, interrupt: () => void) => unknown;

/** Runs the command; `onText` sees what it has said so far. */
function run(args: string[], onText?: OnText): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args, '--data', data], {
    env: {
      ...process.env,
      ERP_TOKEN: 't',
      ERP_WEBHOOK_SECRET: 's',
      WMS_TOKEN: 't',
      WMS_WEBHOOK_SECRET: 's',
      SHOP_SECRET: 'a client secret',
      WRONG_SECRET: 'another',
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
    onText?.(
      stderr,
      (text) => child.stdin.write(text),
      () => child.kill('SIGINT'),
    );
  });
  if (!onText) child.stdin.end();
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const connecting = (...more: string[]) => [
  'connect',
  'shopify',
  '--shop',
  'one',
  '--client-id',
  'client',
  '--base-url',
  shop.store.baseUrl,
  '--redirect-url',
  REDIRECT,
  ...more,
];
// biome-ignore lint/suspicious/noExplicitAny: a test knows what it has written
const written = (): any => JSON.parse(readFileSync(join(data, 'crossdock.json'), 'utf8')).config;
const connection = () => written().connections.find((each: { id: string }) => each.id === 'shopify-one');
const subscribed = async () =>
  (await shop.call('{ webhookSubscriptionsCount { count } }')).data.webhookSubscriptionsCount.count;

/** Opens the printed page as the merchant's browser does; follows where it is sent, or says where that is. */
async function agree(said: string, follow: boolean): Promise<string> {
  const page = /^ {2}(http\S+)$/m.exec(said)?.[1] ?? '';
  const answer = await fetch(page, { redirect: 'manual' });
  const back = answer.headers.get('location') ?? '';
  if (follow) await (await fetch(back)).text();
  return back;
}

/** Acts once, when the command has told all that a person needs. */
function once(act: OnText): OnText {
  let done = false;
  return (said, type, interrupt) => {
    if (done || !/here:\n$/.test(said)) return;
    done = true;
    void act(said, type, interrupt);
  };
}

describe('client credentials', () => {
  test('the store is tested, written into the configuration with its secret by name, and subscribed to', async () => {
    const ran = await run(
      connecting('--client-secret', 'env:SHOP_SECRET', '--webhooks-url', 'https://hub.example.com/'),
    );
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout, /✓ shopify-one: answers as One[\s\S]*told to send orders\/create/);
    const { goLiveAt, ...rest } = connection();
    assert.ok(
      Math.abs(Date.parse(goLiveAt) - Date.now()) < 120_000,
      'what was ordered before causes no command',
    );
    assert.deepEqual(rest, {
      id: 'shopify-one',
      connector: 'shopify',
      roles: ['channel'],
      brand: 'example',
      entity: 'example-de',
      sameCodes: ['sku'],
      settings: {
        shopDomain: 'one.myshopify.com',
        clientId: 'client',
        clientSecret: 'env:SHOP_SECRET',
        baseUrl: shop.store.baseUrl,
      },
    });
    assert.equal(written().webhooksUrl, 'https://hub.example.com/');
    assert.equal(await subscribed(), SUBSCRIBED_TOPICS.length);
  });

  test('a secret that is typed is kept for its owner only, and shown nowhere', async () => {
    let asked = false;
    const ran = await run(connecting(), (said, type) => {
      if (asked || !said.includes('Client secret')) return;
      asked = true;
      type('a client secret\n');
    });
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout, /! No public address for webhooks is known/);
    const reference = connection().settings.clientSecret;
    assert.match(reference, /^file:.*shopify-one\.client-secret$/);
    assert.equal(statSync(reference.slice('file:'.length)).mode & 0o777, 0o600);
    assert.ok(!`${ran.stdout}${ran.stderr}`.includes('a client secret'));
  });

  test('what is wrong is said with what to do, and nothing is written', async () => {
    const before = readFileSync(join(data, 'crossdock.json'), 'utf8');
    const secret = await run(connecting('--client-secret', 'env:WRONG_SECRET'));
    assert.equal(secret.code, 1);
    assert.match(secret.stderr, /no access token for clientId and clientSecret.*check both/);
    const inClear = await run(connecting('--client-secret', 'hunter2'));
    assert.equal(inClear.code, 2);
    assert.match(inClear.stderr, /env:NAME or file:PATH/);
    const brand = await run(connecting('--client-secret', 'env:SHOP_SECRET', '--brand', 'nobody'));
    assert.equal(brand.code, 2);
    assert.match(brand.stderr, /needs a brand that exists, not "nobody"/);
    assert.equal(readFileSync(join(data, 'crossdock.json'), 'utf8'), before);
  });
});

describe('the words of a person', () => {
  test('a store that is known is found by an address copied from the browser; what is no store is said', async () => {
    assert.equal((await run(connecting('--client-secret', 'env:SHOP_SECRET'))).code, 0);
    const again = await run(connecting('--shop', 'https://admin.shopify.com/store/One/orders'));
    assert.equal(again.code, 0, again.stderr);
    assert.equal(connection().settings.shopDomain, 'one.myshopify.com');
    const none = await run(connecting('--shop', 'a store of mine'));
    assert.equal(none.code, 2);
    assert.match(none.stderr, /"a store of mine" is no store: give its domain/);
  });
});

describe('an app without a scope', () => {
  beforeEach(async () => {
    await shop.close();
    shop = await startStore({ scopes: ['read_orders', 'read_products', 'read_customers', 'read_locations'] });
  });

  test('each missing scope is named, with what to do, and nothing is written', async () => {
    const ran = await run(connecting('--client-secret', 'env:SHOP_SECRET'));
    assert.equal(ran.code, 1);
    for (const scope of ['write_orders', 'read_payment_terms', 'write_merchant_managed_fulfillment_orders'])
      assert.match(ran.stderr, new RegExp(`lacks the scope ${scope} \\(`));
    assert.match(ran.stderr, /add what is missing to a version of the app, release it, and agree to it/);
    assert.equal(connection(), undefined);
  });
});

describe('an app that a merchant authorises', () => {
  const offline = () => connecting('--client-secret', 'env:SHOP_SECRET', '--access', 'offline-token');

  test('the browser comes back on loopback: the token is kept sealed, and the store connected', async () => {
    const ran = await run(
      offline(),
      once((said) => agree(said, true)),
    );
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout, /✓ shopify-one: answers as One/);
    assert.equal(connection().settings.access, 'offlineToken');
    assert.ok(existsSync(join(data, 'sealing-key')));
    assert.ok(!/shpat_|shprt_/.test(`${ran.stdout}${ran.stderr}${JSON.stringify(written())}`));
  });

  test('the address is pasted; again, for a store that is known', async () => {
    const paste = () => once(async (said, type) => type(`${await agree(said, false)}\n`));
    assert.equal((await run(offline(), paste())).code, 0);
    const before = connection();
    const again = await run(
      ['connect', 'shopify', '--id', 'shopify-one', '--redirect-url', REDIRECT],
      paste(),
    );
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(connection(), before);
  });

  test('an answer to another attempt, and one that the store has not signed, are refused', async () => {
    const change = (name: string, value: string) =>
      once(async (said, type) => {
        const back = new URL(await agree(said, false));
        back.searchParams.set(name, value);
        type(`${back}\n`);
      });
    const forged = await run(offline(), change('code', 'code_forged'));
    assert.equal(forged.code, 2);
    assert.match(forged.stderr, /not signed by the store/);
    let first = '';
    await run(
      offline(),
      once(async (said, type) => {
        first = await agree(said, false);
        type('\n');
      }),
    );
    const other = await run(
      offline(),
      once((_said, type) => type(`${first}\n`)),
    );
    assert.equal(other.code, 2);
    assert.match(other.stderr, /answer to another attempt/);
    assert.equal(connection(), undefined);
  });

  test('a merchant who does not agree is heard, and nothing is written', async () => {
    const ran = await run(
      offline(),
      once(async (said) => {
        const page = new URL(/^ {2}(http\S+)$/m.exec(said)?.[1] ?? '');
        const back = new URL(REDIRECT);
        back.searchParams.set('error', 'access_denied');
        back.searchParams.set('error_description', 'The merchant denied the request');
        back.searchParams.set('state', page.searchParams.get('state') ?? '');
        await (await fetch(back)).text();
      }),
    );
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /is not connected: the merchant has not agreed: The merchant denied/);
    assert.equal(connection(), undefined);
  });

  test('a state that is not ours is refused, whoever says it', async () => {
    const forged = await run(
      offline(),
      once(async (said, type) => {
        const back = new URL(await agree(said, false));
        const told = new URLSearchParams([...back.searchParams].filter(([name]) => name !== 'hmac'));
        told.set('state', 'ff'.repeat(16));
        const text = [...told]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, value]) => `${name}=${value}`);
        told.set('hmac', createHmac('sha256', 'a client secret').update(text.join('&')).digest('hex'));
        type(`${REDIRECT}?${told}\n`);
      }),
    );
    assert.equal(forged.code, 2);
    assert.match(forged.stderr, /answer to another attempt/);
    assert.equal(connection(), undefined);
  });

  test('ended by Ctrl+C while the merchant is asked, nothing is half connected, and it can be begun again', async () => {
    const before = readFileSync(join(data, 'crossdock.json'), 'utf8');
    const ran = await run(
      offline(),
      once((_said, _type, interrupt) => interrupt()),
    );
    assert.notEqual(ran.code, 0);
    assert.equal(readFileSync(join(data, 'crossdock.json'), 'utf8'), before);
    assert.equal(await subscribed(), 0);
    const again = await run(
      offline(),
      once((said) => agree(said, true)),
    );
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /✓ shopify-one: answers as One/);
  });
});
