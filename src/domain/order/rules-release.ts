/** The rules between an order and the locations that ship it: release, stop, take back. */
import { partsOf } from '../stock/kits.ts';
import { ACTS, releaseAct, releaseIdOf } from './acts.ts';
import type { Draft } from './draft.ts';
import type { Allocation } from './facts.ts';
import { someOf } from './quantities.ts';
import { salesOrderIsCurrent } from './rules-erp.ts';
import { excess, giveBack } from './rules-stock.ts';
import type { HeldAllocation, Release } from './state.ts';
import { isAuthorisationLapsed, isDropped, isHeld, isWanted } from './wanted.ts';

/** Stops releases that ship too much, or that must wait for a hold to end. Each release is asked once. */
export function stopReleases(draft: Draft): void {
  giveBack(draft);
  const over = excess(draft);
  const stopAll = isHeld(draft) || isDropped(draft);
  if (over.size === 0 && !stopAll) return;
  for (const release of draft.state.releases) {
    if (release.status === 'finished') continue;
    const parts = promisesOf(draft, release);
    if (parts.length === 0 || (!stopAll && !parts.some((part) => over.has(part.lineId)))) continue;
    const unwanted = isDropped(draft) || parts.some((part) => over.has(part.lineId));
    if (takeBackRefused(draft, release, parts, unwanted)) continue;
    const act = ACTS.releaseCancellation(releaseAct(draft.state.key, release.releaseId));
    const again = draft.state.acts[act]?.status === 'retry' && release.status === 'cancelling';
    if (!again && release.status !== 'sent' && release.status !== 'accepted') continue;
    if (!draft.mayAsk(act)) continue;
    const because = isHeld(draft) ? 'the order is held' : 'the order has changed';
    draft.record({
      type: 'ReleaseCancellationRequested',
      releaseId: release.releaseId,
      because,
      ...draft.ask(act, 'fulfilment.cancelRelease', draft.location(release.location).fulfilment, {
        releaseId: release.releaseId,
        reference: draft.state.key,
        reason: because,
      }),
    });
  }
}

function promisesOf(draft: Draft, release: Release): HeldAllocation[] {
  return draft.state.allocations.filter((part) => part.releaseId === release.releaseId);
}

/** A release that the location has refused is nowhere: promises that are not wanted any more come back without asking. */
function takeBackRefused(
  draft: Draft,
  release: Release,
  parts: readonly HeldAllocation[],
  unwanted: boolean,
): boolean {
  const act = releaseAct(draft.state.key, release.releaseId);
  const known = draft.state.acts[act];
  if (known?.status !== 'rejected' && known?.status !== 'retry') return false;
  // A hold ends: what is to be sent again then is sent again then.
  if (!unwanted) return true;
  draft.closeCaseOf(act, 'its units are not to be shipped any more');
  draft.record({
    type: 'UnitsReturnedToPlan',
    releaseId: release.releaseId,
    rejectionId: null,
    allocations: parts.map((part) => someOf(part, part.quantity)),
    because: 'the location never took the release',
    finished: true,
    avoid: false,
  });
  return true;
}

/** Asks locations to ship what is promised from them, once the ERP has the order and nobody holds it. */
export function release(draft: Draft): void {
  if (!mayRelease(draft)) return;
  const byLocation = new Map<string, HeldAllocation[]>();
  for (const part of draft.state.allocations) {
    if (part.releaseId !== null) continue;
    const parts = byLocation.get(part.location);
    if (parts) parts.push(part);
    else byLocation.set(part.location, [part]);
  }
  for (const [location, parts] of [...byLocation].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const releaseId = releaseIdOf(draft.state.key, ACTS.release(draft.state.releaseCount + 1));
    const request = releaseRequest(draft, releaseId, location, parts);
    if (!request) continue;
    const allocations = parts.map((part) => someOf(part, part.quantity));
    draft.record({
      type: 'ReleaseRequested',
      releaseId,
      location,
      allocations,
      since: draft.nowIso,
      ...request,
    });
  }
  retryReleases(draft);
}

function mayRelease(draft: Draft): boolean {
  const { state } = draft;
  if (state.erp.status !== 'open' || !isWanted(draft) || isHeld(draft)) return false;
  const waits =
    state.allocations.some((part) => part.releaseId === null) ||
    state.releases.some((each) => state.acts[releaseAct(state.key, each.releaseId)]?.status === 'retry');
  return waits && !isAuthorisationLapsed(draft) && salesOrderIsCurrent(draft);
}

/** A release that a location refused is sent again when a person has allowed it. */
function retryReleases(draft: Draft): void {
  for (const known of draft.state.releases) {
    const act = releaseAct(draft.state.key, known.releaseId);
    if (draft.state.acts[act]?.status !== 'retry') continue;
    const parts = promisesOf(draft, known);
    if (parts.length === 0) continue;
    const request = releaseRequest(draft, known.releaseId, known.location, parts);
    if (!request) continue;
    draft.record({ type: 'ReleaseRetried', releaseId: known.releaseId, since: draft.nowIso, ...request });
  }
}

function releaseRequest(draft: Draft, releaseId: string, location: string, parts: readonly HeldAllocation[]) {
  const { state, context } = draft;
  const connection = draft.location(location).fulfilment;
  const place = context.mappings.toExternal('location', connection, location);
  const items = new Map(
    parts
      .flatMap((part) => [part.sku, ...partsOf(part).map(({ sku }) => sku)])
      .map((sku) => [sku, context.mappings.toExternal('sku', connection, sku)] as const),
  );
  const unmapped = [...items].flatMap(([sku, item]) => (item === undefined ? [sku] : []));
  const caseKey = `unmapped-for-release:${location}`;
  if (place === undefined || unmapped.length > 0) {
    draft.openCase(
      {
        key: caseKey,
        reason: place === undefined ? 'unmapped-location' : 'unmapped-sku',
        message:
          place === undefined
            ? `Location "${location}", which shall ship order ${draft.name}, is not mapped for ${connection}`
            : `SKU "${unmapped.join('", "')}" of order ${draft.name} has no item in ${connection}`,
        suggestedFix:
          place === undefined
            ? `crossdock map set location ${connection} THEIR-CODE "${location}"`
            : `crossdock map set sku ${connection} THEIR-ITEM "${unmapped[0]}"`,
      },
      draft.nowIso,
    );
    return null;
  }
  draft.closeCase(caseKey);
  return draft.ask(releaseAct(state.key, releaseId), 'fulfilment.release', connection, {
    releaseId,
    reference: state.key,
    orderName: draft.name,
    location: place,
    shipToId: draft.order.shipTo?.personId ?? null,
    lines: byLine(parts).map(({ lineId, sku, quantity, components }) => ({
      lineId,
      item: items.get(sku) ?? sku,
      quantity,
      ...(components && {
        components: components.map((part) => ({
          item: items.get(part.sku) ?? part.sku,
          quantity: part.quantity,
        })),
      }),
    })),
  });
}

/** A line that was promised in several steps stands once on a release. */
function byLine(parts: readonly HeldAllocation[]): Omit<Allocation, 'location'>[] {
  const lines = new Map<string, Omit<Allocation, 'location'>>();
  for (const { lineId, sku, quantity, components } of parts) {
    const known = lines.get(lineId);
    if (known) known.quantity += quantity;
    else lines.set(lineId, { lineId, sku, quantity, ...(components && { components }) });
  }
  return [...lines.values()];
}
