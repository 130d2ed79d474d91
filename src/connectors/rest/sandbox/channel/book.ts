/** What the sandbox channel keeps of an order. Amounts are minor units. */
import type { OrderSpec } from '../../../../sandbox/kit/types.ts';

export interface Tax {
  title: string;
  rate: string;
}

export interface LineBook {
  id: string;
  sku: string | null;
  title: string;
  unitPrice: string;
  giftCard: boolean;
  discountPercent: string | null;
  /** Share of the discount on the whole order. */
  orderDiscount: bigint;
  taxes: readonly Tax[];
  /** Units as ordered; `removed` before they shipped, `returned` after. */
  quantity: number;
  removed: number;
  returned: number;
  fulfilled: number;
}

export interface ShippingBook {
  id: string;
  title: string;
  gross: bigint;
  taxes: readonly Tax[];
  /** Given back, or gone with a cancellation. */
  gone: boolean;
}

export interface PaymentBook {
  id: string;
  parentId: string | null;
  kind: 'authorisation' | 'capture' | 'sale' | 'void';
  status: 'pending' | 'succeeded' | 'failed';
  amount: bigint;
  processedAt: string;
  authorisationExpiresAt: string | null;
}

export interface RefundBook {
  id: string;
  createdAt: string;
  lines: {
    lineId: string;
    quantity: number;
    effect: 'removed' | 'returned';
    restock: boolean;
    amount: bigint;
    tax: bigint;
  }[];
  shipping: bigint;
  shippingTax: bigint;
  transactions: { id: string; status: 'pending' | 'succeeded' | 'failed'; amount: bigint }[];
}

export interface FulfilmentBook {
  id: string;
  shipmentId: string;
  createdAt: string;
  lines: { lineId: string; quantity: number }[];
  tracking: { company: string | null; number: string | null; url: string | null } | null;
  print: string;
}

export interface OrderBook {
  id: string;
  currency: string;
  taxesIncluded: boolean;
  test: boolean;
  gateway: string;
  shopper: OrderSpec['shopper'];
  placedAt: string;
  updatedAtMs: number;
  version: number;
  cancelledAt: string | null;
  cancelReason: string | null;
  money: 'pending' | 'authorised' | 'paid' | 'failed' | 'expired' | 'voided';
  lines: LineBook[];
  shipping: ShippingBook | null;
  payments: PaymentBook[];
  refunds: RefundBook[];
  fulfilments: FulfilmentBook[];
  twist: ((payload: Record<string, unknown>) => void) | null;
}

/** Units of a line that still count. */
export const currentUnits = (line: LineBook): number => line.quantity - line.removed - line.returned;

/** Units of a line that are to leave yet. */
export const unshippedUnits = (line: LineBook): number =>
  Math.max(0, line.quantity - line.removed - line.fulfilled);

export const shippedUnits = (order: OrderBook): number =>
  order.lines.reduce((sum, line) => sum + line.fulfilled, 0);

export function capturedAmount(order: OrderBook): bigint {
  return sum(
    order.payments
      .filter(
        (payment) =>
          payment.status === 'succeeded' && (payment.kind === 'sale' || payment.kind === 'capture'),
      )
      .map((payment) => payment.amount),
  );
}

/** Money given back, in the transactions of these states. */
export function refundedAmount(
  order: OrderBook,
  ...states: RefundBook['transactions'][number]['status'][]
): bigint {
  return sum(
    order.refunds.flatMap((refund) =>
      refund.transactions.filter((each) => states.includes(each.status)).map((each) => each.amount),
    ),
  );
}

export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((whole, amount) => whole + amount, 0n);
}
