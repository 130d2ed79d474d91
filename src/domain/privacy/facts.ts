/** What was asked in the name of a person: who asked, of which orders, and when. The person is never named, but by the channel's id. */
import type { BaseFact, CaseOpening } from '../process.ts';

export type PrivacyFact = BaseFact &
  /** Orders (by the channel's ids) that are told to forget; those of earlier requests are not told again. */
  (
    | { type: 'ErasureRequested'; orders: string[]; at: string }
    | { type: 'DataRequested'; requestId: string; orders: string[]; opens: CaseOpening }
    | { type: 'StoreErasureRequested'; at: string; opens: CaseOpening }
    | { type: 'CaseClosed'; closes: string; by: string }
  );

const TYPES: Readonly<Record<PrivacyFact['type'], true>> = {
  ErasureRequested: true,
  DataRequested: true,
  StoreErasureRequested: true,
  CaseClosed: true,
};
export const PRIVACY_FACT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));
