/** A payout: what the provider says of it, what it consists of, and where its money is. Sums only: its journal has every entry. */
import type { Posting } from '../books/posting.ts';
import type { Payout } from '../canonical/index.ts';
import type { BaseFact } from '../process.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { EntryNews } from './messages.ts';
import { type CaseFact, evolveCases, type WithCases } from './small-draft.ts';

export type PayoutFact =
  | CaseFact
  | (BaseFact &
      (
        | { type: 'PayoutTold'; payout: Payout }
        | { type: 'EntryJoined'; entry: EntryNews }
        /** It is in another payout, or another kind than was thought. */
        | { type: 'EntryLeft'; entry: EntryNews }
        /** A bank account is to show it, or (null) not any more. */
        | { type: 'BankAsked'; bank: string | null }
        | { type: 'ReachedBank'; bank: string; lineId: string; bookedOn: string }
        | { type: 'PostingsMade'; postings: Posting[] }
      ));

const TYPES: Readonly<Record<PayoutFact['type'], true>> = {
  CaseOpened: true,
  CaseClosed: true,
  PayoutTold: true,
  EntryJoined: true,
  EntryLeft: true,
  BankAsked: true,
  ReachedBank: true,
  PostingsMade: true,
};
export const PAYOUT_FACT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));

export interface PayoutState extends WithCases {
  connection: string;
  payoutId: string;
  payout: Payout | null;
  entries: number;
  /** Σ(amount − fee) of its entries, and how many of them are of a type that nobody knows. */
  sumMinor: number;
  unknown: number;
  /** Key of the bank account's stream that is to show it; null: none. */
  bank: string | null;
  atBank: { lineId: string; bookedOn: string } | null;
  posted: string[];
}

export function initialPayout(key: string): PayoutState {
  const { connection, id: payoutId } = parseStreamKey(key);
  const none = {
    entries: 0,
    sumMinor: 0,
    unknown: 0,
    bank: null,
    atBank: null,
    posted: [],
    cases: {},
    accepted: {},
  };
  return { key, connection, payoutId, payout: null, ...none };
}

export function evolvePayout(before: PayoutState, fact: PayoutFact): PayoutState {
  const state = evolveCases(before, fact);
  switch (fact.type) {
    case 'PayoutTold':
      return { ...state, payout: fact.payout };
    case 'EntryJoined':
      return counted(state, fact.entry, 1);
    case 'EntryLeft':
      return counted(state, fact.entry, -1);
    case 'BankAsked':
      return { ...state, bank: fact.bank };
    case 'ReachedBank': {
      const { lineId, bookedOn } = fact;
      return { ...state, atBank: { lineId, bookedOn } };
    }
    case 'PostingsMade':
      return { ...state, posted: [...state.posted, ...fact.postings.map(({ key }) => key)] };
    case 'CaseOpened':
    case 'CaseClosed':
      return state;
    default:
      return fact satisfies never;
  }
}

function counted(state: PayoutState, entry: EntryNews, sign: 1 | -1): PayoutState {
  return {
    ...state,
    entries: state.entries + sign,
    sumMinor: state.sumMinor + sign * (entry.amountMinor - entry.feeMinor),
    unknown: state.unknown + (entry.kind === 'unknown' ? sign : 0),
  };
}
