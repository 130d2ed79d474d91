/** What a stream of journals is told of the sub-ledger. Both are snapshots: told again they change nothing. */
import type { Posting } from '../books/posting.ts';

/** What one account got of a day's postings, with what reports are cut by. Minor units of the books; debit positive. */
export interface JournalSum {
  account: string;
  /** Of a tax line; null: it is none. */
  taxCode: string | null;
  /** Null: the posting was of no brand. */
  brand: string | null;
  amountMinor: number;
}

export interface AccountBalance {
  account: string;
  balanceMinor: number;
}

export type JournalMessage =
  /** All that is posted of a day, channel and entity by now. */
  | {
      type: 'journal.summed';
      entity: string;
      channel: string;
      date: string;
      currency: string;
      postings: number;
      sums: JournalSum[];
    }
  /** All that was posted until a day is booked: its balances are compared. In the books' currency; debit positive. */
  | { type: 'journal.balances'; entity: string; asOf: string; currency: string; balances: AccountBalance[] }
  /** New postings of a stream (an order, a payout), to be booked one by one. */
  | { type: 'journal.posted'; entity: string; channel: string; of: string; postings: Posting[] };
