/**
 * Our shipment's id in the channel's books. The platform has no field for it (schema 2026-10: `fulfillmentCreate` takes no
 * metafields and cannot give its message back), and a tracking number alone may repeat. So the id is written as a tracking
 * number of its own, after the parcel's, where reads and webhooks both bring it back and staff can search for it.
 */
import type { Tracking } from '../../domain/canonical/index.ts';

const PREFIX = 'shipment ';

/** The tracking number that carries a shipment's id. */
export function shipmentReference(shipmentId: string): string {
  return `${PREFIX}${shipmentId}`;
}

/** The shipment's id among the tracking entries of a fulfilment; null: it is not one of ours. */
export function shipmentIdIn(entries: readonly Tracking[]): string | null {
  const number = entries.find(isReference)?.number;
  return number ? number.slice(PREFIX.length) : null;
}

/** The parcel's own tracking, without our reference. */
export function parcelTracking(entries: readonly Tracking[]): Tracking | null {
  const parcel = entries.find((entry) => !isReference(entry));
  if (parcel) return parcel;
  const company = entries[0]?.company ?? null;
  return company === null ? null : { company, number: null, url: null };
}

/** What a fulfilment is created with. */
export function trackingInput(
  shipmentId: string,
  tracking: Tracking | null,
): { company?: string; numbers: string[]; urls?: string[] } {
  const number = tracking?.number ?? null;
  return {
    ...(tracking?.company ? { company: tracking.company } : {}),
    numbers: [...(number === null ? [] : [number]), shipmentReference(shipmentId)],
    ...(tracking?.url ? { urls: [tracking.url] } : {}),
  };
}

function isReference(entry: Tracking): boolean {
  return entry.number?.startsWith(PREFIX) ?? false;
}
