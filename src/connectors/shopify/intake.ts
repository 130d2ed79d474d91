/**
 * Raw deliveries to canonical messages. Pure, and nothing that is sent makes it throw. Only `orders/*` webhooks and our own
 * reads carry an order; every other topic that we use is a hint, after which the order is read.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

import type { PrivacyObservation, SettlementObservation } from '../../domain/messages.ts';
import type { ReturnObservation } from '../../domain/return/messages.ts';

import { streamKey } from '../../domain/stream-key.ts';
import {
  type Address,
  type Delivery,
  type Intake,
  type Normalised,
  orderKey,
  type Verification,
} from '../contract.ts';
import { BALANCE_TOPIC, DISPUTE_TOPIC, PAYOUT_TOPIC } from './feeds-payments.ts';
import { Unreadable } from './field.ts';
import { HOLD_HANDLE } from './hold.ts';
import { asObject, numericId, parseBody } from './json.ts';
import { mapOrder } from './mapping.ts';
import { orderFromRead } from './mapping-graphql.ts';

import { disputeOf, isTestMovement, payoutOf, settlementEntryOf } from './mapping-payments.ts';

import { mapReturn } from './mapping-return.ts';

import { Incomplete, orderFromWebhook } from './mapping-webhook.ts';
import type { ShopifyOrder } from './source.ts';

/** Topics of our own, for what was read: their bodies are `{"order": …}` in the shape of the GraphQL API. */
export const READ_TOPIC = 'read:order';
export const POLL_TOPIC = 'poll:orders';
/** Of an order that is too large for a page of the poll only `{"order": {"id", "updatedAt"}}` comes: a hint. */
export const CHANGED_TOPIC = 'poll:order-changed';

/** Our reading of a return: its body is `{"read", "return": …}` in the shape of the GraphQL API. */
export const READ_RETURN_TOPIC = 'read:return';

/** The same of a bulk read: an order, or only that it has changed. */
export const BACKFILL_TOPIC = 'backfill:orders';
export const BACKFILL_CHANGED_TOPIC = 'backfill:order-changed';

/** Webhooks that carry the whole order. */
export const SNAPSHOT_TOPICS = [
  'orders/create',
  'orders/updated',
  'orders/paid',
  'orders/cancelled',
  'orders/fulfilled',
  'orders/partially_fulfilled',
] as const;

/** The webhook that says that the shop does not have an order any more: only its id is in it. */
export const DELETION_TOPIC = 'orders/delete';

/** Webhooks that say that something happened to an order, and where they name it. */
export const HINT_TOPICS = {
  'orders/edited': ['order_edit', 'order_id'],
  'refunds/create': ['order_id'],
  'fulfillments/create': ['order_id'],
  'fulfillments/update': ['order_id'],
  'order_transactions/create': ['order_id'],
} as const satisfies Record<string, readonly string[]>;

/** The webhook that says that what is available of an item at a location has changed, whoever has changed it. */
export const LEVEL_TOPIC = 'inventory_levels/update';

/**
 * Webhooks about a fulfilment order: what is to be sent, from where and when, or what a merchant asks of whoever sends it has changed.
 * They name it, and never its order.
 */
export const FULFILMENT_ORDER_TOPICS = {
  'fulfillment_orders/fulfillment_request_submitted': ['submitted_fulfillment_order', 'id'],
  'fulfillment_orders/cancellation_request_submitted': ['fulfillment_order', 'id'],
  'fulfillment_orders/moved': ['original_fulfillment_order', 'id'],
  'fulfillment_orders/placed_on_hold': ['fulfillment_order', 'id'],
  'fulfillment_orders/hold_released': ['fulfillment_order', 'id'],
  'fulfillment_orders/split': ['fulfillment_order', 'id'],
  'fulfillment_orders/merged': ['fulfillment_order_merges', 'fulfillment_order', 'id'],
  'fulfillment_orders/rescheduled': ['fulfillment_order', 'id'],
  'fulfillment_orders/scheduled_fulfillment_order_ready': ['fulfillment_order', 'id'],
  'fulfillment_orders/cancelled': ['fulfillment_order', 'id'],
} as const satisfies Record<string, readonly string[]>;

