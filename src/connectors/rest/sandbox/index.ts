/**
 * A retailer's in-house system on loopback: it implements the published API in the roles that it is given, keeps its own
 * books, and does by itself what such systems do. It shares no code with the connector.
 */
import { Deliveries, type DeliveryCounts } from '../../../sandbox/kit/deliveries.ts';
import { type RunningSystem, serveSystem } from '../../../sandbox/kit/server.ts';
import type {
  Books,
  ChannelBooks,
  ChannelSandbox,
  FulfilmentBooks,
  FulfilmentSandbox,
} from '../../../sandbox/kit/types.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import { AnnouncedReturns } from './announced-returns.ts';
import { Channel } from './channel/index.ts';
import { Erp } from './erp.ts';
import { type FeedName, Feeds } from './feeds.ts';
import { Finance } from './finance.ts';
import { Fulfilment } from './fulfilment.ts';
import { Front, type Route } from './http.ts';
import {
  DEFAULT_BEHAVIOUR,
  DEFAULT_RATE_PER_SECOND,
  type RestSandboxOptions,
  type SandboxRole,
} from './options.ts';
import { Shelf } from './shelf.ts';

export type { Behaviour, RestSandboxOptions } from './options.ts';

export interface RestSandbox {
  url: string;
  /** Of its first role, in the order channel, erp, fulfilment or inventory, finance. `GET /_books` answers the same. */
  books(): Books;
  channel?: ChannelSandbox & { books(): ChannelBooks };
  erp?: Erp;
  finance?: Finance;
  /** With the role `fulfilment`, `inventory` or both. */
  fulfilment?: FulfilmentSandbox & { books(): FulfilmentBooks };
  /** With the role `fulfilment`. */
  returns?: AnnouncedReturns;
  stats(): { calls: RunningSystem['counts']; deliveries: DeliveryCounts; events: number };
  close(): Promise<void>;
}

/** A finance system tells nothing by itself. */
const FEED_OF: Readonly<Record<Exclude<SandboxRole, 'finance'>, FeedName>> = {
  channel: 'orders',
  erp: 'sales-orders',
  fulfilment: 'releases',
  inventory: 'stock',
};

export async function createRestSandbox(world: World, options: RestSandboxOptions): Promise<RestSandbox> {
  const {
    connection,
    roles,
    token,
    webhookSecret,
    webhookTarget,
    webhookPath = `/webhooks/${connection}`,
    ratePerSecond = DEFAULT_RATE_PER_SECOND,
  } = options;
  const behaviour = { ...DEFAULT_BEHAVIOUR, ...options.behaviour };
  const deliveries = new Deliveries(world, { system: connection, target: webhookTarget });
  const feeds = new Feeds(
    world,
    deliveries,
    roles.flatMap((role) => (role === 'finance' ? [] : [FEED_OF[role]])),
    { connection, webhookPath, webhookSecret },
  );
  const has = (role: SandboxRole) => roles.includes(role);

  const channel = has('channel') ? new Channel(world, feeds, connection) : undefined;
  const erp = has('erp')
    ? new Erp(world, feeds, { connection, behaviour, blockedItems: options.blockedItems ?? [] })
    : undefined;
  const shelf = new Shelf(world, feeds, connection, options.stock ?? []);
  const fulfilment =
    has('fulfilment') || has('inventory')
      ? new Fulfilment(world, feeds, shelf, {
          connection,
          behaviour,
          locations: options.locations ?? [],
          products: options.products ?? [],
          counted: options.counted ?? [],
        })
      : undefined;
  const returns = has('fulfilment')
    ? new AnnouncedReturns(world, feeds, shelf, {
        connection,
        locations: options.locations ?? [],
        ...(options.announced ? { announced: options.announced } : {}),
      })
    : undefined;
  const finance = has('finance') ? new Finance({ connection, ledgers: options.ledgers ?? [] }) : undefined;
  const routes: Route[] = [
    ...feeds.routes(),
    ...(channel?.routes() ?? []),
    ...(erp?.routes() ?? []),
    ...(has('fulfilment') ? (fulfilment?.routes() ?? []) : []),
    ...(returns?.routes() ?? []),
    ...(has('inventory') ? shelf.routes() : []),
    ...(finance?.routes() ?? []),
  ];
  const first = channel ?? erp ?? fulfilment ?? finance;
  if (!first) throw new Error(`the system ${connection} has no role`);

  const front = new Front(world, { token, ratePerSecond, routes });
  const system = await serveSystem(world, {
    name: connection,
    ...(options.port === undefined ? {} : { port: options.port }),
    mutates: (request) => request.method !== 'GET',
    handle: (request) =>
      request.path === '/_books' ? { status: 200, body: first.books() } : front.handle(request),
  });
  return {
    url: system.url,
    books: () => first.books(),
    ...(channel ? { channel } : {}),
    ...(erp ? { erp } : {}),
    ...(finance ? { finance } : {}),
    ...(fulfilment ? { fulfilment } : {}),
    ...(returns ? { returns } : {}),
    stats: () => ({ calls: system.counts, deliveries: deliveries.counts, events: feeds.count() }),
    close: async () => {
      deliveries.close();
      await system.close();
    },
  };
}
