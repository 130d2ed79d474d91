/** Reading streams with all that their facts have caused, in pages, so that memory stays flat whatever their number. */
import type { Row, Sql } from '../store/db.ts';
import { commandSeal } from '../store/seals.ts';

export interface StreamRow extends Row {
  bucket: number;
  kind: string;
  key: string;
  version: number;
  evolve_version: number;
  state: unknown;
  status: string;
  title: string;
  closed: boolean;
  head_hash: Uint8Array | null;
  due_at: number | null;
}

export interface FactRow extends Row {
  n: number;
  seq: number;
  type: string;
  body: string;
  config_version: number;
  cause: string | null;
  hash: Uint8Array;
  hash_version: number;
  /** To the microsecond, with which no fact is written: more than milliseconds is a change. */
  decided_at: string;
}

export interface MovementRow extends Row {
  n: number;
  seq: number;
  line: number;
  sku: string;
  location: string;
  movement: string;
  on_hand: number;
  reserved: number;
  damaged: number;
  quality_control: number;
  incoming: number;
  act: string | null;
  reason: string | null;
  moved_at: number;
}

export interface CommandRow extends Row {
  n: number;
  connection: string;
  key: string;
  command: string;
  stream_kind: string;
  stream_key: string;
  subject: string;
  body: string;
  created_at: number;
  status: string;
  open: boolean;
  result: unknown;
  settled_at: number | null;
  sealed: boolean;
  seal_holds: boolean;
}

const STREAMS_AT_ONCE = 500;
/** Of one stream, and about so many of a group. */
export const FACTS_AT_ONCE = 2_000;

/** Streams of a kind in groups that have about as many facts as are read at once. */
export async function* streamGroups(sql: Sql, kind: string): AsyncGenerator<StreamRow[]> {
  let after: { bucket: number; key: string } = { bucket: -1, key: '' };
  for (;;) {
    const rows: StreamRow[] = await sql.query<StreamRow>(
      `select bucket, kind, key, version, evolve_version, state, status, title, closed, head_hash, due_at from stream
       where kind = $1 and (bucket, key) > ($2::smallint, $3::text) order by bucket, key limit $4`,
      [kind, after.bucket, after.key, STREAMS_AT_ONCE],
    );
    let group: StreamRow[] = [];
    let facts = 0;
    for (const row of rows) {
      if (group.length > 0 && facts + row.version > FACTS_AT_ONCE) {
        yield group;
        group = [];
        facts = 0;
      }
      group.push(row);
      facts += row.version;
    }
    if (group.length > 0) yield group;
    const last = rows.at(-1);
    if (!last || rows.length < STREAMS_AT_ONCE) return;
    after = { bucket: last.bucket, key: last.key };
  }
}

interface Wanted {
  bucket: number;
  kind: string;
  key: string;
}

/** The next facts of each stream, by journal's primary key; `n` says of which. */
export function loadFacts(
  sql: Sql,
  streams: readonly (Wanted & { n: number; after: number })[],
): Promise<FactRow[]> {
  return sql.query<FactRow>(
    `select c.n, j.* from json_to_recordset($1::json) as c(n int, bucket smallint, kind text, key text, after int)
     cross join lateral (
       select seq, type, body::text as body, config_version, cause, hash, hash_version,
         to_char(decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as decided_at
       from journal where bucket = c.bucket and kind = c.kind and key = c.key and seq > c.after order by seq limit $2
     ) j`,
    [JSON.stringify(streams), FACTS_AT_ONCE],
  );
}

/** Movements of facts, by movement's primary key. */
export function loadMovements(
  sql: Sql,
  ranges: readonly (Wanted & { n: number; from: number; to: number })[],
): Promise<MovementRow[]> {
  return sql.query<MovementRow>(
    `select c.n, m.* from json_to_recordset($1::json) as c(n int, bucket smallint, kind text, key text, "from" int, "to" int)
     cross join lateral (
       select seq, line, sku, location, movement, on_hand, reserved, damaged, quality_control,
         incoming, act, reason, moved_at from movement
       where bucket = c.bucket and kind = c.kind and key = c.key and seq between c."from" and c."to" order by seq, line
     ) m`,
    [JSON.stringify(ranges)],
  );
}

const SEAL = commandSeal('o', {
  status: 'o.status',
  error: 'o.last_error',
  result: 'o.result',
  at: 'o.settled_at',
});

/** Commands by bucket, connection and key, which are unique. */
export async function loadCommands(
  sql: Sql,
  keys: readonly { n: number; bucket: number; connection: string; key: string }[],
): Promise<CommandRow[]> {
  if (keys.length === 0) return [];
  return sql.query<CommandRow>(
    `select c.n, o.connection, o.key, o.command, o.stream_kind, o.stream_key, o.subject, o.body::text as body, o.created_at,
       o.status, o.open, o.result, o.settled_at, o.seal is not null as sealed, o.seal is not distinct from ${SEAL} as seal_holds
     from json_to_recordset($1::json) as c(n int, bucket smallint, connection text, key text)
     join outbox o on o.bucket = c.bucket and o.connection = c.connection and o.key = c.key`,
    [JSON.stringify(keys)],
  );
}
