/**
 * The lines of an invoice or a credit note. What a tax code is told on comes to the base of the tax ledger, so that the return that
 * the finance system makes is ours: where the lines of a code do not come to its base (it was told on a deposit, or two taxes are on one
 * line), a line is cut in two, or the difference stands there twice, once with the code and once taken back without.
 */
import type { FinanceLine } from '../commands.ts';
import { spread, sumMinor } from '../money.ts';
import { type BookingRules, dimensionsOf } from './bookings.ts';
import type { AccountRole, Posting, PostingLine } from './posting.ts';

/** A line in the making; amounts are signed as the document is. */
interface Part extends FinanceLine {
  /** Our code of the tax that its turnover is of; null: of none; left out: it can bear none. */
  ours?: string | null;
}

/** They name the tax that they stand for, and are none of its base. */
const TAXES: ReadonlySet<AccountRole> = new Set(['taxInSuspense', 'channelTax']);

/**
 * @param content what stands on the document; @param sign of its kind: -1 an invoice, which credits; 1 a credit note.
 */
export function documentLines(
  posting: Posting,
  content: readonly PostingLine[],
  sign: 1 | -1,
  rules: BookingRules,
): FinanceLine[] {
  const { text, lines, taxes } = posting;
  const parts = content.map(({ role, account, amountMinor, dimensions }): Part => {
    return {
      description: text,
      account,
      quantity: 1,
      netMinor: amountMinor * sign,
      taxMinor: 0,
      taxCode: null,
      dimensions: dimensionsOf(dimensions, rules.channel),
      ...(TAXES.has(role) ? {} : { ours: dimensions.taxCode ?? null }),
    };
  });
  // Of a tax that falls due when nothing is sold or paid yet, an advance is the turnover.
  if (parts.length === 0)
    parts.push({
      description: text,
      account: rules.advancesOf(posting) ?? lines[0]?.account ?? '',
      quantity: 1,
      netMinor: 0,
      taxMinor: 0,
      taxCode: null,
      dimensions: dimensionsOf(lines[0]?.dimensions ?? {}, rules.channel),
    });
  const due = lines.filter(({ role }) => role === 'tax');
  const codes = new Set([
    ...due.map(({ dimensions }) => dimensions.taxCode ?? ''),
    ...taxes.map(({ taxCode }) => taxCode),
  ]);
  for (const code of codes) {
    const told = taxes.filter(({ taxCode }) => taxCode === code);
    const baseMinor = sumMinor(told.map((tax) => tax.baseMinor)) * -sign;
    const own = due.filter(({ dimensions }) => (dimensions.taxCode ?? '') === code);
    const taxMinor = sumMinor(own.map(({ amountMinor }) => amountMinor)) * sign;
    if (baseMinor !== 0 || taxMinor !== 0) putTax(parts, code, { baseMinor, taxMinor }, rules);
  }
  return parts
    .filter(({ netMinor, taxMinor }) => netMinor !== 0 || taxMinor !== 0)
    .map(({ ours: _ours, ...line }) => line);
}

function putTax(
  parts: Part[],
  code: string,
  { baseMinor, taxMinor }: { baseMinor: number; taxMinor: number },
  { taxCodeOf }: BookingRules,
): void {
  const free = parts.filter(({ taxCode, netMinor }) => taxCode === null && netMinor !== 0);
  const coded = free.filter(({ ours }) => ours === code);
  const bare = free.filter(({ ours }) => ours === null);
  const bearers = bearersOf(parts, coded, bare, baseMinor);
  const worth = bearers.map(({ netMinor }) => Math.abs(netMinor));
  const shares = spread(taxMinor, worth.some((each) => each > 0) ? worth : worth.map(() => 1));
  for (const [index, part] of bearers.entries()) {
    part.taxMinor += shares[index] ?? 0;
    part.taxCode = taxCodeOf(code);
  }
}

/** Lines that bear a tax: they come to its base, where that is known. */
function bearersOf(parts: Part[], coded: Part[], bare: Part[], baseMinor: number): Part[] {
  const some = coded.length > 0 ? coded : bare;
  if (baseMinor === 0) return some.length > 0 ? some : parts.slice(0, 1);
  const sum = sumMinor(some.map(({ netMinor }) => netMinor));
  if (sum === baseMinor) return some;
  const whole = some.find(({ netMinor }) => netMinor === baseMinor);
  if (whole) return [whole];
  const larger = some.find(
    ({ netMinor }) =>
      Math.sign(netMinor) === Math.sign(baseMinor) && Math.abs(netMinor) > Math.abs(baseMinor),
  );
  if (larger) {
    parts.splice(parts.indexOf(larger) + 1, 0, { ...larger, netMinor: larger.netMinor - baseMinor });
    larger.netMinor = baseMinor;
    return [larger];
  }
  const [place] = some.length > 0 ? some : parts;
  if (!place) return [];
  const netMinor = baseMinor - (coded.length > 0 ? sum : 0);
  const bearing = { ...place, netMinor, taxMinor: 0, taxCode: null };
  parts.push(bearing, { ...bearing, netMinor: -netMinor });
  return [...coded, bearing];
}
