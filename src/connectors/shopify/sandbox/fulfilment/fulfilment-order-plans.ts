/** When and from where fulfilment orders are to leave: rescheduled, rerouted, due, worked on, ready to be fetched. */
import type { FulfilmentOrderBook, LineBook, OrderBook } from '../book.ts';
import { fulfilmentOrderStatus, openUnits, sentUnits } from '../book-figures.ts';
import { type Ids, idIn } from '../ids.ts';
import { fulfilmentOrderNode, type Locations } from '../orders/nodes-events.ts';
import type { Told } from '../webhooks/told.ts';
import {
  type FulfilmentOrderEvent,
  fulfilmentOrderTold as told,
} from '../webhooks/webhook-fulfilment-orders.ts';

export interface FulfilmentOrderPlanHost {
  ids: Ids;
  now(): number;
  /** An instant as webhooks write it. */
  written(ms: number): string;
  schedule(atMs: number, label: string, run: () => void): void;
  locations: Locations;
  /** Those that orders may leave from, in the order in which the store prefers them. */
  usualLocations(): readonly string[];
  /** Whether so many units of a line lie at a location and are free. */
  has(line: LineBook, locationId: string, quantity: number): boolean;
  /** The order of a fulfilment order, to be changed. */
  orderOf(fulfilmentOrderId: string): OrderBook | undefined;
  changed(order: OrderBook, messages?: Told['messages']): void;
}

interface RerouteArgs {
  fulfillmentOrderIds: readonly string[];
  excludedLocationIds?: readonly string[] | null;
  includedLocationIds?: readonly string[] | null;
}

interface Found {
  order: OrderBook;
  at: FulfilmentOrderBook;
}

const NOT_THERE = 'Fulfillment order does not exist.';

export class FulfilmentOrderPlans {
  readonly #host: FulfilmentOrderPlanHost;

  constructor(host: FulfilmentOrderPlanHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      fulfillmentOrderOpen: ({ id }: { id: string }) => this.#open(id),
      fulfillmentOrderReschedule: (args: { id: string; fulfillAt: string }) => this.#reschedule(args),
      fulfillmentOrderReportProgress: (args: {
        id: string;
        progressReport?: { reasonNotes?: string | null } | null;
      }) => this.#reportProgress(args.id, args.progressReport?.reasonNotes ?? null),
      fulfillmentOrdersReroute: (args: RerouteArgs) => this.#reroute(args),
      fulfillmentOrdersSetFulfillmentDeadline: (args: {
        fulfillmentOrderIds: readonly string[];
        fulfillmentDeadline: string;
      }) => this.#setDeadline(args.fulfillmentOrderIds, Date.parse(args.fulfillmentDeadline)),
      fulfillmentOrderLineItemsPreparedForPickup: ({
        input,
      }: {
        input: { lineItemsByFulfillmentOrder: readonly { fulfillmentOrderId: string }[] };
      }) => this.#prepare(input.lineItemsByFulfillmentOrder.map((each) => each.fulfillmentOrderId)),
    };
  }

  #open(id: string): unknown {
    const found = this.#find(id);
    if (!found) return refused(NOT_THERE);
    if (!isScheduled(found)) return refused('Fulfillment order is not scheduled.');
    found.at.scheduledUntilMs = null;
    this.#tell(found);
    return { fulfillmentOrder: this.#node(found), userErrors: [] };
  }

  #reschedule({ id, fulfillAt }: { id: string; fulfillAt: string }): unknown {
    const found = this.#find(id);
    if (!found) return refused(NOT_THERE, 'FULFILLMENT_ORDER_NOT_FOUND');
    if (!isScheduled(found)) return refused('Fulfillment order is not scheduled.', null);
    const untilMs = Date.parse(fulfillAt);
    if (untilMs <= this.#host.now()) return refused('Fulfill at must be in the future.', null);
    found.at.scheduledUntilMs = untilMs;
    this.#tell(found, { event: 'rescheduled', fulfilAt: this.#host.written(untilMs) });
    this.#host.schedule(untilMs, `${found.at.id} may leave`, () => {
      const now = this.#find(id);
      if (now?.at.scheduledUntilMs !== untilMs) return;
      now.at.scheduledUntilMs = null;
      this.#tell(now, { event: 'scheduled_fulfillment_order_ready' });
    });
    return { fulfillmentOrder: this.#node(found), userErrors: [] };
  }

  #reportProgress(id: string, notes: string | null): unknown {
    const found = this.#find(id);
    if (!found) return refused(NOT_THERE, 'FULFILLMENT_ORDER_NOT_FOUND');
    const before = fulfilmentOrderStatus(found.order, found.at);
    if (before !== 'OPEN' && before !== 'IN_PROGRESS')
      return refused('Fulfillment order status is invalid.', 'FULFILLMENT_ORDER_STATUS_INVALID');
    if (found.at.request === 'SUBMITTED')
      return refused(
        'The fulfillment order does not support this action.',
        'FULFILLMENT_ORDER_UNSUPPORTED_ACTION',
      );
    found.at.progress = { notes };
    this.#tell(found, { event: 'progress_reported', notes, before });
    return { fulfillmentOrder: this.#node(found), userErrors: [] };
  }

  #reroute({ fulfillmentOrderIds, excludedLocationIds, includedLocationIds }: RerouteArgs): unknown {
    const no = (code: string, message: string) => ({
      movedFulfillmentOrders: null,
      userErrors: [{ field: ['fulfillmentOrderIds'], code, message }],
    });
    const all = fulfillmentOrderIds.map((id) => this.#find(id));
    const found = all.flatMap((each) => each ?? []);
    const [first] = found;
    if (all.length === 0) return no('NO_FULFILLMENT_ORDER_IDS', 'No fulfillment order IDs were given.');
    if (!first || found.length < all.length) return no('FULFILLMENT_ORDER_NOT_FOUND', NOT_THERE);
    const { order } = first;
    const from = first.at.locationId;
    const usual = this.#host.usualLocations();
    if (usual.length < 2) return no('SINGLE_LOCATION_SHOP_NOT_SUPPORTED', 'The shop has a single location.');
    if (found.some((each) => each.order !== order))
      return no('FULFILLMENT_ORDERS_NOT_FROM_THE_SAME_ORDER', 'They must belong to the same order.');
    if (found.some(({ at }) => at.locationId !== from))
      return no('FULFILLMENT_ORDERS_MUST_BELONG_TO_SAME_LOCATION', 'They must be at the same location.');
    if (found.some(({ at }) => at.progress || at.lines.some((part) => sentUnits(part) > 0)))
      return no('CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS', 'One has reported progress.');
    if (found.some(({ at }) => fulfilmentOrderStatus(order, at) !== 'OPEN' || at.request === 'SUBMITTED'))
      return no('FULFILLMENT_ORDERS_STATE_NOT_SUPPORTED', 'One is not open.');
    if (order.delivery !== 'SHIPPING')
      return no('DELIVERY_METHOD_TYPE_NOT_SUPPORTED', 'The delivery method is not supported.');
    const excluded = new Set(excludedLocationIds?.map((id) => idIn('Location', id)));
    const included = includedLocationIds && new Set(includedLocationIds.map((id) => idIn('Location', id)));
    const parts = found.flatMap(({ at }) => at.lines);
    const to = usual.find(
      (each) =>
        each !== from &&
        !excluded.has(each) &&
        (included?.has(each) ?? true) &&
        parts.every((part) => this.#host.has(part.line, each, openUnits(order, part))),
    );
    if (to === undefined)
      return no('CANNOT_REASSIGN_LOCATION_FOR_FULFILLMENT_ORDERS', 'No other location can fulfill them.');
    const messages = found.flatMap(({ at }) => {
      at.locationId = to;
      return told(order, at, { event: 'moved', moved: at, from, items: [] });
    });
    this.#host.changed(order, messages);
    return { movedFulfillmentOrders: found.map((each) => this.#node(each)), userErrors: [] };
  }

  #setDeadline(ids: readonly string[], deadlineMs: number): unknown {
    const found = ids.map((id) => this.#find(id));
    if (found.length === 0 || found.includes(undefined)) {
      const code = 'FULFILLMENT_ORDERS_NOT_FOUND';
      return {
        success: false,
        userErrors: [{ field: ['fulfillmentOrderIds'], code, message: 'Fulfillment orders not found.' }],
      };
    }
    for (const each of found) {
      if (!each) continue;
      each.at.fulfilByMs = deadlineMs;
      this.#tell(each);
    }
    return { success: true, userErrors: [] };
  }

  #prepare(ids: readonly string[]): unknown {
    const no = (code: string, message: string) => ({
      userErrors: [{ field: ['input', 'lineItemsByFulfillmentOrder'], code, message }],
    });
    const found = ids.flatMap((id) => this.#find(id) ?? []);
    const isFit = ({ order, at }: Found) =>
      order.delivery === 'PICK_UP' && ['OPEN', 'IN_PROGRESS'].includes(fulfilmentOrderStatus(order, at));
    if (found.length < ids.length || !found.every(isFit))
      return no('FULFILLMENT_ORDER_INVALID', 'The fulfillment order cannot be prepared for pickup.');
    if (found.some(({ at }) => at.preparedAtMs !== undefined))
      return no('NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER', 'There are no line items to prepare.');
    for (const each of found) {
      each.at.preparedAtMs = this.#host.now();
      this.#tell(each, { event: 'line_items_prepared_for_pickup' });
    }
    return { userErrors: [] };
  }

  #tell({ order, at }: Found, what?: FulfilmentOrderEvent): void {
    this.#host.changed(order, what ? told(order, at, what) : []);
  }

  #find(gidOf: string): Found | undefined {
    const id = idIn('FulfillmentOrder', gidOf);
    const order = id === undefined ? undefined : this.#host.orderOf(id);
    const at = order?.fulfilmentOrders.find((each) => each.id === id);
    return order && at ? { order, at } : undefined;
  }

  #node({ order, at }: Found): unknown {
    return fulfilmentOrderNode(order, at, this.#host.locations);
  }
}

const isScheduled = ({ order, at }: Found): boolean => fulfilmentOrderStatus(order, at) === 'SCHEDULED';

/** A refusal with a code where the payload has codes: what it has not, nobody can ask for. */
function refused(message: string, code?: string | null): unknown {
  const error = { field: ['id'], message };
  return { fulfillmentOrder: null, userErrors: [code === undefined ? error : { ...error, code }] };
}
