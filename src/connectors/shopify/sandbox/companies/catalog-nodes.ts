/** Catalogues, price lists and publications as GraphQL objects. */

import { decimal } from '../format.ts';
import { connection, type PageArgs, reversible } from '../graphql/connection.ts';
import { type Fields, filterOf, type ListArgs } from '../graphql/filters.ts';
import { gid } from '../ids.ts';
import type { Item, Stock } from '../inventory/stock.ts';
import type { Catalogue } from '../products/catalogue.ts';
import {
  type CatalogBook,
  type Catalogs,
  type PriceListBook,
  type PublicationBook,
  priceIn,
} from './catalogs.ts';
import type { LocationsHost } from './company-locations.ts';
import type { CompanyNodes } from './company-nodes.ts';
import { companyLists } from './company-search.ts';

type Node = Record<string, unknown>;

export interface CatalogNodesHost extends LocationsHost {
  catalogs: Catalogs;
  stock: Stock;
  catalogue: Catalogue;
  nodes: CompanyNodes;
}

interface PricesArgs extends PageArgs {
  originType?: string | null;
  query?: string | null;
}

const PRICE_FIELDS: Fields<Item> = {
  variant_id: { id: ({ variantId }) => variantId },
  product_id: { id: ({ productId }) => productId },
};

export class CatalogNodes {
  readonly #host: CatalogNodesHost;

  constructor(host: CatalogNodesHost) {
    this.#host = host;
  }

  catalog(catalog: CatalogBook): Node {
    const { nodes } = this.#host;
    const { priceList, publication, locations } = catalog;
    return {
      __typename: 'CompanyLocationCatalog',
      id: gid('CompanyLocationCatalog', catalog.id),
      title: catalog.title,
      status: catalog.status,
      operations: [],
      priceList: () => priceList && this.priceList(priceList),
      publication: () => publication && this.publication(publication),
      companyLocations: reversible((args: ListArgs) =>
        companyLists(this.#host).locations([...locations], args, (each) => nodes.location(each)),
      ),
      companyLocationsCount: { count: locations.size, precision: 'EXACT' },
    };
  }

  priceList(list: PriceListBook): Node {
    const { catalogs, stock } = this.#host;
    const { type, value } = list.adjustment;
    return {
      __typename: 'PriceList',
      id: gid('PriceList', list.id),
      name: list.name,
      currency: list.currency,
      parent: { adjustment: { type, value }, settings: { compareAtMode: list.compareAtMode } },
      fixedPricesCount: list.fixed.size,
      catalog: () => {
        const found = catalogs.with(list);
        return found ? this.catalog(found) : null;
      },
      prices: reversible((args: PricesArgs) => {
        const fits = filterOf(args.query, PRICE_FIELDS);
        const found = stock
          .all()
          .filter((item) => fits(item))
          .map((item) => ({ id: item.variantId, item }))
          .filter(({ item }) => !args.originType || priceIn(list, item).origin === args.originType);
        return connection(args.reverse ? found.reverse() : found, args, ({ item }) => this.price(list, item));
      }),
    };
  }

  price(list: PriceListBook, item: Item): Node {
    const { price, compareAtPrice, origin } = priceIn(list, item);
    const money = (amount: string) => ({ amount: decimal(amount), currencyCode: list.currency });
    return {
      __typename: 'PriceListPrice',
      price: money(price),
      compareAtPrice: compareAtPrice === null ? null : money(compareAtPrice),
      originType: origin,
      variant: () => this.#host.catalogue.variant(item),
      quantityPriceBreaks: (args: PageArgs) => connection([], args, (each) => each),
    };
  }

  publication(publication: PublicationBook): Node {
    const { catalogs, stock, catalogue } = this.#host;
    const products = () => stock.products().filter(({ id }) => publication.products.has(id));
    const list = (args: PageArgs) => connection(products(), args, (product) => catalogue.product(product));
    const catalog = catalogs.with(publication);
    return {
      __typename: 'Publication',
      id: gid('Publication', publication.id),
      name: catalog?.title ?? '',
      autoPublish: publication.autoPublish,
      supportsFuturePublishing: false,
      operation: null,
      catalog: () => (catalog ? this.catalog(catalog) : null),
      products: (args: PageArgs) => list(args),
      includedProducts: (args: PageArgs) => list(args),
      includedProductsCount: (_: { limit?: number | null }) => ({
        count: products().length,
        precision: 'EXACT',
      }),
    };
  }
}
