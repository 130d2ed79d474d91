/** Timers of streams: what is due becomes a message. */
import { bucketOf } from './bucket.ts';
import type { Row, Sql } from './db.ts';
import { insertMessages } from './turn.ts';

/** The instant of the earliest timer (epoch ms), by timer_due; null: none. */
export async function earliestTimer(sql: Sql): Promise<number | null> {
  const [row] = await sql.query<{ due_at: number | null }>('select min(due_at) as due_at from timer');
  return row?.due_at ?? null;
}

/** When the first stream whose deciding failed is tried again (epoch ms), by stream_to_retry; null: none waits. */
export async function earliestRetry(sql: Sql): Promise<number | null> {
  const [row] = await sql.query<{ retry_at: number | null }>(
    'select min(retry_at) as retry_at from stream where retry_at is not null',
  );
  return row?.retry_at ?? null;
}

/** Turns timers that are due into messages, at most `limit`; returns how many. Call it in a transaction. */
export async function fireTimers(sql: Sql, now: string, limit: number, newId: () => string): Promise<number> {
  const due = await sql.query<Row & { kind: string; key: string; name: string; due_at: number }>(
    `delete from timer t using (
       select bucket, kind, key, name from timer where due_at <= $1 order by due_at limit $2 for update skip locked
     ) d
     where t.bucket = d.bucket and t.kind = d.kind and t.key = d.key and t.name = d.name
     returning t.kind, t.key, t.name, t.due_at`,
    [now, limit],
  );
  const messages = due.map(({ kind, key, name, due_at }) => ({
    bucket: bucketOf(key),
    kind,
    key,
    id: newId(),
    connection: key.slice(0, Math.max(0, key.indexOf('/'))),
    message: { type: 'timer.fired', name, dueAt: new Date(due_at).toISOString() },
  }));
  await insertMessages(sql, messages, now);
  return due.length;
}
