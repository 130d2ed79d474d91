/** What the stream of a day's reconciliation is told. */
import type { Difference, SourceSum } from './difference.ts';

export type ReconciliationMessage =
  /** `night`: the day on which it is done by itself; null: somebody asks. */
  | { type: 'reconciliation.begin'; night: string | null; by: string }
  /** All sources were read, and this is what came of it. `run`: which one it was. */
  | { type: 'reconciliation.compared'; run: number; sources: SourceSum[]; differences: Difference[] };
