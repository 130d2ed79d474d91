/**
 * What follows from an order's state: each rule compares what should be with what is, and records the next step. Rules run
 * in this order until none has anything to say, so a step that needs no outside system is taken in the same turn, and a
 * change at any point of an order's life finds its way without a path of its own.
 */
import type { StreamMessage } from '../process.ts';
import type { Draft } from './draft.ts';
import { announceReturns } from './rules-announcement.ts';
import { answerRequests } from './rules-answer.ts';
import { assignLocations } from './rules-assignment.ts';
import { keepBooks } from './rules-books.ts';
import { cancelAtChannel, followCancellation, followErpCancellation } from './rules-cancel.ts';
import { capturePayment } from './rules-capture.ts';
import { holdAtChannel } from './rules-channel-hold.ts';
import { close, reopen } from './rules-close.ts';
import { followDeletion } from './rules-deletion.ts';
import { watchDisputes } from './rules-dispute.ts';
import { bookSalesOrder, cancelSalesOrder } from './rules-erp.ts';
import { followPayment } from './rules-payment.ts';
import { writeReferences } from './rules-references.ts';
import { bookRefunds } from './rules-refund.ts';
import { release, stopReleases } from './rules-release.ts';
import { takeOverReservations } from './rules-reservation.ts';
import { followReturns } from './rules-return.ts';
import { tellShipments } from './rules-shipment.ts';
import { followStock } from './rules-stock.ts';
import { validate } from './rules-validation.ts';
import { askWhatIsUnknown, followForeign, followHolds, watch } from './rules-watch.ts';

/** More rounds than any decision needs: an endless loop is a bug that must show. */
const MAX_ROUNDS = 50;

const RULES: readonly ((draft: Draft) => void)[] = [
  askWhatIsUnknown,
  followForeign,
  reopen,
  followHolds,
  followDeletion,
  followCancellation,
  followErpCancellation,
  followPayment,
  stopReleases,
  cancelAtChannel,
  takeOverReservations,
  followStock,
  bookSalesOrder,
  cancelSalesOrder,
  release,
  holdAtChannel,
  assignLocations,
  answerRequests,
  tellShipments,
  capturePayment,
  writeReferences,
  bookRefunds,
  followReturns,
  announceReturns,
  watchDisputes,
  watch,
  close,
  keepBooks,
];

/** Runs the rules until the order is quiet. */
export function advance(draft: Draft, message: StreamMessage): void {
  if (!draft.state.order || draft.state.status === 'archived') return;
  if (!draft.state.live) {
    draft.record({ type: 'OrderClosed' });
    return;
  }
  for (let round = 0; ; round += 1) {
    if (round === MAX_ROUNDS)
      throw new Error(
        `the rules of order ${draft.state.key} do not come to rest: ${draft.facts
          .slice(-6)
          .map((fact) => fact.type)
          .join(', ')}`,
      );
    const before = draft.facts.length;
    validate(draft, message);
    for (const rule of RULES) rule(draft);
    if (draft.facts.length === before) return;
  }
}
