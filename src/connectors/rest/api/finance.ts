/** What a finance system is asked to book. Amounts are the channel's: never recomputed. Dates are the entity's local ones. */
import { z } from 'zod';
import { Amount, CurrencyCode, DecimalText, Key, named, orNull } from './common.ts';

const LocalDate = named('LocalDate', 'A day of the entity’s calendar, "2026-11-28".', z.iso.date());

const movedFrom = LocalDate.optional().describe(
  'The day on which it should stand, and whose period you have closed before; left out: it stands there',
);

const Dimensions = z
  .record(z.string().max(100), z.string().max(500))
  .describe('What reports are cut by, such as brand and channel');

const DocumentNumber = Key.describe('The hub’s number of the document: the natural key, unique for ever');

export const FinanceDocumentLine = named(
  'FinanceDocumentLine',
  'A line of an invoice, a credit note or a bank transaction; positive as the document is.',
  z.object({
    description: z.string(),
    account: Key.describe('Number of the account that the net amount is booked on'),
    quantity: z.number().int(),
    net: Amount,
    tax: Amount.describe('As it was charged'),
    taxCode: orNull(Key).describe('Null: no tax'),
    dimensions: Dimensions,
  }),
);

const document = {
  number: DocumentNumber,
  reference: Key.describe('What it is of: the key of an order'),
  entity: Key,
  customer: orNull(Key).describe('The hub’s id; null: nobody that is kept'),
  date: LocalDate,
  movedFrom,
  dueDate: LocalDate,
  currency: CurrencyCode,
  rate: orNull(DecimalText).describe(
    'Units of the books’ currency for one of the document’s; null: the same',
  ),
  lines: z.array(FinanceDocumentLine).min(1),
  total: Amount.describe('Σ net + Σ tax'),
};

export const InvoiceCreate = named(
  'InvoiceCreate',
  'An invoice. It is owed by the customer: receivables are debited by its total.',
  z.object(document),
);

export const CreditNoteCreate = named(
  'CreditNoteCreate',
  'A credit note: receivables are credited by its total.',
  z.object({
    ...document,
    credits: orNull(Key).describe('Number of the invoice; null: it stands for itself'),
  }),
);

export const FinancePaymentCreate = named(
  'FinancePaymentCreate',
  'Money that settles a document: received for an invoice, given back for a credit note.',
  z.object({
    number: DocumentNumber,
    reference: Key,
    entity: Key,
    document: Key.describe('Number of the invoice or credit note'),
    documentKind: z.enum(['invoice', 'creditNote']),
    account: Key.describe('Account of the money, or of what is set off'),
    date: LocalDate,
    movedFrom,
    currency: CurrencyCode,
    rate: orNull(DecimalText),
    amount: Amount,
  }),
);

export const JournalCreate = named(
  'JournalCreate',
  'A journal in the currency of the books: one posting, or the sum of a day’s. Debit is positive; the lines add up to zero.',
  z.object({
    number: DocumentNumber,
    entity: Key,
    date: LocalDate,
    movedFrom,
    currency: CurrencyCode,
    text: z.string(),
    lines: z
      .array(
        z.object({
          account: Key,
          description: z.string(),
          amount: Amount,
          taxCode: orNull(Key),
          dimensions: Dimensions,
        }),
      )
      .min(2),
  }),
);

export const BankTransactionCreate = named(
  'BankTransactionCreate',
  'Money in or out of a bank account that belongs to no invoice.',
  z.object({
    number: DocumentNumber,
    entity: Key,
    bankAccount: Key,
    contact: z.string(),
    date: LocalDate,
    movedFrom,
    currency: CurrencyCode,
    direction: z.enum(['received', 'spent']),
    lines: z.array(FinanceDocumentLine).min(1),
    total: Amount,
  }),
);

export const FinanceDocument = named(
  'FinanceDocument',
  'A booked document.',
  z.object({ id: Key, number: Key }),
);

export const FinanceDocumentPage = named(
  'FinanceDocumentPage',
  'The document with this number, or none.',
  z.object({ documents: z.array(FinanceDocument).max(1) }),
);

export const BookedDocument = named(
  'BookedDocument',
  'A document of the books that is in force, whoever has booked it: taken back or deleted ones are left out.',
  z.object({
    number: Key.describe('The hub’s number where the hub has booked it, else as it is called with you'),
    kind: z.enum(['invoice', 'creditNote', 'payment', 'journal', 'bankTransaction']),
    date: LocalDate,
    currency: CurrencyCode,
    total: Amount.describe('Its total; of a journal: of its debits'),
    entries: orNull(z.array(z.object({ account: Key, amount: Amount }))).describe(
      'What it has put on accounts, in the currency of the books, debit positive; null: not told',
    ),
  }),
);

export const BookedDocumentPage = named(
  'BookedDocumentPage',
  'Documents of an entity that are dated on a day, in any order that stays the same from page to page.',
  z.object({
    entity: Key,
    date: LocalDate,
    currency: CurrencyCode.describe('Of the books'),
    documents: z.array(BookedDocument).max(500),
    next: orNull(z.string().min(1).max(500)).describe('Where the next page begins; null: this is the last'),
  }),
);

export const BalancePage = named(
  'BalancePage',
  'Balances of all accounts at the end of a day, in the currency of the books. Debit is positive; accounts at zero may be left out.',
  z.object({
    entity: Key,
    asOf: LocalDate,
    currency: CurrencyCode,
    balances: z.array(z.object({ account: Key, balance: Amount })),
  }),
);
