/**
 * Postings as documents of a finance system that wants tax and receivables only on those: an invoice or a credit note over what was
 * sold or taken back, settled by the money that stands against it (deposits, clearing, refund liability); money for what is owed is a
 * payment of the invoices that are open; what moves a bank account is a bank transaction; the rest is a journal.
 *
 *   DEP 34.99 / REV 28.01, SHIP 1.39, VAT 5.59  →  invoice 28.01 + 1.39 + tax 5.59, paid with 34.99 from deposits
 *   AR 12.00 / REV 10.00, VAT 2.00              →  invoice 10.00 + tax 2.00, open
 *   CL 15.00 / AR 12.00, DEP 3.00               →  12.00 paid on the invoice from clearing, and 3.00 by journal
 *   RET 40.00, VAT 8.00 / RL 48.00              →  credit note 40.00 + tax 8.00, paid with 48.00 to refund liability
 *   RET 10.00, VAT 2.00 / AR 12.00              →  credit note 10.00 + tax 2.00, set off against the invoice
 *   BANK 97.10 / BANK-IN-TRANSIT 97.10          →  97.10 received at the bank
 *
 * What is settled beyond what invoices have open stays open on a credit note: nothing of it is lost.
 */
import type { FinanceLine } from '../commands.ts';
import { proportion, sumMinor } from '../money.ts';
import { type Booking, type BookingRules, dimensionsOf, journalOf, numberOf } from './bookings.ts';
import { documentLines } from './document-lines.ts';
import { type BookedInvoice, type InvoicePart, partsOf, withRequest } from './invoices.ts';
import { type AccountRole, MONEY_ROLES, type Posting, type PostingLine } from './posting.ts';

/** All that is to be booked for postings, in order; `invoices`: those of the stream that were told before. */
export function bookingsOf(
  postings: readonly Posting[],
  rules: BookingRules,
  invoices: readonly BookedInvoice[] = [],
): Booking[] {
  if (!rules.asDocuments) return postings.map((posting) => journalOf(posting, rules));
  let known = invoices;
  return postings.flatMap((posting) => {
    const made = documentsOf(posting, rules, known);
    for (const { request } of made) known = withRequest(known, request);
    return made;
  });
}

/** Cost and stock balance among themselves and are no part of a document. */
const COST: ReadonlySet<AccountRole> = new Set([
  'costOfGoods',
  'goodsInTransit',
  'stock',
  'damagedStock',
  'writeDown',
]);

function documentsOf(posting: Posting, rules: BookingRules, invoices: readonly BookedInvoice[]): Booking[] {
  if (receivableOf(posting) === 0 && taxSignOf(posting) === 0) return [plainOf(posting, rules)];
  const cost = posting.lines.filter(({ role }) => COST.has(role));
  const lines = posting.lines.filter(({ role }) => !COST.has(role));
  const { paid, rest } = payInvoices({ ...posting, lines }, invoices);
  const payments = paid.map((each, index) => paymentOf(posting, each, index + 1, rules));
  const open = payments.reduce((known, { request }) => withRequest(known, request), invoices);
  const bookings = [...payments, ...(rest === null ? [] : restOf(rest, payments.length, rules, open))];
  if (cost.some(({ bookMinor }) => bookMinor !== 0))
    bookings.push(journalOf({ ...posting, key: `${posting.key}/cost`, lines: cost }, rules));
  // A posting may need several documents: the first of them names it.
  return bookings.map((each, index) => ({ ...each, postings: index === 0 ? [posting.key] : [] }));
}

/** Money that settles a document. */
interface Paid {
  document: string;
  documentKind: 'invoice' | 'creditNote';
  account: string;
  amountMinor: number;
  rate: string | null;
}

/** Money for receivables pays what is open; what is left balances by itself, null: nothing. */
function payInvoices(
  posting: Posting,
  invoices: readonly BookedInvoice[],
): { paid: Paid[]; rest: Posting | null } {
  const { lines, currency } = posting;
  const isMoney = ({ role, amountMinor }: PostingLine) => MONEY_ROLES.has(role) && amountMinor > 0;
  const parts = partsOf(Math.max(0, -receivableOf(posting)), invoices, currency);
  const paid: Paid[] = [];
  const left: PostingLine[] = [];
  for (const line of lines.filter(isMoney)) {
    let { amountMinor } = line;
    for (const part of parts) {
      const taken = Math.min(part.amountMinor, amountMinor);
      if (taken === 0) continue;
      const { account } = line;
      const rate = rateOf(posting, [line]);
      paid.push({ document: part.invoice, documentKind: 'invoice', account, amountMinor: taken, rate });
      part.amountMinor -= taken;
      amountMinor -= taken;
    }
    left.push(partOf(line, amountMinor));
  }
  if (paid.length === 0) return { paid, rest: posting };
  let owed = sumMinor(paid.map(({ amountMinor }) => amountMinor));
  for (const line of lines.filter((each) => !isMoney(each))) {
    const less = line.role === 'receivables' ? Math.min(owed, Math.max(0, -line.amountMinor)) : 0;
    owed -= less;
    left.push(partOf(line, line.amountMinor + less));
  }
  const rest = left.filter(({ amountMinor }) => amountMinor !== 0);
  const [first] = rest;
  if (!first) return { paid, rest: null };
  // The exchange difference is realised by the payment, so what is left balances without it.
  first.bookMinor -= sumMinor(rest.map(({ bookMinor }) => bookMinor));
  return { paid, rest: { ...posting, lines: rest } };
}

/** So much of a line. */
function partOf(line: PostingLine, amountMinor: number): PostingLine {
  if (amountMinor === line.amountMinor) return { ...line };
  return { ...line, amountMinor, bookMinor: proportion(line.bookMinor, amountMinor, line.amountMinor) };
}

