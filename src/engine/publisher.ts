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
import type { ChannelStock, Failure, Session, StockReading, StockWritten } from '../connectors/contract.ts';
import { mustBeRead, planWrite } from '../domain/stock/publishing.ts';
import type { Database, Sql } from '../store/db.ts';
import {
  type AgreedRow,
  agreeShown,
  beginPublication,
  loadOwnReserved,
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
import { backoff } from './breaker.ts';
import { withDeadline } from './call.ts';
import type { OpenConnection } from './connections.ts';
import { crashAt } from './crash-points.ts';
import { LeaseLost } from './lease-keeper.ts';
import { keyOf, PublishQueue } from './publish-queue.ts';
import { afterReading, afterWriting, type Ended, writeEnded } from './publisher-outcome.ts';

/** While there is less than a full batch, so long after the last one: changes of the same moment go together. */
const LINGER_MS = 120;
/** Places that wait in memory before a sweep goes on. */
const SWEEP_BELOW = 5_000;
const SWEEP_PAGE = 1_000;
/** Wanted places that are taken at once. */
const WANTED_AT_ONCE = 1_000;
/** A place that could not be published is looked at again when it moves, but not more often than this. */
const PROBLEM_AGAIN_MS = 10 * 60_000;
/** What has been skipped stays so until a person wants it again. */
export const SKIPPED = 'skipped';
const RETRY_MS = { first: 1_000, last: 120_000 };
const REFUSED_MS = { first: 15_000, last: 600_000 };
/** Movements of the channel's own orders are summed up from where both agreed: that point is moved on after so many. */
const VERSIONS_BEHIND = 500;

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
  readonly #queue = new PublishQueue();
  /** Places of which the channel is asked first, by key, and when. */
  readonly #toRead = new Map<string, { place: Place; dueAt: number }>();
  /** Places of batches that have not ended; true: they have changed meanwhile. */
  readonly #inBatch = new Map<string, boolean>();
  /** Places that the channel was asked for since nothing can be sold of them, and the version of our position then. */
  readonly #readFor = new Map<string, number>();
  /** Batches that are asked again. */
  readonly #open = new Map<string, { publication: Publication; dueAt: number }>();
  #active = false;
  #ready = false;
  #epoch = 0;
  #calls = 0;
  #reading = false;
  /** Rows a batch: fewer while somebody refuses whole batches without saying why. */
  #limit: number;
  #sweepAfter: Place | null = null;
  #looksForWanted = false;
  #nextBatchAt = 0;
  #pausedUntil = 0;
  #failures = 0;
  #timer: TimerHandle | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #again = false;
  #pumping: Promise<void> | null = null;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#limit = parts.stock.batchSize;
  }

  get status(): PublisherStatus {
    const now = this.#parts.clock.now();
    const nextAt = this.#active ? this.#nextAt : null;
    return {
      busy: this.#active && (this.#pumping !== null || (nextAt !== null && nextAt <= now && !this.#isFull)),
      waiting: this.#queue.size + this.#toRead.size + this.#inBatch.size,
      inFlight: this.#underWay.size,
      nextAt,
    };
  }

  get #isFull(): boolean {
    return (
      this.#calls >= this.#parts.connection.limits.concurrency || (this.#queue.size === 0 && this.#reading)
    );
  }

  /** When something can be done. */
  get #nextAt(): number | null {
    const at: number[] = [];
    if (this.#queue.size > 0) at.push(this.#isWhole ? 0 : this.#nextBatchAt);
    if (this.#sweepAfter && this.#hasRoom) at.push(0);
    if (!this.#reading) for (const { dueAt } of this.#toRead.values()) at.push(dueAt);
    for (const { dueAt } of this.#open.values()) at.push(dueAt);
    return at.length === 0 ? null : Math.max(Math.min(...at), this.#pausedUntil);
  }

  get #isWhole(): boolean {
    return this.#queue.size >= this.#limit;
  }

  get #hasRoom(): boolean {
    return this.#queue.size + this.#toRead.size < SWEEP_BELOW;
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
    this.#queue.clear();
    this.#toRead.clear();
    this.#inBatch.clear();
    this.#open.clear();
    this.#readFor.clear();
    this.#pausedUntil = 0;
    this.#failures = 0;
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
    for (const place of places) {
      if (!published.has(place.location)) continue;
      const key = keyOf(place);
      if (this.#inBatch.has(key)) this.#inBatch.set(key, true);
      else {
        this.#queue.add(place, place.left);
        isNew = true;
      }
    }
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
    this.#pause(backoff(++this.#failures, RETRY_MS, this.#parts.random));
  }

  get #id(): string {
    return this.#parts.connection.config.id;
  }

  #pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#parts.clock.now() + Math.max(1, ms));
  }

  /** True: go on at once. */
  async #step(epoch: number): Promise<boolean> {
    const { clock, database } = this.#parts;
    if (!this.#ready) {
      const open = await openPublications(database, this.#id);
      if (epoch !== this.#epoch) return false;
      for (const publication of open) {
        this.#open.set(publication.id, { publication, dueAt: publication.due_at });
        for (const row of publication.rows) this.#inBatch.set(keyOf(row), true);
      }
      this.#ready = true;
    }
    const now = clock.now();
    if (now < this.#pausedUntil) return false;
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
    if (this.#reading) return false;
    const due = [...this.#toRead]
      .filter(([, { dueAt }]) => dueAt <= now)
      .slice(0, this.#parts.stock.readSize);
    if (due.length === 0 || !this.#admit('readStock', now)) return false;
    this.#reading = true;
    this.#launch(async (epoch) => {
      try {
        await this.#readPlaces(
          due.map(([, { place }]) => place),
          epoch,
        );
      } finally {
        this.#reading = false;
      }
    });
    return true;
  }

  async #readPlaces(wanted: readonly Place[], epoch: number): Promise<void> {
    const { stock, database, places, skuOf, clock } = this.#parts;
    const codes = places();
    const before = new Map((await loadShown(database, this.#id, wanted)).map((row) => [keyOf(row), row]));
    const asked = wanted.flatMap((place) => {
      const code = codes.get(place.location);
      const sku = skuOf(place.sku);
      const row = before.get(keyOf(place));
      if (code === undefined || !sku || !row) this.#toRead.delete(keyOf(place));
      return code === undefined || !sku || !row
        ? []
        : [{ ...place, ask: { sku: sku.external, item: itemOf(row), place: code }, isMapped: sku.isMapped }];
    });
    if (asked.length === 0) return;
    const answer = await this.#call((signal) =>
      stock.read(
        asked.map(({ ask }) => ask),
        signal,
      ),
    );
    if (epoch !== this.#epoch) return;
    if (answer.status !== 'read') {
      this.#failedCall(answer);
      return;
    }
    this.#passed();
    const rows = new Map((await loadShown(database, this.#id, asked)).map((row) => [keyOf(row), row]));
    const own = new Map((await loadOwnReserved(database, this.#id, asked)).map((row) => [keyOf(row), row]));
    const read = asked.flatMap(({ ask: _, ...place }, index) => {
      const [row, reading] = [rows.get(keyOf(place)), answer.readings[index] as StockReading];
      const { reserved = 0, shipped_at = null } = own.get(keyOf(place)) ?? {};
      return row
        ? [{ ...place, row, reading, sellable: this.#parts.sellable(row), reserved, shippedAt: shipped_at }]
        : [];
    });
    const ended = afterReading(read, clock.now());
    await this.#commit(ended);
    if (epoch !== this.#epoch) return;
    for (const place of asked) this.#toRead.delete(keyOf(place));
    for (const { place, afterMs } of ended.readAgain)
      this.#toRead.set(keyOf(place), { place, dueAt: clock.now() + afterMs });
    this.mark(ended.again.map((place) => ({ ...place, left: 0 })));
  }

  // ---- writing

  async #write(now: number, epoch: number): Promise<boolean> {
    const { database, newId } = this.#parts;
    if (this.#queue.size === 0 || this.#calls >= this.#parts.connection.limits.concurrency) return false;
    if (!this.#isWhole && now < this.#nextBatchAt) return false;
    const places = this.#queue.take(this.#limit);
    // A change that comes while both sides are read is seen by the next look.
    for (const place of places) this.#inBatch.set(keyOf(place), false);
    const rows = await loadShown(database, this.#id, places);
    if (epoch !== this.#epoch) return false;
    const batch = await this.#plan(rows, now);
    const inBatch = new Set(batch.map(keyOf));
    const admitted = batch.length > 0 && this.#admit('writeStock', now);
    for (const place of places)
      if (!admitted || !inBatch.has(keyOf(place))) this.#release(place, inBatch.has(keyOf(place)));
    if (batch.length === 0) return true;
    if (!admitted) return false;
    this.#nextBatchAt = now + LINGER_MS;
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

  /** It is in no batch any more; if it has changed meanwhile it waits again. */
  #release(place: Place, again: boolean): void {
    const key = keyOf(place);
    const hasChanged = this.#inBatch.get(key) === true;
    this.#inBatch.delete(key);
    if (again || hasChanged) this.#queue.add(place, 0);
  }

  /** What is to be written of these; those that must be read first are noted for it. */
  async #plan(rows: readonly ShownRow[], now: number): Promise<PublicationRow[]> {
    const { places, skuOf, sellable } = this.#parts;
    const codes = places();
    const batch: PublicationRow[] = [];
    const behind: AgreedRow[] = [];
    for (const row of rows) {
      const place = { sku: row.sku, location: row.location };
      const code = codes.get(row.location);
      if (code === undefined || !skuOf(row.sku)) continue;
      if (row.problem !== null) {
        if (row.problem === SKIPPED || now - (row.told_at ?? 0) < PROBLEM_AGAIN_MS) continue;
        this.#toRead.set(keyOf(row), { place, dueAt: now });
        continue;
      }
      const { item, shown, known, version, owed, told, own } = row;
      if (item === null || shown === null || known === null || version === null) {
        this.#toRead.set(keyOf(row), { place, dueAt: now });
        continue;
      }
      const here = { sellable: sellable(row), own };
      const agreed = { shown, known, owed, told };
      const plan = planWrite(agreed, here);
      if (mustBeRead(agreed, here)) {
        // Once for each state of our side.
        if (this.#readFor.get(keyOf(row)) === row.position_version) continue;
        this.#readFor.set(keyOf(row), row.position_version);
        this.#toRead.set(keyOf(row), { place, dueAt: now });
      } else if (plan)
        batch.push({
          ...place,
          item,
          place: code,
          from: plan.from,
          to: plan.to,
          known: here.sellable,
          version: row.position_version,
          owedBefore: owed,
          owed: plan.owed,
        });
      else if (
        told === null &&
        row.position_version - version > VERSIONS_BEHIND &&
        here.sellable - known === own
      )
        behind.push({
          ...place,
          item,
          shown: shown + own,
          known: here.sellable,
          version: row.position_version,
          owed,
        });
    }
    if (behind.length > 0)
      await this.#transaction((sql) => agreeShown(sql, this.#id, behind, new Date(now).toISOString()));
    return batch;
  }

  /** Batches whose outcome nobody knows are asked again: under their key they take effect once. */
  #askAgain(now: number): boolean {
    const [due] = [...this.#open.values()].filter(({ dueAt }) => dueAt <= now);
    if (!due || this.#calls >= this.#parts.connection.limits.concurrency || !this.#admit('writeStock', now))
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
    const batch = { key: id, rows: rows.map(({ item, place, from, to }) => ({ item, place, from, to })) };
    const written = await this.#call((signal) => stock.write(batch, signal));
    crashAt('stock:answered');
    if (epoch !== this.#epoch) return;
    const ended = afterWriting(publication, written, clock.now());
    if (ended === null) {
      await this.#doubt(publication, written);
      return;
    }
    if (written.status === 'rejected') this.#failedCall(written);
    else this.#passed();
    await this.#commit(ended, publication);
    crashAt('stock:ended');
    if (epoch !== this.#epoch) return;
    if (written.status === 'written') this.#limit = Math.min(this.#parts.stock.batchSize, this.#limit * 2);
    if (ended.halve) this.#limit = Math.max(1, Math.floor(rows.length / 2));
    const again = new Set(ended.again.map(keyOf));
    for (const { place, afterMs } of ended.readAgain)
      this.#toRead.set(keyOf(place), { place, dueAt: clock.now() + afterMs });
    for (const row of rows) this.#release(row, again.has(keyOf(row)));
  }

  /** Nobody knows what became of it: it keeps its key and its rows until somebody does. */
  async #doubt(publication: Publication, written: StockWritten): Promise<void> {
    if (!('message' in written) || written.status === 'forgotten') return;
    const dueAt = this.#failedCall(written as Failure);
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

  #admit(kind: 'readStock' | 'writeStock', now: number): boolean {
    const wait = this.#parts.session.admit(kind);
    if (wait > 0) this.#pausedUntil = Math.max(this.#pausedUntil, now + wait);
    return wait <= 0;
  }

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

  #call<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer | Failure> {
    const { clock, connection } = this.#parts;
    return withDeadline(clock, connection.limits.callTimeoutMs, ask);
  }

  #passed(): void {
    if (this.#failures > 0) this.#parts.onProblem(null);
    this.#failures = 0;
  }

  /** Waits before anything is called again; returns until when. */
  #failedCall(failure: Failure): number {
    const { random, onProblem, log, clock } = this.#parts;
    if (failure.status === 'throttled') this.#pause(failure.retryAfterMs);
    else {
      this.#failures += 1;
      const limits = failure.status === 'auth' || failure.status === 'rejected' ? REFUSED_MS : RETRY_MS;
      this.#pause(backoff(this.#failures, limits, random));
      if (failure.status === 'auth') onProblem(`credentials are refused: ${failure.message}`);
      if (this.#failures === 1)
        log('warn', 'stock is not published for the moment', {
          connection: this.#id,
          error: failure.message,
        });
    }
    return Math.max(this.#pausedUntil, clock.now() + 1);
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

/** Where something was wrong with it, it is looked for anew: it may have been deleted and made again. */
function itemOf({ item, problem }: ShownRow): string | null {
  return problem === null ? item : null;
}
