/** Options of a product: created, renamed, deleted, put into another order; their variants follow. */

import { notSupported } from '../graphql/unsupported.ts';
import { gid, idIn } from '../ids.ts';
import { type Item, NO_OPTION, type OptionBook, type ProductBook, type Stock } from '../inventory/stock.ts';
import {
  hasOnlyDefaultVariant,
  keyOf,
  MAX_NAME_CHARS,
  MAX_OPTIONS,
  MAX_VARIANTS,
  repeated,
  sortVariants,
} from './product-choices.ts';
import type { ItemNews, ProductError, ProductsHost, Wrong } from './product-writes.ts';

interface ValueInput {
  id?: string | null;
  name?: string | null;
  linkedMetafieldValue?: string | null;
}

export interface OptionInput {
  name?: string | null;
  position?: number | null;
  values?: readonly ValueInput[] | null;
  linkedMetafield?: object | null;
}

interface UpdateArgs {
  productId: string;
  option: { id: string; name?: string | null; position?: number | null; linkedMetafield?: object | null };
  optionValuesToAdd?: readonly ValueInput[] | null;
  optionValuesToUpdate?: readonly ValueInput[] | null;
  optionValuesToDelete?: readonly string[] | null;
  variantStrategy?: 'LEAVE_AS_IS' | 'MANAGE' | null;
}

interface ReorderInput {
  id?: string | null;
  name?: string | null;
  values?: readonly ValueInput[] | null;
}

type Payload = { product: unknown; userErrors: ProductError[]; deletedOptionsIds?: string[] | null };

export class ProductOptions {
  readonly #host: ProductsHost;

