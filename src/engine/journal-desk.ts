/**
 * Brings the sub-ledger to the finance systems: follows new postings, sums up days when they are due by their entity's clock, and tells
 * the streams of journals, which decide what is sent. All nodes may do it; one at a time does (the cursor's row is locked).
 */
import type { Clock, TimerHandle } from '../base/clock.ts';
import type { Entity, RetailerConfig } from '../domain/config.ts';
import { nightOf } from '../domain/nights.ts';
import type { StreamMessage } from '../domain/process.ts';
import { bucketOf } from '../store/bucket.ts';
import type { Database, Sql } from '../store/db.ts';
import {
  areHeldBack,
  firstDay,
  loadPosted,
  type NewPosting,
  nextPostings,
  noteDays,
  readCompleteness,
  sumDay,
  takeDays,
} from '../store/journals.ts';
import { readTrialBalance } from '../store/read-books.ts';
import { insertMessages } from '../store/turn.ts';

/** After a turn has posted: more may follow, and are looked at together. */
const GATHER_MS = 1_000;
const RETRY_MS = 5_000;
/** What other nodes have posted. */
const LOOK_EVERY_MS = 5 * 60_000;
const DAYS_AT_ONCE = 20;
const DAY_MS = 86_400_000;
const FIRST_DAY = '1970-01-01';

export interface JournalDeskParts {
  database: Database;
  clock: Clock;
  newId: () => string;
  config: () => RetailerConfig;
  /** Messages were sent to streams. */
  onMessages: () => void;
  onError: (error: unknown) => void;
}

/** An entity that tells a finance system. */
type Teller = Entity & { finance: NonNullable<Entity['finance']> };

export class JournalDesk {
  readonly #parts: JournalDeskParts;
  #timer: TimerHandle | undefined;
  #night: TimerHandle | undefined;
  #others: TimerHandle | undefined;
  #at: number | null = null;
  #looking: Promise<void> | null = null;
  #again = false;
  /** The night in which the balances of an entity were compared last, by this process; a stream knows for all. */
  readonly #compared = new Map<string, string>();
  #ended = false;

  constructor(parts: JournalDeskParts) {
    this.#parts = parts;
  }

  /** When it looks again (epoch ms); null: nothing is planned. */
  get nextAt(): number | null {
    return this.#at;
  }

  get busy(): boolean {
    return this.#looking !== null || (this.#at ?? Number.POSITIVE_INFINITY) <= this.#parts.clock.now();
  }

