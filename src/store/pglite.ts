/**
 * The embedded database: PostgreSQL in WebAssembly, one connection, in a thread of this process. Safe against a killed
 * process; not against a lost power supply (it makes no fsync): production runs on PostgreSQL.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lockDirectory } from './directory-lock.ts';
import { explain } from './errors.ts';
import { LastStatements } from './last-statements.ts';
import { besides, KeptBackend } from './pglite-backend.ts';
import type { Database, Row, Statement, Transaction } from './sql.ts';
import { type Described, readAnswer, type WireResult, WireWriter } from './wire.ts';

/** What may be written to its log between two checkpoints, and between two vacuums: no background process does it. */
const BYTES_PER_CHECKPOINT = 64 * 1024 * 1024;
const BYTES_PER_VACUUM = 384 * 1024 * 1024;
/** So much is sent to it before its log is measured again. */
const BYTES_PER_LOOK = 4 * 1024 * 1024;
/** What a transaction counts for besides what was sent: deletes and updates are short to say. */
const BYTES_OF_TRANSACTION = 8 * 1024;

/** Tables whose rows come and go, or change often. */
const BUSY_TABLES = ['inbox', 'outbox', 'stream', 'position', 'timer', 'feed_cursor', 'business_case'];

/**
 * Makes a new database's files elsewhere and moves them in place, so that a kill half-way leaves nothing half-made. The place
 * is this process's own: what a killed one has begun may go on for a second, and is cleared away by a later start.
 */
async function initialise(directory: string): Promise<void> {
  if (existsSync(directory)) return;
  const making = `${directory}.making-${process.pid}`;
  const left = readdirSync(dirname(directory)).filter((name) =>
    name.startsWith(`${basename(directory)}.making`),
  );
  for (const name of left) {
    try {
      rmSync(join(dirname(directory), name), { recursive: true, force: true });
    } catch {
      // It is still being written to.
    }
  }
  await promisify(execFile)(process.execPath, [fileURLToPath(besides('pglite-init')), making]);
  renameSync(making, directory);
}

/** Prepared statements over a backend: a statement's text is prepared once. */
class Session {
  readonly #backend: KeptBackend;
  readonly #writer = new WireWriter();
  readonly #prepared = new Map<string, Described & { name: string }>();
  #names = 0;
  /** Bytes sent since the start. */
  sent = 0;

