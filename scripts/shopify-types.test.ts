import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { TYPES_FILE, vendorTypes } from './shopify-types.ts';

test('the types of our documents are those of the vendor’s schema', async () => {
  assert.equal(
    readFileSync(TYPES_FILE, 'utf8'),
    await vendorTypes(),
    'a document has changed, or the schema: run "npm run shopify-types"',
  );
});
