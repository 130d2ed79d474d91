/** What is known of the requests of one customer, or of a store: the fold of their facts. */
import { parseStreamKey } from '../stream-key.ts';
import type { PrivacyFact } from './facts.ts';

export interface PrivacyState {
  key: string;
  connection: string;
  /** "customer-7012", or "store". */
  subject: string;
  /** When they, or the store, first asked to be forgotten; null: they have not. */
  forgottenAt: string | null;
  /** Their orders are being found and told; `customer` null: those of the whole store. Null: that is done. */
  erasing: { customer: string | null } | null;
  /** The channel's ids of orders that were told to forget. */
  erased: string[];
  /** Requests to tell what is held. */
  requests: string[];
  cases: Record<string, string>;
}

export function initialPrivacy(key: string): PrivacyState {
  const { connection, id } = parseStreamKey(key);
  return {
    key,
    connection,
    subject: id,
    forgottenAt: null,
    erasing: null,
    erased: [],
    requests: [],
    cases: {},
  };
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
        erasing: fact.everyOrder ? { customer: customerOf(state) } : state.erasing,
      };
    case 'StoreErasureRequested':
      return { ...next, forgottenAt: state.forgottenAt ?? fact.at, erasing: { customer: null } };
    case 'ErasureCarriedOut':
      return { ...next, erasing: null };
    case 'DataRequested':
      return { ...next, requests: [...state.requests, fact.requestId] };
    case 'AppUninstalled':
    case 'CaseClosed':
      return next;
    default:
      return fact satisfies never;
  }
}

/** The channel's id of the customer whose stream it is. */
function customerOf({ subject }: PrivacyState): string {
  return subject.slice('customer-'.length);
}
