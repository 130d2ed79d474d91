/**
 * Where an order's units come from: one location for all of it where that is possible, else as few as possible. A first
 * rule set; each verdict is kept for the order's story.
 */
import type { Location } from '../config.ts';
import type { StockView } from '../process.ts';

export interface SourcingWish {
  lineId: string;
  sku: string;
  quantity: number;
  /** Locations that have refused this line. */
  avoid: readonly string[];
}

export interface SourcingPlan {
  allocations: { lineId: string; sku: string; location: string; quantity: number }[];
  considered: { location: string; verdict: string }[];
}

/** Units of each wish that a location could give; wishes for the same SKU share what is there. */
function cover(
  location: Location,
  wishes: readonly SourcingWish[],
  stock: Pick<StockView, 'available'>,
): { parts: number[]; units: number; lines: number } {
  const left = new Map<string, number>();
  let units = 0;
  let lines = 0;
  const parts = wishes.map((wish) => {
    if (wish.quantity === 0 || wish.avoid.includes(location.id)) return 0;
    const available = left.get(wish.sku) ?? Math.max(0, stock.available(wish.sku, location.id));
    const part = Math.min(available, wish.quantity);
    left.set(wish.sku, available - part);
    units += part;
    if (part === wish.quantity) lines += 1;
    return part;
  });
  return { parts, units, lines };
}

/**
 * Allocates as much as there is. Order of preference: serves the country, covers most lines whole, most units, lowest
 * priority number, id (so that the same input gives the same plan).
 */
export function planSourcing(
  wishes: readonly SourcingWish[],
  locations: readonly Location[],
  stock: Pick<StockView, 'available'>,
  brand: string,
  country: string | null,
): SourcingPlan {
  const candidates = locations.filter(
    (location) => location.brands.length === 0 || location.brands.includes(brand),
  );
  let open = wishes.map((wish) => ({ ...wish }));
  const allocations: SourcingPlan['allocations'] = [];
  const considered: SourcingPlan['considered'] = [];
  const used = new Set<string>();
  const near = (location: Location) => (country !== null && location.countries.includes(country) ? 0 : 1);
  for (;;) {
    const wanted = open.reduce((sum, wish) => sum + wish.quantity, 0);
    if (wanted === 0) break;
    const ranked = candidates
      .filter((location) => !used.has(location.id))
      .map((location) => ({ location, ...cover(location, open, stock) }))
      .sort(
        (a, b) =>
          Number(b.units === wanted) - Number(a.units === wanted) ||
          near(a.location) - near(b.location) ||
          b.lines - a.lines ||
          b.units - a.units ||
          a.location.priority - b.location.priority ||
          (a.location.id < b.location.id ? -1 : 1),
      );
    const best = ranked.find((candidate) => candidate.units > 0);
    if (used.size === 0) {
      for (const candidate of ranked) {
        considered.push({
          location: candidate.location.id,
          verdict: `has ${candidate.units} of ${wanted} units${candidate === best ? ', chosen' : ''}`,
        });
      }
    }
    if (!best) break;
    if (used.size > 0)
      considered.push({
        location: best.location.id,
        verdict: `chosen for ${best.units} of the remaining ${wanted} units`,
      });
    used.add(best.location.id);
    open = open.map((wish, index) => {
      const part = best.parts[index] ?? 0;
      if (part > 0)
        allocations.push({ lineId: wish.lineId, sku: wish.sku, location: best.location.id, quantity: part });
      return { ...wish, quantity: wish.quantity - part };
    });
  }
  return { allocations, considered };
}
