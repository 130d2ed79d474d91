/** What returns, and people who decide on returns and refunds, tell an order. */
import type { Order } from '../canonical/index.ts';
import type { Ending } from '../process.ts';
import { isSamePerson, type ReturnOrderMessage, type WantedRefund } from '../return/messages.ts';
import { streamKey } from '../stream-key.ts';
import { ACTS } from './acts.ts';
import type { Draft } from './draft.ts';
import { planRefund } from './refund-plan.ts';

/** How long to wait for the order that a return names before it is read. */
const READ_AFTER_RETURN_MS = 20_000;

export function absorbReturn(draft: Draft, message: ReturnOrderMessage): Ending {
  switch (message.type) {
    case 'return.told': {
      const { told } = message;
      const known = draft.state.returns?.[told.key];
      if (known && told.version <= known.told.version) return 'stale';
      draft.record({ type: 'ReturnTold', told });
      if (!draft.state.order) draft.timerAt('read-after-hint', draft.context.now + READ_AFTER_RETURN_MS);
      return 'applied';
    }
    case 'return.wanted':
      return wantReturn(draft, message);
    case 'refund.wanted':
      return wantRefund(draft, message.wanted);
    case 'refund.approve': {
      const known = draft.state.refundRequests?.[message.request];
      const { by: who } = message;
      if (known?.state !== 'waiting' || known.approvals.some((each) => isSamePerson(each, who)))
        return 'duplicate';
      const { request, by, note } = message;
      draft.record({ type: 'RefundAgreed', request, by, note, at: draft.nowIso });
      return 'applied';
    }
    case 'refund.decline': {
      const known = draft.state.refundRequests?.[message.request];
      if (known?.state !== 'waiting') return 'duplicate';
      const { request, by, note } = message;
      draft.record({ type: 'RefundDeclined', request, by, because: note });
      return 'applied';
    }
    default:
      return message satisfies never;
  }
}

/** Notes that somebody wants money given back, with what it comes to; what cannot be is refused, and said. */
export function wantRefund(draft: Draft, wanted: WantedRefund): Ending {
  const { state } = draft;
  if (!state.order || state.refundRequests?.[wanted.request]) return 'duplicate';
  const plan = planRefund(state, state.order, wanted);
  const isRefused = 'refused' in plan;
  const nothing = { shop: 0, presentment: 0 };
  draft.record({
    type: 'RefundWanted',
    refund: {
      ...wanted,
      wantedAt: draft.nowIso,
      ...(isRefused
        ? { amount: nothing, shippingAmount: nothing, concession: nothing, fees: nothing }
        : plan),
      state: 'waiting',
      approvals: wanted.by === null ? [] : [wanted.by],
      refundId: null,
      because: null,
    },
  });
  if (!isRefused) return 'applied';
  refuse(draft, wanted.request, plan.refused);
  return 'case';
}

/** A refund that cannot be: said to whoever wanted it. */
export function refuse(draft: Draft, request: string, because: string): void {
  draft.record({ type: 'RefundRefused', request, because });
  draft.openCase(
    {
      key: `refund-refused:${request}`,
      reason: 'refund-refused',
      message: `A refund of order ${draft.name} that was wanted cannot be made: ${because}`,
      suggestedFix: 'Look at its payments and refunds; want it again with another amount, or skip this case',
    },
    request,
  );
}

function wantReturn(
  draft: Draft,
  { wanted }: Extract<ReturnOrderMessage, { type: 'return.wanted' }>,
): Ending {
  const { state } = draft;
  const act = ACTS.returnCreation(wanted.request);
  if (!state.order || state.acts[act]) return 'duplicate';
  draft.record({
    type: 'ReturnCreationRequested',
    wanted,
    ...draft.ask(act, 'channel.createReturn', state.connection, {
      channelOrderId: state.order.channelOrderId,
      requestId: `${state.key}#${act}`,
      lines: wanted.lines.map((line) => ({ ...line })),
    }),
  });
  return 'applied';
}

/** A snapshot tells of a return: by a refund of it, or by how far all of them are. What was missed of their own news is made good by it. */
export function followReturnNews(draft: Draft, before: Order | null): void {
  const { order } = draft;
  if (!draft.state.live) return;
  const known = new Set(before?.refunds.map(({ refundId }) => refundId));
  const named = order.refunds.flatMap(({ refundId, returnId }) =>
    returnId === undefined || known.has(refundId) ? [] : [returnId],
  );
  for (const returnId of new Set(named)) readReturn(draft, returnId, 'a refund was made of it');
  const { returnStatus = null } = order;
  if (returnStatus !== null && returnStatus !== 'none' && returnStatus !== (before?.returnStatus ?? 'none'))
    searchReturns(draft);
}

/** Has a return read. */
export function readReturn(draft: Draft, returnId: string, because: string): void {
  draft.send({
    stream: 'return',
    key: streamKey(draft.state.connection, returnId),
    message: { type: 'return.hint', topic: because },
  });
}

/** Asks the channel which returns the order has: each is read then. Nothing while the answer to such a question is awaited. */
export function searchReturns(draft: Draft): void {
  const { state } = draft;
  if (draft.isAsked(ACTS.returns) || state.deletedAt !== undefined) return;
  const channelOrderId = state.key.slice(state.connection.length + 1);
  draft.record({
    type: 'ReturnSearchRequested',
    ...draft.ask(ACTS.returns, 'channel.findReturns', state.connection, { channelOrderId }),
  });
}
