/** Reconciliations of what channels show as stock: which are wanted, how far each is, and what differs (migration 13). */
import type { Row, Sql } from './db.ts';
import { toJson, toText } from './json.ts';
import type { Place } from './shown-stock.ts';

export type ReconciliationStatus =
  | 'waiting'
  | 'running'
  | 'reading'
  | 'settling'
  | 'looking'
  | 'done'
  | 'failed';

export interface ReconciliationRow extends Row {
  id: string;
  connection: string;
  by: string;
  /** "2026-11-24"; null: somebody asked for it. */
  night: string | null;
  /** `news`: only some places, since the channel has told of them. */
  scope: 'all' | 'news';
  status: ReconciliationStatus;
  operation: string | null;
  file: string | null;
  objects: number | null;
  settle_from: number | null;
  looks: number;
  levels: number;
  agreed: number;
  explained: number;
  healed: number;
  cases: number;
  not_mapped: number;
  message: string | null;
  created_at: number;
  updated_at: number;
  finished_at: number | null;
}

const COLUMNS = `id, connection, by, night::text as night, scope, status, operation, file, objects, settle_from, looks, levels, agreed, explained,
  healed, cases, not_mapped, message, created_at, updated_at, finished_at`;

/** Writes down that one is wanted; false: that of this night is there already. */
export async function insertReconciliation(
  sql: Sql,
  row: { id: string; connection: string; by: string; night: string | null },
  at: string,
): Promise<boolean> {
  const made = await sql.query(
    `insert into reconciliation (id, connection, by, night, status, created_at, updated_at)
     values ($1, $2, $3, $4::date, 'waiting', $5, $5) on conflict do nothing returning id`,
    [row.id, row.connection, toText(row.by), row.night, at],
  );
  return made.length > 0;
}

/** The oldest of a connection that has not ended (`scope` left out: of any), by reconciliation_open; null: there is none. */
export async function openReconciliation(
  sql: Sql,
  connection: string,
  scope: ReconciliationRow['scope'] | null = null,
): Promise<ReconciliationRow | null> {
  const [row] = await sql.query<ReconciliationRow>(
    `select ${COLUMNS} from reconciliation where connection = $1 and finished_at is null and ($2::text is null or scope = $2)
     order by created_at, id limit 1`,
    [connection, scope],
  );
  return row ?? null;
}

/** Writes down one of some places, which waits until what is known until `at` is decided. */
export async function insertNewsReconciliation(
  sql: Sql,
  row: { id: string; connection: string; by: string },
  at: string,
): Promise<void> {
  await sql.query(
    `insert into reconciliation (id, connection, by, scope, status, settle_from, created_at, updated_at)
     values ($1, $2, $3, 'news', 'settling', $4, $4, $4)`,
    [row.id, row.connection, toText(row.by), at],
  );
}

/** Forgets one that has found nothing, with its rows. */
export async function forgetReconciliation(sql: Sql, id: string): Promise<void> {
  await sql.query('delete from stock_difference where run = $1', [id]);
  await sql.query('delete from reconciliation where id = $1', [id]);
}

/** Connections with one that has not ended. */
export async function connectionsToReconcile(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ connection: string }>(
    'select distinct connection from reconciliation where finished_at is null',
  );
  return rows.map((row) => row.connection);
}

/** Those of a connection, newest first, by reconciliation_by_time. */
export function listReconciliations(
  sql: Sql,
  connection: string,
  limit: number,
): Promise<ReconciliationRow[]> {
  return sql.query<ReconciliationRow>(
    `select ${COLUMNS} from reconciliation where connection = $1 order by created_at desc, id desc limit $2`,
    [connection, limit],
  );
}

/** One of a connection, by its id; null: it has none of this id. */
export async function findReconciliation(
  sql: Sql,
  connection: string,
  id: string,
): Promise<ReconciliationRow | null> {
  const [row] = await sql.query<ReconciliationRow>(
    `select ${COLUMNS} from reconciliation where id = $1 and connection = $2`,
    [id, connection],
  );
  return row ?? null;
}

/** The last night of which a connection has one; null: none. */
export async function lastNight(sql: Sql, connection: string): Promise<string | null> {
  const [row] = await sql.query<Row & { night: string | null }>(
    'select max(night)::text as night from reconciliation where connection = $1',
    [connection],
  );
  return row?.night ?? null;
}

