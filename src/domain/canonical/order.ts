/**
 * The canonical order: a snapshot of what a channel says about one order. Webhook and read, Shopify and any other channel
 * map to this one shape. Amounts are the channel's own, never recomputed (DESIGN.md, rule 10).
 */
import { z } from 'zod';
import { Currency, Decimal, Id, Instant, Quantity, TwoMoney } from './common.ts';
import { AddressRef, Customer } from './person.ts';

export const TaxLine = z.object({
  title: z.string(),
  code: Id.describe('The channel’s code of the tax, which the mapping tax-code turns into the ERP’s.'),
  rate: Decimal,
  amount: TwoMoney,
  channelLiable: z
    .boolean()
    .nullable()
    .describe(
      'True: the channel collects and remits it, so it passes through. Null: the channel did not say, which is a case.',
    ),
});
export type TaxLine = z.infer<typeof TaxLine>;

export const DiscountAllocation = z.object({
  source: z
    .string()
    .describe('What gave the discount: a code, a title, or the channel’s index of the application.'),
  amount: TwoMoney,
});
export type DiscountAllocation = z.infer<typeof DiscountAllocation>;

/** Price of one unit before discounts, as a decimal string in each money (never rounded). */
export const Price = z.object({ shop: Decimal, presentment: Decimal });
export type Price = z.infer<typeof Price>;

export const LineItem = z.object({
  lineId: Id,
  sku: z.string().nullable().describe('Null for a custom line without SKU.'),
  productId: Id.nullable(),
  title: z.string(),
  quantity: Quantity.describe('Units as ordered (by an edit that adds: as they stand after it).'),
  currentQuantity: Quantity.describe(
    'Units that still count after edits, removals and returns: quantity less what was taken off.',
  ),
  fulfilledQuantity: Quantity.describe('Units that the channel has recorded as fulfilled.'),
  unitPrice: Price,
  /** Line value for `quantity` units before discounts (`unitPrice × quantity`, rounded by the channel). */
  gross: TwoMoney,
  discounts: z.array(DiscountAllocation),
  /** Tax for `quantity` units. */
  taxLines: z.array(TaxLine),
  requiresShipping: z.boolean(),
  giftCard: z.boolean(),
  taxable: z.boolean(),
  bundleId: Id.nullable()
    .optional()
    .describe(
      'The bundle that the line is a component of: lines of one bundle share it. The components are sold.',
    ),
});
export type LineItem = z.infer<typeof LineItem>;

export const ShippingLine = z.object({
  shippingLineId: Id,
  title: z.string(),
  code: z.string().nullable(),
  gross: TwoMoney,
  discounts: z.array(DiscountAllocation),
  taxLines: z.array(TaxLine),
  removed: z.boolean().describe('True when it was taken off the order.'),
});
export type ShippingLine = z.infer<typeof ShippingLine>;

/** What an order charges besides goods and shipping. */
export const ExtraCharge = z.object({
  kind: z.enum(['tip', 'duty', 'fee', 'cashRounding']),
  title: z.string(),
  amount: TwoMoney,
  taxLines: z.array(TaxLine),
});
export type ExtraCharge = z.infer<typeof ExtraCharge>;

export const Payment = z.object({
  schema: z.literal('payment/1'),
  paymentId: Id,
  parentId: Id.nullable(),
  kind: z.enum(['authorisation', 'capture', 'sale', 'void', 'refund']),
  status: z.enum(['pending', 'succeeded', 'failed']),
  gateway: z.string(),
  amount: TwoMoney,
  processedAt: Instant,
  authorisationExpiresAt: Instant.nullable(),
  multiCapturable: z
    .boolean()
    .optional()
    .describe('Of an authorisation: several captures may be made of it. Missing: one, which ends it.'),
});
export type Payment = z.infer<typeof Payment>;

/** When the money of an order is due, where that is later than the order. */
export const PaymentTerms = z.object({
  name: z.string(),
  type: z
    .enum(['net', 'fixed', 'fulfilment', 'receipt', 'unknown'])
    .describe(
      'net: so many days after the order. fixed: on a day. fulfilment: when the goods leave. receipt: at once.',
    ),
  dueAt: Instant.nullable().describe('When the next payment is due; null: that is not known yet.'),
});
export type PaymentTerms = z.infer<typeof PaymentTerms>;

/** The company that bought, by the channel's ids. */
export const Company = z.object({ companyId: Id, locationId: Id.nullable() });
export type Company = z.infer<typeof Company>;

