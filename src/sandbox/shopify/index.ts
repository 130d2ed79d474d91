/** A Shopify store alone, without a retailer around it: for whoever wants to try an app of his own on it. */
import type { Clock } from '../../base/clock.ts';
import { derivedId } from '../../base/ids.ts';
import { SERVED_VERSIONS } from '../../connectors/shopify/sandbox/graphql/versions.ts';
import {
  createShopifySandbox,
  type ShopifySandbox,
  type ShopifySandboxOptions,
} from '../../connectors/shopify/sandbox/index.ts';
import type { FaultProfile } from '../kit/types.ts';
import { World } from '../kit/world.ts';
import { CATALOGUE } from '../retailer/catalogue.ts';
import { LOCATIONS, SHOPS } from '../retailer/names.ts';
import { taxOn } from '../retailer/taxes.ts';
import { SHOP, type Stream, type StreamOptions, startStream } from './stream.ts';

/** API versions that a store answers in. */
export const API_VERSIONS: readonly string[] = SERVED_VERSIONS;

export type StorePlan = 'standard' | 'advanced' | 'plus' | 'enterprise';

export interface AloneOptions extends StreamOptions {
  seed: string;
  clock: Clock;
  faults: FaultProfile;
  plan: StorePlan;
  /** 0: a free one. */
  port: number;
  /** Where webhooks go while no app has subscribed. */
  webhookTarget?: string;
  /** Further settings of the store. */
  store?: Partial<ShopifySandboxOptions>;
}

export interface ShopifyAlone {
  world: World;
  store: ShopifySandbox;
  stream: Stream;
  shop: string;
  clientId: string;
  clientSecret: string;
  /** A new access token, as an app of the store's own organisation gets one. */
  token(): Promise<string>;
  close(): Promise<void>;
}

/** Starts the store and its stream of orders. */
export async function startShopifyAlone(options: AloneOptions): Promise<ShopifyAlone> {
  const { seed, clock, faults, plan, port, webhookTarget } = options;
  const world = new World({ clock, seed, faults });
  const { currency, taxesIncluded, brand } = SHOPS[SHOP];
  const shop = options.store?.shop ?? `${brand}.myshopify.test`;
  const clientId = derivedId(seed, SHOP, 'client').replaceAll('-', '');
  const clientSecret = derivedId(seed, SHOP, 'secret').replaceAll('-', '');
  const store = await createShopifySandbox(world, {
    connection: SHOP,
    shop,
    name: brand,
    currency,
    taxesIncluded,
    clientId,
    clientSecret,
    webhookTarget: () => webhookTarget,
    webhookPath: '',
    // Nobody listens yet: nothing is sent, and nothing retried, until an app subscribes.
    ...(webhookTarget === undefined ? { topics: [] } : {}),
    locations: [...LOCATIONS],
    products: CATALOGUE.filter((each) => each.channels.includes(SHOP)).map((each) => ({
      sku: each.codes[SHOP],
      title: each.title,
      price: each.prices[currency],
    })),
    taxesOn: (country) => taxOn(country, 'standard'),
    stock: (sku, place) => world.random(`stock:${sku}:${place}`).int(place === 0 ? 50 : 0, 400),
    plan,
    multiCapture: plan === 'plus' || plan === 'enterprise',
    port,
    ...options.store,
  });
  const stream = startStream(world, store, options);
  return {
    world,
    store,
    stream,
    shop,
    clientId,
    clientSecret,
    token: () => tokenOf(store, clientId, clientSecret),
    close: async () => {
      stream.stop();
      world.close();
      await store.close();
    },
  };
}

async function tokenOf(store: ShopifySandbox, clientId: string, clientSecret: string): Promise<string> {
  const response = await fetch(`${store.baseUrl}/admin/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  });
  if (!response.ok) throw new Error(`the store gave no token (status ${response.status}): try again`);
  return ((await response.json()) as { access_token: string }).access_token;
}
