import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { databases, onPostgres, withDatabase } from './database.ts';

const noPostgres = !databases().includes('postgres') && 'no PostgreSQL';

test('an embedded database gets a directory of its own, which goes afterwards', async () => {
  const seen = await withDatabase('pglite', async ({ dataDir }) => {
    assert.deepEqual(readdirSync(dataDir!), ['pg']);
    return dataDir!;
  });
  assert.equal(existsSync(seen), false);
});

test('each PostgreSQL database is empty, and goes afterwards although someone is connected', {
  skip: noPostgres,
}, async () => {
  const seen = await withDatabase('postgres', async ({ url }) => {
    await onPostgres(url!, 'create table left_over (id int)');
    return url!;
  });
  await assert.rejects(onPostgres(seen, 'select 1'), /does not exist/);
  await withDatabase('postgres', async ({ url }) => {
    const tables = await onPostgres(
      url!,
      "select 1 from information_schema.tables where table_schema = 'public'",
    );
    assert.deepEqual(tables, []);
  });
});

test('it is PostgreSQL 15 or newer, which needs no fsync here', { skip: noPostgres }, () =>
  withDatabase('postgres', async ({ url }) => {
    const [row] = await onPostgres<{ version: number; fsync: string }>(
      url!,
      "select current_setting('server_version_num')::int as version, current_setting('fsync') as fsync",
    );
    assert.ok(row!.version >= 150_000);
    if (!process.env.CROSSDOCK_TEST_PG_URL) assert.equal(row!.fsync, 'off');
  }),
);

test('a server goes with the process that started it, even when that is killed', {
  skip: noPostgres,
  timeout: 60_000,
}, async () => {
  const program = `
    import { startPostgres } from ${JSON.stringify(new URL('./postgres.ts', import.meta.url).href)};
    const server = await startPostgres();
    console.log(server.url);
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = await once(child.stdout, 'data');
  const url = String(chunk).trim();
  const [row] = await onPostgres<{ directory: string }>(
    url,
    "select current_setting('data_directory') as directory",
  );
  child.kill('SIGKILL');
  for (let tries = 0; existsSync(row!.directory) && tries < 200; tries += 1) await sleep(50);
  assert.equal(existsSync(row!.directory), false);
  await assert.rejects(onPostgres(url, 'select 1'), /ECONNREFUSED/);
});
