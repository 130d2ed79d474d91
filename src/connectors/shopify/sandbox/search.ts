/** Orders as the vendor's search finds them: by conditions in its query language, sorted, page by page. */
import { GraphQLError } from 'graphql';
import { closedAt, financialStatus, fulfilmentStatus, type OrderBook } from './book.ts';
import {
  invalidCursor,
  type Page,
  type PageArgs,
  page,
  pageSize,
  readCursor,
  writeCursor,
} from './connection.ts';
import { Shelf } from './shelf.ts';
import { notSupported } from './unsupported.ts';

export interface OrdersArgs extends PageArgs {
  query?: string | null;
  sortKey?: string | null;
}

type Test = (order: OrderBook) => boolean;

/** The log of changes is cleared of what no longer counts when it has grown to this many times the orders. */
const STALE_FACTOR = 4;
const STALE_LEAST = 10_000;

export class OrderIndex {
  readonly #shelf = new Shelf();
  /** An entry for each second in which an order was changed; the newest of an order is the one that counts. */
  #changeSeconds = new Uint32Array(STALE_LEAST);
  #changeSerials = new Uint32Array(STALE_LEAST);
  #changes = 0;

  get(id: string): OrderBook | undefined {
    return this.#shelf.get(id);
  }

  get count(): number {
    return this.#shelf.count;
  }

  /** Where the orders are. */
  get memory(): { orders: number; live: number; fileBytes: number } {
    const { count, liveCount, fileBytes } = this.#shelf;
    return { orders: count, live: liveCount, fileBytes };
  }

