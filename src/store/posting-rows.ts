/** The rows of the sub-ledger: what postings of a turn's facts are written as. */
import type { Posting } from '../domain/books/posting.ts';
import type { Statement } from './db.ts';
import { toJson } from './json.ts';

/** A posting with the fact that carries it. */
export interface PostedRow {
  bucket: number;
  kind: string;
  key: string;
  seq: number;
  /** Which of the fact's postings it is. */
  item: number;
  /** The connection that it came by. */
  channel: string;
  posting: Posting;
}

/** Keys are made known in one order, so that no two turns wait for each other crosswise; one that is there fails. */
const HEADS = `with known as (
    insert into posting_key (bucket, kind, key, posting)
    select bucket, kind, key, posting from json_to_recordset($1::json) as p(bucket smallint, kind text, key text, posting text)
    order by bucket, kind, key, posting
  )
  insert into posting (bucket, kind, key, seq, item, posting, entity, channel, act, currency, book_currency, document_date, posting_date,
    rule_version, text, reverses, posted_at)
  select bucket, kind, key, seq, item, posting, entity, channel, act, currency, "bookCurrency", "documentDate", "postingDate",
    "ruleVersion", text, reverses, $2
  from json_to_recordset($1::json) as p(bucket smallint, kind text, key text, seq int, item smallint, posting text, entity text,
    channel text, act text, currency text, "bookCurrency" text, "documentDate" date, "postingDate" date, "ruleVersion" text,
    text text, reverses text)`;

const LINES = `insert into posting_line (bucket, kind, key, seq, item, line, entity, account, role, currency, amount_minor, book_minor,
    posting_date, open_item, dimensions)
  select bucket, kind, key, seq, item, line, entity, account, role, currency, "amountMinor", "bookMinor", "postingDate", "openItem", dimensions
  from json_to_recordset($1::json) as l(bucket smallint, kind text, key text, seq int, item smallint, line smallint, entity text,
    account text, role text, currency text, "amountMinor" bigint, "bookMinor" bigint, "postingDate" date, "openItem" text,
    dimensions json)`;

const TAXES = `insert into tax_entry (bucket, kind, key, seq, item, line, entity, registration, jurisdiction, scheme, tax_code, rate, currency,
    base_minor, tax_minor, book_base_minor, book_tax_minor, tax_point, original_period,
    reported_period, posting_date)
  select bucket, kind, key, seq, item, line, entity, registration, jurisdiction, scheme, "taxCode", rate, currency,
    "baseMinor", "taxMinor", "bookBaseMinor", "bookTaxMinor", "taxPoint", "originalPeriod", "reportedPeriod",
    "postingDate"
  from json_to_recordset($1::json) as t(bucket smallint, kind text, key text, seq int, item smallint, line smallint, entity text,
    registration text, jurisdiction text, scheme text, "taxCode" text, rate text, currency text, "baseMinor" bigint,
    "taxMinor" bigint, "bookBaseMinor" bigint, "bookTaxMinor" bigint, "taxPoint" date, "originalPeriod" text,
    "reportedPeriod" text, "postingDate" date)`;

/** What writes postings; nothing where there are none. */
export function postingStatements(rows: readonly PostedRow[], now: string): Statement[] {
  if (rows.length === 0) return [];
  const heads = rows.map(({ posting: { key, lines, taxes, ...posting }, ...at }) => ({
    ...at,
    ...posting,
    key: at.key,
    posting: key,
  }));
  const lines = rows.flatMap(({ posting, channel: _channel, ...at }) => {
    const { entity, currency, postingDate } = posting;
    return posting.lines.map(({ item, ...line }, index) => ({
      ...line,
      ...at,
      line: index,
      entity,
      currency,
      postingDate,
      openItem: item === undefined || item === at.key ? null : item,
    }));
  });
  const taxes = rows.flatMap(({ posting, channel: _channel, ...at }) => {
    const { entity, currency, postingDate } = posting;
    return posting.taxes.map((tax, line) => ({ ...tax, ...at, line, entity, currency, postingDate }));
  });
  return [
    { text: HEADS, parameters: [toJson(heads), now] },
    { text: LINES, parameters: [toJson(lines)] },
    ...(taxes.length === 0 ? [] : [{ text: TAXES, parameters: [toJson(taxes)] }]),
  ];
}