/** Webhooks about a return, and where they name it. It is read then: none of them carries all of it. */
export const RETURN_TOPICS = {
  'returns/request': ['id'],
  'returns/approve': ['id'],
  'returns/decline': ['id'],
  'returns/cancel': ['id'],
  'returns/close': ['id'],
  'returns/reopen': ['id'],
  'returns/update': ['admin_graphql_api_id'],
  'reverse_deliveries/attach_deliverable': ['return', 'id'],
} as const satisfies Record<string, readonly string[]>;

/** Webhooks about what came back: they name neither the return nor its order, which is asked for (as of a fulfilment order). */
export const REVERSE_TOPICS = {
  'reverse_fulfillment_orders/dispose': ['id'],
} as const satisfies Record<string, readonly string[]>;

/** Before the id of a fulfilment order: it is one of what comes back. */
export const REVERSE_PREFIX = 'reverse-';

/**
 * Webhooks that the law wants. They are named in the app, not subscribed to, and have one address for all stores that the app is
 * installed in.
 */
export const COMPLIANCE_TOPICS = ['customers/redact', 'customers/data_request', 'shop/redact'] as const;
/** The webhook that says that our app was taken out of the store. */
export const UNINSTALLED_TOPIC = 'app/uninstalled';
type PrivacyTopic = (typeof COMPLIANCE_TOPICS)[number] | typeof UNINSTALLED_TOPIC;

export interface IntakeSettings {
  clientSecret: string;
  previousClientSecret?: string | undefined;
  shopDomain?: string | undefined;
}

export function shopifyIntake(connection: string, settings: IntakeSettings): Intake {
  const secrets = [settings.clientSecret, settings.previousClientSecret].filter(
    (secret) => secret !== undefined && secret !== '',
  ) as string[];
  return {
    verify: (delivery) => verify(delivery, secrets),
    isOwn: (delivery) => {
      const sender = senderOf(delivery);
      return sender === undefined || isShop(settings.shopDomain, sender);
    },
    address: (delivery) => address(connection, settings.shopDomain, delivery),
    normalise: (delivery) => normalise(connection, delivery),
  };
}

/** HMAC-SHA256 over the raw body, in base64; any of the secrets while one is being rotated. */
function verify({ headers, body }: Delivery, secrets: readonly string[]): Verification {
  const given = headers['x-shopify-hmac-sha256'];
  if (given === undefined || !/^[A-Za-z0-9+/]{43}=$/.test(given)) return { ok: false, problem: 'unsigned' };
  const signature = Buffer.from(given, 'base64');
  let signed = false;
  for (const secret of secrets)
    signed = timingSafeEqual(createHmac('sha256', secret).update(body).digest(), signature) || signed;
  if (!signed) return { ok: false, problem: 'unsigned' };
  return {
    ok: true,
    deliveryId: headers['x-shopify-webhook-id'] ?? null,
    eventId: headers['x-shopify-event-id'] ?? null,
    topic: headers['x-shopify-topic']?.slice(0, 100) ?? 'unknown',
  };
}

type TopicUse =
  | { use: 'read' }
  | { use: 'snapshot' }
  | { use: 'deletion' }
  | { use: 'hint'; path: readonly string[] }
  | { use: 'fulfilmentOrder'; path: readonly string[]; prefix: string }
  | { use: 'return'; path: readonly string[] }
  | { use: 'privacy'; topic: PrivacyTopic }
  | { use: 'level' }
  | { use: 'payments'; stream: 'settlement' | 'payout' | 'dispute'; name: string }
  | { use: 'none' };

