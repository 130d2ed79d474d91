/** What the mutations of products share: their store, what they write of a product and of a variant, what a variant chooses. */
import { toMinor } from '../../../../sandbox/kit/money.ts';
import { moneyText } from '../format.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { idIn } from '../ids.ts';
import { type InventoryItemInput, itemErrors, writeItem } from '../inventory/inventory-writes.ts';
import type { Item, Level, OptionBook, OptionValueBook, ProductBook, Stock } from '../inventory/stock.ts';
import type { Catalogue } from './catalogue.ts';
import { MAX_NAME_CHARS } from './product-choices.ts';

/** Inventory items that are new or gone with a change of their product. */
export interface ItemNews {
  made?: readonly Item[];
  gone?: readonly Item[];
}

export interface ProductsHost {
  nextId(): string;
  /** Does something so many milliseconds of business time later. */
  later(ms: number, run: () => void): void;
  currency: string;
  now(): number;
  stock: Stock;
  catalogue: Catalogue;
  shop(): unknown;
  isActive(locationId: string): boolean;
  /** Takes a new product with one variant without SKU, stock or tracking. */
  create(title: string): ProductBook;
  addVariant(product: ProductBook, chosen: Item['chosen']): Item;
  removeVariant(item: Item): void;
  remove(product: ProductBook): void;
  told(
    product: ProductBook,
    topic: 'products/create' | 'products/update' | 'products/delete',
    items?: ItemNews,
  ): void;
  /** An item that the app has been told of before is another now. */
  itemChanged(item: Item, skuBefore: string): void;
  /** Orders find a new item by its SKU. */
  named(item: Item): void;
  levelsChanged(levels: readonly { item: Item; level: Level }[]): void;
}

export interface ProductError {
  field: string[] | null;
  message: string;
  code?: string;
}

/** What is wrong, without the place of the input that holds it. */
export type Wrong = [at: readonly string[], code: string, message: string];

export interface ProductFields {
  title?: string | null;
  descriptionHtml?: string | null;
  handle?: string | null;
  productType?: string | null;
  status?: string | null;
  tags?: readonly string[] | null;
  vendor?: string | null;
}

export interface VariantFields {
  price?: string | null;
  compareAtPrice?: string | null;
  barcode?: string | null;
  inventoryPolicy?: string | null;
  taxable?: boolean | null;
  inventoryItem?: InventoryItemInput | null;
}

export interface ChoiceInput {
  id?: string | null;
  name?: string | null;
  optionId?: string | null;
  optionName?: string | null;
  linkedMetafieldValue?: string | null;
}

/** What a variant is to choose: a value that there is, or the name of a new one. */
export interface Choice {
  option: OptionBook;
  value: OptionValueBook | string;
}

export function titleError(title: string): string | undefined {
  if (title.trim() === '') return "Title can't be blank";
  return title.length > MAX_NAME_CHARS ? 'Title is too long (maximum is 255 characters)' : undefined;
}

export function handleError(stock: Stock, handle: string | null | undefined, own?: ProductBook) {
  const taken = handle && stock.products().some((each) => each !== own && each.handle === handle);
  return taken ? `Handle '${handle}' already in use. Please provide a new handle.` : undefined;
}

export function writeProduct(product: ProductBook, input: ProductFields): void {
  if (input.title) product.title = input.title.trim();
  for (const name of ['descriptionHtml', 'handle', 'productType', 'status', 'vendor'] as const) {
    const value = input[name];
    if (typeof value === 'string' && (name !== 'handle' || value !== '')) product[name] = value;
  }
  if (input.tags) product.tags = [...new Set(input.tags.map((tag) => tag.trim()))].sort();
}

/** What is wrong with a variant's own fields. */
export function variantErrors({ price, inventoryItem }: VariantFields, currency: string): Wrong[] {
  if (price?.startsWith('-'))
    return [[['price'], 'NEGATIVE_PRICE_VALUE', 'Price cannot take a negative value']];
  return itemErrors(inventoryItem ?? {}, currency).map(({ field, message }) => [
    ['inventoryItem', ...(field ?? []).slice(1)],
    'INVALID_INPUT',
    message,
  ]);
}

