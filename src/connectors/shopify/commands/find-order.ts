/** Whose fulfilment orders are: their webhooks do not say it. Many are asked for in one call. */
import type { CommandOf, Outcome } from '../../contract.ts';
import { drift, type Exchange } from '../client.ts';
import { FIND_ORDERS_OF } from '../documents-fulfilment-orders.ts';
import { REVERSE_PREFIX } from '../intake.ts';
import { globalId, numericId } from '../json.ts';

type FindOrder = CommandOf<'channel.findOrder'>;

/** Fulfilment orders a call: each costs a point. */
export const FOUND_AT_ONCE = 100;

/** The outcomes of these commands, in the same order. */
export async function findOrdersOf(commands: readonly FindOrder[], exchange: Exchange): Promise<Outcome[]> {
  if (commands.length === 0) return [];
  const ids = commands.map(({ body }) => partId(body.fulfilmentOrderId));
  const answer = await exchange.run(FIND_ORDERS_OF, { ids });
  if (answer.status === 'tooCostly') return commands.map(() => drift(answer.message));
  if (answer.status !== 'ok') return commands.map(() => answer);
  const { nodes } = answer.data;
  return commands.map(({ body }, index) => {
    const found = nodes[index];
    const channelOrderId = numericId(found?.orderId ?? found?.order?.id);
    return channelOrderId === undefined ? missing(body) : { status: 'done', result: { channelOrderId } };
  });
}

/** Of what is to be sent, or of what comes back. */
function partId(id: string): string {
  return id.startsWith(REVERSE_PREFIX)
    ? globalId('ReverseFulfillmentOrder', id.slice(REVERSE_PREFIX.length))
    : globalId('FulfillmentOrder', id);
}

function missing({ fulfilmentOrderId }: FindOrder['body']): Outcome {
  return {
    status: 'rejected',
    code: 'not-found',
    message: `The shop has no fulfilment order ${fulfilmentOrderId}, or the app may not see it`,
    suggestedFix: 'Nothing: its order is read when it has changed',
  };
}
