/** What payment providers say of an order's money: that it has reached them or left them, and that a shopper's bank disputes it. */

import { localDate } from '../books/calendar.ts';
import type { Payment } from '../canonical/index.ts';
import type { Ending, StreamMessage } from '../process.ts';
import type { EntryNews, OrderAnswer } from '../settlement/messages.ts';
import type { Draft } from './draft.ts';
import { readSoon } from './requests.ts';

type Settled = Extract<StreamMessage, { type: 'payment.settled' }>;

/**
 * The entry is answered what is known of its transaction; once its order has come, it stands in the order's own story. Of a
 * transaction that is not known the order is read: webhooks carry none, and the entry asks again. While the order cannot be read or
 * booked the entry waits for it, and is answered when it can.
 */
export function absorbSettled(draft: Draft, told: Settled): Ending {
  const { entry, payout, from } = told;
  const { order, settled, settling } = draft.state;
  const answer = answerOf(draft, entry);
  draft.send({ stream: 'settlement', key: from, message: { type: 'settlement.answer', answer } });
  if (answer.found === 'order') readSoon(draft);
  if (answer.found === 'waits') {
    if (settling?.[entry.entryId]?.payout !== payout)
      draft.record({ type: 'SettlementWaits', entry, payout, from });
    return 'applied';
  }
  if (order === null) return 'applied';
  const known = settled?.[entry.entryId];
  if (known && known.payout === payout) return 'duplicate';
  draft.record({ type: 'SettlementSeen', entry, payout });
  return 'applied';
}

/** What kept the order from being read or booked is gone, or nobody is asked about it any more: entries that have waited are answered. */
export function answerWaiting(draft: Draft): void {
  if (isWaitedFor(draft)) return;
  for (const waiting of Object.values(draft.state.settling ?? {}))
    absorbSettled(draft, { type: 'payment.settled', ...waiting });
}

/** A case of the order says why it cannot be read, or that its currency is in no books: money of it is not booked before. */
function isWaitedFor({ state: { order, cases } }: Draft): boolean {
  const open = Object.values(cases);
  return order === null ? open.length > 0 : open.some((each) => each?.reason === 'currency-not-booked');
}

function answerOf(draft: Draft, entry: EntryNews): OrderAnswer {
  const { order } = draft.state;
  if (isWaitedFor(draft)) return { found: 'waits' };
  if (order === null) return { found: 'nothing' };
  const payment = paymentOf(order.payments ?? [], entry);
  if (!payment) return { found: 'order' };
  const { gateway, amount, processedAt: at } = payment;
  const shop = { currency: order.shopCurrency, amountMinor: amount.shop };
  const presentment = { currency: order.presentmentCurrency, amountMinor: amount.presentment };
  const amounts = shop.currency === presentment.currency ? [shop] : [shop, presentment];
  return { found: 'transaction', gateway, at, amounts };
}

/** The transaction that an entry names; gateways whose files name none are known by gateway, direction and amount. */
function paymentOf(payments: readonly Payment[], entry: EntryNews): Payment | undefined {
  if (entry.transactionId !== null)
    return payments.find(({ paymentId }) => paymentId === entry.transactionId);
  const minor = Math.abs(entry.amountMinor);
  return payments.find(
    ({ kind, status, gateway, amount }) =>
      status === 'succeeded' &&
      gateway === entry.gateway &&
      (kind === 'refund') === (entry.kind === 'refund') &&
      kind !== 'authorisation' &&
      kind !== 'void' &&
      (amount.shop === minor || amount.presentment === minor),
  );
}

/** A lost dispute reduces the price where the order's books can take it; else whoever tells keeps it as a loss. */
export function absorbReduced(
  draft: Draft,
  { type: _, ...reduction }: Extract<StreamMessage, { type: 'payment.reduced' }>,
): Ending {
  const { dispute, amountMinor } = reduction;
  if (draft.state.reductions?.[dispute]?.amountMinor === amountMinor) return 'duplicate';
  const because = whyNotReduced(draft, reduction.currency);
  if (because !== null && draft.state.reductions?.[dispute] === undefined) {
    draft.send({ stream: 'dispute', key: dispute, message: { type: 'dispute.asLoss', because } });
    return 'applied';
  }
  draft.record({ type: 'PriceReducedByDispute', ...reduction });
  return 'applied';
}

function whyNotReduced({ state, context }: Draft, currency: string): string | null {
  const { order } = state;
  if (order === null) return 'its order is not known';
  const entity = context.config.entities.find(({ id }) => id === state.entity);
  if (!entity?.books || !state.live || state.takenOver) return 'its order is not in the books';
  if (localDate(order.placedAt, entity.timeZone) < entity.books.startOn)
    return 'its order was placed before the books began';
  const booked = entity.money === 'shop' ? order.shopCurrency : order.presentmentCurrency;
  return booked === currency ? null : `its order is booked in ${booked}, and ${currency} were taken`;
}

export function absorbDisputed(
  draft: Draft,
  { type: _, ...dispute }: Extract<StreamMessage, { type: 'payment.disputed' }>,
): Ending {
  const known = draft.state.disputes?.[dispute.dispute];
  if (known && known.status === dispute.status && known.kind === dispute.kind) return 'duplicate';
  draft.record({ type: 'PaymentDisputed', ...dispute });
  return 'applied';
}
