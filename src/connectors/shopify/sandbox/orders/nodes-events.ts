/** What happens to an order as GraphQL objects: payments, refunds, and who is to send what, or has. */
import type {
  Amount,
  FulfilmentBook,
  FulfilmentEventBook,
  FulfilmentOrderBook,
  FulfilmentPartBook,
  HoldBook,
  MerchantRequestBook,
  OrderBook,
  RefundBook,
  ReturnBook,
  TransactionBook,
} from '../book.ts';
import {
  add,
  fulfilmentOrderStatus,
  isAccepted,
  NOTHING,
  openUnits,
  scheduledUntil,
  sentUnits,
} from '../book-figures.ts';
import { moneyBag, utc } from '../format.ts';
import { connection, type PageArgs } from '../graphql/connection.ts';
import { gid } from '../ids.ts';
import { capturableNow } from '../payments/captures.ts';
import { lineNode, type Node, shippingNode } from './nodes-lines.ts';
import { discrepancy } from './pricing.ts';

/** Names of locations by their ids. */
export interface Locations extends ReadonlyMap<string, string> {
  /** Whether it is a fulfilment service: what is sent from there is requested of it first. */
  isService(locationId: string): boolean;
}

export function transactionNode(order: OrderBook, each: TransactionBook): Node {
  const parent = order.transactions.find(({ id }) => id === each.parentId);
  const open = capturableNow(order, each);
  const isOpen = open.presentment > 0n;
  return {
    __typename: 'OrderTransaction',
    id: gid('OrderTransaction', each.id),
    kind: each.kind.toUpperCase(),
    status: each.status.toUpperCase(),
    gateway: each.gateway,
    test: order.test,
    createdAt: utc(each.createdAtMs),
    processedAt: utc(each.processedAtMs),
    authorizationExpiresAt: each.expiresAtMs === null ? null : utc(each.expiresAtMs),
    multiCapturable: each.multiCapturable ?? false,
    manuallyCapturable: isOpen,
    manualPaymentGateway: false,
    totalUnsettledSet: isOpen ? moneyBag(order, open) : null,
    parentTransaction: () => (parent ? transactionNode(order, parent) : null),
    amountSet: () => moneyBag(order, each.amount),
  };
}

export function refundNode(order: OrderBook, each: RefundBook): Node {
  const bag = (amount: Amount) => moneyBag(order, amount);
  const at = utc(each.createdAtMs);
  return {
    __typename: 'Refund',
    id: gid('Refund', each.id),
    legacyResourceId: each.id,
    createdAt: at,
    processedAt: at,
    updatedAt: at,
    note: each.note ?? null,
    return:
      each.returnId === undefined
        ? null
        : { __typename: 'Return', id: gid('Return', each.returnId), name: returnOf(order, each)?.name ?? '' },
    duties: each.duties.map(({ amount }) => ({ amountSet: bag(amount) })),
    totalRefundedSet: () =>
      bag(add(...each.transactions.filter(({ status }) => status === 'success').map(({ amount }) => amount))),
    refundLineItems: (args: PageArgs) =>
      connection(each.lines, args, (part) => ({
        id: gid('RefundLineItem', part.id),
        lineItem: lineNode(order, part.line),
        quantity: part.quantity,
        restockType: part.restock ? (part.effect === 'removed' ? 'CANCEL' : 'RETURN') : 'NO_RESTOCK',
        restocked: part.restock,
        subtotalSet: () => bag(part.subtotal),
        totalTaxSet: () => bag(part.tax),
      })),
    refundShippingLines: (args: PageArgs) =>
      connection(each.shipping, args, (part) => ({
        id: gid('RefundShippingLine', part.id),
        shippingLine: shippingNode(order, part.line),
        subtotalAmountSet: () => bag(part.subtotal),
        taxAmountSet: () => bag(part.tax),
      })),
    orderAdjustments: (args: PageArgs) => connection(adjustments(order, each), args, ({ node }) => node),
    transactions: (args: PageArgs) =>
      connection(each.transactions, args, (paid) => transactionNode(order, paid)),
  };
}