  constructor(host: ProductsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      productOptionsCreate: (args: {
        productId: string;
        options: readonly OptionInput[];
        variantStrategy?: 'CREATE' | 'LEAVE_AS_IS' | null;
      }) => this.#create(args.productId, args.options, args.variantStrategy === 'CREATE'),
      productOptionUpdate: (args: UpdateArgs) => this.#update(args),
      productOptionsDelete: (args: {
        productId: string;
        options: readonly string[];
        strategy?: 'DEFAULT' | 'NON_DESTRUCTIVE' | 'POSITION' | null;
      }) => this.#delete(args.productId, args.options, args.strategy ?? 'DEFAULT'),
      productOptionsReorder: (args: { productId: string; options: readonly ReorderInput[] }) =>
        this.#reorder(args.productId, args.options),
    };
  }

  #create(productId: string, inputs: readonly OptionInput[], variants: boolean): Payload {
    const product = this.#product(productId);
    if (!product) return refused(noProduct);
    const present = hasOnlyDefaultVariant(product) ? [] : product.options;
    const wrong = optionErrors(inputs, present);
    const values = inputs.reduce((count, each) => count * (each.values?.length ?? 1), 1);
    if (wrong.length === 0 && variants && product.variants.length * values > MAX_VARIANTS)
      wrong.push([
        [],
        'TOO_MANY_VARIANTS_CREATED',
        `The number of option values created with the CREATE strategy would exceed the variant limit of ${MAX_VARIANTS}.`,
      ]);
    if (wrong.length > 0) return refused(...wrong.map((each) => errorAt(['options'], each)));
    const before = [...product.variants];
    const added = addOptions(this.#host.stock, product, inputs);
    const made = variants ? this.#combine(before, added) : [];
    if (variants) sortVariants(product);
    return this.#changed(product, { made });
  }

  /** Variants for the other values of new options, beside each one that was there. */
  #combine(before: readonly Item[], added: readonly OptionBook[]): Item[] {
    const combinations = added.reduce<Item['chosen'][]>(
      (all, { id, values }) => all.flatMap((each) => values.map((value) => ({ ...each, [id]: value.id }))),
      [{}],
    );
    return before.flatMap((item) =>
      combinations.slice(1).map((more) => this.#like(item, { ...item.chosen, ...more })),
    );
  }

  /** A variant as another one, but for what it has chosen. */
  #like(item: Item, chosen: Item['chosen']): Item {
    const made = this.#host.addVariant(item.product, chosen);
    made.price = item.price;
    if (item.tracked !== undefined) made.tracked = item.tracked;
    if (item.requiresShipping !== undefined) made.requiresShipping = item.requiresShipping;
    const { metafields, barcode, ...rest } = item.variant ?? {};
    made.variant = rest;
    return made;
  }

  #update(args: UpdateArgs): Payload {
    if (args.option.linkedMetafield) throw notSupported('options that are linked to metafields');
    const product = this.#product(args.productId);
    if (!product) return refused(noProduct);
    const option = product.options.find(({ id }) => id === idIn('ProductOption', args.option.id));
    if (!option)
      return refused({ field: ['option'], message: 'Option does not exist', code: 'OPTION_DOES_NOT_EXIST' });
    const wrong = updateErrors(product, option, args);
    if (wrong.length > 0) return refused(...wrong.map((each) => errorAt([], each)));
    const { name, position } = args.option;
    if (name) option.name = name;
    for (const input of args.optionValuesToUpdate ?? []) {
      const value = optionValue(option, input.id);
      if (value && input.name) value.name = input.name;
    }
    const leaving = new Set((args.optionValuesToDelete ?? []).map((id) => idIn('ProductOptionValue', id)));
    const gone = product.variants.filter(({ chosen }) => leaving.has(chosen[option.id]));
    const others = product.variants.filter((item) => !gone.includes(item));
    for (const item of gone) this.#host.removeVariant(item);
    option.values = option.values.filter(({ id }) => !leaving.has(id));
    const added = (args.optionValuesToAdd ?? []).map((input) =>
      this.#host.stock.optionValue(input.name ?? ''),
    );
    option.values.push(...added);
    const made =
      args.variantStrategy === 'MANAGE'
        ? added.flatMap((value) =>
            distinct(product, others, option).map((item) =>
              this.#like(item, { ...item.chosen, [option.id]: value.id }),
            ),
          )
        : [];
    if (position) {
      product.options.splice(product.options.indexOf(option), 1);
      product.options.splice(position - 1, 0, option);
    }
    if (position || made.length > 0) sortVariants(product);
    return this.#changed(product, { made, gone });
  }

  #delete(productId: string, ids: readonly string[], strategy: 'DEFAULT' | 'NON_DESTRUCTIVE' | 'POSITION') {
    const none = (...userErrors: ProductError[]): Payload => ({
      ...refused(...userErrors),
      deletedOptionsIds: null,
    });
    const product = this.#product(productId);
    if (!product) return none(noProduct);
    const leaving = ids.map((id) => product.options.find((each) => each.id === idIn('ProductOption', id)));
    for (const [index, option] of leaving.entries()) {
      const error = (code: string, message: string) =>
        none({ field: ['options', String(index)], message, code });
      if (!option) return error('OPTION_DOES_NOT_EXIST', 'Option does not exist');
      if (strategy === 'DEFAULT' && option.values.length > 1)
        return error(
          'CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES',
          "Can't delete option with multiple values.",
        );
    }
    const left = { ...product, options: product.options.filter((each) => !leaving.includes(each)) };
    const keys = product.variants.map(({ chosen }) => keyOf(left, chosen));
    const gone = repeated(keys).flatMap((index) => product.variants[index] ?? []);
    if (gone.length > 0 && strategy !== 'POSITION')
      return none({
        field: ['options'],
        message: 'Cannot delete options without deleting variants.',
        code: 'CANNOT_USE_NON_DESTRUCTIVE_STRATEGY',
      });
    for (const item of gone) this.#host.removeVariant(item);
    product.options = left.options;
    if (left.options.length === 0) {
      const none = this.#host.stock.option(NO_OPTION.name, [NO_OPTION.value]);
      product.options = [none];
      for (const item of product.variants) item.chosen = { [none.id]: none.values[0]?.id ?? '' };
    }
    const deletedOptionsIds = leaving.flatMap((option) => (option ? [gid('ProductOption', option.id)] : []));
    return { ...this.#changed(product, { gone }), deletedOptionsIds };
  }

  #reorder(productId: string, inputs: readonly ReorderInput[]): Payload {
    const product = this.#product(productId);
    if (!product) return refused(noProduct);
    const options = ordered(product.options, inputs, OPTION_WORDS);
    if (!Array.isArray(options)) return refused(errorAt(['options'], options.wrong));
    const values: { option: OptionBook; values: OptionBook['values'] }[] = [];
    for (const [index, input] of inputs.entries()) {
      const option = options[index];
      if (!option || !input.values) continue;
      const sorted = ordered(option.values, input.values, VALUE_WORDS);
      if (!Array.isArray(sorted)) return refused(errorAt(['options', String(index), 'values'], sorted.wrong));
      values.push({ option, values: sorted });
    }
    product.options = options;
    for (const each of values) each.option.values = each.values;
    sortVariants(product);
    return this.#changed(product);
  }

  #changed(product: ProductBook, items?: ItemNews): Payload {
    product.updatedAtMs = this.#host.now();
    this.#host.told(product, 'products/update', items);
    return { product: this.#host.catalogue.product(product), userErrors: [] };
  }

  #product(id: string): ProductBook | undefined {
    return this.#host.stock.product(idIn('Product', id) ?? '');
  }
}

