/** What changes an order of the sandbox store: money, edits, refunds, cancellation. */
import type { EditSpec } from '../../../../sandbox/kit/types.ts';
import type { Amount, LineBook, OrderBook, RefundBook, RefundLineBook, TransactionBook } from '../book.ts';
import {
  add,
  both,
  capturedAmount,
  NOTHING,
  refundedAmount,
  shippedUnits,
  standingShipping,
  subtract,
  sum,
  unshippedUnits,
} from '../book-figures.ts';
import type { Ids } from '../ids.ts';
import { authorisationOf, capturable, capture } from '../payments/captures.ts';
import { STORE_CREDIT } from '../payments/promises.ts';
import { addLine, addShipping, addTransaction, type LineSpec, type StoreFacts, sendFrom } from './placing.ts';
import {
  currentTotal,
  currentTotals,
  discrepancy,
  extraTaxes,
  payable,
  shareOf,
  shippingTaxes,
  withTax,
} from './pricing.ts';
import { taxesFor } from './taxes.ts';

/** The money of an order goes on. Its new transactions; null: there is nothing to do any more. */
export function payOrder(
  ids: Ids,
  order: OrderBook,
  event: 'captured' | 'failed' | 'expired',
  nowMs: number,
): readonly TransactionBook[] | null {
  if (order.cancelledAtMs !== null || order.money === 'paid' || order.money === 'voided') return null;
  const pending = order.transactions.find(({ status }) => status === 'pending');
  if (event !== 'captured') {
    if (pending) pending.status = 'failure';
    // What was captured before stays; only the rest does not come.
    order.money = event === 'expired' && capturedAmount(order).shop > 0n ? 'pending' : event;
    return [];
  }
  const authorised = order.money === 'authorised';
  const owed = outstandingAmount(order);
  const authorisation = authorisationOf(order);
  if (pending) {
    order.money = 'paid';
    Object.assign(pending, { status: 'success', amount: owed, processedAtMs: nowMs });
    return [pending];
  }
  const made: TransactionBook[] = [];
  if (authorisation && authorised && owed.presentment > 0n) {
    const open = capturable(order, authorisation);
    const amount = open.presentment < owed.presentment ? open : owed;
    made.push(capture(ids, order, authorisation, { amount, owed, isLast: true }, nowMs));
  }
  // What the order has grown by since it was authorised is charged besides.
  const rest = outstandingAmount(order);
  if (rest.presentment > 0n || made.length === 0)
    made.push(addTransaction(ids, order, { kind: 'sale', status: 'success', amount: rest }, nowMs));
  order.money = 'paid';
  return made;
}

/** What the shopper still owes; less than nothing: what the store owes the shopper. */
export function outstandingAmount(order: OrderBook): Amount {
  const net = subtract(capturedAmount(order), refundedAmount(order, 'success', 'pending'));
  const beyond = add(...order.refunds.map((each) => discrepancy(order, each)));
  // What was given back beyond the worth of goods is a gift.
  const given = both((side) => (beyond[side] < 0n ? beyond[side] : 0n));
  const fees = order.refunds.map((each) => each.fees ?? NOTHING);
  return add(subtract(payable(order), net), given, ...fees);
}

export interface Edited {
  additions: { id: string; delta: number }[];
  removals: { id: string; delta: number }[];
  /** Ids of delivery that was put on and taken off. */
  shipping?: { added: string[]; removed: string[] };
  refund: RefundBook | null;
  payment: TransactionBook | null;
}

