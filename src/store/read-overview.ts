/** Counting what stands where, for the overview and for metrics. */
import { bucketOf } from './bucket.ts';
import type { Row, Sql } from './db.ts';

/** Beyond this the number of waiting messages is not counted on. */
export const INBOX_COUNTED = 10_000;

/** Open orders by status, by stream_open: the work is that of the open ones, however many have been closed. */
export function countOpenOrders(sql: Sql): Promise<(Row & { status: string; orders: number })[]> {
  return sql.query(
    "select status, count(*)::int as orders from stream where kind = 'order' and not closed group by status",
  );
}

/** All orders, from stream_by_age alone; grows with their number, so callers keep the answer for a while. */
export async function countOrders(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ orders: number }>(
    "select count(*)::int as orders from stream where kind = 'order'",
  );
  return row?.orders ?? 0;
}

/** Messages that wait for a turn, up to INBOX_COUNTED. */
export async function countWaiting(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ waiting: number }>(
    `select count(*)::int as waiting from (select 1 from inbox where not parked limit ${INBOX_COUNTED}) w`,
  );
  return row?.waiting ?? 0;
}

export interface BacklogRow extends Row {
  connection: string;
  open: number;
  oldest_at: number | null;
}

/** Commands that are not settled, by connection, by outbox_open (whose positions are ordered by time). */
export function countBacklog(sql: Sql, connections: readonly string[]): Promise<BacklogRow[]> {
  return sql.query<BacklogRow>(
    `select c.connection, b.open, o.created_at as oldest_at
     from json_array_elements_text($1::json) as c(connection)
     cross join lateral (
       select count(*)::int as open from outbox
       where outbox.connection = c.connection and open
     ) b
     left join lateral (
       select created_at from outbox
       where outbox.connection = c.connection and open order by position limit 1
     ) o on true`,
    [JSON.stringify(connections)],
  );
}

/** Orders of a channel that are not over, by stream_open. */
export async function countOpenOrdersOf(sql: Sql, channel: string): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from stream
     where kind = 'order' and not closed and split_part(key, '/', 1) = $1`,
    [channel],
  );
  return row?.count ?? 0;
}

/** When each feed was read last, by feed_cursor's primary key. */
export function readFeeds(
  sql: Sql,
): Promise<(Row & { connection: string; feed: string; polled_at: number })[]> {
  return sql.query('select connection, feed, polled_at from feed_cursor order by connection, feed');
}

/** What people call some streams, by stream's primary key. */
export async function readTitles(
  sql: Sql,
  streams: readonly { kind: string; key: string }[],
): Promise<Map<string, string>> {
  if (streams.length === 0) return new Map();
  const rows = await sql.query<{ kind: string; key: string; title: string }>(
    `select s.kind, s.key, s.title from json_to_recordset($1::json) as w(bucket smallint, kind text, key text)
     join stream s on s.bucket = w.bucket and s.kind = w.kind and s.key = w.key`,
    [JSON.stringify(streams.map(({ kind, key }) => ({ bucket: bucketOf(key), kind, key })))],
  );
  return new Map(rows.map((row) => [`${row.kind}\u0000${row.key}`, row.title]));
}
