/** A difference between the sub-ledger and what others say of the same money, with its cause where it can be known. */

/** Who says otherwise. `payouts`: what the payment providers have told, as we have kept it. */
export type SourceKind = 'finance' | 'erp' | 'channel' | 'payouts';

/** Why both differ, as far as it can be known. */
export const CAUSES = {
  /** The channel has it, and it has not been read here yet. */
  lateImport: 'late import',
  /** It is here, and no posting of it was made. */
  notPosted: 'not posted',
  ruleMissing: 'a posting rule is missing',
  /** It was posted, and the finance system has not been told yet. */
  notTold: 'not told yet',
  /** The finance system was told and has not answered. */
  notAccepted: 'posting not yet accepted',
  refused: 'refused by the finance system',
  closedPeriod: 'closed period',
  /** Somebody has booked it there by hand. */
  manualDocument: 'manual document',
  /** Somebody has changed there what we had booked. */
  changedThere: 'changed there',
  /** It was booked there, and is not there any more (or not on this day). */
  goneThere: 'taken away or dated otherwise there',
  /** We have posted what the channel does not show. */
  notAtChannel: 'not at the channel',
  amountDiffers: 'another amount',
  /** The provider has not paid it out for too long. */
  notPaidOut: 'in no payout',
  doesNotAddUp: 'does not add up',
  notRead: 'it could not be read',
} as const;
export type Cause = keyof typeof CAUSES;

/** One difference. Amounts are minor units of `currency`; null: that side has nothing of it. */
export interface Difference {
  /** Unique of a day, and the same each time it is found: "finance/ledger/XD-1". Also the key of its case. */
  key: string;
  /** Kind and connection: "finance/ledger", "channel/shop", "payouts". */
  source: string;
  cause: Cause;
  /** What differs, in one sentence. */
  words: string;
  fix: string;
  currency: string;
  oursMinor: number | null;
  theirsMinor: number | null;
  /** Key of the order's stream that it is about; null: none. */
  order: string | null;
  /** Reason of a case that is open already and says the same: no second one is opened. */
  coveredBy: string | null;
}

/** What was compared with one source. */
export interface SourceSum {
  source: string;
  /** Documents, orders, movements or payouts on each side. */
  ours: { count: number; amounts: MoneySum[] };
  theirs: { count: number; amounts: MoneySum[] };
  /** Null: it was read whole; else why there is nothing to compare. */
  notRead: string | null;
}

/** A sum of one kind ("captured", "invoices") in one currency. */
export interface MoneySum {
  what: string;
  currency: string;
  amountMinor: number;
}

/** Adds amounts by kind and currency, in order of these. */
export function sumsOf(parts: readonly MoneySum[]): MoneySum[] {
  const all = new Map<string, MoneySum>();
  for (const part of parts) {
    const key = `${part.what} ${part.currency}`;
    const before = all.get(key)?.amountMinor ?? 0;
    all.set(key, { ...part, amountMinor: before + part.amountMinor });
  }
  return [...all.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}
