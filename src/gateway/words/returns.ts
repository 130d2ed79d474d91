/** What happened to an order's returns, and to the refunds that we make, in words. */
import type { OrderFact } from '../../domain/order/facts.ts';
import type { ReturnFactOfOrder } from '../../domain/order/returns.ts';
import type { RETURN_STATUSES } from '../../domain/return/state.ts';
import { type Look, units } from './look.ts';
import type { Told } from './told.ts';

type Words = {
  [Type in ReturnFactOfOrder['type']]: (fact: Extract<OrderFact, { type: Type }>, look: Look) => Told;
};

/** What has become of goods that came back. */
export const DISPOSITION_WORDS = {
  restock: 'sound, back on the shelf',
  damaged: 'damaged',
  qualityControl: 'to be looked at',
  missing: 'not there',
} as const;

/** Where a return stands, as people call it. */
export const RETURN_STATUS_WORDS: Readonly<Record<keyof typeof RETURN_STATUSES, string>> = {
  unseen: 'Not read yet',
  requested: 'Requested',
  declined: 'Declined',
  cancelled: 'Cancelled',
  approved: 'Approved',
  inTransit: 'On its way back',
  received: 'Received',
  inspected: 'Inspected',
  refundApproved: 'Refund approved',
  refunded: 'Refunded',
  credited: 'Credited',
  closed: 'Closed',
};

const SAYS = {
  channel: 'the channel',
  inventory: 'the inventory system',
  fulfilment: 'the fulfilment system',
} as const;

const STATUS_OF_CONTENT = {
  requested: 'is requested',
  declined: 'was declined',
  open: 'is open',
  closed: 'is closed',
  cancelled: 'was cancelled',
} as const;

const quantity = (lines: readonly { quantity: number }[]): number =>
  lines.reduce((sum, line) => sum + line.quantity, 0);

export const RETURN_WORDS: Words = {
  ReturnTold: ({ told: { content, goods } }) => ({
    title: `Return ${content.name} ${STATUS_OF_CONTENT[content.status]}: ${units(quantity(content.lines))}`,
    detail: goods.length === 0 ? [] : [`${units(quantity(goods))} came back`],
  }),
  ReturnInspected: ({ lineId, quantity: count, disposition, location, counts, source }, look) => ({
    title: `Back at ${look.location(location)}: ${look.lines([{ lineId, quantity: count }])}, ${DISPOSITION_WORDS[disposition]}`,
    detail: counts
      ? []
      : [`Stock is not moved by it: ${SAYS[source]} says so, and there another one’s word counts`],
    tone: disposition === 'missing' ? 'warning' : 'neutral',
  }),
  ReturnAnnouncementRequested: ({ location, lines }, look) => ({
    title:
      lines.length === 0
        ? `${look.location(location)} is told that nothing of the return comes any more`
        : `${look.location(location)} is told what comes back: ${units(quantity(lines))}`,
  }),
  ReturnAnnounced: () => ({ title: 'The location knows of the return', tone: 'good' }),
  RefundsOfReturnTold: () => ({ title: 'The return is told how far its refunds are' }),
  ReturnSearchRequested: () => ({ title: 'The channel is asked for the returns of the order' }),
  ReturnsFound: ({ returnIds }) => ({ title: `The channel names ${returnIds.length} of its returns` }),
  ReturnCreationRequested: ({ wanted: { lines, by } }, look) => ({
    title: `The channel is asked to make a return: ${look.lines(lines)}`,
    detail: [`Wanted by ${by}`],
  }),
  ReturnCreated: ({ returnId }) => ({ title: `The channel has made return ${returnId}`, tone: 'good' }),
  RefundWanted: ({ refund }, look) => ({
    title: `A refund of ${look.amount(refund.amount)} is wanted: ${refund.reason}`,
    detail: [
      `By ${refund.by ?? 'Crossdock, by policy'}`,
      ...(refund.lines.length > 0 ? [look.lines(refund.lines)] : []),
      ...(refund.shippingAmount.presentment > 0 ? [`Delivery: ${look.amount(refund.shippingAmount)}`] : []),
      ...(refund.concession.presentment > 0 ? [`Besides: ${look.amount(refund.concession)}`] : []),
      ...(refund.fees.presentment > 0 ? [`Kept as fees: ${look.amount(refund.fees)}`] : []),
    ],
  }),
  RefundAgreed: ({ by, note }) => ({
    title: `${by} agrees to the refund`,
    detail: note === '' ? [] : [note],
  }),
  RefundApproved: ({ because }) => ({ title: 'The refund is approved', detail: [because], tone: 'good' }),
  RefundDeclined: ({ by, because }) => ({
    title: `The refund is declined by ${by}`,
    detail: because === '' ? [] : [because],
    tone: 'warning',
  }),
  RefundRefused: ({ because }) => ({
    title: 'The refund cannot be made',
    detail: [because],
    tone: 'problem',
  }),
  ChannelRefundRequested: () => ({ title: 'The channel is asked to give the money back' }),
  ChannelRefundMade: ({ refundId }) => ({
    title:
      refundId === ''
        ? 'The units are processed; no money goes back'
        : `Refunded at the channel (${refundId})`,
    tone: 'good',
  }),
};
