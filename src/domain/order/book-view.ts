/** One order as its books look at it, and the days of what happens to it. */
import type { BookOrder } from '../books/acts.ts';
import type { Books } from '../books/books-config.ts';
import { localDate } from '../books/calendar.ts';
import { rateOn } from '../books/make-posting.ts';
import type { BooksPolicy } from '../books/policy.ts';
import type { Order, TwoMoney } from '../canonical/index.ts';
import type { OrderState } from './state.ts';

export interface BookView {
  state: OrderState;
  order: Order;
  content: BookOrder;
  books: Books;
  policy: BooksPolicy;
  money: keyof TwoMoney;
  timeZone: string;
  /** The entity's date of now. */
  today: string;
  transitDays: number;
}

/** Day and rate of an act. A rate that is missing is left out: the rule names it. */
export function dated(
  view: BookView,
  key: string,
  date: string,
): { key: string; date: string; rate?: string } {
  const { content, policy, books } = view;
  if (content.currency === policy.bookCurrency) return { key, date };
  const rate = rateOn(books, content.currency, policy.bookCurrency, date);
  return rate === null ? { key, date } : { key, date, rate };
}

export const dayOf = (view: BookView, at: string) => localDate(at, view.timeZone);