function returnOf({ returns }: OrderBook, { returnId }: RefundBook): ReturnBook | undefined {
  return returns?.find(({ id }) => id === returnId);
}

function adjustments(order: OrderBook, each: RefundBook): { id: string; node: Node }[] {
  const difference = discrepancy(order, each);
  if (difference.shop === 0n) return [];
  const pending = each.transactions.some(({ status }) => status === 'pending');
  const id = each.adjustmentIds[1];
  return [
    {
      id,
      node: {
        id: gid('OrderAdjustment', id),
        reason: pending ? 'PENDING_REFUND_DISCREPANCY' : 'REFUND_DISCREPANCY',
        amountSet: () => moneyBag(order, difference),
        taxAmountSet: () => moneyBag(order, NOTHING),
      },
    },
  ];
}

export function fulfilmentNode(order: OrderBook, each: FulfilmentBook): Node {
  const { company, numbers, urls } = each.tracking;
  const events = each.events ?? [];
  const firstAt = (status: string) => {
    const found = events.find((event) => event.status === status);
    return found ? utc(found.happenedAtMs) : null;
  };
  const entries = Array.from(
    { length: Math.max(numbers.length, urls.length, company === null ? 0 : 1) },
    (_, index) => ({ company, number: numbers[index] ?? null, url: urls[index] ?? null }),
  );
  return {
    __typename: 'Fulfillment',
    id: gid('Fulfillment', each.id),
    legacyResourceId: each.id,
    name: `#${order.number}.${each.number}`,
    status: each.cancelledAtMs === undefined ? 'SUCCESS' : 'CANCELLED',
    displayStatus: each.cancelledAtMs === undefined ? (events.at(-1)?.status ?? 'FULFILLED') : 'CANCELED',
    createdAt: utc(each.createdAtMs),
    updatedAt: utc(each.updatedAtMs ?? each.createdAtMs),
    deliveredAt: firstAt('DELIVERED'),
    inTransitAt: firstAt('IN_TRANSIT'),
    events: (args: PageArgs) => connection(events, args, fulfilmentEventNode),
    totalQuantity: each.lines.reduce((units, { quantity }) => units + quantity, 0),
    trackingInfo: ({ first }: { first?: number | null }) => taken(entries, first),
    fulfillmentLineItems: (args: PageArgs) =>
      connection(each.lines, args, (line) => fulfilmentLineNode(order, line)),
  };
}

export function fulfilmentEventNode(event: FulfilmentEventBook): Node {
  const { id, status, message, address, happenedAtMs, createdAtMs, estimatedDeliveryAtMs } = event;
  return {
    __typename: 'FulfillmentEvent',
    id: gid('FulfillmentEvent', id),
    status,
    message,
    ...address,
    latitude: null,
    longitude: null,
    happenedAt: utc(happenedAtMs),
    createdAt: utc(createdAtMs),
    estimatedDeliveryAt: estimatedDeliveryAtMs === null ? null : utc(estimatedDeliveryAtMs),
  };
}

export function fulfilmentLineNode(
  order: OrderBook,
  { id, line, quantity }: FulfilmentBook['lines'][number],
): Node {
  return {
    __typename: 'FulfillmentLineItem',
    id: gid('FulfillmentLineItem', id),
    quantity,
    lineItem: lineNode(order, line),
  };
}

