/** The vendor's published schema, loaded once for all stores of a process, and documents that were checked against it. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  buildClientSchema,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  type IntrospectionQuery,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { API_VERSION } from '../options.ts';
import { type CostPlan, planCost } from './cost.ts';
import { DOCUMENT_RULES } from './document-errors.ts';
import { syntaxError } from './syntax-errors.ts';

/** In a checkout, and in a published package. */
const PLACES = ['../../../../../.cache/shopify-schemas/', '../../../../shopify-schemas/'];
/** Documents kept; a client sends a handful. */
const CACHE_LIMIT = 500;

/** What a type or field needs: one of these scopes. */
export interface RequiredAccess {
  any: readonly string[];
  words: string;
}

interface Loaded {
  schema: GraphQLSchema;
  access: ReadonlyMap<string, RequiredAccess>;
}

interface ScopesFile {
  offline_scopes?: {
    items: {
      type: 'type' | 'field';
      typeName: string;
      fieldName?: string;
      requiredAccess: string;
      offlineScopes: string[];
    }[];
  };
}

const loaded = new Map<string, Loaded>();

/** The schema of a version. Throws when it has not been fetched. */
export function vendorSchema(version: string = API_VERSION): GraphQLSchema {
  return load(version).schema;
}

/** What the vendor asks scopes for, by "Type" and "Type.field". */
export function requiredAccess(version: string): Loaded['access'] {
  return load(version).access;
}

function load(version: string): Loaded {
  const known = loaded.get(version);
  if (known) return known;
  const content = read(version);
  const schema = buildClientSchema('data' in content ? content.data : content, { assumeValid: true });
  const access = new Map(
    (content.offline_scopes?.items ?? [])
      .filter(({ offlineScopes }) => offlineScopes.length > 0)
      .map((each) => [
        each.type === 'type' ? each.typeName : `${each.typeName}.${each.fieldName}`,
        { any: each.offlineScopes, words: each.requiredAccess },
      ]),
  );
  const made = { schema, access };
  loaded.set(version, made);
  return made;
}

function read(version: string): (IntrospectionQuery | { data: IntrospectionQuery }) & ScopesFile {
  const name = `admin_${version}.json.gz`;
  const file = PLACES.map((place) => fileURLToPath(new URL(place + name, import.meta.url))).find(existsSync);
  if (file === undefined)
    throw new Error(`the vendor's schema ${name} is not there: fetch it with "npm run schemas"`);
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
}

export interface Operation {
  document: DocumentNode;
  definition: OperationDefinitionNode;
  plan: CostPlan;
}

type Prepared =
  | { document: DocumentNode; operations: Map<string, Operation> }
  | { errors: readonly GraphQLError[] };

const prepared = new Map<string, Prepared>();

/** Parses and validates a document, once for each text, and finds the operation that is meant. */
export function operationIn(
  version: string,
  text: string,
  name: string | undefined,
): Operation | { errors: readonly GraphQLError[] } {
  const key = `${version} ${text}`;
  let known = prepared.get(key);
  if (!known) {
    known = prepare(version, text);
    if (prepared.size >= CACHE_LIMIT) prepared.clear();
    prepared.set(key, known);
  }
  if ('errors' in known) return known;
  const { operations } = known;
  const found = name === undefined ? [...operations.values()] : [operations.get(name)];
  const [operation] = found;
  if (operation && found.length === 1) return operation;
  return {
    errors: [
      new GraphQLError(name === undefined ? 'An operation name is required' : `No operation named "${name}"`),
    ],
  };
}

function prepare(version: string, text: string): Prepared {
  try {
    const document = parse(text);
    const schema = vendorSchema(version);
    const errors = validate(schema, document, DOCUMENT_RULES);
    if (errors.length > 0) return { errors };
    const operations = new Map<string, Operation>();
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      const plan = planCost(schema, document, definition);
      operations.set(definition.name?.value ?? '', { document, definition, plan });
    }
    return { document, operations };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [syntaxError(text, error)] };
    throw error;
  }
}
