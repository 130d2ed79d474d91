/** What apps do with products: `productCreate`, `productUpdate`, `productDelete`, `productVariantsBulkUpdate`. A product has one variant here. */
import { toMinor } from '../../../sandbox/kit/money.ts';
import type { Catalogue } from './catalogue.ts';
import { moneyText } from './format.ts';
import { idIn } from './ids.ts';
import { type InventoryItemInput, writeItem } from './inventory-writes.ts';
import type { Item, ProductDetails, Stock } from './stock.ts';
import { notSupported } from './unsupported.ts';

export interface ProductsHost {
  currency: string;
  now(): number;
  stock: Stock;
  catalogue: Catalogue;
  shop(): unknown;
  /** Takes a new product without SKU, stock or tracking. */
  create(title: string): Item;
  told(item: Item, topic: 'products/create' | 'products/update' | 'products/delete'): void;
  itemChanged(item: Item, skuBefore: string): void;
  remove(item: Item): void;
}

interface ProductInput {
  id?: string | null;
  title?: string | null;
  descriptionHtml?: string | null;
  handle?: string | null;
  productType?: string | null;
  status?: string | null;
  tags?: readonly string[] | null;
  vendor?: string | null;
  [other: string]: unknown;
}

interface ProductArgs {
  product?: ProductInput | null;
  /** Its old name. */
  input?: ProductInput | null;
  media?: readonly object[] | null;
  identifier?: object | null;
}

interface VariantInput {
  id?: string | null;
  price?: string | null;
  compareAtPrice?: string | null;
  barcode?: string | null;
  inventoryPolicy?: string | null;
  taxable?: boolean | null;
  inventoryItem?: InventoryItemInput | null;
  inventoryQuantities?: readonly object[] | null;
  [other: string]: unknown;
}

interface UserError {
  field: string[] | null;
  message: string;
  code?: string;
}

const PRODUCT_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'title',
  'descriptionHtml',
  'handle',
  'productType',
  'status',
  'tags',
  'vendor',
]);
const VARIANT_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'price',
  'compareAtPrice',
  'barcode',
  'inventoryPolicy',
  'taxable',
  'inventoryItem',
  'inventoryQuantities',
]);
const LONGEST_TITLE = 255;

export class Products {
  readonly #host: ProductsHost;

