/**
 * Work of one connection that goes on step by step, each of which is in the database when it ends: a back-fill, a reconciliation. It
 * runs while this node works the connection, waits where a step says so, and begins again where one has failed.
 */
import type { Clock, TimerHandle } from '../base/clock.ts';
import type { Failure, Session } from '../connectors/contract.ts';
import { withDeadline } from './call.ts';
import type { OpenConnection } from './connections.ts';
import { LeaseLost } from './lease-keeper.ts';

/** What a step leads to: the next one, at once or after a wait; null: there is nothing to do. */
export type Next = { waitMs: number } | null;

export interface StepWorkerParts {
  clock: Clock;
  connection: OpenConnection;
  session: Session;
  step: () => Promise<Next>;
  /** A step has thrown, and not since this node has lost the connection. */
  failed: (words: string) => Promise<Next>;
}

export class StepWorker {
  readonly #parts: StepWorkerParts;
  #active = false;
  #timer: TimerHandle | undefined;
  #working: Promise<void> | null = null;
  #wanted = false;
  #nextAt: number | null = null;
  #abort = new AbortController();

  constructor(parts: StepWorkerParts) {
    this.#parts = parts;
  }

  /** `busy`: it works at this instant. `nextAt`: when it goes on; null: there is nothing to do. */
  get status(): { busy: boolean; nextAt: number | null } {
    return { busy: this.#working !== null, nextAt: this.#nextAt };
  }

  /** Aborts when this node ends to work: what a step has begun is to end too. */
  get ended(): AbortSignal {
    return this.#abort.signal;
  }

  /** Begins or ends, with the lease of the connection and with its pause. */
  setActive(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    this.#timer?.cancel();
    this.#nextAt = null;
    if (active) this.look();
    else {
      this.#abort.abort();
      this.#abort = new AbortController();
    }
  }

  async stop(): Promise<void> {
    this.setActive(false);
    await this.#working;
  }

  /** There may be something to do. */
  look(): void {
    if (!this.#active || (this.#nextAt !== null && this.#parts.clock.now() < this.#nextAt)) return;
    this.#wanted = true;
    if (this.#working) return;
    this.#timer?.cancel();
    this.#nextAt = null;
    this.#working = this.#work().finally(() => {
      this.#working = null;
    });
  }

  async #work(): Promise<void> {
    const { clock, step, failed } = this.#parts;
    while (this.#active && this.#wanted) {
      this.#wanted = false;
      let next: Next;
      try {
        next = await step();
      } catch (error) {
        if (error instanceof LeaseLost || !this.#active) return;
        next = await failed(error instanceof Error ? error.message : String(error));
      }
      if (!this.#active || next === null) continue;
      if (next.waitMs === 0) this.#wanted = true;
      else {
        this.#nextAt = clock.now() + next.waitMs;
        this.#timer = clock.setTimer(this.#nextAt, () => this.look());
      }
    }
  }

  /** A call, once the vendor's budget has room for it. */
  async call<Answer>(
    kind: Parameters<Session['admit']>[0],
    ask: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | Failure> {
    const { clock, session, connection } = this.#parts;
    const ended = this.ended;
    for (let wait = session.admit(kind); wait > 0 && !ended.aborted; wait = session.admit(kind))
      await clock.sleep(wait, ended);
    return withDeadline(clock, connection.limits.callTimeoutMs, (signal) =>
      ask(AbortSignal.any([signal, ended])),
    );
  }
}
