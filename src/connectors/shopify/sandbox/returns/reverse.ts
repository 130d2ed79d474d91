/** What comes back: on which way, and what became of it when it was looked at. */
import type { DispositionBook, OrderBook, ReturnBook, ReturnLineBook, ReverseDeliveryBook } from '../book.ts';
import type { Ids } from '../ids.ts';
import { gid, idIn } from '../ids.ts';
import type { Locations } from '../orders/nodes-events.ts';
import { deliveryNode, type ReturnView, reverseLineNode, reverseNode } from './nodes-returns.ts';
import { isError, type ReturnError, returnError } from './return-errors.ts';
import type { ReturnIndex } from './return-index.ts';
import { disposedUnits } from './returns.ts';

export interface ReverseHost {
  facts: { ids: Ids };
  locations: Locations;
  index: ReturnIndex;
  now(): number;
  node(order: OrderBook): unknown;
  /** Tells of what became of units. */
  disposed(order: OrderBook, found: ReturnBook, made: readonly Disposed[]): void;
  changed(order: OrderBook): void;
}

export interface DisposeInput {
  reverseFulfillmentOrderLineItemId: string;
  quantity: number;
  dispositionType: DispositionBook['type'];
  locationId?: string | null;
}

export interface Disposed {
  order: OrderBook;
  found: ReturnBook;
  line: ReturnLineBook;
  disposition: DispositionBook;
}

/**
 * Writes down what became of units, all of it or nothing.
 * @param of the return that the units must be of, where one is meant.
 */
export function disposeAll(
  { facts: { ids }, locations, index, now }: Pick<ReverseHost, 'facts' | 'locations' | 'index' | 'now'>,
  inputs: readonly DisposeInput[],
  field: string[],
  of?: ReturnBook,
): Disposed[] | ReturnError {
  const asked = new Map<ReturnLineBook, number>();
  const meant: (Omit<Disposed, 'disposition'> & { input: DisposeInput; locationId: string | null })[] = [];
  for (const [position, input] of inputs.entries()) {
    const at = (name: string) => [...field, String(position), name];
    const id = input.reverseFulfillmentOrderLineItemId;
    const owner = index.find('ReverseFulfillmentOrderLineItem', id);
    const line = owner?.found.lines.find(
      (each) => each.reverseId === idIn('ReverseFulfillmentOrderLineItem', id),
    );
    if (!owner || !line || (of && owner.found !== of))
      return returnError(
        at('reverseFulfillmentOrderLineItemId'),
        'NOT_FOUND',
        'Reverse fulfillment order line item not found.',
      );
    if (owner.found.status !== 'OPEN' && owner.found.status !== 'CLOSED')
      return returnError(
        at('reverseFulfillmentOrderLineItemId'),
        'INVALID_STATE',
        'The reverse fulfillment order is not open.',
      );
    const locationId = idIn('Location', input.locationId ?? '') ?? null;
    if (input.locationId && !locations.has(locationId ?? ''))
      return returnError(at('locationId'), 'NOT_FOUND', 'Location not found.');
    if (input.dispositionType === 'RESTOCKED' && locationId === null)
      return returnError(at('locationId'), 'BLANK', "Location can't be blank for restocked items.");
    if (input.quantity < 1)
      return returnError(at('quantity'), 'GREATER_THAN', 'Quantity must be greater than 0.');
    const whole = (asked.get(line) ?? 0) + input.quantity;
    asked.set(line, whole);
    if (whole > line.quantity - disposedUnits(line))
      return returnError(
        at('quantity'),
        'INVALID',
        'Quantity cannot be greater than the quantity that is not disposed of yet.',
      );
    meant.push({ order: owner.order, found: owner.found, line, input, locationId });
  }
  return meant.map(({ order, found, line, input, locationId }) => {
    const disposition: DispositionBook = {
      id: ids.next(),
      type: input.dispositionType,
      quantity: input.quantity,
      locationId,
      createdAtMs: now(),
    };
    line.dispositions.push(disposition);
    return { order, found, line, disposition };
  });
}

interface DeliveryArgs {
  reverseFulfillmentOrderId: string;
  reverseDeliveryLineItems: readonly { reverseFulfillmentOrderLineItemId: string; quantity: number }[];
  trackingInput?: { number?: string | null; url?: string | null } | null;
  labelInput?: { fileUrl: string } | null;
}

export class ReverseLogistics {
  readonly #host: ReverseHost;

