/** Timers of streams, and of streams that are tried again: at their instant, by business time, there is something to decide. */
import type { Clock, TimerHandle } from '../base/clock.ts';
import type { Database } from '../store/db.ts';
import { earliestRetry, earliestTimer, fireTimers } from '../store/timers.ts';
import { crashAt } from './crash-points.ts';

const TIMERS_PER_COMMIT = 500;
const RETRY_MS = 1_000;

export interface TimerDeskParts {
  database: Database;
  clock: Clock;
  newId: () => string;
  /** There are messages, or streams that may be claimed again. */
  onDue: () => void;
  onError: (error: unknown) => void;
}

export class TimerDesk {
  readonly #parts: TimerDeskParts;
  readonly #timer: Alarm;
  readonly #retry: Alarm;
  #firing: Promise<void> | null = null;
  #stopped = false;

  constructor(parts: TimerDeskParts) {
    this.#parts = parts;
    this.#timer = new Alarm(parts.clock, () => this.fire());
    this.#retry = new Alarm(parts.clock, () => parts.onDue());
  }

  /** The next instant at which something is due (epoch ms); null: none. */
  get nextAt(): number | null {
    const instants = [this.#timer.at, this.#retry.at].filter((at): at is number => at !== null);
    return instants.length === 0 ? null : Math.min(...instants);
  }

  get busy(): boolean {
    return this.#firing !== null || (this.nextAt ?? Number.POSITIVE_INFINITY) <= this.#parts.clock.now();
  }

  /** A turn has set timers, the earliest of them for this instant. */
  expect(at: number | null): void {
    if (at !== null && !this.#stopped) this.#timer.setEarlier(at);
  }

  /** A stream may be claimed again at this instant. */
  expectRetry(at: number | null): void {
    if (at !== null && !this.#stopped) this.#retry.setEarlier(at);
  }

  /** Looks at what other processes, and this one's earlier life, have set. */
  async plan(): Promise<void> {
    const { database } = this.#parts;
    const [timer, retry] = await Promise.all([earliestTimer(database), earliestRetry(database)]);
    if (this.#stopped) return;
    if (timer !== null) this.#timer.setEarlier(timer);
    if (retry !== null) this.#retry.setEarlier(retry);
  }

  fire(): void {
    if (this.#firing || this.#stopped) return;
    this.#firing = this.#fireAll().finally(() => {
      this.#firing = null;
    });
  }

  async #fireAll(): Promise<void> {
    const { database, clock, newId, onDue, onError } = this.#parts;
    try {
      for (;;) {
        const fired = await database.transaction((sql) =>
          fireTimers(sql, clock.nowIso(), TIMERS_PER_COMMIT, newId),
        );
        if (fired > 0) {
          crashAt('timer:fired');
          onDue();
        }
        if (fired < TIMERS_PER_COMMIT) break;
      }
      await this.plan();
    } catch (error) {
      onError(error);
      if (!this.#stopped) this.#timer.setEarlier(clock.now() + RETRY_MS);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer.clear();
    this.#retry.clear();
    await this.#firing;
  }
}

/** One instant to wait for: it can be set earlier, and is over when it has come. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #handle: TimerHandle | undefined;
  at: number | null = null;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  setEarlier(at: number): void {
    if (this.at !== null && at >= this.at) return;
    this.#handle?.cancel();
    this.at = at;
    this.#handle = this.#clock.setTimer(at, () => {
      this.at = null;
      this.#ring();
    });
  }

  clear(): void {
    this.#handle?.cancel();
    this.at = null;
  }
}
