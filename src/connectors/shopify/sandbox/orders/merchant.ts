/** What the store's own staff does with orders in the admin, by the ways that apps have too. False: it is not possible any more. */

import { percentOf, toMinor, toText } from '../../../../sandbox/kit/money.ts';
import type { ReturnFees } from '../../../../sandbox/kit/types.ts';
import type { OrderBook } from '../book.ts';
import {
  capturedAmount,
  fulfilmentOrderStatus,
  openUnits,
  refundedAmount,
  subtract,
} from '../book-figures.ts';
import { gid } from '../ids.ts';
import { part, priceOf, shareOf, withTax } from './pricing.ts';

/** The vendor's mutations by name, as an app would call them. */
type Call = (args: object) => unknown;

export interface MerchantHost {
  /** An order of this id, to be changed. Throws where there is none. */
  order(channelOrderId: string): OrderBook;
  root(): Record<string, unknown>;
  /** Other orders of an order's customer; null: it has none. */
  ordersOfCustomer(order: OrderBook): readonly OrderBook[] | null;
  /** Forgets the customer of an order, as the vendor does some days after it was asked to. */
  erase(order: OrderBook): void;
}

interface Payload {
  userErrors: readonly { message: string }[];
  return?: { id: string } | null;
}

export class Merchant {
  readonly #host: MerchantHost;

  constructor(host: MerchantHost) {
    this.#host = host;
  }

  /** Puts an order away that is done. */
  archive(channelOrderId: string): boolean {
    const order = this.#host.order(channelOrderId);
    if (order.cancelledAtMs !== null || (order.closedAtMs ?? null) !== null) return false;
    return this.#call('orderClose', { input: { id: gid('Order', order.id) } }) !== null;
  }

  /** Forgets who has bought; not while anything is still to be sent to them. */
  redact(channelOrderId: string): boolean {
    const order = this.#host.order(channelOrderId);
    const orders = this.#host.ordersOfCustomer(order);
    if (orders === null || orders.some((each) => !isOver(each))) return false;
    this.#host.erase(order);
    return true;
  }

  /** Sends a unit apart from the others: its fulfilment order becomes two. */
  split(channelOrderId: string): boolean {
    const order = this.#host.order(channelOrderId);
    const at = openAt(order).find(({ open }) => open.reduce((units, part) => units + part.quantity, 0) > 1);
    const [part] = at?.open ?? [];
    if (!at || !part) return false;
    const fulfillmentOrderLineItems = [{ id: gid('FulfillmentOrderLineItem', part.id), quantity: 1 }];
    const one = { fulfillmentOrderId: gid('FulfillmentOrder', at.id), fulfillmentOrderLineItems };
    return this.#call('fulfillmentOrderSplit', { fulfillmentOrderSplits: [one] }) !== null;
  }

