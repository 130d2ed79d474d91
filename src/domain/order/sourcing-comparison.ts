/** Two sets of sourcing rules on the same past decisions: what would have been otherwise, in orders, parcels, units and money. */
import type { Order } from '../canonical/index.ts';
import type { Location } from '../config.ts';
import type { Mappings } from '../process.ts';
import { sameJson } from '../same-json.ts';
import type { SourcingPlan } from '../stock/sourcing.ts';
import { type SourcingStock, type SourcingWish, wayOf } from '../stock/sourcing-candidates.ts';
import type { Sourcing } from '../stock/sourcing-rules.ts';
import { sourceOrder } from './sourcing.ts';
import type { OrderState } from './state.ts';

/** A decision as it was taken: what was wanted, and the stock that there was. */
export interface PastDecision {
  key: string;
  title: string;
  /** Epoch ms. */
  at: number;
  state: Pick<OrderState, 'connection' | 'brand'>;
  order: Pick<Order, 'delivery' | 'shipTo'>;
  wishes: readonly SourcingWish[];
  stock: SourcingStock;
  /** What was really decided. */
  allocations: SourcingPlan['allocations'];
}

/** Figures of all orders by one set of rules. Money in minor units. */
export interface SourcingFigures {
  /** Orders of which something leaves. */
  sent: number;
  parcels: number;
  /** Orders that leave from more than one location. */
  split: number;
  costMinor: number;
  units: number;
  missingUnits: number;
  unitsByLocation: Record<string, number>;
}

export interface ChangedOrder {
  key: string;
  title: string;
  at: number;
  before: SourcingPlan['allocations'];
  after: SourcingPlan['allocations'];
  costBeforeMinor: number;
  costAfterMinor: number;
  /** Why the new rules would have it so. */
  because: string[];
  considered: SourcingPlan['considered'];
}

export interface SourcingComparison {
  orders: number;
  /** Orders of which the rules in force, on the stock as it was, say something else than what was decided then. */
  decidedOtherwise: number;
  before: SourcingFigures;
  after: SourcingFigures;
  /** Of the table that costs were taken from: the new rules', else those in force; null: neither has one. */
  currency: string | null;
  changed: ChangedOrder[];
}

const noFigures = (): SourcingFigures => ({
  sent: 0,
  parcels: 0,
  split: 0,
  costMinor: 0,
  units: 0,
  missingUnits: 0,
  unitsByLocation: {},
});

/** Each decision is taken twice on its own stock: by the rules in force (`before`) and by others (`after`). Nothing else changes. */
export function compareSourcing(
  decisions: Iterable<PastDecision>,
  rules: { before: Sourcing; after: Sourcing },
  context: { locations: readonly Location[]; mappings: Mappings },
): SourcingComparison {
  const before = noFigures();
  const after = noFigures();
  const changed: ChangedOrder[] = [];
  // Both are counted by one table, or the figures would not compare.
  const table = rules.after.cost || !rules.before.cost ? rules.after : rules.before;
  let orders = 0;
  let decidedOtherwise = 0;
  for (const decision of decisions) {
    orders += 1;
    const plan = (sourcing: Sourcing) => planOf(decision, sourcing, context);
    const [old, other] = [plan(rules.before), plan(rules.after)];
    const costs = [old, other].map((each) => costOf(each, decision, table, context.locations));
    const [costBeforeMinor = 0, costAfterMinor = 0] = costs;
    count(before, old, decision, costBeforeMinor);
    count(after, other, decision, costAfterMinor);
    if (!isSame(old.allocations, decision.allocations)) decidedOtherwise += 1;
    if (isSame(old.allocations, other.allocations)) continue;
    const { key, title, at } = decision;
    const { because, considered } = other;
    changed.push({
      key,
      title,
      at,
      before: old.allocations,
      after: other.allocations,
      costBeforeMinor,
      costAfterMinor,
      because,
      considered,
    });
  }
  return { orders, decidedOtherwise, before, after, currency: table.cost?.currency ?? null, changed };
}

function planOf(
  { state, order, wishes, stock, at }: PastDecision,
  sourcing: Sourcing,
  { locations, mappings }: { locations: readonly Location[]; mappings: Mappings },
): SourcingPlan {
  return sourceOrder(state, order, wishes, {
    config: { locations: [...locations], sourcing },
    mappings,
    stock,
    now: at,
  });
}

function locationsOf(allocations: SourcingPlan['allocations']): string[] {
  return [...new Set(allocations.map(({ location }) => location))].sort();
}

function costOf(
  { allocations }: SourcingPlan,
  { order }: PastDecision,
  table: Sourcing,
  locations: readonly Location[],
): number {
  const to = {
    country: order.shipTo?.countryCode ?? null,
    province: order.shipTo?.provinceCode ?? null,
    postalArea: order.shipTo?.postalArea ?? null,
    delivery: order.delivery?.method === 'pickUp' ? ('pickUp' as const) : ('shipping' as const),
  };
  return locationsOf(allocations).reduce((sum, id) => {
    const location = locations.find((each) => each.id === id);
    if (!location) return sum;
    const { parcelMinor, locationMinor } = wayOf(table, location, to);
    return sum + parcelMinor + locationMinor;
  }, 0);
}

function count(
  figures: SourcingFigures,
  { allocations }: SourcingPlan,
  { wishes }: PastDecision,
  costMinor: number,
) {
  const used = locationsOf(allocations).length;
  const units = allocations.reduce((sum, { quantity }) => sum + quantity, 0);
  figures.parcels += used;
  figures.sent += Number(used > 0);
  figures.split += Number(used > 1);
  figures.costMinor += costMinor;
  figures.units += units;
  figures.missingUnits += wishes.reduce((sum, { quantity }) => sum + quantity, 0) - units;
  for (const { location, quantity } of allocations)
    figures.unitsByLocation[location] = (figures.unitsByLocation[location] ?? 0) + quantity;
}

function isSame(a: SourcingPlan['allocations'], b: SourcingPlan['allocations']): boolean {
  const sorted = (parts: SourcingPlan['allocations']) =>
    parts
      .map(({ lineId, location, quantity }) => [lineId, location, quantity])
      .sort((x, y) => (String(x) < String(y) ? -1 : 1));
  return sameJson(sorted(a), sorted(b));
}
