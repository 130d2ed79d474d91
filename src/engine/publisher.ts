/**
 * Publishes stock to one channel: what has changed at a SKU-location since it and we last agreed is written there, many places a
 * batch, within the vendor's budget. A batch, with its key and its exact content, is committed before its call; one of which nobody
 * knows what became is asked again under the same key. What each outcome means stands in publisher-outcome.ts, the arithmetic in
 * domain/stock/publishing.ts.
 *
 *   moves, corrections ─▶ queue ─▶ both sides read in one snapshot ─▶ batch noted ─▶ call ─▶ agreed, or read again, or a case
 *                           └─▶ never agreed, or a wrong guess: what the channel shows is read first
 */
import type { Clock, TimerHandle } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { ChannelStock, Failure, Session, StockBatch, StockWritten } from '../connectors/contract.ts';
import type { Database, Sql } from '../store/db.ts';
import {
  agreeShown,
  beginPublication,
  loadShown,
  noteAttempt,
  openPublications,
  type Place,
  type Publication,
  type PublicationRow,
  type ShownRow,
  takeWanted,
} from '../store/shown-stock.ts';
import { loadPositionPage } from '../store/takeover.ts';
import type { OpenConnection } from './connections.ts';
import { crashAt } from './crash-points.ts';
import { LeaseLost } from './lease-keeper.ts';
import { PublishCalls } from './publish-calls.ts';
import { PublishPlaces } from './publish-places.ts';
import { planBatch } from './publish-plan.ts';
import { keyOf } from './publish-queue.ts';
import { besideOurs, questionsOf } from './publish-reading.ts';
import { afterReading, afterWriting, type Ended, writeEnded } from './publisher-outcome.ts';

/** While there is less than a full batch, so long after the last one: changes of the same moment go together. */
const LINGER_MS = 120;
/** Places that wait in memory before a sweep goes on. */
const SWEEP_BELOW = 5_000;
const SWEEP_PAGE = 1_000;
/** Of the calls at once, so many may read: what can be written does not wait for all that must be read first. */
const READING_SHARE = 0.75;
/** Wanted places that are taken at once. */
const WANTED_AT_ONCE = 1_000;

export interface PublisherParts {
  connection: OpenConnection;
  session: Session;
  stock: ChannelStock;
  database: Database;
  clock: Clock;
  random: Random;
  newId: () => string;
  /** Our locations that are published, and the channel's codes of them. */
  places: () => ReadonlyMap<string, string>;
  /** The channel's SKU of one of ours; undefined: it does not sell it. `isMapped`: somebody has said so by name. */
  skuOf: (sku: string) => { external: string; isMapped: boolean } | undefined;
  /** What can be sold of a place: on hand − reserved − safety − held back; may be below zero. */
  sellable: (row: Pick<ShownRow, 'location' | 'on_hand' | 'reserved' | 'safety'>) => number;
  /** Throws when this node no longer works the connection. */
  fence: (sql: Sql) => Promise<void>;
  onCases: () => void;
  /** Credentials are refused, or (null) they are not. */
  onProblem: (problem: string | null) => void;
  log: (level: 'info' | 'warn' | 'error', message: string, details: Record<string, unknown>) => void;
}

export interface PublisherStatus {
  /** Something is to be done at this instant. */
  busy: boolean;
  /** Places that wait. */
  waiting: number;
  /** Calls under way. */
  inFlight: number;
  /** When it goes on by itself (epoch ms); null: there is nothing to do. */
  nextAt: number | null;
}

