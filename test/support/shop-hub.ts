/** A hub whose channel is a Shopify store on loopback; the other systems are stand-ins in the process. */
import type { Delivery, StockBatch } from '../../src/connectors/contract.ts';
import { type Connector, orderKey } from '../../src/connectors/contract.ts';
import { shopify } from '../../src/connectors/shopify/index.ts';
import {
  type ReceivedWebhook,
  startStore,
  type TestStore,
} from '../../src/connectors/shopify/sandbox/testing.ts';
import { RetailerConfig as Retailer, type RetailerConfig } from '../../src/domain/config.ts';
import type { OrderState } from '../../src/domain/order/state.ts';
import { readOrder } from '../../src/store/read-orders.ts';
import { aRetailer, stockDelivery } from './builders.ts';
import { startEngine, type TestEngine } from './engine.ts';
import { type StandInHooks, standInConnector } from './stand-in.ts';

export interface ShopHub extends TestEngine {
  shop: TestStore;
  /** Waits until nothing is to be done at this instant, in the hub and at the store. */
  settle(): Promise<void>;
  /** What is known of an order of the store. */
  order(channelOrderId: string): Promise<OrderState | null>;
  /** Takes in what the store has sent since the last time (or all of it again). */
  takeWebhooks(again?: boolean): Promise<ReceivedWebhook[]>;
  /** Commands so far, by kind and state, as "erp.createSalesOrder done". */
  commands(): Promise<string[]>;
  /** Ends the hub and starts it again on its database. */
  restart(changes?: ShopHubOptions): Promise<ShopHub>;
}

export interface ShopHubOptions {
  /** Of the connection `shop`. */
  connection?: object;
  /** Of the retailer. */
  retailer?: object;
  settings?: object;
  hooks?: StandInHooks;
  /** Comes before each batch of figures that is written to the store. */
  beforeWrite?: (batch: StockBatch, shop: TestStore) => void;
  store?: Parameters<typeof startStore>[0];
  /** Units of each of the store's two items in the warehouse. */
  stock?: number;
}

const HOUR_MS = 3_600_000;

export function shopRetailer(url: string, options: ShopHubOptions): RetailerConfig {
  const base = aRetailer();
  return Retailer.parse({
    ...base,
    connections: base.connections.map((connection) =>
      connection.id === 'shop'
        ? {
            ...connection,
            connector: 'shopify',
            settings: {
              shopDomain: 'one.myshopify.com',
              baseUrl: url,
              clientId: 'client',
              clientSecret: 'a client secret',
              pollEveryMs: HOUR_MS,
              ...options.settings,
            },
            ...options.connection,
          }
        : connection,
    ),
    ...options.retailer,
  });
}

/** A webhook as the gateway takes it in. */
export function webhookDelivery({ topic, headers, bytes }: ReceivedWebhook): Delivery {
  return { topic, headers: headers as Record<string, string>, body: bytes, origin: 'webhook' };
}

/** The connector, with an ear for what is written. */
function watched({ beforeWrite }: ShopHubOptions, shop: TestStore): Connector {
  const connector = shopify as Connector;
  if (!beforeWrite) return connector;
  return {
    ...connector,
    open(context) {
      const session = connector.open(context);
      const { stock } = session;
      if (!stock) return session;
      const write: typeof stock.write = (batch, signal) => {
        beforeWrite(batch, shop);
        return stock.write(batch, signal);
      };
      return { ...session, stock: { ...stock, write } };
    },
  };
}

export async function startShopHub(
  place: { url?: string; dataDir?: string },
  options: ShopHubOptions = {},
): Promise<ShopHub> {
  const shop = await startStore({ locations: ['WH', 'STORE'], ...options.store });
  return openHub(place, shop, options, true);
}

async function openHub(
  place: { url?: string; dataDir?: string },
  shop: TestStore,
  options: ShopHubOptions,
  first: boolean,
): Promise<ShopHub> {
  const hub = await startEngine(place, {
    clock: shop.clock,
    config: shopRetailer(shop.store.baseUrl, options),
    connectors: [watched(options, shop), standInConnector(options.hooks)],
    world: shop.world,
  });
  const { stock = 100 } = options;
  if (first && stock > 0)
    await hub.put('stock', ...['NL-1', 'NL-2'].map((sku) => stockDelivery(sku, 'WH', stock)));
  await hub.quiet();
  let taken = 0;
  return {
    ...hub,
    shop,
    async settle() {
      await shop.webhooks();
      await hub.quiet();
    },
    async order(id) {
      return ((await readOrder(hub.database, orderKey('shop', id)))?.state as OrderState | null) ?? null;
    },
    async takeWebhooks(again = false) {
      const all = await shop.webhooks();
      const fresh = all.slice(again ? 0 : taken);
      taken = all.length;
      await hub.put('shop', ...fresh.map(webhookDelivery));
      await hub.quiet();
      return fresh;
    },
    async commands() {
      const rows = await hub.database.query<{ command: string; status: string }>(
        'select command, status from outbox order by created_at, position',
      );
      return rows.map(({ command, status }) => `${command} ${status}`);
    },
    async restart(changes = {}) {
      await hub.close();
      return openHub(place, shop, { ...options, ...changes }, false);
    },
    async close() {
      await hub.close();
      await shop.close();
    },
  };
}