export function fulfilmentOrderNode(order: OrderBook, each: FulfilmentOrderBook, locations: Locations): Node {
  const name = locations.get(each.locationId) ?? '';
  const status = fulfilmentOrderStatus(order, each);
  return {
    __typename: 'FulfillmentOrder',
    id: gid('FulfillmentOrder', each.id),
    status,
    requestStatus: each.request ?? 'UNSUBMITTED',
    supportedActions: supportedActions(status, each, locations.isService(each.locationId)).map((action) => ({
      action,
      externalUrl: null,
    })),
    merchantRequests: ({ kind, ...args }: PageArgs & { kind?: string | null }) =>
      connection(
        (each.requests ?? []).filter((request) => !kind || request.kind === kind),
        args,
        (request) => merchantRequestNode(request, () => fulfilmentOrderNode(order, each, locations)),
      ),
    fulfillAt: utc(scheduledUntil(order, each) ?? order.createdAtMs),
    fulfillBy: each.fulfilByMs === undefined ? null : utc(each.fulfilByMs),
    orderId: gid('Order', order.id),
    orderName: `#${order.number}`,
    createdAt: utc(order.createdAtMs),
    updatedAt: utc(order.updatedAtSecond * 1000),
    fulfillmentHolds: status === 'ON_HOLD' ? holdsOf(order, each) : [],
    deliveryMethod: {
      __typename: 'DeliveryMethod',
      id: gid('DeliveryMethod', each.id),
      methodType: order.delivery,
    },
    assignedLocation: {
      name,
      location: { __typename: 'Location', id: gid('Location', each.locationId), name },
    },
    lineItems: (args: PageArgs) => connection(each.lines, args, (part) => fulfilmentPartNode(order, part)),
  };
}

function fulfilmentPartNode(order: OrderBook, part: FulfilmentPartBook): Node {
  const { id, line } = part;
  const open = openUnits(order, part);
  return {
    __typename: 'FulfillmentOrderLineItem',
    id: gid('FulfillmentOrderLineItem', id),
    sku: line.sku,
    productTitle: line.title,
    requiresShipping: true,
    totalQuantity: open + sentUnits(part),
    remainingQuantity: open,
    lineItem: lineNode(order, line),
  };
}

/** Holds of the fulfilment order, and that of the whole order. */
function holdsOf(order: OrderBook, { id, holds }: FulfilmentOrderBook): Node[] {
  const staff = order.hold ? [holdNode({ ...order.hold, id, handle: '' }, false)] : [];
  return [...staff, ...(holds ?? []).map((hold) => holdNode(hold))];
}

export function holdNode({ id, reason, notes, handle }: HoldBook, byApp = true): Node {
  return {
    __typename: 'FulfillmentHold',
    id: gid('FulfillmentHold', id),
    reason,
    reasonNotes: notes,
    handle,
    heldByRequestingApp: byApp,
    displayReason: reason.toLowerCase().replaceAll('_', ' '),
  };
}

/** What the vendor says can be done; other things are refused. */
function supportedActions(
  status: ReturnType<typeof fulfilmentOrderStatus>,
  at: FulfilmentOrderBook,
  isService: boolean,
): string[] {
  const request = isService ? ['REQUEST_FULFILLMENT'] : [];
  switch (status) {
    case 'OPEN':
    case 'IN_PROGRESS':
      if (at.request === 'SUBMITTED') return ['CANCEL_FULFILLMENT_ORDER'];
      if (at.request === 'CANCELLATION_REQUESTED') return ['CREATE_FULFILLMENT', 'CANCEL_FULFILLMENT_ORDER'];
      if (isAccepted(at)) return ['CREATE_FULFILLMENT', 'REQUEST_CANCELLATION'];
      return [...request, 'CREATE_FULFILLMENT', 'REPORT_PROGRESS', 'HOLD', 'MOVE', 'SPLIT', 'MERGE'];
    case 'INCOMPLETE':
      return [...request, 'MOVE'];
    case 'SCHEDULED':
      return ['MARK_AS_OPEN', 'MOVE'];
    case 'ON_HOLD':
      return ['RELEASE_HOLD', 'HOLD'];
    default:
      return [];
  }
}

function merchantRequestNode(
  { id, kind, message, notifyCustomer, sentAtMs }: MerchantRequestBook,
  fulfillmentOrder: () => Node,
): Node {
  return {
    __typename: 'FulfillmentOrderMerchantRequest',
    id: gid('FulfillmentOrderMerchantRequest', id),
    kind,
    message,
    requestOptions: { notify_customer: notifyCustomer },
    responseData: null,
    sentAt: utc(sentAtMs),
    fulfillmentOrder,
  };
}

/** The first of a plain list. */
export function taken<Item>(items: readonly Item[], first: number | null | undefined): readonly Item[] {
  return first === undefined || first === null ? items : items.slice(0, first);
}
