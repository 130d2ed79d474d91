/** Writes docs/reference/hub-openapi.json anew from the schemas: node src/gateway/publish-openapi.ts */
import { writeFileSync } from 'node:fs';
import type { Engine } from '../engine/engine.ts';
import { apiDocument, createApi } from './api.ts';

/** Where the document stands in the repository. */
export const OPENAPI_FILE = new URL('../../docs/reference/hub-openapi.json', import.meta.url);

/** The document as it is published. Describing calls needs no engine: only answering them does. */
export function openapiText(): string {
  const app = createApi({ engine: {} as Engine, token: '' });
  return `${JSON.stringify(apiDocument(app), null, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(OPENAPI_FILE, openapiText());
  console.log('docs/reference/hub-openapi.json is current');
}
