/**
 * While an order may not leave by our rules its channel keeps it back too (policy `holdAtChannel` of its connection), so that
 * nobody there sends it by hand. Only before goods are asked of a location; what waits for an answer alone is not held.
 */
import type { ChannelHoldReason } from '../commands.ts';
import { ACTS, commandCaseKey } from './acts.ts';
import type { Draft } from './draft.ts';
import { isSoldInStore } from './kinds.ts';
import { openUnits, shippableLines } from './quantities.ts';
import { isAuthorisationLapsed } from './wanted.ts';

export function holdAtChannel(draft: Draft): void {
  const { state, context } = draft;
  const channel = context.config.connections.find(({ id }) => id === state.connection);
  // A policy that has been taken back still lets go what it held.
  if (!channel?.holdAtChannel && state.heldAtChannel !== true) return;
  if (draft.isAsked(ACTS.channelHold) || draft.isAsked(ACTS.channelHoldRelease)) return;
  // What is cancelled at its channel has nothing left that could be held.
  if (state.cancelled) {
    endCases(draft);
    return;
  }
  const why = channel?.holdAtChannel ? whyToHold(draft) : null;
  if (why !== null) hold(draft, why);
  else letGo(draft);
}

function hold(draft: Draft, { reason, because }: { reason: ChannelHoldReason; because: string }): void {
  const { state, order } = draft;
  const act = ACTS.channelHold;
  if (state.heldAtChannel && state.acts[act]?.status !== 'retry') return;
  endCases(draft);
  draft.record({
    type: 'ChannelHoldRequested',
    reason,
    because,
    ...draft.ask(act, 'channel.holdFulfilment', state.connection, {
      channelOrderId: order.channelOrderId,
      reason,
      note: because,
    }),
  });
}

function letGo(draft: Draft): void {
  const { state, order } = draft;
  const act = ACTS.channelHoldRelease;
  if (!state.heldAtChannel && state.acts[act]?.status !== 'retry') return;
  endCases(draft);
  draft.record({
    type: 'ChannelHoldReleaseRequested',
    ...draft.ask(act, 'channel.releaseHold', state.connection, { channelOrderId: order.channelOrderId }),
  });
}

/** What was refused or in doubt before is made good by what is asked now. */
function endCases(draft: Draft): void {
  for (const act of [ACTS.channelHold, ACTS.channelHoldRelease]) {
    const known = draft.state.acts[act];
    if (known?.status === 'rejected' || known?.status === 'unsettled')
      draft.closeCase(commandCaseKey(known.key), 'the channel is asked anew, or need not be');
  }
}

/** Why the order may not leave now, for a while that a person at the channel would notice; null: it may, or has begun to. */
function whyToHold(draft: Draft): { reason: ChannelHoldReason; because: string } | null {
  const { state, order } = draft;
  if (isSoldInStore(order) || state.allocations.some((part) => part.releaseId !== null)) return null;
  if (!shippableLines(order).some((line) => openUnits(state, order, line) > 0)) return null;
  if (state.heldBecause !== null) return { reason: 'other', because: `held: ${state.heldBecause}` };
  if (state.erp.heldBecause !== null)
    return { reason: 'other', because: `held in the ERP: ${state.erp.heldBecause}` };
  if (state.erp.cancelledBecause !== null) return { reason: 'other', because: 'cancelled in the ERP' };
  if (state.problems.length > 0) {
    const isAddress = Object.values(state.cases).some(({ reason }) => reason === 'incomplete-address');
    return { reason: isAddress ? 'address' : 'other', because: state.problems.join(', ') };
  }
  const cancel = state.acts[ACTS.cancel]?.status;
  if (cancel === 'rejected' || cancel === 'unsettled')
    return state.cancellation === null ? null : { reason: 'other', because: 'to be cancelled' };
  if (state.payment === 'missing')
    return { reason: 'payment', because: `the payment is ${state.paymentStatus}` };
  if (isAuthorisationLapsed(draft))
    return { reason: 'payment', because: 'the authorisation of the payment has run out' };
  if (!state.allocated && state.shortSince !== null) return { reason: 'stock', because: 'waits for stock' };
  return null;
}
