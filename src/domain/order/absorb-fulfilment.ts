/** What locations say of their releases: accepted, shipped, short, stopped. Each is taken once, in whatever order it comes. */
import type { FulfilmentLine } from '../canonical/index.ts';
import type { FulfilmentObservation } from '../messages.ts';
import type { Ending } from '../process.ts';
import { composition } from '../stock/kits.ts';
import { ACTS, commandCaseKey, releaseAct, wrongItemKey } from './acts.ts';
import type { Draft } from './draft.ts';
import type { Allocation } from './facts.ts';
import { someOf } from './quantities.ts';
import { wakeWaiting } from './requests.ts';
import type { Release } from './state.ts';

export function absorbFulfilment(draft: Draft, message: FulfilmentObservation): Ending {
  const release = draft.state.releases.find((each) => each.releaseId === message.releaseId);
  if (!release) return unknownRelease(draft, message.releaseId);
  if (message.from !== undefined && message.from !== release.connection)
    return strangersNews(draft, release, message, message.from);
  settleRelease(draft, release.releaseId);
  switch (message.type) {
    case 'fulfilment.accepted':
      if (release.status !== 'requested' && release.status !== 'sent') return 'duplicate';
      draft.record({ type: 'ReleaseAccepted', releaseId: release.releaseId });
      return 'applied';
    case 'fulfilment.shipped':
      return absorbShipment(draft, release, message);
    case 'fulfilment.rejected': {
      if (draft.state.rejections.includes(message.rejectionId)) return 'duplicate';
      const allocations = takeAllocations(draft, release.releaseId, message.lines);
      draft.record({
        type: 'UnitsReturnedToPlan',
        releaseId: release.releaseId,
        rejectionId: message.rejectionId,
        allocations,
        because: message.reason,
        finished: isAllOf(draft, release.releaseId, allocations),
        avoid: true,
      });
      return 'applied';
    }
    case 'fulfilment.cancelled': {
      if (release.stopped) return 'duplicate';
      const allocations = takeAllocations(draft, release.releaseId, message.lines);
      const weAsked =
        draft.state.acts[ACTS.releaseCancellation(releaseAct(draft.state.key, release.releaseId))];
      draft.record({
        type: 'UnitsReturnedToPlan',
        releaseId: release.releaseId,
        rejectionId: null,
        allocations,
        because: message.reason,
        // What it does not name has shipped, and the news of that may be on its way.
        finished: isAllOf(draft, release.releaseId, allocations),
        avoid: weAsked === undefined,
      });
      // They lie there still, for other orders. (Units that a location could not find are corrected by its next count.)
      if (weAsked === undefined) wakeWaiting(draft, allocations);
      return 'applied';
    }
    default:
      return message satisfies never;
  }
}

function absorbShipment(
  draft: Draft,
  release: Release,
  message: Extract<FulfilmentObservation, { type: 'fulfilment.shipped' }>,
): Ending {
  const { state } = draft;
  if (state.shipments.some((shipment) => shipment.shipmentId === message.shipmentId)) return 'duplicate';
  const lines = message.lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  const allocations = takeAllocations(draft, release.releaseId, lines);
  draft.record({
    type: 'ShipmentRecorded',
    shipmentId: message.shipmentId,
    releaseId: release.releaseId,
    location: release.location,
    lines,
    allocations,
    unpromised: beyond(draft, release, lines, allocations),
    tracking: message.tracking,
    shippedAt: message.at,
  });
  compareItems(draft, release, message);
  return 'applied';
}

