/** A product written as a whole: `productSet` creates it or makes it what the input says, variants that are not named gone. */

import { notSupported } from '../graphql/unsupported.ts';
import { gid, idIn } from '../ids.ts';
import {
  type Item,
  type Level,
  newLevel,
  type OptionBook,
  onHand,
  type ProductBook,
} from '../inventory/stock.ts';
import { MAX_OPTIONS, MAX_VARIANTS, repeated } from './product-choices.ts';
import {
  type Choice,
  type ChoiceInput,
  choicesOf,
  handleError,
  nameOfChoices,
  type ProductError,
  type ProductFields,
  type ProductsHost,
  settle,
  titleError,
  type VariantFields,
  variantErrors,
  type Wrong,
  writeProduct,
  writeVariant,
} from './product-writes.ts';

interface OptionSetInput {
  id?: string | null;
  name?: string | null;
  position?: number | null;
  values?: readonly { id?: string | null; name?: string | null }[] | null;
  linkedMetafield?: object | null;
}

interface VariantSetInput extends VariantFields {
  id?: string | null;
  sku?: string | null;
  position?: number | null;
  optionValues: readonly ChoiceInput[];
  inventoryQuantities?: readonly { locationId: string; name: string; quantity: number }[] | null;
  [other: string]: unknown;
}

interface SetInput extends ProductFields {
  id?: string | null;
  productOptions?: readonly OptionSetInput[] | null;
  variants?: readonly VariantSetInput[] | null;
  [other: string]: unknown;
}

interface SetArgs {
  input: SetInput;
  identifier?: { id?: string | null; handle?: string | null; customId?: object | null } | null;
  synchronous?: boolean | null;
}

/** What a product's options are to be, and its variants. */
interface Plan {
  options: OptionBook[];
  variants: { input: VariantSetInput; choices: Choice[]; item: Item | undefined }[];
}

const FIELDS: ReadonlySet<string> = new Set([
  ...['id', 'title', 'descriptionHtml', 'handle', 'productType', 'status', 'tags', 'vendor'],
  ...['productOptions', 'variants'],
]);
const VARIANT_FIELDS: ReadonlySet<string> = new Set([
  ...['id', 'sku', 'position', 'price', 'compareAtPrice', 'barcode', 'inventoryPolicy', 'taxable'],
  ...['inventoryItem', 'inventoryQuantities', 'optionValues'],
]);
const SETTABLE: ReadonlySet<string> = new Set(['available', 'on_hand']);

/** How long an operation in the background takes. */
const BACKGROUND_MS = 1_000;

interface Done {
  product: Readonly<Record<string, unknown>> | null;
  productSetOperation: null;
  userErrors: ProductError[];
}

interface Operation {
  id: string;
  status: 'CREATED' | 'COMPLETE';
  /** The global id of what it has made or changed. */
  productId: string | null;
  userErrors: ProductError[];
}

export class ProductSet {
  readonly #host: ProductsHost;
  readonly #operations = new Map<string, Operation>();

  constructor(host: ProductsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      productSet: (args: SetArgs) => (args.synchronous === false ? this.#begin(args) : this.#set(args)),
      productOperation: ({ id }: { id: string }) => this.byId(id),
    };
  }

  /** An operation of a global id; null: there is none. */
  byId(id: string): unknown {
    const found = this.#operations.get(idIn('ProductSetOperation', id) ?? '');
    return found ? this.#operationNode(found) : null;
  }

