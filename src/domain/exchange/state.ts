/** What is known of a series of files: the fold of its facts. */
import { parseStreamKey } from '../stream-key.ts';
import type { ExchangeFact } from './facts.ts';

export interface ExchangeState {
  key: string;
  connection: string;
  /** "SENDER/LOCATION", or "unreadable": files whose header cannot be read. */
  series: string;
  /** The highest number that was taken, and when its file was made. */
  last: { sequence: number; createdAt: string } | null;
  /** Numbers below it that have not come. */
  missing: number[];
  /** How often a snapshot was asked for. */
  requests: number;
  cases: Record<string, string>;
}

/** Missing numbers that are remembered. */
const MISSING_LIMIT = 200;

export function initialExchange(key: string): ExchangeState {
  const { connection, id } = parseStreamKey(key);
  return { key, connection, series: id, last: null, missing: [], requests: 0, cases: {} };
}

export function evolveExchange(state: ExchangeState, fact: ExchangeFact): ExchangeState {
  const next = { ...state };
  if (fact.opens) next.cases = { ...state.cases, [fact.opens.key]: fact.opens.reason };
  if (fact.closes !== undefined) {
    const { [fact.closes]: _, ...rest } = state.cases;
    next.cases = rest;
  }
  switch (fact.type) {
    case 'FileTaken': {
      const { sequence, createdAt, missing, healed } = fact;
      if (sequence === null) return next;
      const left = [...state.missing, ...missing].filter((number) => !healed.includes(number));
      return {
        ...next,
        last: sequence > (state.last?.sequence ?? 0) ? { sequence, createdAt } : state.last,
        missing: left.slice(-MISSING_LIMIT),
      };
    }
    case 'SnapshotRequested':
      return { ...next, requests: state.requests + 1 };
    case 'GapAccepted':
      return { ...next, missing: [] };
    case 'FileRejected':
    case 'CaseClosed':
      return next;
    default:
      return fact satisfies never;
  }
}
