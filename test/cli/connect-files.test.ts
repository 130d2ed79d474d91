/** `crossdock connect files`: a folder and an SFTP server, from the command line. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startSftpServer } from '../../src/connectors/files/sandbox/index.ts';
import { copyTemplate } from '../harness/pglite-template.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

function aHub(context: TestContext) {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-connect-files-'));
  context.after(() => rmSync(place, { recursive: true, force: true }));
  const data = join(place, 'data');
  const folder = join(place, 'exchange');
  for (const each of [data, folder]) mkdirSync(each);
  copyTemplate(join(data, 'pg'));
  const file = join(data, 'crossdock.json');
  const { config } = JSON.parse(
    readFileSync(new URL('../../docs/examples/crossdock.json', import.meta.url), 'utf8'),
  );
  delete config.caseNotices;
  delete config.mail;
  writeFileSync(file, JSON.stringify({ config }));
  const secrets = Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/"env:([A-Z_]+)"/g)].map((match) => [match[1], 'a-value']),
  );
  return {
    folder,
    location: config.locations[0].id as string,
    configuration: () => JSON.parse(readFileSync(file, 'utf8')).config,
    text: () => readFileSync(file, 'utf8'),
    run: (...args: string[]) =>
      new Promise<{ code: number; text: string }>((resolve) => {
        execFile(
          process.execPath,
          [CLI, ...args, '--data', data],
          { env: { ...process.env, ...secrets, SFTP_PASSWORD: 'a password', OTHER: 'wrong' } },
          (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
        );
      }),
  };
}

test('a folder is tried, and its location counts by it; doctor looks after it', async (context) => {
  const { folder, location, configuration, run, text } = aHub(context);
  const before = text();
  const none = await run('connect', 'files', '--folder', join(folder, 'none'), '--location', location);
  assert.equal(none.code, 1);
  assert.match(none.text, /the folder .*none cannot be used: ENOENT/);
  assert.equal(text(), before, 'nothing is written');
  const relative = await run('connect', 'files', '--folder', 'exchange', '--location', location);
  assert.match(relative.text, /give the whole path, from the root/);

  const made = await run(
    'connect',
    'files',
    '--folder',
    folder,
    '--location',
    location,
    '--location',
    'PIER',
  );
  assert.equal(made.code, 0, made.text);
  assert.match(made.text, /can be read and written; 0 files wait in inbox\//);
  assert.match(made.text, /No location of yours is "PIER": map it \(crossdock map set location/);
  assert.deepEqual(readdirSync(folder).sort(), ['acknowledged', 'archive', 'inbox', 'rejected', 'requests']);
  const id = `files-${location.toLowerCase()}`;
  const { connections, locations } = configuration();
  assert.deepEqual(
    connections.filter((each: { id: string }) => each.id === id),
    [
      {
        id,
        connector: 'files',
        roles: ['inventory'],
        sameCodes: ['sku', 'location'],
        settings: { folder, locations: [location, 'PIER'] },
      },
    ],
  );
  assert.equal(locations[0].inventory, id);
  const checked = await run('connections', 'check', id);
  assert.match(checked.text, /can be read and written/);
});

test('an SFTP server is let in by its key and our secret, which stands in the configuration by name only', async (context) => {
  const { folder, location, configuration, run, text } = aHub(context);
  const server = await startSftpServer(folder);
  context.after(() => server.close());
  const url = `sftp://${server.user}@${server.host}:${server.port}/`;
  const args = ['connect', 'files', '--sftp', url, '--location', location, '--id', 'legacy'];
  const noKey = await run(...args, '--secret', 'env:SFTP_PASSWORD');
  assert.match(noKey.text, /Say which key the server shows \(--host-key SHA256:…\)/);
  const otherKey = await run(
    ...args,
    '--host-key',
    `SHA256:${'A'.repeat(43)}`,
    '--secret',
    'env:SFTP_PASSWORD',
  );
  assert.equal(otherKey.code, 1);
  assert.ok(otherKey.text.includes(`shows the key ${server.hostKey}, which is not the one that is expected`));
  const wrong = await run(...args, '--host-key', server.hostKey, '--secret', 'env:OTHER');
  assert.match(wrong.text, /refuses crossdock/);
  assert.ok(!text().includes('legacy'), 'nothing is written');
  const made = await run(...args, '--host-key', server.hostKey, '--secret', 'env:SFTP_PASSWORD');
  assert.equal(made.code, 0, made.text);
  const { settings } = configuration().connections.find((each: { id: string }) => each.id === 'legacy');
  assert.deepEqual(settings.sftp, {
    host: server.host,
    port: server.port,
    user: server.user,
    hostKeys: [server.hostKey],
    password: 'env:SFTP_PASSWORD',
  });
  assert.ok(existsSync(join(folder, 'inbox')));
});
