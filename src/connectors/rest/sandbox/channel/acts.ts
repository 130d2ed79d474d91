/** What changes an order of the sandbox channel: money, edits, refunds, cancellation. Pure on the order's book but for `now`. */
import { toMinor } from '../../../../sandbox/kit/money.ts';
import type { OrderSpec } from '../../../../sandbox/kit/types.ts';
import {
  capturedAmount,
  type LineBook,
  type OrderBook,
  type PaymentBook,
  type RefundBook,
  refundedAmount,
  shippedUnits,
  sum,
  unshippedUnits,
} from './book.ts';
import {
  applyOrderDiscount,
  currentTotal,
  newLine,
  shareOf,
  shippingTaxes,
  total,
  withTax,
} from './pricing.ts';

const AUTHORISED_FOR_MS = 7 * 24 * 60 * 60_000;

/** A new order; its first payment stands in its books. */
export function newOrder(id: string, spec: OrderSpec, nowMs: number): OrderBook {
  const { currency, taxesIncluded } = spec;
  const lines = spec.lines.map((line, index) => newLine(`${id}-${index + 1}`, line));
  if (spec.orderDiscount) applyOrderDiscount({ currency, taxesIncluded }, lines, spec.orderDiscount);
  const order: OrderBook = {
    id,
    currency,
    taxesIncluded,
    test: spec.test ?? false,
    gateway: spec.gateway,
    shopper: { ...spec.shopper },
    placedAt: new Date(nowMs).toISOString(),
    updatedAtMs: nowMs,
    version: 1,
    cancelledAt: null,
    cancelReason: null,
    money: spec.payment,
    lines,
    shipping: spec.shipping
      ? {
          id: `${id}-S1`,
          title: spec.shipping.title,
          gross: toMinor(spec.shipping.price, currency),
          taxes: spec.shipping.tax,
          gone: false,
        }
      : null,
    payments: [],
    refunds: [],
    fulfilments: [],
    twist: spec.twist ?? null,
  };
  const amount = total(order);
  if (spec.payment === 'paid') addPayment(order, 'sale', 'succeeded', amount, nowMs);
  if (spec.payment === 'pending') addPayment(order, 'sale', 'pending', amount, nowMs);
  if (spec.payment === 'failed') addPayment(order, 'sale', 'failed', amount, nowMs);
  if (spec.payment === 'authorised')
    addPayment(order, 'authorisation', 'succeeded', amount, nowMs).authorisationExpiresAt = new Date(
      nowMs + AUTHORISED_FOR_MS,
    ).toISOString();
  return order;
}

/** The money of an order goes on. False: nothing to do any more. */
export function payOrder(order: OrderBook, event: 'captured' | 'failed' | 'expired', nowMs: number): boolean {
  if (order.cancelledAt !== null || order.money === 'paid' || order.money === 'voided') return false;
  const pending = order.payments.find((payment) => payment.status === 'pending');
  if (event !== 'captured') {
    if (pending) pending.status = 'failed';
    order.money = event;
    return true;
  }
  const amount = currentTotal(order);
  const authorisation = order.payments.find((payment) => payment.kind === 'authorisation');
  if (pending)
    Object.assign(pending, { status: 'succeeded', amount, processedAt: new Date(nowMs).toISOString() });
  else if (authorisation && order.money === 'authorised')
    addPayment(order, 'capture', 'succeeded', amount, nowMs).parentId = authorisation.id;
  else addPayment(order, 'sale', 'succeeded', amount, nowMs);
  order.money = 'paid';
  return true;
}

/** Takes units off that have not shipped, puts some on, adds a line; what was paid follows. False: too late, nothing done. */
export function editLines(
  order: OrderBook,
  edit: { line?: { index: number; quantity: number }; add?: OrderSpec['lines'][number] },
  nowMs: number,
): boolean {
  if (order.cancelledAt !== null) return false;
  const line = edit.line ? order.lines[edit.line.index] : undefined;
  if (edit.line) {
    if (!line || line.fulfilled > 0 || line.returned > 0) return false;
    const grows = edit.line.quantity > line.quantity - line.removed;
    if (grows && line.removed > 0) return false;
    if (!edit.add && edit.line.quantity === line.quantity - line.removed) return false;
  }
  const before = currentTotal(order);
  if (edit.line && line) {
    const current = line.quantity - line.removed;
    if (edit.line.quantity > current) line.quantity = edit.line.quantity;
    if (edit.line.quantity < current)
      giveBack(
        order,
        [{ line, quantity: current - edit.line.quantity }],
        { shipping: false, extra: 0n, restock: true, pending: false },
        nowMs,
        order.money === 'paid',
      );
  }
  const afterRemoval = currentTotal(order);
  if (edit.add) order.lines.push(newLine(`${order.id}-${order.lines.length + 1}`, edit.add));
  const added = currentTotal(order) - (afterRemoval < before ? afterRemoval : before);
  if (order.money === 'paid' && added > 0n) addPayment(order, 'sale', 'succeeded', added, nowMs);
  return true;
}