  constructor(host: ReverseHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      reverseFulfillmentOrder: ({ id }: { id: string }) => this.byId(id),
      reverseDelivery: ({ id }: { id: string }) => this.deliveryById(id),
      reverseFulfillmentOrderDispose: ({
        dispositionInputs,
      }: {
        dispositionInputs: readonly DisposeInput[];
      }) => this.#dispose(dispositionInputs),
      reverseDeliveryCreateWithShipping: (args: DeliveryArgs) => this.#deliver(args),
    };
  }

  byId(id: string): unknown {
    const at = this.#host.index.find('ReverseFulfillmentOrder', id);
    return at ? reverseNode(at.order, at.found, this.#view) : null;
  }

  deliveryById(id: string): unknown {
    const at = this.#host.index.find('ReverseDelivery', id);
    const delivery = at?.found.reverse?.deliveries.find((each) => gid('ReverseDelivery', each.id) === id);
    return at && delivery ? deliveryNode(at.order, at.found, delivery, this.#view) : null;
  }

  get #view(): ReturnView {
    return { locations: this.#host.locations, orderNode: this.#host.node };
  }

  #dispose(inputs: readonly DisposeInput[]): unknown {
    const none = (error: ReturnError) => ({ reverseFulfillmentOrderLineItems: null, userErrors: [error] });
    if (inputs.length === 0)
      return none(returnError(['dispositionInputs'], 'BLANK', "Disposition inputs can't be blank."));
    const made = disposeAll(this.#host, inputs, ['dispositionInputs']);
    if (isError(made)) return none(made);
    for (const [found, parts] of Map.groupBy(made, (each) => each.found))
      this.#host.disposed((parts[0] as Disposed).order, found, parts);
    const lines = new Map(made.map(({ order, line }) => [line, order]));
    return {
      reverseFulfillmentOrderLineItems: [...lines].map(([line, order]) =>
        reverseLineNode(order, line, this.#view),
      ),
      userErrors: [],
    };
  }

  #deliver({
    reverseFulfillmentOrderId,
    reverseDeliveryLineItems,
    trackingInput,
    labelInput,
  }: DeliveryArgs): unknown {
    const none = (error: ReturnError) => ({ reverseDelivery: null, userErrors: [error] });
    const at = this.#host.index.find('ReverseFulfillmentOrder', reverseFulfillmentOrderId);
    if (!at?.found.reverse)
      return none(
        returnError(['reverseFulfillmentOrderId'], 'NOT_FOUND', 'Reverse fulfillment order not found.'),
      );
    if (at.found.status !== 'OPEN')
      return none(
        returnError(
          ['reverseFulfillmentOrderId'],
          'INVALID_STATE',
          'The reverse fulfillment order is not open.',
        ),
      );
    const { ids } = this.#host.facts;
    const lines: ReverseDeliveryBook['lines'] = [];
    const all = at.found.lines.map(({ reverseId, quantity }) => ({
      reverseFulfillmentOrderLineItemId: gid('ReverseFulfillmentOrderLineItem', reverseId),
      quantity,
    }));
    const asked = reverseDeliveryLineItems.length > 0 ? reverseDeliveryLineItems : all;
    for (const [position, { reverseFulfillmentOrderLineItemId: id, quantity }] of asked.entries()) {
      const field = ['reverseDeliveryLineItems', String(position)];
      const reverseId = idIn('ReverseFulfillmentOrderLineItem', id);
      const line = at.found.lines.find((each) => each.reverseId === reverseId);
      if (!line)
        return none(
          returnError(
            [...field, 'reverseFulfillmentOrderLineItemId'],
            'NOT_FOUND',
            'Reverse fulfillment order line item not found.',
          ),
        );
      if (quantity < 1 || quantity > line.quantity)
        return none(returnError([...field, 'quantity'], 'INVALID', 'Quantity is invalid.'));
      lines.push({ id: ids.next(), reverseId: line.reverseId, quantity });
    }
    const made: ReverseDeliveryBook = {
      id: ids.next(),
      tracking: trackingInput
        ? { number: trackingInput.number ?? null, url: trackingInput.url ?? null }
        : null,
      labelUrl: labelInput?.fileUrl ?? null,
      lines,
    };
    at.found.reverse.deliveries.push(made);
    this.#host.index.own(at.order, at.found);
    this.#host.changed(at.order);
    return { reverseDelivery: deliveryNode(at.order, at.found, made, this.#view), userErrors: [] };
  }
}
