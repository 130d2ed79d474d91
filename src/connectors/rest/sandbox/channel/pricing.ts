/** What the sandbox channel charges, by exact arithmetic of its own. */
import {
  allocate,
  divideRounded,
  exponentOf,
  percentOf,
  taxesInside,
  taxOnTop,
  times,
  toMinor,
} from '../../../../sandbox/kit/money.ts';
import type { OrderSpec } from '../../../../sandbox/kit/types.ts';
import { type LineBook, type OrderBook, type ShippingBook, sum, type Tax } from './book.ts';

export interface LinePrice {
  gross: bigint;
  lineDiscount: bigint;
  orderDiscount: bigint;
  /** After discounts; with the tax inside where taxes are included. */
  net: bigint;
  taxes: bigint[];
}

type Priced = Pick<OrderBook, 'currency' | 'taxesIncluded'>;

/** A line for all its units. */
export function priceOf(order: Priced, line: LineBook): LinePrice {
  const gross = times(BigInt(line.quantity) * 10n ** BigInt(exponentOf(order.currency)), line.unitPrice);
  const lineDiscount = line.discountPercent === null ? 0n : percentOf(gross, line.discountPercent);
  const net = gross - lineDiscount - line.orderDiscount;
  return {
    gross,
    lineDiscount,
    orderDiscount: line.orderDiscount,
    net,
    taxes: taxesOn(order, net, line.taxes),
  };
}

/** Taxes on delivery. */
export function shippingTaxes(order: Priced, shipping: ShippingBook): bigint[] {
  return taxesOn(order, shipping.gross, shipping.taxes);
}

function taxesOn(order: Priced, net: bigint, taxes: readonly Tax[]): bigint[] {
  const rates = taxes.map((tax) => tax.rate);
  return order.taxesIncluded ? taxesInside(net, rates) : rates.map((rate) => taxOnTop(net, rate));
}

/** What the customer owes for an amount and its tax. */
export function withTax(order: Priced, net: bigint, tax: bigint): bigint {
  return order.taxesIncluded ? net : net + tax;
}

/** Value and tax of the units from `from` (exclusive) to `to` (inclusive): the shares over all units add up to the line. */
export function shareOf(
  order: Priced,
  line: LineBook,
  from: number,
  to: number,
): { amount: bigint; tax: bigint } {
  const price = priceOf(order, line);
  const share = (whole: bigint) => part(whole, to, line.quantity) - part(whole, from, line.quantity);
  return { amount: share(price.net), tax: sum(price.taxes.map(share)) };
}

function part(whole: bigint, units: number, all: number): bigint {
  return all === 0 ? 0n : divideRounded(whole * BigInt(units), BigInt(all));
}

export function totalTax(order: OrderBook): bigint {
  return sum([
    ...order.lines.flatMap((line) => priceOf(order, line).taxes),
    ...(order.shipping ? shippingTaxes(order, order.shipping) : []),
  ]);
}

export function shippingTotal(order: OrderBook): bigint {
  return order.shipping
    ? withTax(order, order.shipping.gross, sum(shippingTaxes(order, order.shipping)))
    : 0n;
}

/** All lines at the units that were ordered, and delivery. */
export function total(order: OrderBook): bigint {
  const lines = order.lines.map((line) => {
    const price = priceOf(order, line);
    return withTax(order, price.net, sum(price.taxes));
  });
  return sum(lines) + shippingTotal(order);
}

/** What is left of it after removals, returns and delivery given back. */
export function currentTotal(order: OrderBook): bigint {
  const taken = order.lines.map((line) => {
    const { amount, tax } = shareOf(order, line, 0, line.removed + line.returned);
    return withTax(order, amount, tax);
  });
  return total(order) - sum(taken) - (order.shipping?.gone ? shippingTotal(order) : 0n);
}

/** A line of an order's specification, without a share of the order's discount. */
export function newLine(id: string, spec: OrderSpec['lines'][number]): LineBook {
  return {
    id,
    sku: spec.sku,
    title: spec.title,
    unitPrice: spec.unitPrice,
    giftCard: spec.giftCard ?? false,
    discountPercent: spec.discountPercent ?? null,
    orderDiscount: 0n,
    taxes: spec.tax,
    quantity: spec.quantity,
    removed: 0,
    returned: 0,
    fulfilled: 0,
  };
}

/** Spreads a discount on the whole order over its lines, by value. */
export function applyOrderDiscount(order: Priced, lines: LineBook[], discount: string): void {
  const values = lines.map((line) => priceOf(order, line).net);
  const wanted = toMinor(discount, order.currency);
  const whole = sum(values);
  const shares = allocate(wanted < whole ? wanted : whole, values);
  for (const [index, line] of lines.entries()) line.orderDiscount = shares[index] ?? 0n;
}
