/** Facts that no decision can have made: `evolve` folds whatever stands in the journal, so somebody must ask. */
import type { OrderFact } from '../domain/order/facts.ts';
import { nextStatus } from '../domain/order/lifecycle.ts';
import type { OrderState } from '../domain/order/state.ts';
import type { BaseFact } from '../domain/process.ts';

/** Why a fact cannot have followed on a state; null: it can. Throws nothing, whatever the fact holds. */
export function refusalOf(
  kind: string,
  factTypes: ReadonlySet<string>,
  state: unknown,
  fact: BaseFact,
): string | null {
  if (!factTypes.has(fact.type)) return `${kind} streams know no such fact`;
  const { cases = {} } = state as { cases?: Record<string, unknown> };
  if (fact.closes !== undefined && cases[fact.closes] === undefined)
    return `it closes case "${fact.closes}", which is not open`;
  return kind === 'order' ? refusalOfOrder(state as OrderState, fact as OrderFact) : null;
}

function refusalOfOrder(state: OrderState, fact: OrderFact): string | null {
  const { type } = fact;
  if ('act' in fact && fact.command === undefined && state.acts[fact.act] === undefined)
    return `it tells how "${fact.act}" ended, which nobody was asked for`;
  switch (type) {
    case 'OrderPlaced':
      return state.order === null ? null : 'the order was placed before';
    case 'OrderShipped':
    case 'OrderClosed':
    case 'OrderEmptied':
    case 'OrderReopened':
      return nextStatus(state.status, type) === state.status
        ? `an order that stands at "${state.status}" cannot take it`
        : null;
    case 'ReleaseRetried':
    case 'ReleaseSent':
    case 'ReleaseAccepted':
    case 'ReleaseCancellationRequested':
    case 'ReleaseCancellationConfirmed':
    case 'ReleaseCancellationRefused':
      return state.releases.some((release) => release.releaseId === fact.releaseId)
        ? null
        : `release ${fact.releaseId} was not requested`;
    case 'FulfilmentRequested':
    case 'FulfilmentWritten':
      return hasShipment(state, fact.shipmentId) ? null : `shipment ${fact.shipmentId} was not recorded`;
    case 'ShipmentBookingRequested':
    case 'ShipmentBooked':
      // What was handed over at a till is known by the channel's fulfilment.
      return hasShipment(state, fact.shipmentId) || state.foreign.includes(fact.shipmentId)
        ? null
        : `shipment ${fact.shipmentId} was not recorded`;
    case 'ShipmentRecorded':
      return state.shipments.some((shipment) => shipment.shipmentId === fact.shipmentId)
        ? `shipment ${fact.shipmentId} was recorded before`
        : null;
    default:
      return null;
  }
}

function hasShipment({ shipments }: OrderState, shipmentId: string): boolean {
  return shipments.some((shipment) => shipment.shipmentId === shipmentId);
}
