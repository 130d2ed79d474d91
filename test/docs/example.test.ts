/** The example in the docs is a configuration that the hub takes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CONNECTORS, readConfiguration } from '../../src/main.ts';

const EXAMPLE = fileURLToPath(new URL('../../docs/examples/crossdock.json', import.meta.url));

test('the example configuration of the docs is taken, with its secrets from the environment', () => {
  const named = [...readFileSync(EXAMPLE, 'utf8').matchAll(/"env:([A-Z_]+)"/g)].map(
    (match) => match[1] as string,
  );
  assert.ok(named.length > 0);
  for (const name of named) process.env[name] = `value-of-${name}`;
  const { config, mappings } = readConfiguration(EXAMPLE);
  for (const connection of config.connections) {
    const connector = CONNECTORS.find((each) => each.manifest.name === connection.connector);
    assert.ok(connector, `connector ${connection.connector} exists`);
    connector.settings.parse(connection.settings);
    for (const role of connection.roles) assert.ok(connector.manifest.roles.includes(role));
  }
  const known = new Set(config.connections.map((connection) => connection.id));
  for (const row of mappings) assert.ok(known.has(row.connection), row.connection);
});
