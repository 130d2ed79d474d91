/** What the sandbox store keeps of an order. Amounts are minor units, in the store's money and in the shopper's. */
import type { OrderSpec } from '../../../sandbox/kit/types.ts';

export type Side = 'shop' | 'presentment';

export interface Amount {
  shop: bigint;
  presentment: bigint;
}

export interface Tax {
  title: string;
  rate: string;
}

/** Off one line: a share of its price, or so much off each unit. */
export type LineReduction = { percent: string } | { each: Amount };

/**
 * What gives a discount. `percent` is off one line, `fixed` off the whole order, by a code; `manual` off one line, by whoever
 * has edited or drafted the order, `granted` off the whole of a draft; `shipping` off the delivery, by a code.
 */
export type DiscountApplication =
  | { kind: 'percent'; title: string; percent: string }
  | { kind: 'fixed'; code: string; amount: Amount }
  | { kind: 'manual'; title: string; value: LineReduction }
  | { kind: 'granted'; title: string; percent: string | null; amount: Amount }
  | { kind: 'shipping'; code: string; percent: string; amount: Amount };

export interface LineBook {
  id: string;
  sku: string | null;
  title: string;
  /** What it chose among the product's options; null: there was nothing to choose. */
  variantTitle: string | null;
  /** Null: a custom item. */
  productId: string | null;
  variantId: string | null;
  unitPrice: Amount;
  giftCard: boolean;
  /** Nothing of it leaves, and it is no gift card. */
  service: boolean;
  /** Id and title of the bundle that it is a component of. */
  bundle: { id: string; title: string } | null;
  sellingPlan: string | null;
  duty: { id: string; code: string; amount: Amount } | null;
  /** What is off the line, and the application that says so. */
  discount: (LineReduction & { application: number }) | null;
  /** Share of the discount on the whole order. */
  orderDiscount: Amount;
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
  /** What is charged for it: its price after the discount. */
  charged: Amount;
  discount: { amount: Amount; application: number } | null;
  taxes: readonly Tax[];
  /** Given back, or gone with a cancellation. */
  gone: boolean;
  /** Taken off by an edit. */
  removed?: true;
}

/** What is charged besides goods and delivery. */
export interface ExtraBook {
  kind: 'tip' | 'fee';
  id: string;
  title: string;
  amount: Amount;
  taxes: readonly Tax[];
}

export interface TransactionBook {
  id: string;
  gateway: string;
  parentId: string | null;
  kind: 'authorization' | 'capture' | 'sale' | 'void' | 'refund';
  status: 'pending' | 'success' | 'failure';
  amount: Amount;
  createdAtMs: number;
  processedAtMs: number;
  expiresAtMs: number | null;
  /** Gift cards or store credit have followed it. */
  kept?: true;
  /** The gift card that has paid. */
  giftCardId?: string;
  /** Of a refund to store credit: when that ends. */
  creditExpiresAtMs?: number;
  /** Of an authorisation: several captures may be made of it. */
  multiCapturable?: true;
}

export interface RefundLineBook {
  id: string;
  line: LineBook;
  quantity: number;
  effect: 'removed' | 'returned';
  restock: boolean;
  /** Of a return: what its dispositions say has moved the stock. */
  disposed?: true;
  /** After discounts; with the tax inside where taxes are included. */
  subtotal: Amount;
  tax: Amount;
}

export interface RefundBook {
  id: string;
  note?: string;
  /** The return that it is of. */
  returnId?: string;
  createdAtMs: number;
  lines: RefundLineBook[];
  shipping: { id: string; line: ShippingBook; subtotal: Amount; tax: Amount }[];
  duties: { dutyId: string; amount: Amount }[];
  /** Fees of its return that the shopper owes with it: so much less goes back. */
  fees?: Amount;
  transactions: TransactionBook[];
  /** Ids of the balancing entries that the vendor adds: of shipping, of a difference. */
  adjustmentIds: readonly [shipping: string, discrepancy: string];
}

/** What a fulfilment order has of a line: all of it, or, where the line was split, so many units of its own. */
export interface FulfilmentPartBook {
  id: string;
  line: LineBook;
  own?: { quantity: number; sent: number };
}

/** Units of an order that one location is to send. What remains of a line follows from the line. */
export interface FulfilmentOrderBook {
  id: string;
  locationId: string;
  lines: FulfilmentPartBook[];
  /** Apps have stopped it. */
  holds?: HoldBook[];
  /** What a fulfilment service was asked and has said. */
  request?: RequestStatus;
  /** What the merchant has sent to the service, the oldest first. */
  requests?: MerchantRequestBook[];
  /** It is over, and another one has what was left of it. */
  ended?: 'CANCELLED' | 'CLOSED';
  /** Its service has given it back: it is to be moved, or requested again. */
  incomplete?: true;
  /** Somebody has reported that it is worked on. */
  progress?: { notes: string | null };
  /** May not leave before; null: it may; none: as its order. */
  scheduledUntilMs?: number | null;
  /** To be fulfilled by. */
  fulfilByMs?: number;
  /** Ready to be fetched since. */
  preparedAtMs?: number;
}

export type RequestStatus =
  | 'SUBMITTED'
  | 'ACCEPTED'
  | 'REJECTED'
  | 'CANCELLATION_REQUESTED'
  | 'CANCELLATION_ACCEPTED'
  | 'CANCELLATION_REJECTED'
  | 'CLOSED';

export interface MerchantRequestBook {
  id: string;
  kind: 'FULFILLMENT_REQUEST' | 'CANCELLATION_REQUEST';
  message: string | null;
  notifyCustomer: boolean;
  sentAtMs: number;
}

