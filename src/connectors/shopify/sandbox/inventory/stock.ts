/**
 * What lies where. Checkout moves units from available to committed, a parcel takes committed ones away, and what is removed
 * or returned comes back if it is restocked. `on_hand` is the sum of all but what is incoming.
 */
import type { MetafieldBook, OrderBook } from '../book.ts';
import { openUnits, sentUnits } from '../book-figures.ts';
import { Ids } from '../ids.ts';

/** Quantities that are kept; `on_hand` follows from them. */
export const QUANTITIES = [
  'available',
  'committed',
  'damaged',
  'incoming',
  'quality_control',
  'reserved',
  'safety_stock',
] as const;
export type QuantityName = (typeof QUANTITIES)[number];

export interface Level {
  readonly locationId: string;
  readonly quantities: Record<QuantityName, number>;
  updatedAtMs: number;
}

/** A variant and its inventory item. */
export interface Item {
  readonly id: string;
  readonly variantId: string;
  readonly product: ProductBook;
  readonly productId: string;
  /** The product's. */
  readonly title: string;
  /** Ids of its option values, by the ids of their options. */
  chosen: Record<string, string>;
  sku: string;
  price: string;
  /** The parent of a bundle: what it holds has stock, it has none. */
  readonly bundle: boolean;
  readonly createdAtMs: number;
  readonly levels: Map<string, Level>;
  /** What an app has written of it. */
  updatedAtMs?: number;
  tracked?: boolean;
  cost?: string | null;
  requiresShipping?: boolean;
  countryOfOrigin?: string | null;
  harmonizedSystemCode?: string | null;
  variant?: VariantDetails;
}

export interface OptionValueBook {
  readonly id: string;
  name: string;
}

/** What the variants of a product differ in. Not every value needs a variant. */
export interface OptionBook {
  readonly id: string;
  name: string;
  values: OptionValueBook[];
}

/** A product, with what an app has written of it. */
export interface ProductBook {
  readonly id: string;
  title: string;
  handle: string;
  /** By position, as are its variants. Never empty. */
  options: OptionBook[];
  variants: Item[];
  readonly createdAtMs: number;
  updatedAtMs: number;
  metafields?: MetafieldBook[];
  descriptionHtml?: string;
  productType?: string;
  status?: string;
  tags?: string[];
  vendor?: string;
}

/** What an app has written of the variant of an item. */
export interface VariantDetails {
  metafields?: MetafieldBook[];
  compareAtPrice?: string | null;
  barcode?: string | null;
  inventoryPolicy?: string;
  taxable?: boolean;
}

/** The option of a product that has none, and its value. */
export const NO_OPTION = { name: 'Title', value: 'Default Title' } as const;

/** A product's name in addresses, from its title. */
export const handleOf = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** Whether its quantities are counted. */
export const isTracked = ({ tracked, bundle }: Item): boolean => tracked ?? !bundle;

/** An item at a location, with so many units available. */
export function newLevel(locationId: string, available: number, nowMs: number): Level {
  const quantities = Object.fromEntries(QUANTITIES.map((name) => [name, 0])) as Level['quantities'];
  quantities.available = available;
  return { locationId, quantities, updatedAtMs: nowMs };
}

export interface Article {
  sku: string;
  title: string;
  price: string;
  bundle?: boolean;
  productId: string;
  variantId: string;
}

/** What the parts of an order's fulfilment orders have moved so far, kept with the order. */
interface Moved {
  [partId: string]: { variantId: string; locationId: string; open: number; sent: number; returned: number };
}

type Followed = OrderBook & { stock?: Moved };

export class Stock {
  readonly #ids: Ids;
  readonly #locationIds: readonly string[];
  readonly #opening: (sku: string, locationIndex: number) => number | null;
  readonly #items = new Map<string, Item>();
  /** All of them, until one comes or goes. */
  #all: readonly Item[] | null = null;
  readonly #byVariant = new Map<string, Item>();
  readonly #products = new Map<string, ProductBook>();
  readonly #optionIds: Ids;

  constructor(
    connection: string,
    locationIds: readonly string[],
    opening: (sku: string, locationIndex: number) => number | null,
  ) {
    this.#ids = new Ids(`${connection} inventory items`);
    this.#optionIds = new Ids(`${connection} product options`);
    this.#locationIds = locationIds;
    this.#opening = opening;
  }

  all(): readonly Item[] {
    this.#all ??= [...this.#items.values()];
    return this.#all;
  }

  item(id: string): Item | undefined {
    return this.#items.get(id);
  }

  ofVariant(variantId: string): Item | undefined {
    return this.#byVariant.get(variantId);
  }

