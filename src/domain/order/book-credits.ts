/**
 * What is credited to a customer: units as they are found to have come back, and what the channel's refunds give. A refund takes the
 * place of what was accepted of its units, so they are credited once, whichever is told first; where it gives another amount for them,
 * the difference is posted with it. Units whose return ends without money are credited no more.
 */
import type { Act, ChargeKind, CreditAct, Instead } from '../books/acts.ts';
import type { Refund, Return, TwoMoney } from '../canonical/index.ts';
import { shareOverTime } from '../money.ts';
import { type BookView, dated, dayOf } from './book-view.ts';
import { refundParts } from './document.ts';
import type { InspectedGoods } from './returns.ts';
import type { OrderState } from './state.ts';

/** Credits that are not posted, in the order of their days. */
export function credits(view: BookView): Act[] {
  const made = new Credits(view);
  const events: { on: string; credit: () => Act | null }[] = [
    ...acceptedGoods(view).map((goods) => ({
      on: dayOf(view, goods.at),
      credit: () => made.acceptance(goods),
    })),
    ...view.order.refunds
      .filter((refund) => !awaitsReturn(view.state, refund) && !made.has(refundKey(refund)))
      .map((refund) => ({ on: dayOf(view, refund.createdAt), credit: () => made.refund(refund) })),
  ];
  events.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  const acts = events.map(({ credit }) => credit());
  return [...acts, ...withdrawals(view, made)].filter((act) => act !== null);
}

/** Days on which units were found to have come back. */
export const acceptedOn = (view: BookView): string[] => acceptedGoods(view).map(({ at }) => dayOf(view, at));

type Accepted = InspectedGoods & { return: string };

const refundKey = ({ refundId }: Refund): string => `credit/${refundId}`;
const acceptanceKey = (goods: Accepted): string => `acceptance/${goods.return}/${goods.key}`;
const lineOfReturn = (of: { return: string | null; lineId: string }): string => `${of.return}|${of.lineId}`;

/** What has come back and counts, of returns that were approved; what is missing has not come. */
function acceptedGoods({ state, books }: BookView): Accepted[] {
  if (books.creditReturns !== 'acceptance') return [];
  return Object.entries(state.returns ?? {}).flatMap(([key, { inspected }]) =>
    inspected
      .filter(({ counts, disposition }) => counts && disposition !== 'missing')
      .map((goods) => ({ ...goods, return: key })),
  );
}

/** Credits that are posted, and those that are to be: what each still stands for, and what refunds have given before goods came. */
class Credits {
  readonly #view: BookView;
  readonly #acts: CreditAct[];
  /** Units that a refund has credited and of which nothing has come yet, by return and line. */
  readonly #ahead = new Map<string, number>();

  constructor(view: BookView) {
    this.#view = view;
    this.#acts = (view.state.books?.acts ?? []).filter((act) => act.act === 'credited');
    for (const refund of view.order.refunds) {
      const act = this.#acts.find(({ key }) => key === refundKey(refund));
      if (act) this.#goAhead(act, returnKeyOf(view.state, refund.returnId));
    }
    for (const goods of acceptedGoods(view)) {
      const act = this.#of(goods);
      if (act) this.#catchUp(goods, goods.quantity - quantityOf(act));
    }
  }

  has(key: string): boolean {
    return this.#acts.some((act) => act.key === key);
  }

