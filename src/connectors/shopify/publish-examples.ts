/** Writes docs/reference/shopify-examples.md anew: node src/connectors/shopify/publish-examples.ts */
import { writeFileSync } from 'node:fs';
import { examplesPage } from './examples.ts';

/** Where the page stands in the repository. */
export const EXAMPLES_FILE = new URL('../../../docs/reference/shopify-examples.md', import.meta.url);

if (import.meta.main) {
  writeFileSync(EXAMPLES_FILE, examplesPage());
  console.log('docs/reference/shopify-examples.md is current');
}
