/**
 * Kits: a SKU that is sold and lies nowhere, since it is put together from others. What can be sold of it is the minimum over its
 * components; it is promised and sent as one, from one location. The composition is data, and each promise keeps the one that it
 * was made by.
 */
import { z } from 'zod';
import type { SourcingPlan } from './sourcing.ts';
import type { SourcingStock, SourcingWish } from './sourcing-candidates.ts';

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

/** Stock by which kits can be looked for as other SKUs are, less what has been taken from it. */
export class KitStock implements SourcingStock {
  readonly #stock: SourcingStock;
  readonly #kits: ReadonlyMap<string, readonly KitPart[]>;
  readonly #taken = new Map<string, number>();

  constructor(stock: SourcingStock, wishes: readonly Pick<Assembled, 'sku' | 'components'>[]) {
    this.#stock = stock;
    this.#kits = new Map(wishes.flatMap(({ sku, components }) => (components ? [[sku, components]] : [])));
  }

  available(sku: string, location: string): number {
    const left = (part: string) => this.left.available(part, location);
    const components = this.#kits.get(sku);
    return components ? kitsOf(components, left) : left(sku);
  }

  load(location: string) {
    return this.#stock.load?.(location);
  }

  /** The positions themselves, less what has been taken. */
  readonly left: SourcingStock = {
    available: (sku, location) =>
      this.#stock.available(sku, location) - (this.#taken.get(`${sku}\u0000${location}`) ?? 0),
    load: (location) => this.#stock.load?.(location),
  };

  take({ sku, location, quantity }: { sku: string; location: string; quantity: number }): void {
    const components = this.#kits.get(sku);
    for (const part of partsOf({ sku, quantity, ...(components ? { components } : {}) })) {
      const place = `${part.sku}\u0000${location}`;
      this.#taken.set(place, (this.#taken.get(place) ?? 0) + part.quantity);
    }
  }
}

/**
 * Plans wishes of which some are kits. Where no two want the same component they are planned together; else kits come first, one
 * after the other, and the rest takes what they leave: no unit is given twice.
 */
export function planKits(
  wishes: readonly SourcingWish[],
  stock: SourcingStock,
  plan: (wishes: readonly SourcingWish[], stock: SourcingStock) => SourcingPlan,
): SourcingPlan {
  const kits = wishes.filter(({ components }) => components);
  if (kits.length === 0) return plan(wishes, stock);
  const assembled = new KitStock(stock, wishes);
  if (!shareParts(wishes)) return plan(wishes, assembled);
  const others = wishes.filter(({ components }) => !components);
  const plans = [...kits.map((kit) => [kit]), ...(others.length > 0 ? [others] : [])].map((some) => {
    const made = plan(some, assembled);
    for (const part of made.allocations) assembled.take(part);
    return made;
  });
  const retries = plans.flatMap(({ retryAt }) => (retryAt === null ? [] : [retryAt]));
  return {
    allocations: plans.flatMap((each) => each.allocations),
    considered: plans.flatMap((each) => each.considered),
    because: [...new Set(plans.flatMap((each) => each.because))],
    rules: plans[0]?.rules ?? '',
    costMinor: plans.reduce((sum, each) => sum + each.costMinor, 0),
    retryAt: retries.length === 0 ? null : Math.min(...retries),
    later: plans.flatMap((each) => each.later),
  };
}

/** Two SKUs that are wanted take units of one position. */
function shareParts(wishes: readonly SourcingWish[]): boolean {
  const owner = new Map<string, string>();
  for (const wish of wishes)
    for (const { sku } of partsOf(wish)) {
      if ((owner.get(sku) ?? wish.sku) !== wish.sku) return true;
      owner.set(sku, wish.sku);
    }
  return false;
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
