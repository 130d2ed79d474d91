/** Units of fulfilment orders: which are open, and how they come into a fulfilment order of their own. */
import type { FulfilmentOrderBook, FulfilmentPartBook, OrderBook } from '../book.ts';
import { fulfilmentOrderStatus, openUnits, sentUnits } from '../book-figures.ts';
import { gid, type Ids, idIn } from '../ids.ts';

/** Units of a line of a fulfilment order, by its global id. */
export interface Asked {
  id: string;
  quantity: number;
}

export function partOf(at: FulfilmentOrderBook, id: string): FulfilmentPartBook | undefined {
  return at.lines.find((each) => each.id === idIn('FulfillmentOrderLineItem', id));
}

export function isOpen(order: OrderBook, at: FulfilmentOrderBook): boolean {
  return ['OPEN', 'IN_PROGRESS', 'SCHEDULED', 'INCOMPLETE'].includes(fulfilmentOrderStatus(order, at));
}

/** All that remains of a fulfilment order. */
export function allOf(order: OrderBook, at: FulfilmentOrderBook): Asked[] {
  return at.lines
    .map((part) => ({ id: gid('FulfillmentOrderLineItem', part.id), quantity: openUnits(order, part) }))
    .filter(({ quantity }) => quantity > 0);
}

export function coversAll(order: OrderBook, at: FulfilmentOrderBook, items: readonly Asked[]): boolean {
  return allOf(order, at).every(({ id, quantity }) =>
    items.some((each) => each.id === id && each.quantity >= quantity),
  );
}

/** Why these units cannot be taken out; undefined: they can. */
export function wrongUnits(
  order: OrderBook,
  at: FulfilmentOrderBook,
  items: readonly Asked[],
): string | undefined {
  for (const { id, quantity } of items) {
    const part = partOf(at, id);
    if (!part) return 'Fulfillment order line item does not exist.';
    if (quantity < 1 || quantity > openUnits(order, part))
      return 'Invalid fulfillment order line item quantity requested.';
  }
  return new Set(items.map(({ id }) => id)).size === items.length
    ? undefined
    : 'Fulfillment order line items are given more than once.';
}

/** Puts these units into a fulfilment order of their own. */
export function takeOut(
  ids: Ids,
  order: OrderBook,
  at: FulfilmentOrderBook,
  items: readonly Asked[],
  locationId: string,
): FulfilmentOrderBook {
  const { scheduledUntilMs, fulfilByMs } = at;
  const made: FulfilmentOrderBook = {
    id: ids.next(),
    locationId,
    lines: [],
    ...(scheduledUntilMs === undefined ? {} : { scheduledUntilMs }),
    ...(fulfilByMs === undefined ? {} : { fulfilByMs }),
  };
  for (const { id, quantity } of items) {
    const part = partOf(at, id);
    if (!part) continue;
    const open = openUnits(order, part);
    if (quantity === open && sentUnits(part) === 0) {
      // The whole of it goes, under its own id.
      at.lines.splice(at.lines.indexOf(part), 1);
      made.lines.push(part);
      continue;
    }
    const sent = sentUnits(part);
    part.own = { quantity: sent + open - quantity, sent };
    made.lines.push({ id: ids.next(), line: part.line, own: { quantity, sent: 0 } });
  }
  order.fulfilmentOrders.push(made);
  return made;
}

/** Puts all but these units into a fulfilment order of its own; null: there are no others. */
export function takeRest(
  ids: Ids,
  order: OrderBook,
  at: FulfilmentOrderBook,
  items: readonly Asked[],
): FulfilmentOrderBook | null {
  const kept = new Map(items.map(({ id, quantity }) => [idIn('FulfillmentOrderLineItem', id), quantity]));
  const rest = allOf(order, at)
    .map(({ id, quantity }) => ({
      id,
      quantity: quantity - (kept.get(idIn('FulfillmentOrderLineItem', id)) ?? 0),
    }))
    .filter(({ quantity }) => quantity > 0);
  return rest.length === 0 ? null : takeOut(ids, order, at, rest, at.locationId);
}

/** Ends a fulfilment order; another one at its location has what is left of it. */
export function endWith(
  ids: Ids,
  order: OrderBook,
  at: FulfilmentOrderBook,
  ended: 'CANCELLED' | 'CLOSED',
): FulfilmentOrderBook {
  const replacement = takeOut(ids, order, at, allOf(order, at), at.locationId);
  at.ended = ended;
  return replacement;
}
