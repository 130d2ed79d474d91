/**
 * The poll backstop of one connection: every feed is read on a schedule, and what a webhook did not bring comes by it, as the
 * same kind of message. The cursor moves in the commit that stores what was read.
 */
import type { Clock, TimerHandle } from '../base/clock.ts';
import { type Failure, type FeedPage, feedsRead, type Session } from '../connectors/contract.ts';
import { loadCursors, saveCursor, savePolled } from '../store/connections.ts';
import type { Database, Sql } from '../store/db.ts';
import { type OutageCause, outageKind, outageWords } from './breaker.ts';
import { Waits } from './call.ts';
import type { OpenConnection } from './connections.ts';
import { crashAt } from './crash-points.ts';
import type { IntakeDesk } from './intake.ts';
import { LeaseLost } from './lease-keeper.ts';
import { startLevels } from './levels.ts';

/** Pages of one feed in one go; then other feeds have their turn. */
const PAGES_IN_A_ROW = 200;
/** Wait after a failed poll. */
const RETRY_MS = 30_000;

export interface PollerParts {
  connection: OpenConnection;
  session: Session;
  database: Database;
  clock: Clock;
  intake: IntakeDesk;
  /** Throws when this node no longer works the connection. */
  fence: (sql: Sql) => Promise<void>;
  onMessages: () => void;
  /** Null: the last polls went through. */
  onProblem: (problem: string | null) => void;
  log: (level: 'info' | 'warn', message: string, details: Record<string, unknown>) => void;
}

export interface PollerStatus {
  running: boolean;
  /** While a running poll waits for the vendor (an answer, or its budget): when that ends at the latest. */
  waitsUntil: number | null;
  /** Calls that wait for room or for their answer. */
  inFlight: number;
  nextAt: number;
  completeUntil: number;
  hasFeeds: boolean;
}

/**
 * How a feed's reading ended: to the end; with pages left (`noted`: that it was read is in the database already); or not at all,
 * and how long to wait then (`failure`: the system cannot be reached or does not answer as it should).
 */
type FeedEnd =
  | { read: 'all' | 'some'; noted: boolean }
  | { read: 'none'; retryAfterMs: number; failure?: OutageCause };

export class Poller {
  readonly #parts: PollerParts;
  #timer: TimerHandle | undefined;
  #active = false;
  #running: Promise<void> | null = null;
  #nextAt = 0;
  /** When the last poll that went through began (epoch ms): everything before it has been seen. */
  #completeUntil = 0;
  readonly #waits: Waits;
  /** Polls that failed one after the other, without one between them that went through. */
  #outage: { since: number; cause: OutageCause; polls: number } | null = null;
  #abort = new AbortController();

  constructor(parts: PollerParts) {
    this.#parts = parts;
    this.#waits = new Waits(parts.clock);
  }

  get status(): PollerStatus {
    return {
      running: this.#running !== null,
      waitsUntil: this.#waits.until,
      inFlight: this.#waits.inFlight,
      nextAt: this.#nextAt,
      completeUntil: this.#completeUntil,
      hasFeeds: this.#feeds.length > 0,
    };
  }

