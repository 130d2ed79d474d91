/**
 * An order in the vendor's own words, as both its dialects (webhook and read) are read into it. Amounts are minor units and
 * ids are digits already; what the words mean is told in `mapping.ts`, once for both.
 */
import type { TaxLine, Tracking, TwoMoney } from '../../domain/canonical/index.ts';

export interface ShopifyOrder {
  id: string;
  name: string;
  createdAt: string;
  processedAt: string | null;
  updatedAt: string;
  cancelledAt: string | null;
  cancelReason: string | null;
  test: boolean;
  shopCurrency: string;
  presentmentCurrency: string;
  taxesIncluded: boolean;
  taxExempt: boolean;
  /** Line prices contain the duties already. */
  dutiesIncluded: boolean;
  email: string | null;
  phone: string | null;
  customer: {
    id: string;
    firstName: string | null;
    lastName: string | null;
    email: string | null;
    phone: string | null;
  } | null;
  sourceName: string | null;
  poNumber: string | null;
  /** Null: a person bought, or this kind of message does not say. */
  company: { id: string; locationId: string | null } | null;
  paymentTerms: ShopifyPaymentTerms | null;
  shippingAddress: ShopifyAddress | null;
  billingAddress: ShopifyAddress | null;
  lines: ShopifyLine[];
  shippingLines: ShopifyShippingLine[];
  /** All tips; one given at the checkout is a line as well. */
  tip: TwoMoney;
  additionalFees: ShopifyCharge[];
  /** What rounding to coins added to the payment. */
  cashRounding: TwoMoney;
  total: TwoMoney;
  totalTax: TwoMoney;
  currentTotal: TwoMoney;
  /** Null: the vendor has not said. */
  financialStatus: FinancialStatus | null;
  /** How far its returns are; null: this kind of message does not say. */
  returnStatus: ReturnProgress | null;
  gateways: string[];
  /** Null: this kind of message does not carry them. */
  transactions: ShopifyTransaction[] | null;
  refunds: ShopifyRefund[];
  fulfilments: ShopifyFulfilment[];
  /** Null: this kind of message does not carry them. */
  holds: ShopifyHold[] | null;
  /** What was asked of fulfilment services; null: this kind of message does not say. */
  requests: ShopifyRequest[] | null;
  /** How what is still to leave is to be delivered; null: this kind of message does not say. */
  deliveries: { method: DeliveryMethod; locationId: string | null; locationName: string | null }[] | null;
}

/** A fulfilment order of which something was asked. */
export interface ShopifyRequest {
  id: string;
  status: 'requested' | 'accepted' | 'cancellationRequested' | 'withdrawn';
  locationId: string | null;
  locationName: string;
}

export interface ShopifyHold {
  reason: string;
  notes: string | null;
  /** Only of what is scheduled: when it shall leave, if that is known. */
  until?: string | null;
}

export interface ShopifyPaymentTerms {
  name: string;
  type: PaymentTermsType;
  /** Due instants of what has not been paid yet. */
  open: (string | null)[];
}

export interface ShopifyAddress {
  firstName: string | null;
  lastName: string | null;
  name: string | null;
  company: string | null;
  phone: string | null;
  address1: string | null;
  address2: string | null;
  city: string | null;
  zip: string | null;
  provinceCode: string | null;
  countryCode: string | null;
}

/** A tax line whose code is still to be made. */
export type ShopifyTaxLine = Omit<TaxLine, 'code'>;

export interface ShopifyDiscount {
  source: string;
  amount: TwoMoney;
}

export interface ShopifyCharge {
  title: string;
  amount: TwoMoney;
  taxLines: ShopifyTaxLine[];
}

export interface ShopifyLine {
  id: string;
  sku: string | null;
  productId: string | null;
  name: string;
  quantity: number;
  currentQuantity: number;
  unitPrice: { shop: string; presentment: string };
  gross: TwoMoney;
  discounts: ShopifyDiscount[];
  taxLines: ShopifyTaxLine[];
  duties: ShopifyCharge[];
  requiresShipping: boolean;
  giftCard: boolean;
  taxable: boolean;
  bundleId: string | null;
  /** The purchase option; null also where this kind of message does not say (webhooks never do). */
  sellingPlan: string | null;
}

export interface ShopifyShippingLine {
  id: string;
  title: string;
  code: string | null;
  gross: TwoMoney;
  discounts: ShopifyDiscount[];
  taxLines: ShopifyTaxLine[];
  removed: boolean;
}

export interface ShopifyTransaction {
  id: string;
  parentId: string | null;
  kind: TransactionKind;
  status: TransactionStatus;
  gateway: string | null;
  amount: TwoMoney;
  processedAt: string;
  authorisationExpiresAt: string | null;
  /** Several captures may be made of it. */
  multiCapturable: boolean;
}

export interface ShopifyRefund {
  id: string;
  createdAt: string;
  /** The return that it is of. */
  returnId: string | null;
  lines: { lineId: string; quantity: number; restockType: RestockType; subtotal: TwoMoney; tax: TwoMoney }[];
  shipping: { subtotal: TwoMoney; tax: TwoMoney }[];
  duties: TwoMoney[];
  transactions: { kind: TransactionKind; status: TransactionStatus; amount: TwoMoney }[];
}

export interface ShopifyFulfilment {
  id: string;
  status: FulfilmentStatus;
  createdAt: string;
  lines: { lineId: string; quantity: number }[];
  tracking: Tracking[];
}

export const FINANCIAL_STATUSES = [
  'PENDING',
  'AUTHORIZED',
  'PARTIALLY_PAID',
  'PAID',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'VOIDED',
  'EXPIRED',
] as const;
export type FinancialStatus = (typeof FINANCIAL_STATUSES)[number];

export const PAYMENT_TERMS_TYPES = ['NET', 'FIXED', 'FULFILLMENT', 'RECEIPT', 'UNKNOWN'] as const;
export type PaymentTermsType = (typeof PAYMENT_TERMS_TYPES)[number];

export const DELIVERY_METHODS = ['SHIPPING', 'LOCAL', 'PICK_UP', 'PICKUP_POINT', 'RETAIL', 'NONE'] as const;
export type DeliveryMethod = (typeof DELIVERY_METHODS)[number];

export const RETURN_PROGRESS = [
  'NO_RETURN',
  'RETURN_REQUESTED',
  'IN_PROGRESS',
  'INSPECTION_COMPLETE',
  'RETURNED',
  'RETURN_FAILED',
] as const;
export type ReturnProgress = (typeof RETURN_PROGRESS)[number];

export const TRANSACTION_KINDS = [
  'AUTHORIZATION',
  'EMV_AUTHORIZATION',
  'CAPTURE',
  'SALE',
  'VOID',
  'REFUND',
  'CHANGE',
  'SUGGESTED_REFUND',
] as const;
export type TransactionKind = (typeof TRANSACTION_KINDS)[number];

export const TRANSACTION_STATUSES = [
  'SUCCESS',
  'PENDING',
  'AWAITING_RESPONSE',
  'UNKNOWN',
  'FAILURE',
  'ERROR',
] as const;
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number];

export const RESTOCK_TYPES = ['CANCEL', 'RETURN', 'NO_RESTOCK', 'LEGACY_RESTOCK'] as const;
export type RestockType = (typeof RESTOCK_TYPES)[number];

export const FULFILMENT_STATUSES = ['SUCCESS', 'PENDING', 'OPEN', 'CANCELLED', 'ERROR', 'FAILURE'] as const;
export type FulfilmentStatus = (typeof FULFILMENT_STATUSES)[number];
