/** When inventory systems were last heard of: by a poll that was answered, or by a message of theirs. */
import type { Sql } from './db.ts';

/** The last word of each connection, as epoch ms; that a quiet feed was read is none. Both tables have a row or a few for each connection. */
export async function readHeard(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql.query<{ connection: string; heard_at: number }>(
    `select connection, max(at) as heard_at from (
       select connection, polled_at as at from feed_cursor where feed not like 'quiet:%' union all select connection, heard_at from stock_source
     ) h group by connection`,
  );
  return new Map(rows.map((row) => [row.connection, row.heard_at]));
}

/** Notes how new what these have told of stock is, by stock_source's primary key. Never back in time. */
export async function noteHeard(
  sql: Sql,
  heard: readonly { connection: string; at: string }[],
): Promise<void> {
  const sorted = [...heard].sort((one, other) => (one.connection < other.connection ? -1 : 1));
  await sql.query(
    `insert into stock_source (connection, heard_at) select c, t from unnest($1::text[], $2::timestamptz[]) as h(c, t) order by c
     on conflict (connection) do update set heard_at = excluded.heard_at where stock_source.heard_at < excluded.heard_at`,
    [sorted.map(({ connection }) => connection), sorted.map(({ at }) => at)],
  );
}

/** Items of a connection for which orders wait. */
export async function wantedItems(sql: Sql, connection: string): Promise<string[]> {
  const rows = await sql.query<{ key: string }>(
    "select key from stream where kind = 'stock' and status = 'wanted' and starts_with(key, $1)",
    [`${connection}/`],
  );
  return rows.map(({ key }) => key);
}
