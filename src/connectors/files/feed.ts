/**
 * The feed of a place of exchange. A file is read in steps, and the cursor, which is stored with what each step brings, says where
 * the next one begins:
 *
 *   examined ─▶ its exact bytes ─▶ its rows ─▶ a report ─▶ (all of that is stored) acknowledged, and moved out of the inbox
 *
 * So nothing is acknowledged before it is stored, and whatever is killed in the middle goes on where it was.
 */
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import type { Delivery, FeedPage } from '../contract.ts';
import { acknowledgementName, writeAcknowledgement } from './acknowledgement.ts';
import { type Row, readRows } from './examine.ts';
import type { Exchange, Listed } from './exchange.ts';
import type { Settings } from './manifest.ts';
import { askForSnapshot } from './requests.ts';
import { afterFile, judgeFile, NO_FILES, Series, type Verdict } from './series.ts';
import { readPiece, Spool, type Spooled } from './spool.ts';
import { listed, Summary, summaryOf, TOLD_ROWS } from './summary.ts';

export const PART_TOPIC = 'file:part';
export const ROW_TOPIC = 'file:row';
export const REPORT_TOPIC = 'file:report';

/** Exact bytes are stored in pieces of this size, so many a page. */
const PART_BYTES = 2 * 1024 * 1024;
const PARTS_A_PAGE = 4;
/** Rows a page: few enough for one commit. */
const ROWS_A_PAGE = 1_000;
/** Files that are looked into before one of them is chosen. */
const CANDIDATES = 20;
const LONGEST_NAME = 150;

const Reading = z.object({
  folder: z.enum(['inbox', 'archive']),
  /** Its name there. */
  file: z.string(),
  step: z.enum(['parts', 'rows', 'acknowledge']),
  /** Bytes or rows that are done. */
  at: z.number().int(),
  /** What its rows are told of files that did not come. */
  lost: z.string().nullable(),
  summary: Summary,
});
type Reading = z.infer<typeof Reading>;

const Cursor = z.object({
  version: z.literal(1),
  /** By sender and location. */
  series: z.record(z.string(), Series),
  reading: Reading.nullable(),
  /** A snapshot of each location is to be asked for. */
  ask: z.boolean(),
});
export type Cursor = z.infer<typeof Cursor>;

/** A cursor of another version begins anew: what comes again is recognised by what is known of the items. */
export function readCursor(text: string | null): Cursor {
  const start: Cursor = { version: 1, series: {}, reading: null, ask: false };
  if (text === null || text === '') return start;
  try {
    return Cursor.parse(JSON.parse(text));
  } catch {
    return start;
  }
}

interface Candidate extends Listed {
  folder: Reading['folder'];
  /** Of the file as it came. */
  original: string;
}

/** A file whose rows are being read, and how many have been. */
interface RowsInHand {
  hash: string;
  at: number;
  /** Read and not yet told. */
  ahead: Row[];
  iterator: AsyncGenerator<readonly Row[]>;
}

const seriesKey = ({ sender, location }: { sender: string; location: string }) => `${sender}/${location}`;

export class FileFeed {
  readonly #exchange: Exchange;
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #spool: Spool;
  /** When each file of the inbox was first seen as it is now. */
  #seen = new Map<string, { mark: string; since: number; waits: boolean }>();
  #isPrepared = false;
  /** The cursor that we gave last: another one means that what is archived may not be known yet. */
  #given: string | undefined;
  #rows: RowsInHand | undefined;

  constructor(exchange: Exchange, settings: Settings, clock: Clock) {
    this.#exchange = exchange;
    this.#settings = settings;
    this.#clock = clock;
    this.#spool = new Spool(exchange, settings.locations);
  }

  async close(): Promise<void> {
    await this.#endRows();
    await this.#spool.close();
    await this.#exchange.close();
  }