  /** Looks now, where an entity tells a finance system; also after the configuration has changed. */
  start(): void {
    if (this.#tellers().length === 0) return;
    this.#plan(this.#parts.clock.now());
    this.#planNight();
  }

  /** Balances are compared every night, whatever was posted; nobody waits for it. */
  #planNight(): void {
    this.#night?.cancel();
    const { clock } = this.#parts;
    const nights = this.#tellers().map(
      ({ finance, timeZone }) => nightOf(clock.now(), finance.atHour, timeZone).nextAt,
    );
    if (this.#ended || nights.length === 0) return;
    this.#night = clock.setTimer(Math.min(...nights), () => {
      this.#plan(clock.now());
      this.#planNight();
    });
  }

  /** Looks for what other nodes have posted; nobody waits for it. */
  #planOthers(): void {
    this.#others?.cancel();
    const { clock } = this.#parts;
    if (this.#ended || this.#tellers().length === 0) return;
    this.#others = clock.setTimer(clock.now() + LOOK_EVERY_MS, () => this.#plan(clock.now()));
  }

  /** A turn has posted. */
  posted(): void {
    if (this.#tellers().length > 0) this.#plan(this.#parts.clock.now() + GATHER_MS);
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#timer?.cancel();
    this.#night?.cancel();
    this.#others?.cancel();
    this.#at = null;
    await this.#looking;
  }

  #tellers(): Teller[] {
    return this.#parts.config().entities.filter((entity): entity is Teller => entity.finance !== undefined);
  }

  #plan(at: number): void {
    if (this.#ended || (this.#at !== null && this.#at <= at)) return;
    this.#timer?.cancel();
    this.#at = at;
    this.#timer = this.#parts.clock.setTimer(at, () => this.#look());
  }

  #look(): void {
    this.#at = null;
    if (this.#ended) return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    const { clock, onError } = this.#parts;
    this.#looking = this.#lookAll()
      .then((next) => {
        if (next !== null) this.#plan(next);
      })
      .catch((error: unknown) => {
        onError(error);
        this.#plan(clock.now() + RETRY_MS);
      })
      .finally(() => {
        this.#looking = null;
        if (!this.#again) return;
        this.#again = false;
        this.#plan(clock.now());
      });
  }

  /** Returns when to look again (epoch ms); null: when something is posted. */
  async #lookAll(): Promise<number | null> {
    const { database, clock, onMessages } = this.#parts;
    let told = 0;
    for (let more = true; more && !this.#ended; ) {
      const seen = await database.transaction((sql) => this.#follow(sql));
      if (seen === null) return clock.now() + RETRY_MS;
      told += seen.told;
      more = seen.more;
    }
    const due: number[] = [];
    for (const teller of this.#tellers()) {
      const { night, nextAt } = nightOf(clock.now(), teller.finance.atHour, teller.timeZone);
      told += await this.#compare(teller, night);
      for (let more = true; more && !this.#ended; ) {
        const days = await database.transaction((sql) => this.#tellDays(sql, teller, night));
        told += days;
        more = days === DAYS_AT_ONCE;
      }
      if ((await firstDay(database, teller.id)) !== null) due.push(nextAt);
    }
    if (told > 0) onMessages();
    if (await areHeldBack(database)) due.push(clock.now() + RETRY_MS);
    // What other nodes commit is not told here.
    if (database.kind === 'postgres') this.#planOthers();
    return due.length === 0 ? null : Math.min(...due);
  }

  /** The next new postings: days are noted, what is booked one by one is told at once; null: another node does it. */
  async #follow(sql: Sql): Promise<{ told: number; more: boolean } | null> {
    const rows = await nextPostings(sql);
    if (rows === null) return null;
    const tellers = new Map(this.#tellers().map((teller) => [teller.id, teller]));
    const wanted = rows.filter(({ entity, posting_date }) => {
      const teller = tellers.get(entity);
      return teller !== undefined && posting_date >= (teller.finance.from ?? '');
    });
    const isSummed = ({ entity }: NewPosting) => tellers.get(entity)?.finance.mode === 'summary';
    const days = new Map(
      wanted
        .filter(isSummed)
        .map(({ entity, channel, posting_date: date }) => [
          `${entity}/${channel}/${date}`,
          { entity, channel, date },
        ]),
    );
    await noteDays(sql, [...days.values()]);
    const single = await loadPosted(
      sql,
      wanted.filter((row) => !isSummed(row)),
    );
    const streams = Map.groupBy(single, ({ row }) => `${row.entity}/${row.key}`);
    const messages = [...streams.entries()].flatMap(([id, of]) => {
      const row = of[0]?.row;
      const teller = row && tellers.get(row.entity);
      if (!row || !teller) return [];
      const message: StreamMessage = {
        type: 'journal.posted',
        entity: row.entity,
        channel: row.channel,
        of: row.key,
        postings: of.map(({ posting }) => posting),
      };
      return [{ key: `${teller.finance.connection}/${id}`, message }];
    });
    await this.#tell(sql, messages);
    return { told: messages.length, more: rows.length > 0 };
  }

  /** Sums up days that are over; returns how many. */
  async #tellDays(sql: Sql, { id, currency, finance }: Teller, before: string): Promise<number> {
    const days = await takeDays(sql, id, before, DAYS_AT_ONCE);
    const messages: { key: string; message: StreamMessage }[] = [];
    for (const day of days) {
      const { postings, sums } = await sumDay(sql, day);
      messages.push({
        key: `${finance.connection}/${id}/${day.channel}/${day.date}`,
        message: { type: 'journal.summed', ...day, currency, postings, sums },
      });
    }
    await this.#tell(sql, messages);
    return days.length;
  }

  /**
   * Has the balances compared, once a night: as they were two days before, where all of that is booked. What came late is told first,
   * and compared in the next night.
   */
  async #compare({ id, currency, finance }: Teller, night: string): Promise<number> {
    if (this.#compared.get(id) === night) return 0;
    const { database } = this.#parts;
    const { connection, from } = finance;
    const asOf = new Date(Date.parse(night) - 2 * DAY_MS).toISOString().slice(0, 10);
    const { oldest, postings, booked } = await readCompleteness(database, {
      entity: id,
      from: from ?? FIRST_DAY,
      connection,
    });
    this.#compared.set(id, night);
    // One by one no day is noted: all of it must be booked.
    if (finance.mode === 'summary' ? oldest !== null && oldest <= asOf : booked < postings) return 0;
    const rows = await readTrialBalance(database, id, asOf);
    if (rows.length === 0) return 0;
    const balances = rows.map(({ account, debit_minor, credit_minor }) => ({
      account,
      balanceMinor: debit_minor - credit_minor,
    }));
    const message: StreamMessage = { type: 'journal.balances', entity: id, asOf, currency, balances };
    await this.#tell(database, [{ key: `${connection}/${id}/balances`, message }]);
    return 1;
  }

  async #tell(sql: Sql, messages: readonly { key: string; message: StreamMessage }[]): Promise<void> {
    const { newId, clock } = this.#parts;
    await insertMessages(
      sql,
      messages.map(({ key, message }) => ({
        bucket: bucketOf(key),
        kind: 'journal',
        key,
        id: newId(),
        connection: key.slice(0, key.indexOf('/')),
        message,
      })),
      clock.nowIso(),
    );
  }
}
