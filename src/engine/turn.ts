/**
 * A turn: claim streams that have messages, load all that they need in a handful of queries, decide in memory, and write
 * the whole batch in one transaction.
 */
import type { Clock } from '../base/clock.ts';
import { monotonicMs } from '../base/clock.ts';
import type { Delivery } from '../connectors/contract.ts';
import type { Person } from '../domain/canonical/index.ts';
import type { RetailerConfig } from '../domain/config.ts';
import { toldBy } from '../domain/messages.ts';
import { orderProcess } from '../domain/order/process.ts';
import type { Mappings, StreamMessage } from '../domain/process.ts';
import { stockProcess } from '../domain/stock/process.ts';
import type { Database, Row, Sql, Transaction } from '../store/db.ts';
import { isOfData } from '../store/errors.ts';
import { cleaned, isSuspicious } from '../store/json.ts';
import { type ClaimedStream, claimStreams, type InboxRow, loadMessages } from '../store/streams.ts';
import { type IssuedCommand, noWrites, type TurnWrites, turnStatements, writeTurn } from '../store/turn.ts';
import type { Reservation, Starter } from './command-start.ts';
import type { OpenConnection } from './connections.ts';
import { crashAt } from './crash-points.ts';
import { connectionOf, type Decided, merged, type Work } from './decide.ts';
import {
  type DecidingBy,
  decideAll,
  type Failure,
  loadStates,
  refOf,
  withCompanions,
} from './turn-decisions.ts';
import type { MovedPosition } from './turn-stock.ts';
import { tellHolders, vanishedOf } from './vanished.ts';
import { WrittenAhead } from './written-ahead.ts';

export { PROCESSES } from './decide.ts';

/** A turn lasts this long at most, so that locks are short; the number of streams adapts. */
const TURN_MS = 50;
const STREAMS = { least: 16, start: 128, most: 512 };
const BUCKETS = 64;
/** What one turn takes in: of one stream, of all, and of raw bodies. */
const MESSAGES = { ofStream: 200, all: 2_000, bytes: 16 * 1024 * 1024 };
/** Deciding may throw so often before the messages of a stream are parked with a case. */
const FAILURES_BEFORE_CASE = 3;
const RETRY_AFTER_FAILURE_MS = 15_000;
const CASE_DUE_MS = 4 * 3_600_000;

export interface TurnParts {
  database: Database;
  clock: Clock;
  newId: () => string;
  node: string;
  /** Names this process, as long as it runs: see `issued_by` of streams. */
  process: string;
  connections: Map<string, OpenConnection>;
  config: () => RetailerConfig;
  configVersion: () => number;
  mappings: () => Mappings & { refresh(sql: Sql): Promise<void> };
  starter: Starter;
  log: (level: 'warn' | 'error', message: string, details: Record<string, unknown>) => void;
}

/** What a committed turn wants of its surroundings. */
export interface TurnResult {
  streams: number;
  commands: IssuedCommand[];
  timersChanged: boolean;
  earliestTimer: number | null;
  casesOpened: number;
  /** When a stream whose deciding failed is tried again (epoch ms); null: none failed. */
  retryAt: number | null;
  orders: string[];
  /** Requests to be forgotten were among the streams. */
  privacy: boolean;
  /** Something was posted in the books. */
  posted: boolean;
  /** Reconciliations of money were among the streams. */
  reconciles: boolean;
  /** Positions that were moved, as they stand now. */
  moved: MovedPosition[];
}

/** What a turn has in hand until it has committed. */
interface Attempt {
  /** Its locks are held since (monotonic ms). */
  claimedAt: number;
  reservation: Reservation | undefined;
  /** What its commands need, once it has committed. */
  read: Promise<Row[][]> | undefined;
}

const NOTHING: TurnResult = {
  streams: 0,
  commands: [],
  timersChanged: false,
  earliestTimer: null,
  casesOpened: 0,
  retryAt: null,
  orders: [],
  privacy: false,
  posted: false,
  reconciles: false,
  moved: [],
};

