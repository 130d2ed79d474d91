/** Events: the feeds that the hub polls, and the same events pushed to it as signed webhooks. */
import { z } from 'zod';
import { ReturnInspected, ReturnReceived } from './announcement.ts';
import { Instant, Key, named } from './common.ts';
import { Order } from './order.ts';
import { ReleaseAccepted, ReleaseCancelled, ReleaseRejected, ReleaseShipped } from './release.ts';
import { SalesOrderChanged, SalesOrderEdited, SalesOrderInvoiced } from './sales-order.ts';
import { StockLevel, StockMoved } from './stock.ts';

/** The feed of each role. */
export const FEEDS = {
  channel: 'orders',
  fulfilment: 'releases',
  inventory: 'stock',
  erp: 'sales-orders',
} as const;
export type Feed = (typeof FEEDS)[keyof typeof FEEDS];

/** Data of the events `order.created`, `.updated` and `.cancelled`. */
export const OrderChanged = named(
  'OrderChanged',
  'The order whole, as it stands after the change.',
  z.object({ order: Order }),
);

/** Every type of event: its feed and what its data are. */
export const EVENT_TYPES = {
  'order.created': { feed: 'orders', data: OrderChanged },
  'order.updated': { feed: 'orders', data: OrderChanged },
  'order.cancelled': { feed: 'orders', data: OrderChanged },
  'release.accepted': { feed: 'releases', data: ReleaseAccepted },
  'release.shipped': { feed: 'releases', data: ReleaseShipped },
  'release.rejected': { feed: 'releases', data: ReleaseRejected },
  'release.cancelled': { feed: 'releases', data: ReleaseCancelled },
  'return.received': { feed: 'releases', data: ReturnReceived },
  'return.inspected': { feed: 'releases', data: ReturnInspected },
  'stock.level': { feed: 'stock', data: StockLevel },
  'stock.expected': { feed: 'stock', data: StockMoved },
  'stock.received': { feed: 'stock', data: StockMoved },
  'stock.adjusted': { feed: 'stock', data: StockMoved },
  'stock.counted': { feed: 'stock', data: StockMoved },
  'stock.transferred': { feed: 'stock', data: StockMoved },
  'stock.returned': { feed: 'stock', data: StockMoved },
  'stock.sold': { feed: 'stock', data: StockMoved },
  'sales-order.held': { feed: 'sales-orders', data: SalesOrderChanged },
  'sales-order.resumed': { feed: 'sales-orders', data: SalesOrderChanged },
  'sales-order.cancelled': { feed: 'sales-orders', data: SalesOrderChanged },
  'sales-order.edited': { feed: 'sales-orders', data: SalesOrderEdited },
  'sales-order.invoiced': { feed: 'sales-orders', data: SalesOrderInvoiced },
} as const satisfies Record<string, { feed: Feed; data: z.ZodType }>;
export type EventType = keyof typeof EVENT_TYPES;

const variants = Object.entries(EVENT_TYPES).map(([type, { data }]) =>
  z.object({ id: Key, type: z.literal(type), occurredAt: Instant, data }),
);

export const Event = named(
  'Event',
  'Something that has happened. `id` is unique and the same in the feed and in every delivery of the webhook (`webhook-id`). Types may be added: ignore those that you do not know.',
  z.discriminatedUnion('type', variants as [(typeof variants)[number], ...typeof variants]),
);

export const EventPage = named(
  'EventPage',
  'Events in the order in which they became visible. `cursor` is where to go on, also when there are none; `more`: ask again at once.',
  z.object({ events: z.array(Event), cursor: z.string(), more: z.boolean() }),
);

/** What the connector needs of a page: one event that cannot be read must not stop the others. */
export const LenientEventPage = z.object({
  events: z.array(z.unknown()),
  cursor: z.string().min(1),
  more: z.boolean(),
});