  /** In the background: what is wrong is said by the operation. */
  #begin(args: SetArgs): unknown {
    const made: Operation = { id: this.#host.nextId(), status: 'CREATED', productId: null, userErrors: [] };
    this.#operations.set(made.id, made);
    this.#host.later(BACKGROUND_MS, () => {
      const { product, userErrors } = this.#set(args);
      Object.assign(made, {
        status: 'COMPLETE',
        productId: product === null ? null : String(product.id),
        userErrors,
      });
    });
    return { product: null, productSetOperation: this.#operationNode(made), userErrors: [] };
  }

  #operationNode({ id, status, productId, userErrors }: Operation): Record<string, unknown> {
    const product = this.#host.stock.product(idIn('Product', productId ?? '') ?? '');
    return {
      __typename: 'ProductSetOperation',
      id: gid('ProductSetOperation', id),
      status,
      product: product ? this.#host.catalogue.product(product) : null,
      userErrors,
    };
  }

  #set({ input, identifier }: SetArgs): Done {
    if (identifier?.customId) throw notSupported('productSet(identifier.customId)');
    for (const [name, value] of Object.entries(input))
      if (!FIELDS.has(name) && value !== false) throw notSupported(`productSet(input.${name})`);
    const refused = (...wrong: Wrong[]) => ({
      product: null,
      productSetOperation: null,
      userErrors: wrong.map(([at, code, message]): ProductError => ({ field: [...at], code, message })),
    });
    const named = this.#named(input, identifier ?? {});
    if ('wrong' in named) return refused(named.wrong);
    const { present } = named;
    const wrong = [...this.#fieldErrors(input, present), ...presenceErrors(input)];
    if (wrong.length > 0) return refused(...wrong);
    const planned = this.#plan(input, present);
    if (planned.wrong.length > 0) return refused(...planned.wrong);
    const product = this.#write(input, present, planned.plan);
    return {
      product: this.#host.catalogue.product(product),
      productSetOperation: null,
      userErrors: [],
    };
  }

  /** The product that is meant; undefined: it is to be made. */
  #named(
    input: SetInput,
    identifier: NonNullable<SetArgs['identifier']>,
  ): { present: ProductBook | undefined } | { wrong: Wrong } {
    const { stock } = this.#host;
    const isGiven = Boolean(identifier.id ?? identifier.handle);
    if (isGiven && input.id)
      return {
        wrong: [['input', 'id'], 'ID_NOT_ALLOWED', 'The id field is not allowed if identifier is provided.'],
      };
    const id = identifier.id ?? input.id;
    if (id) {
      const present = stock.product(idIn('Product', id) ?? '');
      const at = identifier.id ? ['identifier', 'id'] : ['input', 'id'];
      return present ? { present } : { wrong: [at, 'PRODUCT_DOES_NOT_EXIST', 'Product does not exist'] };
    }
    const { handle } = identifier;
    if (!handle) return { present: undefined };
    if (!input.handle)
      return {
        wrong: [
          ['input', 'handle'],
          'MISSING_FIELD_REQUIRED',
          'The input field corresponding to the identifier is required.',
        ],
      };
    if (input.handle !== handle)
      return {
        wrong: [
          ['input', 'handle'],
          'INPUT_MISMATCH',
          'The identifier value does not match the value of the corresponding field in the input.',
        ],
      };
    return { present: stock.products().find((each) => each.handle === handle) };
  }

  #fieldErrors(input: SetInput, present: ProductBook | undefined): Wrong[] {
    const { stock, currency } = this.#host;
    const wrong: Wrong[] = [];
    const title = present && input.title === undefined ? undefined : titleError(input.title ?? '');
    if (title) wrong.push([['input', 'title'], 'INVALID_PRODUCT', title]);
    const handle = handleError(stock, input.handle, present);
    if (handle) wrong.push([['input', 'handle'], 'HANDLE_NOT_UNIQUE', handle]);
    for (const [index, variant] of (input.variants ?? []).entries()) {
      for (const name of Object.keys(variant))
        if (!VARIANT_FIELDS.has(name)) throw notSupported(`productSet(input.variants.${name})`);
      const at = ['input', 'variants', String(index)];
      for (const [field, , message] of variantErrors(variant, currency))
        wrong.push([[...at, ...field], 'INVALID_VARIANT', message]);
      for (const [place, { locationId, name }] of (variant.inventoryQuantities ?? []).entries()) {
        const here = [...at, 'inventoryQuantities', String(place)];
        if (!this.#host.isActive(idIn('Location', locationId) ?? ''))
          wrong.push([
            [...here, 'locationId'],
            'INVALID_INPUT',
            'The specified location could not be found.',
          ]);
        if (!SETTABLE.has(name))
          wrong.push([
            [...here, 'name'],
            'INVALID_INPUT',
            "The quantity name must be either 'available' or 'on_hand'.",
          ]);
      }
    }
    return wrong;
  }

  /** What is to be, and what is wrong with it; nothing is written. */
  #plan(input: SetInput, present: ProductBook | undefined): { plan: Plan | undefined; wrong: Wrong[] } {
    if (!input.productOptions || !input.variants) return { plan: undefined, wrong: [] };
    const { options, wrong } = this.#optionsOf(input.productOptions, present?.options ?? []);
    if (wrong.length > 0) return { plan: undefined, wrong };
    const plan: Plan = { options, variants: [] };
    const names: string[] = [];
    for (const [index, each] of input.variants.entries()) {
      const at = ['input', 'variants', String(index)];
      const { choices, wrong: errors } = choicesOf({ options }, each.optionValues);
      const free = choices.find(({ value }) => typeof value === 'string');
      for (const [field, code, message] of errors)
        wrong.push([
          [...at, ...field],
          code === 'NEED_TO_ADD_OPTION_VALUES' ? 'INVALID_VARIANT' : code,
          message,
        ]);
      if (free)
        wrong.push([[...at, 'optionValues'], 'OPTION_VALUE_DOES_NOT_EXIST', 'Option value does not exist.']);
      const name = nameOfChoices({ options }, choices);
      const item = each.id
        ? present?.variants.find(({ variantId }) => variantId === idIn('ProductVariant', each.id ?? ''))
        : present?.variants.find((old) => namedAs(old, options) === name);
      if (each.id && !item)
        wrong.push([[...at, 'id'], 'PRODUCT_VARIANT_DOES_NOT_EXIST', 'Product variant does not exist.']);
      names.push(name);
      plan.variants.push({ input: each, choices, item });
    }
    if (wrong.length === 0)
      for (const index of repeated(names))
        wrong.push([
          ['input', 'variants', String(index)],
          'INVALID_VARIANT',
          `The variant '${names[index]}' already exists. Please change at least one option value.`,
        ]);
    return { plan, wrong };
  }

  #optionsOf(
    inputs: readonly OptionSetInput[],
    present: readonly OptionBook[],
  ): { options: OptionBook[]; wrong: Wrong[] } {
    const wrong: Wrong[] = [];
    const at = ['input', 'productOptions'];
    if (inputs.length > MAX_OPTIONS)
      wrong.push([at, 'OPTIONS_OVER_LIMIT', `Can only specify a maximum of ${MAX_OPTIONS} options`]);
    const made = inputs.map((input, index) => {
      if (input.linkedMetafield) throw notSupported('options that are linked to metafields');
      const here = [...at, String(index)];
      const old = present.find(({ id, name }) =>
        input.id ? id === idIn('ProductOption', input.id) : name === input.name,
      );
      if (input.id && !old) wrong.push([[...here, 'id'], 'OPTION_DOES_NOT_EXIST', 'Option does not exist.']);
      const name = input.name ?? old?.name ?? '';
      if (name.trim() === '')
        wrong.push([[...here, 'name'], 'INVALID_INPUT', 'Each option must have a name specified.']);
      const values = (input.values ?? []).map((value, place) => {
        const known = old?.values.find((each) =>
          value.id ? each.id === idIn('ProductOptionValue', value.id) : each.name === value.name,
        );
        if (value.id && !known)
          wrong.push([
            [...here, 'values', String(place), 'id'],
            'OPTION_VALUE_DOES_NOT_EXIST',
            'Option value does not exist.',
          ]);
        const called = value.name ?? known?.name ?? '';
        return known ? { id: known.id, name: called } : this.#host.stock.optionValue(called);
      });
      if (values.length === 0 || values.some((value) => value.name === ''))
        wrong.push([
          [...here, 'values'],
          'OPTION_VALUES_MISSING',
          'Each option must have at least one option value specified.',
        ]);
      for (const place of repeated(values.map((value) => value.name)))
        wrong.push([
          [...here, 'values', String(place), 'name'],
          'DUPLICATED_OPTION_VALUE',
          `Duplicated option value ('${values[place]?.name}').`,
        ]);
      const option = old ? { id: old.id, name, values } : { ...this.#host.stock.option(name, []), values };
      return { option, position: input.position ?? index + 1 };
    });
    const options = made.sort((a, b) => a.position - b.position).map(({ option }) => option);
    for (const index of repeated(options.map(({ name }) => name)))
      wrong.push([
        [...at, String(index), 'name'],
        'DUPLICATED_OPTION_NAME',
        `Duplicated option name ('${options[index]?.name}').`,
      ]);
    return { options, wrong };
  }

  #write(input: SetInput, present: ProductBook | undefined, plan: Plan | undefined): ProductBook {
    const { now, stock } = this.#host;
    const product = present ?? this.#host.create(input.title ?? '');
    writeProduct(product, input);
    const before = [...product.variants];
    const levels = new Map<Level, Item>();
    if (plan) {
      // A new product's only variant becomes the first one that is wanted.
      const [first] = plan.variants;
      if (first && !present) first.item = before[0];
      product.options = plan.options;
      const kept = plan.variants.map(({ input: each, choices, item }) => {
        const chosen = settle(stock, choices);
        const own = item ?? this.#host.addVariant(product, chosen);
        own.chosen = chosen;
        for (const level of this.#writeVariant(own, each, before.includes(own) && present !== undefined))
          levels.set(level, own);
        return { own, position: each.position };
      });
      const gone = before.filter((item) => !kept.some(({ own }) => own === item));
      for (const item of gone) this.#host.removeVariant(item);
      product.variants = kept
        .map(({ own, position }, index) => ({ own, position: position ?? index + 1 }))
        .sort((a, b) => a.position - b.position)
        .map(({ own }) => own);
    }
    product.updatedAtMs = now();
    const { variants } = product;
    const topic = present ? 'products/update' : 'products/create';
    const made = present ? variants.filter((item) => !before.includes(item)) : variants;
    this.#host.told(product, topic, { made, gone: before.filter((item) => !variants.includes(item)) });
    this.#host.levelsChanged([...levels].map(([level, item]) => ({ level, item })));
    return product;
  }

  /** @param isOld whether the app knows the item. @returns levels that have changed. */
  #writeVariant(item: Item, input: VariantSetInput, isOld: boolean): Level[] {
    const { currency, now } = this.#host;
    const skuBefore = item.sku;
    const { sku } = input;
    const own = sku === undefined || sku === null ? input.inventoryItem : { ...input.inventoryItem, sku };
    writeVariant(item, own ? { ...input, inventoryItem: own } : input, currency);
    if (isOld) {
      item.updatedAtMs = now();
      if (own) this.#host.itemChanged(item, skuBefore);
    } else this.#host.named(item);
    return (input.inventoryQuantities ?? []).map(({ locationId, name, quantity }) => {
      const id = idIn('Location', locationId) ?? '';
      const level = item.levels.get(id) ?? newLevel(id, 0, now());
      item.levels.set(id, level);
      level.quantities.available +=
        quantity - (name === 'on_hand' ? onHand(level) : level.quantities.available);
      level.updatedAtMs = now();
      return level;
    });
  }
}

/** What a variant is called once its product has these options; undefined: one of its values is gone, or missing. */
function namedAs(item: Item, options: readonly OptionBook[]): string | undefined {
  if (options.some(({ id }) => item.chosen[id] === undefined)) return undefined;
  const values = options.map(({ id, values }) => values.find((value) => value.id === item.chosen[id]));
  return values.includes(undefined) ? undefined : values.map((value) => value?.name).join(' / ');
}

/** Options and variants are written together. */
function presenceErrors({ productOptions, variants }: SetInput): Wrong[] {
  if (variants && !productOptions)
    return [
      [
        ['input', 'productOptions'],
        'PRODUCT_OPTIONS_INPUT_MISSING',
        'Must specify product options when updating variants.',
      ],
    ];
  if (productOptions && !variants?.length)
    return [
      [['input', 'variants'], 'VARIANTS_INPUT_MISSING', 'Must specify variants when updating options.'],
    ];
  if ((variants?.length ?? 0) > MAX_VARIANTS)
    return [[['input', 'variants'], 'VARIANTS_OVER_LIMIT', 'Number of product variants exceeds shop limit.']];
  return [];
}
