/**
 * Who will receive goods that come back is told what to expect: all of it, again at every change; nothing more of a return that is
 * cancelled. Nothing waits for it, and what comes back without it is counted all the same.
 */
import { announcementIdOf } from '../return/messages.ts';
import { sameJson } from '../same-json.ts';
import { composition, partsOf } from '../stock/kits.ts';
import { ACTS } from './acts.ts';
import type { Draft } from './draft.ts';
import type { Announced, ReturnOfOrder } from './returns.ts';
import { inspectedUnits } from './rules-return.ts';

export function announceReturns(draft: Draft): void {
  for (const [key, of] of Object.entries(draft.state.returns ?? {}))
    for (const [location, lines] of expectedOf(draft, of)) announce(draft, key, location, lines);
}

/** Units by location and line of the return; none where a location was told of some that are not expected any more. */
function expectedOf(draft: Draft, of: ReturnOfOrder): Map<string, Announced['lines'][number][]> {
  const { content } = of.told;
  const expected = new Map<string, Announced['lines'][number][]>();
  for (const location of Object.keys(of.announced ?? {})) expected.set(location, []);
  for (const { returnLineId, lineId, quantity } of content.lines) {
    const location = destinationOf(draft, lineId);
    if (location === null) continue;
    const looked = inspectedUnits(of, lineId).all;
    // Of what is closed nothing comes but what has come.
    const units = { open: quantity, closed: Math.min(quantity, looked) }[content.status as string] ?? 0;
    // What has come back before anybody could be told is not announced any more.
    if (units === 0 || (!of.announced?.[location] && looked >= quantity)) continue;
    expected.set(location, [...(expected.get(location) ?? []), { lineId: returnLineId, quantity: units }]);
  }
  return expected;
}

/** Where units of a line come back to, if somebody there is to be told; null: nobody is. */
function destinationOf({ state, context }: Draft, lineId: string): string | null {
  const shipment = state.shipments.findLast(({ lines }) => lines.some((part) => part.lineId === lineId));
  const { locations } = context.config;
  const left = locations.find(({ id }) => id === shipment?.location);
  const to = locations.find(({ id }) => id === (left?.returnsTo ?? left?.id));
  return to?.announceReturns && state.skus?.[lineId] !== undefined ? to.id : null;
}

function announce(draft: Draft, key: string, location: string, lines: Announced['lines']): void {
  const { state } = draft;
  const of = state.returns?.[key] as ReturnOfOrder;
  const { content } = of.told;
  const act = ACTS.announcement(content.returnId, location);
  const status = state.acts[act]?.status;
  if (status === 'asked' || status === 'unsettled') return;
  const ways = content.deliveries.flatMap(({ tracking }) => (tracking ? [tracking] : []));
  const tracking = ways.flatMap(({ number }) => number ?? []);
  const last = of.announced?.[location];
  const isSame = last !== undefined && sameJson(last, { lines, tracking });
  if ((isSame && status !== 'retry') || (last === undefined && lines.length === 0)) return;
  const { fulfilment } = draft.location(location);
  const named = namesOf(draft, of, location, fulfilment, lines);
  if (named === null) return;
  draft.closeCaseOf(act, 'what is announced is something else');
  draft.record({
    type: 'ReturnAnnouncementRequested',
    return: key,
    location,
    lines,
    tracking,
    ...draft.ask(act, 'fulfilment.announceReturn', fulfilment, {
      announcementId: announcementIdOf(key, location),
      revision: draft.nextRevision(act),
      reference: key,
      returnName: content.name,
      orderName: draft.name,
      tracking: ways,
      ...named,
    }),
  });
}

/** Location and lines in the system's own codes; null, and a case: a mapping is missing. */
function namesOf(
  draft: Draft,
  of: ReturnOfOrder,
  location: string,
  connection: string,
  announced: Announced['lines'],
) {
  const { state, context } = draft;
  const code = (kind: 'sku' | 'location', ours: string) =>
    context.mappings.toExternal(kind, connection, ours);
  const place = code('location', location);
  const lines = announced.flatMap(({ lineId, quantity }) => {
    const line = of.told.content.lines.find(({ returnLineId }) => returnLineId === lineId);
    const sku = line && state.skus?.[line.lineId];
    return line && sku !== undefined
      ? [{ lineId, quantity, reason: line.reason, sku, ...composition(context.config.kits, sku) }]
      : [];
  });
  const needed = lines.flatMap((line) => [line.sku, ...partsOf(line).map(({ sku }) => sku)]);
  const unmapped = needed.find((sku) => code('sku', sku) === undefined);
  const key = `unmapped-for-return:${of.told.key}:${location}`;
  if (place === undefined || unmapped !== undefined) {
    const what = place === undefined ? `location "${location}"` : `SKU "${unmapped}"`;
    draft.openCase({
      key,
      reason: place === undefined ? 'unmapped-location' : 'unmapped-sku',
      message: `Return ${of.told.content.name} of order ${draft.name} cannot be announced: ${what} is not mapped for ${connection}`,
      suggestedFix:
        place === undefined
          ? `crossdock map set location ${connection} THEIR-CODE "${location}"`
          : `crossdock map set sku ${connection} THEIR-ITEM "${unmapped}"`,
    });
    return null;
  }
  draft.closeCase(key, 'mapped');
  const item = (sku: string) => code('sku', sku) ?? sku;
  return {
    location: place,
    lines: lines.map(({ sku, components, ...line }) => ({
      ...line,
      item: item(sku),
      ...(components && {
        components: components.map((part) => ({ item: item(part.sku), quantity: part.quantity })),
      }),
    })),
  };
}
