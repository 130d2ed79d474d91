/** Payments of invoices and refunds of credit notes, to bank accounts and accounts that take payments. */
import { amount, cents, inBooks } from './amounts.ts';
import { instantString, msDate, msInstant } from './dates.ts';
import { type Document, type Documents, documentJson, openOf } from './documents.ts';
import { Refusal } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Account, Organisation } from './organisation.ts';

export interface PaymentRequest {
  Invoice?: { InvoiceID?: string; InvoiceNumber?: string };
  CreditNote?: { CreditNoteID?: string; CreditNoteNumber?: string };
  Account: { Code: string };
  Date: string;
  Amount: number;
  CurrencyRate?: number;
  Reference?: string;
}

export interface Payment {
  id: string;
  document: Document;
  account: Account;
  date: string;
  /** Hundredths of the document's currency, and of the currency of the books. */
  cents: number;
  bookCents: number;
  rate: number;
  reference: string;
  updatedAt: number;
}

export class Payments {
  readonly all: Payment[] = [];
  readonly #organisation: Organisation;
  readonly #documents: Documents;
  readonly #ledger: Ledger;

  constructor(organisation: Organisation, documents: Documents, ledger: Ledger) {
    this.#organisation = organisation;
    this.#documents = documents;
    this.#ledger = ledger;
  }

  prepare(request: PaymentRequest): () => Payment {
    const organisation = this.#organisation;
    const document = this.#documentOf(request);
    const account = organisation.accounts.find((each) => each.code === request.Account.Code);
    if (!account || account.archived || !(account.type === 'BANK' || account.takesPayments))
      throw new Refusal(`Account code '${request.Account.Code}' is not a valid code for this document.`);
    organisation.checkOpen(request.Date);
    const part = cents(request.Amount);
    if (part <= 0) throw new Refusal('Payment amount must be greater than zero');
    if (document.status !== 'AUTHORISED' && document.status !== 'PAID')
      throw new Refusal('Payments can only be made against Authorised documents');
    if (part > openOf(document))
      throw new Refusal('Payment amount exceeds the amount outstanding on this document');
    const base = organisation.spec.baseCurrency;
    const own = organisation.currencyOf(account);
    if (own !== base && own !== document.currency)
      throw new Refusal('The payment account must be in the currency of the document or of the organisation');
    const rate = document.currency === base ? 1 : (request.CurrencyRate ?? document.rate);
    return () => {
      const payment: Payment = {
        id: organisation.id('payment'),
        document,
        account,
        date: request.Date,
        cents: part,
        bookCents: inBooks(part, rate),
        rate,
        reference: request.Reference ?? '',
        updatedAt: organisation.now(),
      };
      this.all.push(payment);
      document.payments.push({
        paymentId: payment.id,
        cents: part,
        date: request.Date,
        reference: payment.reference,
      });
      this.#documents.settle(document);
      this.#book(payment);
      return payment;
    };
  }

  #documentOf({ Invoice, CreditNote }: PaymentRequest): Document {
    const found = Invoice
      ? Invoice.InvoiceID === undefined
        ? this.#documents.find('invoice', Invoice.InvoiceNumber ?? '')
        : this.#documents.byId('invoice', Invoice.InvoiceID)
      : CreditNote?.CreditNoteID === undefined
        ? this.#documents.find('creditNote', CreditNote?.CreditNoteNumber ?? '')
        : this.#documents.byId('creditNote', CreditNote.CreditNoteID);
    if (!found) throw new Refusal(`${Invoice ? 'Invoice' : 'Credit Note'} could not be found`);
    return found;
  }

  /** The receivable goes at the document's rate, the money comes at the payment's: the rest is a realised gain or loss. */
  #book({ document, account, bookCents, date, cents: part, reference }: Payment): void {
    const sign = document.kind === 'invoice' ? 1 : -1;
    const receivable = inBooks(part, document.rate);
    this.#ledger.post({
      date,
      source: `Payment ${reference} of ${document.number}`,
      lines: [
        { account, cents: sign * bookCents },
        { account: this.#organisation.system('DEBTORS'), cents: -sign * receivable },
        {
          account: this.#organisation.system('REALISEDCURRENCYGAIN'),
          cents: sign * (receivable - bookCents),
        },
      ],
    });
  }
}

export function paymentJson(payment: Payment) {
  const { document, account } = payment;
  const { LineItems: _lines, Payments: _payments, ...paid } = documentJson(document);
  return {
    PaymentID: payment.id,
    Date: msDate(payment.date),
    Amount: amount(payment.cents),
    BankAmount: amount(payment.bookCents),
    CurrencyRate: payment.rate,
    Reference: payment.reference,
    PaymentType: document.kind === 'invoice' ? 'ACCRECPAYMENT' : 'ARCREDITPAYMENT',
    Status: 'AUTHORISED',
    IsReconciled: false,
    HasAccount: true,
    HasValidationErrors: false,
    Account: { AccountID: account.accountId, Code: account.code, Name: account.name },
    ...(document.kind === 'invoice' ? { Invoice: paid } : { CreditNote: paid }),
    UpdatedDateUTC: msInstant(payment.updatedAt),
    UpdatedDateUTCString: instantString(payment.updatedAt),
  };
}
