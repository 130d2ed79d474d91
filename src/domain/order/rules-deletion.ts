/** The order was deleted at its channel: what has not left does not leave, and where a part has left already a person decides. */
import { ACTS } from './acts.ts';
import type { Draft } from './draft.ts';
import { ENDED } from './lifecycle.ts';
import { hasLeft, openUnits, shippableLines } from './quantities.ts';

export function followDeletion(draft: Draft): void {
  const { state, order } = draft;
  if (state.deletedAt === undefined) return;
  const because = 'the order is deleted from its channel';
  draft.closeCaseOf(ACTS.read, because);
  const isWanted = shippableLines(order).some((line) => openUnits(state, order, line) > 0);
  if (ENDED.has(state.status) || state.cancelled || !isWanted) {
    draft.closeCase('order-deleted', 'nothing of it is to leave any more');
    return;
  }
  if (!hasLeft(state, order)) {
    cancelDeleted(draft);
    return;
  }
  draft.openCase(
    {
      key: 'order-deleted',
      reason: 'order-deleted',
      message: `Order ${draft.name} was deleted at ${state.connection} when a part of it had left and another had not`,
      suggestedFix:
        'Ask who has deleted it, and why. Retry the case to cancel what has not left; skip it to send that all the same',
    },
    state.deletedAt,
  );
}

/** Nobody wants what has not left. */
export function cancelDeleted(draft: Draft): void {
  const { deletedAt } = draft.state;
  if (deletedAt !== undefined)
    draft.record({ type: 'OrderCancelled', reason: 'deleted at its channel', at: deletedAt });
}
