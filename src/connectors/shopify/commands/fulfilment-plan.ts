/** Which units of a shipment go to which of the order's fulfilment orders. Pure. */
import type { FulfilmentLine } from '../../../domain/canonical/index.ts';
import type { OrderFulfilment } from '../documents.ts';
import { numericId } from '../json.ts';
import { isAt } from './fulfilment-orders.ts';

/** One `fulfillmentCreate`: fulfilment orders of one location and one way of delivery. */
export type FulfilmentCall = {
  fulfilmentOrderId: string;
  items: { id: string; quantity: number }[];
}[];

/** A line of which fewer units are open than were shipped. `held`: units that wait for a hold or for their date. */
export interface Shortage {
  lineId: string;
  wanted: number;
  open: number;
  held: number;
}

type FulfilmentOrder = OrderFulfilment['fulfillmentOrders']['nodes'][number];

const OPEN_STATUSES: ReadonlySet<string> = new Set(['OPEN', 'IN_PROGRESS']);
const WAITING_STATUSES: ReadonlySet<string> = new Set(['ON_HOLD', 'SCHEDULED']);

/**
 * All of the lines or nothing. Fulfilment orders at the shipment's location go first (by the location's name or id); then
 * those that serve most of it: the hub may have shipped from elsewhere than the channel had planned.
 */
export function planFulfilments(
  order: OrderFulfilment,
  lines: readonly FulfilmentLine[],
  location: string,
): { calls: FulfilmentCall[] } | { short: Shortage[] } {
  const wanted = new Map<string, number>();
  for (const { lineId, quantity } of lines) wanted.set(lineId, (wanted.get(lineId) ?? 0) + quantity);
  const all = order.fulfillmentOrders.nodes;
  const open = all.filter((each) => OPEN_STATUSES.has(each.status));
  const waiting = all.filter((each) => WAITING_STATUSES.has(each.status));
  const short = [...wanted]
    .map(
      ([lineId, units]): Shortage => ({
        lineId,
        wanted: units,
        open: unitsOf(open, lineId),
        held: unitsOf(waiting, lineId),
      }),
    )
    .filter((line) => line.open < line.wanted);
  if (short.length > 0) return { short };

  const groups = [...grouped(open).values()]
    .map((members) => ({
      members,
      here: members.some((each) => isAt(each, location)),
      serves: [...wanted].reduce(
        (sum, [lineId, units]) => sum + Math.min(units, unitsOf(members, lineId)),
        0,
      ),
    }))
    .sort((a, b) => Number(b.here) - Number(a.here) || b.serves - a.serves);
  const left = new Map(wanted);
  const calls = groups.map(({ members }) => members.map((member) => take(member, left)).filter(hasItems));
  return { calls: calls.filter((call) => call.length > 0) };
}

/** Takes what is left of the lines from a fulfilment order, as far as it has them. */
function take(member: FulfilmentOrder, left: Map<string, number>): FulfilmentCall[number] {
  const items = member.lineItems.nodes.flatMap(({ id, remainingQuantity, lineItem }) => {
    const lineId = lineIdOf(lineItem.id);
    const quantity = Math.min(remainingQuantity, left.get(lineId) ?? 0);
    if (quantity <= 0) return [];
    left.set(lineId, (left.get(lineId) ?? 0) - quantity);
    return [{ id, quantity }];
  });
  return { fulfilmentOrderId: member.id, items };
}

const hasItems = ({ items }: FulfilmentCall[number]): boolean => items.length > 0;

/** By location and way of delivery: the vendor refuses a fulfilment across several of either. */
function grouped(orders: readonly FulfilmentOrder[]): Map<string, FulfilmentOrder[]> {
  const groups = new Map<string, FulfilmentOrder[]>();
  for (const each of orders) {
    const { name, location } = each.assignedLocation;
    const key = JSON.stringify([location?.id ?? name, each.deliveryMethod?.methodType ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups;
}

function unitsOf(orders: readonly FulfilmentOrder[], lineId: string): number {
  let units = 0;
  for (const { lineItems } of orders)
    for (const item of lineItems.nodes)
      if (lineIdOf(item.lineItem.id) === lineId) units += item.remainingQuantity;
  return units;
}

function lineIdOf(id: string): string {
  return numericId(id) ?? id;
}
