/** Cases: what people must decide. Those of streams are written by turns; here are those of messages without a stream. */
import type { Row, Sql } from './db.ts';
import { toJson } from './json.ts';

export interface StandaloneCase {
  id: string;
  observationId: string;
  connection: string;
  reason: string;
  message: string;
  suggestedFix: string;
  openedAt: string;
}

/** Hours until somebody should have looked at a message that belongs to nothing. */
const DUE_HOURS = 24;

/** Opens cases of observations that belong to no stream. */
export async function openStandaloneCases(sql: Sql, cases: readonly StandaloneCase[]): Promise<void> {
  if (cases.length === 0) return;
  await sql.query(
    `insert into business_case (id, kind, key, case_key, reason, message, suggested_fix, owner, connection, status, opened_at, due_at)
     select id, 'observation', "observationId", reason, reason, message, "suggestedFix", 'integration', connection, 'open', "openedAt",
       "openedAt" + make_interval(hours => $2)
     from json_to_recordset($1::json) as c(id uuid, "observationId" text, connection text, reason text, message text, "suggestedFix" text, "openedAt" timestamptz)
     on conflict do nothing`,
    [toJson(cases), DUE_HOURS],
  );
}

export interface CaseRow extends Row {
  id: string;
  kind: string;
  key: string;
  case_key: string;
  reason: string;
  message: string;
  suggested_fix: string;
  owner: string;
  connection: string;
  holds_command: string | null;
  status: 'open' | 'closed';
  closed_by: string | null;
  opened_at: number;
  due_at: number;
  closed_at: number | null;
}

const COLUMNS =
  'id, kind, key, case_key, reason, message, suggested_fix, owner, connection, holds_command, status, closed_by, opened_at, due_at, closed_at';

/** Cases, newest first: of one stream by business_case_by_stream, else by business_case_by_time. */
export function listCases(
  sql: Sql,
  options: {
    status?: 'open' | 'closed';
    reason?: string;
    stream?: { kind: string; key: string };
    before?: { openedAt: number; id: string };
    limit: number;
  },
): Promise<CaseRow[]> {
  const { status, reason, stream, before, limit } = options;
  return sql.query<CaseRow>(
    `select ${COLUMNS} from business_case
     where ($1::text is null or status = $1) and ($2::text is null or reason = $2)
       and ($3::text is null or (kind = $3 and key = $4))
       and ($5::timestamptz is null or (opened_at <= $5 and (opened_at, id) < ($5, $6::uuid)))
     order by opened_at desc, id desc limit $7`,
    [
      status ?? null,
      reason ?? null,
      stream?.kind ?? null,
      stream?.key ?? null,
      before ? new Date(before.openedAt).toISOString() : null,
      before?.id ?? null,
      limit,
    ],
  );
}

/** Cases whose id begins with these digits (dashes may be left out), by the primary key; `limit` tells one from several. */
export function findCases(sql: Sql, digits: string, limit: number): Promise<CaseRow[]> {
  const hex = digits.toLowerCase().replaceAll('-', '');
  if (!/^[0-9a-f]{1,32}$/.test(hex)) return Promise.resolve([]);
  return sql.query<CaseRow>(
    `select ${COLUMNS} from business_case where id between $1::uuid and $2::uuid order by id limit $3`,
    [hex.padEnd(32, '0'), hex.padEnd(32, 'f'), limit],
  );
}

/** Open cases by reason, and how many are overdue, by business_case_by_time. */
export function countCases(
  sql: Sql,
  now: string,
): Promise<(Row & { reason: string; open: number; overdue: number })[]> {
  return sql.query(
    `select reason, count(*)::int as open, count(*) filter (where due_at < $1)::int as overdue
     from business_case where status = 'open' group by reason order by 2 desc, 1`,
    [now],
  );
}

/**
 * Locks a case until the commit and tells whether it is still for somebody to decide: open, and no decision on it waits for the
 * next turn. Two people who decide at once are told apart by it. By the primary key, and by inbox_by_stream.
 */
export async function isUndecided(sql: Sql, row: CaseRow, bucket: number): Promise<boolean> {
  const [found] = await sql.query<Row & { status: string }>(
    'select status from business_case where id = $1 for update',
    [row.id],
  );
  if (found?.status !== 'open') return false;
  const waiting = await sql.query(
    `select 1 from inbox where bucket = $1 and kind = $2 and key = $3 and not parked
       and message->>'type' in ('operator.retryCase', 'operator.skipCase') and message->>'caseKey' = $4 limit 1`,
    [bucket, row.kind, row.key, row.case_key],
  );
  return waiting.length === 0;
}

export async function closeStandaloneCase(sql: Sql, id: string, by: string, at: string): Promise<void> {
  await sql.query(
    "update business_case set status = 'closed', closed_by = $2, closed_at = $3 where id = $1 and status = 'open'",
    [id, by, at],
  );
}

export interface UnnoticedCase extends CaseRow {
  /** How often somebody was tried to be told, this time included. */
  notice_tries: number;
}

/**
 * Open cases of which nobody has been told yet, oldest first, by business_case_unnoticed. They stay ours until `retryAt`: a node
 * that ends before it has told leaves them to the next.
 */
export function takeUnnoticed(
  sql: Sql,
  options: { now: string; retryAt: string; tries: number; limit: number },
): Promise<UnnoticedCase[]> {
  return sql.query<UnnoticedCase>(
    `update business_case set notice_due_at = $2, notice_tries = notice_tries + 1 where id in (
       select id from business_case
       where status = 'open' and noticed_at is null and notice_tries < $3 and (notice_due_at is null or notice_due_at <= $1)
       order by opened_at limit $4 for update skip locked
     ) returning ${COLUMNS}, notice_tries`,
    [options.now, options.retryAt, options.tries, options.limit],
  );
}

/** Notes that people have been told of a case. */
export async function noteNoticed(sql: Sql, id: string, at: string): Promise<void> {
  await sql.query('update business_case set noticed_at = $2 where id = $1', [id, at]);
}

/** Notes when a case's notice is tried again. */
export async function postponeNotice(sql: Sql, id: string, at: string): Promise<void> {
  await sql.query('update business_case set notice_due_at = $2 where id = $1', [id, at]);
}

/** Streams that have an open case of these reasons. */
export function streamsWithCases(
  sql: Sql,
  reasons: readonly string[],
): Promise<(Row & { kind: string; key: string })[]> {
  return sql.query(
    "select distinct kind, key from business_case where status = 'open' and reason = any($1::text[]) and kind <> 'observation'",
    [reasons],
  );
}
