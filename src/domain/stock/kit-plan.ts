/** Looking for kits among what lies there: whole ones, each from one location, and no unit twice. */
import { type Assembled, type KitPart, kitsOf, partsOf } from './kits.ts';
import type { SourcingPlan } from './sourcing.ts';
import type { SourcingStock, SourcingWish } from './sourcing-candidates.ts';

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
