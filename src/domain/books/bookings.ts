/**
 * What a finance system is asked to book for postings, one by one: journals, or documents (invoices, credit notes, payments) where it
 * has tax only on those. Pure: a posting gives the same bookings at any time.
 */
import type { CommandBodies, CommandKind } from '../commands.ts';
import type { Posting } from './posting.ts';

type FinanceKind = Exclude<Extract<CommandKind, `finance.${string}`>, `finance.read${string}`>;

/** A command that lacks only its connection and key. */
export type BookingRequest = {
  [Kind in FinanceKind]: { kind: Kind; body: CommandBodies[Kind] };
}[FinanceKind];

export interface Booking {
  /** Of the document, for ever. */
  number: string;
  /** Keys of the postings that it books; a posting may need several documents: the first of them names it. */
  postings: string[];
  request: BookingRequest;
}

export interface BookingRules {
  /** The stream that has posted: an order, a payout. */
  of: string;
  prefix: string;
  channel: string;
  /** False: each posting is a journal. */
  asDocuments: boolean;
  /** Where advances of customers stand: a tax that falls due before anything is sold or paid is told on it. Null: no rule says so. */
  advancesOf: (posting: Posting) => string | null;
  /** The system's code of a tax of ours. */
  taxCodeOf: (taxCode: string) => string;
}

/** Number of the document of a posting. */
export function numberOf(posting: Posting, { prefix, of }: BookingRules, part = ''): string {
  return `${prefix}-${of}-${posting.key}${part}`;
}

/** A posting as a journal in the currency of the books. */
export function journalOf(posting: Posting, rules: BookingRules): Booking {
  const { entity, postingDate: date, bookCurrency: currency, text, lines, key } = posting;
  const number = numberOf(posting, rules);
  const body = {
    entity,
    number,
    date,
    currency,
    text,
    lines: lines
      .filter(({ bookMinor }) => bookMinor !== 0)
      .map(({ account, bookMinor, role, dimensions }) => ({
        account,
        description: text,
        amountMinor: bookMinor,
        taxCode:
          role === 'tax' && dimensions.taxCode !== undefined ? rules.taxCodeOf(dimensions.taxCode) : null,
        dimensions: dimensionsOf(dimensions, rules.channel),
      })),
  };
  return { number, postings: [key], request: { kind: 'finance.postJournal', body } };
}

/** What reports of finance are cut by. */
export function dimensionsOf(
  { brand, location }: Posting['lines'][number]['dimensions'],
  channel: string,
): Record<string, string> {
  return {
    channel,
    ...(brand === undefined ? {} : { brand }),
    ...(location === undefined ? {} : { location }),
  };
}
