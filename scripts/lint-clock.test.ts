// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintText } from './lint-clock.js';

const findings = (text: string, path = 'src/engine/x.ts') => lintText(path, text);

test('what reads another clock or rolls other dice is found', () => {
  for (const code of [
    'const t = Date.now();',
    'const t = new Date();',
    'const t = new Date;',
    'const t = performance.now();',
    'const t = process.hrtime.bigint();',
    'setTimeout(work, 5);',
    'globalThis.setInterval(work, 5);',
    'setImmediate(work);',
    "import { setTimeout as sleep } from 'node:timers/promises';",
    'const r = Math.random();',
    "import { randomUUID } from 'node:crypto';",
    'const b = crypto.randomBytes(8);',
    'const used = map(Date.now);',
  ]) {
    assert.notDeepEqual(findings(code), [], code);
  }
});

test('what only looks like it is left alone', () => {
  for (const code of [
    'const t = clock.now();',
    'const t = new Date(message.atMs);',
    'const t = new Date(`${day}T00:00:00Z`);',
    'socket.setTimeout(5_000);',
    'clock.setTimeout(work, 5);',
    '// Date.now() would be wrong here',
    '/* now() in SQL\n * Math.random() */ const t = 1;',
    "const help = 'Date.now is a function';",
    'const half = a / 2; const t = b / 3;',
    "const re = /['`]/; const t = 'x';",
    'const text = `${ { a: 1 }.a } and ${`inner ${b}`} done`;',
  ]) {
    assert.deepEqual(findings(code), [], code);
  }
});

test('SQL in a string may not ask the database for the time, chance or an id', () => {
  assert.deepEqual(findings('const a = 1;\nsql.query(`select id\nfrom t where at < NOW()`);'), [
    'src/engine/x.ts:3: NOW(): use a parameter with the time of the clock',
  ]);
  assert.equal(findings("q('insert into t values (gen_random_uuid(), current_timestamp)')").length, 2);
  assert.equal(
    findings('at timestamptz default now(),\n-- not random()\n', 'src/store/migrations/1.sql').length,
    1,
  );
});

test('code inside a template counts as code, and text after it as text', () => {
  assert.equal(findings('const a = `at ${Date.now()} now()`;').length, 2);
  assert.equal(findings('const a = `${{ a: 1 }.a}`; Date.now();').length, 1);
});

test('a marked line is allowed, if it says why', () => {
  assert.deepEqual(findings('Date.now(); // clock-lint: allow measures the machine itself'), []);
  assert.deepEqual(findings('// clock-lint: allow measures the machine itself\nDate.now();'), []);
  assert.deepEqual(findings('now() -- clock-lint: allow only shown to an operator', 'src/store/x.sql'), []);
  assert.deepEqual(findings('q(`select now() -- clock-lint: allow only for a report\n`)'), []);
  assert.deepEqual(findings('// clock-lint: allow leases\nq(`select\n1,\nnow(),\nnow()`)'), []);
  assert.equal(findings('Date.now(); // clock-lint: allow').length, 2);
  assert.equal(findings('// clock-lint: allow once only\nDate.now();\nDate.now();').length, 1);
});
