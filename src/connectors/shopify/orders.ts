/**
 * Reading orders whole. What a batch or a page asks for is enough for nearly all of them; an order with more of something is
 * read again, alone, with more of that, and its lines page by page. How many orders fit into one call is learned from what the
 * vendor says that they cost.
 */
import type { Delivery, Failure } from '../contract.ts';
import { type Answer, drift, type Exchange } from './client.ts';
import {
  LEAN_SIZES,
  LIST_CHANGED,
  LIST_ORDERS,
  MOST_SIZES,
  type PageInfo,
  READ_LINES,
  READ_ORDERS,
  type Sizes,
  USUAL_SIZES,
} from './documents.ts';
import { asObject, globalId, type JsonObject } from './json.ts';

/** Cost of one order in usual sizes, until the vendor tells. */
export const ORDER_COST_GUESS = 200;
/** What one call may cost, so that others fit beside it. The vendor refuses a call of more than 1,000 points. */
const CALL_POINTS = 500;
/** Orders a call, however cheap they are: few enough for one commit. */
const MAX_ORDERS = 40;
/** Lines that are followed. No checkout makes as many. */
const MAX_LINES = 2_000;
/** Lines a page. */
const LINES_PAGE = 100;
/** An order that changes while it is read is read anew, so often. */
const TRIES = 3;

export type OrderAnswer =
  /** The order as the vendor told it; only its lines may have been put together. */
  { status: 'ok'; order: JsonObject } | { status: 'missing' } | Failure;

/** What came instead of orders. `askedForLess`: the next call will cost less. */
type NoAnswer = Failure | { status: 'tooCostly'; message: string; askedForLess: boolean };

/** A page of orders by the time of their last change. `whole` false: there is more of it than the page carries. */
export interface OrderPage {
  status: 'ok';
  orders: { order: JsonObject; whole: boolean }[];
  pageInfo: PageInfo;
}

/** An order as the connector's intake takes it. */
export function orderDelivery(origin: 'read' | 'poll', topic: string, order: JsonObject): Delivery {
  return { headers: {}, body: Buffer.from(JSON.stringify({ order })), origin, topic };
}

export class OrderReader {
  #sizes = USUAL_SIZES;
  /** Cost of one order that is asked for by its id, and of one in a list: the vendor counts them differently. */
  #costOfOne = ORDER_COST_GUESS;
  #costOfListed = ORDER_COST_GUESS;
  #mostOrders = MAX_ORDERS;
  #linesPage = LINES_PAGE;

  /** How many orders fit into one call. */
  get batchSize(): number {
    return this.#fitting(this.#costOfOne);
  }

