/** What happened to an order, told so that a support person understands it. A new kind of fact needs its words here. */

import { formatMinor } from '../../domain/money.ts';
import type { Allocation, OrderFact, OrderFactType, SourcingNote } from '../../domain/order/facts.ts';
import { type Look, units, when } from './look.ts';
import { RETURN_WORDS } from './returns.ts';
import type { Told } from './told.ts';

export type { Told } from './told.ts';

type Words = {
  [Type in OrderFactType]: (fact: Extract<OrderFact, { type: Type }>, look: Look) => Told;
};

/** Parts of an order's snapshot, as people call them. */
const PARTS: Readonly<Record<string, string>> = {
  lines: 'items',
  shipping: 'shipping',
  extras: 'extra charges',
  currentTotal: 'what it is worth',
  total: 'the total',
  totalTax: 'tax',
  paymentStatus: 'payment',
  payments: 'payments',
  gateways: 'payment method',
  refunds: 'refunds',
  fulfilments: 'shipments at the channel',
  shipTo: 'delivery address',
  billTo: 'billing address',
  customer: 'customer',
  cancelledAt: 'cancelled',
  cancelReason: 'reason of the cancellation',
  holds: 'holds',
  name: 'its name',
  source: 'where it was sold',
  poNumber: 'purchase order number',
  company: 'company',
  paymentTerms: 'payment terms',
  delivery: 'way of delivery',
  sellingPlans: 'purchase options',
  returnStatus: 'returns',
};

const byLocation = (allocations: readonly Allocation[], look: Look): string[] =>
  [...Map.groupBy(allocations, (part) => part.location)].map(
    ([location, parts]) => `${look.location(location)}: ${look.lines(parts)}`,
  );

/** Why units come from where they come from: the rules, then each location that was looked at. */
function sourcingWords(
  considered: readonly SourcingNote[] = [],
  because: readonly string[] = [],
  look: Look,
): string[] {
  return [
    ...because.map((reason) => `Why: ${reason}`),
    ...considered.map((note) => `${look.location(note.location)}: ${note.verdict}`),
  ];
}

const count = (allocations: readonly { quantity: number }[]): number =>
  allocations.reduce((sum, part) => sum + part.quantity, 0);

const ROUTES = {
  otherLocation: 'another location',
  substitute: 'a substitute',
  backorder: 'back-order',
  cancel: 'cancellation with an apology',
  case: 'a person',
} as const;

const money = (amountMinor: number, currency: string): string =>
  `${formatMinor(amountMinor, currency)} ${currency}`;

