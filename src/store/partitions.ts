/**
 * Monthly partitions of what grows for ever. Rows of a month without a partition of its own go to the default one. Old months
 * of raw messages are dropped whole (retention.ts); the journal is kept.
 */
import type { Database, Row, Sql } from './db.ts';
import { LOCK, lockUntilCommit } from './locks.ts';

/** Tables that are partitioned, the column that decides, and the wide column, if there is one. */
export const PARTITIONED = {
  observation: { by: 'received_at', wide: 'body' },
  journal: { by: 'decided_at', wide: 'body' },
  posting: { by: 'posting_date', wide: null },
  posting_line: { by: 'posting_date', wide: null },
  tax_entry: { by: 'posting_date', wide: null },
} as const;
export type PartitionedTable = keyof typeof PARTITIONED;

/** Months made ahead: business time may jump two months at once in a demonstration. */
const MONTHS_AHEAD = 3;

interface Month {
  name: string;
  from: string;
  to: string;
}

function monthOf(at: number, ahead: number): Month {
  const date = new Date(at);
  const start = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1));
  const end = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead + 1, 1));
  return {
    name: start.toISOString().slice(0, 7).replace('-', '_'),
    from: start.toISOString(),
    to: end.toISOString(),
  };
}

/** Names of the partitions that a table has, the default one left out. */
export async function partitionsOf(sql: Sql, table: PartitionedTable): Promise<string[]> {
  const rows = await sql.query<Row & { name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = $1::regclass and c.relname <> $2`,
    [table, `${table}_default`],
  );
  return rows.map((row) => row.name).sort();
}

/** Makes the partitions of this month and of some months ahead, where they are missing. */
export async function ensurePartitions(database: Database, now: number): Promise<void> {
  const missing = async (sql: Sql) => {
    const found: { table: PartitionedTable; month: Month }[] = [];
    for (const table of Object.keys(PARTITIONED) as PartitionedTable[]) {
      const names = new Set(await partitionsOf(sql, table));
      for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead += 1) {
        const month = monthOf(now, ahead);
        if (!names.has(`${table}_${month.name}`)) found.push({ table, month });
      }
    }
    return found;
  };
  if ((await missing(database)).length === 0) return;
  await database.transaction(async (sql) => {
    await lockUntilCommit(sql, LOCK.partitions);
    for (const { table, month } of await missing(sql)) await makePartition(sql, table, month);
  });
}

async function makePartition(sql: Sql, table: PartitionedTable, { name, from, to }: Month): Promise<void> {
  const { by, wide } = PARTITIONED[table];
  // Nobody writes to the default partition between this look and the new partition; intake waits for some milliseconds.
  await sql.query(`lock table ${table} in access exclusive mode`);
  const early = await sql.query(`select 1 from ${table}_default where ${by} >= $1 and ${by} < $2 limit 1`, [
    from,
    to,
  ]);
  // A month that the default partition has rows of already stays there.
  if (early.length > 0) return;
  const partition = `${table}_${name}`;
  await sql.query(`create table ${partition} partition of ${table} for values from ('${from}') to ('${to}')`);
  if (wide === null) return;
  // JSON of a few KB stays in its row, uncompressed: moving it out, or compressing it, costs more than it saves.
  await sql.query(`alter table ${partition} set (toast_tuple_target = 8160)`);
  await sql.query(`alter table ${partition} alter column ${wide} set storage external`);
}