/** How one stands now. */
export async function saveReconciliation(sql: Sql, row: ReconciliationRow, at: string): Promise<void> {
  await sql.query(
    `update reconciliation set status = $2, operation = $3, file = $4, objects = $5, settle_from = $6, looks = $7, levels = $8,
       agreed = $9, explained = $10, healed = $11, cases = $12, not_mapped = $13, message = $14, updated_at = $15,
       finished_at = case when $2 in ('done', 'failed') then $15::timestamptz end
     where id = $1`,
    [
      row.id,
      row.status,
      row.operation,
      row.file,
      row.objects,
      row.settle_from === null ? null : new Date(row.settle_from).toISOString(),
      row.looks,
      row.levels,
      row.agreed,
      row.explained,
      row.healed,
      row.cases,
      row.not_mapped,
      row.message === null ? null : toText(row.message),
      at,
    ],
  );
}

/** Forgets all of a connection but the newest that have ended, by reconciliation_by_time; what they have found, too. */
export async function forgetOld(sql: Sql, connection: string, keep: number): Promise<void> {
  await sql.query(
    `with old as (
       delete from reconciliation where finished_at is not null and id in (
         select id from reconciliation where connection = $1 order by created_at desc, id desc offset $2
       ) returning id
     ) delete from stock_difference d using old where d.run = old.id`,
    [connection, keep],
  );
}

/** A SKU-location of ours as the channel shows it. */
export interface GivenLevel {
  sku: string;
  location: string;
  item: string;
  available: number;
  committed: number;
}

export interface ComparedLevel extends Row {
  /** Where it stands among the given ones, from 1. */
  n: number;
  /** Null: it is not published, or nothing was agreed yet. */
  known: number | null;
  /** Another item of the channel is published under this SKU. */
  other_item: boolean;
  expected: number | null;
  waits: boolean;
}

/**
 * Of these levels those that are not plainly equal: what differs from what was agreed, waits to be published or is under way, has
 * another item, or was never agreed. By the primary keys of shown_stock and position; movements since both agreed by
 * movement_by_position, those of orders only where anything is reserved.
 */
export function compareLevels(
  sql: Sql,
  connection: string,
  levels: readonly GivenLevel[],
): Promise<ComparedLevel[]> {
  return sql.query<ComparedLevel>(
    `select n, known, other_item, expected, waits from (
       select g.n, g.available + g.committed as total, s.known, s.item is distinct from g.item as other_item,
         s.known + coalesce(o.own, 0) + coalesce(r.reserved, 0) - s.owed as expected,
         s.publication is not null
           or p.on_hand - p.reserved - coalesce(b.units, 0) - s.known - coalesce(o.own, 0) + s.owed <> 0 as waits
       from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
         with ordinality g(sku, location, item, available, committed, n)
       left join shown_stock s on s.connection = $1 and s.sku = g.sku and s.location = g.location and s.shown is not null
       left join position p on p.sku = g.sku and p.location = g.location
       left join lateral (
         select units from safety_stock where sku = g.sku and location = g.location order by version desc limit 1
       ) b on true
       left join lateral (
         select sum(m.on_hand - m.reserved)::bigint as own from movement m
         where m.sku = g.sku and m.location = g.location and m.version > s.version and m.kind = 'order'
           and starts_with(m.key, $1 || '/') and m.kit is null
       ) o on p.version > s.version
       left join lateral (
         select sum(m.reserved)::bigint as reserved from movement m
         where m.sku = g.sku and m.location = g.location and m.kind = 'order' and starts_with(m.key, $1 || '/') and m.kit is null
       ) r on p.reserved > 0
     ) c
     where known is null or other_item or waits or total <> expected
     order by n`,
    [
      connection,
      levels.map(({ sku }) => sku),
      levels.map(({ location }) => location),
      levels.map(({ item }) => item),
      levels.map(({ available }) => available),
      levels.map(({ committed }) => committed),
    ],
  );
}

export interface DifferenceRow extends Row {
  sku: string;
  location: string;
  item: string;
  place: string;
  looks: number;
  available: number | null;
  committed: number | null;
  expected: number | null;
  units: number | null;
  outcome: 'explained' | 'healed' | 'case' | null;
  explanation: string;
}

/** What is to be looked at again. */
export type FoundDifference = Pick<
  DifferenceRow,
  'sku' | 'location' | 'item' | 'place' | 'available' | 'committed' | 'expected' | 'units'
>;

/** Notes what is to be looked at again; what is there already stays. */
export async function insertDifferences(
  sql: Sql,
  run: string,
  rows: readonly FoundDifference[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `insert into stock_difference (run, sku, location, item, place, available, committed, expected, units)
     select $1, sku, location, item, place, available, committed, expected, units
     from json_to_recordset($2::json) as r(sku text, location text, item text, place text, available bigint, committed bigint,
       expected bigint, units bigint)
     on conflict do nothing`,
    [run, toJson(rows)],
  );
}

/** Reading begins anew: what it had found is forgotten. */
export async function forgetDifferences(sql: Sql, run: string): Promise<void> {
  await sql.query('delete from stock_difference where run = $1', [run]);
}