  /** Fulfilment orders of one location become one again. */
  merge(channelOrderId: string): boolean {
    const open = openAt(this.#host.order(channelOrderId));
    const [group] = [...Map.groupBy(open, ({ locationId }) => locationId).values()].filter(
      (each) => each.length > 1,
    );
    if (!group) return false;
    const mergeIntents = group.map(({ id }) => ({ fulfillmentOrderId: gid('FulfillmentOrder', id) }));
    return this.#call('fulfillmentOrderMerge', { fulfillmentOrderMergeInputs: [{ mergeIntents }] }) !== null;
  }

  /** The shopper asks, in the account at the store, to send units of a parcel back. */
  askBack(channelOrderId: string, { index, quantity }: { index: number; quantity: number }): boolean {
    const order = this.#host.order(channelOrderId);
    const line = order.lines[index];
    const shipped = order.fulfilments
      .filter(({ cancelledAtMs }) => cancelledAtMs === undefined)
      .flatMap(({ lines }) => lines)
      .find((each) => each.line === line && each.quantity >= quantity);
    if (!shipped) return false;
    const returnLineItems = [
      {
        fulfillmentLineItemId: gid('FulfillmentLineItem', shipped.id),
        quantity,
        returnReason: 'UNWANTED',
        customerNote: 'It does not go with the room.',
      },
    ];
    return (
      this.#call('returnRequest', { input: { orderId: gid('Order', order.id), returnLineItems } }) !== null
    );
  }

  /** Units of a parcel are taken back as a return, put on the shelf, and given back for, less what the return costs. */
  takeBack(
    channelOrderId: string,
    { index, quantity, fees }: { index: number; quantity: number; fees?: ReturnFees },
  ): boolean {
    const order = this.#host.order(channelOrderId);
    const line = order.lines[index];
    const parcel = order.fulfilments
      .filter(({ cancelledAtMs }) => cancelledAtMs === undefined)
      .find(({ lines }) => lines.some((each) => each.line === line && each.quantity >= quantity));
    const shipped = parcel?.lines.find((each) => each.line === line);
    if (!line || !parcel || !shipped || order.money !== 'paid') return false;
    const taken = line.removed + line.returned;
    const { subtotal, tax } = shareOf(order, line, taken, taken + quantity);
    const whole = withTax(order, subtotal.shop, tax.shop);
    const share = part(priceOf(order, line, 'shop').net, quantity, line.quantity);
    const cost = fees
      ? percentOf(share, fees.restockingPercent) + toMinor(fees.shipping, order.currency)
      : 0n;
    if (cost > whole || (fees && order.presentmentCurrency !== order.currency)) return false;
    const worth = whole - cost;
    const paid = order.transactions.findLast(
      ({ kind, status, amount }) =>
        (kind === 'sale' || kind === 'capture') && status === 'success' && amount.shop >= worth,
    );
    const left = subtract(capturedAmount(order), refundedAmount(order, 'success', 'pending'));
    if (!paid || left.shop < worth) return false;
    const returnLineItems = [
      {
        ...{
          fulfillmentLineItemId: gid('FulfillmentLineItem', shipped.id),
          quantity,
          returnReason: 'UNWANTED',
        },
        ...(fees ? { restockingFee: { percentage: Number(fees.restockingPercent) } } : {}),
      },
    ];
    const returnShippingFee = fees && { amount: { amount: fees.shipping, currencyCode: order.currency } };
    const returnInput = { orderId: gid('Order', order.id), returnLineItems, returnShippingFee };
    if (this.#call('returnCreate', { returnInput }) === null) return false;
    const made = order.returns?.at(-1);
    const back = made?.lines[0];
    if (!made || !back) return false;
    const disposition = {
      reverseFulfillmentOrderLineItemId: gid('ReverseFulfillmentOrderLineItem', back.reverseId),
      ...{ quantity, dispositionType: 'RESTOCKED', locationId: gid('Location', parcel.locationId) },
    };
    const transactionAmount = { amount: toText(worth, order.currency), currencyCode: order.currency };
    const orderTransactions = [{ parentId: gid('OrderTransaction', paid.id), transactionAmount }];
    const input = {
      returnId: gid('Return', made.id),
      returnLineItems: [{ id: gid('ReturnLineItem', back.id), quantity, dispositions: [disposition] }],
      ...(worth > 0n ? { financialTransfer: { issueRefund: { orderTransactions } } } : {}),
    };
    if (this.#call('returnProcess', { input }) === null)
      throw new Error(`the return of order ${order.id} was made and cannot be processed`);
    return true;
  }

  /** Null: the vendor refuses. */
  #call(name: string, args: object): Payload | null {
    const payload = (this.#host.root()[name] as Call)(args) as Payload;
    return payload.userErrors.length > 0 ? null : payload;
  }
}

/** Fulfilment orders from which something may leave now, with what it is. */
function openAt(
  order: OrderBook,
): { id: string; locationId: string; open: { id: string; quantity: number }[] }[] {
  return order.fulfilmentOrders
    .filter((each) => ['OPEN', 'IN_PROGRESS'].includes(fulfilmentOrderStatus(order, each)))
    .map(({ id, locationId, lines }) => ({
      ...{ id, locationId },
      open: lines
        .map((part) => ({ id: part.id, quantity: openUnits(order, part) }))
        .filter(({ quantity }) => quantity > 0),
    }));
}

function isOver(order: OrderBook): boolean {
  return order.cancelledAtMs !== null || openAt(order).length + held(order) === 0;
}

const held = (order: OrderBook): number =>
  order.fulfilmentOrders.filter((each) =>
    ['ON_HOLD', 'SCHEDULED'].includes(fulfilmentOrderStatus(order, each)),
  ).length;
