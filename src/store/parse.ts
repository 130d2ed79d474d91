/** How both drivers turn PostgreSQL's text into values: one set of types on both databases. */

/** OIDs of the types that Crossdock uses. */
export const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  int4Array: 1007,
  textArray: 1009,
  timestamptz: 1184,
  uuidArray: 2951,
  jsonb: 3802,
} as const;

/** A bigint column, asserted to be exact. */
export function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`${text} is beyond the whole numbers that are exact`);
  return value;
}

/** "2026-11-24 08:07:50.123+00" as epoch milliseconds (sessions run in UTC). */
export function parseInstant(text: string): number {
  const value = Date.parse(`${text.slice(0, 10)}T${text.slice(11).replace(/([+-]\d\d)$/, '$1:00')}`);
  if (Number.isNaN(value)) throw new RangeError(`"${text}" is no instant`);
  return value;
}

/** A one-dimensional array, as `{a,"b c",NULL}`: what stands between commas, quoted where it must be. */
export function parseArray(text: string): (string | null)[] {
  const items: (string | null)[] = [];
  for (const [, quoted, plain] of text.matchAll(/(?:"((?:[^"\\]|\\.)*)"|([^{},]+))/g))
    items.push(
      quoted !== undefined ? quoted.replace(/\\(.)/g, '$1') : plain === 'NULL' ? null : (plain ?? ''),
    );
  return items;
}