  constructor(host: ProductsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      productCreate: (args: ProductArgs) => this.#create(args),
      productUpdate: (args: ProductArgs) => this.#update(args),
      productDelete: (args: { input: { id: string }; synchronous?: boolean | null }) => this.#delete(args),
      productVariantsBulkUpdate: (args: {
        productId: string;
        variants: readonly VariantInput[];
        media?: readonly object[] | null;
        allowPartialUpdates?: boolean | null;
      }) => this.#updateVariants(args),
    };
  }

  #create(args: ProductArgs): unknown {
    const input = inputOf('productCreate', args);
    const refused = (field: string, message: string) => ({
      product: null,
      shop: this.#host.shop(),
      userErrors: [{ field: [field], message }],
    });
    if (input.id) return refused('id', 'Cannot specify id on creation');
    const wrong = titleError(input.title ?? '') ?? this.#handleError(input, undefined);
    if (wrong) return refused(...wrong);
    const item = this.#host.create(input.title ?? '');
    this.#write(item, input);
    this.#host.told(item, 'products/create');
    return { product: this.#host.catalogue.product(item), shop: this.#host.shop(), userErrors: [] };
  }

  #update(args: ProductArgs): unknown {
    if (args.identifier) throw notSupported('productUpdate(identifier)');
    const input = inputOf('productUpdate', args);
    const refused = (field: string, message: string) => ({
      product: null,
      userErrors: [{ field: [field], message }],
    });
    const item = this.#item(input.id ?? '');
    if (!item) return refused('id', 'Product does not exist');
    const wrong =
      (input.title === undefined ? undefined : titleError(input.title ?? '')) ??
      this.#handleError(input, item);
    if (wrong) return refused(...wrong);
    this.#write(item, input);
    item.updatedAtMs = this.#host.now();
    this.#host.told(item, 'products/update');
    return { product: this.#host.catalogue.product(item), userErrors: [] };
  }

  #delete({ input, synchronous }: { input: { id: string }; synchronous?: boolean | null }): unknown {
    if (synchronous === false) throw notSupported('productDelete(synchronous: false)');
    const item = this.#item(input.id);
    const shop = this.#host.shop();
    if (!item)
      return {
        deletedProductId: null,
        shop,
        userErrors: [{ field: ['id'], message: 'Product does not exist' }],
      };
    this.#host.remove(item);
    this.#host.told(item, 'products/delete');
    return { deletedProductId: input.id, shop, userErrors: [] };
  }

  #updateVariants(args: {
    productId: string;
    variants: readonly VariantInput[];
    media?: readonly object[] | null;
    allowPartialUpdates?: boolean | null;
  }): unknown {
    if (args.media?.length) throw notSupported('productVariantsBulkUpdate(media)');
    if (args.allowPartialUpdates) throw notSupported('productVariantsBulkUpdate(allowPartialUpdates)');
    const refused = (userErrors: UserError[]) => ({ product: null, productVariants: null, userErrors });
    const item = this.#item(args.productId);
    if (!item)
      return refused([
        { field: ['productId'], message: 'Product does not exist', code: 'PRODUCT_DOES_NOT_EXIST' },
      ]);
    const userErrors = args.variants.flatMap((variant, index) => variantErrors(item, variant, index));
    if (userErrors.length > 0) return refused(userErrors);
    const skuBefore = item.sku;
    for (const [index, variant] of args.variants.entries()) {
      const wrong = writeItem(item, variant.inventoryItem ?? {}, this.#host.currency);
      if (wrong.length > 0)
        return refused(
          wrong.map(({ field, message }) => ({
            field: ['variants', String(index), 'inventoryItem', ...(field ?? []).slice(1)],
            message,
            code: 'INVALID_INPUT',
          })),
        );
      this.#writeVariant(item, variant);
    }
    item.updatedAtMs = this.#host.now();
    this.#host.told(item, 'products/update');
    if (args.variants.some(({ inventoryItem }) => inventoryItem)) this.#host.itemChanged(item, skuBefore);
    const { catalogue } = this.#host;
    return {
      product: catalogue.product(item),
      productVariants: args.variants.length === 0 ? [] : [catalogue.variant(item)],
      userErrors: [],
    };
  }

  #item(id: string): Item | undefined {
    return this.#host.stock.ofProduct(idIn('Product', id) ?? '');
  }

  #handleError({ handle }: ProductInput, own: Item | undefined): [field: string, words: string] | undefined {
    const taken = (item: Item) => item !== own && this.#host.catalogue.handle(item) === handle;
    if (!handle || !this.#host.stock.all().some(taken)) return undefined;
    return ['handle', `Handle '${handle}' already in use. Please provide a new handle.`];
  }

  #write(item: Item, input: ProductInput): void {
    if (input.title) item.title = input.title.trim();
    const details: ProductDetails = { ...item.product };
    for (const name of ['descriptionHtml', 'handle', 'productType', 'status', 'vendor'] as const) {
      const value = input[name];
      if (typeof value === 'string') details[name] = value;
    }
    if (input.tags) details.tags = [...new Set(input.tags.map((tag) => tag.trim()))].sort();
    item.product = details;
  }

  #writeVariant(item: Item, variant: VariantInput): void {
    const { currency } = this.#host;
    const money = (text: string) => moneyText(toMinor(text, currency), currency);
    if (variant.price) item.price = money(variant.price);
    const details = { ...item.variant };
    if (variant.compareAtPrice !== undefined)
      details.compareAtPrice = variant.compareAtPrice === null ? null : money(variant.compareAtPrice);
    if (variant.barcode !== undefined) details.barcode = variant.barcode;
    if (variant.inventoryPolicy) details.inventoryPolicy = variant.inventoryPolicy;
    if (typeof variant.taxable === 'boolean') details.taxable = variant.taxable;
    item.variant = details;
  }
}

function inputOf(mutation: string, { product, input, media }: ProductArgs): ProductInput {
  if (media?.length) throw notSupported(`${mutation}(media)`);
  const given = product ?? input ?? {};
  // A switch that is off changes nothing.
  for (const [name, value] of Object.entries(given))
    if (!PRODUCT_FIELDS.has(name) && value !== false) throw notSupported(`${mutation}(${name})`);
  return given;
}

function titleError(title: string): [field: string, words: string] | undefined {
  if (title.trim() === '') return ['title', "Title can't be blank"];
  if (title.length > LONGEST_TITLE) return ['title', 'Title is too long (maximum is 255 characters)'];
  return undefined;
}

function variantErrors(item: Item, variant: VariantInput, index: number): UserError[] {
  for (const name of Object.keys(variant))
    if (!VARIANT_FIELDS.has(name)) throw notSupported(`productVariantsBulkUpdate(${name})`);
  const error = (name: string, code: string, message: string) => [
    { field: ['variants', String(index), name], message, code },
  ];
  if (!variant.id)
    return error('id', 'PRODUCT_VARIANT_ID_MISSING', 'Product variant is missing ID attribute');
  if (idIn('ProductVariant', variant.id) !== item.variantId)
    return error('id', 'PRODUCT_VARIANT_DOES_NOT_EXIST', 'Product variant does not exist');
  if (variant.inventoryQuantities?.length)
    return error(
      'inventoryQuantities',
      'NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE',
      'Inventory quantities can only be provided during create. To update inventory for existing variants, use inventoryAdjustQuantities.',
    );
  if (variant.price?.startsWith('-'))
    return error('price', 'NEGATIVE_PRICE_VALUE', 'Price cannot take a negative value');
  return [];
}
