/**
 * Whether what we send fits what the vendor has published: each document against the schema of the version that a store's calls are
 * answered by, and against all later ones, so that what would break is known while there is time. Never part of a running hub: a
 * schema takes 100 MB.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  buildClientSchema,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { z } from 'zod';
import type { ContractReport, DocumentReport, Use } from '../contract.ts';
import { bulkOrdersQuery } from './bulk-query.ts';
import { textFor } from './dialect.ts';
import { DOCUMENTS, type GraphQlDocument, INPUT_MEMBERS } from './documents.ts';
import { before, CHECKED_VERSIONS, isLater, servedAt, supportedUntil } from './versions.ts';

type Documents = readonly GraphQlDocument<unknown>[];

/** In a checkout, and in a published package. */
const PLACES = ['../../../.cache/shopify-schemas/', '../../shopify-schemas/'];

const schemas = new Map<string, GraphQLSchema>();

/** The vendor's published schema of a version. Throws when it is not there. */
export function schemaOf(version: string): GraphQLSchema {
  const known = schemas.get(version);
  if (known) return known;
  const name = `admin_${version}.json.gz`;
  const file = PLACES.map((place) => fileURLToPath(new URL(place + name, import.meta.url))).find(existsSync);
  if (file === undefined)
    throw new Error(`the vendor's schema ${name} is not there: fetch it with "npm run schemas"`);
  const content = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as { data?: object };
  const schema = buildClientSchema((content.data ?? content) as never, { assumeValid: true });
  schemas.set(version, schema);
  return schema;
}

/** Checks all that we send to a store that asks for this version. */
export function checkContracts(apiVersion: string, now: number, documents: Documents = ALL): ContractReport {
  const served = servedAt(apiVersion, now);
  const later = CHECKED_VERSIONS.filter((version) => isLater(version, served));
  // Of a version that is still to be published the unstable one tells.
  const current = CHECKED_VERSIONS.find((version) => version === served) ?? 'unstable';
  return {
    version: apiVersion,
    served,
    supportedUntil: instant(supportedUntil(served)),
    checkedWith: current,
    documents: documents.map((document): DocumentReport => {
      const now = usesOf(current, document);
      return {
        name: document.name,
        problems: now.problems,
        deprecated: now.deprecated,
        breaks: later.flatMap((version) => {
          const { problems } = usesOf(version, document);
          if (problems.length === 0 || now.problems.length > 0) return [];
          return [{ version, from: instant(supportedUntil(before(version))), problems }];
        }),
        deprecatedLater: later.flatMap((version) =>
          usesOf(version, document)
            .deprecated.filter(({ what }) => !now.deprecated.some((each) => each.what === what))
            .map((use) => ({ ...use, version })),
        ),
      };
    }),
  };
}

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** What a bulk operation runs is a document as well. */
const ALL: Documents = [
  ...DOCUMENTS,
  { name: 'BulkOrders', kind: 'query', text: bulkOrdersQuery(''), result: z.unknown() },
];

/** Where a document does not fit a version's schema, and what in it is deprecated there. */
export function usesOf(
  version: string,
  document: GraphQlDocument<unknown>,
): { problems: string[]; deprecated: Use[] } {
  const schema = schemaOf(version);
  const ast = parse(textFor(document, version));
  const problems = validate(schema, ast).map((error) => error.message);
  const deprecated = new Map<string, string>();
  const note = (what: string, reason: string | null | undefined) => {
    if (reason) deprecated.set(what, reason);
  };
  const types = new TypeInfo(schema);
  visit(
    ast,
    visitWithTypeInfo(types, {
      Field() {
        const [owner, field] = [types.getParentType(), types.getFieldDef()];
        note(`${owner?.name}.${field?.name}`, field?.deprecationReason);
      },
      Argument() {
        const [field, argument] = [types.getFieldDef(), types.getArgument()];
        note(`${field?.name}(${argument?.name})`, argument?.deprecationReason);
      },
      EnumValue() {
        const value = types.getEnumValue();
        note(`${value?.name}`, value?.deprecationReason);
      },
      NamedType(node) {
        const members = INPUT_MEMBERS[node.name.value];
        if (members) inputsOf(schema, node.name.value, members, problems, note);
      },
    }),
  );
  return { problems, deprecated: [...deprecated].map(([what, reason]) => ({ what, reason })) };
}

/** What goes into a variable is made in the code: the members that we set are looked at like fields. */
function inputsOf(
  schema: GraphQLSchema,
  name: string,
  members: readonly string[],
  problems: string[],
  note: (what: string, reason: string | null | undefined) => void,
): void {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) return;
  for (const member of members) {
    const field = type.getFields()[member];
    if (field) {
      note(`${name}.${member}`, field.deprecationReason);
      const inner = getNamedType(field.type).name;
      inputsOf(schema, inner, INPUT_MEMBERS[inner] ?? [], problems, note);
    } else problems.push(`Input type "${name}" has no member "${member}".`);
  }
}
