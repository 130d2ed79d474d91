/**
 * All orders of a store by their serial number: those of late in memory, quiet ones packed in a file that is gone with the
 * process. An order of years ago takes some twenty bytes of memory, so that a store can run for years.
 */
import { closeSync, readSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { OrderBook } from '../book.ts';
import { openNameless } from '../record-file.ts';

const FIRST_CAPACITY = 1_024;
/** Speed counts, not the last byte. */
const COMPRESSION = { level: 1 };

export class Shelf {
  readonly #live = new Map<string, { serial: number; order: OrderBook }>();
  #count = 0;
  #ids = new BigUint64Array(FIRST_CAPACITY);
  /** Second of the last change. */
  #seconds = new Uint32Array(FIRST_CAPACITY);
  #offsets = new Float64Array(FIRST_CAPACITY);
  /** 0: in memory. */
  #lengths = new Uint32Array(FIRST_CAPACITY);
  #file: number | undefined;
  #end = 0;

  get count(): number {
    return this.#count;
  }

  /** Orders that are in memory. */
  get liveCount(): number {
    return this.#live.size;
  }

  /** Bytes that the file holds. */
  get fileBytes(): number {
    return this.#end;
  }

  /** Takes a new order, whose id is larger than all before it; its serial number. */
  add(order: OrderBook): number {
    if (this.#count === this.#ids.length) this.#grow();
    const serial = this.#count;
    this.#count += 1;
    this.#ids[serial] = BigInt(order.id);
    this.#seconds[serial] = order.updatedAtSecond;
    this.#live.set(order.id, { serial, order });
    return serial;
  }

  /** The order; one from the file is a copy that nobody else holds until it is `revived`. */
  get(id: string): OrderBook | undefined {
    const live = this.#live.get(id);
    if (live) return live.order;
    const serial = this.serialOf(id);
    return serial === undefined ? undefined : this.at(serial);
  }

  at(serial: number): OrderBook {
    const length = this.#lengths[serial] as number;
    if (length === 0) {
      const live = this.#live.get(String(this.#ids[serial]));
      if (!live) throw new Error(`the order of serial number ${serial} is nowhere`);
      return live.order;
    }
    const packed = Buffer.alloc(length);
    readSync(this.#open(), packed, 0, length, this.#offsets[serial] as number);
    return deserialize(inflateRawSync(packed)) as OrderBook;
  }

  /** An order is about to change, or has: it is in memory from now on, as this object. */
  revive(order: OrderBook): number {
    const serial = this.#live.get(order.id)?.serial ?? this.serialOf(order.id);
    if (serial === undefined) throw new Error(`there is no order ${order.id}`);
    this.#live.set(order.id, { serial, order });
    this.#lengths[serial] = 0;
    this.#seconds[serial] = order.updatedAtSecond;
    return serial;
  }

  secondOf(serial: number): number {
    return this.#seconds[serial] as number;
  }

  /** Packs all orders that have not changed since this second; `gone` is told of each. */
  putAway(second: number, gone: (order: OrderBook) => void): void {
    for (const [id, { serial, order }] of this.#live) {
      // What is twisted carries a function, which no file holds.
      if (order.updatedAtSecond >= second || order.twist) continue;
      const packed = pack(order);
      if (!packed) continue;
      writeSync(this.#open(), packed, 0, packed.length, this.#end);
      this.#offsets[serial] = this.#end;
      this.#lengths[serial] = packed.length;
      this.#end += packed.length;
      this.#live.delete(id);
      gone(order);
    }
  }

  /** The serial number of an id; undefined: no order has it. */
  serialOf(id: string): number | undefined {
    const serial = this.#lastUpTo(id);
    return serial >= 0 && this.#ids[serial] === BigInt(id) ? serial : undefined;
  }

  /** The order that was made last before something of this id, or is it. */
  idUpTo(id: string): string | undefined {
    const serial = this.#lastUpTo(id);
    return serial < 0 ? undefined : String(this.#ids[serial]);
  }

  /** The serial number of that order; -1: there is none. */
  serialUpTo(id: string): number {
    return this.#lastUpTo(id);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #lastUpTo(id: string): number {
    if (!/^[1-9]\d{0,18}$/.test(id)) return -1;
    const wanted = BigInt(id);
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ids[middle] as bigint) <= wanted) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #open(): number {
    this.#file ??= openNameless();
    return this.#file;
  }

  #grow(): void {
    const capacity = this.#ids.length * 2;
    const ids = new BigUint64Array(capacity);
    ids.set(this.#ids);
    this.#ids = ids;
    const seconds = new Uint32Array(capacity);
    seconds.set(this.#seconds);
    this.#seconds = seconds;
    const offsets = new Float64Array(capacity);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
    const lengths = new Uint32Array(capacity);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }
}

/** Undefined: there is something in it that no file holds. It stays in memory. */
function pack(order: OrderBook): Buffer | undefined {
  try {
    return deflateRawSync(serialize(order), COMPRESSION);
  } catch (error) {
    if ((error as Error).name === 'DataCloneError') return undefined;
    throw error;
  }
}
