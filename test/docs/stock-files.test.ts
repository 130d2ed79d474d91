/** The example files and the reference of stock files say what is read and what is answered. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Clock } from '../../src/base/clock.ts';
import { files } from '../../src/connectors/files/index.ts';
import { COLUMNS, KINDS } from '../../src/connectors/files/layout.ts';

const at = (path: string) => fileURLToPath(new URL(`../../docs/${path}`, import.meta.url));
const EXAMPLES = at('examples/stock-files');
const reference = readFileSync(at('reference/stock-files.md'), 'utf8');

test('the examples are read as the reference says, and acknowledged as its example shows', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-examples-'));
  mkdirSync(join(folder, 'inbox'));
  const examples = readdirSync(EXAMPLES).filter((name) => !name.includes('.ack.'));
  for (const name of examples) copyFileSync(join(EXAMPLES, name), join(folder, 'inbox', name));
  const session = files.open({
    connection: 'legacy',
    settings: files.settings.parse({ folder, locations: ['STORE-CITY'], settleMs: 0 }),
    clock: new Clock(Date.parse('2026-11-28T18:00:00Z'), { frozen: true }),
    log: () => {},
  });
  context.after(async () => {
    await session.close();
    rmSync(folder, { recursive: true });
  });
  const intake = files.intake('legacy', files.settings.parse({ folder, locations: ['STORE-CITY'] }));
  const types: string[] = [];
  let cursor: string | null = null;
  for (let more = true; more; ) {
    const page = await session.poll('quiet:files', cursor, AbortSignal.timeout(10_000));
    assert.ok(!('status' in page), JSON.stringify(page));
    for (const delivery of page.deliveries)
      if (intake.address(delivery).stream === 'stock') types.push(intake.normalise(delivery).message.type);
    ({ cursor, more } = page);
  }
  assert.deepEqual(types, [...Array(3).fill('stock.level'), ...Array(4).fill('stock.moved')]);
  for (const name of examples) {
    const text = readFileSync(join(folder, 'acknowledged', `${name}.ack.csv`), 'utf8');
    assert.match(text, /^S,[a-z-]+,accepted,/m, name);
    if (!name.includes('42')) continue;
    assert.equal(text, readFileSync(join(EXAMPLES, `${name}.ack.csv`), 'utf8'));
    assert.ok(reference.includes(text), 'the reference shows it');
  }
  assert.ok(reference.includes(readFileSync(join(EXAMPLES, 'STORE-CITY-000041.csv'), 'utf8')));
});

test('the reference names every contract and every column', () => {
  for (const kind of KINDS) {
    const [, section = ''] = reference.split(`\n## ${kind}\n`);
    const [text = ''] = section.split('\n## ');
    for (const column of Object.keys(COLUMNS[kind]))
      assert.match(text, new RegExp(`\`${column}\``), `${kind}: ${column}`);
  }
});