/** What is read of the store's accounts at Shopify Payments: the stream that it is for, and what the body calls it. */
const PAYMENT_TOPICS: Readonly<Record<string, TopicUse & { use: 'payments' }>> = {
  [BALANCE_TOPIC]: { use: 'payments', stream: 'settlement', name: 'balanceTransaction' },
  [PAYOUT_TOPIC]: { use: 'payments', stream: 'payout', name: 'payout' },
  [DISPUTE_TOPIC]: { use: 'payments', stream: 'dispute', name: 'dispute' },
};

function usageOf(topic: string): TopicUse {
  if (topic === READ_TOPIC || topic === POLL_TOPIC || topic === BACKFILL_TOPIC) return { use: 'read' };
  if (topic === CHANGED_TOPIC || topic === BACKFILL_CHANGED_TOPIC)
    return { use: 'hint', path: ['order', 'id'] };
  if ((SNAPSHOT_TOPICS as readonly string[]).includes(topic)) return { use: 'snapshot' };
  if (topic === DELETION_TOPIC) return { use: 'deletion' };
  if (topic === LEVEL_TOPIC) return { use: 'level' };
  const payments = Object.hasOwn(PAYMENT_TOPICS, topic) ? PAYMENT_TOPICS[topic] : undefined;
  if (payments) return payments;
  const asked = ([...COMPLIANCE_TOPICS, UNINSTALLED_TOPIC] as const).find((each) => each === topic);
  if (asked) return { use: 'privacy', topic: asked };
  const path = pathIn(HINT_TOPICS, topic);
  if (path) return { use: 'hint', path };
  const part = pathIn(FULFILMENT_ORDER_TOPICS, topic);
  if (part) return { use: 'fulfilmentOrder', path: part, prefix: '' };
  if (topic === READ_RETURN_TOPIC) return { use: 'return', path: ['return', 'id'] };
  const back = pathIn(RETURN_TOPICS, topic);
  if (back) return { use: 'return', path: back };
  const reverse = pathIn(REVERSE_TOPICS, topic);
  return reverse ? { use: 'fulfilmentOrder', path: reverse, prefix: REVERSE_PREFIX } : { use: 'none' };
}

function pathIn(topics: Readonly<Record<string, readonly string[]>>, topic: string) {
  return Object.hasOwn(topics, topic) ? topics[topic] : undefined;
}

function address(connection: string, shopDomain: string | undefined, delivery: Delivery): Address {
  const topic = usageOf(delivery.topic);
  if (topic.use === 'none')
    return { stream: 'ignored', reason: `messages of topic ${delivery.topic} are not used` };
  // An app has one secret for all its shops, so the signature does not say whose order it is.
  const sender = senderOf(delivery);
  if (sender !== undefined && !isShop(shopDomain, sender)) {
    return {
      stream: 'unaddressable',
      reason: `it comes from the shop ${sender}, but this connection is of ${shopDomain}`,
    };
  }
  const body = parseBody(delivery.body);
  if (!asObject(body)) return { stream: 'unaddressable', reason: 'the body is no JSON object' };
  if (topic.use === 'privacy') return privacyAddress(connection, topic.topic, body);
  if (topic.use === 'level') return levelAddress(body);
  if (topic.use === 'payments') {
    if (isTestMovement(body)) return { stream: 'ignored', reason: 'it is of a test, and no money' };
    const id = numericId(at(body, [topic.name, 'id']));
    if (id === undefined) return { stream: 'unaddressable', reason: `it names no ${topic.stream}` };
    return { stream: topic.stream, key: streamKey(connection, id) };
  }
  if (topic.use === 'fulfilmentOrder') return fulfilmentOrderAddress(connection, topic, body);
  if (topic.use === 'return') {
    const id = numericId(at(body, topic.path));
    return id === undefined
      ? { stream: 'unaddressable', reason: 'it names no return' }
      : { stream: 'return', key: streamKey(connection, id) };
  }
  const id = orderIdIn(topic, body);
  return id === undefined
    ? { stream: 'unaddressable', reason: 'it names no order' }
    : { stream: 'order', key: orderKey(connection, id) };
}

