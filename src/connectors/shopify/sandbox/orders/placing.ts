/** How an order comes into the books: its lines, discounts, first payment, and the locations that are to send it. */
import type { Random } from '../../../../base/random.ts';
import { percentOf, toText } from '../../../../sandbox/kit/money.ts';
import type { Granted, OrderSpec } from '../../../../sandbox/kit/types.ts';
import type {
  Amount,
  DiscountApplication,
  LineBook,
  OrderBook,
  ShippingBook,
  Tax,
  TransactionBook,
} from '../book.ts';
import { both, leaves, NOTHING, subtract, sum } from '../book-figures.ts';
import type { Ids } from '../ids.ts';
import { applyOrderDiscount, payable, priced, priceOf } from './pricing.ts';

export type LineSpec = OrderSpec['lines'][number];

export interface Product {
  productId: string;
  variantId: string;
  /** Null: it has but one variant. */
  variantTitle: string | null;
}

/** What an order's book takes from its store. */
export interface StoreFacts {
  ids: Ids;
  locationIds: readonly string[];
  locationIdOf(name: string): string | undefined;
  splitChance: number;
  /** Whether an authorisation of a gateway takes several captures, where an order does not say. */
  takesSeveralCaptures(gateway: string): boolean;
  /** Null: the store has no such product. */
  productOf(line: LineSpec): Product | null;
  customerIdOf(shopper: { accountId: string; email: string }): string;
}

const DAY_MS = 24 * 60 * 60_000;
const AUTHORISED_FOR_MS = 7 * 24 * 60 * 60_000;

/** A new order with what its shopper has paid. */
export function newOrder(
  store: StoreFacts,
  number: number,
  spec: OrderSpec,
  nowMs: number,
  random: Random,
): OrderBook {
  const order: OrderBook = {
    id: store.ids.next(),
    number,
    currency: spec.currency,
    presentmentCurrency: spec.presentment?.currency ?? spec.currency,
    rate: spec.presentment?.rate ?? '1',
    taxesIncluded: spec.taxesIncluded,
    taxExempt: spec.taxExempt ?? false,
    test: spec.test ?? false,
    gateway: spec.gateway,
    source: spec.source ?? 'web',
    poNumber: spec.poNumber ?? null,
    company: spec.company ? { companyId: spec.company.companyId, locationId: spec.company.locationId } : null,
    terms: spec.terms
      ? { id: store.ids.next(), ...spec.terms, dueAtMs: nowMs + spec.terms.dueInDays * DAY_MS }
      : null,
    delivery: deliveryOf(spec),
    scheduledUntilMs: spec.scheduledForMs === undefined ? null : nowMs + spec.scheduledForMs,
    extras: [],
    extrasGone: false,
    cashRounding: NOTHING,
    shopper: { ...spec.shopper },
    customerId: customerOf(store, spec.shopper),
    createdAtMs: nowMs,
    updatedAtSecond: Math.floor(nowMs / 1000),
    version: 1,
    cancelledAtMs: null,
    cancelReason: null,
    hold:
      spec.reviewedForMs === undefined
        ? null
        : { reason: 'HIGH_RISK_OF_FRAUD', notes: 'reviewed by the risk team' },
    money: spec.payment,
    edited: false,
    applications: [],
    lines: [],
    shipping: [],
    transactions: [],
    refunds: [],
    fulfilmentOrders: [],
    fulfilments: [],
    twist: spec.twist ?? null,
  };
  for (const line of spec.lines) addLine(store, order, line);
  if (spec.orderDiscount) discountWhole(order, spec.orderDiscount);
  if (spec.granted) grantWhole(order, spec.granted);
  if (spec.shipping) {
    const { title, price, tax, discountPercent } = spec.shipping;
    const shipping = addShipping(store.ids, order, { title, price, taxes: tax });
    if (discountPercent !== undefined) discountShipping(order, shipping, discountPercent);
  }
  if (spec.tip)
    order.extras.push({
      kind: 'tip',
      id: store.ids.next(),
      title: 'Tip',
      amount: priced(order, spec.tip),
      taxes: [],
    });
  if (spec.fee) {
    const { title, amount, tax } = spec.fee;
    order.extras.push({
      kind: 'fee',
      id: store.ids.next(),
      title,
      amount: priced(order, amount),
      taxes: tax,
    });
  }
  if (spec.cashRounding) order.cashRounding = priced(order, spec.cashRounding);
  const place = spec.delivery ? store.locationIdOf(spec.delivery.location) : undefined;
  if (place !== undefined) for (const line of order.lines) sendFrom(store, order, line, place);
  else assignLocations(store, order, random);
  firstPayment(store, order, spec, nowMs);
  if (order.delivery === 'RETAIL') handOver(store.ids, order, nowMs);
  return order;
}

