/** Minor units as Xero's decimal numbers and back, exactly. Xero keeps two decimals, whatever the currency. */
import { currencyExponent, formatMinor, parseMinor } from '../../domain/money.ts';

const XERO_DECIMALS = 2;
const UNIT_DECIMALS = 4;
/** Decimals of a rate of exchange. */
const RATE_DECIMALS = 6;

/** The number that stands for an amount; null: it has more decimals than Xero keeps. */
export function toXero(amountMinor: number, currency: string): number | null {
  const finer = 10 ** Math.max(0, currencyExponent(currency) - XERO_DECIMALS);
  return amountMinor % finer === 0 ? Number(formatMinor(amountMinor, currency)) : null;
}

/** Minor units of a number that Xero has answered. Throws where it has more decimals than the currency. */
export function fromXero(value: number, currency: string): number {
  return parseMinor(value.toFixed(UNIT_DECIMALS), currency);
}

/** The price of one unit of a line where that is exact in four decimals, so that quantity times price is the line; else null. */
export function unitPrice(netMinor: number, quantity: number, currency: string): number | null {
  if (!Number.isInteger(quantity) || quantity <= 0) return null;
  const scale = 10 ** (UNIT_DECIMALS - currencyExponent(currency));
  const scaled = netMinor * scale;
  if (!Number.isSafeInteger(scaled) || scaled % quantity !== 0) return null;
  return scaled / quantity / 10 ** UNIT_DECIMALS;
}

/** Ours is units of the books' currency for one of the document's ("0.8"), Xero's the other way round (1.25), with six decimals. */
export function toXeroRate(rate: string): number {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(rate);
  const [, whole = '0', fraction = ''] = match ?? [];
  const digits = BigInt(`${whole}${fraction}`);
  if (!match || digits === 0n) throw new RangeError(`"${rate}" is no rate of exchange`);
  const top = 10n ** BigInt(RATE_DECIMALS + fraction.length);
  return Number((top * 2n + digits) / (digits * 2n)) / 10 ** RATE_DECIMALS;
}
