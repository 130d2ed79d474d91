/** The sandbox channel (a marketplace, say): shoppers and merchants act, the hub reads, fulfils and cancels. */
import { toMinor } from '../../../../sandbox/kit/money.ts';
import type { SandboxReply } from '../../../../sandbox/kit/server.ts';
import type { ChannelBooks, ChannelSandbox, OrderSpec } from '../../../../sandbox/kit/types.ts';
import type { World } from '../../../../sandbox/kit/world.ts';
import { type Feeds, shortHash } from '../feeds.ts';
import { fingerprint, json, notFound, problem, type Route } from '../http.ts';
import { cancelWhole, editLines, giveBack, newOrder, payOrder } from './acts.ts';
import {
  capturedAmount,
  type FulfilmentBook,
  type OrderBook,
  refundedAmount,
  shippedUnits,
  unshippedUnits,
} from './book.ts';
import { channelBook, fulfilmentView, orderView } from './view.ts';

const FIRST_NUMBER = 100_001;

type Twist = (payload: Record<string, unknown>) => void;

export class Channel implements ChannelSandbox {
  readonly connection: string;
  readonly #world: World;
  readonly #feeds: Feeds;
  readonly #orders = new Map<string, OrderBook>();
  #raw = 0;

  constructor(world: World, feeds: Feeds, connection: string) {
    this.#world = world;
    this.#feeds = feeds;
    this.connection = connection;
  }

