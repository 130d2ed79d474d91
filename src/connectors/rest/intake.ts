/** Raw deliveries to canonical messages. Pure; nothing that a system sends makes it throw. */
import type { z } from 'zod';
import type { Person } from '../../domain/canonical/index.ts';
import type { ObservedMessage, OrderObservation, UnreadableReason } from '../../domain/messages.ts';
import { parseMinor } from '../../domain/money.ts';
import { parseStreamKey, streamKey } from '../../domain/stream-key.ts';
import {
  type Address,
  type Delivery,
  type Intake,
  type Normalised,
  orderKey,
  type Verification,
} from '../contract.ts';
import {
  EVENT_TYPES,
  type EventType,
  FEEDS,
  type MOVE_REASONS,
  Order,
  ReleaseAccepted,
  ReleaseCancelled,
  ReleaseRejected,
  ReleaseShipped,
  ReturnInspected,
  ReturnReceived,
  SalesOrderChanged,
  SalesOrderEdited,
  SalesOrderInvoiced,
  StockLevel,
  StockMoved,
} from './api.ts';
import type { Settings } from './manifest.ts';
import { instant, MappingProblem, mapOrder } from './mapping.ts';
import { isSigned, isTimely } from './signature.ts';

/** Topics of what is no event: a level of the stock list, and an order that was read. */
export const LEVEL_TOPIC = 'poll:stock-level';
export const READ_TOPIC = 'read:order';

/** Longest id that a stream can have. */
const MAX_ID = 512;

export interface RestIntake extends Intake {
  /** @param now business time, for the age of the signature; without it the age is not checked. */
  verify(delivery: Delivery, now?: number): Verification;
}

export function restIntake(connection: string, settings: Settings): RestIntake {
  return {
    verify: (delivery, now) => verify(delivery, settings, now),
    address: (delivery) => address(connection, settings, delivery),
    normalise: (delivery) => normalise(connection, delivery),
  };
}

function verify(delivery: Delivery, settings: Settings, now: number | undefined): Verification {
  const {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  } = delivery.headers;
  if (!id || !timestamp || !signature) return { ok: false, problem: 'unsigned' };
  const message = { id, timestamp, signature, body: delivery.body };
  if (!isSigned(message, settings.webhookSecrets)) return { ok: false, problem: 'unsigned' };
  if (now !== undefined && !isTimely(message, now, settings.webhookToleranceMs))
    return { ok: false, problem: 'unsigned' };
  const type = parseBody(delivery.body)?.type;
  return {
    ok: true,
    deliveryId: id,
    eventId: id,
    topic: typeof type === 'string' ? type.slice(0, 100) : 'unknown',
  };
}

type Json = Record<string, unknown>;

function address(connection: string, settings: Settings, delivery: Delivery): Address {
  const body = parseBody(delivery.body);
  if (!body) return { stream: 'unaddressable', reason: 'the body is no JSON object' };
  if (delivery.topic === LEVEL_TOPIC) return stockAddress(connection, StockLevel, body);
  const { type } = body;
  const feed = feedOf(body);
  if (feed === undefined) {
    return typeof type === 'string'
      ? { stream: 'ignored', reason: `events of type ${type.slice(0, 100)} are not used` }
      : { stream: 'unaddressable', reason: 'it is neither an event nor an order: there is no "type"' };
  }
  const takes = settings.roles.some((role) => role !== 'finance' && FEEDS[role] === feed);
  if (!takes) return { stream: 'ignored', reason: `the connection has no role that reads the feed ${feed}` };
  switch (feed) {
    case 'orders': {
      const id = idOf(orderIn(body));
      return id === undefined
        ? { stream: 'unaddressable', reason: 'the order has no id' }
        : { stream: 'order', key: orderKey(connection, id) };
    }
    case 'stock':
      return stockAddress(
        connection,
        body.type === 'stock.level' ? StockLevel : StockMoved,
        asObject(body.data) ?? {},
      );
    case 'releases':
      return referenceAddress(asObject(body.data)?.reference, isOfReturn(type) ? 'return' : 'order');
    case 'sales-orders':
      return referenceAddress(asObject(body.data)?.reference, 'order');
    default:
      return feed satisfies never;
  }
}

/** The feed that a body belongs to. Every `order.…` carries an order, also a type that we have not heard of. */
function feedOf(body: Json): (typeof FEEDS)[keyof typeof FEEDS] | undefined {
  if (body.type === undefined) return orderIn(body) === undefined ? undefined : 'orders';
  if (typeof body.type !== 'string') return undefined;
  if (body.type.startsWith('order.')) return 'orders';
  return EVENT_TYPES[body.type as EventType]?.feed;
}

/** Stock has no message for what cannot be read, so it must be whole to have an address. */
function stockAddress(connection: string, schema: z.ZodType<{ item: string }>, value: unknown): Address {
  const parsed = schema.safeParse(value);
  if (parsed.success && parsed.data.item.length <= MAX_ID)
    return { stream: 'stock', key: streamKey(connection, parsed.data.item) };
  return {
    stream: 'unaddressable',
    reason: parsed.success
      ? 'its item code is too long'
      : `it is no stock message: ${firstIssue(parsed.error).text}`,
  };
}

