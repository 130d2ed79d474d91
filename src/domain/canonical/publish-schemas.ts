/** Writes docs/reference/schemas/ anew: node src/domain/canonical/publish-schemas.ts */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { publishedSchemas } from './json-schemas.ts';

/** Where the schemas stand in the repository. */
export const SCHEMAS_DIRECTORY = new URL('../../../docs/reference/schemas/', import.meta.url);

if (import.meta.main) {
  mkdirSync(SCHEMAS_DIRECTORY, { recursive: true });
  for (const file of readdirSync(SCHEMAS_DIRECTORY))
    if (file.endsWith('.json')) rmSync(new URL(file, SCHEMAS_DIRECTORY));
  for (const { file, text } of publishedSchemas()) writeFileSync(new URL(file, SCHEMAS_DIRECTORY), text);
  console.log('docs/reference/schemas is current');
}
