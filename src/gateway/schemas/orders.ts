/** Orders: the list, and one order's whole story. */
import { z } from 'zod';
import { CaseItem, CommandItem, ObservationItem } from './cases.ts';
import { At, Money, orNull } from './common.ts';

export const OrderListItem = z
  .object({
    key: z.string().meta({ description: 'CONNECTION/ID', example: 'shopify-northlight/5550001' }),
    title: z.string().meta({ description: 'What people call it', example: '#1001' }),
    status: z.string().meta({ example: 'booked' }),
    statusLabel: z.string().meta({ description: 'The status in words', example: 'Booked in the ERP' }),
    held: z.boolean(),
    closed: z.boolean().meta({ description: 'Nothing is left to do' }),
    connection: z.string(),
    brand: z.string(),
    placedAt: orNull(At),
    updatedAt: At.meta({ description: 'When the hub last decided something on it' }),
    units: z.number().int().meta({ description: 'Units ordered' }),
    total: orNull(Money),
    openCases: z.number().int(),
  })
  .meta({ id: 'OrderListItem' });
export type OrderListItem = z.infer<typeof OrderListItem>;

export const OrderList = z
  .object({
    orders: z.array(OrderListItem),
    next: z.string().nullable().meta({ description: 'Give it as `before` for older ones' }),
  })
  .meta({ id: 'OrderList' });
export type OrderList = z.infer<typeof OrderList>;

const Units = z.number().int();

export const OrderLine = z
  .object({
    lineId: z.string(),
    sku: z.string().nullable().meta({ description: "The channel's code" }),
    ourSku: z.string().nullable().meta({ description: 'Ours, by the mapping; null until it is known' }),
    title: z.string(),
    ships: z
      .boolean()
      .meta({ description: 'False: a gift card, service or the like, which leaves no location' }),
    ordered: Units,
    wanted: Units.meta({ description: 'Ordered less what was cancelled or edited away' }),
    reserved: Units.meta({ description: 'Promised from a location, not shipped yet' }),
    shipped: Units,
    returned: Units,
    open: Units.meta({ description: 'Still to leave; below zero: more has left than is wanted' }),
    unitPrice: Money,
    total: Money.meta({ description: 'After discounts, for the units ordered' }),
    locations: z.array(
      z.object({
        location: z.string(),
        name: z.string(),
        quantity: Units,
        state: z.enum(['reserved', 'released', 'shipped']),
      }),
    ),
  })
  .meta({ id: 'OrderLine' });
export type OrderLine = z.infer<typeof OrderLine>;

const ShippedLine = z.object({
  lineId: z.string(),
  sku: z.string().nullable(),
  title: z.string(),
  quantity: Units,
});

export const OrderRelease = z
  .object({
    releaseId: z.string(),
    location: z.string(),
    locationName: z.string(),
    status: z.enum(['requested', 'sent', 'accepted', 'cancelling', 'finished']),
    lines: z.array(ShippedLine).meta({ description: 'What it still has to ship' }),
  })
  .meta({ id: 'OrderRelease' });
export type OrderRelease = z.infer<typeof OrderRelease>;

export const OrderShipment = z
  .object({
    shipmentId: z.string(),
    location: z.string(),
    locationName: z.string(),
    shippedAt: At,
    lines: z.array(ShippedLine),
    tracking: orNull(
      z.object({ company: z.string().nullable(), number: z.string().nullable(), url: z.string().nullable() }),
    ),
    channelTold: z.boolean(),
    erpBooked: z.boolean(),
  })
  .meta({ id: 'OrderShipment' });
export type OrderShipment = z.infer<typeof OrderShipment>;

export const OrderRefund = z
  .object({
    refundId: z.string(),
    createdAt: At,
    cash: Money,
    cashPending: orNull(Money).meta({ description: 'On its way; null: nothing' }),
    units: Units,
    erpBooked: z.boolean(),
  })
  .meta({ id: 'OrderRefund' });
export type OrderRefund = z.infer<typeof OrderRefund>;

export const OrderPerson = z
  .object({
    name: z.string().nullable(),
    company: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    address1: z.string().nullable(),
    address2: z.string().nullable(),
    postalCode: z.string().nullable(),
    city: z.string().nullable(),
    provinceCode: z.string().nullable(),
    countryCode: z.string().nullable(),
  })
  .meta({ id: 'OrderPerson' });
