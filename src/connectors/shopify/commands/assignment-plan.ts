/** Which units of an order's fulfilment orders have to move to which location. Pure. */
import type { CommandBodies } from '../../../domain/commands.ts';
import type { FulfilmentOrderNode } from '../documents-fulfilment-orders.ts';
import { numericId } from '../json.ts';
import { isAt } from './fulfilment-orders.ts';

type Parts = CommandBodies['channel.assignLocations']['parts'];

/** Units of one fulfilment order that go to another location, by its code. */
export interface Move {
  fulfilmentOrderId: string;
  location: string;
  items: { id: string; quantity: number }[];
}

/** `stuck`: units of a line that should go to a location, and are where nobody may take them away. */
export interface MovePlan {
  moves: Move[];
  stuck: { lineId: string; quantity: number; location: string; because: string }[];
}

const ACTIVE: ReadonlySet<string> = new Set(['OPEN', 'IN_PROGRESS', 'SCHEDULED', 'ON_HOLD']);
/** A fulfilment service is at work on these, or has been asked. */
const REQUESTED: ReadonlySet<string> = new Set([
  'SUBMITTED',
  'ACCEPTED',
  'CANCELLATION_REQUESTED',
  'CANCELLATION_REJECTED',
]);

/**
 * Moves only what is missing at a location and not wanted where it is. Fewer units than are wanted (the order was edited, or a
 * part has left) are no reason for anything.
 */
export function planMoves(orders: readonly FulfilmentOrderNode[], parts: Parts): MovePlan {
  const active = orders.filter(({ status }) => ACTIVE.has(status));
  const plan: MovePlan = { moves: [], stuck: [] };
  const moved = new Map<string, number>();
  for (const { location, lines } of parts) {
    const moves = new Map<string, Move>();
    for (const { lineId, quantity } of lines) {
      let missing = quantity - unitsAt(active, location, lineId);
      const blocked: string[] = [];
      for (const from of active.filter((each) => !isAt(each, location))) {
        let spare = unitsAt([...sameLocation(active, from)], null, lineId) - wantedAt(parts, from, lineId);
        spare -= moved.get(key(from, lineId)) ?? 0;
        for (const item of from.lineItems.nodes) {
          if (lineIdOf(item.lineItem.id) !== lineId) continue;
          const units = Math.min(missing, spare, item.remainingQuantity);
          if (units <= 0) continue;
          const because = whyNot(from);
          if (because !== null) {
            blocked.push(because);
            continue;
          }
          const move = moves.get(from.id) ?? { fulfilmentOrderId: from.id, location, items: [] };
          moves.set(from.id, move);
          move.items.push({ id: item.id, quantity: units });
          moved.set(key(from, lineId), (moved.get(key(from, lineId)) ?? 0) + units);
          spare -= units;
          missing -= units;
        }
      }
      const [because] = blocked;
      if (missing > 0 && because !== undefined)
        plan.stuck.push({ lineId, quantity: missing, location, because });
    }
    plan.moves.push(...moves.values());
  }
  return plan;
}

/** Why a fulfilment order cannot be moved as it stands; null: it can. */
function whyNot({ status, requestStatus }: FulfilmentOrderNode): string | null {
  if (status === 'ON_HOLD') return 'it is on hold';
  return REQUESTED.has(requestStatus) ? 'a fulfilment service has been asked for it' : null;
}

function unitsAt(orders: readonly FulfilmentOrderNode[], code: string | null, lineId: string): number {
  let units = 0;
  for (const each of orders) {
    if (code !== null && !isAt(each, code)) continue;
    for (const { lineItem, remainingQuantity } of each.lineItems.nodes)
      if (lineIdOf(lineItem.id) === lineId) units += remainingQuantity;
  }
  return units;
}

/** Units of a line that are wanted where a fulfilment order stands. */
function wantedAt(parts: Parts, at: FulfilmentOrderNode, lineId: string): number {
  let units = 0;
  for (const { location, lines } of parts) {
    if (!isAt(at, location)) continue;
    for (const line of lines) if (line.lineId === lineId) units += line.quantity;
  }
  return units;
}

function sameLocation(
  orders: readonly FulfilmentOrderNode[],
  as: FulfilmentOrderNode,
): FulfilmentOrderNode[] {
  return orders.filter((each) => placeOf(each) === placeOf(as));
}

/** What was taken already from a place, by line. */
const key = (from: FulfilmentOrderNode, lineId: string): string => JSON.stringify([placeOf(from), lineId]);

function placeOf({ assignedLocation: { name, location } }: FulfilmentOrderNode): string {
  return location?.id ?? name;
}

const lineIdOf = (id: string): string => numericId(id) ?? id;
