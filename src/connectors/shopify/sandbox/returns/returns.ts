/**
 * Returns: shipped units are to come back, are looked at, and leave the order when they are processed. Then their sale is
 * reversed, money may go back, and what was agreed in exchange becomes lines of the order.
 */

import type {
  Amount,
  ExchangeLineBook,
  FulfilmentBook,
  LineBook,
  OrderBook,
  RefundBook,
  RefundLineBook,
  ReturnBook,
  ReturnLineBook,
  TransactionBook,
} from '../book.ts';
import { add, both, NOTHING } from '../book-figures.ts';
import { settleMoney } from '../edits/edits.ts';
import type { Ids } from '../ids.ts';
import { newRefund, shippingBack } from '../orders/acts.ts';
import { addLine, addTransaction, type StoreFacts, sendFrom } from '../orders/placing.ts';
import { part, shareOf } from '../orders/pricing.ts';
import { taxesFor } from '../orders/taxes.ts';

export type FulfilmentLine = FulfilmentBook['lines'][number];

/** Returns that still hold the units that they are of. */
export const liveReturns = ({ returns = [] }: OrderBook): ReturnBook[] =>
  returns.filter(({ status }) => status !== 'DECLINED' && status !== 'CANCELED');

/** Units of a parcel's line for which a return can be made. */
export function returnableUnits(order: OrderBook, { id, line, quantity }: FulfilmentLine): number {
  const held = liveReturns(order).flatMap(({ lines }) => lines);
  const ofParcel = held.filter(({ fulfilmentLineId }) => fulfilmentLineId === id);
  const waiting = held.filter((each) => each.line === line);
  const units = (lines: readonly ReturnLineBook[], of: (line: ReturnLineBook) => number) =>
    lines.reduce((sum, each) => sum + of(each), 0);
  const leftOfParcel = quantity - units(ofParcel, (each) => each.quantity);
  const leftOfLine = line.fulfilled - line.returned - units(waiting, unprocessed);
  return Math.max(0, Math.min(leftOfParcel, leftOfLine));
}

export const unprocessed = ({ quantity, processed }: { quantity: number; processed: number }): number =>
  quantity - processed;

export const disposedUnits = ({ dispositions }: ReturnLineBook): number =>
  dispositions.reduce((units, { quantity }) => units + quantity, 0);

/** Nothing has been done about it yet but to agree. */
export function isUntouched({ lines, exchanges }: ReturnBook): boolean {
  return (
    [...lines, ...exchanges].every(({ processed }) => processed === 0) &&
    lines.every((line) => disposedUnits(line) === 0)
  );
}

export interface Processing {
  lines: readonly { line: ReturnLineBook; quantity: number }[];
  exchanges: readonly { exchange: ExchangeLineBook; quantity: number }[];
  /** Whether delivery is given back, whole. */
  shipping: boolean;
  /** Money that goes back. */
  paid: readonly { amount: Amount; parent: TransactionBook }[];
}

/** Processes a part of a return, or all of it. Null: no refund has come of it. */
export function processReturn(
  store: StoreFacts,
  order: OrderBook,
  found: ReturnBook,
  { lines, exchanges, shipping, paid }: Processing,
  nowMs: number,
): RefundBook | null {
  const { ids } = store;
  const { id: returnId } = found;
  const fees = feesOf(found, lines);
  const parts = lines.flatMap(({ line, quantity }) => refundLines(ids, order, returnId, line, quantity));
  let refund: RefundBook | null = null;
  if (parts.length > 0 || shipping || paid.length > 0) {
    refund = newRefund(ids, order, parts, nowMs);
    refund.returnId = returnId;
    if (fees.shop > 0n) refund.fees = fees;
    if (found.shippingFee) found.shippingFee.charged = true;
    if (shipping) {
      refund.shipping = shippingBack(ids, order);
      for (const { line } of refund.shipping) line.gone = true;
    }
    refund.transactions = paid.map(({ amount, parent: { id: parentId, gateway } }) =>
      addTransaction(ids, order, { kind: 'refund', status: 'success', amount, parentId, gateway }, nowMs),
    );
  }
  for (const { exchange, quantity } of exchanges) {
    exchange.lines.push(exchangeLine(store, order, exchange, quantity));
    exchange.processed += quantity;
    order.edited = true;
  }
  settleMoney(order);
  return refund;
}

/** What the shopper owes for units that are processed now, and once for their way back. */
export function feesOf({ shippingFee }: ReturnBook, lines: Processing['lines']): Amount {
  const shares = lines.map(({ line: { fee, processed, quantity: all }, quantity }) =>
    both((side) => {
      const whole = fee?.amount[side] ?? 0n;
      return part(whole, processed + quantity, all) - part(whole, processed, all);
    }),
  );
  const way = lines.length > 0 && shippingFee && !shippingFee.charged ? shippingFee.amount : NOTHING;
  return add(...shares, way);
}

/** Units leave the order: those that went back on the shelf, and those that did not. */
function refundLines(
  ids: Ids,
  order: OrderBook,
  returnId: string,
  returned: ReturnLineBook,
  quantity: number,
): RefundLineBook[] {
  const { line, dispositions } = returned;
  const shelved = dispositions
    .filter(({ type }) => type === 'RESTOCKED')
    .reduce((units, each) => units + each.quantity, 0);
  const told = order.refunds
    .filter((each) => each.returnId === returnId)
    .flatMap((each) => each.lines)
    .filter((each) => each.line === line && each.restock)
    .reduce((units, each) => units + each.quantity, 0);
  const restocked = Math.min(quantity, Math.max(0, shelved - told));
  const take = (units: number, restock: boolean): RefundLineBook[] => {
    if (units === 0) return [];
    const from = line.removed + line.returned;
    line.returned += units;
    const share = shareOf(order, line, from, from + units);
    return [{ id: ids.next(), line, quantity: units, effect: 'returned', restock, disposed: true, ...share }];
  };
  returned.processed += quantity;
  return [...take(restocked, true), ...take(quantity - restocked, false)];
}

function exchangeLine(
  store: StoreFacts,
  order: OrderBook,
  { sku, title, variantTitle, unitPrice, productId, variantId, percentOff }: ExchangeLineBook,
  quantity: number,
): LineBook {
  const spec = { sku, title, quantity, unitPrice, tax: taxesFor(order, variantId) };
  const line = addLine(store, order, spec, { productId, variantId, variantTitle });
  if (percentOff) {
    const { percent, title: name } = percentOff;
    const application = order.applications.push({ kind: 'manual', title: name, value: { percent } }) - 1;
    line.discount = { percent, application };
  }
  sendFrom(store, order, line, order.fulfilmentOrders[0]?.locationId ?? (store.locationIds[0] as string));
  return line;
}
