/**
 * What Harbour & Vale sells: about two hundred SKUs of two brands, with the codes that each connection uses for them and
 * the stock that lies ready. Everything is listed, nothing drawn, so that people can look a SKU up.
 */
import type { ChannelId, ConnectionId, LocationId } from './names.ts';

export type TaxClass = 'standard' | 'reduced';

/**
 * How a product comes to be on stock. `ample`: always enough. `scarce`: a few, and more in one to three days. `never`: none
 * ever. `storyNorth`, `storyCity`: a few at one place, for the first story alone. `hot`: half of what a flash sale wants.
 */
export type Supply = 'ample' | 'scarce' | 'never' | 'storyNorth' | 'storyCity' | 'hot';

export interface Product {
  /** Our own code. */
  sku: string;
  title: string;
  taxClass: TaxClass;
  prices: { EUR: string; GBP: string };
  channels: readonly ChannelId[];
  supply: Supply;
  /** Code at each connection. */
  /** What each connection calls it; finance knows no goods. */
  codes: Readonly<Record<Exclude<ConnectionId, 'finance'>, string>>;
  /** The ERP refuses orders for it. */
  erpBlocked: boolean;
  /** False: no connection's code is mapped to ours. */
  mapped: boolean;
  /** True: ordinary shoppers buy it; the others are for planted cases and the story. */
  ordinary: boolean;
}

interface Family {
  code: string;
  title: string;
  /** Euro and pound price. */
  prices: readonly [eur: string, gbp: string];
  taxClass?: TaxClass;
  options: readonly (readonly string[])[];
}

const NORTHLIGHT: readonly Family[] = [
  {
    code: 'NL-FJELL',
    title: 'Fjell rain jacket',
    prices: ['189.00', '165.00'],
    options: [
      ['Navy', 'Moss', 'Rust'],
      ['XS', 'S', 'M', 'L', 'XL'],
    ],
  },
  {
    code: 'NL-TIND',
    title: 'Tind down vest',
    prices: ['129.90', '112.00'],
    options: [
      ['Black', 'Ice'],
      ['XS', 'S', 'M', 'L', 'XL'],
    ],
  },
  {
    code: 'NL-LOM',
    title: 'Lom merino base layer',
    prices: ['79.95', '69.00'],
    options: [
      ['Navy', 'Grey', 'Rust'],
      ['XS', 'S', 'M', 'L', 'XL'],
    ],
  },
  {
    code: 'NL-SKARE',
    title: 'Skare wool socks',
    prices: ['18.90', '16.50'],
    options: [
      ['Navy', 'Grey', 'Moss', 'Rust'],
      ['S', 'M', 'L'],
    ],
  },
  {
    code: 'NL-VARDE',
    title: 'Varde hiking boots',
    prices: ['219.00', '189.00'],
    options: [
      ['Brown', 'Black'],
      ['38', '39', '40', '41', '42', '43', '44', '45'],
    ],
  },
  {
    code: 'NL-ELV',
    title: 'Elv daypack 20 l',
    prices: ['89.00', '77.50'],
    options: [['Navy', 'Moss', 'Rust', 'Black']],
  },
  {
    code: 'NL-BRIS',
    title: 'Bris cap',
    prices: ['29.95', '25.99'],
    options: [['Navy', 'Moss', 'Sand', 'Black']],
  },
  {
    code: 'NL-KILDE',
    title: 'Kilde steel bottle',
    prices: ['24.99', '21.49'],
    options: [
      ['Steel', 'Navy', 'Moss', 'Rust'],
      ['05L', '1L'],
    ],
  },
  {
    code: 'NL-GUIDE',
    title: 'Trail guide',
    prices: ['16.95', '14.99'],
    taxClass: 'reduced',
    options: [['Alps', 'Norway', 'Scotland', 'Eifel']],
  },
  {
    code: 'NL-BAR',
    title: 'Energy bar',
    prices: ['2.49', '2.15'],
    taxClass: 'reduced',
    options: [['Nut', 'Berry', 'Cocoa', 'Oat']],
  },
];

