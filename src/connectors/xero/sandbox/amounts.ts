/** Xero's amounts: JSON numbers with two decimals whatever the currency, held here as whole hundredths. */
import { divideRounded, toMinor } from '../../../sandbox/kit/money.ts';

/** Decimals of a number that are looked at; Xero takes four at most. */
const DECIMALS = 6;

/** A JSON number as hundredths, rounded half away from zero. */
export function cents(value: number): number {
  return Number(toMinor(value.toFixed(DECIMALS), 'EUR'));
}

/** Hundredths as the JSON number that Xero answers. */
export function amount(hundredths: number): number {
  return hundredths / 100;
}

/** `quantity × unitAmount` in hundredths; `decimals`: so many of the unit amount are kept. */
export function lineCents(quantity: number, unitAmount: number, decimals: 2 | 4): number {
  const scale = 10 ** DECIMALS;
  const unit = Math.round(Number((unitAmount * 10 ** decimals).toFixed(2))) * 10 ** (DECIMALS - decimals);
  const product = BigInt(Math.round(quantity * scale)) * BigInt(unit);
  return Number(divideRounded(product, 10n ** BigInt(2 * DECIMALS - 2)));
}

/** A percentage of hundredths: 20 % of 10000 is 2000. */
export function percent(hundredths: number, rate: number): number {
  return Number(divideRounded(BigInt(hundredths) * BigInt(Math.round(rate * 10_000)), 1_000_000n));
}

/** The tax inside an amount that includes it. */
export function taxInside(hundredths: number, rate: number): number {
  const scaled = BigInt(Math.round(rate * 10_000));
  return Number(divideRounded(BigInt(hundredths) * scaled, 1_000_000n + scaled));
}

/** What an amount is in the currency of the books: Xero's rate is units of the foreign currency for one of the books', six decimals. */
export function inBooks(hundredths: number, currencyRate: number): number {
  const rate = BigInt(Math.round(currencyRate * 1_000_000));
  return Number(divideRounded(BigInt(hundredths) * 1_000_000n, rate));
}
