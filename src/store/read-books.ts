/**
 * Reading the sub-ledger. Sums of accounts are made from posting_line_by_account alone; a page of an account follows the same index;
 * postings of a stream are found by their primary keys, what other streams have cleared of it by posting_line_of_others.
 */
import type { AccountRole } from '../domain/books/posting.ts';
import { bucketOf } from './bucket.ts';
import type { Row, Sql } from './db.ts';

/** Books, most of all: all accounts of an entity. Amounts are minor units of the books. */
export interface BalanceRow extends Row {
  account: string;
  debit_minor: number;
  credit_minor: number;
  lines: number;
}

/** Debits and credits of each account up to and including a day, in order of the accounts. */
export function readTrialBalance(sql: Sql, entity: string, asOf: string): Promise<BalanceRow[]> {
  return sql.query<BalanceRow>(
    `select account, coalesce(sum(book_minor) filter (where book_minor > 0), 0)::bigint as debit_minor,
       coalesce(-sum(book_minor) filter (where book_minor < 0), 0)::bigint as credit_minor, count(*) as lines
     from posting_line where entity = $1 and posting_date <= $2::date group by account order by account`,
    [entity, asOf],
  );
}

/** The balance of an account before a day. */
export async function readBalanceBefore(
  sql: Sql,
  entity: string,
  account: string,
  day: string,
): Promise<number> {
  const [row] = await sql.query<{ balance: number }>(
    `select coalesce(sum(book_minor), 0)::bigint as balance from posting_line
     where entity = $1 and account = $2 and posting_date < $3::date`,
    [entity, account, day],
  );
  return row?.balance ?? 0;
}

/** A line with the posting and the fact that it stands in. */
export interface LineRow extends Row {
  entity: string;
  kind: string;
  key: string;
  seq: number;
  item: number;
  posting: string;
  act: string;
  text: string;
  reverses: string | null;
  document_date: string;
  posting_date: string;
  account: string;
  role: AccountRole;
  currency: string;
  amount_minor: number;
  book_minor: number;
  open_item: string | null;
  dimensions: Record<string, string>;
  position: number;
}

const LINE = `l.entity, l.kind, l.key, l.seq, l.item, p.posting, p.act, p.text, p.reverses, p.document_date::text as document_date,
  l.posting_date::text as posting_date, l.account, l.role, l.currency, l.amount_minor, l.book_minor, l.open_item, l.dimensions, l.position`;
const POSTING_OF = `join posting p on p.bucket = l.bucket and p.kind = l.kind and p.key = l.key and p.seq = l.seq and p.item = l.item
  and p.posting_date = l.posting_date`;

/** Where a page of an account begins. */
export interface LinePlace {
  date: string;
  position: number;
}

/** Lines of an account, newest first. Days are inclusive. */
export function readAccountLines(
  sql: Sql,
  filter: {
    entity: string;
    account: string;
    from: string;
    until: string;
    before: LinePlace | null;
    limit: number;
  },
): Promise<LineRow[]> {
  const { entity, account, from, until, before, limit } = filter;
  return sql.query<LineRow>(
    `select ${LINE} from (
       select * from posting_line
       where entity = $1 and account = $2 and posting_date >= $3::date and posting_date <= $4::date
         and ($5::date is null or (posting_date, position) < ($5::date, $6::bigint))
       order by posting_date desc, position desc limit $7
     ) l ${POSTING_OF} order by l.posting_date desc, l.position desc`,
    [entity, account, from, until, before?.date ?? null, before?.position ?? null, limit],
  );
}

/** All lines of a stream's postings, and those with which others have opened or cleared items of it, in order. */
export function readLinesOf(sql: Sql, stream: { kind: string; key: string }): Promise<LineRow[]> {
  return sql.query<LineRow>(
    `select ${LINE} from (
       select * from posting_line where bucket = $1 and kind = $2 and key = $3
       union all
       select * from posting_line where open_item = $3
     ) l ${POSTING_OF} order by l.posting_date, l.position`,
    [bucketOf(stream.key), stream.kind, stream.key],
  );
}

/** All lines of the postings of some streams of a kind, in order, by posting_line's primary key. */
export async function readLinesOfStreams(
  sql: Sql,
  kind: string,
  keys: readonly string[],
): Promise<LineRow[]> {
  const lines: LineRow[] = [];
  for (let from = 0; from < keys.length; from += STREAMS_AT_ONCE) {
    const some = keys.slice(from, from + STREAMS_AT_ONCE);
    lines.push(
      ...(await sql.query<LineRow>(
        `select ${LINE} from unnest($2::smallint[], $3::text[]) as w(bucket, key)
         join posting_line l on l.bucket = w.bucket and l.kind = $1 and l.key = w.key ${POSTING_OF}
         order by l.posting_date, l.position`,
        [kind, some.map(bucketOf), some],
      )),
    );
  }
  return lines;
}