  /** Units that were accepted and neither refunded nor withdrawn, oldest first. */
  open(of: { return: string | null; lineId?: string }): { act: CreditAct; lineId: string; units: number }[] {
    return this.#acts.flatMap((act) => {
      const isOf = of.return === null ? 'acceptance/' : `acceptance/${of.return}/`;
      const [line] = act.lines ?? [];
      if (!act.key.startsWith(isOf) || !line || (of.lineId ?? line.lineId) !== line.lineId) return [];
      const units = line.quantity - this.#takenOf(act);
      return units > 0 ? [{ act, lineId: line.lineId, units }] : [];
    });
  }

  /** Units of a return's line that its refunds show. */
  refunded(of: { return: string; lineId: string }): number {
    const { order, state } = this.#view;
    return order.refunds
      .filter(({ returnId }) => returnId !== undefined && returnKeyOf(state, returnId) === of.return)
      .flatMap(({ lines }) => lines)
      .reduce((sum, part) => sum + (part.lineId === of.lineId ? part.quantity : 0), 0);
  }

  /** Takes so many units, and what was kept of them, out of an acceptance. */
  take({ act, lineId }: { act: CreditAct; lineId: string }, quantity: number): Instead {
    const taken = this.#takenOf(act);
    const feesMinor = shareOverTime(act.feesMinor ?? 0, taken, taken + quantity, quantityOf(act));
    return { act: act.key, lines: [{ lineId, quantity }], ...(feesMinor === 0 ? {} : { feesMinor }) };
  }

  note(act: CreditAct): CreditAct {
    this.#acts.push(act);
    return act;
  }

  /** Of goods that have come, what no refund has credited before. */
  acceptance(goods: Accepted): Act | null {
    if (this.has(acceptanceKey(goods))) return null;
    const view = this.#view;
    const content = view.state.returns?.[goods.return]?.told.content;
    if (!content) return null;
    const lines = content.lines.filter(({ lineId }) => lineId === goods.lineId);
    const sum = (pick: (line: Return['lines'][number]) => number) =>
      lines.reduce((all, each) => all + pick(each), 0);
    // What was never approved is not accepted; of what is over, only what was processed.
    const most = { requested: 0, declined: 0, cancelled: 0, open: sum(({ quantity }) => quantity) };
    const allowed =
      content.status === 'closed' ? sum((line) => line.processedQuantity) : most[content.status];
    const before = this.#accepted(goods);
    const ahead = this.#catchUp(goods, goods.quantity);
    const quantity = Math.min(goods.quantity - ahead, allowed - before - ahead);
    if (quantity <= 0) return null;
    const fee = sum(({ restockingFee }) => restockingFee?.[view.money] ?? 0);
    const feesMinor = shareOverTime(
      fee,
      before,
      before + quantity,
      sum((line) => line.quantity),
    );
    const [line] = lines;
    return this.note({
      ...dated(view, acceptanceKey(goods), dayOf(view, goods.at)),
      act: 'credited',
      lines: [{ lineId: goods.lineId, quantity }],
      ...(feesMinor === 0 ? {} : { feesMinor }),
      ...(line === undefined ? {} : { reason: line.reason }),
    });
  }

  /** What a refund gives, in the place of what was accepted of its return, or of any where it names none. */
  refund(refund: Refund): Act | null {
    const credit = creditOf(this.#view, refund);
    if (credit === null) return null;
    const of = returnKeyOf(this.#view.state, refund.returnId);
    const instead = (credit.lines ?? []).flatMap(({ lineId, quantity }) => {
      let left = quantity;
      return this.open({ return: of, lineId }).map((open) => {
        const units = Math.min(left, open.units);
        left -= units;
        return this.take(open, units);
      });
    });
    const parts = instead.filter(({ lines }) => lines.some(({ quantity }) => quantity > 0));
    const act = this.note(parts.length === 0 ? credit : { ...credit, instead: parts });
    this.#goAhead(act, of);
    return act;
  }

  #of(goods: Accepted): CreditAct | undefined {
    return this.#acts.find(({ key }) => key === acceptanceKey(goods));
  }

  /** Units of the line that were accepted of this return, whatever has become of them. */
  #accepted({ return: key, lineId }: Accepted): number {
    return this.#acts
      .filter((act) => act.key.startsWith(`acceptance/${key}/`) && act.lines?.[0]?.lineId === lineId)
      .reduce((sum, act) => sum + quantityOf(act), 0);
  }

  #takenOf({ key }: CreditAct): number {
    return this.#acts
      .flatMap(({ instead = [] }) => instead)
      .filter(({ act }) => act === key)
      .flatMap(({ lines }) => lines)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  }

  /** Units of a refund that were not accepted before. */
  #goAhead({ lines = [], instead = [] }: CreditAct, of: string | null): void {
    for (const { lineId, quantity } of lines) {
      const taken = instead
        .flatMap((part) => part.lines)
        .reduce((sum, part) => sum + (part.lineId === lineId ? part.quantity : 0), 0);
      const key = lineOfReturn({ return: of, lineId });
      this.#ahead.set(key, (this.#ahead.get(key) ?? 0) + quantity - taken);
    }
  }

  /** Goods have come of which some were refunded before: by a refund of their return first, then by one that names none. */
  #catchUp({ return: key, lineId }: Accepted, quantity: number): number {
    let units = 0;
    for (const at of [lineOfReturn({ return: key, lineId }), lineOfReturn({ return: null, lineId })]) {
      const some = Math.min(quantity - units, this.#ahead.get(at) ?? 0);
      this.#ahead.set(at, (this.#ahead.get(at) ?? 0) - some);
      units += some;
    }
    return units;
  }
}

