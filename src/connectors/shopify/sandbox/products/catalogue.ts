/** Products, variants, inventory and locations as GraphQL objects, and the root fields that find them. */

import { countryName, decimal, utc } from '../format.ts';
import { connection, type PageArgs } from '../graphql/connection.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid, idIn } from '../ids.ts';
import type { LocationBook } from '../inventory/locations.ts';
import {
  type Item,
  isTracked,
  type Level,
  type OptionBook,
  type OptionValueBook,
  type ProductBook,
  quantityOf,
  type Stock,
} from '../inventory/stock.ts';
import { metafieldFields } from '../metafields/metafields.ts';
import { hasOnlyDefaultVariant, selectedOptions, variantTitle } from './product-choices.ts';

type Node = Record<string, unknown>;

interface ListArgs extends PageArgs {
  query?: string | null;
  sortKey?: string | null;
}

/** Who makes what the store sells, where nothing else is said. */
export const VENDOR = 'Harbour & Vale';

/** What a location of a company pays for an item; null: what everybody pays. */
type PriceFor = (companyLocationId: string, item: Item) => string | null;

export class Catalogue {
  readonly #stock: Stock;
  readonly #locations: ReadonlyMap<string, string>;

  readonly #currency: string;
  readonly #books: ReadonlyMap<string, LocationBook>;
  readonly #priceFor: PriceFor;

  /** @param locations names by ids. */
  constructor(
    stock: Stock,
    locations: ReadonlyMap<string, string>,
    currency: string,
    books: ReadonlyMap<string, LocationBook>,
    priceFor: PriceFor,
  ) {
    this.#priceFor = priceFor;
    this.#books = books;
    this.#currency = currency;
    this.#stock = stock;
    this.#locations = locations;
  }

