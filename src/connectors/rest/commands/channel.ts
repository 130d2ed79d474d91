/** Commands to a channel. */
import { z } from 'zod';
import type { CommandOf, LookUp, Outcome } from '../../contract.ts';
import { Key, OrderFulfilment } from '../api.ts';
import { type Calls, encode, notThere, readDelivery } from './calls.ts';

type ChannelCommand =
  | CommandOf<'channel.readOrder'>
  | CommandOf<'channel.createFulfilment'>
  | CommandOf<'channel.cancelOrder'>;

/** Of an order only what a command needs: whether the rest can be read is for the intake to judge. */
const OrderHead = z.object({
  id: Key,
  cancelledAt: z.string().nullish(),
  fulfilments: z.array(z.object({ id: Key, shipmentId: z.string().nullish() })).default([]),
});

const orderPath = (channelOrderId: string): string => `/v1/orders/${encode(channelOrderId)}`;

export async function performOnChannel(
  calls: Calls,
  command: ChannelCommand,
  signal: AbortSignal,
): Promise<Outcome> {
  switch (command.kind) {
    case 'channel.readOrder': {
      const { channelOrderId } = command.body;
      const read = await calls.find(orderPath(channelOrderId), OrderHead, (_order, text) => text, signal);
      if (read.status === 'absent')
        return notThere(`order ${channelOrderId}`, 'the channel does not have it');
      return read.status === 'found'
        ? { status: 'done', result: {}, observations: [readDelivery(read.value)] }
        : read;
    }
    case 'channel.createFulfilment': {
      const { channelOrderId, ...body } = command.body;
      return calls.change(
        command,
        {
          method: 'POST',
          path: `${orderPath(channelOrderId)}/fulfilments`,
          body,
          answer: OrderFulfilment,
          signal,
        },
        ({ id }) => ({ fulfilmentId: id }),
      );
    }
    case 'channel.cancelOrder': {
      const { channelOrderId, ...body } = command.body;
      return calls.change(
        command,
        { method: 'POST', path: `${orderPath(channelOrderId)}/cancel`, body, answer: OrderHead, signal },
        () => ({}),
        (text) => [readDelivery(text)],
      );
    }
    default:
      return command satisfies never;
  }
}

export async function lookUpAtChannel(
  calls: Calls,
  command: ChannelCommand,
  signal: AbortSignal,
): Promise<LookUp> {
  if (command.kind === 'channel.readOrder') return { status: 'absent' };
  const { channelOrderId } = command.body;
  const found = await calls.find(
    orderPath(channelOrderId),
    OrderHead,
    (order, text) => ({ order, text }),
    signal,
  );
  if (found.status !== 'found') return found;
  const { order, text } = found.value;
  if (command.kind === 'channel.cancelOrder') {
    return order.cancelledAt
      ? { status: 'found', result: {}, observations: [readDelivery(text)] }
      : { status: 'absent' };
  }
  const made = order.fulfilments.find((each) => each.shipmentId === command.body.shipmentId);
  return made ? { status: 'found', result: { fulfilmentId: made.id } } : { status: 'absent' };
}
