/** What was asked in the name of a person: who asked, of which orders, and when. The person is never named, but by the channel's id. */
import type { BaseFact, CaseOpening } from '../process.ts';

export type PrivacyFact = BaseFact &
  /**
   * Orders (by the channel's ids) that are told to forget; those of earlier requests are not told again. `everyOrder`: none was named,
   * and all orders of the customer are found and told.
   */
  (
    | { type: 'ErasureRequested'; orders: string[]; everyOrder?: true; at: string }
    /** So many orders were found and told. */
    | { type: 'ErasureCarriedOut'; orders: number; at: string }
    | { type: 'AppUninstalled'; at: string; opens: CaseOpening }
    | { type: 'DataRequested'; requestId: string; orders: string[]; opens: CaseOpening }
    /** All orders of the store are told to forget, and its connection is given up. */
    | { type: 'StoreErasureRequested'; at: string; opens?: CaseOpening }
    | { type: 'CaseClosed'; closes: string; by: string }
  );

const TYPES: Readonly<Record<PrivacyFact['type'], true>> = {
  ErasureRequested: true,
  ErasureCarriedOut: true,
  AppUninstalled: true,
  DataRequested: true,
  StoreErasureRequested: true,
  CaseClosed: true,
};
export const PRIVACY_FACT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));
