/** What the execution of one call knows and notes. */
import type { OrderBook } from '../book.ts';

export interface Execution {
  /** The API version that answers. */
  version: string;
  /** What the app may do. */
  scopes: ReadonlySet<string>;
  /** Where twisted orders stand in the answer. */
  twisted: { path: (string | number)[]; order: OrderBook }[];
  /** In a bulk operation: how much it reads at a time. */
  bulk?: BulkReading;
}

/** What a bulk execution is told, and notes. */
export interface BulkReading {
  size: number;
  after: string | null;
  /** Paths of the connections that the query has met. */
  connections: Set<string>;
  /** Where the root connection goes on; null: it ends here. */
  next: string | null;
}
