/**
 * Acts become entries, in the roles of accounts: what the balances must be now, less what is posted. So what is told late or twice is
 * booked once and right, whatever came before it; an entry is never changed, only followed by another.
 */
import type { Act, BookOrder } from './acts.ts';
import { type Balance, type Balances, placeKeyOf, type TaxBalance, type TaxBalances } from './balances.ts';
import { bookAmounts } from './book-amounts.ts';
import { costLines } from './costs.ts';
import type { Entry, EntryLine, EntryTax, Posted } from './entries.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type BooksPolicy, returnOf } from './policy.ts';
import { ACCOUNT_ROLES, type Posting } from './posting.ts';

/** The entries of the next act: of its money and tax in the order's currency, of its costs in that of the books. */
export function journalise(order: BookOrder, posted: Posted, act: Act, policy: BooksPolicy): Entry[] {
  const acts = [...posted.acts, act];
  const after = figuresOf(order, acts, policy);
  const { key, act: name, date } = act;
  const changes = changesOf(after.balances, posted);
  const lines = bookAmounts(changes, posted, act, order.currency, policy.bookCurrency);
  const moved = taxChanges(order, after, posted, act, policy);
  const taxes = withBookAmounts(moved, lines, act, order.currency === policy.bookCurrency);
  const entries: Entry[] = [];
  if (lines.length > 0 || taxes.length > 0)
    entries.push({ key, act: name, date, currency: order.currency, lines, taxes });
  const costs = costLines(acts, act, policy);
  if (costs.length > 0) {
    const inBooks = costs.map((line) => ({ ...line, bookMinor: line.amountMinor }));
    entries.push({
      key: `${key}/cost`,
      act: name,
      date,
      currency: policy.bookCurrency,
      lines: inBooks,
      taxes: [],
    });
  }
  return entries;
}

/** What is posted with an act's entries among it. Costs are not: nothing is reckoned against them. */
export function withEntries({ acts, lines, taxes }: Posted, act: Act, entries: readonly Entry[]): Posted {
  const sums: Record<string, EntryLine> = { ...lines };
  const taxSums: Record<string, TaxBalance> = { ...taxes };
  for (const entry of entries) {
    if (entry.key !== act.key) continue;
    for (const line of entry.lines) {
      const key = placeKeyOf(line);
      const before = sums[key];
      const amountMinor = (before?.amountMinor ?? 0) + line.amountMinor;
      const bookMinor = (before?.bookMinor ?? 0) + line.bookMinor;
      const { role, taxCode, gateway } = line;
      sums[key] = { role, taxCode, gateway, amountMinor, bookMinor };
    }
    for (const { code, rate, period, baseMinor, taxMinor } of entry.taxes) {
      const key = `${code}|${period}`;
      const before = taxSums[key];
      taxSums[key] = {
        code,
        rate,
        period,
        baseMinor: (before?.baseMinor ?? 0) + baseMinor,
        taxMinor: (before?.taxMinor ?? 0) + taxMinor,
      };
    }
  }
  return { acts: [...acts, act], lines: sums, taxes: taxSums };
}

/** What is posted with postings among it that were made of an act's entries. */
export function withPostings(posted: Posted, acts: readonly Act[], postings: readonly Posting[]): Posted {
  return acts.reduce((before, act) => {
    const own = postings.filter(({ key }) => key === act.key);
    const entries = own.map(({ key, documentDate: date, currency, lines, taxes }) => ({
      key,
      act: act.act,
      date,
      currency,
      lines: lines.map(({ role, dimensions, amountMinor, bookMinor }) => ({
        role,
        taxCode: dimensions.taxCode ?? '',
        gateway: dimensions.gateway ?? '',
        amountMinor,
        bookMinor,
      })),
      taxes: taxes.map(({ taxCode: code, originalPeriod: period, ...tax }) => ({ ...tax, code, period })),
    }));
    return withEntries(before, act, entries);
  }, posted);
}

function changesOf(target: Balances, { lines }: Posted): Balance[] {
  const places = new Map<string, Balance>([...Object.entries(lines), ...target]);
  const changes: Balance[] = [];
  for (const [key, { role, taxCode, gateway }] of places) {
    const amountMinor = (target.get(key)?.amountMinor ?? 0) - (lines[key]?.amountMinor ?? 0);
    if (amountMinor !== 0) changes.push({ role, taxCode, gateway, amountMinor });
  }
  return changes.sort((a, b) => PLACES.indexOf(a.role) - PLACES.indexOf(b.role));
}

/** Lines stand in the order of the chart of roles. */
const PLACES = Object.keys(ACCOUNT_ROLES);

