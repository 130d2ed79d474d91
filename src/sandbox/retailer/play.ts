/**
 * Plays a plan: places the orders when their time comes and lets happen to them what was planned, as far as it is still
 * possible, and remembers which cases must be open at the end.
 */
import { toMinor, toText } from '../kit/money.ts';
import type { ChannelBooks, ChannelSandbox, ErpSandbox, PlannedCase } from '../kit/types.ts';
import type { World } from '../kit/world.ts';
import { type ChannelId, HOUR_MS, MINUTE_MS } from './names.ts';
import type { LifeEvent, PlannedMessage, PlannedOrder, RunPlan } from './plan.ts';
import type { Places } from './supply.ts';

export interface Stage {
  world: World;
  channels: Readonly<Record<ChannelId, ChannelSandbox & { books(): ChannelBooks }>>;
  erp: ErpSandbox;
  places: Places;
  /** 1 for a believable pace; smaller: waits are shorter. */
  pace: number;
  /** Told of each order that was placed. */
  placed?(order: PlannedOrder, reference: string): void;
}

/** What became of the planned acts. */
export interface PlayStats {
  placed: number;
  messages: number;
  done: Record<string, number>;
  tooLate: Record<string, number>;
}

interface Placed extends PlannedOrder {
  channelOrderId: string;
  cancelled: boolean;
}

/** Events that need nothing to have happened before. */
type Immediate = Extract<
  LifeEvent,
  { kind: 'pay' | 'edit' | 'cancel' | 'removal' | 'address' | 'split' | 'merge' }
>;

/** A merchant who changes an order has the warehouse wait: long enough for the hub to hear of it on a bad day. */
const STALL_MS = 24 * HOUR_MS;
/** What needs goods to have left is tried again this often, and so many times. */
const SHIPPED_CHECK_MS = 12 * HOUR_MS;
const SHIPPED_CHECKS = 60;
/** The ERP cancels as soon as it has the order. */
const ERP_CHECK_MS = 5 * MINUTE_MS;
const ERP_CHECKS = 2_000;

export class Play {
  readonly stats: PlayStats = { placed: 0, messages: 0, done: {}, tooLate: {} };
  readonly #stage: Stage;
  readonly #planted: PlannedCase[] = [];
  readonly #orderIds = new Map<string, string>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Plans all of it in the world. */
  start(plan: RunPlan): void {
    for (const order of plan.orders) this.enter(order);
    for (const message of plan.messages) this.#enterMessage(message);
  }

