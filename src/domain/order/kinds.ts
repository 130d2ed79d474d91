/** Kinds of orders: what of a snapshot decides how an order is treated. */
import type { Order } from '../canonical/index.ts';
import type { Location } from '../config.ts';
import type { Mappings } from '../process.ts';
import { shippableLines, wantedUnits } from './quantities.ts';

/** Sold at a till of the channel's own: what it shows as handed over needs no parcel of ours, and nobody wonders at it. */
export const isSoldInStore = (order: Order): boolean => order.source === 'pos';

/** The customer fetches the goods, or has them already: no address is needed. */
export function needsNoAddress({ delivery }: Order): boolean {
  const method = delivery?.method;
  return method === 'pickUp' || method === 'retail' || method === 'none';
}

/**
 * Trade credit: the goods leave before the money comes, and what has left is a receivable. Who has bought with a purchase
 * option (a pre-order, a subscription) pays before the goods leave, and so does who must pay on receipt of the order.
 */
export function shipsBeforePayment(order: Order): boolean {
  const { paymentTerms, sellingPlans } = order;
  if (!paymentTerms || (sellingPlans?.length ?? 0) > 0) return false;
  switch (paymentTerms.type) {
    case 'net':
    case 'fixed':
    case 'fulfilment':
      return true;
    case 'receipt':
    case 'unknown':
      return false;
    default:
      return paymentTerms.type satisfies never;
  }
}

/**
 * What must be known before anything is promised, and the message did not say (a webhook of Shopify carries no payments, no
 * holds and no way of delivery); null: nothing. Then the order is read first.
 */
export function unknownYet(order: Order): string | null {
  if (order.holds !== null) return null;
  if (order.paymentTerms) return 'whether goods that are paid later may leave';
  if (order.gateways.length > 1 && order.payments === null) return 'how much was paid by which means';
  if (isSoldInStore(order) && !order.delivery) return 'where it was sold';
  const leaves = shippableLines(order).some((line) => wantedUnits(order, line) > line.fulfilledQuantity);
  return leaves && order.shipTo === null ? 'how the goods reach the customer' : null;
}

/** The channel has set a day before which the goods shall not leave. Null: there is none, or it is not known. */
export function scheduledUntil({ holds }: Order): string | null {
  const days = (holds ?? []).flatMap(({ until }) => (until ? [until] : []));
  return days.sort().at(-1) ?? null;
}

/** All that holds the order is that it shall leave later. */
export function isOnlyScheduled({ holds }: Order): boolean {
  return holds !== null && holds.length > 0 && holds.every(({ until }) => until !== undefined);
}

/** The location of ours where the customer gets the goods. Channels name one by id and name, and either may be mapped. */
export function placeOf(
  { delivery }: Pick<Order, 'delivery'>,
  connection: string,
  mappings: Mappings,
  locations: readonly Location[],
): Location | undefined {
  const names = [delivery?.location, delivery?.locationName].flatMap((name) =>
    name ? [mappings.toInternal('location', connection, name)] : [],
  );
  return locations.find(({ id }) => names.includes(id));
}

/**
 * Locations that may send the order: all; or, of what the customer fetches, the one where. Empty: it is none of ours.
 */
export function locationsFor(
  order: Pick<Order, 'delivery'>,
  connection: string,
  mappings: Mappings,
  locations: readonly Location[],
): readonly Location[] {
  if (order.delivery?.method !== 'pickUp') return locations;
  const place = placeOf(order, connection, mappings, locations);
  return place ? [place] : [];
}
