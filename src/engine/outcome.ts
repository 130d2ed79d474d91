/** What the outcome of a call means: how the command stands, when it is asked again, what its stream is told. */
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { LookUp, Outcome } from '../connectors/contract.ts';
import { type CommandKind, READ_COMMANDS } from '../domain/commands.ts';
import type { CommandResultMessage } from '../domain/messages.ts';
import type { CommandEnd } from '../store/outbox.ts';
import { type Breaker, backoff, type OutageCause, outageWords } from './breaker.ts';
import type { OpenConnection } from './connections.ts';
import type { Entry, LaneQueue } from './lane-queue.ts';
import type { LaneWrites } from './lane-writes.ts';

/** Wait before the n-th repetition: doubled from the first, up to the last, with jitter. */
const BACKOFF_MS = { first: 1_000, last: 120_000 };
const LOOK_UP_MS = { first: 15_000, last: 120_000 };
/** So many failed tries between which others of its kind passed, and the command is a case; from the second on the breaker leaves it out. */
const TRIES_ALONE_BEFORE_CASE = 10;

export interface Finished {
  entry: Entry;
  /** `undefined`: the connector left it out of its answer to a batch. */
  outcome: Outcome | LookUp | undefined;
  asked: 'perform' | 'lookUp';
  /** Of the breaker, when the call began. */
  generation: number;
}

export interface OutcomesParts {
  connection: OpenConnection;
  clock: Clock;
  random: Random;
  breaker: Breaker;
  onProblem: (problem: string | null) => void;
  /** The system asks for a pause. */
  throttle: (untilMs: number) => void;
}

type Writes = Pick<LaneWrites, 'ends' | 'results' | 'observations'>;

/** Where a command goes on from here: it waits, it is in doubt, or it is settled. */
type Next =
  | { status: 'waiting' | 'doubt'; dueAt: number; error: string | null }
  | {
      status: 'done' | 'rejected' | 'unsettled';
      error: string | null;
      result?: unknown;
      code?: string;
      suggestedFix?: string;
      closedThrough?: string;
    };

const TOLD = { done: 'command.done', rejected: 'command.rejected', unsettled: 'command.unsettled' } as const;

export class Outcomes {
  readonly #parts: OutcomesParts;
  /** How many calls of each kind have passed. */
  readonly #passed = new Map<string, number>();

  constructor(parts: OutcomesParts) {
    this.#parts = parts;
  }

  /** False where nobody but a person can say whether a command took effect. */
  isSearchable(kind: CommandKind): boolean {
    return this.#parts.connection.connector.manifest.commands[kind]?.idempotency !== 'none';
  }

  /** Takes outcomes in: what is to be written, and what changes in the queue once it is. */
  conclude(finished: readonly Finished[]): { writes: Writes; apply: (queue: LaneQueue) => void } {
    const writes: Writes = { ends: [], results: [], observations: [] };
    const changes: { entry: Entry; next: Next }[] = [];
    for (const each of finished) {
      const next = this.#next(each, writes);
      this.#write(each.entry, next, writes);
      changes.push({ entry: each.entry, next });
    }
    return {
      writes,
      apply: (queue) => {
        for (const { entry, next } of changes) {
          if (!('dueAt' in next)) queue.settle(entry);
          else {
            entry.row.status = next.status;
            entry.row.due_at = next.dueAt;
            queue.wait(entry);
          }
        }
      },
    };
  }

