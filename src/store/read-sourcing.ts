/** Reading what past sourcing decisions were made on: orders before them, and stock as it stood then. */
import type { Row, Sql } from './db.ts';

export interface DecisionRow extends Row {
  bucket: number;
  key: string;
  title: string;
  /** The fact of the decision. */
  seq: number;
  decided_at: number;
  /** In the journal: the order of decisions within one instant. */
  position: number;
}

/**
 * The first sourcing decision of each of the newest orders that have one, oldest first: the orders by stream_by_age, their facts by journal's
 * primary key. `since`: only orders that came at or after it.
 */
export function readSourcingDecisions(
  sql: Sql,
  { since, limit }: { since: string | null; limit: number },
): Promise<DecisionRow[]> {
  return sql.query<DecisionRow>(
    `select * from (
       select o.bucket, o.key, o.title, d.seq, d.decided_at, d.position
       from stream o
       cross join lateral (
         select seq, decided_at, position from journal
         where bucket = o.bucket and kind = 'order' and key = o.key and type in ('StockReserved', 'StockShort')
         order by seq limit 1
       ) d
       where o.kind = 'order' and ($1::timestamptz is null or o.created_at >= $1)
       order by o.created_at desc, o.key desc limit $2
     ) newest
     order by decided_at, position`,
    [since, limit],
  );
}

export interface EarlierFactRow extends Row {
  key: string;
  type: string;
  body: Record<string, unknown>;
  seq: number;
}

/** Facts of orders up to and including one of them, by journal's primary key, in order. */
export function readFactsUpTo(
  sql: Sql,
  orders: readonly { bucket: number; key: string; seq: number }[],
): Promise<EarlierFactRow[]> {
  return sql.query<EarlierFactRow>(
    `select j.key, j.type, j.body, j.seq
     from unnest($1::smallint[], $2::text[], $3::int[]) as o(bucket, key, seq)
     join journal j on j.bucket = o.bucket and j.kind = 'order' and j.key = o.key and j.seq <= o.seq
     order by j.key, j.seq`,
    [orders.map(({ bucket }) => bucket), orders.map(({ key }) => key), orders.map(({ seq }) => seq)],
  );
}

export interface StepRow extends Row {
  sku: string;
  location: string;
  /** Change of what is on hand and not reserved. */
  free: number;
  reserved: number;
  moved_at: number;
  position: number;
}

const STEP = `m.sku, m.location, m.on_hand - m.reserved as free, m.reserved, m.moved_at, j.position
  from movement m join journal j on j.bucket = m.bucket and j.kind = m.kind and j.key = m.key and j.seq = m.seq
    and j.decided_at = m.moved_at`;

/** All movements of some SKUs in the order in which they were decided, by movement_by_position. */
export function readSteps(sql: Sql, skus: readonly string[]): Promise<StepRow[]> {
  return sql.query<StepRow>(
    `select ${STEP} where m.sku = any($1::text[]) order by m.moved_at, j.position, m.line`,
    [skus],
  );
}

/** Movements at some locations from an instant on, newest first, by movement_by_location. */
export function readStepsAt(
  sql: Sql,
  locations: readonly string[],
  since: string,
): Promise<(StepRow & { movement: string; key: string })[]> {
  return sql.query(
    `select m.movement, m.key, ${STEP} where m.location = any($1::text[]) and m.location <> '' and m.moved_at >= $2
     order by m.moved_at desc, j.position desc, m.line desc`,
    [locations, since],
  );
}

export interface SafetyRow extends Row {
  sku: string;
  location: string;
  units: number | null;
  changed_at: number;
}

/** What was kept back of some SKUs, oldest setting first, by safety_stock's primary key. */
export function readSafetyChanges(sql: Sql, skus: readonly string[]): Promise<SafetyRow[]> {
  return sql.query<SafetyRow>(
    'select sku, location, units, changed_at from safety_stock where sku = any($1::text[]) order by sku, location, version',
    [skus],
  );
}
