/**
 * Reading orders: the list, finding one by what people call it, and one as it stands. Among 100,000 orders a page of the list takes
 * 10 ms on PostgreSQL (15 ms embedded), most of it for the JSON of 50 states; a filter that matches nothing the same; a name 1 ms;
 * a search that looks for SKUs, too, 50 ms.
 */
import { bucketOf } from './bucket.ts';
import type { Row, Sql } from './db.ts';

/** Orders that a search for a SKU looks through: the newest ones. */
const SKU_WINDOW = 2_000;

/** Orders that one list looks through at most: a filter that matches few goes on from there with the next page. */
const LIST_WINDOW = 20_000;

export interface OrderRow extends Row {
  key: string;
  title: string;
  status: string;
  closed: boolean;
  created_at: number;
  updated_at: number;
  placed_at: string | null;
  brand: string | null;
  currency: string | null;
  /** Minor units, as text of the JSON. */
  total: string | null;
  units: number | null;
  open_cases: number;
}

/** The last order of a page: the next one begins after it. */
export interface OrderPosition {
  createdAt: number;
  key: string;
}

export interface OrderFilter {
  /** As streams hold them: "booked", "booked (held)". */
  statuses?: readonly string[];
  /** Only those on which something is left to do. */
  open?: boolean;
  connection?: string;
  withCases?: boolean;
  limit: number;
  before?: OrderPosition;
}

const LISTED = `c.key, c.title, c.status, c.closed, c.created_at, c.updated_at,
  o.snapshot ->> 'placedAt' as placed_at, c.state ->> 'brand' as brand, o.snapshot ->> 'presentmentCurrency' as currency,
  o.snapshot #>> '{total,presentment}' as total,
  (select sum((line ->> 'quantity')::bigint)::int from json_array_elements(o.snapshot -> 'lines') line) as units,
  (select count(*)::int from business_case b where b.status = 'open' and b.kind = 'order' and b.key = c.key) as open_cases`;

/** An order that has not been read yet has a null snapshot in its state, and one without facts has no state. */
const SNAPSHOT = `cross join lateral (
  select case when json_typeof(c.state -> 'order') = 'object' then c.state -> 'order' end as snapshot
) o`;

/** Orders that a list is narrowed to, where it is. */
const AMONG = `with among as (select bucket, key from json_to_recordset($3::json) as a(bucket smallint, key text))`;

/**
 * The newest orders, by stream_by_age (or stream_open, which holds only the open ones); those with cases by business_case_open and
 * the primary key. Returns where the next page begins, or null at the end.
 */
export async function listOrders(
  sql: Sql,
  filter: OrderFilter,
): Promise<{ rows: OrderRow[]; next: OrderPosition | null }> {
  const { statuses, open, connection, withCases, limit, before } = filter;
  // Few orders have an open case, and they may be old: the list begins with the cases then.
  const among = JSON.stringify(withCases ? await openCaseOrders(sql) : []);
  const window = `select s.key, s.title, s.status, s.closed, s.created_at, s.updated_at, s.state from stream s
    ${withCases ? 'join among using (bucket, key)' : ''}
    where s.kind = 'order' ${open ? 'and not s.closed' : ''}
      and ($1::timestamptz is null or (s.created_at <= $1 and (s.created_at, s.key) < ($1, $2::text)))
    order by s.created_at desc, s.key desc limit ${LIST_WINDOW}`;
  const position = [before ? new Date(before.createdAt).toISOString() : null, before?.key ?? '', among];
  const rows = await sql.query<OrderRow>(
    `${AMONG} select ${LISTED} from (
       select * from (${window}) w
       where ($4::text[] is null or status = any($4)) and ($5::text is null or starts_with(key, $5))
       limit $6
     ) c ${SNAPSHOT}`,
    [...position, statuses ?? null, connection === undefined ? null : `${connection}/`, limit],
  );
  const last = rows.at(-1);
  if (rows.length === limit && last) return { rows, next: { createdAt: last.created_at, key: last.key } };
  const [end] = await sql.query<Row & { created_at: number; key: string }>(
    `${AMONG} select created_at, key from (${window}) w offset ${LIST_WINDOW - 1}`,
    position,
  );
  return { rows, next: end ? { createdAt: end.created_at, key: end.key } : null };
}

/** Keys of orders with an open case, the newest cases first. */
async function openCaseOrders(sql: Sql): Promise<{ bucket: number; key: string }[]> {
  const rows = await sql.query<{ key: string }>(
    `select key from business_case where status = 'open' and kind = 'order' group by key order by max(opened_at) desc limit ${LIST_WINDOW}`,
  );
  return rows.map(({ key }) => ({ bucket: bucketOf(key), key }));
}

/**
 * Orders that people may mean by a text: a key, a channel's id, or a name (with or without "#"), whole or its beginning; then
 * also a SKU of one of their lines, the channel's or ours. By stream's primary key, stream_by_title and stream_by_age.
 */
export function findOrders(
  sql: Sql,
  text: string,
  channels: readonly string[],
  options: { wholeName: boolean; limit: number },
): Promise<OrderRow[]> {
  const keys = [text, ...channels.map((channel) => `${channel}/${text}`)];
  const escaped = (plain: string) => plain.replace(/[\\%_]/g, '\\$&');
  const pattern = (name: string) => (options.wholeName ? name : `${escaped(name)}%`);
  const operator = options.wholeName ? '=' : 'like';
  return sql.query<OrderRow>(
    `with found as (
       select bucket, key from json_to_recordset($1::json) as k(bucket smallint, key text)
       union
       select bucket, key from (
         select bucket, key from stream where kind = 'order' and (title ${operator} $2 or title ${operator} $3)
         order by title, created_at desc limit $4
       ) named
       union
       select bucket, key from (
         select bucket, key, state from stream where kind = 'order' and $5::text is not null
         order by created_at desc limit ${SKU_WINDOW}
       ) newest
       where state::text like $5 or (state -> 'skus')::text like $6
     )
     select ${LISTED} from found join stream c using (bucket, key) ${SNAPSHOT}
     where c.kind = 'order' order by c.created_at desc, c.key desc limit $4`,
    [
      JSON.stringify(keys.map((key) => ({ bucket: bucketOf(key), key }))),
      pattern(text),
      pattern(`#${text}`),
      options.limit,
      // As the state's JSON writes them: the lines' own, and ours by line.
      options.wholeName ? null : `%${escaped(`"sku":${JSON.stringify(text)}`)}%`,
      `%${escaped(`:${JSON.stringify(text)}`)}%`,
    ],
  );
}

export interface OrderStateRow extends Row {
  title: string;
  status: string;
  closed: boolean;
  version: number;
  evolve_version: number;
  state: unknown;
  created_at: number;
  updated_at: number;
}

/** One order as it stands, by stream's primary key; null: never heard of. */
export async function readOrder(sql: Sql, key: string): Promise<OrderStateRow | null> {
  const [row] = await sql.query<OrderStateRow>(
    `select title, status, closed, version, evolve_version, state, created_at, updated_at
     from stream where bucket = $1 and kind = 'order' and key = $2`,
    [bucketOf(key), key],
  );
  return row ?? null;
}
