/** What is told of a change by webhooks. */
import type { TransactionBook } from '../book.ts';
import type { Topic } from '../options.ts';
import type { Json } from './webhook-parts.ts';

export type Messages = { topics: readonly Topic[]; body: () => Json }[];

/** What is told of a change of an order, besides `orders/updated`. */
export interface Told {
  topics?: readonly Topic[];
  /** New ones. */
  transactions?: readonly TransactionBook[];
  messages?: Messages;
}