  #write({ row }: Entry, next: Next, writes: Writes): void {
    const now = this.#parts.clock.now();
    const end: CommandEnd = {
      bucket: row.bucket,
      id: row.id,
      attempts: row.attempts,
      lookups: row.lookups,
      status: next.status,
      dueAt: new Date('dueAt' in next ? next.dueAt : now).toISOString(),
      error: next.error,
      result: 'dueAt' in next ? null : (next.result ?? null),
    };
    writes.ends.push(end);
    if ('dueAt' in next) return;
    const message: CommandResultMessage = {
      type: TOLD[next.status],
      kind: row.command as CommandKind,
      connection: this.#parts.connection.config.id,
      key: row.key,
      result: next.result ?? null,
      code: next.code ?? '',
      message: next.error ?? '',
      suggestedFix: next.suggestedFix ?? '',
      ...(next.closedThrough === undefined ? {} : { closedThrough: next.closedThrough }),
    };
    writes.results.push({
      commandId: row.id,
      streamKind: row.stream_kind,
      streamKey: row.stream_key,
      message,
    });
  }

  #next(finished: Finished, writes: Writes): Next {
    const { entry, asked, generation } = finished;
    const { clock, random, breaker, throttle } = this.#parts;
    const { row } = entry;
    const now = clock.now();
    const outcome = finished.outcome ?? { status: 'unknown' as const, message: 'left out of the answer' };
    switch (outcome.status) {
      case 'done':
      case 'found':
        this.#hasPassed(finished);
        for (const delivery of outcome.observations ?? [])
          writes.observations.push({ commandId: row.id, delivery });
        return { status: 'done', error: null, result: outcome.result };
      case 'absent':
        this.#hasPassed(finished);
        return this.#absent(entry, now);
      case 'rejected':
        this.#hasPassed(finished);
        return {
          // A refused look-up says nothing of the command itself.
          status: asked === 'lookUp' ? 'unsettled' : 'rejected',
          error: outcome.message,
          code: outcome.code,
          suggestedFix: outcome.suggestedFix,
          ...(outcome.closedThrough === undefined ? {} : { closedThrough: outcome.closedThrough }),
        };
      case 'throttled':
        throttle(now + outcome.retryAfterMs);
        return {
          status: asked === 'lookUp' ? 'doubt' : 'waiting',
          dueAt: now + outcome.retryAfterMs,
          error: outcome.message,
        };
      case 'auth':
        this.#parts.onProblem(`credentials are refused: ${outcome.message}`);
        breaker.refusedCredentials(generation, now);
        return {
          status: asked === 'lookUp' ? 'doubt' : 'waiting',
          dueAt: Math.max(now, breaker.openUntil),
          error: outcome.message,
        };
      case 'transient': {
        const alone = this.#hasFailed(finished, now, asked === 'lookUp', outcome);
        if (alone) return alone;
        if (asked === 'lookUp') row.lookups += 1;
        return {
          status: asked === 'lookUp' ? 'doubt' : 'waiting',
          dueAt: now + backoff(row.attempts + row.lookups, BACKOFF_MS, random),
          error: outcome.message,
        };
      }
      case 'unknown':
        return this.#unknown(finished, now, outcome);
      default:
        outcome satisfies never;
        return this.#unknown(finished, now, {
          status: 'unknown',
          message: 'the connector gave an outcome that is none',
        });
    }
  }

  /** Not there: believed only after the vendor's longest operation. */
  #absent({ row }: Entry, now: number): Next {
    const promise = this.#parts.connection.connector.manifest.commands[row.command as CommandKind];
    const believableAt = (row.attempt_at ?? now) + (promise?.longestOperationMs ?? 0);
    row.lookups += 1;
    if (now >= believableAt) return { status: 'waiting', dueAt: now, error: 'looked up: not there' };
    const dueAt = Math.min(believableAt, now + backoff(row.lookups, LOOK_UP_MS, this.#parts.random));
    return { status: 'doubt', dueAt, error: 'looked up: not there yet' };
  }

  #unknown(finished: Finished, now: number, cause: OutageCause): Next {
    const { message } = cause;
    const { row } = finished.entry;
    const kind = row.command as CommandKind;
    const { random, connection } = this.#parts;
    // What was only read may be read again.
    const isRead = READ_COMMANDS.has(kind);
    const alone = this.#hasFailed(finished, now, !isRead, cause);
    if (alone) return alone;
    if (isRead)
      return { status: 'waiting', dueAt: now + backoff(row.attempts, BACKOFF_MS, random), error: message };
    if (!this.isSearchable(kind))
      return {
        status: 'unsettled',
        error: message,
        code: 'in-doubt',
        suggestedFix: `Look in ${connection.config.id} whether it took effect; skip the case if it did, retry it if it did not`,
      };
    row.lookups += 1;
    return { status: 'doubt', dueAt: now + backoff(row.lookups, LOOK_UP_MS, random), error: message };
  }

  #hasPassed({ entry }: Finished): void {
    const { breaker, onProblem } = this.#parts;
    const kind = entry.row.command;
    this.#passed.set(kind, (this.#passed.get(kind) ?? 0) + 1);
    onProblem(null);
    breaker.passed();
  }

  /** Counts a failure: for the command where others pass, else for the breaker. Settles the one that keeps failing alone. */
  #hasFailed(
    { entry, generation }: Finished,
    now: number,
    inDoubt: boolean,
    cause: OutageCause,
  ): Next | null {
    const passed = this.#passed.get(entry.row.command) ?? 0;
    if (entry.passedAtFailure !== null && passed > entry.passedAtFailure) entry.failedAlone += 1;
    entry.passedAtFailure = passed;
    const { breaker, onProblem } = this.#parts;
    if (entry.failedAlone <= 1) breaker.failed(entry.row.id, generation, now);
    if (breaker.outageSince !== null) onProblem(outageWords(breaker.outageSince, cause));
    if (entry.failedAlone < TRIES_ALONE_BEFORE_CASE) return null;
    const { id } = this.#parts.connection.config;
    return {
      // While it is in doubt nobody can say that it was refused.
      status: inDoubt ? 'unsettled' : 'rejected',
      error: cause.message,
      code: 'keeps-failing',
      suggestedFix: `Other commands pass at ${id}, this one does not: look at it there, then retry the case${inDoubt ? ', or skip it if it took effect' : ''}`,
    };
  }
}
