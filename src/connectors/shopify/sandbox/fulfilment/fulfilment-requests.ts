/**
 * What merchants ask of fulfilment services, and what these answer: a fulfilment order is requested, accepted or rejected; its
 * cancellation is requested, accepted or rejected; a service that cannot finish one gives it back.
 */
import type { FulfilmentOrderBook, MerchantRequestBook, OrderBook } from '../book.ts';
import { fulfilmentOrderStatus, isAccepted } from '../book-figures.ts';
import { gid, type Ids, idIn } from '../ids.ts';
import { fulfilmentOrderNode, type Locations } from '../orders/nodes-events.ts';
import type { Told } from '../webhooks/told.ts';
import { fulfilmentOrderTold as told } from '../webhooks/webhook-fulfilment-orders.ts';
import { type Asked, coversAll, endWith, isOpen, partOf, takeRest, wrongUnits } from './fulfilment-parts.ts';

export interface FulfilmentRequestHost {
  ids: Ids;
  now(): number;
  locations: Locations;
  /** The order of a fulfilment order, to be changed. */
  orderOf(fulfilmentOrderId: string): OrderBook | undefined;
  changed(order: OrderBook, messages?: Told['messages']): void;
}

interface Answer {
  id: string;
  message?: string | null;
}

interface Submission extends Answer {
  fulfillmentOrderLineItems?: readonly Asked[] | null;
  notifyCustomer?: boolean | null;
}

interface Rejection extends Answer {
  reason?: string | null;
  lineItems?: readonly { fulfillmentOrderLineItemId: string; message?: string | null }[] | null;
}

interface Found {
  order: OrderBook;
  at: FulfilmentOrderBook;
}

const NOT_THERE = 'Fulfillment order does not exist.';
const NOT_SUBMITTED = 'The fulfillment order has no request that waits for an answer.';

export class FulfilmentRequests {
  readonly #host: FulfilmentRequestHost;

