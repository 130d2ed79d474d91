/** A configuration file: its secrets, its connectors, and all that is wrong with it at once. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readConfiguration } from '../main.ts';

const EXAMPLE = readFileSync(
  fileURLToPath(new URL('../../docs/examples/crossdock.json', import.meta.url)),
  'utf8',
);
const place = mkdtempSync(join(tmpdir(), 'crossdock-configuration-'));
const file = join(place, 'crossdock.json');
after(() => rmSync(place, { recursive: true, force: true }));

interface Written {
  config: { connections: { id: string; roles: string[]; settings: Record<string, unknown> }[] };
  mappings: Record<string, unknown>[];
  [other: string]: unknown;
}

/** The example of the docs, every secret written out. */
function example(): Written {
  return JSON.parse(EXAMPLE.replaceAll(/"env:(\w+)"/g, '"value of $1"')) as Written;
}

const connection = (written: Written, id: string) =>
  written.config.connections.find((each) => each.id === id) ?? assert.fail(id);

/** What reading says of the example after a change, one line a problem. */
function problems(change: (written: Written) => void): string[] {
  const written = example();
  change(written);
  writeFileSync(file, JSON.stringify(written));
  try {
    readConfiguration(file);
    return [];
  } catch (error) {
    const [first, ...lines] = (error as Error).message.split('\n  ');
    assert.equal(first, `The configuration ${file} cannot be used:`);
    return lines;
  }
}

test('the example is taken; a file of a secret stands for what is in it', () => {
  assert.deepEqual(
    problems(() => undefined),
    [],
  );
  const written = example();
  writeFileSync(join(place, 'token'), 'a secret\n');
  connection(written, 'erp').settings.token = `file:${join(place, 'token')}`;
  writeFileSync(file, JSON.stringify(written));
  const erp = readConfiguration(file).config.connections.find(({ id }) => id === 'erp');
  assert.equal(erp?.settings.token, 'a secret');
});

test('all secrets that cannot be had are told at once, each with the setting that wants it', () => {
  const lines = problems((written) => {
    connection(written, 'erp').settings.token = 'env:CROSSDOCK_TEST_NOT_SET';
    connection(written, 'erp').settings.webhookSecrets = ['plain', 'env:CROSSDOCK_TEST_NOR_THIS'];
    connection(written, 'erp').settings.baseUrl = 'env:CROSSDOCK_TEST_NO_URL';
    connection(written, 'wms').settings.token = `file:${join(place, 'nowhere')}`;
    connection(written, 'shopify-example').roles = ['channel', 'erp'];
  });
  const unset = (setting: string, name: string) =>
    `connection "erp": settings.${setting} wants the environment variable ${name}, which is not set: set it where crossdock starts`;
  assert.deepEqual(lines, [
    unset('baseUrl', 'CROSSDOCK_TEST_NO_URL'),
    unset('token', 'CROSSDOCK_TEST_NOT_SET'),
    unset('webhookSecrets.1', 'CROSSDOCK_TEST_NOR_THIS'),
    `connection "wms": settings.token wants the file ${join(place, 'nowhere')}, which cannot be read (ENOENT): put it there and let the hub's user read it`,
    'connection "shopify-example": the connector "shopify" cannot be erp: take the role out (it can be: channel)',
  ]);
});

test('a secret that is empty is no secret: neither an empty variable nor an empty file counts as set', () => {
  process.env.CROSSDOCK_TEST_EMPTY = '';
  process.env.CROSSDOCK_TEST_BLANK = '  ';
  writeFileSync(join(place, 'empty'), '\n');
  try {
    const lines = problems((written) => {
      connection(written, 'erp').settings.token = 'env:CROSSDOCK_TEST_EMPTY';
      connection(written, 'erp').settings.webhookSecrets = ['env:CROSSDOCK_TEST_BLANK'];
      connection(written, 'wms').settings.token = `file:${join(place, 'empty')}`;
    });
    const empty = (setting: string, name: string) =>
      `connection "erp": settings.${setting} wants the environment variable ${name}, which is empty: set it where crossdock starts`;
    assert.deepEqual(lines, [
      empty('token', 'CROSSDOCK_TEST_EMPTY'),
      empty('webhookSecrets.0', 'CROSSDOCK_TEST_BLANK'),
      `connection "wms": settings.token wants what is in the file ${join(place, 'empty')}, which is empty: write it there`,
    ]);
  } finally {
    delete process.env.CROSSDOCK_TEST_EMPTY;
    delete process.env.CROSSDOCK_TEST_BLANK;
  }
});

test('settings that a connector does not know or does not take are refused', () => {
  const lines = problems((written) => {
    connection(written, 'erp').settings.retries = 3;
    connection(written, 'wms').settings.baseUrl = 'wms.example';
    connection(written, 'shopify-example').settings.notify = { ofShipment: true };
  });
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^connection "shopify-example": settings\.notify: .*"ofShipment"/);
  assert.equal(
    lines[1],
    'connection "erp": settings: there is no setting "retries": correct its name, or take it out',
  );
  assert.match(lines[2] ?? '', /^connection "wms": settings\.baseUrl: /);
});

test('roles are the same for the hub and for the system', () => {
  assert.deepEqual(
    problems((written) => {
      connection(written, 'wms').settings.roles = ['fulfilment'];
    }),
    [
      'connection "wms": roles (inventory, fulfilment) and settings.roles (fulfilment) differ: make them the same',
    ],
  );
  assert.deepEqual(
    problems((written) => {
      connection(written, 'wms').settings.roles = ['fulfilment', 'inventory'];
    }),
    [],
    'in whatever order',
  );
});

test('mapping rows, and what stands beside the configuration, are checked too', () => {
  const lines = problems((written) => {
    written.mapping = [];
    written.mappings.push({ kind: 'sku', connection: 'erp', external: 'A', internal: 'B', note: 'x' });
    written.mappings.push({ kind: 'colour', connection: 'erp', external: 'A', internal: 'B' });
  });
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^"mapping" stands beside "config", where only "mappings" may/);
  assert.match(lines[1] ?? '', /^mappings\.4: there is no setting "note"/);
  assert.match(lines[2] ?? '', /^mappings\.5\.kind: .*"sku"/);
  assert.match(
    problems((written) => {
      written.mappings.push({ kind: 'sku', connection: 'epr', external: 'A', internal: 'B' });
    }).join(),
    /^mappings: the connection "epr" of a row does not exist/,
  );
});
