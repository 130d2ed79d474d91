/** The published description of the API says what the API does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { OPENAPI_FILE, openapiText } from './publish-openapi.ts';

interface Described {
  tags?: string[];
  summary?: string;
  responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
}

test('docs/reference/hub-openapi.json is current (else: node src/gateway/publish-openapi.ts)', () => {
  assert.equal(readFileSync(OPENAPI_FILE, 'utf8'), openapiText());
});

test('every call has a place, a summary, and says what it answers', () => {
  const { paths } = JSON.parse(openapiText()) as { paths: Record<string, Record<string, Described>> };
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, call] of Object.entries(methods)) {
      assert.equal(call.tags?.length, 1, `${method} ${path} has a tag`);
      assert.ok(call.summary && !call.summary.endsWith('.'), `${method} ${path} has a summary`);
      const answers = Object.values(call.responses['200']?.content ?? {});
      assert.ok(
        answers.length > 0 && answers.every((answer) => answer.schema),
        `${method} ${path} says what it answers`,
      );
    }
  }
});

test('every named part of the description is described', () => {
  const text = openapiText();
  const { components } = JSON.parse(text) as { components: { schemas: Record<string, unknown> } };
  const used = new Set(
    [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map((match) => match[1] as string),
  );
  for (const name of used) assert.ok(components.schemas[name], `${name} is described`);
});
