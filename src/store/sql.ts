/**
 * One interface over the embedded database (PGlite, in a worker thread) and PostgreSQL. Rows come back with numbers for
 * `bigint`, epoch milliseconds for `timestamptz`, parsed `json`, and Uint8Array for `bytea`.
 */

export type Row = Record<string, unknown>;

export interface Statement {
  text: string;
  parameters?: readonly unknown[];
}

/** What SQL can be run on: the database, or one transaction of it. */
export interface Sql {
  query<Result extends Row = Row>(text: string, parameters?: readonly unknown[]): Promise<Result[]>;
  /** Several statements in one round trip, run in this order; the first that fails fails all. Within a transaction only. */
  batch(statements: readonly Statement[]): Promise<Row[][]>;
}

/** One transaction of the database. */
export interface Transaction extends Sql {
  /** Nobody else reads or writes until it ends (the embedded database has one connection): what was read is as good as locked. */
  readonly isAlone: boolean;
  /**
   * The last statements of it, which travel with COMMIT in one round trip, after all others and in this order. Their rows come
   * when it has committed: never wait for them within the transaction.
   */
  last(statements: readonly Statement[]): Promise<Row[][]>;
  /**
   * Begins statements whose rows nobody asks for, and goes on meanwhile; an error of theirs is the transaction's. Where nobody else
   * works beside it, so that what is decided first is final; left out elsewhere.
   */
  ahead?(statements: readonly Statement[]): void;
}

export interface Database extends Sql {
  kind: 'pglite' | 'postgres';
  /** Runs `work` in one transaction (READ COMMITTED); what it throws rolls back. Contention is retried by the caller. */
  transaction<Result>(work: (sql: Transaction) => Promise<Result>): Promise<Result>;
  /** Runs several statements at once, without parameters (migrations). */
  script(text: string): Promise<void>;
  /** Told once when the database has ended for good, so that the process ends too and is started again. */
  onEnded(listener: (error: Error) => void): void;
  close(): Promise<void>;
}

/** How hot statements must be planned, whatever the planner believes of tables that are still empty: by index, in loops. */
export const PLANNER = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_material: 'off',
  enable_sort: 'off',
  jit: 'off',
  random_page_cost: '1.1',
} as const;
