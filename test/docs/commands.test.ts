/** The page of commands says what the commands say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { COMMANDS_FILE, commandsText } from '../../src/cli/publish-commands.ts';

test('docs/reference/commands.md is current (else: node src/cli/publish-commands.ts)', async () => {
  const text = await commandsText();
  assert.equal(readFileSync(COMMANDS_FILE, 'utf8'), text);
  for (const command of [
    'start',
    'demo',
    'ingest',
    'audit',
    'orders show',
    'cases retry',
    'map import',
    'doctor',
    'migrate',
  ])
    assert.match(text, new RegExp(`^## crossdock ${command}\\b`, 'm'), `${command} is on the page`);
  assert.equal(text.match(/```sh/g)?.length, text.match(/^## /gm)?.length, 'every command has examples');
});
