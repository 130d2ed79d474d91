/** What apps do with an order's money: `orderCapture`, `orderMarkAsPaid`, `refundCreate`. */
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { divideRounded, toMinor } from '../../../../sandbox/kit/money.ts';
import type { Amount, LineBook, OrderBook, RefundBook, TransactionBook } from '../book.ts';
import {
  add,
  capturedAmount,
  refundedAmount,
  standingShipping,
  subtract,
  unshippedUnits,
} from '../book-figures.ts';
import type { Execution } from '../graphql/execution.ts';
import type { Idempotency } from '../graphql/idempotency.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid, type Ids, idIn } from '../ids.ts';
import { giveBack, newRefund, outstandingAmount, type Pick, PLAIN } from '../orders/acts.ts';
import { refundNode, transactionNode } from '../orders/nodes-events.ts';
import { addTransaction } from '../orders/placing.ts';
import { priced } from '../orders/pricing.ts';
import { capturable, capture, release } from './captures.ts';
import { STORE_CREDIT } from './promises.ts';

export interface OrderMoneyHost {
  ids: Ids;
  now(): number;
  idempotency: Idempotency;
  order(id: string): OrderBook | undefined;
  node(order: OrderBook): unknown;
  /** The money of an order arrives, as if the store's own staff had done it. */
  pay(order: OrderBook): void;
  /** Money of an order has come: tells of it. */
  paid(order: OrderBook, transactions: readonly TransactionBook[]): void;
  refunded(order: OrderBook, refund: RefundBook): void;
}

interface RefundInput {
  orderId: string;
  note?: string | null;
  allowOverRefunding?: boolean | null;
  refundLineItems?:
    | readonly {
        lineItemId: string;
        quantity: number;
        restockType?: string | null;
        locationId?: string | null;
      }[]
    | null;
  shipping?: { amount?: string | null; fullRefund?: boolean | null } | null;
  transactions?:
    | readonly { amount: string; gateway: string; kind: string; orderId: string; parentId?: string | null }[]
    | null;
  refundDuties?: readonly object[] | null;
  refundMethods?:
    | readonly {
        storeCreditRefund: {
          amount: { amount: string; currencyCode: string };
          expiresAt?: string | null;
        };
      }[]
    | null;
}

interface CaptureInput {
  id: string;
  parentTransactionId: string;
  amount: string;
  currency?: string | null;
  finalCapture?: boolean | null;
}

/** Money that goes back, and by which means. */
interface Paid {
  amount: Amount;
  parent: TransactionBook | undefined;
  gateway: string;
  creditExpiresAtMs?: number;
}

interface UserError {
  field: string[] | null;
  message: string;
}

interface RefundPayload {
  order: unknown;
  refund: unknown;
  userErrors: UserError[];
}

export class OrderMoney {
  readonly #host: OrderMoneyHost;

