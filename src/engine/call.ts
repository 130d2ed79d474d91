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

/** Ids of persons that a command's body names. */
export function personIds(body: unknown): string[] {
  const { customerId, shipToId } = body as { customerId?: string | null; shipToId?: string | null };
  return [customerId, shipToId].filter((id): id is string => typeof id === 'string');
}
