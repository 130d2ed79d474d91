/** What a database lacks of this version's schema, for those who use it and must not change it. */
import type { Sql } from './db.ts';
import { readMigrations } from './migrate.ts';

/** True when a hub has made its tables here. */
export async function holdsHub(sql: Sql): Promise<boolean> {
  const [table] = await sql.query<{ known: boolean }>("select to_regclass('migration') is not null as known");
  return table?.known === true;
}

/** Names of migrations that have not been applied; empty: the database is of this version or a newer one. */
export async function missingMigrations(sql: Sql, migrations = readMigrations()): Promise<string[]> {
  const applied = (await holdsHub(sql))
    ? await sql.query<{ number: number }>('select number from migration')
    : [];
  const numbers = new Set(applied.map((row) => row.number));
  return migrations.filter(({ number }) => !numbers.has(number)).map(({ name }) => name);
}