  /** The next step. Throws an `ExchangeFailure` when the place cannot be used. */
  async poll(text: string | null, signal: AbortSignal): Promise<FeedPage> {
    const cursor = readCursor(text);
    if (!this.#isPrepared) await this.#exchange.prepare(signal);
    this.#isPrepared = true;
    const page = await this.#step(cursor, text, signal);
    this.#given = page.cursor;
    return page;
  }

  async #step(cursor: Cursor, text: string | null, signal: AbortSignal): Promise<FeedPage> {
    if (cursor.reading) return this.#goOn(cursor, cursor.reading, signal);
    if (cursor.ask) {
      for (const location of this.#settings.locations) await askForSnapshot(this.#exchange, location, signal);
      return pageOf({ ...cursor, ask: false }, [], true);
    }
    const found = await this.#choose(cursor, text !== this.#given, signal);
    if (!found) return { deliveries: [], cursor: text ?? JSON.stringify(cursor), more: false };
    const reading = await this.#begin(cursor, found.candidate, found.spooled);
    return this.#goOn({ ...cursor, reading }, reading, signal);
  }

  /** The next file to read: of each series the lowest number first. */
  async #choose(
    cursor: Cursor,
    looksBack: boolean,
    signal: AbortSignal,
  ): Promise<{ candidate: Candidate; spooled: Spooled } | null> {
    const candidates = [
      ...(looksBack ? await this.#archived(cursor, signal) : []),
      ...(await this.#ready(signal)),
    ];
    let chosen: { candidate: Candidate; spooled: Spooled } | null = null;
    for (const candidate of candidates.slice(0, CANDIDATES)) {
      const spooled = await this.#spool.get(candidate.folder, candidate.name, markOf(candidate), signal);
      if (!spooled || this.#isUnderWay(candidate, spooled)) continue;
      const { header } = spooled.examined;
      if (!header) return { candidate, spooled };
      const before = chosen?.spooled.examined.header;
      if (!before || (seriesKey(before) === seriesKey(header) && header.sequence < before.sequence))
        chosen = { candidate, spooled };
    }
    await this.#spool.keepOnly(chosen?.spooled.path ?? null);
    return chosen;
  }

  /** Files of the inbox that have lain unchanged long enough, the oldest first. */
  async #ready(signal: AbortSignal): Promise<Candidate[]> {
    const { settleMs, unfinishedAfterMs } = this.#settings;
    const now = this.#clock.now();
    const previous = this.#seen;
    const seen: typeof previous = new Map();
    const ready: Candidate[] = [];
    for (const file of await this.#exchange.list('inbox', signal)) {
      if (!/^[^.].*\.csv$/i.test(file.name)) continue;
      const before = previous.get(file.name);
      const mark = markOf(file);
      const is = before?.mark === mark ? before : { mark, since: now, waits: false };
      seen.set(file.name, is);
      const age = now - is.since;
      if (age >= (is.waits ? unfinishedAfterMs : settleMs))
        ready.push({ ...file, folder: 'inbox', original: file.name });
    }
    this.#seen = seen;
    return ready.sort((one, other) => one.changedAt - other.changedAt || (one.name < other.name ? -1 : 1));
  }

  /** True: it is not whole, and may become so. */
  #isUnderWay({ name, folder }: Candidate, { examined }: Spooled): boolean {
    const seen = this.#seen.get(name);
    if (!examined.refused?.unfinished || folder !== 'inbox' || !seen) return false;
    seen.waits = true;
    return this.#clock.now() - seen.since < this.#settings.unfinishedAfterMs;
  }

  /** Files that are archived and that the cursor does not know: it was set back, as by a restored database. */
  async #archived({ series }: Cursor, signal: AbortSignal): Promise<Candidate[]> {
    if (Object.keys(series).length === 0) return [];
    const unknown: (Candidate & { sequence: number })[] = [];
    for (const file of await this.#exchange.list('archive', signal)) {
      const [sender, location, sequence, , ...original] = file.name.split('~');
      if (sender === undefined || location === undefined) continue;
      const known = series[seriesKey({ sender, location })];
      const number = Number(sequence);
      if (known && (number > known.last || known.missing.includes(number)))
        unknown.push({ ...file, folder: 'archive', original: original.join('~'), sequence: number });
    }
    return unknown.sort((one, other) => one.sequence - other.sequence);
  }

