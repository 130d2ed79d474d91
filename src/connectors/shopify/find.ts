/** Finding the order that a person means: by its global id, its number, or its name in the store. */
import type { Delivery, Failure, FeedPage, FoundOrders } from '../contract.ts';
import { drift, type Exchange } from './client.ts';
import { FIND_ORDERS } from './documents.ts';
import { CHANGED_TOPIC, READ_TOPIC } from './intake.ts';
import { numericId } from './json.ts';
import { type OrderReader, orderDelivery } from './orders.ts';

/** Longest text that is searched for: no order is called so. */
const TEXT_LIMIT = 100;

/** The orders with this id, or, when there is none, with this name. */
export async function findOrders(text: string, exchange: Exchange): Promise<FoundOrders | Failure> {
  const id = numericId(text);
  if (id !== undefined) {
    const found = await search(`id:${id}`, exchange, (order) => order.channelOrderId === id);
    if (found.status !== 'found' || found.orders.length > 0 || text.startsWith('gid:')) return found;
  }
  // What would end the quoted text is in no name.
  const name = text.slice(0, TEXT_LIMIT).replace(/['"\\]/g, '');
  return search(`name:'${name}'`, exchange, (order) => order.name === name || order.name === `#${name}`);
}

/** The vendor's search also gives what only resembles the text, so each find is looked at. */
async function search(
  query: string,
  exchange: Exchange,
  isMeant: (order: FoundOrders['orders'][number]) => boolean,
): Promise<FoundOrders | Failure> {
  const answer = await exchange.run(FIND_ORDERS, { query });
  if (answer.status === 'tooCostly') return drift(answer.message);
  if (answer.status !== 'ok') return answer;
  const orders = answer.data.orders.nodes.flatMap(({ id, name }) => {
    const channelOrderId = numericId(id);
    return channelOrderId === undefined ? [] : [{ channelOrderId, name }];
  });
  return { status: 'found', orders: orders.filter(isMeant) };
}

/** A page of the orders that are open in the store, each whole. Of one that is too large to be read only its id comes. */
export async function openOrders(
  reader: Pick<OrderReader, 'page' | 'readOne'>,
  cursor: string | null,
  exchange: Exchange,
): Promise<FeedPage | Failure> {
  const page = await reader.page('status:open', cursor, exchange);
  if (page.status !== 'ok') return page;
  const deliveries: Delivery[] = [];
  for (const { order, whole } of page.orders) {
    const id = typeof order.id === 'string' ? numericId(order.id) : undefined;
    const read = whole || id === undefined ? null : await reader.readOne(id, exchange);
    if (read === null && whole) deliveries.push(orderDelivery('read', READ_TOPIC, order));
    else if (read?.status === 'ok') deliveries.push(orderDelivery('read', READ_TOPIC, read.order));
    else if (read === null || read.status === 'rejected')
      deliveries.push(orderDelivery('poll', CHANGED_TOPIC, { id: order.id, updatedAt: order.updatedAt }));
    else if (read.status !== 'missing') return read;
  }
  return {
    deliveries,
    cursor: page.pageInfo.endCursor ?? '',
    more: page.pageInfo.hasNextPage && page.pageInfo.endCursor !== null,
  };
}
