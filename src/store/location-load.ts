/** What locations have to do: for those whose sourcing rules limit it. */
import type { Row, Sql } from './db.ts';

export interface LoadRow extends Row {
  location: string;
  open_units: number;
  orders: number;
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
