/** Writes docs/reference/rest-openapi.json anew: node src/connectors/rest/publish-openapi.ts */
import { writeFileSync } from 'node:fs';
import { openApiText } from './api.ts';

/** Where the document stands in the repository. */
export const OPENAPI_FILE = new URL('../../../docs/reference/rest-openapi.json', import.meta.url);

if (import.meta.main) {
  writeFileSync(OPENAPI_FILE, openApiText());
  console.log('docs/reference/rest-openapi.json is current');
}
