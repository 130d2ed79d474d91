/** An account at a bank: payouts that it is to show, and lines of payment providers that are none of them yet. */
import type { Posting } from '../books/posting.ts';
import type { BaseFact } from '../process.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { OpenLine } from './bank-matching.ts';
import type { ExpectedPayout } from './messages.ts';
import { type CaseFact, evolveCases, type WithCases } from './small-draft.ts';

export type BankFact =
  | CaseFact
  | (BaseFact &
      (
        | { type: 'PayoutExpected'; expected: ExpectedPayout }
        | { type: 'PayoutExpectedNoMore'; payout: string }
        /** `lines`: those of payment providers, which were not known; `others`: ids of the rest. */
        | {
            type: 'StatementTold';
            statementId: string;
            digest: string;
            from: string | null;
            until: string;
            openingMinor: number | null;
            closingMinor: number | null;
            lines: OpenLine[];
            others: string[];
          }
        /** `by`: the person who said so; null: it follows from amount, day and reference. */
        | {
            type: 'LineMatched';
            line: OpenLine;
            payouts: ExpectedPayout[];
            by: string | null;
            /** Its entity has books: it is to be booked. */
            hasBooks: boolean;
          }
        /** A person has said that it is no payout. */
        | { type: 'LineSetAside'; lineId: string; by: string; closes: string }
        | { type: 'PostingsMade'; postings: Posting[] }
      ));

const TYPES: Readonly<Record<BankFact['type'], true>> = {
  CaseOpened: true,
  CaseClosed: true,
  PayoutExpected: true,
  PayoutExpectedNoMore: true,
  StatementTold: true,
  LineMatched: true,
  LineSetAside: true,
  PostingsMade: true,
};
export const BANK_FACT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));

export interface MatchedLine {
  line: OpenLine;
  payouts: ExpectedPayout[];
}

export interface BankState extends WithCases {
  entity: string;
  account: string;
  /** By the key of the payout's stream. */
  expected: Record<string, ExpectedPayout>;
  lines: Record<string, OpenLine>;
  /** Lines that have been told, the newest last: exports overlap. */
  seen: string[];
  /** Digests of statements, by their ids, the newest last. */
  statements: Record<string, string>;
  closing: { until: string; amountMinor: number } | null;
  /** Matches that are not booked, by the id of the line. */
  unposted: Record<string, MatchedLine>;
}

/** Lines and statements that are remembered: an export that reaches further back tells them anew. */
const SEEN_LIMIT = 10_000;
const STATEMENTS_LIMIT = 1_000;

export function initialBank(key: string): BankState {
  const { connection: entity, id: account } = parseStreamKey(key);
  const none = { expected: {}, lines: {}, seen: [], statements: {}, closing: null, unposted: {} };
  return { key, entity, account, ...none, cases: {}, accepted: {} };
}

export function evolveBank(before: BankState, fact: BankFact): BankState {
  const state = evolveCases(before, fact);
  switch (fact.type) {
    case 'PayoutExpected':
      return { ...state, expected: { ...state.expected, [fact.expected.payout]: fact.expected } };
    case 'PayoutExpectedNoMore':
      return { ...state, expected: without(state.expected, [fact.payout]) };
    case 'StatementTold': {
      const { statementId, digest, until, closingMinor, lines, others } = fact;
      const isNewest = closingMinor !== null && until >= (state.closing?.until ?? '');
      const statements = Object.entries({ ...state.statements, [statementId]: digest });
      return {
        ...state,
        lines: { ...state.lines, ...Object.fromEntries(lines.map((line) => [line.lineId, line])) },
        seen: [...state.seen, ...lines.map(({ lineId }) => lineId), ...others].slice(-SEEN_LIMIT),
        statements: Object.fromEntries(statements.slice(-STATEMENTS_LIMIT)),
        closing: isNewest ? { until, amountMinor: closingMinor } : state.closing,
      };
    }
    case 'LineMatched': {
      const { line, payouts, hasBooks } = fact;
      return {
        ...state,
        lines: without(state.lines, [line.lineId]),
        expected: without(
          state.expected,
          payouts.map(({ payout }) => payout),
        ),
        unposted: hasBooks ? { ...state.unposted, [line.lineId]: { line, payouts } } : state.unposted,
      };
    }
    case 'LineSetAside':
      return { ...state, lines: without(state.lines, [fact.lineId]) };
    case 'PostingsMade':
      return {
        ...state,
        unposted: without(
          state.unposted,
          fact.postings.map(({ key }) => key.slice(LINE_KEY.length)),
        ),
      };
    case 'CaseOpened':
    case 'CaseClosed':
      return state;
    default:
      return fact satisfies never;
  }
}

/** What the key of the posting of a line begins with. */
export const LINE_KEY = 'line/';

function without<Value>(record: Record<string, Value>, keys: readonly string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}