function customerOf(store: StoreFacts, { accountId, email }: OrderSpec['shopper']): string | null {
  return accountId === null ? null : store.customerIdOf({ accountId, email });
}

function deliveryOf({ source, delivery }: OrderSpec): OrderBook['delivery'] {
  if (source === 'pos') return 'RETAIL';
  if (delivery) return delivery.method === 'pickUp' ? 'PICK_UP' : 'LOCAL';
  return 'SHIPPING';
}

/** At the till the customer has the goods at once. */
function handOver(ids: Ids, order: OrderBook, nowMs: number): void {
  for (const { locationId, lines } of order.fulfilmentOrders) {
    order.fulfilments.push({
      id: ids.next(),
      number: order.fulfilments.length + 1,
      createdAtMs: nowMs,
      locationId,
      lines: lines.map(({ line }) => ({ id: ids.next(), line, quantity: line.quantity })),
      tracking: { company: null, numbers: [], urls: [] },
    });
    for (const { line } of lines) line.fulfilled = line.quantity;
  }
}

/** Puts a line on an order; where it will be sent from is decided by `sendFrom`. */
export function addLine(
  store: StoreFacts,
  order: OrderBook,
  spec: LineSpec,
  product: Product | null = store.productOf(spec),
): LineBook {
  const percent = spec.giftCard ? undefined : spec.discountPercent;
  const granted = spec.granted && grantedOn(order, spec.granted);
  const line: LineBook = {
    id: store.ids.next(),
    sku: spec.sku,
    title: spec.title,
    variantTitle: product?.variantTitle ?? null,
    productId: product?.productId ?? null,
    variantId: product?.variantId ?? null,
    unitPrice: priced(order, spec.unitPrice),
    giftCard: spec.giftCard ?? false,
    service: spec.service ?? false,
    bundle: spec.bundle === undefined ? null : bundleOf(store, order, spec.bundle),
    sellingPlan: spec.sellingPlan ?? null,
    duty: spec.duty
      ? { id: store.ids.next(), code: spec.duty.code, amount: priced(order, spec.duty.amount) }
      : null,
    discount:
      granted ??
      (percent === undefined
        ? null
        : { percent, application: apply(order, { kind: 'percent', title: `${percent}% off`, percent }) }),
    orderDiscount: NOTHING,
    taxes: spec.tax,
    quantity: spec.quantity,
    removed: 0,
    returned: 0,
    fulfilled: 0,
  };
  order.lines.push(line);
  return line;
}

/** What somebody has taken off a line. */
function grantedOn(order: OrderBook, granted: Granted): LineBook['discount'] {
  const { title } = granted;
  const value = 'percent' in granted ? { percent: granted.percent } : { each: priced(order, granted.amount) };
  return { ...value, application: apply(order, { kind: 'manual', title, value }) };
}

/** Components of one bundle have one group. */
function bundleOf(store: StoreFacts, order: OrderBook, title: string): { id: string; title: string } {
  const known = order.lines.find(({ bundle }) => bundle?.title === title)?.bundle;
  return known ?? { id: store.ids.next(), title };
}

/** Adds a discount to the order; its number. */
function apply(order: OrderBook, application: DiscountApplication): number {
  return order.applications.push(application) - 1;
}

/** A way of delivery that is charged for, in the shopper's price. */
export function addShipping(
  ids: Ids,
  order: OrderBook,
  { title, price, taxes }: { title: string; price: string; taxes: readonly Tax[] },
): ShippingBook {
  const charged = priced(order, price);
  const made: ShippingBook = { id: ids.next(), title, charged, taxes, gone: false, discount: null };
  order.shipping.push(made);
  return made;
}

function discountShipping(order: OrderBook, shipping: ShippingBook, percent: string): void {
  const { charged } = shipping;
  const amount = both((side) => percentOf(charged[side], percent));
  const application = apply(order, { kind: 'shipping', code: `SHIP${percent}`, percent, amount });
  shipping.charged = subtract(charged, amount);
  shipping.discount = { amount, application };
}

function discountWhole(order: OrderBook, discount: string): void {
  const amount = priced(order, discount);
  const code = `SAVE${toText(amount.shop, order.currency).replace(/\D/g, '')}`;
  apply(order, { kind: 'fixed', code, amount });
  applyOrderDiscount(order, order.lines, amount);
}

