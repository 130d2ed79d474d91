/**
 * Reading all orders of a time in bulk: the vendor runs the query by itself and lays the result down as a file of JSON lines,
 * which is read as a stream, one order in memory at a time.
 */
import type { BackfillPart, BackfillRange, BulkReads, Delivery } from '../contract.ts';
import { bulkLines, lookAtBulk, startBulk } from './bulk-operation.ts';
import { APART, bulkOrdersQuery, CONNECTIONS, LIST_LIMIT } from './bulk-query.ts';
import type { Exchange } from './client.ts';
import { BACKFILL_CHANGED_TOPIC, BACKFILL_TOPIC } from './intake.ts';
import { asObject, type JsonObject, parseText } from './json.ts';

const FIX = 'Ask for the orders by the poll instead, and report it: the query is not what the vendor takes';

export type Exchanging = <Result>(
  signal: AbortSignal,
  act: (exchange: Exchange) => Promise<Result>,
) => Promise<Result>;

export function bulkReads(exchanging: Exchanging): BulkReads {
  return {
    start: (range, signal) =>
      exchanging(signal, (exchange) => startBulk(bulkOrdersQuery(searchOf(range)), FIX, exchange)),
    look: (operation, signal) => exchanging(signal, (exchange) => lookAtBulk(operation, exchange)),
    read,
  };
}

/** The search for what has changed in a range, both ends included. */
function searchOf({ since, until }: BackfillRange): string {
  const second = (instant: string) => `${new Date(instant).toISOString().slice(0, 19)}Z`;
  const from = `updated_at:>='${second(since)}'`;
  return until === null ? from : `${from} AND updated_at:<='${second(until)}'`;
}

/** Orders of a result, from a line on. Throws where the file cannot be read to its end. */
async function* read(file: string, from: number, signal: AbortSignal): AsyncGenerator<BackfillPart> {
  let order: Assembled | null = null;
  let position = 0;
  for await (const lines of bulkLines(file, signal))
    for (const text of lines) {
      if (position >= from) {
        const object = asObject(parseText(text));
        if (!object) throw new Error(`line ${position + 1} of the result is no JSON object`);
        if (object.__parentId === undefined) {
          if (order) yield { delivery: deliveryOf(order), position };
          order = { own: object, children: new Map(), strange: false };
        } else if (order) add(order, object);
      }
      position += 1;
    }
  if (order) yield { delivery: deliveryOf(order), position };
}

interface Assembled {
  own: JsonObject;
  children: Map<string, JsonObject[]>;
  /** Something came with it that is not known: it is read alone. */
  strange: boolean;
}

function add(order: Assembled, { __parentId: parent, ...child }: JsonObject): void {
  const type = /^gid:\/\/shopify\/(\w+)\//.exec(typeof child.id === 'string' ? child.id : '')?.[1];
  const connection = type === undefined ? undefined : CONNECTIONS.get(type);
  if (connection === undefined || parent !== order.own.id) {
    order.strange = true;
    return;
  }
  order.children.set(connection, [...(order.children.get(connection) ?? []), child]);
}

/** The order as a read gives it; of one with more than the file has of it only that it has changed. */
function deliveryOf({ own, children, strange }: Assembled): Delivery {
  const has = (part: string) => (Array.isArray(own[part]) ? own[part].length > 0 : own[part] != null);
  const transactions = Array.isArray(own.transactions) ? own.transactions.length : 0;
  if (strange || APART.some(has) || transactions >= LIST_LIMIT) {
    const { id, updatedAt } = own;
    return delivery(BACKFILL_CHANGED_TOPIC, { id, updatedAt });
  }
  const connections = Object.fromEntries(
    [...CONNECTIONS.values()].map((name) => [
      name,
      { pageInfo: { hasNextPage: false, endCursor: null }, nodes: children.get(name) ?? [] },
    ]),
  );
  return delivery(BACKFILL_TOPIC, { ...own, ...connections });
}

function delivery(topic: string, order: JsonObject): Delivery {
  return { headers: {}, body: Buffer.from(JSON.stringify({ order })), origin: 'backfill', topic };
}
