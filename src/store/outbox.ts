/** Commands on their way: loading a lane, noting attempts before calls and outcomes after them. */
import type { Row, Sql, Statement } from './db.ts';
import { toJson } from './json.ts';
import { commandSeal } from './seals.ts';

export interface OutboxRow extends Row {
  bucket: number;
  id: string;
  key: string;
  command: string;
  stream_kind: string;
  stream_key: string;
  subject: string;
  body: unknown;
  status: 'waiting' | 'calling' | 'doubt';
  attempts: number;
  lookups: number;
  first_attempt_at: number | null;
  attempt_at: number | null;
  due_at: number;
}

/** Commands that stay where they are while nothing is sent: all of a connection, or those of orders of these channels. */
export interface Shadow {
  all: boolean;
  channels: readonly string[];
}

const NO_SHADOW: Shadow = { all: false, channels: [] };

/**
 * Open commands of a connection that are not known yet, in the order in which they were made, by outbox_open. It looks at all
 * open ones, not beyond the last that was seen: what another node's transaction made may become visible late.
 */
export function loadCommands(
  sql: Sql,
  connection: string,
  known: readonly string[],
  limit: number,
  shadow: Shadow = NO_SHADOW,
): Promise<OutboxRow[]> {
  return sql.query<OutboxRow>(
    `select bucket, id, key, command, stream_kind, stream_key, subject, body, status, attempts, lookups, first_attempt_at, attempt_at, due_at
     from outbox where connection = $1 and open and id <> all ($2::uuid[])
       and (command in ('channel.readOrder', 'channel.findOrder', 'channel.readReturn', 'channel.findReturns', 'inventory.readLevel', 'finance.readBalances', 'finance.readDocuments', 'erp.readDocuments', 'channel.readMoney') or not ($4 or split_part(stream_key, '/', 1) = any ($5::text[])))
     order by position limit $3`,
    [connection, known, limit, shadow.all, shadow.channels],
  );
}

/**
 * Notes the attempts that are about to be made: what is not noted here is never called. Answers with the ids that were taken: the
 * others are settled already, or another node has made that attempt. By outbox's primary key.
 */
export function attemptStatements(
  node: string,
  at: string,
  commands: readonly { bucket: number; id: string; attempts: number }[],
): Statement[] {
  if (commands.length === 0) return [];
  const text = `update outbox o set status = 'calling', attempts = c.attempts, node = $2, attempt_at = $3, first_attempt_at = coalesce(o.first_attempt_at, $3)
     from json_to_recordset($1::json) as c(bucket smallint, id uuid, attempts int)
     where o.bucket = c.bucket and o.id = c.id and o.open and o.attempts = c.attempts - 1
     returning o.id`;
  return [{ text, parameters: [toJson(commands), node, at] }];
}

/** The ids that a statement has answered with. */
export function idsOf(rows: readonly Row[] | undefined): Set<string> {
  return new Set(rows?.map(({ id }) => id as string));
}

export interface ShadowRow extends Row {
  id: string;
  key: string;
  command: string;
  connection: string;
  stream_key: string;
  title: string;
  body: unknown;
  created_at: number;
}

/** What would have been sent, newest first, older than a position. */
export function readShadow(
  sql: Sql,
  filter: { connection?: string | undefined; before?: { at: string; id: string } | undefined; limit: number },
): Promise<ShadowRow[]> {
  return sql.query<ShadowRow>(
    `select o.id, o.key, o.command, o.connection, o.stream_key, coalesce(s.title, '') as title, o.body, o.created_at
     from outbox o left join stream s on s.bucket = o.bucket and s.kind = o.stream_kind and s.key = o.stream_key
     where o.status = 'shadow' and ($1::text is null or o.connection = $1 or split_part(o.stream_key, '/', 1) = $1)
       and ($2::timestamptz is null or (o.created_at, o.id) < ($2::timestamptz, $3::uuid))
     order by o.created_at desc, o.id desc limit $4`,
    [filter.connection ?? null, filter.before?.at ?? null, filter.before?.id ?? null, filter.limit],
  );
}

export interface CommandEnd {
  bucket: number;
  id: string;
  /** The attempt that this is the outcome of: an outcome of another attempt does not count. */
  attempts: number;
  lookups: number;
  status: 'waiting' | 'doubt' | 'done' | 'rejected' | 'unsettled';
  dueAt: string;
  error: string | null;
  result: unknown;
}

const END_SEAL = commandSeal('o', {
  status: 'e.status',
  error: 'e.error',
  result: 'e.result',
  at: '$2::timestamptz',
});

/** Notes outcomes of calls and look-ups; answers with the ids that were taken (the others belong to an attempt that is not ours). */
export function outcomeStatements(at: string, ends: readonly CommandEnd[]): Statement[] {
  if (ends.length === 0) return [];
  const text = `update outbox o set status = e.status, open = e.status in ('waiting', 'doubt'), lookups = e.lookups, due_at = e."dueAt",
       last_error = e.error, result = e.result::json,
       settled_at = case when e.status not in ('waiting', 'doubt') then $2::timestamptz end,
       seal = case when e.status not in ('waiting', 'doubt') then ${END_SEAL} end
     from json_to_recordset($1::json) as e(bucket smallint, id uuid, attempts int, lookups int, status text, "dueAt" timestamptz, error text, result json)
     where o.bucket = e.bucket and o.id = e.id and o.attempts = e.attempts and o.open
     returning o.id`;
  return [{ text, parameters: [toJson(ends), at] }];
}

/** Open commands to connections that are not among these: nobody works on them. */
export function loadOrphans(
  sql: Sql,
  connections: readonly string[],
): Promise<(Row & { connection: string; commands: number })[]> {
  return sql.query(
    `select connection, count(*)::int as commands from outbox where open and connection <> all ($1::text[])
     group by connection order by connection`,
    [connections],
  );
}

/** What reads persons by id, as far as they are not redacted; none where there are no ids. */
export function personStatements(ids: readonly string[]): Statement[] {
  if (ids.length === 0) return [];
  return [
    {
      text: 'select id, body from person where id = any($1::text[]) and redacted_at is null',
      parameters: [ids],
    },
  ];
}

/** Persons by id, as far as they are not redacted. */
export async function loadPersons(sql: Sql, ids: readonly string[]): Promise<Map<string, unknown>> {
  const [statement] = personStatements(ids);
  return personsOf(statement && (await sql.query(statement.text, statement.parameters)));
}

/** Persons by id, from the rows that `personStatements` has read. */
export function personsOf(rows: readonly Row[] | undefined): Map<string, unknown> {
  return new Map((rows ?? []).map((row) => [row.id as string, row.body]));
}
