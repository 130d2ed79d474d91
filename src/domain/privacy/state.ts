/** What is known of the requests of one customer, or of a store: the fold of their facts. */
import { parseStreamKey } from '../stream-key.ts';
import type { PrivacyFact } from './facts.ts';

export interface PrivacyState {
  key: string;
  connection: string;
  /** "customer-7012", or "store". */
  subject: string;
  /** When they first asked to be forgotten; null: they have not. */
  forgottenAt: string | null;
  /** The channel's ids of orders that were told to forget. */
  erased: string[];
  /** Requests to tell what is held. */
  requests: string[];
  cases: Record<string, string>;
}

export function initialPrivacy(key: string): PrivacyState {
  const { connection, id } = parseStreamKey(key);
  return { key, connection, subject: id, forgottenAt: null, erased: [], requests: [], cases: {} };
}

export function evolvePrivacy(state: PrivacyState, fact: PrivacyFact): PrivacyState {
  const next = { ...state };
  if (fact.opens) next.cases = { ...state.cases, [fact.opens.key]: fact.opens.reason };
  if (fact.closes !== undefined) {
    const { [fact.closes]: _, ...rest } = state.cases;
    next.cases = rest;
  }
  switch (fact.type) {
    case 'ErasureRequested':
      return {
        ...next,
        forgottenAt: state.forgottenAt ?? fact.at,
        erased: [...state.erased, ...fact.orders],
      };
    case 'DataRequested':
      return { ...next, requests: [...state.requests, fact.requestId] };
    case 'StoreErasureRequested':
    case 'CaseClosed':
      return next;
    default:
      return fact satisfies never;
  }
}
