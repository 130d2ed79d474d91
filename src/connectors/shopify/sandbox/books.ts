/** The store's books, as the auditor reads them. */
import type { ChannelBooks } from '../../../sandbox/kit/types.ts';
import type { OrderBook } from './book.ts';
import { capturedAmount, currentUnits, openUnits, refundedAmount } from './book-figures.ts';
import { isTracked, type Stock } from './inventory/stock.ts';
import { outstandingAmount } from './orders/acts.ts';
import type { Locations } from './orders/nodes-events.ts';
import { payable, totals } from './orders/pricing.ts';
import { capturable } from './payments/captures.ts';

export type Book = ChannelBooks['orders'][number];

/** The store has no field for who sent a parcel: whoever needs one writes it among the tracking numbers. */
const SHIPMENT = /^shipment (.+)$/;

export function channelBook(order: OrderBook, locations: Locations, nowMs: number): Book {
  // What was taken back has not left.
  const standing = order.fulfilments.filter(({ cancelledAtMs }) => cancelledAtMs === undefined);
  return {
    channelOrderId: order.id,
    name: `#${order.number}`,
    currency: order.currency,
    test: order.test,
    cancelled: order.cancelledAtMs !== null,
    totalMinor: Number(totals(order).total.shop + order.cashRounding.shop),
    // What is owed, coins rounded.
    currentTotalMinor: Number(payable(order).shop),
    soldInStore: order.delivery === 'RETAIL',
    refundedMinor: Number(refundedAmount(order, 'success').shop),
    capturedMinor: Number(capturedAmount(order).shop),
    tenders: tendersOf(order),
    authorisations: authorisationsOf(order, nowMs),
    tags: order.tags ?? [],
    metafields: (order.metafields ?? []).map(({ namespace, key, value }) => ({ namespace, key, value })),
    giftCards: order.lines.filter(({ giftCard }) => giftCard).map(({ id }) => id),
    lines: order.lines.map((line) => ({
      lineId: line.id,
      sku: line.sku,
      quantity: line.quantity,
      currentQuantity: currentUnits(line),
      fulfilledQuantity: line.fulfilled,
    })),
    fulfilments: standing.map(({ id, lines, tracking: { numbers } }) => ({
      fulfilmentId: id,
      shipmentId: numbers.map((number) => SHIPMENT.exec(number)?.[1]).find((found) => found) ?? null,
      lines: lines.map(({ line, quantity }) => ({ lineId: line.id, quantity })),
      trackingNumber: numbers.find((number) => !SHIPMENT.test(number)) ?? null,
    })),
    planned: plannedOf(order, locations),
  };
}

/** What is counted, at each location. */
export function stockBook(stock: Stock, locations: Locations): NonNullable<ChannelBooks['stock']> {
  return stock
    .all()
    .filter((item) => item.sku !== '' && isTracked(item))
    .flatMap(({ sku, levels }) =>
      [...levels.values()].map(({ locationId, quantities: { available, committed } }) => ({
        sku,
        location: locations.get(locationId) ?? locationId,
        available,
        committed,
      })),
    );
}

/** What fulfilment orders have still to send. */
function plannedOf(order: OrderBook, locations: Locations): NonNullable<Book['planned']> {
  if (order.cancelledAtMs !== null) return [];
  return order.fulfilmentOrders.flatMap(({ locationId, holds, lines }) => {
    const open = lines
      .map((part) => ({ lineId: part.line.id, quantity: openUnits(order, part) }))
      .filter(({ quantity }) => quantity > 0);
    const location = locations.get(locationId) ?? locationId;
    return open.length === 0
      ? []
      : [{ location, holds: (holds ?? []).map(({ handle }) => handle), lines: open }];
  });
}

/** In the shopper's money: that is what is authorised. */
function authorisationsOf(order: OrderBook, nowMs: number): NonNullable<Book['authorisations']> {
  const { transactions, cancelledAtMs } = order;
  return transactions
    .filter(({ kind, status }) => kind === 'authorization' && status === 'success')
    .map((each) => {
      const ofIt = transactions.filter(
        ({ parentId, status }) => parentId === each.id && status === 'success',
      );
      const captures = ofIt
        .filter(({ kind }) => kind === 'capture')
        .map(({ amount }) => Number(amount.presentment));
      const isOver = ofIt.some(({ kind }) => kind === 'void') || cancelledAtMs !== null;
      const owed = isOver ? 0 : Number(outstandingAmount(order).presentment);
      const left = Number(capturable(order, each).presentment);
      const hasLapsed = each.expiresAtMs !== null && each.expiresAtMs <= nowMs;
      const isSpent = captures.length > 0 && !each.multiCapturable;
      return {
        amountMinor: Number(each.amount.presentment),
        severalCaptures: each.multiCapturable ?? false,
        captures,
        lapsedMinor: hasLapsed && !isSpent ? Math.max(0, Math.min(left, owed)) : 0,
      };
    });
}

/** What was captured, by means of payment. */
function tendersOf({ transactions }: OrderBook): { gateway: string; amountMinor: number }[] {
  const captured = transactions.filter(
    ({ kind, status }) => status === 'success' && (kind === 'sale' || kind === 'capture'),
  );
  return [...Map.groupBy(captured, ({ gateway }) => gateway)].map(([gateway, paid]) => ({
    gateway,
    amountMinor: paid.reduce((all, { amount }) => all + Number(amount.shop), 0),
  }));
}
