/** Each shipment is told to the channel and booked in the ERP, as far as they have a place for its units. */
import type { FulfilmentLine, LineItem } from '../canonical/index.ts';
import { ACTS, commandCaseKey, wrongItemKey } from './acts.ts';
import type { Draft } from './draft.ts';
import { isSoldInStore, placeOf } from './kinds.ts';
import { foreignFulfilments, foreignUnits, shippedUnits, wantedUnits } from './quantities.ts';
import { undecidedLines } from './rules-watch.ts';
import type { Shipment } from './state.ts';

export function tellShipments(draft: Draft): void {
  bookHandovers(draft);
  if (draft.state.shipments.length === 0) return;
  for (const shipment of draft.state.shipments) {
    if (shipment.fulfilmentId === null) tellChannel(draft, shipment);
    if (!shipment.booked) bookShipment(draft, shipment);
  }
}

/** What was handed over at a till has left without us: the ERP books it as a shipment, so that it can be returned. */
function bookHandovers(draft: Draft): void {
  const { state, order, context } = draft;
  if (!isSoldInStore(order) || state.erp.status !== 'open' || draft.isBookingUnderWay()) return;
  const place = placeOf(order, state.connection, context.mappings, context.config.locations);
  const location = place?.id ?? order.delivery?.locationName ?? state.connection;
  for (const { fulfilmentId, lines: all, createdAt } of foreignFulfilments(state, order)) {
    const act = ACTS.shipmentBooking(fulfilmentId);
    const lines = all
      .map(({ lineId, quantity }) => ({
        lineId,
        quantity: Math.min(quantity, state.erp.document.lines[lineId] ?? 0),
      }))
      .filter(({ quantity }) => quantity > 0);
    if (lines.length === 0 || !draft.mayAsk(act)) continue;
    draft.record({
      type: 'ShipmentBookingRequested',
      shipmentId: fulfilmentId,
      ...draft.ask(act, 'erp.recordShipment', draft.entity.erp, {
        reference: state.key,
        shipmentId: fulfilmentId,
        location: locationAt(draft, draft.entity.erp, location),
        lines,
        shippedAt: createdAt,
        trackingNumber: null,
      }),
    });
  }
}

/** True when the ERP knows of everything that has left, as far as it has a place for it. */
export function areShipmentsBooked({ state, order }: Draft): boolean {
  if (state.shipments.some((shipment) => !shipment.booked)) return false;
  if (!isSoldInStore(order)) return true;
  return foreignFulfilments(state, order).every(({ fulfilmentId }) => {
    const known = state.acts[ACTS.shipmentBooking(fulfilmentId)];
    return known === undefined || known.status === 'done';
  });
}

/** A location's code at a connection; ours where it has none, and what reads it makes the best of it. */
function locationAt(draft: Draft, connection: string, location: string): string {
  return draft.context.mappings.toExternal('location', connection, location) ?? location;
}

function tellChannel(draft: Draft, shipment: Shipment): void {
  const { state, order } = draft;
  const { shipmentId, location, tracking, shippedAt } = shipment;
  const act = ACTS.fulfilment(shipmentId);
  const known = state.acts[act];
  const seen = order.fulfilments.find((each) => each.shipmentId === shipmentId);
  if (seen && known && known.status !== 'asked') {
    // What was refused or in doubt has taken effect: the channel shows it.
    const { fulfilmentId } = seen;
    draft.record({ type: 'FulfilmentWritten', act, revision: known.revision, shipmentId, fulfilmentId });
    draft.closeCase(commandCaseKey(known.key), 'the channel shows it');
    return;
  }
  if (state.cancelled || state.deletedAt !== undefined) {
    if (known?.status === 'asked' || known?.status === 'unsettled') return;
    // A cancelled order takes no fulfilment: the case `cancelled-after-shipment` speaks of the parcel.
    const because = `the order is ${state.deletedAt === undefined ? 'cancelled at' : 'deleted from'} its channel`;
    draft.closeCaseOf(act, because);
    draft.record({ type: 'FulfilmentNotNeeded', shipmentId, because });
    return;
  }
  if (!draft.mayAsk(act)) return;
  const lines = partOf(
    draft,
    shipment,
    (line) => wantedUnits(order, line) - foreignUnits(state, order, line.lineId),
  );
  if (lines === 'undecided') return;
  if (lines.length === 0) {
    draft.record({
      type: 'FulfilmentNotNeeded',
      shipmentId,
      because: 'the channel has no units left for it',
    });
    return;
  }
  draft.record({
    type: 'FulfilmentRequested',
    shipmentId,
    ...draft.ask(act, 'channel.createFulfilment', state.connection, {
      channelOrderId: order.channelOrderId,
      shipmentId,
      location: locationAt(draft, state.connection, location),
      lines,
      tracking,
      shippedAt,
    }),
  });
}

