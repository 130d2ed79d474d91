/** Reading positions for those who answer from memory: at their start, and what has changed since. */
import type { Row, Sql } from './db.ts';

export interface AvailableRow extends Row {
  sku: string;
  location: string;
  on_hand: number;
  reserved: number;
  version: number;
  /** What is kept back of this SKU here; null: nothing is set. */
  safety: number | null;
}

const COLUMNS = 'p.sku, p.location, p.on_hand, p.reserved, p.version, s.units as safety';
const SAFETY = `left join lateral (
    select units from safety_stock where sku = p.sku and location = p.location order by version desc limit 1
  ) s on true`;

/** Positions of some SKUs, by position's primary key; safety stock by its own. */
export function readAvailable(sql: Sql, skus: readonly string[]): Promise<AvailableRow[]> {
  return sql.query<AvailableRow>(
    `select ${COLUMNS} from position p ${SAFETY} where p.sku = any($1::text[])`,
    [skus],
  );
}

/** The first positions, in the order of their SKU. */
export function readFirstAvailable(sql: Sql, limit: number): Promise<AvailableRow[]> {
  return sql.query<AvailableRow>(
    `select ${COLUMNS} from (select * from position order by sku, location limit $1) p ${SAFETY}`,
    [limit],
  );
}

/** Up to where changes have been seen: of all transactions below this one. */
export async function changesUntilNow(sql: Sql): Promise<string> {
  const [row] = await sql.query<Row & { oldest: string }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as oldest',
  );
  if (!row) throw new Error('the database gives no snapshot');
  return row.oldest;
}

/**
 * Positions that transactions not below `since` have moved, or whose safety stock they have set, as they stand now: by
 * journal_by_transaction, movement's primary key, safety_stock_by_transaction. What is under way is seen the next time, since the
 * place to go on from is below it; what has been seen may be seen again.
 */
export async function readMoved(sql: Sql, since: string): Promise<{ rows: AvailableRow[]; until: string }> {
  const until = await changesUntilNow(sql);
  const rows = await sql.query<AvailableRow>(
    `with moved as materialized (
       select m.sku, m.location from journal j
       join movement m on m.bucket = j.bucket and m.kind = j.kind and m.key = j.key and m.seq = j.seq
       where j.transaction_id >= $1::xid8
       union
       select sku, location from safety_stock where transaction_id >= $1::xid8
     )
     select ${COLUMNS} from moved w join position p on p.sku = w.sku and p.location = w.location ${SAFETY}`,
    [since],
  );
  return { rows, until };
}