/** Writes a variant's own fields, in which nothing is wrong. */
export function writeVariant(item: Item, input: VariantFields, currency: string): void {
  const money = (text: string) => moneyText(toMinor(text, currency), currency);
  if (input.price) item.price = money(input.price);
  const details = { ...item.variant };
  if (input.compareAtPrice !== undefined)
    details.compareAtPrice = input.compareAtPrice === null ? null : money(input.compareAtPrice);
  if (input.barcode !== undefined) details.barcode = input.barcode;
  if (input.inventoryPolicy) details.inventoryPolicy = input.inventoryPolicy;
  if (typeof input.taxable === 'boolean') details.taxable = input.taxable;
  item.variant = details;
  writeItem(item, input.inventoryItem ?? {}, currency);
}

/** What a variant is to choose by an input, option by option; or what is wrong with it. @param before what it has chosen. */
export function choicesOf(
  { options }: Pick<ProductBook, 'options'>,
  inputs: readonly ChoiceInput[],
  before: Item['chosen'] = {},
): { choices: Choice[]; wrong: Wrong[] } {
  const wrong: Wrong[] = [];
  const chosen = new Map<OptionBook, OptionValueBook | string>();
  for (const option of options) {
    const value = option.values.find(({ id }) => id === before[option.id]);
    if (value) chosen.set(option, value);
  }
  for (const [index, input] of inputs.entries()) {
    if (input.linkedMetafieldValue) throw notSupported('option values that are linked to metafields');
    const at = ['optionValues', String(index)];
    const option = options.find(({ id, name }) =>
      input.optionId ? id === idIn('ProductOption', input.optionId) : name === input.optionName,
    );
    if (!option) {
      const name = input.optionName ?? input.optionId ?? '';
      wrong.push([at, 'OPTION_DOES_NOT_EXIST', `Option '${name}' does not exist`]);
      continue;
    }
    const value = option.values.find(({ id, name }) =>
      input.id ? id === idIn('ProductOptionValue', input.id) : name === input.name,
    );
    if (value) chosen.set(option, value);
    else if (input.id || !input.name)
      wrong.push([[...at, 'id'], 'OPTION_VALUE_DOES_NOT_EXIST', 'Option value does not exist']);
    else if (input.name.length > MAX_NAME_CHARS)
      wrong.push([[...at, 'name'], 'OPTION_VALUE_NAME_TOO_LONG', 'Option value name is too long.']);
    else chosen.set(option, input.name);
  }
  const missing = options.filter((option) => !chosen.has(option)).map(({ name }) => name);
  if (wrong.length === 0 && missing.length > 0)
    wrong.push([[], 'NEED_TO_ADD_OPTION_VALUES', `You need to add option values for ${missing.join(', ')}`]);
  const choices = [...chosen].map(([option, value]) => ({ option, value }));
  return { choices, wrong };
}

/** What is chosen, once the new values are among their options'. */
export function settle(stock: Stock, choices: readonly Choice[]): Item['chosen'] {
  return Object.fromEntries(
    choices.map(({ option, value }) => {
      if (typeof value !== 'string') return [option.id, value.id];
      const made = option.values.find(({ name }) => name === value) ?? stock.optionValue(value);
      if (!option.values.includes(made)) option.values.push(made);
      return [option.id, made.id];
    }),
  );
}

/** The names of what is chosen, in the order of the options: as the variant is going to be called. */
export function nameOfChoices({ options }: Pick<ProductBook, 'options'>, choices: readonly Choice[]): string {
  return options
    .map((option) => choices.find((each) => each.option === option)?.value ?? '')
    .map((value) => (typeof value === 'string' ? value : value.name))
    .join(' / ');
}
