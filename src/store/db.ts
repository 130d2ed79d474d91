/** Opens the database that the options name. */
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import type { Database } from './sql.ts';

export type { Database, Row, Sql, Statement, Transaction } from './sql.ts';

export interface DatabaseOptions {
  /** Directory of the embedded database; used when there is no `url`. */
  dataDir?: string;
  /** postgres://… */
  url?: string;
  /** Connections to PostgreSQL at most. */
  poolSize?: number;
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url) return openPostgres(options.url, options.poolSize ?? 10);
  if (!options.dataDir)
    throw new Error('no database: give --data DIR for the embedded one, or DATABASE_URL for PostgreSQL');
  return openPglite(options.dataDir);
}
