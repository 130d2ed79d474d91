/** Returns as GraphQL objects, with what comes back, on which way, and what became of it. */
import type {
  DispositionBook,
  ExchangeLineBook,
  FeeBook,
  FulfilmentBook,
  OrderBook,
  ReturnBook,
  ReturnLineBook,
  ReverseDeliveryBook,
} from '../book.ts';
import { both } from '../book-figures.ts';
import { moneyBag, utc } from '../format.ts';
import { connection, type PageArgs } from '../graphql/connection.ts';
import { gid } from '../ids.ts';
import {
  fulfilmentLineNode,
  fulfilmentNode,
  type Locations,
  refundNode,
  transactionNode,
} from '../orders/nodes-events.ts';
import { lineNode, type Node } from '../orders/nodes-lines.ts';
import { part, priceOf } from '../orders/pricing.ts';
import { reasonNode } from './return-reasons.ts';
import { disposedUnits, returnableUnits, unprocessed } from './returns.ts';

/** What a return's node shows of others. */
export interface ReturnView {
  locations: Locations;
  orderNode(order: OrderBook): unknown;
}

interface ListArgs extends PageArgs {
  processingStatus?: 'PROCESSABLE' | 'PROCESSED' | null;
}

/** Lines of which something is processed, or is still to be. */
function inState<Line extends { quantity: number; processed: number }>(
  lines: readonly Line[],
  { processingStatus }: ListArgs,
): Line[] {
  return lines.filter((line) => {
    if (!processingStatus) return true;
    return processingStatus === 'PROCESSED' ? line.processed > 0 : unprocessed(line) > 0;
  });
}

export function returnNode(order: OrderBook, each: ReturnBook, view: ReturnView): Node {
  const refunds = order.refunds.filter(({ returnId }) => returnId === each.id);
  const { reverse } = each;
  return {
    __typename: 'Return',
    id: gid('Return', each.id),
    name: each.name,
    status: each.status,
    createdAt: utc(each.createdAtMs),
    requestApprovedAt: each.approvedAtMs === null ? null : utc(each.approvedAtMs),
    closedAt: each.closedAtMs === null ? null : utc(each.closedAtMs),
    decline: each.decline,
    order: () => view.orderNode(order),
    totalQuantity: each.lines.reduce((units, { quantity }) => units + quantity, 0),
    returnShippingFees: each.shippingFee ? [feeNode(order, 'ReturnShippingFee', each.shippingFee)] : [],
    returnLineItems: (args: ListArgs) =>
      connection(inState(each.lines, args), args, (line) => returnLineNode(order, each, line)),
    exchangeLineItems: (args: ListArgs) =>
      connection(inState(each.exchanges, args), args, (line) => exchangeNode(order, line)),
    refunds: (args: PageArgs) => connection(refunds, args, (refund) => refundNode(order, refund)),
    transactions: (args: PageArgs) =>
      connection(
        refunds.flatMap(({ transactions }) => transactions),
        args,
        (one) => transactionNode(order, one),
      ),
    reverseFulfillmentOrders: (args: PageArgs) =>
      connection(reverse ? [reverse] : [], args, () => reverseNode(order, each, view)),
  };
}

function returnLineNode(order: OrderBook, { status }: ReturnBook, line: ReturnLineBook): Node {
  const open = status === 'OPEN' || status === 'CLOSED' ? unprocessed(line) : 0;
  return {
    __typename: 'ReturnLineItem',
    id: gid('ReturnLineItem', line.id),
    quantity: line.quantity,
    processedQuantity: line.processed,
    unprocessedQuantity: unprocessed(line),
    processableQuantity: open,
    refundableQuantity: open,
    refundedQuantity: line.processed,
    returnReason: line.reason,
    returnReasonDefinition: reasonNode(line.reason),
    returnReasonNote: line.note,
    customerNote: line.customerNote,
    restockingFee: line.fee
      ? { ...feeNode(order, 'RestockingFee', line.fee), percentage: line.fee.percentage }
      : null,
    fulfillmentLineItem: () => parcelLine(order, line),
    withCodeDiscountedTotalPriceSet: () =>
      moneyBag(
        order,
        both((side) => part(priceOf(order, line.line, side).net, line.quantity, line.line.quantity)),
      ),
  };
}

function feeNode(order: OrderBook, type: string, { id, amount }: FeeBook): Node {
  return { __typename: type, id: gid(type, id), amountSet: moneyBag(order, amount) };
}

function parcelLine(order: OrderBook, { fulfilmentLineId }: ReturnLineBook): Node | null {
  const found = order.fulfilments.flatMap(({ lines }) => lines).find(({ id }) => id === fulfilmentLineId);
  return found ? fulfilmentLineNode(order, found) : null;
}

