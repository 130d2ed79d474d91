/** Which access scopes a field needs, as the vendor's schema package says: any one of those that stand with its type or itself. */
import { GraphQLError, type GraphQLField, type GraphQLResolveInfo, getNamedType } from 'graphql';
import { type RequiredAccess, requiredAccess } from '../graphql/schema.ts';

/** What each field of each version's schema needs; looked up once, since every value of an answer asks. */
const needs = new WeakMap<GraphQLField<unknown, unknown>, readonly RequiredAccess[]>();

/** Refuses a field for which the app has no scope, in the vendor's words. */
export function requireScopes(version: string, scopes: ReadonlySet<string>, info: GraphQLResolveInfo): void {
  const field = info.parentType.getFields()[info.fieldName];
  if (!field) return;
  let needed = needs.get(field);
  if (!needed) {
    needed = needsOf(version, info);
    needs.set(field, needed);
  }
  for (const { any, words } of needed)
    if (!any.some((scope) => allows(scopes, scope))) throw denied(info.fieldName, words);
}

function needsOf(
  version: string,
  { parentType, fieldName, returnType }: GraphQLResolveInfo,
): RequiredAccess[] {
  const type = getNamedType(returnType).name;
  // A connection needs what its members need.
  const places = new Set([`${parentType.name}.${fieldName}`, type, type.replace(/Connection$/, '')]);
  return [...places].flatMap((place) => requiredAccess(version).get(place) ?? []);
}

/** For what the vendor's pages ask a scope and its schema package does not: any one of these. */
export function requireAny(scopes: ReadonlySet<string>, field: string, wanted: readonly string[]): void {
  if (wanted.some((scope) => allows(scopes, scope))) return;
  throw denied(field, `${wanted.map((scope) => `\`${scope}\``).join(' or ')} access scope.`);
}

/** Whoever may write may read. */
function allows(scopes: ReadonlySet<string>, scope: string): boolean {
  return scopes.has(scope) || (scope.startsWith('read_') && scopes.has(scope.replace('read_', 'write_')));
}

function denied(field: string, words: string): GraphQLError {
  return new GraphQLError(`Access denied for ${field} field. Required access: ${words}`, {
    extensions: {
      code: 'ACCESS_DENIED',
      documentation: 'https://shopify.dev/api/usage/access-scopes',
      requiredAccess: words,
    },
  });
}
