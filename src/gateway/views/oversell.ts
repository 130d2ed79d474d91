/** The oversell rate as the API tells it. */
import type { DemandRow } from '../../store/read-demand.ts';
import type { OversellCounts } from '../schemas/oversell.ts';

/** What the overview counts by: this day and those before it. */
export const OVERVIEW_DAYS = 7;

const MS_PER_DAY = 86_400_000;

/** The day of so many days ago, in UTC: "2026-11-27". */
export function dayBefore(now: number, days: number): string {
  return new Date(now - days * MS_PER_DAY).toISOString().slice(0, 10);
}

type Counted = Pick<DemandRow, 'orders' | 'oversold_orders' | 'units' | 'oversold_units'>;

/** Where nothing was placed, nothing was oversold. */
export function oversellCounts(row: Counted): OversellCounts {
  const { orders, oversold_orders: oversoldOrders, units, oversold_units: oversoldUnits } = row;
  return {
    orders,
    oversoldOrders,
    units,
    oversoldUnits,
    orderRate: orders === 0 ? 0 : oversoldOrders / orders,
    unitRate: units === 0 ? 0 : oversoldUnits / units,
  };
}

export function sumOfDemand(rows: readonly Counted[]): Counted {
  const sum = { orders: 0, oversold_orders: 0, units: 0, oversold_units: 0 };
  for (const row of rows) for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += row[name];
  return sum;
}
