/**
 * What is not kept for ever: raw messages (they hold persons), what is remembered of them, and settled commands. The journal, the
 * movements and the cases are kept. Work is cut into small transactions, so that nobody waits for it.
 */
import type { Database, Row, Sql } from './db.ts';
import { LOCK, tryLockUntilCommit } from './locks.ts';
import { partitionsOf } from './partitions.ts';

const ROWS_AT_ONCE = 5_000;

/** The smallest UUIDv7 of an instant: ids made before it are smaller. */
export function firstIdOf(atMs: number): string {
  const hex = Math.max(0, Math.floor(atMs)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** Repeats a statement that removes some rows until it removes none; returns how many went. */
async function untilNone(database: Database, text: string, parameters: readonly unknown[]): Promise<number> {
  let removed = 0;
  for (;;) {
    const rows = await database.transaction((sql) => sql.query(text, [...parameters, ROWS_AT_ONCE]));
    removed += rows.length;
    if (rows.length < ROWS_AT_ONCE) return removed;
  }
}

/**
 * Notes up to when rows of a table may be gone, before any is removed: the auditor then knows that those were not taken away.
 */
async function noteRemoval(
  database: Database,
  what: 'observation' | 'outbox',
  before: number,
): Promise<void> {
  await database.query(
    `insert into removal (what, before) values ($1, $2)
     on conflict (what) do update set before = greatest(removal.before, excluded.before)`,
    [what, new Date(before).toISOString()],
  );
}

/** The month of a partition's name, as epoch milliseconds of its start and end. */
function monthOf(partition: string): { from: number; to: number } {
  const [year = 0, month = 0] = partition.split('_').slice(-2).map(Number);
  return { from: Date.UTC(year, month - 1, 1), to: Date.UTC(year, month, 1) };
}

/**
 * Drops the raw messages of whole months that lie before an instant. A month stays while one of its messages waits, is parked,
 * or is what an open case is about. Returns the names of what was dropped.
 */
export async function dropOldMessages(database: Database, before: number): Promise<string[]> {
  await noteRemoval(database, 'observation', before);
  const dropped: string[] = [];
  for (const partition of await partitionsOf(database, 'observation')) {
    const { from, to } = monthOf(partition);
    if (to > before) break;
    const done = await database.transaction(async (sql) => {
      if (!(await tryLockUntilCommit(sql, LOCK.partitions))) return false;
      // An exclusive lock on the table is waited for briefly only: intake queues behind us meanwhile.
      await sql.query("set local lock_timeout = '2s'");
      if (await isNeeded(sql, partition, from, to)) return false;
      await sql.query(`drop table ${partition}`);
      return true;
    });
    if (done) dropped.push(partition);
  }
  await untilNone(
    database,
    `with old as (
       select o.id, o.received_at from observation_default o
       where o.id < $1::uuid
         and not exists (select 1 from inbox i where i.observation_id = o.id)
         and not exists (select 1 from business_case c where c.kind = 'observation' and c.key = o.id::text and c.status = 'open')
       order by o.id limit $2
     )
     delete from observation_default d using old where d.id = old.id and d.received_at = old.received_at returning 1`,
    [firstIdOf(before)],
  );
  const bound = firstIdOf(await oldestMessage(database, before));
  await untilNone(
    database,
    `delete from observation_end where observation_id in (
       select observation_id from observation_end where observation_id < $1::uuid order by observation_id limit $2
     ) returning 1`,
    [bound],
  );
  // Who sends a message again after so long is told by the rules that it is old.
  await untilNone(
    database,
    `delete from delivery_key where observation_id in (
       select observation_id from delivery_key where observation_id < $1::uuid order by observation_id limit $2
     ) returning 1`,
    [bound],
  );
  return dropped;
}

/** True while something may still be decided on a message of a month. */
async function isNeeded(sql: Sql, partition: string, from: number, to: number): Promise<boolean> {
  const range = [new Date(from).toISOString(), new Date(to).toISOString()];
  const [waiting] = await sql.query(
    'select 1 from inbox where observed_at >= $1 and observed_at < $2 limit 1',
    range,
  );
  if (waiting) return true;
  const [held] = await sql.query(
    `select 1 from business_case c join ${partition} o on o.id = c.key::uuid
     where c.status = 'open' and c.kind = 'observation' limit 1`,
  );
  return held !== undefined;
}

/** The start of the oldest month that is left, or the age of what is left in the default partition, at most `before`. */
async function oldestMessage(database: Database, before: number): Promise<number> {
  const [partition] = await partitionsOf(database, 'observation');
  const [early] = await database.query<Row & { received_at: number }>(
    'select received_at from observation_default order by id limit 1',
  );
  return Math.min(
    before,
    partition === undefined ? before : monthOf(partition).from,
    early === undefined ? before : early.received_at,
  );
}

/** Removes settled commands that were issued and settled before an instant, by outbox's primary key; returns how many. */
export async function deleteOldCommands(database: Database, before: number): Promise<number> {
  await noteRemoval(database, 'outbox', before);
  return untilNone(
    database,
    `with old as (
       select o.bucket, o.id from generate_series(0, 63) as b(bucket)
       cross join lateral (
         select bucket, id from outbox
         where outbox.bucket = b.bucket::smallint and id < $1::uuid and not open and settled_at < $2
         order by id limit $3
       ) o
       limit $3
     )
     delete from outbox o using old where o.bucket = old.bucket and o.id = old.id returning 1`,
    [firstIdOf(before), new Date(before).toISOString()],
  );
}
