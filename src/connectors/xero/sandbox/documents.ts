/** Sales invoices and credit notes: approved at once, booked on receivables, turnover and tax; and what is set off between them. */
import { amount, cents, inBooks } from './amounts.ts';
import { dateString, instantString, msDate, msInstant } from './dates.ts';
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
import type { Contact, Organisation } from './organisation.ts';

export type DocumentKind = 'invoice' | 'creditNote';

export interface DocumentRequest {
  Type: 'ACCREC' | 'ACCRECCREDIT';
  Contact: { ContactID?: string; ContactNumber?: string; Name?: string };
  Date: string;
  DueDate?: string;
  InvoiceNumber?: string;
  CreditNoteNumber?: string;
  Reference?: string;
  CurrencyCode?: string;
  CurrencyRate?: number;
  LineAmountTypes?: LineAmountTypes;
  Status?: 'AUTHORISED';
  LineItems: LineRequest[];
}

/** A document as it is booked; amounts are hundredths of its currency. */
export interface Document {
  kind: DocumentKind;
  id: string;
  number: string;
  reference: string;
  contact: Contact;
  date: string;
  dueDate: string;
  currency: string;
  rate: number;
  lineAmountTypes: LineAmountTypes;
  lines: BookedLine[];
  totals: Totals;
  status: 'AUTHORISED' | 'PAID' | 'VOIDED';
  payments: { paymentId: string; cents: number; date: string; reference: string }[];
  allocations: { allocationId: string; other: Document; cents: number; date: string }[];
  updatedAt: number;
}

export class Documents {
  readonly all: Document[] = [];
  readonly #organisation: Organisation;
  readonly #ledger: Ledger;

  constructor(organisation: Organisation, ledger: Ledger) {
    this.#organisation = organisation;
    this.#ledger = ledger;
  }

  /** Checks a document by the rules; what is returned books it. */
  prepare(kind: DocumentKind, request: DocumentRequest, unitDecimals: 2 | 4): () => Document {
    const organisation = this.#organisation;
    organisation.checkOpen(request.Date);
    const number = (kind === 'invoice' ? request.InvoiceNumber : request.CreditNoteNumber) ?? '';
    // Xero keeps the numbers of invoices apart, and lets those of credit notes repeat.
    if (kind === 'invoice' && this.find(kind, number)) throw new Refusal('Invoice # must be unique.');
    const base = organisation.spec.baseCurrency;
    const currency = request.CurrencyCode ?? base;
    const rate = currency === base ? 1 : request.CurrencyRate;
    if (rate === undefined) throw new Refusal('A currency rate must be specified');
    const types = request.LineAmountTypes ?? 'Exclusive';
    const lines = readLines(organisation, request.LineItems, types, unitDecimals);
    const totals = totalsOf(lines);
    if (totals.total < 0) throw new Refusal('The document total must be greater than or equal to zero');
    return () => {
      const document: Document = {
        kind,
        id: organisation.id(kind),
        number,
        reference: request.Reference ?? '',
        contact: organisation.contact(request.Contact),
        date: request.Date,
        dueDate: request.DueDate ?? request.Date,
        currency,
        rate,
        lineAmountTypes: types,
        lines,
        totals,
        status: totals.total === 0 ? 'PAID' : 'AUTHORISED',
        payments: [],
        allocations: [],
        updatedAt: organisation.now(),
      };
      this.all.push(document);
      this.#book(document);
      return document;
    };
  }

  find(kind: DocumentKind, number: string): Document | undefined {
    return this.all.find((each) => each.kind === kind && each.number === number && each.status !== 'VOIDED');
  }

  byId(kind: DocumentKind, id: string): Document | undefined {
    return this.all.find((each) => each.kind === kind && each.id === id);
  }

  /** Checks whether a part of a credit note can be set off against an invoice; what is returned does it. */
  allocate(
    note: Document,
    request: { Invoice: { InvoiceID: string }; Amount: number; Date: string },
  ): () => Document['allocations'][number] {
    const invoice = this.byId('invoice', request.Invoice.InvoiceID);
    if (!invoice) throw new Refusal('The Invoice could not be found');
    this.#organisation.checkOpen(request.Date);
    const part = cents(request.Amount);
    if (invoice.currency !== note.currency)
      throw new Refusal('The currency of the credit note must match the currency of the invoice');
    if (part > openOf(note) || part > openOf(invoice))
      throw new Refusal('The amount specified exceeds the amount outstanding on this document');
    return () => this.#setOff(note, invoice, part, request.Date);
  }

