/** What the connector `shopify` can do, and the settings of one connection (one store). */
import { z } from 'zod';
import type { CommandPromise, ConnectorManifest } from '../contract.ts';
import { ORDERS_FEED } from './feeds.ts';
import { PAYMENT_FEEDS } from './feeds-payments.ts';

const MINUTE_MS = 60_000;

/**
 * The vendor names no longest operation (a call is answered or given up within a minute; the job of a cancellation may take
 * some). Twice of what was seen: what is not visible by then is believed not to be there.
 */
const LONGEST_OPERATION_MS = 10 * MINUTE_MS;

/**
 * The vendor enforces no key on these. We write the shipment's id into the tracking, a cancelled order shows it, and units stand
 * where they were moved.
 */
const SEARCHABLE: CommandPromise = {
  idempotency: 'searchableReference',
  longestOperationMs: LONGEST_OPERATION_MS,
};

export const CHANNEL_KINDS = [
  'channel.readOrder',
  'channel.findOrder',
  'channel.createFulfilment',
  'channel.cancelOrder',
  'channel.assignLocations',
  'channel.holdFulfilment',
  'channel.releaseHold',
  'channel.answerRequest',
  'channel.capturePayment',
  'channel.writeReferences',
  'channel.readReturn',
  'channel.findReturns',
  'channel.readMoney',
  'channel.createReturn',
  'channel.approveReturn',
  'channel.declineReturn',
  'channel.closeReturn',
  'channel.refund',
] as const;

export const manifest: ConnectorManifest = {
  name: 'shopify',
  title: 'Shopify (Admin GraphQL and webhooks)',
  version: '1.0.0',
  roles: ['channel'],
  commands: {
    'channel.findOrder': { idempotency: 'enforcedKey', longestOperationMs: 0 },
    'channel.readOrder': { idempotency: 'enforcedKey', longestOperationMs: 0 },
    'channel.createFulfilment': SEARCHABLE,
    'channel.cancelOrder': SEARCHABLE,
    'channel.assignLocations': SEARCHABLE,
    'channel.holdFulfilment': SEARCHABLE,
    'channel.releaseHold': SEARCHABLE,
    'channel.answerRequest': SEARCHABLE,
    'channel.capturePayment': SEARCHABLE,
    'channel.writeReferences': SEARCHABLE,
    'channel.readReturn': { idempotency: 'enforcedKey', longestOperationMs: 0 },
    'channel.findReturns': { idempotency: 'enforcedKey', longestOperationMs: 0 },
    'channel.readMoney': { idempotency: 'enforcedKey', longestOperationMs: 0 },
    'channel.createReturn': SEARCHABLE,
    'channel.approveReturn': SEARCHABLE,
    'channel.declineReturn': SEARCHABLE,
    'channel.closeReturn': SEARCHABLE,
    'channel.refund': SEARCHABLE,
  },
  feeds: [ORDERS_FEED, ...PAYMENT_FEEDS],
  writesStock: true,
};

export const Settings = z.strictObject({
  /** The store's own domain ("name.myshopify.com"): webhooks name it. */
  shopDomain: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)+$/i, 'the store’s domain, such as "name.myshopify.com"'),
  /** Where the store's API is, when not at its domain. */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Of the app in the developer dashboard that is installed in the store. */
  clientId: z.string().min(1),
  /** Fetches access tokens and signs webhooks. */
  clientSecret: z.string().min(1),
  /**
   * How access tokens are had: `clientCredentials`, for an app of the store's own organisation; `offlineToken`, for an app that
   * a merchant has authorised (`crossdock connect shopify`): its token lasts an hour and is renewed.
   */
  access: z.enum(['clientCredentials', 'offlineToken']).default('clientCredentials'),
  /** The secret before it was rotated: webhooks are signed with it for a while. */
  previousClientSecret: z.string().min(1).optional(),
  apiVersion: z
    .string()
    .regex(/^(\d{4}-\d{2}|unstable)$/, 'a version such as "2026-10"')
    .default('2026-10'),
  /** Whether what moves in the store's accounts at Shopify Payments is read: payouts, what they consist of, disputes. */
  payouts: z.boolean().default(false),
  /** Of what the store mails its customers. */
  notify: z
    .strictObject({ ofShipments: z.boolean().default(true), ofCancellations: z.boolean().default(true) })
    .prefault({}),
  /** Where metafields of ours are written: a namespace that is the app's own, or one that staff and other apps see too. */
  referenceNamespace: z
    .string()
    .regex(
      /^(\$app:)?[A-Za-z0-9_-]{3,100}$/,
      'letters, digits, "-" and "_", after "$app:" where it is the app’s own',
    )
    .default('$app:crossdock'),
  /** Calls at once. The vendor's budget of cost points limits them further; the largest plans need so many to be used up. */
  concurrency: z.number().int().min(1).max(64).default(40),
  callTimeoutMs: z.number().int().min(100).default(10_000),
  pollEveryMs: z
    .number()
    .int()
    .min(1_000)
    .default(5 * MINUTE_MS),
  /** How late a change may come into the vendor's search index: the poll reads so far back. */
  pollOverlapMs: z
    .number()
    .int()
    .min(0)
    .default(2 * MINUTE_MS),
});
export type Settings = z.infer<typeof Settings>;

/** Where the store's API is, without a slash at its end. */
export function baseUrlOf({ baseUrl, shopDomain }: Settings): string {
  return (baseUrl ?? `https://${shopDomain}`).replace(/\/+$/, '');
}
