/**
 * What the sandbox store charges, by exact arithmetic of its own. Prices are converted into the shopper's money once, unit by
 * unit, and both moneys are then computed for themselves: each closes to the minor unit.
 */
import {
  allocate,
  convert,
  divideRounded,
  percentOf,
  taxesInside,
  taxOnTop,
  toMinor,
} from '../../../../sandbox/kit/money.ts';
import type { Amount, ExtraBook, LineBook, OrderBook, RefundBook, ShippingBook, Side, Tax } from '../book.ts';
import { add, NOTHING, standingShipping, subtract, sum } from '../book-figures.ts';

export interface LinePrice {
  gross: bigint;
  lineDiscount: bigint;
  orderDiscount: bigint;
  /** After discounts; with the tax inside where taxes are included. */
  net: bigint;
  taxes: bigint[];
}

type Taxed = Pick<OrderBook, 'taxesIncluded'>;

/** A price in the store's money, in both. */
export function priced(
  order: Pick<OrderBook, 'currency' | 'presentmentCurrency' | 'rate'>,
  amount: string,
): Amount {
  const shop = toMinor(amount, order.currency);
  const same = order.currency === order.presentmentCurrency;
  return {
    shop,
    presentment: same ? shop : convert(shop, order.currency, order.presentmentCurrency, order.rate),
  };
}

/** A line for all its units. */
export function priceOf(order: Taxed, line: LineBook, side: Side): LinePrice {
  const gross = line.unitPrice[side] * BigInt(line.quantity);
  const lineDiscount = reductionOf(line, gross, side);
  const orderDiscount = line.orderDiscount[side];
  const net = gross - lineDiscount - orderDiscount;
  return { gross, lineDiscount, orderDiscount, net, taxes: taxesOn(order, net, line.taxes) };
}

function reductionOf({ discount, quantity }: LineBook, gross: bigint, side: Side): bigint {
  if (discount === null) return 0n;
  if ('percent' in discount) return percentOf(gross, discount.percent);
  const reduction = discount.each[side] * BigInt(quantity);
  return reduction < gross ? reduction : gross;
}

/** The price of delivery before its discount. */
export const shippingPrice = ({ charged, discount }: ShippingBook): Amount =>
  discount ? add(charged, discount.amount) : charged;

/** Taxes on delivery. */
export function shippingTaxes(order: Taxed, shipping: ShippingBook, side: Side): bigint[] {
  return taxesOn(order, shipping.charged[side], shipping.taxes);
}

function taxesOn(order: Taxed, net: bigint, taxes: readonly Tax[]): bigint[] {
  const rates = taxes.map((tax) => tax.rate);
  return order.taxesIncluded ? taxesInside(net, rates) : rates.map((rate) => taxOnTop(net, rate));
}

/** What the shopper owes for an amount and its tax. */
export function withTax(order: Taxed, net: bigint, tax: bigint): bigint {
  return order.taxesIncluded ? net : net + tax;
}

/** The part of an amount for `units` of `all`: the parts of growing units add up to the whole. */
export function part(whole: bigint, units: number, all: number): bigint {
  return all === 0 ? 0n : divideRounded(whole * BigInt(units), BigInt(all));
}

/** Value and tax of the units from `from` (exclusive) to `to` (inclusive). */
export function shareOf(
  order: Taxed,
  line: LineBook,
  from: number,
  to: number,
): { subtotal: Amount; tax: Amount } {
  const share = (side: Side) => {
    const { net, taxes } = priceOf(order, line, side);
    const of = (whole: bigint) => part(whole, to, line.quantity) - part(whole, from, line.quantity);
    return { net: of(net), tax: sum(taxes.map(of)) };
  };
  const shop = share('shop');
  const presentment = share('presentment');
  return {
    subtotal: { shop: shop.net, presentment: presentment.net },
    tax: { shop: shop.tax, presentment: presentment.tax },
  };
}

export interface Totals {
  gross: Amount;
  discounts: Amount;
  subtotal: Amount;
  shipping: Amount;
  duties: Amount;
  tip: Amount;
  fees: Amount;
  tax: Amount;
  total: Amount;
}

/** All lines at the units that were ordered, and delivery. */
export function totals(order: OrderBook): Totals {
  return totalsOf(order, () => 0, order.shipping, false);
}

/** What is left of it after removals, returns and delivery given back. */
export function currentTotals(order: OrderBook): Totals {
  return totalsOf(order, (line) => line.removed + line.returned, standingShipping(order), order.extrasGone);
}

export function currentTotal(order: OrderBook): Amount {
  return currentTotals(order).total;
}

/** What is to be paid: the total, rounded to coins where it is paid in cash. */
export function payable(order: OrderBook): Amount {
  return order.extrasGone ? currentTotal(order) : add(currentTotal(order), order.cashRounding);
}

/** Taxes on a tip or a fee. */
export function extraTaxes(order: Taxed, extra: ExtraBook, side: Side): bigint[] {
  return taxesOn(order, extra.amount[side], extra.taxes);
}

