/**
 * Postings as documents of a finance system that wants tax only on those: what carries tax is an invoice or a credit note over its
 * untaxed and taxed lines, settled by what stands against it (deposits, clearing, refund liability); what moves a bank account is a bank transaction;
 * the rest is a journal.
 *
 *   DEP 34.99 / REV 28.01, SHIP 1.39, VAT 5.59  →  invoice 28.01 + 1.39 + tax 5.59, paid with 34.99 from deposits
 *   RET 40.00, VAT 8.00 / RL 48.00              →  credit note 40.00 + tax 8.00, paid with 48.00 to refund liability
 *   BANK 97.10 / BANK-IN-TRANSIT 97.10          →  97.10 received at the bank
 */
import type { FinanceLine } from '../commands.ts';
import { spread, sumMinor } from '../money.ts';
import { type Booking, type BookingRules, dimensionsOf, journalOf, numberOf } from './bookings.ts';
import type { Posting, PostingLine } from './posting.ts';

/** All that is to be booked for postings, in order. */
export function bookingsOf(postings: readonly Posting[], rules: BookingRules): Booking[] {
  return postings.flatMap((posting) =>
    rules.asDocuments ? documentsOf(posting, rules) : [journalOf(posting, rules)],
  );
}

export function documentsOf(posting: Posting, rules: BookingRules): Booking[] {
  const taxes = posting.lines.filter(({ role, amountMinor }) => role === 'tax' && amountMinor !== 0);
  const taxMinor = sumMinor(taxes.map(({ amountMinor }) => amountMinor));
  if (taxMinor === 0) return [bankTransactionOf(posting, rules) ?? journalOf(posting, rules)];
  // An invoice credits turnover and tax; a credit note debits them.
  const sign = taxMinor < 0 ? -1 : 1;
  const isCost = ({ role }: PostingLine) => COST.has(role);
  const content = posting.lines.filter(
    (line) =>
      line.role !== 'tax' &&
      !isCost(line) &&
      (Math.sign(line.amountMinor) === sign || ADJUSTS.has(line.role)),
  );
  const against = posting.lines.filter(
    (line) => line.role !== 'tax' && !isCost(line) && !content.includes(line) && line.amountMinor !== 0,
  );
  if (content.length === 0) return [journalOf(posting, rules)];
  const { entity, postingDate: date, currency, bookCurrency, key } = posting;
  const rate = currency === bookCurrency ? null : rateOf(posting);
  const lines = financeLines(posting, content, taxes, sign, rules);
  const totalMinor = sumMinor(lines.map((line) => line.netMinor + line.taxMinor));
  const document = {
    reference: rules.of,
    entity,
    number: numberOf(posting, rules),
    customerId: null,
    date,
    dueDate: date,
    currency,
    rate,
    lines,
    totalMinor,
  };
  const isInvoice = sign < 0;
  const made: Booking = {
    number: document.number,
    postings: [key],
    request: isInvoice
      ? { kind: 'finance.createInvoice', body: document }
      : { kind: 'finance.createCreditNote', body: { ...document, credits: null } },
  };
  const payments = against
    // What stays owed on receivables is what the document itself is.
    .filter(({ role }) => role !== 'receivables')
    .map((line, index): Booking => {
      const number = numberOf(posting, rules, `/p${index + 1}`);
      const amountMinor = line.amountMinor * -sign;
      const documentKind = isInvoice ? ('invoice' as const) : ('creditNote' as const);
      const { account } = line;
      const paid = { document: document.number, documentKind, account, amountMinor };
      return {
        number,
        postings: [],
        request: {
          kind: 'finance.recordPayment',
          body: { reference: rules.of, entity, number, ...paid, date, currency, rate },
        },
      };
    });
  const cost = posting.lines.filter(isCost);
  const costs =
    cost.length === 0
      ? []
      : [{ ...journalOf({ ...posting, key: `${key}/cost`, lines: cost }, rules), postings: [] }];
  return [made, ...payments, ...costs];
}

