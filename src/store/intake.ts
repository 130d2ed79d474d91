/** Storing deliveries: raw bytes, what is a duplicate, and the inbox messages that follow, many in one statement. */

import { bytesArray } from './arrays.ts';
import type { Row, Sql, Statement } from './db.ts';
import { toJson } from './json.ts';
import { observationSeal } from './seals.ts';

/** One delivery to store. `stream` null: nothing follows (ignored, or a case of its own). */
export interface StoredDelivery {
  id: string;
  inboxId: string;
  connection: string;
  topic: string;
  origin: string;
  deliveryId: string | null;
  eventId: string | null;
  /** sha256 of the body. */
  bodyHash: Uint8Array;
  body: Uint8Array;
  receivedAt: string;
  priority: number;
  /** When it has its turn, among those of its priority. */
  fairAt: string;
  stream: { bucket: number; kind: string; key: string } | null;
  /** Why nothing follows in a stream; null where something does. */
  end: 'ignored' | 'applied' | 'case' | null;
}

/**
 * Uses: delivery_key's primary key (the unique insert decides what is new), stream's primary key, observation_forgotten (the body of
 * a duplicate whose first one was forgotten is not kept either). It only inserts, in the
 * order of the keys, so that no delivery waits for a turn and two intakes cannot deadlock.
 */
const STORE = `
with incoming as materialized (
  select * from rows from (
    json_to_recordset($1::json) as (
      id uuid, inbox_id uuid, connection text, topic text, origin text, delivery_id text, event_id text, at timestamptz,
      priority smallint, fair_at timestamptz, bucket smallint, kind text, key text, ending text, twin uuid),
    unnest($2::bytea[], $3::bytea[])
  ) as d(id, inbox_id, connection, topic, origin, delivery_id, event_id, at, priority, fair_at, bucket, kind, key, ending, twin,
    hash, body)
), fresh as (
  insert into delivery_key (connection, topic, body_hash, observation_id)
  select connection, topic, hash, id from incoming
  where origin <> 'read' and twin is null
  order by connection, topic, hash
  on conflict do nothing
  returning observation_id
), judged as materialized (
  select i.*,
    case when i.origin = 'read' or i.id in (select observation_id from fresh) then null
         else coalesce(k.observation_id, (select observation_id from fresh where observation_id = i.twin), i.id) end as duplicate_of
  from incoming i
  left join delivery_key k on k.connection = i.connection and k.topic = i.topic and k.body_hash = i.hash
), stored as (
  insert into observation (id, connection, topic, origin, delivery_id, event_id, body, duplicate_of, received_at, stream_kind, stream_key, seal,
    body_hash, forgotten_at)
  select id, connection, topic, origin, delivery_id, event_id, case when f.forgotten_at is null then body else ''::bytea end, duplicate_of,
    at, kind, key, ${observationSeal('judged', 'at', 'hash')}, case when f.forgotten_at is not null then hash end,
    case when f.forgotten_at is not null then at end
  from judged left join lateral (
    select o.forgotten_at from observation o where o.id = judged.duplicate_of and o.forgotten_at is not null limit 1
  ) f on true
), ended as (
  insert into observation_end (observation_id, outcome, ended_at)
  select id, case when duplicate_of is not null then 'duplicate' else ending end, at
  from judged where duplicate_of is not null or ending is not null
), known as (
  insert into stream (bucket, kind, key, created_at, updated_at)
  select bucket, kind, key, min(at), min(at) from judged
  where duplicate_of is null and kind is not null
  group by bucket, kind, key order by bucket, kind, key
  on conflict do nothing
), addressed as (
  insert into inbox (bucket, id, kind, key, connection, priority, fair_at, observation_id, observed_at)
  select bucket, inbox_id, kind, key, connection, priority, fair_at, id, at from judged
  where duplicate_of is null and kind is not null
)
select id, duplicate_of from judged where duplicate_of is not null`;

/** Stores deliveries; returns the ids of those that are duplicates. */
export async function storeDeliveries(sql: Sql, deliveries: readonly StoredDelivery[]): Promise<Set<string>> {
  if (deliveries.length === 0) return new Set();
  const { text, parameters } = storeStatement(deliveries);
  return duplicatesOf(await sql.query(text, parameters));
}

/** The ids of those that are duplicates, from the rows that `storeStatement` has answered with. */
export function duplicatesOf(rows: readonly Row[] | undefined): Set<string> {
  return new Set(rows?.map(({ id }) => id as string));
}

/** What stores deliveries, one at least. */
export function storeStatement(deliveries: readonly StoredDelivery[]): Statement {
  const firstOfHash = new Map<string, string>();
  const rows = deliveries.map((delivery) => {
    const hash = Buffer.from(delivery.bodyHash).toString('latin1');
    const hashKey = `${delivery.connection}\u0000${delivery.topic}\u0000${hash}`;
    const twin = firstOfHash.get(hashKey) ?? null;
    if (twin === null) firstOfHash.set(hashKey, delivery.id);
    return {
      id: delivery.id,
      inbox_id: delivery.inboxId,
      connection: delivery.connection,
      topic: delivery.topic,
      origin: delivery.origin,
      delivery_id: delivery.deliveryId,
      event_id: delivery.eventId,
      at: delivery.receivedAt,
      priority: delivery.priority,
      fair_at: delivery.fairAt,
      bucket: delivery.stream?.bucket ?? null,
      kind: delivery.stream?.kind ?? null,
      key: delivery.stream?.key ?? null,
      ending: delivery.end,
      twin: delivery.origin === 'read' ? null : twin,
    };
  });
  const hashes = bytesArray(deliveries.map((delivery) => delivery.bodyHash));
  const bodies = bytesArray(deliveries.map((delivery) => delivery.body));
  return { text: STORE, parameters: [toJson(rows), hashes, bodies] };
}

/** What became of deliveries that may have been stored by an earlier try, whose end nobody saw: none, or all of a batch. */
export async function findStored(
  sql: Sql,
  deliveries: readonly { id: string; receivedAt: string }[],
): Promise<{ stored: number; duplicates: Set<string> }> {
  const rows = await sql.query<{ id: string; duplicate_of: string | null }>(
    `select o.id, o.duplicate_of from json_to_recordset($1::json) as d(id uuid, "receivedAt" timestamptz)
     join observation o on o.id = d.id and o.received_at = d."receivedAt"`,
    [toJson(deliveries.map(({ id, receivedAt }) => ({ id, receivedAt })))],
  );
  const duplicates = rows.filter((row) => row.duplicate_of !== null).map((row) => row.id);
  return { stored: rows.length, duplicates: new Set(duplicates) };
}
