/** /v1/events: the live channel, as server-sent events. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { monotonicMs, pause } from '../../base/clock.ts';
import { LiveFeed } from '../live.ts';
import { ApiProblem } from '../problem.ts';
import { Problem } from '../schemas/common.ts';
import type { LiveEvents } from '../schemas/operations.ts';
import type { ApiParts } from './app.ts';

/** A silent connection is a broken one: watchers and the proxies between hear something in this time. */
const HEARTBEAT_MS = 15_000;
/** Changes that come closer together are one event. */
const GATHER_MS = 250;
/** Watchers of one process at most. */
const WATCHERS_LIMIT = 200;

const events = createRoute({
  method: 'get',
  path: '/v1/events',
  tags: ['Hub'],
  summary: 'What changes, as server-sent events',
  description:
    'Events: `hello` once, `orders` with the keys of changed orders, `heartbeat` every 15 seconds. There is no resuming: after a new `hello` read anew what you show.',
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
    default: { description: 'A problem', content: { 'application/problem+json': { schema: Problem } } },
  },
});

export function eventRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  const feed = new LiveFeed(engine);
  app.openapi(events, (c) => {
    if (feed.watchers >= WATCHERS_LIMIT)
      throw new ApiProblem(
        503,
        'too-many-watchers',
        'Too many are watching',
        `${WATCHERS_LIMIT} connections watch this process already.`,
        'Close pages that nobody looks at, or read /v1/orders from time to time.',
      );
    // Proxies that gather answers would hold events back.
    c.header('x-accel-buffering', 'no');
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const send = <Name extends keyof LiveEvents>(event: Name, data: Omit<LiveEvents[Name], 'now'>) =>
        stream.writeSSE({ event, data: JSON.stringify({ ...data, now: engine.clock.nowIso() }) });
      const watcher = feed.join();
      try {
        await send('hello', {});
        let beatAt = monotonicMs() + HEARTBEAT_MS;
        while (!gone.signal.aborted) {
          await watcher.wait(Math.max(0, beatAt - monotonicMs()), gone.signal);
          const changes = watcher.take();
          if (changes) {
            await send('orders', changes);
            await pause(GATHER_MS, gone.signal);
          } else if (monotonicMs() >= beatAt) await send('heartbeat', {});
          else continue;
          beatAt = monotonicMs() + HEARTBEAT_MS;
        }
      } finally {
        feed.leave(watcher);
      }
    });
  });
}
