/** Refunds are booked once, when their money has moved and when the ERP has what they credit. */
import type { Refund } from '../canonical/index.ts';
import { formatMinor } from '../money.ts';
import { ACTS } from './acts.ts';
import { deadlinesOf } from './deadlines.ts';
import { refundParts } from './document.ts';
import type { Draft } from './draft.ts';
import { hasLeft } from './quantities.ts';
import { salesOrderIsCurrent } from './rules-erp.ts';
import { areShipmentsBooked } from './rules-shipment.ts';

export function bookRefunds(draft: Draft): void {
  const { refunds } = draft.order;
  if (refunds.length === 0) return;
  watchPending(draft);
  if (!isCovered(draft)) return;
  for (const refund of refunds) bookRefund(draft, refund);
}

/** More was refunded than was paid: nothing is booked of it until somebody says that it was meant. */
function isCovered(draft: Draft): boolean {
  const { order, entity, currency } = draft;
  const refunded = order.refunds.reduce((sum, refund) => sum + refund.cash[entity.money], 0);
  const captured = capturedMinor(draft);
  const key = 'refund-exceeds-payment';
  if (refunded <= captured) {
    draft.closeCase(key);
    return true;
  }
  const about = `${refunded} of ${captured}`;
  draft.openCase(
    {
      key,
      reason: 'refund-exceeds-payment',
      message: `${formatMinor(refunded, currency)} ${currency} were refunded on order ${draft.name}, more than the ${formatMinor(captured, currency)} that were paid`,
      suggestedFix:
        'Ask whoever refunded; when it is meant, skip this case and it is booked as an adjustment',
    },
    about,
  );
  return draft.accepts(key, about);
}

/** Successful captures, where the channel has told its payments; else what the order was worth. */
export function capturedMinor(draft: Draft): number {
  const { order, entity } = draft;
  if (order.payments === null) return Math.max(order.total[entity.money], order.currentTotal[entity.money]);
  let captured = 0;
  for (const { status, kind, amount } of order.payments) {
    if (status === 'succeeded' && (kind === 'capture' || kind === 'sale')) captured += amount[entity.money];
  }
  return captured;
}

function watchPending(draft: Draft): void {
  const { state, context } = draft;
  const dueAt = deadlinesOf(state, context.config).refund;
  if (dueAt === undefined || context.now < dueAt) {
    draft.closeCase('refund-pending-too-long');
    return;
  }
  draft.openCase(
    {
      key: 'refund-pending-too-long',
      reason: 'refund-pending-too-long',
      message: `The money of a refund of order ${draft.name} has been on its way for long`,
      suggestedFix: 'Ask the payment provider what has become of it; skip this case to wait on',
    },
    new Date(dueAt).toISOString(),
  );
}

function bookRefund(draft: Draft, refund: Refund): void {
  const { state, entity } = draft;
  const { refundId } = refund;
  const act = ACTS.refund(refundId);
  const cashMinor = refund.cash[entity.money];
  if (state.refunds[refundId] === 'done') {
    watchBooked(draft, refund);
    return;
  }
  // Only the cash leg waits while the transaction is pending (DESIGN.md, rule 11); the books take both at once for now.
  if (!draft.mayAsk(act) || refund.cashPending[entity.money] !== 0 || !isPaidOut(draft, refund)) return;
  const needsNone = (because: string) =>
    draft.record({ type: 'RefundNeedsNoBooking', refundId, because, cashMinor });
  if (state.erp.status === 'none') {
    const never = !draft.isBookingUnderWay() && (state.cancelled || state.status === 'emptied');
    if (never) needsNone('the order never reached the ERP');
    return;
  }
  if (!isErpReady(draft)) return;
  const parts = refundParts(draft.order, refund, entity.money);
  if (parts.credits.length > 0 && !areShipmentsBooked(draft)) return;
  if (cashMinor === 0 && parts.creditMinor === 0 && parts.shippingMinor === 0) {
    needsNone('no money moved and nothing is credited');
    return;
  }
  // Shipping of an order that is cancelled whole leaves with the order; it is no credit.
  const whole = state.erp.status === 'cancelled';
  const shippingMinor = whole ? 0 : parts.shippingMinor;
  const removedMinor = parts.removedMinor + (whole ? parts.shippingMinor : 0);
  draft.record({
    type: 'RefundBookingRequested',
    refundId,
    cashMinor,
    ...draft.ask(act, 'erp.recordRefund', entity.erp, {
      reference: state.key,
      refundId,
      currency: draft.currency,
      cashMinor,
      credits: parts.credits,
      shippingMinor,
      removedMinor,
      adjustmentMinor: cashMinor - parts.creditMinor - shippingMinor - removedMinor,
      refundedAt: refund.createdAt,
    }),
  });
}

/** The sales order shows what the refund takes for granted: units that left the order, or its cancellation. */
function isErpReady(draft: Draft): boolean {
  const { state } = draft;
  if (draft.isBookingUnderWay()) return false;
  if (state.erp.status === 'cancelled') return true;
  const toBeCancelled = state.cancelled && !hasLeft(state, draft.order);
  return !toBeCancelled && salesOrderIsCurrent(draft);
}

/** A refund of which the money came back is granted all the same; a person says how it goes on. */
function isPaidOut(draft: Draft, refund: Refund): boolean {
  const { entity, currency } = draft;
  const failed = refund.cashFailed[entity.money];
  const key = `refund-failed:${refund.refundId}`;
  // A transaction that was repeated with success leaves the failed one in the list.
  if (failed === 0 || refund.cash[entity.money] >= failed) {
    draft.closeCase(key);
    return true;
  }
  draft.openCase(
    {
      key,
      reason: 'refund-failed',
      message: `${formatMinor(failed, currency)} ${currency} of refund ${refund.refundId} of order ${draft.name} could not be paid out`,
      suggestedFix:
        'Pay it out again at the channel; or skip this case, and the credit is booked without the money',
    },
    String(failed),
  );
  return draft.accepts(key, String(failed));
}

/** What was booked of a refund is what the channel still says. */
function watchBooked(draft: Draft, refund: Refund): void {
  const { state, entity, currency } = draft;
  const booked = state.refundCash[refund.refundId] ?? 0;
  const now = refund.cash[entity.money];
  const key = `refund-changed:${refund.refundId}`;
  if (now === booked) {
    draft.closeCase(key);
    return;
  }
  draft.openCase(
    {
      key,
      reason: 'refund-changed',
      message: `Refund ${refund.refundId} of order ${draft.name} was booked with ${formatMinor(booked, currency)} ${currency}, and the channel now says ${formatMinor(now, currency)}`,
      suggestedFix: 'Correct its booking in the ERP; then skip this case',
    },
    String(now),
  );
}
