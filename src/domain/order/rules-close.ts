/** When an order is over, and when it is not over any more. */
import { ACTS } from './acts.ts';
import type { Draft } from './draft.ts';
import { ENDED } from './lifecycle.ts';
import { hasLeft, isEmpty, openUnits, shippableLines } from './quantities.ts';
import { acceptedErpCancellation } from './rules-cancel.ts';
import { salesOrderIsCurrent } from './rules-erp.ts';
import { isDropped } from './wanted.ts';

export function close(draft: Draft): void {
  const { status } = draft.state;
  if (ENDED.has(status)) return;
  if (status === 'cancelling') closeCancelled(draft);
  else if (isEmptied(draft)) closeEmptied(draft);
  else closeShipped(draft);
}

/** Cases beside which an order may be over. */
const HOLDS_NOTHING: ReadonlySet<string> = new Set([
  'references-refused',
  'announcement-refused',
  'posting-rule-missing',
  'order-does-not-close',
]);

/** Nothing is awaited: no answer, no person, no refund. */
function isQuiet(draft: Draft): boolean {
  const { state, order } = draft;
  for (const key in state.cases)
    if (state.cases[key] && !HOLDS_NOTHING.has(state.cases[key].reason)) return false;
  for (const act in state.acts) if (draft.isAsked(act)) return false;
  return order.refunds.every((refund) => state.refunds[refund.refundId] === 'done');
}

/** Channel and ERP know of every parcel what they have to know. */
function areShipmentsTold(draft: Draft): boolean {
  return draft.state.shipments.every((shipment) => shipment.fulfilmentId !== null && shipment.booked);
}

function isErpCancellationAccepted(draft: Draft): boolean {
  return (
    draft.state.erp.cancelledBecause !== null &&
    draft.accepts('cancelled-by-erp', acceptedErpCancellation(draft))
  );
}

/** Everything that was begun is taken back. What had left already stays on the sales order. */
function closeCancelled(draft: Draft): void {
  const { state } = draft;
  const isOver = state.cancelled || isErpCancellationAccepted(draft);
  const isTakenBack =
    state.erp.status !== 'open' || (hasLeft(state, draft.order) && salesOrderIsCurrent(draft));
  if (!isOver || !isTakenBack || state.allocations.length > 0) return;
  if (areShipmentsTold(draft) && isQuiet(draft)) draft.record({ type: 'OrderClosed' });
}

/** Everything was taken off the order before the ERP heard of it. */
function isEmptied(draft: Draft): boolean {
  const { state, order } = draft;
  const untold = state.erp.status === 'none' && !draft.isBookingUnderWay() && state.shipments.length === 0;
  return untold && state.allocations.length === 0 && order.cancelledAt === null && isEmpty(order);
}

/** Cases of an order that has still to be paid for, promised or let go. */
const MOOT_WHEN_EMPTY = ['payment-not-captured', 'payment-lost', 'out-of-stock', 'held-too-long'];

function closeEmptied(draft: Draft): void {
  const because = 'nothing is left on the order';
  draft.closeCaseOf(ACTS.salesOrder, because);
  for (const key of MOOT_WHEN_EMPTY) draft.closeCase(key, because);
  if (draft.state.cancellation) draft.record({ type: 'CancellationAbandoned', because });
  draft.record({ type: 'OrderEmptied' });
}

function closeShipped(draft: Draft): void {
  const { state } = draft;
  if (state.allocations.length > 0) return;
  if (isErpCancellationAccepted(draft)) {
    if (areShipmentsTold(draft) && isQuiet(draft)) draft.record({ type: 'OrderClosed' });
    return;
  }
  if (state.erp.status !== 'open') return;
  if (hasUnitsToShip(draft)) {
    if (state.status === 'shipped' && !isDropped(draft))
      draft.record({ type: 'OrderReopened', because: 'units are to be shipped' });
    return;
  }
  if (state.status === 'booked' || state.status === 'released' || state.status === 'shipping')
    draft.record({ type: 'OrderShipped' });
  if (draft.state.status !== 'shipped') return;
  if (areShipmentsTold(draft) && isPaid(draft) && isQuiet(draft) && salesOrderIsCurrent(draft))
    draft.record({ type: 'OrderClosed' });
}

function hasUnitsToShip(draft: Draft): boolean {
  return shippableLines(draft.order).some((line) => openUnits(draft.state, draft.order, line) > 0);
}

/** The money is there, or a person has said that it is not waited for. */
function isPaid(draft: Draft): boolean {
  const { payment, paymentStatus, authorisedUntil } = draft.state;
  const { paymentTerms } = draft.order;
  switch (payment) {
    case 'settled':
      return true;
    case 'secured':
      return authorisedUntil === null
        ? draft.accepts('payment-overdue', paymentTerms?.dueAt ?? '')
        : draft.accepts('payment-not-captured', authorisedUntil);
    case 'missing':
      return draft.accepts('payment-lost', paymentStatus);
    case 'unknown':
      return false;
    default:
      return payment satisfies never;
  }
}

/** An edit after the end: units to ship, money to come, or something on what had nothing left. */
export function reopen(draft: Draft): void {
  const { state } = draft;
  if (state.status === 'emptied') {
    if (!isEmpty(draft.order))
      draft.record({ type: 'OrderReopened', because: 'something was put on it again' });
    return;
  }
  if (state.status !== 'closed') return;
  const unpaid = state.payment === 'missing' && !isPaid(draft);
  const unshipped = hasUnitsToShip(draft) && !isDropped(draft);
  if (unpaid || unshipped)
    draft.record({
      type: 'OrderReopened',
      because: unshipped ? 'units are to be shipped' : `the payment is ${state.paymentStatus}`,
    });
}