/** Takes units off that have not shipped, puts some on, adds a line; what was paid follows. Null: too late, nothing done. */
export function editOrder(store: StoreFacts, order: OrderBook, edit: EditSpec, nowMs: number): Edited | null {
  if (order.cancelledAtMs !== null) return null;
  if (edit.shipping && (order.shipping.some(({ gone }) => gone) || shippedUnits(order) > 0)) return null;
  const change = edit.line ? changeOf(order, edit.line) : null;
  if (edit.line && (change === null || (change.delta === 0 && !edit.add && !edit.shipping))) return null;
  const { ids } = store;
  const done: Edited = { additions: [], removals: [], refund: null, payment: null };
  const before = currentTotal(order);
  if (change && change.delta > 0) {
    change.line.quantity += change.delta;
    done.additions.push({ id: change.line.id, delta: change.delta });
  }
  if (edit.shipping) done.shipping = replaceShipping(store, order, edit.shipping);
  if (change && change.delta < 0) {
    const picks = [{ line: change.line, quantity: -change.delta }];
    done.refund = giveBack(ids, order, picks, PLAIN, nowMs, order.money === 'paid' ? 'back' : 'none');
    done.removals.push({ id: change.line.id, delta: -change.delta });
  }
  const afterRemoval = currentTotal(order);
  if (edit.add) done.additions.push(addedLine(store, order, edit.add));
  const base = afterRemoval.shop < before.shop ? afterRemoval : before;
  const more = subtract(currentTotal(order), base);
  if (order.money === 'paid' && more.shop > 0n)
    done.payment = addTransaction(ids, order, { kind: 'sale', status: 'success', amount: more }, nowMs);
  order.edited = true;
  return done;
}

/** Another way of delivery, at another price, in the place of what there was. */
function replaceShipping(
  store: StoreFacts,
  order: OrderBook,
  { title, price }: NonNullable<EditSpec['shipping']>,
): NonNullable<Edited['shipping']> {
  const taxes = order.shipping[0]?.taxes ?? taxesFor(order, null);
  const removed = standingShipping(order);
  for (const each of removed) each.removed = true;
  const added = addShipping(store.ids, order, { title, price, taxes });
  return { added: [added.id], removed: removed.map(({ id }) => id) };
}

/** What an edit does to a line; null: that cannot be done any more. */
function changeOf(
  order: OrderBook,
  { index, quantity }: { index: number; quantity: number },
): { line: LineBook; delta: number } | null {
  const line = order.lines[index];
  if (!line || line.fulfilled > 0 || line.returned > 0) return null;
  const delta = quantity - (line.quantity - line.removed);
  return delta > 0 && line.removed > 0 ? null : { line, delta };
}

function addedLine(store: StoreFacts, order: OrderBook, spec: LineSpec): { id: string; delta: number } {
  const line = addLine(store, order, spec);
  sendFrom(store, order, line, order.fulfilmentOrders[0]?.locationId ?? (store.locationIds[0] as string));
  return { id: line.id, delta: line.quantity };
}

/**
 * Shipped units come back and a new line goes out for them. The refund has the units and only the money that is over; what the
 * new line costs more is paid. Null: nothing done.
 */
export function exchangeUnits(
  store: StoreFacts,
  order: OrderBook,
  { line, quantity }: { line: LineBook; quantity: number },
  add: LineSpec,
  nowMs: number,
): RefundBook | null {
  const isPossible = order.cancelledAtMs === null && order.money === 'paid' && unshippedUnits(line) === 0;
  if (!isPossible || quantity < 1 || quantity > line.fulfilled - line.returned) return null;
  const { ids } = store;
  const lines = parts(ids, order, line, quantity, true);
  const before = currentTotal(order);
  for (const { quantity: units, effect } of lines) line[effect] += units;
  addedLine(store, order, add);
  order.edited = true;
  const due = subtract(currentTotal(order), before);
  const refund = newRefund(ids, order, lines, nowMs);
  if (due.shop < 0n) refund.transactions.push(...paidBack(ids, order, subtract(NOTHING, due), false, nowMs));
  if (due.shop > 0n) addTransaction(ids, order, { kind: 'sale', status: 'success', amount: due }, nowMs);
  return refund;
}

export interface GiveBack {
  shipping: boolean;
  /** A plain amount besides. */
  extra: Amount;
  restock: boolean;
  pending: boolean;
  /** Where money goes that does not go back the way it came. */
  to?: string | undefined;
}

/** Units that leave an order; whether they go back on the shelf, where that is not the same for all. */
export interface Pick {
  line: LineBook;
  quantity: number;
  restock?: boolean;
}

export const PLAIN: GiveBack = { shipping: false, extra: NOTHING, restock: true, pending: false };

/** A refund of nothing yet, among those of its order. */
export function newRefund(ids: Ids, order: OrderBook, lines: RefundLineBook[], nowMs: number): RefundBook {
  const refund: RefundBook = {
    id: ids.next(),
    createdAtMs: nowMs,
    lines,
    shipping: [],
    duties: [],
    transactions: [],
    adjustmentIds: [ids.next(), ids.next()],
  };
  order.refunds.push(refund);
  return refund;
}