/** Something else has left than was asked for: the parcel is gone, and a person says what it counts as. */
function compareItems(
  draft: Draft,
  release: Release,
  { shipmentId, lines }: Extract<FulfilmentObservation, { type: 'fulfilment.shipped' }>,
): void {
  const { state, context } = draft;
  const wrong = lines.flatMap(({ lineId, quantity, item }) => {
    // A line that was not on the release has no code of its own there: its SKU's is the one to expect.
    const sku = state.skus?.[lineId];
    const asked =
      release.items[lineId] ??
      (sku === undefined ? undefined : context.mappings.toExternal('sku', release.connection, sku));
    if (item === undefined || item === null || asked === undefined || item === asked) return [];
    return [`${quantity} × ${item} instead of ${asked}`];
  });
  if (wrong.length === 0) return;
  draft.openCase(
    {
      key: wrongItemKey(shipmentId),
      reason: 'wrong-item-shipped',
      message: `${release.connection} has shipped for order ${draft.name} (release ${release.releaseId}, parcel ${shipmentId}): ${wrong.join(', ')}; channel and ERP are not told of it yet`,
      suggestedFix:
        'Ask the location what has left. When the code is wrong only, skip this case, and the parcel counts as what was asked; else have the right item sent and count both items, then skip it',
    },
    wrong.join(', '),
  );
}

/** A location that speaks of a release has got it, whatever became of our question. */
function settleRelease(draft: Draft, releaseId: string): void {
  const act = releaseAct(draft.state.key, releaseId);
  const known = draft.state.acts[act];
  if (known?.status !== 'rejected' && known?.status !== 'unsettled') return;
  draft.record({ type: 'ReleaseSent', act, revision: known.revision, releaseId, externalId: '' });
  draft.closeCase(commandCaseKey(known.key), 'the location has it');
}

/** A release is the business of the connection that was asked; nobody else can ship, refuse or stop it. */
function strangersNews(
  draft: Draft,
  { releaseId, connection }: Release,
  message: FulfilmentObservation,
  from: string,
): Ending {
  const what = message.type.slice('fulfilment.'.length);
  draft.openCase(
    {
      key: `unknown-release:${releaseId}:${from}`,
      reason: 'unknown-release',
      message: `${from} says that release ${releaseId} of order ${draft.name} was ${what}, but ${connection} was asked for it; nothing was booked`,
      suggestedFix: `Find out at ${from} why it speaks of a release of ${connection}; when goods have left there, book them at ${connection}, then skip this case`,
    },
    what,
  );
  return 'case';
}

function unknownRelease(draft: Draft, releaseId: string): Ending {
  draft.openCase({
    key: `unknown-release:${releaseId}`,
    reason: 'unknown-release',
    message: `A fulfilment system speaks of release ${releaseId}, which order ${draft.name} never asked for`,
    suggestedFix: 'Find out at the system who created it; skip this case when it was handled there',
  });
  return 'case';
}

/** The promises of a release that these units use up. */
function takeAllocations(draft: Draft, releaseId: string, lines: readonly FulfilmentLine[]): Allocation[] {
  const promised = draft.state.allocations
    .filter((held) => held.releaseId === releaseId)
    .map((held) => someOf(held, held.quantity));
  const taken: Allocation[] = [];
  for (const { lineId, quantity } of lines) {
    let left = quantity;
    for (const held of promised) {
      if (held.lineId !== lineId) continue;
      const part = Math.min(left, held.quantity);
      if (part === 0) continue;
      held.quantity -= part;
      left -= part;
      taken.push({ ...held, quantity: part });
    }
  }
  return taken;
}

/** Units that have left and were promised to nobody. */
function beyond(draft: Draft, release: Release, lines: readonly FulfilmentLine[], taken: Allocation[]) {
  const left = new Map<string, number>();
  for (const { lineId, quantity } of lines) left.set(lineId, (left.get(lineId) ?? 0) + quantity);
  for (const { lineId, quantity } of taken) left.set(lineId, (left.get(lineId) ?? 0) - quantity);
  return [...left].flatMap(([lineId, quantity]): Allocation[] => {
    const sku = draft.state.skus?.[lineId];
    if (quantity <= 0 || sku === undefined) return [];
    const { kits } = draft.context.config;
    return [{ lineId, sku, location: release.location, quantity, ...composition(kits, sku) }];
  });
}

/** True when these are all the promises that a release still has. */
function isAllOf(draft: Draft, releaseId: string, allocations: readonly Allocation[]): boolean {
  let open = 0;
  for (const part of draft.state.allocations) if (part.releaseId === releaseId) open += part.quantity;
  return allocations.reduce((sum, part) => sum + part.quantity, 0) === open;
}