function totalsOf(
  order: OrderBook,
  gone: (line: LineBook) => number,
  delivery: readonly ShippingBook[],
  extrasGone: boolean,
): Totals {
  const on = (side: Side) => {
    let gross = 0n;
    let subtotal = 0n;
    let tax = 0n;
    for (const line of order.lines) {
      const price = priceOf(order, line, side);
      const left = (whole: bigint) => whole - part(whole, gone(line), line.quantity);
      gross += left(price.gross);
      subtotal += left(price.net);
      for (const each of price.taxes) tax += left(each);
    }
    let shipping = 0n;
    for (const each of delivery) {
      shipping += each.charged[side];
      tax += sum(shippingTaxes(order, each, side));
    }
    let duties = 0n;
    let tip = 0n;
    let fees = 0n;
    if (!extrasGone) {
      for (const { duty } of order.lines) duties += duty?.amount[side] ?? 0n;
      for (const extra of order.extras) {
        if (extra.kind === 'tip') tip += extra.amount[side];
        else fees += extra.amount[side];
        tax += sum(taxesOn(order, extra.amount[side], extra.taxes));
      }
    }
    const total = withTax(order, subtotal + shipping + duties + tip + fees, tax);
    return { gross, subtotal, tax, shipping, duties, tip, fees, total };
  };
  const shop = on('shop');
  const presentment = on('presentment');
  const pick = (name: keyof typeof shop): Amount => ({ shop: shop[name], presentment: presentment[name] });
  return {
    gross: pick('gross'),
    discounts: add(
      subtract(pick('gross'), pick('subtotal')),
      ...delivery.map(({ discount }) => discount?.amount ?? NOTHING),
    ),
    subtotal: pick('subtotal'),
    shipping: pick('shipping'),
    duties: pick('duties'),
    tip: pick('tip'),
    fees: pick('fees'),
    tax: pick('tax'),
    total: pick('total'),
  };
}

/** Taxes of the whole order by title and rate, as the units were ordered. */
export function taxesByTitle(order: OrderBook): { tax: Tax; amount: Amount }[] {
  const found = new Map<string, { tax: Tax; amount: Amount }>();
  const take = (taxes: readonly Tax[], amounts: (side: Side) => bigint[]) => {
    const [shop, presentment] = [amounts('shop'), amounts('presentment')];
    for (const [index, tax] of taxes.entries()) {
      const key = `${tax.title} ${tax.rate}`;
      const amount = { shop: shop[index] ?? 0n, presentment: presentment[index] ?? 0n };
      found.set(key, { tax, amount: add(found.get(key)?.amount ?? NOTHING, amount) });
    }
  };
  for (const line of order.lines) take(line.taxes, (side) => priceOf(order, line, side).taxes);
  for (const each of order.shipping) take(each.taxes, (side) => shippingTaxes(order, each, side));
  for (const extra of order.extras) take(extra.taxes, (side) => extraTaxes(order, extra, side));
  return [...found.values()];
}

/** Spreads a discount on the whole order over its lines, by value; gift cards are never discounted. */
export function applyOrderDiscount(order: Taxed, all: readonly LineBook[], discount: Amount): void {
  const lines = all.filter((line) => !line.giftCard);
  const shares = (side: Side) => {
    const values = lines.map((line) => priceOf(order, line, side).net);
    const whole = sum(values);
    return allocate(discount[side] < whole ? discount[side] : whole, values);
  };
  const [shop, presentment] = [shares('shop'), shares('presentment')];
  for (const [index, line] of lines.entries())
    line.orderDiscount = { shop: shop[index] ?? 0n, presentment: presentment[index] ?? 0n };
}

/** What a line's discounts take off it, each with the number of what gives it. */
export function allocationsOf(order: OrderBook, line: LineBook): { application: number; amount: Amount }[] {
  const [shop, presentment] = [priceOf(order, line, 'shop'), priceOf(order, line, 'presentment')];
  const made: { application: number; amount: Amount }[] = [];
  const give = (application: number, name: 'lineDiscount' | 'orderDiscount') => {
    const amount = { shop: shop[name], presentment: presentment[name] };
    if (amount.shop !== 0n || amount.presentment !== 0n) made.push({ application, amount });
  };
  if (line.discount) give(line.discount.application, 'lineDiscount');
  give(
    order.applications.findIndex(({ kind }) => kind === 'fixed' || kind === 'granted'),
    'orderDiscount',
  );
  return made;
}

/** What a refund's lines and delivery are worth beyond the money that has gone back: less than nothing when more did. */
export function discrepancy(
  order: OrderBook,
  { lines, shipping, duties, fees, transactions }: RefundBook,
): Amount {
  const worth = add(
    ...duties.map(({ amount }) => amount),
    ...[...lines, ...shipping].map(({ subtotal, tax }) => ({
      shop: withTax(order, subtotal.shop, tax.shop),
      presentment: withTax(order, subtotal.presentment, tax.presentment),
    })),
  );
  const paid = transactions.filter(({ status }) => status === 'success').map(({ amount }) => amount);
  return subtract(subtract(worth, fees ?? NOTHING), add(...paid));
}
