/** What of an order a reconciliation looks at. */
import type { Act } from '../books/acts.ts';
import type { Books } from '../books/books-config.ts';
import { localDate } from '../books/calendar.ts';
import type { Order, Refund, TwoMoney } from '../canonical/index.ts';
import type { Entity } from '../config.ts';
import { refundParts } from '../order/document.ts';
import type { OrderState } from '../order/state.ts';

export interface OwnOrder {
  key: string;
  name: string;
  /** False: its money is none of these books (placed before they began, a test, taken over). */
  isBooked: boolean;
  /** The currency that it is booked in. */
  currency: string;
  /** Payments that are known, by the channel's id. */
  payments: ReadonlySet<string>;
  /** What is posted, by the key of the act: "capture/9001"; in `currency`. */
  posted: ReadonlyMap<string, number>;
  /** Reason of a case that holds its books; null: none. */
  heldBy: string | null;
  /**
   * What the ERP's credit note of a refund comes to, by the channel's id: its money, after what an exchange or a fee keeps of it, less
   * what left the sales order before it shipped.
   */
  refunds: ReadonlyMap<string, number>;
  /** What the ERP's sales order comes to. */
  salesOrderMinor: number;
}

/** Cases that stop an order's books, the likeliest first. */
const HOLDS = ['posting-rule-missing', 'current-total-does-not-close'];

/** @param isPosted whether the sub-ledger has a posting of this key. */
export function ownOrderOf(
  state: OrderState,
  entity: Entity & { books: Books },
  isPosted: (act: string) => boolean,
): OwnOrder | null {
  const { order, key, live, takenOver, skus } = state;
  if (order === null || state.entity !== entity.id) return null;
  const acts = state.books?.acts ?? [];
  const reasons = Object.values(state.cases).map(({ reason }) => reason);
  const held = HOLDS.find((each) => reasons.includes(each)) ?? (skus === null ? (reasons[0] ?? null) : null);
  const isOfBooks = localDate(order.placedAt, entity.timeZone) >= entity.books.startOn;
  return {
    key,
    name: order.name,
    isBooked: live && takenOver === undefined && isOfBooks,
    currency: entity.money === 'shop' ? order.shopCurrency : order.presentmentCurrency,
    payments: new Set((order.payments ?? []).map(({ paymentId }) => paymentId)),
    posted: new Map(acts.filter((act) => isPosted(act.key)).map((act) => [act.key, amountOf(act)])),
    refunds: new Map(
      order.refunds.map((refund) => [refund.refundId, creditedMinor(state, order, refund, entity.money)]),
    ),
    heldBy: held,
    salesOrderMinor: state.erp.document.totalMinor,
  };
}

/** As the ERP was asked to book it. */
function creditedMinor(state: OrderState, order: Order, refund: Refund, money: keyof TwoMoney): number {
  const { removedMinor, shippingMinor } = refundParts(order, refund, money);
  const isCancelled = state.erp.status === 'cancelled';
  const cashMinor = state.refundCash?.[refund.refundId] ?? refund.cash[money];
  return cashMinor - removedMinor - (isCancelled ? shippingMinor : 0);
}

/** What an act moves, as the customer sees it; 0: nothing that is compared. */
function amountOf(act: Act): number {
  switch (act.act) {
    case 'captured':
    case 'refunded':
      return act.amountMinor;
    case 'credited': {
      const parts = [...(act.lines ?? []), ...(act.shipping ? [act.shipping] : []), ...(act.charges ?? [])];
      const named = parts.reduce((sum, { grossMinor = 0 }) => sum + grossMinor, 0);
      return named + (act.concessionMinor ?? 0) + (act.compensationMinor ?? 0) - (act.feesMinor ?? 0);
    }
    default:
      return 0;
  }
}