export interface MetafieldBook {
  id: string;
  namespace: string;
  key: string;
  type: string;
  value: string;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface HoldBook {
  id: string;
  reason: HoldReason;
  notes: string | null;
  handle: string;
}

export interface FulfilmentBook {
  id: string;
  number: number;
  createdAtMs: number;
  locationId: string;
  lines: { id: string; line: LineBook; quantity: number }[];
  tracking: { company: string | null; numbers: string[]; urls: string[] };
  /** When anything of it was changed last; none: never. */
  updatedAtMs?: number;
  cancelledAtMs?: number;
  /** What the carrier tells, the oldest first. */
  events?: FulfilmentEventBook[];
}

export interface FulfilmentEventBook {
  id: string;
  /** In the vendor's words, such as IN_TRANSIT. */
  status: string;
  happenedAtMs: number;
  createdAtMs: number;
  estimatedDeliveryAtMs: number | null;
  message: string | null;
  address: {
    address1: string | null;
    city: string | null;
    province: string | null;
    country: string | null;
    zip: string | null;
  };
}

/** Units of a parcel that are to come back, or have. */
export interface ReturnLineBook {
  id: string;
  fulfilmentLineId: string;
  line: LineBook;
  quantity: number;
  reason: string;
  note: string;
  customerNote: string | null;
  /** What is kept of the price of all its units for taking them back, as a share of what they were sold for. */
  fee?: FeeBook & { percentage: number };
  /** Units that have left the order: they have come back, and their sale is reversed. */
  processed: number;
  /** The line of the reverse fulfilment order, and what became of the units. */
  reverseId: string;
  dispositions: DispositionBook[];
}

/** What a shopper pays for a return. */
export interface FeeBook {
  id: string;
  amount: Amount;
}

export interface DispositionBook {
  id: string;
  type: 'MISSING' | 'NOT_RESTOCKED' | 'PROCESSING_REQUIRED' | 'RESTOCKED';
  quantity: number;
  locationId: string | null;
  createdAtMs: number;
}

/** What goes out for what comes back. */
export interface ExchangeLineBook {
  id: string;
  sku: string | null;
  title: string;
  variantTitle: string | null;
  unitPrice: string;
  productId: string;
  variantId: string;
  percentOff: { percent: string; title: string } | null;
  quantity: number;
  /** Units that have become lines of the order. */
  processed: number;
  lines: LineBook[];
}

export interface ReverseDeliveryBook {
  id: string;
  tracking: { number: string | null; url: string | null } | null;
  labelUrl: string | null;
  lines: { id: string; reverseId: string; quantity: number }[];
}

export interface ReturnBook {
  id: string;
  name: string;
  status: 'REQUESTED' | 'OPEN' | 'CLOSED' | 'DECLINED' | 'CANCELED';
  createdAtMs: number;
  approvedAtMs: number | null;
  closedAtMs: number | null;
  decline: { reason: string; note: string | null } | null;
  lines: ReturnLineBook[];
  exchanges: ExchangeLineBook[];
  /** For the way back; it is owed when the first units are processed. */
  shippingFee?: FeeBook & { charged?: true };
  /** Once it is approved. */
  reverse: { id: string; deliveries: ReverseDeliveryBook[] } | null;
}

/** Why a fulfilment order is held, by the vendor's words. */
export type HoldReason =
  | 'AWAITING_PAYMENT'
  | 'AWAITING_RETURN_ITEMS'
  | 'HIGH_RISK_OF_FRAUD'
  | 'INCORRECT_ADDRESS'
  | 'INVENTORY_OUT_OF_STOCK'
  | 'ONLINE_STORE_POST_PURCHASE_CROSS_SELL'
  | 'UNKNOWN_DELIVERY_DATE'
  | 'OTHER';

export interface OrderBook {
  id: string;
  number: number;
  currency: string;
  presentmentCurrency: string;
  /** Units of the shopper's money per unit of the store's. */
  rate: string;
  taxesIncluded: boolean;
  taxExempt: boolean;
  test: boolean;
  gateway: string;
  source: string;
  poNumber: string | null;
  company: { companyId: string; locationId: string; contactId?: string } | null;
  terms: { id: string; name: string; type: string; dueInDays: number; dueAtMs: number } | null;
  delivery: 'SHIPPING' | 'LOCAL' | 'PICK_UP' | 'RETAIL';
  /** The goods may not leave before; null: they may. */
  scheduledUntilMs: number | null;
  extras: ExtraBook[];
  /** Tips, fees, duties and the rounding of cash went back with the order's cancellation. */
  extrasGone: boolean;
  cashRounding: Amount;
  shopper: OrderSpec['shopper'];
  customerId: string | null;
  createdAtMs: number;
  /** Whole seconds: that is all the vendor tells. */
  updatedAtSecond: number;
  /** Grows with every change. */
  version: number;
  cancelledAtMs: number | null;
  cancelReason: string | null;
  /** Archived by hand; a cancelled order counts as closed without it. */
  closedAtMs?: number | null;
  /** Staff or an app has stopped what is still to be sent. */
  hold: { reason: HoldReason; notes: string | null } | null;
  money: 'pending' | 'authorised' | 'paid' | 'failed' | 'expired' | 'voided';
  edited: boolean;
  applications: DiscountApplication[];
  lines: LineBook[];
  shipping: ShippingBook[];
  transactions: TransactionBook[];
  refunds: RefundBook[];
  returns?: ReturnBook[];
  fulfilmentOrders: FulfilmentOrderBook[];
  fulfilments: FulfilmentBook[];
  /** What apps have written on it. */
  /** The gift cards that it has sold are there. */
  cardsIssued?: true;
  tags?: string[];
  note?: string | null;
  attributes?: { key: string; value: string }[];
  metafields?: MetafieldBook[];
  twist: ((payload: Record<string, unknown>) => void) | null;
}
