/** One entry of a payments account: what has been told of it, whose money it is, and what of it is booked. */
import type { Posting } from '../books/posting.ts';
import type { SettlementEntry } from '../canonical/index.ts';
import type { BaseFact } from '../process.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { OrderAnswer } from './messages.ts';
import { type CaseFact, evolveCases, type WithCases } from './small-draft.ts';

export type EntryFact =
  | CaseFact
  | (BaseFact &
      (
        | { type: 'EntryTold'; entry: SettlementEntry }
        /** It has its payout now, or another one. */
        | { type: 'EntryPaidOut'; payoutId: string }
        /** The mappings say what a type is that the connector does not know. */
        | { type: 'EntryNamed'; kind: SettlementEntry['kind'] }
        | { type: 'OrderAsked'; times: number }
        | { type: 'OrderAnswered'; answer: OrderAnswer }
        | { type: 'PostingsMade'; postings: Posting[] }
      ));

const TYPES: Readonly<Record<EntryFact['type'], true>> = {
  CaseOpened: true,
  CaseClosed: true,
  EntryTold: true,
  EntryPaidOut: true,
  EntryNamed: true,
  OrderAsked: true,
  OrderAnswered: true,
  PostingsMade: true,
};
export const ENTRY_FACT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));

export interface EntryState extends WithCases {
  connection: string;
  /** As it was told, with the payout and the kind that are known by now. */
  entry: SettlementEntry | null;
  /** How often its order was asked for the transaction. */
  asked: number;
  answer: OrderAnswer | null;
  /** Keys of the postings that are made. */
  posted: string[];
}

export function initialEntry(key: string): EntryState {
  const { connection } = parseStreamKey(key);
  return { key, connection, entry: null, asked: 0, answer: null, posted: [], cases: {}, accepted: {} };
}

export function evolveEntry(before: EntryState, fact: EntryFact): EntryState {
  const state = evolveCases(before, fact);
  switch (fact.type) {
    case 'EntryTold':
      return { ...state, entry: fact.entry };
    case 'EntryPaidOut':
      return state.entry ? { ...state, entry: { ...state.entry, payoutId: fact.payoutId } } : state;
    case 'EntryNamed':
      return state.entry ? { ...state, entry: { ...state.entry, kind: fact.kind } } : state;
    case 'OrderAsked':
      return { ...state, asked: fact.times };
    case 'OrderAnswered':
      return { ...state, answer: fact.answer };
    case 'PostingsMade':
      return { ...state, posted: [...state.posted, ...fact.postings.map(({ key }) => key)] };
    case 'CaseOpened':
    case 'CaseClosed':
      return state;
    default:
      return fact satisfies never;
  }
}
