/**
 * Keeping an order back in our own name, and letting it go. Our hold is known by its handle, of which the vendor takes one on a
 * fulfilment order; holds of the staff and of other apps are left alone.
 */
import type { ChannelHoldReason } from '../../../domain/commands.ts';
import type { CommandOf, Failure, LookUp, Outcome } from '../../contract.ts';
import { type Exchange, rejectedBy } from '../client.ts';
import {
  type FulfilmentOrderNode,
  HOLD_FULFILMENT_ORDER,
  RELEASE_HOLD,
} from '../documents-fulfilment-orders.ts';
import type { UserError } from '../graphql-document.ts';
import { HOLD_HANDLE, isOurHold } from '../hold.ts';
import { change, missingOrder, readFulfilmentOrders } from './fulfilment-orders.ts';

type Held = Pick<FulfilmentOrderNode, 'id' | 'fulfillmentHolds'>;

/** Somebody may have split or sent a part meanwhile: so often it is looked at anew. */
const ROUNDS = 2;
/** Longest note that staff sees. */
const MAX_NOTE = 255;

const REASONS = {
  payment: 'AWAITING_PAYMENT',
  stock: 'INVENTORY_OUT_OF_STOCK',
  address: 'INCORRECT_ADDRESS',
  other: 'OTHER',
} as const satisfies Record<ChannelHoldReason, string>;

/** What staff could send now; what is scheduled for later, done or asked of a fulfilment service is not held. */
const HOLDABLE: ReadonlySet<string> = new Set(['OPEN', 'IN_PROGRESS', 'ON_HOLD']);
const REQUESTED: ReadonlySet<string> = new Set(['SUBMITTED', 'ACCEPTED', 'CANCELLATION_REQUESTED']);

export async function holdFulfilment(
  { body }: CommandOf<'channel.holdFulfilment'>,
  exchange: Exchange,
): Promise<Outcome> {
  let refusal: readonly UserError[] = [];
  for (let round = 0; ; round += 1) {
    const read = await readFulfilmentOrders(body.channelOrderId, exchange);
    if (read.status === 'missing') return missingOrder(body.channelOrderId);
    if (read.status !== 'ok') return read;
    const free = read.orders.filter(isFree);
    if (free.length === 0) return { status: 'done', result: {} };
    if (round === ROUNDS)
      return rejectedBy(
        refusal,
        'Hold the order’s fulfilment in the shop’s admin, then skip the case',
        'hold-refused',
      );
    refusal = [];
    for (const { id } of free) {
      const hold = {
        reason: REASONS[body.reason],
        reasonNotes: body.note.slice(0, MAX_NOTE),
        handle: HOLD_HANDLE,
        notifyMerchant: false,
      };
      const made = await change(HOLD_FULFILMENT_ORDER, { id, hold }, exchange);
      if (made.status === 'refused') refusal = [...refusal, ...made.errors];
      else if (made.status !== 'done') return made;
    }
  }
}

export async function lookUpHold(
  { body }: CommandOf<'channel.holdFulfilment'>,
  exchange: Exchange,
): Promise<LookUp> {
  const read = await readFulfilmentOrders(body.channelOrderId, exchange);
  if (read.status === 'missing') return { status: 'absent' };
  if (read.status !== 'ok') return read;
  return read.orders.some(isFree) ? { status: 'absent' } : { status: 'found', result: {} };
}

export async function releaseHold(
  { body }: CommandOf<'channel.releaseHold'>,
  exchange: Exchange,
): Promise<Outcome> {
  const read = await readFulfilmentOrders(body.channelOrderId, exchange);
  if (read.status === 'missing') return missingOrder(body.channelOrderId);
  if (read.status !== 'ok') return read;
  const freed = await releaseOurHolds(read.orders, exchange);
  if (freed.status === 'done') return { status: 'done', result: {} };
  if (freed.status !== 'refused') return freed;
  const now = await readFulfilmentOrders(body.channelOrderId, exchange);
  if (now.status === 'ok' && !now.orders.some(isHeldByUs)) return { status: 'done', result: {} };
  return rejectedBy(
    freed.errors,
    'Release the hold of the order’s fulfilment in the shop’s admin, then skip the case',
    'release-refused',
  );
}

export async function lookUpRelease(
  { body }: CommandOf<'channel.releaseHold'>,
  exchange: Exchange,
): Promise<LookUp> {
  const read = await readFulfilmentOrders(body.channelOrderId, exchange);
  if (read.status === 'missing') return { status: 'absent' };
  if (read.status !== 'ok') return read;
  return read.orders.some(isHeldByUs) ? { status: 'absent' } : { status: 'found', result: {} };
}

/** Takes our holds away, each by its id: without ids the vendor would take away those of others too. */
export async function releaseOurHolds(
  orders: readonly Held[],
  exchange: Exchange,
): Promise<
  { status: 'done'; released: number } | { status: 'refused'; errors: readonly UserError[] } | Failure
> {
  const held = orders.filter(isHeldByUs);
  const errors: UserError[] = [];
  for (const { id, fulfillmentHolds } of held) {
    const holds = fulfillmentHolds.filter(isOurHold).map((hold) => hold.id);
    const made = await change(RELEASE_HOLD, { id, holds }, exchange);
    if (made.status === 'refused') errors.push(...made.errors);
    else if (made.status !== 'done') return made;
  }
  return errors.length > 0 ? { status: 'refused', errors } : { status: 'done', released: held.length };
}

const isHeldByUs = ({ fulfillmentHolds }: Held): boolean => fulfillmentHolds.some(isOurHold);

function isFree(order: FulfilmentOrderNode): boolean {
  const open = order.lineItems.nodes.some(({ remainingQuantity }) => remainingQuantity > 0);
  return open && HOLDABLE.has(order.status) && !REQUESTED.has(order.requestStatus) && !isHeldByUs(order);
}
