/**
 * What is to be told to finance systems: postings are followed in the order of their commits (as the event feed is), and the days that
 * they touch are summed up when these are due.
 */
import type { Posting } from '../domain/books/posting.ts';
import type { JournalSum } from '../domain/journal/messages.ts';
import type { Row, Sql } from './db.ts';
import { POSTING_JSON } from './posting-json.ts';

const POSTINGS_AT_ONCE = 2_000;

export interface NewPosting extends Row {
  bucket: number;
  kind: string;
  key: string;
  seq: number;
  item: number;
  entity: string;
  channel: string;
  posting_date: string;
  transaction_id: string;
  position: number;
}

/**
 * The next postings that nobody has looked at, in a transaction that holds the cursor; null: another node works on it. A posting counts
 * only when no older transaction can still commit one before it. By posting_by_transaction.
 */
export async function nextPostings(sql: Sql): Promise<NewPosting[] | null> {
  const [cursor] = await sql.query<{ transaction_id: string; position: number }>(
    `select transaction_id::text as transaction_id, position from books_cursor where name = 'finance' for update skip locked`,
  );
  if (!cursor) return null;
  const rows = await sql.query<NewPosting>(
    `select bucket, kind, key, seq, item, entity, channel, posting_date::text as posting_date,
       transaction_id::text as transaction_id, position from posting
     where (transaction_id, position) > ($1::xid8, $2::bigint) and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
     order by transaction_id, position limit $3`,
    [cursor.transaction_id, cursor.position, POSTINGS_AT_ONCE],
  );
  const last = rows.at(-1);
  if (last)
    await sql.query(
      `update books_cursor set transaction_id = $1::xid8, position = $2 where name = 'finance'`,
      [last.transaction_id, last.position],
    );
  return rows;
}

/** Whether postings stand behind an older transaction that is under way. By posting_by_transaction. */
export async function areHeldBack(sql: Sql): Promise<boolean> {
  const [row] = await sql.query<{ held: boolean }>(
    `select exists (
       select from posting where (transaction_id, position) > (c.transaction_id, c.position)
     ) as held from books_cursor c where c.name = 'finance'`,
  );
  return row?.held === true;
}

interface Day {
  entity: string;
  channel: string;
  date: string;
}

export async function noteDays(sql: Sql, days: readonly Day[]): Promise<void> {
  if (days.length === 0) return;
  await sql.query(
    `insert into journal_due (entity, channel, posting_date)
     select entity, channel, date from json_to_recordset($1::json) as d(entity text, channel text, date date)
     order by 1, 2, 3 on conflict do nothing`,
    [JSON.stringify(days)],
  );
}

/** Takes days of an entity that lie before a date, at most `limit`; they are told in the same transaction. */
export async function takeDays(sql: Sql, entity: string, before: string, limit: number): Promise<Day[]> {
  return sql.query<Day & Row>(
    `delete from journal_due j using (
       select entity, channel, posting_date from journal_due where entity = $1 and posting_date < $2::date
       order by posting_date, channel limit $3 for update skip locked
     ) d
     where j.entity = d.entity and j.channel = d.channel and j.posting_date = d.posting_date
     returning j.entity, j.channel, j.posting_date::text as date`,
    [entity, before, limit],
  );
}

/** Whether days of an entity before a date wait. */
export async function firstDay(sql: Sql, entity: string): Promise<string | null> {
  const [row] = await sql.query<{ day: string | null }>(
    'select min(posting_date)::text as day from journal_due where entity = $1',
    [entity],
  );
  return row?.day ?? null;
}

