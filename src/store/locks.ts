/** Things that one node at a time may do, whatever rows it touches: held until the transaction ends. */
import type { Sql } from './db.ts';

export const LOCK = {
  migration: 7_263_114,
  configuration: 7_263_115,
  mappings: 7_263_116,
  partitions: 7_263_117,
} as const;

/** Waits for the lock. What is read afterwards in the same transaction is what the holder before has committed. */
export async function lockUntilCommit(sql: Sql, lock: (typeof LOCK)[keyof typeof LOCK]): Promise<void> {
  await sql.query('select pg_advisory_xact_lock($1)', [lock]);
}

/** Takes the lock if nobody has it. */
export async function tryLockUntilCommit(sql: Sql, lock: (typeof LOCK)[keyof typeof LOCK]): Promise<boolean> {
  const [row] = await sql.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [lock]);
  return row?.taken === true;
}
