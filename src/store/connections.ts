/** What the database knows of connections: how far feeds are read, what is paused, what is wrong. */
import type { Row, Sql } from './db.ts';
import { toJson, toText } from './json.ts';

export async function loadCursors(sql: Sql, connection: string): Promise<Map<string, string>> {
  const rows = await sql.query<{ feed: string; cursor: string }>(
    'select feed, cursor from feed_cursor where connection = $1',
    [connection],
  );
  return new Map(rows.map((row) => [row.feed, row.cursor]));
}

export async function saveCursor(
  sql: Sql,
  connection: string,
  feed: string,
  cursor: string,
  at: string,
): Promise<void> {
  await sql.query(
    `insert into feed_cursor (connection, feed, cursor, polled_at) values ($1, $2, $3, $4)
     on conflict (connection, feed) do update set cursor = excluded.cursor, polled_at = excluded.polled_at`,
    [connection, feed, toText(cursor), at],
  );
}

/** Notes that feeds were read and had nothing new, by feed_cursor's primary key. Never back in time. */
export async function savePolled(
  sql: Sql,
  connection: string,
  feeds: readonly string[],
  at: string,
): Promise<void> {
  await sql.query(
    `update feed_cursor set polled_at = $3
     where connection = $1 and feed = any($2::text[]) and polled_at < $3::timestamptz`,
    [connection, feeds, at],
  );
}

export interface ConnectionStateRow extends Row {
  connection: string;
  /** Null: as configured. */
  paused: boolean | null;
  problem: string | null;
  /** Null: nobody looks after it. */
  care: CareNote | null;
}

export function loadConnectionStates(sql: Sql): Promise<ConnectionStateRow[]> {
  return sql.query<ConnectionStateRow>('select connection, paused, problem, care from connection_state');
}

/** Notes that a person has paused a connection, or let it go on; what is wrong with it stays noted. */
export async function savePaused(sql: Sql, connection: string, paused: boolean, at: string): Promise<void> {
  await sql.query(
    `insert into connection_state (connection, paused, changed_at) values ($1, $2, $3)
     on conflict (connection) do update set paused = excluded.paused, changed_at = excluded.changed_at`,
    [connection, paused, at],
  );
}

/** What the care for a connection has found last, and what it has put right last. */
export interface CareNote {
  at: string;
  warnings: readonly string[];
  mended: readonly string[];
  mendedAt: string | null;
}

/** Notes what the care for a connection has found and done; what was put right stays until something else is. */
export async function saveCare(
  sql: Sql,
  connection: string,
  { mended, warnings }: Pick<CareNote, 'mended' | 'warnings'>,
  at: string,
): Promise<void> {
  const found = mended.length > 0 ? { at, warnings, mended, mendedAt: at } : { at, warnings };
  const nothing = { mended: [], mendedAt: null };
  await sql.query(
    `insert into connection_state (connection, care, changed_at) values ($1, $2::jsonb || $3::jsonb, $4)
     on conflict (connection) do update
     set care = coalesce(connection_state.care, $2::jsonb) || $3::jsonb, changed_at = excluded.changed_at`,
    [connection, toJson(nothing), toJson(found), at],
  );
}

/** Notes what is wrong with a connection (null: nothing); whether it is paused is not touched. */
export async function saveProblem(
  sql: Sql,
  connection: string,
  problem: string | null,
  at: string,
): Promise<void> {
  await sql.query(
    `insert into connection_state (connection, problem, changed_at) values ($1, $2, $3)
     on conflict (connection) do update set problem = excluded.problem, changed_at = excluded.changed_at`,
    [connection, problem === null ? null : toText(problem), at],
  );
}

/** Forgets whether a connection that is given up was paused, and what was wrong with it; how far its feeds were read stays. */
export async function forgetConnection(sql: Sql, connection: string): Promise<void> {
  await sql.query('delete from connection_state where connection = $1', [connection]);
}
