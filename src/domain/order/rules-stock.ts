/** The rules between an order and stock: promise what it needs, follow the shortage policy for what is not there. */
import type { Brand } from '../config.ts';
import { sameJson } from '../same-json.ts';
import { partsOf, sameComposition } from '../stock/kits.ts';
import type { SourcingPlan } from '../stock/sourcing.ts';
import { streamKey } from '../stream-key.ts';
import { ACTS } from './acts.ts';
import { deadlinesOf, shortageOf } from './deadlines.ts';
import { type Draft, placeKey } from './draft.ts';
import { missingBySku } from './expected.ts';
import type { Allocation, ShortLine } from './facts.ts';
import { isOnlyScheduled } from './kinds.ts';
import { allocatedUnits, hasLeft, openUnits, someOf } from './quantities.ts';
import { intendCancellation, wakeWaiting } from './requests.ts';
import { routeOversold } from './rules-oversold.ts';
import { missingOf, sourceOrder } from './sourcing.ts';
import { isDropped, isWanted } from './wanted.ts';

/** Promises that are too many now, by line: all of them when the order is dropped. */
export function excess(draft: Draft): Map<string, number> {
  const { state, order } = draft;
  const tooMany = new Map<string, number>();
  if (state.allocations.length === 0) return tooMany;
  const dropped = isDropped(draft);
  const lines = new Map(order.lines.map((line) => [line.lineId, line]));
  for (const lineId of new Set(state.allocations.map((part) => part.lineId))) {
    const line = lines.get(lineId);
    const target = dropped || !line ? 0 : Math.max(0, openUnits(state, order, line));
    const over = allocatedUnits(state, lineId) - target;
    if (over > 0) tooMany.set(lineId, over);
  }
  return tooMany;
}

/** Gives back what is promised too much and asked of no location yet. */
export function giveBack(draft: Draft): void {
  const freed: Allocation[] = [];
  for (const [lineId, over] of excess(draft)) {
    let left = over;
    for (const held of draft.state.allocations) {
      if (held.lineId !== lineId || held.releaseId !== null || left === 0) continue;
      const quantity = Math.min(left, held.quantity);
      left -= quantity;
      freed.push(someOf(held, quantity));
    }
  }
  free(draft, freed, isDropped(draft) ? 'the order does not go on' : 'fewer units are wanted');
}

function free(draft: Draft, freed: Allocation[], because: string): void {
  if (freed.length === 0) return;
  draft.record({ type: 'StockReleased', allocations: freed, because });
  wakeWaiting(draft, freed);
}

/** Promises what is missing, and follows the shortage policy for what is not there. */
export function followStock(draft: Draft): void {
  if (isDropped(draft)) endWait(draft);
  giveUpVanished(draft);
  if (!isWanted(draft)) return;
  const { state, order, brand } = draft;
  const missing = missingOf(draft);
  const isFirstLook = state.sourced !== true;
  const plan =
    missing.length === 0
      ? null
      : sourceOrder(state, order, missing, { ...draft.context, stock: draft.stock });
  if (plan && plan.allocations.length > 0) {
    const { allocations, considered, because } = plan;
    draft.record({ type: 'StockReserved', allocations, considered, because });
  }
  if (plan && isFirstLook && missingOf(draft).length > 0) routeOversold(draft, plan);
  const short =
    missing.length === 0
      ? []
      : missingOf(draft).map(({ avoid: _, ...line }): ShortLine => ({ ...line, ...sameComposition(line) }));
  followShortage(draft, brand, short, plan);
  const policy = shortageOf(draft.state, brand);
  const enough = short.length === 0 || (policy === 'split' && holdsSomething(draft));
  if (enough && !draft.state.allocated) draft.record({ type: 'AllocationSucceeded' });
  // Once the ERP has been asked, an order waits for the rest with its sales order in place.
  if (!enough && state.allocated && state.status === 'allocated' && !draft.isAsked(ACTS.salesOrder))
    draft.record({ type: 'AllocationLost', because: 'units that were promised are not there any more' });
}

function holdsSomething(draft: Draft): boolean {
  return draft.state.allocations.length > 0 || draft.state.shipments.length > 0;
}