/** All that is posted of a day, by posting_by_day and posting_line's primary key. */
export async function sumDay(
  sql: Sql,
  { entity, channel, date }: Day,
): Promise<{ postings: number; sums: JournalSum[] }> {
  const [counted] = await sql.query<{ postings: number }>(
    'select count(*) as postings from posting where entity = $1 and channel = $2 and posting_date = $3::date',
    [entity, channel, date],
  );
  const rows = await sql.query<
    Row & { account: string; tax_code: string | null; brand: string | null; amount: number }
  >(
    `select l.account, case when l.role = 'tax' then l.dimensions ->> 'taxCode' end as tax_code, l.dimensions ->> 'brand' as brand,
       sum(l.book_minor)::bigint as amount
     from posting p cross join lateral (
       select account, role, dimensions, book_minor from posting_line
       where bucket = p.bucket and kind = p.kind and key = p.key and seq = p.seq and item = p.item and posting_date = p.posting_date
       limit 10000
     ) l
     where p.entity = $1 and p.channel = $2 and p.posting_date = $3::date
     group by 1, 2, 3 having sum(l.book_minor) <> 0 order by 1, 2, 3`,
    [entity, channel, date],
  );
  return {
    postings: counted?.postings ?? 0,
    sums: rows.map((row) => ({
      account: row.account,
      taxCode: row.tax_code,
      brand: row.brand,
      amountMinor: row.amount,
    })),
  };
}

/** What was posted, by the primary keys of posting, posting_line and tax_entry. */
export async function loadPosted(
  sql: Sql,
  rows: readonly NewPosting[],
): Promise<{ row: NewPosting; posting: Posting }[]> {
  if (rows.length === 0) return [];
  const wanted = rows.map(({ bucket, kind, key, seq, item, posting_date }, n) => ({
    n,
    bucket,
    kind,
    key,
    seq,
    item,
    date: posting_date,
  }));
  const found = await sql.query<Row & { n: number; posting: Posting & { reverses: string | null } }>(
    `select w.n, p.posting from json_to_recordset($1::json)
       as w(n int, bucket smallint, kind text, key text, seq int, item smallint, date date)
     cross join lateral (
       select ${POSTING_JSON} as posting from posting p
       where p.bucket = w.bucket and p.kind = w.kind and p.key = w.key and p.seq = w.seq and p.item = w.item and p.posting_date = w.date
     ) p order by w.n`,
    [JSON.stringify(wanted)],
  );
  return found.flatMap(({ n, posting }) => {
    const row = rows[n];
    return row ? [{ row, posting }] : [];
  });
}

/** Streams with money that waits for a row of the posting rules, by the connection of their channel; by business_case_by_time. */
export function countUnposted(sql: Sql): Promise<(Row & { connection: string; streams: number })[]> {
  return sql.query(
    `select split_part(key, '/', 1) as connection, count(*)::int as streams from business_case
     where status = 'open' and reason = 'posting-rule-missing' group by 1`,
  );
}

/** How far the postings of an entity are booked at its finance system. */
export interface Completeness {
  postings: number;
  booked: number;
  /** The oldest day of which something is not booked; null: there is none. */
  oldest: string | null;
}

/** Counts postings from a day on, and those that documents of the entity's journals book. `prefix` begins the keys of these streams. */
export async function readCompleteness(
  sql: Sql,
  { entity, from, connection }: { entity: string; from: string; connection: string },
): Promise<Completeness> {
  const [all] = await sql.query<{ postings: number }>(
    'select count(*) as postings from posting where entity = $1 and posting_date >= $2::date',
    [entity, from],
  );
  const [told] = await sql.query<{ booked: number; oldest: string | null }>(
    // Documents one by one have no day of their own: that of the first posting of their stream.
    `select coalesce(sum(booked), 0)::bigint as booked, min(date) filter (where not closed) as oldest from (
       select s.closed, coalesce(s.state ->> 'date', s.created_at::date::text) as date, (s.state #>> '{covered,postings}')::bigint - coalesce((
           select sum((d.value ->> 'postings')::bigint) from json_each(s.state -> 'documents') d
           where d.value ->> 'status' not in ('booked', 'leftOut')), 0) as booked
       from stream s where s.kind = 'journal' and s.state is not null and starts_with(s.key, $1)
     ) j`,
    [`${connection}/${entity}/`],
  );
  const waiting = await firstDay(sql, entity);
  const days = [told?.oldest ?? null, waiting].filter((day): day is string => day !== null).sort();
  return { postings: all?.postings ?? 0, booked: told?.booked ?? 0, oldest: days[0] ?? null };
}
