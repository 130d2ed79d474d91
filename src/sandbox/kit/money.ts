/**
 * Exact money for sandboxes: whole minor units as `bigint`, decimal text at the edges. Written apart from the hub's money on
 * purpose: an auditor that shared its arithmetic with what it judges would find nothing.
 */

/** ISO 4217 currencies whose minor unit is not a hundredth (those that a shop may meet). */
const EXPONENTS: Readonly<Record<string, number>> = {
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
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
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** Decimal places of a currency's minor unit. */
export function exponentOf(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

/** A decimal number without rounding: `digits / 10^scale`. */
interface Fraction {
  digits: bigint;
  scale: number;
}

function parseDecimal(text: string): Fraction {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!match) throw new RangeError(`"${text}" is not a decimal number`);
  const [, sign, whole, decimals = ''] = match;
  const digits = BigInt(`${whole}${decimals}`);
  return { digits: sign === '-' ? -digits : digits, scale: decimals.length };
}

/** `numerator / denominator`, rounded half away from zero. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  if (denominator === 0n) throw new RangeError('division by zero');
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const rounded = (n * 2n + d) / (d * 2n);
  return negative ? -rounded : rounded;
}

/** Decimal text to minor units, rounded half away from zero where it is finer than the currency. */
export function toMinor(amount: string, currency: string): bigint {
  const { digits, scale } = parseDecimal(amount);
  const exponent = exponentOf(currency);
  if (scale <= exponent) return digits * 10n ** BigInt(exponent - scale);
  return divideRounded(digits, 10n ** BigInt(scale - exponent));
}

/** Minor units to decimal text with all decimals of the currency: 1050n EUR is "10.50". */
export function toText(minor: bigint, currency: string): string {
  const exponent = exponentOf(currency);
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** An amount times a decimal rate ("0.19", "1.0837"), rounded half away from zero. */
export function times(minor: bigint, rate: string): bigint {
  const { digits, scale } = parseDecimal(rate);
  return divideRounded(minor * digits, 10n ** BigInt(scale));
}

/** So many percent of an amount, rounded half away from zero. */
export function percentOf(minor: bigint, percent: string): bigint {
  const { digits, scale } = parseDecimal(percent);
  return divideRounded(minor * digits, 10n ** BigInt(scale + 2));
}

/** An amount of one currency in another, at `rate` units of the target per unit of the source. */
export function convert(minor: bigint, from: string, to: string, rate: string): bigint {
  const { digits, scale } = parseDecimal(rate);
  const shift = exponentOf(to) - exponentOf(from) - scale;
  if (shift >= 0) return minor * digits * 10n ** BigInt(shift);
  return divideRounded(minor * digits, 10n ** BigInt(-shift));
}

/** Tax on a net amount. */
export function taxOnTop(net: bigint, rate: string): bigint {
  return times(net, rate);
}

/** The tax inside an amount that contains several taxes (rates on the same net), per rate, in order. */
export function taxesInside(gross: bigint, rates: readonly string[]): bigint[] {
  const scale = Math.max(0, ...rates.map((rate) => parseDecimal(rate).scale));
  const parts = rates.map((rate) => {
    const fraction = parseDecimal(rate);
    return fraction.digits * 10n ** BigInt(scale - fraction.scale);
  });
  const whole = 10n ** BigInt(scale) + parts.reduce((sum, part) => sum + part, 0n);
  return parts.map((part) => divideRounded(gross * part, whole));
}

/** Shares of a total by weight: by largest remainder, ties by order. All weights zero: equal weights. */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  if (weights.length === 0) return [];
  const sum = weights.reduce((whole, weight) => whole + weight, 0n);
  if (sum === 0n)
    return allocate(
      total,
      weights.map(() => 1n),
    );
  const magnitude = total < 0n ? -total : total;
  const shares = weights.map((weight) => (magnitude * weight) / sum);
  let left = magnitude - shares.reduce((whole, share) => whole + share, 0n);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (magnitude * weight) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder) {
    if (left === 0n) break;
    shares[index] = (shares[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return total < 0n ? shares.map((share) => -share) : shares;
}
