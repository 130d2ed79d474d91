/** What is known of an order's money, in a few words: the channel's word for it, and what it means to us. */
import type { Order, PaymentStatus } from '../../domain/canonical/index.ts';
import type { OrderState } from '../../domain/order/state.ts';

/** What the channel says, of an order that goes on. */
const SAID: Readonly<Record<PaymentStatus, string>> = {
  pending: 'awaited',
  authorised: 'authorised',
  partlyPaid: 'partly paid',
  paid: 'paid',
  partlyRefunded: 'partly refunded',
  refunded: 'refunded',
  voided: 'voided',
  expired: 'expired',
  failed: 'failed',
};

/** And of one that was cancelled: nothing more is awaited. */
const SAID_AT_THE_END: Readonly<Record<PaymentStatus, string>> = {
  ...SAID,
  pending: 'never paid',
  authorised: 'authorised, never taken',
  partlyPaid: 'partly paid, not refunded',
  paid: 'paid, not refunded',
};

export function paymentLabel({ payment, cancelled }: OrderState, order: Order): string {
  const { paymentStatus, cancelledAt } = order;
  if (cancelled || cancelledAt !== null) return capital(SAID_AT_THE_END[paymentStatus]);
  switch (payment) {
    case 'unknown':
      return `${capital(SAID[paymentStatus])}, as its channel says`;
    case 'secured':
      return 'Authorised, not paid yet';
    case 'missing':
      return paymentStatus === 'pending' ? 'Awaited' : `Missing: ${SAID[paymentStatus]}`;
    case 'settled':
      return 'Paid';
    default:
      return payment satisfies never;
  }
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