  async #begin({ series }: Cursor, candidate: Candidate, { path, examined }: Spooled): Promise<Reading> {
    const { header, refused } = examined;
    const known = (header && series[seriesKey(header)]) ?? NO_FILES;
    const verdict: Verdict =
      refused || !header
        ? { status: 'refused', refused: refused ?? { code: 'header', words: 'there is no header' } }
        : judgeFile(known, header, examined);
    const first: Summary['refused'] = [];
    if (verdict.status === 'accepted' && examined.rejected > 0)
      for await (const rows of readRows(path, examined)) {
        for (const row of rows)
          if ('refused' in row && first.length < TOLD_ROWS)
            first.push({ row: row.row, item: row.item, code: row.refused.code, words: row.refused.words });
        if (first.length >= TOLD_ROWS) break;
      }
    const named = { name: candidate.original, changedAt: candidate.changedAt };
    const lost = verdict.status === 'accepted' ? verdict.lost : [];
    return {
      folder: candidate.folder,
      file: candidate.name,
      step: 'parts',
      at: 0,
      lost: lost.length === 0 ? null : `the files ${listed(lost)} of ${header?.sender} did not come`,
      summary: summaryOf(named, examined, verdict, first),
    };
  }

  async #goOn(cursor: Cursor, reading: Reading, signal: AbortSignal): Promise<FeedPage> {
    const { summary, step } = reading;
    const mark = `${summary.bytes} ${Date.parse(summary.putAt)}`;
    const spooled = await this.#spool.get(reading.folder, reading.file, mark, signal);
    const isSame = spooled?.examined.hash === summary.hash;
    if (step === 'acknowledge') {
      await this.#acknowledge(reading, isSame ? spooled : null, signal);
      return pageOf({ ...cursor, reading: null }, [], true);
    }
    if (!isSame) return this.#changed(cursor, reading);
    return step === 'parts'
      ? this.#parts(cursor, reading, spooled)
      : this.#nextRows(cursor, reading, spooled);
  }

  async #parts(cursor: Cursor, reading: Reading, { path }: Spooled): Promise<FeedPage> {
    const { summary } = reading;
    const deliveries: Delivery[] = [];
    let { at } = reading;
    while (at < summary.bytes && deliveries.length < PARTS_A_PAGE) {
      const body = await readPiece(path, at, PART_BYTES);
      if (body.length === 0) break;
      const number = at / PART_BYTES + 1;
      deliveries.push({ headers: {}, body, origin: 'file', topic: partTopic(summary, number) });
      at += body.length;
    }
    if (at < summary.bytes) return pageOf({ ...cursor, reading: { ...reading, at } }, deliveries, true);
    if (summary.status === 'accepted')
      return pageOf({ ...cursor, reading: { ...reading, step: 'rows', at: 0 } }, deliveries, true);
    return this.#report(cursor, reading, deliveries);
  }

  async #nextRows(cursor: Cursor, reading: Reading, spooled: Spooled): Promise<FeedPage> {
    const { summary, lost } = reading;
    const rows = await this.#rowsFrom(spooled, reading.at);
    const deliveries: Delivery[] = [];
    while (deliveries.length < ROWS_A_PAGE) {
      const row = await nextRow(rows);
      if (row === null) {
        await this.#endRows();
        return this.#report(cursor, reading, deliveries);
      }
      if (!('fields' in row)) continue;
      const { header } = summary;
      const body = { header, row: row.row, fields: row.fields, ...(lost === null ? {} : { lost }) };
      deliveries.push(fileDelivery(ROW_TOPIC, body));
    }
    return pageOf({ ...cursor, reading: { ...reading, at: rows.at } }, deliveries, true);
  }

  /** The rows of a file from one on: as we have them in hand, or from its beginning. */
  async #rowsFrom({ path, examined }: Spooled, at: number): Promise<RowsInHand> {
    const known = this.#rows;
    if (known?.hash === examined.hash && known.at === at) return known;
    await this.#endRows();
    const rows: RowsInHand = { hash: examined.hash, at: 0, ahead: [], iterator: readRows(path, examined) };
    while (rows.at < at && (await nextRow(rows)));
    this.#rows = rows;
    return rows;
  }

  async #endRows(): Promise<void> {
    await this.#rows?.iterator.return(undefined);
    this.#rows = undefined;
  }

  /** All of a file is told; its number is known from now on. */
  #report(cursor: Cursor, reading: Reading, deliveries: Delivery[]): FeedPage {
    const { summary } = reading;
    const { header, hash, missing, healed } = summary;
    const series = { ...cursor.series };
    if (header && summary.status === 'accepted') {
      const key = seriesKey(header);
      const lost = healed.filter((number) => number !== header.sequence);
      series[key] = afterFile(series[key] ?? NO_FILES, header, hash, { missing, lost });
    }
    deliveries.push(fileDelivery(REPORT_TOPIC, summary));
    return pageOf(
      { ...cursor, series, reading: { ...reading, step: 'acknowledge', at: 0 } },
      deliveries,
      true,
    );
  }

  /** It is another file now, or none: what was read of it counts, and stands under its number. */
  #changed(cursor: Cursor, reading: Reading): FeedPage {
    const { summary } = reading;
    const done = this.#report(cursor, { ...reading, summary: { ...summary } }, []);
    const words = 'it was changed or taken away while it was read: rows of it may be missing';
    const report: Summary = { ...summary, status: 'rejected', code: 'changed', words };
    const { series } = readCursor(done.cursor);
    return pageOf({ ...cursor, series, reading: null }, [fileDelivery(REPORT_TOPIC, report)], true);
  }

  async #acknowledge(reading: Reading, spooled: Spooled | null, signal: AbortSignal): Promise<void> {
    const { summary, folder, file } = reading;
    // Gone: it was acknowledged before we were killed, or the system has taken it back.
    if (spooled && folder === 'inbox') {
      const path = await this.#spool.path();
      await writeAcknowledgement(path, summary, readRows(spooled.path, spooled.examined));
      await this.#exchange.put('acknowledged', acknowledgementName(summary.name), { path }, signal);
      const taken = summary.status !== 'rejected';
      await this.#exchange.move(file, taken ? 'archive' : 'rejected', archiveName(summary), signal);
    }
    this.#seen.delete(file);
    await this.#spool.keepOnly(null);
  }
}