/**
 * Units leave the order (those that have not shipped first) and money goes back for them: at once, or it is somebody else's to
 * give it back (`later`). Without money (`none`) the units only leave. Null: impossible, nothing done; or there was nothing to
 * write down.
 */
export function giveBack(
  ids: Ids,
  order: OrderBook,
  picks: readonly Pick[],
  how: GiveBack,
  nowMs: number,
  pays: 'back' | 'later' | 'none',
  limitMinor?: bigint,
): RefundBook | null {
  const possible = picks.every(
    ({ line, quantity }) =>
      quantity >= 1 && quantity <= unshippedUnits(line) + line.fulfilled - line.returned,
  );
  if (!possible || (how.shipping && standingShipping(order).length === 0)) return null;
  const lines = picks.flatMap(({ line, quantity, restock }) =>
    parts(ids, order, line, quantity, restock ?? how.restock),
  );
  const shipping = how.shipping ? shippingBack(ids, order) : [];
  const money = add(
    ...[...lines, ...shipping].map(({ subtotal, tax }) =>
      both((side) => withTax(order, subtotal[side], tax[side])),
    ),
    how.extra,
  );
  if (limitMinor !== undefined && money.shop > limitMinor) return null;
  for (const { line, quantity, effect } of lines) line[effect] += quantity;
  for (const { line } of shipping) line.gone = true;
  if (pays === 'none' || (lines.length === 0 && money.shop === 0n)) return null;
  const refund = newRefund(ids, order, lines, nowMs);
  refund.shipping = shipping;
  if (pays === 'back' && money.shop > 0n)
    refund.transactions.push(...paidBack(ids, order, money, how.pending, nowMs, how.to));
  return refund;
}

/** Money goes back the way it came, the last means first: a card before the gift card that was used beside it. */
export function wayBack(order: OrderBook, amount: Amount): { parent: TransactionBook; amount: Amount }[] {
  const paidBy = order.transactions.filter(
    (each) => each.status === 'success' && (each.kind === 'sale' || each.kind === 'capture'),
  );
  const made: { parent: TransactionBook; amount: Amount }[] = [];
  let rest = amount;
  for (const [left, parent] of [...paidBy.entries()].reverse()) {
    if (rest.shop <= 0n) break;
    const back = order.transactions.filter((each) => each.kind === 'refund' && each.parentId === parent.id);
    const open = subtract(parent.amount, add(...back.map((each) => each.amount)));
    // What nobody has paid for is given back by the first means, too.
    const part = left === 0 || open.shop >= rest.shop ? rest : open;
    if (part.shop <= 0n) continue;
    made.push({ parent, amount: part });
    rest = subtract(rest, part);
  }
  return made;
}

function paidBack(
  ids: Ids,
  order: OrderBook,
  amount: Amount,
  pending: boolean,
  nowMs: number,
  gateway?: string,
): TransactionBook[] {
  const status = pending ? 'pending' : 'success';
  if (gateway !== undefined)
    return [addTransaction(ids, order, { kind: 'refund', status, amount, parentId: null, gateway }, nowMs)];
  const made = wayBack(order, amount).map(({ parent: { id: parentId, gateway }, amount: part }) =>
    addTransaction(ids, order, { kind: 'refund', status, amount: part, parentId, gateway }, nowMs),
  );
  if (made.length === 0)
    made.push(addTransaction(ids, order, { kind: 'refund', status, amount, parentId: null }, nowMs));
  return made;
}

/** All delivery that still counts, as a refund gives it back. */
export function shippingBack(ids: Ids, order: OrderBook): RefundBook['shipping'] {
  return standingShipping(order).map((line) => ({
    id: ids.next(),
    line,
    subtotal: line.charged,
    tax: both((side) => sum(shippingTaxes(order, line, side))),
  }));
}