  /** All of them, in the order of creation, which is that of the ids. */
  *all(): Iterable<OrderBook> {
    for (let serial = 0; serial < this.#shelf.count; serial += 1) yield this.#shelf.at(serial);
  }

  /** The newest ones, the last first. */
  latest(limit: number): OrderBook[] {
    const { count } = this.#shelf;
    return Array.from({ length: Math.min(limit, count) }, (_, index) => this.#shelf.at(count - 1 - index));
  }

  /** Takes a new order; its serial number. */
  add(order: OrderBook): number {
    const serial = this.#shelf.add(order);
    this.#change(order.updatedAtSecond, serial);
    return serial;
  }

  /** An order by its serial number. */
  at(serial: number): OrderBook {
    return this.#shelf.at(serial);
  }

  /** An order that is about to be changed. */
  forChange(id: string): OrderBook | undefined {
    const order = this.#shelf.get(id);
    if (order) this.#shelf.revive(order);
    return order;
  }

  /** An order has been changed at this second; time does not go back. */
  touch(order: OrderBook, second: number): void {
    const changed = second !== order.updatedAtSecond;
    order.updatedAtSecond = second;
    const serial = this.#shelf.revive(order);
    if (changed) this.#change(second, serial);
  }

  /** Packs what has not changed since this second; it stays what it is for all who ask. */
  putAway(second: number, gone: (order: OrderBook) => void): void {
    this.#shelf.putAway(second, gone);
  }

  /** The order that has something of this id, which was made after it. An id that nobody has costs a look at all orders. */
  holding(id: string, has: (order: OrderBook) => boolean): OrderBook | undefined {
    for (let serial = this.#shelf.serialUpTo(id); serial >= 0; serial -= 1) {
      const order = this.#shelf.at(serial);
      if (has(order)) return order;
    }
    return undefined;
  }

  /** The id of the order that was made last before a thing of this id. */
  idUpTo(id: string): string | undefined {
    return this.#shelf.idUpTo(id);
  }

  close(): void {
    this.#shelf.close();
  }

  #change(second: number, serial: number): void {
    if (this.#changes > Math.max(STALE_LEAST, this.#shelf.count * STALE_FACTOR)) this.#forgetStale();
    if (this.#changes === this.#changeSeconds.length) {
      this.#changeSeconds = doubled(this.#changeSeconds);
      this.#changeSerials = doubled(this.#changeSerials);
    }
    this.#changeSeconds[this.#changes] = second;
    this.#changeSerials[this.#changes] = serial;
    this.#changes += 1;
  }

  #forgetStale(): void {
    let kept = 0;
    for (let index = 0; index < this.#changes; index += 1) {
      const [second, serial] = [this.#changeSeconds[index] as number, this.#changeSerials[index] as number];
      if (this.#shelf.secondOf(serial) !== second) continue;
      this.#changeSeconds[kept] = second;
      this.#changeSerials[kept] = serial;
      kept += 1;
    }
    this.#changes = kept;
  }

  /** A page of what a search finds of what its caller may see. */
  search(args: OrdersArgs, visible: Test, node: (order: OrderBook) => unknown): Page {
    const size = pageSize(args);
    const { tests, changedFrom, only } = parseQuery(args.query ?? '');
    const position = args.after ? readCursor(args.after) : undefined;
    if (args.after && !position) throw invalidCursor(args.after);
    const byChange = args.sortKey === 'UPDATED_AT';
    const candidates = only
      ? this.#only(only, position)
      : byChange
        ? this.#bySecond(Math.max(changedFrom, Number(position?.last_value ?? 0)), position)
        : this.#bySerial(args.sortKey ?? 'PROCESSED_AT', position);
    const found: OrderBook[] = [];
    for (const order of candidates) {
      if (!visible(order) || !tests.every((test) => test(order))) continue;
      found.push(order);
      if (found.length > size) break;
    }
    const edges = found.slice(0, size).map((order) => ({
      cursor: writeCursor({
        last_id: order.id,
        last_value: byChange ? String(order.updatedAtSecond) : order.id,
      }),
      node: node(order),
    }));
    return page(edges, { hasNextPage: found.length > size, hasPreviousPage: position !== undefined });
  }

  /** By second of the last change and, within it, by id; after the position. */
  *#bySecond(
    from: number,
    position: { last_id: string; last_value: string } | undefined,
  ): Iterable<OrderBook> {
    let index = this.#firstAt(from);
    while (index < this.#changes) {
      const second = this.#changeSeconds[index] as number;
      const group = new Set<number>();
      for (; index < this.#changes && this.#changeSeconds[index] === second; index += 1) {
        const serial = this.#changeSerials[index] as number;
        if (this.#shelf.secondOf(serial) === second) group.add(serial);
      }
      const after = position && Number(position.last_value) === second ? position.last_id : '';
      for (const serial of [...group].sort((a, b) => a - b)) {
        const order = this.#shelf.at(serial);
        if (order.id > after) yield order;
      }
    }
  }

  *#bySerial(sortKey: string, position: { last_id: string } | undefined): Iterable<OrderBook> {
    if (!['ID', 'CREATED_AT', 'PROCESSED_AT'].includes(sortKey))
      throw notSupported(`orders(sortKey: ${sortKey})`);
    const last = position ? this.#shelf.serialOf(position.last_id) : undefined;
    for (let serial = last === undefined ? 0 : last + 1; serial < this.#shelf.count; serial += 1)
      yield this.#shelf.at(serial);
  }

  /** One that is named needs no search. Numbers follow each other. */
  #only(only: Only, position: object | undefined): OrderBook[] {
    if (position || this.#shelf.count === 0) return [];
    if ('id' in only) {
      const order = this.#shelf.get(only.id);
      return order ? [order] : [];
    }
    const serial = only.number - this.#shelf.at(0).number;
    return serial >= 0 && serial < this.#shelf.count ? [this.#shelf.at(serial)] : [];
  }

  /** Where the first change at or after a second stands. */
  #firstAt(second: number): number {
    let [low, high] = [0, this.#changes];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#changeSeconds[middle] as number) < second) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** An order that a search names. */
type Only = { id: string } | { number: number };

function doubled(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(list.length * 2);
  longer.set(list);
  return longer;
}

const TERM = /^\s*(?:AND\s+)?([a-z_]+):(<=|>=|<|>|=)?(?:'([^']*)'|"([^"]*)"|(\S+))/;

/** The conditions of a query; `changedFrom` is the earliest second of change that can fit. */
function parseQuery(query: string): { tests: Test[]; changedFrom: number; only: Only | undefined } {
  const tests: Test[] = [];
  let changedFrom = 0;
  let only: Only | undefined;
  let rest = query;
  while (rest.trim() !== '') {
    const term = TERM.exec(rest);
    if (!term) throw notSupported(`the search "${rest.trim().slice(0, 100)}"`);
    const [whole, field = '', operator = '=', single, double, plain] = term;
    const value = single ?? double ?? plain ?? '';
    tests.push(testOf(field, operator, value));
    if (field === 'updated_at' && (operator === '>=' || operator === '>'))
      changedFrom = secondIn(field, value);
    if (operator === '=') only ??= namedBy(field, value);
    rest = rest.slice(whole.length);
  }
  return { tests, changedFrom, only };
}

function namedBy(field: string, value: string): Only | undefined {
  if (field === 'id') return { id: value };
  const number = field === 'name' ? /^#?(\d{1,15})$/.exec(value)?.[1] : undefined;
  return number === undefined ? undefined : { number: Number(number) };
}

function testOf(field: string, operator: string, value: string): Test {
  switch (field) {
    case 'updated_at':
      return dateTest(operator, secondIn(field, value), (order) => order.updatedAtSecond);
    case 'created_at':
    case 'processed_at':
      return dateTest(operator, secondIn(field, value), (order) => Math.floor(order.createdAtMs / 1000));
    case 'id':
      return (order) => order.id === value;
    case 'name':
      return (order) => `#${order.number}` === value || String(order.number) === value;
    case 'tag':
      return (order) => (order.tags ?? []).some((tag) => tag.toLowerCase() === value.toLowerCase());
    case 'financial_status':
      return (order) => financialStatus(order).toLowerCase() === value.toLowerCase();
    case 'fulfillment_status':
      return (order) => STATUS_WORDS[fulfilmentStatus(order)] === value.toLowerCase();
    case 'status':
      return statusTest(value.toLowerCase());
    default:
      throw notSupported(`the search by "${field}"`);
  }
}

const STATUS_WORDS = { UNFULFILLED: 'unfulfilled', PARTIALLY_FULFILLED: 'partial', FULFILLED: 'fulfilled' };

function statusTest(value: string): Test {
  if (value === 'any') return () => true;
  if (value === 'open') return (order) => closedAt(order) === null;
  if (value === 'closed') return (order) => closedAt(order) !== null;
  if (value === 'cancelled') return (order) => order.cancelledAtMs !== null;
  throw notSupported(`the search by status "${value}"`);
}

function dateTest(operator: string, second: number, of: (order: OrderBook) => number): Test {
  switch (operator) {
    case '>=':
      return (order) => of(order) >= second;
    case '>':
      return (order) => of(order) > second;
    case '<=':
      return (order) => of(order) <= second;
    case '<':
      return (order) => of(order) < second;
    default:
      return (order) => of(order) === second;
  }
}

function secondIn(field: string, value: string): number {
  const ms = Date.parse(value);
  if (Number.isNaN(ms))
    throw new GraphQLError(`Invalid search: ${field}:${value} is no date`, {
      extensions: { code: 'BAD_REQUEST' },
    });
  return Math.floor(ms / 1000);
}