  #fitting(costOfOne: number): number {
    return Math.max(1, Math.min(this.#mostOrders, Math.floor(CALL_POINTS / costOfOne)));
  }

  /** Reads these orders, each whole; answers in the same order. */
  async read(ids: readonly string[], exchange: Exchange): Promise<OrderAnswer[]> {
    return this.#settled(ids, await this.#together(ids, exchange), exchange);
  }

  /** By one call; where it fails, what it was answered. */
  async #together(ids: readonly string[], exchange: Exchange): Promise<OrderAnswer[] | NoAnswer> {
    const sizes = this.#sizes;
    const answer = await exchange.run(READ_ORDERS, { ids: ids.map(orderGid), ...sizes });
    if (answer.status === 'tooCostly')
      return { ...answer, askedForLess: this.#askForLess(ids.length, sizes) };
    if (answer.status !== 'ok') return answer;
    if (answer.cost > 0) this.#costOfOne = Math.max(1, answer.cost / ids.length);
    const { nodes } = answer.data;
    if (nodes.length !== ids.length)
      return ids.map(() => drift(`ReadOrders gave ${nodes.length} orders for ${ids.length} ids`));
    const orders: OrderAnswer[] = [];
    for (const [index, id] of ids.entries())
      orders.push(await this.#whole(id, nodes[index], sizes, exchange));
    return orders;
  }

  /** What is made of the answer to a batch: where it has failed, smaller ones may not. */
  async #settled(
    ids: readonly string[],
    answer: OrderAnswer[] | NoAnswer,
    exchange: Exchange,
  ): Promise<OrderAnswer[]> {
    if (Array.isArray(answer)) return answer;
    if (answer.status === 'tooCostly' && answer.askedForLess)
      return ids.length === 1 ? this.read(ids, exchange) : this.#halves(ids, exchange);
    const failed = ids.map(() => asFailure(answer));
    if (ids.length === 1) return failed;
    // One of them may be what the vendor cannot answer: the others must not wait for it.
    if (answer.status === 'rejected') return this.#halves(ids, exchange);
    if (!failsWithin(answer)) return failed;
    const [first, second] = halvesOf(ids);
    const [one, other] = [await this.#together(first, exchange), await this.#together(second, exchange)];
    // Both fail: it is the vendor's bad hour, and more questions would not help.
    if (!Array.isArray(one) && !Array.isArray(other)) return failed;
    return [
      ...(await this.#settled(first, one, exchange)),
      ...(await this.#settled(second, other, exchange)),
    ];
  }

  /** Reads one order whole. */
  async readOne(id: string, exchange: Exchange): Promise<OrderAnswer> {
    const [answer] = await this.read([id], exchange);
    return answer as OrderAnswer;
  }

  /** Reads a page of orders, as many as fit into one call. */
  async page(query: string, after: string | null, exchange: Exchange): Promise<OrderPage | Failure> {
    for (;;) {
      const [sizes, first] = [this.#sizes, this.#fitting(this.#costOfListed)];
      const answer = await exchange.run(LIST_ORDERS, { first, after, query, ...sizes });
      if (answer.status === 'ok') {
        if (answer.cost > 0) this.#costOfListed = Math.max(1, answer.cost / first);
        const { nodes, pageInfo } = answer.data.orders;
        const orders = nodes.map(asObject).filter((node) => node !== undefined);
        if (orders.length < nodes.length) return drift('ListOrders gave something that is no order');
        return {
          status: 'ok',
          orders: orders.map((order) => ({ order, whole: isWhole(order, sizes) })),
          pageInfo,
        };
      }
      if (failsWithin(answer)) return this.#changed({ first, after, query }, exchange, answer);
      if (answer.status !== 'tooCostly' || !this.#askForLess(first, sizes)) return asFailure(answer);
    }
  }

  /** The page again, but only what has changed: each is read alone then, so that one alone is stuck, and not the feed. */
  async #changed(
    place: { first: number; after: string | null; query: string },
    exchange: Exchange,
    failure: Failure,
  ): Promise<OrderPage | Failure> {
    const answer = await exchange.run(LIST_CHANGED, place);
    if (answer.status !== 'ok') return failure;
    const { nodes, pageInfo } = answer.data.orders;
    const orders = nodes.map(asObject).filter((node) => node !== undefined);
    if (orders.length < nodes.length) return drift('ListChanged gave something that is no order');
    return { status: 'ok', orders: orders.map((order) => ({ order, whole: false })), pageInfo };
  }

  async #halves(ids: readonly string[], exchange: Exchange): Promise<OrderAnswer[]> {
    const [first, second] = halvesOf(ids);
    return [...(await this.read(first, exchange)), ...(await this.read(second, exchange))];
  }

  /** After a refusal for its cost. False: it cannot be less. */
  #askForLess(orders: number, sizes: Sizes): boolean {
    if (orders > 1) this.#mostOrders = Math.min(this.#mostOrders, Math.ceil(orders / 2));
    else if (sizes === USUAL_SIZES) this.#sizes = LEAN_SIZES;
    else return false;
    return true;
  }

  /** What a batch has brought of an order, completed. */
  async #whole(id: string, node: unknown, sizes: Sizes, exchange: Exchange): Promise<OrderAnswer> {
    let order = asObject(node);
    if (node === null) return { status: 'missing' };
    for (let attempt = 0; order !== undefined && attempt < TRIES; attempt += 1) {
      if (isWhole(order, sizes)) return { status: 'ok', order };
      const wide = await this.#widen(id, order, sizes, exchange);
      if (wide.status !== 'ok') return wide;
      const lines = await this.#allLines(id, wide.order, exchange);
      if (lines.status !== 'changed') return lines;
      const again = await exchange.run(READ_ORDERS, { ids: [orderGid(id)], ...sizes });
      if (again.status !== 'ok') return asFailure(again);
      if (again.data.nodes[0] === null) return { status: 'missing' };
      order = asObject(again.data.nodes[0]);
    }
    return order === undefined
      ? drift(`ReadOrders gave something that is no order for ${id}`)
      : { status: 'transient', message: `order ${id} changes while it is being read` };
  }

  /** Asks for more of what the order may have more of, until it has all but its lines. */
  async #widen(id: string, order: JsonObject, sizes: Sizes, exchange: Exchange): Promise<OrderAnswer> {
    let [known, asked] = [order, sizes];
    for (;;) {
      const more = partsWithMore(known, asked);
      if (more.size === 0) return { status: 'ok', order: known };
      const wider: Sizes = { ...asked };
      for (const part of more) {
        if (asked[part] >= MOST_SIZES[part])
          return tooLarge(id, `more than ${asked[part]} ${PART_NAMES[part]}`);
        wider[part] = Math.min(MOST_SIZES[part], asked[part] * 4);
      }
      asked = wider;
      const answer = await exchange.run(READ_ORDERS, { ids: [orderGid(id)], ...asked });
      if (answer.status === 'tooCostly')
        return tooLarge(
          id,
          `so many ${[...more].map((part) => PART_NAMES[part]).join(' and ')} that reading them costs too much (${answer.message})`,
        );
      if (answer.status !== 'ok') return answer;
      const node = answer.data.nodes[0];
      if (node === null) return { status: 'missing' };
      const next = asObject(node);
      if (!next) return drift(`ReadOrders gave something that is no order for ${id}`);
      known = next;
    }
  }

  /** Follows the pages of an order's lines. `changed`: the order is another one by now. */
  async #allLines(
    id: string,
    order: JsonObject,
    exchange: Exchange,
  ): Promise<OrderAnswer | { status: 'changed' }> {
    const connection = asObject(order.lineItems) ?? {};
    const lines = listOf(connection.nodes);
    let after = nextPage(connection.pageInfo);
    while (after !== null) {
      if (lines.length > MAX_LINES) return tooLarge(id, `more than ${MAX_LINES} lines`);
      const answer = await exchange.run(READ_LINES, { id: orderGid(id), first: this.#linesPage, after });
      if (answer.status === 'tooCostly' && this.#linesPage > 1) {
        this.#linesPage = Math.ceil(this.#linesPage / 2);
        continue;
      }
      if (answer.status !== 'ok') return asFailure(answer);
      const page = answer.data.order;
      if (page === null) return { status: 'missing' };
      if (page.updatedAt !== order.updatedAt) return { status: 'changed' };
      lines.push(...page.lineItems.nodes);
      after = nextPage(page.lineItems.pageInfo);
    }
    const lineItems = { ...connection, nodes: lines, pageInfo: { hasNextPage: false, endCursor: null } };
    return { status: 'ok', order: { ...order, lineItems } };
  }
}

const PART_NAMES: Readonly<Record<keyof Sizes, string>> = {
  lines: 'lines',
  refundLines: 'lines in a refund',
  fulfilmentLines: 'lines in a fulfilment',
  few: 'transactions or shipping lines in a refund, or instalments',
  some: 'refunds, fulfilments, fulfilment orders or shipping lines',
  many: 'transactions',
};

function isWhole(order: JsonObject, sizes: Sizes): boolean {
  return partsWithMore(order, sizes).size === 0 && !hasMore(order.lineItems);
}

/** Of which parts, but its lines, the order may have more than was asked for. A plain list does not say: a full one may. */
function partsWithMore(order: JsonObject, sizes: Sizes): Set<keyof Sizes> {
  const found = new Set<keyof Sizes>();
  const note = (part: keyof Sizes, more: boolean): void => void (more && found.add(part));
  const refunds = listOf(order.refunds);
  const fulfilments = listOf(order.fulfillments);
  note('some', refunds.length >= sizes.some || fulfilments.length >= sizes.some);
  note('some', hasMore(order.shippingLines) || hasMore(order.fulfillmentOrders));
  note('few', hasMore(asObject(order.paymentTerms)?.paymentSchedules));
  note('many', listOf(order.transactions).length >= sizes.many);
  for (const refund of refunds.map(asObject)) {
    note('refundLines', hasMore(refund?.refundLineItems));
    note('few', hasMore(refund?.refundShippingLines) || hasMore(refund?.transactions));
  }
  for (const fulfilment of fulfilments.map(asObject))
    note('fulfilmentLines', hasMore(fulfilment?.fulfillmentLineItems));
  return found;
}

function hasMore(connection: unknown): boolean {
  return nextPage(asObject(connection)?.pageInfo) !== null;
}

/** The cursor of the next page; empty where there is one that cannot be asked for. */
function nextPage(pageInfo: unknown): string | null {
  const info = asObject(pageInfo);
  if (info?.hasNextPage !== true) return null;
  return typeof info.endCursor === 'string' ? info.endCursor : '';
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? [...value] : [];
}

function halvesOf(ids: readonly string[]): [readonly string[], readonly string[]] {
  const middle = Math.ceil(ids.length / 2);
  return [ids.slice(0, middle), ids.slice(middle)];
}

/** The vendor has answered, and what it did has failed within: one of many orders may be to blame. */
function failsWithin(answer: Exclude<Answer<never>, { status: 'ok' }>): answer is Failure {
  return answer.status === 'transient' && answer.answered === 200;
}

const orderGid = (id: string): string => globalId('Order', id);

/** One order alone in the leanest sizes is still too much for a call. */
function asFailure(answer: Exclude<Answer<unknown>, { status: 'ok' }>): Failure {
  return answer.status === 'tooCostly' ? drift(answer.message) : answer;
}

function tooLarge(id: string, what: string): Failure {
  return {
    status: 'rejected',
    code: 'order-too-large',
    message: `Order ${id} has ${what}`,
    suggestedFix:
      'Book the order by hand and skip the case; or have the limits of the connector raised (documents.ts), then retry the case',
  };
}
