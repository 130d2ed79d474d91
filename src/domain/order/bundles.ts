/**
 * Bundles that a channel sells as lines of their own, one for each component: they are looked for as kits, so that no location
 * gives half of one, and promised line by line.
 */
import type { Order } from '../canonical/index.ts';
import type { SourcingPlan } from '../stock/sourcing.ts';
import type { SourcingWish } from '../stock/sourcing-candidates.ts';

/** A line of a bundle, and units of it in one. */
interface Member {
  lineId: string;
  sku: string;
  each: number;
}

/** Wishes with the lines of each bundle as one, and what such a one stands for, by its line id. */
export interface Bundled {
  wishes: SourcingWish[];
  members: ReadonlyMap<string, Member[]>;
}

/** A component of which other components are not wanted any more (they have left) is looked for alone. */
export function bundled(wishes: readonly SourcingWish[], lines: Order['lines']): Bundled {
  const bundleOf = new Map(
    lines.flatMap(({ lineId, bundleId }) => (bundleId ? [[lineId, bundleId] as const] : [])),
  );
  if (bundleOf.size === 0) return { wishes: [...wishes], members: new Map() };
  const left = new Map(wishes.map((wish) => [wish.lineId, wish]));
  const whole: SourcingWish[] = [];
  const members = new Map<string, Member[]>();
  for (const [bundleId, ofBundle] of Map.groupBy(bundleOf.keys(), (lineId) => bundleOf.get(lineId) ?? '')) {
    const ordered = lines.filter(
      ({ lineId, requiresShipping }) => requiresShipping && ofBundle.includes(lineId),
    );
    const bundles = ordered.reduce((all, { quantity }) => greatestCommonDivisor(all, quantity), 0);
    const parts = ordered.map(({ lineId, quantity }) => ({
      wish: left.get(lineId),
      each: quantity / bundles,
    }));
    const quantity = Math.min(...parts.map(({ wish, each }) => Math.floor((wish?.quantity ?? 0) / each)));
    if (parts.length < 2 || quantity < 1) continue;
    const lineId = `bundle ${bundleId}`;
    const inIt = parts.flatMap(({ wish, each }) => (wish ? [{ wish, each }] : []));
    const units = new Map<string, number>();
    for (const { wish, each } of inIt) units.set(wish.sku, (units.get(wish.sku) ?? 0) + each);
    // A kit in a bundle is made of its own components.
    if (inIt.some(({ wish }) => wish.components)) continue;
    const components = [...units].map(([sku, each]) => ({ sku, quantity: each }));
    const sku = nameOf(inIt.map(({ wish, each }) => ({ sku: wish.sku, each })));
    whole.push({
      lineId,
      sku,
      quantity,
      avoid: [...new Set(inIt.flatMap(({ wish }) => wish.avoid))],
      components,
    });
    members.set(
      lineId,
      inIt.map(({ wish, each }) => ({ lineId: wish.lineId, sku: wish.sku, each })),
    );
    for (const { wish, each } of inIt)
      left.set(wish.lineId, { ...wish, quantity: wish.quantity - quantity * each });
  }
  return { wishes: [...whole, ...[...left.values()].filter(({ quantity }) => quantity > 0)], members };
}

/** Line by line again. */
export function unbundled(plan: SourcingPlan, members: Bundled['members']): SourcingPlan {
  if (members.size === 0) return plan;
  const allocations = plan.allocations.flatMap((part) => {
    const lines = members.get(part.lineId);
    if (!lines) return [part];
    const { location, quantity } = part;
    return lines.map(({ lineId, sku, each }) => ({ lineId, sku, location, quantity: quantity * each }));
  });
  const later = plan.later.flatMap(({ sku, units }) => {
    const lines = [...members.values()].find((each) => nameOf(each) === sku);
    return lines ? lines.map((line) => ({ sku: line.sku, units: units * line.each })) : [{ sku, units }];
  });
  return { ...plan, allocations, later };
}

/** As stories name it: "LAMP + 2 BULB". */
function nameOf(lines: readonly Pick<Member, 'sku' | 'each'>[]): string {
  return lines.map(({ sku, each }) => (each === 1 ? sku : `${each} ${sku}`)).join(' + ');
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
