/** What a turn reads: claimed streams, their messages, journals to fold anew, persons of commands. */
import { bucketOf } from './bucket.ts';
import type { Row, Sql, Statement, Transaction } from './db.ts';
import { toJson } from './json.ts';

export interface ClaimedStream extends Row {
  bucket: number;
  kind: string;
  key: string;
  version: number;
  evolve_version: number;
  state: unknown;
  head_hash: Uint8Array | null;
  failures: number;
  issued_by: string | null;
  /** It has no row yet: the turn that decides on it makes it. */
  isNew?: true;
}

export interface InboxRow extends Row {
  bucket: number;
  id: string;
  kind: string;
  key: string;
  connection: string;
  observation_id: string | null;
  message: unknown;
  topic: string | null;
  origin: string | null;
  /** base64: quicker than bytes through both drivers. */
  body: string | null;
}

/**
 * Claims streams that have messages: a few of each bucket, live messages first, then by fair time, by inbox_to_claim (so no sort
 * over the whole inbox); their rows by stream's primary key. What another node works on, what waits to be tried again, and what
 * a newer version of the rules has folded is passed over one by one, so it never hides what stands behind it.
 */
const CLAIM = `
with claimed as materialized (
  select c.*
  from unnest($5::smallint[]) as b(bucket)
  cross join lateral (
    select s.*
    from inbox i
    cross join lateral (
      select bucket, kind, key, version, evolve_version, state, head_hash, failures, issued_by
      from stream
      where bucket = i.bucket and kind = i.kind and key = i.key
        and (retry_at is null or retry_at <= $2)
        and evolve_version <= case kind when 'order' then $3::int else $4::int end
      for update skip locked
    ) s
    where i.bucket = b.bucket and not i.parked
    order by i.priority, i.fair_at, i.id limit $1
  ) c
)
select distinct on (bucket, kind, key) * from claimed`;

/** Claims at most `perBucket` streams of each of these buckets. */
export function claimStreams(
  sql: Sql,
  options: {
    buckets: readonly number[];
    perBucket: number;
    now: string;
    orderVersion: number;
    stockVersion: number;
  },
): Promise<ClaimedStream[]> {
  return sql.query<ClaimedStream>(CLAIM, [
    options.perBucket,
    options.now,
    options.orderVersion,
    options.stockVersion,
    options.buckets,
  ]);
}

/**
 * Locks streams of a kind by their keys, by stream's primary key and in one order, waiting for who holds one. A turn that claims by
 * messages never waits for a stream, so no two turns wait for each other.
 */
export function lockStreams(
  sql: Sql,
  kind: string,
  streams: readonly { bucket: number; key: string }[],
): Promise<ClaimedStream[]> {
  const ordered = streams.toSorted((a, b) => a.bucket - b.bucket || (a.key < b.key ? -1 : 1));
  return sql.query<ClaimedStream>(
    `select s.* from unnest($2::smallint[], $3::text[]) as w(bucket, key) cross join lateral (
       select bucket, kind, key, version, evolve_version, state, head_hash, failures, issued_by from stream
       where bucket = w.bucket and kind = $1 and key = w.key for update
     ) s`,
    [kind, ordered.map(({ bucket }) => bucket), ordered.map(({ key }) => key)],
  );
}

/**
 * Claims streams of a kind that others are decided with, by stream's primary key; `busy`: keys of those that are there and that
 * somebody else works on in this moment.
 */
export async function claimCompanions(
  sql: Sql,
  kind: string,
  keys: readonly string[],
): Promise<{ claimed: ClaimedStream[]; busy: Set<string> }> {
  const parameters = [kind, keys.map(bucketOf), keys];
  // The limit keeps the planner from joining otherwise than by the primary key.
  const [claimed, there] = (await sql.batch([
    {
      text: `select s.* from unnest($2::smallint[], $3::text[]) as w(bucket, key) cross join lateral (
         select bucket, kind, key, version, evolve_version, state, head_hash, failures, issued_by from stream
         where bucket = w.bucket and kind = $1 and key = w.key for update skip locked
       ) s`,
      parameters,
    },
    {
      text: `select w.key from unnest($2::smallint[], $3::text[]) as w(bucket, key) cross join lateral (
         select 1 from stream where bucket = w.bucket and kind = $1 and key = w.key limit 1
       ) s`,
      parameters,
    },
  ])) as [ClaimedStream[], { key: string }[]];
  const mine = new Set(claimed.map(({ key }) => key));
  return { claimed, busy: new Set(there.flatMap(({ key }) => (mine.has(key) ? [] : [key]))) };
}

/** Claims streams that end by themselves by now, by stream_due; those that another node works on are left to it. */
export function claimDueStreams(
  sql: Sql,
  options: { now: string; limit: number; evolveVersion: number },
): Promise<ClaimedStream[]> {
  return sql.query<ClaimedStream>(
    `select bucket, kind, key, version, evolve_version, state, head_hash, failures, issued_by from stream
     where due_at <= $1 and evolve_version <= $3 order by due_at limit $2 for update skip locked`,
    [options.now, options.limit, options.evolveVersion],
  );
}

