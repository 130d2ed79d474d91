/** What a transaction sends together with its COMMIT, for both databases. */
import type { Row, Statement } from './sql.ts';

export class LastStatements {
  readonly #statements: Statement[] = [];
  readonly #askers: { from: number; resolve: (rows: Row[][]) => void; reject: (error: unknown) => void }[] =
    [];

  /** Adds statements; resolves with their rows when the transaction has committed. */
  add(statements: readonly Statement[]): Promise<Row[][]> {
    const from = this.#statements.length;
    this.#statements.push(...statements);
    const rows = new Promise<Row[][]>((resolve, reject) => this.#askers.push({ from, resolve, reject }));
    // Whoever runs the transaction is told of its error; who asked here may not look.
    rows.catch(() => undefined);
    return rows;
  }

  get all(): readonly Statement[] {
    return this.#statements;
  }

  /** The transaction has committed; the rows of all statements, in their order. */
  committed(rows: Row[][]): void {
    for (const [index, { from, resolve }] of this.#askers.entries())
      resolve(rows.slice(from, this.#askers[index + 1]?.from ?? rows.length));
  }

  failed(error: unknown): void {
    for (const { reject } of this.#askers) reject(error);
  }
}
