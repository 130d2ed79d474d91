/**
 * The back-fills of one connection: the vendor is asked to read everything of a time in bulk, its result is stored part by part,
 * each part in one commit with how far it is read, so that a killed hub goes on where it was. Where a vendor has no bulk reads,
 * the poll goes back to the beginning of the time instead.
 */
import type { Clock } from '../base/clock.ts';
import type { BackfillPart, BulkReads, Session } from '../connectors/contract.ts';
import { type BackfillRow, openBackfill, saveBackfill } from '../store/backfill.ts';
import type { Database, Sql } from '../store/db.ts';
import type { OpenConnection } from './connections.ts';
import { crashAt } from './crash-points.ts';
import type { IntakeDesk } from './intake.ts';
import { LeaseLost } from './lease-keeper.ts';
import { type Next, StepWorker } from './step-worker.ts';

/** Deliveries a commit: few enough that live ones are hardly held up. */
const STORED_AT_ONCE = 100;
/** How often the vendor is asked whether its operation has ended. */
const LOOK_EVERY_MS = 5_000;
const RETRY_MS = 30_000;
/** A result that cannot be read so often in a row is given up; every part that could be read counts anew. */
const TRIES = 10;
/** Bulk reads that end without a whole result; then the poll reads the time. */
const BULK_READS = 3;

export interface BackfillerParts {
  connection: OpenConnection;
  session: Session;
  database: Database;
  clock: Clock;
  intake: IntakeDesk;
  /** Throws when this node no longer works the connection. */
  fence: (sql: Sql) => Promise<void>;
  onMessages: () => void;
  /** Has the poll read everything since an instant (epoch ms) again. */
  rewindPoll: (since: number) => Promise<void>;
  log: (level: 'info' | 'warn', message: string, details: Record<string, unknown>) => void;
}

export class Backfiller {
  readonly #parts: BackfillerParts;
  readonly #worker: StepWorker;
  #failures = 0;
  /** Bulk reads that have ended without a whole result, one after the other. */
  #ended = 0;

