/** Orders are archived, opened again and deleted, authorisations released; refunds are found by their ids. */

import type { OrderBook, TransactionBook } from '../book.ts';
import { closedAt } from '../book-figures.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { type Ids, idIn } from '../ids.ts';
import { STORE_CREDIT } from '../payments/promises.ts';
import { voidPayment } from './acts.ts';
import { refundNode, transactionNode } from './nodes-events.ts';

/** Means of payment that no provider answers for. */
const OFFLINE_GATEWAYS: ReadonlySet<string> = new Set([
  ...['manual', 'bank_deposit', 'cash', 'cash_on_delivery', 'money_order', 'gift_card'],
  STORE_CREDIT,
]);

export interface OrderStatesHost {
  ids: Ids;
  now(): number;
  /** The order of a global id, to be changed. */
  order(id: string): OrderBook | undefined;
  /** The order that has this, made after it under this id, to be changed. */
  orderWith(id: string, has: (order: OrderBook) => boolean): OrderBook | undefined;
  node(order: OrderBook): unknown;
  deleted(order: OrderBook): void;
  changed(order: OrderBook, told?: { transactions: readonly TransactionBook[] }): void;
}

export class OrderStates {
  readonly #host: OrderStatesHost;

  constructor(host: OrderStatesHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      orderClose: ({ input: { id } }: { input: { id: string } }) => this.#archive(id, true),
      orderOpen: ({ input: { id } }: { input: { id: string } }) => this.#archive(id, false),
      orderDelete: ({ orderId }: { orderId: string }) => this.#delete(orderId),
      transactionVoid: ({ parentTransactionId }: { parentTransactionId: string }) =>
        this.#void(parentTransactionId),
      refund: ({ id }: { id: string }) => this.refundById(id),
    };
  }

  refundById(globalId: string): unknown {
    const id = idIn('Refund', globalId) ?? '';
    const order = this.#host.orderWith(id, ({ refunds }) => refunds.some((each) => each.id === id));
    const found = order?.refunds.find((each) => each.id === id);
    return order && found ? { ...refundNode(order, found), order: () => this.#host.node(order) } : null;
  }

  #archive(id: string, close: boolean): unknown {
    const order = this.#host.order(id);
    if (!order) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
    if (!close && order.cancelledAtMs !== null) throw notSupported('orderOpen of cancelled orders');
    if (close !== (closedAt(order) !== null)) {
      order.closedAtMs = close ? this.#host.now() : null;
      this.#host.changed(order);
    }
    return { order: this.#host.node(order), userErrors: [] };
  }

  /** What an online gateway has been asked to pay stays; so does what is neither archived nor cancelled. */
  #delete(id: string): unknown {
    const refused = (code: string, message: string) => ({
      deletedId: null,
      userErrors: [{ field: ['orderId'], code, message }],
    });
    const order = this.#host.order(id);
    if (!order) return refused('NOT_FOUND', 'Order does not exist');
    if (!order.test && order.transactions.some(({ gateway }) => !OFFLINE_GATEWAYS.has(gateway)))
      return refused('INVALID', 'Orders that interact with an online gateway cannot be deleted');
    if (order.cancelledAtMs === null && closedAt(order) === null)
      return refused('INVALID', 'Order must be archived or canceled before it can be deleted');
    this.#host.deleted(order);
    return { deletedId: id, userErrors: [] };
  }

  #void(globalId: string): unknown {
    const refused = (code: string, message: string) => ({
      transaction: null,
      userErrors: [{ field: ['parentTransactionId'], code, message }],
    });
    const id = idIn('OrderTransaction', globalId) ?? '';
    const order = this.#host.orderWith(id, ({ transactions }) => transactions.some((each) => each.id === id));
    const found = order?.transactions.find((each) => each.id === id);
    if (!order || !found) return refused('TRANSACTION_NOT_FOUND', 'Transaction not found.');
    if (found.kind !== 'authorization' || order.money !== 'authorised')
      return refused('AUTH_NOT_VOIDABLE', 'Transaction is not voidable.');
    if (found.status !== 'success')
      return refused('AUTH_NOT_SUCCESSFUL', 'Authorization was not successful.');
    const before = order.transactions.length;
    voidPayment(this.#host.ids, order, this.#host.now());
    const made = order.transactions.slice(before);
    this.#host.changed(order, { transactions: made });
    return { transaction: made[0] ? transactionNode(order, made[0]) : null, userErrors: [] };
  }
}
