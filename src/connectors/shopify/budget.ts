/**
 * The vendor's budget: a leaky bucket of cost points per app and shop. A query must fit with the cost that it asks for; what it
 * did not use is given back. Every answer tells the bucket's true state, so ours is only a forecast between answers.
 *
 * A limiter that is wrong must not become a storm: while the state is not known (at the start, after a refusal that does not tell
 * it) calls go one at a time, and who waits longest goes first, so that dear calls are not overtaken by cheap ones for ever.
 */
import { asObject } from './json.ts';

/** State of the bucket, as answers tell it. */
export interface ThrottleStatus {
  maximumAvailable: number;
  currentlyAvailable: number;
  restoreRate: number;
}

/** What an answer says of its cost. */
export interface Cost {
  requested: number | null;
  throttle: ThrottleStatus | null;
}

/** Until an answer tells more: the smallest plan. */
const SMALLEST_PLAN: ThrottleStatus = {
  maximumAvailable: 1_000,
  currentlyAvailable: 1_000,
  restoreRate: 100,
};
/** Longest wait that is asked for at once when it is our own forecast. */
const MAX_WAIT_MS = 60_000;
/** Longest wait that is believed when it is told. */
const MAX_TOLD_WAIT_MS = 60 * 60_000;
/** While the bucket's state is not known, the next call goes when the last one has ended, or after this. */
const PROBE_MS = 2_000;
/** Calls of a kind whose costs are remembered: the next one is taken to cost as much as the dearest of them. */
const REMEMBERED_CALLS = 16;
/** Whoever was told to wait and has not come back so long after that has given up. */
const PATIENCE_MS = 2_000;

interface Reservation {
  cost: number;
  at: number;
}

interface Waiter {
  cost: number;
  /** Lower ones came before. */
  turn: number;
  until: number;
}

export class Budget {
  #throttle = SMALLEST_PLAN;
  #knownAt = 0;
  /** Requests that had been sent when we came to know the state: later ones are charged after it. */
  #knownBy = 0;
  /** False: nobody has told the bucket's state, or what was told has proved wrong. */
  #known = false;
  #probedAt = Number.NEGATIVE_INFINITY;
  #calls = 0;
  #turns = 0;
  #closedUntil = 0;
  /** Points of calls that have been let through and have not ended, oldest first, by kind. */
  readonly #reserved = new Map<string, Reservation[]>();
  /** Kinds of calls that have been told to wait. */
  readonly #waiting = new Map<string, Waiter>();
  /** What a kind of call has cost lately. */
  readonly #costs = new Map<string, number[]>();
  readonly #longestCallMs: number;

  /** `longestCallMs`: a call that was let through and has not ended by then was never made. */
  constructor(longestCallMs = 120_000) {
    this.#longestCallMs = longestCallMs;
  }

