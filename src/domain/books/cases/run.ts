/** Runs money cases: what the books make of each step, beside what is expected of it. */
import { formatMinor, parseMinor } from '../../money.ts';
import type { Act, BookOrder } from '../acts.ts';
import { openDay } from '../calendar.ts';
import { type Entry, type EntryLine, NOTHING_POSTED, type Posted } from '../entries.ts';
import { journalise, withEntries } from '../journalise.ts';
import { OPEN_ITEM_ROLES } from '../open-items.ts';
import { type BooksPolicy, reportedIn } from '../policy.ts';
import { ACCOUNT_ROLES } from '../posting.ts';
import { actOf, caseOrderOf } from './acts.ts';
import type { CaseAct, CasePolicy, CaseStep, MoneyCase } from './format.ts';
import { type NotedLine, readJournal, writeJournal } from './notation.ts';
import { settlementLines } from './settlement.ts';

export interface StepResult {
  on: string;
  /** What happened, in words. */
  acts: string[];
  expected: string;
  posted: string;
  /** Sentences; none: it is as expected. */
  differences: string[];
}

export interface CaseResult {
  id: string;
  situation: string;
  steps: StepResult[];
  /** What is left open in the end. */
  open: string;
  differences: string[];
  passed: boolean;
}

/** Throws an Error where the case itself cannot be read: a journal that does not balance, a role that is none. */
export function runCase(of: MoneyCase): CaseResult {
  const rules = rulesOf(of);
  let order = caseOrderOf(of.order, of.policy);
  let posted = NOTHING_POSTED;
  const all: EntryLine[] = [];
  const steps = of.steps.map((step, place): StepResult => {
    const made = runStep(step, place, { of, rules, order, posted, all });
    ({ order, posted } = made);
    all.push(...made.entries.flatMap(({ lines }) => lines));
    return compare(step, made.entries, of, rules);
  });
  const open = openItems(all, rules.bookCurrency);
  const differences = steps.flatMap(({ on, differences: each }) => each.map((words) => `${on}: ${words}`));
  const expected = openOf(of.open, rules.bookCurrency);
  if (open !== expected) differences.push(`in the end ${open} is open, not ${expected}`);
  return { id: of.id, situation: of.situation, steps, open, differences, passed: differences.length === 0 };
}

function rulesOf({ policy, order }: MoneyCase): BooksPolicy {
  const { singlePurpose, taxes } = policy;
  const single = singlePurpose === undefined ? undefined : taxes[singlePurpose];
  return {
    bookCurrency: policy.books ?? order.currency,
    revenueOn: policy.revenue,
    singlePurpose:
      singlePurpose !== undefined && single ? { taxCode: singlePurpose, rate: single.rate } : null,
    registrationOf: (code) => {
      const rule = taxes[code];
      return rule
        ? { ...rule, id: rule.registration ?? rule.jurisdiction, lockedThrough: rule.filedThrough }
        : null;
    },
  };
}

interface Running {
  of: MoneyCase;
  rules: BooksPolicy;
  order: BookOrder;
  posted: Posted;
  all: readonly EntryLine[];
}

function runStep(
  step: CaseStep,
  place: number,
  { of, rules, order, posted, all }: Running,
): { order: BookOrder; posted: Posted; entries: Entry[] } {
  const entries: Entry[] = [];
  step.do.forEach((each, index) => {
    const key = `${place + 1}.${index + 1}`;
    const { bookCurrency } = rules;
    const context = { order, policy: of.policy, rules, bookCurrency, key, date: step.on };
    const made = actOf(each, context);
    order = made.order;
    if (made.act) {
      const some = journalise(order, posted, made.act, rules);
      posted = withEntries(posted, made.act, some);
      entries.push(...some);
      return;
    }
    const lines = settlementLines(each, bookCurrency, [...all, ...entries.flatMap((entry) => entry.lines)]);
    if (lines.length > 0) entries.push(settlementEntry(key, step.on, bookCurrency, lines));
  });
  return { order, posted, entries };
}

function settlementEntry(key: string, date: string, currency: string, lines: EntryLine[]): Entry {
  return { key, act: 'captured', date, currency, lines, taxes: [] };
}

/** Which act it is, in one word: the key of what was written. */
const wordOf = (act: CaseAct | Act): string => Object.keys(act)[0] ?? '';

function compare(step: CaseStep, entries: readonly Entry[], of: MoneyCase, rules: BooksPolicy): StepResult {
  const { bookCurrency } = rules;
  const differences: string[] = [];
  const { currency } = of.order;
  const isForeign = currency !== bookCurrency;
  const judge = (journals: readonly string[], in_: string, lines: readonly NotedLine[]) => {
    const expected = journals.flatMap((journal) => readJournal(journal, in_));
    const actual = alike(lines, expected);
    const sums = sumsOf(expected);
    for (const key of new Set([...sums.keys(), ...actual.keys()])) {
      const [want, got] = [sums.get(key) ?? 0, actual.get(key) ?? 0];
      if (want !== got) differences.push(`${nameOf(key)} is ${side(got, in_)}, not ${side(want, in_)}`);
    }
  };
  const own = entries.filter((entry) => !isForeign || entry.currency === currency);
  const noted = (some: readonly Entry[], pick: 'amountMinor' | 'bookMinor') =>
    some.flatMap(({ lines }) => lines).map((line) => note(line, pick));
  const [shown, shownIn] =
    isForeign && step.inBooks === undefined && own.length === 0
      ? [noted(entries, 'bookMinor'), bookCurrency]
      : [noted(own, 'amountMinor'), currency];
  judge(step.expect, shownIn, shown);
  if (step.inBooks) judge(step.inBooks, bookCurrency, noted(entries, 'bookMinor'));
  judgeDates(step, of.policy, differences);
  if (step.taxes) judgeTaxes(step.taxes, entries, currency, rules, differences);
  return {
    on: step.on,
    acts: step.do.map(wordOf),
    expected: step.expect.join(' · '),
    posted: writeJournal(shortest(shown, step, shownIn), shownIn),
    differences,
  };
}