const quantityOf = ({ lines = [] }: CreditAct): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** What was accepted of a return that is over, and has not been refunded nor will be. */
function withdrawals(view: BookView, made: Credits): Act[] {
  return Object.entries(view.state.returns ?? {}).flatMap(([key, { told }]): Act[] => {
    const { status, lines, closedAt } = told.content;
    if (status === 'open' || status === 'requested' || isRefundAsked(view.state, key)) return [];
    const instead: Instead[] = [];
    for (const lineId of new Set(lines.map((line) => line.lineId))) {
      const processed = lines.reduce(
        (sum, line) => sum + (line.lineId === lineId ? line.processedQuantity : 0),
        0,
      );
      const open = made.open({ return: key, lineId });
      const awaited = Math.max(0, processed - made.refunded({ return: key, lineId }));
      let left = open.reduce((sum, { units }) => sum + units, 0) - awaited;
      for (const each of open.toReversed()) {
        const units = Math.min(left, each.units);
        if (units <= 0) break;
        left -= units;
        instead.push(made.take(each, units));
      }
    }
    if (instead.length === 0) return [];
    const before = (view.state.books?.acts ?? []).filter((act) => act.key.startsWith(`withdrawal/${key}/`));
    const day = closedAt === null ? view.today : dayOf(view, closedAt);
    return [
      made.note({
        ...dated(view, `withdrawal/${key}/${before.length + 1}`, day),
        act: 'credited',
        lines: [],
        instead,
      }),
    ];
  });
}

/** A refund of the return that we want is agreed, and the channel does not show it yet. */
function isRefundAsked({ refundRequests, order }: OrderState, key: string): boolean {
  return Object.values(refundRequests ?? {}).some(({ return: of, state, refundId }) => {
    if (of !== key) return false;
    if (state === 'approved' || state === 'asked') return true;
    return state === 'made' && refundId !== '' && !order?.refunds.some((each) => each.refundId === refundId);
  });
}

/** Units were accepted, and the money for them is still to be decided on or on its way. */
export function awaitsRefund(view: BookView): boolean {
  const made = new Credits(view);
  return Object.entries(view.state.returns ?? {}).some(([key, { told }]) => {
    if (made.open({ return: key }).length === 0) return false;
    const { status, refundIds } = told.content;
    if (status === 'open' || isRefundAsked(view.state, key)) return true;
    return refundIds.some((id) => !view.order.refunds.some(({ refundId }) => refundId === id));
  });
}

/** Charges of a refund, with tax: credited, not removed. */
export function chargesMinorOf({ order, money }: BookView, { charges }: Refund): number {
  return (charges ?? []).reduce(
    (sum, { amount, tax }) => sum + amount[money] + (order.taxesIncluded ? 0 : tax[money]),
    0,
  );
}

