/** Writes the list of payload fields into docs/reference/shopify-mapping.md anew: node src/connectors/shopify/publish-fields.ts */
import { readFileSync, writeFileSync } from 'node:fs';
import { FIELDS_END, FIELDS_START, fieldsTable } from './fields-table.ts';

export const MAPPING_FILE = new URL('../../../docs/reference/shopify-mapping.md', import.meta.url);

if (import.meta.main) {
  const page = readFileSync(MAPPING_FILE, 'utf8');
  const from = page.indexOf(FIELDS_START);
  const to = page.indexOf(FIELDS_END);
  if (from < 0 || to < from) throw new Error('docs/reference/shopify-mapping.md has no place for the fields');
  writeFileSync(MAPPING_FILE, page.slice(0, from) + fieldsTable() + page.slice(to + FIELDS_END.length));
  console.log('docs/reference/shopify-mapping.md is current');
}
