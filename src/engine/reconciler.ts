/**
 * The reconciliations of one connection, nightly and on demand: all that the channel shows as stock is read in bulk and compared
 * with what both sides have agreed on; what is not equal is looked at again once the channel's orders until then are known here
 * (DESIGN.md, rules 6 and 7). What stays is healed by the publisher, or is a case. Each step is in the database when it ends, so
 * that a killed hub goes on; a reading that broke off begins anew.
 */
import type { Clock } from '../base/clock.ts';
import type { BulkStock, ChannelStock, Failure, Session, ShownStock } from '../connectors/contract.ts';
import type { Database, Sql } from '../store/db.ts';
import { dueLevelNews, forgetLevelNews, oldestLevelNews, unexplainedNews } from '../store/level-news.ts';
import {
  differencesThatAreCases,
  differencesToLookAt,
  forgetDifferences,
  forgetOld,
  forgetReconciliation,
  hasUndecided,
  insertDifferences,
  insertNewsReconciliation,
  openReconciliation,
  type ReconciliationRow,
  saveDifferences,
  saveReconciliation,
} from '../store/reconciliation.ts';
import { correctShown, forgetAgreed, type Place } from '../store/shown-stock.ts';
import {
  closeSettledDifferences,
  closeShownStockCases,
  openShownStockCases,
} from '../store/shown-stock-cases.ts';
import type { OpenConnection } from './connections.ts';
import { crashAt } from './crash-points.ts';
import { LeaseLost } from './lease-keeper.ts';
import { type Accounts, type Looked, lookAgain } from './reconciliation-look.ts';
import { type ReadingParts, readAll } from './reconciliation-read.ts';
import { type Next, StepWorker } from './step-worker.ts';

/** How often the vendor is asked whether its operation has ended, and the inbox whether it is empty. */
const LOOK_EVERY_MS = 5_000;
const RETRY_MS = 30_000;
/** Between two looks at the same place: what was under way at one has arrived by the other. */
const SETTLE_MS = 30_000;
/** News of a level is looked into when it has come to rest for so long, or has been news for so long; so many at once. */
const NEWS_QUIET_MS = 10_000;
const NEWS_OLD_MS = 60_000;
const NEWS_AT_ONCE = 200;
/** So many failures without getting on (a whole reading, a look) end a reconciliation: the next night there is another. */
const TRIES = 20;
/** So many of a channel are kept, with what they have found. */
const KEPT = 400;

export interface ReconcilerParts {
  connection: OpenConnection;
  session: Session;
  database: Database;
  clock: Clock;
  newId: () => string;
  /** Throws when this node no longer works the connection. */
  fence: (sql: Sql) => Promise<void>;
  /** What of the channel's levels is ours, and the channel's codes of our locations. */
  codes: () => Pick<ReadingParts, 'ours' | 'codeOf'> & {
    /** Our locations that are published, and the channel's codes of them. */
    published: ReadonlyMap<string, string>;
  };
  accounts: (sql: Sql, places: readonly Place[]) => Promise<Accounts>;
  /** Why the ledger's figures of places are themselves in question: read before each look. */
  doubts: (sql: Sql) => Promise<(place: Place) => string | null>;
  /** Until when (epoch ms) the channel's orders have been read, and reading them now. */
  orders: { readUntil: () => number; readNow: () => Promise<void> };
  /** Corrections wait to be published. */
  onCorrected: () => void;
  onCases: () => void;
  log: (level: 'info' | 'warn', message: string, details: Record<string, unknown>) => void;
}

