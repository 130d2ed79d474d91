/** `crossdock contracts check` on a configuration: several stores, each with an API version of its own; nothing is started. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DOCUMENTS } from '../../src/connectors/shopify/documents.ts';
import { crossdock } from './support.ts';

const EXAMPLE = fileURLToPath(new URL('../../docs/examples/crossdock.json', import.meta.url));

test('every store is checked against its own API version', async () => {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-contracts-'));
  try {
    const text = readFileSync(EXAMPLE, 'utf8').replace(/"env:[A-Z_]*URL"/g, '"smtp://127.0.0.1"');
    const { config } = JSON.parse(text.replace(/"env:[A-Z_]+"/g, JSON.stringify('s'.repeat(40)))) as {
      config: { connections: { id: string; connector: string; settings: Record<string, unknown> }[] };
    };
    const store = config.connections.find(({ connector }) => connector === 'shopify');
    assert.ok(store);
    for (const apiVersion of ['2026-01', '2025-07'])
      config.connections.push({
        ...store,
        id: `shop-${apiVersion}`,
        settings: { ...store.settings, shopDomain: `s${apiVersion}.myshopify.com`, apiVersion },
      });
    const file = join(place, 'crossdock.json');
    writeFileSync(file, JSON.stringify({ config }));
    const { code, stdout, stderr } = await crossdock(['contracts', 'check', '--json', '--config', file]);
    assert.equal(code, 0, stderr);
    const reports = JSON.parse(stdout) as {
      connection: string;
      ok: boolean;
      version: string;
      served: string;
      documents: { name: string }[];
    }[];
    assert.deepEqual(
      reports.map(({ connection, version, ok }) => [connection, version, ok]),
      [
        [store.id, '2026-10', true],
        ['shop-2026-01', '2026-01', true],
        ['shop-2025-07', '2025-07', true],
      ],
    );
    assert.ok((reports[2]?.served ?? '') > '2025-07', 'that one has ended');
    for (const { documents } of reports) assert.ok(documents.length > DOCUMENTS.length);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

test('without a configuration every version of every connector is checked', async () => {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-contracts-'));
  try {
    const { code, stdout, stderr } = await crossdock(['contracts', 'check', '--json', '--data', place]);
    assert.equal(code, 0, stderr);
    const versions = (JSON.parse(stdout) as { version: string; ok: boolean }[]).map(
      ({ version, ok }) => `${version} ${ok}`,
    );
    assert.deepEqual(versions, [
      '2026-01 true',
      '2026-04 true',
      '2026-07 true',
      '2026-10 true',
      'unstable true',
    ]);
    const named = await crossdock(['contracts', 'check', '--config', join(place, 'none.json')]);
    assert.equal(named.code, 2);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
