/** Authorised money of the sandbox store: what of it is captured, what may still be, and what its capture leaves to be paid. */
import type { Amount, OrderBook, TransactionBook } from '../book.ts';
import { add, NOTHING, subtract } from '../book-figures.ts';
import type { Ids } from '../ids.ts';
import { addTransaction } from '../orders/placing.ts';

export const authorisationOf = ({ transactions }: OrderBook): TransactionBook | undefined =>
  transactions.find(({ kind, status }) => kind === 'authorization' && status === 'success');

/** What was captured of an authorisation. */
export function capturedOf({ transactions }: OrderBook, { id }: TransactionBook): Amount {
  const captures = transactions.filter(
    ({ kind, status, parentId }) => kind === 'capture' && status === 'success' && parentId === id,
  );
  return add(...captures.map(({ amount }) => amount));
}

/** What of an authorisation may still be captured. */
export function capturable(order: OrderBook, authorisation: TransactionBook): Amount {
  return subtract(authorisation.amount, capturedOf(order, authorisation));
}

/** What of an order can be captured now. */
export function capturableNow(order: OrderBook, authorisation = authorisationOf(order)): Amount {
  if (!authorisation || order.money !== 'authorised' || order.cancelledAtMs !== null) return NOTHING;
  return authorisation.kind === 'authorization' ? capturable(order, authorisation) : NOTHING;
}

/**
 * Captures so much. An authorisation that takes one capture gives the rest free, and so does the last of several; what is owed
 * beyond it waits for another payment.
 */
export function capture(
  ids: Ids,
  order: OrderBook,
  authorisation: TransactionBook,
  { amount, owed, isLast }: { amount: Amount; owed: Amount; isLast: boolean },
  nowMs: number,
): TransactionBook {
  const parentId = authorisation.id;
  const made = addTransaction(ids, order, { kind: 'capture', status: 'success', amount, parentId }, nowMs);
  const isOver =
    isLast || !authorisation.multiCapturable || capturable(order, authorisation).presentment <= 0n;
  if (subtract(owed, amount).presentment <= 0n) order.money = 'paid';
  else if (isOver) order.money = 'pending';
  return made;
}

/** Voids what the last of several captures has left; where there is one, its gateway lets the rest go without a word. */
export function release(
  ids: Ids,
  order: OrderBook,
  authorisation: TransactionBook,
  nowMs: number,
): TransactionBook[] {
  const amount = capturable(order, authorisation);
  if (!authorisation.multiCapturable || amount.presentment <= 0n) return [];
  const parentId = authorisation.id;
  return [addTransaction(ids, order, { kind: 'void', status: 'success', amount, parentId }, nowMs)];
}
