/** The system's feeds: events in order behind opaque cursors, each pushed as a signed webhook too. */
import { createHash } from 'node:crypto';
import type { Deliveries } from '../../../sandbox/kit/deliveries.ts';
import { signStandardWebhook } from '../../../sandbox/kit/standard-webhooks.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import { problem, type Route } from './http.ts';

export type FeedName = 'orders' | 'releases' | 'stock' | 'sales-orders';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

export class Feeds {
  readonly #world: World;
  readonly #deliveries: Deliveries;
  readonly #options: { connection: string; webhookPath: string; webhookSecret: string };
  readonly #names: readonly FeedName[];
  /** Events as text: a page and a webhook carry the same bytes. */
  readonly #events: Record<FeedName, string[]> = { orders: [], releases: [], stock: [], 'sales-orders': [] };
  readonly #lastAt: Record<FeedName, number>;
  readonly #told = new Map<string, number>();

  constructor(
    world: World,
    deliveries: Deliveries,
    names: readonly FeedName[],
    options: { connection: string; webhookPath: string; webhookSecret: string },
  ) {
    this.#world = world;
    this.#deliveries = deliveries;
    this.#names = names;
    this.#options = options;
    const now = world.clock.now();
    this.#lastAt = { orders: now, releases: now, stock: now, 'sales-orders': now };
  }

  /** Tells of something that has just happened. Instants grow within a feed, also when two things happen in a millisecond. */
  emit(feed: FeedName, type: string, subject: string, dataAt: (at: string) => unknown): void {
    const at = Math.max(this.#world.clock.now(), this.#lastAt[feed] + 1);
    this.#lastAt[feed] = at;
    const occurredAt = new Date(at).toISOString();
    const time = (this.#told.get(`${type} ${subject}`) ?? 0) + 1;
    this.#told.set(`${type} ${subject}`, time);
    const id = `evt_${shortHash(`${this.#options.connection} ${type} ${subject} ${time}`)}`;
    const body = JSON.stringify({ id, type, occurredAt, data: dataAt(occurredAt) });
    this.#events[feed].push(body);
    this.#world.changed();
    this.push(id, body);
  }

  /** Sends a body as a properly signed webhook; `surely`: no fault meets it. */
  push(id: string, body: string, surely = false): void {
    const { webhookPath, webhookSecret } = this.#options;
    const headers = () => ({
      'content-type': 'application/json',
      ...signStandardWebhook({ id, timestampMs: this.#world.clock.now(), body, secret: webhookSecret }),
    });
    this.#deliveries.send({ path: webhookPath, headers, body, key: id, ...(surely ? { surely: true } : {}) });
  }

  /** Where a feed stands now, as a cursor. */
  position(feed: FeedName): string {
    return cursorOf(feed, this.#events[feed].length);
  }

  /** When the newest event of a feed happened; before the first, when the system began. */
  lastAt(feed: FeedName): string {
    return new Date(this.#lastAt[feed]).toISOString();
  }

  count(): number {
    return Object.values(this.#events).reduce((sum, events) => sum + events.length, 0);
  }

  routes(): Route[] {
    return [
      {
        method: 'GET',
        path: '/v1/events',
        handle: ({ query }) => {
          const feed = this.#names.find((name) => name === query.get('feed'));
          if (!feed)
            return problem(400, 'unknown-feed', `The feeds of this system are: ${this.#names.join(', ')}`);
          const after = query.get('after');
          const from = after === null ? 0 : positionIn(feed, after);
          const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
          if (from === undefined || from > this.#events[feed].length)
            return problem(400, 'bad-cursor', 'This cursor was not given for this feed');
          if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
            return problem(400, 'malformed', `limit: 1 to ${MAX_LIMIT}`);
          const events = this.#events[feed].slice(from, from + limit);
          const to = from + events.length;
          // Events are text already: joined, not parsed again.
          const body = `{"events":[${events.join(',')}],"cursor":${JSON.stringify(cursorOf(feed, to))},"more":${to < this.#events[feed].length}}`;
          return { status: 200, headers: { 'content-type': 'application/json' }, body };
        },
      },
    ];
  }
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}

function cursorOf(feed: FeedName, position: number): string {
  return Buffer.from(`${feed} ${position}`).toString('base64url');
}

function positionIn(feed: FeedName, cursor: string): number | undefined {
  const [name, position] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const value = Number(position);
  return name === feed && Number.isInteger(value) && value >= 0 ? value : undefined;
}
