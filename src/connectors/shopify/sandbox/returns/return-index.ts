/** Finds returns, and what belongs to them, by their ids. */
import type { OrderBook, ReturnBook } from '../book.ts';
import { idIn } from '../ids.ts';

export interface FoundReturn {
  order: OrderBook;
  found: ReturnBook;
}

/** Types whose ids lead to a return. */
export type ReturnPart =
  | 'Return'
  | 'ReverseFulfillmentOrder'
  | 'ReverseFulfillmentOrderLineItem'
  | 'ReverseDelivery';

export class ReturnIndex {
  readonly #order: (orderId: string) => OrderBook | undefined;
  readonly #orderIds = new Map<string, string>();

  /** @param order finds an order by the digits of its id, to be changed. */
  constructor(order: (orderId: string) => OrderBook | undefined) {
    this.#order = order;
  }

  /** Takes in what a return has now. */
  own(order: OrderBook, { id, reverse, lines }: ReturnBook): void {
    const ids = [id, ...lines.map(({ reverseId }) => reverseId)];
    if (reverse) ids.push(reverse.id, ...reverse.deliveries.map((each) => each.id));
    for (const each of ids) this.#orderIds.set(each, order.id);
  }

  find(type: ReturnPart, globalId: string): FoundReturn | undefined {
    const id = idIn(type, globalId) ?? '';
    const order = this.#order(this.#orderIds.get(id) ?? '');
    const found = order?.returns?.find((each) => holds(each, type, id));
    return order && found ? { order, found } : undefined;
  }
}

function holds({ id, reverse, lines }: ReturnBook, type: ReturnPart, wanted: string): boolean {
  switch (type) {
    case 'Return':
      return id === wanted;
    case 'ReverseFulfillmentOrder':
      return reverse?.id === wanted;
    case 'ReverseFulfillmentOrderLineItem':
      return reverse !== null && lines.some(({ reverseId }) => reverseId === wanted);
    case 'ReverseDelivery':
      return reverse?.deliveries.some((each) => each.id === wanted) ?? false;
    default:
      return type satisfies never;
  }
}
