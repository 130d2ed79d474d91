/** Decimal numbers as text: unit prices and tax rates are never rounded, and one number has one spelling. */

/** One spelling for one number: "10.00", "10.0" and 10 are "10"; undefined for what is no decimal. */
export function decimalText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? plainNumber(value) : value;
  if (typeof text !== 'string') return undefined;
  const match = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(text.trim());
  if (!match) return undefined;
  const [, sign = '', whole = '0', fraction = ''] = match;
  const digits = fraction === '' ? whole : `${whole}.${fraction}`;
  return /[1-9]/.test(digits) ? `${sign}${digits}` : '0';
}

/** `decimal × times`, exact. */
export function timesWhole(decimal: string, times: number): string {
  const { units, places } = split(decimal);
  return join(units * BigInt(times), places);
}

/** A fraction as per cent: "0.055" is "5.5". */
export function asPercent(fraction: string): string {
  const { units, places } = split(fraction);
  return join(units * 100n, places);
}

function split(decimal: string): { units: bigint; places: number } {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return { units: BigInt(whole + fraction), places: fraction.length };
}

function join(units: bigint, places: number): string {
  const negative = units < 0n;
  const digits = String(negative ? -units : units).padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return decimalText(negative ? `-${text}` : text) as string;
}

/** A number without exponent; the shortest text that gives the same number again. */
function plainNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  const text = String(value);
  return text.includes('e') ? value.toFixed(20) : text;
}
