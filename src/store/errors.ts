/** What went wrong in the database, and what to do about it: three kinds that the hub treats differently, and words for people. */

/** An error of the database, with PostgreSQL's code. */
export class DatabaseError extends Error {
  readonly code: string | undefined;
  readonly detail: string | undefined;
  constructor(message: string, code: string | undefined, detail: string | undefined) {
    super(detail ? `${message} (${detail})` : message);
    this.name = 'DatabaseError';
    this.code = code;
    this.detail = detail;
  }
}

/** The embedded database has been closed: this process cannot go on, a new one can. */
export class DatabaseEnded extends Error {
  override name = 'DatabaseEnded';
}

/** The embedded database has stopped by itself, as a server that crashes; it is opened again for the next who asks. */
export class DatabaseStopped extends DatabaseError {
  constructor(because: string) {
    super(
      `The embedded database has stopped (${because}). It is opened again by itself, and nothing that was answered 2xx is lost; where it stops again, look at the space of its disk and the rights of its directory`,
      '57P02',
      undefined,
    );
    this.name = 'DatabaseStopped';
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Words for a connection that is not there, has gone (25P03: a process that was stopped within a transaction), or does not answer. */
const LOST =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)$|^08|^57P0[1-5]$|^25P03$|^53300$/;
const LOST_WORDS =
  /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|Query read timeout|Client was closed/;

/** The database cannot be reached now: wait and try again. What was being committed may or may not be. */
export function isUnreachable(error: unknown): boolean {
  return LOST.test(codeOf(error)) || (error instanceof Error && LOST_WORDS.test(error.message));
}

/** This session has become useless though it answers: a standby after a failover. A new one may reach the primary. */
export function isWrongServer(error: unknown): boolean {
  return codeOf(error) === '25006';
}

/** The rows themselves are refused (values, constraints, sizes): repeating the same batch cannot help, leaving one out can. */
export function isOfData(error: unknown): boolean {
  return /^(21|22|23|44|54)/.test(codeOf(error));
}

/** A row is there already that was to be made. */
export function isAlreadyThere(error: unknown): boolean {
  return codeOf(error) === '23505';
}

/** Others were in the way (deadlock, lock time-out, serialisation): simply take the transaction again. */
export function isOfContention(error: unknown): boolean {
  return /^(40001|40P01|55P03|57014)$/.test(codeOf(error));
}

const ADVICE: readonly [pattern: RegExp, words: string][] = [
  [
    /^(53100|ENOSPC)$/,
    'The disk of the database is full: free space or enlarge it; the hub goes on by itself, and nothing that was answered 2xx is lost',
  ],
  [
    /^(25006|EROFS)$/,
    'The database is read-only (a standby, or default_transaction_read_only): point DATABASE_URL to the primary; the hub goes on by itself once it may write',
  ],
  [/^53300$/, 'The server has no connection left: raise max_connections, or lower the pool of the hubs'],
  [/^53/, 'The server is short of memory or another resource: look at its log'],
  [
    /^(28P01|28000)$/,
    'The server refuses the credentials: check user and password in DATABASE_URL, and pg_hba.conf',
  ],
  [/^3D000$/, 'The database does not exist: create it (createdb), or correct its name in DATABASE_URL'],
  [
    /^42501$/,
    'The user of DATABASE_URL lacks a right: it must own the schema (grant create on schema public)',
  ],
  [/^(42P01|42703)$/, 'The schema is not that of this version: run crossdock migrate'],
  [/^(EACCES|EPERM)$/, 'The data directory cannot be written by this user: check its owner and permissions'],
  [/^(40001|40P01|55P03|57014)$/, 'Others were in the way for too long; it is tried again by itself'],
];

/** One sentence for a log or a page: what happened, and what to do next. */
export function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof DatabaseStopped) return message;
  const code = codeOf(error);
  const advice = ADVICE.find(([pattern]) => pattern.test(code))?.[1];
  if (advice) return `${advice} (${message})`;
  if (isUnreachable(error))
    return `The database cannot be reached: check that it runs and that DATABASE_URL is right; the hub goes on by itself when it is back (${message})`;
  return message;
}