/** What is wrong with new options. @param present those that stay. */
export function optionErrors(inputs: readonly OptionInput[], present: readonly OptionBook[]): Wrong[] {
  const wrong: Wrong[] = [];
  const positions = inputs.map(({ position }) => position ?? null);
  const names = inputs.map(({ name }) => name ?? '');
  if (inputs.length + present.length > MAX_OPTIONS)
    wrong.push([[], 'OPTIONS_OVER_LIMIT', `Can only specify a maximum of ${MAX_OPTIONS} options`]);
  if (positions.includes(null) && positions.some((each) => each !== null))
    wrong.push([
      [],
      'OPTION_POSITION_MISSING',
      'If specified, position field must be present in all option inputs.',
    ]);
  for (const index of repeated(names))
    wrong.push([
      [String(index), 'name'],
      'DUPLICATED_OPTION_NAME',
      `Duplicated option name ('${names[index]}').`,
    ]);
  for (const [index, { name, values, position, linkedMetafield }] of inputs.entries()) {
    if (linkedMetafield) throw notSupported('options that are linked to metafields');
    const at = String(index);
    if (!name?.trim()) wrong.push([[at], 'OPTION_NAME_MISSING', 'Each option must have a name specified.']);
    else if (name.length > MAX_NAME_CHARS)
      wrong.push([[at, 'name'], 'OPTION_NAME_TOO_LONG', 'Option name is too long.']);
    if (present.some((option) => option.name === name))
      wrong.push([[at, 'name'], 'OPTION_ALREADY_EXISTS', `Option '${name}' already exists.`]);
    if (position && (position < 1 || position > MAX_OPTIONS))
      wrong.push([
        [at, 'position'],
        'POSITION_OUT_OF_BOUNDS',
        'Position must be between 1 and the maximum number of options per product.',
      ]);
    wrong.push(...valueErrors(at, values ?? []));
  }
  return wrong;
}

function valueErrors(at: string, values: readonly ValueInput[]): Wrong[] {
  if (values.some(({ linkedMetafieldValue }) => linkedMetafieldValue))
    throw notSupported('option values that are linked to metafields');
  const names = values.map(({ name }) => name ?? '');
  const place = (index: number) => [at, 'values', String(index), 'name'];
  if (names.length === 0 || names.includes(''))
    return [
      [[at, 'values'], 'OPTION_VALUES_MISSING', 'Each option must have at least one option value specified.'],
    ];
  return [
    ...repeated(names).map(
      (index): Wrong => [
        place(index),
        'DUPLICATED_OPTION_VALUE',
        `Duplicated option value ('${names[index]}').`,
      ],
    ),
    ...names.flatMap((name, index): Wrong[] =>
      name.length > MAX_NAME_CHARS
        ? [[place(index), 'OPTION_VALUE_NAME_TOO_LONG', 'Option value name is too long.']]
        : [],
    ),
  ];
}

