/** A dispute: what the provider says of it, and what it has taken and given back for it. */
import type { Posting } from '../books/posting.ts';
import type { Dispute } from '../canonical/index.ts';
import type { BaseFact } from '../process.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { EntryNews } from './messages.ts';
import { type CaseFact, evolveCases, type WithCases } from './small-draft.ts';

export type DisputeFact =
  | CaseFact
  | (BaseFact &
      (
        | { type: 'DisputeTold'; dispute: Dispute }
        | { type: 'MoneyMoved'; entry: EntryNews }
        /** So much of it is a reduction of its order's price, in all: the order is told. */
        | { type: 'ReductionTold'; amountMinor: number }
        /** The order cannot take it: it is a loss. */
        | { type: 'LossKept'; because: string }
        | { type: 'PostingsMade'; postings: Posting[] }
      ));

const TYPES: Readonly<Record<DisputeFact['type'], true>> = {
  CaseOpened: true,
  CaseClosed: true,
  DisputeTold: true,
  MoneyMoved: true,
  ReductionTold: true,
  LossKept: true,
  PostingsMade: true,
};
export const DISPUTE_FACT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));

export interface DisputeState extends WithCases {
  connection: string;
  disputeId: string;
  dispute: Dispute | null;
  /** The order that its entries name. */
  channelOrderId: string | null;
  /** In the currency of the account: what was taken and not given back, fees left out; null: nothing has moved. */
  taken: { currency: string; amountMinor: number } | null;
  /** Booked as a loss, by the currency of `taken`. */
  lossMinor: number;
  /** Told to its order as a reduction of the price; left out: nothing. */
  reducedMinor?: number;
  /** Why it is a loss, though its reason says otherwise; left out: it is not. */
  keptAsLoss?: string;
  posted: string[];
}

export function initialDispute(key: string): DisputeState {
  const { connection, id: disputeId } = parseStreamKey(key);
  const none = { channelOrderId: null, taken: null, lossMinor: 0, posted: [], cases: {}, accepted: {} };
  return { key, connection, disputeId, dispute: null, ...none };
}

export function evolveDispute(before: DisputeState, fact: DisputeFact): DisputeState {
  const state = evolveCases(before, fact);
  switch (fact.type) {
    case 'DisputeTold':
      return {
        ...state,
        dispute: fact.dispute,
        channelOrderId: fact.dispute.channelOrderId ?? state.channelOrderId,
      };
    case 'MoneyMoved': {
      const { currency, amountMinor, channelOrderId } = fact.entry;
      const taken = (state.taken?.amountMinor ?? 0) - amountMinor;
      return {
        ...state,
        channelOrderId: state.channelOrderId ?? channelOrderId,
        taken: { currency, amountMinor: taken },
      };
    }
    case 'ReductionTold':
      return { ...state, reducedMinor: fact.amountMinor };
    case 'LossKept':
      return { ...state, reducedMinor: 0, keptAsLoss: fact.because };
    case 'PostingsMade':
      return {
        ...state,
        posted: [...state.posted, ...fact.postings.map(({ key }) => key)],
        lossMinor: fact.postings
          .flatMap(({ lines }) => lines)
          .reduce((sum, each) => sum + (each.role === 'disputeLoss' ? each.amountMinor : 0), state.lossMinor),
      };
    case 'CaseOpened':
    case 'CaseClosed':
      return state;
    default:
      return fact satisfies never;
  }
}

/** How a dispute stands: an inquiry takes nothing; what was accepted is lost; what was prevented or refunded is over. */
export function standingOf({
  type,
  status,
}: Pick<Dispute, 'type' | 'status'>): 'open' | 'won' | 'lost' | 'over' {
  switch (status) {
    case 'needsResponse':
    case 'underReview':
      return 'open';
    case 'won':
      return 'won';
    case 'lost':
    case 'accepted':
      return type === 'inquiry' ? 'over' : 'lost';
    case 'prevented':
    case 'refunded':
      return 'over';
    default:
      return status satisfies never;
  }
}
