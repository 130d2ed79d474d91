/** The rules between an order and the ERP: create after allocation, amend when the order has changed, cancel. */
import type { SalesOrderDocument } from '../commands.ts';
import { digest } from '../digest.ts';
import { formatMinor } from '../money.ts';
import { ACTS } from './acts.ts';
import { salesOrderDocument } from './document.ts';
import type { Draft } from './draft.ts';
import { hasLeft, isEmpty } from './quantities.ts';
import { excess } from './rules-stock.ts';
import { checkOrder } from './rules-validation.ts';
import { undecidedLines } from './rules-watch.ts';
import { isAuthorisationLapsed, isHeld, isWanted } from './wanted.ts';

interface Wanted {
  body: SalesOrderDocument;
  digest: string;
  residualMinor: number;
  isTranslated: boolean;
}

/** The sales order as it should stand now. */
function wantedDocument(draft: Draft): Wanted {
  return draft.once('document', () => {
    const { document, residualMinor, untranslated } = salesOrderDocument(
      draft.state,
      draft.order,
      draft.entity,
      draft.context.mappings,
    );
    return {
      body: document,
      digest: digest(JSON.stringify(document)),
      residualMinor,
      isTranslated: untranslated.length === 0,
    };
  });
}

/** The document as it should stand, or null when its residual is above the limit and nobody has accepted it: a case. */
function documentOf(draft: Draft): Wanted | null {
  const wanted = wantedDocument(draft);
  const { residualMinor, body, isTranslated } = wanted;
  if (!isTranslated) {
    // A mapping that the order was booked with has been taken out: the same problem as at the beginning.
    checkOrder(draft);
    return null;
  }
  const limit = draft.context.config.policies.roundingLimitMinor;
  if (Math.abs(residualMinor) <= limit || isAcceptedAtPlacing(draft, residualMinor)) {
    draft.closeCase('current-total-does-not-close');
    return wanted;
  }
  const about = String(residualMinor);
  draft.openCase(
    {
      key: 'current-total-does-not-close',
      reason: 'totals-do-not-close',
      message: `Order ${draft.name} is worth ${formatMinor(body.totalMinor, body.currency)} ${body.currency} at its channel, which its parts miss by ${formatMinor(residualMinor, body.currency)}`,
      suggestedFix:
        'Look at the edits and refunds of the order at the channel; when they are right, skip this case: the difference goes to the rounding line',
    },
    about,
  );
  return draft.accepts('current-total-does-not-close', about) ? wanted : null;
}

/** The same difference was there when the order was validated, and was accepted then. */
function isAcceptedAtPlacing(draft: Draft, residualMinor: number): boolean {
  const about = draft.state.accepted['totals-do-not-close']?.about.split(' ');
  return about?.[draft.entity.money === 'shop' ? 0 : 1] === String(residualMinor);
}

/** True when the ERP holds the order as it stands now. */
export function salesOrderIsCurrent(draft: Draft): boolean {
  const { erp } = draft.state;
  return (
    erp.status === 'open' &&
    !draft.isBookingUnderWay() &&
    wantedDocument(draft).digest === erp.document.digest
  );
}

export function bookSalesOrder(draft: Draft): void {
  const { state } = draft;
  if (draft.isBookingUnderWay()) return;
  switch (state.erp.status) {
    case 'none':
      createSalesOrder(draft);
      return;
    case 'open':
      if (!state.cancelled || hasLeft(state, draft.order)) amendSalesOrder(draft);
      return;
    case 'cancelled':
      return;
    default:
      state.erp.status satisfies never;
  }
}

/** Only an order that is whole, paid for and promised goes to the ERP. */
function createSalesOrder(draft: Draft): void {
  const { state } = draft;
  const ready = state.allocated && isWanted(draft) && !isHeld(draft) && !isAuthorisationLapsed(draft);
  if (!ready || isEmpty(draft.order)) return;
  const document = documentOf(draft);
  if (!document) return;
  if (state.acts[ACTS.salesOrder]?.status === 'rejected') {
    if (document.digest === state.erp.asked.digest) return;
    draft.allowRetry(ACTS.salesOrder, 'the order has changed since');
  }
  if (!draft.mayAsk(ACTS.salesOrder)) return;
  draft.record({
    type: 'SalesOrderRequested',
    documentDigest: document.digest,
    ...draft.ask(ACTS.salesOrder, 'erp.createSalesOrder', draft.entity.erp, {
      ...document.body,
      ...(state.takenOver ? { adopt: true } : {}),
    }),
  });
}

/** An edit, a removal or a change of address: the whole document again, with the next revision. */
function amendSalesOrder(draft: Draft): void {
  const { state } = draft;
  if (state.problems.length > 0 || isInTheBalance(draft)) return;
  const document = documentOf(draft);
  if (!document) return;
  const { asked, revision } = state.erp;
  const last = ACTS.amendment(revision);
  const known = revision > 1 ? state.acts[last] : undefined;
  if (document.digest === state.erp.document.digest) {
    draft.closeCaseOf(last, 'the order is again as the ERP has it');
    return;
  }
  const same = document.digest === asked.digest;
  if (known?.status === 'rejected' && same) return;
  draft.closeCaseOf(last, 'the order has changed since');
  const again = known?.status === 'retry' && same;
  const next = again ? revision : revision + 1;
  draft.record({
    type: 'SalesOrderAmendmentRequested',
    documentDigest: document.digest,
    ...draft.ask(ACTS.amendment(next), 'erp.amendSalesOrder', draft.entity.erp, {
      ...document.body,
      revision: next,
    }),
  });
}

/** Units that are not wanted any more are at a location, or have left: the document waits for what becomes of them. */
function isInTheBalance(draft: Draft): boolean {
  if (excess(draft).size > 0) return true;
  return undecidedLines(draft).size > 0;
}

/** An order that is cancelled before a unit left is cancelled in the ERP, once nothing is under way at a location. */
export function cancelSalesOrder(draft: Draft): void {
  const { state } = draft;
  if (!state.cancelled || draft.isBookingUnderWay()) return;
  if (hasLeft(state, draft.order) || state.allocations.length > 0) return;
  draft.closeCaseOf(ACTS.salesOrder, 'the order is cancelled');
  if (state.erp.revision > 1) draft.closeCaseOf(ACTS.amendment(state.erp.revision), 'the order is cancelled');
  if (state.erp.status !== 'open' || !draft.mayAsk(ACTS.salesOrderCancellation)) return;
  draft.record({
    type: 'SalesOrderCancellationRequested',
    ...draft.ask(ACTS.salesOrderCancellation, 'erp.cancelSalesOrder', draft.entity.erp, {
      reference: state.key,
      reason: draft.order.cancelReason ?? 'cancelled at the channel',
    }),
  });
}