  root(): Record<string, unknown> {
    const first = [...this.#locations.keys()][0] as string;
    return {
      products: (args: ListArgs) => {
        const test = this.#testOf(args);
        const found = this.#stock.products().filter(({ variants }) => variants.some(test));
        return connection(found, args, (product) => this.product(product));
      },
      productVariants: (args: ListArgs) => connection(this.#found(args), args, (item) => this.variant(item)),
      inventoryItems: (args: ListArgs) => connection(this.#found(args), args, (item) => this.item(item)),
      product: ({ id }: { id: string }) => this.byId(id),
      productVariant: ({ id }: { id: string }) => this.byId(id),
      inventoryItem: ({ id }: { id: string }) => this.byId(id),
      inventoryLevel: ({ id }: { id: string }) => this.byId(id),
      location: ({ id }: { id?: string | null }) => this.byId(id ?? gid('Location', first)),
      locations: (args: ListArgs & { includeInactive?: boolean | null }) => {
        if (args.query) throw notSupported('locations(query)');
        const found = [...this.#locations.keys()]
          .filter((id) => args.includeInactive || (this.#books.get(id)?.deactivatedAtMs ?? null) === null)
          .map((id) => ({ id }));
        return connection(found, args, ({ id }) => this.location(id));
      },
    };
  }

  /** Types that it finds by their global ids. */
  readonly types = ['Product', 'ProductVariant', 'InventoryItem', 'InventoryLevel', 'Location'] as const;

  byId(id: string): unknown {
    const [, type = ''] = /^gid:\/\/shopify\/(\w+)\//.exec(id) ?? [];
    const digits = idIn(type, id.split('?')[0] ?? '') ?? '';
    switch (type) {
      case 'Product':
        return nodeOf(this.#stock.product(digits), (product) => this.product(product));
      case 'ProductVariant':
        return nodeOf(this.#stock.ofVariant(digits), (item) => this.variant(item));
      case 'InventoryItem':
        return nodeOf(this.#stock.item(digits), (item) => this.item(item));
      case 'InventoryLevel': {
        const item = this.#stock.item(/[?&]inventory_item_id=(\d+)/.exec(id)?.[1] ?? '');
        const level = item?.levels.get(digits);
        return item && level ? this.level(item, level) : null;
      }
      case 'Location':
        return this.#locations.has(digits) ? this.location(digits) : null;
      default:
        return null;
    }
  }

  /** The items of a list: a store may have a million. */
  #found(args: ListArgs): readonly Item[] {
    const test = this.#testOf(args);
    return args.query ? this.#stock.all().filter(test) : this.#stock.all();
  }

  #testOf({ sortKey, query }: ListArgs): (item: Item) => boolean {
    if (sortKey && sortKey !== 'ID') throw notSupported(`lists of products by ${sortKey}`);
    return testOf(query ?? '');
  }

  product(product: ProductBook): Node {
    const { variants } = product;
    const updatedAtMs = Math.max(product.updatedAtMs, ...variants.map(updatedAt));
    return {
      __typename: 'Product',
      id: gid('Product', product.id),
      legacyResourceId: product.id,
      title: product.title,
      handle: product.handle,
      status: product.status ?? 'ACTIVE',
      tags: product.tags ?? [],
      ...metafieldFields(product, 'PRODUCT'),
      vendor: product.vendor ?? VENDOR,
      productType: product.productType ?? '',
      descriptionHtml: product.descriptionHtml ?? '',
      isGiftCard: false,
      hasOnlyDefaultVariant: hasOnlyDefaultVariant(product),
      hasVariantsThatRequiresComponents: variants.some(({ bundle }) => bundle),
      options: ({ first }: { first?: number | null }) =>
        product.options.slice(0, first ?? undefined).map((option) => this.option(product, option)),
      totalInventory: () => variants.reduce((sum, item) => sum + available(item), 0),
      tracksInventory: variants.some(isTracked),
      createdAt: utc(product.createdAtMs),
      updatedAt: utc(updatedAtMs),
      variants: (args: ListArgs) => {
        if (args.query) throw notSupported('Product.variants(query)');
        if (args.sortKey && args.sortKey !== 'POSITION' && args.sortKey !== 'ID')
          throw notSupported(`variants by ${args.sortKey}`);
        const byId = args.sortKey === 'ID';
        const sorted = byId ? [...variants].sort((a, b) => (a.variantId < b.variantId ? -1 : 1)) : variants;
        return connection(sorted, args, (each) => this.variant(each));
      },
      variantsCount: { count: variants.length, precision: 'EXACT' },
    };
  }

  option(product: ProductBook, option: OptionBook): Node {
    const taken = new Set(product.variants.map(({ chosen }) => chosen[option.id]));
    const value = (each: OptionValueBook) => optionValueNode(each, taken.has(each.id));
    return {
      __typename: 'ProductOption',
      id: gid('ProductOption', option.id),
      name: option.name,
      position: product.options.indexOf(option) + 1,
      values: option.values.filter(({ id }) => taken.has(id)).map(({ name }) => name),
      optionValues: option.values.map(value),
      linkedMetafield: null,
    };
  }

  variant(item: Item): Node {
    const details = item.variant ?? {};
    return {
      __typename: 'ProductVariant',
      id: gid('ProductVariant', item.variantId),
      legacyResourceId: item.variantId,
      sku: item.sku,
      title: variantTitle(item),
      displayName: `${item.title} - ${variantTitle(item)}`,
      selectedOptions: selectedOptions(item).map(({ option, value }) => ({
        name: option.name,
        value: value.name,
        optionValue: optionValueNode(value, true),
      })),
      price: item.price,
      barcode: details.barcode ?? null,
      compareAtPrice: details.compareAtPrice ?? null,
      inventoryPolicy: details.inventoryPolicy ?? 'DENY',
      taxable: details.taxable ?? true,
      ...metafieldFields(details, 'PRODUCTVARIANT'),
      position: item.product.variants.indexOf(item) + 1,
      requiresComponents: item.bundle,
      inventoryQuantity: () => available(item),
      createdAt: utc(item.createdAtMs),
      updatedAt: utc(updatedAt(item)),
      contextualPricing: ({ context }: { context: { companyLocationId?: string | null } }) =>
        this.#pricing(item, context.companyLocationId ?? null),
      product: () => this.product(item.product),
      inventoryItem: () => this.item(item),
    };
  }

  #pricing(item: Item, companyLocationId: string | null): Node {
    const id = idIn('CompanyLocation', companyLocationId ?? '');
    const own = id === undefined ? null : this.#priceFor(id, item);
    const money = (amount: string) => ({ amount: decimal(amount), currencyCode: this.#currency });
    const before = item.variant?.compareAtPrice ?? null;
    return {
      __typename: 'ProductVariantContextualPricing',
      price: money(own ?? item.price),
      compareAtPrice: before === null ? null : money(before),
      unitPrice: null,
      quantityPriceBreaks: (args: PageArgs) => connection([], args, (each) => each),
      quantityRule: {
        minimum: 1,
        maximum: null,
        increment: 1,
        isDefault: true,
        originType: 'RELATIVE',
        productVariant: () => this.variant(item),
      },
    };
  }

  item(item: Item): Node {
    return {
      __typename: 'InventoryItem',
      id: gid('InventoryItem', item.id),
      legacyResourceId: item.id,
      sku: item.sku,
      tracked: isTracked(item),
      requiresShipping: item.requiresShipping ?? true,
      unitCost: item.cost ? { amount: decimal(item.cost), currencyCode: this.#currency } : null,
      countryCodeOfOrigin: item.countryOfOrigin ?? null,
      harmonizedSystemCode: item.harmonizedSystemCode ?? null,
      createdAt: () => utc(item.createdAtMs),
      updatedAt: () =>
        utc(Math.max(updatedAt(item), ...[...item.levels.values()].map((each) => each.updatedAtMs))),
      locationsCount: { count: item.levels.size, precision: 'EXACT' },
      variant: () => this.variant(item),
      variants: (args: PageArgs) => connection([item], args, (each) => this.variant(each)),
      inventoryLevel: ({ locationId }: { locationId: string }) => {
        const level = item.levels.get(idIn('Location', locationId) ?? '');
        return level ? this.level(item, level) : null;
      },
      inventoryLevels: (args: ListArgs) => {
        if (args.query) throw notSupported('inventoryLevels(query)');
        const found = [...item.levels.values()].map((level) => ({ id: level.locationId, level }));
        return connection(found, args, ({ level }) => this.level(item, level));
      },
    };
  }

  level(item: Item, level: Level): Node {
    const id = levelId(item, level);
    return {
      __typename: 'InventoryLevel',
      id,
      isActive: true,
      createdAt: () => utc(item.createdAtMs),
      updatedAt: () => utc(level.updatedAtMs),
      item: () => this.item(item),
      location: () => this.location(level.locationId),
      quantities: ({ names }: { names: readonly string[] }) =>
        names.flatMap((name) => {
          const quantity = quantityOf(level, name);
          if (quantity === undefined) return [];
          const own = `${id.replace('InventoryLevel', 'InventoryQuantity')}&name=${name}`;
          return [
            {
              __typename: 'InventoryQuantity',
              id: own,
              name,
              quantity,
              updatedAt: () => utc(level.updatedAtMs),
            },
          ];
        }),
    };
  }

  location(id: string): Node {
    const book = this.#books.get(id);
    const isActive = (book?.deactivatedAtMs ?? null) === null;
    return {
      __typename: 'Location',
      id: gid('Location', id),
      legacyResourceId: id,
      name: this.#locations.get(id) ?? '',
      isActive,
      activatable: !isActive,
      deactivatedAt: isActive || !book?.deactivatedAtMs ? null : utc(book.deactivatedAtMs),
      fulfillsOnlineOrders: isActive && (book?.fulfillsOnlineOrders ?? true),
      hasActiveInventory: () => this.#stock.all().some(({ levels }) => levels.has(id)),
      shipsInventory: isActive,
      inventoryLevels: (args: ListArgs & { includeInactive?: boolean | null }) => {
        if (args.query) throw notSupported('inventoryLevels(query)');
        // Every level that there is is active.
        const found = this.#stock.all().flatMap((item) => {
          const level = item.levels.get(id);
          return level ? [{ id: item.id, item, level }] : [];
        });
        return connection(found, args, ({ item, level }) => this.level(item, level));
      },
      isFulfillmentService: false,
      addressVerified: false,
      suggestedAddresses: [],
      createdAt: book ? () => utc(book.createdAtMs) : undefined,
      updatedAt: book ? () => utc(book.updatedAtMs) : undefined,
      // A store that was never told one has none to tell.
      address: book?.address
        ? {
            ...book.address,
            country: nameOfCountry(book.address.countryCode),
            province: book.address.provinceCode,
          }
        : undefined,
    };
  }
}

function nodeOf<Found>(found: Found | undefined, node: (found: Found) => Node): Node | null {
  return found ? node(found) : null;
}

function optionValueNode({ id, name }: OptionValueBook, hasVariants: boolean): Node {
  return {
    __typename: 'ProductOptionValue',
    id: gid('ProductOptionValue', id),
    name,
    hasVariants,
    linkedMetafieldValue: null,
    swatch: null,
  };
}

export function levelId(item: Item, level: Level): string {
  return `${gid('InventoryLevel', level.locationId)}?inventory_item_id=${item.id}`;
}

const updatedAt = (item: Item): number => item.updatedAtMs ?? item.createdAtMs;

function nameOfCountry(code: string | null): string | null {
  return code === null ? null : countryName(code);
}

function available(item: Item): number {
  return [...item.levels.values()].reduce((sum, { quantities }) => sum + quantities.available, 0);
}

const TERM =
  /^\s*(?:AND\s+)?(sku|id|product_id|title):(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s*]+))(?=\s|$)/;

/** Searches by SKU, id, product and title, whole words only; one of several that OR connects suffices. */
function testOf(query: string): (item: Item) => boolean {
  const some = query.split(/\s+OR\s+(?=\w+:)/);
  if (some.length > 1) {
    const tests = some.map(testOf);
    return (item) => tests.some((test) => test(item));
  }
  const tests: ((item: Item) => boolean)[] = [];
  let rest = query;
  while (rest.trim() !== '') {
    const term = TERM.exec(rest);
    if (!term) throw notSupported(`the search "${rest.trim().slice(0, 100)}"`);
    const [whole, field, single, double, plain] = term;
    const value = (single ?? double)?.replace(/\\(.)/g, '$1') ?? plain ?? '';
    tests.push((item) =>
      field === 'id'
        ? [item.id, item.variantId, item.productId].includes(value)
        : field === 'product_id'
          ? item.productId === value
          : item[field as 'sku' | 'title'] === value,
    );
    rest = rest.slice(whole.length);
  }
  return (item) => tests.every((test) => test(item));
}