/** A discount that somebody grants on the whole: an amount, or percent of what the lines come to. */
function grantWhole(order: OrderBook, granted: Granted): void {
  const percent = 'percent' in granted ? granted.percent : null;
  const amount =
    'amount' in granted
      ? priced(order, granted.amount)
      : both((side) =>
          percentOf(sum(order.lines.map((line) => priceOf(order, line, side).net)), granted.percent),
        );
  apply(order, { kind: 'granted', title: granted.title, percent, amount });
  applyOrderDiscount(order, order.lines, amount);
}

/** Most orders leave from one place, usually the first; some are split over two. */
function assignLocations(store: StoreFacts, order: OrderBook, random: Random): void {
  const usual = random.chance(0.7) ? store.locationIds[0] : random.pick(store.locationIds);
  const second = random.pick(store.locationIds);
  const split = order.lines.length > 1 && random.chance(store.splitChance);
  for (const line of order.lines)
    sendFrom(store, order, line, split && random.chance(0.5) ? second : (usual as string));
}

/** Gives a line to a location's fulfilment order; gift cards go by mail. */
export function sendFrom(store: StoreFacts, order: OrderBook, line: LineBook, locationId: string): void {
  if (!leaves(line)) return;
  let at = order.fulfilmentOrders.find((each) => each.locationId === locationId);
  // One that has been worked on keeps what it has; what is added later gets another.
  if (!at || at.lines.some((each) => each.line.fulfilled > 0)) {
    at = { id: store.ids.next(), locationId, lines: [] };
    order.fulfilmentOrders.push(at);
  }
  at.lines.push({ id: store.ids.next(), line });
}

function firstPayment(store: StoreFacts, order: OrderBook, spec: OrderSpec, nowMs: number): void {
  const { ids } = store;
  const amount = payable(order);
  if (amount.shop === 0n) {
    // Nothing to pay is paid.
    order.money = 'paid';
    return;
  }
  switch (order.money) {
    case 'paid': {
      let rest = amount;
      for (const tender of spec.tenders ?? []) {
        const part = priced(order, tender.amount);
        if (part.shop >= rest.shop) continue;
        addTransaction(
          ids,
          order,
          { kind: 'sale', status: 'success', amount: part, gateway: tender.gateway },
          nowMs,
        );
        rest = subtract(rest, part);
      }
      addTransaction(ids, order, { kind: 'sale', status: 'success', amount: rest }, nowMs);
      break;
    }
    case 'pending': {
      const deposit = depositOf(order, spec, amount);
      if (deposit) addTransaction(ids, order, { kind: 'sale', status: 'success', amount: deposit }, nowMs);
      // Who pays later by agreement has not paid yet: there is no transaction.
      if (order.terms) break;
      addTransaction(
        ids,
        order,
        { kind: 'sale', status: 'pending', amount: subtract(amount, priced(order, spec.deposit ?? '0')) },
        nowMs,
      );
      break;
    }
    case 'failed':
      addTransaction(ids, order, { kind: 'sale', status: 'failure', amount }, nowMs);
      break;
    case 'authorised':
      Object.assign(addTransaction(ids, order, { kind: 'authorization', status: 'success', amount }, nowMs), {
        expiresAtMs: nowMs + AUTHORISED_FOR_MS,
        ...((spec.severalCaptures ?? store.takesSeveralCaptures(order.gateway))
          ? { multiCapturable: true }
          : {}),
      });
      break;
    default:
      throw new Error(`an order cannot begin as ${order.money}`);
  }
}

function depositOf(order: OrderBook, spec: OrderSpec, whole: Amount): Amount | null {
  const { deposit, depositPercent } = spec;
  if (deposit) return priced(order, deposit);
  return depositPercent ? both((side) => percentOf(whole[side], depositPercent)) : null;
}

export function addTransaction(
  ids: Ids,
  order: OrderBook,
  {
    parentId = null,
    ...given
  }: Pick<TransactionBook, 'kind' | 'status'> & {
    amount: Amount;
    parentId?: string | null;
    /** The order's own when nothing is said. */
    gateway?: string;
  },
  nowMs: number,
): TransactionBook {
  const transaction: TransactionBook = {
    id: ids.next(),
    gateway: order.gateway,
    parentId,
    ...given,
    createdAtMs: nowMs,
    processedAtMs: nowMs,
    expiresAtMs: null,
  };
  order.transactions.push(transaction);
  return transaction;
}
