/** The sub-ledger beside the documents of the finance system: each posting has its document, and no document is without posting. */
import type { BookedDocument, CommandRequest } from '../commands.ts';
import { formatMinor, sumMinor } from '../money.ts';
import { type Cause, type Difference, type SourceSum, sumsOf } from './difference.ts';

/** What we have asked the finance system to book, and what became of it. Instants are epoch ms. */
export interface OwnDocument {
  number: string;
  kind: BookedDocument['kind'];
  currency: string;
  /** Of a journal: of its debits. */
  totalMinor: number;
  /** Of a journal: by account; null: only the total is compared. */
  accounts: ReadonlyMap<string, number> | null;
  status: 'open' | 'booked' | 'refused' | 'doubt' | 'leftOut';
  askedAt: number;
  bookedAt: number | null;
  /** What the system said when it refused. */
  because: string;
  /** Key of the order's stream; null: of a day, or of another stream. */
  order: string | null;
}

/** Postings of the day that no document tells yet. */
export interface Untold {
  /** The channel whose day it is, or the stream that has posted. */
  of: string;
  postings: number;
}

export interface DocumentsOfDay {
  /** The connection of the finance system. */
  connection: string;
  currency: string;
  /** What the numbers of our documents begin with: "XD-". */
  prefix: string;
  own: readonly OwnDocument[];
  untold: readonly Untold[];
  theirs: readonly BookedDocument[];
  /** Accounts that we post to: what others book elsewhere is none of ours. */
  accounts: ReadonlySet<string>;
  /** When reading began: what happened later it may not show. */
  readFrom: number;
  /** Whether the same is said by a case already: of a refused document. */
  isCaseOpen: (number: string) => boolean;
}

/** What a document is that a command asks for; null: it asks for none. */
export function documentAsked(
  command: CommandRequest,
): Pick<OwnDocument, 'kind' | 'currency' | 'totalMinor' | 'accounts'> | null {
  switch (command.kind) {
    case 'finance.createInvoice':
    case 'finance.createCreditNote': {
      const { currency, totalMinor } = command.body;
      const kind = command.kind === 'finance.createInvoice' ? 'invoice' : 'creditNote';
      return { kind, currency, totalMinor, accounts: null };
    }
    case 'finance.recordPayment': {
      const { currency, amountMinor: totalMinor } = command.body;
      return { kind: 'payment', currency, totalMinor, accounts: null };
    }
    case 'finance.recordBankTransaction': {
      const { currency, totalMinor } = command.body;
      return { kind: 'bankTransaction', currency, totalMinor, accounts: null };
    }
    case 'finance.postJournal': {
      const { currency, lines } = command.body;
      const totalMinor = debitsOf(lines);
      return { kind: 'journal', currency, totalMinor, accounts: byAccount(lines) };
    }
    default:
      return null;
  }
}

interface AccountAmount {
  account: string;
  amountMinor: number;
}

function debitsOf(lines: readonly AccountAmount[]): number {
  return sumMinor(lines.map(({ amountMinor }) => Math.max(0, amountMinor)));
}

function byAccount(lines: readonly AccountAmount[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { account, amountMinor } of lines) sums.set(account, (sums.get(account) ?? 0) + amountMinor);
  return sums;
}

export function compareDocuments(day: DocumentsOfDay): { sum: SourceSum; differences: Difference[] } {
  const source = `finance/${day.connection}`;
  const theirs = new Map(day.theirs.map((each) => [each.number, each]));
  const own = new Map(day.own.map((each) => [each.number, each]));
  const ours = day.own.filter(({ status }) => status !== 'leftOut');
  const others = day.theirs.filter((each) => !own.has(each.number) && concerns(day, each));
  const amountsOf = (all: readonly { kind: string; currency: string; totalMinor: number }[]) => ({
    count: all.length,
    amounts: sumsOf(
      all.map(({ kind: what, currency, totalMinor: amountMinor }) => ({ what, currency, amountMinor })),
    ),
  });
  return {
    sum: {
      source,
      ours: amountsOf(ours),
      theirs: amountsOf([...day.theirs.filter((each) => own.has(each.number)), ...others]),
      notRead: null,
    },
    differences: [
      ...ours.flatMap((each) => ofOwn(day, source, each, theirs.get(each.number))),
      ...others.map((each) => ofOther(day, source, each)),
      ...day.untold.map((each) => ofUntold(day, source, each)),
    ],
  };
}

/** What somebody has booked on an account of ours, or under a number of ours. */
function concerns({ accounts, prefix }: DocumentsOfDay, { number, entries }: BookedDocument): boolean {
  return (
    number.startsWith(prefix) || entries === null || entries.some(({ account }) => accounts.has(account))
  );
}

