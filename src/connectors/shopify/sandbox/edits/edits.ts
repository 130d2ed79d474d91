/**
 * Order edits as apps make them: changes are staged, shown on a copy of the order, and made at once by the commit. What the
 * shopper then owes or gets back is settled later, by others.
 */

import type { LineBook, LineReduction, OrderBook } from '../book.ts';
import { capturedAmount, currentUnits, unshippedUnits } from '../book-figures.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { Ids } from '../ids.ts';
import { type Edited, giveBack, outstandingAmount, PLAIN } from '../orders/acts.ts';
import {
  addLine,
  addShipping,
  type LineSpec,
  type Product,
  type StoreFacts,
  sendFrom,
} from '../orders/placing.ts';

import { taxesFor } from '../orders/taxes.ts';

/** A line that the edit adds. */
export interface AddedLine {
  /** Of the calculated line alone: the line itself gets another with the commit. */
  id: string;
  spec: LineSpec;
  /** Null: a custom item. */
  product: Product | null;
  /** Null: where the order's other lines leave from. */
  locationId: string | null;
  discount: { id: string; title: string; value: LineReduction } | null;
}

/** Delivery that the edit adds. */
export interface AddedShipping {
  /** Of the calculated line alone. */
  id: string;
  title: string;
  price: string;
}

/** What an edit of an order has staged so far. */
export interface StagedEdit {
  readonly id: string;
  readonly orderId: string;
  readonly beganAtMs: number;
  /** The order's goods when the edit began: other goods cannot take the edit any more. */
  readonly basis: string;
  /** Units that lines are to have, by their ids. */
  readonly quantities: Map<string, { quantity: number; restock: boolean }>;
  readonly added: AddedLine[];
  readonly addedShipping: AddedShipping[];
  /** Ids of delivery that is taken off. */
  readonly removedShipping: Set<string>;
}

/** What the edit of an order rests on. */
export function basisOf({ cancelledAtMs, lines, shipping }: OrderBook): string {
  const units = lines.map(({ id, quantity, removed, returned, fulfilled }) => [
    id,
    quantity,
    removed,
    returned,
    fulfilled,
  ]);
  return JSON.stringify([cancelledAtMs, units, shipping.map(({ id, gone, removed }) => [id, gone, removed])]);
}

/** Units that an edit may take off a line, or leave. */
export const editableUnits = (line: LineBook): number => unshippedUnits(line);

/** Why a line cannot have so many units; undefined: it can. What the sandbox does not behave is "unknown". */
export function unfit(line: LineBook, quantity: number): 'uneditable' | 'fulfilled' | 'unknown' | undefined {
  const now = currentUnits(line);
  if (quantity === now) return undefined;
  if (editableUnits(line) === 0) return 'uneditable';
  if (quantity < now) return now - quantity > editableUnits(line) ? 'fulfilled' : undefined;
  // Its price was shared out over the units that it had.
  return line.removed > 0 || line.returned > 0 || line.orderDiscount.shop > 0n ? 'unknown' : undefined;
}

/** The order as it would be, and the lines that the edit would make, by the ids of what it adds. */
export function preview(
  store: StoreFacts,
  order: OrderBook,
  edit: StagedEdit,
  nowMs: number,
): { order: OrderBook; made: ReadonlyMap<string, LineBook> } {
  const copy = structuredClone({ ...order, twist: null });
  const { made } = applyEdit({ ...store, ids: new Ids('preview') }, copy, edit, nowMs);
  return { order: copy, made };
}

/** Makes the changes. What was taken off is written down as a refund without money. */
export function applyEdit(
  store: StoreFacts,
  order: OrderBook,
  edit: StagedEdit,
  nowMs: number,
): Edited & { made: Map<string, LineBook> } {
  const done: Edited = { additions: [], removals: [], refund: null, payment: null };
  for (const line of [...order.lines]) {
    const delta = (edit.quantities.get(line.id)?.quantity ?? currentUnits(line)) - currentUnits(line);
    if (delta > 0) {
      line.quantity += delta;
      done.additions.push({ id: line.id, delta });
    }
    if (delta < 0) done.removals.push({ id: line.id, delta: -delta });
  }
  const picks = done.removals.map(({ id, delta }) => ({
    line: order.lines.find((each) => each.id === id) as LineBook,
    quantity: delta,
    restock: edit.quantities.get(id)?.restock ?? false,
  }));
  if (picks.length > 0) done.refund = giveBack(store.ids, order, picks, PLAIN, nowMs, 'later');
  const made = new Map<string, LineBook>();
  for (const added of edit.added) {
    if (added.spec.quantity === 0) continue;
    const line = addLine(store, order, added.spec, added.product);
    if (added.discount) {
      const { title, value } = added.discount;
      line.discount = {
        ...value,
        application: order.applications.push({ kind: 'manual', title, value }) - 1,
      };
    }
    const usual = order.fulfilmentOrders[0]?.locationId ?? (store.locationIds[0] as string);
    sendFrom(store, order, line, added.locationId ?? usual);
    made.set(added.id, line);
    done.additions.push({ id: line.id, delta: line.quantity });
  }
  done.shipping = applyShipping(store, order, edit);
  order.edited = true;
  settleMoney(order);
  return { ...done, made };
}

/** Delivery that is added is taxed like what was there, or like the order's goods. */
function applyShipping(
  store: StoreFacts,
  order: OrderBook,
  edit: StagedEdit,
): NonNullable<Edited['shipping']> {
  const taxes = order.shipping[0]?.taxes ?? taxesFor(order, null);
  const removed = order.shipping.filter(({ id }) => edit.removedShipping.has(id));
  for (const each of removed) each.removed = true;
  const added = edit.addedShipping.map(
    ({ title, price }) => addShipping(store.ids, order, { title, price, taxes }).id,
  );
  return { added, removed: removed.map(({ id }) => id) };
}

/** What was paid may owe again, and what was paid in part no more. */
export function settleMoney(order: OrderBook): void {
  const owed = outstandingAmount(order).shop;
  if (order.money === 'paid' && owed > 0n) order.money = 'pending';
  else if (order.money === 'pending' && owed <= 0n && capturedAmount(order).shop > 0n) order.money = 'paid';
}

export interface Money {
  amount: string;
  currencyCode: string;
}

/** Money of an edit is in the currency that the shopper pays in. */
export function wrongCurrency(order: OrderBook, { currencyCode }: Money): string | undefined {
  if (currencyCode !== order.presentmentCurrency)
    return `Currency must be the order's presentment currency ${order.presentmentCurrency}`;
  if (order.presentmentCurrency !== order.currency)
    throw notSupported("amounts of an edit in a currency that is not the store's own");
  return undefined;
}
