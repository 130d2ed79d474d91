/** One call to a connector: what it needs, and an outcome in time, whatever happens. */
import type { Clock } from '../base/clock.ts';
import type { Failure } from '../connectors/contract.ts';

/**
 * Resolves with the call's result, or as `unknown` when it is not there in time or when the connector throws. What comes after
 * the deadline is nobody's any more.
 */
export function withDeadline<Result>(
  clock: Clock,
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | Failure> {
  const abort = new AbortController();
  return new Promise((resolve) => {
    const timer = clock.setTimer(clock.now() + timeoutMs, () => {
      abort.abort();
      resolve({ status: 'unknown', message: `no answer within ${timeoutMs} ms` });
    });
    const end = (result: Result | Failure) => {
      timer.cancel();
      resolve(result);
    };
    const failed = (error: unknown) =>
      end({
        status: 'unknown',
        message: `the connector failed: ${error instanceof Error ? error.message : String(error)}`,
      });
    try {
      call(abort.signal).then(end, failed);
    } catch (error) {
      failed(error);
    }
  });
}

/**
 * What somebody waits for at a vendor: answers, and room in its budget. Who waits is not busy, and whoever moves time goes by this.
 */
export class Waits {
  readonly #clock: Clock;
  readonly #waits = new Set<{ until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls that wait for room or for their answer. */
  get inFlight(): number {
    return this.#waits.size;
  }

  /** When the first of the waits ends at the latest (epoch ms); null: nothing is waited for. */
  get until(): number | null {
    const instants = [...this.#waits].map((wait) => wait.until);
    return instants.length === 0 ? null : Math.min(...instants);
  }

  /** As {@link withDeadline}. */
  call<Result>(timeoutMs: number, call: (signal: AbortSignal) => Promise<Result>): Promise<Result | Failure> {
    return this.#during(timeoutMs, withDeadline(this.#clock, timeoutMs, call));
  }

  /** Until the budget has room; `ended` ends the wait early. */
  room(waitMs: number, ended: AbortSignal): Promise<void> {
    return this.#during(waitMs, this.#clock.sleep(waitMs, ended));
  }

  async #during<Result>(ms: number, waitedFor: Promise<Result>): Promise<Result> {
    const wait = { until: this.#clock.now() + ms };
    this.#waits.add(wait);
    try {
      return await waitedFor;
    } finally {
      this.#waits.delete(wait);
    }
  }
}

/** Ids of persons that a command's body names. */
export function personIds(body: unknown): string[] {
  const { customerId, shipToId } = body as { customerId?: string | null; shipToId?: string | null };
  return [customerId, shipToId].filter((id): id is string => typeof id === 'string');
}
