/** What an ERP does to a sales order by itself is followed: held, resumed, cancelled, edited, invoiced. */
import type { ErpObservation } from '../messages.ts';
import type { Ending } from '../process.ts';
import { ACTS, commandCaseKey } from './acts.ts';
import type { Draft } from './draft.ts';
import type { BookedDocument } from './state.ts';

/** Key of the case of a sales order without an order. */
export const UNKNOWN_SALES_ORDER = 'unknown-sales-order';

/**
 * Events of an ERP tell each of one thing, so an older one is stale only against newer ones of the same thing: its status,
 * its content. Invoices have numbers of their own.
 */
export function absorbErp(draft: Draft, message: ErpObservation): Ending {
  if (draft.state.order !== null && message.from !== undefined && message.from !== draft.entity.erp)
    return strangersNews(draft, message, message.from);
  settleCreation(draft);
  if (draft.state.order === null) unknownSalesOrder(draft);
  switch (message.change) {
    case 'held':
    case 'resumed':
    case 'cancelled':
      return message.version <= draft.state.erp.version ? 'stale' : absorbStatus(draft, message);
    case 'edited':
      return message.version <= draft.state.erp.contentVersion ? 'stale' : absorbEdit(draft, message);
    case 'invoiced': {
      const { version, reason, invoiceNumber, totalMinor } = message;
      const known = draft.state.erp.invoices.some((invoice) => invoice.invoiceNumber === invoiceNumber);
      if (known) return 'duplicate';
      draft.record({ type: 'InvoicedByErp', version, invoiceNumber, totalMinor, reason });
      return 'applied';
    }
    default:
      return message satisfies never;
  }
}

/** A sales order is the business of its entity's ERP; nobody else can hold, cancel or change it. */
function strangersNews(draft: Draft, { change }: ErpObservation, from: string): Ending {
  const { id, erp } = draft.entity;
  draft.openCase(
    {
      key: `${UNKNOWN_SALES_ORDER}:${from}`,
      reason: 'unknown-sales-order',
      message: `${from} says that the sales order of order ${draft.name} was ${change}, but entity ${id} books at ${erp}; nothing was followed`,
      suggestedFix: `Find out at ${from} why it has a sales order of ${erp}; skip this case when it is settled there`,
    },
    change,
  );
  return 'case';
}

function absorbStatus(
  draft: Draft,
  { change, version, reason }: Extract<ErpObservation, { change: 'held' | 'resumed' | 'cancelled' }>,
): Ending {
  const { state } = draft;
  if (change === 'cancelled') return absorbCancelled(draft, version, reason);
  if (change === 'held') draft.record({ type: 'HeldByErp', version, reason, since: draft.nowIso });
  else if (state.erp.cancelledBecause === null) draft.record({ type: 'ResumedByErp', version });
  else if (!state.cancelled) draft.record({ type: 'ReinstatedByErp', version, reason });
  else {
    // It takes up again what is cancelled everywhere else: a person looks at it.
    draft.record({ type: 'SalesOrderConfirmed', version, of: 'status' });
    const words = reason || 'reopened';
    draft.record({ type: 'EditedByErp', version, reason: words, lines: null, totalMinor: null });
  }
  return 'applied';
}

function absorbEdit(draft: Draft, message: Extract<ErpObservation, { change: 'edited' }>): Ending {
  const { version, reason, lines, totalMinor } = message;
  const { document, asked } = draft.state.erp;
  if (isEcho(document, message) || isEcho(asked, message))
    draft.record({ type: 'SalesOrderConfirmed', version, of: 'content' });
  else draft.record({ type: 'EditedByErp', version, reason, lines, totalMinor });
  return 'applied';
}

/** What the ERP says of it is kept; but who sold it? */
function unknownSalesOrder(draft: Draft): void {
  draft.openCase({
    key: UNKNOWN_SALES_ORDER,
    reason: 'unknown-sales-order',
    message: `The ERP speaks of order ${draft.state.key}, of which no channel has told`,
    suggestedFix: 'Find out in the ERP who made its sales order; skip this case when it is settled there',
  });
}

/** An ERP that speaks of the sales order has got it, whatever became of our question. */
function settleCreation(draft: Draft): void {
  const act = ACTS.salesOrder;
  const known = draft.state.acts[act];
  if (known?.status !== 'rejected' && known?.status !== 'unsettled') return;
  draft.record({ type: 'SalesOrderCreated', act, revision: known.revision, salesOrderId: '', number: '' });
  draft.closeCase(commandCaseKey(known.key), 'the ERP has it');
}

/** Our own cancellation comes back as an event too; one that was refused or in doubt is settled by it. */
function absorbCancelled(draft: Draft, version: number, reason: string): Ending {
  const act = ACTS.salesOrderCancellation;
  const known = draft.state.acts[act];
  const confirmed = { type: 'SalesOrderConfirmed', version, of: 'status' } as const;
  if (known?.status === 'asked' || known?.status === 'done') {
    draft.record(confirmed);
    return 'applied';
  }
  if (known && draft.state.cancelled) {
    draft.record({ type: 'SalesOrderCancelled', act, revision: known.revision });
    draft.record(confirmed);
    draft.closeCase(commandCaseKey(known.key), 'the ERP has cancelled it');
    return 'applied';
  }
  draft.record({ type: 'CancelledByErp', version, reason });
  return 'applied';
}

/** The ERP tells of a content that we have written ourselves. */
function isEcho(document: BookedDocument, edit: Extract<ErpObservation, { change: 'edited' }>): boolean {
  if (document.digest === '' || (edit.lines === null && edit.totalMinor === null)) return false;
  if (edit.totalMinor !== null && edit.totalMinor !== document.totalMinor) return false;
  if (edit.lines === null) return true;
  const told = new Map<string, number>();
  for (const { lineId, quantity } of edit.lines) told.set(lineId, (told.get(lineId) ?? 0) + quantity);
  const lineIds = new Set([...told.keys(), ...Object.keys(document.lines)]);
  return [...lineIds].every((lineId) => (told.get(lineId) ?? 0) === (document.lines[lineId] ?? 0));
}
