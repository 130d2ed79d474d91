/** For each thing that we book at Xero: where, as what, by what it is found again, and when what is found is the one that we mean. */
import type { z } from 'zod';
import type { CommandOf, Failure } from '../contract.ts';
import {
  BankTransaction,
  BankTransfer,
  CreditNote,
  Invoice,
  ManualJournal,
  Payment,
  type Tracking,
} from './api.ts';
import { isSetOff } from './credit-note.ts';
import { toXero } from './decimal.ts';
import type { Account } from './facts.ts';
import {
  bankTransactionBody,
  type Context,
  documentBody,
  journalBody,
  type Mapped,
  narrationStart,
  paymentBody,
  transferBody,
} from './mapping.ts';
import { refused } from './refusals.ts';

/** Commands that book something. */
export type Booking = CommandOf<
  | 'finance.createInvoice'
  | 'finance.createCreditNote'
  | 'finance.recordPayment'
  | 'finance.postJournal'
  | 'finance.recordBankTransaction'
>;

export interface Form {
  /** Xero's name of the resource, of its path and of the list in its bodies. */
  resource: 'Invoices' | 'CreditNotes' | 'Payments' | 'ManualJournals' | 'BankTransactions' | 'BankTransfers';
  /** Several in one call, each answered by itself; its lists come page by page. */
  isBatched: boolean;
  query: Readonly<Record<string, string>>;
  element: z.ZodType<object>;
  body(command: Booking, context: Context): Mapped<object>;
  /** The condition of a search that finds it. */
  where(command: Booking): string;
  id(element: object): string;
  /** The number that it carries. */
  isNumbered(element: object, command: Booking): boolean;
  /** What is booked there otherwise than was told, in words; null: nothing. */
  differs(element: object, command: Booking): string | null;
  /** Something is still to be done with what is booked. */
  isIncomplete(element: object, command: Booking): boolean;
}

/** Four decimals of unit amounts, so that quantity times price is the line. */
const EACH = { summarizeErrors: 'false', unitdp: '4' };
/** What a person has taken back is not there. */
const GONE: ReadonlySet<string> = new Set(['VOIDED', 'DELETED']);

export const isGone = (element: object): boolean => GONE.has((element as { Status?: string }).Status ?? '');

/** A form for commands of one kind and elements of one shape; each function is only called with its own. */
function form<Command extends Booking, Element extends object>(own: {
  resource: Form['resource'];
  isBatched?: boolean;
  query?: Form['query'];
  element: z.ZodType<Element>;
  body(command: Command, context: Context): Mapped<object>;
  where(command: Command): string;
  id(element: Element): string;
  isNumbered(element: Element, command: Command): boolean;
  differs(element: Element, command: Command): string | null;
  isIncomplete?(element: Element, command: Command): boolean;
}): Form {
  return { isBatched: true, query: EACH, isIncomplete: () => false, ...own } as unknown as Form;
}

const totals = (
  there: number,
  thereCurrency: string | undefined,
  minor: number,
  currency: string,
): string | null =>
  there === toXero(minor, currency) && (thereCurrency ?? currency) === currency
    ? null
    : `it is of ${there} ${thereCurrency ?? ''} there, and of ${toXero(minor, currency)} ${currency} here`;

const INVOICES = form<CommandOf<'finance.createInvoice'>, z.infer<typeof Invoice>>({
  resource: 'Invoices',
  element: Invoice,
  body: documentBody,
  where: ({ body }) => `InvoiceNumber=="${body.number}"`,
  id: ({ InvoiceID }) => InvoiceID,
  isNumbered: ({ InvoiceNumber }, { body }) => InvoiceNumber === body.number,
  differs: ({ Total, CurrencyCode }, { body }) => totals(Total, CurrencyCode, body.totalMinor, body.currency),
});

const CREDIT_NOTES = form<CommandOf<'finance.createCreditNote'>, z.infer<typeof CreditNote>>({
  resource: 'CreditNotes',
  element: CreditNote,
  body: documentBody,
  where: ({ body }) => `CreditNoteNumber=="${body.number}"`,
  id: ({ CreditNoteID }) => CreditNoteID,
  isNumbered: ({ CreditNoteNumber }, { body }) => CreditNoteNumber === body.number,
  differs: ({ Total, CurrencyCode }, { body }) => totals(Total, CurrencyCode, body.totalMinor, body.currency),
  isIncomplete: (element, command) => !isSetOff(element, command),
});