/** Our own hold comes back as news: there is nothing new in it. */
function fulfilmentOrderAddress(
  connection: string,
  { path, prefix }: { path: readonly string[]; prefix: string },
  body: unknown,
): Address {
  const hold = asObject(at(body, ['created_fulfillment_hold']));
  if (hold?.held_by_requesting_app === true && hold.handle === HOLD_HANDLE)
    return { stream: 'ignored', reason: 'it tells of our own hold' };
  const id = numericId(at(body, path));
  return id === undefined
    ? { stream: 'unaddressable', reason: 'it names no fulfilment order' }
    : { stream: 'fulfilmentOrder', key: streamKey(connection, `${prefix}${id}`) };
}

/** The shop that a message is from: as its signed body says, where it does, else its headers. */
function senderOf({ topic, headers, body }: Delivery): string | undefined {
  const named = usageOf(topic).use === 'privacy' ? at(parseBody(body), ['shop_domain']) : undefined;
  return typeof named === 'string' ? named : headers['x-shopify-shop-domain'];
}

function isShop(shopDomain: string | undefined, sender: string): boolean {
  return shopDomain === undefined || sender.toLowerCase() === shopDomain.toLowerCase();
}

/** Each customer has a stream of its own, whose requests are known from one another by it; a store has one. */
function privacyAddress(connection: string, topic: PrivacyTopic, body: unknown): Address {
  if (topic === 'shop/redact' || topic === UNINSTALLED_TOPIC)
    return { stream: 'privacy', key: streamKey(connection, 'store') };
  const customer = numericId(at(body, ['customer', 'id']));
  if (customer === undefined) return { stream: 'unaddressable', reason: 'it names no customer' };
  if (privacyMessage(topic, body) === null)
    return { stream: 'unaddressable', reason: 'its list of orders cannot be read' };
  return { stream: 'privacy', key: streamKey(connection, `customer-${customer}`) };
}

/** What is asked; null: the list of orders cannot be read, and nothing of it may be left out. */
function privacyMessage(topic: PrivacyTopic, body: unknown): PrivacyObservation | null {
  if (topic === UNINSTALLED_TOPIC) return { type: 'privacy.uninstalled' };
  if (topic === 'shop/redact') return { type: 'privacy.storeErasure' };
  const listed = at(body, [topic === 'customers/redact' ? 'orders_to_redact' : 'orders_requested']) ?? [];
  if (!Array.isArray(listed)) return null;
  const orders = listed.map(numericId);
  if (!orders.every((order) => order !== undefined)) return null;
  if (topic === 'customers/redact') return { type: 'privacy.erasure', orders };
  return {
    type: 'privacy.dataRequest',
    requestId: numericId(at(body, ['data_request', 'id'])) ?? 'unnamed',
    orders,
  };
}

/** The item of a global id of a level goes first: a number may have been rounded on its way. */
function levelAddress(body: unknown): Address {
  const named = /[?&]inventory_item_id=(\d+)/.exec(String(at(body, ['admin_graphql_api_id']) ?? ''))?.[1];
  const item = numericId(named) ?? numericId(at(body, ['inventory_item_id']));
  const place = numericId(at(body, ['location_id']));
  const available = at(body, ['available']);
  if (item === undefined || place === undefined)
    return { stream: 'unaddressable', reason: 'it names no item at a location' };
  // Of an item that is not tracked.
  if (!Number.isSafeInteger(available)) return { stream: 'ignored', reason: 'it tells no figure' };
  return { stream: 'level', item, place, available: available as number };
}

