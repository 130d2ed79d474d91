/** Mappings and configuration: versioned data, nothing is overwritten. */
import type { MappingKind, MappingRow } from '../domain/config.ts';
import type { Row, Sql } from './db.ts';
import { toJson } from './json.ts';
import { LOCK, lockUntilCommit } from './locks.ts';

export interface MappingRecord extends Row {
  kind: MappingKind;
  connection: string;
  external: string;
  internal: string | null;
  version: number;
}

/** The rows in force: the newest version of each code. */
export function loadMappings(sql: Sql): Promise<MappingRecord[]> {
  return sql.query<MappingRecord>(
    `select kind, connection, external, internal, version from (
       select distinct on (kind, connection, external) kind, connection, external, internal, version
       from mapping order by kind, connection, external, version desc
     ) newest order by kind, connection, external`,
  );
}

/** The number of the newest change; 0: none yet. */
export async function mappingVersion(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ version: number | null }>('select max(version) as version from mapping');
  return row?.version ?? 0;
}

/**
 * Adds rows under the next version; those that say what is in force already are left out. Returns how many changed. Call it in
 * a transaction: two that change mappings at once must not take the same version.
 */
export async function saveMappings(
  sql: Sql,
  rows: readonly (Omit<MappingRow, 'internal'> & { internal: string | null })[],
  by: string,
  at: string,
): Promise<number> {
  const unique = [
    ...new Map(rows.map((row) => [`${row.kind}\u0000${row.connection}\u0000${row.external}`, row])).values(),
  ];
  await lockUntilCommit(sql, LOCK.mappings);
  const changed = await sql.query(
    `with wanted as (
       select * from json_to_recordset($1::json) as w(kind text, connection text, external text, internal text)
     ), newest as (
       select distinct on (kind, connection, external) kind, connection, external, internal from mapping
       order by kind, connection, external, version desc
     )
     insert into mapping (kind, connection, external, internal, version, changed_at, changed_by)
     select w.kind, w.connection, w.external, w.internal, (select coalesce(max(version), 0) + 1 from mapping), $2, $3
     from wanted w left join newest n using (kind, connection, external)
     where n.kind is null or n.internal is distinct from w.internal
     returning external`,
    [toJson(unique), at, by],
  );
  return changed.length;
}

/** The configuration in force, as it was stored; null: there is none yet. */
export async function newestConfiguration(sql: Sql): Promise<{ version: number; text: string } | null> {
  const [newest] = await sql.query<{ version: number; text: string }>(
    'select version, body::text as text from configuration order by version desc limit 1',
  );
  return newest ?? null;
}

/**
 * Stores a configuration (settings of connections left out) when it differs from the newest; returns its version. Call it in a
 * transaction: nodes that start together with the same one must agree on its version.
 */
export async function saveConfiguration(sql: Sql, text: string, at: string): Promise<number> {
  await lockUntilCommit(sql, LOCK.configuration);
  const newest = await newestConfiguration(sql);
  if (newest && newest.text === text) return newest.version;
  const version = (newest?.version ?? 0) + 1;
  await sql.query('insert into configuration (version, body, created_at) values ($1, $2, $3)', [
    version,
    text,
    at,
  ]);
  return version;
}