  constructor(parts: BackfillerParts) {
    this.#parts = parts;
    const { clock, connection, session } = parts;
    this.#worker = new StepWorker({
      ...{ clock, connection, session },
      step: () => this.#step(),
      failed: (words) => this.#failed(words),
    });
  }

  get status(): StepWorker['status'] {
    return this.#worker.status;
  }

  /** Begins or ends, with the lease of the connection and with its pause. */
  setActive(active: boolean): void {
    this.#worker.setActive(active);
  }

  stop(): Promise<void> {
    return this.#worker.stop();
  }

  /** There may be one that is wanted. */
  look(): void {
    this.#worker.look();
  }

  async #failed(words: string): Promise<Next> {
    const { log, connection } = this.#parts;
    log('warn', 'a back-fill failed; it is tried again', { connection: connection.config.id, error: words });
    return { waitMs: RETRY_MS };
  }

  /** One step of the oldest that has not ended. */
  async #step(): Promise<Next> {
    const { session, connection, database } = this.#parts;
    const row = await openBackfill(database, connection.config.id);
    if (!row) return null;
    const { bulk } = session;
    if (!bulk) {
      await this.#parts.rewindPoll(row.since);
      return this.#note(
        row,
        { status: 'done', message: 'the poll reads it: this system has no bulk reads' },
        0,
      );
    }
    switch (row.status) {
      case 'waiting':
        return this.#start(row, bulk);
      case 'running':
        return this.#look(row, bulk);
      default:
        return this.#read(row, bulk);
    }
  }

  async #note(row: BackfillRow, changes: Partial<BackfillRow>, waitMs: number): Promise<Next> {
    const { database, clock, fence } = this.#parts;
    await database.transaction(async (sql) => {
      await fence(sql);
      await saveBackfill(sql, { ...row, ...changes }, clock.nowIso());
    });
    return { waitMs };
  }

  async #start(row: BackfillRow, bulk: BulkReads): Promise<Next> {
    const iso = (at: number) => new Date(at).toISOString();
    const range = { since: iso(row.since), until: row.until === null ? null : iso(row.until) };
    const answer = await this.#worker.call('lookUp', (signal) => bulk.start(range, signal));
    if (answer.status === 'started')
      return this.#note(
        row,
        { status: 'running', operation: answer.operation, message: null, file: null, position: 0 },
        LOOK_EVERY_MS,
      );
    if (answer.status === 'rejected')
      return this.#note(row, { status: 'failed', message: answer.message }, 0);
    const waitMs = answer.status === 'throttled' ? answer.retryAfterMs : RETRY_MS;
    return this.#note(row, { message: answer.message }, Math.max(1, waitMs));
  }

  async #look(row: BackfillRow, bulk: BulkReads): Promise<Next> {
    const answer = await this.#worker.call('lookUp', (signal) => bulk.look(row.operation ?? '', signal));
    switch (answer.status) {
      case 'running':
        return this.#note(row, { expected: answer.objects, message: null }, LOOK_EVERY_MS);
      case 'ready': {
        const { file, objects } = answer;
        if (file === null)
          return this.#note(
            row,
            { status: 'done', expected: 0, message: 'nothing has changed in this time' },
            0,
          );
        return this.#note(row, { status: 'reading', file, expected: objects, message: null }, 0);
      }
      case 'ended':
        return this.#again(row, answer.message);
      case 'rejected':
        return this.#note(row, { status: 'failed', message: answer.message }, 0);
      case 'throttled':
        return { waitMs: Math.max(1, answer.retryAfterMs) };
      default:
        return this.#note(row, { message: answer.message }, RETRY_MS);
    }
  }

  async #read(from: BackfillRow, bulk: BulkReads): Promise<Next> {
    let row = from;
    const ended = this.#worker.ended;
    try {
      let parts: BackfillPart[] = [];
      for await (const part of this.#worker.stream((signal) =>
        bulk.read(from.file ?? '', from.position, signal),
      )) {
        parts.push(part);
        if (parts.length < STORED_AT_ONCE) continue;
        row = await this.#store(row, parts);
        parts = [];
      }
      if (parts.length > 0) row = await this.#store(row, parts);
      if (row.orders < (row.expected ?? 0))
        return await this.#again(row, `the result ends after ${row.orders} of ${row.expected} orders`);
      this.#ended = 0;
      return await this.#note(row, { status: 'done', message: null }, 0);
    } catch (error) {
      if (error instanceof LeaseLost || ended.aborted) throw error;
      const words = error instanceof Error ? error.message : String(error);
      if (row.position > from.position) this.#failures = 0;
      this.#failures += 1;
      if (this.#failures < TRIES) return this.#note(row, { message: words }, RETRY_MS);
      this.#failures = 0;
      return this.#again(row, words);
    }
  }

  /** Without a whole result the system is asked anew; in the end the poll goes back instead. What comes twice is recognised. */
  async #again(row: BackfillRow, message: string): Promise<Next> {
    this.#ended += 1;
    if (this.#ended < BULK_READS)
      return this.#note(
        row,
        { status: 'waiting', orders: 0, message: `${message}: it is asked anew` },
        RETRY_MS,
      );
    this.#ended = 0;
    await this.#parts.rewindPoll(row.since);
    return this.#note(row, { status: 'done', message: `${message}: the poll reads it instead` }, 0);
  }

  async #store(row: BackfillRow, parts: readonly BackfillPart[]): Promise<BackfillRow> {
    const { database, clock, connection, intake, fence, onMessages } = this.#parts;
    const next: BackfillRow = {
      ...row,
      position: parts.at(-1)?.position ?? row.position,
      orders: row.orders + parts.length,
      message: null,
    };
    const received = parts.map(({ delivery }) => ({
      connection: connection.config.id,
      delivery,
      deliveryId: null,
      eventId: null,
    }));
    await database.transaction(async (sql) => {
      await fence(sql);
      await intake.storeWithin(sql, received);
      await saveBackfill(sql, next, clock.nowIso());
    });
    crashAt('poll:stored');
    onMessages();
    return next;
  }
}
