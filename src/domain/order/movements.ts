/** What the facts of an order do to stock. */
import type { Movement } from '../process.ts';
import type { Allocation, OrderFact } from './facts.ts';

/** Movements of positions that a fact means. */
export function movementsOfOrder(fact: OrderFact): Movement[] {
  switch (fact.type) {
    case 'StockReserved':
      return fact.allocations.map((part) => promise(part, 'reserved', 1));
    case 'UnitsTakenOver':
      return fact.allocations.map((part) => promise(part, 'claimed', 1));
    case 'StockReleased':
      return fact.allocations.map((part) => ({ ...promise(part, 'released', -1), reason: fact.because }));
    case 'UnitsReturnedToPlan': {
      const { avoid, allocations, releaseId, because } = fact;
      if (!avoid) return [];
      return allocations.map((part) => ({
        ...promise(part, 'released', -1),
        act: releaseId,
        reason: because,
      }));
    }
    case 'ShipmentRecorded':
      return [
        ...fact.allocations.map((part) => shipped(part, -part.quantity, fact.shipmentId)),
        ...fact.unpromised.map((part) => ({
          ...shipped(part, 0, fact.shipmentId),
          reason: 'it was promised from there to nobody',
        })),
      ];
    default:
      return [];
  }
}

function promise(
  { sku, location, quantity }: Allocation,
  kind: 'reserved' | 'released' | 'claimed',
  sign: 1 | -1,
): Movement {
  return { sku, location, kind, onHand: 0, reserved: sign * quantity };
}

function shipped({ sku, location, quantity }: Allocation, reserved: number, act: string): Movement {
  return { sku, location, kind: 'shipped', onHand: -quantity, reserved, act };
}