export interface GiveBack {
  shipping: boolean;
  /** A plain amount besides. */
  extra: bigint;
  restock: boolean;
  pending: boolean;
}

/**
 * Units leave the order (those that have not shipped first) and money goes back for them. Without money (`pays` false) the
 * units only leave. Null: impossible, nothing done.
 */
export function giveBack(
  order: OrderBook,
  picks: readonly { line: LineBook; quantity: number }[],
  how: GiveBack,
  nowMs: number,
  pays: boolean,
  limit?: bigint,
): RefundBook | null {
  if (
    picks.some(
      ({ line, quantity }) =>
        quantity < 1 || quantity > unshippedUnits(line) + line.fulfilled - line.returned,
    )
  )
    return null;
  if (how.shipping && (!order.shipping || order.shipping.gone)) return null;
  const lines = picks.flatMap(({ line, quantity }) => parts(order, line, quantity, how.restock));
  const shippingTax = how.shipping && order.shipping ? sum(shippingTaxes(order, order.shipping)) : 0n;
  const shipping = how.shipping && order.shipping ? order.shipping.gross : 0n;
  const money =
    sum(lines.map((line) => withTax(order, line.amount, line.tax))) +
    withTax(order, shipping, shippingTax) +
    how.extra;
  if (limit !== undefined && money > limit) return null;
  for (const { lineId, quantity, effect } of lines) {
    const line = order.lines.find((each) => each.id === lineId);
    if (line) line[effect] += quantity;
  }
  if (how.shipping && order.shipping) order.shipping.gone = true;
  if (!pays || (lines.length === 0 && money === 0n)) return null;
  const id = `${order.id}-R${order.refunds.length + 1}`;
  const transactions: RefundBook['transactions'] =
    money > 0n ? [{ id: `${id}-T1`, status: how.pending ? 'pending' : 'succeeded', amount: money }] : [];
  const refund: RefundBook = {
    id,
    createdAt: new Date(nowMs).toISOString(),
    lines,
    shipping,
    shippingTax,
    transactions,
  };
  order.refunds.push(refund);
  return refund;
}

/** Units that leave a line, by effect, with their shares of its value. */
function parts(order: OrderBook, line: LineBook, quantity: number, restock: boolean): RefundBook['lines'] {
  const removed = Math.min(quantity, unshippedUnits(line));
  const taken = line.removed + line.returned;
  const made: RefundBook['lines'] = [];
  if (removed > 0)
    made.push({
      lineId: line.id,
      quantity: removed,
      effect: 'removed',
      restock,
      ...shareOf(order, line, taken, taken + removed),
    });
  if (quantity > removed)
    made.push({
      lineId: line.id,
      quantity: quantity - removed,
      effect: 'returned',
      restock,
      ...shareOf(order, line, taken + removed, taken + quantity),
    });
  return made;
}

/** Cancels whole. False: it is cancelled already, or something has shipped and nobody forces it. */
export function cancelWhole(
  order: OrderBook,
  options: { reason: string; refund: boolean; force?: boolean },
  nowMs: number,
): boolean {
  if (order.cancelledAt !== null || (shippedUnits(order) > 0 && !options.force)) return false;
  const pays = order.money === 'paid' && options.refund;
  const picks = order.lines
    .map((line) => ({ line, quantity: unshippedUnits(line) + (pays ? line.fulfilled - line.returned : 0) }))
    .filter(({ quantity }) => quantity > 0);
  const shipping = order.shipping !== null && !order.shipping.gone && (pays || order.money !== 'paid');
  const refund = giveBack(order, picks, { shipping, extra: 0n, restock: true, pending: false }, nowMs, pays);
  // Price reductions of before are not paid twice.
  const left = capturedAmount(order) - refundedAmount(order, 'succeeded', 'pending');
  const transaction = refund?.transactions[0];
  if (transaction && left < 0n) transaction.amount += left;
  if (order.money !== 'paid') {
    for (const payment of order.payments) if (payment.status === 'pending') payment.status = 'failed';
    if (order.money === 'authorised')
      addPayment(order, 'void', 'succeeded', order.payments[0]?.amount ?? 0n, nowMs);
    order.money = 'voided';
  }
  order.cancelledAt = new Date(nowMs).toISOString();
  order.cancelReason = options.reason;
  return true;
}

function addPayment(
  order: OrderBook,
  kind: PaymentBook['kind'],
  status: PaymentBook['status'],
  amount: bigint,
  nowMs: number,
): PaymentBook {
  const payment: PaymentBook = {
    id: `${order.id}-P${order.payments.length + 1}`,
    parentId: null,
    kind,
    status,
    amount,
    processedAt: new Date(nowMs).toISOString(),
    authorisationExpiresAt: null,
  };
  order.payments.push(payment);
  return payment;
}
