/** The sub-ledger beside the invoices and credit notes that the ERP has made on a day. */
import type { ErpDocument } from '../commands.ts';
import { formatMinor } from '../money.ts';
import { type Cause, type Difference, type SourceSum, sumsOf } from './difference.ts';
import type { OwnOrder } from './own-order.ts';

export interface ErpDay {
  connection: string;
  documents: readonly ErpDocument[];
  /** Orders that these name, by the key of their stream. */
  own: ReadonlyMap<string, OwnOrder>;
}

export function compareErp(day: ErpDay): { sum: SourceSum; differences: Difference[] } {
  const source = `erp/${day.connection}`;
  const all = day.documents.filter(({ reference }) => day.own.get(reference)?.isBooked !== false);
  const known = all.flatMap((document) => {
    const ours = day.own.get(document.reference);
    const oursMinor = ours ? ownMinor(document, ours) : null;
    return oursMinor === null ? [] : [{ ...document, totalMinor: oursMinor }];
  });
  const amountsOf = (documents: readonly ErpDocument[]) => ({
    count: documents.length,
    amounts: sumsOf(
      documents.map(({ kind: what, currency, totalMinor }) => ({ what, currency, amountMinor: totalMinor })),
    ),
  });
  return {
    sum: { source, ours: amountsOf(known), theirs: amountsOf(all), notRead: null },
    differences: all.flatMap((document) => differenceOf(day, source, document)),
  };
}

/** What is known of it: an invoice is of the whole sales order, a credit note of a refund. Null: nothing. */
function ownMinor({ kind, refundId }: ErpDocument, own: OwnOrder): number | null {
  if (kind === 'invoice') return own.salesOrderMinor;
  return refundId === null ? null : (own.refunds.get(refundId) ?? null);
}

function differenceOf(
  { connection, own: orders }: ErpDay,
  source: string,
  document: ErpDocument,
): Difference[] {
  const { kind, number, reference, currency, totalMinor: theirsMinor } = document;
  const own = orders.get(reference);
  const oursMinor = own ? ownMinor(document, own) : null;
  if (oursMinor === theirsMinor) return [];
  const word = kind === 'invoice' ? 'invoice' : 'credit note';
  const named = `${connection} has ${word} ${number} of ${money(theirsMinor, currency)} for ${own?.name ?? reference}`;
  const make = (cause: Cause, words: string, fix: string, coveredBy: string | null = null): Difference[] => [
    {
      key: `${source}/${number}`,
      source,
      cause,
      words,
      fix,
      currency,
      oursMinor,
      theirsMinor,
      order: own?.key ?? null,
      coveredBy,
    },
  ];
  if (!own)
    return make(
      'manualDocument',
      `${named}, an order that is not known here`,
      `Find out in ${connection} what it is for`,
    );
  if (oursMinor === null) {
    if (own.heldBy !== null)
      return make(
        own.heldBy === 'posting-rule-missing' ? 'ruleMissing' : 'notPosted',
        `${named}, of which nothing is known: the order has a case ${own.heldBy}`,
        `Settle the case ${own.heldBy} of the order; it is posted then`,
        own.heldBy,
      );
    return make(
      'manualDocument',
      `${named}, of which nothing is known here`,
      `If somebody has made it by hand, have the refund made at the channel, or take it back in ${connection}`,
    );
  }
  const ours = kind === 'invoice' ? 'the sales order is' : 'the refund is';
  return make(
    'amountDiffers',
    `${named}; ${ours} ${money(oursMinor, currency)}`,
    `Correct the document in ${connection}, or the order at its channel`,
  );
}

function money(amountMinor: number, currency: string): string {
  return `${formatMinor(amountMinor, currency)} ${currency}`;
}
