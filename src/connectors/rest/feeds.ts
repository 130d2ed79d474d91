/**
 * Polling. Every feed is a list of events behind an opaque cursor; `stock` begins with all levels, page by page, and goes on
 * with events from the position at which the first page was true: what a later page contains already is told by its `at`.
 */
import { z } from 'zod';
import type { Role } from '../../domain/commands.ts';
import type { Delivery, Failure, FeedPage } from '../contract.ts';
import { FEEDS, type Feed, LenientEventPage } from './api.ts';
import type { RestClient } from './client.ts';
import { encode } from './commands/calls.ts';
import { LEVEL_TOPIC } from './intake.ts';

/** Events or levels a page: few enough for one commit. */
const PAGE_SIZE = 200;

/** Our cursor: still in the list of levels, or in the events. `after` null: from the beginning. */
const Cursor = z.union([
  z.object({ levels: z.string().nullable(), position: z.string().nullable() }),
  z.object({ after: z.string().nullable() }),
]);
type Cursor = z.infer<typeof Cursor>;

/** One level that cannot be read must not stop the others. */
const LenientStockPage = z.object({
  levels: z.array(z.unknown()),
  position: z.string().min(1),
  cursor: z.string().nullish(),
});

/** The feeds that belong to these roles. */
export function feedsOf(roles: readonly Role[]): readonly Feed[] {
  return (Object.keys(FEEDS) as (keyof typeof FEEDS)[]).flatMap((role) =>
    roles.includes(role) ? [FEEDS[role]] : [],
  );
}

export async function pollFeed(
  client: RestClient,
  roles: readonly Role[],
  feed: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<FeedPage | Failure> {
  if (!feedsOf(roles).some((each) => each === feed))
    return { deliveries: [], cursor: cursor ?? '', more: false };
  const at = readCursor(feed as Feed, cursor);
  return 'levels' in at ? pollLevels(client, at, signal) : pollEvents(client, feed as Feed, at, signal);
}

/** A cursor of another version begins anew: everything that comes again is recognised. */
function readCursor(feed: Feed, text: string | null): Cursor {
  const start: Cursor = feed === 'stock' ? { levels: null, position: null } : { after: null };
  if (text === null || text === '') return start;
  try {
    return Cursor.parse(JSON.parse(text));
  } catch {
    return start;
  }
}

/** All levels are told from here on, and then every event that the cursor has not brought yet: those that a level contains, too. */
export function levelsCursor(feed: string, text: string | null): string | null {
  if (feed !== FEEDS.inventory) return null;
  const at = readCursor(feed, text);
  // They are being told already.
  if ('levels' in at) return null;
  return JSON.stringify({ levels: null, position: at.after } satisfies Cursor);
}

async function pollLevels(
  client: RestClient,
  at: Extract<Cursor, { levels: unknown }>,
  signal: AbortSignal,
): Promise<FeedPage | Failure> {
  const from = at.levels === null ? '' : `&cursor=${encode(at.levels)}`;
  const page = await client.call({
    method: 'GET',
    path: `/v1/stock?limit=${PAGE_SIZE}${from}`,
    answer: LenientStockPage,
    signal,
  });
  if (page.status === 'missing') return { status: 'transient', message: page.message, answered: 404 };
  if (page.status !== 'ok') return page;
  const position = at.position ?? page.data.position;
  const next: Cursor = page.data.cursor ? { levels: page.data.cursor, position } : { after: position };
  return {
    deliveries: page.data.levels.map((level) => polled(LEVEL_TOPIC, level)),
    cursor: JSON.stringify(next),
    more: true,
  };
}

async function pollEvents(
  client: RestClient,
  feed: Feed,
  at: Extract<Cursor, { after: unknown }>,
  signal: AbortSignal,
): Promise<FeedPage | Failure> {
  const after = at.after === null ? '' : `&after=${encode(at.after)}`;
  const page = await client.call({
    method: 'GET',
    path: `/v1/events?feed=${feed}&limit=${PAGE_SIZE}${after}`,
    answer: LenientEventPage,
    signal,
  });
  if (page.status === 'missing') return { status: 'transient', message: page.message, answered: 404 };
  if (page.status !== 'ok') return page;
  const next: Cursor = { after: page.data.cursor };
  return {
    deliveries: page.data.events.map((event) => polled(`poll:${feed}`, event)),
    cursor: JSON.stringify(next),
    more: page.data.more,
  };
}

function polled(topic: string, value: unknown): Delivery {
  return { headers: {}, body: Buffer.from(JSON.stringify(value), 'utf8'), origin: 'poll', topic };
}
