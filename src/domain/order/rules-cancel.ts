/**
 * Cancellation: what the channel, the ERP or a person want undone is undone step by step, and each step waits for the one
 * before: releases come back, then the channel is told, then the ERP.
 */
import { ACTS, commandCaseKey } from './acts.ts';
import { deadlinesOf } from './deadlines.ts';
import type { Draft } from './draft.ts';
import { hasLeft, shippableLines, wantedUnits } from './quantities.ts';
import { readOrder } from './requests.ts';

/** The channel has cancelled the order. */
export function followCancellation(draft: Draft): void {
  const { cancelledAt, cancelReason } = draft.order;
  if (cancelledAt === null) return;
  if (!draft.state.cancelled)
    draft.record({ type: 'OrderCancelled', reason: cancelReason ?? 'not given', at: cancelledAt });
  for (const key of ['payment-not-captured', 'payment-lost', 'too-late-to-cancel', 'cancellation-not-seen'])
    draft.closeCase(key, 'the order is cancelled');
  const act = ACTS.cancel;
  const known = draft.state.acts[act];
  if (known?.status !== 'rejected' && known?.status !== 'unsettled') return;
  // Whether we have done it or somebody else: it is done.
  draft.record({ type: 'CancellationAccepted', act, revision: known.revision, at: draft.nowIso });
  draft.closeCase(commandCaseKey(known.key), 'the order is cancelled');
}

/** The ERP has cancelled what the channel still sells: units go back, and a person settles it with the customer. */
export function followErpCancellation(draft: Draft): void {
  const { state } = draft;
  const because = state.erp.cancelledBecause;
  if (because === null || state.cancelled) {
    draft.closeCase(
      'cancelled-by-erp',
      because === null ? 'the ERP has it again' : 'the channel has followed',
    );
    return;
  }
  const left = state.shipments.length > 0 ? '; a part has left already' : '';
  draft.openCase(
    {
      key: 'cancelled-by-erp',
      reason: 'cancelled-by-erp',
      message: `The ERP has cancelled order ${draft.name} by itself (${because}); its channel still sells it, and what had not shipped is called back${left}`,
      suggestedFix: `Cancel it at its channel, with the customer's money back: crossdock orders cancel '${state.key}'; or reopen it in the ERP and it goes on; when it was settled with the customer otherwise, skip this case`,
    },
    acceptedErpCancellation(draft),
  );
}

/** What exactly a person accepts of a sales order that the ERP has cancelled: an order that changes later is another one. */
export function acceptedErpCancellation(draft: Draft): string {
  const units = shippableLines(draft.order).reduce((sum, line) => sum + wantedUnits(draft.order, line), 0);
  return `${draft.state.erp.version}: ${units} units`;
}

/** Somebody wants the order cancelled: once nothing is at a location, the channel is asked. */
export function cancelAtChannel(draft: Draft): void {
  watchAcceptedCancellation(draft);
  const { state } = draft;
  const { cancellation } = state;
  if (!cancellation || state.cancelled || !draft.mayAsk(ACTS.cancel)) return;
  if (hasLeft(state, draft.order)) {
    draft.record({ type: 'CancellationAbandoned', because: 'units have left' });
    draft.openCase(
      {
        key: 'too-late-to-cancel',
        reason: 'too-late-to-cancel',
        message: `Order ${draft.name} was to be cancelled (${cancellation.reason}), and units have left already`,
        suggestedFix:
          'Refund at the channel what did not ship, and ask for the return of the rest; then skip this case',
      },
      `${cancellation.by}: ${cancellation.reason}`,
    );
    return;
  }
  if (state.allocations.some((part) => part.releaseId !== null)) return;
  draft.record({
    type: 'CancellationRequested',
    by: cancellation.by,
    reason: cancellation.reason,
    ...draft.ask(ACTS.cancel, 'channel.cancelOrder', state.connection, {
      channelOrderId: draft.order.channelOrderId,
      reason: cancellation.reason,
      refund: true,
      restock: true,
      ...(cancellation.notify ? { notify: true } : {}),
    }),
  });
}

/** The channel has accepted it, and what it has done should be seen soon. */
function watchAcceptedCancellation(draft: Draft): void {
  const { state, context } = draft;
  if (state.cancellationAcceptedAt === null || state.cancelled) return;
  const dueAt = deadlinesOf(state, context.config).cancellation;
  if (dueAt === undefined || context.now < dueAt) return;
  if (!state.cancellationChecked) {
    readOrder(draft, 'cancellation');
    return;
  }
  if (draft.isAsked(ACTS.read)) return;
  draft.openCase(
    {
      key: 'cancellation-not-seen',
      reason: 'cancellation-not-seen',
      message: `${state.connection} accepted the cancellation of order ${draft.name} at ${state.cancellationAcceptedAt}, and still shows it as it was`,
      suggestedFix: 'Look at the order at its channel, and cancel it there',
    },
    new Date(dueAt).toISOString(),
  );
}
