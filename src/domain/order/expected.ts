/** What an order that waits may expect: units of receipts that the stock of an item has promised it. */
import type { StreamMessage } from '../process.ts';
import { sameJson } from '../same-json.ts';
import { partsOf } from '../stock/kits.ts';
import type { Draft } from './draft.ts';
import type { OrderState } from './state.ts';

type Promised = Extract<StreamMessage, { type: 'stock.promised' }>;

/** Notes a promise, or that it is taken back; false: nothing has changed. */
export function promised(draft: Draft, { sku, from, parts }: Promised): boolean {
  const isWaiting = missingBySku(draft.state).has(sku);
  const known = draft.state.expected?.[from]?.parts ?? [];
  if (!isWaiting || sameJson(known, parts)) return false;
  draft.record({ type: 'StockExpected', sku, from, parts });
  return true;
}

/** Units of positions that an order waits for, by SKU: of kits their components. */
export function missingBySku({ shortLines }: Pick<OrderState, 'shortLines'>): Map<string, number> {
  const units = new Map<string, number>();
  for (const line of shortLines)
    for (const { sku, quantity } of partsOf(line)) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return units;
}

/** By when all that is missing should be there (epoch ms); null: not all of it is promised. */
export function expectedBy(state: Pick<OrderState, 'shortLines' | 'expected'>): number | null {
  const promises = Object.values(state.expected ?? {});
  if (promises.length === 0) return null;
  let latest = 0;
  for (const [sku, units] of missingBySku(state)) {
    const parts = promises.flatMap((each) => (each.sku === sku ? each.parts : []));
    if (parts.reduce((sum, part) => sum + part.units, 0) < units) return null;
    latest = Math.max(latest, ...parts.map(({ expectedAt }) => Date.parse(expectedAt)));
  }
  return latest === 0 ? null : latest;
}
