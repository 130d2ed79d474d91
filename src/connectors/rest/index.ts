/**
 * The reference connector: a retailer's in-house system that implements the published API (docs/reference/rest-openapi.json)
 * in one or several roles.
 */
import { type ConnectionContext, type Connector, defineConnector, type Session } from '../contract.ts';
import { Limiter } from '../limiter.ts';
import { FEEDS } from './api.ts';
import { RestClient } from './client.ts';
import { RestCommands } from './commands.ts';
import { feedsOf, levelsCursor, pollFeed } from './feeds.ts';
import { restIntake } from './intake.ts';
import { manifest, Settings } from './manifest.ts';

export const rest: Connector<Settings> = defineConnector<Settings>({
  manifest,
  settings: Settings,
  limits: ({ concurrency, callTimeoutMs, pollEveryMs, levelsEveryMs }) => ({
    concurrency,
    callTimeoutMs,
    pollEveryMs,
    levelsEveryMs,
  }),
  feedsOf: ({ roles }) => feedsOf(roles),
  intake: restIntake,
  open,
});

function open({ settings, clock }: ConnectionContext<Settings>): Session {
  const { roles } = settings;
  const limiter = new Limiter({ ratePerSecond: settings.ratePerSecond });
  const client = new RestClient(settings, clock, limiter);
  const commands = new RestCommands(client);
  return {
    admit: () => limiter.admit(clock.now()),
    perform: (command, signal) => commands.perform(command, signal),
    lookUp: (command, signal) => commands.lookUp(command, signal),
    poll: (feed, cursor, signal) => pollFeed(client, roles, feed, cursor, signal),
    ...(roles.includes('inventory') && { levelsCursor }),
    // A channel lists no open orders: its feed, read from the beginning, tells each order as it is now. Of stock it tells nothing.
    ...(roles.includes('channel') && {
      openOrders: (cursor, signal) => pollFeed(client, roles, FEEDS.channel, cursor, signal),
    }),
    async check(signal) {
      for (const feed of manifest.feeds) {
        const page = await pollFeed(client, roles, feed, null, signal);
        if ('status' in page) return { ok: false, message: `feed ${feed}: ${page.message}` };
      }
      return { ok: true, message: `answers as ${roles.join(', ')}` };
    },
    close: async () => {},
  };
}
