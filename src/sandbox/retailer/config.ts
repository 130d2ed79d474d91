/**
 * The hub's configuration for this retailer, as a person would have written it into a file: entities, brands, locations,
 * connections with their credentials, and the mapping tables. Written in the shape of the hub's schema, without its code.
 */
import { BANK_ACCOUNTS } from './bank.ts';
import { BOOKS } from './books.ts';
import { CATALOGUE, SPECIAL } from './catalogue.ts';
import {
  CAPTURES,
  CHANNELS,
  type ChannelId,
  type ConnectionId,
  LOCATIONS,
  PLACES,
  RETAILER,
  SHOPS,
  type SystemId,
} from './names.ts';
import { gatewaysOf } from './shopping.ts';
import { taxesOf } from './taxes.ts';

export interface MappingRow {
  kind: 'sku' | 'location' | 'tax-code' | 'gateway';
  connection: string;
  external: string;
  internal: string;
}

/** How the hub reaches each connection: the `settings` of its connector. */
export type ConnectionSettings = Readonly<Record<ConnectionId, Record<string, unknown>>>;

/** Countries that a location serves first. */
const SERVES: Readonly<Record<(typeof LOCATIONS)[number], readonly string[]>> = {
  'WH-NORTH': ['DE', 'NL', 'GB'],
  'WH-SOUTH': ['AT', 'CH', 'FR', 'US'],
  'STORE-CITY': [],
  'STORE-PARK': [],
};

/** From where orders are sent: few parcels, from near, and the shop floors keep their last units while a warehouse has some. */
const SOURCING = {
  cost: { currency: 'EUR', parcelMinor: 890, locationMinor: 100 },
  places: {
    'STORE-CITY': { timeZone: 'Europe/Berlin', locationMinor: 250 },
    'STORE-PARK': { timeZone: 'Europe/Berlin', locationMinor: 250 },
  },
  zones: (['WH-NORTH', 'WH-SOUTH'] as const).map((location) => ({
    locations: [location],
    regions: SERVES[location].map((country) => ({ country })),
    distance: 0,
    parcelMinor: 490,
  })),
  rules: [
    {
      id: 'near-and-whole',
      preferences: [
        { prefer: 'fewestLocations' },
        { prefer: 'nearest' },
        { prefer: 'wholeLines' },
        { prefer: 'lowestCost' },
        { prefer: 'leave', units: 2, kinds: ['store'] },
        { prefer: 'priority' },
      ],
    },
  ],
};

/** What is on its way is waited for; what is sold out is cancelled with an apology. */
const oversold = (ship: 'together' | 'whatIsThere') => [
  { route: 'backorder', ship, ifIncoming: true },
  { route: 'cancel' },
];

/** Our names for ways to pay, and the ERP's codes. */
const GATEWAYS: Readonly<Record<string, readonly [internal: string, erp: string]>> = {
  shopify_payments: ['card', 'CARD'],
  paypal: ['paypal', 'PPAL'],
  klarna: ['invoice-klarna', 'KLRN'],
  bank_deposit: ['bank-transfer', 'BANK'],
  gift_card: ['gift-card', 'GIFT'],
  shopify_store_credit: ['store-credit', 'CRED'],
  cash: ['cash', 'CASH'],
  bazaar_pay: ['marketplace', 'MKTP'],
  bazaar_invoice: ['marketplace-invoice', 'MKTI'],
};

const ROLES: Readonly<Record<SystemId, readonly string[]>> = {
  erp: ['erp'],
  finance: ['finance'],
  warehouse: ['inventory', 'fulfilment'],
  stores: ['inventory', 'fulfilment'],
};

/** Codes that a system shares with us. */
const SAME_CODES: Partial<Record<SystemId, readonly string[]>> = { erp: ['location'], finance: ['tax-code'] };

