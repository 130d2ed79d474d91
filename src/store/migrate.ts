/** Forward-only migrations: numbered files, each run once in a transaction, and checked never to have changed since. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Database, Sql } from './db.ts';
import { LOCK, lockUntilCommit } from './locks.ts';

export interface Migration {
  number: number;
  name: string;
  text: string;
  sha256: string;
}

/** The migrations of this version of the code, in order. Throws when their numbers have a gap. */
export function readMigrations(directory = new URL('./migrations/', import.meta.url)): Migration[] {
  const migrations = readdirSync(directory)
    .filter((file) => /^\d{4}-.*\.sql$/.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(new URL(file, directory), 'utf8');
      return {
        number: Number(file.slice(0, 4)),
        name: file,
        text,
        sha256: createHash('sha256').update(text).digest('hex'),
      };
    });
  migrations.forEach((migration, index) => {
    if (migration.number !== index + 1)
      throw new Error(`migration ${migration.name} is out of sequence: ${index + 1} was expected`);
  });
  return migrations;
}

/** Brings the database to this version's schema; returns the names of what ran. `at` is the instant to note (ISO 8601). */
export async function migrate(
  database: Database,
  at: string,
  migrations = readMigrations(),
): Promise<string[]> {
  return database.transaction(async (sql) => {
    // Nodes that start together take turns.
    await lockUntilCommit(sql, LOCK.migration);
    await sql.query(
      'create table if not exists migration (number integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null)',
    );
    const applied = await checkApplied(sql, migrations);
    const ran: string[] = [];
    for (const migration of migrations.slice(applied)) {
      for (const statement of statementsOf(migration.text)) await sql.query(statement);
      await sql.query('insert into migration (number, name, sha256, applied_at) values ($1, $2, $3, $4)', [
        migration.number,
        migration.name,
        migration.sha256,
        at,
      ]);
      ran.push(migration.name);
    }
    return ran;
  });
}

/** How many have been applied. Throws when they are not the first ones of ours, word for word. */
async function checkApplied(sql: Sql, migrations: readonly Migration[]): Promise<number> {
  const applied = await sql.query<{ number: number; name: string; sha256: string }>(
    'select number, name, sha256 from migration order by number',
  );
  applied.forEach((done, index) => {
    const known = migrations.find((migration) => migration.number === done.number);
    if (!known)
      throw new Error(
        `The database has migration ${done.name}, which this version of Crossdock does not know: it is older than the database. Start the newer version.`,
      );
    if (done.number !== index + 1)
      throw new Error(
        `The database lacks migration ${migrations[index]?.name}, although ${done.name} was applied: it has been changed by hand. Restore it from a backup.`,
      );
    if (known.sha256 !== done.sha256)
      throw new Error(
        `Migration ${done.name} has changed since it was applied; migrations are never edited: restore the file, and add a new one.`,
      );
  });
  return applied.length;
}

/** What a semicolon does not end a statement in: comments, text, quoted names, bodies between dollars. */
const OPAQUE = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"[^"]*"|\$([a-z_]*)\$[\s\S]*?\$\1\$|;/gi;

/** The statements of a file; those that hold nothing but comments are left out. */
export function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let from = 0;
  const add = (to: number) => {
    const statement = text.slice(from, to).trim();
    if (statement.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() !== '') statements.push(statement);
  };
  for (const match of text.matchAll(OPAQUE)) {
    if (match[0] !== ';') continue;
    add(match.index);
    from = match.index + 1;
  }
  add(text.length);
  return statements;
}
