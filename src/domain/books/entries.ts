/** What acts mean for the books, in roles of accounts, and what of it is posted. */
import type { Act, ActName } from './acts.ts';
import type { Balance, TaxBalance } from './balances.ts';

export interface EntryLine extends Balance {
  /** In the currency of the books. */
  bookMinor: number;
}

export interface EntryTax extends TaxBalance {
  bookBaseMinor: number;
  bookTaxMinor: number;
}

/** What an act means for the books, in roles. */
export interface Entry {
  key: string;
  act: ActName;
  /** Document date. */
  date: string;
  currency: string;
  lines: EntryLine[];
  taxes: EntryTax[];
}

/** What is posted of an order. */
export interface Posted {
  /** Acts whose entries are posted. */
  acts: readonly Act[];
  /** By role, in both currencies; `placeKeyOf` names the places. */
  lines: Readonly<Record<string, EntryLine>>;
  /** By code and period, in the order's currency. */
  taxes: Readonly<Record<string, TaxBalance>>;
}

export const NOTHING_POSTED: Posted = { acts: [], lines: {}, taxes: {} };