const PAYMENTS = form<CommandOf<'finance.recordPayment'>, z.infer<typeof Payment>>({
  resource: 'Payments',
  query: { summarizeErrors: 'false' },
  element: Payment,
  body: ({ body }, context) => paymentBody(body, context),
  where: ({ body }) => `Reference=="${body.number}"`,
  id: ({ PaymentID }) => PaymentID,
  isNumbered: ({ Reference }, { body }) => Reference === body.number,
  differs: ({ Amount }, { body }) => totals(Amount, undefined, body.amountMinor, body.currency),
});

const JOURNALS = form<CommandOf<'finance.postJournal'>, z.infer<typeof ManualJournal>>({
  resource: 'ManualJournals',
  query: { summarizeErrors: 'false' },
  element: ManualJournal,
  body: ({ body }, context) => journalBody(body, context),
  where: ({ body }) => `Narration.StartsWith("${narrationStart(body.number)}")`,
  id: ({ ManualJournalID }) => ManualJournalID,
  isNumbered: ({ Narration }, { body }) => Narration.startsWith(narrationStart(body.number)),
  differs: () => null,
});

/** A bank transaction, or a transfer where its only line is another bank account. */
function bankForm(
  command: CommandOf<'finance.recordBankTransaction'>,
  accounts: readonly Account[],
): Form | Failure {
  const { bankAccount, lines } = command.body;
  const account = accounts.find(({ code }) => code === bankAccount);
  if (!account?.isBank)
    return refused(
      'no-bank-account',
      `Xero has no bank account with the code ${bankAccount}`,
      'Give the bank account this code in Xero’s chart of accounts, or name another one in the posting rules',
    );
  const accountCurrency = account.currency;
  const other = accounts.find(({ code }) => code === lines[0]?.account);
  if (lines.length === 1 && lines[0]?.taxMinor === 0 && other?.isBank)
    return form<CommandOf<'finance.recordBankTransaction'>, z.infer<typeof BankTransfer>>({
      resource: 'BankTransfers',
      isBatched: false,
      query: {},
      element: BankTransfer,
      body: ({ body }) => transferBody(body, { accountCurrency, otherCurrency: other.currency }),
      where: ({ body }) => `Reference=="${body.number}"`,
      id: ({ BankTransferID }) => BankTransferID,
      isNumbered: ({ Reference }, { body }) => Reference === body.number,
      differs: ({ Amount }, { body }) => totals(Amount, undefined, body.totalMinor, body.currency),
    });
  return form<CommandOf<'finance.recordBankTransaction'>, z.infer<typeof BankTransaction>>({
    resource: 'BankTransactions',
    element: BankTransaction,
    body: ({ body }, context) => bankTransactionBody(body, { ...context, accountCurrency }),
    where: ({ body }) => `Reference=="${body.number}"`,
    id: ({ BankTransactionID }) => BankTransactionID,
    isNumbered: ({ Reference }, { body }) => Reference === body.number,
    differs: ({ Total, CurrencyCode }, { body }) =>
      totals(Total, CurrencyCode, body.totalMinor, body.currency),
  });
}

export function formOf(command: Booking, accounts: readonly Account[]): Form | Failure {
  switch (command.kind) {
    case 'finance.createInvoice':
      return INVOICES;
    case 'finance.createCreditNote':
      return CREDIT_NOTES;
    case 'finance.recordPayment':
      return PAYMENTS;
    case 'finance.postJournal':
      return JOURNALS;
    case 'finance.recordBankTransaction':
      return bankForm(command, accounts);
    default:
      return command satisfies never;
  }
}

/** Tracking that the lines of a body name. */
export function trackingIn(body: object): Tracking[] {
  const { LineItems, JournalLines } = body as {
    LineItems?: { Tracking?: Tracking[] }[];
    JournalLines?: { Tracking?: Tracking[] }[];
  };
  return [...(LineItems ?? []), ...(JournalLines ?? [])].flatMap(({ Tracking: named }) => named ?? []);
}
