/** What cases hold: messages that could not be followed, or whose deciding failed. After the fix they go on from here. */
import { bucketOf } from './bucket.ts';
import type { Row, Sql } from './db.ts';

/** Messages that one retry takes up at most. */
const HELD_LIMIT = 10_000;

/** Takes up the messages of a stream that were set aside because deciding on them failed; returns how many. */
export async function unparkMessages(sql: Sql, stream: { kind: string; key: string }): Promise<number> {
  const rows = await sql.query(
    `with resumed as (
       update stream set failures = 0, retry_at = null where bucket = $1 and kind = $2 and key = $3
     )
     update inbox set parked = false where bucket = $1 and kind = $2 and key = $3 and parked returning id`,
    [bucketOf(stream.key), stream.kind, stream.key],
  );
  return rows.length;
}

/**
 * Puts messages of streams into the inbox again that ended as a case, from the instant on at which the oldest open case of
 * their stream was opened: before it, somebody has decided. Their rules know what they have seen, so none counts twice.
 * Uses observation_by_stream, observation_end's primary key and inbox_by_stream. Returns how many.
 */
export async function resumeObservations(
  sql: Sql,
  streams: readonly { kind: string; key: string }[],
  newId: () => string,
): Promise<number> {
  if (streams.length === 0) return 0;
  const held = await sql.query<
    Row & { id: string; received_at: number; connection: string; kind: string; key: string }
  >(
    `select o.id, o.received_at, o.connection, w.kind, w.key
     from json_to_recordset($1::json) as w(bucket smallint, kind text, key text)
     cross join lateral (
       select min(opened_at) as since from business_case where status = 'open' and kind = w.kind and key = w.key
     ) c
     join observation o on o.stream_key = w.key and o.stream_kind = w.kind
     join observation_end e on e.observation_id = o.id
     where e.outcome = 'case' and e.ended_at >= c.since and o.forgotten_at is null
       and not exists (select 1 from inbox i where i.bucket = w.bucket and i.kind = w.kind and i.key = w.key and i.observation_id = o.id)
     order by o.received_at, o.id limit ${HELD_LIMIT}`,
    [JSON.stringify(streams.map(({ kind, key }) => ({ bucket: bucketOf(key), kind, key })))],
  );
  await insertObserved(
    sql,
    held.map((row) => ({
      bucket: bucketOf(row.key),
      id: newId(),
      kind: row.kind,
      key: row.key,
      connection: row.connection,
      observationId: row.id,
      observedAt: new Date(row.received_at).toISOString(),
    })),
  );
  return held.length;
}

/** Gives a message that belonged to nothing to the stream that it has turned out to be for. */
export async function addressObservation(
  sql: Sql,
  observation: { id: string; receivedAt: number; connection: string },
  stream: { kind: string; key: string },
  newId: () => string,
  now: string,
): Promise<void> {
  const { id, connection } = observation;
  const observedAt = new Date(observation.receivedAt).toISOString();
  await sql.query(
    'update observation set stream_kind = $3, stream_key = $4 where id = $1 and received_at = $2',
    [id, observedAt, stream.kind, stream.key],
  );
  const bucket = bucketOf(stream.key);
  await sql.query(
    `insert into stream (bucket, kind, key, created_at, updated_at) values ($1, $2, $3, $4, $4) on conflict do nothing`,
    [bucket, stream.kind, stream.key, now],
  );
  await insertObserved(sql, [{ bucket, id: newId(), ...stream, connection, observationId: id, observedAt }]);
}

interface ObservedMessage {
  bucket: number;
  id: string;
  kind: string;
  key: string;
  connection: string;
  observationId: string;
  observedAt: string;
}

async function insertObserved(sql: Sql, messages: readonly ObservedMessage[]): Promise<void> {
  if (messages.length === 0) return;
  await sql.query(
    `insert into inbox (bucket, id, kind, key, connection, priority, fair_at, observation_id, observed_at)
     select bucket, id, kind, key, connection, 0, "observedAt", "observationId", "observedAt"
     from json_to_recordset($1::json) as m(bucket smallint, id uuid, kind text, key text, connection text, "observationId" uuid, "observedAt" timestamptz)`,
    [JSON.stringify(messages)],
  );
}
