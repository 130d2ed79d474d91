/** `crossdock connect xero`: a custom connection is tested; an app is let in by a person, and kept. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ACCOUNT, aXero } from '../../src/connectors/xero/sandbox/testing.ts';
import { copyTemplate } from '../harness/pglite-template.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const EXAMPLE = new URL('../../docs/examples/crossdock.json', import.meta.url);

async function aHub(context: TestContext) {
  const xero = await aXero();
  const data = mkdtempSync(join(tmpdir(), 'crossdock-connect-xero-'));
  context.after(async () => {
    rmSync(data, { recursive: true, force: true });
    await xero.close();
  });
  copyTemplate(join(data, 'pg'));
  const { config } = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
  delete config.caseNotices;
  delete config.mail;
  const settings = { ...ACCOUNT, clientSecret: 'env:XERO_SECRET', baseUrl: xero.sandbox.url };
  config.connections.push(
    { id: 'books-uk', connector: 'xero', roles: ['finance'], settings },
    {
      id: 'books-de',
      connector: 'xero',
      roles: ['finance'],
      settings: { ...settings, access: 'refreshToken' },
    },
  );
  const file = join(data, 'crossdock.json');
  writeFileSync(file, JSON.stringify({ config }));
  const secrets = Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/"env:([A-Z_]+)"/g)].map((match) => [match[1], 'a-value']),
  );
  const env = { ...process.env, ...secrets, XERO_SECRET: ACCOUNT.clientSecret };
  /** `agree`: what a person does who reads the address. */
  const run = async (args: readonly string[], agree?: (page: string) => Promise<unknown>) => {
    const child = spawn(process.execPath, [CLI, ...args, '--data', data], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    let agreed = false;
    const heard = (chunk: Buffer) => {
      text += chunk.toString();
      const page = /^ {2}(http\S+authorize\S+)$/m.exec(text)?.[1];
      if (!page || agreed) return;
      agreed = true;
      void agree?.(page);
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    const [code] = await once(child, 'close');
    return { code: code as number, text };
  };
  return { run, sandbox: xero.sandbox };
}

/** A port that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

test('a custom connection is tested at once', async (context) => {
  const { run } = await aHub(context);
  const tested = await run(['connect', 'xero', '--id', 'books-uk']);
  assert.equal(tested.code, 0, tested.text);
  assert.match(
    tested.text,
    /books-uk works: Harbour & Vale Ltd, books in GBP, 18 accounts, tax types NONE, OUTPUT2/,
  );
  const unknown = await run(['connect', 'xero', '--id', 'erp']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.text, /Write the connection to Xero .* into the configuration first/);
});

test('a person lets the app in, and from then on it works by itself', async (context) => {
  const { run } = await aHub(context);
  const before = await run(['connections', 'check', 'books-de']);
  assert.match(before.text, /crossdock connect xero --id books-de/);
  const redirect = `http://127.0.0.1:${await freePort()}/callback`;
  const connected = await run(['connect', 'xero', '--id', 'books-de', '--redirect-url', redirect], (page) =>
    fetch(page),
  );
  assert.equal(connected.code, 0, connected.text);
  assert.match(connected.text, /books-de works: Harbour & Vale Ltd/);
  const after = await run(['connections', 'check', 'books-de']);
  assert.match(after.text, /Harbour & Vale Ltd, books in GBP/);
});