  /** Plans one order. */
  enter(order: PlannedOrder): void {
    this.#stage.world.schedule(order.placedAtMs, `order ${order.spec.handle} at ${order.channel}`, () =>
      this.#place(order),
    );
  }

  /** The cases that must be open at the end, as far as their orders have been placed. */
  planted(): PlannedCase[] {
    return [...this.#planted];
  }

  /** The key by which the hub and its systems know an order of the plan; undefined before it is placed. */
  referenceOf(handle: string): string | undefined {
    return this.#orderIds.get(handle);
  }

  #place(order: PlannedOrder): void {
    const { world, channels } = this.#stage;
    const channelOrderId = channels[order.channel].placeOrder(order.spec);
    const reference = `${order.channel}/${channelOrderId}`;
    this.stats.placed += 1;
    this.#orderIds.set(order.spec.handle, reference);
    if (order.planted !== null)
      this.#planted.push({ connection: order.channel, stream: reference, reason: order.planted });
    world.note(
      `order ${order.spec.handle} placed as ${reference}${order.planted === null ? '' : `, planted: ${order.planted}`}`,
    );
    const placed: Placed = { ...order, channelOrderId, cancelled: false };
    this.#stage.placed?.(order, reference);
    for (const event of order.life) {
      world.schedule(order.placedAtMs + event.afterMs, `${event.kind} of ${reference}`, () =>
        this.#happen(placed, event),
      );
    }
  }

  #enterMessage(message: PlannedMessage): void {
    const { world, channels } = this.#stage;
    world.schedule(message.atMs, `${message.reason} at ${message.channel}`, () => {
      channels[message.channel].sendRaw(message.topic, message.body);
      this.stats.messages += 1;
      const stream = message.channelOrderId === null ? null : `${message.channel}/${message.channelOrderId}`;
      this.#planted.push({ connection: message.channel, stream, reason: message.reason });
      world.note(`nonsense sent by ${message.channel}, planted: ${message.reason}`);
    });
  }

  #happen(order: Placed, event: LifeEvent): void {
    const channel = this.#stage.channels[order.channel];
    switch (event.kind) {
      case 'erpCancel':
        this.#cancelAtErp(order, event.reason, ERP_CHECKS);
        break;
      case 'refund':
        this.#whenShipped(order, event.kind, () => this.#refund(order, event));
        break;
      case 'exchange':
        this.#whenShipped(order, event.kind, () => {
          const exchange = { line: { index: event.index, quantity: 1 }, add: event.add };
          return channel.exchange?.(order.channelOrderId, exchange) ?? false;
        });
        break;
      case 'archive':
      case 'redact': {
        const { kind } = event;
        this.#whenShipped(order, kind, () => channel[kind]?.(order.channelOrderId) ?? false);
        break;
      }
      case 'return':
        this.#whenShipped(
          order,
          event.kind,
          () => channel.takeBack?.(order.channelOrderId, event.line) ?? false,
        );
        break;
      case 'askBack':
        this.#whenShipped(
          order,
          event.kind,
          () => channel.askBack?.(order.channelOrderId, event.line) ?? false,
        );
        break;
      case 'overRefund':
        this.#whenShipped(order, event.kind, () => this.#overRefund(order, event.beyond));
        break;
      case 'forcedCancel': {
        const how = { reason: event.reason, refund: false, force: true };
        this.#whenShipped(order, event.kind, () => channel.cancelOrder(order.channelOrderId, how));
        break;
      }
      default:
        this.#count(event.kind === 'pay' ? `pay:${event.event}` : event.kind, this.#act(order, event));
    }
  }

  /** Does what can be done at once. False: it came too late. */
  #act(order: Placed, event: Immediate): boolean {
    if (this.#isCancelled(order)) return false;
    const channel = this.#stage.channels[order.channel];
    const id = order.channelOrderId;
    switch (event.kind) {
      case 'pay':
        channel.pay(id, event.event);
        return true;
      case 'edit':
        // Units that are added cross no parcel.
        if (event.edit.line && !this.#stall(order)) return false;
        return channel.editOrder(id, event.edit);
      case 'cancel':
        order.cancelled =
          this.#stall(order) &&
          channel.cancelOrder(id, { reason: event.reason, refund: event.refund, restock: event.restock });
        return order.cancelled;
      case 'removal':
        if (!this.#stall(order)) return false;
        return channel.refund(id, { lines: [event.line], shipping: false, restock: event.restock }) !== null;
      case 'address':
        if (!this.#stall(order)) return false;
        channel.changeAddress(id, event.address);
        return true;
      case 'split':
        return channel.splitFulfilment?.(id) ?? false;
      case 'merge':
        return channel.mergeFulfilment?.(id) ?? false;
      default:
        return event satisfies never;
    }
  }

  #isCancelled(order: Placed): boolean {
    const { channels } = this.#stage;
    return order.cancelled || (channels[order.channel].standing?.(order.channelOrderId).cancelled ?? false);
  }

  /**
   * Before a change that takes units away: false when something has left already; else nothing leaves for a while. A parcel
   * that crosses the change on its way would be a business case, and by chance, where only planted ones may be.
   */
  #stall(order: Placed): boolean {
    const { world, places, pace } = this.#stage;
    const reference = `${order.channel}/${order.channelOrderId}`;
    const systems = [places.warehouse, places.stores];
    if (systems.some((system) => system.shippedUnits(reference) > 0)) return false;
    for (const system of systems) system.stall(reference, world.clock.now() + Math.round(STALL_MS * pace));
    return true;
  }

  /** Runs `act` once all units have left in the channel's books and are paid; gives up after a month. */
  #whenShipped(order: Placed, kind: string, act: () => boolean, left = SHIPPED_CHECKS): void {
    const { world, channels, pace } = this.#stage;
    const channel = channels[order.channel];
    const cancelled = this.#isCancelled(order);
    const open = channel.unshipped(order.channelOrderId).reduce((sum, line) => sum + line.quantity, 0);
    const isReady = open === 0 && (channel.standing?.(order.channelOrderId).isPaid ?? true);
    if (cancelled || isReady || left === 0) {
      this.#count(kind, !cancelled && isReady && act());
      return;
    }
    const nextAt = world.clock.now() + Math.round(SHIPPED_CHECK_MS * pace);
    world.schedule(nextAt, `${kind} of ${order.spec.handle}, again`, () =>
      this.#whenShipped(order, kind, act, left - 1),
    );
  }

  #refund(order: Placed, event: Extract<LifeEvent, { kind: 'refund' }>): boolean {
    const { world, channels } = this.#stage;
    const channel = channels[order.channel];
    const refundId = channel.refund(order.channelOrderId, {
      lines: event.line ? [event.line] : [],
      shipping: event.shipping,
      ...(event.amount === null ? {} : { amount: event.amount }),
      ...(event.pendingMs === null ? {} : { pending: true }),
      ...(event.to === null ? {} : { to: event.to }),
      restock: event.line !== null,
    });
    if (refundId !== null && event.pendingMs !== null) {
      world.schedule(world.clock.now() + event.pendingMs, `refund ${refundId} settles`, () => {
        channel.settleRefund(order.channelOrderId, refundId, 'succeeded');
        this.#count('settleRefund', true);
      });
    }
    return refundId !== null;
  }

  /** All that was paid, and some more. */
  #overRefund(order: Placed, beyond: string): boolean {
    const channel = this.#stage.channels[order.channel];
    const book = channel.books().orders.find((each) => each.channelOrderId === order.channelOrderId);
    if (!book) return false;
    const { currency } = order.spec;
    const amount = toText(
      BigInt(book.capturedMinor - book.refundedMinor) + toMinor(beyond, currency),
      currency,
    );
    return (
      channel.refund(order.channelOrderId, { lines: [], shipping: false, amount, beyondPayment: true }) !==
      null
    );
  }

  #cancelAtErp(order: Placed, reason: string, left: number): void {
    const { world, erp, pace } = this.#stage;
    const done = erp.cancelOrder(`${order.channel}/${order.channelOrderId}`, reason);
    if (done || left === 0) {
      this.#count('erpCancel', done);
      return;
    }
    const nextAt = world.clock.now() + Math.round(ERP_CHECK_MS * pace);
    world.schedule(nextAt, `the ERP looks for ${order.spec.handle}`, () =>
      this.#cancelAtErp(order, reason, left - 1),
    );
  }

  #count(kind: string, happened: boolean): void {
    const counts = happened ? this.stats.done : this.stats.tooLate;
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (happened) this.#stage.world.note(kind);
  }
}
