/** Which orders have changed, for those who watch: also what other processes of the same database have decided. */
import type { Row, Sql } from './db.ts';

/** Up to where changes have been seen: all transactions below this one. */
export interface ChangeCursor {
  transaction: string;
}

/** Where to begin: from now on. */
export async function changesFromNow(sql: Sql): Promise<ChangeCursor> {
  const [row] = await sql.query<ChangeCursor & Row>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as transaction',
  );
  if (!row) throw new Error('the database gives no snapshot');
  return { transaction: row.transaction };
}

/**
 * Orders with facts of transactions that have ended since, by journal_by_transaction. It reads only below the oldest running
 * transaction, since facts become visible out of order; so none is left out, and each is told once.
 */
export async function readChangedOrders(
  sql: Sql,
  since: ChangeCursor,
): Promise<{ keys: string[]; cursor: ChangeCursor }> {
  const [row] = await sql.query<Row & { transaction: string; keys: string[] | null }>(
    `with snapshot as (select pg_snapshot_xmin(pg_current_snapshot()) as oldest)
     select s.oldest::text as transaction, array_agg(distinct j.key) filter (where j.kind = 'order') as keys
     from snapshot s left join journal j on j.transaction_id >= $1::xid8 and j.transaction_id < s.oldest
     group by s.oldest`,
    [since.transaction],
  );
  if (!row) return { keys: [], cursor: since };
  return { keys: row.keys ?? [], cursor: { transaction: row.transaction } };
}
