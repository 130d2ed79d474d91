/**
 * Reading all orders of a time in bulk: the vendor runs the query by itself and lays the result down as a file of JSON lines,
 * which is read as a stream, one order in memory at a time.
 */
import type { BackfillPart, BackfillRange, BulkReads, Delivery } from '../contract.ts';
import { APART, bulkOrdersQuery, CONNECTIONS, LIST_LIMIT } from './bulk-query.ts';
import { drift, type Exchange, rejectedBy } from './client.ts';
import { READ_BULK, RUN_BULK } from './documents.ts';
import { BACKFILL_CHANGED_TOPIC, BACKFILL_TOPIC } from './intake.ts';
import { asObject, type JsonObject, parseText } from './json.ts';

/** Wait when the app has as many operations under way as the vendor allows. */
const BUSY_RETRY_MS = 60_000;
/** Longest line that is taken: an order of some thousand lines has as much. */
const LINE_LIMIT = 16 * 1024 * 1024;

type Exchanging = <Result>(
  signal: AbortSignal,
  act: (exchange: Exchange) => Promise<Result>,
) => Promise<Result>;

export function bulkReads(exchanging: Exchanging): BulkReads {
  return {
    start: (range, signal) => exchanging(signal, (exchange) => start(range, exchange)),
    look: (operation, signal) => exchanging(signal, (exchange) => look(operation, exchange)),
    read,
  };
}

/** The search for what has changed in a range, both ends included. */
function searchOf({ since, until }: BackfillRange): string {
  const second = (instant: string) => `${new Date(instant).toISOString().slice(0, 19)}Z`;
  const from = `updated_at:>='${second(since)}'`;
  return until === null ? from : `${from} AND updated_at:<='${second(until)}'`;
}

async function start(
  range: BackfillRange,
  exchange: Exchange,
): Promise<Awaited<ReturnType<BulkReads['start']>>> {
  const answer = await exchange.run(RUN_BULK, { query: bulkOrdersQuery(searchOf(range)) });
  if (answer.status === 'tooCostly') return drift(answer.message);
  if (answer.status !== 'ok') return answer;
  const { bulkOperation, userErrors } = answer.data.bulkOperationRunQuery ?? {
    bulkOperation: null,
    userErrors: [],
  };
  if (bulkOperation) return { status: 'started', operation: bulkOperation.id };
  const codes = new Set(userErrors.map(({ code }) => code));
  if (codes.has('LIMIT_REACHED') || codes.has('OPERATION_IN_PROGRESS'))
    return {
      status: 'throttled',
      retryAfterMs: BUSY_RETRY_MS,
      message: userErrors.map(({ message }) => message).join('; '),
    };
  return rejectedBy(
    userErrors,
    'Ask for the orders by the poll instead, and report it: the query is not what the vendor takes',
  );
}

async function look(operation: string, exchange: Exchange): Promise<Awaited<ReturnType<BulkReads['look']>>> {
  const answer = await exchange.run(READ_BULK, { id: operation });
  if (answer.status === 'tooCostly') return drift(answer.message);
  if (answer.status !== 'ok') return answer;
  const found = answer.data.bulkOperation;
  if (!found) return { status: 'ended', message: 'the operation is not known any more' };
  const objects = Number(found.rootObjectCount);
  switch (found.status) {
    case 'CREATED':
    case 'RUNNING':
      return { status: 'running', objects };
    case 'COMPLETED':
      return { status: 'ready', objects, file: found.url };
    default:
      return {
        status: 'ended',
        message: `the operation is ${found.status}${found.errorCode ? ` (${found.errorCode})` : ''}`,
      };
  }
}

/** Orders of a result, from a line on. Throws where the file cannot be read to its end. */
async function* read(file: string, from: number, signal: AbortSignal): AsyncGenerator<BackfillPart> {
  const response = await fetch(file, { signal });
  if (!response.ok || !response.body)
    throw new Error(`the result of the bulk operation was answered ${response.status}`);
  let order: Assembled | null = null;
  let position = 0;
  for await (const text of linesOf(response.body)) {
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

/** The lines of a stream of bytes, without holding more than one. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_LIMIT)
      throw new Error(`a line of the result has more than ${LINE_LIMIT} characters`);
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}