export type OrderPerson = z.infer<typeof OrderPerson>;

export const OrderSummary = z
  .object({
    connection: z.string(),
    channelOrderId: z.string(),
    brand: z.string().meta({ description: 'Name of the brand' }),
    entity: z.string().meta({ description: 'Name of the legal entity that sells' }),
    placedAt: At,
    test: z.boolean(),
    live: z
      .boolean()
      .meta({ description: 'False: known, but it causes no command (before go-live, or a test order)' }),
    country: z.string().nullable().meta({ description: 'Where it goes' }),
    lines: z.array(OrderLine),
    charges: z.array(z.object({ kind: z.string(), title: z.string(), amount: Money })),
    total: Money.meta({ description: 'As placed, in the money that the customer sees' }),
    tax: Money,
    currentTotal: Money.meta({ description: 'After edits, cancellations and returns' }),
    shopTotal: orNull(Money).meta({
      description: "The total in the shop's money, where that is another one",
    }),
    payment: z.object({
      status: z.string().meta({ description: 'As the channel says: paid, authorised, pending …' }),
      label: z.string(),
      gateways: z.array(z.string()),
    }),
    erp: z.object({
      connection: z.string(),
      status: z.enum(['none', 'requested', 'open', 'cancelled']),
      number: z.string().nullable(),
      salesOrderId: z.string().nullable(),
      heldBecause: z.string().nullable(),
    }),
    releases: z.array(OrderRelease),
    shipments: z.array(OrderShipment),
    refunds: z.array(OrderRefund),
    heldBecause: z.string().nullable().meta({ description: 'Why a person, or its channel, has stopped it' }),
    cancelled: z.boolean(),
    forgottenAt: orNull(At).meta({
      description: 'Since when its persons are forgotten, on their request; null: they are not',
    }),
    persons: orNull(z.object({ customer: orNull(OrderPerson), shipTo: orNull(OrderPerson) })).meta({
      description: 'Only when asked for (?persons=true); null parts: unknown or redacted',
    }),
  })
  .meta({ id: 'OrderSummary' });
export type OrderSummary = z.infer<typeof OrderSummary>;

export const TimelineEntry = z
  .object({
    id: z.string().meta({ description: 'Stable within the story' }),
    at: At,
    kind: z.enum(['fact', 'observation', 'command', 'case', 'timer']).meta({
      description:
        'fact: what happened; observation: what a system told us; command: what we ask of a system; case: what a person must decide; timer: what the order waits for (in the future)',
    }),
    title: z.string().meta({ description: 'One sentence that a support person understands' }),
    detail: z.array(z.string()).meta({
      description: 'More lines of the same kind: units, locations, why a location was chosen, errors',
    }),
    tone: z.enum(['neutral', 'good', 'warning', 'problem']),
    connection: z.string().nullable().meta({ description: 'The connection that it is about' }),
    type: z
      .string()
      .meta({ description: 'For experts: type of the fact, kind of the command, topic of the message' }),
    sequence: z.number().int().nullable().meta({ description: 'For facts: their number in the journal' }),
    observation: orNull(ObservationItem),
    command: orNull(CommandItem),
    caseId: z.string().nullable(),
    body: z.unknown().meta({ description: 'For experts: the fact as it stands in the journal' }),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const OrderStory = z
  .object({
    key: z.string(),
    title: z.string(),
    status: z.string(),
    statusLabel: z.string(),
    held: z.boolean(),
    closed: z.boolean(),
    createdAt: At,
    updatedAt: At,
    summary: orNull(OrderSummary).meta({ description: 'Null while the order itself has not been seen' }),
    cases: z.array(CaseItem).meta({ description: 'Open ones first' }),
    waitsFor: z.array(z.string()).meta({ description: 'What has to happen next, in words' }),
    timeline: z.array(TimelineEntry).meta({ description: 'Oldest first; timers at the end' }),
    truncated: z
      .boolean()
      .meta({ description: 'True: the story is longer than one answer; its middle is left out' }),
  })
  .meta({ id: 'OrderStory' });
export type OrderStory = z.infer<typeof OrderStory>;
