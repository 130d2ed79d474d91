/** Things by the instant at which they are due (a binary heap; equal instants keep the order of their coming). */

interface Slot<Item> {
  dueAt: number;
  order: number;
  item: Item;
}

export class DueQueue<Item> {
  #slots: Slot<Item>[] = [];
  #order = 0;

  get size(): number {
    return this.#slots.length;
  }

  /** The earliest instant; `undefined` when empty. */
  earliest(): number | undefined {
    return this.#slots[0]?.dueAt;
  }

  push(dueAt: number, item: Item): void {
    this.#insert({ dueAt, order: this.#order++, item });
  }

  #insert(slot: Slot<Item>): void {
    const slots = this.#slots;
    slots.push(slot);
    let at = slots.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** The earliest item if it is due, without taking it. */
  peekDue(now: number): Item | undefined {
    const first = this.#slots[0];
    return first && first.dueAt <= now ? first.item : undefined;
  }

  /** Takes the earliest item. */
  pop(): Item | undefined {
    const slots = this.#slots;
    const first = slots[0];
    const last = slots.pop();
    if (!first || !last || slots.length === 0) return first?.item;
    slots[0] = last;
    let at = 0;
    for (;;) {
      const left = at * 2 + 1;
      const right = left + 1;
      let least = at;
      if (left < slots.length && this.#before(left, least)) least = left;
      if (right < slots.length && this.#before(right, least)) least = right;
      if (least === at) return first.item;
      this.#swap(at, least);
      at = least;
    }
  }

  /** Takes due items that are wanted, so many at most, looking no further than so many items; the others keep their places. */
  takeSome(now: number, wanted: (item: Item) => boolean, limit: number, look: number): Item[] {
    const taken: Item[] = [];
    const left: Slot<Item>[] = [];
    for (let looked = 0; looked < look && taken.length < limit; looked += 1) {
      const slot = this.#slots[0];
      if (!slot || slot.dueAt > now) break;
      this.pop();
      if (wanted(slot.item)) taken.push(slot.item);
      else left.push(slot);
    }
    for (const slot of left) this.#insert(slot);
    return taken;
  }

  clear(): void {
    this.#slots = [];
  }

  #before(a: number, b: number): boolean {
    const x = this.#slots[a] as Slot<Item>;
    const y = this.#slots[b] as Slot<Item>;
    return x.dueAt === y.dueAt ? x.order < y.order : x.dueAt < y.dueAt;
  }

  #swap(a: number, b: number): void {
    const slot = this.#slots[a] as Slot<Item>;
    this.#slots[a] = this.#slots[b] as Slot<Item>;
    this.#slots[b] = slot;
  }
}