const HARBOUR: readonly Family[] = [
  {
    code: 'HB-QUAY',
    title: 'Quay linen duvet cover',
    prices: ['149.00', '129.00'],
    options: [
      ['White', 'Sand', 'Slate', 'Sea'],
      ['Single', 'Double', 'King', 'Super'],
    ],
  },
  {
    code: 'HB-TIDE',
    title: 'Tide bath towel',
    prices: ['34.90', '29.95'],
    options: [
      ['White', 'Sand', 'Slate', 'Sea', 'Rose'],
      ['Hand', 'Bath', 'Sheet'],
    ],
  },
  {
    code: 'HB-ANCHOR',
    title: 'Anchor enamel mug',
    prices: ['14.50', '12.50'],
    options: [['White', 'Navy', 'Red', 'Moss', 'Sand', 'Black']],
  },
  {
    code: 'HB-DOCK',
    title: 'Dock kitchen knife',
    prices: ['64.00', '55.00'],
    options: [['Chef', 'Bread', 'Paring', 'Santoku']],
  },
  {
    code: 'HB-FERRY',
    title: 'Ferry cast-iron pan',
    prices: ['99.00', '85.00'],
    options: [['20', '24', '26', '28', '32']],
  },
  {
    code: 'HB-LANTERN',
    title: 'Lantern candle',
    prices: ['22.00', '18.75'],
    options: [['Cedar', 'Fig', 'Salt', 'Heather', 'Smoke', 'Linen']],
  },
  {
    code: 'HB-BUOY',
    title: 'Buoy storage jar',
    prices: ['12.99', '11.25'],
    options: [
      ['Clear', 'Amber', 'Smoke'],
      ['S', 'M', 'L', 'XL'],
    ],
  },
  {
    code: 'HB-MOLE',
    title: 'Mole wool throw',
    prices: ['119.00', '99.00'],
    options: [['Grey', 'Sea', 'Rust', 'Moss', 'Cream']],
  },
  {
    code: 'HB-SLIP',
    title: 'Slip apron',
    prices: ['39.90', '34.50'],
    options: [['Navy', 'Sand', 'Slate', 'Rust', 'Black', 'White']],
  },
  {
    code: 'HB-PIER',
    title: 'Pier loose tea',
    prices: ['11.90', '9.99'],
    taxClass: 'reduced',
    options: [['Assam', 'Earl', 'Mint', 'Rooibos', 'Oolong', 'Green']],
  },
  {
    code: 'HB-COVE',
    title: 'Cove cookery book',
    prices: ['32.00', '28.00'],
    taxClass: 'reduced',
    options: [['Fish', 'Bread', 'Greens', 'Sweet']],
  },
];

const SHARED: readonly Family[] = [
  {
    code: 'HV-SQUALL',
    title: 'Squall umbrella',
    prices: ['39.00', '33.50'],
    options: [['Navy', 'Moss', 'Red', 'Black']],
  },
  {
    code: 'HV-BEACON',
    title: 'Beacon torch',
    prices: ['27.50', '23.75'],
    options: [['Small', 'Large', 'Head']],
  },
  {
    code: 'HV-SAIL',
    title: 'Sail tote bag',
    prices: ['19.95', '16.99'],
    options: [['Navy', 'Sand', 'Red', 'Sea', 'Black', 'White']],
  },
];

const SCARCE: readonly Family[] = [
  {
    code: 'NL-SOL',
    title: 'Sol camp lamp',
    prices: ['59.00', '51.00'],
    options: [['Brass', 'Black', 'Steel']],
  },
  { code: 'NL-RAV', title: 'Rav limited jacket', prices: ['249.00', '215.00'], options: [['S', 'M', 'L']] },
];

const ALL: readonly ChannelId[] = ['shopify-northlight', 'shopify-harbour', 'bazaar'];

interface Making {
  channels: readonly ChannelId[];
  supply?: Supply;
  erpBlocked?: boolean;
  mapped?: boolean;
  ordinary?: boolean;
}

/** The SKUs that planted cases and the first story are about. */
export const SPECIAL = {
  storyNorth: 'NL-LYKT',
  storyCity: ['NL-GRYTE', 'NL-KNIV'],
  never: 'HV-REGATTA',
  erpBlocked: 'HV-FLARE',
  unmapped: 'NL-PROTOTYPE',
  hot: 'HV-ENCORE',
} as const;

const SPECIALS: readonly (readonly [Family, Making])[] = [
  [
    { code: SPECIAL.storyNorth, title: 'Lykt storm lantern', prices: ['74.90', '65.00'], options: [] },
    { channels: ['shopify-northlight'], supply: 'storyNorth' },
  ],
  [
    { code: SPECIAL.storyCity[0], title: 'Gryte camp pot', prices: ['49.95', '43.00'], options: [] },
    { channels: ['shopify-northlight'], supply: 'storyCity' },
  ],
  [
    { code: SPECIAL.storyCity[1], title: 'Kniv folding knife', prices: ['39.00', '34.00'], options: [] },
    { channels: ['shopify-northlight'], supply: 'storyCity' },
  ],
  [
    { code: SPECIAL.never, title: 'Regatta wall clock', prices: ['89.00', '77.00'], options: [] },
    { channels: ALL, supply: 'never' },
  ],
  [
    { code: SPECIAL.erpBlocked, title: 'Flare signal set', prices: ['45.00', '39.00'], options: [] },
    { channels: ALL, erpBlocked: true },
  ],
  [
    { code: SPECIAL.unmapped, title: 'Prototype stove', prices: ['99.00', '86.00'], options: [] },
    { channels: ['shopify-northlight', 'bazaar'], supply: 'never', mapped: false },
  ],
  [
    { code: SPECIAL.hot, title: 'Encore ship’s bell, limited', prices: ['139.00', '119.00'], options: [] },
    { channels: ALL, supply: 'hot' },
  ],
];

