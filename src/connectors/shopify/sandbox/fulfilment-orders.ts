/**
 * Fulfilment orders are held and released, moved to another location, split and merged; what a fulfilment service is to send
 * is requested of it, and it accepts or rejects. Units move by the lines of fulfilment orders.
 */
import {
  type FulfilmentOrderBook,
  type FulfilmentPartBook,
  fulfilmentOrderStatus,
  type HoldReason,
  type LineBook,
  type OrderBook,
  openUnits,
  sentUnits,
} from './book.ts';
import { gid, type Ids, idIn } from './ids.ts';
import { fulfilmentOrderNode, holdNode, type Locations } from './nodes-events.ts';

interface UserError {
  field: string[] | null;
  message: string;
  code: string | null;
}

interface Asked {
  id: string;
  quantity: number;
}

/** What these acts need of their store. */
export interface FulfilmentOrderHost {
  ids: Ids;
  locations: Locations;
  /** Names of locations that are fulfilment services. */
  services: ReadonlySet<string>;
  /** Whether a location stocks what a line is of. */
  stocks(line: LineBook, locationId: string): boolean;
  /** The order of a fulfilment order, to be changed. */
  orderOf(fulfilmentOrderId: string): OrderBook | undefined;
  changed(order: OrderBook): void;
}

/** Most holds that one fulfilment order takes. */
const MAX_HOLDS = 10;

interface Found {
  order: OrderBook;
  at: FulfilmentOrderBook;
}

export class FulfilmentOrders {
  readonly #host: FulfilmentOrderHost;

