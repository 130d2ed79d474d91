/** What follows from an order's book: sums, units that are left, and its states. */
import type {
  Amount,
  FulfilmentOrderBook,
  FulfilmentPartBook,
  LineBook,
  OrderBook,
  RequestStatus,
  ShippingBook,
  Side,
  TransactionBook,
} from './book.ts';

export const NOTHING: Amount = { shop: 0n, presentment: 0n };

/** The name of a line: its title, and what it chose of it. */
export const lineName = ({ title, variantTitle }: Pick<LineBook, 'title' | 'variantTitle'>): string =>
  variantTitle === null ? title : `${title} - ${variantTitle}`;

/** The same sum in both moneys. */
export function both(on: (side: Side) => bigint): Amount {
  return { shop: on('shop'), presentment: on('presentment') };
}

export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((whole, amount) => whole + amount, 0n);
}

export function add(...amounts: readonly Amount[]): Amount {
  return both((side) => sum(amounts.map((amount) => amount[side])));
}

export function subtract(from: Amount, amount: Amount): Amount {
  return both((side) => from[side] - amount[side]);
}

export function currencyOf(order: Pick<OrderBook, 'currency' | 'presentmentCurrency'>, side: Side): string {
  return side === 'shop' ? order.currency : order.presentmentCurrency;
}

/** When an order was archived; null: it is open. */
export const closedAt = ({ cancelledAtMs, closedAtMs }: OrderBook): number | null =>
  closedAtMs ?? cancelledAtMs;

/** Delivery that still counts: neither given back nor taken off. */
export const standingShipping = ({ shipping }: Pick<OrderBook, 'shipping'>): ShippingBook[] =>
  shipping.filter(({ gone, removed }) => !gone && !removed);

/** Units of a line that still count. */
export const currentUnits = (line: LineBook): number => line.quantity - line.removed - line.returned;

/** Units of a line that are to leave yet. */
export const unshippedUnits = (line: LineBook): number =>
  Math.max(0, line.quantity - line.removed - line.fulfilled);

export const shippedUnits = (order: OrderBook): number =>
  order.lines.reduce((units, line) => units + line.fulfilled, 0);

/** Whether units of a line leave a location; gift cards are sent by mail. */
export const leaves = (line: LineBook): boolean => !line.giftCard && !line.service;

/** Lines that leave a location. */
export const shippableLines = (order: OrderBook): LineBook[] => order.lines.filter(leaves);

export function capturedAmount(order: OrderBook): Amount {
  return add(
    ...order.transactions
      .filter(({ kind, status }) => status === 'success' && (kind === 'sale' || kind === 'capture'))
      .map(({ amount }) => amount),
  );
}

/** Money given back, in the transactions of these states. */
export function refundedAmount(order: OrderBook, ...states: TransactionBook['status'][]): Amount {
  return add(
    ...order.transactions
      .filter(({ kind, status }) => kind === 'refund' && states.includes(status))
      .map(({ amount }) => amount),
  );
}

export function financialStatus(order: OrderBook): string {
  switch (order.money) {
    case 'pending':
      return capturedAmount(order).shop > 0n ? 'PARTIALLY_PAID' : 'PENDING';
    case 'authorised':
      return capturedAmount(order).shop > 0n ? 'PARTIALLY_PAID' : 'AUTHORIZED';
    case 'failed':
    case 'expired':
      return 'EXPIRED';
    case 'voided':
      return 'VOIDED';
    case 'paid': {
      const refunded = refundedAmount(order, 'success').shop;
      if (refunded === 0n) return 'PAID';
      return refunded >= capturedAmount(order).shop ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
    }
    default:
      return order.money satisfies never;
  }
}

export function fulfilmentStatus(order: OrderBook): 'UNFULFILLED' | 'PARTIALLY_FULFILLED' | 'FULFILLED' {
  if (shippedUnits(order) === 0) return 'UNFULFILLED';
  return shippableLines(order).every((line) => unshippedUnits(line) === 0)
    ? 'FULFILLED'
    : 'PARTIALLY_FULFILLED';
}

/** Units that a fulfilment order's part has sent. */
export const sentUnits = ({ own, line }: FulfilmentPartBook): number => own?.sent ?? line.fulfilled;

/** Units that a fulfilment order's part has still to send; of a split line, what was taken off is missing at the last part. */
export function openUnits(order: OrderBook, part: FulfilmentPartBook): number {
  let left = unshippedUnits(part.line);
  if (!part.own) return left;
  for (const { lines } of order.fulfilmentOrders)
    for (const each of lines) {
      if (each.line !== part.line || !each.own) continue;
      const open = Math.min(left, each.own.quantity - each.own.sent);
      if (each === part) return open;
      left -= open;
    }
  return left;
}

/** A fulfilment service works on these. */
const IN_WORK: ReadonlySet<RequestStatus> = new Set([
  'ACCEPTED',
  'CANCELLATION_REQUESTED',
  'CANCELLATION_REJECTED',
]);

export const isAccepted = ({ request }: FulfilmentOrderBook): boolean =>
  request !== undefined && IN_WORK.has(request);

/** What a fulfilment order may not leave before; null: it may. */
export const scheduledUntil = (
  { scheduledUntilMs: ofAll }: OrderBook,
  { scheduledUntilMs = ofAll }: FulfilmentOrderBook,
): number | null => scheduledUntilMs;

/** The state of a fulfilment order follows from what its lines still have to send, and what was said of it. */
export function fulfilmentOrderStatus(
  order: OrderBook,
  at: FulfilmentOrderBook,
): 'OPEN' | 'IN_PROGRESS' | 'ON_HOLD' | 'SCHEDULED' | 'INCOMPLETE' | 'CLOSED' | 'CANCELLED' {
  const { lines, holds, ended, incomplete, progress } = at;
  if (ended) return ended;
  const shipped = lines.some((part) => sentUnits(part) > 0);
  if (order.cancelledAtMs !== null && !shipped) return 'CANCELLED';
  if (lines.every((part) => openUnits(order, part) === 0)) return 'CLOSED';
  if (order.hold || holds?.length) return 'ON_HOLD';
  if (scheduledUntil(order, at) !== null) return 'SCHEDULED';
  if (incomplete) return 'INCOMPLETE';
  return shipped || progress || isAccepted(at) ? 'IN_PROGRESS' : 'OPEN';
}

/** Who has paid, in the order of payment. */
export function gatewaysOf(order: OrderBook): string[] {
  return [...new Set([...order.transactions.map(({ gateway }) => gateway), order.gateway])];
}

/** Goods are sent to somebody; those that are fetched or were handed over are not. */
export const hasAddress = (order: OrderBook): boolean =>
  (order.delivery === 'SHIPPING' || order.delivery === 'LOCAL') && isAddressed(order);

/** Of a draft that was placed without an address none is known. */
export const isAddressed = ({ shopper }: OrderBook): boolean => shopper.countryCode !== '';

export const hasDuties = ({ lines }: OrderBook): boolean => lines.some(({ duty }) => duty !== null);
