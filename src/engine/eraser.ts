/**
 * Carries out what a customer, or a store that has left, has asked without naming orders: every order of theirs is told to forget its
 * persons. A store's connection is stopped, and its credentials are forgotten, before. Killed in the middle it begins again: who has
 * forgotten is not told again.
 */
import { BUCKETS, bucketOf } from '../store/bucket.ts';
import type { Database } from '../store/db.ts';
import { type ErasureRow, openErasures, ordersToForget } from '../store/erasure.ts';
import { insertMessages } from '../store/turn.ts';

/** Orders that are looked at in one statement, and told in one commit. */
const ORDERS_AT_ONCE = 500;

export interface EraserParts {
  database: Database;
  newId: () => string;
  nowIso: () => string;
  /** Stops a connection for good, and forgets its credentials. */
  giveUp: (connection: string) => Promise<void>;
  onMessages: () => void;
  onError: (error: unknown) => void;
}

export class Eraser {
  readonly #parts: EraserParts;
  #wanted = false;
  #ended = false;
  #working: Promise<void> | null = null;

  constructor(parts: EraserParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#working !== null;
  }

  /** Somebody may have asked. */
  look(): void {
    this.#wanted = true;
    if (this.#ended) return;
    this.#working ??= this.#work()
      .catch(this.#parts.onError)
      .finally(() => {
        this.#working = null;
      });
  }

  async stop(): Promise<void> {
    this.#ended = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#wanted && !this.#ended) {
      this.#wanted = false;
      for (const request of await openErasures(this.#parts.database)) await this.#carryOut(request);
    }
  }

  async #carryOut(request: ErasureRow): Promise<void> {
    if (request.customer === null) await this.#parts.giveUp(request.connection);
    let orders = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      for (let after: string | undefined = ''; after !== undefined; ) {
        if (this.#ended) return;
        const rows = await ordersToForget(this.#parts.database, request, { bucket, after }, ORDERS_AT_ONCE);
        const told = rows.filter((row) => row.told).map(({ key }) => key);
        orders += told.length;
        await this.#tell('order', told, { type: 'order.forget' });
        after = rows.length < ORDERS_AT_ONCE ? undefined : rows.at(-1)?.key;
      }
    }
    await this.#tell('privacy', [request.key], { type: 'privacy.erased', orders });
  }

  async #tell(
    kind: 'order' | 'privacy',
    keys: readonly string[],
    message: { type: 'order.forget' } | { type: 'privacy.erased'; orders: number },
  ): Promise<void> {
    if (keys.length === 0) return;
    const { database, newId, nowIso, onMessages } = this.#parts;
    const rows = keys.map((key) => ({
      bucket: bucketOf(key),
      kind,
      key,
      id: newId(),
      connection: key.slice(0, key.indexOf('/')),
      message,
    }));
    await insertMessages(database, rows, nowIso());
    onMessages();
  }
}
