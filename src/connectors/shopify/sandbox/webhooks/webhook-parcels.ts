/** Tells of what has left: its tracking, its way, and that it was taken back. */
import type { FulfilmentBook, FulfilmentEventBook, OrderBook } from '../book.ts';
import type { Store } from '../store.ts';
import { fulfilment, fulfilmentEvent } from './webhook-parts.ts';

export function parcelWebhooks(store: Pick<Store, 'changed' | 'writer'>) {
  const update = (order: OrderBook, parcel: FulfilmentBook) => ({
    topics: ['fulfillments/update'] as const,
    body: () => fulfilment(order, parcel, store.writer),
  });
  return {
    changed(order: OrderBook, parcel: FulfilmentBook): void {
      store.changed(order, { messages: [update(order, parcel)] });
    },
    told(order: OrderBook, parcel: FulfilmentBook, event: FulfilmentEventBook): void {
      const body = () => fulfilmentEvent(order, parcel, event, store.writer);
      const messages = [update(order, parcel), { topics: ['fulfillment_events/create'] as const, body }];
      store.changed(order, { messages });
    },
  };
}
