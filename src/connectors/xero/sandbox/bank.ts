/** Money received or spent without an invoice, and transfers between bank accounts. */
import { amount, cents, inBooks } from './amounts.ts';
import { dateString, msDate, msInstant } from './dates.ts';
import { Refusal } from './errors.ts';
import type { EntryLine, Ledger } from './ledger.ts';
import {
  type BookedLine,
  type LineAmountTypes,
  type LineRequest,
  lineJson,
  readLines,
  type Totals,
  totalsJson,
  totalsOf,
} from './lines.ts';
import type { Account, Contact, Organisation } from './organisation.ts';

export interface BankTransactionRequest {
  Type: 'RECEIVE' | 'SPEND';
  Contact: { Name?: string; ContactID?: string };
  BankAccount: { Code: string };
  Date: string;
  Reference?: string;
  LineAmountTypes?: LineAmountTypes;
  LineItems: LineRequest[];
}

export interface BankTransaction {
  id: string;
  type: 'RECEIVE' | 'SPEND';
  contact: Contact;
  account: Account;
  date: string;
  reference: string;
  lineAmountTypes: LineAmountTypes;
  lines: BookedLine[];
  totals: Totals;
  currency: string;
  rate: number;
  updatedAt: number;
}

export interface TransferRequest {
  FromBankAccount: { Code: string };
  ToBankAccount: { Code: string };
  Amount: number;
  Date: string;
  Reference?: string;
}

export interface Transfer {
  id: string;
  from: Account;
  to: Account;
  cents: number;
  date: string;
  reference: string;
  createdAt: number;
}

export class Bank {
  readonly transactions: BankTransaction[] = [];
  readonly transfers: Transfer[] = [];
  readonly #organisation: Organisation;
  readonly #ledger: Ledger;
  /** The day rate of a currency: units of it for one of the books'. */
  readonly #dayRates: Readonly<Record<string, number>>;

  constructor(organisation: Organisation, ledger: Ledger, dayRates: Readonly<Record<string, number>>) {
    this.#organisation = organisation;
    this.#ledger = ledger;
    this.#dayRates = dayRates;
  }

  prepare(request: BankTransactionRequest, unitDecimals: 2 | 4): () => BankTransaction {
    const organisation = this.#organisation;
    const account = organisation.bankAccount(request.BankAccount.Code);
    organisation.checkOpen(request.Date);
    const types = request.LineAmountTypes ?? 'Exclusive';
    const lines = readLines(organisation, request.LineItems, types, unitDecimals);
    const totals = totalsOf(lines);
    if (totals.total <= 0) throw new Refusal('The total of a bank transaction must be greater than zero');
    return () => {
      const transaction: BankTransaction = {
        id: organisation.id('bank'),
        type: request.Type,
        contact: organisation.contact(request.Contact),
        account,
        date: request.Date,
        reference: request.Reference ?? '',
        lineAmountTypes: types,
        lines,
        totals,
        currency: organisation.currencyOf(account),
        rate: this.#rateOf(account),
        updatedAt: organisation.now(),
      };
      this.transactions.push(transaction);
      this.#book(transaction);
      return transaction;
    };
  }

  transfer(request: TransferRequest): () => Transfer {
    const organisation = this.#organisation;
    const from = organisation.bankAccount(request.FromBankAccount.Code);
    const to = organisation.bankAccount(request.ToBankAccount.Code);
    organisation.checkOpen(request.Date);
    const moved = cents(request.Amount);
    if (moved <= 0) throw new Refusal('The amount of a bank transfer must be greater than zero');
    if (from === to) throw new Refusal('The bank accounts of a transfer must differ');
    return () => {
      const made: Transfer = {
        id: organisation.id('transfer'),
        from,
        to,
        cents: moved,
        date: request.Date,
        reference: request.Reference ?? '',
        createdAt: organisation.now(),
      };
      this.transfers.push(made);
      const inBase = inBooks(moved, this.#rateOf(from));
      this.#ledger.post({
        date: made.date,
        source: `Transfer ${made.reference}`,
        lines: [
          { account: to, cents: inBase },
          { account: from, cents: -inBase },
        ],
      });
      return made;
    };
  }

  #rateOf(account: Account): number {
    const currency = this.#organisation.currencyOf(account);
    return currency === this.#organisation.spec.baseCurrency ? 1 : (this.#dayRates[currency] ?? 1);
  }

  #book({ type, account, lines, totals, rate, date, reference }: BankTransaction): void {
    const sign = type === 'RECEIVE' ? 1 : -1;
    const entry: EntryLine[] = [];
    const add = (on: Account, hundredths: number) =>
      entry.push({ account: on, cents: sign * inBooks(hundredths, rate) });
    add(account, totals.total);
    for (const line of lines) {
      add(line.account, -line.netCents);
      add(this.#organisation.system('GST'), -line.taxCents);
    }
    const off = entry.reduce((sum, line) => sum + line.cents, 0);
    entry.push({ account: this.#organisation.system('ROUNDING'), cents: -off });
    this.#ledger.post({ date, source: `Bank transaction ${reference}`, lines: entry });
  }
}

export function bankTransactionJson(transaction: BankTransaction) {
  const { account, contact } = transaction;
  return {
    BankTransactionID: transaction.id,
    Type: transaction.type,
    Contact: { ContactID: contact.contactId, Name: contact.name },
    BankAccount: { AccountID: account.accountId, Code: account.code, Name: account.name },
    Date: msDate(transaction.date),
    DateString: dateString(transaction.date),
    Reference: transaction.reference,
    Status: 'AUTHORISED',
    IsReconciled: false,
    LineAmountTypes: transaction.lineAmountTypes,
    LineItems: transaction.lines.map(lineJson),
    ...totalsJson(transaction.totals),
    CurrencyCode: transaction.currency,
    CurrencyRate: transaction.rate,
    UpdatedDateUTC: msInstant(transaction.updatedAt),
  };
}

export function transferJson({ id, from, to, cents: moved, date, reference, createdAt }: Transfer) {
  const account = ({ accountId, code, name }: Account) => ({ AccountID: accountId, Code: code, Name: name });
  return {
    BankTransferID: id,
    FromBankAccount: account(from),
    ToBankAccount: account(to),
    Amount: amount(moved),
    Date: msDate(date),
    DateString: dateString(date),
    Reference: reference,
    Status: 'AUTHORISED',
    HasAttachments: false,
    CreatedDateUTC: msInstant(createdAt),
  };
}
