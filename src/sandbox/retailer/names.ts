/** What the parts of the sandbox retailer "Harbour & Vale" are called; everybody who needs a name takes it from here. */

export const RETAILER = 'Harbour & Vale';

export const CHANNELS = ['shopify-northlight', 'shopify-harbour', 'bazaar'] as const;
export type ChannelId = (typeof CHANNELS)[number];

export const SYSTEMS = ['erp', 'finance', 'warehouse', 'stores'] as const;
export type SystemId = (typeof SYSTEMS)[number];

export type ConnectionId = ChannelId | SystemId;

/** Places that hold stock, by our own names. */
export const LOCATIONS = ['WH-NORTH', 'WH-SOUTH', 'STORE-CITY', 'STORE-PARK'] as const;
export type LocationId = (typeof LOCATIONS)[number];

/** Which system counts and ships at a location, and what that system calls it. */
export const PLACES: Readonly<
  Record<LocationId, { system: 'warehouse' | 'stores'; code: string; title: string }>
> = {
  'WH-NORTH': { system: 'warehouse', code: 'WH-NORTH', title: 'Regional warehouse north' },
  'WH-SOUTH': { system: 'warehouse', code: 'WH-SOUTH', title: 'Regional warehouse south' },
  'STORE-CITY': { system: 'stores', code: 'STORE-CITY', title: 'City store' },
  'STORE-PARK': { system: 'stores', code: 'STORE-PARK', title: 'Park store' },
};

/** What a channel sells in. */
export const SHOPS: Readonly<
  Record<
    ChannelId,
    { brand: string; entity: string; currency: 'EUR' | 'GBP'; taxesIncluded: boolean; share: number }
  >
> = {
  'shopify-northlight': {
    brand: 'northlight',
    entity: 'hv-de',
    currency: 'EUR',
    taxesIncluded: true,
    share: 50,
  },
  'shopify-harbour': { brand: 'harbour', entity: 'hv-uk', currency: 'GBP', taxesIncluded: true, share: 30 },
  bazaar: { brand: 'outlet', entity: 'hv-de', currency: 'EUR', taxesIncluded: false, share: 20 },
};

/** Who captures what was authorised at a channel: the hub, or the channel's staff. */
export const CAPTURES: Readonly<Record<ChannelId, 'onShipment' | 'beforeExpiry' | 'channel'>> = {
  'shopify-northlight': 'onShipment',
  'shopify-harbour': 'beforeExpiry',
  bazaar: 'channel',
};

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