export class StockPublisher {
  readonly #parts: PublisherParts;
  readonly #calling: PublishCalls;
  readonly #places = new PublishPlaces();
  /** Batches that are asked again. */
  readonly #open = new Map<string, { publication: Publication; dueAt: number }>();
  #active = false;
  #ready = false;
  #epoch = 0;
  /** Calls under way, and those of them that read. */
  #calls = 0;
  #reads = 0;
  /** Rows a batch: fewer while somebody refuses whole batches without saying why. */
  #limit: number;
  #sweepAfter: Place | null = null;
  #looksForWanted = false;
  #nextBatchAt = 0;
  #timer: TimerHandle | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #again = false;
  #pumping: Promise<void> | null = null;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#calling = new PublishCalls(parts);
    this.#limit = parts.stock.batchSize;
  }

  get status(): PublisherStatus {
    const now = this.#parts.clock.now();
    const nextAt = this.#active ? this.#nextAt : null;
    return {
      busy:
        this.#active &&
        (this.#pumping !== null ||
          // Between a call and what follows from it.
          this.#underWay.size > this.#calling.underWay ||
          (nextAt !== null && nextAt <= now && !this.#isFull)),
      waiting: this.#places.waiting,
      inFlight: this.#underWay.size,
      nextAt,
    };
  }

  get #isFull(): boolean {
    return this.#calls >= this.#parts.connection.limits.concurrency;
  }

  get #mayRead(): boolean {
    const most = Math.max(1, Math.floor(this.#parts.connection.limits.concurrency * READING_SHARE));
    return !this.#isFull && this.#reads < most;
  }

  /** When something can be done. */
  get #nextAt(): number | null {
    const at: number[] = [];
    if (this.#places.queued > 0) at.push(this.#isWhole ? 0 : this.#nextBatchAt);
    if (this.#sweepAfter && this.#hasRoom) at.push(0);
    if (this.#mayRead) at.push(this.#places.readAt);
    for (const { dueAt } of this.#open.values()) at.push(dueAt);
    const next = Math.min(...at);
    return next === Number.POSITIVE_INFINITY ? null : Math.max(next, this.#calling.pausedUntil);
  }

  get #isWhole(): boolean {
    return this.#places.queued >= this.#limit;
  }

  get #hasRoom(): boolean {
    return this.#places.queued + this.#places.toRead < SWEEP_BELOW;
  }

  /** Begins or ends, with the lease of the connection and with its pause. */
  setActive(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    this.#epoch += 1;
    this.#timer?.cancel();
    this.#timerAt = Number.POSITIVE_INFINITY;
    // What another node has done meanwhile is not known here.
    this.#ready = false;
    this.#places.clear();
    this.#open.clear();
    this.#calling.reset();
    if (active) this.sweep();
  }

  async stop(): Promise<void> {
    this.setActive(false);
    await this.#pumping;
    await Promise.all(this.#underWay);
  }

  /** These may have changed. `left`: units that can still be sold, as far as it is known. */
  mark(places: readonly (Place & { left: number })[]): void {
    if (!this.#active) return;
    const published = this.#parts.places();
    let isNew = false;
    for (const place of places)
      if (published.has(place.location) && this.#places.mark(place, place.left)) isNew = true;
    if (isNew) this.#wake();
  }

  /** Everything is looked at: at the start, and when what may be sold has changed for many. */
  sweep(): void {
    if (!this.#active) return;
    this.#sweepAfter = { sku: '', location: '' };
    this.#wake();
  }

  /** There may be places that somebody wants looked at. */
  look(): void {
    if (!this.#active) return;
    this.#looksForWanted = true;
    this.#wake();
  }

  #wake(): void {
    this.#again = true;
    if (this.#pumping || !this.#active) return;
    this.#pumping = this.#pump().finally(() => {
      this.#pumping = null;
      this.#schedule();
    });
  }

  #schedule(): void {
    const next = this.#active && !this.#isFull ? this.#nextAt : null;
    const at = next === null ? Number.POSITIVE_INFINITY : Math.max(next, this.#parts.clock.now() + 1);
    if (at === this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = at;
    if (at === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#parts.clock.setTimer(at, () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#wake();
    });
  }

  async #pump(): Promise<void> {
    while (this.#again && this.#active) {
      this.#again = false;
      const epoch = this.#epoch;
      try {
        while (this.#active && epoch === this.#epoch && (await this.#step(epoch)));
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** The database, or our own code: it is tried again, and nothing is forgotten, since everything is looked at anew. */
  #failed(error: unknown): void {
    if (error instanceof LeaseLost || !this.#active) return;
    this.#parts.log('warn', 'stock could not be published; it is tried again', {
      connection: this.#id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    this.setActive(false);
    this.setActive(true);
    this.#calling.brokeOff();
  }

  get #id(): string {
    return this.#parts.connection.config.id;
  }

  /** True: go on at once. */
  async #step(epoch: number): Promise<boolean> {
    const { clock, database } = this.#parts;
    if (!this.#ready) {
      const open = await openPublications(database, this.#id);
      if (epoch !== this.#epoch) return false;
      for (const publication of open) {
        this.#open.set(publication.id, { publication, dueAt: publication.due_at });
        for (const row of publication.rows) this.#places.hold(row);
      }
      this.#ready = true;
    }
    const now = clock.now();
    if (now < this.#calling.pausedUntil) return false;
    if (this.#looksForWanted) await this.#takeWanted();
    else if (this.#sweepAfter && this.#hasRoom) await this.#sweepOn(epoch);
    else return this.#askAgain(now) || this.#read(now) || (await this.#write(now, epoch));
    return true;
  }

  async #takeWanted(): Promise<void> {
    this.#looksForWanted = false;
    const wanted = await takeWanted(this.#parts.database, this.#id, WANTED_AT_ONCE);
    this.mark(wanted.map((place) => ({ ...place, left: 0 })));
    if (wanted.length === WANTED_AT_ONCE) this.#looksForWanted = true;
  }

  async #sweepOn(epoch: number): Promise<void> {
    const after = this.#sweepAfter;
    if (!after) return;
    const locations = [...this.#parts.places().keys()];
    const rows = await loadPositionPage(this.#parts.database, locations, after, SWEEP_PAGE);
    if (epoch !== this.#epoch || this.#sweepAfter !== after) return;
    const last = rows.at(-1);
    this.#sweepAfter = last && rows.length === SWEEP_PAGE ? { sku: last.sku, location: last.location } : null;
    this.mark(rows.map((row) => ({ ...row, left: row.on_hand - row.reserved })));
  }

  // ---- reading what the channel shows

  #read(now: number): boolean {
    if (!this.#mayRead || this.#places.readAt > now || !this.#calling.admit('readStock', now)) return false;
    const due = this.#places.takeToRead(now, this.#parts.stock.readSize);
    this.#calls += 1;
    this.#reads += 1;
    this.#launch(async (epoch) => {
      try {
        await this.#readPlaces(due, epoch);
      } finally {
        this.#calls -= 1;
        this.#reads -= 1;
      }
    });
    return true;
  }

  async #readPlaces(wanted: readonly Place[], epoch: number): Promise<void> {
    const { stock, database, places, skuOf, sellable, clock } = this.#parts;
    const codes = places();
    const codeOf = (location: string) => codes.get(location);
    const asked = await questionsOf(database, this.#id, wanted, { codeOf, skuOf });
    if (epoch !== this.#epoch) return;
    const askedKeys = new Set(asked.map(keyOf));
    this.#places.endReading(wanted.filter((place) => !askedKeys.has(keyOf(place))));
    if (asked.length === 0) return;
    const answer = await this.#calling.call((signal) =>
      stock.read(
        asked.map(({ ask }) => ask),
        signal,
      ),
    );
    if (epoch !== this.#epoch) return;
    if (answer.status !== 'read') {
      this.#calling.failed(answer);
      this.#places.endReading(asked);
      for (const place of asked) this.#places.readFirst(place, clock.now());
      return;
    }
    this.#calling.passed();
    const read = await besideOurs(database, this.#id, asked, answer.readings, sellable);
    const ended = afterReading(read, clock.now());
    await this.#commit(ended);
    if (epoch !== this.#epoch) return;
    this.#places.endReading(asked);
    for (const { place, afterMs } of ended.readAgain) this.#places.readFirst(place, clock.now() + afterMs);
    this.mark(ended.again.map((place) => ({ ...place, left: 0 })));
  }

  // ---- writing

  async #write(now: number, epoch: number): Promise<boolean> {
    const { database, newId } = this.#parts;
    if (this.#places.queued === 0 || this.#calls >= this.#parts.connection.limits.concurrency) return false;
    if (!this.#isWhole && now < this.#nextBatchAt) return false;
    const places = this.#places.take(this.#limit);
    const rows = await loadShown(database, this.#id, places);
    if (epoch !== this.#epoch) return false;
    const planned = await this.#plan(rows, now);
    // A batch is one call: those of the other kind wait for the next one.
    const hot = planned.filter(({ adjusts }) => adjusts);
    const batch = hot.length > 0 ? hot : planned;
    const inBatch = new Set(batch.map(keyOf));
    const waits = new Set(planned.map(keyOf));
    const admitted = batch.length > 0 && this.#calling.admit('writeStock', now);
    for (const place of places)
      if (!admitted || !inBatch.has(keyOf(place))) this.#places.release(place, waits.has(keyOf(place)));
    if (batch.length === 0) return true;
    if (!admitted) return false;
    this.#nextBatchAt = batch.length < planned.length ? now : now + LINGER_MS;
    const at = new Date(now).toISOString();
    const id = newId();
    const publication = { id, rows: batch, attempts: 1, attempted_at: now, due_at: now, created_at: now };
    this.#calls += 1;
    this.#launch(async (mine) => {
      try {
        await this.#transaction((sql) => beginPublication(sql, this.#id, id, batch, at));
        crashAt('stock:noted');
        await this.#send(publication, mine);
      } finally {
        this.#calls -= 1;
      }
    });
    return true;
  }

  /** What is to be written of these; those that must be read first are noted for it. */
  async #plan(rows: readonly ShownRow[], now: number): Promise<PublicationRow[]> {
    const { places, skuOf, sellable } = this.#parts;
    const codes = places();
    const { batch, toRead, behind } = planBatch(rows, {
      now,
      codeOf: (location) => codes.get(location),
      isSold: (sku) => skuOf(sku) !== undefined,
      sellable,
      wasRead: (row) => this.#places.wasReadFor(row),
      isHot: (row) => this.#places.isHot(row, now),
    });
    for (const each of toRead) {
      if (each.for) this.#places.noteReadFor(each.for);
      // What it tells is awaited already, unless it is asked because of what has changed here since.
      if (each.for || !this.#places.isBeingRead(each.place)) this.#places.readFirst(each.place, now);
    }
    if (behind.length > 0)
      await this.#transaction((sql) => agreeShown(sql, this.#id, behind, new Date(now).toISOString()));
    return batch;
  }

  /** Batches whose outcome nobody knows are asked again: under their key they take effect once. */
  #askAgain(now: number): boolean {
    const [due] = [...this.#open.values()].filter(({ dueAt }) => dueAt <= now);
    if (
      !due ||
      this.#calls >= this.#parts.connection.limits.concurrency ||
      !this.#calling.admit('writeStock', now)
    )
      return false;
    const { publication } = due;
    this.#open.delete(publication.id);
    this.#calls += 1;
    this.#launch(async (epoch) => {
      try {
        publication.attempts += 1;
        await this.#noteAttempt(publication, now, 'asked again');
        await this.#send(publication, epoch);
      } finally {
        this.#calls -= 1;
      }
    });
    return true;
  }

  async #send(publication: Publication, epoch: number): Promise<void> {
    const { stock, clock } = this.#parts;
    const { id, rows } = publication;
    const batch: StockBatch = {
      key: id,
      rows: rows.map(({ item, place, from, to }) => ({ item, place, from, to })),
      by: rows[0]?.adjusts ? 'adjust' : 'set',
    };
    const written = await this.#calling.call((signal) => stock.write(batch, signal));
    crashAt('stock:answered');
    if (epoch !== this.#epoch) return;
    const ended = afterWriting(publication, written, clock.now());
    if (ended === null) {
      await this.#doubt(publication, written);
      return;
    }
    if (written.status === 'rejected') this.#calling.failed(written);
    else this.#calling.passed();
    await this.#commit(ended, publication);
    crashAt('stock:ended');
    if (epoch !== this.#epoch) return;
    if (written.status === 'written') this.#limit = Math.min(this.#parts.stock.batchSize, this.#limit * 2);
    if (ended.halve) this.#limit = Math.max(1, Math.floor(rows.length / 2));
    const again = new Set(ended.again.map(keyOf));
    for (const place of ended.mismatched) this.#places.mismatched(place, clock.now());
    for (const row of ended.accepted) if (!row.adjusts) this.#places.matched(row);
    for (const { place, afterMs } of ended.readAgain) this.#places.readFirst(place, clock.now() + afterMs);
    for (const row of rows) this.#places.release(row, again.has(keyOf(row)));
  }

  /** Nobody knows what became of it: it keeps its key and its rows until somebody does. */
  async #doubt(publication: Publication, written: StockWritten): Promise<void> {
    if (!('message' in written) || written.status === 'forgotten') return;
    const dueAt = this.#calling.failed(written as Failure);
    this.#open.set(publication.id, { publication, dueAt });
    await this.#noteAttempt(publication, dueAt, written.message);
  }

  async #noteAttempt(publication: Publication, dueAt: number, error: string): Promise<void> {
    const attemptedAt = this.#parts.clock.nowIso();
    await this.#transaction((sql) =>
      noteAttempt(sql, publication.id, {
        attempts: publication.attempts,
        attemptedAt,
        dueAt: new Date(dueAt).toISOString(),
        error,
      }),
    );
  }

  // ---- what both share

  #launch(work: (epoch: number) => Promise<void>): void {
    const epoch = this.#epoch;
    const running = work(epoch)
      .catch((error: unknown) => {
        if (epoch === this.#epoch) this.#failed(error);
      })
      .finally(() => {
        this.#underWay.delete(running);
        this.#wake();
      });
    this.#underWay.add(running);
  }

  #transaction(work: (sql: Sql) => Promise<void>): Promise<void> {
    return this.#parts.database.transaction(async (sql) => {
      await this.#parts.fence(sql);
      await work(sql);
    });
  }

  async #commit(ended: Ended, publication?: Publication): Promise<void> {
    const { newId, clock, onCases } = this.#parts;
    let opened = 0;
    const publicationId = publication?.id ?? null;
    await this.#transaction(async (sql) => {
      const given = { connection: this.#id, publication: publicationId, at: clock.nowIso(), newId };
      opened = await writeEnded(sql, ended, given);
    });
    if (opened > 0) onCases();
  }
}
