/**
 * A hub in a process of its own, on a database and on the books of books-process.ts, for tests that kill and stop it. Takes one
 * JSON argument; prints `{webhooks, status, api}` when it is ready; ends with its standard input.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Clock } from '../../src/base/clock.ts';
import { Engine } from '../../src/engine/engine.ts';
import { createApi } from '../../src/gateway/api.ts';
import { serveWebhooks } from '../../src/gateway/webhooks.ts';
import { openDatabase } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { TOKEN } from './api.ts';
import { booksConnector } from './books.ts';
import { aRetailer } from './builders.ts';

export interface HubSettings {
  place: { url?: string; dataDir?: string };
  booksUrl: string;
  node: string;
  /** Calls at once to each system: few, so that some commands wait for their turn. */
  concurrency: number;
}

const { place, booksUrl, node, concurrency } = JSON.parse(process.argv[2] ?? '{}') as HubSettings;
const log = (level: string, message: string, details?: Record<string, unknown>) => {
  if (level === 'error') process.stderr.write(`${node}: ${message} ${JSON.stringify(details)}\n`);
};
const database = await openDatabase(place);
const clock = new Clock();
await migrate(database, clock.nowIso());
const engine = await Engine.start({
  database,
  clock,
  node,
  log,
  config: aRetailer({
    // A payment that stays pending is given up after a second: a timer that fires while the test looks.
    policies: { paymentPendingDays: 1 / 86_400 },
    connections: aRetailer().connections.map((connection) => ({ ...connection, connector: 'stand-in' })),
    locations: aRetailer().locations.map((location) => ({
      ...location,
      announceReturns: true,
      returnsBy: 'channel' as const,
    })),
  }),
  connectors: [booksConnector({ url: booksUrl, node, concurrency })],
});
const webhooks = await serveWebhooks(engine, {
  host: '127.0.0.1',
  port: 0,
  log: (message, details) => log('error', message, details),
});
const status = createServer((_request, response) => {
  response.end(JSON.stringify(engine.status));
});
await new Promise<void>((resolve) => status.listen(0, '127.0.0.1', resolve));
const { port } = status.address() as AddressInfo;
const api = await new Promise<string>((resolve) => {
  const { fetch } = createApi({ engine, token: TOKEN });
  serve({ fetch, hostname: '127.0.0.1', port: 0 }, (info) => resolve(`http://127.0.0.1:${info.port}`));
});
process.stdout.write(
  `${JSON.stringify({ webhooks: webhooks.url, status: `http://127.0.0.1:${port}`, api })}\n`,
);
process.stdin
  .on('end', async () => {
    await webhooks.close();
    await engine.stop();
    await database.close();
    process.exit(0);
  })
  .resume();
