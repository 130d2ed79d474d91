/** Whether an order shall go on: the questions that several rules ask. */
import type { Draft } from './draft.ts';
import { unknownYet } from './kinds.ts';

/** Nothing stands against the order: it is whole, paid or authorised, and nobody has cancelled it. */
export function isWanted(draft: Draft): boolean {
  const { state } = draft;
  return (
    !isDropped(draft) &&
    whatIsUnknown(draft) === null &&
    state.problems.length === 0 &&
    state.skus !== null &&
    (state.payment === 'secured' || state.payment === 'settled')
  );
}

/** What must be known of the order before it goes on, in words; null: nothing. */
export function whatIsUnknown({ order, state, context }: Draft): string | null {
  const connection = context.config.connections.find(({ id }) => id === state.connection);
  if (order.holds === null && connection?.readBeforeRelease) return 'whether somebody holds it';
  return unknownYet(order);
}

/** The order is over, whatever was promised for it: stock goes back. */
export function isDropped(draft: Draft): boolean {
  const { state } = draft;
  const paymentLost =
    state.payment === 'missing' && state.paymentStatus !== 'pending' && state.paymentStatus !== 'partlyPaid';
  const cancelled = state.cancelled || state.cancellation !== null || state.acts.cancel?.status === 'done';
  return cancelled || paymentLost || state.erp.cancelledBecause !== null;
}

/** Somebody has stopped the order for the time being: an operator, the channel, the ERP. */
export function isHeld(draft: Draft): boolean {
  const { state } = draft;
  return state.heldBecause !== null || state.channelHeldBecause !== null || state.erp.heldBecause !== null;
}

/** The authorisation has run out, and nobody has said that the order shall go on without. */
export function isAuthorisationLapsed(draft: Draft): boolean {
  const { payment, authorisedUntil } = draft.state;
  return (
    payment === 'secured' &&
    authorisedUntil !== null &&
    draft.context.now >= Date.parse(authorisedUntil) &&
    !draft.accepts('payment-not-captured', authorisedUntil)
  );
}
