/** Who asked to be forgotten without saying in which orders: which streams ask, and which orders are theirs. */
import { BUCKETS } from './bucket.ts';
import type { Row, Sql } from './db.ts';

export interface ErasureRow extends Row {
  key: string;
  connection: string;
  /** The channel's id; null: everybody of the store. */
  customer: string | null;
}

const ALL_BUCKETS = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

/** Requests that are not carried out yet, by stream's primary key: privacy streams are few. */
export function openErasures(sql: Sql): Promise<ErasureRow[]> {
  return sql.query<ErasureRow>(
    `select key, state ->> 'connection' as connection, state -> 'erasing' ->> 'customer' as customer from stream
     where bucket = any ($1::smallint[]) and kind = 'privacy' and status = 'erasing' order by key`,
    [ALL_BUCKETS],
  );
}

/**
 * Orders of a connection in one bucket, after a key, with whether they are to be told: not those that have forgotten, and of one customer
 * only theirs. By stream's primary key, since a state is looked into for nothing else so rarely.
 */
export function ordersToForget(
  sql: Sql,
  { connection, customer }: Pick<ErasureRow, 'connection' | 'customer'>,
  from: { bucket: number; after: string },
  limit: number,
): Promise<(Row & { key: string; told: boolean })[]> {
  return sql.query(
    `select key, (state ->> 'forgottenAt' is null and state -> 'order' ->> 'schema' is not null
       and ($4::text is null or state -> 'order' -> 'customer' ->> 'channelCustomerId' = $4)) as told
     from stream where bucket = $1 and kind = 'order' and key > $2 and starts_with(key, $3) order by key limit $5`,
    [from.bucket, from.after, `${connection}/`, customer, limit],
  );
}

/** When stores have asked to erase what is held of them, by connection. By stream's primary key. */
export async function redactedStores(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql.query<Row & { connection: string; at: string }>(
    `select state ->> 'connection' as connection, state ->> 'forgottenAt' as at from stream
     where bucket = any ($1::smallint[]) and kind = 'privacy' and key like '%/store' and state ->> 'forgottenAt' is not null`,
    [ALL_BUCKETS],
  );
  return new Map(rows.map(({ connection, at }) => [connection, Date.parse(at)]));
}
