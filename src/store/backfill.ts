/** Back-fills: which are wanted, and how far each is. */
import type { Row, Sql } from './db.ts';
import { toText } from './json.ts';

export interface BackfillRow extends Row {
  id: string;
  connection: string;
  since: number;
  until: number | null;
  by: string;
  status: 'waiting' | 'running' | 'reading' | 'done' | 'failed';
  operation: string | null;
  file: string | null;
  position: number;
  orders: number;
  expected: number | null;
  message: string | null;
  created_at: number;
  updated_at: number;
  finished_at: number | null;
}

const COLUMNS =
  'id, connection, since, until, by, status, operation, file, position, orders, expected, message, created_at, updated_at, finished_at';

export async function insertBackfill(
  sql: Sql,
  row: { id: string; connection: string; since: string; until: string | null; by: string },
  at: string,
): Promise<void> {
  await sql.query(
    `insert into backfill (id, connection, since, until, by, status, created_at, updated_at)
     values ($1, $2, $3, $4, $5, 'waiting', $6, $6)`,
    [row.id, row.connection, row.since, row.until, toText(row.by), at],
  );
}

/** The oldest of a connection that has not ended, by backfill_open; null: there is none. */
export async function openBackfill(sql: Sql, connection: string): Promise<BackfillRow | null> {
  const [row] = await sql.query<BackfillRow>(
    `select ${COLUMNS} from backfill where connection = $1 and finished_at is null order by created_at, id limit 1`,
    [connection],
  );
  return row ?? null;
}

/** Connections with one that has not ended. */
export async function connectionsToBackfill(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ connection: string }>(
    'select distinct connection from backfill where finished_at is null',
  );
  return rows.map((row) => row.connection);
}

/** Those of a connection, newest first. */
export function listBackfills(sql: Sql, connection: string, limit: number): Promise<BackfillRow[]> {
  return sql.query<BackfillRow>(
    `select ${COLUMNS} from backfill where connection = $1 order by created_at desc, id desc limit $2`,
    [connection, limit],
  );
}

/** How a back-fill stands now. */
export async function saveBackfill(sql: Sql, row: BackfillRow, at: string): Promise<void> {
  const { id, status, operation, file, position, orders, expected, message } = row;
  await sql.query(
    `update backfill set status = $2, operation = $3, file = $4, position = $5, orders = $6, expected = $7, message = $8,
       updated_at = $9, finished_at = case when $2 in ('done', 'failed') then $9::timestamptz end
     where id = $1`,
    [id, status, operation, file, position, orders, expected, message === null ? null : toText(message), at],
  );
}
