/**
 * What the law lets a person ask, of one customer of a channel: to be forgotten (each order that is named is told, once), or to be told
 * what is held (a case). And what follows when a store has left: a
 * case, and its orders forget their persons, too.
 */
import { CASE_REASONS } from '../case-reasons.ts';
import type { CaseOpening, Decision, DecisionContext, Process, StreamMessage } from '../process.ts';
import { streamKey } from '../stream-key.ts';
import { PRIVACY_FACT_TYPES, type PrivacyFact } from './facts.ts';
import { evolvePrivacy, initialPrivacy, type PrivacyState } from './state.ts';

export type { PrivacyFact } from './facts.ts';
export type { PrivacyState } from './state.ts';

/** Orders that a case names at most. */
const NAMED_ORDERS = 50;

const NOTHING: Decision<PrivacyFact> = { facts: [], timers: [], messages: [], outcome: 'duplicate' };

function decide(
  state: PrivacyState,
  message: StreamMessage,
  { now }: DecisionContext,
): Decision<PrivacyFact> {
  const at = new Date(now).toISOString();
  switch (message.type) {
    case 'privacy.erasure': {
      const orders = [...new Set(message.orders)].filter((order) => !state.erased.includes(order));
      if (state.forgottenAt !== null && orders.length === 0) return NOTHING;
      const everyOrder = message.orders.length === 0 ? ({ everyOrder: true } as const) : {};
      return {
        ...applied({ type: 'ErasureRequested', orders, ...everyOrder, at }),
        messages: orders.map((order) => ({
          stream: 'order',
          key: streamKey(state.connection, order),
          message: { type: 'order.forget' },
        })),
      };
    }
    case 'privacy.dataRequest': {
      const { requestId, orders } = message;
      if (state.requests.includes(requestId)) return NOTHING;
      return applied({ type: 'DataRequested', requestId, orders, opens: dataRequested(state, message) });
    }
    case 'privacy.uninstalled':
      if (state.cases['store-uninstalled'] !== undefined) return NOTHING;
      return applied({ type: 'AppUninstalled', at, opens: storeUninstalled(state.connection) });
    case 'privacy.storeErasure': {
      if (state.erasing !== null) return NOTHING;
      const isTold = state.cases['store-uninstalled'] !== undefined;
      return applied({
        type: 'StoreErasureRequested',
        at,
        ...(isTold ? {} : { opens: storeUninstalled(state.connection) }),
      });
    }
    case 'privacy.erased':
      if (state.erasing === null) return NOTHING;
      return applied({ type: 'ErasureCarriedOut', orders: message.orders, at });
    case 'operator.retryCase':
    case 'operator.skipCase': {
      const { caseKey, by } = message;
      return state.cases[caseKey] === undefined
        ? NOTHING
        : applied({ type: 'CaseClosed', closes: caseKey, by });
    }
    default:
      throw new Error(`message ${message.type} is not for a request of a person`);
  }
}

function applied(fact: PrivacyFact): Decision<PrivacyFact> {
  return { facts: [fact], timers: [], messages: [], outcome: 'applied' };
}

function dataRequested(
  { connection, subject }: PrivacyState,
  { requestId, orders }: { requestId: string; orders: readonly string[] },
): CaseOpening {
  const named = orders.slice(0, NAMED_ORDERS).map((order) => streamKey(connection, order));
  const more = orders.length - named.length;
  const which =
    orders.length === 0
      ? 'no order is named'
      : `their orders are ${named.join(', ')}${more > 0 ? ` and ${more} more (in the raw message)` : ''}`;
  return opening(
    `data-requested:${requestId}`,
    'data-requested',
    `${subject} of ${connection} wants to know what is held of them; ${which}. Persons are held with orders only`,
    orders.length === 0
      ? 'Tell the owner of the store that nothing is held'
      : `crossdock orders show ${named[0]} --persons --json, and so for each; give it to the owner of the store, then close the case`,
  );
}

function storeUninstalled(connection: string): CaseOpening {
  return opening(
    'store-uninstalled',
    'store-uninstalled',
    `The app was taken out of the store of ${connection}: nothing comes from it any more, and it takes nothing. After two days its channel asks to erase what is held of the store: then the connection stops, its credentials are forgotten, and so are the persons of all its orders`,
    `When it is meant: settle the open orders, then crossdock connections remove ${connection}. Else install the app again (crossdock connect), and close the case`,
  );
}

function opening(
  key: string,
  reason: 'data-requested' | 'store-uninstalled',
  message: string,
  suggestedFix: string,
): CaseOpening {
  const { owner, dueInHours } = CASE_REASONS[reason];
  return { key, reason, message, suggestedFix, owner, dueInHours };
}

export const privacyProcess: Process<PrivacyState, PrivacyFact> = {
  kind: 'privacy',
  evolveVersion: 2,
  factTypes: PRIVACY_FACT_TYPES,
  initial: initialPrivacy,
  evolve: evolvePrivacy,
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  forgets: (state) => state.forgottenAt !== null,
  summary({ key, cases, erasing }) {
    const closed = Object.keys(cases).length === 0 && erasing === null;
    return { status: erasing !== null ? 'erasing' : closed ? 'done' : 'open', title: key, closed };
  },
};
