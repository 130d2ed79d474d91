/**
 * When a lane stops calling for a while. Failures in a row, of several commands, open the breaker: then one call at a time finds
 * out whether the system is back. Refused credentials pause it, too. Calls that were under way when it opened say nothing new:
 * sixty-four that fail at once are one outage, not sixty-four.
 */
import type { Random } from '../base/random.ts';

/** Failures in a row, and commands among them, that open the breaker: one command that fails alone is no outage. */
const FAILURES = 8;
const COMMANDS = 3;
const OPEN_MS = { first: 5_000, last: 120_000 };
const REFUSED_MS = { first: 15_000, last: 600_000 };

/** Doubled from the first, up to the last, with jitter: the wait before the n-th repetition. */
export function backoff(tries: number, limits: { first: number; last: number }, random: Random): number {
  const whole = Math.min(limits.last, limits.first * 2 ** Math.min(20, Math.max(0, tries - 1)));
  return Math.round(whole / 2 + (whole / 2) * random.next());
}

/** What happened to the calls to a system that fails: no answer at all, an error as its answer, or an answer of no use. */
export interface OutageCause {
  status: 'transient' | 'unknown' | 'rejected';
  message: string;
  answered?: number;
}

/** What is wrong with a connection whose system fails, in the words that people read beside it. */
export function outageWords(sinceMs: number, cause: OutageCause): string {
  const since = new Date(sinceMs).toISOString().slice(0, 16).replace('T', ' ');
  return `${outageKind(cause)} since ${since} UTC: ${cause.message}; it is tried again by itself`;
}

/** The first of those words; other words after them are about the same outage. */
export function outageKind({ status, answered }: OutageCause): string {
  const isGood = answered !== undefined && answered < 300;
  if (status === 'rejected' || isGood) return 'does not answer as it should';
  return answered === undefined ? 'cannot be reached' : `answers with errors (${answered})`;
}

export class Breaker {
  readonly #random: Random;
  #openUntil = 0;
  #openings = 0;
  #refusals = 0;
  #failures = 0;
  #failingSince = 0;
  readonly #failing = new Set<string>();
  #generation = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Nothing is called before this instant (epoch ms). */
  get openUntil(): number {
    return this.#openUntil;
  }

  /** True while one call at a time finds out whether the system is back. */
  get probing(): boolean {
    return this.#openings > 0 || this.#refusals > 0;
  }

  get refused(): boolean {
    return this.#refusals > 0;
  }

  /** Since when the system fails (epoch ms), while that is an outage. */
  get outageSince(): number | null {
    return this.#openings > 0 ? this.#failingSince : null;
  }

  /** To be noted with a call when it begins. */
  get generation(): number {
    return this.#generation;
  }

  /** The system has answered and its answer was of use. */
  passed(): void {
    this.#failures = 0;
    this.#failing.clear();
    this.#openings = 0;
    this.#refusals = 0;
  }

  /** A call of a command failed for reasons of the system or the way to it. */
  failed(command: string, generation: number, now: number): void {
    if (generation !== this.#generation) return;
    if (this.#failures === 0) this.#failingSince = now;
    this.#failures += 1;
    this.#failing.add(command);
    const down = this.#failures >= FAILURES && this.#failing.size >= COMMANDS;
    // While probing one failure is enough.
    if (down || this.#openings > 0) this.#open(now, backoff(++this.#openings, OPEN_MS, this.#random));
  }

  /** The system refuses our credentials. */
  refusedCredentials(generation: number, now: number): void {
    if (generation !== this.#generation) return;
    this.#open(now, backoff(++this.#refusals, REFUSED_MS, this.#random));
  }

  #open(now: number, forMs: number): void {
    this.#openUntil = Math.max(this.#openUntil, now + forMs);
    this.#generation += 1;
  }
}
