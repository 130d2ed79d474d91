/**
 * Canonical commands as Xero's bodies. Pure. What Xero would take and book as something else is refused here: amounts that do not add
 * up or are finer than two decimals, a currency without a rate (Xero would take its own), tax on a journal (it would work it out anew).
 */
import type { CommandBodies, FinanceLine } from '../../domain/commands.ts';
import { sumMinor } from '../../domain/money.ts';
import type { CommandOf, Failure } from '../contract.ts';
import type {
  BankTransactionBody,
  Contact,
  DocumentBody,
  JournalBody,
  LineItem,
  PaymentBody,
  Tracking,
  TransferBody,
} from './api.ts';
import { toXero, toXeroRate, unitPrice } from './decimal.ts';
import type { Settings } from './manifest.ts';
import { refused } from './refusals.ts';

/** What is known of the organisation. */
export interface Context {
  settings: Settings;
  baseCurrency: string;
}

export type Mapped<Body> = { status: 'mapped'; body: Body } | Failure;

/** A refusal on its way out of a mapping. */
class Unmappable extends Error {
  readonly failure: Failure;

  constructor(code: string, message: string, suggestedFix: string) {
    super(message);
    this.failure = refused(code, message, suggestedFix);
  }
}

/** Quotes and backslashes would break the search for a number. */
const NUMBER = /^[^"\\\p{Cc}]{1,255}$/u;
const MAX_DESCRIPTION = 4_000;
const MAX_NAME = 255;
const MAX_OPTION = 100;
const MAX_CONTACT_NUMBER = 50;
const NO_TAX = 'NONE';

export function documentBody(
  command: CommandOf<'finance.createInvoice'> | CommandOf<'finance.createCreditNote'>,
  context: Context,
): Mapped<DocumentBody> {
  return mapped(() => {
    const { body } = command;
    const number = numberOf(body.number);
    const isInvoice = command.kind === 'finance.createInvoice';
    return {
      Type: isInvoice ? 'ACCREC' : 'ACCRECCREDIT',
      ...(isInvoice ? { InvoiceNumber: number } : { CreditNoteNumber: number }),
      Contact: contactOf(command, context.settings),
      Date: body.date,
      DueDate: body.dueDate,
      Reference: referenceOf(command).slice(0, MAX_NAME),
      CurrencyCode: body.currency,
      ...rateOf(body, context),
      LineAmountTypes: 'Exclusive',
      Status: 'AUTHORISED',
      LineItems: linesOf(body, context.settings),
    };
  });
}

/** What a document is of, and what a credit note corrects. */
function referenceOf({
  body,
}: CommandOf<'finance.createInvoice'> | CommandOf<'finance.createCreditNote'>): string {
  const credits = 'credits' in body && body.credits !== null ? `, credits ${body.credits}` : '';
  return `${body.reference}${credits}${movedText(body)}`;
}

/** That its day was closed: Xero's tax return counts it on the day that it stands on. */
function movedText({ movedFrom }: { movedFrom?: string }): string {
  return movedFrom === undefined ? '' : ` (of ${movedFrom}, whose period is closed)`;
}

export function paymentBody(
  body: CommandBodies['finance.recordPayment'],
  context: Context,
): Mapped<PaymentBody> {
  return mapped(() => ({
    ...(body.documentKind === 'invoice'
      ? { Invoice: { InvoiceNumber: numberOf(body.document) } }
      : { CreditNote: { CreditNoteNumber: numberOf(body.document) } }),
    Account: { Code: body.account },
    Date: body.date,
    Amount: amountOf(body.amountMinor, body.currency),
    ...rateOf(body, context),
    Reference: numberOf(body.number),
  }));
}

export function journalBody(
  body: CommandBodies['finance.postJournal'],
  context: Context,
): Mapped<JournalBody> {
  return mapped(() => {
    if (body.currency !== context.baseCurrency)
      throw new Unmappable(
        'journal-currency',
        `journal ${body.number} is in ${body.currency}, and Xero keeps journals in ${context.baseCurrency} only`,
        'Post the journal in the currency of the books',
      );
    const taxed = body.lines.find(({ taxCode }) => taxCode !== null && taxCode !== NO_TAX);
    if (taxed)
      throw new Unmappable(
        'journal-with-tax',
        `journal ${body.number} has tax (${taxed.taxCode}) on account ${taxed.account}, and Xero would work it out anew`,
        'Send what carries tax as invoices, credit notes or bank transactions: change how this kind of posting is sent to finance',
      );
    const sum = sumMinor(body.lines.map(({ amountMinor }) => amountMinor));
    if (sum !== 0) throw doNotAddUp(`journal ${body.number} is off by ${sum} minor units`);
    return {
      Narration: `${narrationStart(numberOf(body.number))}${oneLine(body.text)}${movedText(body)}`.slice(
        0,
        MAX_DESCRIPTION,
      ),
      Date: body.date,
      LineAmountTypes: 'NoTax',
      Status: 'POSTED',
      JournalLines: body.lines.map((line) => ({
        LineAmount: amountOf(line.amountMinor, body.currency),
        AccountCode: line.account,
        Description: description(line.description),
        TaxType: NO_TAX,
        ...trackingOf(line.dimensions, context.settings),
      })),
    };
  });
}

/** By what a journal is found again: Xero keeps no number of journals. */
export const narrationStart = (number: string): string => `${number}: `;

export function bankTransactionBody(
  body: CommandBodies['finance.recordBankTransaction'],
  context: Context & { accountCurrency: string },
): Mapped<BankTransactionBody> {
  return mapped(() => {
    checkBankCurrency(body, context.accountCurrency);
    return {
      Type: body.direction === 'received' ? 'RECEIVE' : 'SPEND',
      Contact: { Name: nameText(body.contact) },
      BankAccount: { Code: body.bankAccount },
      Date: body.date,
      Reference: numberOf(body.number),
      LineAmountTypes: 'Exclusive',
      LineItems: linesOf(body, context.settings),
    };
  });
}

/** A transaction whose only line is another bank account: between those Xero knows only transfers. */
export function transferBody(
  body: CommandBodies['finance.recordBankTransaction'],
  context: { accountCurrency: string; otherCurrency: string },
): Mapped<TransferBody> {
  return mapped(() => {
    checkBankCurrency(body, context.accountCurrency);
    const other = body.lines[0]?.account ?? '';
    if (context.otherCurrency !== context.accountCurrency)
      throw new Unmappable(
        'transfer-currencies',
        `${body.bankAccount} is in ${context.accountCurrency} and ${other} in ${context.otherCurrency}, and Xero's API moves nothing between currencies`,
        'Enter the transfer in Xero by hand, and skip the case; or put an account that is no bank account between them',
      );
    const isIn = body.direction === 'received';
    return {
      FromBankAccount: { Code: isIn ? other : body.bankAccount },
      ToBankAccount: { Code: isIn ? body.bankAccount : other },
      Amount: amountOf(body.totalMinor, body.currency),
      Date: body.date,
      Reference: numberOf(body.number),
    };
  });
}

function mapped<Body>(make: () => Body): Mapped<Body> {
  try {
    return { status: 'mapped', body: make() };
  } catch (error) {
    if (error instanceof Unmappable) return error.failure;
    throw error;
  }
}

function numberOf(number: string): string {
  if (NUMBER.test(number)) return number;
  throw new Unmappable(
    'bad-number',
    `"${number}" cannot be a number at Xero`,
    'Number documents with 1 to 255 characters, without quotes, backslashes and control characters',
  );
}

function linesOf(
  {
    lines,
    currency,
    totalMinor,
    number,
  }: { lines: readonly FinanceLine[]; currency: string; totalMinor: number; number: string },
  settings: Settings,
): LineItem[] {
  const sum = sumMinor(lines.flatMap(({ netMinor, taxMinor }) => [netMinor, taxMinor]));
  if (sum !== totalMinor)
    throw doNotAddUp(`the lines of ${number} come to ${sum} minor units, its total is ${totalMinor}`);
  return lines.map((line) => {
    if (line.taxCode === null && line.taxMinor !== 0)
      throw new Unmappable(
        'tax-without-code',
        `a line of ${number} has tax of ${line.taxMinor} minor units and no tax code`,
        'Name the tax type of this tax in the posting rules',
      );
    const unit = unitPrice(line.netMinor, line.quantity, currency);
    const net = amountOf(line.netMinor, currency);
    return {
      Description: description(
        unit === null && line.quantity !== 1 ? `${line.quantity} × ${line.description}` : line.description,
      ),
      Quantity: unit === null ? 1 : line.quantity,
      UnitAmount: unit ?? net,
      LineAmount: net,
      AccountCode: line.account,
      TaxType: line.taxCode ?? NO_TAX,
      TaxAmount: amountOf(line.taxMinor, currency),
      ...trackingOf(line.dimensions, settings),
    };
  });
}

function amountOf(amountMinor: number, currency: string): number {
  const amount = toXero(amountMinor, currency);
  if (amount !== null) return amount;
  throw new Unmappable(
    'too-fine',
    `${amountMinor} minor units of ${currency} are finer than the two decimals that Xero keeps`,
    'Keep this currency’s documents in a system that has its decimals, or round them by a rule of the entity',
  );
}

function rateOf(
  { currency, rate, number }: { currency: string; rate: string | null; number: string },
  { baseCurrency }: Context,
): { CurrencyRate?: number } {
  if (currency === baseCurrency) return {};
  if (rate !== null) return { CurrencyRate: toXeroRate(rate) };
  throw new Unmappable(
    'rate-missing',
    `${number} is in ${currency} and has no rate to ${baseCurrency}, and Xero would take one of its own`,
    'Add the rate of the day to the rates of the entity',
  );
}

function checkBankCurrency(
  body: CommandBodies['finance.recordBankTransaction'],
  accountCurrency: string,
): void {
  if (body.currency === accountCurrency) return;
  throw new Unmappable(
    'bank-currency',
    `${body.number} is in ${body.currency}, and bank account ${body.bankAccount} is in ${accountCurrency}`,
    'Name a bank account in this currency in the posting rules',
  );
}

/** Dimensions without a tracking category are left out. */
function trackingOf(
  dimensions: Readonly<Record<string, string>>,
  { tracking }: Settings,
): { Tracking?: Tracking[] } {
  const named = Object.entries(tracking).flatMap(([dimension, Name]) => {
    const option = dimensions[dimension]?.trim().slice(0, MAX_OPTION);
    return option ? [{ Name, Option: option }] : [];
  });
  return named.length === 0 ? {} : { Tracking: named };
}

function contactOf(
  { body, persons }: CommandOf<'finance.createInvoice'> | CommandOf<'finance.createCreditNote'>,
  { contacts, collectiveContact }: Settings,
): Contact {
  const { customerId } = body;
  if (customerId === null || contacts === 'collective') return { Name: nameText(collectiveContact) };
  const person = persons.get(customerId);
  const name = person?.company ?? person?.name ?? 'Customer';
  // Names must be unique at Xero, and people share them.
  return {
    ContactNumber: customerId.slice(0, MAX_CONTACT_NUMBER),
    Name: `${nameText(name).slice(0, MAX_NAME - MAX_CONTACT_NUMBER - 3)} (${customerId.slice(0, MAX_CONTACT_NUMBER)})`,
  };
}

/** Xero takes no angle brackets and no repeated spaces in names. */
const nameText = (name: string): string =>
  oneLine(name.replace(/[<>]/g, '')).slice(0, MAX_NAME) || 'Customer';
const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
const description = (text: string): string => text.trim().slice(0, MAX_DESCRIPTION) || '-';

function doNotAddUp(message: string): Unmappable {
  return new Unmappable(
    'amounts-do-not-add-up',
    message,
    'Compare the document with the posting that it was made of, and report it: no rounding is left to Xero',
  );
}
