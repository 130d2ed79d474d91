/** What has happened to the journals of a day (or of an order) on their way to the finance system. */
import type { CommandRequest } from '../commands.ts';
import type { BaseFact } from '../process.ts';
import type { AccountBalance, JournalSum } from './messages.ts';

export type JournalFact = BaseFact &
  (
    | {
        type: 'DaySummed';
        entity: string;
        channel: string;
        date: string;
        currency: string;
        postings: number;
        sums: JournalSum[];
      }
    /** What was posted since adds up to nothing on every account: there is nothing to tell. */
    | { type: 'NothingToBook'; postings: number }
    /** `number`: of the document, for ever. `postings`: keys of those that it books, or how many a summary books. */
    | {
        type: 'DocumentRequested';
        number: string;
        attempt: number;
        postings: string[] | number;
        /** Of a summary: what it tells. */
        sums?: JournalSum[];
        entity: string;
        channel: string;
        command: CommandRequest;
      }
    | { type: 'DocumentBooked'; number: string; documentId: string }
    /** `closedThrough`: since the system's books are closed up to this day. */
    | {
        type: 'DocumentRefused';
        number: string;
        inDoubt: boolean;
        because: string;
        closedThrough?: string;
      }
    /** What falls into the system's closed period may stand on the next open day, up to this one. */
    | { type: 'MoveAllowed'; closedThrough: string; by: string }
    /** Its day is closed at the system: it is to stand on the next open one. Taxes keep the period in which they fell due. */
    | { type: 'DocumentMoved'; number: string; from: string; to: string; closedThrough: string }
    /** A person says that it is booked by hand, or need not be. */
    | { type: 'DocumentLeftOut'; number: string; closes: string; by: string }
    | {
        type: 'BalancesAsked';
        entity: string;
        asOf: string;
        currency: string;
        balances: AccountBalance[];
        command: CommandRequest;
      }
    /** Theirs − ours, of accounts that we post to; none: both agree. */
    | { type: 'BalancesCompared'; asOf: string; differences: AccountBalance[] }
    | { type: 'BalancesNotRead'; asOf: string; because: string }
    | { type: 'DifferencesAccepted'; closes: string; by: string }
    | { type: 'CaseClosed'; closes: string; by: string }
  );

/** What each fact means, in one sentence. */
export const JOURNAL_FACT_MEANINGS: Readonly<Record<JournalFact['type'], string>> = {
  DaySummed: 'What is posted of the day, with what came late',
  NothingToBook: 'What came late adds up to nothing on every account',
  DocumentRequested: 'The finance system is asked to book a document',
  DocumentBooked: 'The finance system has booked it',
  DocumentRefused: 'The finance system has refused it, or nobody knows; a case',
  MoveAllowed: 'A person lets what falls into the closed period be booked on the next open day',
  DocumentMoved: 'The day of a document is closed at the finance system: it is to stand on the next open one',
  DocumentLeftOut: 'A person has said that it is booked by hand',
  BalancesAsked: 'The finance system is asked for the balances of all accounts at the end of a day',
  BalancesCompared: 'Its balances were compared with those of the sub-ledger, account by account',
  BalancesNotRead: 'Its balances could not be read; they are asked for again in the next night',
  DifferencesAccepted: 'A person has accepted the differences as they are',
  CaseClosed: 'The case is over',
};
