/** What apps send about returns, and what of it is understood. */
import { percentOf, toMinor } from '../../../../sandbox/kit/money.ts';
import type { Amount, LineBook, OrderBook } from '../book.ts';
import { add, both, standingShipping } from '../book-figures.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid } from '../ids.ts';
import { part, priceOf } from '../orders/pricing.ts';
import { type ReturnError, returnError } from './return-errors.ts';
import { unprocessed } from './returns.ts';
import type { DisposeInput } from './reverse.ts';

export interface LineInput {
  fulfillmentLineItemId: string;
  quantity: number;
  returnReason?: string | null;
  returnReasonDefinitionId?: string | null;
  returnReasonNote?: string | null;
  customerNote?: string | null;
  restockingFee?: { percentage: number } | null;
}

export interface ExchangeInput {
  variantId?: string | null;
  quantity: number;
  giftCardCodes?: readonly string[] | null;
  appliedDiscount?: {
    description?: string | null;
    value: { amount?: object | null; percentage?: number | null };
  } | null;
}

export interface CreateInput {
  orderId: string;
  returnLineItems: readonly LineInput[];
  exchangeLineItems?: readonly ExchangeInput[] | null;
  returnShippingFee?: { amount: Money } | null;
  requestedAt?: string | null;
}

interface Money {
  amount: string;
  currencyCode: string;
}

export type PaidInput = readonly { parentId: string; transactionAmount: Money }[];

export interface ProcessInput {
  returnId: string;
  returnLineItems?:
    | readonly { id: string; quantity: number; dispositions?: readonly DisposeInput[] | null }[]
    | null;
  exchangeLineItems?: readonly { id: string; quantity: number }[] | null;
  refundShipping?: { fullRefund?: boolean | null; shippingRefundAmount?: Money | null } | null;
  refundDuties?: readonly object[] | null;
  tipLineId?: string | null;
  financialTransfer?: {
    issueRefund?: {
      allowOverRefunding?: boolean | null;
      orderTransactions: PaidInput;
      refundMethods?: readonly object[] | null;
    } | null;
  } | null;
}

export interface RefundInput extends Pick<ProcessInput, 'returnId' | 'refundShipping' | 'refundDuties'> {
  returnRefundLineItems: readonly { returnLineItemId: string; quantity: number }[];
  orderTransactions?: PaidInput | null;
}

/** The lines that are meant, with units that are still to be processed. */
export function pick<Line extends { id: string; quantity: number; processed: number }>(
  lines: readonly Line[],
  asked: readonly { id: string; quantity: number }[],
  type: string,
  field: string[],
): { line: Line; quantity: number }[] | ReturnError {
  const made = new Map<Line, number>();
  for (const [index, { id, quantity }] of asked.entries()) {
    const line = lines.find((each) => gid(type, each.id) === id);
    if (!line) return returnError([...field, String(index), 'id'], 'NOT_FOUND', 'Line item not found.');
    const whole = (made.get(line) ?? 0) + quantity;
    if (quantity < 1)
      return returnError(
        [...field, String(index), 'quantity'],
        'GREATER_THAN',
        'Quantity must be greater than 0.',
      );
    if (whole > unprocessed(line))
      return returnError(
        [...field, String(index), 'quantity'],
        'LESS_THAN_OR_EQUAL_TO',
        'Quantity cannot be greater than the unprocessed quantity.',
      );
    made.set(line, whole);
  }
  return [...made].map(([line, quantity]) => ({ line, quantity }));
}

export function wantsShipping(order: OrderBook, input: ProcessInput['refundShipping']): boolean | 'gone' {
  const amount = input?.shippingRefundAmount
    ? toMinor(input.shippingRefundAmount.amount, order.currency)
    : 0n;
  if (!input?.fullRefund && amount === 0n) return false;
  const open = standingShipping(order);
  if (open.length === 0) return 'gone';
  if (!input?.fullRefund && amount !== add(...open.map(({ charged }) => charged)).shop)
    throw notSupported('refunds of a part of shipping');
  return true;
}

/** So many percent of what so many units were sold for, in both moneys. */
export function shareOfPrice(order: OrderBook, line: LineBook, units: number, percentage: number): Amount {
  return both((side) =>
    percentOf(part(priceOf(order, line, side).net, units, line.quantity), String(percentage)),
  );
}

/** A fee is in the money that the shopper pays in. */
export function wrongFee(
  order: OrderBook,
  { amount, currencyCode }: Money,
  field: string[],
): ReturnError | undefined {
  if (currencyCode !== order.presentmentCurrency)
    return returnError(field, 'INVALID', `Currency must be ${order.presentmentCurrency}.`);
  if (order.presentmentCurrency !== order.currency)
    throw notSupported("fees in a currency that is not the store's own");
  return Number(amount) < 0 ? returnError(field, 'INVALID', 'Amount must be positive.') : undefined;
}
