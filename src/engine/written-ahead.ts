/**
 * Where nobody else works beside a turn, what is decided is final at once: states and facts, the bulk of what a turn writes, are on
 * their way to the database's thread while the turn still decides on the next streams.
 */
import type { Transaction } from '../store/db.ts';
import { bulkStatements, type TurnContext, type TurnWrites } from '../store/turn.ts';
import { type Decided, merged } from './decide.ts';

/** Streams that go in one message: fewer cost more messages, more leave the database idle for longer. */
const STREAMS_PER_MESSAGE = 12;

export class WrittenAhead {
  readonly #sql: Transaction;
  readonly #context: TurnContext;
  #waiting: Decided[] = [];

  constructor(sql: Transaction, context: TurnContext) {
    this.#sql = sql;
    this.#context = context;
  }

  take(decided: Decided): void {
    this.#waiting.push(decided);
    if (this.#waiting.length < STREAMS_PER_MESSAGE || !this.#sql.ahead) return;
    this.#sql.ahead(bulkStatements(merged(this.#waiting.map(({ writes }) => writes)), this.#context));
    this.#waiting = [];
  }

  /** What of all that was written is still to be sent. */
  rest(all: TurnWrites): TurnWrites {
    const { streams, facts } = merged(this.#waiting.map(({ writes }) => writes));
    return this.#sql.ahead ? { ...all, streams, facts } : all;
  }
}
