/** What locations have to do: for those whose sourcing rules limit it. */
import type { Row, Sql } from './db.ts';

export interface LoadRow extends Row {
  location: string;
  open_units: number;
  orders: number;
}

/** Before the hash of a location in the keys of advisory locks. */
const LOCK_OF_LOAD = 7_263;

/**
 * One transaction at a time adds to what these locations have to do: waits for the others, in one order, and holds until its end. To be
 * taken before positions are locked. What is read afterwards is what the holder before has committed.
 */
export async function lockLoads(sql: Sql, locations: readonly string[]): Promise<void> {
  await sql.query(
    `select pg_advisory_xact_lock(${LOCK_OF_LOAD}, hash) from (
       select distinct hashtext(location) as hash from unnest($1::text[]) as w(location) order by hash
     ) l`,
    [locations],
  );
}

/**
 * Units promised at each location, by position_by_location; and orders that units were promised to there since an instant, by
 * movement_by_location.
 */
export function readLoads(
  sql: Sql,
  wanted: readonly { location: string; since: string }[],
): Promise<LoadRow[]> {
  return sql.query<LoadRow>(
    `select w.location,
       (select coalesce(sum(reserved), 0)::bigint from position
        where location = w.location and location <> '' and reserved > 0) as open_units,
       (select count(distinct key) from movement
        where location = w.location and location <> '' and moved_at >= w.since and movement = 'reserved' and kind = 'order') as orders
     from unnest($1::text[], $2::timestamptz[]) as w(location, since)`,
    [wanted.map(({ location }) => location), wanted.map(({ since }) => since)],
  );
}