/** Money that has reached or left the bank, untaxed, in the currency of the books; null: it is no such thing. */
function bankTransactionOf(posting: Posting, rules: BookingRules): Booking | null {
  const { entity, postingDate: date, currency, bookCurrency, text, key } = posting;
  const moved = posting.lines.filter(({ amountMinor }) => amountMinor !== 0);
  const [bank, ...more] = moved.filter(({ role }) => role === 'bank');
  if (!bank || more.length > 0 || currency !== bookCurrency) return null;
  const sign = bank.amountMinor > 0 ? 1 : -1;
  const lines = moved
    .filter((line) => line !== bank)
    .map(
      ({ account, amountMinor, dimensions }): FinanceLine => ({
        description: text,
        account,
        quantity: 1,
        netMinor: -amountMinor * sign,
        taxMinor: 0,
        taxCode: null,
        dimensions: dimensionsOf(dimensions, rules.channel),
      }),
    );
  const number = numberOf(posting, rules);
  const body = {
    entity,
    number,
    bankAccount: bank.account,
    contact: moved.find(({ dimensions }) => dimensions.gateway)?.dimensions.gateway ?? rules.channel,
    date,
    currency,
    direction: sign > 0 ? ('received' as const) : ('spent' as const),
    lines,
    totalMinor: bank.amountMinor * sign,
  };
  return { number, postings: [key], request: { kind: 'finance.recordBankTransaction', body } };
}

/** Cost and stock balance among themselves and are no part of a document. */
const COST: ReadonlySet<PostingLine['role']> = new Set([
  'costOfGoods',
  'goodsInTransit',
  'stock',
  'damagedStock',
  'writeDown',
]);
/** Stand on the document with whatever sign they have. */
const ADJUSTS: ReadonlySet<PostingLine['role']> = new Set(['rounding', 'taxRounding', 'cashRounding']);

/** The lines of a document, each tax on those of its code, by their net; a tax whose code no line has goes on the first. */
function financeLines(
  { text }: Posting,
  content: readonly PostingLine[],
  taxes: readonly PostingLine[],
  sign: 1 | -1,
  rules: BookingRules,
): FinanceLine[] {
  const lines = content.map((line): FinanceLine & { ours: string | null } => ({
    description: text,
    account: line.account,
    quantity: 1,
    netMinor: line.amountMinor * sign,
    taxMinor: 0,
    taxCode: null,
    dimensions: dimensionsOf(line.dimensions, rules.channel),
    ours: line.dimensions.taxCode ?? null,
  }));
  for (const [code, of] of Map.groupBy(taxes, ({ dimensions }) => dimensions.taxCode ?? '')) {
    const whole = sumMinor(of.map(({ amountMinor }) => amountMinor)) * sign;
    const coded = lines.filter(({ ours, netMinor }) => ours === code && netMinor > 0);
    const free = lines.filter(
      ({ ours, taxCode, netMinor }) => ours === null && taxCode === null && netMinor > 0,
    );
    const bearers = coded.length > 0 ? coded : free.length > 0 ? free : lines.slice(0, 1);
    const parts = spread(
      whole,
      bearers.map(({ netMinor }) => Math.max(0, netMinor)),
    );
    for (const [index, line] of bearers.entries()) {
      line.taxMinor += parts[index] ?? 0;
      line.taxCode = rules.taxCodeOf(code);
    }
  }
  return lines.map(({ ours: _ours, ...line }) => line);
}

/** Units of the books for one of the document, by its largest line; amounts have been converted by it. */
function rateOf({ lines }: Posting): string {
  const largest = lines.reduce((a, b) => (Math.abs(b.amountMinor) > Math.abs(a.amountMinor) ? b : a));
  return largest.amountMinor === 0 ? '1' : (largest.bookMinor / largest.amountMinor).toFixed(10);
}
