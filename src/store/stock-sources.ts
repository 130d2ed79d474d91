/** When inventory systems were last heard of: by a poll that was answered, or by a message of theirs. */
import type { Sql } from './db.ts';

/** The last word of each connection, as epoch ms. Both tables have a row or a few for each connection. */
export async function readHeard(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql.query<{ connection: string; heard_at: number }>(
    `select connection, max(at) as heard_at from (
       select connection, polled_at as at from feed_cursor union all select connection, heard_at from stock_source
     ) h group by connection`,
  );
  return new Map(rows.map((row) => [row.connection, row.heard_at]));
}

/** Notes that these have just told of stock, by stock_source's primary key. Never back in time. */
export async function noteHeard(sql: Sql, connections: readonly string[], at: string): Promise<void> {
  await sql.query(
    `insert into stock_source (connection, heard_at) select c, $2 from unnest($1::text[]) c order by c
     on conflict (connection) do update set heard_at = excluded.heard_at where stock_source.heard_at < excluded.heard_at`,
    [[...connections].sort(), at],
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
