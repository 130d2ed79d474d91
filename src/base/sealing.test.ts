import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seal, sealingKey, unseal } from './sealing.ts';

const KEY = sealingKey(Buffer.alloc(32, 7).toString('base64'), '/nowhere');

test('what is sealed is read again, and never stands in clear', () => {
  const sealed = seal(KEY, 'shop', 'a refresh token ü');
  assert.equal(unseal(KEY, 'shop', sealed), 'a refresh token ü');
  assert.ok(!sealed.includes('refresh'));
  assert.notDeepEqual(seal(KEY, 'shop', 'a refresh token ü'), sealed);
});

test('another key, another owner or another byte is refused', () => {
  const sealed = seal(KEY, 'shop', 'a token');
  const other = sealingKey(Buffer.alloc(32, 8).toString('base64'), '/nowhere');
  assert.notEqual(other.id, KEY.id);
  assert.throws(() => unseal(other, 'shop', sealed));
  assert.throws(() => unseal(KEY, 'shop-2', sealed));
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => unseal(KEY, 'shop', changed), `byte ${at}`);
  }
});

test('a key is made once, for its owner only; one that is none is named', () => {
  const directory = mkdtempSync(join(tmpdir(), 'crossdock-key-'));
  try {
    const file = join(directory, 'data', 'sealing-key');
    const made = sealingKey(undefined, file);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(sealingKey('', file), made);
    writeFileSync(file, 'short');
    assert.throws(() => sealingKey(undefined, file), /sealing-key is none: expected base64 of 32 bytes/);
    assert.throws(() => sealingKey('short', file), /\$CROSSDOCK_KEY is none/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
