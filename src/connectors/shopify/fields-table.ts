/** The list of payload fields as it stands in docs/reference/shopify-mapping.md. */
import { type Fate, PAYLOAD_FIELDS } from './fields.ts';

const HEADINGS: Readonly<Record<Fate, string>> = {
  mapped: 'Mapped',
  fallback: 'Taken where another field is missing',
  raw: 'Kept in the stored message only',
  ignored: 'Ignored: another field says it',
};

/** Where the list begins and ends in the page. */
export const FIELDS_START = '<!-- payload fields: node src/connectors/shopify/publish-fields.ts -->';
export const FIELDS_END = '<!-- end of the payload fields -->';

export function fieldsTable(): string {
  const parts = (Object.keys(HEADINGS) as Fate[]).map((fate) => {
    const rows = PAYLOAD_FIELDS.filter((field) => field.fate === fate)
      .map(({ path, note }) => `| \`${path}\` | ${note} |`)
      .sort();
    return `### ${HEADINGS[fate]}\n| field | ${fate === 'mapped' ? 'where it goes' : 'why'} |\n| --- | --- |\n${rows.join('\n')}\n`;
  });
  return `${FIELDS_START}\n${parts.join('\n')}${FIELDS_END}`;
}
