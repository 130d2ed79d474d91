/**
 * A channel in memory that keeps one canonical order and does to it what channels do: each act changes the order's books and
 * its version. Lines are made by `line`, of which every unit has the same value and tax, so that shares are exact.
 */
import type { LineItem, Order, PaymentStatus, Refund } from '../../src/domain/canonical/index.ts';
import type { CommandBodies } from '../../src/domain/commands.ts';
import { both } from './builders.ts';

export class ChannelModel {
  order: Order;
  #at: number;
  #refunds = 0;

  constructor(order: Order) {
    this.order = { ...order, payments: order.payments ?? [], holds: order.holds ?? [] };
    this.#at = Date.parse(order.updatedAt);
    if (order.payments === null && order.paymentStatus === 'paid') this.#addPayment('sale');
    if (order.payments === null && order.paymentStatus === 'authorised') this.#addPayment('authorisation');
  }

  #change(changes: Partial<Order>, ms = 1_000): Order {
    this.#at += ms;
    const updatedAt = new Date(this.#at).toISOString();
    this.order = { ...this.order, ...changes, updatedAt };
    this.order.currentTotal = both(this.#worth());
    this.order.paymentStatus = this.#paymentStatus();
    return this.order;
  }

  /** Any other change, e.g. of the address. */
  change(changes: Partial<Order>): Order {
    return this.#change(changes);
  }

  #worth(): number {
    const goods = this.order.lines.reduce((sum, line) => sum + unitValue(line) * line.currentQuantity, 0);
    const shipping = this.order.shipping.reduce((sum, line) => sum + line.gross.shop, 0);
    const back = this.order.refunds.reduce((sum, refund) => sum + refund.shipping.shop, 0);
    const extras = this.order.extras.reduce((sum, extra) => sum + extra.amount.shop, 0);
    return goods + shipping - back + extras;
  }