/** The next row of a file; null: there is none. */
async function nextRow(rows: RowsInHand): Promise<Row | null> {
  let row = rows.ahead.pop();
  while (row === undefined) {
    const next = await rows.iterator.next();
    if (next.done) return null;
    rows.ahead = next.value.toReversed();
    row = rows.ahead.pop();
  }
  rows.at += 1;
  return row;
}

const markOf = ({ size, changedAt }: Listed): string => `${size} ${Math.trunc(changedAt)}`;

/** Sorts by series and number; the number has fifteen digits at most. */
function archiveName({ header, hash, name }: Summary): string {
  const short = hash.slice(0, 12);
  const original = name.slice(-LONGEST_NAME);
  if (!header) return `${short}~${original}`;
  const { sender, location, sequence } = header;
  return [sender, location, String(sequence).padStart(15, '0'), short, original].join('~');
}

function partTopic({ header, name }: Summary, number: number): string {
  const what = header ? `${seriesKey(header)}/${header.sequence}` : name;
  return `${PART_TOPIC}:${what.slice(-LONGEST_NAME)}:${number}`;
}

function fileDelivery(topic: string, value: unknown): Delivery {
  return { headers: {}, body: Buffer.from(JSON.stringify(value), 'utf8'), origin: 'file', topic };
}

function pageOf(cursor: Cursor, deliveries: Delivery[], more: boolean): FeedPage {
  return { deliveries, cursor: JSON.stringify(cursor), more };
}
