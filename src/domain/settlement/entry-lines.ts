/**
 * What an entry of a payments account means for the books, in the roles of accounts. Clearing holds two kinds of open items: what
 * an order's payment has brought and the provider has not shown yet (by order), and what lies at the provider (by account), which
 * is its own balance. An entry moves from the one to the other, and what is kept of it is a fee; a payout takes from the second.
 */
import type { AccountRole } from '../books/posting.ts';
import type { SettlementEntry } from '../canonical/index.ts';

/** A line before its account is found. Debit positive; in the currency of the account at the provider. */
export interface SettlementLine {
  role: AccountRole;
  amountMinor: number;
  /** The open item; left out: the stream itself. */
  item?: string;
  /** Another gateway's account than that of the act. */
  gateway?: string;
  /** In the currency of the books, where another day's rate holds; left out: by the act's own. */
  bookMinor?: number;
}

/** Against which role the amount of a kind of entry is booked; null: what it moves is booked already, by its order. */
const COUNTER_ROLE = {
  capture: null,
  refund: null,
  fee: 'paymentFees',
  feeTax: 'taxOnFees',
  channelTax: 'channelTax',
  reserve: 'reserve',
  advance: 'advance',
  billing: 'billing',
  dispute: 'disputeReceivable',
  transfer: 'bankInTransit',
} as const satisfies Record<Exclude<SettlementEntry['kind'], 'unknown'>, AccountRole | null>;

export interface EntryPlace {
  /** The open item of what lies at the provider. */
  account: string;
  /** The open item of the order; null: it belongs to none. */
  order: string | null;
  /** The open item of the dispute, where it is one; null: none. */
  dispute: string | null;
  /** The open item of the payout that has come back, where it is one. */
  payout?: string | null;
}

/**
 * The lines of an entry, balanced; none: nothing is booked. Of a capture or a refund in the order's own currency; where the provider
 * has changed it into another one, see `entry-acts.ts`.
 */
export function linesOfEntry(
  {
    kind,
    isPayout,
    amountMinor,
    feeMinor,
  }: Pick<SettlementEntry, 'kind' | 'isPayout' | 'amountMinor' | 'feeMinor'>,
  place: EntryPlace,
): SettlementLine[] {
  // A payout is booked when the bank has it; of a type that nobody knows nothing is.
  if (isPayout || kind === 'unknown') return [];
  const counter = COUNTER_ROLE[kind];
  const lines: SettlementLine[] = [
    counter === null
      ? { role: 'clearing', amountMinor: -amountMinor, ...(place.order !== null && { item: place.order }) }
      : { role: counter, amountMinor: -amountMinor, ...itemOf(kind, place) },
    { role: 'paymentFees', amountMinor: feeMinor },
    { role: 'clearing', amountMinor: amountMinor - feeMinor, item: place.account },
  ];
  return lines.filter((line) => line.amountMinor !== 0);
}

/** What a provider keeps or lends is one item, whatever entries it comes and goes by. */
function itemOf(kind: SettlementEntry['kind'], { account, dispute, payout }: EntryPlace): { item?: string } {
  const item =
    kind === 'reserve' || kind === 'advance'
      ? account
      : kind === 'dispute'
        ? dispute
        : kind === 'transfer'
          ? payout
          : null;
  return item == null ? {} : { item };
}

/** The money of a payout has left the provider (`sign` 1), or is there again (−1). */
export function linesOfPayout(netMinor: number, account: string, sign: 1 | -1): SettlementLine[] {
  return [
    { role: 'bankInTransit', amountMinor: sign * netMinor },
    { role: 'clearing', amountMinor: -sign * netMinor, item: account },
  ];
}

/** A dispute is lost: what was claimed back is a loss. */
export function linesOfLoss(amountMinor: number): SettlementLine[] {
  return [
    { role: 'disputeLoss', amountMinor },
    { role: 'disputeReceivable', amountMinor: -amountMinor },
  ];
}

/** The bank shows a payout, or what a provider has taken. */
export function linesOfBankLine(amountMinor: number, payout: string): SettlementLine[] {
  return [
    { role: 'bank', amountMinor },
    { role: 'bankInTransit', amountMinor: -amountMinor, item: payout },
  ];
}