/** How the goods reach the customer. */
export const Delivery = z.object({
  method: z
    .enum(['shipping', 'local', 'pickUp', 'retail', 'none'])
    .describe(
      'local: by the shop itself. pickUp: the customer fetches it. retail: handed over at the till. none: nothing leaves.',
    ),
  location: Id.nullable().describe(
    'Where it is fetched or was handed over: the channel’s id of the location.',
  ),
  locationName: z.string().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

/** Where the money of an order stands, as the channel says. */
export const PaymentStatus = z.enum([
  'pending',
  'authorised',
  'partlyPaid',
  'paid',
  'partlyRefunded',
  'refunded',
  'voided',
  'expired',
  'failed',
]);
export type PaymentStatus = z.infer<typeof PaymentStatus>;

export const RefundLine = z.object({
  lineId: Id,
  quantity: Quantity,
  effect: z
    .enum(['removed', 'returned', 'unknown'])
    .describe(
      'removed: units never shipped leave the order. returned: shipped units are credited. unknown: the process tells.',
    ),
  restock: z.boolean(),
  /** Value of the units after discounts; with the tax inside where the order's taxes are included. */
  amount: TwoMoney,
  tax: TwoMoney,
});
export type RefundLine = z.infer<typeof RefundLine>;

export const Refund = z.object({
  schema: z.literal('refund/1'),
  refundId: Id,
  createdAt: Instant,
  returnId: Id.optional().describe('The return that it is of; missing: of none.'),
  lines: z.array(RefundLine),
  /** Shipping given back: value (with the tax inside where taxes are included) and tax. */
  shipping: TwoMoney,
  shippingTax: TwoMoney,
  /** Charges (duties, tips) given back: they leave the order with this refund. Missing: none. */
  charges: z
    .array(z.object({ kind: z.enum(['tip', 'duty', 'fee']), amount: TwoMoney, tax: TwoMoney }))
    .optional(),
  /** Money that goes back to the customer by this refund, split by the state of its transactions. */
  cash: TwoMoney,
  cashPending: TwoMoney,
  cashFailed: TwoMoney,
});
export type Refund = z.infer<typeof Refund>;

export const FulfilmentLine = z.object({ lineId: Id, quantity: Quantity });
export type FulfilmentLine = z.infer<typeof FulfilmentLine>;

export const Tracking = z.object({
  company: z.string().nullable(),
  number: z.string().nullable(),
  url: z.string().nullable(),
});
export type Tracking = z.infer<typeof Tracking>;

export const Fulfilment = z.object({
  schema: z.literal('fulfilment/1'),
  fulfilmentId: Id,
  status: z.enum(['pending', 'succeeded', 'cancelled', 'failed']),
  shipmentId: Id.nullable().describe('Our shipment id, where the channel keeps the one that we wrote.'),
  createdAt: Instant,
  lines: z.array(FulfilmentLine),
  tracking: Tracking.nullable(),
});
export type Fulfilment = z.infer<typeof Fulfilment>;

export const FulfilmentRequest = z.object({
  requestId: Id.describe('The channel’s id of the part of the order that it is about.'),
  location: z.string().describe('The channel’s id of the location that is asked, else its name.'),
  locationName: z.string().nullable(),
  status: z
    .enum(['requested', 'accepted', 'cancellationRequested', 'withdrawn'])
    .describe('`withdrawn`: its cancellation was accepted, and the location sends nothing of it.'),
});
export type FulfilmentRequest = z.infer<typeof FulfilmentRequest>;

export const Hold = z.object({
  kind: z.enum(['risk', 'merchant', 'other']),
  reason: z.string(),
  until: Instant.nullable()
    .optional()
    .describe(
      'Set for goods that shall leave later (a pre-order, a subscription); null: the day is not known.',
    ),
});
export type Hold = z.infer<typeof Hold>;

export const Order = z.object({
  schema: z.literal('order/1'),
  channelOrderId: Id,
  name: z.string().describe('What people call it: "#1001".'),
  placedAt: Instant,
  updatedAt: Instant.describe(
    'The channel’s version of the snapshot: newest wins; whole seconds on some channels.',
  ),
  cancelledAt: Instant.nullable(),
  cancelReason: z.string().nullable(),
  test: z.boolean(),
  shopCurrency: Currency,
  presentmentCurrency: Currency,
  taxesIncluded: z.boolean().describe('True: line values, shipping and discounts contain their tax.'),
  customer: Customer.nullable(),
  shipTo: AddressRef.nullable(),
  billTo: AddressRef.nullable(),
  anonymous: z
    .boolean()
    .optional()
    .describe(
      'True: it has a customer or an address, and nothing is told of who they are (the channel has forgotten them, or withholds them).',
    ),
  source: z
    .string()
    .nullable()
    .optional()
    .describe('Where at the channel it was sold: "web", "pos", a draft.'),
  poNumber: z.string().nullable().optional().describe('The customer’s number of the purchase.'),
  company: Company.nullable()
    .optional()
    .describe('Null or missing: a person bought, or this kind of message does not say.'),
  paymentTerms: PaymentTerms.nullable().optional(),
  delivery: Delivery.nullable()
    .optional()
    .describe('Null or missing: this kind of message does not say, or not all goods go the same way.'),
  lines: z.array(LineItem),
  sellingPlans: z
    .array(z.object({ lineId: Id, name: z.string() }))
    .nullable()
    .optional()
    .describe(
      'The purchase options (subscriptions, pre-orders) that lines were bought with. Null or missing: this kind of message does not say.',
    ),
  reservations: z.array(Id).max(20).optional().describe('Ids of reservations whose units are meant for it.'),
  shipping: z.array(ShippingLine),
  extras: z.array(ExtraCharge),
  /** As placed. */
  total: TwoMoney,
  totalTax: TwoMoney,
  /** After edits, removals and returns; what the channel says the order is worth now. */
  currentTotal: TwoMoney,
  paymentStatus: PaymentStatus,
  gateways: z.array(z.string()),
  /** Null: this kind of message does not carry them (unknown, not none). */
  payments: z.array(Payment).nullable(),
  refunds: z.array(Refund),
  fulfilments: z.array(Fulfilment),
  /** Null: this kind of message does not carry them (unknown, not none). */
  holds: z.array(Hold).nullable(),
  returnStatus: z
    .enum(['none', 'requested', 'inProgress', 'inspected', 'returned', 'failed'])
    .nullable()
    .optional()
    .describe('How far its returns are. Null or missing: this kind of message does not say.'),
  fulfilmentRequests: z
    .array(FulfilmentRequest)
    .nullable()
    .optional()
    .describe(
      'What the merchant has asked of locations that are fulfilment services. Null or missing: this kind of message does not say.',
    ),
});
export type Order = z.infer<typeof Order>;