  constructor(host: FulfilmentRequestHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      fulfillmentOrderSubmitFulfillmentRequest: (args: Submission) => this.submit(args),
      fulfillmentOrderAcceptFulfillmentRequest: (args: Answer) => this.#answer(args, 'ACCEPTED'),
      fulfillmentOrderRejectFulfillmentRequest: (args: Rejection) => this.#answer(args, 'REJECTED'),
      fulfillmentOrderSubmitCancellationRequest: (args: Answer) => this.askBack(args),
      fulfillmentOrderAcceptCancellationRequest: (args: Answer) => this.#giveBack(args, true),
      fulfillmentOrderRejectCancellationRequest: (args: Answer) => this.#giveBack(args, false),
      fulfillmentOrderClose: (args: Answer) => this.#close(args),
      fulfillmentOrderCancel: ({ id }: { id: string }) => this.#cancel(id),
    };
  }

  /** The merchant asks a service for all of an order that stands there, or asks it back; how many fulfilment orders that is. */
  ask(order: OrderBook, what: 'fulfilment' | 'cancellation'): number {
    const ids = order.fulfilmentOrders.map(({ id }) => gid('FulfillmentOrder', id));
    const answers = ids.map((id) => (what === 'fulfilment' ? this.submit({ id }) : this.askBack({ id })));
    return answers.filter((each) => (each as { userErrors: unknown[] }).userErrors.length === 0).length;
  }

  submit({ id, fulfillmentOrderLineItems, message, notifyCustomer }: Submission): unknown {
    const refused = (text: string) => ({
      originalFulfillmentOrder: null,
      submittedFulfillmentOrder: null,
      unsubmittedFulfillmentOrder: null,
      userErrors: [{ field: ['id'], message: text }],
    });
    const found = this.#find(id);
    if (!found) return refused(NOT_THERE);
    const { order, at } = found;
    if (!this.#host.locations.isService(at.locationId))
      return refused('The fulfillment order is not assigned to a fulfillment service.');
    if (!isOpen(order, at) || at.request === 'SUBMITTED' || isAccepted(at))
      return refused('Cannot request fulfillment for the fulfillment order in its current state.');
    let rest: FulfilmentOrderBook | null = null;
    if (fulfillmentOrderLineItems?.length && !coversAll(order, at, fulfillmentOrderLineItems)) {
      const wrong = wrongUnits(order, at, fulfillmentOrderLineItems);
      if (wrong) return refused(wrong);
      rest = takeRest(this.#host.ids, order, at, fulfillmentOrderLineItems);
    }
    at.request = 'SUBMITTED';
    delete at.incomplete;
    const request = this.#note(at, 'FULFILLMENT_REQUEST', message, notifyCustomer ?? false);
    this.#host.changed(order, told(order, at, { event: 'fulfillment_request_submitted', request }));
    return {
      originalFulfillmentOrder: this.#node(found),
      submittedFulfillmentOrder: this.#node(found),
      unsubmittedFulfillmentOrder: rest && this.#node({ order, at: rest }),
      userErrors: [],
    };
  }

  #answer({ id, message = null, lineItems }: Rejection, answer: 'ACCEPTED' | 'REJECTED'): unknown {
    const found = this.#find(id);
    if (found?.at.request !== 'SUBMITTED') return refused(found ? NOT_SUBMITTED : NOT_THERE);
    const { order, at } = found;
    if (lineItems?.some((each) => !partOf(at, each.fulfillmentOrderLineItemId)))
      return refused('Fulfillment order line item does not exist.', 'lineItems');
    at.request = answer;
    const event = answer === 'ACCEPTED' ? 'fulfillment_request_accepted' : 'fulfillment_request_rejected';
    this.#host.changed(order, told(order, at, { event, message }));
    return { fulfillmentOrder: this.#node(found), userErrors: [] };
  }

  askBack({ id, message }: Answer): unknown {
    const found = this.#find(id);
    if (!found) return refused(NOT_THERE);
    const { order, at } = found;
    const isAtWork = at.request === 'ACCEPTED' || at.request === 'CANCELLATION_REJECTED';
    if (!isAtWork || !isOpen(order, at))
      return refused('Cannot request cancellation for the fulfillment order in its current state.');
    at.request = 'CANCELLATION_REQUESTED';
    const request = this.#note(at, 'CANCELLATION_REQUEST', message, false);
    this.#host.changed(order, told(order, at, { event: 'cancellation_request_submitted', request }));
    return { fulfillmentOrder: this.#node(found), userErrors: [] };
  }

  /** The service has not begun, and what is open stands in a fulfilment order that nobody was asked for; or it goes on. */
  #giveBack({ id, message = null }: Answer, accepted: boolean): unknown {
    const found = this.#find(id);
    if (!found) return refused(NOT_THERE);
    const { order, at } = found;
    if (at.request !== 'CANCELLATION_REQUESTED' || !isOpen(order, at))
      return refused('The fulfillment order has no cancellation request that waits for an answer.');
    at.request = accepted ? 'CANCELLATION_ACCEPTED' : 'CANCELLATION_REJECTED';
    if (accepted) endWith(this.#host.ids, order, at, 'CLOSED');
    const event = accepted ? 'cancellation_request_accepted' : 'cancellation_request_rejected';
    this.#host.changed(order, told(order, at, { event, message }));
    return { fulfillmentOrder: this.#node(found), userErrors: [] };
  }

  #close({ id, message = null }: Answer): unknown {
    const found = this.#find(id);
    if (!found) return refused(NOT_THERE);
    const { order, at } = found;
    if (!isAccepted(at) || fulfilmentOrderStatus(order, at) !== 'IN_PROGRESS')
      return refused('Cannot close the fulfillment order in its current state.');
    at.request = 'CLOSED';
    at.incomplete = true;
    const event = 'fulfillment_service_failed_to_complete';
    this.#host.changed(order, told(order, at, { event, message }));
    return { fulfillmentOrder: this.#node(found), userErrors: [] };
  }

  #cancel(id: string): unknown {
    const no = (message: string, code: string | null = null) => ({
      fulfillmentOrder: null,
      replacementFulfillmentOrder: null,
      userErrors: [{ field: ['id'], message, code }],
    });
    const found = this.#find(id);
    if (!found) return no(NOT_THERE);
    const { order, at } = found;
    if (at.progress)
      return no(
        'The fulfillment order has manually reported progress.',
        'FULFILLMENT_ORDER_HAS_MANUALLY_REPORTED_PROGRESS',
      );
    const isAsked = at.request === 'SUBMITTED' || at.request === 'CANCELLATION_REQUESTED';
    if (!isAsked || !isOpen(order, at))
      return no('The fulfillment order cannot be cancelled in its current state.');
    const replacement = endWith(this.#host.ids, order, at, 'CANCELLED');
    this.#host.changed(order, told(order, at, { event: 'cancelled', replacement }));
    return {
      fulfillmentOrder: this.#node(found),
      replacementFulfillmentOrder: this.#node({ order, at: replacement }),
      userErrors: [],
    };
  }

  #note(
    at: FulfilmentOrderBook,
    kind: MerchantRequestBook['kind'],
    message: string | null | undefined,
    notifyCustomer: boolean,
  ): MerchantRequestBook {
    const sentAtMs = this.#host.now();
    const made = { id: this.#host.ids.next(), kind, message: message ?? null, notifyCustomer, sentAtMs };
    at.requests = [...(at.requests ?? []), made];
    return made;
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

function refused(message: string, field = 'id'): unknown {
  return { fulfillmentOrder: null, userErrors: [{ field: [field], message }] };
}
