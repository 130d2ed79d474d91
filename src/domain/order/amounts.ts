/**
 * Amounts that no order can have, whatever its channel: what is below zero and must not be. Discounts are told as what they take
 * off; rounding of cash goes both ways, and a fee may be a rebate: these may be below zero. Refunds are told as what goes back.
 */
import type { Order, TaxLine, TwoMoney } from '../canonical/index.ts';
import { formatMinor } from '../money.ts';
import { netOf } from './validate.ts';

/** Charges that may lower what the customer owes. */
const MAY_BE_BELOW_ZERO: ReadonlySet<string> = new Set(['cashRounding', 'fee']);

/** The first amount that cannot be, in words ("the value of line L1 is -5.00 EUR"); null: none. */
export function impossibleAmount(order: Order, roundingLimitMinor: number): string | null {
  const found: string[] = [];
  /** @param limit minor units that rounding may take it below zero. */
  const check = (what: string, amount: TwoMoney, limit = 0) => {
    if (amount.shop < -limit) found.push(said(what, amount.shop, order.shopCurrency));
    else if (amount.presentment < -limit)
      found.push(said(what, amount.presentment, order.presentmentCurrency));
  };
  const checkTaxes = (where: string, taxLines: readonly TaxLine[]) => {
    for (const tax of taxLines) check(`the tax "${tax.title}" of ${where}`, tax.amount);
  };
  const checkPart = (
    where: string,
    part: Pick<Order['lines'][number], 'gross' | 'discounts' | 'taxLines'>,
  ) => {
    check(`the value of ${where}`, part.gross);
    for (const { amount } of part.discounts) check(`a discount of ${where}`, amount);
    check(`the value of ${where} after discounts`, netOf(part), roundingLimitMinor);
    checkTaxes(where, part.taxLines);
  };

  for (const line of order.lines) {
    const where = `line ${line.lineId}`;
    const price = [line.unitPrice.shop, line.unitPrice.presentment].find((each) => Number(each) < 0);
    if (price !== undefined) found.push(`the unit price of ${where} is ${price}`);
    checkPart(where, line);
  }
  for (const line of order.shipping) checkPart(`delivery ${line.shippingLineId}`, line);
  for (const { kind, amount, taxLines } of order.extras) {
    if (MAY_BE_BELOW_ZERO.has(kind)) continue;
    check(`the ${kind}`, amount);
    checkTaxes(`the ${kind}`, taxLines);
  }
  check('the total', order.total);
  for (const { paymentId, amount } of order.payments ?? []) check(`payment ${paymentId}`, amount);
  for (const refund of order.refunds) {
    const where = `refund ${refund.refundId}`;
    for (const cash of [refund.cash, refund.cashPending, refund.cashFailed])
      check(`the money of ${where}`, cash);
    check(`the delivery of ${where}`, refund.shipping);
    check(`the tax of the delivery of ${where}`, refund.shippingTax);
    for (const { lineId, amount, tax } of refund.lines) {
      check(`line ${lineId} of ${where}`, amount);
      check(`the tax of line ${lineId} of ${where}`, tax);
    }
  }
  return found[0] ?? null;
}

function said(what: string, amountMinor: number, currency: string): string {
  return `${what} is ${formatMinor(amountMinor, currency)} ${currency}`;
}