  constructor(backend: KeptBackend) {
    this.#backend = backend;
    // A thread that has begun anew knows no statement.
    backend.onReopened(() => this.#prepared.clear());
  }

  /** Runs statements in order, in one message; throws the first error. */
  async run(statements: readonly Statement[]): Promise<WireResult[]> {
    const fresh: string[] = [];
    const used = statements.map(({ text, parameters }) => {
      let statement = this.#prepared.get(text);
      if (!statement) {
        this.#names += 1;
        statement = { name: `s${this.#names}`, columns: undefined };
        this.#prepared.set(text, statement);
        this.#writer.prepare(statement.name, text);
        fresh.push(text);
      }
      this.#writer.execute(statement.name, parameters ?? []);
      return statement;
    });
    this.#writer.sync();
    const message = this.#writer.take();
    this.sent += message.length;
    try {
      return readAnswer(await this.#backend.speak(message), used);
    } catch (error) {
      // Whether these were prepared before the error is not known: next time they get new names.
      for (const text of fresh) this.#prepared.delete(text);
      throw error;
    }
  }

  async script(text: string): Promise<void> {
    this.#writer.simple(text);
    const message = this.#writer.take();
    this.sent += message.length;
    readAnswer(await this.#backend.speak(message), []);
  }
}

export async function openPglite(dataDir: string): Promise<Database> {
  let unlock: () => void;
  try {
    mkdirSync(dataDir, { recursive: true });
    unlock = lockDirectory(dataDir);
  } catch (error) {
    throw new Error(explain(error), { cause: error });
  }
  const directory = join(dataDir, 'pg');
  const backend = await initialise(directory)
    .then(() => KeptBackend.open(directory))
    .catch((error: unknown) => {
      unlock();
      throw new Error(`The embedded database in ${dataDir} cannot be opened: ${explain(error)}`, {
        cause: error,
      });
    });
  const session = new Session(backend);

  // One connection: whoever has a turn runs alone until it has finished.
  let last: Promise<unknown> = Promise.resolve();
  const alone = <Result>(work: () => Promise<Result>): Promise<Result> => {
    // Only here may it be opened again: within a transaction, what went before would be missing.
    const result = last.then(() => backend.ready()).then(work);
    last = result.catch(() => undefined);
    return result;
  };
  const upkeep = new Upkeep(session, alone);

  const transaction = async <Result>(work: (sql: Transaction) => Promise<Result>): Promise<Result> => {
    let begun = false;
    const last = new LastStatements();
    const underWay: Promise<unknown>[] = [];
    const run = async (statements: readonly Statement[]): Promise<Row[][]> => {
      if (statements.length === 0) return [];
      // BEGIN travels with the first statements.
      const first = !begun;
      begun = true;
      const results = await session.run(first ? [{ text: 'begin' }, ...statements] : statements);
      return (first ? results.slice(1) : results).map((result) => result.rows);
    };
    try {
      const result = await work({
        isAlone: true,
        query: async (text, parameters) =>
          ((await run([parameters ? { text, parameters } : { text }]))[0] ?? []) as never,
        batch: run,
        last: (statements) => last.add(statements),
        ahead(statements) {
          const running = run(statements);
          running.catch(() => undefined);
          underWay.push(running);
        },
      });
      if (begun || last.all.length > 0) {
        const committing = commit(session, last.all, begun);
        last.committed((await Promise.all([committing, ...underWay]))[0]);
      }
      return result;
    } catch (thrown) {
      // What ran ahead failed first: whatever came after it was told of nothing but a failed transaction.
      const ended = await Promise.allSettled(underWay);
      const first = ended.find((each) => each.status === 'rejected');
      const error: unknown = first ? first.reason : thrown;
      last.failed(error);
      // Where the database has stopped there is nothing to roll back; the first error is the one to tell.
      if (begun || last.all.length > 0) await session.run([{ text: 'rollback' }]).catch(() => undefined);
      throw error;
    }
  };

  return {
    kind: 'pglite',
    query: (text, parameters) =>
      alone(async () => {
        const [result] = await session.run([parameters ? { text, parameters } : { text }]);
        return (result?.rows ?? []) as never;
      }),
    batch: (statements) => alone(() => transaction((sql) => sql.batch(statements))),
    transaction: async (work) => {
      const result = await alone(() => transaction(work));
      upkeep.count();
      return result;
    },
    script: (text) => alone(() => session.script(text)),
    onEnded: () => undefined,
    async close() {
      await backend.close(last);
      unlock();
    },
  };
}

/**
 * Runs a transaction's last statements and commits, in one message; a transaction that had failed before is rolled back by COMMIT
 * without an error, which must not pass as done.
 */
async function commit(session: Session, last: readonly Statement[], begun: boolean): Promise<Row[][]> {
  const results = await session.run([...(begun ? [] : [{ text: 'begin' }]), ...last, { text: 'commit' }]);
  if (results.pop()?.tag === 'ROLLBACK')
    throw new Error('the transaction had failed before and was rolled back');
  return results.slice(begun ? 0 : 1).map(({ rows }) => rows);
}

/** VACUUM and CHECKPOINT by what has been written to the log. */
class Upkeep {
  readonly #session: Session;
  readonly #alone: <Result>(work: () => Promise<Result>) => Promise<Result>;
  #transactions = 0;
  #lookedAt = 0;
  #checkpointAt = 0;
  #vacuumAt = 0;

  constructor(session: Session, alone: <Result>(work: () => Promise<Result>) => Promise<Result>) {
    this.#session = session;
    this.#alone = alone;
  }

  /** Counts a transaction; what is due runs before the next one. */
  count(): void {
    this.#transactions += 1;
    const volume = this.#session.sent + this.#transactions * BYTES_OF_TRANSACTION;
    if (volume - this.#lookedAt < BYTES_PER_LOOK) return;
    this.#lookedAt = volume;
    // Nobody waits for it; an error here is the next statement's error too, and is told there.
    void this.#alone(() => this.#look()).catch(() => undefined);
  }

  async #look(): Promise<void> {
    const [result] = await this.#session.run([
      { text: "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint as written" },
    ]);
    const written = Number(result?.rows[0]?.written ?? 0);
    if (written - this.#vacuumAt >= BYTES_PER_VACUUM) {
      if (this.#vacuumAt > 0)
        for (const table of BUSY_TABLES) await this.#session.run([{ text: `vacuum (analyze) ${table}` }]);
      this.#vacuumAt = written;
    }
    if (written - this.#checkpointAt >= BYTES_PER_CHECKPOINT) {
      this.#checkpointAt = written;
      await this.#session.run([{ text: 'checkpoint' }]);
    }
  }
}