const STREAMS_AT_ONCE = 500;

/** What moved on accounts of each role within days, debit positive. It reads all lines of these days. */
export function readRoleSums(
  sql: Sql,
  filter: { entity: string; from: string; until: string },
): Promise<(Row & { role: AccountRole; book_minor: number })[]> {
  return sql.query(
    `select role, sum(book_minor)::bigint as book_minor from posting_line
     where entity = $1 and posting_date >= $2::date and posting_date <= $3::date group by role order by role`,
    [filter.entity, filter.from, filter.until],
  );
}

/** So long before it was placed an order may have come: clocks differ. */
const CLOCKS_MS = 86_400_000;

/**
 * What an entity's orders that were placed in [from, until) come to now, with tax, by the currency that they are booked in. Orders
 * whose money is none of the books (tests, taken over) are left out. It reads all orders that have come since, by stream_by_age.
 */
export function readSold(
  sql: Sql,
  filter: { entity: string; money: 'shop' | 'presentment'; from: number; until: number },
): Promise<(Row & { currency: string; orders: number; total_minor: number })[]> {
  const instant = (ms: number) => new Date(ms).toISOString();
  return sql.query(
    `select state #>> array['order', $2::text || 'Currency'] as currency, count(*) as orders,
       sum((state #>> array['order', 'currentTotal', $2::text])::bigint)::bigint as total_minor
     from stream
     where kind = 'order' and created_at >= $3::timestamptz and state ->> 'entity' = $1 and state ->> 'live' = 'true'
       and state -> 'takenOver' is null
       and (state #>> '{order,placedAt}')::timestamptz >= $4::timestamptz
       and (state #>> '{order,placedAt}')::timestamptz < $5::timestamptz
     group by 1 order by 1`,
    [
      filter.entity,
      filter.money,
      instant(filter.from - CLOCKS_MS),
      instant(filter.from),
      instant(filter.until),
    ],
  );
}

export interface OpenItemRow extends Row {
  account: string;
  role: AccountRole;
  currency: string;
  /** The stream that the item is of. */
  item: string;
  kind: string;
  amount_minor: number;
  book_minor: number;
  since: string;
}

/**
 * Items of accounts of some roles that are not clear at the end of a day, oldest first. It reads all lines of these accounts.
 * @param account only of this one; null: of all.
 */
export function readOpenItems(
  sql: Sql,
  filter: { entity: string; account: string | null; roles: readonly AccountRole[]; asOf: string },
): Promise<OpenItemRow[]> {
  return sql.query<OpenItemRow>(
    `select * from (
       select account, min(role) as role, currency, coalesce(open_item, key) as item,
         case when min(open_item) is null then min(kind) else 'order' end as kind, sum(amount_minor)::bigint as amount_minor,
         sum(book_minor)::bigint as book_minor, min(posting_date)::text as since
       from posting_line
       where entity = $1 and ($2::text is null or account = $2) and posting_date <= $3::date and role = any($4::text[])
       group by account, currency, coalesce(open_item, key) having sum(amount_minor) <> 0 or sum(book_minor) <> 0
     ) i order by i.since, i.account, i.item`,
    [filter.entity, filter.account, filter.asOf, filter.roles],
  );
}

/** What people call orders, by key and stream's primary key. */
export async function readTitles(sql: Sql, keys: readonly string[]): Promise<Map<string, string>> {
  const all = [...new Set(keys)];
  const rows = await sql.query<{ key: string; title: string }>(
    `select s.key, s.title from unnest($1::smallint[], $2::text[]) as w(bucket, key) cross join lateral (
       select key, title from stream where bucket = w.bucket and kind = 'order' and key = w.key limit 1
     ) s`,
    [all.map(bucketOf), all],
  );
  return new Map(rows.map(({ key, title }) => [key, title]));
}

/** When orders are to be paid, as their channel says: instants by key, of those that are paid later; by stream's primary key. */
export async function readDueDates(sql: Sql, keys: readonly string[]): Promise<Map<string, string>> {
  const all = [...new Set(keys)];
  const rows = await sql.query<{ key: string; due_at: string | null }>(
    `select s.key, s.due_at from unnest($1::smallint[], $2::text[]) as w(bucket, key) cross join lateral (
       select key, case when json_typeof(state -> 'order') = 'object' then state #>> '{order,paymentTerms,dueAt}' end as due_at
       from stream where bucket = w.bucket and kind = 'order' and key = w.key limit 1
     ) s`,
    [all.map(bucketOf), all],
  );
  return new Map(rows.flatMap(({ key, due_at }) => (due_at === null ? [] : [[key, due_at]])));
}

