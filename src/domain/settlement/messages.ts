/** What streams of settlement tell each other, and orders. */
import type { BankStatement, SettlementEntry } from '../canonical/index.ts';

/** An entry as others need to know it. */
export type EntryNews = Pick<
  SettlementEntry,
  | 'entryId'
  | 'kind'
  | 'sourceType'
  | 'gateway'
  | 'channelOrderId'
  | 'transactionId'
  | 'currency'
  | 'amountMinor'
  | 'feeMinor'
  | 'at'
>;

/** What an order knows of the transaction that an entry comes from. */
export type OrderAnswer =
  /** The order has not come (yet). */
  | { found: 'nothing' }
  /** It has come and cannot be read, which a person is asked about already. */
  | { found: 'waits' }
  /** It has no such transaction (yet): its last snapshot may have carried none. */
  | { found: 'order' }
  | {
      found: 'transaction';
      gateway: string;
      /** When the order's money was taken or given back. */
      at: string;
      /** Its amount in both moneys of the order, without a sign. */
      amounts: { currency: string; amountMinor: number }[];
    };

export type SettlementMessage =
  /** An entry is part of this payout; told once, and again when its kind is found out. */
  | { type: 'payout.entry'; entry: EntryNews }
  /** It is in another payout now. */
  | { type: 'payout.entryLeft'; entry: EntryNews }
  /** An entry moves what a dispute is about. */
  | { type: 'dispute.entry'; entry: EntryNews }
  /** To an order: money of it has reached its provider, or has left it. `payout`: the key of its stream. */
  | { type: 'payment.settled'; entry: EntryNews; payout: string | null; from: string }
  | { type: 'settlement.answer'; answer: OrderAnswer }
  /** To an order: its payment is disputed, or that has ended. */
  | ({ type: 'payment.disputed' } & SeenDispute)
  /** To an order: of a dispute that was lost so much is a reduction of its price; told again when that has changed. */
  | ({ type: 'payment.reduced' } & Reduction)
  /** To a dispute: its order cannot take it, so it is a loss. */
  | { type: 'dispute.asLoss'; because: string }
  /** To a bank account: this payout is to be seen there, or not any more. */
  | ({ type: 'bank.expected' } & ExpectedPayout)
  | { type: 'bank.expectedNoMore'; payout: string }
  | { type: 'bank.statement'; statement: BankStatement }
  /** A person says which payouts a line is. */
  | { type: 'bank.match'; lineId: string; payouts: string[]; by: string }
  /** To a payout: the bank shows it. */
  | { type: 'payout.atBank'; bank: string; lineId: string; bookedOn: string };

/** A payout that a bank is to show. */
export interface ExpectedPayout {
  /** Key of its stream. */
  payout: string;
  currency: string;
  amountMinor: number;
  /** The day on which it went, and what the statement should say of it. */
  on: string;
  references: string[];
}

/** A dispute as its order knows it. */
export interface SeenDispute {
  /** The provider's id. */
  dispute: string;
  /** Of an inquiry nothing is taken. */
  kind: 'inquiry' | 'chargeback';
  /** `over`: it came to nothing, before or without a decision. */
  status: 'open' | 'won' | 'lost' | 'over';
  reason: string;
  currency: string;
  amountMinor: number;
}

/** What a shopper's bank has taken for good, as the order's price is reduced by it. */
export interface Reduction {
  /** Key of the dispute's stream. */
  dispute: string;
  gateway: string;
  reason: string;
  currency: string;
  /** In all; 0: nothing any more. */
  amountMinor: number;
  at: string;
}

/** The entry as it is told to others. */
export function newsOf(entry: SettlementEntry): EntryNews {
  const { entryId, kind, sourceType, gateway, channelOrderId, transactionId, currency } = entry;
  const { amountMinor, feeMinor, at } = entry;
  return {
    entryId,
    kind,
    sourceType,
    gateway,
    channelOrderId,
    transactionId,
    currency,
    amountMinor,
    feeMinor,
    at,
  };
}
