/** The general ledger: balanced entries in the currency of the books, never changed. */
import type { Account } from './organisation.ts';

export interface EntryLine {
  account: Account;
  /** Hundredths; debit positive. */
  cents: number;
}

export interface Entry {
  date: string;
  /** What made it: "Invoice INV-1". */
  source: string;
  lines: readonly EntryLine[];
}

export class Ledger {
  readonly #entries: Entry[] = [];

  /** An entry that does not balance is a mistake of the sandbox's own, and no rule of Xero's. */
  post(entry: Entry): void {
    const sum = entry.lines.reduce((total, line) => total + line.cents, 0);
    if (sum !== 0) throw new Error(`${entry.source} is off by ${sum}`);
    this.#entries.push({ ...entry, lines: entry.lines.filter((line) => line.cents !== 0) });
  }

  entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Sums by account of what is dated in a span, both ends included. */
  sums(from: string, to: string): Map<Account, number> {
    const sums = new Map<Account, number>();
    for (const { date, lines } of this.#entries) {
      if (date < from || date > to) continue;
      for (const { account, cents } of lines) sums.set(account, (sums.get(account) ?? 0) + cents);
    }
    return sums;
  }
}