  constructor(host: FulfilmentOrderHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      fulfillmentOrder: ({ id }: { id: string }) => this.byId(id),
      fulfillmentOrderHold: (args: Parameters<FulfilmentOrders['hold']>[0]) => this.hold(args),
      fulfillmentOrderReleaseHold: (args: { id: string; holdIds?: readonly string[] | null }) =>
        this.release(args),
      fulfillmentOrderMove: (args: Parameters<FulfilmentOrders['move']>[0]) => this.move(args),
      fulfillmentOrderSplit: (args: Parameters<FulfilmentOrders['split']>[0]) => this.split(args),
      fulfillmentOrderMerge: (args: Parameters<FulfilmentOrders['merge']>[0]) => this.merge(args),
      fulfillmentOrderSubmitFulfillmentRequest: (args: Parameters<FulfilmentOrders['submit']>[0]) =>
        this.submit(args),
      fulfillmentOrderAcceptFulfillmentRequest: ({ id }: { id: string }) => this.answer(id, 'ACCEPTED'),
      fulfillmentOrderRejectFulfillmentRequest: ({ id }: { id: string }) => this.answer(id, 'REJECTED'),
    };
  }

  byId(id: string): unknown {
    const found = this.#find(id);
    return found ? this.#node(found.order, found.at) : null;
  }

  hold({
    id,
    fulfillmentHold: { reason, reasonNotes, handle, fulfillmentOrderLineItems },
  }: {
    id: string;
    fulfillmentHold: {
      reason: HoldReason;
      reasonNotes?: string | null;
      handle?: string | null;
      fulfillmentOrderLineItems?: readonly Asked[] | null;
    };
  }): unknown {
    const refused = (field: string[], message: string, code: string) => ({
      fulfillmentHold: null,
      fulfillmentOrder: null,
      remainingFulfillmentOrder: null,
      userErrors: [{ field, message, code }],
    });
    const found = this.#find(id);
    if (!found) return refused(['id'], 'Fulfillment order does not exist.', 'FULFILLMENT_ORDER_NOT_FOUND');
    const { order, at } = found;
    at.holds ??= [];
    if (at.holds.length >= MAX_HOLDS)
      return refused(
        ['id'],
        'The maximum number of fulfillment holds for this fulfillment order has been reached.',
        'FULFILLMENT_ORDER_HOLD_LIMIT_REACHED',
      );
    if (at.holds.some((each) => each.handle === (handle ?? '')))
      return refused(
        ['fulfillmentHold', 'handle'],
        'The handle provided for the fulfillment hold is already in use by this app for another hold on this fulfillment order.',
        'DUPLICATE_FULFILLMENT_HOLD_HANDLE',
      );
    if (!isOpen(order, at) && at.holds.length === 0)
      return refused(['id'], 'The fulfillment order is not in a state that can be held.', 'TAKEN');
    let remaining: FulfilmentOrderBook | null = null;
    if (fulfillmentOrderLineItems?.length) {
      if (at.holds.length > 0)
        return refused(
          ['id'],
          'The fulfillment order is not splittable.',
          'FULFILLMENT_ORDER_NOT_SPLITTABLE',
        );
      const wrong = this.#wrongUnits(order, at, fulfillmentOrderLineItems);
      if (wrong)
        return refused(['fulfillmentHold', 'fulfillmentOrderLineItems'], wrong, 'INVALID_LINE_ITEM_QUANTITY');
      remaining = this.#takeRest(order, at, fulfillmentOrderLineItems);
    }
    const made = { id: this.#host.ids.next(), reason, notes: reasonNotes ?? null, handle: handle ?? '' };
    at.holds.push(made);
    this.#host.changed(order);
    return {
      fulfillmentHold: holdNode(made),
      fulfillmentOrder: this.#node(order, at),
      remainingFulfillmentOrder: remaining && this.#node(order, remaining),
      userErrors: [],
    };
  }

  release({ id, holdIds }: { id: string; holdIds?: readonly string[] | null }): unknown {
    const found = this.#find(id);
    if (!found)
      return {
        fulfillmentOrder: null,
        userErrors: [
          {
            field: ['id'],
            message: 'Fulfillment order does not exist.',
            code: 'FULFILLMENT_ORDER_NOT_FOUND',
          },
        ],
      };
    const { order, at } = found;
    const chosen = holdIds?.map((each) => idIn('FulfillmentHold', each));
    at.holds = (at.holds ?? []).filter((each) => chosen && !chosen.includes(each.id));
    // Holds of before are of the whole order.
    if (!chosen) order.hold = null;
    this.#host.changed(order);
    return { fulfillmentOrder: this.#node(order, at), userErrors: [] };
  }

  move({
    id,
    newLocationId,
    fulfillmentOrderLineItems,
  }: {
    id: string;
    newLocationId: string;
    fulfillmentOrderLineItems?: readonly Asked[] | null;
  }): unknown {
    const refused = (field: string[], message: string) => ({
      movedFulfillmentOrder: null,
      originalFulfillmentOrder: null,
      remainingFulfillmentOrder: null,
      userErrors: [{ field, message, code: null }] satisfies UserError[],
    });
    const found = this.#find(id);
    if (!found) return refused(['id'], 'Fulfillment order does not exist.');
    const { order, at } = found;
    const location = idIn('Location', newLocationId) ?? '';
    if (!this.#host.locations.has(location)) return refused(['newLocationId'], 'Location does not exist.');
    if (location === at.locationId)
      return refused(['newLocationId'], 'The fulfillment order is already assigned to this location.');
    if (!isOpen(order, at))
      return refused(['id'], 'The fulfillment order cannot be moved in its current state.');
    const wanted = fulfillmentOrderLineItems?.length ? fulfillmentOrderLineItems : allOf(order, at);
    const wrong = this.#wrongUnits(order, at, wanted);
    if (wrong) return refused(['fulfillmentOrderLineItems'], wrong);
    const parts = wanted.flatMap(({ id: part }) => partOf(at, part) ?? []);
    if (parts.some(({ line }) => !this.#host.stocks(line, location)))
      return refused(
        ['newLocationId'],
        'The destination location does not stock the requested inventory item.',
      );
    if (at.request === 'SUBMITTED' || at.request === 'ACCEPTED')
      return refused(['id'], 'The fulfillment order has a request that waits for its fulfillment service.');
    const whole = coversAll(order, at, wanted);
    const untouched = at.lines.every((part) => sentUnits(part) === 0);
    let moved = at;
    if (whole && untouched) at.locationId = location;
    else moved = this.#takeOut(order, at, wanted, location);
    this.#host.changed(order);
    return {
      movedFulfillmentOrder: this.#node(order, moved),
      originalFulfillmentOrder: this.#node(order, at),
      remainingFulfillmentOrder: whole ? null : this.#node(order, at),
      userErrors: [],
    };
  }

  split({
    fulfillmentOrderSplits,
  }: {
    fulfillmentOrderSplits: readonly {
      fulfillmentOrderId: string;
      fulfillmentOrderLineItems: readonly Asked[];
    }[];
  }): unknown {
    const refused = (message: string, code: string) => ({
      fulfillmentOrderSplits: null,
      userErrors: [{ field: ['fulfillmentOrderSplits'], message, code }],
    });
    const wanted: (Found & { items: readonly Asked[] })[] = [];
    for (const { fulfillmentOrderId, fulfillmentOrderLineItems: items } of fulfillmentOrderSplits) {
      const found = this.#find(fulfillmentOrderId);
      if (!found || !isOpen(found.order, found.at))
        return refused('Fulfillment order does not exist.', 'FULFILLMENT_ORDER_NOT_FOUND');
      if (items.length === 0)
        return refused('No line items were provided to split.', 'NO_LINE_ITEMS_PROVIDED_TO_SPLIT');
      const wrong = this.#wrongUnits(found.order, found.at, items);
      if (wrong) return refused(wrong, 'INVALID_LINE_ITEM_QUANTITY');
      if (coversAll(found.order, found.at, items))
        return refused('The split must leave units in the fulfillment order.', 'GREATER_THAN');
      wanted.push({ ...found, items });
    }
    const results = wanted.map(({ order, at, items }) => {
      const remaining = this.#takeOut(order, at, items, at.locationId);
      this.#host.changed(order);
      return {
        fulfillmentOrder: this.#node(order, at),
        remainingFulfillmentOrder: this.#node(order, remaining),
        replacementFulfillmentOrder: null,
      };
    });
    return { fulfillmentOrderSplits: results, userErrors: [] };
  }

  merge({
    fulfillmentOrderMergeInputs,
  }: {
    fulfillmentOrderMergeInputs: readonly {
      mergeIntents: readonly {
        fulfillmentOrderId: string;
        fulfillmentOrderLineItems?: readonly Asked[] | null;
      }[];
    }[];
  }): unknown {
    const refused = (message: string, code: string) => ({
      fulfillmentOrderMerges: null,
      userErrors: [{ field: ['fulfillmentOrderMergeInputs'], message, code }],
    });
    const wanted: { order: OrderBook; at: FulfilmentOrderBook[] }[] = [];
    for (const { mergeIntents } of fulfillmentOrderMergeInputs) {
      const found = mergeIntents.map(({ fulfillmentOrderId }) => this.#find(fulfillmentOrderId));
      const [first] = found;
      if (!first || found.some((each) => !each || !isOpen(each.order, each.at)))
        return refused('Fulfillment order does not exist.', 'FULFILLMENT_ORDER_NOT_FOUND');
      const at = [...new Set(found.flatMap((each) => (each ? [each.at] : [])))];
      if (at.length < 2) return refused('At least two fulfillment orders are needed.', 'GREATER_THAN');
      const fits = found.every(
        (each) => each?.order === first.order && each.at.locationId === first.at.locationId,
      );
      const partly = mergeIntents.some(
        ({ fulfillmentOrderLineItems: items }, index) =>
          items?.length && !coversAll(first.order, (found[index] as Found).at, items),
      );
      if (!fits || partly)
        return refused(
          'Only whole fulfillment orders of one order at one location can be merged.',
          'INVALID_LINE_ITEM_QUANTITY',
        );
      wanted.push({ order: first.order, at });
    }
    const results = wanted.map(({ order, at: [into, ...others] }) => {
      for (const other of others) joinInto(order, into as FulfilmentOrderBook, other);
      this.#host.changed(order);
      return { fulfillmentOrder: this.#node(order, into as FulfilmentOrderBook) };
    });
    return { fulfillmentOrderMerges: results, userErrors: [] };
  }

  submit({
    id,
    fulfillmentOrderLineItems,
  }: {
    id: string;
    fulfillmentOrderLineItems?: readonly Asked[] | null;
  }): unknown {
    const refused = (message: string) => ({
      originalFulfillmentOrder: null,
      submittedFulfillmentOrder: null,
      unsubmittedFulfillmentOrder: null,
      userErrors: [{ field: ['id'], message }],
    });
    const found = this.#find(id);
    if (!found) return refused('Fulfillment order does not exist.');
    const { order, at } = found;
    if (!this.#isService(at))
      return refused('The fulfillment order is not assigned to a fulfillment service.');
    if (!isOpen(order, at) || at.request === 'SUBMITTED' || at.request === 'ACCEPTED')
      return refused('Cannot request fulfillment for the fulfillment order in its current state.');
    let rest: FulfilmentOrderBook | null = null;
    if (fulfillmentOrderLineItems?.length && !coversAll(order, at, fulfillmentOrderLineItems)) {
      const wrong = this.#wrongUnits(order, at, fulfillmentOrderLineItems);
      if (wrong) return refused(wrong);
      rest = this.#takeRest(order, at, fulfillmentOrderLineItems);
    }
    at.request = 'SUBMITTED';
    this.#host.changed(order);
    return {
      originalFulfillmentOrder: this.#node(order, at),
      submittedFulfillmentOrder: this.#node(order, at),
      unsubmittedFulfillmentOrder: rest && this.#node(order, rest),
      userErrors: [],
    };
  }

  answer(id: string, answer: 'ACCEPTED' | 'REJECTED'): unknown {
    const found = this.#find(id);
    if (found?.at.request !== 'SUBMITTED')
      return {
        fulfillmentOrder: null,
        userErrors: [
          {
            field: ['id'],
            message: found
              ? 'The fulfillment order has no request that waits for an answer.'
              : 'Fulfillment order does not exist.',
          },
        ],
      };
    found.at.request = answer;
    this.#host.changed(found.order);
    return { fulfillmentOrder: this.#node(found.order, found.at), userErrors: [] };
  }

  #isService({ locationId }: FulfilmentOrderBook): boolean {
    return this.#host.services.has(this.#host.locations.get(locationId) ?? '');
  }

  #find(gidOf: string): Found | undefined {
    const id = idIn('FulfillmentOrder', gidOf);
    const order = id === undefined ? undefined : this.#host.orderOf(id);
    const at = order?.fulfilmentOrders.find((each) => each.id === id);
    return order && at ? { order, at } : undefined;
  }

  #node(order: OrderBook, at: FulfilmentOrderBook): unknown {
    return fulfilmentOrderNode(order, at, this.#host.locations);
  }

  /** Why these units cannot be taken out; undefined: they can. */
  #wrongUnits(order: OrderBook, at: FulfilmentOrderBook, items: readonly Asked[]): string | undefined {
    for (const { id, quantity } of items) {
      const part = partOf(at, id);
      if (!part) return 'Fulfillment order line item does not exist.';
      if (quantity < 1 || quantity > openUnits(order, part))
        return 'Invalid fulfillment order line item quantity requested.';
    }
    return new Set(items.map(({ id }) => id)).size === items.length
      ? undefined
      : 'Fulfillment order line items are given more than once.';
  }

  /** Puts these units into a fulfilment order of their own. */
  #takeOut(
    order: OrderBook,
    at: FulfilmentOrderBook,
    items: readonly Asked[],
    locationId: string,
  ): FulfilmentOrderBook {
    const made: FulfilmentOrderBook = { id: this.#host.ids.next(), locationId, lines: [] };
    for (const { id, quantity } of items) {
      const part = partOf(at, id);
      if (!part) continue;
      const open = openUnits(order, part);
      if (quantity === open && sentUnits(part) === 0) {
        // The whole of it goes, under its own id.
        at.lines.splice(at.lines.indexOf(part), 1);
        made.lines.push(part);
        continue;
      }
      const sent = sentUnits(part);
      part.own = { quantity: sent + open - quantity, sent };
      made.lines.push({ id: this.#host.ids.next(), line: part.line, own: { quantity, sent: 0 } });
    }
    order.fulfilmentOrders.push(made);
    return made;
  }

  /** Puts all but these units into a fulfilment order of its own; null: there are no others. */
  #takeRest(order: OrderBook, at: FulfilmentOrderBook, items: readonly Asked[]): FulfilmentOrderBook | null {
    const kept = new Map(items.map(({ id, quantity }) => [idIn('FulfillmentOrderLineItem', id), quantity]));
    const rest = allOf(order, at)
      .map(({ id, quantity }) => ({
        id,
        quantity: quantity - (kept.get(idIn('FulfillmentOrderLineItem', id)) ?? 0),
      }))
      .filter(({ quantity }) => quantity > 0);
    return rest.length === 0 ? null : this.#takeOut(order, at, rest, at.locationId);
  }
}

function partOf(at: FulfilmentOrderBook, id: string): FulfilmentPartBook | undefined {
  return at.lines.find((each) => each.id === idIn('FulfillmentOrderLineItem', id));
}

function isOpen(order: OrderBook, at: FulfilmentOrderBook): boolean {
  return ['OPEN', 'IN_PROGRESS', 'SCHEDULED'].includes(fulfilmentOrderStatus(order, at));
}

/** All that remains of a fulfilment order. */
function allOf(order: OrderBook, at: FulfilmentOrderBook): Asked[] {
  return at.lines
    .map((part) => ({ id: gid('FulfillmentOrderLineItem', part.id), quantity: openUnits(order, part) }))
    .filter(({ quantity }) => quantity > 0);
}

function coversAll(order: OrderBook, at: FulfilmentOrderBook, items: readonly Asked[]): boolean {
  return allOf(order, at).every(({ id, quantity }) =>
    items.some((each) => each.id === id && each.quantity >= quantity),
  );
}

/** Parts of one line become one again, and whole where they are all that there is of it. */
function joinInto(order: OrderBook, into: FulfilmentOrderBook, other: FulfilmentOrderBook): void {
  for (const part of other.lines) {
    const same = into.lines.find((each) => each.line === part.line);
    if (!same) {
      into.lines.push(part);
      continue;
    }
    const sent = sentUnits(same) + sentUnits(part);
    same.own = { quantity: sent + openUnits(order, same) + openUnits(order, part), sent };
  }
  order.fulfilmentOrders.splice(order.fulfilmentOrders.indexOf(other), 1);
  for (const part of into.lines) {
    const shared = order.fulfilmentOrders.some((each) =>
      each.lines.some((one) => one !== part && one.line === part.line),
    );
    if (!shared) delete part.own;
  }
}