/**
 * Changes of the tax ledger: what falls due stands in the return of the act's day, what is taken back in that in which it was told.
 * What fell due before, less its credits, is what is posted.
 */
function taxChanges(
  order: BookOrder,
  after: Figures,
  posted: Posted,
  act: Act,
  policy: BooksPolicy,
): TaxBalance[] {
  const before = posted.acts.length === 0 ? null : figuresOf(order, posted.acts, policy);
  const changes: TaxBalances = new Map();
  const change = (of: TaxBalance, sign: 1 | -1) => {
    const key = `${of.code}|${of.period}`;
    const known = changes.get(key);
    changes.set(key, {
      ...of,
      baseMinor: (known?.baseMinor ?? 0) + sign * of.baseMinor,
      taxMinor: (known?.taxMinor ?? 0) + sign * of.taxMinor,
    });
  };
  for (const each of before?.credited.values() ?? []) change(each, 1);
  for (const each of after.credited.values()) change(each, -1);

  // What is posted as due, by period: what is posted, and the credits in it.
  const dues = new Map<string, TaxBalance[]>();
  for (const each of Object.values(posted.taxes)) {
    const credit = before?.credited.get(`${each.code}|${each.period}`);
    const due = {
      ...each,
      baseMinor: each.baseMinor + (credit?.baseMinor ?? 0),
      taxMinor: each.taxMinor + (credit?.taxMinor ?? 0),
    };
    dues.set(each.code, [...(dues.get(each.code) ?? []), due]);
  }
  for (const code of new Set([...after.due.keys(), ...dues.keys()])) {
    const known = dues.get(code) ?? [];
    const target = after.due.get(code);
    const rate = target?.rate ?? known[0]?.rate ?? '0';
    const sum = (pick: (of: TaxBalance) => number) => known.reduce((all, each) => all + pick(each), 0);
    let baseMinor = (target?.baseMinor ?? 0) - sum((each) => each.baseMinor);
    let taxMinor = (target?.taxMinor ?? 0) - sum((each) => each.taxMinor);
    const period = returnOf(policy, code, act.date);
    // Less is due than was: taken from the latest returns first, as what was paid last is given back first.
    if (baseMinor < 0 || taxMinor < 0)
      for (const due of known.toSorted((a, b) => (a.period < b.period ? 1 : -1))) {
        const base = Math.max(baseMinor, -Math.max(0, due.baseMinor));
        const tax = Math.max(taxMinor, -Math.max(0, due.taxMinor));
        if (base >= 0 && tax >= 0) break;
        const part = { baseMinor: Math.min(0, base), taxMinor: Math.min(0, tax) };
        change({ ...due, ...part }, 1);
        baseMinor -= part.baseMinor;
        taxMinor -= part.taxMinor;
      }
    if (baseMinor !== 0 || taxMinor !== 0) change({ code, rate, period, baseMinor, taxMinor }, 1);
  }
  return [...changes.values()].filter(({ baseMinor, taxMinor }) => baseMinor !== 0 || taxMinor !== 0);
}

/** Book amounts of the tax ledger tie to the lines of its account: the last part of a code takes what is left. */
function withBookAmounts(
  taxes: readonly TaxBalance[],
  lines: readonly EntryLine[],
  act: Act,
  isSame: boolean,
): EntryTax[] {
  if (isSame)
    return taxes.map((tax) => ({ ...tax, bookBaseMinor: tax.baseMinor, bookTaxMinor: tax.taxMinor }));
  const turnover = lines.filter(({ role }) => role !== 'exchangeDifference' && role !== 'clearing');
  const widest = turnover.toSorted((a, b) => Math.abs(b.amountMinor) - Math.abs(a.amountMinor))[0];
  const convert = (amount: number) =>
    widest === undefined || widest.amountMinor === 0
      ? Math.round(amount * Number(act.rate ?? 1))
      : Math.round((amount * widest.bookMinor) / widest.amountMinor);
  const left = new Map<string, number>();
  const parts = new Map<string, number>();
  for (const { role, taxCode, bookMinor } of lines)
    if (role === 'tax') left.set(taxCode, (left.get(taxCode) ?? 0) - bookMinor);
  for (const { code } of taxes) parts.set(code, (parts.get(code) ?? 0) + 1);
  return taxes.map((tax) => {
    const rest = (parts.get(tax.code) ?? 1) - 1;
    parts.set(tax.code, rest);
    const bookTaxMinor = rest === 0 ? (left.get(tax.code) ?? 0) : convert(tax.taxMinor);
    left.set(tax.code, (left.get(tax.code) ?? 0) - bookTaxMinor);
    return { ...tax, bookBaseMinor: convert(tax.baseMinor), bookTaxMinor };
  });
}
