/**
 * Cancelling an order at the channel. The vendor does it in a job of its own: `cancelledAt` tells when it is done, for the
 * command and for a look-up alike.
 */
import type { Clock } from '../../../base/clock.ts';
import type { CommandOf, Failure, LookUp, Outcome } from '../../contract.ts';
import { drift, type Exchange, rejectedBy } from '../client.ts';
import { CANCEL_ORDER, READ_CANCELLATION, type UserError } from '../documents.ts';
import { globalId } from '../json.ts';
import type { OrderCancelReason } from '../vendor-types.ts';
import { missingOrder } from './fulfilment-orders.ts';

type CancelOrder = CommandOf<'channel.cancelOrder'>;
type Standing = { status: 'cancelled' } | { status: 'live' } | { status: 'missing' } | Failure;

/** Waits for the job, between looks; a longer one is looked up later. */
const WAITS_MS = [0, 500, 1_000, 2_000, 3_000];
/** Longest note that staff sees. */
const MAX_NOTE = 255;

export async function cancelOrder(
  { body, attempt }: CancelOrder,
  notifyCustomer: boolean,
  clock: Clock,
  exchange: Exchange,
): Promise<Outcome> {
  const { channelOrderId, reason, refund, restock, notify = notifyCustomer } = body;
  if (attempt > 1) {
    const before = await readCancelled(channelOrderId, exchange);
    if (before.status === 'cancelled') return { status: 'done', result: {} };
    if (before.status === 'missing') return missingOrder(channelOrderId);
    if (before.status !== 'live') return before;
  }
  const asked = await exchange.run(CANCEL_ORDER, {
    id: globalId('Order', channelOrderId),
    reason: reasonOf(reason),
    refundMethod: { originalPaymentMethodsRefund: refund },
    restock,
    notify,
    note: reason.slice(0, MAX_NOTE),
  });
  if (asked.status === 'tooCostly') return drift(asked.message);
  if (asked.status !== 'ok') return asked;
  const payload = asked.data.orderCancel;
  const errors = payload?.orderCancelUserErrors ?? [];
  if (errors.length > 0) return refused(channelOrderId, errors, exchange);
  for (const waitMs of WAITS_MS) {
    if (waitMs > 0) await clock.sleep(waitMs, exchange.signal);
    if (exchange.signal.aborted) break;
    const now = await readCancelled(channelOrderId, exchange);
    if (now.status === 'cancelled') return { status: 'done', result: {} };
    if (now.status !== 'live') break;
  }
  return {
    status: 'unknown',
    message: `the cancellation of order ${channelOrderId} is still being carried out`,
  };
}

export async function lookUpCancellation({ body }: CancelOrder, exchange: Exchange): Promise<LookUp> {
  const read = await readCancelled(body.channelOrderId, exchange);
  switch (read.status) {
    case 'cancelled':
      return { status: 'found', result: {} };
    case 'live':
    case 'missing':
      return { status: 'absent' };
    default:
      return read;
  }
}

async function readCancelled(channelOrderId: string, exchange: Exchange): Promise<Standing> {
  const read = await exchange.run(READ_CANCELLATION, { id: globalId('Order', channelOrderId) });
  if (read.status === 'tooCostly') return drift(read.message);
  if (read.status !== 'ok') return read;
  if (read.data.order === null) return { status: 'missing' };
  return { status: read.data.order.cancelledAt === null ? 'live' : 'cancelled' };
}

/** An order that is cancelled already cannot be cancelled again: that is what was wanted. */
async function refused(
  channelOrderId: string,
  errors: readonly UserError[],
  exchange: Exchange,
): Promise<Outcome> {
  if (errors.some((error) => error.code === 'INTERNAL_ERROR'))
    return { status: 'unknown', message: `CancelOrder: ${errors.map((error) => error.message).join('; ')}` };
  const read = await readCancelled(channelOrderId, exchange);
  if (read.status === 'cancelled') return { status: 'done', result: {} };
  if (read.status === 'missing') return missingOrder(channelOrderId);
  return rejectedBy(
    errors,
    'Cancel or refund the order in the shop’s admin as far as it allows (what has shipped must come back first), then skip the case',
    'cancellation-refused',
  );
}

/** The vendor's reasons, by words in ours. */
const REASONS: readonly [pattern: RegExp, reason: OrderCancelReason][] = [
  [/fraud/i, 'FRAUD'],
  [/stock|inventory|unavailable/i, 'INVENTORY'],
  [/payment|declined|authori[sz]ation/i, 'DECLINED'],
  [/customer|shopper|buyer/i, 'CUSTOMER'],
  [/staff|mistake/i, 'STAFF'],
];

function reasonOf(words: string): OrderCancelReason {
  return REASONS.find(([pattern]) => pattern.test(words))?.[1] ?? 'OTHER';
}
