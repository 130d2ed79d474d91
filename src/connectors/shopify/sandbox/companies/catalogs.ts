/**
 * What companies see and pay: catalogues of their locations, each with a list of prices and a choice of products. Where
 * several catalogues name a price, the lowest one counts.
 */
import { percentOf, toMinor, toText } from '../../../../sandbox/kit/money.ts';
import type { Ids } from '../ids.ts';
import type { Item } from '../inventory/stock.ts';
import type { CompanyLocationBook } from './companies.ts';

export interface FixedPrice {
  price: string;
  compareAtPrice: string | null;
}

export interface PriceListBook {
  id: string;
  name: string;
  currency: string;
  adjustment: { type: 'PERCENTAGE_DECREASE' | 'PERCENTAGE_INCREASE'; value: number };
  compareAtMode: string;
  /** By variant. */
  fixed: Map<string, FixedPrice>;
}

export interface PublicationBook {
  id: string;
  /** New products come into it by themselves. */
  autoPublish: boolean;
  /** Products that are in it. */
  products: Set<string>;
}

export interface CatalogBook {
  id: string;
  title: string;
  status: 'ACTIVE' | 'ARCHIVED' | 'DRAFT';
  locations: Set<CompanyLocationBook>;
  priceList: PriceListBook | null;
  publication: PublicationBook | null;
}

export class Catalogs {
  readonly all = new Map<string, CatalogBook>();
  readonly priceLists = new Map<string, PriceListBook>();
  readonly publications = new Map<string, PublicationBook>();
  readonly #ids: Ids;

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  nextId(): string {
    return this.#ids.next();
  }

  add(given: Omit<CatalogBook, 'id'>): CatalogBook {
    const catalog = { id: this.nextId(), ...given };
    this.all.set(catalog.id, catalog);
    return catalog;
  }

  addPriceList(given: Omit<PriceListBook, 'id' | 'fixed'>): PriceListBook {
    const list = { id: this.nextId(), ...given, fixed: new Map() };
    this.priceLists.set(list.id, list);
    return list;
  }

  /** The catalogue that has this list or this choice. */
  with(part: PriceListBook | PublicationBook): CatalogBook | undefined {
    return [...this.all.values()].find(({ priceList, publication }) =>
      [priceList, publication].includes(part),
    );
  }

  of(location: CompanyLocationBook): CatalogBook[] {
    return [...this.all.values()].filter(({ locations }) => locations.has(location));
  }

  /** A price list goes, from its catalogue too. */
  deletePriceList(list: PriceListBook): void {
    const catalog = this.with(list);
    if (catalog) catalog.priceList = null;
    this.priceLists.delete(list.id);
  }

  deletePublication(publication: PublicationBook): void {
    const catalog = this.with(publication);
    if (catalog) catalog.publication = null;
    this.publications.delete(publication.id);
  }

  /** A location is no more. */
  forget(location: CompanyLocationBook): void {
    for (const { locations } of this.all.values()) locations.delete(location);
  }

  /** A product is new. */
  publish(productId: string): void {
    for (const { autoPublish, products } of this.publications.values())
      if (autoPublish) products.add(productId);
  }

  /** What a location pays for a variant; null: what everybody pays. */
  priceFor(location: CompanyLocationBook, item: Item): string | null {
    const prices = this.of(location).flatMap(({ status, priceList, publication }) => {
      const counts =
        status === 'ACTIVE' && (publication === null || publication.products.has(item.productId));
      return counts && priceList ? [priceIn(priceList, item)] : [];
    });
    const [first, ...others] = prices;
    if (first === undefined) return null;
    return others.reduce((least, { price }) => (Number(price) < Number(least) ? price : least), first.price);
  }
}

/** What a variant costs by a list. */
export function priceIn(
  { fixed, adjustment, compareAtMode, currency }: PriceListBook,
  item: Item,
): FixedPrice & { origin: 'FIXED' | 'RELATIVE' } {
  const own = fixed.get(item.variantId);
  if (own) return { ...own, origin: 'FIXED' };
  const adjusted = (price: string) => {
    const whole = toMinor(price, currency);
    const part = percentOf(whole, String(adjustment.value));
    return toText(adjustment.type === 'PERCENTAGE_DECREASE' ? whole - part : whole + part, currency);
  };
  const before = item.variant?.compareAtPrice ?? null;
  const compareAtPrice = before === null || compareAtMode === 'NULLIFY' ? null : adjusted(before);
  return { price: adjusted(item.price), compareAtPrice, origin: 'RELATIVE' };
}