  /** Milliseconds until a call of this kind fits; 0: now, and its cost is kept for it until `settle`. */
  admit(kind: string, guess: number, now: number): number {
    if (now < this.#closedUntil) return Math.ceil(this.#closedUntil - now);
    if (!this.#known && now < this.#probedAt + PROBE_MS)
      return Math.max(1, Math.ceil(this.#probedAt + PROBE_MS - now));
    // Never more than the full bucket: a call alone on the road must fit, whatever our forecast says.
    const cost = Math.min(this.costOf(kind, guess), this.#throttle.maximumAvailable);
    const waiter = this.#waiting.get(kind);
    const turn = waiter?.turn ?? ++this.#turns;
    const promised = this.#promisedBefore(turn, now);
    // Together they may want more than a full bucket holds: then they take turns.
    const wanted = Math.min(
      cost + promised + this.#marginOf(kind),
      Math.max(cost, this.#throttle.maximumAvailable),
    );
    const missing = wanted - (this.#available(now) - this.#underWay(now));
    if (missing > 0) {
      const wait = Math.max(
        1,
        Math.min(MAX_WAIT_MS, Math.ceil((missing / this.#throttle.restoreRate) * 1_000)),
      );
      this.#waiting.set(kind, { cost, turn, until: now + wait });
      return wait;
    }
    this.#waiting.delete(kind);
    this.#probedAt = now;
    const reserved = this.#reserved.get(kind) ?? [];
    reserved.push({ cost, at: now });
    this.#reserved.set(kind, reserved);
    return 0;
  }

  /** What a call of this kind is taken to cost: a batch may be small now and large the next time. A few calls say little. */
  costOf(kind: string, guess: number): number {
    const costs = this.#costs.get(kind) ?? [];
    return Math.max(...costs, costs.length < REMEMBERED_CALLS ? guess : 0);
  }

  /** Points that must be left over: the costs of a kind that vary may go on to be dearer than any that was seen. */
  #marginOf(kind: string): number {
    const costs = this.#costs.get(kind);
    return costs ? Math.ceil((Math.max(...costs) - Math.min(...costs)) / 4) : 0;
  }

  /** The oldest call of this kind has ended. `spent`: what its requests asked for together; 0: nobody has told. */
  settle(kind: string, spent: number): void {
    this.#reserved.get(kind)?.shift();
    if (!this.#known) this.#probedAt = Number.NEGATIVE_INFINITY;
    if (spent <= 0) return;
    const costs = this.#costs.get(kind) ?? [];
    costs.push(spent);
    if (costs.length > REMEMBERED_CALLS) costs.shift();
    this.#costs.set(kind, costs);
  }

  /** A request goes out: its number, by which answers that overtake each other are known. */
  send(): number {
    this.#calls += 1;
    return this.#calls;
  }

  /** The answer to this request has told the state of the bucket. */
  learn(throttle: ThrottleStatus, now: number, request = this.send()): void {
    // Calls overtake each other on their way there and back, so who was charged last is not known. Less than we expect is true in
    // any case; more is believed only of a request that was sent when we knew what we know.
    const expected = this.#available(now);
    const believed = !this.#known || throttle.currentlyAvailable <= expected || request > this.#knownBy;
    this.#throttle = believed ? throttle : { ...throttle, currentlyAvailable: expected };
    this.#knownAt = now;
    if (believed) this.#knownBy = this.#calls;
    this.#known = true;
  }

  /** The vendor has refused for want of points: how long to wait, as told or for the cost that was asked for. */
  throttled(cost: Cost, now: number, toldMs?: number): number {
    const { requested, throttle } = cost;
    const missing =
      throttle && requested !== null
        ? requested - throttle.currentlyAvailable
        : this.#throttle.maximumAvailable / 4;
    const rate = throttle?.restoreRate ?? this.#throttle.restoreRate;
    const waitMs =
      toldMs === undefined
        ? Math.min(MAX_WAIT_MS, Math.max(100, Math.ceil((Math.max(missing, rate / 10) / rate) * 1_000)))
        : Math.min(MAX_TOLD_WAIT_MS, Math.max(100, toldMs));
    this.#closedUntil = Math.max(this.#closedUntil, now + waitMs);
    // What we thought to have was not there. Then one call shows what is.
    if (!throttle) this.#known = false;
    return waitMs;
  }

  #available(now: number): number {
    const { currentlyAvailable, maximumAvailable, restoreRate } = this.#throttle;
    return Math.min(
      maximumAvailable,
      currentlyAvailable + (Math.max(0, now - this.#knownAt) * restoreRate) / 1_000,
    );
  }

  /** Points for those whose turn comes before. */
  #promisedBefore(turn: number, now: number): number {
    let points = 0;
    for (const [other, waiter] of this.#waiting) {
      if (now > waiter.until + PATIENCE_MS) this.#waiting.delete(other);
      else if (waiter.turn < turn) points += waiter.cost;
    }
    return points;
  }

  #underWay(now: number): number {
    let points = 0;
    for (const reserved of this.#reserved.values()) {
      while (reserved[0] && reserved[0].at <= now - this.#longestCallMs) reserved.shift();
      for (const { cost } of reserved) points += cost;
    }
    return points;
  }
}

/** `Retry-After` in milliseconds, where it is seconds. */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim();
  return value !== undefined && /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : undefined;
}

/** The cost in an answer's `extensions`. */
export function costIn(extensions: unknown): Cost {
  const cost = asObject(asObject(extensions)?.cost);
  const status = asObject(cost?.throttleStatus);
  const number = (value: unknown): number | null =>
    typeof value === 'number' && Number.isFinite(value) ? value : null;
  const [maximumAvailable, currentlyAvailable, restoreRate] = [
    status?.maximumAvailable,
    status?.currentlyAvailable,
    status?.restoreRate,
  ].map(number);
  const whole = maximumAvailable && restoreRate && typeof currentlyAvailable === 'number';
  return {
    requested: number(cost?.requestedQueryCost),
    throttle: whole ? { maximumAvailable, currentlyAvailable, restoreRate } : null,
  };
}
