/** Invariants that our own tables must keep by themselves, one statement each. */
import type { Sql } from '../store/db.ts';
import type { Findings } from './findings.ts';

/** Invariant 7: no compensation and no command is half-way without a case (unless a hub is `working` on it). */
export async function checkNothingHalfDone(sql: Sql, findings: Findings, working: boolean): Promise<void> {
  const commands = await sql.query<{
    connection: string;
    command: string;
    stream_key: string;
    status: string;
    last_error: string | null;
  }>(
    `select connection, command, stream_key, status, last_error from outbox where status in ('waiting', 'calling', 'doubt') limit 50`,
  );
  for (const row of working ? [] : commands)
    findings.add(
      'compensationsFinish',
      'waiting',
      row.stream_key,
      `${row.command} of ${row.stream_key} to ${row.connection} is ${row.status} (${row.last_error ?? 'no error'})`,
    );
  const silent = await sql.query<{ key: string; status: string }>(
    `select s.key, s.status from stream s
     where s.kind = 'order' and not s.closed and s.status <> 'new'
       and not exists (select 1 from business_case c where c.kind = s.kind and c.key = s.key and c.status = 'open')
       and not exists (select 1 from timer t where t.bucket = s.bucket and t.kind = s.kind and t.key = s.key)
       and not exists (select 1 from inbox i where i.bucket = s.bucket and i.kind = s.kind and i.key = s.key)
       and not exists (select 1 from outbox o where o.bucket = s.bucket and o.stream_kind = s.kind and o.stream_key = s.key
                       and o.status in ('waiting', 'calling', 'doubt', 'shadow')) limit 50`,
  );
  for (const row of silent)
    findings.add(
      'compensationsFinish',
      'silent',
      row.key,
      `order ${row.key} stands at "${row.status}" and neither a case, a command nor a timer says why`,
    );
}

/** Invariant 6: the versions that an order's facts took over never go back. */
export async function checkNoStale(sql: Sql, findings: Findings): Promise<void> {
  const back = await sql.query<{ key: string; seq: number }>(
    `select key, seq from (
       select key, seq, version, lag(version) over (partition by key order by seq) as before from (
         select key, seq, coalesce(body->'order'->>'updatedAt', body->>'updatedAt') as version from journal
         where kind = 'order' and type in ('OrderPlaced', 'OrderChanged', 'SnapshotConfirmed')
       ) v
     ) w where version::timestamptz < before::timestamptz limit 50`,
  );
  for (const { key, seq } of back)
    findings.add(
      'staleNeverOverwrites',
      'stale',
      key,
      `fact ${seq} of order ${key} took over an older snapshot`,
    );
}

const EMAIL = '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\\.[A-Za-z]{2,}';

/** Invariant 10: what holds persons is the person table and the raw bodies, nothing else. */
export async function checkNoPersonalData(sql: Sql, findings: Findings): Promise<void> {
  const places: [string, string][] = [
    ['journal', 'body::text'],
    ['stream', 'state::text'],
    ['outbox', "body::text || coalesce(result::text, '') || coalesce(last_error, '')"],
    ['business_case', 'message || suggested_fix'],
    ['inbox', "coalesce(message::text, '')"],
  ];
  for (const [table, text] of places) {
    const [row] = await sql.query<{ hits: number }>(
      `select count(*) as hits from ${table} where ${text} ~ $1`,
      [EMAIL],
    );
    if (row && row.hits > 0)
      findings.add(
        'noPersonalDataOutside',
        'personal',
        table,
        `${row.hits} rows of ${table} hold an e-mail address`,
      );
  }
}
