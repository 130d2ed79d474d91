/** What payment providers say of an order's money: that it has reached them or left them, and that a shopper's bank disputes it. */

import type { Payment } from '../canonical/index.ts';
import type { Ending, StreamMessage } from '../process.ts';
import type { EntryNews, OrderAnswer } from '../settlement/messages.ts';
import type { Draft } from './draft.ts';

type Settled = Extract<StreamMessage, { type: 'payment.settled' }>;

/**
 * The entry is answered what is known of its transaction; once its order has come, it stands in the order's own story. Of a
 * transaction that is not known the order is read: webhooks carry none, and the entry asks again. While the order cannot be read the
 * entry waits for it, and is answered when it can.
 */
export function absorbSettled(draft: Draft, told: Settled, readSoon: () => void): Ending {
  const { entry, payout, from } = told;
  const { order, settled, settling } = draft.state;
  const answer = answerOf(draft, entry);
  draft.send({ stream: 'settlement', key: from, message: { type: 'settlement.answer', answer } });
  if (answer.found === 'order') readSoon();
  if (order === null) {
    if (answer.found === 'waits' && settling?.[entry.entryId]?.payout !== payout)
      draft.record({ type: 'SettlementWaits', entry, payout, from });
    return 'applied';
  }
  const known = settled?.[entry.entryId];
  if (known && known.payout === payout) return 'duplicate';
  draft.record({ type: 'SettlementSeen', entry, payout });
  return 'applied';
}

/** The order can be read now, or nobody is asked about it any more: entries that have waited for it are answered. */
export function answerWaiting(draft: Draft, readSoon: () => void): void {
  const { order, cases } = draft.state;
  if (order === null && Object.keys(cases).length > 0) return;
  for (const waiting of Object.values(draft.state.settling ?? {}))
    absorbSettled(draft, { type: 'payment.settled', ...waiting }, readSoon);
}

function answerOf(draft: Draft, entry: EntryNews): OrderAnswer {
  const { order } = draft.state;
  if (order === null) return { found: Object.keys(draft.state.cases).length > 0 ? 'waits' : 'nothing' };
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

export function absorbDisputed(
  draft: Draft,
  { type: _, ...dispute }: Extract<StreamMessage, { type: 'payment.disputed' }>,
): Ending {
  const known = draft.state.disputes?.[dispute.dispute];
  if (known && known.status === dispute.status && known.kind === dispute.kind) return 'duplicate';
  draft.record({ type: 'PaymentDisputed', ...dispute });
  return 'applied';
}