/** A posting without what it has paid: a document where there is tax or something is owed, else money at the bank or a journal. */
function restOf(
  posting: Posting,
  paidBefore: number,
  rules: BookingRules,
  invoices: readonly BookedInvoice[],
): Booking[] {
  const owed = receivableOf(posting);
  const taxed = taxSignOf(posting);
  // An invoice credits turnover and is owed to us; a credit note debits it.
  const sign = owed > 0 ? -1 : owed < 0 ? 1 : taxed;
  if (sign === 0) return [plainOf(posting, rules)];
  const moved = posting.lines.filter(
    ({ role, amountMinor }) => role !== 'tax' && role !== 'receivables' && amountMinor !== 0,
  );
  const against = moved.filter(
    ({ role, amountMinor }) => MONEY_ROLES.has(role) && Math.sign(amountMinor) !== sign,
  );
  const content = moved.filter((line) => !against.includes(line));
  const made = documentOf(posting, content, sign, rules, invoices);
  const { number, kind: documentKind } = made;
  const payments = against.map((line, index) => {
    const { account } = line;
    const amountMinor = line.amountMinor * -sign;
    const paid = { document: number, documentKind, account, amountMinor, rate: rateOf(posting, [line]) };
    return paymentOf(posting, paid, paidBefore + index + 1, rules);
  });
  return [made.booking, ...payments];
}

/** Neither tax nor a debt. */
function plainOf(posting: Posting, rules: BookingRules): Booking {
  return bankTransactionOf(posting, rules) ?? journalOf(posting, rules);
}

function documentOf(
  posting: Posting,
  content: readonly PostingLine[],
  sign: 1 | -1,
  rules: BookingRules,
  invoices: readonly BookedInvoice[],
): { number: string; kind: Paid['documentKind']; booking: Booking } {
  const { entity, postingDate: date, currency, key } = posting;
  const number = numberOf(posting, rules);
  const lines = documentLines(posting, content, sign, rules);
  const document = {
    reference: rules.of,
    entity,
    number,
    customerId: null,
    date,
    dueDate: date,
    currency,
    rate: rateOf(posting, posting.lines),
    lines,
    totalMinor: sumMinor(lines.map((line) => line.netMinor + line.taxMinor)),
  };
  if (sign < 0)
    return {
      number,
      kind: 'invoice',
      booking: { number, postings: [key], request: { kind: 'finance.createInvoice', body: document } },
    };
  const settles = settledBy(-receivableOf(posting), invoices, currency);
  const credits = settles[0]?.invoice ?? invoices.find(({ creditableMinor }) => creditableMinor > 0)?.number;
  const body = {
    ...document,
    credits: credits ?? null,
    ...(settles.length === 0 ? {} : { settles }),
  };
  return {
    number,
    kind: 'creditNote',
    booking: { number, postings: [key], request: { kind: 'finance.createCreditNote', body } },
  };
}

/** What a credit settles of what is owed: first of invoices that are not credited yet. */
function settledBy(amountMinor: number, invoices: readonly BookedInvoice[], currency: string): InvoicePart[] {
  const isNew = ({ creditableMinor }: BookedInvoice) => creditableMinor > 0;
  const inOrder = [...invoices.filter(isNew), ...invoices.filter((each) => !isNew(each))];
  return partsOf(Math.max(0, amountMinor), inOrder, currency);
}

function paymentOf(posting: Posting, paid: Paid, place: number, rules: BookingRules): Booking {
  const { entity, postingDate: date, currency } = posting;
  const number = numberOf(posting, rules, `/p${place}`);
  const body = { reference: rules.of, entity, number, date, currency, ...paid };
  return { number, postings: [], request: { kind: 'finance.recordPayment', body } };
}

/** What customers owe by a posting; negative: they owe less. */
function receivableOf({ lines }: Posting): number {
  return sumMinor(lines.filter(({ role }) => role === 'receivables').map(({ amountMinor }) => amountMinor));
}

/** -1: tax falls due, or a turnover of no tax is told; 1: it is taken back; 0: the posting tells no tax. */
function taxSignOf({ lines, taxes }: Posting): 1 | -1 | 0 {
  const due = lines.filter(({ role }) => role === 'tax').map(({ amountMinor }) => amountMinor);
  const told = taxes.map(({ baseMinor }) => -baseMinor);
  const first = [sumMinor(due), sumMinor(told), ...due, ...told].find((amount) => amount !== 0);
  return first === undefined ? 0 : first < 0 ? -1 : 1;
}

/** Money that has reached or left the bank, untaxed, in the currency of the books; null: it is no such thing. */
function bankTransactionOf(posting: Posting, rules: BookingRules): Booking | null {
  const { entity, postingDate: date, currency, bookCurrency, text, key } = posting;
  const moved = posting.lines.filter(({ amountMinor }) => amountMinor !== 0);
  const [bank, ...more] = moved.filter(({ role }) => role === 'bank');
  // Between two bank accounts it is a transfer.
  const isPlain = more.length === 0 || (more.length === 1 && moved.length === 2);
  if (!bank || !isPlain || currency !== bookCurrency) return null;
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

/** Units of the books for one of the document, by the largest of these lines; null: they are the same currency. */
function rateOf({ currency, bookCurrency }: Posting, lines: readonly PostingLine[]): string | null {
  if (currency === bookCurrency) return null;
  const [largest] = lines.toSorted((a, b) => Math.abs(b.amountMinor) - Math.abs(a.amountMinor));
  return largest && largest.amountMinor !== 0 ? (largest.bookMinor / largest.amountMinor).toFixed(10) : '1';
}
