/** What customers and merchants do to an order at its channel, chosen by numbers. */
import type { LineItem } from '../../src/domain/canonical/index.ts';
import type { ChannelModel } from './channel-model.ts';

/** Cancels whole, with the money of what has not shipped. False: too late, or done already. */
export function cancelWithMoney(channel: ChannelModel, force: boolean): boolean {
  const paid = channel.capturedMinor > 0;
  const picks = channel.order.lines
    .map((each) => ({ lineId: each.lineId, quantity: channel.unshipped(each) }))
    .filter((pick) => pick.quantity > 0);
  if (channel.order.cancelledAt !== null) return false;
  if (!force && channel.order.lines.some((each) => each.fulfilledQuantity > 0)) return false;
  if (paid && picks.length > 0 && channel.order.currentTotal.shop > 0) channel.refund(picks);
  channel.cancel('customer', force);
  return true;
}

/** One act of twelve. False: it was not possible. */
export function actAtChannel(
  channel: ChannelModel,
  act: number,
  detail: number,
  newLine: (sku: string, quantity: number) => LineItem,
): boolean {
  if (channel.order.cancelledAt !== null && act % 12 !== 6) return false;
  const target = channel.order.lines[detail % channel.order.lines.length];
  if (!target) return false;
  const { lineId } = target;
  const left = channel.unshipped(target);
  const paid = channel.capturedMinor;
  const refunded = channel.order.refunds.reduce(
    (sum, each) => sum + each.cash.shop + each.cashPending.shop,
    0,
  );
  switch (act % 12) {
    case 0:
      if (left === 0) return false;
      if (paid > 0) channel.refund([{ lineId, quantity: 1 + (detail % left) }]);
      else channel.remove(lineId, 1 + (detail % left));
      break;
    case 1:
      channel.add(newLine(['A', 'B'][detail % 2] ?? 'A', 1 + (detail % 2)));
      break;
    case 2:
      if (!cancelWithMoney(channel, detail % 4 === 0)) return false;
      break;
    case 3:
      channel.capture();
      break;
    case 4:
      if (paid > 0) return false;
      channel.payment(
        (['expired', 'failed', 'voided', 'pending', 'authorised'] as const)[detail % 5] ?? 'failed',
      );
      break;
    case 5:
      if (channel.order.holds?.length) channel.unhold();
      else channel.hold();
      break;
    case 6:
      // Of what has shipped something comes back.
      if (target.currentQuantity - left <= 0 || paid - refunded < 1190) return false;
      channel.refund(
        [{ lineId, quantity: left + 1 }].map((pick) => ({
          ...pick,
          quantity: Math.min(pick.quantity, target.currentQuantity),
        })),
      );
      break;
    case 7:
      if (paid - refunded < 100) return false;
      channel.refund([], {
        extraMinor: 100,
        money: (['done', 'pending', 'failed'] as const)[detail % 3] ?? 'done',
      });
      break;
    case 8: {
      const open = channel.order.refunds.find(
        (each) => each.cashPending.shop > 0 || each.cashFailed.shop > 0,
      );
      if (!open) return false;
      channel.settleRefund(open.refundId, 'done');
      break;
    }
    case 9:
      channel.change({ name: `#${channel.order.channelOrderId} (${detail})` });
      break;
    case 10:
      if (
        left === 0 ||
        detail % 3 > 0 ||
        !channel.fulfil({ shipmentId: null, lines: [{ lineId, quantity: 1 }] })
      )
        return false;
      break;
    case 11:
      channel.change({
        shipTo: {
          personId: `p-${detail}`,
          countryCode: 'DE',
          provinceCode: null,
          missing: detail % 3 === 0 ? ['city'] : [],
        },
      });
      break;
  }
  return true;
}