function bookShipment(draft: Draft, shipment: Shipment): void {
  const { state } = draft;
  const { shipmentId, location, tracking, shippedAt } = shipment;
  const act = ACTS.shipmentBooking(shipmentId);
  if (state.erp.status === 'cancelled' && !draft.isAsked(act)) {
    // The cases `cancelled-by-erp` and `cancelled-after-shipment` speak of it.
    const settled = state.cancelled || Object.hasOwn(state.accepted, 'cancelled-by-erp');
    if (!settled) return;
    draft.closeCaseOf(act, 'the ERP has cancelled its sales order');
    draft.record({
      type: 'ShipmentNeedsNoBooking',
      shipmentId,
      because: 'the ERP has cancelled its sales order',
    });
    return;
  }
  if (state.erp.status !== 'open' || !draft.mayAsk(act) || draft.isBookingUnderWay()) return;
  const lines = partOf(draft, shipment, (line) => state.erp.document.lines[line.lineId] ?? 0);
  if (lines === 'undecided') return;
  if (lines.length === 0) {
    draft.record({
      type: 'ShipmentNeedsNoBooking',
      shipmentId,
      because: 'none of its units is on the sales order',
    });
    return;
  }
  draft.record({
    type: 'ShipmentBookingRequested',
    shipmentId,
    ...draft.ask(act, 'erp.recordShipment', draft.entity.erp, {
      reference: state.key,
      shipmentId,
      location: locationAt(draft, draft.entity.erp, location),
      lines,
      shippedAt,
      trackingNumber: tracking?.number ?? null,
    }),
  });
}

/**
 * What of a shipment a system has a place for, the earlier shipments first. `undecided`: more has left than is wanted, or
 * something else, and a person has not yet said what shall become of it.
 */
function partOf(
  draft: Draft,
  shipment: Shipment,
  room: (line: LineItem) => number,
): FulfilmentLine[] | 'undecided' {
  const { state, order } = draft;
  if (state.cases[wrongItemKey(shipment.shipmentId)]) return 'undecided';
  const undecided = undecidedLines(draft);
  if (shipment.lines.some(({ lineId }) => undecided.has(lineId))) return 'undecided';
  return shipment.lines.flatMap(({ lineId, quantity }) => {
    const line = order.lines.find((each) => each.lineId === lineId);
    const all = line ? room(line) : 0;
    // Usually all that has left fits, and nobody needs to know which shipment came first.
    const fits = shippedUnits(state, lineId) <= all;
    const left = fits ? quantity : all - earlierUnits(state.shipments, shipment, lineId);
    const part = Math.max(0, Math.min(quantity, left));
    return part > 0 ? [{ lineId, quantity: part }] : [];
  });
}

function earlierUnits(shipments: readonly Shipment[], until: Shipment, lineId: string): number {
  let units = 0;
  for (const shipment of shipments) {
    if (shipment.shipmentId === until.shipmentId) break;
    for (const part of shipment.lines) if (part.lineId === lineId) units += part.quantity;
  }
  return units;
}
