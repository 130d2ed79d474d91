/** What a message means for an order: facts about what has happened. What follows from them is in `rules.ts`. */
import type { Ending, StreamMessage } from '../process.ts';
import { absorbErp } from './absorb-erp.ts';
import { absorbFulfilment } from './absorb-fulfilment.ts';
import { absorbOperator } from './absorb-operator.ts';
import { absorbResult } from './absorb-result.ts';
import { absorbReturn, searchReturns } from './absorb-return.ts';
import { absorbDisputed, absorbReduced, absorbSettled } from './absorb-settlement.ts';
import { absorbSnapshot, absorbUnreadable } from './absorb-snapshot.ts';
import { ACTS } from './acts.ts';
import { type Draft, placeKey } from './draft.ts';
import { promised } from './expected.ts';
import { readOrder, readSoon, searchReturnsSoon } from './requests.ts';
import { offered } from './rules-reservation.ts';

/** A hint that comes while a read is under way may be newer than what that read brings. */
const READ_ONCE_MORE_MS = 300_000;

export function absorb(draft: Draft, message: StreamMessage): Ending {
  if (draft.state.order && !draft.state.live) return absorbArchived(draft, message);
  switch (message.type) {
    case 'order.snapshot':
      return absorbSnapshot(draft, message);
    case 'order.hint':
      return hinted(draft, message.topic);
    case 'order.deleted':
      return deleted(draft);
    case 'order.unreadable':
      return absorbUnreadable(draft, message);
    case 'order.forget':
      return forgetPersons(draft);
    case 'fulfilment.accepted':
    case 'fulfilment.shipped':
    case 'fulfilment.rejected':
    case 'fulfilment.cancelled':
      return absorbFulfilment(draft, message);
    case 'erp.orderChanged':
      return absorbErp(draft, message);
    case 'command.done':
    case 'command.rejected':
    case 'command.unsettled':
      return absorbResult(draft, message);
    case 'timer.fired':
      // What other timers stand for follows from the state (`deadlines.ts`).
      if (message.name === 'read-after-hint') readAfterHint(draft);
      if (message.name === 'search-returns') searchReturns(draft);
      return 'applied';
    case 'return.told':
    case 'return.wanted':
    case 'refund.wanted':
    case 'refund.approve':
    case 'refund.decline':
      return absorbReturn(draft, message);
    case 'operator.hold':
    case 'operator.resume':
    case 'operator.cancel':
    case 'operator.import':
    case 'operator.takeOver':
    case 'operator.retryCase':
    case 'operator.skipCase':
      return absorbOperator(draft, message);
    case 'stock.arrived':
      askLocationAgain(draft, message.location);
      return 'applied';
    case 'stock.promised':
      return promised(draft, message) ? 'applied' : 'duplicate';
    case 'stock.vanished':
      // Others give up the rest.
      draft.share = { place: placeKey(message), units: message.quantity };
      return 'applied';
    case 'configuration.changed':
      return 'applied';
    case 'reservation.offered':
      return offered(draft, [message.reservation]) ? 'applied' : 'duplicate';
    case 'payment.settled':
      return absorbSettled(draft, message);
    case 'payment.disputed':
      return absorbDisputed(draft, message);
    case 'payment.reduced':
      return absorbReduced(draft, message);
    case 'stock.level':
    case 'stock.moved':
    case 'stock.adjust':
    case 'stock.wanted':
    case 'stock.unwanted':
    case 'reservation.request':
    case 'reservation.claim':
    case 'reservation.takeOver':
    case 'reservation.release':
    case 'reservation.expire':
    case 'privacy.erasure':
    case 'privacy.dataRequest':
    case 'privacy.storeErasure':
    case 'privacy.uninstalled':
    case 'privacy.erased':
    case 'fulfilmentOrder.hint':
    case 'exchange.file':
    case 'journal.summed':
    case 'journal.balances':
    case 'journal.posted':
    case 'return.snapshot':
    case 'return.hint':
    case 'return.unreadable':
    case 'return.goods':
    case 'return.received':
    case 'return.inspected':
    case 'return.refunds':
    case 'return.approve':
    case 'return.decline':
    case 'return.close':
    case 'settlement.entry':
    case 'settlement.unreadable':
    case 'payout.snapshot':
    case 'dispute.snapshot':
    case 'payout.entry':
    case 'payout.entryLeft':
    case 'dispute.entry':
    case 'dispute.asLoss':
    case 'settlement.answer':
    case 'books.open':
    case 'bank.expected':
    case 'bank.expectedNoMore':
    case 'bank.statement':
    case 'bank.match':
    case 'payout.atBank':
    case 'reconciliation.begin':
    case 'reconciliation.compared':
      throw new Error(`message ${message.type} is not for an order`);
    default:
      return message satisfies never;
  }
}

/**
 * An order that is only known: its snapshots are kept, it is read where they leave open which is newer and when a person asks,
 * and nothing follows from anything.
 */
function absorbArchived(draft: Draft, message: StreamMessage): Ending {
  switch (message.type) {
    case 'order.snapshot':
      return absorbSnapshot(draft, message);
    case 'order.forget':
      return forgetPersons(draft);
    case 'order.deleted':
      return deleted(draft);
    case 'timer.fired':
      // Two states in one second: which of them holds, only the channel knows. Of a test nobody needs to know, and it may be
      // an order that no shop has: the vendor's own example.
      if (message.name === 'read-after-hint' && !draft.state.order?.test) readAfterHint(draft);
      return 'applied';
    case 'operator.import':
    case 'operator.takeOver':
    case 'operator.retryCase':
    case 'operator.skipCase':
      return absorbOperator(draft, message);
    case 'command.done':
    case 'command.rejected':
    case 'command.unsettled':
      return absorbResult(draft, message);
    case 'payment.settled':
      return absorbSettled(draft, message);
    case 'payment.disputed':
      return absorbDisputed(draft, message);
    case 'payment.reduced':
      return absorbReduced(draft, message);
    default:
      return 'applied';
  }
}

/** What follows is in `rules-deletion.ts`; of an order that has not come yet, when it comes. */
function deleted(draft: Draft): Ending {
  if (draft.state.deletedAt !== undefined) return 'duplicate';
  draft.record({ type: 'OrderDeleted', at: draft.nowIso });
  return 'applied';
}

function forgetPersons(draft: Draft): Ending {
  if (draft.state.forgottenAt !== undefined) return 'duplicate';
  draft.record({ type: 'PersonsForgotten', at: draft.nowIso });
  return 'applied';
}

/** News of what came back names the order alone: its returns are asked for, each by itself. */
function hinted(draft: Draft, topic: string): Ending {
  if (topic.startsWith('reverse_')) searchReturnsSoon(draft);
  else readSoon(draft);
  return 'applied';
}

function readAfterHint(draft: Draft): void {
  if (draft.isAsked(ACTS.read)) draft.timerAt('read-after-hint', draft.context.now + READ_ONCE_MORE_MS);
  else readOrder(draft, 'a message said that something has changed');
}

/** Goods have come in where a line was refused: it may be asked for there again. */
function askLocationAgain(draft: Draft, location: string | undefined): void {
  if (location === undefined) return;
  const lineIds = Object.keys(draft.state.avoid).filter((line) =>
    draft.state.avoid[line]?.includes(location),
  );
  if (lineIds.length > 0)
    draft.record({ type: 'LocationsAskedAgain', lineIds, location, because: 'goods have come in there' });
}
