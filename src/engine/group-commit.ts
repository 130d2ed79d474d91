/** Work of many callers in few transactions: while one is being committed, the next batch gathers. */

export interface GroupLimits<Item> {
  /** Items a batch at most. */
  items: number;
  /** What an item weighs, and what a batch may weigh. Heavy items take turns with the light ones, which wait for one of them at most. */
  weight?: { of: (item: Item) => number; limit: number };
}

export interface GroupOptions<Item> extends GroupLimits<Item> {
  /** True for an error that one of the items is to blame for: the batch is halved until only that one fails. */
  isOfItems?: (error: unknown) => boolean;
}

/** An item is heavy when this many of it fill a batch. */
const HEAVY_SHARE = 8;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export class GroupCommit<Item, Result> {
  readonly #run: (items: Item[]) => Promise<Result[]>;
  readonly #options: GroupOptions<Item>;
  #waiting: Waiting<Item, Result>[] = [];
  /** Heavy ones, which have a queue of their own. */
  #heavy: Waiting<Item, Result>[] = [];
  #running = 0;

  /** @param run commits some items and returns their results in the same order. */
  constructor(run: (items: Item[]) => Promise<Result[]>, options: GroupOptions<Item>) {
    this.#run = run;
    this.#options = options;
  }

  /** Items that wait or are being committed. */
  get pending(): number {
    return this.#waiting.length + this.#heavy.length + this.#running;
  }

  /** Resolves when the item is committed. */
  submit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      const queue = this.#isHeavy(item) ? this.#heavy : this.#waiting;
      queue.push({ item, resolve, reject });
      if (this.#running === 0) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = 1;
    // Let callers of this tick join the first batch.
    await Promise.resolve();
    for (let turn = 0; this.#waiting.length + this.#heavy.length > 0; turn += 1) {
      const isHeavyTurn = this.#waiting.length === 0 || (this.#heavy.length > 0 && turn % 2 === 1);
      const queue = isHeavyTurn ? this.#heavy : this.#waiting;
      const batch = queue.splice(0, isHeavyTurn ? 1 : this.#batchLength());
      this.#running = batch.length;
      await this.#commit(batch);
    }
    this.#running = 0;
  }

  #isHeavy(item: Item): boolean {
    const { weight } = this.#options;
    return weight !== undefined && weight.of(item) > weight.limit / HEAVY_SHARE;
  }

  /** How many of the light ones make the next batch. */
  #batchLength(): number {
    const { items, weight } = this.#options;
    const most = Math.min(items, this.#waiting.length);
    if (!weight) return most;
    let sum = 0;
    for (let count = 0; count < most; count += 1) {
      sum += weight.of((this.#waiting[count] as Waiting<Item, Result>).item);
      if (sum > weight.limit) return Math.max(1, count);
    }
    return most;
  }

  async #commit(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#run(batch.map((entry) => entry.item));
      for (const [index, entry] of batch.entries()) entry.resolve(results[index] as Result);
    } catch (error) {
      if (batch.length === 1 || !this.#options.isOfItems?.(error)) {
        for (const entry of batch) entry.reject(error);
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.#commit(batch.slice(0, half));
      await this.#commit(batch.slice(half));
    }
  }
}
