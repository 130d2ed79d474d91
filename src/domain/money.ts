/**
 * Money in whole minor units of its currency (cents, pence, yen), with the exponent of ISO 4217. Rounding is half away
 * from zero; shares never lose or gain a minor unit.
 */

/** Currencies whose exponent is not 2 (ISO 4217, list one, 2026). */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

const CODES: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf('currency'),
  ...Object.keys(EXPONENTS),
]);

/** An amount of one currency, in whole minor units. */
export interface Money {
  amountMinor: number;
  currency: string;
}

/** True for an ISO 4217 code. */
export function isCurrency(code: string): boolean {
  return CODES.has(code);
}

/** Digits after the decimal point of a currency: 2 for EUR, 0 for JPY, 3 for KWD. Throws on a code that is none. */
export function currencyExponent(currency: string): number {
  if (!isCurrency(currency)) throw new RangeError(`"${currency}" is not an ISO 4217 currency code`);
  return EXPONENTS[currency] ?? 2;
}

/** Asserts that an amount is a whole number that doubles hold exactly. */
export function assertMinor(amountMinor: number): number {
  if (!Number.isSafeInteger(amountMinor))
    throw new RangeError(`${amountMinor} is not a whole number of minor units`);
  return amountMinor === 0 ? 0 : amountMinor;
}

/**
 * Reads a decimal string as minor units, exactly: `parseMinor('12.30', 'EUR')` is 1230.
 * Throws a RangeError when it is no decimal, or has digits (other than zero) beyond the currency's exponent.
 */
export function parseMinor(decimal: string, currency: string): number {
  const exponent = currencyExponent(currency);
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(decimal.trim());
  if (!match) throw new RangeError(`"${decimal}" is not a decimal amount`);
  const [, sign, whole, fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(exponent))) {
    throw new RangeError(`"${decimal}" has more than ${exponent} decimals, which ${currency} does not have`);
  }
  const minor = Number(`${whole}${fraction.slice(0, exponent).padEnd(exponent, '0')}`);
  return assertMinor(sign === '-' ? -minor : minor);
}

/** Writes minor units as a decimal string: `formatMinor(1230, 'EUR')` is "12.30". */
export function formatMinor(amountMinor: number, currency: string): string {
  const exponent = currencyExponent(currency);
  const digits = String(Math.abs(assertMinor(amountMinor))).padStart(exponent + 1, '0');
  const sign = amountMinor < 0 ? '-' : '';
  return exponent === 0
    ? `${sign}${digits}`
    : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** `whole × part / total`, rounded half away from zero, exact for safe integers. `total` must not be 0. */
export function proportion(whole: number, part: number, total: number): number {
  if (total === 0) throw new RangeError('proportion of a total of zero');
  const product = BigInt(assertMinor(whole)) * BigInt(assertMinor(part));
  const divisor = BigInt(assertMinor(total));
  const negative = product < 0n !== divisor < 0n;
  const top = product < 0n ? -product : product;
  const bottom = divisor < 0n ? -divisor : divisor;
  const rounded = Number((top * 2n + bottom) / (bottom * 2n));
  return assertMinor(negative ? -rounded : rounded);
}

/**
 * The share of `whole` that falls to the units from `doneBefore` (exclusive) to `doneAfter` (inclusive) of `total`:
 * `round(whole × cumulated share) − given before`. The shares over all units add up to `whole` exactly.
 */
export function shareOverTime(whole: number, doneBefore: number, doneAfter: number, total: number): number {
  if (total === 0) return 0;
  return proportion(whole, doneAfter, total) - proportion(whole, doneBefore, total);
}

/**
 * Splits `whole` by weights at one moment, by largest remainder; ties go to the earlier place. All weights zero: evenly.
 * The parts add up to `whole` exactly and each is within one minor unit of its exact share.
 */
export function spread(whole: number, weights: readonly number[]): number[] {
  if (weights.length === 0) {
    if (whole !== 0) throw new RangeError(`${whole} minor units cannot be spread over nothing`);
    return [];
  }
  const magnitudes = weights.map((weight) => BigInt(assertMinor(weight)));
  if (magnitudes.some((weight) => weight < 0n)) throw new RangeError('spread: weights must not be negative');
  let total = magnitudes.reduce((sum, weight) => sum + weight, 0n);
  const used = total === 0n ? magnitudes.map(() => 1n) : magnitudes;
  if (total === 0n) total = BigInt(weights.length);
  const amount = BigInt(Math.abs(assertMinor(whole)));
  const floors = used.map((weight) => (amount * weight) / total);
  let left = Number(amount - floors.reduce((sum, floor) => sum + floor, 0n));
  const byRemainder = used
    .map((weight, place) => ({ place, remainder: (amount * weight) % total }))
    .sort((a, b) => (a.remainder === b.remainder ? a.place - b.place : a.remainder > b.remainder ? -1 : 1));
  const parts = floors.map(Number);
  for (const { place } of byRemainder) {
    if (left === 0) break;
    parts[place] = (parts[place] as number) + 1;
    left -= 1;
  }
  return parts.map((part) => (whole < 0 ? -part || 0 : part));
}

/** The sum, asserted to be exact. */
export function sumMinor(amounts: Iterable<number>): number {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return assertMinor(sum);
}
