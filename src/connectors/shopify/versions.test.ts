import assert from 'node:assert/strict';
import { test } from 'node:test';
import { before, isLater, servedAt, stableFrom, supportedUntil } from './versions.ts';

const at = (text: string): number => Date.parse(text);

test('a version is supported for twelve months from its quarter’s first day', () => {
  assert.equal(stableFrom('2026-10'), at('2026-10-01T17:00:00Z'));
  assert.equal(supportedUntil('2026-10'), at('2027-10-01T17:00:00Z'));
  assert.equal(supportedUntil('2026-01'), at('2027-01-01T17:00:00Z'));
  assert.equal(supportedUntil('unstable'), null);
});

test('one that has ended falls forward to the oldest that is supported', () => {
  assert.equal(servedAt('2026-01', at('2027-01-01T16:59:59Z')), '2026-01');
  assert.equal(servedAt('2026-01', at('2027-01-01T17:00:00Z')), '2026-04');
  assert.equal(servedAt('2024-07', at('2026-11-25T00:00:00Z')), '2026-01');
  assert.equal(servedAt('unstable', at('2030-01-01T00:00:00Z')), 'unstable');
});

test('versions have an order, and the unstable one comes last', () => {
  assert.ok(isLater('2027-01', '2026-10') && isLater('unstable', '2027-01'));
  assert.ok(
    !isLater('2026-10', '2026-10') && !isLater('2026-10', 'unstable') && !isLater('unstable', 'unstable'),
  );
});

test('before a version comes that of the quarter before', () => {
  assert.deepEqual(
    [before('2027-01'), before('2026-10'), before('unstable')],
    ['2026-10', '2026-07', '2026-10'],
  );
});
