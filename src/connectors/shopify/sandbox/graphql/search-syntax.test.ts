import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fields, filterOf } from './filters.ts';
import { parseSearch, requiredTerms, termsOf } from './search-syntax.ts';

const FIELDS: Fields<{ name: string; size: number }> = {
  default: { text: ({ name }) => name },
  name: { text: ({ name }) => name },
  size: { number: ({ size }) => size },
};
const THINGS = ['lamp 1', 'lamp 2', 'pot 1', 'pot 3'].map((text) => {
  const [name = '', size] = text.split(' ');
  return { name, size: Number(size) };
});

const found = (query: string): string[] =>
  THINGS.filter(filterOf(query, FIELDS)).map(({ name, size }) => `${name} ${size}`);

test('conditions side by side must all hold, and AND says the same', () => {
  assert.deepEqual(found('name:lamp size:>1'), ['lamp 2']);
  assert.deepEqual(found('name:lamp AND size:>1'), ['lamp 2']);
  assert.deepEqual(found(''), ['lamp 1', 'lamp 2', 'pot 1', 'pot 3']);
});

test('OR binds less than AND, and parentheses group', () => {
  assert.deepEqual(found('name:lamp size:2 OR name:pot size:3'), ['lamp 2', 'pot 3']);
  assert.deepEqual(found('(name:lamp OR name:pot) size:1'), ['lamp 1', 'pot 1']);
  assert.deepEqual(found('name:lamp OR name:pot size:1'), ['lamp 1', 'lamp 2', 'pot 1']);
});

test('what follows - or NOT is not so, be it a group', () => {
  assert.deepEqual(found('-name:lamp'), ['pot 1', 'pot 3']);
  assert.deepEqual(found('NOT size:1 name:pot'), ['pot 3']);
  assert.deepEqual(found('-(name:lamp OR size:3)'), ['pot 1']);
  assert.deepEqual(found("NOT (name:'lamp' size:1)"), ['lamp 2', 'pot 1', 'pot 3']);
});

test('what must hold in any case is known where to look; where a list knows no alternatives, they are refused', () => {
  const fields = (query: string) => requiredTerms(parseSearch(query)).map(({ field }) => field);
  assert.deepEqual(fields('name:a (size:1 OR size:2) size:>0'), ['name', 'size']);
  assert.deepEqual(fields('name:a OR size:2'), []);
  assert.deepEqual(
    termsOf('name:a (size:1)').map(({ value }) => value),
    ['a', '1'],
  );
  assert.throws(() => termsOf('a OR b'), /NOT_SUPPORTED_IN_SANDBOX|alternatives/);
  for (const broken of ['(a', 'a)', 'OR', "'a", 'AND a']) assert.throws(() => parseSearch(broken), broken);
});
