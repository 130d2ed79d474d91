/** Orders of a channel: what the role `channel` tells, whole, at every change. */
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
  Tracking,
  Units,
} from './common.ts';

export const OrderTax = named(
  'OrderTax',
  'Tax of a line. `channelLiable`: true when the channel collects and remits it, false when the seller owes it, null when it is not known.',
  z.object({
    code: Key.describe('Unique for each tax and rate'),
    title: z.string(),
    rate: DecimalText.describe('A fraction: "0.19"'),
    amount: Amount,
    channelLiable: z.boolean().nullable(),
  }),
);

export const OrderDiscount = named(
  'OrderDiscount',
  'A share of a discount that fell to a line.',
  z.object({ source: z.string(), amount: Amount }),
);

export const OrderAddress = named(
  'OrderAddress',
  'An address as the customer gave it.',
  z.object({
    name: orNull(z.string()),
    company: orNull(z.string()),
    phone: orNull(z.string()),
    address1: orNull(z.string()),
    address2: orNull(z.string()),
    city: orNull(z.string()),
    postalCode: orNull(z.string()),
    provinceCode: orNull(z.string()),
    countryCode: orNull(z.string().length(2).describe('ISO 3166-1 alpha-2')),
  }),
);

export const OrderCustomer = named(
  'OrderCustomer',
  'Who ordered; `id` is null for a guest.',
  z.object({
    id: orNull(Key),
    name: orNull(z.string()),
    company: orNull(z.string()),
    email: orNull(z.string()),
    phone: orNull(z.string()),
    taxExempt: z.boolean().default(false),
  }),
);

export const OrderLine = named(
  'OrderLine',
  '`quantity` are the units as ordered (after an edit that adds: as they stand then); `currentQuantity` is less what was removed or returned. Amounts are for `quantity` units.',
  z.object({
    id: Key,
    sku: orNull(z.string()),
    productId: orNull(Key),
    title: z.string(),
    quantity: Units,
    currentQuantity: Units,
    fulfilledQuantity: Units.describe('Units that have left, those that came back included'),
    unitPrice: DecimalText,
    gross: Amount.describe('unitPrice × quantity, rounded, before discounts'),
    discounts: z.array(OrderDiscount).default([]),
    taxes: z.array(OrderTax).default([]),
    requiresShipping: z.boolean().default(true),
    giftCard: z.boolean().default(false),
    taxable: z.boolean().default(true),
  }),
);

export const OrderShipping = named(
  'OrderShipping',
  'What is charged for delivery.',
  z.object({
    id: Key,
    title: z.string(),
    code: orNull(z.string()),
    gross: Amount,
    discounts: z.array(OrderDiscount).default([]),
    taxes: z.array(OrderTax).default([]),
    removed: z.boolean().default(false).describe('True when it was taken off the order'),
  }),
);

export const OrderCharge = named(
  'OrderCharge',
  'What an order charges besides goods and delivery.',
  z.object({
    kind: z.enum(['tip', 'duty', 'fee', 'cashRounding']),
    title: z.string(),
    amount: Amount,
    taxes: z.array(OrderTax).default([]),
  }),
);

export const OrderPayment = named(
  'OrderPayment',
  'One movement of the customer’s money. Refunds stand in `refunds`.',
  z.object({
    id: Key,
    parentId: orNull(Key),
    kind: z.enum(['authorisation', 'capture', 'sale', 'void']),
    status: z.enum(['pending', 'succeeded', 'failed']),
    gateway: z.string(),
    amount: Amount,
    processedAt: Instant,
    authorisationExpiresAt: orNull(Instant),
  }),
);

