/** Manual journals: untaxed lines in the currency of the books, on accounts that are not Xero's own. */
import { amount, cents } from './amounts.ts';
import { msDate, msInstant } from './dates.ts';
import { Refusal } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { type BookedLine, trackingJson } from './lines.ts';
import type { Account, Organisation } from './organisation.ts';

export interface JournalRequest {
  Narration: string;
  Date: string;
  JournalLines: {
    LineAmount: number;
    AccountCode: string;
    Description?: string;
    TaxType?: string;
    Tracking?: { Name?: string; Option?: string }[];
  }[];
}

export interface Journal {
  id: string;
  narration: string;
  date: string;
  lines: { account: Account; cents: number; description: string; tracking: BookedLine['tracking'] }[];
  updatedAt: number;
}

export class Journals {
  readonly all: Journal[] = [];
  readonly #organisation: Organisation;
  readonly #ledger: Ledger;

  constructor(organisation: Organisation, ledger: Ledger) {
    this.#organisation = organisation;
    this.#ledger = ledger;
  }

  prepare(request: JournalRequest): () => Journal {
    const organisation = this.#organisation;
    organisation.checkOpen(request.Date);
    const lines = request.JournalLines.map((line) => ({
      account: organisation.lineAccount(line.AccountCode),
      cents: cents(line.LineAmount),
      description: line.Description ?? '',
      tracking: organisation.options(line.Tracking),
    }));
    const debits = lines.reduce((sum, line) => sum + Math.max(line.cents, 0), 0);
    const credits = lines.reduce((sum, line) => sum + Math.min(line.cents, 0), 0);
    if (debits + credits !== 0)
      throw new Refusal(
        `The total debits (${amount(debits).toFixed(2)}) must equal total credits (${amount(credits).toFixed(2)})`,
      );
    return () => {
      const journal: Journal = {
        id: organisation.id('journal'),
        narration: request.Narration,
        date: request.Date,
        lines,
        updatedAt: organisation.now(),
      };
      this.all.push(journal);
      this.#ledger.post({ date: request.Date, source: request.Narration, lines });
      return journal;
    };
  }
}

export function journalJson({ id, narration, date, lines, updatedAt }: Journal) {
  return {
    ManualJournalID: id,
    Narration: narration,
    Date: msDate(date),
    LineAmountTypes: 'NoTax',
    Status: 'POSTED',
    ShowOnCashBasisReports: true,
    HasAttachments: false,
    JournalLines: lines.map((line) => ({
      AccountCode: line.account.code,
      AccountID: line.account.accountId,
      Description: line.description,
      LineAmount: amount(line.cents),
      TaxType: 'NONE',
      TaxAmount: 0,
      IsBlank: false,
      Tracking: trackingJson(line.tracking),
    })),
    UpdatedDateUTC: msInstant(updatedAt),
  };
}