/** The configuration, with secrets. */
export function retailerConfig(settings: ConnectionSettings): Record<string, unknown> {
  return {
    name: RETAILER,
    entities: [
      {
        id: 'hv-de',
        name: `${RETAILER} GmbH`,
        currency: 'EUR',
        bookedCurrencies: ['EUR'],
        money: 'shop',
        timeZone: 'Europe/Berlin',
        erp: 'erp',
        finance: { connection: 'finance', mode: 'summary' },
        books: BOOKS['hv-de'],
        bankAccounts: [BANK_ACCOUNTS['hv-de']],
      },
      {
        id: 'hv-uk',
        name: `${RETAILER} Ltd`,
        currency: 'GBP',
        bookedCurrencies: ['GBP'],
        money: 'shop',
        timeZone: 'Europe/London',
        erp: 'erp',
        finance: { connection: 'finance', mode: 'journals' },
        books: BOOKS['hv-uk'],
        bankAccounts: [BANK_ACCOUNTS['hv-uk']],
      },
    ],
    brands: [
      {
        id: 'northlight',
        name: 'Northlight',
        shortage: 'split',
        backorderLimitDays: 14,
        oversold: oversold('whatIsThere'),
      },
      {
        id: 'harbour',
        name: 'Harbour',
        shortage: 'case',
        backorderLimitDays: 14,
        oversold: oversold('whatIsThere'),
      },
      {
        id: 'outlet',
        name: 'Northlight Outlet',
        shortage: 'backorder',
        backorderLimitDays: 14,
        oversold: oversold('together'),
      },
    ],
    // Announced for ever, and it never comes: a case.
    preorders: [{ sku: SPECIAL.never }],
    locations: LOCATIONS.map((id) => {
      const { system, title } = PLACES[id];
      const warehouse = system === 'warehouse';
      return {
        id,
        name: title,
        kind: warehouse ? 'warehouse' : 'store',
        priority: warehouse ? 100 : 200,
        countries: SERVES[id],
        brands: [],
        fulfilment: system,
        inventory: system,
        // What the warehouse sent comes back there, and its people look at it.
        ...(warehouse ? { announceReturns: true, returnsBy: 'fulfilment' } : {}),
      };
    }),
    sourcing: SOURCING,
    connections: [
      ...CHANNELS.map((id) => channelConnection(id, settings[id])),
      ...(Object.keys(ROLES) as SystemId[]).map((id) => systemConnection(id, settings[id])),
    ],
    policies: { roundingLimitMinor: 5, paymentPendingDays: 10, paymentGraceDays: 3, authorisationDays: 7 },
  };
}

function channelConnection(id: ChannelId, settings: Record<string, unknown>): Record<string, unknown> {
  const { brand, entity } = SHOPS[id];
  const connector = id === 'bazaar' ? 'rest' : 'shopify';
  // The harbour shop was opened after the move to one catalogue: it uses our own SKUs.
  const sameCodes = id === 'shopify-harbour' ? ['sku', 'location'] : ['location'];
  // One store is told all that may be written back to it; the other keeps the defaults.
  const writeBack =
    id === 'shopify-northlight' ? { assignments: 'ours', holdAtChannel: true, references: 'both' } : {};
  // What can be sold is shown where it is sold, at every location.
  const publishing = connector === 'shopify' ? { publishStock: {} } : {};
  const policies = { testOrders: 'ignore', capture: CAPTURES[id], ...writeBack, ...publishing };
  return { id, connector, roles: ['channel'], brand, entity, sameCodes, ...policies, settings };
}

function systemConnection(id: SystemId, settings: Record<string, unknown>): Record<string, unknown> {
  return { id, connector: 'rest', roles: ROLES[id], sameCodes: SAME_CODES[id] ?? [], settings };
}

/** All mapping rows; what is not in it on purpose is a planted case. */
export function retailerMappings(): MappingRow[] {
  return [...skuRows(), ...locationRows(), ...taxRows(), ...gatewayRows()];
}

function skuRows(): MappingRow[] {
  const connections: readonly Exclude<ConnectionId, 'finance'>[] = [
    'shopify-northlight',
    'bazaar',
    'erp',
    'warehouse',
    'stores',
  ];
  return CATALOGUE.filter((product) => product.mapped).flatMap((product) =>
    connections
      .filter((connection) => !isChannel(connection) || product.channels.includes(connection))
      .map(
        (connection) =>
          ({ kind: 'sku', connection, external: product.codes[connection], internal: product.sku }) as const,
      ),
  );
}

function locationRows(): MappingRow[] {
  return LOCATIONS.map(
    (id) =>
      ({ kind: 'location', connection: PLACES[id].system, external: PLACES[id].code, internal: id }) as const,
  );
}

function taxRows(): MappingRow[] {
  const rows: MappingRow[] = CHANNELS.flatMap((connection) =>
    taxesOf(connection).map(
      (tax) => ({ kind: 'tax-code', connection, external: tax.title, internal: tax.internal }) as const,
    ),
  );
  const erp = new Map(CHANNELS.flatMap(taxesOf).map((tax) => [tax.internal, tax.erp]));
  return [
    ...rows,
    ...[...erp].map(
      ([internal, external]) => ({ kind: 'tax-code', connection: 'erp', external, internal }) as const,
    ),
  ];
}

function gatewayRows(): MappingRow[] {
  const rows: MappingRow[] = [];
  const known = new Set<string>();
  for (const connection of CHANNELS) {
    for (const gateway of gatewaysOf(connection)) {
      const codes = GATEWAYS[gateway];
      if (!codes) throw new Error(`gateway "${gateway}" has no code`);
      rows.push({ kind: 'gateway', connection, external: gateway, internal: codes[0] });
      if (!known.has(codes[0]))
        rows.push({ kind: 'gateway', connection: 'erp', external: codes[1], internal: codes[0] });
      known.add(codes[0]);
    }
  }
  return rows;
}

function isChannel(connection: ConnectionId): connection is ChannelId {
  return (CHANNELS as readonly string[]).includes(connection);
}