/** A count has taken stock from under what was promised and is not yet asked of its location: it is sourced anew. */
function giveUpVanished(draft: Draft): void {
  const lost = new Map<string, number>();
  const freed: Allocation[] = [];
  for (const held of draft.state.allocations) {
    if (held.releaseId !== null) continue;
    const { location, quantity } = held;
    const places = partsOf({ ...held, quantity: 1 }).map(({ sku, quantity: each }) => {
      const place = placeKey({ sku, location });
      const gone = lost.get(place) ?? Math.max(0, -draft.stock.unpromised(sku, location));
      const share = draft.share?.place === place ? draft.share : null;
      return { place, each, gone, share };
    });
    // A kit goes whole: of its other components more is free then.
    const part = Math.min(
      quantity,
      Math.max(
        ...places.map(({ each, gone, share }) => Math.ceil(Math.min(gone, share?.units ?? gone) / each)),
      ),
    );
    if (part === 0) continue;
    for (const { place, each, gone, share } of places) {
      lost.set(place, Math.max(0, gone - part * each));
      if (share) share.units = Math.max(0, share.units - part * each);
    }
    freed.push(someOf(held, part));
  }
  if (freed.length === 0) return;
  draft.record({ type: 'StockReleased', allocations: freed, because: 'the units are not there any more' });
  wakeWaiting(
    draft,
    freed.filter(({ components }) => components),
  );
}

function followShortage(
  draft: Draft,
  brand: Brand,
  short: readonly ShortLine[],
  plan: SourcingPlan | null,
): void {
  const { context } = draft;
  const policy = shortageOf(draft.state, brand);
  if (short.length === 0) {
    if (draft.state.shortSince !== null) endWait(draft);
    return;
  }
  if (!sameJson(short, draft.state.shortLines)) {
    const before = shortSkus(draft);
    draft.record({
      type: 'StockShort',
      lines: [...short],
      policy,
      since: draft.nowIso,
      ...(plan ? { considered: plan.considered, because: plan.because } : {}),
    });
    const now = shortSkus(draft);
    tellStock(draft, now, 'stock.wanted');
    tellStock(
      draft,
      before.filter((sku) => !now.includes(sku)),
      'stock.unwanted',
    );
  }
  // A place that is closed or full now is asked again when it is not.
  const retryAt = plan?.retryAt ?? null;
  if (retryAt !== null) draft.timerAt('sourcing', retryAt);
  // Goods that shall leave later need not be there yet.
  if (isOnlyScheduled(draft.order)) return;
  const nothingBegun = draft.state.releases.length === 0 && !hasLeft(draft.state, draft.order);
  if (policy === 'cancel' && nothingBegun && retryAt === null) {
    intendCancellation(draft, 'policy', 'stock', 'out of stock', draft.state.oversold?.apologise === true);
    return;
  }
  const dueAt = deadlinesOf(draft.state, context.config).backorder ?? Number.POSITIVE_INFINITY;
  if (context.now < dueAt) {
    draft.closeCase('out-of-stock', 'it waits on');
    return;
  }
  if (brand.backorderEnd === 'cancel' && nothingBegun && draft.state.acts[ACTS.cancel] === undefined) {
    intendCancellation(draft, 'policy', 'stock', 'out of stock', true);
    return;
  }
  draft.openCase(
    {
      key: 'out-of-stock',
      reason: 'out-of-stock',
      message: `Order ${draft.name} cannot get ${short.map((line) => `${line.quantity} × ${line.sku}`).join(', ')} from any location (short since ${draft.state.shortSince})`,
      suggestedFix:
        'Receive or transfer stock (the order goes on by itself), or remove the units or cancel the order at the channel',
    },
    new Date(dueAt).toISOString(),
  );
}

/** The order lacks nothing any more, or nobody wants it: it waits no longer. */
function endWait(draft: Draft): void {
  const { shortSince } = draft.state;
  if (shortSince === null) return;
  tellStock(draft, shortSkus(draft), 'stock.unwanted');
  draft.record({
    type: 'StockShort',
    lines: [],
    policy: shortageOf(draft.state, draft.brand),
    since: shortSince,
  });
  draft.closeCase('out-of-stock');
}

function shortSkus(draft: Draft): string[] {
  return [...new Set(draft.state.shortLines.flatMap((line) => partsOf(line).map(({ sku }) => sku)))];
}

/** Registers the order with the stock of what it lacks, wherever that is counted, or takes it off. */
function tellStock(draft: Draft, skus: readonly string[], type: 'stock.wanted' | 'stock.unwanted'): void {
  const { mappings, config } = draft.context;
  const units = draft.brand.promises === 'none' ? null : missingBySku(draft.state);
  const { placedAt } = draft.order;
  const inventories = [...new Set(config.locations.map((location) => location.inventory))].sort();
  for (const sku of skus) {
    for (const inventory of inventories) {
      const item = mappings.toExternal('sku', inventory, sku);
      if (item === undefined) continue;
      const order = draft.state.key;
      const wanted = type === 'stock.wanted' ? units?.get(sku) : undefined;
      draft.send({
        stream: 'stock',
        key: streamKey(inventory, item),
        message:
          type === 'stock.unwanted'
            ? { type, order }
            : { type, order, ...(wanted === undefined ? {} : { units: wanted, placedAt }) },
      });
    }
  }
}
