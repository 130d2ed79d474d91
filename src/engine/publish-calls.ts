/** Calls of a publisher to its channel: within the vendor's budget and a deadline, with longer and longer waits where they fail. */
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Failure, Session } from '../connectors/contract.ts';
import { backoff } from './breaker.ts';
import { withDeadline } from './call.ts';
import type { OpenConnection } from './connections.ts';

const RETRY_MS = { first: 1_000, last: 120_000 };
const REFUSED_MS = { first: 15_000, last: 600_000 };

export interface PublishCallsParts {
  connection: OpenConnection;
  session: Session;
  clock: Clock;
  random: Random;
  /** Credentials are refused, or (null) they are not. */
  onProblem: (problem: string | null) => void;
  log: (level: 'info' | 'warn' | 'error', message: string, details: Record<string, unknown>) => void;
}

export class PublishCalls {
  readonly #parts: PublishCallsParts;
  #pausedUntil = 0;
  #failures = 0;
  #failingUntil = 0;
  #underWay = 0;

  constructor(parts: PublishCallsParts) {
    this.#parts = parts;
  }

  /** Nothing is called before (epoch ms). */
  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  /** Calls that the channel has not answered yet. */
  get underWay(): number {
    return this.#underWay;
  }

  /** True: the budget has room for it now. */
  admit(kind: 'readStock' | 'writeStock', now: number): boolean {
    const wait = this.#parts.session.admit(kind);
    if (wait > 0) this.#pausedUntil = Math.max(this.#pausedUntil, now + wait);
    return wait <= 0;
  }

  async call<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer | Failure> {
    const { clock, connection } = this.#parts;
    this.#underWay += 1;
    try {
      return await withDeadline(clock, connection.limits.callTimeoutMs, ask);
    } finally {
      this.#underWay -= 1;
    }
  }

  passed(): void {
    if (this.#failures > 0) this.#parts.onProblem(null);
    this.#failures = 0;
  }

  /** Waits before anything is called again; returns until when. */
  failed(failure: Failure): number {
    const { random, onProblem, log, clock, connection } = this.#parts;
    if (failure.status === 'throttled') this.#pause(failure.retryAfterMs);
    else if (clock.now() >= this.#failingUntil) {
      this.#failures += 1;
      const limits = failure.status === 'auth' || failure.status === 'rejected' ? REFUSED_MS : RETRY_MS;
      this.#pause(backoff(this.#failures, limits, random));
      // Others were under way with it and fail for the same reason: they count as one.
      this.#failingUntil = this.#pausedUntil;
      if (failure.status === 'auth') onProblem(`credentials are refused: ${failure.message}`);
      if (this.#failures === 1)
        log('warn', 'stock is not published for the moment', {
          connection: connection.config.id,
          error: failure.message,
        });
    }
    return Math.max(this.#pausedUntil, clock.now() + 1);
  }

  /** The database, or our own code: waits too. */
  brokeOff(): void {
    this.#failures += 1;
    this.#pause(backoff(this.#failures, RETRY_MS, this.#parts.random));
  }

  /** Begins anew: what another node was told is not known here. */
  reset(): void {
    this.#pausedUntil = 0;
    this.#failingUntil = 0;
    this.#failures = 0;
  }

  #pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#parts.clock.now() + Math.max(1, ms));
  }
}
