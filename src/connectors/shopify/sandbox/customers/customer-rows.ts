/**
 * The customers of a store by some fifty bytes each: when they came, their accounts and their orders, in columns of numbers, so
 * that years of shoppers take little memory.
 */

const FIRST_CAPACITY = 1_024;
const NONE = -1;

export class CustomerRows {
  #count = 0;
  #ids = new BigUint64Array(FIRST_CAPACITY);
  #createdAtMs = new Float64Array(FIRST_CAPACITY);
  #updatedAtMs = new Float64Array(FIRST_CAPACITY);
  #lastOrders = new Int32Array(FIRST_CAPACITY);
  /** By an order's serial number: the order before it of the same customer. */
  #ordersBefore = new Int32Array(FIRST_CAPACITY).fill(NONE);
  readonly #accounts = new Accounts();

  get count(): number {
    return this.#count;
  }

  /** Adds a customer, whose id is larger than all before it; its row. */
  add(id: string, nowMs: number): number {
    const row = this.#count;
    if (row === this.#ids.length) this.#grow();
    this.#count += 1;
    this.#ids[row] = BigInt(id);
    this.#createdAtMs[row] = nowMs;
    this.#updatedAtMs[row] = nowMs;
    this.#lastOrders[row] = NONE;
    return row;
  }

  /** The row of an id; undefined: no customer has it. */
  rowOf(id: string): number | undefined {
    if (!/^[1-9]\d{0,18}$/.test(id)) return undefined;
    const wanted = BigInt(id);
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ids[middle] as bigint) < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#ids[low] === wanted ? low : undefined;
  }

  idAt(row: number): string {
    return String(this.#ids[row]);
  }

  createdAtMs(row: number): number {
    return this.#createdAtMs[row] as number;
  }

  updatedAtMs(row: number): number {
    return this.#updatedAtMs[row] as number;
  }

  changed(row: number, nowMs: number): void {
    this.#updatedAtMs[row] = nowMs;
  }

  /** Serial numbers of its orders, in their order. */
  ordersOf(row: number): number[] {
    const found: number[] = [];
    for (let at = this.#lastOrders[row] as number; at !== NONE; at = this.#ordersBefore[at] as number)
      found.push(at);
    return found.reverse();
  }

  /** The customer has placed an order; serial numbers only grow. */
  addOrder(row: number, serial: number): void {
    if (serial >= this.#ordersBefore.length) {
      const before = this.#ordersBefore;
      this.#ordersBefore = new Int32Array(Math.max(before.length * 2, serial + 1)).fill(NONE);
      this.#ordersBefore.set(before);
    }
    this.#ordersBefore[serial] = this.#lastOrders[row] as number;
    this.#lastOrders[row] = serial;
  }

  ofAccount(accountId: string): number | undefined {
    return this.#accounts.get(accountId);
  }

  ownAccount(accountId: string, row: number): void {
    this.#accounts.set(accountId, row);
  }

  #grow(): void {
    const capacity = this.#count * 2;
    const ids = new BigUint64Array(capacity);
    ids.set(this.#ids);
    this.#ids = ids;
    const [created, updated] = [new Float64Array(capacity), new Float64Array(capacity)];
    created.set(this.#createdAtMs);
    this.#createdAtMs = created;
    updated.set(this.#updatedAtMs);
    this.#updatedAtMs = updated;
    const orders = new Int32Array(capacity);
    orders.set(this.#lastOrders);
    this.#lastOrders = orders;
  }
}

/** Rows by account. Numbered ones take sixteen bytes at most: open addressing, half of the slots empty. */
class Accounts {
  readonly #named = new Map<string, number>();
  #count = 0;
  /** Pairs of number + 1 (0: empty) and row. */
  #slots = new Uint32Array(2 * FIRST_CAPACITY);

  get(accountId: string): number | undefined {
    const number = numberOf(accountId);
    if (number === undefined) return this.#named.get(accountId);
    const slot = this.#slotOf(number + 1);
    return this.#slots[slot] === 0 ? undefined : (this.#slots[slot + 1] as number);
  }

  set(accountId: string, row: number): void {
    const number = numberOf(accountId);
    if (number === undefined) {
      this.#named.set(accountId, row);
      return;
    }
    if (this.#count * 4 >= this.#slots.length) this.#grow();
    this.#put(number + 1, row);
  }

  #put(key: number, row: number): void {
    const slot = this.#slotOf(key);
    if (this.#slots[slot] === 0) this.#count += 1;
    this.#slots[slot] = key;
    this.#slots[slot + 1] = row;
  }

  /** The slot of a key, or the empty one where it belongs. */
  #slotOf(key: number): number {
    const size = this.#slots.length / 2;
    let at = Math.imul(key, 0x9e37_79b1) >>> 0;
    for (at %= size; this.#slots[2 * at] !== 0 && this.#slots[2 * at] !== key; at = (at + 1) % size);
    return 2 * at;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    this.#count = 0;
    for (let slot = 0; slot < before.length; slot += 2)
      if (before[slot] !== 0) this.#put(before[slot] as number, before[slot + 1] as number);
  }
}

/** The number that an account's id is; undefined: it is another text. */
function numberOf(accountId: string): number | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(accountId) ? Number(accountId) : undefined;
}
