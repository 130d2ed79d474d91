/**
 * Kits: a SKU that is sold and lies nowhere, since it is put together from others. What can be sold of it is the minimum over its
 * components; it is promised and sent as one, from one location. The composition is data, and each promise keeps the one that it
 * was made by.
 */
import { z } from 'zod';

/** Units of a SKU in one kit. */
export interface KitPart {
  sku: string;
  quantity: number;
}

export const Kit = z.strictObject({
  /** Our SKU of the kit, as it is ordered. */
  sku: z.string().min(1),
  components: z
    .array(z.strictObject({ sku: z.string().min(1), quantity: z.number().int().min(1).max(1_000) }))
    .min(1)
    .max(100),
});
export type Kit = z.infer<typeof Kit>;

/** Units that are one SKU or, with `components`, so many kits of it. */
export interface Assembled {
  sku: string;
  quantity: number;
  components?: readonly KitPart[];
}

/** What it is of positions: of kits their components. */
export function partsOf({ sku, quantity, components }: Assembled): KitPart[] {
  return components
    ? components.map((part) => ({ sku: part.sku, quantity: part.quantity * quantity }))
    : [{ sku, quantity }];
}

/** `components` of a SKU, to be spread; nothing where it is no kit. */
export function composition(kits: readonly Kit[], sku: string): { components?: KitPart[] } {
  const kit = kits.find((each) => each.sku === sku);
  return kit ? { components: kit.components } : {};
}

/** Of a promise, to be spread into what is made of it. */
export function sameComposition({ components }: { components?: KitPart[] }): { components?: KitPart[] } {
  return components ? { components } : {};
}

/** A SKU with those that it is made of, if it is a kit. */
export function withComponents(kits: readonly Kit[], sku: string): string[] {
  return [sku, ...(composition(kits, sku).components ?? []).map((part) => part.sku)];
}

/** So many kits can be made of what there is of each component. */
export function kitsOf(components: readonly KitPart[], units: (sku: string) => number): number {
  return Math.min(...components.map(({ sku, quantity }) => Math.floor(units(sku) / quantity)));
}

/** What does not fit together in kits, in sentences. */
export function kitProblems(kits: readonly Kit[]): string[] {
  const skus = new Set(kits.map(({ sku }) => sku));
  const problems: string[] = [];
  if (skus.size !== kits.length) problems.push('kits: two have the same SKU');
  for (const { sku, components } of kits) {
    if (new Set(components.map((part) => part.sku)).size !== components.length)
      problems.push(`kit "${sku}" names a component twice: give its quantity instead`);
    for (const part of components)
      if (skus.has(part.sku))
        problems.push(`kit "${sku}" has the kit "${part.sku}" in it: name its components`);
  }
  return problems;
}
