/** Reading what a reconciliation of money compares: both sides of a day, and the days that are to be compared again. */
import type { OrderState } from '../domain/order/state.ts';
import type { ReconciliationState } from '../domain/reconciliation/state.ts';
import type { EntryState } from '../domain/settlement/entry.ts';
import type { PayoutState } from '../domain/settlement/payout.ts';
import { bucketOf } from './bucket.ts';
import type { Row, Sql } from './db.ts';

export interface ReconciliationDay extends Row {
  key: string;
  status: string;
  closed: boolean;
  state: ReconciliationState;
  updated_at: number;
}

const DAY = 'key, status, closed, state, updated_at';

/** Days of an entity, newest first, by stream_reconciliation. `before`: a day; null: from the newest on. */
export function listReconciledDays(
  sql: Sql,
  entity: string,
  { before, limit }: { before: string | null; limit: number },
): Promise<ReconciliationDay[]> {
  return sql.query<ReconciliationDay>(
    `select ${DAY} from stream
     where kind = 'reconciliation' and starts_with(key, $1 || '/') and ($2::text is null or key < $1 || '/' || $2)
     order by key desc limit $3`,
    [entity, before, limit],
  );
}

/** One day, by stream's primary key; undefined: it was never compared. */
export async function readReconciledDay(sql: Sql, key: string): Promise<ReconciliationDay | undefined> {
  const [row] = await sql.query<ReconciliationDay>(
    `select ${DAY} from stream where bucket = $1 and kind = 'reconciliation' and key = $2`,
    [bucketOf(key), key],
  );
  return row;
}

/** Keys of days that are not over, by stream_open_money: `read` are those whose sides can be compared now. */
export function openDays(sql: Sql): Promise<(Row & { key: string; status: string })[]> {
  return sql.query(
    `select key, status from stream where kind = 'reconciliation' and not closed order by key`,
  );
}

/** The last night in which an entity's money was compared by itself; null: never. */
export async function lastMoneyNight(sql: Sql, entity: string): Promise<string | null> {
  const [row] = await sql.query<{ night: string | null }>(
    `select max(state ->> 'night') as night from stream where kind = 'reconciliation' and starts_with(key, $1 || '/')`,
    [entity],
  );
  return row?.night ?? null;
}

export interface PageRow extends Row {
  key: string;
  result: unknown;
  first_attempt_at: number | null;
}

/** What a source has answered, page by page, by outbox's unique key. */
export function readPages(
  sql: Sql,
  stream: string,
  connection: string,
  keys: readonly string[],
): Promise<PageRow[]> {
  return sql.query<PageRow>(
    `select key, result, first_attempt_at from outbox
     where bucket = $1 and connection = $2 and key = any($3::text[]) and status = 'done'`,
    [bucketOf(stream), connection, keys],
  );
}

export interface DayPosting extends Row {
  kind: string;
  key: string;
  posting: string;
  channel: string;
  act: string;
  posted_at: number;
  document_date: string;
}

/** Everything that is posted on a day of an entity, by posting_by_day. */
export function postingsOfDay(sql: Sql, entity: string, day: string): Promise<DayPosting[]> {
  return sql.query<DayPosting>(
    `select kind, key, posting, channel, act, posted_at, document_date::text as document_date from posting
     where entity = $1 and posting_date = $2::date`,
    [entity, day],
  );
}

export interface JournalStream {
  key: string;
  /** Postings that documents tell, or need not. */
  covered: number;
  facts: { type: string; decidedAt: number; body: Record<string, unknown> }[];
}

/** Streams of journals with the facts of their documents, by the primary keys of stream and journal. */
export async function readDocumentFacts(sql: Sql, keys: readonly string[]): Promise<JournalStream[]> {
  const streams: JournalStream[] = [];
  for (const some of chunks(keys)) {
    const rows = await sql.query<
      Row & {
        key: string;
        covered: number | null;
        type: string | null;
        body: Record<string, unknown> | null;
        decided_at: number | null;
      }
    >(
      `select s.key, (s.state #>> '{covered,postings}')::bigint as covered, j.type, j.body, j.decided_at
       from unnest($1::smallint[], $2::text[]) as w(bucket, key)
       join stream s on s.bucket = w.bucket and s.kind = 'journal' and s.key = w.key
       left join journal j on j.bucket = w.bucket and j.kind = 'journal' and j.key = w.key
         and j.type in ('DocumentRequested', 'DocumentBooked', 'DocumentRefused', 'DocumentLeftOut')
       order by s.key, j.seq`,
      [some.map(bucketOf), some],
    );
    for (const [key, of] of Map.groupBy(rows, (row) => row.key))
      streams.push({
        key,
        covered: of[0]?.covered ?? 0,
        facts: of.flatMap(({ type, body, decided_at }) =>
          type === null || body === null ? [] : [{ type, body, decidedAt: decided_at ?? 0 }],
        ),
      });
  }
  return streams;
}

