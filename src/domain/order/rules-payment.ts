/** Where the money of an order stands, as its channel says, and for how long it may stay away. */
import { ACTS } from './acts.ts';
import { openAuthorisations } from './authorisations.ts';
import { deadlinesOf } from './deadlines.ts';
import type { Draft } from './draft.ts';
import { shipsBeforePayment } from './kinds.ts';
import { ENDED } from './lifecycle.ts';
import { hasLeft } from './quantities.ts';
import { intendCancellation, readOrder } from './requests.ts';
import { isAuthorisationLapsed } from './wanted.ts';

const MS_PER_DAY = 86_400_000;

export function followPayment(draft: Draft): void {
  const { state, order } = draft;
  if (state.skus === null || state.status === 'stopped' || state.cancelled) return;
  if (order.cancelledAt !== null) return;
  const status = order.paymentStatus;
  switch (paymentOf(draft)) {
    case 'settled':
      if (state.payment !== 'settled') {
        if (state.payment !== 'secured') draft.record({ type: 'PaymentSecured', status, expiresAt: null });
        draft.record({ type: 'PaymentSettled', status });
      }
      break;
    case 'secured':
      followAuthorisation(draft);
      break;
    case 'credit':
      if (state.payment !== 'secured' || state.authorisedUntil !== null || state.paymentStatus !== status)
        draft.record({ type: 'PaymentSecured', status, expiresAt: null });
      followReceivable(draft);
      break;
    case 'missing':
      if (state.payment !== 'missing' || state.paymentStatus !== status)
        draft.record({ type: 'PaymentMissing', status, since: draft.nowIso });
      draft.closeCase('payment-not-captured', 'there is no authorisation any more');
      followMissingPayment(draft, status);
      break;
  }
  moneyCame(draft);
}

/** What the channel's word means. Pending money is awaited, lost money too, though not as long. */
function paymentOf(draft: Draft): 'secured' | 'settled' | 'missing' | 'credit' {
  const { order } = draft;
  const { paymentStatus, total, currentTotal } = order;
  if (total.shop === 0 && currentTotal.shop === 0) return 'settled';
  switch (paymentStatus) {
    case 'paid':
    case 'partlyRefunded':
    case 'refunded':
      return 'settled';
    case 'authorised':
      return 'secured';
    case 'partlyPaid':
      // The rest of an authorisation of which a part was captured still stands.
      if (restOfAuthorisation(draft)) return 'secured';
      return shipsBeforePayment(order) ? 'credit' : 'missing';
    case 'pending':
      return shipsBeforePayment(order) ? 'credit' : 'missing';
    case 'voided':
    case 'expired':
    case 'failed':
      return 'missing';
    default:
      return paymentStatus satisfies never;
  }
}

function restOfAuthorisation({ order, state, context }: Draft): boolean {
  const { authorisationDays } = context.config.policies;
  return openAuthorisations(order, state, authorisationDays).some(
    ({ multiCapturable, lapsesAt }) => multiCapturable && lapsesAt > context.now,
  );
}

/** When the authorisation of an order lapses: as the channel says, else after the usual time. */
function authorisationEnd(draft: Draft): string {
  const { payments, placedAt } = draft.order;
  let latest = Number.NEGATIVE_INFINITY;
  for (const { kind, status, authorisationExpiresAt } of payments ?? []) {
    if (kind === 'authorisation' && status !== 'failed' && authorisationExpiresAt !== null)
      latest = Math.max(latest, Date.parse(authorisationExpiresAt));
  }
  const usual = Date.parse(placedAt) + draft.context.config.policies.authorisationDays * MS_PER_DAY;
  return new Date(Number.isFinite(latest) ? latest : usual).toISOString();
}

/** An authorisation that runs out while the order waits: the channel is asked, then a person. */
function followAuthorisation(draft: Draft): void {
  const status = draft.order.paymentStatus;
  const expiresAt = authorisationEnd(draft);
  if (draft.state.payment !== 'secured' || draft.state.authorisedUntil !== expiresAt)
    draft.record({ type: 'PaymentSecured', status, expiresAt });
  if (ENDED.has(draft.state.status)) return;
  if (!isAuthorisationLapsed(draft)) {
    if (draft.context.now < Date.parse(expiresAt)) draft.closeCase('payment-not-captured');
    return;
  }
  if (draft.state.authorisationChecked !== expiresAt) {
    readOrder(draft, 'authorisation');
    return;
  }
  if (draft.isAsked(ACTS.read)) return;
  const { shipments } = draft.state;
  draft.openCase(
    {
      key: 'payment-not-captured',
      reason: 'payment-not-captured',
      message: `The payment of order ${draft.name} was authorised until ${expiresAt} and never captured${shipments.length > 0 ? ', and goods have left' : '; it ships no further'}`,
      suggestedFix:
        'Capture the payment at the channel, or cancel the order there; skip this case when the money comes another way',
    },
    expiresAt,
  );
}

/** Goods leave on credit: when the day of payment is over and no money is there, a person is asked. */
function followReceivable(draft: Draft): void {
  const { state, context, order } = draft;
  draft.closeCase('payment-not-captured', 'it is paid later, by agreement');
  const dueAt = deadlinesOf(state, context.config).payment;
  if (dueAt === undefined || context.now < dueAt) {
    draft.closeCase('payment-overdue');
    return;
  }
  draft.openCase(
    {
      key: 'payment-overdue',
      reason: 'payment-overdue',
      message: `Order ${draft.name} was to be paid by ${order.paymentTerms?.dueAt} (${order.paymentTerms?.name}), and its payment is ${order.paymentStatus}`,
      suggestedFix:
        'Remind the customer, and mark the order as paid at the channel when the money is there; skip this case when the money is given up',
    },
    order.paymentTerms?.dueAt ?? '',
  );
}

/** The wait for money has an end: what cannot be paid does not stand in the way of those who can. */
function followMissingPayment(draft: Draft, status: string): void {
  const { state, context } = draft;
  const dueAt = deadlinesOf(state, context.config).payment;
  if (dueAt === undefined || context.now < dueAt) return;
  if (!hasLeft(state, draft.order)) {
    intendCancellation(draft, 'policy', 'payment', `payment ${status} since ${state.paymentSince}`);
    return;
  }
  draft.openCase(
    {
      key: 'payment-lost',
      reason: 'payment-lost',
      message: `Goods of order ${draft.name} have left, and its payment is ${status} since ${state.paymentSince}`,
      suggestedFix:
        'Charge the customer again at the channel, or get the goods back; skip this case when the money is given up',
    },
    status,
  );
}

/** The money is there after all: whoever wanted the order cancelled for want of it has changed his mind. */
function moneyCame(draft: Draft): void {
  const { state } = draft;
  if (state.payment === 'missing') return;
  draft.closeCase('payment-lost');
  if (state.payment === 'settled') draft.closeCase('payment-overdue');
  if (state.payment === 'settled') draft.closeCase('payment-not-captured');
  if (state.cancellation?.cause !== 'payment') return;
  const asked = state.acts[ACTS.cancel]?.status;
  if (asked === 'asked' || asked === 'done' || asked === 'unsettled') return;
  draft.closeCaseOf(ACTS.cancel, 'the money came');
  draft.record({ type: 'CancellationAbandoned', because: 'the money came' });
}