function exchangeNode(order: OrderBook, line: ExchangeLineBook): Node {
  return {
    __typename: 'ExchangeLineItem',
    id: gid('ExchangeLineItem', line.id),
    quantity: line.quantity,
    processedQuantity: line.processed,
    unprocessedQuantity: unprocessed(line),
    processableQuantity: unprocessed(line),
    productId: gid('Product', line.productId),
    variantId: gid('ProductVariant', line.variantId),
    variantSku: line.sku,
    variantTitle: line.variantTitle,
    title: line.title,
    lineItem: line.lines[0] ? lineNode(order, line.lines[0]) : null,
    lineItems: line.lines.map((one) => lineNode(order, one)),
  };
}

/** What is to come back, as those see it who take it in. */
export function reverseNode(order: OrderBook, each: ReturnBook, view: ReturnView): Node | null {
  const { reverse, lines } = each;
  if (!reverse) return null;
  const done = lines.every((line) => disposedUnits(line) >= line.quantity);
  return {
    __typename: 'ReverseFulfillmentOrder',
    id: gid('ReverseFulfillmentOrder', reverse.id),
    status: each.status === 'CANCELED' ? 'CANCELED' : done ? 'CLOSED' : 'OPEN',
    order: () => view.orderNode(order),
    thirdPartyConfirmation: null,
    lineItems: (args: PageArgs) => connection(lines, args, (line) => reverseLineNode(order, line, view)),
    reverseDeliveries: (args: PageArgs) =>
      connection(reverse.deliveries, args, (delivery) => deliveryNode(order, each, delivery, view)),
  };
}

export function reverseLineNode(order: OrderBook, line: ReturnLineBook, view: ReturnView): Node {
  return {
    __typename: 'ReverseFulfillmentOrderLineItem',
    id: gid('ReverseFulfillmentOrderLineItem', line.reverseId),
    totalQuantity: line.quantity,
    fulfillmentLineItem: () => parcelLine(order, line),
    dispositions: line.dispositions.map((each) => dispositionNode(each, view)),
  };
}

function dispositionNode(
  { id, type, quantity, locationId, createdAtMs }: DispositionBook,
  { locations }: ReturnView,
): Node {
  return {
    __typename: 'ReverseFulfillmentOrderDisposition',
    id: gid('ReverseFulfillmentOrderDisposition', id),
    type,
    quantity,
    createdAt: utc(createdAtMs),
    location:
      locationId === null
        ? null
        : { __typename: 'Location', id: gid('Location', locationId), name: locations.get(locationId) ?? '' },
  };
}

export function deliveryNode(
  order: OrderBook,
  each: ReturnBook,
  { id, tracking, labelUrl, lines }: ReverseDeliveryBook,
  view: ReturnView,
): Node {
  return {
    __typename: 'ReverseDelivery',
    id: gid('ReverseDelivery', id),
    reverseFulfillmentOrder: () => reverseNode(order, each, view),
    deliverable: {
      __typename: 'ReverseDeliveryShippingDeliverable',
      label: labelUrl === null ? null : { publicFileUrl: labelUrl },
      tracking: tracking && { ...tracking, carrierName: null },
    },
    reverseDeliveryLineItems: (args: PageArgs) =>
      connection(lines, args, (line) => {
        const of = each.lines.find(({ reverseId }) => reverseId === line.reverseId);
        return {
          __typename: 'ReverseDeliveryLineItem',
          id: gid('ReverseDeliveryLineItem', line.id),
          quantity: line.quantity,
          dispositions: (of?.dispositions ?? []).map((one) => dispositionNode(one, view)),
          reverseFulfillmentOrderLineItem: of ? reverseLineNode(order, of, view) : null,
        };
      }),
  };
}

/** Parcels of which something can come back. */
export function returnableNodes(order: OrderBook): { id: string; node: Node }[] {
  return order.fulfilments.flatMap((parcel: FulfilmentBook) => {
    if (parcel.cancelledAtMs !== undefined) return [];
    const lines = parcel.lines
      .map((line) => ({ id: line.id, line, quantity: returnableUnits(order, line) }))
      .filter(({ quantity }) => quantity > 0);
    if (lines.length === 0) return [];
    const node = {
      __typename: 'ReturnableFulfillment',
      id: gid('ReturnableFulfillment', parcel.id),
      fulfillment: () => fulfilmentNode(order, parcel),
      returnableFulfillmentLineItems: (args: PageArgs) =>
        connection(lines, args, ({ line, quantity }) => ({
          quantity,
          fulfillmentLineItem: fulfilmentLineNode(order, line),
        })),
    };
    return [{ id: parcel.id, node }];
  });
}

/** How far an order's returns are. */
export function returnStatus({ returns = [] }: OrderBook): string {
  const open = returns.filter(({ status }) => status === 'OPEN');
  if (open.length > 0)
    return open.every(({ lines }) => lines.every((line) => disposedUnits(line) >= line.quantity))
      ? 'INSPECTION_COMPLETE'
      : 'IN_PROGRESS';
  if (returns.some(({ status }) => status === 'REQUESTED')) return 'RETURN_REQUESTED';
  return returns.some(({ status }) => status === 'CLOSED') ? 'RETURNED' : 'NO_RETURN';
}
