/**
 * Xero's budget of one organisation: so many calls in any minute. Its answers say what is left by its own count, which is right
 * where ours knows nothing (after a start); how long a full minute or day lasts it tells with the refusal.
 */

const MINUTE_MS = 60_000;
/** Of a minute's calls, kept for calls that need another one in their middle. */
const HEADROOM = 1 / 10;

export class Budget {
  readonly #perMinute: number;
  /** When each call of the last minute was made, or was let in. */
  #calls: number[] = [];
  #closedUntil = Number.NEGATIVE_INFINITY;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Milliseconds until a call fits; 0: now, and it is counted. */
  admit(now: number): number {
    if (now < this.#closedUntil) return Math.ceil(this.#closedUntil - now);
    this.#forget(now);
    const most = this.#perMinute - Math.ceil(this.#perMinute * HEADROOM);
    const oldest = this.#calls[this.#calls.length - most];
    if (oldest !== undefined) return Math.max(1, oldest + MINUTE_MS - now);
    this.#calls.push(now);
    return 0;
  }

  /** A call is made that was not let in by itself. */
  count(now: number): void {
    this.#forget(now);
    this.#calls.push(now);
  }

  /** What an answer says is left of the minute. */
  learn(left: number, now: number): void {
    this.#forget(now);
    const unknown = this.#perMinute - left - this.#calls.length;
    for (let call = 0; call < unknown; call += 1) this.#calls.push(now);
  }

  /** Xero has said to wait. */
  close(retryAfterMs: number, now: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, now + retryAfterMs);
  }

  #forget(now: number): void {
    this.#calls = this.#calls.filter((at) => now - at < MINUTE_MS);
  }
}
