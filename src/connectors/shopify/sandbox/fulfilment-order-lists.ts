/** Lists of fulfilment orders: of all locations, and of those that are fulfilment services; what is scheduled is opened early. */
import { type FulfilmentOrderBook, fulfilmentOrderStatus, type OrderBook } from './book.ts';
import { connection, type PageArgs } from './connection.ts';
import { gid } from './ids.ts';
import { fulfilmentOrderNode, type Locations } from './nodes-events.ts';
import { notSupported } from './unsupported.ts';

export interface FulfilmentOrderListHost {
  locations: Locations;
  /** Names of locations that are fulfilment services. */
  services: ReadonlySet<string>;
  orders(): Iterable<OrderBook>;
  /** The order of a fulfilment order, to be changed. */
  orderOf(fulfilmentOrderId: string): OrderBook | undefined;
  changed(order: OrderBook): void;
}

interface ListArgs extends PageArgs {
  query?: string | null;
  sortKey?: string | null;
  includeClosed?: boolean | null;
}

interface AssignedArgs extends PageArgs {
  assignmentStatus?: string | null;
  locationIds?: readonly string[] | null;
  sortKey?: string | null;
}

const REQUESTS: Readonly<Record<string, FulfilmentOrderBook['request']>> = {
  FULFILLMENT_REQUESTED: 'SUBMITTED',
  FULFILLMENT_ACCEPTED: 'ACCEPTED',
  FULFILLMENT_UNSUBMITTED: undefined,
};

export class FulfilmentOrderLists {
  readonly #host: FulfilmentOrderListHost;

  constructor(host: FulfilmentOrderListHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      fulfillmentOrders: (args: ListArgs) => {
        if (args.query) throw notSupported('fulfillmentOrders(query)');
        return this.#list(args, (order, at) => (args.includeClosed ?? false) || !isDone(order, at));
      },
      assignedFulfillmentOrders: (args: AssignedArgs) => this.#assigned(args),
      fulfillmentOrderOpen: ({ id }: { id: string }) => this.#open(id),
    };
  }

  #list(
    args: PageArgs & { sortKey?: string | null },
    wanted: (order: OrderBook, at: FulfilmentOrderBook) => boolean,
  ): unknown {
    if (args.sortKey && args.sortKey !== 'ID')
      throw notSupported(`lists of fulfillment orders by ${args.sortKey}`);
    const found: { id: string; order: OrderBook; at: FulfilmentOrderBook }[] = [];
    for (const order of this.#host.orders())
      for (const at of order.fulfilmentOrders) if (wanted(order, at)) found.push({ id: at.id, order, at });
    // All ids have the same length.
    found.sort((one, other) => (one.id < other.id ? -1 : 1));
    return connection(found, args, ({ order, at }) => fulfilmentOrderNode(order, at, this.#host.locations));
  }

  #assigned(args: AssignedArgs): unknown {
    const { assignmentStatus, locationIds } = args;
    const { locations, services } = this.#host;
    return this.#list(
      args,
      (order, at) =>
        services.has(locations.get(at.locationId) ?? '') &&
        (!locationIds || locationIds.includes(gid('Location', at.locationId))) &&
        (assignmentStatus
          ? assignmentStatus in REQUESTS && REQUESTS[assignmentStatus] === at.request && !isDone(order, at)
          : fulfilmentOrderStatus(order, at) !== 'CLOSED'),
    );
  }

  #open(id: string): unknown {
    const refused = (message: string) => ({
      fulfillmentOrder: null,
      userErrors: [{ field: ['id'], message }],
    });
    const digits = id.split('/').at(-1) ?? '';
    const order = this.#host.orderOf(digits);
    const at = order?.fulfilmentOrders.find((each) => gid('FulfillmentOrder', each.id) === id);
    if (!order || !at) return refused('Fulfillment order does not exist.');
    if (fulfilmentOrderStatus(order, at) !== 'SCHEDULED')
      return refused('Fulfillment order is not scheduled.');
    if (order.fulfilmentOrders.length > 1)
      throw notSupported('fulfillmentOrderOpen of one of several fulfillment orders');
    order.scheduledUntilMs = null;
    this.#host.changed(order);
    return { fulfillmentOrder: fulfilmentOrderNode(order, at, this.#host.locations), userErrors: [] };
  }
}

function isDone(order: OrderBook, at: FulfilmentOrderBook): boolean {
  return ['CLOSED', 'CANCELLED'].includes(fulfilmentOrderStatus(order, at));
}
