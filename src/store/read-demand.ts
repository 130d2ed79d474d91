/** The oversell rate: what was placed, and what of it was not there. */
import type { Row, Sql } from './db.ts';

export interface DemandSum extends Row {
  orders: number;
  oversold_orders: number;
  units: number;
  oversold_units: number;
}

export interface DemandRow extends DemandSum {
  /** "2026-11-27", in UTC. */
  day: string;
  brand: string;
  channel: string;
}

const COUNTED = `count(*)::int as orders, count(*) filter (where oversold_units > 0)::int as oversold_orders,
  coalesce(sum(units), 0)::int as units, coalesce(sum(oversold_units), 0)::int as oversold_units`;

/** By day, brand and channel, newest day first, by order_demand_by_day. Days are included on both ends. */
export function readDemand(sql: Sql, since: string, until: string): Promise<DemandRow[]> {
  return sql.query<DemandRow>(
    `select to_char(day, 'YYYY-MM-DD') as day, brand, channel, ${COUNTED} from order_demand
     where day between $1::date and $2::date group by order_demand.day, brand, channel order by 1 desc, 2, 3`,
    [since, until],
  );
}

/** All together from a day on, by order_demand_by_day. */
export async function sumDemand(sql: Sql, since: string): Promise<DemandSum> {
  const [row] = await sql.query<DemandSum>(`select ${COUNTED} from order_demand where day >= $1::date`, [
    since,
  ]);
  return row ?? { orders: 0, oversold_orders: 0, units: 0, oversold_units: 0 };
}
