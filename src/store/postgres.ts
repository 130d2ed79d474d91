/** PostgreSQL 15 or newer. */
import pg from 'pg';
import { DatabaseError, explain, isWrongServer } from './errors.ts';
import { LastStatements } from './last-statements.ts';
import { OID, parseBigint, parseInstant } from './parse.ts';
import { type Database, PLANNER, type Row, type Sql, type Transaction } from './sql.ts';

/**
 * Locks and statements that take longer are a bug or a sick database: fail, and let the turn be taken again. A session that
 * idles in a transaction belongs to a stopped process: its locks must not hold up the other nodes.
 */
const SESSION = Object.entries({
  timezone: 'UTC',
  lock_timeout: '10s',
  statement_timeout: '60s',
  idle_in_transaction_session_timeout: '10s',
  default_transaction_isolation: 'read\\ committed',
  application_name: 'crossdock',
  ...PLANNER,
})
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');

const MINIMUM_VERSION = 150_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Beyond the server's own limit: a server that has vanished without a word. */
const ANSWER_TIMEOUT_MS = 75_000;

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === OID.int8) return parseBigint;
    if (oid === OID.timestamptz) return parseInstant;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

/** Statements are prepared once per session: their text is their name. */
const names = new Map<string, string>();
function nameOf(text: string): string {
  let name = names.get(text);
  if (!name) {
    name = `s${names.size + 1}`;
    names.set(text, name);
  }
  return name;
}

function runner(client: { query(config: pg.QueryConfig): Promise<pg.QueryResult> }): Sql {
  const query = async <Result extends Row>(text: string, parameters: readonly unknown[] = []) => {
    const result = await client.query({ name: nameOf(text), text, values: parameters as unknown[] });
    return result.rows as Result[];
  };
  return {
    query,
    // All are on their way before the first is answered (the client pipelines).
    batch: (statements) => Promise.all(statements.map(({ text, parameters }) => query(text, parameters))),
  };
}

export async function openPostgres(url: string, poolSize: number): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    options: SESSION,
    types,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    // Newer than its type.
    ...({ pipeline: true } as object),
  });
  // A lost connection, idle or in a transaction, is replaced at the next use; its error must not end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    const { rows } = await pool.query("select current_setting('server_version_num')::int as version");
    const version = (rows[0] as { version: number }).version;
    if (version < MINIMUM_VERSION)
      throw new DatabaseError(
        `PostgreSQL ${version} is too old: Crossdock needs 15 or newer`,
        undefined,
        undefined,
      );
  } catch (error) {
    await pool.end();
    throw new Error(`The database of DATABASE_URL cannot be used: ${explain(error)}`, { cause: error });
  }
  const transaction = async <Result>(work: (sql: Transaction) => Promise<Result>): Promise<Result> => {
    const last = new LastStatements();
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      // Not awaited: BEGIN travels with the first statement, which fails if it did.
      client.query('begin').catch(() => undefined);
      const sql = runner(client);
      const result = await work({ ...sql, isAlone: false, last: (statements) => last.add(statements) });
      // On its way before they are answered; where one of them failed, it rolls back.
      const [rows, committed] = await Promise.allSettled([sql.batch(last.all), client.query('commit')]);
      if (rows.status === 'rejected') throw rows.reason;
      if (committed.status === 'rejected') throw committed.reason;
      // COMMIT of a transaction that had failed before rolls back without an error, which must not pass as done.
      if (committed.value.command === 'ROLLBACK')
        throw new Error('the transaction had failed before and was rolled back');
      last.committed(rows.value);
      return result;
    } catch (error) {
      last.failed(error);
      if (isWrongServer(error)) broken = error as Error;
      await client.query('rollback').catch((lost: Error) => {
        broken = lost;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  };
  return {
    kind: 'postgres',
    query: runner(pool).query,
    batch: (statements) => transaction((sql) => sql.batch(statements)),
    transaction,
    async script(text) {
      await pool.query(text);
    },
    onEnded: () => undefined,
    close: () => pool.end(),
  };
}
