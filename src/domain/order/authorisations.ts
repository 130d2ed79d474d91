/**
 * Authorised money of an order: what of it can still be captured, and what the customer still owes. All amounts are minor units
 * of the presentment currency, the one in which customers pay and channels capture.
 */
import type { Order, Payment } from '../canonical/index.ts';
import type { OrderState } from './state.ts';

const MS_PER_DAY = 86_400_000;

/** An authorisation of which something can still be captured. */
export interface OpenAuthorisation {
  paymentId: string;
  /** What can still be captured of it. */
  openMinor: number;
  capturedMinor: number;
  /** Several captures may be made of it. */
  multiCapturable: boolean;
  /** Epoch ms. */
  lapsesAt: number;
}

type Known = Pick<OrderState, 'captures'>;

/** When an authorisation lapses: as the channel says, else after the usual time. Epoch ms. */
export function lapseOf(payment: Payment, usualDays: number): number {
  return (
    Date.parse(payment.authorisationExpiresAt ?? '') ||
    Date.parse(payment.processedAt) + usualDays * MS_PER_DAY
  );
}

/** Those that are open, by when they lapse; lapsed ones are among them. Empty too where the payments are not known. */
export function openAuthorisations(order: Order, known: Known, usualDays: number): OpenAuthorisation[] {
  const payments = order.payments ?? [];
  const open = authorisationsIn(payments).flatMap((payment): OpenAuthorisation[] => {
    const { paymentId, amount, multiCapturable = false } = payment;
    const ofIt = relatedTo(payments, paymentId);
    const isGone = ofIt.some(({ kind, status }) => kind === 'void' && status === 'succeeded');
    const capturedMinor = capturedOf(ofIt, paymentId, known);
    const openMinor = amount.presentment - capturedMinor;
    if (isGone || openMinor <= 0 || (capturedMinor > 0 && !multiCapturable)) return [];
    return [{ paymentId, openMinor, capturedMinor, multiCapturable, lapsesAt: lapseOf(payment, usualDays) }];
  });
  return open.sort((a, b) => a.lapsesAt - b.lapsesAt);
}

const authorisationsIn = (payments: readonly Payment[]): Payment[] =>
  payments.filter(({ kind, status }) => kind === 'authorisation' && status === 'succeeded');

/** What became of an authorisation. Where a channel does not say of which, it was the only one. */
function relatedTo(payments: readonly Payment[], authorisation: string): Payment[] {
  const isOnly = authorisationsIn(payments).length === 1;
  return payments.filter(({ parentId }) => parentId === authorisation || (parentId === null && isOnly));
}

/** Captured of an authorisation: what the channel shows, or has answered us and does not show yet. */
function capturedOf(ofIt: readonly Payment[], authorisation: string, { captures }: Known): number {
  const shown = ofIt.filter(({ kind, status }) => kind === 'capture' && status !== 'failed');
  const failed = new Set(ofIt.filter(({ status }) => status === 'failed').map(({ paymentId }) => paymentId));
  const answered = captures.flatMap((each) =>
    each.authorisation === authorisation && each.captureId !== null && !failed.has(each.captureId)
      ? [each.capturedBeforeMinor + each.amountMinor]
      : [],
  );
  return Math.max(sum(shown.map(({ amount }) => amount.presentment)), ...answered);
}

/** Money that has come in, or is on its way; captures that the channel does not show yet are in it. */
export function receivedMinor(order: Order, known: Known): number {
  const payments = order.payments ?? [];
  const captured = authorisationsIn(payments).map(({ paymentId }) => {
    const ofIt = relatedTo(payments, paymentId);
    return { ofIt, minor: capturedOf(ofIt, paymentId, known) };
  });
  const counted = new Set(captured.flatMap(({ ofIt }) => ofIt.filter(({ kind }) => kind === 'capture')));
  const others = payments.filter(
    (each) =>
      (each.kind === 'sale' || each.kind === 'capture') && each.status !== 'failed' && !counted.has(each),
  );
  return sum([...others.map(({ amount }) => amount.presentment), ...captured.map(({ minor }) => minor)]);
}

/** What the customer still owes: the order as it is worth now, less what has come in and was not given back for goods. */
export function owedMinor(order: Order, known: Known): number {
  const back = order.refunds.map(({ cash, cashPending, lines, shipping, shippingTax }) => {
    const tax = (amount: { presentment: number }) => (order.taxesIncluded ? 0 : amount.presentment);
    const goods = sum(lines.map((line) => line.amount.presentment + tax(line.tax)));
    // What goes back beyond goods and delivery is a price reduction: it is not owed again.
    return Math.min(
      cash.presentment + cashPending.presentment,
      goods + shipping.presentment + tax(shippingTax),
    );
  });
  return Math.max(0, order.currentTotal.presentment - receivedMinor(order, known) + sum(back));
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