export interface TaxRow extends Row {
  registration: string;
  jurisdiction: string;
  scheme: string;
  tax_code: string;
  rate: string;
  /** In whose return it is told, and in whose it belongs. */
  period: string;
  original_period: string;
  entries: number;
  base_minor: number;
  tax_minor: number;
}

/** The tax ledger by registration and period, in the currency of the books, up to and including a day. */
export function readTaxLedger(
  sql: Sql,
  filter: { entity: string; registration: string | null; period: string | null; asOf: string },
): Promise<TaxRow[]> {
  return sql.query<TaxRow>(
    `select registration, jurisdiction, scheme, tax_code, rate, coalesce(reported_period, original_period) as period, original_period,
       count(*) as entries,
       sum(book_base_minor)::bigint as base_minor, sum(book_tax_minor)::bigint as tax_minor
     from tax_entry
     where entity = $1 and ($2::text is null or registration = $2) and ($3::text is null or coalesce(reported_period, original_period) = $3)
       and posting_date <= $4::date
     group by registration, jurisdiction, scheme, tax_code, rate, coalesce(reported_period, original_period), original_period
     order by registration, period, original_period, tax_code, rate`,
    [filter.entity, filter.registration, filter.period, filter.asOf],
  );
}

/** What stands on accounts of the role `tax`, debit positive: the tax ledger ties to it. */
export async function readTaxAccounts(sql: Sql, entity: string, asOf: string): Promise<number> {
  const [row] = await sql.query<{ balance: number }>(
    `select coalesce(sum(book_minor), 0)::bigint as balance from posting_line
     where entity = $1 and posting_date <= $2::date and role = 'tax'`,
    [entity, asOf],
  );
  return row?.balance ?? 0;
}

export interface CardRow extends Row {
  account: string;
  /** What happened; null: lines of that account that are of something else than cards. */
  act: string | null;
  lines: number;
  book_minor: number;
}

/** Lines of gift cards' accounts up to and including a day, by act, by posting_line_by_account. */
export function readCards(
  sql: Sql,
  filter: { entity: string; accounts: readonly string[]; asOf: string },
): Promise<CardRow[]> {
  return sql.query<CardRow>(
    `select l.account, case when l.role = 'giftCards' then p.act end as act, count(*) as lines, sum(l.book_minor)::bigint as book_minor
     from posting_line l ${POSTING_OF}
     where l.entity = $1 and l.account = any($2::text[]) and l.posting_date <= $3::date group by 1, 2 order by 1, 2`,
    [filter.entity, filter.accounts, filter.asOf],
  );
}

export interface ActRow extends Row {
  act: string;
  lines: number;
  book_minor: number;
}

/** What moved an account within days, by act. */
export function readAccountActs(
  sql: Sql,
  filter: { entity: string; account: string; from: string; until: string },
): Promise<ActRow[]> {
  return sql.query<ActRow>(
    `select p.act, count(*) as lines, sum(l.book_minor)::bigint as book_minor from posting_line l ${POSTING_OF}
     where l.entity = $1 and l.account = $2 and l.posting_date >= $3::date and l.posting_date <= $4::date
     group by p.act order by p.act`,
    [filter.entity, filter.account, filter.from, filter.until],
  );
}

/** All lines of an entity within days, a page at a time, in the order in which they were written on each day. */
export async function* journalLines(
  sql: Sql,
  entity: string,
  from: string,
  until: string,
  pageSize = 2_000,
): AsyncGenerator<LineRow[]> {
  const days = await sql.query<{ day: string }>(
    `select distinct posting_date::text as day from posting
     where entity = $1 and posting_date >= $2::date and posting_date <= $3::date order by 1`,
    [entity, from, until],
  );
  for (const { day } of days) {
    let after = 0;
    for (;;) {
      const rows: LineRow[] = await sql.query<LineRow>(
        `select ${LINE} from (
           select * from posting_line where entity = $1 and posting_date = $2::date and position > $3 order by position limit $4
         ) l ${POSTING_OF} order by l.position`,
        [entity, day, after, pageSize],
      );
      if (rows.length > 0) yield rows;
      if (rows.length < pageSize) break;
      after = rows.at(-1)?.position ?? after;
    }
  }
}
