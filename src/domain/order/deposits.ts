/**
 * Customer deposits: money that was taken for an order and is held against goods that have not been sent, a liability. An
 * authorisation is none, and what was sent before it was captured is a receivable. Both moneys, minor units.
 */
import type { LineItem, Order, TwoMoney } from '../canonical/index.ts';
import { proportion, spread, sumMinor } from '../money.ts';
import type { Deposit } from './facts.ts';
import { returnedUnits, shippableLines } from './quantities.ts';
import { netOf } from './validate.ts';

/** By gateway, none that is nothing; null: the payments of the order are not known. */
export function depositsOf(order: Order): Deposit[] | null {
  if (order.payments === null) return null;
  const held = new Map<string, TwoMoney>();
  for (const { kind, status, gateway, amount } of order.payments) {
    if (status !== 'succeeded' || kind === 'authorisation' || kind === 'void') continue;
    const sign = kind === 'refund' ? -1 : 1;
    const before = held.get(gateway) ?? { shop: 0, presentment: 0 };
    held.set(gateway, {
      shop: before.shop + sign * amount.shop,
      presentment: before.presentment + sign * amount.presentment,
    });
  }
  const gateways = [...held.keys()].sort();
  const shop = notUsed(
    gateways.map((each) => held.get(each)?.shop ?? 0),
    sentMinor(order, 'shop'),
  );
  const presentment = notUsed(
    gateways.map((each) => held.get(each)?.presentment ?? 0),
    sentMinor(order, 'presentment'),
  );
  return gateways.flatMap((gateway, index) => {
    const amount = { shop: shop[index] ?? 0, presentment: presentment[index] ?? 0 };
    return amount.shop === 0 && amount.presentment === 0 ? [] : [{ gateway, amount }];
  });
}

/** What is left of each amount after what was sent has used its share of them; nothing is left where more was sent than paid. */
function notUsed(held: readonly number[], sent: number): number[] {
  const total = sumMinor(held);
  if (total <= 0) return held.map(() => 0);
  const weights = held.map((amount) => Math.max(0, amount));
  const used = spread(Math.min(sent, total), weights);
  return held.map((amount, index) => amount - (used[index] ?? 0));
}

/**
 * What was sent and has not come back is worth to the customer: its lines, cards among them, and delivery by their share of
 * the goods (MONEY-CASES, 1: a third of the goods takes a third of the delivery with it).
 */
export function sentMinor(order: Order, money: keyof TwoMoney): number {
  const shares = order.lines.map((line) => {
    const units = Math.max(0, line.fulfilledQuantity - returnedUnits(order, line));
    return share(worth(line, order, money), Math.min(units, line.quantity), line.quantity);
  });
  const goods = shippableLines(order);
  const sentGoods = sumMinor(shares.filter((_, index) => goods.includes(order.lines[index] as LineItem)));
  const allGoods = sumMinor(
    goods.map((line) => share(worth(line, order, money), line.currentQuantity, line.quantity)),
  );
  const delivery = sumMinor(
    order.shipping.filter(({ removed }) => !removed).map((line) => worth(line, order, money)),
  );
  const givenBack = sumMinor(
    order.refunds.map(
      ({ shipping, shippingTax }) => shipping[money] + (order.taxesIncluded ? 0 : shippingTax[money]),
    ),
  );
  const left = Math.max(0, delivery - givenBack);
  return sumMinor(shares) + share(left, Math.min(sentGoods, Math.max(0, allGoods)), allGoods);
}

const share = (whole: number, part: number, total: number): number =>
  total <= 0 ? 0 : proportion(whole, part, total);

/** With the tax. */
function worth(
  part: Pick<LineItem, 'gross' | 'discounts' | 'taxLines'>,
  { taxesIncluded }: Order,
  money: keyof TwoMoney,
): number {
  return (
    netOf(part)[money] + (taxesIncluded ? 0 : sumMinor(part.taxLines.map(({ amount }) => amount[money])))
  );
}
