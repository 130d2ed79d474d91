/** What a variant chose among its product's options, and what follows: its title, its place, who has the same. */
import {
  type Item,
  NO_OPTION,
  type OptionBook,
  type OptionValueBook,
  type ProductBook,
} from '../inventory/stock.ts';

/** The vendor's limits. */
export const MAX_OPTIONS = 3;
export const MAX_VARIANTS = 2_048;
export const MAX_NAME_CHARS = 255;

type Chosen = Item['chosen'];

/** Option by option, in their order. */
export function selectedOptions({
  product,
  chosen,
}: Pick<Item, 'product' | 'chosen'>): { option: OptionBook; value: OptionValueBook }[] {
  return product.options.map((option) => {
    const value = option.values.find(({ id }) => id === chosen[option.id]);
    if (!value) throw new Error(`a variant of product ${product.id} has no value of ${option.name}`);
    return { option, value };
  });
}

export function variantTitle(item: Pick<Item, 'product' | 'chosen'>): string {
  return selectedOptions(item)
    .map(({ value }) => value.name)
    .join(' / ');
}

/** As lines of orders carry it: null where there was nothing to choose. */
export function titleOnLine(item: Item): string | null {
  return hasOnlyDefaultVariant(item.product) ? null : variantTitle(item);
}

/** Whether a product has no options: one variant, by the vendor's name for it. */
export function hasOnlyDefaultVariant({ options, variants }: ProductBook): boolean {
  const [option] = options;
  return (
    variants.length === 1 &&
    options.length === 1 &&
    option?.name === NO_OPTION.name &&
    option.values.some(({ id, name }) => name === NO_OPTION.value && variants[0]?.chosen[option.id] === id)
  );
}

/** What variants that chose the same have in common. */
export function keyOf({ options }: ProductBook, chosen: Chosen): string {
  return options.map(({ id }) => chosen[id] ?? '').join(' ');
}

/** Puts variants into the order of their options' values, as the vendor does when these are reordered. */
export function sortVariants(product: ProductBook): void {
  const places = ({ chosen }: Item) =>
    product.options.map(({ id, values }) => values.findIndex((value) => value.id === chosen[id]));
  product.variants.sort((a, b) => {
    const [left, right] = [places(a), places(b)];
    const at = left.findIndex((place, index) => place !== right[index]);
    return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
  });
}

/** Values that stand more than once, by their places after the first. */
export function repeated(names: readonly string[]): number[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}
