/** Fulfilment orders are held and released, moved to another location, split and merged. Units move by their lines. */
import type { FulfilmentOrderBook, HoldReason, LineBook, OrderBook } from '../book.ts';
import { isAccepted, openUnits, sentUnits } from '../book-figures.ts';
import { type Ids, idIn } from '../ids.ts';
import { fulfilmentOrderNode, holdNode, type Locations } from '../orders/nodes-events.ts';
import type { Told } from '../webhooks/told.ts';
import { fulfilmentOrderTold as told } from '../webhooks/webhook-fulfilment-orders.ts';
import {
  type Asked,
  allOf,
  coversAll,
  isOpen,
  partOf,
  takeOut,
  takeRest,
  wrongUnits,
} from './fulfilment-parts.ts';

interface UserError {
  field: string[] | null;
  message: string;
  code: string | null;
}

/** What these acts need of their store. */
export interface FulfilmentOrderHost {
  ids: Ids;
  locations: Locations;
  /** Whether a location stocks what a line is of. */
  stocks(line: LineBook, locationId: string): boolean;
  /** The order of a fulfilment order, to be changed. */
  orderOf(fulfilmentOrderId: string): OrderBook | undefined;
  changed(order: OrderBook, messages?: Told['messages']): void;
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
      const wrong = wrongUnits(order, at, fulfillmentOrderLineItems);
      if (wrong)
        return refused(['fulfillmentHold', 'fulfillmentOrderLineItems'], wrong, 'INVALID_LINE_ITEM_QUANTITY');
      remaining = takeRest(this.#host.ids, order, at, fulfillmentOrderLineItems);
    }
    const made = { id: this.#host.ids.next(), reason, notes: reasonNotes ?? null, handle: handle ?? '' };
    at.holds.push(made);
    this.#host.changed(order, told(order, at, { event: 'placed_on_hold', hold: made, rest: remaining }));
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
    const isFree = at.holds.length === 0 && !order.hold;
    this.#host.changed(order, isFree ? told(order, at, { event: 'hold_released' }) : []);
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
    const wrong = wrongUnits(order, at, wanted);
    if (wrong) return refused(['fulfillmentOrderLineItems'], wrong);
    const parts = wanted.flatMap(({ id: part }) => partOf(at, part) ?? []);
    if (parts.some(({ line }) => !this.#host.stocks(line, location)))
      return refused(
        ['newLocationId'],
        'The destination location does not stock the requested inventory item.',
      );
    if (at.request === 'SUBMITTED' || isAccepted(at))
      return refused(['id'], 'The fulfillment order has a request that waits for its fulfillment service.');
    const from = at.locationId;
    const whole = coversAll(order, at, wanted);
    const untouched = at.lines.every((part) => sentUnits(part) === 0);
    let moved = at;
    if (whole && untouched) at.locationId = location;
    else moved = takeOut(this.#host.ids, order, at, wanted, location);
    delete moved.incomplete;
    this.#host.changed(order, told(order, at, { event: 'moved', moved, from, items: wanted }));
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
      const wrong = wrongUnits(found.order, found.at, items);
      if (wrong) return refused(wrong, 'INVALID_LINE_ITEM_QUANTITY');
      if (coversAll(found.order, found.at, items))
        return refused('The split must leave units in the fulfillment order.', 'GREATER_THAN');
      wanted.push({ ...found, items });
    }
    const results = wanted.map(({ order, at, items }) => {
      const remaining = takeOut(this.#host.ids, order, at, items, at.locationId);
      this.#host.changed(order, told(order, at, { event: 'split', rest: remaining, items }));
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
      const intents = [into as FulfilmentOrderBook, ...others].map((each) => ({
        id: each.id,
        items: allOf(order, each),
      }));
      for (const other of others) joinInto(order, into as FulfilmentOrderBook, other);
      this.#host.changed(order, told(order, into as FulfilmentOrderBook, { event: 'merged', intents }));
      return { fulfillmentOrder: this.#node(order, into as FulfilmentOrderBook) };
    });
    return { fulfillmentOrderMerges: results, userErrors: [] };
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