/** So many streams are read with one statement. */
const AT_ONCE = 200;

function chunks(keys: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let from = 0; from < keys.length; from += AT_ONCE) all.push(keys.slice(from, from + AT_ONCE));
  return all;
}

/** States of orders with the keys of their money's postings, some at a time, by primary keys. */
export async function* orderStates(
  sql: Sql,
  keys: readonly string[],
): AsyncGenerator<{ state: OrderState; posted: ReadonlySet<string> }> {
  for (const some of chunks(keys)) {
    const rows = await sql.query<Row & { state: OrderState; posted: string[] | null }>(
      `select s.state, p.posted from unnest($1::smallint[], $2::text[]) as w(bucket, key)
       join stream s on s.bucket = w.bucket and s.kind = 'order' and s.key = w.key and s.state is not null
       left join lateral (
         select json_agg(posting) as posted from posting_key k where k.bucket = w.bucket and k.kind = 'order' and k.key = w.key
       ) p on true`,
      [some.map(bucketOf), some],
    );
    for (const { state, posted } of rows) yield { state, posted: new Set(posted ?? []) };
  }
}

export interface PayoutRow extends Row {
  key: string;
  state: PayoutState;
  /** Of its postings, in its own currency; null: nothing is posted. */
  in_transit: number | null;
  cases: string[] | null;
}

/** Payouts by their keys, and all that are not over, with what is posted and their open cases. */
export function readPayouts(sql: Sql, keys: readonly string[]): Promise<PayoutRow[]> {
  return sql.query<PayoutRow>(
    `select s.key, s.state, l.in_transit, c.cases from (
       select bucket, key from unnest($1::smallint[], $2::text[]) as w(bucket, key)
       union
       select bucket, key from stream where kind = 'payout' and not closed
     ) w join stream s on s.bucket = w.bucket and s.kind = 'payout' and s.key = w.key and s.state is not null
     left join lateral (
       select sum(amount_minor)::bigint as in_transit from posting_line
       where bucket = w.bucket and kind = 'payout' and key = w.key and role = 'bankInTransit'
     ) l on true
     left join lateral (
       select json_agg(reason) as cases from business_case where kind = 'payout' and key = w.key and status = 'open'
     ) c on true order by s.key`,
    [keys.map(bucketOf), keys],
  );
}

/** Movements at providers that are in no payout, by stream_open_money. */
export function entriesAtProvider(sql: Sql): Promise<(Row & { key: string; state: EntryState })[]> {
  return sql.query(
    `select s.key, s.state from stream s where s.kind = 'settlement' and not s.closed and s.status = 'at the provider'`,
  );
}

/** Whether any movement of a gateway was ever in a payout: where money is drawn from a balance, none is. By stream's primary key. */
export async function hasPayouts(sql: Sql, connection: string, gateway: string): Promise<boolean> {
  const [row] = await sql.query<{ found: boolean }>(
    `select exists (
       select from generate_series(0, 63) as b(bucket) join stream s on s.bucket = b.bucket and s.kind = 'settlement'
       where starts_with(s.key, $1 || '/') and s.status = 'paid out' and s.state #>> '{entry,gateway}' = $2
     ) as found`,
    [connection, gateway],
  );
  return row?.found === true;
}

export interface UnclearedRow extends Row {
  account: string;
  item: string;
  book_minor: number;
  /** Reason of an open case of the order; null: it has none. */
  held_by: string | null;
}

/**
 * What is left on clearing of orders whose last movement there was on a day, at gateways of which settlements are booked: of the others
 * nobody tells what they have paid out.
 */
export function readUncleared(sql: Sql, entity: string, lastMovedOn: string): Promise<UnclearedRow[]> {
  return sql.query<UnclearedRow>(
    `select i.*, (
         select min(c.reason) from business_case c where c.kind = 'order' and c.key = i.item and c.status = 'open'
       ) as held_by
     from (
       select account, coalesce(open_item, key) as item, sum(book_minor)::bigint as book_minor
       from posting_line
       where entity = $1 and role = 'clearing' and dimensions ->> 'gateway' in (
         select distinct dimensions ->> 'gateway' from posting_line where entity = $1 and role = 'clearing' and kind = 'settlement')
       group by 1, 2 having sum(book_minor) <> 0 and max(posting_date) = $2::date
     ) i order by i.account, i.item`,
    [entity, lastMovedOn],
  );
}

/** Open cases of some streams of journals: the keys of the cases, "document:NUMBER". */
export async function openDocumentCases(sql: Sql, streams: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ case_key: string }>(
    `select case_key from business_case where kind = 'journal' and key = any($1::text[]) and status = 'open'`,
    [streams],
  );
  return new Set(rows.map(({ case_key }) => case_key));
}
