/** `crossdock start` with its sandbox retailer: killed and started again it goes on; ended, the next start begins anew. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { processRuns } from '../../src/base/process.ts';
import { until } from '../support/engine.ts';

const CLI = fileURLToPath(new URL('../../bin/crossdock.js', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'crossdock-sandbox-'));
const started = new Set<number>();

after(() => {
  for (const pid of started) if (processRuns(pid)) process.kill(pid, 'SIGKILL');
  // The maker of the database's files may outlive a hub that was ended in its first second.
  rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

const noteOf = <Note>(file: string): Note => JSON.parse(readFileSync(join(data, file), 'utf8')) as Note;

function launch(): { child: ChildProcess; said: () => string } {
  const words = [
    'start',
    '--data',
    data,
    '--api-port',
    '0',
    '--webhook-port',
    '0',
    '--orders-per-minute',
    '120',
  ];
  const child = spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.add(child.pid ?? 0);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  return { child, said: () => said };
}

async function start(): Promise<{ child: ChildProcess; said: string; sandbox: number }> {
  const { child, said } = launch();
  await until('the hub to say that it runs', () => said().includes('Ctrl+C') || child.exitCode !== null);
  assert.equal(child.exitCode, null, said());
  const sandbox = noteOf<{ pid: number }>('sandbox.json').pid;
  started.add(sandbox);
  return { child, said: said(), sandbox };
}

async function ordersSeen(): Promise<string[]> {
  const { apiUrl } = noteOf<{ apiUrl: string }>('hub.json');
  const authorization = `Bearer ${readFileSync(join(data, 'token'), 'utf8').trim()}`;
  const answer = await fetch(new URL('/v1/orders?limit=200', apiUrl), { headers: { authorization } });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { orders: { key: string }[] }).orders.map((order) => order.key);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('exit', (code, by) => resolve([code, by])),
  );
  child.kill(signal);
  assert.deepEqual(await ended, signal === 'SIGKILL' ? [null, 'SIGKILL'] : [0, null]);
}

test('a killed hub finds its retailer again; an ended one takes it along, and its data are put aside', async () => {
  const first = await start();
  let before: string[] = [];
  await until('the first orders', async () => {
    before = await ordersSeen();
    return before.length >= 2;
  });
  await end(first.child, 'SIGKILL');
  assert.ok(processRuns(first.sandbox), 'the retailer waits for the hub');

  const second = await start();
  assert.match(second.said, /it has waited for the hub/);
  assert.equal(second.sandbox, first.sandbox);
  const known = await ordersSeen();
  for (const key of before) assert.ok(known.includes(key), `${key} is still known`);
  await end(second.child, 'SIGTERM');
  await until('the retailer to end with its hub', () => !processRuns(second.sandbox));

  const third = await start();
  assert.match(third.said, /a new one: that of the last start is gone/);
  assert.ok(existsSync(join(data, 'earlier', 'pg')), 'what was there is put aside');
  assert.notEqual(third.sandbox, first.sandbox);
  await end(third.child, 'SIGTERM');
  await until('the retailer to end with its hub', () => !processRuns(third.sandbox));
});

test('one that is ended while it still starts takes its retailer along', async () => {
  const noted = () => noteOf<{ pid: number }>('sandbox.json').pid;
  const before = noted();
  const { child, said } = launch();
  await until('the retailer to run', () => {
    assert.equal(child.exitCode, null, said());
    return existsSync(join(data, 'sandbox.json')) && noted() !== before;
  });
  const pid = noted();
  started.add(pid);
  assert.ok(!said().includes('Ctrl+C'), 'the hub is not there yet');
  await end(child, 'SIGTERM');
  await until('the retailer to end with its hub', () => !processRuns(pid));
});
