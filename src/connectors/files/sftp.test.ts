/** The SFTP server that breaks off: nothing is half read, nothing is lost, and what was put is there whole. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { ExchangeFailure } from './exchange.ts';
import { files } from './index.ts';
import { type FileSpec, startSftpServer, writeFileText } from './sandbox/index.ts';
import { openSftp } from './sftp.ts';

async function aServer(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-sftp-'));
  const server = await startSftpServer(folder);
  context.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const { host, port, user, password, hostKey } = server;
  return { folder, server, account: { host, port, user, password, hostKeys: [hostKey] } };
}

const soon = () => AbortSignal.timeout(10_000);

const spec: FileSpec = {
  kind: 'stock-snapshot',
  sender: 'OLD',
  location: 'CITY',
  sequence: 1,
  createdAt: '2026-11-28T02:00:00Z',
  columns: ['item', 'on_hand'],
  rows: Array.from({ length: 20_000 }, (_, index) => [`ITEM-${index}`, 1]),
};

test('a download that breaks off is begun anew, and read once', async (context) => {
  const { folder, server, account } = await aServer(context);
  const session = files.open({
    connection: 'wms',
    settings: files.settings.parse({ folder: '/', sftp: account, locations: ['CITY'], settleMs: 0 }),
    clock: new Clock(Date.parse('2026-11-28T06:00:00Z'), { frozen: true }),
    log: () => {},
  });
  context.after(() => session.close());
  const first = await session.poll('quiet:files', null, soon());
  assert.ok(!('status' in first));
  writeFileSync(join(folder, 'inbox', 'a.csv'), writeFileText(spec));
  server.breakAfterBytes = 100_000;
  const broken = await session.poll('quiet:files', first.cursor, soon());
  assert.equal('status' in broken && broken.status, 'transient');
  server.breakAfterBytes = null;
  let cursor = first.cursor;
  let rows = 0;
  for (let more = true; more; ) {
    const page = await session.poll('quiet:files', cursor, soon());
    assert.ok(!('status' in page), JSON.stringify(page));
    rows += page.deliveries.filter(({ topic }) => topic === 'file:row').length;
    ({ cursor, more } = page);
    if (rows === 5_000) server.disconnect();
  }
  assert.equal(rows, 20_000);
  assert.deepEqual(readdirSync(join(folder, 'inbox')), []);
  assert.deepEqual(readdirSync(join(folder, 'acknowledged')), ['a.csv.ack.csv']);
  assert.ok(server.logins >= 3, 'it has connected again');
});

test('what is there is replaced, what is gone is told, and a call that is given up ends', async (context) => {
  const { folder, account } = await aServer(context);
  const exchange = openSftp(account as Parameters<typeof openSftp>[0], '/');
  context.after(() => exchange.close());
  await exchange.prepare(soon());
  for (const text of ['one', 'two']) await exchange.put('requests', 'a.csv', { text }, soon());
  assert.equal(readFileSync(join(folder, 'requests', 'a.csv'), 'utf8'), 'two');
  assert.deepEqual(readdirSync(join(folder, 'requests')), ['a.csv']);
  assert.equal(await exchange.fetch('inbox', 'none.csv', join(folder, 'x'), soon()), false);
  assert.equal(await exchange.move('none.csv', 'archive', 'none.csv', soon()), false);
  await assert.rejects(exchange.list('inbox', AbortSignal.abort()));
  for (let round = 0; round < 30; round += 1) await exchange.list('inbox', soon());
  await assert.rejects(
    openSftp({ ...account, password: 'wrong' } as Parameters<typeof openSftp>[0], '/').list('inbox', soon()),
    (error) => error instanceof ExchangeFailure && error.failure.status === 'auth',
  );
});
