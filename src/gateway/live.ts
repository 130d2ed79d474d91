/** Who watches is told which orders have changed: by this process at once, by others of the same database within a second. */
import { pause } from '../base/clock.ts';
import type { Engine } from '../engine/engine.ts';
import { changesFromNow, readChangedOrders } from '../store/read-changes.ts';

/** How often a shared database is asked what other processes have decided. */
const LOOK_EVERY_MS = 1_000;
/** Orders that one event names; more than these, and the watcher reads all anew. */
export const NAMED_AT_MOST = 500;

/** What has changed since the watcher looked last. */
export class Watcher {
  readonly #keys = new Set<string>();
  #wake: (() => void) | undefined;
  #more = false;

  note(keys: readonly string[]): void {
    for (const key of keys) {
      if (this.#keys.size < NAMED_AT_MOST) this.#keys.add(key);
      else this.#more ||= !this.#keys.has(key);
    }
    this.#wake?.();
  }

  /** Resolves when something has changed, after `ms`, or when `signal` aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#keys.size > 0) return;
    const waking = new AbortController();
    this.#wake = () => waking.abort();
    await pause(ms, AbortSignal.any([signal, waking.signal]));
    this.#wake = undefined;
  }

  /** What has changed, and forgets it; null: nothing. */
  take(): { keys: string[]; more: boolean } | null {
    if (this.#keys.size === 0) return null;
    const changes = { keys: [...this.#keys], more: this.#more };
    this.#keys.clear();
    this.#more = false;
    return changes;
  }
}

export class LiveFeed {
  readonly #engine: Engine;
  readonly #watchers = new Set<Watcher>();
  #unsubscribe: (() => void) | undefined;
  #looking: AbortController | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** Begins to watch; call `leave` at the end. */
  join(): Watcher {
    const watcher = new Watcher();
    this.#watchers.add(watcher);
    if (!this.#unsubscribe) {
      this.#unsubscribe = this.#engine.onOrders((keys) => this.#tell(keys));
      if (this.#engine.database.kind === 'postgres') {
        this.#looking = new AbortController();
        void this.#look(this.#looking.signal);
      }
    }
    return watcher;
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#looking?.abort();
  }

  #tell(keys: readonly string[]): void {
    for (const watcher of this.#watchers) watcher.note(keys);
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { database } = this.#engine;
    let cursor: Awaited<ReturnType<typeof changesFromNow>> | null = null;
    while (!signal.aborted) {
      try {
        cursor ??= await changesFromNow(database);
        const changed = await readChangedOrders(database, cursor);
        cursor = changed.cursor;
        if (changed.keys.length > 0) this.#tell(changed.keys);
      } catch {
        // The database is away for a moment: what is seen then is read from the same place on.
      }
      await pause(LOOK_EVERY_MS, signal);
    }
  }
}
