/** What apps do with price lists: create, update, delete, fix prices of variants and take them back. */
import { toMinor, toText } from '../../../../sandbox/kit/money.ts';
import { reversible } from '../graphql/connection.ts';
import { type ListArgs, listed } from '../graphql/filters.ts';
import { idIn } from '../ids.ts';
import type { Item } from '../inventory/stock.ts';
import type { CatalogWritesHost } from './catalog-writes.ts';
import type { CatalogBook, PriceListBook } from './catalogs.ts';

export interface PriceListsHost extends CatalogWritesHost {
  currency: string;
}

interface ParentInput {
  adjustment: PriceListBook['adjustment'];
  settings?: { compareAtMode: string } | null;
}

interface ListInput {
  name?: string | null;
  currency?: string | null;
  parent?: ParentInput | null;
  catalogId?: string | null;
}

interface Money {
  amount: string;
  currencyCode: string;
}

interface PriceInput {
  variantId: string;
  price: Money;
  compareAtPrice?: Money | null;
}

interface PriceError {
  field: string[];
  message: string;
  /** Of `PriceListUserErrorCode` or `PriceListPriceUserErrorCode`. */
  code: string;
}

const MAX_NAME_CHARS = 255;
const MISSING = 'Price list does not exist.';

export class PriceLists {
  readonly #host: PriceListsHost;

  constructor(host: PriceListsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    const { catalogs, catalogNodes } = this.#host;
    return {
      priceList: ({ id }: { id: string }) => this.byId(id),
      priceLists: reversible((args: ListArgs) =>
        listed(
          [...catalogs.priceLists.values()],
          args,
          { fields: {}, sorts: { ID: ({ id }) => id, NAME: ({ name }) => name.toLowerCase() } },
          (each) => catalogNodes.priceList(each),
        ),
      ),
      priceListCreate: ({ input }: { input: ListInput }) => this.#create(input),
      priceListUpdate: (args: { id: string; input: ListInput }) => this.#update(args.id, args.input),
      priceListDelete: ({ id }: { id: string }) => {
        const list = this.#find(id);
        if (!list) return { deletedId: null, userErrors: [error('PRICE_LIST_NOT_FOUND', ['id'], MISSING)] };
        catalogs.deletePriceList(list);
        return { deletedId: id, userErrors: [] };
      },
      priceListFixedPricesAdd: (args: { priceListId: string; prices: readonly PriceInput[] }) => {
        const done = this.#fix(args.priceListId, args.prices, 'prices', [], '');
        return 'errors' in done
          ? { prices: null, userErrors: done.errors }
          : { prices: done.added.map((item) => catalogNodes.price(done.list, item)), userErrors: [] };
      },
      priceListFixedPricesDelete: (args: { priceListId: string; variantIds: readonly string[] }) => {
        const done = this.#fix(args.priceListId, [], '', args.variantIds, 'variantIds');
        return 'errors' in done
          ? { deletedFixedPriceVariantIds: null, userErrors: done.errors }
          : { deletedFixedPriceVariantIds: args.variantIds, userErrors: [] };
      },
      priceListFixedPricesUpdate: (args: {
        priceListId: string;
        pricesToAdd: readonly PriceInput[];
        variantIdsToDelete: readonly string[];
      }) => {
        const { priceListId, pricesToAdd, variantIdsToDelete: gone } = args;
        const done = this.#fix(priceListId, pricesToAdd, 'pricesToAdd', gone, 'variantIdsToDelete');
        if ('errors' in done)
          return {
            priceList: null,
            pricesAdded: null,
            deletedFixedPriceVariantIds: null,
            userErrors: done.errors,
          };
        return {
          priceList: catalogNodes.priceList(done.list),
          pricesAdded: done.added.map((item) => catalogNodes.price(done.list, item)),
          deletedFixedPriceVariantIds: gone,
          userErrors: [],
        };
      },
    };
  }

  byId(id: string): unknown {
    const list = this.#find(id);
    return list ? this.#host.catalogNodes.priceList(list) : null;
  }