export class TurnRunner {
  readonly #parts: TurnParts;
  #limit = STREAMS.start;
  #firstBucket = 0;
  #claimed: ClaimedStream[] = [];

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** Takes one turn; `streams` is 0 when there was nothing to do. */
  async run(): Promise<TurnResult> {
    // With fewer streams than buckets a turn looks at some buckets only: nothing to do means that none has anything.
    for (let looked = 0; ; ) {
      const buckets = this.#nextBuckets();
      const result = await this.#take(buckets);
      looked += buckets.length;
      if (result.streams > 0 || looked >= BUCKETS) return result;
    }
  }

  #nextBuckets(): number[] {
    const count = Math.min(BUCKETS, this.#limit);
    const buckets = Array.from({ length: count }, (_, index) => (this.#firstBucket + index) % BUCKETS);
    this.#firstBucket = (this.#firstBucket + count) % BUCKETS;
    return buckets;
  }

  async #take(buckets: readonly number[]): Promise<TurnResult> {
    const attempt: Attempt = { claimedAt: monotonicMs(), reservation: undefined, read: undefined };
    this.#claimed = [];
    let result: TurnResult;
    try {
      result = await this.#parts.database.transaction((sql) => this.#turn(sql, buckets, attempt));
    } catch (error) {
      attempt.reservation?.release();
      if (!isOfData(error) || this.#claimed.length === 0) throw error;
      return this.#isolate(error);
    }
    crashAt('turn:committed');
    attempt.reservation?.begin((await attempt.read) ?? []);
    // Waiting for a connection holds no lock.
    const lasted = monotonicMs() - attempt.claimedAt;
    // A full turn grows towards what fits: much of what a turn costs is the same for few streams and for many.
    const growth = Math.min(1.5, (0.9 * TURN_MS) / lasted);
    if (result.streams >= this.#limit * 0.8 && growth > 1)
      this.#limit = Math.min(STREAMS.most, Math.ceil(this.#limit * growth));
    // One that takes long with few streams is not helped by taking fewer: it would look at fewer buckets, in no order of placement.
    else if (lasted > TURN_MS && result.streams > this.#limit / 2 && this.#limit > STREAMS.least)
      this.#limit = Math.max(STREAMS.least, Math.floor(this.#limit * 0.7));
    else if (this.#limit < STREAMS.least) this.#limit = Math.min(STREAMS.least, this.#limit * 2);
    return result;
  }

  async #turn(sql: Transaction, buckets: readonly number[], attempt: Attempt): Promise<TurnResult> {
    const { clock, configVersion, mappings, node } = this.#parts;
    const now = clock.now();
    const claimed = await claimStreams(sql, {
      buckets,
      perBucket: Math.max(1, Math.ceil(this.#limit / BUCKETS)),
      now: new Date(now).toISOString(),
      orderVersion: orderProcess.evolveVersion,
      stockVersion: stockProcess.evolveVersion,
    });
    if (claimed.length === 0) return NOTHING;
    attempt.claimedAt = monotonicMs();
    this.#claimed = claimed;
    crashAt('turn:claimed');
    const rows = await loadMessages(sql, claimed, MESSAGES);
    // Who is told of a change decides by it, also where another process has made it.
    if (rows.some((row) => (row.message as StreamMessage | null)?.type === 'configuration.changed'))
      await mappings().refresh(sql);
    const failures: Failure[] = [];
    const prepared = await this.#prepare(sql, claimed, rows, failures);
    const { work, companions } = await withCompanions(sql, prepared, failures);
    const context = { now: new Date(now).toISOString(), configVersion: configVersion(), node };
    const ahead = new WrittenAhead(sql, context);
    const by = this.#decidingBy(now);
    const { decided, stock } = await decideAll(sql, work, by, failures, companions, (one) => {
      this.#markIssuer(one);
      ahead.take(one);
    });
    crashAt('turn:decided');
    attempt.reservation = this.#reserve(decided);
    const writes = merged([
      ...decided.map((each) => each.writes),
      ...failures.map((failure) => this.#failureWrites(failure, now)),
    ]);
    const reads = await attempt.reservation.prepare(sql);
    const statements = turnStatements(ahead.rest(writes), context);
    const vanished = vanishedOf(writes, stock);
    if (vanished.length > 0) {
      // Who holds them is seen with what this turn itself has promised.
      await sql.batch(statements.splice(0));
      await tellHolders(sql, vanished, { now: context.now, newId: this.#parts.newId });
    }
    const written = statements.length;
    attempt.read = sql.last([...statements, ...reads]).then((rows) => rows.slice(written));
    attempt.read.catch(() => undefined);
    const timers = writes.timers.flatMap((timer) => (timer.dueAt === null ? [] : [Date.parse(timer.dueAt)]));
    const retries = writes.failures.flatMap((each) => (each.park ? [] : [Date.parse(each.retryAt)]));
    return {
      streams: claimed.length,
      commands: writes.commands,
      timersChanged: writes.timers.length > 0,
      earliestTimer: timers.length === 0 ? null : Math.min(...timers),
      casesOpened: writes.casesOpened.length,
      retryAt: retries.length === 0 ? null : Math.min(...retries),
      posted: writes.postings.length > 0,
      reconciles: writes.streams.some(({ kind }) => kind === 'reconciliation'),
      privacy: writes.streams.some(({ kind }) => kind === 'privacy'),
      orders: writes.streams.flatMap((stream) => (stream.kind === 'order' ? [stream.key] : [])),
      moved: stock.after(decided.flatMap((each) => each.touched)),
    };
  }

  #decidingBy(now: number): DecidingBy {
    const { newId, config, configVersion, mappings } = this.#parts;
    return { now, newId, config: config(), configVersion: configVersion(), mappings: mappings() };
  }

  /** Puts each claimed stream together with its state and messages, in the order in which they are decided. */
  async #prepare(
    sql: Sql,
    claimed: readonly ClaimedStream[],
    rows: readonly InboxRow[],
    failures: Failure[],
  ): Promise<Work[]> {
    const states = await loadStates(sql, claimed, failures);
    const rowsOf = Map.groupBy(rows, refOf);
    const work: Work[] = [];
    for (const stream of claimed) {
      const known = states.get(refOf(stream));
      if (!known) continue;
      try {
        work.push(this.#workOf(stream, known, rowsOf.get(refOf(stream)) ?? []));
      } catch (error) {
        failures.push({ stream, error });
      }
    }
    return work.sort((a, b) =>
      a.placedAt === b.placedAt ? (a.stream.key < b.stream.key ? -1 : 1) : a.placedAt < b.placedAt ? -1 : 1,
    );
  }

  #workOf(
    stream: ClaimedStream,
    { process, state }: Pick<Work, 'process' | 'state'>,
    rows: readonly InboxRow[],
  ): Work {
    const work: Work = { stream, process, state, messages: [], persons: [], placedAt: placedAtOf(state) };
    for (const row of rows) {
      const { message, persons } = this.#messageOf(row);
      work.messages.push({ row, message });
      work.persons.push(...persons);
      if (work.placedAt === '' && message.type === 'order.snapshot') work.placedAt = message.order.placedAt;
    }
    return work;
  }

  #messageOf(row: InboxRow): { message: StreamMessage; persons: readonly Person[] } {
    if (row.message !== null) return { message: row.message as StreamMessage, persons: [] };
    const open = this.#parts.connections.get(row.connection);
    if (!open)
      throw new Error(
        `message ${row.id} came by connection "${row.connection}", which is not configured any more: configure it again, then retry this case`,
      );
    const body = Buffer.from(row.body ?? '', 'base64');
    const delivery: Delivery = {
      headers: {},
      body,
      origin: (row.origin ?? 'webhook') as Delivery['origin'],
      topic: row.topic ?? '',
    };
    const { message, persons } = open.intake.normalise(delivery);
    const normalised = { message: toldBy(row.connection, message), persons };
    // What is decided on must be what can be stored: a state and its facts would differ otherwise.
    return isSuspicious(body) ? cleaned(normalised) : normalised;
  }

  /** Marks which commands begin with this commit: no attempt needs a commit of its own then. */
  #reserve(decided: readonly Decided[]): Reservation {
    const { starter } = this.#parts;
    const direct: IssuedCommand[] = [];
    const indirect: IssuedCommand[] = [];
    for (const one of decided) {
      this.#markIssuer(one);
      const { stream, writes } = one;
      // Commands of a stream that another process issued may still be on their way to the lane: these go behind them.
      const ours = stream.issued_by === null || stream.issued_by === this.#parts.process;
      (ours ? direct : indirect).push(...writes.commands.filter(({ shadow }) => !shadow));
    }
    return starter.reserve(direct, indirect);
  }

  #markIssuer({ writes }: Decided): void {
    if (writes.commands.length > 0) for (const row of writes.streams) row.issuedBy = this.#parts.process;
  }

  /** A stream whose deciding threw is left out of the turn, and is a case at the third time. */
  #failureWrites({ stream, error }: Failure, now: number): TurnWrites {
    const { newId, log } = this.#parts;
    const { bucket, kind, key } = stream;
    const words = error instanceof Error ? error.message : String(error);
    const failures = stream.failures + 1;
    log('error', 'deciding failed', {
      stream: key,
      kind,
      error: error instanceof Error ? error.stack : words,
      failures,
    });
    const park = failures >= FAILURES_BEFORE_CASE;
    const retryAt = new Date(now + RETRY_AFTER_FAILURE_MS * 2 ** stream.failures).toISOString();
    const writes = noWrites();
    writes.failures.push({ bucket, kind, key, retryAt, park });
    if (park)
      writes.casesOpened.push({
        id: newId(),
        kind,
        key,
        caseKey: 'decide-failed',
        reason: 'decide-failed',
        message: `Crossdock cannot decide on ${kind} ${key}: ${words}`,
        suggestedFix:
          'This is a defect, unless the message names what is missing: report it with the log lines of this stream; after the update, retry the case and its messages are taken up again',
        owner: 'integration',
        connection: connectionOf(key),
        holdsCommand: null,
        dueAt: new Date(now + CASE_DUE_MS).toISOString(),
      });
    return writes;
  }

  /** The database refuses what one of the streams wants to write: smaller turns find which, and that one is left out. */
  async #isolate(error: unknown): Promise<TurnResult> {
    const { database, clock, configVersion, node, log } = this.#parts;
    const claimed = this.#claimed;
    const [only] = claimed;
    if (!only) return NOTHING;
    if (claimed.length > 1) {
      log('warn', 'the database refuses what a turn wants to write; smaller turns find the stream', {
        streams: claimed.length,
        error: String(error),
      });
      this.#limit = Math.max(1, Math.floor(Math.min(claimed.length, BUCKETS) / 2));
      return { ...NOTHING, streams: claimed.length };
    }
    const now = clock.now();
    const writes = this.#failureWrites({ stream: only, error }, now);
    await database.transaction((sql) =>
      writeTurn(sql, writes, {
        now: new Date(now).toISOString(),
        configVersion: configVersion(),
        node,
      }),
    );
    const [failure] = writes.failures;
    return {
      ...NOTHING,
      streams: 1,
      casesOpened: writes.casesOpened.length,
      retryAt: failure && !failure.park ? Date.parse(failure.retryAt) : null,
    };
  }
}

function placedAtOf(state: unknown): string {
  return (state as { order?: { placedAt?: string } | null } | null)?.order?.placedAt ?? '';
}
