/**
 * Fresh, empty databases for tests, of both kinds that Crossdock runs on:
 *
 *   for (const kind of databases()) {
 *     test(`an order is stored once (${kind})`, () =>
 *       withDatabase(kind, async (place) => {
 *         const database = await openDatabase(place);
 *       }));
 *   }
 *
 * PostgreSQL is the installed one, else npm's. `npm test` starts one for the whole run (CROSSDOCK_TEST_PG_URL); a test file that is
 * run alone starts its own, on first use, and it ends with the process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skip } from 'node:test';
import pg from 'pg';
import { copyTemplate } from './pglite-template.ts';
import { type PostgresServer, postgresBinaries, startPostgres } from './postgres.ts';

export type TestDatabaseKind = 'pglite' | 'postgres';

/** Where a fresh database is; can be given to `openDatabase` as it is. */
export type TestDatabase =
  | { kind: 'pglite'; dataDir: string; url?: never }
  | { kind: 'postgres'; url: string; dataDir?: never };

let server: Promise<PostgresServer> | undefined;
let created = 0;
let warned = false;

/**
 * The kinds that can be had here: PGlite always. Without PostgreSQL a skipped test says so, which CI counts as a failure.
 * CROSSDOCK_TEST_DATABASES=pglite (or postgres) narrows it, for a quick look.
 */
export function databases(): TestDatabaseKind[] {
  const wanted = process.env.CROSSDOCK_TEST_DATABASES?.split(',') ?? ['pglite', 'postgres'];
  const kinds: TestDatabaseKind[] = [];
  if (wanted.includes('pglite')) kinds.push('pglite');
  if (wanted.includes('postgres') && hasPostgres()) kinds.push('postgres');
  return kinds;
}

/** A fresh, empty database; `remove` when done. */
export async function createDatabase(
  kind: TestDatabaseKind,
): Promise<{ database: TestDatabase; remove(): Promise<void> }> {
  if (kind === 'pglite') {
    const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-pglite-'));
    copyTemplate(join(dataDir, 'pg'));
    return {
      database: { kind, dataDir },
      remove: async () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 }),
    };
  }
  const url = await serverUrl();
  // Unique among the processes that share the server, and telling when one is left over.
  const name = `test_${process.pid}_${++created}`;
  await administer(url, `create database ${name}`);
  return {
    database: { kind, url: withName(url, name) },
    remove: () => administer(url, `drop database if exists ${name} with (force)`),
  };
}

/** Runs `work` on a fresh, empty database, and removes it afterwards. */
export async function withDatabase<Result>(
  kind: TestDatabaseKind,
  work: (database: TestDatabase) => Promise<Result>,
): Promise<Result> {
  const { database, remove } = await createDatabase(kind);
  try {
    return await work(database);
  } finally {
    await remove();
  }
}

/** Runs SQL on the database as superuser, beside whatever the test has open (PostgreSQL only). */
export async function onPostgres<Row extends object>(
  url: string,
  text: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, parameters)).rows as Row[];
  } finally {
    await client.end();
  }
}

async function administer(url: string, text: string): Promise<void> {
  await onPostgres(url, text);
}

async function serverUrl(): Promise<string> {
  if (process.env.CROSSDOCK_TEST_PG_URL) return process.env.CROSSDOCK_TEST_PG_URL;
  server ??= startPostgres().then((started) => {
    if (!started) throw new Error('no PostgreSQL for the tests: ask databases() first');
    return started;
  });
  return (await server).url;
}

function hasPostgres(): boolean {
  if (process.env.CROSSDOCK_TEST_PG_URL || postgresBinaries()) return true;
  if (!warned) {
    warned = true;
    const message = 'no PostgreSQL found: install postgresql-15, or npm ci with optional dependencies';
    console.error(`SKIPPED: ${message}`);
    skip(`everything on PostgreSQL: ${message}`);
  }
  return false;
}

function withName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
