/**
 * The only clock of Crossdock. Everything that asks for the time, waits, or sets a timer does it here, so that a
 * demonstration can follow the clock of its sandbox and pass two months in seconds, and a test can hold time still.
 *
 * Business time (`now`, `sleep`, `setTimer`) may be moved forward. Liveness (`monotonicMs`, `pause`) is physical: leases,
 * polling between processes and measured durations must not expire because business time has jumped.
 */

/** A timer that has been set; `cancel` is idempotent. */
export interface TimerHandle {
  cancel(): void;
}

interface PendingTimer {
  atMs: number;
  order: number;
  run: () => void;
}

/** Longest delay that Node's timers take without overflow. */
const MAX_DELAY_MS = 2_147_483_647;

/** Business time: real time plus an offset that only grows. */
export class Clock {
  #offsetMs: number;
  #frozenAtMs: number | undefined;
  #timers: PendingTimer[] = [];
  #order = 0;
  #wake: NodeJS.Timeout | undefined;
  readonly #sleeps = new Set<{ untilMs: number }>();

  /** @param startAtMs business time at which the clock starts (epoch milliseconds); omitted: real time. */
  constructor(startAtMs?: number, options: { frozen?: boolean } = {}) {
    this.#offsetMs = startAtMs === undefined ? 0 : startAtMs - Date.now();
    this.#frozenAtMs = options.frozen ? (startAtMs ?? Date.now()) : undefined;
  }

  /** The present instant, in epoch milliseconds (UTC), whole. */
  now(): number {
    return this.#frozenAtMs ?? Date.now() + this.#offsetMs;
  }

  /** The present instant as an ISO 8601 string in UTC with milliseconds. */
  nowIso(): string {
    return new Date(this.now()).toISOString();
  }

  /** Moves business time forward to `toMs`; an instant that has passed already is ignored. Due timers run. */
  advanceTo(toMs: number): void {
    const ahead = toMs - this.now();
    if (ahead <= 0) return;
    if (this.#frozenAtMs !== undefined) this.#frozenAtMs = toMs;
    else this.#offsetMs += ahead;
    this.#runDue();
  }

  /** Runs `run` once, when business time reaches `atMs`. */
  setTimer(atMs: number, run: () => void): TimerHandle {
    const timer: PendingTimer = { atMs, order: this.#order++, run };
    this.#timers.push(timer);
    this.#schedule();
    return {
      cancel: () => {
        const index = this.#timers.indexOf(timer);
        if (index >= 0) this.#timers.splice(index, 1);
        this.#schedule();
      },
    };
  }

  /** Resolves after `ms` of business time, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleep = { untilMs: this.now() + ms };
      this.#sleeps.add(sleep);
      const timer = this.setTimer(sleep.untilMs, () => {
        this.#sleeps.delete(sleep);
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = () => {
        this.#sleeps.delete(sleep);
        timer.cancel();
        resolve();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** How many sleep, and when the first of them wakes: whoever moves time need not wait for them. */
  get sleepers(): { count: number; firstWakesAt: number | null } {
    const ends = [...this.#sleeps].map((sleep) => sleep.untilMs);
    return { count: ends.length, firstWakesAt: ends.length === 0 ? null : Math.min(...ends) };
  }

  /** The instant of the earliest timer, or `undefined`. */
  nextTimerAt(): number | undefined {
    return this.#timers.reduce<number | undefined>(
      (least, timer) => (least === undefined || timer.atMs < least ? timer.atMs : least),
      undefined,
    );
  }

  #runDue(): void {
    for (;;) {
      const now = this.now();
      const due = this.#timers.filter((timer) => timer.atMs <= now);
      if (due.length === 0) break;
      due.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      this.#timers = this.#timers.filter((timer) => timer.atMs > now);
      for (const timer of due) timer.run();
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#wake) clearTimeout(this.#wake);
    this.#wake = undefined;
    const next = this.nextTimerAt();
    if (next === undefined || (this.#frozenAtMs !== undefined && next > this.#frozenAtMs)) return;
    this.#wake = setTimeout(() => this.#runDue(), Math.min(Math.max(next - this.now(), 0), MAX_DELAY_MS));
  }
}

/** Physical time since some start, in milliseconds with fractions: for durations and liveness, never for business. */
export function monotonicMs(): number {
  return performance.now();
}

/** Waits `ms` of physical time, or until `signal` aborts: for polling between processes and for leases. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const onAbort = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Lets other pending work of this process run first. */
export function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
