/** How facts change what is known of an order's sales order in the ERP. */
import type { SalesOrderDocument } from '../commands.ts';
import type { OrderFact } from './facts.ts';
import type { BookedDocument, ErpState } from './state.ts';

type ErpFact = Extract<
  OrderFact,
  {
    type:
      | 'SalesOrderRequested'
      | 'SalesOrderAmendmentRequested'
      | 'SalesOrderCreated'
      | 'SalesOrderAmended'
      | 'SalesOrderCancelled'
      | 'SalesOrderToRestore'
      | 'SalesOrderConfirmed'
      | 'HeldByErp'
      | 'ResumedByErp'
      | 'CancelledByErp'
      | 'ReinstatedByErp'
      | 'EditedByErp'
      | 'InvoicedByErp';
  }
>;

/** What is known of the sales order after a fact. */
export function evolveErp(erp: ErpState, fact: ErpFact): ErpState {
  switch (fact.type) {
    case 'SalesOrderRequested':
      return { ...erp, asked: bookedDocument(fact), revision: 1 };
    case 'SalesOrderAmendmentRequested': {
      const { revision } = fact.command.body as { revision: number };
      return { ...erp, asked: bookedDocument(fact), askedAfter: erp.contentVersion, revision };
    }
    case 'SalesOrderCreated': {
      // The news that the ERP has cancelled it may have come before the answer that it was made.
      const status = erp.cancelledBecause === null ? 'open' : 'cancelled';
      return { ...erp, status, salesOrderId: fact.salesOrderId, number: fact.number, document: erp.asked };
    }
    case 'SalesOrderAmended':
      // An edit of which we heard only after we had asked may have come later than our document.
      return {
        ...erp,
        document: erp.asked,
        edited: erp.edited !== null && erp.edited.version > erp.askedAfter ? erp.edited : null,
      };
    case 'SalesOrderCancelled':
      return { ...erp, status: 'cancelled', edited: null };
    case 'SalesOrderToRestore':
      return { ...erp, document: { ...erp.document, digest: '' } };
    case 'SalesOrderConfirmed':
      return fact.of === 'status'
        ? { ...erp, version: fact.version }
        : { ...erp, contentVersion: fact.version };
    case 'HeldByErp':
      return { ...erp, version: fact.version, heldBecause: fact.reason, heldSince: fact.since };
    case 'ResumedByErp':
      return { ...erp, version: fact.version, heldBecause: null };
    case 'CancelledByErp':
      return {
        ...erp,
        version: fact.version,
        status: 'cancelled',
        cancelledBecause: fact.reason,
        heldBecause: null,
      };
    case 'ReinstatedByErp':
      return { ...erp, version: fact.version, status: 'open', cancelledBecause: null, heldBecause: null };
    case 'EditedByErp': {
      const { version, reason, lines, totalMinor } = fact;
      return { ...erp, contentVersion: version, edited: { version, reason, lines, totalMinor } };
    }
    case 'InvoicedByErp': {
      const { invoiceNumber, totalMinor } = fact;
      return { ...erp, invoices: [...erp.invoices, { invoiceNumber, totalMinor }] };
    }
    default:
      return fact satisfies never;
  }
}

function bookedDocument(
  fact: Extract<ErpFact, { type: 'SalesOrderRequested' | 'SalesOrderAmendmentRequested' }>,
): BookedDocument {
  const { lines, totalMinor } = fact.command.body as SalesOrderDocument;
  return {
    digest: fact.documentDigest,
    lines: Object.fromEntries(lines.map((line) => [line.lineId, line.quantity])),
    totalMinor,
  };
}
