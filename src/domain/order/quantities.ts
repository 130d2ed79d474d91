/** Units of an order's lines, as they follow from the channel's snapshot and from what we know of shipping. */
import type { Fulfilment, LineItem, Order, RefundLine } from '../canonical/index.ts';
import { ACTS } from './acts.ts';
import type { Allocation } from './facts.ts';
import type { OrderState, Shipment } from './state.ts';

/** So many units of a promise. */
export function someOf({ lineId, sku, location, components }: Allocation, quantity: number): Allocation {
  return { lineId, sku, location, quantity, ...(components ? { components } : {}) };
}

/**
 * Of each part of the channel's refunds of a line: units that had shipped. Where a refund does not say (Shopify: not restocked), it is
 * of shipped units as far as there were any when it was made, which have not come back: what left the order before must not count as
 * returned when the rest ships later, or it would be sent after all. Units that no fulfilment tells of may have shipped at any time.
 */
export function returnedParts(order: Order, line: LineItem): Map<RefundLine, number> {
  const parts = order.refunds
    .flatMap(({ createdAt, lines }) => lines.map((part) => ({ createdAt, part })))
    .filter(({ part }) => part.lineId === line.lineId)
    .sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  const unclear = parts.filter(({ part }) => part.effect === 'unknown');
  const returned = new Map<RefundLine, number>();
  let told = 0;
  for (const { part } of parts) if (part.effect === 'returned') told += part.quantity;
  const shipped = order.fulfilments
    .filter(isLive)
    .flatMap(({ createdAt, lines }) => lines.map((each) => ({ ...each, at: Date.parse(createdAt) })))
    .filter(({ lineId }) => lineId === line.lineId);
  const listed = shipped.reduce((sum, { quantity }) => sum + quantity, 0);
  const unlisted = Math.max(0, line.fulfilledQuantity - listed);
  let left = unclear.length === 0 ? 0 : Math.max(0, line.fulfilledQuantity - told);
  let back = 0;
  for (const { createdAt, part } of parts) {
    let units = part.effect === 'returned' ? part.quantity : 0;
    if (part.effect === 'unknown') {
      const at = Date.parse(createdAt);
      const by = shipped.reduce((sum, each) => sum + (each.at <= at ? each.quantity : 0), unlisted);
      units = Math.min(part.quantity, left, Math.max(0, by - back));
      left -= units;
    }
    back += units;
    returned.set(part, units);
  }
  return returned;
}

/** Units of a line that were given back after shipping, by the channel's refunds. */
export function returnedUnits(order: Order, line: LineItem): number {
  if (order.refunds.length === 0) return 0;
  let returned = 0;
  for (const units of returnedParts(order, line).values()) returned += units;
  return returned;
}

/** Units that left the order before they shipped (edit, removal, cancel). */
export function removedUnits(order: Order, line: LineItem): number {
  return Math.max(0, line.quantity - line.currentQuantity - returnedUnits(order, line));
}

/** Units that the customer shall have got in all: ordered less removed. */
export function wantedUnits(order: Order, line: LineItem): number {
  return line.quantity - removedUnits(order, line);
}

/** Units that have left one of our locations. */
export function shippedUnits(state: OrderState, lineId: string): number {
  let shipped = 0;
  for (const shipment of state.shipments) {
    for (const part of shipment.lines) if (part.lineId === lineId) shipped += part.quantity;
  }
  return shipped;
}

/** Units that are promised and have not left. */
export function allocatedUnits(state: OrderState, lineId: string): number {
  let allocated = 0;
  for (const part of state.allocations) if (part.lineId === lineId) allocated += part.quantity;
  return allocated;
}

/** Fulfilments that the channel shows and that are known not to be ours. */
export function foreignFulfilments(state: OrderState, order: Order): Fulfilment[] {
  if (state.foreign.length === 0) return [];
  return order.fulfilments.filter(
    (fulfilment) =>
      state.foreign.includes(fulfilment.fulfilmentId) && isLive(fulfilment) && !isOurs(state, fulfilment),
  );
}

/** Fulfilments that the channel shows and of which nothing explains that they are ours. */
export function unexplainedFulfilments(state: OrderState, order: Order): Fulfilment[] {
  if (order.fulfilments.length === 0) return [];
  const untold = state.shipments.filter((shipment) => isBeingTold(state, shipment));
  return order.fulfilments.filter((fulfilment) => {
    if (!isLive(fulfilment) || isOurs(state, fulfilment)) return false;
    if (state.foreign.includes(fulfilment.fulfilmentId)) return false;
    // One that the channel shows before it has answered us, and without our reference (DESIGN.md, rule 3).
    const echo = untold.findIndex((shipment) => sameLines(shipment, fulfilment));
    if (echo >= 0) untold.splice(echo, 1);
    return echo < 0;
  });
}

function isLive({ status }: Fulfilment): boolean {
  return status === 'succeeded' || status === 'pending';
}

function isOurs(state: OrderState, { fulfilmentId, shipmentId }: Fulfilment): boolean {
  return state.shipments.some(
    (shipment) => shipment.shipmentId === shipmentId || shipment.fulfilmentId === fulfilmentId,
  );
}

function isBeingTold(state: OrderState, shipment: Shipment): boolean {
  const act = state.acts[ACTS.fulfilment(shipment.shipmentId)];
  return shipment.fulfilmentId === null && act !== undefined && act.status !== 'retry';
}

function sameLines(shipment: Shipment, fulfilment: Fulfilment): boolean {
  return (
    shipment.lines.length === fulfilment.lines.length &&
    shipment.lines.every(({ lineId, quantity }) =>
      fulfilment.lines.some((part) => part.lineId === lineId && part.quantity === quantity),
    )
  );
}

/** Units of a line that left from elsewhere than a location of ours. */
export function foreignUnits(state: OrderState, order: Order, lineId: string): number {
  let units = 0;
  for (const fulfilment of foreignFulfilments(state, order)) {
    for (const part of fulfilment.lines) if (part.lineId === lineId) units += part.quantity;
  }
  return units;
}

/** True when units have left already, from wherever. */
export function hasLeft(state: OrderState, order: Order): boolean {
  return state.shipments.length > 0 || foreignFulfilments(state, order).length > 0;
}

/** Units that are still to leave; below zero when more has left than is wanted now. */
export function openUnits(state: OrderState, order: Order, line: LineItem): number {
  const wanted = state.cancelled ? 0 : wantedUnits(order, line);
  return wanted - shippedUnits(state, line.lineId) - foreignUnits(state, order, line.lineId);
}

/** Lines whose units leave a location of ours; the others (gift cards, services, tips) only stand on documents. */
export function shippableLines(order: Order): LineItem[] {
  return order.lines.filter((line) => line.requiresShipping && !line.giftCard);
}

/** Nothing is left on the order: every unit was taken off, and it is worth nothing. */
export function isEmpty(order: Order): boolean {
  const { shop, presentment } = order.currentTotal;
  return shop === 0 && presentment === 0 && order.lines.every((line) => wantedUnits(order, line) === 0);
}