export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #worker: StepWorker;
  #failures = 0;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    const { clock, connection, session } = parts;
    this.#worker = new StepWorker({
      ...{ clock, connection, session },
      step: () => this.#step(),
      failed: (words) => this.#brokeOff(words),
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

  async #brokeOff(words: string): Promise<Next> {
    const { log, connection } = this.#parts;
    this.#failures += 1;
    log('warn', 'a reconciliation of stock failed; it is tried again', {
      connection: connection.config.id,
      error: words,
    });
    return (await this.#giveUp(words)) ?? { waitMs: RETRY_MS };
  }

  async #giveUp(words: string): Promise<Next> {
    if (this.#failures < TRIES) return null;
    this.#failures = 0;
    const row = await openReconciliation(this.#parts.database, this.#parts.connection.config.id);
    return row && this.#note(row, { status: 'failed', message: words }, 0);
  }

  /** One step of the oldest that has not ended. */
  async #step(): Promise<Next> {
    const { session, connection, database } = this.#parts;
    const row = await openReconciliation(database, connection.config.id);
    if (!row) return this.#takeNews();
    const { bulkStock, stock } = session;
    if (!bulkStock || !stock)
      return this.#note(row, { status: 'failed', message: 'this channel does not tell what it shows' }, 0);
    switch (row.status) {
      case 'waiting':
        return this.#start(row, bulkStock);
      case 'running':
        return this.#follow(row, bulkStock);
      case 'reading':
        return this.#read(row, bulkStock);
      case 'settling':
        return this.#settle(row);
      default:
        return this.#look(row, stock);
    }
  }

  /** Levels that the channel has told of: what nothing explains is looked at as by a reconciliation of these places alone. */
  async #takeNews(): Promise<Next> {
    const { session, connection, database, clock, codes, newId, fence } = this.#parts;
    const channel = connection.config.id;
    const oldest = await oldestLevelNews(database, channel);
    if (oldest === null || !session.stock) return null;
    const now = clock.now();
    const news = await dueLevelNews(database, channel, {
      quietSince: new Date(now - NEWS_QUIET_MS).toISOString(),
      newsSince: new Date(now - NEWS_OLD_MS).toISOString(),
      limit: NEWS_AT_ONCE,
    });
    if (news.length === 0) return { waitMs: NEWS_QUIET_MS };
    const { stock } = session;
    const ours = [...codes().published];
    const answer = await this.#worker.call('readStock', (signal) =>
      stock.placeIds(
        ours.map(([, code]) => code),
        signal,
      ),
    );
    if (answer.status !== 'found') throw new Error(answer.message);
    const locationOf = new Map(ours.map(([location], index) => [answer.ids[index], location]));
    const placed = news.flatMap((each) => {
      const location = locationOf.get(each.place);
      return location === undefined ? [] : [{ ...each, location }];
    });
    const found = await unexplainedNews(database, channel, placed);
    const id = newId();
    await database.transaction(async (sql) => {
      await fence(sql);
      await forgetLevelNews(sql, news);
      if (found.length === 0) return;
      await insertNewsReconciliation(
        sql,
        { id, connection: channel, by: 'news of the channel' },
        clock.nowIso(),
      );
      await insertDifferences(sql, id, found);
    });
    return { waitMs: 0 };
  }

  async #note(row: ReconciliationRow, changes: Partial<ReconciliationRow>, waitMs: number): Promise<Next> {
    const { database, clock, fence } = this.#parts;
    await database.transaction(async (sql) => {
      await fence(sql);
      await saveReconciliation(sql, { ...row, ...changes }, clock.nowIso());
    });
    return { waitMs };
  }

  async #start(row: ReconciliationRow, bulk: BulkStock): Promise<Next> {
    const answer = await this.#worker.call('lookUp', (signal) => bulk.start(signal));
    if (answer.status === 'started') {
      const { operation } = answer;
      return this.#note(row, { status: 'running', operation, message: null, file: null }, LOOK_EVERY_MS);
    }
    return this.#failed(row, answer);
  }

  async #follow(row: ReconciliationRow, bulk: BulkStock): Promise<Next> {
    const answer = await this.#worker.call('lookUp', (signal) => bulk.look(row.operation ?? '', signal));
    switch (answer.status) {
      case 'running':
        return this.#note(row, { objects: answer.objects, message: null }, LOOK_EVERY_MS);
      case 'ready':
        return this.#note(row, { status: 'reading', ...answerOf(answer), message: null }, 0);
      case 'ended':
        return this.#anew(row, answer.message);
      default:
        return this.#failed(row, answer);
    }
  }

  /** The vendor refuses for good, or later again. */
  async #failed(row: ReconciliationRow, { status, message, ...more }: Failure): Promise<Next> {
    if (status === 'rejected') return this.#note(row, { status: 'failed', message }, 0);
    const waitMs = 'retryAfterMs' in more ? Math.max(1, more.retryAfterMs) : RETRY_MS;
    return this.#note(row, { message }, waitMs);
  }

  /** From its first line, also after a kill: what was found before is forgotten. */
  async #read(row: ReconciliationRow, bulk: BulkStock): Promise<Next> {
    const { database, connection, clock, codes, fence } = this.#parts;
    const fenced = (work: (sql: Sql) => Promise<void>) =>
      database.transaction(async (sql) => {
        await fence(sql);
        await work(sql);
      });
    const ended = this.#worker.ended;
    await fenced((sql) => forgetDifferences(sql, row.id));
    try {
      const levels = this.#levels(row, bulk);
      const read = await readAll(levels, {
        ...codes(),
        database,
        connection: connection.config.id,
        keep: async (rows) => {
          await fenced((sql) => insertDifferences(sql, row.id, rows));
          crashAt('reconcile:kept');
        },
      });
      const { levels: count, agreed, notMapped: not_mapped } = read;
      const settle_from = clock.now();
      this.#failures = 0;
      return await this.#note(row, { status: 'settling', levels: count, agreed, not_mapped, settle_from }, 0);
    } catch (error) {
      if (error instanceof LeaseLost || ended.aborted) throw error;
      // The file may be gone by now.
      return this.#anew(row, error instanceof Error ? error.message : String(error));
    }
  }

  async *#levels(
    { file, objects }: ReconciliationRow,
    bulk: BulkStock,
  ): AsyncGenerator<readonly ShownStock[]> {
    if (file !== null) yield* this.#worker.stream((signal) => bulk.read(file, objects ?? 0, signal));
  }

  /** The vendor is asked anew, some times. */
  async #anew(row: ReconciliationRow, message: string): Promise<Next> {
    await this.#note(row, { status: 'waiting', message: `${message}: it is asked anew` }, 0);
    throw new Error(message);
  }

  /** Waits until what the channel's orders did before is known here. */
  async #settle(row: ReconciliationRow): Promise<Next> {
    const { orders, database, clock, connection } = this.#parts;
    const from = row.settle_from ?? row.updated_at;
    const settled = from + (row.looks === 0 ? 0 : SETTLE_MS);
    if (clock.now() < settled) return { waitMs: settled - clock.now() };
    if (orders.readUntil() < settled) {
      await this.#worker.others(orders.readNow());
      if (orders.readUntil() < settled) return { waitMs: LOOK_EVERY_MS };
    }
    const until = new Date(settled).toISOString();
    if (await hasUndecided(database, connection.config.id, until)) return { waitMs: LOOK_EVERY_MS };
    return this.#note(row, { status: 'looking' }, 0);
  }

  /** Looks at some places of this round; when there are no more, at what is left in another round. */
  async #look(row: ReconciliationRow, stock: ChannelStock): Promise<Next> {
    const { database, accounts, doubts } = this.#parts;
    const found = await differencesToLookAt(database, row.id, row.looks, stock.readSize);
    if (found.length === 0) return this.#endRound(row);
    const looked = await lookAgain(found, {
      stock,
      accounts: (places) => accounts(database, places),
      read: (places) => this.#worker.call('readStock', (signal) => stock.read(places, signal)),
      inQuestion: await doubts(database),
    });
    if ('status' in looked) return this.#failed(row, looked);
    await this.#keep(row, looked);
    crashAt('reconcile:looked');
    return { waitMs: 0 };
  }

  /** What a look has found, the corrections that follow from it, and the sums, in one commit. */
  async #keep(row: ReconciliationRow, looked: Looked): Promise<void> {
    const { database, clock, fence, connection, newId, onCorrected, onCases } = this.#parts;
    const { id: channel } = connection.config;
    const { rows, gone, corrections, doubtful, lost } = looked;
    const cases = doubtful.map((each) => ({ ...each, id: newId() }));
    const count = (outcome: string) => rows.filter((each) => each.outcome === outcome).length;
    await database.transaction(async (sql) => {
      await fence(sql);
      await correctShown(sql, channel, corrections, row.id);
      await forgetAgreed(sql, channel, lost);
      await openShownStockCases(sql, channel, cases, clock.nowIso(), 'channel-stock-differs');
      await saveDifferences(sql, row.id, rows, gone);
      // One of everything closes them at its end, those of places that came to nothing among them.
      const settled = [
        ...gone,
        ...rows.filter(({ outcome }) => outcome === 'healed' || outcome === 'explained'),
      ];
      if (row.scope === 'news')
        await closeShownStockCases(
          sql,
          channel,
          'channel-stock-differs',
          settled,
          'both agree',
          clock.nowIso(),
        );
      const sums = {
        explained: row.explained + count('explained'),
        healed: row.healed + count('healed'),
        cases: row.cases + count('case'),
      };
      await saveReconciliation(sql, { ...row, ...sums, message: null }, clock.nowIso());
    });
    this.#failures = 0;
    if (corrections.length > 0 || lost.length > 0) onCorrected();
    if (cases.length > 0) onCases();
  }

  async #endRound(row: ReconciliationRow): Promise<Next> {
    const { database, clock, log, fence } = this.#parts;
    const { id: channel } = this.#parts.connection.config;
    const looks = row.looks + 1;
    const left = await differencesToLookAt(database, row.id, looks, 1);
    if (left.length > 0) return this.#note(row, { status: 'settling', looks, settle_from: clock.now() }, 0);
    if (row.scope === 'news') return this.#endNews(row, looks);
    const { levels, explained, healed, cases } = row;
    const still = await differencesThatAreCases(database, row.id);
    await database.transaction(async (sql) => {
      await fence(sql);
      await closeSettledDifferences(sql, channel, still, 'both agree', clock.nowIso());
      await forgetOld(sql, channel, KEPT);
      await saveReconciliation(sql, { ...row, status: 'done', looks, message: null }, clock.nowIso());
    });
    log('info', 'the stock that a channel shows is reconciled', {
      connection: channel,
      levels,
      explained,
      healed,
      cases,
    });
    return { waitMs: 0 };
  }

  /** What has found nothing is not kept: news is frequent. */
  async #endNews(row: ReconciliationRow, looks: number): Promise<Next> {
    const { database, clock, fence } = this.#parts;
    await database.transaction(async (sql) => {
      await fence(sql);
      if (row.healed + row.cases === 0) await forgetReconciliation(sql, row.id);
      else await saveReconciliation(sql, { ...row, status: 'done', looks, message: null }, clock.nowIso());
    });
    return { waitMs: 0 };
  }
}

const answerOf = ({ file, objects }: { file: string | null; objects: number }) => ({ file, objects });
