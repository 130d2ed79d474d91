/**
 * Reading stock: SKUs with their positions, a position as it was at an instant, and the movements that made it. A position is
 * found by its primary key, its movements by movement_by_position.
 */
import type { Row, Sql } from './db.ts';
import { LOCK, lockUntilCommit } from './locks.ts';

/** SKUs that begin with a text, in order. `after`: the last one of the page before. */
export async function listSkus(
  sql: Sql,
  { text, location, after, limit }: { text: string; location: string | null; after: string; limit: number },
): Promise<string[]> {
  const rows = await sql.query<{ sku: string }>(
    `select sku from position
     where sku > $1 and starts_with(lower(sku), lower($2)) and ($3::text is null or location = $3)
     group by sku order by sku limit $4`,
    [after, text, location, limit],
  );
  return rows.map(({ sku }) => sku);
}

export interface SumRow extends Row {
  location: string;
  on_hand: number;
  reserved: number;
  damaged: number;
  quality_control: number;
  incoming: number;
  movements: number;
  moved_at: number;
  /** What was kept back of the SKU here; null: nothing was set. */
  safety: number | null;
}

/** The sums of all movements of a SKU up to and including an instant, by location. */
export function sumMovements(sql: Sql, sku: string, at: string): Promise<SumRow[]> {
  return sql.query<SumRow>(
    `select m.*, s.units as safety from (
       select location, sum(on_hand)::bigint as on_hand, sum(reserved)::bigint as reserved, sum(damaged)::bigint as damaged,
         sum(quality_control)::bigint as quality_control, sum(incoming)::bigint as incoming, count(*) as movements,
         max(moved_at) as moved_at
       from movement where sku = $1 and moved_at <= $2 group by location
     ) m left join lateral (
       select units from safety_stock where sku = $1 and location = m.location and changed_at <= $2 order by version desc limit 1
     ) s on true order by m.location`,
    [sku, at],
  );
}

export interface MovementRow extends Row {
  kind: string;
  key: string;
  seq: number;
  line: number;
  location: string;
  movement: string;
  on_hand: number;
  reserved: number;
  damaged: number;
  quality_control: number;
  incoming: number;
  act: string | null;
  reason: string | null;
  version: number;
  moved_at: number;
  fact: string;
  /** Of an order: what people call it. */
  title: string | null;
  /** The message that told of the act, as far as it is kept and names it. */
  observation: string | null;
}

export interface MovementPlace {
  at: string;
  location: string;
  version: number;
  key: string;
  seq: number;
  line: number;
}

/**
 * Movements of a SKU, newest first; the fact by journal's primary key. A movement of an inventory system names its message by the
 * key of its act, which is looked for among the messages of the item in the day before (observation_by_stream).
 */
export function readMovements(
  sql: Sql,
  wanted: {
    sku: string;
    location: string | null;
    until: string;
    before: MovementPlace | null;
    limit: number;
  },
): Promise<MovementRow[]> {
  const { sku, location, until, before, limit } = wanted;
  return sql.query<MovementRow>(
    `select m.*, j.type as fact, s.title, o.id as observation from (
       select bucket, kind, key, seq, line, location, movement, on_hand, reserved, damaged, quality_control, incoming, act, reason,
         version, moved_at
       from movement
       where sku = $1 and ($2::text is null or location = $2) and moved_at <= $3
         and ($4::timestamptz is null or (moved_at, location, version, key, seq, line) < ($4, $5::text, $6::bigint, $7::text, $8::int, $9::int))
       order by moved_at desc, location desc, version desc, key desc, seq desc, line desc limit $10
     ) m
     join journal j on j.bucket = m.bucket and j.kind = m.kind and j.key = m.key and j.seq = m.seq and j.decided_at = m.moved_at
     left join stream s on m.kind = 'order' and s.bucket = m.bucket and s.kind = m.kind and s.key = m.key
     left join lateral (
       select id from observation where m.kind = 'stock' and m.act is not null and stream_key = m.key and stream_kind = 'stock'
         and received_at between m.moved_at - interval '1 day' and m.moved_at
         and position(convert_to(m.act, 'UTF8') in body) > 0 and duplicate_of is null
       order by received_at desc limit 1
     ) o on true
     order by m.moved_at desc, m.location desc, m.version desc, m.key desc, m.seq desc, m.line desc`,
    [
      sku,
      location,
      until,
      before?.at ?? null,
      before?.location ?? null,
      before?.version ?? null,
      before?.key ?? null,
      before?.seq ?? null,
      before?.line ?? null,
      limit,
    ],
  );
}

/** The configuration that was in force at an instant; null: there was none yet. */
export async function configurationAt(sql: Sql, at: string): Promise<unknown> {
  const [row] = await sql.query<{ body: unknown }>(
    'select body from configuration where created_at <= $1 order by version desc limit 1',
    [at],
  );
  return row?.body ?? null;
}

/** Sets what is kept back of a SKU at a location (null: as much as of every SKU there). False: it was so already. */
export async function saveSafetyStock(
  sql: Sql,
  wanted: { sku: string; location: string; units: number | null },
  by: string,
  at: string,
): Promise<boolean> {
  await lockUntilCommit(sql, LOCK.mappings);
  const changed = await sql.query(
    `with newest as (
       select version, units from safety_stock where sku = $1 and location = $2 order by version desc limit 1
     )
     insert into safety_stock (sku, location, version, units, changed_at, changed_by)
     select $1, $2, coalesce((select version from newest), 0) + 1, $3::integer, $4, $5
     where (select units from newest) is distinct from $3::integer returning version`,
    [wanted.sku, wanted.location, wanted.units, at, by],
  );
  return changed.length > 0;
}