  constructor(host: OrderMoneyHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      orderCapture: ({ input }: { input: CaptureInput }) => this.#capture(input),
      orderMarkAsPaid: ({ input }: { input: { id: string } }) => this.#markAsPaid(input.id),
      refundCreate: (
        { input }: { input: RefundInput },
        { version }: Execution,
        info: GraphQLResolveInfo,
      ): RefundPayload =>
        this.#host.idempotency.once(
          version,
          info,
          input,
          () => this.#refund(input),
          // Its user errors have no codes.
          (code, message) => {
            throw new GraphQLError(message, { extensions: { code } });
          },
        ),
    };
  }

  #capture(input: CaptureInput): unknown {
    const refused = (field: string[], message: string) => ({
      transaction: null,
      userErrors: [{ field, message }],
    });
    const order = this.#host.order(input.id);
    if (!order) return refused(['id'], 'Order does not exist');
    const parent = order.transactions.find(
      ({ id, kind, status }) =>
        id === idIn('OrderTransaction', input.parentTransactionId) &&
        kind === 'authorization' &&
        status === 'success',
    );
    if (!parent || order.cancelledAtMs !== null)
      return refused(['parentTransactionId'], 'Parent transaction cannot be captured');
    if (parent.expiresAtMs !== null && parent.expiresAtMs <= this.#host.now() && order.money !== 'paid')
      return refused(['parentTransactionId'], 'The authorization has expired');
    if (order.money !== 'authorised')
      return refused(['parentTransactionId'], 'Parent transaction cannot be captured');
    const { presentmentCurrency } = order;
    const currency = input.currency ?? order.currency;
    if (currency !== presentmentCurrency)
      return refused(['currency'], `Currency must be the presentment currency (${presentmentCurrency})`);
    const wanted = toMinor(input.amount, currency);
    const open = capturable(order, parent);
    const owed = outstandingAmount(order);
    if (wanted <= 0n) return refused(['amount'], 'Amount must be greater than 0');
    if (wanted > open.presentment) return refused(['amount'], 'Amount exceeds the authorized amount');
    if (wanted > owed.presentment)
      return refused(['amount'], 'Amount exceeds the amount that can be captured');
    const amount = shareOf(wanted, open.presentment < owed.presentment ? open : owed);
    const isLast = input.finalCapture ?? false;
    const made = capture(this.#host.ids, order, parent, { amount, owed, isLast }, this.#host.now());
    const released = isLast ? release(this.#host.ids, order, parent, this.#host.now()) : [];
    this.#host.paid(order, [made, ...released]);
    return { transaction: transactionNode(order, made), userErrors: [] };
  }

  #markAsPaid(id: string): unknown {
    const order = this.#host.order(id);
    if (!order) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
    if (order.cancelledAtMs !== null || order.money === 'paid' || order.money === 'voided')
      return { order: null, userErrors: [{ field: ['id'], message: 'Order cannot be marked as paid.' }] };
    this.#host.pay(order);
    return { order: this.#host.node(order), userErrors: [] };
  }

  #refund(input: RefundInput): RefundPayload {
    const refused = (field: string[] | null, message: string): RefundPayload => ({
      order: null,
      refund: null,
      userErrors: [{ field, message }],
    });
    if (input.refundDuties?.length) throw notSupported('refunds of duties');
    const order = this.#host.order(input.orderId);
    if (!order) return refused(['orderId'], 'Order does not exist');
    const picks: Pick[] = [];
    for (const { lineItemId, quantity, restockType, locationId } of input.refundLineItems ?? []) {
      const line = order.lines.find((each) => each.id === idIn('LineItem', lineItemId));
      if (!line) return refused(['refundLineItems'], 'Line item does not exist');
      const open = unshippedUnits(line);
      if (quantity < 1 || quantity > open + line.fulfilled - line.returned)
        return refused(['refundLineItems'], 'Quantity cannot refund more items than were purchased');
      if (picks.some((each) => each.line === line)) throw notSupported('refunds that name a line twice');
      if (locationId && locationId !== gid('Location', placeOf(order, line)))
        throw notSupported('restocking where a line did not leave from');
      picks.push({ line, quantity, restock: restockType !== 'NO_RESTOCK' });
    }
    const shipping = this.#wantsShipping(order, input);
    if (shipping === 'gone') return refused(['shipping'], 'Shipping has been refunded already');
    const paid: Paid[] = [];
    for (const { amount, kind, parentId, gateway } of input.transactions ?? []) {
      if (kind !== 'REFUND') throw notSupported(`refundCreate with transactions of the kind ${kind}`);
      const parent = order.transactions.find((each) => each.id === idIn('OrderTransaction', parentId ?? ''));
      if (parentId && !parent) return refused(['transactions'], 'Parent transaction does not exist');
      paid.push({ amount: priced(order, amount), parent, gateway });
    }
    for (const { storeCreditRefund } of input.refundMethods ?? []) {
      const { amount, expiresAt } = storeCreditRefund;
      if (order.customerId === null && !order.company)
        return refused(['refundMethods'], 'Order must have a customer to be refunded to store credit');
      if (amount.currencyCode !== order.currency) throw notSupported('store credit in another currency');
      paid.push({
        amount: priced(order, amount.amount),
        parent: undefined,
        gateway: STORE_CREDIT,
        ...(expiresAt ? { creditExpiresAtMs: Date.parse(expiresAt) } : {}),
      });
    }
    const left = subtract(capturedAmount(order), refundedAmount(order, 'success', 'pending'));
    const money = add(...paid.map(({ amount }) => amount));
    if (money.shop > left.shop && !input.allowOverRefunding)
      return refused(['transactions'], 'Refund amount cannot be greater than the amount that was received');
    if (picks.length === 0 && !shipping && paid.length === 0)
      return refused(null, 'A refund needs line items, shipping or transactions');
    const refund = this.#record(order, picks, shipping, paid);
    if (input.note) refund.note = input.note;
    this.#host.refunded(order, refund);
    return { order: this.#host.node(order), refund: refundNode(order, refund), userErrors: [] };
  }

  #wantsShipping(order: OrderBook, { shipping }: RefundInput): boolean | 'gone' {
    if (!shipping) return false;
    const open = standingShipping(order);
    const gross = add(...open.map(({ charged }) => charged)).shop;
    const amount = shipping.amount ? toMinor(shipping.amount, order.currency) : 0n;
    if (!shipping.fullRefund && amount === 0n) return false;
    if (open.length === 0) return 'gone';
    if (!shipping.fullRefund && amount !== gross) throw notSupported('refunds of a part of shipping');
    return true;
  }

  /** Lines and shipping tell what is given back for; money goes as the app says, and a difference stands as one. */
  #record(order: OrderBook, picks: readonly Pick[], shipping: boolean, paid: readonly Paid[]): RefundBook {
    const { ids } = this.#host;
    const now = this.#host.now();
    const refund =
      giveBack(ids, order, picks, { ...PLAIN, shipping }, now, 'later') ?? newRefund(ids, order, [], now);
    refund.transactions = paid.map(({ amount, parent, gateway, creditExpiresAtMs }) =>
      Object.assign(
        addTransaction(
          ids,
          order,
          {
            kind: 'refund',
            status: 'success',
            amount,
            parentId: parent?.id ?? null,
            gateway: parent?.gateway ?? gateway,
          },
          now,
        ),
        creditExpiresAtMs === undefined ? {} : { creditExpiresAtMs },
      ),
    );
    return refund;
  }
}

/** So much of the shopper's money in both; all of it is the whole in both. */
function shareOf(wanted: bigint, whole: Amount): Amount {
  if (wanted === whole.presentment) return whole;
  return { shop: divideRounded(whole.shop * wanted, whole.presentment), presentment: wanted };
}

/** Where a line leaves from; it goes back to the same shelf. */
function placeOf(order: OrderBook, line: LineBook): string {
  return (
    order.fulfilmentOrders.find(({ lines }) => lines.some((each) => each.line === line))?.locationId ?? ''
  );
}
