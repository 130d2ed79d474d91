/** An entry in roles becomes a posting with accounts, by the posting rules; a row that is missing is named, and nothing is posted. */
import type { Books } from './books-config.ts';
import { openDay } from './calendar.ts';
import type { Entry, EntryLine } from './entries.ts';
import { type BooksPolicy, reportedIn } from './policy.ts';
import type { Dimensions, Posting, PostingLine } from './posting.ts';
import { accountOf, missingRow, type RuleQuery } from './rules.ts';

export interface PostingContext {
  entity: string;
  books: Books;
  policy: BooksPolicy;
  brand: string;
  channel: string;
  location?: string;
  reason?: string;
  /** The dispute whose receivable is cleared: that is its item, not the order's. */
  dispute?: string;
  /** Version of the configuration that the rules stand in. */
  ruleVersion: string;
  text: string;
}

/** The posting, or the rows of the configuration that it lacks. */
export function makePosting(entry: Entry, context: PostingContext): Posting | { missing: string[] } {
  const { books, policy } = context;
  const missing = new Set<string>();
  const lines = entry.lines.map((line): PostingLine => {
    const dimensions = dimensionsOf(line, context);
    const query: RuleQuery = { role: line.role, act: entry.act, on: entry.date, ...dimensions };
    const account = accountOf(books, query);
    if (account === null) missing.add(`rules: ${missingRow(query)}`);
    const { role, amountMinor, bookMinor } = line;
    const item =
      role === 'disputeReceivable' && context.dispute !== undefined ? { item: context.dispute } : {};
    return { role, account: account ?? '', amountMinor, bookMinor, dimensions, ...item };
  });
  const taxes = entry.taxes.map(({ code, period, ...tax }) => {
    const at = policy.registrationOf(code);
    if (at === null) missing.add(`registrations: one with "${code}" among its taxCodes`);
    const reportedPeriod = at === null ? period : reportedIn(at, period);
    return {
      ...tax,
      taxCode: code,
      registration: at?.id ?? '',
      jurisdiction: at?.jurisdiction ?? '',
      scheme: at?.scheme ?? '',
      taxPoint: entry.date,
      originalPeriod: period,
      ...(reportedPeriod === period ? {} : { reportedPeriod }),
    };
  });
  if (missing.size > 0) return { missing: [...missing] };
  return {
    key: entry.key,
    entity: context.entity,
    act: entry.act,
    currency: entry.currency,
    bookCurrency: policy.bookCurrency,
    documentDate: entry.date,
    postingDate: openDay(entry.date, books.lockedThrough),
    ruleVersion: context.ruleVersion,
    text: context.text,
    lines,
    taxes,
  };
}

function dimensionsOf({ taxCode, gateway }: EntryLine, context: PostingContext): Dimensions {
  const { brand, channel, location, reason, policy } = context;
  const registration = taxCode === '' ? undefined : policy.registrationOf(taxCode)?.id;
  return {
    brand,
    channel,
    ...(location === undefined ? {} : { location }),
    ...(gateway === '' ? {} : { gateway }),
    ...(taxCode === '' ? {} : { taxCode }),
    ...(registration === undefined ? {} : { registration }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The rate of a day: units of the books' currency for one of another; 1 for their own; null: the books have none. */
export function rateOn(
  { exchangeRates }: Books,
  currency: string,
  bookCurrency: string,
  day: string,
): string | null {
  if (currency === bookCurrency) return '1';
  const rows = exchangeRates.filter((row) => row.currency === currency && row.from <= day);
  return rows.sort((a, b) => (a.from < b.from ? 1 : -1))[0]?.rate ?? null;
}

/** Standard cost of a unit on a day; 0: none is known. */
export function unitCostOn({ costs }: Books, sku: string, day: string): number {
  const rows = costs.filter((row) => row.sku === sku && row.from <= day);
  return rows.sort((a, b) => (a.from < b.from ? 1 : -1))[0]?.unitMinor ?? 0;
}