/** All products, always in the same order. */
export const CATALOGUE: readonly Product[] = build();

const BY_SKU = new Map(CATALOGUE.map((product) => [product.sku, product]));

/** The product with our code; unknown ones throw. */
export function product(sku: string): Product {
  const found = BY_SKU.get(sku);
  if (!found) throw new RangeError(`no product "${sku}"`);
  return found;
}

/** What ordinary shoppers buy at a channel. */
export function assortment(channel: ChannelId): readonly Product[] {
  return CATALOGUE.filter((each) => each.ordinary && each.channels.includes(channel));
}

/** Where scarce products arrive in plenty, one to three days after the start. */
export const RECEIVING: readonly LocationId[] = ['WH-NORTH', 'WH-SOUTH', 'STORE-CITY'];

/** More than the shoppers of a run will take of one SKU: an ordinary one is wanted in about 2 % of all units of a run. */
export function ampleUnits(orders: number): number {
  return 60 + Math.ceil(orders * 0.12);
}

/** Orders of a flash sale that want one unit each of the hot SKU; a short run has none. */
export function hotDemand(orders: number): number {
  return orders < 60 ? 0 : Math.min(60, Math.floor(orders / 10));
}

/** What is there of the hot SKU: half of what is wanted, and never more. */
export function hotUnits(orders: number): number {
  return Math.floor(hotDemand(orders) / 2);
}

/** Units that lie at each location when the run begins; `orders` is how many the run will bring. */
export function openingStock(orders: number): { sku: string; location: LocationId; quantity: number }[] {
  const ample = ampleUnits(orders);
  return CATALOGUE.flatMap((each, index): { sku: string; location: LocationId; quantity: number }[] => {
    const at = (location: LocationId, quantity: number) => ({ sku: each.sku, location, quantity });
    const store = index % 2 === 0 ? 'STORE-CITY' : 'STORE-PARK';
    switch (each.supply) {
      case 'ample':
        // Each lies in three places: a line that two of them refuse (short pick) still leaves from the third.
        if (index % 7 === 3) return [at('WH-SOUTH', ample), at('STORE-CITY', ample), at('STORE-PARK', ample)];
        if (index % 7 === 5) return [at('WH-NORTH', ample), at('STORE-CITY', ample), at('STORE-PARK', ample)];
        return [at('WH-NORTH', ample), at('WH-SOUTH', ample), at(store, ample)];
      case 'scarce':
        return [at('WH-NORTH', 2), at('STORE-CITY', 1)];
      case 'storyNorth':
        return [at('WH-NORTH', 5)];
      case 'storyCity':
        return [at('STORE-CITY', 5)];
      case 'hot':
        return [at('WH-NORTH', hotUnits(orders))];
      case 'never':
        return [];
      default:
        return each.supply satisfies never;
    }
  });
}

function build(): Product[] {
  const products: Product[] = [];
  const add = (family: Family, making: Making) => {
    for (const variant of variants(family.options))
      products.push(make(products.length, family, variant, making));
  };
  for (const family of NORTHLIGHT) add(family, { channels: ['shopify-northlight', 'bazaar'] });
  for (const family of HARBOUR) add(family, { channels: ['shopify-harbour', 'bazaar'] });
  for (const family of SHARED) add(family, { channels: ALL });
  for (const family of SCARCE) add(family, { channels: ['shopify-northlight', 'bazaar'], supply: 'scarce' });
  for (const [family, making] of SPECIALS) add(family, { ...making, ordinary: false });
  return products;
}

function make(index: number, family: Family, variant: readonly string[], making: Making): Product {
  const sku = [family.code, ...variant].join('-').toUpperCase();
  const number = String(10_001 + index);
  return {
    sku,
    title: variant.length === 0 ? family.title : `${family.title}, ${variant.join(', ')}`,
    taxClass: family.taxClass ?? 'standard',
    prices: { EUR: family.prices[0], GBP: family.prices[1] },
    channels: making.channels,
    supply: making.supply ?? 'ample',
    erpBlocked: making.erpBlocked ?? false,
    mapped: making.mapped ?? true,
    ordinary: making.ordinary ?? true,
    codes: {
      // A fifth of the northlight shop was taken over from an older one and kept its codes.
      'shopify-northlight': index % 5 === 2 && making.mapped !== false ? `OLD-${number}` : sku,
      'shopify-harbour': sku,
      bazaar: `BZ-${number}`,
      erp: `ITM-${number}`,
      warehouse: `W${number}`,
      stores: `40${number}${String(index % 10)}`,
    },
  };
}

function variants(options: readonly (readonly string[])[]): string[][] {
  return options.reduce<string[][]>(
    (made, option) => made.flatMap((head) => option.map((value) => [...head, value])),
    [[]],
  );
}
