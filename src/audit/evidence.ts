/** What tells rows that were taken away from those that retention has removed, and rows without a seal from older ones. */
import type { Row, Sql } from '../store/db.ts';

/** While a hub of the version before may still run beside a newer one. */
const GRACE_MS = 86_400_000;
/** The migration with which rows got seals. */
const SEALS = 3;

export interface Evidence {
  /** Younger rows are there, or were taken away (epoch ms). */
  removedBefore: { observation: number; outbox: number };
  /** Rows from later on have a seal (epoch ms). */
  sealedFrom: number;
}

export async function readEvidence(sql: Sql): Promise<Evidence> {
  const removals = await sql.query<Row & { what: string; before: number }>(
    'select what, before from removal',
  );
  // The instant itself may be gone too: the mark of an upgraded database is that of its last row.
  const before = (what: string) =>
    (removals.find((row) => row.what === what)?.before ?? Number.NEGATIVE_INFINITY) + 1;
  const migrations = await sql.query<Row & { number: number; applied_at: number }>(
    'select number, applied_at from migration',
  );
  const at = (number: number) => migrations.find((row) => row.number === number)?.applied_at ?? 0;
  const isBornWithSeals = at(1) === at(SEALS);
  return {
    removedBefore: { observation: before('observation'), outbox: before('outbox') },
    sealedFrom: isBornWithSeals ? Number.NEGATIVE_INFINITY : at(SEALS) + GRACE_MS,
  };
}

/** An instant for SQL, also where it is before all others. */
export function instant(ms: number): string {
  return ms === Number.NEGATIVE_INFINITY ? '-infinity' : new Date(ms).toISOString();
}
