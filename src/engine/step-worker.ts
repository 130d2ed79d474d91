/**
 * Work of one connection that goes on step by step, each of which is in the database when it ends: a back-fill, a reconciliation. It
 * runs while this node works the connection, waits where a step says so, and begins again where one has failed.
 */
import type { Clock, TimerHandle } from '../base/clock.ts';
import type { Failure, Session } from '../connectors/contract.ts';
import { Waits } from './call.ts';
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

export interface StepWorkerStatus {
  busy: boolean;
  /** Calls that wait for room or for their answer. */
  inFlight: number;
  /** When it goes on by itself; null: there is nothing to do. */
  nextAt: number | null;
}

export class StepWorker {
  readonly #parts: StepWorkerParts;
  #active = false;
  #timer: TimerHandle | undefined;
  #working: Promise<void> | null = null;
  #wanted = false;
  #nextAt: number | null = null;
  readonly #waits: Waits;
  /** What others do and it waits for. */
  #others = 0;
  #abort = new AbortController();

  constructor(parts: StepWorkerParts) {
    this.#parts = parts;
    this.#waits = new Waits(parts.clock);
  }

  /** What it does at this instant. A worker that waits for an answer or for room is not busy: nothing happens until then. */
  get status(): StepWorkerStatus {
    const { inFlight, until } = this.#waits;
    return {
      busy: this.#working !== null && until === null && this.#others === 0,
      inFlight,
      nextAt: until ?? this.#nextAt,
    };
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
    const { session, connection } = this.#parts;
    const ended = this.ended;
    for (let wait = session.admit(kind); wait > 0 && !ended.aborted; wait = session.admit(kind))
      await this.#waits.room(wait, ended);
    return this.#waits.call(connection.limits.callTimeoutMs, (signal) =>
      ask(AbortSignal.any([signal, ended])),
    );
  }

  /** Waits for what another does, who is busy meanwhile, or waits. */
  async others<Result>(work: Promise<Result>): Promise<Result> {
    this.#others += 1;
    try {
      return await work;
    } finally {
      this.#others -= 1;
    }
  }

  /**
   * What comes in parts, such as a file of a vendor: each part within the time that a call has, so that one that has fallen silent is
   * given up. Throws then, and when this node ends to work.
   */
  async *stream<Part>(read: (signal: AbortSignal) => AsyncIterable<Part>): AsyncGenerator<Part> {
    const { callTimeoutMs } = this.#parts.connection.limits;
    const given = new AbortController();
    let whole = false;
    const parts = read(AbortSignal.any([given.signal, this.ended]))[Symbol.asyncIterator]();
    try {
      for (;;) {
        const part = await this.#waits.call(callTimeoutMs, () => parts.next());
        if ('status' in part) throw new Error(part.message);
        if (part.done) {
          whole = true;
          return;
        }
        yield part.value;
      }
    } finally {
      // What has ended by itself lets its connection go by itself.
      if (!whole) given.abort();
    }
  }
}
