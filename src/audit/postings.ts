/** The sub-ledger against the journal: its rows are the postings that facts carry, they balance, and taxes tie to their accounts. */
import type { Posting } from '../domain/books/posting.ts';
import type { Row, Sql } from '../store/db.ts';
import { POSTING_JSON } from '../store/posting-json.ts';
import type { Findings } from './findings.ts';

/** The postings of one fact as they stand in the tables, in order. */
export interface PostingRow extends Row {
  n: number;
  seq: number;
  item: number;
  posting: Posting;
  has_key: boolean;
}

/** Postings of facts, by the primary keys of posting, posting_line and tax_entry. */
export function loadPostings(
  sql: Sql,
  ranges: readonly { n: number; bucket: number; kind: string; key: string; from: number; to: number }[],
): Promise<PostingRow[]> {
  return sql.query<PostingRow>(
    `select c.n, p.* from json_to_recordset($1::json) as c(n int, bucket smallint, kind text, key text, "from" int, "to" int)
     cross join lateral (
       select p.seq, p.item,
         exists (select 1 from posting_key k
           where k.bucket = p.bucket and k.kind = p.kind and k.key = p.key and k.posting = p.posting) as has_key,
         ${POSTING_JSON} as posting
       from posting p
       where p.bucket = c.bucket and p.kind = c.kind and p.key = c.key and p.seq between c."from" and c."to" order by p.seq, p.item
     ) p`,
    [JSON.stringify(ranges)],
  );
}

/** What of a fact's postings stands otherwise in the tables; null: nothing. `key` is the stream's. */
export function postingDifference(
  key: string,
  meant: readonly Posting[],
  found: readonly PostingRow[],
): string | null {
  if (meant.length !== found.length)
    return `carries ${meant.length} postings; the sub-ledger has ${found.length} of it`;
  for (const [index, posting] of meant.entries()) {
    const row = found[index];
    if (row?.item !== index) return `carries the posting ${posting.key}, which is not in the sub-ledger`;
    if (!row.has_key) return `carries the posting ${posting.key}, whose key is not kept`;
    if (canonical(asStored(key, posting)) !== canonical(row.posting))
      return `carries the posting ${posting.key}, which stands otherwise in the sub-ledger`;
  }
  return null;
}

function asStored(key: string, posting: Posting) {
  const { entity, currency, postingDate } = posting;
  const all = { entity, currency, postingDate };
  const { lines, taxes } = posting;
  return {
    ...posting,
    reverses: posting.reverses ?? null,
    // An item of the stream itself is not named.
    lines: lines.map((line) => ({ ...line, ...all, item: line.item === key ? null : (line.item ?? null) })),
    taxes: taxes.map((tax) => ({ ...tax, ...all, reportedPeriod: tax.reportedPeriod ?? null })),
  };
}

/** Rows that no fact carries, and what does not add up in the whole. */
export async function checkPostings(sql: Sql, findings: Findings): Promise<void> {
  const bad = (key: string, message: string) => findings.add('moneyCloses', 'books', key, message);
  const strays = await sql.query<
    Row & { kind: string; key: string; seq: number; what: string; rows: number }
  >(
    `select kind, key, seq, what, count(*) as rows from (
       select kind, key, seq, 'postings name a fact' as what from posting p
       where not exists (select 1 from journal j where j.bucket = p.bucket and j.kind = p.kind and j.key = p.key and j.seq = p.seq)
       union all
       select kind, key, seq, 'lines name a posting' from posting_line l
       where not exists (select 1 from posting p where p.bucket = l.bucket and p.kind = l.kind and p.key = l.key and p.seq = l.seq
         and p.item = l.item and p.entity = l.entity and p.posting_date = l.posting_date)
       union all
       select kind, key, seq, 'tax entries name a posting' from tax_entry t
       where not exists (select 1 from posting p where p.bucket = t.bucket and p.kind = t.kind and p.key = t.key and p.seq = t.seq
         and p.item = t.item and p.entity = t.entity and p.posting_date = t.posting_date)
     ) s group by kind, key, seq, what limit 1000`,
  );
  for (const { kind, key, seq, what, rows } of strays)
    bad(key, `${rows} ${what} (${seq}) of ${kind} ${key} that is not there`);
  const [counted] = await sql.query<Row & { keys: number; postings: number }>(
    'select (select count(*) from posting_key) as keys, (select count(*) from posting) as postings',
  );
  if (counted && counted.keys !== counted.postings)
    bad('', `there are ${counted.keys} keys of postings for ${counted.postings} postings`);
  const unbalanced = await sql.query<Row & { entity: string; currency: string; off: number; book: number }>(
    `select entity, currency, sum(amount_minor)::bigint as off, sum(book_minor)::bigint as book from posting_line
     group by entity, currency having sum(amount_minor) <> 0 or sum(book_minor) <> 0`,
  );
  for (const { entity, currency, off, book } of unbalanced)
    bad(entity, `the books of ${entity} in ${currency} are off by ${off}, by ${book} in their own currency`);
  // What the channel remits is told in the tax ledger too, and stands on no tax account of ours.
  const taxes = await sql.query<Row & { entity: string; key: string; tax: number; account: number }>(
    `select entity, min(key) as key, sum(tax)::bigint as tax, sum(account)::bigint as account from (
       select bucket, kind, key, seq, item, entity, book_tax_minor as tax, 0 as account from tax_entry where scheme <> 'marketplace'
       union all
       select bucket, kind, key, seq, item, entity, 0, -book_minor from posting_line where role = 'tax'
     ) t group by entity, bucket, kind, key, seq, item having sum(tax) <> sum(account) limit 1000`,
  );
  for (const { entity, key, tax, account } of taxes)
    bad(
      key,
      `a posting of ${key} (${entity}) tells ${tax} of tax in the tax ledger, and ${account} on accounts`,
    );
}

/** Same content, whatever the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