/** Those to look at in a round, of one place, so many at most, by stock_difference_open. */
export async function differencesToLookAt(
  sql: Sql,
  run: string,
  looks: number,
  limit: number,
): Promise<DifferenceRow[]> {
  const rows = await sql.query<DifferenceRow>(
    `select sku, location, item, place, looks, available, committed, expected, units, outcome, explanation from stock_difference
     where run = $1 and looks = $2 and outcome is null order by place limit $3`,
    [run, looks, limit],
  );
  return rows.filter(({ place }) => place === rows[0]?.place);
}

/** Places that a person decides on. */
export function differencesThatAreCases(sql: Sql, run: string): Promise<(Row & Place)[]> {
  return sql.query("select sku, location from stock_difference where run = $1 and outcome = 'case'", [run]);
}

/** What a look has found; those that are `gone` are no differences, and need no row. */
export async function saveDifferences(
  sql: Sql,
  run: string,
  rows: readonly DifferenceRow[],
  gone: readonly Place[],
): Promise<void> {
  if (gone.length > 0)
    await sql.query(
      `delete from stock_difference d using json_to_recordset($2::json) as r(sku text, location text)
       where d.run = $1 and d.sku = r.sku and d.location = r.location`,
      [run, toJson(gone.map(({ sku, location }) => ({ sku, location })))],
    );
  if (rows.length === 0) return;
  await sql.query(
    `update stock_difference d set looks = r.looks, available = r.available, committed = r.committed, expected = r.expected,
       units = r.units, outcome = r.outcome, explanation = r.explanation
     from json_to_recordset($2::json) as r(sku text, location text, looks int, available bigint, committed bigint, expected bigint,
       units bigint, outcome text, explanation text)
     where d.run = $1 and d.sku = r.sku and d.location = r.location`,
    [run, toJson(rows)],
  );
}

/** What one has found, a page of it by its primary key; `outcome` null: all. */
export function listDifferences(
  sql: Sql,
  run: string,
  {
    outcomes,
    after,
    limit,
  }: { outcomes: readonly string[]; after: { sku: string; location: string }; limit: number },
): Promise<DifferenceRow[]> {
  return sql.query<DifferenceRow>(
    `select sku, location, item, place, looks, available, committed, expected, units, outcome, explanation from stock_difference
     where run = $1 and (sku, location) > ($2, $3) and coalesce(outcome, 'open') = any($4::text[])
     order by sku, location limit $5`,
    [run, after.sku, after.location, outcomes, limit],
  );
}

/** How many SKU-locations both have agreed on, by a hash of 16 bits (that of `bucketOfPlace`); one pass over shown_stock. */
export function countAgreed(
  sql: Sql,
  connection: string,
): Promise<(Row & { bucket: number; count: number })[]> {
  return sql.query(
    `select ${BUCKET} as bucket, count(*)::int as count from shown_stock
     where connection = $1 and shown is not null and problem is null group by 1`,
    [connection],
  );
}

const BUCKET = `('x' || substr(md5(sku || chr(1) || location), 1, 4))::bit(16)::int`;

/** SKU-locations in some of these buckets, which were agreed on. */
export function agreedInBuckets(
  sql: Sql,
  connection: string,
  buckets: readonly number[],
): Promise<(Row & { sku: string; location: string; item: string })[]> {
  return sql.query(
    `select sku, location, item from shown_stock
     where connection = $1 and shown is not null and problem is null and ${BUCKET} = any($2::int[])`,
    [connection, buckets],
  );
}

/** Whether messages of a connection that came until an instant wait to be decided. */
export async function hasUndecided(sql: Sql, connection: string, until: string): Promise<boolean> {
  const rows = await sql.query(
    'select 1 from inbox where connection = $1 and not parked and coalesce(observed_at, fair_at) <= $2 limit 1',
    [connection, until],
  );
  return rows.length > 0;
}

/** Of each place, so many parcels of the channel's orders are looked through, the newest first. */
const PARCELS = 500;

/** Open orders of a channel of which parcels have left from these places, by movement_by_position and stream's primary key. */
export function ordersShipped(
  sql: Sql,
  connection: string,
  places: readonly Place[],
): Promise<(Row & { state: unknown })[]> {
  return sql.query(
    `select s.state from (
       select distinct bucket, kind, key from unnest($2::text[], $3::text[]) w(sku, location)
       cross join lateral (
         select bucket, kind, key from movement
         where sku = w.sku and location = w.location and kind = 'order' and movement = 'shipped' and starts_with(key, $1 || '/')
         order by version desc limit ${PARCELS}
       ) m
     ) o join stream s on s.bucket = o.bucket and s.kind = o.kind and s.key = o.key and not s.closed`,
    [connection, places.map(({ sku }) => sku), places.map(({ location }) => location)],
  );
}