const WORDS: Words = {
  OrderPlaced: ({ order, live, why }, look) => ({
    title: `Order ${order.name} received: ${units(count(order.lines))}, ${look.amount(order.total)}`,
    detail: [`Placed at ${when(order.placedAt)}`, ...(live ? [] : [`It causes nothing: ${why}`])],
    tone: live ? 'good' : 'neutral',
  }),
  OrderChanged: ({ order, changes }, look) => ({
    title: `The channel changed it: ${changes.map((part) => PARTS[part] ?? part).join(', ')}`,
    detail: changes.includes('currentTotal') ? [`Now worth ${look.amount(order.currentTotal)}`] : [],
  }),
  SnapshotConfirmed: () => ({ title: 'Seen again at the channel, unchanged' }),
  OrderReadRequested: ({ because }) => ({
    title: 'The channel is asked for the whole order',
    detail: [because],
  }),
  OrderRead: () => ({ title: 'The channel has answered with the whole order' }),

  OrderTakenOver: ({ by, fulfilments, refunds }) => ({
    title: `Taken over by ${by}: it is worked on from now on`,
    detail: [
      ...(fulfilments.length > 0 ? [`Shipped before by others: ${fulfilments.length} fulfilments`] : []),
      ...(refunds.length > 0 ? [`Refunded before by others: ${refunds.length} refunds`] : []),
    ],
  }),
  OrderDeleted: ({ at }) => ({
    title: 'Deleted at its channel, by somebody there',
    detail: [`At ${when(at)}`],
    tone: 'warning',
  }),
  PersonsForgotten: () => ({
    title: 'Forgotten on request: the names and addresses of its people are erased, here and in raw messages',
    tone: 'warning',
  }),
  OrderValidated: () => ({
    title: 'Checked: customer, address, taxes, items and totals are in order',
    tone: 'good',
  }),
  ValidationFailed: ({ problems }) => ({
    title: `It cannot go on: ${problems.length === 1 ? 'one thing' : `${problems.length} things`} must be fixed first`,
    detail: problems,
    tone: 'problem',
  }),

  PaymentSecured: ({ status, expiresAt }) => ({
    title: `Payment is safe (${status})`,
    detail: expiresAt === null ? [] : [`Authorised until ${when(expiresAt)}`],
    tone: 'good',
  }),
  PaymentMissing: ({ status }) => ({ title: `Payment is missing (${status})`, tone: 'warning' }),
  PaymentSettled: () => ({ title: 'Paid', tone: 'good' }),

  StockReserved: ({ allocations, considered, because }, look) => ({
    title: `Stock reserved: ${units(count(allocations))}`,
    detail: [...byLocation(allocations, look), ...sourcingWords(considered, because, look)],
    tone: 'good',
  }),
  ReservationsOffered: ({ reservations }) => ({
    title:
      reservations.length === 1
        ? 'Units were kept for it'
        : `Units were kept for it: ${reservations.length} reservations`,
    detail: reservations.map((id) => `Reservation ${id}`),
  }),
  UnitsTakenOver: ({ reservation, allocations }, look) => ({
    title: `Units that were kept are taken over: ${units(count(allocations))}`,
    detail: [`Reservation ${reservation}`, ...byLocation(allocations, look)],
    tone: 'good',
  }),
  ReservationMissed: ({ reservation, because }) => ({
    title: 'Nothing is kept for it any more',
    detail: [`Reservation ${reservation}: ${because}`],
  }),
  StockReleased: ({ allocations, because }, look) => ({
    title: `Reservation given back: ${units(count(allocations))}`,
    detail: [because, ...byLocation(allocations, look)],
  }),
  StockShort: ({ lines, policy, considered, because }, look) =>
    lines.length === 0
      ? { title: 'Everything that was short is there now', tone: 'good' }
      : {
          title: `Not enough stock: ${look.lines(lines)}`,
          detail: [`Policy of the brand: ${policy}`, ...sourcingWords(considered, because, look)],
          tone: 'warning',
        },
  StockExpected: ({ sku, parts }, look) =>
    parts.length === 0
      ? {
          title: `${sku} is not promised any more: what was to come does not, or goes to earlier orders`,
          tone: 'warning',
        }
      : {
          title: `Expected by ${parts.at(-1)?.expectedAt.slice(0, 10)}: ${count(parts.map(({ units: quantity }) => ({ quantity })))} × ${sku}`,
          detail: parts.map(
            (part) =>
              `${part.units} of ${part.document}, at ${look.location(part.location)} on ${part.expectedAt.slice(0, 10)}`,
          ),
        },
  OrderOversold: ({ lines }, look) => ({
    title: `Oversold: ${look.lines(lines)} ${count(lines) === 1 ? 'was' : 'were'} not there when it was placed`,
    tone: 'warning',
  }),
  OversoldRouted: ({ routes }) => ({
    title: `Way out: ${ROUTES[routes.at(-1)?.route ?? 'case']}`,
    detail: routes.map(({ route, told }) => `${ROUTES[route]}: ${told}`),
  }),
  LineSubstituted: ({ lineId, sku, by }, look) => ({
    title: `${by} is sent instead of ${sku}`,
    detail: [look.line({ lineId, quantity: 1 })],
    tone: 'warning',
  }),
  AllocationSucceeded: () => ({ title: 'Stock is promised; the ERP may be told', tone: 'good' }),
  AllocationLost: ({ because }) => ({
    title: 'What was promised is not enough any more',
    detail: [because],
    tone: 'warning',
  }),
  LocationsAskedAgain: ({ location, because }, look) => ({
    title: `Asked again for stock: ${location === null ? 'every location' : look.location(location)}`,
    detail: [because],
  }),

  SalesOrderRequested: () => ({ title: 'The ERP is asked for a sales order' }),
  SalesOrderCreated: ({ number }) => ({ title: `Booked in the ERP as ${number}`, tone: 'good' }),
  SalesOrderAmendmentRequested: ({ revision }) => ({
    title: 'The ERP is told of the change',
    detail: revision > 1 ? [`Try ${revision}`] : [],
  }),
  SalesOrderAmended: () => ({ title: 'The ERP has taken over the change', tone: 'good' }),
  SalesOrderCancellationRequested: () => ({ title: 'The ERP is asked to cancel its sales order' }),
  SalesOrderCancelled: () => ({ title: 'The ERP has cancelled its sales order' }),
  HeldByErp: ({ reason }) => ({ title: 'The ERP holds the order', detail: [reason], tone: 'warning' }),
  ResumedByErp: () => ({ title: 'The ERP lets the order go on', tone: 'good' }),
  CancelledByErp: ({ reason }) => ({
    title: 'The ERP has cancelled the sales order by itself',
    detail: [reason],
    tone: 'warning',
  }),
  ReinstatedByErp: ({ reason }) => ({ title: 'The ERP has reopened the sales order', detail: [reason] }),
  EditedByErp: ({ reason, lines }, look) => ({
    title: 'The sales order was changed in the ERP',
    detail: [reason, ...(lines === null ? [] : [look.lines(lines)])],
    tone: 'warning',
  }),
  InvoicedByErp: ({ invoiceNumber, reason }) => ({
    title: `The ERP has invoiced it: ${invoiceNumber}`,
    detail: reason === '' ? [] : [reason],
  }),
  SalesOrderConfirmed: () => ({ title: 'The ERP confirms what it was told' }),
  SalesOrderToRestore: ({ by }) => ({ title: `${by} sets the sales order to what the channel sold` }),

  OrderHeld: ({ by, reason }) => ({ title: `Put on hold by ${by}`, detail: [reason], tone: 'warning' }),
  OrderResumed: ({ by }) => ({ title: `${by} lets it go on`, tone: 'good' }),
  HeldByChannel: ({ reason }) => ({
    title: 'The channel holds the order',
    detail: [reason],
    tone: 'warning',
  }),
  ResumedByChannel: () => ({ title: 'The channel lets the order go on', tone: 'good' }),

  ReleaseRequested: ({ location, allocations }, look) => ({
    title: `${look.location(location)} is asked to ship ${units(count(allocations))}`,
    detail: [look.lines(allocations)],
  }),
  ReleaseRetried: ({ releaseId }, look) => ({
    title: `${look.holderOf(releaseId)} is asked again to ship release ${short(releaseId)}`,
  }),
  ReleaseSent: ({ releaseId }, look) => ({
    title: `${look.holderOf(releaseId)} has release ${short(releaseId)}`,
  }),
  ReleaseAccepted: ({ releaseId }, look) => ({
    title: `${look.holderOf(releaseId)} works on release ${short(releaseId)}`,
    tone: 'good',
  }),
  ReleaseCancellationRequested: ({ releaseId, because }, look) => ({
    title: `${look.holderOf(releaseId)} is asked to stop release ${short(releaseId)}`,
    detail: [because],
  }),
  ReleaseCancellationConfirmed: ({ releaseId }, look) => ({
    title: `${look.holderOf(releaseId)} stops release ${short(releaseId)}`,
  }),
  ReleaseCancellationRefused: ({ releaseId, because }, look) => ({
    title: `${look.holderOf(releaseId)}: too late to stop release ${short(releaseId)}`,
    detail: [because],
    tone: 'warning',
  }),
  UnitsReturnedToPlan: ({ releaseId, allocations, because, avoid }, look) => ({
    title: avoid
      ? `${look.holderOf(releaseId)} will not ship ${units(count(allocations))}; other stock is used`
      : `${units(count(allocations))} came back unshipped`,
    detail: [because, ...byLocation(allocations, look)],
    tone: avoid ? 'warning' : 'neutral',
  }),
  ShipmentRecorded: ({ location, lines, tracking, shippedAt }, look) => ({
    title: `Shipped from ${look.location(location)}: ${units(count(lines))}`,
    detail: [
      look.lines(lines),
      ...(tracking?.number
        ? [`Parcel ${tracking.number}${tracking.company ? ` with ${tracking.company}` : ''}`]
        : []),
      `Left at ${when(shippedAt)}`,
    ],
    tone: 'good',
  }),
  AssignmentRequested: () => ({ title: 'The channel is told which locations send the goods' }),
  LocationsAssigned: () => ({ title: 'The channel plans with our locations', tone: 'good' }),
  AnswerRequested: ({ request, answer, because }) => ({
    title: `The ${request === 'fulfilment' ? 'fulfilment request' : 'request to stop'} is ${answer === 'accept' ? 'accepted' : 'rejected'}`,
    detail: [because],
    ...(answer === 'reject' && request === 'fulfilment' ? { tone: 'warning' as const } : {}),
  }),
  AnswerGiven: () => ({ title: 'The channel has our answer' }),
  ChannelHoldRequested: ({ because }) => ({
    title: 'The channel is asked to keep the order back',
    detail: [because],
  }),
  ChannelHoldPlaced: () => ({ title: 'The channel keeps the order back in our name' }),
  ChannelHoldReleaseRequested: () => ({ title: 'The channel is asked to let the order go' }),
  ChannelHoldReleased: () => ({ title: 'The channel has let the order go', tone: 'good' }),
  FulfilmentRequested: () => ({ title: 'The channel is told of the shipment' }),
  FulfilmentWritten: () => ({ title: 'The channel knows of the shipment', tone: 'good' }),
  FulfilmentNotNeeded: ({ because }) => ({
    title: 'The channel need not be told of the shipment',
    detail: [because],
  }),
  ShipmentBookingRequested: () => ({ title: 'The ERP is told of the shipment' }),
  ShipmentBooked: () => ({ title: 'The ERP has booked the shipment', tone: 'good' }),
  ShipmentNeedsNoBooking: ({ because }) => ({
    title: 'The ERP need not book the shipment',
    detail: [because],
  }),
  FulfilledElsewhere: ({ lines }, look) => ({
    title: `The channel shows ${units(count(lines))} as shipped that none of our locations has sent`,
    detail: [look.lines(lines)],
    tone: 'warning',
  }),
  OrderShipped: () => ({ title: 'Everything has left', tone: 'good' }),

  RefundBookingRequested: () => ({ title: 'The ERP is told of the refund' }),
  RefundBooked: () => ({ title: 'The ERP has booked the refund', tone: 'good' }),
  RefundNeedsNoBooking: ({ because }) => ({ title: 'The refund needs no booking', detail: [because] }),

  SettlementWaits: ({ entry }) => ({
    title: `Its payment provider shows ${money(entry.amountMinor, entry.currency)} of it (${entry.kind}), which wait for the order`,
  }),
  SettlementSeen: ({ entry, payout }) => ({
    title:
      payout === null
        ? `Its payment provider shows ${money(entry.amountMinor, entry.currency)} of it (${entry.kind})`
        : `${money(entry.amountMinor, entry.currency)} of it (${entry.kind}) are in payout ${payout}`,
    detail: entry.feeMinor === 0 ? [] : [`Kept as a fee: ${money(entry.feeMinor, entry.currency)}`],
  }),
  PostingsMade: ({ postings }) => ({
    title:
      postings.length === 0
        ? 'Nothing to book of it'
        : `Booked: ${postings.map(({ text }) => text).join(', ')}`,
  }),
  PriceReducedByDispute: ({ amountMinor, currency, reason, dispute }) => ({
    title:
      amountMinor === 0
        ? `The lost dispute ${dispute} takes nothing off its price any more`
        : `A lost dispute reduces its price by ${money(amountMinor, currency)}`,
    detail: [`Reason: ${reason}`],
  }),
  PaymentDisputed: ({ kind, status, reason, currency, amountMinor }) => ({
    title: {
      open:
        kind === 'inquiry'
          ? `The shopper’s bank asks about ${money(amountMinor, currency)}`
          : `The shopper’s bank has taken back ${money(amountMinor, currency)}`,
      won: `The dispute about ${money(amountMinor, currency)} is won`,
      lost: `The dispute about ${money(amountMinor, currency)} is lost`,
      over: `The dispute about ${money(amountMinor, currency)} came to nothing`,
    }[status],
    detail: [`Reason: ${reason}`],
    tone: status === 'won' || status === 'over' ? 'good' : 'problem',
  }),

  PaymentCaptureRequested: ({ amountMinor }, look) => ({
    title: `The channel is asked to capture ${look.amount({ shop: amountMinor, presentment: amountMinor })}`,
  }),
  PaymentCaptured: ({ amountMinor }, look) => ({
    title: `Captured: ${look.amount({ shop: amountMinor, presentment: amountMinor })}`,
    tone: 'good',
  }),
  ReferencesRequested: ({ references, tags }) => ({
    title: 'The channel is asked to write the number of the sales order on the order',
    detail: [...Object.values(references), ...tags.map((tag) => `Tag ${tag}`)],
  }),
  ReferencesWritten: () => ({ title: 'The number of the sales order stands at the channel' }),

  CancellationIntended: ({ by, reason }) => ({
    title: `${by === 'policy' ? 'By policy it is to be cancelled' : `${by} wants it cancelled`}`,
    detail: [reason],
    tone: 'warning',
  }),
  CancellationAbandoned: ({ because }) => ({ title: 'It is not cancelled after all', detail: [because] }),
  CancellationRequested: ({ reason }) => ({
    title: 'The channel is asked to cancel it and give the money back',
    detail: [reason],
  }),
  CancellationAccepted: () => ({ title: 'The channel has accepted the cancellation' }),
  OrderCancelled: ({ reason, at }) => ({
    title: 'Cancelled at the channel',
    detail: [reason, `At ${when(at)}`],
    tone: 'warning',
  }),

  ...RETURN_WORDS,

  CommandRejected: ({ opens, code, message }) => ({
    title: opens.message,
    detail: [`${code}: ${message}`, `What would fix it: ${opens.suggestedFix}`],
    tone: 'problem',
  }),
  CommandUnsettled: ({ opens }) => ({
    title: opens.message,
    detail: [`What would fix it: ${opens.suggestedFix}`],
    tone: 'problem',
  }),
  RetryAllowed: ({ by }) => ({ title: `${by} lets it be tried again` }),
  CaseOpened: ({ opens }) => ({
    title: opens.message,
    detail: [`What would fix it: ${opens.suggestedFix}`],
    tone: 'problem',
  }),
  CaseClosed: ({ closes, by, accepted }) => ({
    title: accepted ? `${by} accepts it as it is: ${closes}` : `Settled: ${closes}`,
    detail: accepted ? [] : [by],
    tone: 'good',
  }),

  OrderClosed: () => ({ title: 'Finished: nothing is left to do', tone: 'good' }),
  OrderEmptied: () => ({ title: 'Nothing is left on the order' }),
  OrderReopened: ({ because }) => ({ title: 'Open again', detail: [because] }),
};

/** "R2" of "shopify-northlight/5550001#R2". */
function short(releaseId: string): string {
  return releaseId.slice(releaseId.lastIndexOf('#') + 1);
}

/** A fact in words; one that this version does not know is named by its type. */
export function tellFact(fact: OrderFact, look: Look): Told {
  const words = WORDS[fact.type] as ((fact: OrderFact, look: Look) => Told) | undefined;
  return words ? words(fact, look) : { title: fact.type };
}
