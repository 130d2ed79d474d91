/** What the facts of an order do to stock: of kits, to their components. */
import type { Movement } from '../process.ts';
import { partsOf } from '../stock/kits.ts';
import type { Allocation, OrderFact } from './facts.ts';

/** Movements of positions that a fact means. */
export function movementsOfOrder(fact: OrderFact): Movement[] {
  switch (fact.type) {
    case 'StockReserved':
      return fact.allocations.flatMap((part) => promise(part, 'reserved', 1));
    case 'UnitsTakenOver':
      return fact.allocations.flatMap((part) => promise(part, 'claimed', 1));
    case 'StockReleased':
      return fact.allocations
        .flatMap((part) => promise(part, 'released', -1))
        .map((movement) => ({ ...movement, reason: fact.because }));
    case 'UnitsReturnedToPlan': {
      const { avoid, allocations, releaseId, because } = fact;
      if (!avoid) return [];
      return allocations
        .flatMap((part) => promise(part, 'released', -1))
        .map((movement) => ({ ...movement, act: releaseId, reason: because }));
    }
    case 'ShipmentRecorded':
      return [
        ...fact.allocations.flatMap((part) => shipped(part, -1, fact.shipmentId)),
        ...fact.unpromised
          .flatMap((part) => shipped(part, 0, fact.shipmentId))
          .map((movement) => ({ ...movement, reason: 'it was promised from there to nobody' })),
      ];
    case 'ReturnInspected':
      return returned(fact);
    default:
      return [];
  }
}

function promise(part: Allocation, kind: 'reserved' | 'released' | 'claimed', sign: 1 | -1): Movement[] {
  return partsOf(part).map(({ sku, quantity }) => ({
    sku,
    location: part.location,
    kind,
    ...kitOf(part),
    onHand: 0,
    reserved: sign * quantity,
  }));
}

/** Units that came back, in the state that they are in. What an inventory system tells of, its own movement has counted. */
function returned(fact: Extract<OrderFact, { type: 'ReturnInspected' }>): Movement[] {
  const { counts, source, disposition, location, key: act } = fact;
  if (!counts || source === 'inventory' || disposition === 'missing') return [];
  return partsOf({ ...fact }).map(({ sku, quantity }) => ({
    sku,
    location,
    kind: 'returned',
    ...(fact.components ? { kit: fact.sku } : {}),
    onHand: disposition === 'restock' ? quantity : 0,
    reserved: 0,
    ...(disposition === 'restock' ? {} : { [disposition]: quantity }),
    act,
    reason: disposition,
  }));
}

/** `reserved` −1: its promise is used up. */
function shipped(part: Allocation, reserved: -1 | 0, act: string): Movement[] {
  return partsOf(part).map(({ sku, quantity }) => ({
    sku,
    location: part.location,
    kind: 'shipped',
    ...kitOf(part),
    onHand: -quantity,
    reserved: reserved === 0 ? 0 : -quantity,
    act,
  }));
}

function kitOf({ sku, components }: Allocation): Pick<Movement, 'kit'> {
  return components ? { kit: sku } : {};
}