  products(): readonly ProductBook[] {
    return [...this.#products.values()];
  }

  product(productId: string): ProductBook | undefined {
    return this.#products.get(productId);
  }

  /** A product of one variant that lies, without a unit, at the first location only. */
  addEmpty(article: Article, nowMs: number): ProductBook {
    const { product, levels } = this.add(article, nowMs);
    levels.clear();
    this.#lieAtFirst(levels, nowMs);
    return product;
  }

  /** Another variant of a product, the last; it lies, without a unit, at the first location only. */
  addVariant(product: ProductBook, variantId: string, chosen: Item['chosen'], nowMs: number): Item {
    const item = this.#item(product, { variantId, sku: '', price: '0.00', bundle: false, chosen }, nowMs);
    this.#lieAtFirst(item.levels, nowMs);
    return item;
  }

  option(name: string, values: readonly string[]): OptionBook {
    return { id: this.#optionIds.next(), name, values: values.map((each) => this.optionValue(each)) };
  }

  optionValue(name: string): OptionValueBook {
    return { id: this.#optionIds.next(), name };
  }

  remove(product: ProductBook): void {
    for (const item of product.variants) this.#forget(item);
    this.#products.delete(product.id);
  }

  removeVariant(item: Item): void {
    this.#forget(item);
    item.product.variants = item.product.variants.filter((each) => each !== item);
  }

  /** A product of one variant. */
  add({ productId, title, ...article }: Article, nowMs: number): Item {
    const option = this.option(NO_OPTION.name, [NO_OPTION.value]);
    const product: ProductBook = {
      id: productId,
      title,
      handle: handleOf(article.sku === '' ? title : article.sku),
      options: [option],
      variants: [],
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    this.#products.set(productId, product);
    const chosen = { [option.id]: option.values[0]?.id ?? '' };
    const item = this.#item(product, { ...article, bundle: article.bundle ?? false, chosen }, nowMs);
    for (const [index, locationId] of this.#locationIds.entries()) {
      const opening = this.#opening(article.sku, index);
      if (opening !== null)
        item.levels.set(locationId, newLevel(locationId, item.bundle ? 0 : opening, nowMs));
    }
    return item;
  }

  #item(
    product: ProductBook,
    given: Pick<Item, 'variantId' | 'sku' | 'price' | 'bundle' | 'chosen'>,
    nowMs: number,
  ): Item {
    const item: Item = {
      ...given,
      id: this.#ids.next(),
      product,
      get productId() {
        return product.id;
      },
      get title() {
        return product.title;
      },
      createdAtMs: nowMs,
      levels: new Map(),
    };
    product.variants.push(item);
    this.#items.set(item.id, item);
    this.#all = null;
    this.#byVariant.set(item.variantId, item);
    return item;
  }

  #lieAtFirst(levels: Item['levels'], nowMs: number): void {
    const [first = ''] = this.#locationIds;
    levels.set(first, newLevel(first, 0, nowMs));
  }

  #forget(item: Item): void {
    this.#items.delete(item.id);
    this.#all = null;
    this.#byVariant.delete(item.variantId);
  }

  /** Moves what an order's lines have moved since the last look; the levels that have changed. */
  follow(order: OrderBook, nowMs: number): { item: Item; level: Level }[] {
    const followed = order as Followed;
    const before = followed.stock ?? {};
    const now = movedBy(order);
    for (const [partId, { variantId }] of Object.entries(now)) {
      const item = this.#byVariant.get(variantId);
      if (item && !isTracked(item)) delete now[partId];
    }
    followed.stock = now;
    const effects = new Map<Level, { item: Item; committed: number; available: number }>();
    const count = (moved: Moved, sign: 1 | -1) => {
      for (const { variantId, locationId, open, sent, returned } of Object.values(moved)) {
        const item = this.#byVariant.get(variantId);
        const level = item?.levels.get(locationId);
        if (!item || !level || item.bundle) continue;
        const effect = effects.get(level) ?? { item, committed: 0, available: 0 };
        effect.committed += sign * open;
        effect.available += sign * (returned - open - sent);
        effects.set(level, effect);
      }
    };
    count(before, -1);
    count(now, 1);
    const changed: { item: Item; level: Level }[] = [];
    for (const [level, { item, committed, available }] of effects) {
      if (committed === 0 && available === 0) continue;
      level.quantities.committed += committed;
      level.quantities.available += available;
      level.updatedAtMs = nowMs;
      changed.push({ item, level });
    }
    return changed;
  }
}

function movedBy(order: OrderBook): Moved {
  const moved: Moved = {};
  const counted = new Set<string>();
  for (const { locationId, lines } of order.fulfilmentOrders)
    for (const part of lines) {
      // What came back, less what was lost, is counted once for a line.
      const first = !counted.has(part.line.id);
      counted.add(part.line.id);
      if (part.line.variantId === null) continue;
      moved[part.id] = {
        variantId: part.line.variantId,
        locationId,
        open: order.cancelledAtMs === null ? openUnits(order, part) : 0,
        sent: sentUnits(part),
        returned: first ? restocked(order, part.line.id) : 0,
      };
    }
  for (const { lines } of order.returns ?? [])
    for (const { line, dispositions } of lines)
      for (const { id, type, quantity, locationId } of dispositions)
        if (type === 'RESTOCKED' && locationId !== null && line.variantId !== null)
          moved[id] = { variantId: line.variantId, locationId, open: 0, sent: 0, returned: quantity };
  return moved;
}

export function onHand({ quantities }: Level): number {
  return QUANTITIES.reduce((sum, name) => sum + (name === 'incoming' ? 0 : quantities[name]), 0);
}

export function quantityOf(level: Level, name: string): number | undefined {
  if (name === 'on_hand') return onHand(level);
  return (QUANTITIES as readonly string[]).includes(name)
    ? level.quantities[name as QuantityName]
    : undefined;
}

/** Units of a line that were returned and are back, less those that were removed and are lost. */
function restocked(order: OrderBook, lineId: string): number {
  let units = 0;
  for (const { lines } of order.refunds)
    for (const { line, quantity, effect, restock, disposed } of lines) {
      if (line.id !== lineId || disposed) continue;
      if (effect === 'removed' && !restock) units -= quantity;
      if (effect === 'returned' && restock) units += quantity;
    }
  return units;
}
