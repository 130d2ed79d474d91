/**
 * Amounts in the currency of the books. Money is converted at the rate of its day; a deposit, a receivable and a refund liability
 * are settled at the rate at which they arose, and so is the revenue that a deposit becomes (IFRIC 22); credits take the rate of what
 * they credit. What is left over is the exchange difference.
 */
import { currencyExponent, proportion, spread, sumMinor } from '../money.ts';
import type { Act } from './acts.ts';
import { type Balance, placeKeyOf } from './balances.ts';
import type { EntryLine, Posted } from './entries.ts';
import type { AccountRole } from './posting.ts';

const POSITIONS: ReadonlySet<AccountRole> = new Set(['receivables', 'deposits', 'refundLiability']);
const MONEY: ReadonlySet<AccountRole> = new Set(['clearing', 'giftCards', 'disputeReceivable']);

/** An amount at a decimal rate, rounded half away from zero, from one currency's minor units to the other's. */
export function convertMinor(amountMinor: number, rate: string, from: string, to: string): number {
  const [whole = '0', decimals = ''] = rate.split('.');
  const shift = decimals.length + currencyExponent(from) - currencyExponent(to);
  const factor = Number(whole + decimals);
  return shift >= 0
    ? proportion(amountMinor, factor, 10 ** shift)
    : proportion(amountMinor, factor * 10 ** -shift, 1);
}

/** The lines of an act with their book amounts, which come to zero like the others. */
export function bookAmounts(
  changes: readonly Balance[],
  posted: Posted,
  act: Act,
  currency: string,
  bookCurrency: string,
): EntryLine[] {
  if (currency === bookCurrency) return changes.map((line) => ({ ...line, bookMinor: line.amountMinor }));
  const { rate } = act;
  if (rate === undefined) throw new Error(`act ${act.key} in ${currency} has no rate to ${bookCurrency}`);
  const convert = (amount: number) => convertMinor(amount, rate, currency, bookCurrency);

  const isMoneyAct = act.act === 'captured' || act.act === 'refunded';
  const released = releasedTax(changes, posted);
  const lines: (EntryLine & { known: boolean })[] = withoutReleased(changes, released).map((line) => {
    const before = posted.lines[placeKeyOf(line)];
    const settles =
      (POSITIONS.has(line.role) || line.role === 'taxInSuspense') &&
      before !== undefined &&
      before.amountMinor !== 0 &&
      Math.sign(line.amountMinor) !== Math.sign(before.amountMinor);
    if (settles) {
      // What of it was released goes with its tax.
      const [of] = line.role === 'taxInSuspense' ? (released.get(line.taxCode) ?? []) : [];
      const amountMinor = line.amountMinor + (of?.amountMinor ?? 0);
      const bookMinor = proportion(before.bookMinor, amountMinor, before.amountMinor) - (of?.bookMinor ?? 0);
      return { ...line, bookMinor, known: true };
    }
    if (MONEY.has(line.role) && isMoneyAct)
      return { ...line, bookMinor: convert(line.amountMinor), known: true };
    return { ...line, bookMinor: 0, known: false };
  });
  const open = lines.filter(({ known }) => !known);
  const positions = open.filter(({ role }) => POSITIONS.has(role));
  const turnover = open.filter(({ role }) => !POSITIONS.has(role));

  if (act.act === 'credited') {
    const [amount, book] = invoiced(posted);
    for (const line of turnover)
      line.bookMinor = amount === 0 ? convert(line.amountMinor) : proportion(book, line.amountMinor, amount);
    takeRest(lines, positions);
  } else if (turnover.length > 0) {
    for (const line of positions) line.bookMinor = convert(line.amountMinor);
    takeRest(lines, turnover);
  } else if (lines.every(({ known, role }) => !known || MONEY.has(role))) {
    takeRest(lines, positions);
  } else for (const line of positions) line.bookMinor = convert(line.amountMinor);

  const difference = -sumMinor(lines.map(({ bookMinor }) => bookMinor));
  const told = withReleased(
    lines.map(({ known: _, ...line }) => line),
    released,
  );
  if (difference === 0) return told;
  return [
    ...told,
    { role: 'exchangeDifference', taxCode: '', gateway: '', amountMinor: 0, bookMinor: difference },
  ];
}

