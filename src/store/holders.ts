/** Orders that hold units of a position which nobody has been asked to ship yet, and reservations that keep some. */
import type { Row, Sql } from './db.ts';

export interface HolderRow extends Row {
  /** Of the stream. */
  of: string;
  order: string;
  placedAt: string;
  quantity: number;
}

/**
 * Open orders with promises at a position that no release asks for yet, and reservations that keep units there: among its newest `promises` movements by
 * movement_by_position (null: among all), their states by stream's primary key.
 */
export function readHolders(
  sql: Sql,
  { sku, location }: { sku: string; location: string },
  promises: number | null,
): Promise<HolderRow[]> {
  return sql.query<HolderRow>(
    `select s.kind as "of", s.key as "order", held.quantity,
       case s.kind when 'order' then s.state -> 'order' ->> 'placedAt'
         else to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end as "placedAt"
     from (
       select distinct bucket, kind, key from (
         select bucket, kind, key from movement
         where sku = $1 and location = $2 and kind in ('order', 'reservation') and movement in ('reserved', 'claimed')
         order by version desc limit $3
       ) promised
     ) p
     join stream s on s.bucket = p.bucket and s.kind = p.kind and s.key = p.key and not s.closed
     cross join lateral (
       select sum((part ->> 'quantity')::bigint * of_one.units)::bigint as quantity
       from json_array_elements(coalesce(s.state -> 'allocations', s.state -> 'kept')) part
       cross join lateral (
         select 1::bigint as units where part -> 'components' is null and part ->> 'sku' = $1
         union all
         select (component ->> 'quantity')::bigint from json_array_elements(part -> 'components') component
         where component ->> 'sku' = $1
       ) of_one
       where part ->> 'location' = $2 and part ->> 'releaseId' is null
     ) held
     where held.quantity > 0`,
    [sku, location, promises],
  );
}