/** Gives a product options in which nothing is wrong; its variants have the first value of each. */
export function addOptions(stock: Stock, product: ProductBook, inputs: readonly OptionInput[]): OptionBook[] {
  const before = hasOnlyDefaultVariant(product) ? [] : product.options;
  const made = inputs.map(({ name, values, position }) => ({
    position: position ?? MAX_OPTIONS,
    option: stock.option(
      name ?? '',
      (values ?? []).map((value) => value.name ?? ''),
    ),
  }));
  const options = [...before];
  for (const { option, position } of [...made].sort((a, b) => a.position - b.position))
    options.splice(position - 1, 0, option);
  for (const item of product.variants) {
    const kept = before.map(({ id }) => [id, item.chosen[id] ?? '']);
    const first = made.map(({ option }) => [option.id, option.values[0]?.id ?? '']);
    item.chosen = Object.fromEntries([...kept, ...first]);
  }
  product.options = options;
  return made.map(({ option }) => option);
}

function updateErrors(product: ProductBook, option: OptionBook, args: UpdateArgs): Wrong[] {
  const wrong: Wrong[] = [];
  const { name, position } = args.option;
  const add = args.optionValuesToAdd ?? [];
  const update = args.optionValuesToUpdate ?? [];
  const leaving = args.optionValuesToDelete ?? [];
  if (name !== undefined && name !== null) {
    const at = ['option', 'name'];
    if (name.trim() === '') wrong.push([at, 'INVALID_NAME', 'The name provided is not valid.']);
    if (name.length > MAX_NAME_CHARS) wrong.push([at, 'OPTION_NAME_TOO_LONG', 'Option name is too long.']);
    if (product.options.some((other) => other !== option && other.name === name))
      wrong.push([at, 'OPTION_ALREADY_EXISTS', `Option '${name}' already exists.`]);
  }
  if (position !== undefined && position !== null && (position < 1 || position > product.options.length))
    wrong.push([['option', 'position'], 'INVALID_POSITION', 'The option position provided is not valid.']);
  for (const [index, id] of leaving.entries()) {
    const at = ['optionValuesToDelete', String(index)];
    const value = optionValue(option, id);
    if (!value) wrong.push([at, 'OPTION_VALUE_DOES_NOT_EXIST', 'Option value does not exist.']);
    else if (update.some((each) => each.id === id))
      wrong.push([
        at,
        'OPTION_VALUE_CONFLICTING_OPERATION',
        'Performing conflicting actions on an option value.',
      ]);
    else if (
      args.variantStrategy !== 'MANAGE' &&
      product.variants.some(({ chosen }) => chosen[option.id] === value.id)
    )
      wrong.push([at, 'OPTION_VALUE_HAS_VARIANTS', 'Option value with variants linked cannot be deleted.']);
  }
  const ids = new Set(leaving.map((id) => idIn('ProductOptionValue', id)));
  const left = option.values.filter(({ id }) => !ids.has(id));
  if (left.length === 0 && add.length === 0)
    wrong.push([
      ['optionValuesToDelete'],
      'CANNOT_DELETE_ALL_OPTION_VALUES_IN_OPTION',
      'Deleting all option values of an option is not allowed.',
    ]);
  else if (
    args.variantStrategy === 'MANAGE' &&
    product.variants.every(({ chosen }) => ids.has(chosen[option.id]))
  )
    wrong.push([
      ['optionValuesToDelete'],
      'CANNOT_LEAVE_OPTIONS_WITHOUT_VARIANTS',
      'An option cannot be left only with option values that are not linked to any variant.',
    ]);
  const names = new Map(left.map((value) => [value.id, value.name]));
  const nameErrors = (field: string, index: number, given: string, taken: boolean) => {
    const at = [field, String(index), 'name'];
    if (given.trim() === '') wrong.push([at, 'INVALID_NAME', 'The name provided is not valid.']);
    if (given.length > MAX_NAME_CHARS)
      wrong.push([at, 'OPTION_VALUE_NAME_TOO_LONG', 'Option value name is too long.']);
    if (taken) wrong.push([at, 'OPTION_VALUE_ALREADY_EXISTS', `Option value '${given}' already exists.`]);
  };
  for (const [index, input] of update.entries()) {
    const value = optionValue(option, input.id);
    if (!value)
      wrong.push([
        ['optionValuesToUpdate', String(index), 'id'],
        'OPTION_VALUE_DOES_NOT_EXIST',
        'Option value does not exist.',
      ]);
    else if (input.name !== undefined && input.name !== null) {
      const taken = [...names].some(([id, other]) => id !== value.id && other === input.name);
      nameErrors('optionValuesToUpdate', index, input.name, taken);
      names.set(value.id, input.name);
    }
  }
  for (const [index, input] of add.entries()) {
    if (input.linkedMetafieldValue) throw notSupported('option values that are linked to metafields');
    nameErrors('optionValuesToAdd', index, input.name ?? '', [...names.values()].includes(input.name ?? ''));
    names.set(`new ${index}`, input.name ?? '');
  }
  const made = args.variantStrategy === 'MANAGE' ? add.length * product.variants.length : 0;
  if (product.variants.length + made > MAX_VARIANTS)
    wrong.push([
      ['optionValuesToAdd'],
      'TOO_MANY_VARIANTS_CREATED',
      `The number of option values created with the MANAGE strategy would exceed the variant limit of ${MAX_VARIANTS}.`,
    ]);
  return wrong;
}

