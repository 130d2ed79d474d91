import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { apiSchemas, openApiDocument, openApiText } from './api.ts';
import { OPENAPI_FILE } from './publish-openapi.ts';

test('the published document is current', () => {
  assert.equal(
    readFileSync(OPENAPI_FILE, 'utf8'),
    openApiText(),
    'run: node src/connectors/rest/publish-openapi.ts',
  );
});

test('every schema of the document is valid JSON Schema, and every reference leads somewhere', () => {
  const document = openApiDocument() as { components: { schemas: Record<string, object> } };
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', ...document });
  for (const name of Object.keys(document.components.schemas)) {
    assert.doesNotThrow(() => ajv.compile({ $ref: `api#/components/schemas/${name}` }), name);
  }
  const text = JSON.stringify(document);
  for (const [, pointer] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = (pointer as string)
      .split('/')
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], document);
    assert.ok(target, `#/${pointer}`);
  }
});

test('every schema has a name and says what it is for', () => {
  const { components } = openApiDocument() as {
    components: { schemas: Record<string, { description?: string }> };
  };
  assert.ok(Object.keys(components.schemas).length > 40);
  for (const [name, schema] of Object.entries(components.schemas)) assert.ok(schema.description, name);
  assert.ok(apiSchemas);
});
