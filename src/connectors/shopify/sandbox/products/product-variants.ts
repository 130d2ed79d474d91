/** Variants of a product in bulk: created, written, deleted, put into another order. */

import { notSupported } from '../graphql/unsupported.ts';
import { idIn } from '../ids.ts';
import { type Item, newLevel, type ProductBook } from '../inventory/stock.ts';
import { hasOnlyDefaultVariant, MAX_VARIANTS, variantTitle } from './product-choices.ts';
import {
  type Choice,
  type ChoiceInput,
  choicesOf,
  nameOfChoices,
  type ProductError,
  type ProductsHost,
  settle,
  type VariantFields,
  variantErrors,
  type Wrong,
  writeVariant,
} from './product-writes.ts';

interface QuantityInput {
  locationId: string;
  availableQuantity: number;
}

interface VariantInput extends VariantFields {
  id?: string | null;
  optionValues?: readonly ChoiceInput[] | null;
  inventoryQuantities?: readonly QuantityInput[] | null;
  [other: string]: unknown;
}

interface CreateArgs {
  productId: string;
  variants: readonly VariantInput[];
  media?: readonly object[] | null;
  strategy?: 'DEFAULT' | 'PRESERVE_STANDALONE_VARIANT' | 'REMOVE_STANDALONE_VARIANT' | null;
}

interface UpdateArgs {
  productId: string;
  variants: readonly VariantInput[];
  media?: readonly object[] | null;
  allowPartialUpdates?: boolean | null;
}

const FIELDS: ReadonlySet<string> = new Set([
  'id',
  'price',
  'compareAtPrice',
  'barcode',
  'inventoryPolicy',
  'taxable',
  'inventoryItem',
  'inventoryQuantities',
  'optionValues',
]);
const MAX_LOCATIONS = 10;
const MAX_QUANTITIES = 50_000;

export class ProductVariants {
  readonly #host: ProductsHost;

