import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { moneyCasesText, runFile } from './money-cases.ts';

const FOLDER = new URL('../../docs/examples/money-cases/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

for (const file of FILES) {
  const { theme, cases } = runFile(new URL(file, FOLDER).pathname);
  for (const each of cases)
    test(`${theme}: ${each.id}, ${each.situation}`, () => {
      assert.deepEqual(each.differences, []);
    });
}

/** A table in which one text is another. */
function changed(from: string, to: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'money-cases-')), 'cases.yaml');
  const text = readFileSync(new URL('01-twelve.yaml', FOLDER), 'utf8');
  assert.ok(text.includes(from));
  writeFileSync(file, text.replace(from, to));
  return file;
}

test('a cent that is expected elsewhere is told as a difference, with both journals', () => {
  const result = runFile(changed('REV 28.01, SHIP 1.39', 'REV 28.00, SHIP 1.40'));
  assert.deepEqual(result.cases[0]?.differences, [
    '2026-05-05: REV is credit 28.01, not credit 28.00',
    '2026-05-05: SHIP is credit 1.39, not credit 1.40',
  ]);
  assert.match(moneyCasesText([result]), /DIFFERS {2}1 [\s\S]*posted {4}DEP 34\.99 \/ REV 28\.01/);
});

test('a tax in another period is told as a difference', () => {
  const result = runFile(changed('period: 2026-Q2, base: 58.82', 'period: 2026-Q3, base: 58.82'));
  assert.equal(result.cases[0]?.differences.length, 2);
});

test('a journal that does not balance, and a role that is none, name their case', () => {
  assert.throws(
    () => runFile(changed('CL 104.99 / DEP 104.99', 'CL 104.99 / DEP 104.98')),
    /case 1: "CL 104.99 \/ DEP 104.98" does not balance: it is off by 0.01/,
  );
  assert.throws(
    () => runFile(changed('CL 86.60 / AR 86.60', 'CL 86.60 / ARR 86.60')),
    /"ARR 86.60" is no line/,
  );
  assert.throws(() => runFile(changed('situation: US 80', 'situatoin: US 80')), /is no table of money cases/);
});
