/** Orders as the vendor's search finds them: by conditions in its query language, sorted, page by page. */
import type { OrderBook } from '../book.ts';
import {
  invalidCursor,
  type Page,
  type PageArgs,
  type Position,
  page,
  pageSize,
  readCursor,
  writeCursor,
} from '../graphql/connection.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { type Only, orderQuery } from './order-search.ts';
import { Shelf } from './shelf.ts';

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
  /** Ids of those that are deleted: nobody finds them any more. */
  readonly #deleted = new Set<string>();

  get(id: string): OrderBook | undefined {
    return this.#deleted.has(id) ? undefined : this.#shelf.get(id);
  }

  /** An order, be it deleted. */
  everMade(id: string): OrderBook | undefined {
    return this.#shelf.get(id);
  }

  delete(order: OrderBook): void {
    this.#deleted.add(order.id);
  }

  isDeleted({ id }: Pick<OrderBook, 'id'>): boolean {
    return this.#deleted.has(id);
  }

  /** Of all that were ever made. */
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
    for (let serial = 0; serial < this.#shelf.count; serial += 1) {
      const order = this.#shelf.at(serial);
      if (!this.#deleted.has(order.id)) yield order;
    }
  }

  /** The newest ones, the last first. */
  latest(limit: number): OrderBook[] {
    const { count } = this.#shelf;
    const found: OrderBook[] = [];
    for (let serial = count - 1; serial >= 0 && found.length < limit; serial -= 1) {
      const order = this.#shelf.at(serial);
      if (!this.#deleted.has(order.id)) found.push(order);
    }
    return found;
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
    const order = this.get(id);
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
      if (!this.#deleted.has(order.id) && has(order)) return order;
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
    const { fits, changedFrom, only } = orderQuery(args.query ?? '');
    const position = args.after ? readCursor(args.after) : undefined;
    if (args.after && !position) throw invalidCursor(args.after);
    const byChange = args.sortKey === 'UPDATED_AT';
    const found: OrderBook[] = [];
    for (const order of this.#candidates(args, changedFrom, only, position)) {
      if (this.#deleted.has(order.id) || !visible(order) || !fits(order)) continue;
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

  #candidates(
    args: OrdersArgs,
    changedFrom: number,
    only: Only | undefined,
    position: Position | undefined,
  ): Iterable<OrderBook> {
    if (only) return this.#only(only, position);
    const { sortKey, reverse } = args;
    if (sortKey === 'UPDATED_AT')
      return reverse ? this.#bySecondDown(changedFrom, position) : this.#bySecond(changedFrom, position);
    return this.#bySerial(sortKey ?? 'PROCESSED_AT', position, reverse ?? false);
  }

  /** By second of the last change and, within it, by id; after the position. */
  *#bySecond(changedFrom: number, position: Position | undefined): Iterable<OrderBook> {
    const from = Math.max(changedFrom, secondOf(position) ?? 0);
    let index = this.#firstAt(from);
    while (index < this.#changes) {
      const second = this.#changeSeconds[index] as number;
      const group = new Set<number>();
      for (; index < this.#changes && this.#changeSeconds[index] === second; index += 1)
        this.#addCurrent(index, group);
      const after = position && secondOf(position) === second ? position.last_id : '';
      for (const serial of [...group].sort((a, b) => a - b)) {
        const order = this.#shelf.at(serial);
        if (order.id > after) yield order;
      }
    }
  }

  /** The same from the newest change down. */
  *#bySecondDown(changedFrom: number, position: Position | undefined): Iterable<OrderBook> {
    const until = secondOf(position);
    let index = (until === undefined ? this.#changes : this.#firstAt(until + 1)) - 1;
    while (index >= 0) {
      const second = this.#changeSeconds[index] as number;
      if (second < changedFrom) return;
      const group = new Set<number>();
      for (; index >= 0 && this.#changeSeconds[index] === second; index -= 1) this.#addCurrent(index, group);
      const before = position && until === second ? position.last_id : undefined;
      for (const serial of [...group].sort((a, b) => b - a)) {
        const order = this.#shelf.at(serial);
        if (before === undefined || order.id < before) yield order;
      }
    }
  }

  /** Only an order's newest change counts. */
  #addCurrent(index: number, group: Set<number>): void {
    const serial = this.#changeSerials[index] as number;
    if (this.#shelf.secondOf(serial) === this.#changeSeconds[index]) group.add(serial);
  }

  *#bySerial(sortKey: string, position: Position | undefined, reverse: boolean): Iterable<OrderBook> {
    if (!SERIAL_SORTS.has(sortKey)) throw notSupported(`orders(sortKey: ${sortKey})`);
    const last = position ? this.#shelf.serialOf(position.last_id) : undefined;
    const { count } = this.#shelf;
    if (reverse) {
      for (let serial = (last ?? count) - 1; serial >= 0; serial -= 1) yield this.#shelf.at(serial);
      return;
    }
    for (let serial = last === undefined ? 0 : last + 1; serial < count; serial += 1)
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

/** All of them are the order of creation. */
const SERIAL_SORTS: ReadonlySet<string> = new Set(['ID', 'CREATED_AT', 'PROCESSED_AT', 'ORDER_NUMBER']);

/** The second that a cursor of a list by change stands at. */
function secondOf(position: Position | undefined): number | undefined {
  if (!position) return undefined;
  const second = Number(position.last_value);
  if (!Number.isSafeInteger(second)) throw invalidCursor(position.last_value);
  return second;
}

function doubled(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(list.length * 2);
  longer.set(list);
  return longer;
}