const isOfReturn = (type: unknown): boolean => typeof type === 'string' && type.startsWith('return.');

function referenceAddress(reference: unknown, stream: 'order' | 'return'): Address {
  if (typeof reference !== 'string' || reference.length > MAX_ID)
    return {
      stream: 'unaddressable',
      reason: `it has no "reference" to ${stream === 'order' ? 'an order' : 'a return'}`,
    };
  try {
    parseStreamKey(reference);
    return { stream, key: reference };
  } catch {
    return { stream: 'unaddressable', reason: 'its "reference" is not one that the hub has given' };
  }
}

function normalise(connection: string, delivery: Delivery): Normalised {
  const body = parseBody(delivery.body);
  if (!body) return unreadable('not-an-order', 'The body is no JSON object');
  try {
    if (delivery.topic === LEVEL_TOPIC) return alone(levelMessage(body));
    if (feedOf(body) === 'orders') return snapshot(connection, delivery, orderIn(body));
    return alone(eventMessage(String(body.type), body));
  } catch (error) {
    if (isOfReturn(body.type))
      return alone({
        type: 'return.unreadable',
        message: error instanceof Error ? error.message : String(error),
        suggestedFix: FIXES['schema-drift'],
      });
    if (error instanceof Unreadable) return unreadable(error.reason, error.message);
    if (error instanceof MappingProblem) return unreadable(error.reason, `Order at ${error.message}`);
    return unreadable(
      'schema-drift',
      `The message cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

const alone = (message: ObservedMessage): Normalised => ({ message, persons: [] });

function snapshot(connection: string, delivery: Delivery, value: unknown): Normalised {
  if (!Array.isArray(asObject(value)?.lines))
    return unreadable('not-an-order', 'The message has no order with lines in it');
  const {
    order,
    persons,
  }: { order: Extract<OrderObservation, { type: 'order.snapshot' }>['order']; persons: Person[] } = mapOrder(
    connection,
    parsed(Order, value),
  );
  const source = delivery.origin === 'read' ? 'read' : delivery.origin === 'file' ? 'file' : 'webhook';
  return { message: { type: 'order.snapshot', order, source }, persons };
}

function eventMessage(type: string, { data }: Json): ObservedMessage {
  switch (type as EventType) {
    case 'release.accepted': {
      const { releaseId, at } = parsed(ReleaseAccepted, data);
      return { type: 'fulfilment.accepted', releaseId, at: instant(at) };
    }
    case 'release.shipped': {
      const { releaseId, shipmentId, lines, tracking, at } = parsed(ReleaseShipped, data);
      return { type: 'fulfilment.shipped', releaseId, shipmentId, lines, tracking, at: instant(at) };
    }
    case 'release.rejected': {
      const { releaseId, rejectionId, lines, reason, at } = parsed(ReleaseRejected, data);
      return { type: 'fulfilment.rejected', releaseId, rejectionId, lines, reason, at: instant(at) };
    }
    case 'release.cancelled': {
      const { releaseId, lines, reason, at } = parsed(ReleaseCancelled, data);
      return { type: 'fulfilment.cancelled', releaseId, lines, reason, at: instant(at) };
    }
    case 'return.received': {
      const { announcementId, receiptId, lines, at } = parsed(ReturnReceived, data);
      return { type: 'return.received', announcementId, receiptId, lines, at: instant(at) };
    }
    case 'return.inspected': {
      const { announcementId, inspectionId, lines, at } = parsed(ReturnInspected, data);
      return { type: 'return.inspected', announcementId, inspectionId, lines, at: instant(at) };
    }
    case 'sales-order.held':
    case 'sales-order.resumed':
    case 'sales-order.cancelled': {
      const { version, reason, at } = parsed(SalesOrderChanged, data);
      const change = type.slice('sales-order.'.length) as 'held' | 'resumed' | 'cancelled';
      return { type: 'erp.orderChanged', version, change, reason: reason ?? '', at: instant(at) };
    }
    case 'sales-order.edited': {
      const { version, reason, lines, total, currency, at } = parsed(SalesOrderEdited, data);
      return {
        type: 'erp.orderChanged',
        version,
        reason: reason ?? '',
        at: instant(at),
        change: 'edited',
        lines,
        totalMinor: total === null ? null : minor(total, currency),
      };
    }
    case 'sales-order.invoiced': {
      const { version, reason, invoiceNumber, total, currency, at } = parsed(SalesOrderInvoiced, data);
      return {
        type: 'erp.orderChanged',
        version,
        reason: reason ?? '',
        at: instant(at),
        change: 'invoiced',
        invoiceNumber,
        totalMinor: minor(total, currency),
      };
    }
    case 'stock.level':
      return levelMessage(asObject(data) ?? {});
    case 'stock.expected':
    case 'stock.received':
    case 'stock.adjusted':
    case 'stock.counted':
    case 'stock.transferred':
    case 'stock.returned':
    case 'stock.sold': {
      const { movementId, item, location, delta, at, disposition, document, expectedAt, sequence, ...more } =
        parsed(StockMoved, data);
      return {
        type: 'stock.moved',
        sku: item,
        location,
        delta,
        ...otherStates(more),
        reason: type.slice('stock.'.length) as (typeof MOVE_REASONS)[number],
        ...(disposition === null ? {} : { disposition }),
        ...(document === null ? {} : { document }),
        ...(expectedAt === undefined ? {} : { expectedAt: instant(expectedAt) }),
        key: movementId,
        at: instant(at),
        ...(sequence === undefined ? {} : { sequence }),
      };
    }
    default:
      throw new Unreadable('unknown-value', `Events of type "${type.slice(0, 100)}" are not used`);
  }
}

function minor(total: string, currency: string): number {
  try {
    return parseMinor(total, currency);
  } catch (error) {
    throw new Unreadable('bad-money', `The total: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function levelMessage(body: Json): ObservedMessage {
  const { item, location, onHand, at, sequence, shipped, ...more } = parsed(StockLevel, body);
  return {
    type: 'stock.level',
    sku: item,
    location,
    onHand,
    ...otherStates(more),
    key: `level:${location}:${instant(at)}`,
    at: instant(at),
    ...(sequence === undefined ? {} : { sequence }),
    ...(shipped === undefined ? {} : { shipped }),
  };
}

type OtherStates = Pick<z.infer<typeof StockMoved>, 'damaged' | 'qualityControl' | 'incoming'>;

/** What is said of the states besides on hand, and no more. */
function otherStates({ damaged, qualityControl, incoming }: OtherStates) {
  return {
    ...(damaged === undefined ? {} : { damaged }),
    ...(qualityControl === undefined ? {} : { qualityControl }),
    ...(incoming === undefined ? {} : { incoming }),
  };
}

class Unreadable extends Error {
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { reason, text } = firstIssue(result.error);
  throw new Unreadable(reason, `The message at ${text}`);
}

const MONEY_PARTS = new Set([
  'amount',
  'total',
  'totalTax',
  'currentTotal',
  'gross',
  'unitPrice',
  'tax',
  'shippingTax',
  'currency',
  'rate',
]);

/** What is wrong and where, without the value: it may be personal. */
function firstIssue(error: z.ZodError): { reason: UnreadableReason; text: string } {
  const issue = error.issues[0];
  if (!issue) return { reason: 'schema-drift', text: 'its body' };
  const last = String(issue.path.at(-1) ?? '');
  const missing = issue.code === 'invalid_type' && issue.message.includes('undefined');
  const reason = missing
    ? 'schema-drift'
    : /quantity$/i.test(last)
      ? 'bad-quantity'
      : MONEY_PARTS.has(last)
        ? 'bad-money'
        : issue.code === 'invalid_value'
          ? 'unknown-value'
          : 'schema-drift';
  return { reason, text: `${issue.path.join('.') || 'its top'}: ${issue.message}` };
}

const FIXES: Record<UnreadableReason, string> = {
  'not-an-order':
    'Read the raw message and ask the system’s owner what it is; skip the case when it is of no use',
  'unknown-value':
    'Have the system send a value of the published API, or add the value to the connector; then retry the case',
  'bad-money':
    'Correct the amount at the channel (decimal text in the order’s currency); the next message of the order closes the case',
  'bad-quantity':
    'Correct the quantity at the channel: whole units, and none beyond what was ordered; the next message of the order closes the case',
  'schema-drift':
    'Compare the message with docs/reference/rest-openapi.json and correct the system; the next message of the order closes the case',
};

function unreadable(reason: UnreadableReason, message: string): Normalised {
  return { message: { type: 'order.unreadable', reason, message, suggestedFix: FIXES[reason] }, persons: [] };
}

/** The order in an event, or the body itself where it is a bare order (a read, or a saved file). */
function orderIn(body: Json): unknown {
  if (body.type !== undefined || body.data !== undefined) return asObject(body.data)?.order ?? undefined;
  return body.id === undefined ? undefined : body;
}

function idOf(order: unknown): string | undefined {
  const id = asObject(order)?.id;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  return typeof id === 'string' && id !== '' && id.length <= MAX_ID ? id : undefined;
}

function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

const decoder = new TextDecoder('utf-8');

/** The JSON object in a body. NUL and lone surrogates, which PostgreSQL refuses, are replaced (DESIGN.md). */
function parseBody(body: Uint8Array): Json | undefined {
  try {
    const text = decoder.decode(body);
    return asObject(
      text.includes('\\u')
        ? JSON.parse(text, (_key, value: unknown) => (typeof value === 'string' ? clean(value) : value))
        : JSON.parse(text),
    );
  } catch {
    return undefined;
  }
}

function clean(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed();
}