function ofOwn(
  day: DocumentsOfDay,
  source: string,
  own: OwnDocument,
  there: BookedDocument | undefined,
): Difference[] {
  const { connection, readFrom } = day;
  const { number, currency, totalMinor: oursMinor, order, status } = own;
  const named = `${own.kind} ${number} of ${money(oursMinor, currency)}`;
  const make = (cause: Cause, words: string, fix: string, coveredBy: string | null = null): Difference => ({
    key: `${source}/${number}`,
    source,
    cause,
    words,
    fix,
    currency,
    oursMinor,
    theirsMinor: there?.totalMinor ?? null,
    order,
    coveredBy,
  });
  if (there) {
    const words = contentDifference(own, there);
    if (words === null) return [];
    const fix = `Undo the change in ${connection}, or book what was meant as a document of its own; what was posted is corrected at its source`;
    return [make('changedThere', `${named}: ${connection} has ${words}`, fix)];
  }
  if (status === 'booked') {
    if ((own.bookedAt ?? 0) >= readFrom) return [];
    const fix = `Find ${number} in ${connection}: restore it with its date, or book it again by hand under another number`;
    return [make('goneThere', `${named} was booked, and ${connection} does not show it on this day`, fix)];
  }
  if (status === 'refused') {
    const isClosed = /clos|lock/i.test(own.because);
    return [
      make(
        isClosed ? 'closedPeriod' : 'refused',
        `${named} is not booked: ${connection} says ${own.because}`,
        `Mend it in ${connection}, then retry the case finance-rejected: the same document is sent again`,
        day.isCaseOpen(number) ? 'finance-rejected' : null,
      ),
    ];
  }
  if (own.askedAt >= readFrom) return [];
  const fix = `Nothing, while ${connection} is reached again (crossdock connections list); the document is sent until it is there`;
  const covered = status === 'doubt' && day.isCaseOpen(number) ? 'command-in-doubt' : null;
  return [make('notAccepted', `${named} was asked for, and ${connection} has not booked it`, fix, covered)];
}

/** In words; null: both are the same. */
function contentDifference(own: OwnDocument, there: BookedDocument): string | null {
  if (there.currency !== own.currency || there.totalMinor !== own.totalMinor)
    return money(there.totalMinor, there.currency);
  if (own.accounts === null || there.entries === null) return null;
  const found = byAccount(there.entries);
  const off = [...new Set([...own.accounts.keys(), ...found.keys()])].filter(
    (account) => (own.accounts?.get(account) ?? 0) !== (found.get(account) ?? 0),
  );
  if (off.length === 0) return null;
  const parts = off.map(
    (account) =>
      `${money(found.get(account) ?? 0, own.currency)} on ${account} for ${money(own.accounts?.get(account) ?? 0, own.currency)}`,
  );
  return parts.join(', ');
}

function ofOther(day: DocumentsOfDay, source: string, there: BookedDocument): Difference {
  const { connection, prefix } = day;
  const { number, kind, currency, totalMinor, entries } = there;
  const isOurs = number.startsWith(prefix);
  const accounts = [...new Set(entries?.map(({ account }) => account) ?? [])];
  const on = accounts.length === 0 ? '' : ` on ${accounts.join(', ')}`;
  const words = isOurs
    ? `${connection} has ${kind} ${number} of ${money(totalMinor, currency)}${on}, which was not booked on this day from here`
    : `${connection} has ${kind} ${number} of ${money(totalMinor, currency)}${on}, of which nothing was posted here`;
  return {
    key: `${source}/${number}`,
    source,
    cause: isOurs ? 'changedThere' : 'manualDocument',
    words,
    fix: isOurs
      ? `Give the document its date again in ${connection}`
      : `If it is right, skip the case; if it books what is posted here, too, take it back in ${connection}`,
    currency,
    oursMinor: null,
    theirsMinor: totalMinor,
    order: null,
    coveredBy: null,
  };
}

function ofUntold(
  { connection, currency }: DocumentsOfDay,
  source: string,
  { of, postings }: Untold,
): Difference {
  return {
    key: `${source}/untold/${of}`,
    source,
    cause: 'notTold',
    words: `${postings} postings of ${of} are in no document of ${connection} yet`,
    fix: 'Nothing: days are told at the hour that the entity’s finance has in the configuration, and what comes late with the next day',
    currency,
    oursMinor: null,
    theirsMinor: null,
    order: null,
    coveredBy: null,
  };
}

function money(amountMinor: number, currency: string): string {
  return `${formatMinor(amountMinor, currency)} ${currency}`;
}
