/**
 * The types of what each of our GraphQL documents takes and is answered, made of the vendor's own schema:
 * `npm run shopify-types` writes them to src/connectors/shopify/vendor-types.ts, and a test holds that they are current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildClientSchema, Kind, parse, print } from 'graphql';
import { DOCUMENTS } from '../src/connectors/shopify/documents.ts';

export const TYPES_FILE = new URL('../src/connectors/shopify/vendor-types.ts', import.meta.url);

/** The version that documents are written for; the others are held by validation (documents.test.ts). */
const VERSION = '2026-10';

const CONFIG = {
  // The vendor's own scalars, as JSON carries them.
  scalars: { ID: 'string' },
  strictScalars: false,
  defaultScalarType: 'string',
  skipTypename: true,
  disableDescriptions: true,
  enumType: 'string-literal',
};

/** The whole text of the file with the types. */
export async function vendorTypes(): Promise<string> {
  const file = new URL(`../.cache/shopify-schemas/admin_${VERSION}.json.gz`, import.meta.url);
  const content = JSON.parse(gunzipSync(readFileSync(file)).toString());
  const schema = buildClientSchema(content.data ?? content, { assumeValid: true });
  const text = await codegen({
    schema: undefined as never,
    schemaAst: schema,
    documents: documentsWithEachFragmentOnce(),
    filename: 'vendor-types.ts',
    plugins: [{ operations: {} }],
    pluginMap: { operations },
    config: CONFIG,
  });
  const rows = DOCUMENTS.map(({ name, kind }) => {
    const type = `${name}${kind === 'query' ? 'Query' : 'Mutation'}`;
    return `  ${name}: { variables: ${type}Variables; answer: ${type} };`;
  });
  return [
    "/** What our documents take and are answered, by the vendor's schema. Made by `npm run shopify-types`; not to be edited. */",
    '/* biome-ignore-all lint: made by a generator */',
    '',
    text.replace(/\/\*\* Internal type[^\n]*\n/g, '').trim(),
    '',
    '/** By the name of the document. */',
    'export interface Operations {',
    ...rows,
    '}',
    '',
  ].join('\n');
}

/** Documents share fragments, and each stands in the text of every document that uses it. */
function documentsWithEachFragmentOnce() {
  const seen = new Map<string, string>();
  return DOCUMENTS.map(({ name, text }) => {
    const ast = parse(text);
    const definitions = ast.definitions.filter((definition) => {
      if (definition.kind !== Kind.FRAGMENT_DEFINITION) return true;
      const fragment = definition.name.value;
      const before = seen.get(fragment);
      if (before !== undefined && before !== print(definition))
        throw new Error(`the fragment ${fragment} of ${name} differs from that of an earlier document`);
      seen.set(fragment, print(definition));
      return before === undefined;
    });
    return { location: name, document: { ...ast, definitions } };
  });
}

if (import.meta.main) {
  writeFileSync(TYPES_FILE, await vendorTypes());
  console.log('src/connectors/shopify/vendor-types.ts is current');
}
