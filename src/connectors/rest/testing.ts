/** Builders for the tests of this connector. */
import type { CommandBodies, SalesOrderDocument } from '../../domain/commands.ts';

export const BLOCKED_ITEM = 'ITEM-BLOCKED';

/** A sales order of one line of 10.00 a unit, tax inside, and delivery. */
export function aSalesOrder(reference: string, quantity = 3): SalesOrderDocument {
  const taxOf = (amountMinor: number) => [
    { code: 'DE19', rate: '0.19', amountMinor: Math.round((amountMinor * 19) / 119), channelLiable: false },
  ];
  return {
    reference,
    orderName: '#1',
    entity: 'hv-de',
    brand: 'northlight',
    currency: 'EUR',
    taxesIncluded: true,
    placedAt: '2026-11-23T06:00:00.000Z',
    customerId: 'person-1',
    shipToId: 'person-1',
    paymentMethod: 'CARD',
    lines: [
      {
        lineId: '1',
        item: 'ITEM-1',
        title: 'Lantern',
        quantity,
        amountMinor: 1000 * quantity,
        discountMinor: 0,
        taxes: taxOf(1000 * quantity),
      },
    ],
    charges: [{ kind: 'shipping', title: 'Standard', amountMinor: 490, taxes: taxOf(490) }],
    totalMinor: 1000 * quantity + 490,
  };
}

/** Two units of a return that come back to the location WH. */
export function anAnnouncedReturn(reference: string): CommandBodies['fulfilment.announceReturn'] {
  return {
    announcementId: `${reference}#WH`,
    revision: 1,
    reference,
    returnName: '#1-R1',
    orderName: '#1',
    location: 'WH',
    lines: [{ lineId: 'RL1', item: 'ITEM-1', quantity: 2, reason: 'defective' }],
    tracking: [{ company: 'Post', number: 'R1', url: null }],
  };
}

/** A release of two units from the location WH. */
export function aRelease(reference: string): CommandBodies['fulfilment.release'] {
  return {
    releaseId: `${reference}#R1`,
    reference,
    orderName: '#1',
    location: 'WH',
    shipToId: null,
    lines: [{ lineId: '1', item: 'ITEM-1', quantity: 2 }],
  };
}
