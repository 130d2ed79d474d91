/** What has left: its tracking changes, the carrier tells of it, and it can be taken back before anything of it comes back. */
import type {
  FulfilmentBook,
  FulfilmentEventBook,
  FulfilmentOrderBook,
  FulfilmentPartBook,
  OrderBook,
} from '../book.ts';
import { fulfilmentOrderStatus, sentUnits } from '../book-figures.ts';
import { type Ids, idIn } from '../ids.ts';
import { fulfilmentEventNode, fulfilmentNode } from '../orders/nodes-events.ts';
import { liveReturns } from '../returns/returns.ts';
import type { FulfillmentInput, UserError } from './fulfilling.ts';

export interface ParcelHost {
  ids: Ids;
  now(): number;
  /** The order of a parcel, by the digits of its id, to be changed. */
  orderOf(fulfilmentId: string): OrderBook | undefined;
  /** Tells of a change of a parcel. */
  changed(order: OrderBook, parcel: FulfilmentBook): void;
  /** Tells of what the carrier has told. */
  told(order: OrderBook, parcel: FulfilmentBook, event: FulfilmentEventBook): void;
}

interface EventInput {
  fulfillmentId: string;
  status: string;
  happenedAt?: string | null;
  estimatedDeliveryAt?: string | null;
  message?: string | null;
  address1?: string | null;
  city?: string | null;
  province?: string | null;
  country?: string | null;
  zip?: string | null;
}

interface Found {
  order: OrderBook;
  parcel: FulfilmentBook;
}

export class Parcels {
  readonly #host: ParcelHost;

  constructor(host: ParcelHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      fulfillment: ({ id }: { id: string }) => this.byId(id),
      fulfillmentCancel: ({ id }: { id: string }) => this.#cancel(id),
      fulfillmentTrackingInfoUpdate: (args: {
        fulfillmentId: string;
        trackingInfoInput: NonNullable<FulfillmentInput['trackingInfo']>;
      }) => this.#track(args.fulfillmentId, args.trackingInfoInput),
      fulfillmentEventCreate: ({ fulfillmentEvent }: { fulfillmentEvent: EventInput }) =>
        this.#event(fulfillmentEvent),
    };
  }

  byId(id: string): unknown {
    const found = this.#find(id);
    return found ? fulfilmentNode(found.order, found.parcel) : null;
  }

  #cancel(id: string): unknown {
    const found = this.#find(id);
    if (!found) return refused('id', 'Fulfillment not found.');
    const { order, parcel } = found;
    if (parcel.cancelledAtMs !== undefined) return refused('id', 'Fulfillment is already cancelled.');
    if (order.cancelledAtMs !== null || !isWhole(order, parcel))
      return refused('id', 'Fulfillment cannot be cancelled.');
    takeBack(this.#host.ids, order, parcel);
    parcel.cancelledAtMs = this.#host.now();
    return this.#answer(found);
  }

  #track(id: string, input: NonNullable<FulfillmentInput['trackingInfo']>): unknown {
    const found = this.#find(id);
    if (!found) return refused('fulfillmentId', 'Fulfillment not found.');
    if (found.parcel.cancelledAtMs !== undefined)
      return refused('fulfillmentId', 'Fulfillment is cancelled.');
    found.parcel.tracking = {
      company: input.company ?? null,
      numbers: [...(input.numbers ?? (input.number ? [input.number] : []))],
      urls: [...(input.urls ?? (input.url ? [input.url] : []))],
    };
    return this.#answer(found);
  }

  #event(input: EventInput): unknown {
    const none = (field: string, message: string) => ({
      fulfillmentEvent: null,
      userErrors: [{ field: ['fulfillmentEvent', field], message }],
    });
    const found = this.#find(input.fulfillmentId);
    if (!found) return none('fulfillmentId', 'Fulfillment not found.');
    const { order, parcel } = found;
    if (parcel.cancelledAtMs !== undefined) return none('fulfillmentId', 'Fulfillment is cancelled.');
    const now = this.#host.now();
    const { status, message, address1, city, province, country, zip } = input;
    const event: FulfilmentEventBook = {
      id: this.#host.ids.next(),
      status,
      happenedAtMs: input.happenedAt ? Date.parse(input.happenedAt) : now,
      createdAtMs: now,
      estimatedDeliveryAtMs: input.estimatedDeliveryAt ? Date.parse(input.estimatedDeliveryAt) : null,
      message: message ?? null,
      address: {
        address1: address1 ?? null,
        city: city ?? null,
        province: province ?? null,
        country: country ?? null,
        zip: zip ?? null,
      },
    };
    parcel.events = [...(parcel.events ?? []), event];
    parcel.updatedAtMs = now;
    this.#host.told(order, parcel, event);
    return { fulfillmentEvent: fulfilmentEventNode(event), userErrors: [] };
  }

  #answer({ order, parcel }: Found): unknown {
    parcel.updatedAtMs = this.#host.now();
    this.#host.changed(order, parcel);
    return { fulfillment: fulfilmentNode(order, parcel), userErrors: [] };
  }

  #find(globalId: string): Found | undefined {
    const id = idIn('Fulfillment', globalId) ?? '';
    const order = this.#host.orderOf(id);
    const parcel = order?.fulfilments.find((each) => each.id === id);
    return order && parcel ? { order, parcel } : undefined;
  }
}

function refused(field: string, message: string): { fulfillment: null; userErrors: UserError[] } {
  return { fulfillment: null, userErrors: [{ field: [field], message }] };
}

/** Nothing of a parcel has come back, or is to. */
function isWhole(order: OrderBook, { lines }: FulfilmentBook): boolean {
  const ids = new Set(lines.map(({ id }) => id));
  const awaited = liveReturns(order).some((each) =>
    each.lines.some((line) => ids.has(line.fulfilmentLineId)),
  );
  return !awaited && lines.every(({ line, quantity }) => line.fulfilled - quantity >= line.returned);
}

/**
 * Units are to be sent again: in their fulfilment order, if it has still something to send; what was sent whole stays closed,
 * and another takes its place.
 */
function takeBack(ids: Ids, order: OrderBook, parcel: FulfilmentBook): void {
  const again = new Map<FulfilmentOrderBook, FulfilmentPartBook[]>();
  const closed = new Set(
    order.fulfilmentOrders.filter((at) => fulfilmentOrderStatus(order, at) === 'CLOSED'),
  );
  for (const { line, quantity } of parcel.lines) {
    let left = quantity;
    for (const at of order.fulfilmentOrders) {
      if (at.locationId !== parcel.locationId) continue;
      for (const part of at.lines) {
        const units = part.line === line ? Math.min(left, sentUnits(part)) : 0;
        if (units === 0) continue;
        left -= units;
        const sent = sentUnits(part) - units;
        if (closed.has(at)) {
          part.own = { quantity: sent, sent };
          const made = { id: ids.next(), line, own: { quantity: units, sent: 0 } };
          again.set(at, [...(again.get(at) ?? []), made]);
        } else if (part.own) part.own.sent = sent;
      }
    }
    line.fulfilled -= quantity;
  }
  for (const [{ locationId }, lines] of again)
    order.fulfilmentOrders.push({ id: ids.next(), locationId, lines });
}
