/** Lists of fulfilment orders: of all locations, and of those that are fulfilment services. */
import type { FulfilmentOrderBook, OrderBook } from '../book.ts';
import { fulfilmentOrderStatus } from '../book-figures.ts';
import { connection, type PageArgs } from '../graphql/connection.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid } from '../ids.ts';
import { fulfilmentOrderNode, type Locations } from '../orders/nodes-events.ts';

export interface FulfilmentOrderListHost {
  locations: Locations;
  orders(): Iterable<OrderBook>;
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
  CANCELLATION_REQUESTED: 'CANCELLATION_REQUESTED',
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
    const { locations } = this.#host;
    return this.#list(
      args,
      (order, at) =>
        locations.isService(at.locationId) &&
        (!locationIds || locationIds.includes(gid('Location', at.locationId))) &&
        (assignmentStatus
          ? assignmentStatus in REQUESTS && REQUESTS[assignmentStatus] === at.request && !isDone(order, at)
          : fulfilmentOrderStatus(order, at) !== 'CLOSED'),
    );
  }
}

function isDone(order: OrderBook, at: FulfilmentOrderBook): boolean {
  return ['CLOSED', 'CANCELLED'].includes(fulfilmentOrderStatus(order, at));
}
