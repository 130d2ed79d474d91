/** Reading what the story of a stream is told from: its facts, its messages, its commands, its timers. */
import { bucketOf } from './bucket.ts';
import type { Row, Sql } from './db.ts';

/** What one story holds at most; beyond it the middle of the journal is left out. */
const FACTS = { first: 200, last: 800 };
const OBSERVATIONS = 500;
const COMMANDS = 500;

export interface FactRow extends Row {
  seq: number;
  type: string;
  body: Record<string, unknown>;
  decided_at: number;
  config_version: number;
}

/** The facts of an order in order, by journal's primary key; `truncated` when the middle was left out. */
export async function readFacts(
  sql: Sql,
  key: string,
  version: number,
): Promise<{ facts: FactRow[]; truncated: boolean }> {
  const truncated = version > FACTS.first + FACTS.last;
  const facts = await sql.query<FactRow>(
    `select seq, type, body, decided_at, config_version from journal
     where bucket = $1 and kind = 'order' and key = $2 and (seq <= $3 or seq > $4) order by seq`,
    [bucketOf(key), key, truncated ? FACTS.first : version, truncated ? version - FACTS.last : version],
  );
  return { facts, truncated };
}

export interface ObservationRow extends Row {
  id: string;
  connection: string;
  topic: string;
  origin: 'webhook' | 'poll' | 'read' | 'file' | 'backfill';
  received_at: number;
  bytes: number;
  duplicate_of: string | null;
  outcome: string | null;
}

const OBSERVED = `o.id, o.connection, o.topic, o.origin, o.received_at, octet_length(o.body) as bytes, o.duplicate_of, e.outcome
  from observation o left join lateral (
    select outcome from observation_end where observation_id = o.id order by ended_at desc limit 1
  ) e on true`;

/** Messages that were addressed to a stream, newest first, by observation_by_stream. */
export function readObservations(
  sql: Sql,
  stream: { kind: string; key: string },
  limit = OBSERVATIONS,
): Promise<ObservationRow[]> {
  return sql.query<ObservationRow>(
    `select ${OBSERVED} where o.stream_key = $1 and o.stream_kind = $2 order by o.received_at desc, o.id desc limit $3`,
    [stream.key, stream.kind, limit],
  );
}

/** One message, without its body. */
export async function readObservation(sql: Sql, id: string): Promise<ObservationRow | null> {
  const [row] = await sql.query<ObservationRow>(`select ${OBSERVED} where o.id = $1`, [id]);
  return row ?? null;
}

/** The bytes of a message, as they arrived; null: there is none. */
export async function readObservationBody(sql: Sql, id: string): Promise<Uint8Array | null> {
  // As base64: the embedded database's driver takes seven times as long over bytes.
  const [row] = await sql.query<{ body: string }>(
    "select encode(body, 'base64') as body from observation where id = $1",
    [id],
  );
  return row ? Buffer.from(row.body, 'base64') : null;
}

/** True when the body of a message was emptied, since a person whom it named is forgotten. */
export async function isForgotten(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query('select 1 from observation where id = $1 and forgotten_at is not null', [id]);
  return rows.length > 0;
}

export interface CommandRow extends Row {
  key: string;
  command: string;
  connection: string;
  status: 'waiting' | 'calling' | 'doubt' | 'done' | 'rejected' | 'unsettled' | 'shadow';
  attempts: number;
  lookups: number;
  last_error: string | null;
  created_at: number;
  first_attempt_at: number | null;
  attempt_at: number | null;
  due_at: number;
  settled_at: number | null;
}

const COMMANDED =
  'key, command, connection, status, attempts, lookups, last_error, created_at, first_attempt_at, attempt_at, due_at, settled_at';

/** What a stream has asked of systems, newest first, by outbox_by_stream. */
export function readCommands(sql: Sql, stream: { kind: string; key: string }): Promise<CommandRow[]> {
  return sql.query<CommandRow>(
    `select ${COMMANDED} from outbox where bucket = $1 and stream_kind = $2 and stream_key = $3
     order by created_at desc, id desc limit $4`,
    [bucketOf(stream.key), stream.kind, stream.key, COMMANDS],
  );
}

/** One command by its key, among those of its stream. */
export async function readCommand(
  sql: Sql,
  stream: { kind: string; key: string },
  key: string,
): Promise<CommandRow | null> {
  const [row] = await sql.query<CommandRow>(
    `select ${COMMANDED} from outbox where bucket = $1 and stream_kind = $2 and stream_key = $3 and key = $4`,
    [bucketOf(stream.key), stream.kind, stream.key, key],
  );
  return row ?? null;
}

/** What a stream waits for by itself, earliest first, by timer's primary key. */
export function readTimers(
  sql: Sql,
  stream: { kind: string; key: string },
): Promise<(Row & { name: string; due_at: number })[]> {
  return sql.query(
    'select name, due_at from timer where bucket = $1 and kind = $2 and key = $3 order by due_at, name',
    [bucketOf(stream.key), stream.kind, stream.key],
  );
}

/** Messages of a stream that wait for a turn, by inbox_by_stream; parked ones wait for a person. */
export async function readWaiting(
  sql: Sql,
  stream: { kind: string; key: string },
): Promise<{ waiting: number; parked: number }> {
  const [row] = await sql.query<{ waiting: number; parked: number }>(
    `select count(*) filter (where not parked)::int as waiting, count(*) filter (where parked)::int as parked
     from inbox where bucket = $1 and kind = $2 and key = $3`,
    [bucketOf(stream.key), stream.kind, stream.key],
  );
  return row ?? { waiting: 0, parked: 0 };
}
