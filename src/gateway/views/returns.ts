/** Returns and their refunds as the API gives them. */
import type { Order, TwoMoney } from '../../domain/canonical/index.ts';
import type { RetailerConfig } from '../../domain/config.ts';
import type { OrderState } from '../../domain/order/state.ts';
import type { ToldRefund } from '../../domain/return/messages.ts';
import {
  dispositionsOf,
  type ReturnState,
  receivedQuantity,
  returnedQuantity,
  statusOf,
} from '../../domain/return/state.ts';
import { streamKey } from '../../domain/stream-key.ts';
import type { ReturnRow } from '../../store/read-returns.ts';
import type { RefundItem, ReturnItem, ReturnListItem } from '../schemas/returns.ts';
import { moneyOf } from '../words/look.ts';
import { RETURN_STATUS_WORDS } from '../words/returns.ts';
import { iso } from './common.ts';

/** The currency in which the customer paid; a return that has not been read has nothing to say of money. */
const currencyOf = (order: Order | null): string => order?.presentmentCurrency ?? 'XXX';

export function refundItem(told: ToldRefund, order: Order | null): RefundItem {
  const { request, state, amount, refundId, by, approvals, needs, because } = told;
  return {
    request,
    state,
    amount: moneyOf(amount.presentment, currencyOf(order)),
    refundId,
    by,
    approvals: [...approvals],
    needs,
    because,
  };
}

export function returnListItem(row: ReturnRow, state: ReturnState, order: Order | null): ReturnListItem {
  const status = statusOf(state);
  const { content, connection } = state;
  const units = dispositionsOf(state);
  return {
    key: row.key,
    name: content?.name ?? row.key,
    connection,
    order: content ? streamKey(connection, content.channelOrderId) : null,
    status,
    statusLabel: RETURN_STATUS_WORDS[status],
    closed: row.closed,
    units: returnedQuantity(state),
    received: receivedQuantity(state),
    inspected: Object.values(units).reduce((sum, count) => sum + count, 0),
    reasons: [...new Set((content?.lines ?? []).map(({ reason }) => reason))],
    refunds: order === null ? [] : state.refunds.map((refund) => refundItem(refund, order)),
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
  };
}

/** @param of the state of its order, as far as it is known. */
export function returnItem(
  row: ReturnRow,
  state: ReturnState,
  of: OrderState | null,
  config: RetailerConfig,
): ReturnItem {
  const { content } = state;
  const order = of?.order ?? null;
  const money = (amount: TwoMoney | null) =>
    amount === null || amount.presentment === 0 ? null : moneyOf(amount.presentment, currencyOf(order));
  const inspected = of?.returns?.[row.key]?.inspected ?? [];
  const place = (id: string) => config.locations.find((each) => each.id === id)?.name ?? id;
  return {
    ...returnListItem(row, state, order),
    orderName: order?.name ?? null,
    lines: (content?.lines ?? []).map((line) => {
      const known = order?.lines.find(({ lineId }) => lineId === line.lineId);
      return {
        returnLineId: line.returnLineId,
        lineId: line.lineId,
        sku: known?.sku ?? null,
        title: known?.title ?? null,
        quantity: line.quantity,
        processed: line.processedQuantity,
        reason: line.reason,
        restockingFee: money(line.restockingFee),
        goods: inspected
          .filter(({ lineId }) => lineId === line.lineId)
          .map(({ disposition, quantity, location, source, counts, at }) => ({
            disposition,
            quantity,
            location: place(location),
            source,
            counts,
            at,
          })),
      };
    }),
    exchangeUnits: (content?.exchangeLines ?? []).reduce((sum, { quantity }) => sum + quantity, 0),
    shippingFee: money(content?.shippingFee ?? null),
    tracking: (content?.deliveries ?? []).flatMap(({ tracking }) => (tracking ? [tracking] : [])),
  };
}
