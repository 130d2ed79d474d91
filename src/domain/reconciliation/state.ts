/** What is known of the reconciliation of an entity's day: the fold of its facts. */
import type { BaseFact } from '../process.ts';
import { type CaseFact, evolveCases, type WithCases } from '../settlement/small-draft.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { Difference, SourceSum } from './difference.ts';

export type ReconciliationFact =
  | CaseFact
  | (BaseFact &
      (
        | {
            type: 'ReconciliationBegun';
            run: number;
            night: string | null;
            by: string;
            /** The day, as instants: [from, until). */
            from: string;
            until: string;
            /** Where it is asked: "finance/ledger". */
            sources: string[];
          }
        /** A page of what a source has of the day is read. */
        | { type: 'PageAsked'; source: string; page: number }
        | { type: 'SourceRead'; source: string }
        | { type: 'SourceNotRead'; source: string; because: string; isOffered: boolean }
        | {
            type: 'DayCompared';
            run: number;
            sources: SourceSum[];
            differences: Difference[];
            /** Differences beyond those that are kept. */
            more: number;
          }
      ));

/** What each fact means, in one sentence. */
export const RECONCILIATION_FACT_MEANINGS: Readonly<Record<ReconciliationFact['type'], string>> = {
  ReconciliationBegun: 'The money of a day is compared with what finance, channels and providers say of it',
  PageAsked: 'A system is asked for what it has of the day',
  SourceRead: 'It has told all',
  SourceNotRead: 'It could not be read, or does not tell',
  DayCompared: 'Both were compared; these are the differences',
  CaseOpened: 'A difference is a case',
  CaseClosed: 'The difference is gone, or a person has accepted it',
};

/** How one source is read. */
export interface SourceState {
  status: 'reading' | 'read' | 'failed';
  /** Pages that were asked for. */
  pages: number;
  /** Why it could not be read; null: it was. */
  because: string | null;
  /** False: the system does not tell such things, and that is no difference. */
  isOffered: boolean;
}

export interface ReconciliationState extends WithCases {
  entity: string;
  day: string;
  run: number;
  night: string | null;
  by: string;
  from: string;
  until: string;
  /** `reading`: systems are asked; `read`: both sides can be compared; `done`: they were. */
  status: 'new' | 'reading' | 'read' | 'done';
  sources: Record<string, SourceState>;
  sums: SourceSum[];
  differences: Difference[];
  more: number;
}

export function initialReconciliation(key: string): ReconciliationState {
  const { connection: entity, id: day } = parseStreamKey(key);
  return {
    key,
    entity,
    day,
    run: 0,
    night: null,
    by: '',
    from: '',
    until: '',
    status: 'new',
    sources: {},
    sums: [],
    differences: [],
    more: 0,
    cases: {},
    accepted: {},
  };
}

export function evolveReconciliation(
  before: ReconciliationState,
  fact: ReconciliationFact,
): ReconciliationState {
  const state = evolveCases(before, fact);
  switch (fact.type) {
    case 'ReconciliationBegun': {
      const { run, night, by, from, until } = fact;
      const reading = { status: 'reading' as const, pages: 0, because: null, isOffered: true };
      const sources = Object.fromEntries(fact.sources.map((source) => [source, reading]));
      const next = { ...state, run, night: night ?? state.night, by, from, until, sources };
      return { ...next, status: fact.sources.length === 0 ? 'read' : 'reading' };
    }
    case 'PageAsked':
      return withSource(state, fact.source, { pages: fact.page });
    case 'SourceRead':
      return withSource(state, fact.source, { status: 'read' });
    case 'SourceNotRead': {
      const { because, isOffered } = fact;
      return withSource(state, fact.source, { status: 'failed', because, isOffered });
    }
    case 'DayCompared': {
      const { sources: sums, differences, more } = fact;
      return { ...state, status: 'done', sums, differences, more };
    }
    case 'CaseOpened':
    case 'CaseClosed':
      return state;
    default:
      return fact satisfies never;
  }
}

function withSource(
  state: ReconciliationState,
  source: string,
  change: Partial<SourceState>,
): ReconciliationState {
  const known = state.sources[source];
  if (!known) return state;
  const sources = { ...state.sources, [source]: { ...known, ...change } };
  const isRead = Object.values(sources).every(({ status }) => status !== 'reading');
  return { ...state, sources, status: isRead ? 'read' : 'reading' };
}