  placeOrder(spec: OrderSpec): string {
    const id = `${this.connection.toUpperCase()}-${FIRST_NUMBER + this.#orders.size}`;
    const order = newOrder(id, spec, this.#now);
    this.#orders.set(id, order);
    this.#tell(order, 'created');
    return id;
  }

  pay(channelOrderId: string, event: 'captured' | 'failed' | 'expired'): void {
    const order = this.#order(channelOrderId);
    if (payOrder(order, event, this.#now)) this.#touch(order);
  }

  editOrder(
    channelOrderId: string,
    edit: { line?: { index: number; quantity: number }; add?: OrderSpec['lines'][number] },
  ): boolean {
    const order = this.#order(channelOrderId);
    if (!editLines(order, edit, this.#now)) return false;
    this.#touch(order);
    return true;
  }

  cancelOrder(
    channelOrderId: string,
    options: { reason: string; refund: boolean; force?: boolean },
  ): boolean {
    const order = this.#order(channelOrderId);
    if (!cancelWhole(order, options, this.#now)) return false;
    this.#touch(order, 'cancelled');
    return true;
  }

  refund(channelOrderId: string, refund: Parameters<ChannelSandbox['refund']>[1]): string | null {
    const order = this.#order(channelOrderId);
    if (order.money !== 'paid') return null;
    const picks = refund.lines.map(({ index, quantity }) => ({ line: order.lines[index], quantity }));
    if (picks.some(({ line }) => !line)) return null;
    const left = capturedAmount(order) - refundedAmount(order, 'succeeded', 'pending');
    const how = {
      shipping: refund.shipping,
      extra: toMinor(refund.amount ?? '0', order.currency),
      restock: refund.restock ?? true,
      pending: refund.pending ?? false,
    };
    const made = giveBack(
      order,
      picks as { line: OrderBook['lines'][number]; quantity: number }[],
      how,
      this.#now,
      true,
      refund.beyondPayment ? undefined : left,
    );
    if (!made) return null;
    this.#touch(order);
    return made.id;
  }

  settleRefund(channelOrderId: string, refundId: string, outcome: 'succeeded' | 'failed'): void {
    const order = this.#order(channelOrderId);
    const refund = order.refunds.find((each) => each.id === refundId);
    if (!refund) throw new Error(`order ${channelOrderId} has no refund ${refundId}`);
    for (const transaction of refund.transactions)
      if (transaction.status === 'pending') transaction.status = outcome;
    this.#touch(order);
  }

  changeAddress(channelOrderId: string, address: Partial<OrderSpec['shopper']>): void {
    const order = this.#order(channelOrderId);
    Object.assign(order.shopper, address);
    this.#touch(order);
  }

  sendRaw(topic: string, body: string): void {
    this.#raw += 1;
    this.#feeds.push(`raw_${shortHash(`${this.connection} ${topic} ${this.#raw}`)}`, body, true);
  }

  corrupt(channelOrderId: string, twist: Twist): void {
    this.#order(channelOrderId).twist = twist;
  }

  unshipped(channelOrderId: string): { index: number; quantity: number }[] {
    return this.#order(channelOrderId).lines.flatMap((line, index) =>
      line.giftCard || unshippedUnits(line) === 0 ? [] : [{ index, quantity: unshippedUnits(line) }],
    );
  }

  standing(channelOrderId: string): {
    cancelled: boolean;
    isPaid: boolean;
    shippedUnits: number;
    paidMinor: number;
    refundedMinor: number;
  } {
    const order = this.#order(channelOrderId);
    return {
      cancelled: order.cancelledAt !== null,
      isPaid: order.money === 'paid',
      shippedUnits: shippedUnits(order),
      paidMinor: Number(capturedAmount(order)),
      refundedMinor: Number(refundedAmount(order, 'succeeded')),
    };
  }

  books(): ChannelBooks {
    return {
      kind: 'channel',
      connection: this.connection,
      orders: [...this.#orders.values()].map(channelBook),
    };
  }

  routes(): Route[] {
    return [
      {
        method: 'GET',
        path: '/v1/orders/:id',
        handle: ({ params }) => this.#on(params, (order) => json(200, this.#view(order))),
      },
      {
        method: 'POST',
        path: '/v1/orders/:id/fulfilments',
        body: 'FulfilmentCreate',
        handle: ({ params, body }) => this.#on(params, (order) => this.#fulfil(order, body)),
      },
      {
        method: 'POST',
        path: '/v1/orders/:id/cancel',
        body: 'OrderCancel',
        handle: ({ params, body }) => this.#on(params, (order) => this.#cancel(order, body)),
      },
    ];
  }

  #on(params: Readonly<Record<string, string>>, act: (order: OrderBook) => SandboxReply): SandboxReply {
    const order = this.#orders.get(params.id ?? '');
    return order ? act(order) : notFound(`order ${params.id}`);
  }

  #fulfil(
    order: OrderBook,
    content: {
      shipmentId: string;
      lines: { lineId: string; quantity: number }[];
      tracking: FulfilmentBook['tracking'];
    },
  ): SandboxReply {
    const print = fingerprint(content);
    const known = order.fulfilments.find((each) => each.shipmentId === content.shipmentId);
    if (known)
      return known.print === print
        ? json(200, fulfilmentView(known))
        : problem(409, 'conflict', `Shipment ${content.shipmentId} is recorded with other content`);
    if (order.cancelledAt !== null) return problem(409, 'order-cancelled', `Order ${order.id} is cancelled`);
    const wanted = new Map<string, number>();
    for (const { lineId, quantity } of content.lines)
      wanted.set(lineId, (wanted.get(lineId) ?? 0) + quantity);
    for (const [lineId, quantity] of wanted) {
      const line = order.lines.find((each) => each.id === lineId);
      if (!line) return problem(422, 'unknown-line', `Order ${order.id} has no line ${lineId}`);
      if (quantity > unshippedUnits(line))
        return problem(
          422,
          'fulfilled-more-than-ordered',
          `Line ${lineId}: ${quantity} have left, ${unshippedUnits(line)} are to leave yet`,
        );
    }
    for (const { lineId, quantity } of content.lines) {
      const line = order.lines.find((each) => each.id === lineId);
      if (line) line.fulfilled += quantity;
    }
    const made: FulfilmentBook = {
      id: `${order.id}-F${order.fulfilments.length + 1}`,
      shipmentId: content.shipmentId,
      createdAt: this.#world.clock.nowIso(),
      lines: content.lines,
      tracking: content.tracking,
      print,
    };
    order.fulfilments.push(made);
    this.#touch(order);
    return json(201, fulfilmentView(made));
  }

  #cancel(order: OrderBook, options: { reason: string; refund: boolean }): SandboxReply {
    if (
      order.cancelledAt === null &&
      !this.cancelOrder(order.id, { reason: options.reason, refund: options.refund })
    ) {
      return problem(409, 'already-shipped', `Units of order ${order.id} have left`);
    }
    return json(200, this.#view(order));
  }

  #order(channelOrderId: string): OrderBook {
    const order = this.#orders.get(channelOrderId);
    if (!order) throw new Error(`channel ${this.connection} has no order ${channelOrderId}`);
    return order;
  }

  get #now(): number {
    return this.#world.clock.now();
  }

  #touch(order: OrderBook, what: 'updated' | 'cancelled' = 'updated'): void {
    order.version += 1;
    order.updatedAtMs = Math.max(this.#now, order.updatedAtMs + 1);
    this.#tell(order, what);
  }

  #tell(order: OrderBook, what: 'created' | 'updated' | 'cancelled'): void {
    this.#feeds.emit('orders', `order.${what}`, order.id, () => ({ order: this.#view(order) }));
  }

  #view(order: OrderBook): Record<string, unknown> {
    const view = orderView(order);
    order.twist?.(view);
    return view;
  }
}