/** The order that a body is about. The global id goes first: a number may have been rounded on its way. */
function orderIdIn(topic: TopicUse, body: unknown): string | undefined {
  switch (topic.use) {
    case 'read':
      return numericId(at(body, ['order', 'id']));
    case 'snapshot':
    case 'deletion':
      return numericId(at(body, ['admin_graphql_api_id'])) ?? numericId(at(body, ['id']));
    case 'hint':
      return numericId(at(body, topic.path));
    case 'none':
    case 'privacy':
    case 'payments':
    case 'level':
    case 'fulfilmentOrder':
    case 'return':
      return undefined;
    default:
      return topic satisfies never;
  }
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((part, name) => asObject(part)?.[name], value);
}

function normalise(connection: string, delivery: Delivery): Normalised {
  const topic = usageOf(delivery.topic);
  const body = parseBody(delivery.body);
  const asked = topic.use === 'privacy' ? privacyMessage(topic.topic, body) : null;
  if (asked) return { message: asked, persons: [] };
  if (topic.use === 'fulfilmentOrder')
    return { message: { type: 'fulfilmentOrder.hint', topic: delivery.topic }, persons: [] };
  if (topic.use === 'payments') return { message: paymentsMessage(topic.stream, body), persons: [] };
  if (topic.use === 'return') return { message: returnMessage(delivery, body), persons: [] };
  const id = orderIdIn(topic, body);
  if (id === undefined)
    return unreadable(new Unreadable('not-an-order', `A message of topic ${delivery.topic} names no order`));
  if (topic.use === 'deletion') return { message: { type: 'order.deleted' }, persons: [] };
  const hint: Normalised = {
    message: { type: 'order.hint', channelOrderId: id, topic: delivery.topic },
    persons: [],
  };
  if (topic.use === 'hint') return hint;
  try {
    const source: ShopifyOrder =
      topic.use === 'read' ? orderFromRead(at(body, ['order'])) : orderFromWebhook(body);
    const { order, persons } = mapOrder(connection, source);
    return { message: { type: 'order.snapshot', order, source: sourceOf(delivery) }, persons };
  } catch (error) {
    if (error instanceof Incomplete) return hint;
    if (error instanceof Unreadable) return unreadable(error);
    return unreadable(
      new Unreadable(
        'schema-drift',
        `The message cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
  }
}

/** What an account has told; where it cannot be read, why. */
function paymentsMessage(stream: 'settlement' | 'payout' | 'dispute', body: unknown): SettlementObservation {
  try {
    switch (stream) {
      case 'settlement':
        return { type: 'settlement.entry', entry: settlementEntryOf(body) };
      case 'payout':
        return { type: 'payout.snapshot', payout: payoutOf(body) };
      case 'dispute':
        return { type: 'dispute.snapshot', dispute: disputeOf(body) };
      default:
        return stream satisfies never;
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { type: 'settlement.unreadable', message };
  }
}

/** News of a return; or the return itself, which only our own reading carries. */
function returnMessage(delivery: Delivery, body: unknown): ReturnObservation {
  if (delivery.topic !== READ_RETURN_TOPIC) return { type: 'return.hint', topic: delivery.topic };
  try {
    const read = at(body, ['read']);
    return {
      type: 'return.snapshot',
      return: mapReturn(at(body, ['return'])),
      read: typeof read === 'number' ? read : 0,
    };
  } catch (error) {
    return {
      type: 'return.unreadable',
      message: error instanceof Error ? error.message : String(error),
      suggestedFix:
        error instanceof Unreadable ? error.suggestedFix : 'Update the connector, then retry the case',
    };
  }
}

/** A page of the poll may be older than it looks when its turn comes, so only an answer to our question counts as a read. */
function sourceOf({ origin }: Delivery): 'webhook' | 'read' | 'file' {
  return origin === 'read' ? 'read' : origin === 'file' ? 'file' : 'webhook';
}

function unreadable({ reason, message, suggestedFix }: Unreadable): Normalised {
  return { message: { type: 'order.unreadable', reason, message, suggestedFix }, persons: [] };
}
