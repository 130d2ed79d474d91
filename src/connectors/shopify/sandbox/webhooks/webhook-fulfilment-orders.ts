/** Tells of what happens to a fulfilment order, by the topics `fulfillment_orders/*`: hints, with ids and states. */
import type { FulfilmentOrderBook, HoldBook, MerchantRequestBook, OrderBook } from '../book.ts';
import { fulfilmentOrderStatus } from '../book-figures.ts';
import type { Asked } from '../fulfilment/fulfilment-parts.ts';
import { gid } from '../ids.ts';
import type { Told } from './told.ts';
import type { Json } from './webhook-parts.ts';

export type FulfilmentOrderEvent =
  | { event: 'order_routing_complete' | 'hold_released' | 'scheduled_fulfillment_order_ready' }
  /** `byStaff`: the order was held in the admin, all of it. */
  | { event: 'placed_on_hold'; hold: HoldBook; rest: FulfilmentOrderBook | null; byStaff?: true }
  | { event: 'moved'; moved: FulfilmentOrderBook; from: string; items: readonly Asked[] }
  | { event: 'split'; rest: FulfilmentOrderBook; items: readonly Asked[] }
  | { event: 'merged'; intents: readonly { id: string; items: readonly Asked[] }[] }
  | {
      event: 'fulfillment_request_submitted' | 'cancellation_request_submitted';
      request: MerchantRequestBook;
    }
  | {
      event:
        | 'fulfillment_request_accepted'
        | 'fulfillment_request_rejected'
        | 'cancellation_request_accepted'
        | 'cancellation_request_rejected'
        | 'fulfillment_service_failed_to_complete';
      message: string | null;
    }
  | { event: 'cancelled'; replacement: FulfilmentOrderBook }
  | { event: 'rescheduled'; fulfilAt: string }
  | { event: 'progress_reported'; notes: string | null; before: string }
  | { event: 'line_items_prepared_for_pickup' };

export function fulfilmentOrderTold(
  order: OrderBook,
  at: FulfilmentOrderBook,
  what: FulfilmentOrderEvent,
): NonNullable<Told['messages']> {
  return [{ topics: [`fulfillment_orders/${what.event}`], body: () => bodyOf(order, at, what) }];
}

function bodyOf(order: OrderBook, at: FulfilmentOrderBook, what: FulfilmentOrderEvent): Json {
  const one = (each: FulfilmentOrderBook): Json => ({
    id: gid('FulfillmentOrder', each.id),
    status: fulfilmentOrderStatus(order, each).toLowerCase(),
  });
  const requested = (each: FulfilmentOrderBook): Json => ({
    ...one(each),
    request_status: (each.request ?? 'UNSUBMITTED').toLowerCase(),
  });
  const placed = (each: FulfilmentOrderBook): Json => ({
    ...one(each),
    assigned_location_id: gid('Location', each.locationId),
  });
  switch (what.event) {
    case 'order_routing_complete':
    case 'hold_released':
    case 'scheduled_fulfillment_order_ready':
      return { fulfillment_order: one(at) };
    case 'placed_on_hold':
      return {
        fulfillment_order: {
          ...one(at),
          fulfillment_holds: [
            ...(what.byStaff ? [holdOf(what.hold, false)] : []),
            ...(at.holds ?? []).map((hold) => holdOf(hold)),
          ],
        },
        remaining_fulfillment_order: what.rest && one(what.rest),
        held_fulfillment_order_line_items: at.lines.map(({ id, own, line }) => ({
          id: gid('FulfillmentOrderLineItem', id),
          quantity: own?.quantity ?? line.quantity,
        })),
        created_fulfillment_hold: holdOf(what.hold, !what.byStaff),
      };
    case 'moved':
      return {
        original_fulfillment_order: placed(at),
        moved_fulfillment_order: placed(what.moved),
        destination_location_id: gid('Location', what.moved.locationId),
        fulfillment_order_line_items_requested: what.items,
        source_location: { id: gid('Location', what.from) },
      };
    case 'split':
      return {
        split_line_items: what.items,
        fulfillment_order: one(at),
        remaining_fulfillment_order: one(what.rest),
        replacement_fulfillment_order: null,
      };
    case 'merged':
      return {
        merge_intents: what.intents.map(({ id, items }) => ({
          fulfillment_order_id: gid('FulfillmentOrder', id),
          fulfillment_order_line_items: items,
        })),
        fulfillment_order_merges: { fulfillment_order: one(at) },
      };
    case 'fulfillment_request_submitted':
      return {
        original_fulfillment_order: requested(at),
        submitted_fulfillment_order: requested(at),
        fulfillment_order_merchant_request: merchantRequest(what.request),
      };
    case 'cancellation_request_submitted':
      return {
        fulfillment_order: requested(at),
        fulfillment_order_merchant_request: merchantRequest(what.request),
      };
    case 'fulfillment_request_accepted':
    case 'fulfillment_request_rejected':
    case 'cancellation_request_rejected':
      return { fulfillment_order: requested(at), message: what.message };
    case 'cancellation_request_accepted':
    case 'fulfillment_service_failed_to_complete':
      return { fulfillment_order: one(at), message: what.message };
    case 'cancelled':
      return { fulfillment_order: one(at), replacement_fulfillment_order: one(what.replacement) };
    case 'rescheduled':
      return { fulfillment_order: { ...one(at), fulfill_at: what.fulfilAt } };
    case 'progress_reported':
      return {
        fulfillment_order: one(at),
        progress_report: {
          reason_notes: what.notes,
          progress_reported_by_app: { id: gid('App', '1') },
          progress_reported_by_user: null,
        },
        initial_status: what.before.toLowerCase(),
      };
    case 'line_items_prepared_for_pickup':
      return {
        fulfillment_order: {
          ...one(at),
          preparable: false,
          delivery_method: { method_type: 'pickup' },
        },
      };
    default:
      return what satisfies never;
  }
}

function holdOf({ id, reason, notes, handle }: HoldBook, byApp = true): Json {
  return {
    id: gid('FulfillmentHold', id),
    reason: reason.toLowerCase(),
    reason_notes: notes,
    held_by_requesting_app: byApp,
    handle,
    held_by_app: byApp ? { id: gid('App', '1') } : null,
  };
}

function merchantRequest({ id, message }: MerchantRequestBook): Json {
  return { id: gid('FulfillmentOrderMerchantRequest', id), message };
}