/** Units that leave a line, by effect, with their shares of its value. */
function parts(
  ids: Ids,
  order: OrderBook,
  line: LineBook,
  quantity: number,
  restock: boolean,
): RefundLineBook[] {
  const removed = Math.min(quantity, unshippedUnits(line));
  const taken = line.removed + line.returned;
  const made: RefundLineBook[] = [];
  const take = (effect: RefundLineBook['effect'], from: number, to: number) => {
    if (to === from) return;
    made.push({
      id: ids.next(),
      line,
      quantity: to - from,
      effect,
      restock,
      ...shareOf(order, line, from, to),
    });
  };
  take('removed', taken, taken + removed);
  take('returned', taken + removed, taken + quantity);
  return made;
}

export interface Cancellation {
  reason: string;
  refund: boolean;
  restock?: boolean;
  force?: boolean;
  /** What is given back becomes store credit, which may end. */
  toCredit?: { expiresAtMs: number | null };
}

/** Cancels whole. False: it is cancelled already, or something has shipped and nobody forces it. */
export function cancelWhole(
  ids: Ids,
  order: OrderBook,
  { reason, refund, restock = true, force = false, toCredit }: Cancellation,
  nowMs: number,
): { refund: RefundBook | null } | false {
  if (order.cancelledAtMs !== null || (shippedUnits(order) > 0 && !force)) return false;
  const paid = order.money === 'paid' || capturedAmount(order).shop > 0n;
  const pays = paid && refund;
  const picks = order.lines
    .map((line) => ({ line, quantity: unshippedUnits(line) + (pays ? line.fulfilled - line.returned : 0) }))
    .filter(({ quantity }) => quantity > 0);
  const shipping = standingShipping(order).length > 0 && (pays || !paid);
  const extra = pays || !paid ? extrasOf(order) : NOTHING;
  const made = giveBack(
    ids,
    order,
    picks,
    { ...PLAIN, shipping, restock, extra },
    nowMs,
    pays ? 'back' : 'none',
  );
  if (pays || !paid) order.extrasGone = true;
  if (made) {
    for (const { duty } of order.lines) if (duty) made.duties.push({ dutyId: duty.id, amount: duty.amount });
    withinPayment(order, made);
    if (toCredit)
      for (const transaction of made.transactions)
        Object.assign(transaction, {
          gateway: STORE_CREDIT,
          parentId: null,
          ...(toCredit.expiresAtMs === null ? {} : { creditExpiresAtMs: toCredit.expiresAtMs }),
        });
  }
  if (order.money !== 'paid') voidPayment(ids, order, nowMs, pays);
  order.cancelledAtMs = nowMs;
  order.cancelReason = reason;
  return { refund: made };
}

/** Duties, tips and fees with their taxes, and the rounding of cash. */
function extrasOf(order: OrderBook): Amount {
  const { duties, tip, fees } = currentTotals(order);
  if (order.extrasGone) return NOTHING;
  const taxes = both((side) => sum(order.extras.flatMap((extra) => extraTaxes(order, extra, side))));
  return add(duties, tip, fees, order.taxesIncluded ? NOTHING : taxes, order.cashRounding);
}

/** Price reductions of before are not paid twice. */
function withinPayment(order: OrderBook, refund: RefundBook): void {
  let left = subtract(capturedAmount(order), refundedAmount(order, 'success', 'pending'));
  for (const transaction of [...refund.transactions].reverse()) {
    if (left.shop >= 0n) return;
    const before = transaction.amount;
    const after = add(before, left);
    left = after.shop < 0n ? after : NOTHING;
    if (after.shop > 0n) {
      transaction.amount = after;
      return;
    }
    refund.transactions = refund.transactions.filter((each) => each !== transaction);
    order.transactions = order.transactions.filter((each) => each !== transaction);
  }
}

/**
 * What was authorised is released, and what was to come does not. Of a part that came before, it says whether it has gone back
 * (`isPaidBack`).
 */
export function voidPayment(ids: Ids, order: OrderBook, nowMs: number, isPaidBack = false): void {
  for (const transaction of order.transactions)
    if (transaction.status === 'pending' && transaction.kind !== 'refund') transaction.status = 'failure';
  const authorisation = authorisationOf(order);
  if (order.money === 'authorised' && authorisation) {
    const amount = capturable(order, authorisation);
    const parentId = authorisation.id;
    addTransaction(ids, order, { kind: 'void', status: 'success', amount, parentId }, nowMs);
  }
  if (capturedAmount(order).shop === 0n) order.money = 'voided';
  else order.money = isPaidBack ? 'paid' : 'pending';
}
