/** Queries of bulk operations: what the vendor takes of them, and how what they find becomes lines of JSON. */
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  getNamedType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { DOCUMENT_RULES } from '../graphql/document-errors.ts';
import { vendorSchema } from '../graphql/schema.ts';
import { syntaxError } from '../graphql/syntax-errors.ts';
import { notSupported } from '../graphql/unsupported.ts';

export const MAX_CONNECTIONS = 5;
/** Connections below the one at the root. */
export const MAX_NESTING = 2;

/** The document, when the vendor would take it; else its words. */
export function bulkDocument(version: string, text: string): DocumentNode | { message: string } {
  const schema = vendorSchema(version);
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    if (error instanceof GraphQLError)
      return { message: `Invalid bulk query: ${syntaxError(text, error).message}` };
    throw error;
  }
  const [operation, ...others] = document.definitions.filter(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0 || operation.operation !== 'query')
    return { message: 'Invalid bulk query: exactly one query operation is needed.' };
  const [wrong] = validate(schema, document, DOCUMENT_RULES);
  if (wrong) return { message: `Invalid bulk query: ${wrong.message}` };
  if (operation.variableDefinitions?.length)
    return { message: 'Invalid bulk query: variables are not supported.' };
  const [root, ...more] = operation.selectionSet.selections;
  if (root?.kind !== Kind.FIELD || more.length > 0)
    throw notSupported('bulk queries of several fields at their root');
  if (root.name.value === 'node' || root.name.value === 'nodes')
    return { message: 'Bulk queries cannot contain the top-level fields "node" or "nodes".' };
  return refusal(version, document, root) ?? document;
}

/** Counts connections, how deep they stand, and looks for those within lists. */
function refusal(version: string, document: DocumentNode, root: FieldNode): { message: string } | undefined {
  if (document.definitions.length > 1) throw notSupported('fragments in bulk queries');
  const types = new TypeInfo(vendorSchema(version));
  let connections = 0;
  let wrong: string | undefined;
  /** For each field above: whether it is a connection, a list, and whether `id` stands among its node's fields. */
  const above: { connection: boolean; list: boolean; field: FieldNode }[] = [];
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        enter(field) {
          const type = types.getType();
          const connection = type ? getNamedType(type).name.endsWith('Connection') : false;
          const inner = type && isNonNullType(type) ? type.ofType : type;
          // The lists of a connection itself are no lists.
          const within = above.at(-1)?.connection ?? false;
          const list = isListType(inner) && !(within && ['edges', 'nodes'].includes(field.name.value));
          if (connection) {
            connections += 1;
            const nested = above.filter((each) => each.connection);
            if (above.some((each) => each.list))
              wrong ??= 'Queries that contain a connection field within a list field are not supported.';
            if (nested.length > MAX_NESTING)
              wrong ??= `Bulk queries cannot contain connections with a nesting depth greater than ${MAX_NESTING}.`;
            const parent = nested.at(-1)?.field;
            if (parent && !selectsId(parent))
              wrong ??= `The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': ${parent.name.value}.`;
          }
          above.push({ connection, list, field });
        },
        leave() {
          above.pop();
        },
      },
    }),
  );
  if (connections === 0) return { message: 'Bulk queries must contain at least one connection.' };
  if (connections > MAX_CONNECTIONS)
    return { message: `Bulk queries cannot contain more than ${MAX_CONNECTIONS} connections.` };
  if (wrong !== undefined) return { message: wrong };
  const field = vendorSchema(version).getQueryType()?.getFields()[root.name.value];
  if (!field || !getNamedType(field.type).name.endsWith('Connection'))
    throw notSupported('bulk queries whose root is no connection');
  return undefined;
}

function selectsId(connection: FieldNode): boolean {
  const fields = (of: FieldNode | undefined) =>
    (of?.selectionSet?.selections ?? []).filter((each): each is FieldNode => each.kind === Kind.FIELD);
  const edges = fields(connection).find(({ name }) => name.value === 'edges');
  const node =
    fields(edges).find(({ name }) => name.value === 'node') ??
    fields(connection).find(({ name }) => name.value === 'nodes');
  return fields(node).some(({ name, alias }) => name.value === 'id' && alias === undefined);
}

type Json = Record<string, unknown>;

/**
 * Lines of what a connection holds: each object, and after it those of its connections, which name their parent.
 * @param connections paths of all connections, as response keys joined by dots, without `edges`, `nodes` and `node`.
 */
export function* linesOf(
  connection: unknown,
  path: string,
  connections: ReadonlySet<string>,
  parentId?: string,
): Iterable<string> {
  for (const node of nodesIn(connection)) {
    const { own, nested } = apart(node, path, connections);
    yield JSON.stringify(parentId === undefined ? own : { ...own, __parentId: parentId });
    const id = typeof node.id === 'string' ? node.id : parentId;
    for (const each of nested) yield* linesOf(each.value, each.path, connections, id);
  }
}

function nodesIn(connection: unknown): Json[] {
  const { nodes, edges } = (connection ?? {}) as { nodes?: Json[]; edges?: { node: Json }[] };
  return (nodes ?? edges?.map(({ node }) => node) ?? []).filter((node) => node !== null);
}

/** An object without its connections, and these. */
function apart(
  node: Json,
  path: string,
  connections: ReadonlySet<string>,
): { own: Json; nested: { path: string; value: unknown }[] } {
  const own: Json = {};
  const nested: { path: string; value: unknown }[] = [];
  for (const [key, value] of Object.entries(node)) {
    const at = `${path}.${key}`;
    if (connections.has(at)) nested.push({ path: at, value });
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const inner = apart(value as Json, at, connections);
      own[key] = inner.own;
      nested.push(...inner.nested);
    } else own[key] = value;
  }
  return { own, nested };
}
