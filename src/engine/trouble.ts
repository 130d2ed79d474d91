/** Trouble with the database, told once when it begins and once when it is over, however often it is met in between. */
import { monotonicMs } from '../base/clock.ts';
import { DatabaseEnded, explain, isOfContention, isUnreachable, isWrongServer } from '../store/errors.ts';
import { LeaseLost } from './lease-keeper.ts';

type Log = (level: 'info' | 'warn' | 'error', message: string, details?: Record<string, unknown>) => void;

/** Waits between tries: doubled up to the last. */
const WAIT_MS = { first: 50, last: 2_000 };

export class Trouble {
  readonly #log: Log;
  #since: number | null = null;
  #told = new Set<string>();
  #waitMs = WAIT_MS.first;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes an error in; returns how long to wait (physical ms) before the next try. */
  met(what: string, error: unknown): number {
    if (error instanceof LeaseLost) return 0;
    if (isOfContention(error)) {
      this.#log('warn', `${what}: others were in the way; it is tried again`, { error: String(error) });
      return WAIT_MS.first;
    }
    const outage = isUnreachable(error) || isWrongServer(error) || error instanceof DatabaseEnded;
    const words = explain(error);
    if (!this.#told.has(words)) {
      this.#told.add(words);
      const details = outage ? {} : { error: error instanceof Error ? error.stack : String(error) };
      this.#log('error', `${what}: ${words}`, details);
    }
    this.#since ??= monotonicMs();
    const wait = this.#waitMs;
    this.#waitMs = Math.min(WAIT_MS.last, wait * 2);
    return wait;
  }

  /** Something worked. */
  over(): void {
    if (this.#since === null) return;
    this.#log('info', 'the database works again', {
      seconds: Math.round((monotonicMs() - this.#since) / 1000),
    });
    this.#since = null;
    this.#told = new Set();
    this.#waitMs = WAIT_MS.first;
  }
}
