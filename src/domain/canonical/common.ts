/** The small parts that the canonical schemas share. */
import { z } from 'zod';
import { isCurrency } from '../money.ts';

/** A whole number of minor units. `int()` holds it to what doubles hold exactly. */
export const Minor = z.number().int();

/** ISO 4217. */
export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'is not an ISO 4217 currency code')
  .refine(isCurrency, 'is not an ISO 4217 currency code');

/** An instant in UTC, ISO 8601. */
export const Instant = z.iso.datetime({ offset: false });

/** A whole number of stock units, not negative. */
export const Quantity = z.number().int().min(0).max(1_000_000_000);

/** A decimal number as a string: unit prices and rates, which are never rounded. */
export const Decimal = z.string().regex(/^-?\d+(\.\d+)?$/);

/** Text that a system of ours or a vendor's gave as an identifier: every digit is kept. */
export const Id = z.string().min(1).max(512);

/**
 * One amount in both moneys of an order, in minor units of `order.shopCurrency` and `order.presentmentCurrency`. Where
 * the channel has one money only, both are equal.
 */
export const TwoMoney = z.object({ shop: Minor, presentment: Minor });
export type TwoMoney = z.infer<typeof TwoMoney>;

/** An amount of one currency. */
export const MoneySchema = z.object({ amountMinor: Minor, currency: Currency });

/** Nothing, in both moneys. */
export const NO_MONEY: TwoMoney = Object.freeze({ shop: 0, presentment: 0 });

/** The sum in both moneys. */
export function addMoney(...amounts: readonly TwoMoney[]): TwoMoney {
  let shop = 0;
  let presentment = 0;
  for (const amount of amounts) {
    shop += amount.shop;
    presentment += amount.presentment;
  }
  return { shop, presentment };
}

/** `a − b` in both moneys. */
export function subtractMoney(a: TwoMoney, b: TwoMoney): TwoMoney {
  return { shop: a.shop - b.shop, presentment: a.presentment - b.presentment };
}