  constructor(host: ProductsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      productVariantsBulkCreate: (args: CreateArgs) => this.#create(args),
      productVariantsBulkUpdate: (args: UpdateArgs) => this.#update(args),
      productVariantsBulkDelete: (args: { productId: string; variantsIds: readonly string[] }) =>
        this.#delete(args.productId, args.variantsIds),
      productVariantsBulkReorder: (args: {
        productId: string;
        positions: readonly { id: string; position: number }[];
      }) => this.#reorder(args.productId, args.positions),
    };
  }

  #create(args: CreateArgs): unknown {
    if (args.media?.length) throw notSupported('productVariantsBulkCreate(media)');
    const refused = (...userErrors: ProductError[]) => ({ product: null, productVariants: null, userErrors });
    const product = this.#product(args.productId);
    if (!product) return refused(noProduct);
    const gone = goneAlone(product, args.strategy ?? 'DEFAULT') ? product.variants : [];
    const kept = product.variants.filter((each) => !gone.includes(each));
    const names = new Set(kept.map(variantTitle));
    const planned: { input: VariantInput; choices: Choice[] }[] = [];
    const userErrors: ProductError[] = [];
    const error = (index: number, [at, code, message]: Wrong) =>
      userErrors.push({ field: ['variants', String(index), ...at], code, message });
    if (kept.length + args.variants.length > MAX_VARIANTS)
      return refused({
        field: ['variants'],
        message: `A product can't have more than ${MAX_VARIANTS} variants`,
        code: 'SUBSCRIPTION_VIOLATION',
      });
    const quantities = args.variants.flatMap((each) => each.inventoryQuantities ?? []);
    if (quantities.length > MAX_QUANTITIES)
      return refused({
        field: ['variants'],
        message: `Inventory quantity input exceeds the limit of ${MAX_QUANTITIES}. Consider using separate \`inventorySetQuantities\` mutation`,
        code: 'INVENTORY_QUANTITIES_LIMIT_EXCEEDED',
      });
    for (const [index, input] of args.variants.entries()) {
      refuseUnknown('productVariantsBulkCreate', input);
      if (input.id) error(index, [['id'], 'NO_KEY_ON_CREATE', 'On create, id cannot be used']);
      for (const wrong of this.#quantityErrors(input)) error(index, wrong);
      for (const wrong of variantErrors(input, this.#host.currency)) error(index, wrong);
      const { choices, wrong } = choicesOf(product, input.optionValues ?? []);
      for (const [at, code, message] of wrong) error(index, [at, CREATE_CODES[code] ?? code, message]);
      if (wrong.length > 0) continue;
      const name = nameOfChoices(product, choices);
      if (names.has(name))
        error(index, [
          [],
          'VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE',
          `The variant '${name}' already exists. Please change at least one option value.`,
        ]);
      names.add(name);
      planned.push({ input, choices });
    }
    if (userErrors.length > 0) return refused(...userErrors);
    const made = planned.map((each) => this.#make(product, each));
    for (const item of gone) this.#host.removeVariant(item);
    if (gone.length > 0) forgetUnused(product);
    product.updatedAtMs = this.#host.now();
    this.#host.told(product, 'products/update', { made, gone });
    const { catalogue } = this.#host;
    return {
      product: catalogue.product(product),
      productVariants: made.map((item) => catalogue.variant(item)),
      userErrors: [],
    };
  }

  #make(product: ProductBook, { input, choices }: { input: VariantInput; choices: Choice[] }): Item {
    const { currency, now, stock } = this.#host;
    const item = this.#host.addVariant(product, settle(stock, choices));
    writeVariant(item, input, currency);
    this.#host.named(item);
    const quantities = input.inventoryQuantities ?? [];
    if (quantities.length > 0) item.levels.clear();
    for (const { locationId, availableQuantity } of quantities) {
      const id = idIn('Location', locationId) ?? '';
      item.levels.set(id, newLevel(id, availableQuantity, now()));
    }
    return item;
  }

  #quantityErrors({ inventoryQuantities }: VariantInput): Wrong[] {
    const given = inventoryQuantities ?? [];
    if (given.length > MAX_LOCATIONS)
      return [
        [
          ['inventoryQuantities'],
          'TOO_MANY_INVENTORY_LOCATIONS',
          `Inventory locations cannot exceed the allowed resource limit or ${MAX_LOCATIONS}.`,
        ],
      ];
    return given.flatMap(({ locationId }, index): Wrong[] =>
      this.#host.isActive(idIn('Location', locationId) ?? '')
        ? []
        : [
            [
              ['inventoryQuantities', String(index), 'locationId'],
              'TRACKED_VARIANT_LOCATION_NOT_FOUND',
              `Quantity couldn't be set because the location was not found.`,
            ],
          ],
    );
  }

  #update(args: UpdateArgs): unknown {
    if (args.media?.length) throw notSupported('productVariantsBulkUpdate(media)');
    const refused = (userErrors: ProductError[]) => ({ product: null, productVariants: null, userErrors });
    const product = this.#product(args.productId);
    if (!product) return refused([noProduct]);
    const { stock, catalogue, currency, now } = this.#host;
    const userErrors: ProductError[] = [];
    const planned = new Map<Item, { input: VariantInput; choices: Choice[] }>();
    for (const [index, input] of args.variants.entries()) {
      refuseUnknown('productVariantsBulkUpdate', input);
      const item = product.variants.find(
        ({ variantId }) => variantId === idIn('ProductVariant', input.id ?? ''),
      );
      const { choices, wrong } = choicesOf(product, input.optionValues ?? [], item?.chosen);
      const all = item
        ? [...updateErrors(input), ...variantErrors(input, currency), ...wrong]
        : unknown(input);
      for (const [at, code, message] of all)
        userErrors.push({ field: ['variants', String(index), ...at], code, message });
      if (item && all.length === 0) planned.set(item, { input, choices });
    }
    for (const [index, { id }] of args.variants.entries()) {
      const own = [...planned.keys()].find(({ variantId }) => variantId === idIn('ProductVariant', id ?? ''));
      const name = own && nameOfChoices(product, planned.get(own)?.choices ?? []);
      const taken = product.variants.some((other) => {
        const plan = planned.get(other);
        return other !== own && (plan ? nameOfChoices(product, plan.choices) : variantTitle(other)) === name;
      });
      if (!own || !taken) continue;
      planned.delete(own);
      userErrors.push({
        field: ['variants', String(index)],
        message: `The variant '${name}' already exists. Please change at least one option value.`,
        code: 'VARIANT_ALREADY_EXISTS',
      });
    }
    if (userErrors.length > 0 && (!args.allowPartialUpdates || planned.size === 0))
      return refused(userErrors);
    for (const [item, { input, choices }] of planned) {
      const skuBefore = item.sku;
      item.chosen = settle(stock, choices);
      writeVariant(item, input, currency);
      item.updatedAtMs = now();
      if (input.inventoryItem) this.#host.itemChanged(item, skuBefore);
    }
    product.updatedAtMs = now();
    this.#host.told(product, 'products/update');
    return {
      product: catalogue.product(product),
      productVariants: [...planned.keys()].map((item) => catalogue.variant(item)),
      userErrors,
    };
  }

  #delete(productId: string, ids: readonly string[]): unknown {
    const refused = (...userErrors: ProductError[]) => ({ product: null, userErrors });
    const product = this.#product(productId);
    if (!product) return refused(noProduct);
    const found = ids.map((id) =>
      product.variants.find(({ variantId }) => variantId === idIn('ProductVariant', id)),
    );
    const foreign = found.indexOf(undefined);
    if (foreign >= 0)
      return refused({
        field: ['variantsIds', String(foreign)],
        message: 'At least one variant does not belong to the product',
        code: 'AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT',
      });
    const gone = product.variants.filter((item) => found.includes(item));
    if (gone.length === product.variants.length)
      return refused({
        field: ['variantsIds'],
        message: 'Cannot delete default variant',
        code: 'CANNOT_DELETE_LAST_VARIANT',
      });
    for (const item of gone) this.#host.removeVariant(item);
    product.updatedAtMs = this.#host.now();
    this.#host.told(product, 'products/update', { gone });
    return { product: this.#host.catalogue.product(product), userErrors: [] };
  }

  #reorder(productId: string, positions: readonly { id: string; position: number }[]): unknown {
    const refused = (...userErrors: ProductError[]) => ({ product: null, userErrors });
    const product = this.#product(productId);
    if (!product) return refused(noProduct);
    const seen = new Set<string>();
    const wanted: { item: Item; position: number }[] = [];
    for (const [index, { id, position }] of positions.entries()) {
      const error = (name: string, code: string, message: string) =>
        refused({ field: ['positions', String(index), name], message, code });
      const item = product.variants.find(({ variantId }) => variantId === idIn('ProductVariant', id));
      if (!item) return error('id', 'MISSING_VARIANT', 'Product variant does not exist.');
      if (seen.has(id)) return error('id', 'DUPLICATED_VARIANT_ID', 'Product variant IDs must be unique.');
      if (position < 1)
        return error(
          'position',
          'INVALID_POSITION',
          'Product variant position cannot be zero or negative number.',
        );
      seen.add(id);
      wanted.push({ item, position });
    }
    const others = product.variants.filter((item) => !wanted.some((each) => each.item === item));
    for (const { item, position } of wanted.sort((a, b) => a.position - b.position))
      others.splice(position - 1, 0, item);
    product.variants = others;
    product.updatedAtMs = this.#host.now();
    this.#host.told(product, 'products/update');
    return { product: this.#host.catalogue.product(product), userErrors: [] };
  }

  #product(id: string): ProductBook | undefined {
    return this.#host.stock.product(idIn('Product', id) ?? '');
  }
}

