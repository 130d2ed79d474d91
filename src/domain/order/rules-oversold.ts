/**
 * An order that is placed for stock that is not there: it is said once, at its first look for stock, and the ways out that its
 * brand names are tried in their order. Units that wait behind a closed or full location are there, and are not oversold.
 */
import type { ShortagePolicy } from '../config.ts';
import { composition, partsOf, sameComposition } from '../stock/kits.ts';
import { isPreorder, type OversoldRoute, substitutesOf } from '../stock/oversold.ts';
import type { SourcingPlan } from '../stock/sourcing.ts';
import type { SourcingStock, SourcingWish } from '../stock/sourcing-candidates.ts';
import { RuleSet } from '../stock/sourcing-rules.ts';
import type { Draft } from './draft.ts';
import type { Allocation, ShortLine } from './facts.ts';
import { isOnlyScheduled } from './kinds.ts';
import { allocatedUnits, hasLeft, openUnits } from './quantities.ts';
import { wakeWaiting } from './requests.ts';
import { missingOf, sourceOrder } from './sourcing.ts';

/** Asks whoever can send it: brands, kinds, regions, hours and loads do not count. */
const ANYWHERE = RuleSet.parse({ id: 'oversold', filters: [{ filter: 'capability' }] });

/** What became of one way: in words; `shortage`: it settles what is left. */
interface Tried {
  told: string;
  shortage?: ShortagePolicy;
  apologise?: true;
}

/** Called when units were looked for the first time, and `plan` has not found all. */
export function routeOversold(draft: Draft, plan: SourcingPlan): void {
  const { preorders } = draft.context.config;
  const lines = oversoldLines(missingOf(draft), plan.later).filter(
    ({ sku }) => !isPreorder(preorders, sku, draft.state.brand),
  );
  // Goods that shall leave later need not be there yet.
  if (lines.length === 0 || isOnlyScheduled(draft.order)) return;
  draft.record({ type: 'OrderOversold', lines });
  const routes: { route: OversoldRoute['route']; told: string }[] = [];
  let end: Tried | null = null;
  for (const step of draft.brand.oversold) {
    if (end || missingOf(draft).length === 0) break;
    const tried = tryRoute(draft, step);
    routes.push({ route: step.route, told: tried.told });
    if (tried.shortage) end = tried;
  }
  if (routes.length === 0) return;
  const apologise = end?.apologise === true;
  draft.record({ type: 'OversoldRouted', routes, shortage: end?.shortage ?? null, apologise });
}

/** What is missing and lies nowhere; `later` is what closed and full locations have. */
function oversoldLines(missing: readonly SourcingWish[], later: SourcingPlan['later']): ShortLine[] {
  const waits = new Map(later.map(({ sku, units }) => [sku, units]));
  return missing.flatMap((wish) => {
    const { lineId, sku, quantity } = wish;
    const there = Math.min(quantity, waits.get(sku) ?? 0);
    waits.set(sku, (waits.get(sku) ?? 0) - there);
    return quantity > there ? [{ lineId, sku, quantity: quantity - there, ...sameComposition(wish) }] : [];
  });
}

function tryRoute(draft: Draft, step: OversoldRoute): Tried {
  switch (step.route) {
    case 'otherLocation':
      return askOthers(draft, step);
    case 'substitute':
      return substitute(draft);
    case 'backorder':
      if (step.ifIncoming && !isIncoming(draft)) return { told: 'nothing is on its way' };
      return step.ship === 'together'
        ? { told: 'it waits until all of it is there', shortage: 'backorder' }
        : { told: 'what is there is sent, the rest waits', shortage: 'split' };
    case 'cancel':
      return draft.state.releases.length > 0 || hasLeft(draft.state, draft.order)
        ? { told: 'units have left, so it cannot be cancelled' }
        : {
            told: 'it is cancelled, with an apology to the customer and the money back',
            shortage: 'cancel',
            apologise: true,
          };
    case 'case':
      return { told: 'a person is asked', shortage: 'case' };
    default:
      return step satisfies never;
  }
}

/** Of everything that is missing some units are on their way to a location of ours. */
function isIncoming(draft: Draft): boolean {
  const { config, stock } = draft.context;
  return missingOf(draft)
    .flatMap(partsOf)
    .every(({ sku }) => config.locations.some(({ id }) => (stock.incoming?.(sku, id) ?? 0) > 0));
}

function askOthers(
  draft: Draft,
  { locations, useSafetyStock }: Extract<OversoldRoute, { route: 'otherLocation' }>,
): Tried {
  const { state, order, context } = draft;
  const { config } = context;
  const asked = config.locations.filter(({ id }) => locations.length === 0 || locations.includes(id));
  const stock: SourcingStock = useSafetyStock
    ? { available: (sku, location) => draft.stock.unpromised(sku, location) }
    : draft.stock;
  const plan = sourceOrder(state, order, missingOf(draft), {
    ...context,
    config: { ...config, locations: asked, sourcing: { ...config.sourcing, rules: [ANYWHERE] } },
    stock,
  });
  const { allocations, considered, because } = plan;
  if (allocations.length === 0) return { told: 'no other location has them' };
  draft.record({ type: 'StockReserved', allocations, considered, because });
  return { told: `found elsewhere: ${unitsWords(allocations)}` };
}

/** Lines that can be sent whole as another SKU are; what was kept of the one that was ordered is free again. */
function substitute(draft: Draft): Tried {
  const done: string[] = [];
  for (const { lineId, sku } of missingOf(draft)) {
    for (const by of substitutesOf(draft.context.config.substitutes, sku, draft.state.brand))
      if (substituteLine(draft, lineId, sku, by)) {
        done.push(`${by} instead of ${sku}`);
        break;
      }
  }
  return { told: done.length > 0 ? done.join(', ') : 'no substitute is there for a whole line' };
}

function substituteLine(draft: Draft, lineId: string, sku: string, by: string): boolean {
  const { state, order, context, entity } = draft;
  const line = order.lines.find((each) => each.lineId === lineId);
  if (!line || state.shipments.some(({ lines }) => lines.some((part) => part.lineId === lineId)))
    return false;
  if (context.mappings.toExternal('sku', entity.erp, by) === undefined) return false;
  const quantity = openUnits(state, order, line);
  const wish = { lineId, sku: by, quantity, avoid: [], ...composition(context.config.kits, by) };
  const plan = sourceOrder(state, order, [wish], { ...context, stock: draft.stock });
  const found = plan.allocations.reduce((sum, part) => sum + part.quantity, 0);
  if (found < quantity || state.allocations.some((part) => part.lineId === lineId && part.releaseId !== null))
    return false;
  if (allocatedUnits(state, lineId) > 0) {
    const freed = state.allocations
      .filter((part) => part.lineId === lineId)
      .map(({ releaseId: _, ...part }) => part);
    draft.record({ type: 'StockReleased', allocations: freed, because: `${by} is sent instead` });
    wakeWaiting(draft, freed);
  }
  draft.record({ type: 'LineSubstituted', lineId, sku, by });
  // What was found about the order's content counted on the SKU that was ordered.
  draft.memo.clear();
  const { allocations, considered, because } = plan;
  draft.record({ type: 'StockReserved', allocations, considered, because });
  return true;
}

function unitsWords(allocations: readonly Allocation[]): string {
  return allocations.map(({ sku, location, quantity }) => `${quantity} × ${sku} at ${location}`).join(', ');
}