  get #feeds(): readonly string[] {
    const { connector, settings } = this.#parts.connection;
    return feedsRead(connector, settings);
  }

  /** Begins or ends polling, with the lease of the connection and with its pause. */
  setActive(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    this.#timer?.cancel();
    if (!active) {
      this.#abort.abort();
      this.#abort = new AbortController();
      this.#outage = null;
    } else if (this.#feeds.length > 0) this.#schedule(this.#parts.clock.now());
  }

  /** Ends polling; resolves when nothing is being written. */
  async stop(): Promise<void> {
    this.setActive(false);
    await this.#running;
  }

  /** Has everything since an instant (epoch ms) read again; resolves when the cursors are set back, and the poll has begun. */
  async rewind(since: number): Promise<void> {
    const { connection, session, database, clock, fence } = this.#parts;
    // A poll under way would write its own cursor after ours.
    this.#timer?.cancel();
    await this.#running;
    await database.transaction(async (sql) => {
      await fence(sql);
      for (const feed of this.#feeds)
        await saveCursor(
          sql,
          connection.config.id,
          feed,
          session.cursorSince?.(feed, since) ?? '',
          clock.nowIso(),
        );
    });
    if (this.#feeds.length > 0) this.#schedule(clock.now());
  }

  #schedule(at: number): void {
    this.#timer?.cancel();
    if (!this.#active) return;
    this.#nextAt = at;
    this.#timer = this.#parts.clock.setTimer(at, () => void this.pollNow());
  }

  /** Reads all feeds once; resolves when they are read or have failed. */
  async pollNow(): Promise<void> {
    if (this.#running || !this.#active) return;
    this.#running = this.#poll().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #poll(): Promise<void> {
    const { clock, connection, database, log } = this.#parts;
    const began = clock.now();
    const ends: FeedEnd[] = [];
    try {
      const cursors = await loadCursors(database, connection.config.id);
      const unnoted: string[] = [];
      for (const feed of this.#feeds) {
        const end = await this.#pollFeed(feed, cursors.get(feed) ?? null);
        ends.push(end);
        if (end.read !== 'none' && !end.noted) unnoted.push(feed);
      }
      if (ends.every((end) => end.read === 'all') && (await this.#startLevels()))
        ends.push({ read: 'some', noted: true });
      // That nothing was new is news as well: people see when a feed was read last.
      if (unnoted.length > 0) await savePolled(database, connection.config.id, unnoted, clock.nowIso());
    } catch (error) {
      ends.push({ read: 'none', retryAfterMs: RETRY_MS });
      if (!(error instanceof LeaseLost))
        log('warn', 'poll failed', {
          connection: connection.config.id,
          error: error instanceof Error ? error.message : String(error),
        });
    }
    if (this.#active) this.#judge(ends);
    const { pollEveryMs } = connection.limits;
    const waits = ends.flatMap((end) =>
      end.read === 'none' ? [Math.min(end.retryAfterMs, pollEveryMs)] : [],
    );
    if (ends.every((end) => end.read === 'all')) this.#completeUntil = began;
    const hasMore = ends.some((end) => end.read === 'some');
    this.#schedule(clock.now() + (hasMore ? 0 : waits.length > 0 ? Math.max(...waits) : pollEveryMs));
  }

  /** All levels are to be told anew; only after what is new was read, so that it is no difference. */
  #startLevels(): Promise<boolean> {
    const { connection, session, database, clock, fence } = this.#parts;
    if (!session.levelsCursor) return Promise.resolve(false);
    return database.transaction(async (sql) => {
      await fence(sql);
      return startLevels(sql, {
        connection: connection.config.id,
        session,
        feeds: this.#feeds,
        everyMs: connection.limits.levelsEveryMs,
        now: clock.now(),
      });
    });
  }

  /** Tells what the ends of a poll say of the connection; those that failed on our side say nothing. */
  #judge(ends: readonly FeedEnd[]): void {
    const { clock, onProblem } = this.#parts;
    if (ends.every((end) => end.read !== 'none')) {
      this.#outage = null;
      onProblem(null);
      return;
    }
    const failed = ends.find((end) => end.read === 'none' && end.failure !== undefined);
    if (failed?.read !== 'none' || failed.failure === undefined) return;
    this.#outage ??= { since: clock.now(), cause: failed.failure, polls: 0 };
    // Words that differ at every try are no news; that it answers again, or no more, is.
    if (outageKind(this.#outage.cause) !== outageKind(failed.failure)) this.#outage.cause = failed.failure;
    const { since, cause, polls } = this.#outage;
    this.#outage.polls = polls + 1;
    if (polls > 0) onProblem(outageWords(since, cause));
  }

  async #pollFeed(feed: string, from: string | null): Promise<FeedEnd> {
    const { clock, session, connection, database, intake, fence, log } = this.#parts;
    let cursor = from;
    let noted = false;
    for (let pages = 0; this.#active; ) {
      if (pages >= PAGES_IN_A_ROW) return { read: 'some', noted };
      const wait = session.admit('poll');
      if (wait > 0) {
        await this.#waits.room(wait, this.#abort.signal);
        continue;
      }
      const page = await this.#call(feed, cursor);
      if (!page) return { read: 'none', retryAfterMs: RETRY_MS };
      if ('status' in page) {
        // An outage is told when it begins, not at every try.
        if (!this.#outage)
          log('warn', 'poll failed', {
            connection: connection.config.id,
            feed,
            problem: page.status,
            message: page.message,
          });
        if (page.status === 'auth') this.#parts.onProblem(`credentials are refused: ${page.message}`);
        if (page.status === 'auth') return { read: 'none', retryAfterMs: RETRY_MS };
        if (page.status === 'throttled') return { read: 'none', retryAfterMs: page.retryAfterMs };
        return { read: 'none', retryAfterMs: RETRY_MS, failure: page };
      }
      pages += 1;
      if (page.deliveries.length > 0 || page.cursor !== cursor) {
        const received = page.deliveries.map((delivery) => ({
          connection: connection.config.id,
          delivery,
          deliveryId: null,
          eventId: null,
        }));
        await database.transaction(async (sql) => {
          await fence(sql);
          await intake.storeWithin(sql, received);
          await saveCursor(sql, connection.config.id, feed, page.cursor, clock.nowIso());
        });
        noted = true;
        crashAt('poll:stored');
        if (received.length > 0) this.#parts.onMessages();
      }
      cursor = page.cursor;
      if (!page.more) return { read: 'all', noted };
    }
    return { read: 'none', retryAfterMs: RETRY_MS };
  }

  /** One page; null when polling has ended meanwhile. */
  async #call(feed: string, cursor: string | null): Promise<FeedPage | Failure | null> {
    const { session, connection } = this.#parts;
    const ended = this.#abort.signal;
    const page = await this.#waits.call(connection.limits.callTimeoutMs, (signal) =>
      session.poll(feed, cursor, AbortSignal.any([signal, ended])),
    );
    return ended.aborted ? null : page;
  }
}