/** When the first stream ends by itself (epoch ms), by stream_due; null: none does. */
export async function earliestDue(sql: Sql): Promise<number | null> {
  const [row] = await sql.query<{ due_at: number | null }>(
    'select min(due_at) as due_at from stream where due_at is not null',
  );
  return row?.due_at ?? null;
}

/**
 * Messages of claimed streams, oldest first, so many of a stream and so many bytes of raw bodies at most (the first always), by
 * inbox_by_stream; bodies by observation's primary key in the partition of their month.
 */
const MESSAGES = `
with waiting as (
  select m.*
  from json_to_recordset($1::json) as c(bucket smallint, kind text, key text)
  cross join lateral (
    select i.bucket, i.id, i.kind, i.key, i.connection, i.observation_id, i.observed_at, i.message
    from inbox i
    where i.bucket = c.bucket and i.kind = c.kind and i.key = c.key and not i.parked
    order by i.id limit $2
  ) m
), weighed as (
  select w.*, o.topic, o.origin, o.body,
    coalesce(sum(octet_length(o.body)) over oldest_first, 0) as bytes, row_number() over oldest_first as place
  from waiting w left join observation o on o.id = w.observation_id and o.received_at = w.observed_at
  window oldest_first as (order by w.id rows unbounded preceding)
)
select bucket, id, kind, key, connection, observation_id, message, topic, origin, encode(body, 'base64') as body
from weighed where place = 1 or bytes <= $3 order by place limit $4`;

export function loadMessages(
  sql: Sql,
  streams: readonly ClaimedStream[],
  limits: { ofStream: number; bytes: number; all: number },
): Promise<InboxRow[]> {
  const keys = streams.map(({ bucket, kind, key }) => ({ bucket, kind, key }));
  return sql.query<InboxRow>(MESSAGES, [toJson(keys), limits.ofStream, limits.bytes, limits.all]);
}

/** The facts of streams whose state an older version of the rules has folded, by journal's primary key. */
export async function loadJournals(
  sql: Sql,
  streams: readonly ClaimedStream[],
): Promise<(Row & { bucket: number; kind: string; key: string; type: string; body: unknown })[]> {
  if (streams.length === 0) return [];
  return sql.query(
    `select j.bucket, j.kind, j.key, j.type, j.body
     from json_to_recordset($1::json) as c(bucket smallint, kind text, key text)
     cross join lateral (
       select bucket, kind, key, seq, type, body from journal
       where journal.bucket = c.bucket and journal.kind = c.kind and journal.key = c.key order by seq
     ) j`,
    [toJson(streams.map(({ bucket, kind, key }) => ({ bucket, kind, key })))],
  );
}

export interface PositionRow extends Row {
  sku: string;
  location: string;
  on_hand: number;
  reserved: number;
  damaged: number;
  quality_control: number;
  incoming: number;
  version: number;
  /** What is kept back of this SKU here; null: nothing is set. Not read again with the lock: it is no part of the position. */
  safety?: number | null;
}

const FIGURES =
  'p.sku, p.location, p.on_hand, p.reserved, p.damaged, p.quality_control, p.incoming, p.version';

/** Unlocked positions of some SKUs, by position's primary key; safety stock by that of safety_stock. */
export function readPositions(sql: Sql, skus: readonly string[]): Promise<PositionRow[]> {
  if (skus.length === 0) return Promise.resolve([]);
  return sql.query<PositionRow>(
    `select ${FIGURES}, s.units as safety from position p left join lateral (
       select units from safety_stock where sku = p.sku and location = p.location order by version desc limit 1
     ) s on true where p.sku = any($1::text[])`,
    [skus],
  );
}

/**
 * Locks positions in their one order (DESIGN.md: locks have one order), and reads them again. Those that were not there when they
 * were read are made first, in the same order; positions never go away, so the others are there. In a transaction that is alone
 * nothing has changed since they were read.
 */
export async function lockPositions(
  sql: Transaction,
  places: readonly { sku: string; location: string }[],
  known: readonly PositionRow[],
): Promise<PositionRow[]> {
  if (places.length === 0) return [];
  const there = new Set(known.map((row) => `${row.sku}\u0000${row.location}`));
  const missing = places.filter((place) => !there.has(`${place.sku}\u0000${place.location}`));
  const statements: Statement[] = [];
  if (missing.length > 0)
    statements.push({
      text: `insert into position (sku, location)
        select sku, location from json_to_recordset($1::json) as w(sku text, location text)
        order by sku collate "C", location collate "C" on conflict do nothing`,
      parameters: [toJson(missing)],
    });
  if (sql.isAlone) {
    if (statements.length > 0) await sql.batch(statements);
    return [];
  }
  statements.push({
    text: `select ${FIGURES}
      from position p join json_to_recordset($1::json) as w(sku text, location text) using (sku, location)
      order by p.sku collate "C", p.location collate "C" for update of p`,
    parameters: [toJson(places)],
  });
  return (await sql.batch(statements)).at(-1) as PositionRow[];
}