const optionValue = ({ values }: OptionBook, id: string | null | undefined) =>
  values.find((value) => value.id === idIn('ProductOptionValue', id ?? ''));

/** One variant for each combination of the other options' values. */
function distinct(product: ProductBook, items: readonly Item[], option: OptionBook): Item[] {
  const left = { ...product, options: product.options.filter((each) => each !== option) };
  const keys = items.map(({ chosen }) => keyOf(left, chosen));
  return items.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}

interface Words {
  type: 'ProductOption' | 'ProductOptionValue';
  noun: string;
  code: string;
}

const OPTION_WORDS: Words = { type: 'ProductOption', noun: 'Option', code: 'OPTION' };
const VALUE_WORDS: Words = { type: 'ProductOptionValue', noun: 'Option value', code: 'OPTION_VALUE' };

/** Things in the order of an input, the others after them; or what is wrong with it. */
function ordered<Thing extends { id: string; name: string }>(
  things: readonly Thing[],
  inputs: readonly { id?: string | null; name?: string | null }[],
  { type, noun, code }: Words,
): Thing[] | { wrong: Wrong } {
  if (inputs.some(({ id }) => id) && inputs.some(({ id }) => !id))
    return {
      wrong: [
        [],
        'MIXING_ID_AND_NAME_KEYS_IS_NOT_ALLOWED',
        'Cannot specify different options or option values using mixed id and name reference key.',
      ],
    };
  const taken: Thing[] = [];
  for (const [index, { id, name }] of inputs.entries()) {
    const at = [String(index)];
    if (!id && !name)
      return {
        wrong: [
          at,
          `MISSING_${code}${code === 'OPTION' ? '_NAME' : ''}`,
          `Missing ${noun.toLowerCase()}${code === 'OPTION' ? ' name' : ''}.`,
        ],
      };
    const found = things.find((thing) => (id ? thing.id === idIn(type, id) : thing.name === name));
    if (!found && id)
      return { wrong: [[...at, 'id'], `${code}_ID_DOES_NOT_EXIST`, `${noun} id does not exist.`] };
    if (!found) {
      const absent = code === 'OPTION' ? 'OPTION_NAME_DOES_NOT_EXIST' : 'OPTION_VALUE_DOES_NOT_EXIST';
      return { wrong: [[...at, 'name'], absent, `${noun} does not exist.`] };
    }
    if (taken.includes(found))
      return {
        wrong: [
          at,
          code === 'OPTION' ? 'DUPLICATED_OPTION_NAME' : 'DUPLICATED_OPTION_VALUE',
          `Duplicated ${noun.toLowerCase()} ('${found.name}').`,
        ],
      };
    taken.push(found);
  }
  return [...taken, ...things.filter((thing) => !taken.includes(thing))];
}

const refused = (...userErrors: ProductError[]): Payload => ({ product: null, userErrors });

const noProduct: ProductError = {
  field: ['productId'],
  message: 'Product does not exist',
  code: 'PRODUCT_DOES_NOT_EXIST',
};

const errorAt = (before: readonly string[], [at, code, message]: Wrong): ProductError => ({
  field: [...before, ...at],
  code,
  message,
});
