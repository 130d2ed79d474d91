/** The vendors' sandboxes of this retailer: two Shopify stores, a marketplace, an ERP, a warehouse and the stores' system. */
import { derivedId } from '../../base/ids.ts';
import {
  type Behaviour,
  createRestSandbox,
  type RestSandbox,
  type RestSandboxOptions,
} from '../../connectors/rest/sandbox/index.ts';
import { createShopifySandbox, type ShopifySandbox } from '../../connectors/shopify/sandbox/index.ts';
import type { Books, ChannelBooks, ChannelSandbox, ErpSandbox } from '../kit/types.ts';
import type { World } from '../kit/world.ts';
import { CATALOGUE, openingStock, product, SPECIAL } from './catalogue.ts';
import type { ConnectionSettings } from './config.ts';
import { type ChannelId, HOUR_MS, LOCATIONS, MINUTE_MS, PLACES, SHOPS, type SystemId } from './names.ts';
import { type Places, takeReturn } from './supply.ts';
import { taxOn } from './taxes.ts';

export interface Systems {
  channels: Readonly<Record<ChannelId, ChannelSandbox & { books(): ChannelBooks }>>;
  erp: ErpSandbox;
  places: Places;
  /** What the hub must know to reach them, secrets included. */
  settings: ConnectionSettings;
  books(): Books[];
  close(): Promise<void>;
}

export interface SystemsOptions {
  /** How many orders the shelves are filled for. */
  orders: number;
  /** 1 for a believable pace; smaller: people work faster. */
  pace: number;
  /** The hub's base URL for webhooks. */
  webhookTarget: () => string | undefined;
}

type StoreId = 'shopify-northlight' | 'shopify-harbour';

/** Starts all of them. */
export async function openSystems(world: World, options: SystemsOptions): Promise<Systems> {
  const northlight = await openStore(world, 'shopify-northlight', options);
  const harbour = await openStore(world, 'shopify-harbour', options);
  const bazaar = await openRest(world, 'bazaar', options, { roles: ['channel'] });
  const blockedItems = CATALOGUE.filter((each) => each.erpBlocked).map((each) => each.codes.erp);
  const erp = await openRest(world, 'erp', options, { roles: ['erp'], blockedItems });
  const finance = await openRest(world, 'finance', options, { roles: ['finance'], ledgers: LEDGERS });
  const warehouse: Opened<RestSandbox> = await openRest(world, 'warehouse', options, {
    ...placesOf('warehouse', options.orders),
    announced: (announcementId) =>
      takeReturn(world, having(warehouse.sandbox.returns, 'returns'), announcementId, options.pace),
  });
  const stores = await openRest(world, 'stores', options, placesOf('stores', options.orders));
  const all = [northlight, harbour, bazaar, erp, finance, warehouse, stores];
  return {
    channels: {
      'shopify-northlight': northlight.sandbox,
      'shopify-harbour': harbour.sandbox,
      bazaar: having(bazaar.sandbox.channel, 'channel'),
    },
    erp: having(erp.sandbox.erp, 'erp'),
    places: {
      warehouse: having(warehouse.sandbox.fulfilment, 'fulfilment'),
      stores: having(stores.sandbox.fulfilment, 'fulfilment'),
    },
    settings: {
      'shopify-northlight': northlight.settings,
      'shopify-harbour': harbour.settings,
      bazaar: bazaar.settings,
      erp: erp.settings,
      finance: finance.settings,
      warehouse: warehouse.settings,
      stores: stores.settings,
    },
    books: () => all.map(({ sandbox }) => sandbox.books()),
    close: async () => {
      for (const { sandbox } of all) await sandbox.close();
    },
  };
}

/** The books of both entities: taxes are told on the accounts of journals, so no code needs one of its own. */
const LEDGERS: NonNullable<RestSandboxOptions['ledgers']> = [
  { entity: 'hv-de', currency: 'EUR', receivables: '1400', taxAccounts: {} },
  { entity: 'hv-uk', currency: 'GBP', receivables: '1100', taxAccounts: {} },
];

interface Opened<Sandbox> {
  sandbox: Sandbox;
  settings: Record<string, unknown>;
}

