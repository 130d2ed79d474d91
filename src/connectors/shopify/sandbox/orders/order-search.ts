/** What the vendor's search knows of orders, by its field names. What is not here is not behaved. */
import type { OrderBook } from '../book.ts';
import { closedAt, financialStatus, fulfilmentStatus, gatewaysOf } from '../book-figures.ts';
import { type Fields, filterOf, idOf, timeBounds } from '../graphql/filters.ts';
import { parseSearch, requiredTerms } from '../graphql/search-syntax.ts';

/** An order that a search names. */
export type Only = { id: string } | { number: number };

export interface OrderQuery {
  fits: (order: OrderBook) => boolean;
  /** No order that changed before this second fits. */
  changedFrom: number;
  only: Only | undefined;
}

const isOpen = (order: OrderBook): boolean => closedAt(order) === null;
const isPaidAs = (status: string) => (order: OrderBook) => financialStatus(order) === status;
const isSentAs = (status: ReturnType<typeof fulfilmentStatus>) => (order: OrderBook) =>
  fulfilmentStatus(order) === status;

const FIELDS: Fields<OrderBook> = {
  id: { id: ({ id }) => id },
  name: { text: ({ number }) => [`#${number}`, String(number)] },
  created_at: { time: ({ createdAtMs }) => createdAtMs },
  processed_at: { time: ({ createdAtMs }) => createdAtMs },
  updated_at: { time: ({ updatedAtSecond }) => updatedAtSecond * 1_000 },
  status: {
    words: {
      any: () => true,
      open: isOpen,
      not_closed: isOpen,
      closed: (order) => !isOpen(order),
      cancelled: ({ cancelledAtMs }) => cancelledAtMs !== null,
    },
  },
  financial_status: {
    words: {
      paid: isPaidAs('PAID'),
      pending: isPaidAs('PENDING'),
      authorized: isPaidAs('AUTHORIZED'),
      partially_paid: isPaidAs('PARTIALLY_PAID'),
      partially_refunded: isPaidAs('PARTIALLY_REFUNDED'),
      refunded: isPaidAs('REFUNDED'),
      voided: isPaidAs('VOIDED'),
      expired: isPaidAs('EXPIRED'),
    },
  },
  fulfillment_status: {
    words: {
      unfulfilled: isSentAs('UNFULFILLED'),
      unshipped: isSentAs('UNFULFILLED'),
      partial: isSentAs('PARTIALLY_FULFILLED'),
      fulfilled: isSentAs('FULFILLED'),
      shipped: isSentAs('FULFILLED'),
    },
  },
  tag: { text: ({ tags }) => tags ?? [] },
  sku: { text: ({ lines }) => lines.flatMap(({ sku }) => sku ?? []) },
  email: { text: ({ shopper }) => shopper.email || null },
  customer_id: { id: ({ customerId }) => customerId ?? '0' },
  po_number: { text: ({ poNumber }) => poNumber },
  source_name: { text: ({ source }) => source },
  gateway: { text: gatewaysOf },
  test: { flag: ({ test }) => test },
};

/** What a search asks for, and where to look for it. */
export function orderQuery(query: string): OrderQuery {
  const fits = filterOf(query, FIELDS);
  let changedFrom = 0;
  let only: Only | undefined;
  for (const term of requiredTerms(parseSearch(query))) {
    if (term.negated) continue;
    if (term.field === 'updated_at') changedFrom = Math.max(changedFrom, timeBounds(term)[0] / 1_000);
    if (term.operator !== '=') continue;
    const number = term.field === 'name' ? /^#?(\d{1,15})$/.exec(term.value)?.[1] : undefined;
    if (term.field === 'id') only ??= { id: idOf(term) };
    else if (number !== undefined) only ??= { number: Number(number) };
  }
  return { fits, changedFrom, only };
}