const note = (
  { role, taxCode, gateway, ...line }: EntryLine,
  pick: 'amountMinor' | 'bookMinor',
): NotedLine => ({
  role,
  of: taxCode || gateway,
  amountMinor: line[pick],
});

/** Sums by role, and by what the role is told apart by where the expected line tells it apart. */
function alike(lines: readonly NotedLine[], expected: readonly NotedLine[]): Map<string, number> {
  const apart = new Set(expected.filter(({ of }) => of !== '').map(({ role }) => role));
  return sumsOf(lines.map((line) => (apart.has(line.role) ? line : { ...line, of: '' })));
}

function sumsOf(lines: readonly NotedLine[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { role, of, amountMinor } of lines) {
    const key = `${role}:${of}`;
    sums.set(key, (sums.get(key) ?? 0) + amountMinor);
  }
  return sums;
}

/** What was posted, as finely as it was expected. */
function shortest(lines: readonly NotedLine[], step: CaseStep, currency: string): NotedLine[] {
  const expected = step.expect.flatMap((journal) => readJournal(journal, currency));
  return [...alike(lines, expected)].map(([key, amountMinor]) => {
    const [role = '', of = ''] = key.split(':');
    return { role: role as NotedLine['role'], of, amountMinor };
  });
}

function nameOf(key: string): string {
  const [role = '', of = ''] = key.split(':');
  return `${ACCOUNT_ROLES[role as NotedLine['role']]}${of === '' ? '' : `:${of}`}`;
}

function side(amountMinor: number, currency: string): string {
  if (amountMinor === 0) return 'nothing';
  return `${amountMinor > 0 ? 'debit' : 'credit'} ${formatMinor(Math.abs(amountMinor), currency)}`;
}

function judgeDates(step: CaseStep, { closedThrough }: CasePolicy, differences: string[]): void {
  const posted = openDay(step.on, closedThrough);
  const expected = step.posted ?? step.on;
  if (posted !== expected) differences.push(`it is posted on ${posted}, not on ${expected}`);
}

function judgeTaxes(
  expected: NonNullable<CaseStep['taxes']>,
  entries: readonly Entry[],
  currency: string,
  rules: BooksPolicy,
  differences: string[],
): void {
  const sums = new Map<string, { base: number; tax: number }>();
  for (const { code, period, baseMinor, taxMinor } of entries.flatMap(({ taxes }) => taxes)) {
    const key = `${code} in ${period}`;
    const before = sums.get(key) ?? { base: 0, tax: 0 };
    sums.set(key, { base: before.base + baseMinor, tax: before.tax + taxMinor });
  }
  for (const { code, period, base, tax, jurisdiction, scheme, reported = period } of expected) {
    const key = `${code} in ${period}`;
    const got = sums.get(key) ?? { base: 0, tax: 0 };
    sums.delete(key);
    const told = (amount: number) => formatMinor(amount, currency);
    if (got.base !== parseMinor(base, currency) || got.tax !== parseMinor(tax, currency))
      differences.push(`tax ${key} is ${told(got.tax)} on ${told(got.base)}, not ${tax} on ${base}`);
    const at = rules.registrationOf(code);
    const toldIn = at === null ? period : reportedIn(at, period);
    if (toldIn !== reported) differences.push(`tax ${key} is told in ${toldIn}, not in ${reported}`);
    if (jurisdiction !== undefined && at?.jurisdiction !== jurisdiction)
      differences.push(`tax ${code} is told in ${at?.jurisdiction}, not in ${jurisdiction}`);
    if (scheme !== undefined && at?.scheme !== scheme)
      differences.push(`tax ${code} is told under ${at?.scheme}, not under ${scheme}`);
  }
  for (const [key, { base, tax }] of sums)
    if (base !== 0 || tax !== 0)
      differences.push(`tax ${key} is ${formatMinor(tax, currency)}, and none is expected`);
}

/** Accounts that must be clear in the end; clearing waits for its payout, so it is none of an order's. */
function openItems(lines: readonly EntryLine[], currency: string): string {
  const roles = OPEN_ITEM_ROLES.filter((role) => role !== 'clearing' && role !== 'channelTax');
  const open = roles.flatMap((role) => {
    const sum = lines.filter((line) => line.role === role).reduce((all, line) => all + line.bookMinor, 0);
    return sum === 0 ? [] : [`${ACCOUNT_ROLES[role]} ${formatMinor(sum, currency)}`];
  });
  return open.length === 0 ? 'nothing' : open.join(', ');
}

const openOf = (text: string, currency: string): string =>
  text === 'nothing'
    ? text
    : text
        .split(',')
        .map((part) => {
          const [role = '', amount = ''] = part.trim().split(/\s+/);
          return `${role} ${formatMinor(parseMinor(amount, currency), currency)}`;
        })
        .join(', ');
