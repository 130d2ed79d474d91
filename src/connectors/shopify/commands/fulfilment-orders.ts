/** Reading who is to send what of an order: all of it, however much that is. */
import type { Failure } from '../../contract.ts';
import { drift, type Exchange } from '../client.ts';
import {
  type Changed,
  FULFILMENT_ORDER_SIZES,
  type FulfilmentOrderNode,
  READ_FULFILMENT_ORDERS,
} from '../documents-fulfilment-orders.ts';
import type { GraphQlDocument, OperationName, UserError } from '../graphql-document.ts';
import { globalId, numericId } from '../json.ts';
import type { Operations } from '../vendor-types.ts';

export type FulfilmentOrdersRead =
  | { status: 'ok'; cancelled: boolean; orders: FulfilmentOrderNode[] }
  | { status: 'missing' }
  | Failure;

export async function readFulfilmentOrders(
  channelOrderId: string,
  exchange: Exchange,
): Promise<FulfilmentOrdersRead> {
  const { usual, most } = FULFILMENT_ORDER_SIZES;
  let [parts, lines]: [number, number] = [usual.parts, usual.lines];
  for (;;) {
    const read = await exchange.run(READ_FULFILMENT_ORDERS, {
      id: globalId('Order', channelOrderId),
      parts,
      lines,
    });
    if (read.status === 'tooCostly') return tooMany(channelOrderId, read.message);
    if (read.status !== 'ok') return read;
    const { order } = read.data;
    if (order === null) return { status: 'missing' };
    const { nodes, pageInfo } = order.fulfillmentOrders;
    const moreLines = nodes.some(({ lineItems }) => lineItems.pageInfo.hasNextPage);
    if (!pageInfo.hasNextPage && !moreLines)
      return { status: 'ok', cancelled: order.cancelledAt !== null, orders: nodes };
    if ((pageInfo.hasNextPage && parts >= most.parts) || (moreLines && lines >= most.lines))
      return tooMany(channelOrderId, `more than ${most.parts} of them, or ${most.lines} lines in one`);
    if (pageInfo.hasNextPage) parts = Math.min(most.parts, parts * 5);
    if (moreLines) lines = Math.min(most.lines, lines * 5);
  }
}

function tooMany(channelOrderId: string, what: string): Failure {
  return {
    status: 'rejected',
    code: 'order-too-large',
    message: `The fulfilment orders of order ${channelOrderId} are too many to be read in one call: ${what}`,
    suggestedFix: 'Settle it in the shop’s admin and skip the case',
  };
}

/** Whether a fulfilment order stands at a location, which is named by the vendor's name or id of it. */
export function isAt(
  { assignedLocation: { name, location } }: Pick<FulfilmentOrderNode, 'assignedLocation'>,
  code: string,
): boolean {
  const same = name.trim().toLowerCase() === code.trim().toLowerCase();
  return same || (location !== null && (location.id === code || numericId(location.id) === code));
}

/** What came of a change that may be refused. */
export type Made = { status: 'done' } | { status: 'refused'; errors: readonly UserError[] } | Failure;

export async function change<Name extends OperationName>(
  document: GraphQlDocument<Changed, Name>,
  variables: Operations[Name]['variables'],
  exchange: Exchange,
): Promise<Made> {
  const answer = await exchange.run(document, variables);
  if (answer.status === 'tooCostly') return drift(answer.message);
  if (answer.status !== 'ok') return answer;
  if (answer.data === null)
    return { status: 'unknown', message: `${document.name} gave neither a result nor an error` };
  const { userErrors } = answer.data;
  return userErrors.length > 0 ? { status: 'refused', errors: userErrors } : { status: 'done' };
}

export function missingOrder(channelOrderId: string): Failure {
  return {
    status: 'rejected',
    code: 'not-found',
    message: `The shop has no order ${channelOrderId}, or the app may not see it`,
    suggestedFix:
      'Look whether the order was deleted in the shop; orders older than 60 days need the scope read_all_orders. Then retry or skip the case',
  };
}
