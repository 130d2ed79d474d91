/** A token bucket: how many calls a vendor's budget allows, by business time. Shared by connectors; pure but for its state. */

export interface LimiterOptions {
  /** Calls that the budget regains per second. */
  ratePerSecond: number;
  /** Calls that may be made at once after a quiet time; at least 1. Default: one second's worth. */
  burst?: number;
}

export class Limiter {
  readonly #ratePerMs: number;
  readonly #burst: number;
  #tokens: number;
  #countedAt = Number.NEGATIVE_INFINITY;
  #closedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: LimiterOptions) {
    if (!(options.ratePerSecond > 0))
      throw new RangeError(`a rate of ${options.ratePerSecond} per second lets nothing through`);
    this.#ratePerMs = options.ratePerSecond / 1000;
    this.#burst = Math.max(1, options.burst ?? options.ratePerSecond);
    this.#tokens = this.#burst;
  }

  /** Milliseconds to wait until a call of this cost fits; 0: now, and its cost is taken. A cost above the burst waits for a full bucket. */
  admit(now: number, cost = 1): number {
    this.#refill(now);
    if (now < this.#closedUntil) return Math.ceil(this.#closedUntil - now);
    const needed = Math.min(cost, this.#burst);
    // A hair of tolerance: a caller that waited as told must not be sent away by a rounding error.
    if (this.#tokens + 1e-9 < needed)
      return Math.max(1, Math.ceil((needed - this.#tokens) / this.#ratePerMs - 1e-6));
    this.#tokens -= cost;
    return 0;
  }

  /** The vendor has said to wait: nothing passes until then, and the budget begins anew with a single call. */
  throttled(retryAfterMs: number, now: number): void {
    this.#refill(now);
    this.#closedUntil = Math.max(this.#closedUntil, now + retryAfterMs);
    this.#tokens = Math.min(this.#tokens, 1);
    this.#countedAt = this.#closedUntil;
  }

  #refill(now: number): void {
    if (now <= this.#countedAt) return;
    if (this.#countedAt !== Number.NEGATIVE_INFINITY) {
      this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#countedAt) * this.#ratePerMs);
    }
    this.#countedAt = now;
  }
}
