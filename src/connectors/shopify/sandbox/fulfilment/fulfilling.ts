/** `fulfillmentCreate`: what leaves, by the lines of fulfilment orders. It knows no keys: the same again is a second parcel. */
import type { FulfilmentOrderBook, FulfilmentPartBook, OrderBook } from '../book.ts';
import { fulfilmentOrderStatus, openUnits } from '../book-figures.ts';
import { type Ids, idIn } from '../ids.ts';
import type { OrderIndex } from '../orders/search.ts';

export interface FulfillmentInput {
  lineItemsByFulfillmentOrder: readonly {
    fulfillmentOrderId: string;
    fulfillmentOrderLineItems?: readonly { id: string; quantity: number }[] | null;
  }[];
  trackingInfo?: {
    company?: string | null;
    number?: string | null;
    numbers?: readonly string[] | null;
    url?: string | null;
    urls?: readonly string[] | null;
  } | null;
}

export interface UserError {
  field: string[] | null;
  message: string;
}

interface Units {
  part: FulfilmentPartBook;
  quantity: number;
}

type Asked = FulfillmentInput['lineItemsByFulfillmentOrder'][number];

/** Finds what is meant by an input and checks it; the vendor's words when it cannot be done. */
export function understand(
  orders: OrderIndex,
  ownerOf: (fulfilmentOrderId: string) => string | undefined,
  input: FulfillmentInput,
): { order: OrderBook; locationId: string; picks: Units[] } | UserError {
  const chosen: { order: OrderBook; at: FulfilmentOrderBook; asked: Asked }[] = [];
  for (const asked of input.lineItemsByFulfillmentOrder) {
    const id = idIn('FulfillmentOrder', asked.fulfillmentOrderId);
    const order = orders.get((id && ownerOf(id)) ?? '');
    const at = order?.fulfilmentOrders.find((each) => each.id === id);
    if (!order || !at) return refusal('Fulfillment order does not exist.');
    const status = fulfilmentOrderStatus(order, at);
    if (status !== 'OPEN' && status !== 'IN_PROGRESS')
      return refusal(`Fulfillment order ${at.id} has an unfulfillable status= ${status.toLowerCase()}.`);
    chosen.push({ order, at, asked });
  }
  const [first] = chosen;
  if (!first) return refusal('Line items by fulfillment order is empty.');
  if (chosen.some(({ order }) => order !== first.order))
    return refusal('All fulfillment orders must belong to the same order.');
  if (chosen.some(({ at }) => at.locationId !== first.at.locationId))
    return refusal('All fulfillment orders must be assigned to the same location.');
  const picks = new Map<FulfilmentPartBook, number>();
  for (const { at, asked } of chosen) {
    const wrong = collect(first.order, at, asked, picks);
    if (wrong) return wrong;
  }
  return {
    order: first.order,
    locationId: first.at.locationId,
    picks: [...picks].map(([part, quantity]) => ({ part, quantity })),
  };
}

/** Adds up what is asked of one fulfilment order; left blank, all that remains. */
function collect(
  order: OrderBook,
  at: FulfilmentOrderBook,
  asked: Asked,
  picks: Map<FulfilmentPartBook, number>,
): UserError | undefined {
  const lines =
    asked.fulfillmentOrderLineItems ??
    at.lines
      .filter((part) => openUnits(order, part) > 0)
      .map((part) => ({
        id: `gid://shopify/FulfillmentOrderLineItem/${part.id}`,
        quantity: openUnits(order, part),
      }));
  for (const { id, quantity } of lines) {
    const found = at.lines.find((each) => each.id === idIn('FulfillmentOrderLineItem', id));
    if (!found) return refusal('Fulfillment order line item does not exist.');
    const whole = (picks.get(found) ?? 0) + quantity;
    if (quantity < 1 || whole > openUnits(order, found))
      return refusal('Invalid fulfillment order line item quantity requested.');
    picks.set(found, whole);
  }
  return undefined;
}

function refusal(message: string): UserError {
  return { field: ['fulfillment'], message };
}

/** Records a fulfilment. */
export function fulfil(
  ids: Ids,
  order: OrderBook,
  { locationId, picks }: { locationId: string; picks: readonly Units[] },
  { trackingInfo }: FulfillmentInput,
  nowMs: number,
): OrderBook['fulfilments'][number] {
  for (const { part, quantity } of picks) {
    part.line.fulfilled += quantity;
    if (part.own) part.own.sent += quantity;
  }
  const list = (many: readonly string[] | null | undefined, one: string | null | undefined) => [
    ...(many ?? (one ? [one] : [])),
  ];
  const made = {
    id: ids.next(),
    number: order.fulfilments.length + 1,
    createdAtMs: nowMs,
    locationId,
    lines: picks.map(({ part: { line }, quantity }) => ({ id: ids.next(), line, quantity })),
    tracking: {
      company: trackingInfo?.company ?? null,
      numbers: list(trackingInfo?.numbers, trackingInfo?.number),
      urls: list(trackingInfo?.urls, trackingInfo?.url),
    },
  };
  order.fulfilments.push(made);
  return made;
}
