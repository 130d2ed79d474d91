/** What the topics `returns/*` carry, as the vendor's examples show it. */
import type { OrderBook, RefundBook, ReturnBook } from '../book.ts';
import { moneySet } from '../format.ts';
import { digits, gid } from '../ids.ts';
import type { ReturnEvent } from '../returns/order-returns.ts';
import type { Disposed } from '../returns/reverse.ts';
import type { Store } from '../store.ts';
import type { Json } from './webhook-parts.ts';

/** Tells of returns, each time with their order. */
export function returnWebhooks(store: Pick<Store, 'changed' | 'processed'>) {
  return {
    happened(order: OrderBook, event: ReturnEvent, each: ReturnBook): void {
      const body = () => returnBody(order, event, each);
      store.changed(order, { messages: [{ topics: [`returns/${event}`], body }] });
    },
    removed(order: OrderBook, each: ReturnBook, lines: readonly { id: string; delta: number }[]): void {
      const body = () => returnUpdateBody(each, lines);
      store.changed(order, { messages: [{ topics: ['returns/update'], body }] });
    },
    disposed(order: OrderBook, each: ReturnBook, made: readonly Disposed[]): void {
      const body = () => disposeBody(each, made);
      store.changed(order, { messages: [{ topics: ['reverse_fulfillment_orders/dispose'], body }] });
    },
    processed(order: OrderBook, refund: RefundBook | null): void {
      store.processed(order, refund);
    },
  };
}

const named = (type: string, id: string): Json => ({ id: digits(id), admin_graphql_api_id: gid(type, id) });

export function returnBody(order: OrderBook, event: ReturnEvent, each: ReturnBook): Json {
  const common = { ...named('Return', each.id), status: each.status.toLowerCase() };
  switch (event) {
    case 'cancel':
    case 'close':
    case 'reopen':
      return { ...common, order_id: digits(order.id) };
    case 'decline':
      return {
        ...common,
        order: named('Order', order.id),
        decline: each.decline && { reason: each.decline.reason.toLowerCase(), note: each.decline.note },
      };
    case 'request':
    case 'approve':
      return {
        ...common,
        order: named('Order', order.id),
        total_return_line_items: each.lines.length,
        name: each.name,
        return_line_items: each.lines.map((line) => ({
          ...named('ReturnLineItem', line.id),
          fulfillment_line_item: {
            ...named('FulfillmentLineItem', line.fulfilmentLineId),
            line_item: named('LineItem', line.line.id),
          },
          quantity: line.quantity,
          return_reason: line.reason.toLowerCase(),
          return_reason_note: line.note,
          customer_note: line.customerNote,
        })),
        return_shipping_fees: each.shippingFee
          ? [
              {
                ...named('ReturnShippingFee', each.shippingFee.id),
                price: moneySet(order, each.shippingFee.amount),
              },
            ]
          : [],
        exchange_line_items: each.exchanges.map(({ id, lines }) => ({
          ...named('ExchangeLineItem', id),
          line_item: lines[0] ? named('LineItem', lines[0].id) : null,
        })),
        total_exchange_line_items: each.exchanges.length,
      };
    default:
      return event satisfies never;
  }
}

/** `returns/update`: units that are not to come back after all. */
export function returnUpdateBody(
  { id }: ReturnBook,
  removals: readonly { id: string; delta: number }[],
): Json {
  return {
    admin_graphql_api_id: gid('Return', id),
    return_line_items: {
      removals: removals.map((each) => ({
        admin_graphql_api_id: gid('ReturnLineItem', each.id),
        delta: each.delta,
      })),
    },
    restocking_fees: { updates: [], removals: [] },
    return_shipping_fees: { updates: [], removals: [] },
  };
}

/** `reverse_fulfillment_orders/dispose`. */
export function disposeBody({ reverse }: ReturnBook, made: readonly Disposed[]): Json {
  return {
    ...named('ReverseFulfillmentOrder', reverse?.id ?? ''),
    dispositions: made.map(({ line, disposition: { type, locationId, quantity } }) => ({
      reverse_fulfillment_order_line_item: named('ReverseFulfillmentOrderLineItem', line.reverseId),
      reverse_delivery_line_item: null,
      type: type.toLowerCase(),
      location: locationId === null ? null : named('Location', locationId),
      quantity,
    })),
    total_dispositions: made.length,
  };
}
