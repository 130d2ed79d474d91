/**
 * A return: goods that are to come back, and what becomes of them, as their channel says. It is always read whole, so the newest
 * answer of the channel is its content.
 */
import { z } from 'zod';
import { Id, Instant, Quantity, TwoMoney } from './common.ts';
import { Tracking } from './order.ts';
import { Disposition } from './stock.ts';

export const ReturnDisposition = z.object({
  dispositionId: Id,
  disposition: Disposition,
  quantity: Quantity,
  location: Id.nullable().describe('The channel’s id of the location; null: it does not say.'),
  locationName: z.string().nullable(),
  at: Instant,
});
export type ReturnDisposition = z.infer<typeof ReturnDisposition>;

export const ReturnLine = z.object({
  returnLineId: Id,
  lineId: Id.describe('The line of the order that the units are of.'),
  quantity: Quantity.describe('Units that are to come back, or came.'),
  processedQuantity: Quantity.describe('Units that have left the order by a refund of this return.'),
  reason: Id.describe('The channel’s code of the reason: "defective".'),
  restockingFee: TwoMoney.nullable().describe('What the customer owes for all units of the line.'),
  dispositions: z.array(ReturnDisposition).describe('What has become of units that were looked at.'),
});
export type ReturnLine = z.infer<typeof ReturnLine>;

/** Goods that go out in exchange. Once they are processed they are lines of the order. */
export const ExchangeLine = z.object({
  exchangeLineId: Id,
  quantity: Quantity,
  processedQuantity: Quantity,
  lineIds: z.array(Id).describe('The lines of the order that they became.'),
});
export type ExchangeLine = z.infer<typeof ExchangeLine>;

export const Return = z.object({
  schema: z.literal('return/1'),
  returnId: Id,
  channelOrderId: Id,
  name: z.string().describe('What people call it: "#1001-R1".'),
  status: z
    .enum(['requested', 'declined', 'open', 'closed', 'cancelled'])
    .describe('open: it was approved, and goods may come. closed: the channel expects nothing more.'),
  createdAt: Instant,
  approvedAt: Instant.nullable(),
  closedAt: Instant.nullable(),
  declined: z.string().nullable().describe('Why it was declined, in the channel’s words.'),
  lines: z.array(ReturnLine),
  exchangeLines: z.array(ExchangeLine),
  shippingFee: TwoMoney.describe('What the customer owes for the way back, once.'),
  deliveries: z
    .array(z.object({ deliveryId: Id, tracking: Tracking.nullable() }))
    .describe('On which ways it comes back.'),
  refundIds: z.array(Id).describe('The order’s refunds that were made of it.'),
});
export type Return = z.infer<typeof Return>;