  #addPayment(
    kind: 'sale' | 'authorisation' | 'capture',
    amount = this.order.currentTotal.shop,
    parentId: string | null = null,
  ): void {
    const payments = this.order.payments ?? [];
    const at = new Date(this.#at);
    this.order = {
      ...this.order,
      payments: [
        ...payments,
        {
          schema: 'payment/1',
          paymentId: `P${payments.length + 1}`,
          parentId,
          kind,
          status: 'succeeded',
          gateway: 'card',
          amount: both(amount),
          processedAt: at.toISOString(),
          authorisationExpiresAt:
            kind === 'authorisation' ? new Date(at.getTime() + 7 * 86_400_000).toISOString() : null,
        },
      ],
    };
  }

  get capturedMinor(): number {
    return (this.order.payments ?? [])
      .filter((payment) => payment.kind !== 'authorisation' && payment.status === 'succeeded')
      .reduce((sum, payment) => sum + payment.amount.shop, 0);
  }

  #given: PaymentStatus | null = null;

  #paymentStatus(): PaymentStatus {
    if (this.#given !== null) return this.#given;
    if (this.capturedMinor === 0) return this.order.paymentStatus;
    const refunded = this.order.refunds.reduce((sum, refund) => sum + refund.cash.shop, 0);
    if (refunded > 0) return refunded >= this.capturedMinor ? 'refunded' : 'partlyRefunded';
    return this.order.currentTotal.shop > this.capturedMinor ? 'partlyPaid' : 'paid';
  }

  /** The money comes: the whole of what the order is worth now. */
  capture(): Order {
    this.#given = null;
    const due = this.#worth() - this.capturedMinor;
    const authorisation = (this.order.payments ?? []).find(({ kind }) => kind === 'authorisation');
    if (due > 0) this.#addPayment('capture', due, authorisation?.paymentId ?? null);
    return this.#change({ paymentStatus: 'paid' });
  }

  /** Of what was authorised several captures may be made. */
  severalCaptures(): Order {
    const payments = (this.order.payments ?? []).map((each) => ({ ...each, multiCapturable: true }));
    return this.#change({ payments });
  }

  /** Takes a capture of ours. Null: it does not fit. Another capture than the last one leaves the authorisation open. */
  captureFor({
    authorisation,
    amountMinor,
    capturedBeforeMinor,
  }: Pick<
    CommandBodies['channel.capturePayment'],
    'authorisation' | 'amountMinor' | 'capturedBeforeMinor'
  >): Order | null {
    const parent = (this.order.payments ?? []).find(({ paymentId }) => paymentId === authorisation);
    const ofIt = (this.order.payments ?? []).filter(
      ({ kind, parentId }) => kind === 'capture' && parentId === authorisation,
    );
    const captured = ofIt.reduce((sum, { amount }) => sum + amount.shop, 0);
    const target = capturedBeforeMinor + amountMinor;
    if (captured >= target) return this.order;
    if (!parent || this.order.cancelledAt !== null || this.#given !== null) return null;
    if (target > parent.amount.shop || (captured > 0 && !parent.multiCapturable)) return null;
    this.#addPayment('capture', target - captured, authorisation);
    return this.#change({});
  }

  /** The channel says so of the payment, whatever its books are. */
  payment(status: PaymentStatus): Order {
    this.#given = status;
    return this.#change({});
  }

  hold(reason = 'fraud risk'): Order {
    return this.#change({ holds: [{ kind: 'risk', reason }] });
  }

  unhold(): Order {
    return this.#change({ holds: [] });
  }

  unshipped(line: LineItem): number {
    return Math.max(0, line.currentQuantity - Math.max(0, line.fulfilledQuantity - this.#returned(line)));
  }

  #returned(line: LineItem): number {
    return this.order.refunds
      .flatMap((refund) => refund.lines)
      .filter((part) => part.lineId === line.lineId && part.effect === 'returned')
      .reduce((sum, part) => sum + part.quantity, 0);
  }

  #setLine(lineId: string, changes: (line: LineItem) => Partial<LineItem>): LineItem[] {
    return this.order.lines.map((line) => (line.lineId === lineId ? { ...line, ...changes(line) } : line));
  }

  /** An edit takes units off that have not shipped. */
  remove(lineId: string, quantity: number): Order {
    return this.#change({
      lines: this.#setLine(lineId, (line) => ({ currentQuantity: line.currentQuantity - quantity })),
    });
  }

  /** An edit puts a line on. */
  add(line: LineItem): Order {
    const total = this.order.total.shop + line.gross.shop;
    const tax = this.order.totalTax.shop + line.taxLines.reduce((sum, each) => sum + each.amount.shop, 0);
    return this.#change({ lines: [...this.order.lines, line], total: both(total), totalTax: both(tax) });
  }

  /** Null: too late, something has shipped; unless it is forced. */
  cancel(reason = 'customer', force = false): Order | null {
    const { lines, cancelledAt } = this.order;
    if (cancelledAt !== null || (!force && lines.some((line) => line.fulfilledQuantity > 0))) return null;
    return this.#change({
      cancelledAt: new Date(this.#at + 1_000).toISOString(),
      cancelReason: reason,
      lines: lines.map((line) => ({
        ...line,
        currentQuantity: Math.min(line.currentQuantity, line.fulfilledQuantity - this.#returned(line)),
      })),
    });
  }

  /**
   * Money goes back: for units (unshipped ones leave the order, shipped ones are returned), for shipping, or just so.
   * `money`: how the transaction stands.
   */
  refund(
    picks: { lineId: string; quantity: number }[],
    how: { shippingMinor?: number; extraMinor?: number; money?: 'done' | 'pending' | 'failed' } = {},
  ): Order {
    this.#refunds += 1;
    let lines = this.order.lines;
    const parts: Refund['lines'] = [];
    for (const { lineId, quantity } of picks) {
      const line = lines.find((each) => each.lineId === lineId);
      if (!line) throw new Error(`there is no line ${lineId}`);
      const removed = Math.min(quantity, this.unshipped(line));
      for (const [effect, units] of [
        ['removed', removed],
        ['returned', quantity - removed],
      ] as const) {
        if (units === 0) continue;
        const amount = both(unitValue(line) * units);
        const tax = both(unitTax(line) * units);
        parts.push({ lineId, quantity: units, effect, restock: true, amount, tax });
      }
      lines = lines.map((each) =>
        each.lineId === lineId ? { ...each, currentQuantity: each.currentQuantity - quantity } : each,
      );
    }
    const shipping = how.shippingMinor ?? 0;
    const cash = parts.reduce((sum, part) => sum + part.amount.shop, 0) + shipping + (how.extraMinor ?? 0);
    const money = how.money ?? 'done';
    const refund: Refund = {
      schema: 'refund/1',
      refundId: `RF${this.#refunds}`,
      createdAt: new Date(this.#at).toISOString(),
      lines: parts,
      shipping: both(shipping),
      shippingTax: both(0),
      cash: both(money === 'done' ? cash : 0),
      cashPending: both(money === 'pending' ? cash : 0),
      cashFailed: both(money === 'failed' ? cash : 0),
    };
    return this.#change({ lines, refunds: [...this.order.refunds, refund] });
  }

  /** What was pending, or had failed, goes through or fails. */
  settleRefund(refundId: string, money: 'done' | 'failed'): Order {
    return this.#change({
      refunds: this.order.refunds.map((refund) => {
        if (refund.refundId !== refundId) return refund;
        const cash = refund.cash.shop + refund.cashPending.shop + refund.cashFailed.shop;
        return {
          ...refund,
          cash: both(money === 'done' ? cash : 0),
          cashPending: both(0),
          cashFailed: both(money === 'failed' ? cash : 0),
        };
      }),
    });
  }

  /** Takes a fulfilment, ours or somebody's. Null: it does not fit. */
  fulfil(
    body: Pick<CommandBodies['channel.createFulfilment'], 'lines'> & { shipmentId: string | null },
  ): Order | null {
    if (this.order.cancelledAt !== null) return null;
    let lines = this.order.lines;
    for (const { lineId, quantity } of body.lines) {
      const line = lines.find((each) => each.lineId === lineId);
      if (!line || quantity > this.unshipped(line)) return null;
      lines = lines.map((each) =>
        each.lineId === lineId ? { ...each, fulfilledQuantity: each.fulfilledQuantity + quantity } : each,
      );
    }
    const fulfilmentId = `F-${body.shipmentId ?? `other-${this.order.fulfilments.length}`}`;
    return this.#change({
      lines,
      fulfilments: [
        ...this.order.fulfilments,
        {
          schema: 'fulfilment/1',
          fulfilmentId,
          status: 'succeeded',
          shipmentId: body.shipmentId,
          createdAt: new Date(this.#at).toISOString(),
          lines: body.lines,
          tracking: null,
        },
      ],
    });
  }
}

function unitValue(line: LineItem): number {
  const discount = line.discounts.reduce((sum, each) => sum + each.amount.shop, 0);
  return line.quantity === 0 ? 0 : (line.gross.shop - discount) / line.quantity;
}

const unitTax = (line: LineItem): number =>
  line.quantity === 0 ? 0 : line.taxLines.reduce((sum, tax) => sum + tax.amount.shop, 0) / line.quantity;