async function openRest(
  world: World,
  connection: SystemId | 'bazaar',
  { pace, webhookTarget }: SystemsOptions,
  own: Pick<RestSandboxOptions, 'roles'> & Partial<RestSandboxOptions>,
): Promise<Opened<RestSandbox>> {
  const token = secretOf(world, connection, 'token');
  const webhookSecret = `whsec_${Buffer.from(secretOf(world, connection, 'webhooks')).toString('base64')}`;
  const behaviour = behaviourAt(pace);
  const sandbox = await createRestSandbox(world, {
    connection,
    token,
    webhookSecret,
    webhookTarget,
    behaviour,
    ...own,
  });
  const settings = {
    baseUrl: sandbox.url,
    token,
    webhookSecrets: [webhookSecret],
    roles: own.roles,
    concurrency: 16,
    ratePerSecond: 400,
    pollEveryMs: pollEvery(pace),
  };
  return { sandbox, settings };
}

/** A store's Shopify, with what it sells under its own SKUs. */
async function openStore(
  world: World,
  connection: StoreId,
  { pace, webhookTarget }: SystemsOptions,
): Promise<Opened<ShopifySandbox>> {
  const { currency, taxesIncluded, brand } = SHOPS[connection];
  const shop = `${brand}.myshopify.test`;
  const clientId = secretOf(world, connection, 'client').slice(0, 32);
  const clientSecret = secretOf(world, connection, 'secret');
  const products = CATALOGUE.filter((each) => each.channels.includes(connection)).map((each) => ({
    sku: each.codes[connection],
    title: each.title,
    price: each.prices[currency],
  }));
  const sandbox = await createShopifySandbox(world, {
    connection,
    shop,
    currency,
    name: brand,
    clientId,
    clientSecret,
    webhookTarget,
    locations: [...LOCATIONS],
    products,
    taxesOn: (country) => taxOn(country, 'standard'),
    taxesIncluded,
  });
  const { baseUrl, apiVersion } = sandbox;
  return {
    sandbox,
    settings: {
      shopDomain: shop,
      baseUrl,
      apiVersion,
      clientId,
      clientSecret,
      payouts: true,
      pollEveryMs: pollEvery(pace),
    },
  };
}

/** Locations of a system with what lies there, by its own codes. */
function placesOf(
  system: 'warehouse' | 'stores',
  orders: number,
): Pick<RestSandboxOptions, 'roles'> & Partial<RestSandboxOptions> {
  const kind = system === 'warehouse' ? 'warehouse' : 'store';
  const own = LOCATIONS.filter((id) => PLACES[id].system === system);
  return {
    roles: ['inventory', 'fulfilment'],
    locations: own.map((id) => ({ code: PLACES[id].code, kind })),
    stock: openingStock(orders)
      .filter(({ location }) => own.includes(location))
      .map(({ sku, location, quantity }) => ({
        item: product(sku).codes[system],
        location: PLACES[location].code,
        onHand: quantity,
      })),
    products: CATALOGUE.map((each) => each.codes[system]),
    counted: [product(SPECIAL.hot).codes[system]],
  };
}

/** The backstop for lost webhooks: in a run of months every quarter of an hour, where somebody watches sooner. */
function pollEvery(pace: number): number {
  return (pace === 1 ? 15 : 2) * MINUTE_MS;
}

/** How long people take, and what they do by themselves. */
function behaviourAt(pace: number): Behaviour {
  const range = (leastMs: number, mostMs: number): [number, number] => [
    Math.round(leastMs * pace),
    Math.round(mostMs * pace),
  ];
  return {
    acceptAfterMs: range(MINUTE_MS, 15 * MINUTE_MS),
    shipAfterMs: {
      warehouse: range(3 * HOUR_MS, 30 * HOUR_MS),
      store: range(2 * HOUR_MS, 48 * HOUR_MS),
      '3pl': range(8 * HOUR_MS, 72 * HOUR_MS),
    },
    splitChance: 0.08,
    shortPickChance: 0.02,
    creditHoldChance: 0.02,
    holdForMs: range(HOUR_MS, 8 * HOUR_MS),
  };
}

/** A secret that the same seed repeats: these systems are nobody's. */
function secretOf(world: World, connection: string, what: string): string {
  return derivedId(world.seed, connection, what).replaceAll('-', '');
}

function having<Part>(part: Part | undefined, role: string): Part {
  if (part === undefined) throw new Error(`the sandbox has no role ${role}`);
  return part;
}