export const OrderRefund = named(
  'OrderRefund',
  'Units that left the order (`removed`: before they shipped; `returned`: after), delivery given back, and the money that went back for it. Money beyond the lines is a price reduction.',
  z.object({
    id: Key,
    createdAt: Instant,
    lines: z
      .array(
        z.object({
          lineId: Key,
          quantity: Units,
          effect: z.enum(['removed', 'returned']),
          restock: z.boolean().default(false),
          amount: Amount.describe(
            'Value of these units after discounts; with the tax inside where taxes are included',
          ),
          tax: Amount,
        }),
      )
      .default([]),
    shipping: Amount.default('0'),
    shippingTax: Amount.default('0'),
    transactions: z
      .array(
        z.object({
          id: Key,
          status: z.enum(['pending', 'succeeded', 'failed']),
          amount: Amount,
          gateway: z
            .string()
            .optional()
            .describe('By which it went back; left out: by the one that took the last money of the order'),
          processedAt: Instant.optional().describe('Left out: with the refund'),
        }),
      )
      .default([]),
  }),
);

export const OrderFulfilment = named(
  'OrderFulfilment',
  'A parcel as the channel knows it; `shipmentId` is the one that the hub wrote.',
  z.object({
    id: Key,
    status: z.enum(['pending', 'succeeded', 'cancelled', 'failed']),
    shipmentId: orNull(Key),
    createdAt: Instant,
    lines: z.array(ItemLine),
    tracking: orNull(Tracking),
  }),
);

export const Order = named(
  'Order',
  'An order whole. `updatedAt` and `version` grow with every change; one that is dated more than 10 minutes ahead of the hub’s time is confirmed by a read before it counts. No price, payment or refund is below zero; discounts are told as what they take off. `total` is the sum of all lines at `quantity`, delivery, charges and (where not included) taxes; `currentTotal` is less what was removed or returned and the delivery that was given back, but not less price reductions.',
  z.object({
    id: Key,
    number: z.string().describe('What people call it'),
    version: z.number().int().min(1),
    placedAt: Instant,
    updatedAt: Instant,
    cancelledAt: orNull(Instant),
    cancelReason: orNull(z.string()),
    test: z.boolean().default(false),
    currency: CurrencyCode,
    taxesIncluded: z.boolean().describe('True: line values and delivery contain their tax'),
    customer: orNull(OrderCustomer),
    shippingAddress: orNull(OrderAddress),
    billingAddress: orNull(OrderAddress),
    lines: z.array(OrderLine),
    shipping: z.array(OrderShipping).default([]),
    charges: z.array(OrderCharge).default([]),
    total: Amount,
    totalTax: Amount,
    currentTotal: Amount,
    paymentStatus: z.enum([
      'pending',
      'authorised',
      'partlyPaid',
      'paid',
      'partlyRefunded',
      'refunded',
      'voided',
      'expired',
      'failed',
    ]),
    reservations: z
      .array(z.string().min(1).max(64))
      .max(20)
      .default([])
      .describe('Ids of reservations at the hub (`POST /v1/reservations`) whose units this order takes over'),
    payments: z.array(OrderPayment).default([]),
    refunds: z.array(OrderRefund).default([]),
    fulfilments: z.array(OrderFulfilment).default([]),
    holds: z.array(z.object({ kind: z.enum(['risk', 'merchant', 'other']), reason: z.string() })).default([]),
  }),
);
export type Order = z.infer<typeof Order>;

export const FulfilmentCreate = named(
  'FulfilmentCreate',
  'A parcel that has left. `shipmentId` is unique.',
  z.object({
    shipmentId: Key,
    location: z.string(),
    lines: z.array(ItemLine).min(1),
    tracking: Tracking.nullable(),
    shippedAt: Instant,
  }),
);

export const OrderCancel = named(
  'OrderCancel',
  'Cancels the whole order; `refund`: the customer gets all money back.',
  z.object({
    reason: z.string(),
    refund: z.boolean(),
    restock: z.boolean(),
    notify: z.boolean().optional().meta({
      description:
        'True: tell the customer, with an apology: what was sold is not there. Left out: as you usually do.',
    }),
  }),
);