/** Tax that leaves the suspense, by code: it becomes due, or is credited, at the rate at which it went there. */
function releasedTax(changes: readonly Balance[], posted: Posted): Map<string, EntryLine[]> {
  const released = new Map<string, EntryLine[]>();
  for (const line of changes) {
    const before = posted.lines[placeKeyOf(line)];
    const settles =
      line.role === 'taxInSuspense' &&
      before !== undefined &&
      Math.sign(line.amountMinor) === -Math.sign(before.amountMinor);
    const counter = changes.find(({ role, taxCode }) => role === 'tax' && taxCode === line.taxCode);
    if (!settles || !counter || Math.sign(counter.amountMinor) === Math.sign(line.amountMinor)) continue;
    const size = Math.min(Math.abs(line.amountMinor), Math.abs(counter.amountMinor));
    const amountMinor = Math.sign(line.amountMinor) * size;
    const bookMinor = proportion(before.bookMinor, amountMinor, before.amountMinor);
    const tax = { ...line, role: 'tax' as const, amountMinor: -amountMinor, bookMinor: -bookMinor };
    released.set(line.taxCode, [{ ...line, amountMinor, bookMinor }, tax]);
  }
  return released;
}

/** The other changes: of the tax itself what is left of its change. */
function withoutReleased(
  changes: readonly Balance[],
  released: ReadonlyMap<string, readonly EntryLine[]>,
): Balance[] {
  if (released.size === 0) return [...changes];
  const sums = new Map(changes.map((line) => [placeKeyOf(line), line]));
  for (const { bookMinor: _, ...line } of [...released.values()].flat()) {
    const key = placeKeyOf(line);
    const amountMinor = (sums.get(key)?.amountMinor ?? 0) - line.amountMinor;
    if (amountMinor === 0) sums.delete(key);
    else sums.set(key, { ...line, amountMinor });
  }
  return [...sums.values()];
}

function withReleased(
  lines: readonly EntryLine[],
  released: ReadonlyMap<string, readonly EntryLine[]>,
): EntryLine[] {
  const sums = new Map(lines.map((line) => [placeKeyOf(line), line]));
  for (const line of [...released.values()].flat()) {
    const before = sums.get(placeKeyOf(line));
    const amountMinor = (before?.amountMinor ?? 0) + line.amountMinor;
    const bookMinor = (before?.bookMinor ?? 0) + line.bookMinor;
    sums.set(placeKeyOf(line), { ...line, amountMinor, bookMinor });
  }
  return [...sums.values()];
}

/** What is left of the book amounts is spread over some lines, by their amounts and largest remainder. */
function takeRest(all: readonly EntryLine[], some: readonly EntryLine[]): void {
  const rest = -sumMinor(all.map(({ bookMinor }) => bookMinor));
  const amount = sumMinor(some.map(({ amountMinor }) => amountMinor));
  if (some.length === 0 || amount === 0) return;
  const isOneWay = some.every(({ amountMinor }) => Math.sign(amountMinor) === Math.sign(amount));
  if (isOneWay) {
    const parts = spread(
      rest,
      some.map(({ amountMinor }) => Math.abs(amountMinor)),
    );
    some.forEach((line, place) => {
      line.bookMinor = parts[place] ?? 0;
    });
    return;
  }
  for (const line of some) line.bookMinor = proportion(rest, line.amountMinor, amount);
  const widest = some.toSorted((a, b) => Math.abs(b.amountMinor) - Math.abs(a.amountMinor))[0];
  if (widest) widest.bookMinor += rest - sumMinor(some.map(({ bookMinor }) => bookMinor));
}

/** What was sold so far, in both currencies: the rate that its credits take. */
function invoiced({ lines }: Posted): [amount: number, book: number] {
  let amount = 0;
  let book = 0;
  for (const line of Object.values(lines)) {
    if (POSITIONS.has(line.role) || MONEY.has(line.role) || line.role === 'exchangeDifference') continue;
    amount += line.amountMinor;
    book += line.bookMinor;
  }
  return [amount, book];
}
