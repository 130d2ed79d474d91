/** What is open of the invoices of one stream at the finance system, by what it was asked to book: payments and credits go by it. */
import type { BookingRequest } from './bookings.ts';

export interface BookedInvoice {
  number: string;
  currency: string;
  /** Neither paid nor set off yet. */
  openMinor: number;
  /** Not credited yet, be it paid or not. */
  creditableMinor: number;
}

/** A part of an amount, for one invoice. */
export interface InvoicePart {
  invoice: string;
  amountMinor: number;
}

/** The invoices with another request; in the order in which they were made. */
export function withRequest(
  invoices: readonly BookedInvoice[],
  { kind, body }: BookingRequest,
): readonly BookedInvoice[] {
  switch (kind) {
    case 'finance.createInvoice': {
      const { number, currency, totalMinor } = body;
      if (totalMinor === 0) return invoices;
      return [...invoices, { number, currency, openMinor: totalMinor, creditableMinor: totalMinor }];
    }
    case 'finance.recordPayment':
      return body.documentKind === 'invoice'
        ? lessened(invoices, [{ invoice: body.document, amountMinor: body.amountMinor }])
        : invoices;
    case 'finance.createCreditNote':
      return lessened(invoices, body.settles ?? []).map((each) =>
        each.number === body.credits
          ? { ...each, creditableMinor: Math.max(0, each.creditableMinor - body.totalMinor) }
          : each,
      );
    case 'finance.postJournal':
    case 'finance.recordBankTransaction':
      return invoices;
    default:
      return body satisfies never;
  }
}

function lessened(invoices: readonly BookedInvoice[], parts: readonly InvoicePart[]): BookedInvoice[] {
  return invoices.map((each) => {
    const [part] = parts.filter(({ invoice }) => invoice === each.number);
    return part ? { ...each, openMinor: each.openMinor - part.amountMinor } : each;
  });
}

/** The parts of an amount that invoices have open, the oldest first; their sum is less where no more is open. */
export function partsOf(
  amountMinor: number,
  invoices: readonly BookedInvoice[],
  currency: string,
): InvoicePart[] {
  const parts: InvoicePart[] = [];
  let rest = amountMinor;
  for (const { number, openMinor, currency: own } of invoices) {
    const part = own === currency ? Math.min(rest, openMinor) : 0;
    if (part <= 0) continue;
    parts.push({ invoice: number, amountMinor: part });
    rest -= part;
  }
  return parts;
}