  #find(id: string): PriceListBook | undefined {
    return this.#host.catalogs.priceLists.get(idIn('PriceList', id) ?? '');
  }

  #create(input: ListInput): unknown {
    const { catalogs, catalogNodes, currency: own } = this.#host;
    const { parent, name = '', currency = own } = input;
    const catalog = this.#catalogOf(input);
    const errors = [...this.#errors({ ...input, name: name ?? '' }), ...catalog.errors];
    if (errors.length > 0 || !parent) return { priceList: null, userErrors: errors };
    const list = catalogs.addPriceList({
      name: name?.trim() ?? '',
      currency: currency ?? own,
      adjustment: parent.adjustment,
      compareAtMode: parent.settings?.compareAtMode ?? 'ADJUSTED',
    });
    if (catalog.found) catalog.found.priceList = list;
    return { priceList: catalogNodes.priceList(list), userErrors: [] };
  }

  #update(id: string, input: ListInput): unknown {
    const { catalogs, catalogNodes } = this.#host;
    const list = this.#find(id);
    if (!list) return { priceList: null, userErrors: [error('PRICE_LIST_NOT_FOUND', ['id'], MISSING)] };
    const catalog = this.#catalogOf(input, list);
    const errors = [...this.#errors(input, list), ...catalog.errors];
    if (errors.length > 0) return { priceList: null, userErrors: errors };
    if (input.name) list.name = input.name.trim();
    if (input.parent) {
      list.adjustment = input.parent.adjustment;
      list.compareAtMode = input.parent.settings?.compareAtMode ?? list.compareAtMode;
    }
    if (input.catalogId !== undefined) {
      const before = catalogs.with(list);
      if (before) before.priceList = null;
      if (catalog.found) catalog.found.priceList = list;
    }
    return { priceList: catalogNodes.priceList(list), userErrors: [] };
  }

  #errors({ name, currency, parent }: ListInput, own?: PriceListBook): PriceError[] {
    const errors: PriceError[] = [];
    const say = (code: string, at: string[], message: string) =>
      errors.push(error(code, ['input', ...at], message));
    const others = [...this.#host.catalogs.priceLists.values()].filter((each) => each !== own);
    if (name?.trim() === '') say('BLANK', ['name'], "Name can't be blank");
    else if ((name?.length ?? 0) > MAX_NAME_CHARS)
      say('TOO_LONG', ['name'], `Name is too long (maximum is ${MAX_NAME_CHARS} characters)`);
    else if (others.some((each) => each.name === name?.trim()))
      say('TAKEN', ['name'], 'Name has already been taken');
    // A store that sells in one currency has no other price.
    if (currency && currency !== this.#host.currency)
      say('CURRENCY_NOT_SUPPORTED', ['currency'], 'Currency is not supported by the shop.');
    const { type, value = 0 } = parent?.adjustment ?? {};
    if (value < 0 || value > (type === 'PERCENTAGE_INCREASE' ? 1_000 : 100))
      say(
        'INVALID_ADJUSTMENT_VALUE',
        ['parent', 'adjustment', 'value'],
        'The adjustment value must be a positive value and not be greater than 100% for PERCENTAGE_DECREASE and not be greater than 1000% for PERCENTAGE_INCREASE.',
      );
    return errors;
  }

  #catalogOf(
    { catalogId }: ListInput,
    own?: PriceListBook,
  ): { found: CatalogBook | undefined; errors: PriceError[] } {
    if (!catalogId) return { found: undefined, errors: [] };
    const found = this.#host.catalogs.all.get(idIn('CompanyLocationCatalog', catalogId) ?? '');
    const at = ['input', 'catalogId'];
    if (!found) return { found, errors: [error('CATALOG_DOES_NOT_EXIST', at, 'Catalog does not exist.')] };
    if (found.priceList && found.priceList !== own)
      return {
        found,
        errors: [error('CATALOG_TAKEN', at, 'Catalog has a price list already assigned.')],
      };
    return { found, errors: [] };
  }

  /** Fixes prices and takes others back: all of it or nothing. */
  #fix(
    listId: string,
    prices: readonly PriceInput[],
    pricesAt: string,
    gone: readonly string[],
    goneAt: string,
  ): { list: PriceListBook; added: Item[] } | { errors: PriceError[] } {
    const list = this.#find(listId);
    if (!list) return { errors: [error('PRICE_LIST_NOT_FOUND', ['priceListId'], MISSING)] };
    const errors: PriceError[] = [];
    const variant = (id: string, at: string[]) => {
      const item = this.#host.stock.ofVariant(idIn('ProductVariant', id) ?? '');
      if (!item) errors.push(error('VARIANT_NOT_FOUND', at, 'Product variant ID does not exist.'));
      return item;
    };
    const added = prices.map(({ variantId, price, compareAtPrice }, index) => {
      const at = [pricesAt, String(index)];
      for (const [name, money] of Object.entries({ price, compareAtPrice }))
        if (money && money.currencyCode !== list.currency)
          errors.push(
            error(
              'PRICE_LIST_CURRENCY_MISMATCH',
              [...at, name, 'currencyCode'],
              "The specified currency does not match the price list's currency.",
            ),
          );
      return variant(variantId, [...at, 'variantId']);
    });
    for (const [index, id] of gone.entries()) {
      const at = [goneAt, String(index)];
      const item = variant(id, at);
      if (item && !list.fixed.has(item.variantId))
        errors.push(error('PRICE_NOT_FIXED', at, 'Only fixed prices can be deleted.'));
    }
    if (errors.length > 0) return { errors };
    const text = ({ amount }: Money) => toText(toMinor(amount, list.currency), list.currency);
    for (const [index, item] of added.entries()) {
      const given = prices[index];
      if (item && given)
        list.fixed.set(item.variantId, {
          price: text(given.price),
          compareAtPrice: given.compareAtPrice ? text(given.compareAtPrice) : null,
        });
    }
    for (const id of gone) list.fixed.delete(idIn('ProductVariant', id) ?? '');
    return { list, added: added.filter((each) => each !== undefined) };
  }
}

function error(code: string, field: string[], message: string): PriceError {
  return { code, field, message };
}
