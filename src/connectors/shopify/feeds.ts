/**
 * The feed of orders: a sweep over all that has changed since the last one, page by page, by the time of the last change. Many
 * orders share a second, and a change may come into the vendor's index late, behind the back of a sweep under way: so the lower
 * bound is included, lies some time before the newest change that was seen and before the sweep's begin, and what comes again
 * is recognised by its content. Nothing hangs on ids.
 */
import { z } from 'zod';
import type { Delivery, Failure, FeedPage } from '../contract.ts';
import { drift, type Exchange } from './client.ts';
import { CHANGED_TOPIC, POLL_TOPIC } from './intake.ts';
import type { JsonObject } from './json.ts';
import { type OrderPage, type OrderReader, orderDelivery } from './orders.ts';

export const ORDERS_FEED = 'orders';

/** The vendor turns no more pages after 25,000 orders: by then a sweep begins anew from where it stands. */
const MAX_ORDERS_IN_A_ROW = 20_000;

/** Where a sweep stands. Instants are epoch seconds, the vendor's grain. */
const Cursor = z.object({
  /** Lower bound of the sweep, included. */
  from: z.number().int(),
  /** Newest change seen so far. */
  newest: z.number().int(),
  /** When the sweep began, by our clock; null: it has not. */
  began: z.number().int().nullable(),
  /** The vendor's cursor of the last page; null: from the lower bound on. */
  after: z.string().nullable(),
  /** Orders read in this sweep. */
  read: z.number().int(),
});
type Cursor = z.infer<typeof Cursor>;

type PageReader = Pick<OrderReader, 'page'>;

const BEGINNING: Cursor = { from: 0, newest: 0, began: null, after: null, read: 0 };

/**
 * @param now business time: a change that claims to be later must not move the cursor past those that are yet to come.
 * @param overlapMs how late a change may come into the vendor's index.
 */
export async function pollOrders(
  reader: PageReader,
  { now, overlapMs }: { now: number; overlapMs: number },
  cursor: string | null,
  exchange: Exchange,
): Promise<FeedPage | Failure> {
  const nowSeconds = Math.floor(now / 1_000);
  let at = readCursor(cursor);
  let page = await readPage(reader, at, exchange);
  if (page.status === 'rejected' && at.after !== null) {
    // The vendor does not know its own cursor any more: the sweep begins again, and what comes twice is recognised.
    at = { ...at, after: null, read: 0 };
    page = await readPage(reader, at, exchange);
  }
  if (page.status !== 'ok') return page;
  if (page.pageInfo.hasNextPage && page.pageInfo.endCursor === null)
    return drift('ListOrders says that there are more orders, and gives no cursor to them');
  const latest = Math.max(at.newest, ...page.orders.map(({ order }) => changedAt(order) ?? 0));
  const newest = Math.max(at.newest, Math.min(latest, nowSeconds));
  const read = at.read + page.orders.length;
  const began = at.began ?? nowSeconds;
  return {
    deliveries: page.orders.map(({ order, whole }) => deliveryOf(order, whole)),
    cursor: JSON.stringify(nextCursor({ ...at, newest, read, began }, page, overlapMs)),
    more: page.pageInfo.hasNextPage,
  };
}

/** The cursor of a sweep over all that has changed since an instant. */
export function cursorSince(instant: number): string {
  return JSON.stringify({ ...BEGINNING, from: Math.floor(instant / 1_000) } satisfies Cursor);
}

/** The search for orders that have changed since an instant, which is included. */
export function changedSince(epochSeconds: number): string {
  return `updated_at:>='${new Date(epochSeconds * 1_000).toISOString().replace('.000Z', 'Z')}'`;
}

function readPage(reader: PageReader, at: Cursor, exchange: Exchange): Promise<OrderPage | Failure> {
  return reader.page(changedSince(at.from), at.after, exchange);
}

function nextCursor(at: Cursor & { began: number }, { pageInfo }: OrderPage, overlapMs: number): Cursor {
  if (!pageInfo.hasNextPage) {
    const seen = Math.min(at.newest, at.began) - Math.ceil(overlapMs / 1_000);
    return { from: Math.max(at.from, seen), newest: at.newest, began: null, after: null, read: 0 };
  }
  if (at.read >= MAX_ORDERS_IN_A_ROW && at.newest > at.from)
    return { ...at, from: at.newest, after: null, read: 0 };
  return { ...at, after: pageInfo.endCursor };
}

/** A cursor of another version begins anew: everything that comes again is recognised. */
function readCursor(text: string | null): Cursor {
  try {
    return Cursor.parse(JSON.parse(text ?? ''));
  } catch {
    return BEGINNING;
  }
}

/** What does not fit into a page is read alone, by a command, as after any hint. */
function deliveryOf(order: JsonObject, whole: boolean): Delivery {
  if (whole) return orderDelivery('poll', POLL_TOPIC, order);
  const { id, updatedAt } = order;
  return orderDelivery('poll', CHANGED_TOPIC, { id, updatedAt });
}

/** When the order has last changed, in epoch seconds; undefined where that cannot be read: it is for the intake to judge. */
function changedAt({ updatedAt }: JsonObject): number | undefined {
  const ms = typeof updatedAt === 'string' ? Date.parse(updatedAt) : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1_000);
}