/** What the creation calls by another code. */
const CREATE_CODES: Readonly<Record<string, string>> = {
  OPTION_DOES_NOT_EXIST: 'OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS',
  OPTION_VALUE_DOES_NOT_EXIST: 'INVALID_INPUT',
  OPTION_VALUE_NAME_TOO_LONG: 'INVALID_INPUT',
};

const noProduct: ProductError = {
  field: ['productId'],
  message: 'Product does not exist',
  code: 'PRODUCT_DOES_NOT_EXIST',
};

/** Whether the only variant makes room for the new ones. */
function goneAlone(product: ProductBook, strategy: NonNullable<CreateArgs['strategy']>): boolean {
  if (strategy === 'PRESERVE_STANDALONE_VARIANT') return false;
  return strategy === 'DEFAULT' ? hasOnlyDefaultVariant(product) : product.variants.length === 1;
}

/** Values that only the variant that is gone had. */
function forgetUnused({ options, variants }: ProductBook): void {
  for (const option of options)
    option.values = option.values.filter(({ id }) => variants.some(({ chosen }) => chosen[option.id] === id));
}

function refuseUnknown(mutation: string, input: VariantInput): void {
  for (const name of Object.keys(input))
    if (!FIELDS.has(name)) throw notSupported(`${mutation}(variants.${name})`);
}

function unknown({ id }: VariantInput): Wrong[] {
  return id
    ? [[['id'], 'PRODUCT_VARIANT_DOES_NOT_EXIST', 'Product variant does not exist']]
    : [[['id'], 'PRODUCT_VARIANT_ID_MISSING', 'Product variant is missing ID attribute']];
}

function updateErrors({ inventoryQuantities }: VariantInput): Wrong[] {
  if (!inventoryQuantities?.length) return [];
  return [
    [
      ['inventoryQuantities'],
      'NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE',
      'Inventory quantities can only be provided during create. To update inventory for existing variants, use inventoryAdjustQuantities.',
    ],
  ];
}