  #setOff(note: Document, invoice: Document, part: number, date: string): Document['allocations'][number] {
    const allocation = { allocationId: this.#organisation.id('allocation'), cents: part, date };
    note.allocations.push({ ...allocation, other: invoice });
    invoice.allocations.push({ ...allocation, other: note });
    const debit = inBooks(part, note.rate);
    const credit = inBooks(part, invoice.rate);
    this.#ledger.post({
      date,
      source: `Allocation of ${note.number} to ${invoice.number}`,
      lines: [
        { account: this.#organisation.system('DEBTORS'), cents: debit - credit },
        { account: this.#organisation.system('REALISEDCURRENCYGAIN'), cents: credit - debit },
      ],
    });
    for (const each of [note, invoice]) this.settle(each);
    return { ...allocation, other: invoice };
  }

  /** A document of which nothing is open is paid. */
  settle(document: Document): void {
    document.status = openOf(document) === 0 ? 'PAID' : 'AUTHORISED';
    document.updatedAt = this.#organisation.now();
  }

  /** A person voids a document of which nothing is paid; its entry is taken back. */
  void(kind: DocumentKind, number: string): void {
    const document = this.find(kind, number);
    if (!document || document.payments.length + document.allocations.length > 0)
      throw new Error(`${kind} ${number} cannot be voided`);
    document.status = 'VOIDED';
    this.#book(document, -1);
  }

  #book(document: Document, sign = 1): void {
    const direction = document.kind === 'invoice' ? sign : -sign;
    const lines: EntryLine[] = [];
    const add = (account: EntryLine['account'], hundredths: number) =>
      lines.push({ account, cents: direction * inBooks(hundredths, document.rate) });
    add(this.#organisation.system('DEBTORS'), document.totals.total);
    for (const { account, netCents, taxCents } of document.lines) {
      add(account, -netCents);
      add(this.#organisation.system('GST'), -taxCents);
    }
    // Converted lines may not add up to the converted total.
    const off = lines.reduce((sum, line) => sum + line.cents, 0);
    lines.push({ account: this.#organisation.system('ROUNDING'), cents: -off });
    this.#ledger.post({ date: document.date, source: `${document.kind} ${document.number}`, lines });
  }
}

/** What is not yet paid or set off. */
export function openOf({ totals, payments, allocations }: Document): number {
  return [...payments, ...allocations].reduce((left, each) => left - each.cents, totals.total);
}

/** A document as Xero answers it; in lists its lines come only with pages. */
export function documentJson(document: Document) {
  const { contact, date, dueDate, payments, allocations, totals } = document;
  const common = {
    Contact: {
      ContactID: contact.contactId,
      Name: contact.name,
      ...(contact.contactNumber === null ? {} : { ContactNumber: contact.contactNumber }),
    },
    Date: msDate(date),
    DateString: dateString(date),
    DueDate: msDate(dueDate),
    DueDateString: dateString(dueDate),
    Status: document.status,
    LineAmountTypes: document.lineAmountTypes,
    LineItems: document.lines.map(lineJson),
    ...totalsJson(totals),
    CurrencyCode: document.currency,
    CurrencyRate: document.rate,
    Reference: document.reference,
    Payments: payments.map((each) => ({
      PaymentID: each.paymentId,
      Date: msDate(each.date),
      Amount: amount(each.cents),
      Reference: each.reference,
    })),
    UpdatedDateUTC: msInstant(document.updatedAt),
    UpdatedDateUTCString: instantString(document.updatedAt),
    HasErrors: false,
  };
  const setOff = allocations.reduce((sum, each) => sum + each.cents, 0);
  if (document.kind === 'invoice') {
    const paid = payments.reduce((sum, each) => sum + each.cents, 0);
    return {
      Type: 'ACCREC',
      InvoiceID: document.id,
      InvoiceNumber: document.number,
      ...common,
      AmountDue: amount(openOf(document)),
      AmountPaid: amount(paid),
      AmountCredited: amount(setOff),
      CreditNotes: allocations.map(({ other, cents: part }) => ({
        CreditNoteID: other.id,
        CreditNoteNumber: other.number,
        AppliedAmount: amount(part),
      })),
    };
  }
  return {
    Type: 'ACCRECCREDIT',
    CreditNoteID: document.id,
    CreditNoteNumber: document.number,
    ...common,
    RemainingCredit: amount(openOf(document)),
    Allocations: allocations.map(({ allocationId, other, cents: part, date: on }) => ({
      AllocationID: allocationId,
      Amount: amount(part),
      Date: msDate(on),
      Invoice: { InvoiceID: other.id, InvoiceNumber: other.number },
    })),
  };
}
