/** What the facts of an order say of demand: each order is placed once, and is oversold once at most. */
import type { Demand } from '../stock/oversold.ts';
import type { OrderFact } from './facts.ts';
import { shippableLines, wantedUnits } from './quantities.ts';
import type { OrderState } from './state.ts';

/** Null: the fact says nothing of it, or nothing of the order leaves a location, or it is not worked on. */
export function demandOfOrder(fact: OrderFact, { order, brand, connection }: OrderState): Demand | null {
  const isPlaced = fact.type === 'OrderPlaced' && fact.live;
  if ((!isPlaced && fact.type !== 'OrderOversold') || !order) return null;
  const units = shippableLines(order).reduce((sum, line) => sum + wantedUnits(order, line), 0);
  if (units === 0) return null;
  const oversold = fact.type === 'OrderOversold' ? fact.lines : [];
  return {
    day: order.placedAt.slice(0, 10),
    brand,
    channel: connection,
    units,
    oversoldUnits: oversold.reduce((sum, { quantity }) => sum + quantity, 0),
  };
}
