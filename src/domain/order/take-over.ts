/**
 * Taking orders over from another connector, once, at go-live: what was only known, or decided in shadow, is worked on from now
 * on. What the other has shipped and refunded stays its business; its sales order in the ERP is adopted by its reference.
 */
import type { Order } from '../canonical/index.ts';
import type { ExistingSalesOrder } from '../commands.ts';
import type { Ending } from '../process.ts';
import { depositsOf } from './deposits.ts';
import type { Draft } from './draft.ts';
import { removedUnits, shippableLines } from './quantities.ts';
import type { OrderState } from './state.ts';

/** Units of an order that its channel shows as still to be sent. */
export function unitsToSend(order: Order): number {
  if (order.cancelledAt !== null) return 0;
  return shippableLines(order).reduce(
    (sum, line) => sum + Math.max(0, line.quantity - removedUnits(order, line) - line.fulfilledQuantity),
    0,
  );
}

/** Whether an order that is only known is one to be taken over: something of it is still to be sent. */
export function isToBeTakenOver(state: OrderState, testOrders: 'process' | 'ignore'): boolean {
  const { order, live } = state;
  return order !== null && !live && (!order.test || testOrders === 'process') && unitsToSend(order) > 0;
}

export function takeOver(draft: Draft, by: string, shadowed: readonly string[]): Ending {
  const { state, context } = draft;
  if (!state.order) return 'duplicate';
  const connection = context.config.connections.find((each) => each.id === state.connection);
  const waiting = Object.entries(state.acts).filter(
    ([, { key, status }]) => status === 'asked' && shadowed.includes(key),
  );
  if (state.live ? waiting.length === 0 : !isToBeTakenOver(state, connection?.testOrders ?? 'ignore'))
    return 'duplicate';
  const ours = new Set(state.shipments.map(({ fulfilmentId }) => fulfilmentId));
  const { money } = draft.entity;
  const deposits = depositsOf(draft.order);
  draft.record({
    type: 'OrderTakenOver',
    by,
    fulfilments: draft.order.fulfilments.flatMap(({ fulfilmentId }) =>
      ours.has(fulfilmentId) ? [] : [fulfilmentId],
    ),
    refunds: draft.order.refunds
      .filter(({ refundId }) => state.refunds[refundId] !== 'done')
      .map(({ refundId, cash }) => ({ refundId, cashMinor: cash[money] })),
    ...(deposits && { deposits }),
  });
  // What was only decided is asked for anew, under a key of its own.
  for (const [act] of waiting) draft.allowRetry(act, by);
  return 'applied';
}

/** The ERP had a sales order under our reference already: where it differs from what was asked, it counts as its own edit. */
export function compareAdopted(draft: Draft, existing: ExistingSalesOrder): void {
  const { version, status, currency, totalMinor } = existing;
  const { asked } = draft.state.erp;
  if (currency !== draft.currency || totalMinor !== asked.totalMinor) {
    const reason =
      currency === draft.currency
        ? 'another connector had made it, with another total'
        : `another connector had made it, in ${currency}`;
    draft.record({ type: 'EditedByErp', version, reason, lines: null, totalMinor });
  }
  const reason = 'found so when it was taken over';
  if (status === 'cancelled') draft.record({ type: 'CancelledByErp', version, reason });
  if (status === 'held') draft.record({ type: 'HeldByErp', version, reason, since: draft.nowIso });
}