/** What a refund credits: returned units, delivery and charges, and what it gives beyond as a price reduction. */
function creditOf(view: BookView, refund: Refund): CreditAct | null {
  const { order, money, state, books } = view;
  const parts = refundParts(order, refund, money);
  const taxOf = (tax: TwoMoney) => tax[money];
  const withTax = (amount: TwoMoney, tax: TwoMoney) => amount[money] + (order.taxesIncluded ? 0 : tax[money]);
  const charges = (refund.charges ?? []).map(({ kind, amount, tax }) => ({
    kind: kind satisfies ChargeKind,
    grossMinor: withTax(amount, tax),
    taxMinor: taxOf(tax),
  }));
  const request = Object.values(state.refundRequests ?? {}).find(
    ({ refundId }) => refundId === refund.refundId,
  );
  const feesMinor = request?.fees[money] ?? keptMinorOf(view, refund);
  const granted = refund.cash[money] + refund.cashPending[money] + refund.cashFailed[money];
  const named = parts.creditMinor + parts.removedMinor + parts.shippingMinor - feesMinor;
  const beyond = Math.max(0, granted - named);
  const isUntaxed = request !== undefined && books.untaxedReasons.includes(request.reason);
  const chargesMinor = charges.reduce((sum, { grossMinor }) => sum + grossMinor, 0);
  if (parts.creditMinor === 0 && parts.shippingMinor === 0 && chargesMinor === 0 && beyond === 0) return null;
  const date = dayOf(view, refund.createdAt);
  return {
    ...dated(view, refundKey(refund), date),
    act: 'credited',
    lines: parts.credits.map(({ lineId, quantity, amountMinor, taxMinor }) => ({
      lineId,
      quantity,
      grossMinor: amountMinor,
      taxMinor,
    })),
    ...(parts.shippingMinor === 0
      ? {}
      : { shipping: { grossMinor: parts.shippingMinor, taxMinor: taxOf(refund.shippingTax) } }),
    ...(charges.length === 0 ? {} : { charges }),
    ...(beyond === 0 ? {} : isUntaxed ? { compensationMinor: beyond } : { concessionMinor: beyond }),
    ...(feesMinor === 0 ? {} : { feesMinor }),
    ...(request === undefined ? {} : { reason: request.reason }),
  };
}

/**
 * What a refund keeps of its money is known by its return, which is read soon after it; why it was given, by our request, where the
 * channel shows it before it has answered which one it is of.
 */
export function awaitsReturn(state: OrderState, { refundId, returnId }: Refund): boolean {
  if (returnId !== undefined && returnOf(state, returnId) === undefined) return true;
  const requests = Object.values(state.refundRequests ?? {});
  if (requests.some((each) => each.refundId === refundId)) return false;
  const of = returnKeyOf(state, returnId);
  return requests.some((each) => each.state === 'asked' && each.return === of);
}

/** The return's stream; null: none is named. */
const returnKeyOf = ({ returns }: OrderState, returnId: string | undefined): string | null =>
  Object.values(returns ?? {}).find(({ told }) => told.content.returnId === returnId)?.told.key ?? null;

const returnOf = (state: OrderState, returnId: string) =>
  Object.values(state.returns ?? {}).find(({ told }) => told.content.returnId === returnId)?.told.content;

/** Fees of a return that a refund keeps: of each line by the units that came back so far, the way back with the first refund. */
function keptMinorOf({ order, state, money }: BookView, { refundId, returnId }: Refund): number {
  const content = returnId === undefined ? undefined : returnOf(state, returnId);
  if (content === undefined) return 0;
  const refunds = order.refunds
    .filter((each) => each.returnId === returnId)
    .sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  const place = refunds.findIndex((each) => each.refundId === refundId);
  const unitsIn = (some: readonly Refund[], lineId: string) =>
    some
      .flatMap(({ lines }) => lines)
      .reduce((sum, part) => sum + (part.lineId === lineId ? part.quantity : 0), 0);
  let keptMinor = place === 0 ? content.shippingFee[money] : 0;
  for (const { lineId, quantity, restockingFee } of content.lines) {
    if (restockingFee === null) continue;
    const upTo = (count: number) => Math.min(quantity, unitsIn(refunds.slice(0, count), lineId));
    keptMinor += shareOverTime(restockingFee[money], upTo(place), upTo(place + 1), quantity);
  }
  return keptMinor;
}
