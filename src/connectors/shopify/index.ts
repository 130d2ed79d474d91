/** The connector of Shopify stores: orders by webhook, read and poll; fulfilments and cancellations by the Admin GraphQL API. */
import { type ConnectionContext, type Connector, defineConnector, type Session } from '../contract.ts';
import { accounts } from './account.ts';
import { bulkReads } from './backfill.ts';
import { Budget } from './budget.ts';
import { bulkStock } from './bulk-stock.ts';
import { check } from './check.ts';
import { Exchange, ShopifyClient } from './client.ts';
import { LocationNames } from './commands/assignment.ts';
import { FOUND_AT_ONCE } from './commands/find-order.ts';
import { ShopifyCommands } from './commands.ts';
import { consent } from './connect.ts';
import { cursorSince, ORDERS_FEED, pollOrders } from './feeds.ts';
import { PAYMENT_FEEDS, paymentsCursorSince, pollPayments } from './feeds-payments.ts';
import { findOrders, openOrders } from './find.ts';
import { shopifyIntake } from './intake.ts';
import { baseUrlOf, manifest, Settings } from './manifest.ts';
import { ORDER_COST_GUESS, OrderReader } from './orders.ts';
import { StockReader } from './stock.ts';
import { channelStock } from './stock-writes.ts';
import { SubscriptionKeeper } from './subscriptions.ts';
import { credentialTokens } from './token.ts';
import { offlineTokens } from './token-offline.ts';
import { CHECKED_VERSIONS } from './versions.ts';

export const shopify: Connector<Settings> = defineConnector<Settings>({
  manifest,
  settings: Settings,
  limits: ({ concurrency, callTimeoutMs, pollEveryMs }) => ({ concurrency, callTimeoutMs, pollEveryMs }),
  feedsOf: ({ payouts }) => (payouts ? manifest.feeds : [ORDERS_FEED]),
  accounts,
  consent,
  intake: shopifyIntake,
  // A hub that runs never loads the vendor's schemas, nor what reads them.
  checkContracts: async ({ apiVersion }, now) =>
    (await import('./contracts.ts')).checkContracts(apiVersion, now),
  contracts: {
    versions: CHECKED_VERSIONS,
    check: async (version, now) => (await import('./contracts.ts')).checkContracts(version, now),
  },
  open,
});

type Kind = Parameters<Session['admit']>[0];

/** Points of each kind of call until the vendor has told. */
const COST_GUESSES: Readonly<Partial<Record<Kind, number>>> = {
  'channel.readOrder': ORDER_COST_GUESS,
  'channel.findOrder': 20,
  'channel.createFulfilment': 60,
  'channel.cancelOrder': 15,
  'channel.assignLocations': 60,
  'channel.holdFulfilment': 60,
  'channel.releaseHold': 60,
  'channel.answerRequest': 80,
  'channel.capturePayment': 30,
  'channel.writeReferences': 20,
  'channel.readReturn': 60,
  'channel.findReturns': 20,
  'channel.readMoney': 200,
  'channel.createReturn': 60,
  'channel.approveReturn': 30,
  'channel.declineReturn': 30,
  'channel.closeReturn': 30,
  'channel.refund': 80,
  lookUp: 50,
  maintain: 30,
  poll: 500,
  readStock: 150,
  writeStock: 10,
};
const OTHER_COST_GUESS = 10;

function open(context: ConnectionContext<Settings>): Session {
  const { connection, settings, clock, webhookUrl, publishesStock = false, vault, log } = context;
  // Twice its deadline, by which a call has ended for certain.
  const budget = new Budget(2 * settings.callTimeoutMs);
  const reached = { ...settings, connection, baseUrl: baseUrlOf(settings) };
  const tokens =
    settings.access === 'offlineToken'
      ? offlineTokens(reached, clock, vault)
      : credentialTokens(reached, clock);
  const client = new ShopifyClient(reached, clock, budget, tokens, (problem) => log('warn', problem));
  const reader = new OrderReader();
  const stock = new StockReader();
  const locations = new LocationNames();
  const commands = new ShopifyCommands(reader, settings, clock, locations);
  const subscriptions = webhookUrl
    ? new SubscriptionKeeper({ url: webhookUrl, apiVersion: settings.apiVersion, publishesStock })
    : null;

  /** Makes the requests of one call, and gives back to the budget what was kept for it. */
  async function exchanging<Result>(
    kind: Kind,
    signal: AbortSignal,
    act: (exchange: Exchange) => Promise<Result>,
  ): Promise<Result> {
    const exchange = new Exchange(client, signal);
    try {
      return await act(exchange);
    } finally {
      budget.settle(kind, exchange.spent);
    }
  }

  return {
    admit: (kind) => budget.admit(kind, COST_GUESSES[kind] ?? OTHER_COST_GUESS, clock.now()),
    perform: (command, signal) =>
      exchanging(command.kind, signal, (exchange) => commands.perform(command, exchange)),
    performBatch: (all, signal) =>
      exchanging(all[0]?.kind ?? 'channel.readOrder', signal, (exchange) =>
        commands.performBatch(all, exchange),
      ),
    get batchSizes() {
      return { 'channel.readOrder': reader.batchSize, 'channel.findOrder': FOUND_AT_ONCE };
    },
    lookUp: (command, signal) =>
      exchanging('lookUp', signal, (exchange) => commands.lookUp(command, exchange)),
    poll(feed, cursor, signal) {
      const options = { now: clock.now(), overlapMs: settings.pollOverlapMs };
      if (feed !== ORDERS_FEED && !PAYMENT_FEEDS.includes(feed))
        throw new Error(`a Shopify store has no feed "${feed}"`);
      return exchanging('poll', signal, (exchange) =>
        feed === ORDERS_FEED
          ? pollOrders(reader, options, cursor, exchange)
          : pollPayments(feed, options, cursor, exchange),
      );
    },
    stock: channelStock(locations, exchanging),
    bulk: bulkReads((signal, act) => exchanging('lookUp', signal, act)),
    bulkStock: bulkStock((signal, act) => exchanging('lookUp', signal, act)),
    cursorSince: (feed, instant) =>
      feed === ORDERS_FEED ? cursorSince(instant) : paymentsCursorSince(instant),
    openOrders: (cursor, signal) =>
      exchanging('poll', signal, (exchange) => openOrders(reader, cursor, exchange)),
    shownStock: (cursor, signal) => exchanging('poll', signal, (exchange) => stock.page(cursor, exchange)),
    findOrders: (text, signal) => exchanging('lookUp', signal, (exchange) => findOrders(text, exchange)),
    ...(subscriptions && {
      maintain: (signal) => exchanging('maintain', signal, (exchange) => subscriptions.maintain(exchange)),
      dismantle: (signal) => exchanging('maintain', signal, (exchange) => subscriptions.dismantle(exchange)),
    }),
    async check(signal) {
      const exchange = new Exchange(client, signal);
      const found = await check(settings, reader, exchange);
      const { otherVersion } = client;
      return otherVersion === null ? found : { ok: false, message: `${found.message}; ${otherVersion}` };
    },
    close: async () => {},
  };
}
