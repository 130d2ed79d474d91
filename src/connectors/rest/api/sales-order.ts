/** Sales orders: what the role `erp` books. */
import { z } from 'zod';
import {
  Amount,
  CurrencyCode,
  DecimalText,
  Instant,
  ItemLine,
  Key,
  named,
  orNull,
  Party,
  Units,
} from './common.ts';

export const SalesOrderTax = named(
  'SalesOrderTax',
  'Tax of a line, by the system’s own tax code. `channelLiable`: the channel remits it, it passes through the books.',
  z.object({ code: z.string(), rate: DecimalText, amount: Amount, channelLiable: z.boolean() }),
);

const taxes = z.array(SalesOrderTax);

export const SalesOrderLine = named(
  'SalesOrderLine',
  '`item` is the system’s own code. `amount` is the value of all units after discounts, with the tax inside where taxes are included.',
  z.object({
    lineId: Key,
    item: z.string().min(1),
    title: z.string(),
    quantity: Units,
    amount: Amount,
    discount: Amount,
    taxes,
    giftCard: z.boolean().optional().describe('True: a gift card that is sold, which is a liability'),
  }),
);

export const SalesOrderCharge = named(
  'SalesOrderCharge',
  'What is booked besides goods.',
  z.object({
    kind: z.enum(['shipping', 'tip', 'duty', 'fee', 'cashRounding', 'rounding']),
    title: z.string(),
    amount: Amount,
    taxes,
  }),
);

const content = {
  orderName: z.string(),
  entity: Key,
  brand: z.string(),
  currency: CurrencyCode,
  taxesIncluded: z.boolean(),
  placedAt: Instant,
  paymentMethod: z.string(),
  tenders: z
    .array(z.object({ paymentMethod: z.string(), amount: Amount }))
    .optional()
    .describe('How much was paid by which means, where there were several'),
  customer: Party.nullable(),
  shipTo: Party.nullable(),
  lines: z.array(SalesOrderLine),
  charges: z.array(SalesOrderCharge),
  total: Amount.describe('Σ lines + Σ charges (+ Σ taxes where not included): checked to the minor unit'),
};

export const SalesOrderCreate = named(
  'SalesOrderCreate',
  'A sales order; `reference` is unique.',
  z.object({ reference: Key, ...content }),
);

export const SalesOrderRevision = named(
  'SalesOrderRevision',
  'The whole content again, as it stands from this revision on. A sales order begins with revision 1, and revisions grow.',
  z.object(content),
);

export const SalesOrder = named(
  'SalesOrder',
  'A sales order as the system keeps it. `version` grows with every change, whoever made it.',
  z.object({
    id: Key,
    number: z.string(),
    reference: Key,
    status: z.enum(['open', 'held', 'cancelled']),
    revision: z.number().int().min(1),
    version: z.number().int().min(1),
    currency: CurrencyCode,
    total: Amount,
    updatedAt: Instant,
  }),
);

export const SalesOrderPage = named(
  'SalesOrderPage',
  'The sales order with this reference, or none.',
  z.object({ salesOrders: z.array(SalesOrder).max(1) }),
);

export const SalesOrderCancel = named(
  'SalesOrderCancel',
  'Why a sales order is cancelled.',
  z.object({ reason: z.string() }),
);

export const ShipmentCreate = named(
  'ShipmentCreate',
  'A parcel of a sales order. `shipmentId` is unique.',
  z.object({
    shipmentId: Key,
    location: z.string(),
    lines: z.array(ItemLine).min(1),
    shippedAt: Instant,
    trackingNumber: z.string().nullable(),
  }),
);

export const Shipment = named('Shipment', 'A parcel as booked.', z.object({ id: Key, shipmentId: Key }));

export const ShipmentPage = named(
  'ShipmentPage',
  'The parcel with this id, or none.',
  z.object({ shipments: z.array(Shipment).max(1) }),
);

export const RefundCreate = named(
  'RefundCreate',
  'Money given back and what it is credited for. `cash` = Σ credits + shipping + removed + adjustment. `removed` left the order before shipping, so an amendment has taken it off; it is no credit. `refundId` is unique.',
  z.object({
    refundId: Key,
    currency: CurrencyCode,
    cash: Amount,
    credits: z.array(
      z.object({ lineId: Key, quantity: Units, amount: Amount.describe('With tax'), tax: Amount }),
    ),
    shipping: Amount,
    removed: Amount,
    adjustment: Amount,
    refundedAt: Instant,
  }),
);

export const RefundBooking = named(
  'RefundBooking',
  'A refund as booked.',
  z.object({ id: Key, refundId: Key }),
);

export const RefundPage = named(
  'RefundPage',
  'The refund with this id, or none.',
  z.object({ refunds: z.array(RefundBooking).max(1) }),
);

export const SalesDocument = named(
  'SalesDocument',
  'An invoice or a credit note that is in force.',
  z.object({
    kind: z.enum(['invoice', 'creditNote']),
    number: Key,
    reference: Key.describe('Of the sales order'),
    refundId: orNull(Key).describe(
      'Of a credit note: the refund as it was given; null: you have made it yourself',
    ),
    currency: CurrencyCode,
    total: Amount.describe('With tax'),
  }),
);

export const SalesDocumentPage = named(
  'SalesDocumentPage',
  'Invoices and credit notes, in any order that stays the same from page to page.',
  z.object({
    documents: z.array(SalesDocument).max(500),
    next: orNull(z.string().min(1).max(500)).describe('Where the next page begins; null: this is the last'),
  }),
);

const about = {
  salesOrderId: Key,
  reference: Key,
  version: z.number().int().min(1).describe('Grows with every change of the sales order'),
  reason: orNull(z.string()),
  at: Instant,
};

/** Data of the events `sales-order.held`, `.resumed` and `.cancelled`. */
export const SalesOrderChanged = named(
  'SalesOrderChanged',
  'What the system did to a sales order.',
  z.object(about),
);

/** Data of the event `sales-order.edited`. */
export const SalesOrderEdited = named(
  'SalesOrderEdited',
  'Somebody changed the content of a sales order in the system. `lines` and `total` are as they stand after it; null: not told. What the hub has written itself may be told too: it is recognised by them.',
  z.object({ ...about, currency: CurrencyCode, lines: orNull(z.array(ItemLine)), total: orNull(Amount) }),
);

/** Data of the event `sales-order.invoiced`. */
export const SalesOrderInvoiced = named(
  'SalesOrderInvoiced',
  'The system has invoiced a sales order, whole or in part.',
  z.object({ ...about, invoiceNumber: Key, currency: CurrencyCode, total: Amount.describe('With tax') }),
);
