/** The API versions that the store serves at once, and which one answers a call. */

/** Supported now, the oldest first; each has its own schema. */
export const STABLE_VERSIONS = ['2026-01', '2026-04', '2026-07', '2026-10'] as const;

/** All that it serves. */
export const SERVED_VERSIONS = [...STABLE_VERSIONS, 'unstable'] as const;

const GRAPHQL = /^\/admin\/api\/([^/]+)\/graphql\.json$/;

/**
 * The version that answers calls to this path; undefined: it is not GraphQL. What is not supported, or no longer, falls
 * forward to the oldest that is; the answer's `X-Shopify-Api-Version` tells.
 */
export function servedVersion(path: string): string | undefined {
  const asked = path === '/admin/api/graphql.json' ? '' : GRAPHQL.exec(path)?.[1];
  if (asked === undefined) return undefined;
  const known = (SERVED_VERSIONS as readonly string[]).includes(asked);
  return known ? asked : STABLE_VERSIONS[0];
}
