/** What a sandbox store is told about itself. */

import type { SettlementTerms } from './payments/settlement.ts';

/** The vendor's plans by the cost points that they restore each second. */
export const PLANS = { standard: 100, advanced: 200, plus: 1_000, enterprise: 2_000 } as const;

/** A bucket holds what is restored in twenty seconds, as answers of real stores show. */
export const BUCKET_SECONDS = 20;

export interface Plan {
  maximumAvailable: number;
  restoreRate: number;
}

export const TOPICS = [
  'orders/create',
  'orders/updated',
  'orders/paid',
  'orders/cancelled',
  'orders/edited',
  'orders/fulfilled',
  'orders/partially_fulfilled',
  'refunds/create',
  'fulfillments/create',
  'order_transactions/create',
] as const;

/** Sent to those who have subscribed to them. */
export const SUBSCRIBED_TOPICS = [
  'app/uninstalled',
  'orders/delete',
  'returns/request',
  'returns/approve',
  'returns/decline',
  'returns/cancel',
  'returns/close',
  'returns/reopen',
  'returns/update',
  'reverse_fulfillment_orders/dispose',
  'fulfillments/update',
  'fulfillment_events/create',
  'fulfillment_orders/order_routing_complete',
  'fulfillment_orders/placed_on_hold',
  'fulfillment_orders/hold_released',
  'fulfillment_orders/moved',
  'fulfillment_orders/split',
  'fulfillment_orders/merged',
  'fulfillment_orders/rescheduled',
  'fulfillment_orders/scheduled_fulfillment_order_ready',
  'fulfillment_orders/progress_reported',
  'fulfillment_orders/line_items_prepared_for_pickup',
  'fulfillment_orders/cancelled',
  'fulfillment_orders/fulfillment_request_submitted',
  'fulfillment_orders/fulfillment_request_accepted',
  'fulfillment_orders/fulfillment_request_rejected',
  'fulfillment_orders/cancellation_request_submitted',
  'fulfillment_orders/cancellation_request_accepted',
  'fulfillment_orders/cancellation_request_rejected',
  'fulfillment_orders/fulfillment_service_failed_to_complete',
] as const;
export type Topic = (typeof TOPICS)[number] | (typeof SUBSCRIBED_TOPICS)[number];

export interface ShopifySandboxOptions {
  /** Id of the connection in the hub; the system's name in outages. */
  connection: string;
  /** The store's domain, such as "one.myshopify.com". */
  shop: string;
  /** The store's name. */
  name: string;
  /** The store's own money. */
  currency: string;
  taxesIncluded: boolean;
  clientId: string;
  /** Signs webhooks, too. */
  clientSecret: string;
  /** The hub's base URL for webhooks; undefined while there is none. */
  webhookTarget: () => string | undefined;
  /** Default: `/webhooks/CONNECTION`. */
  webhookPath?: string;
  /** Names of the store's locations; the first is its usual one. */
  locations: readonly string[];
  /** Which of the locations are fulfilment services: what is sent from there is requested of them first. */
  fulfilmentServices?: readonly string[];
  /** What is charged on a sale to a country, by its code, where nobody else says it: on draft orders. Default: nothing. */
  taxesOn?: (countryCode: string) => { title: string; rate: string }[];
  /** What it sells; other SKUs of an order are taken as custom items. None: every SKU is a product. */
  products?: readonly { sku: string; title: string; price: string; bundle?: boolean }[];
  /** Units that are available at the start, by SKU and the location's place in the list. Default: none. */
  stock?: (sku: string, locationIndex: number) => number | null;
  /** 0 or none: a free one. */
  port?: number;
  /** Default: plus. */
  plan?: keyof typeof PLANS | Plan;
  /** Access scopes of the app. Default: all that the sandbox behaves. */
  scopes?: readonly string[];
  /** What it serves by default, and the version of its webhooks. Default: `API_VERSION`. */
  apiVersion?: string;
  /** Topics that are sent to the target while no app has subscribed. Default: all that the sandbox can send of orders. */
  topics?: readonly (Topic | 'inventory_levels/update')[];
  /** From `orderCancel` to its effect, by business time; 0: at once. */
  cancelJobMs?: number;
  /** From the start of a bulk operation to its first results, by business time; 0: all at once. */
  bulkDelayMs?: number;
  /** Chance that an order of several lines is split over two locations. */
  splitChance?: number;
  /** On which terms Shopify Payments settles. Default: as published for the store's currency. */
  settlement?: Partial<SettlementTerms>;
  /** Authorisations of Shopify Payments take several captures: the vendor has it from the plan Plus on. Default: as each order says. */
  multiCapture?: boolean;
  /** IANA name of the store's time zone. Default: by its currency. */
  timeZone?: string;
}

export const API_VERSION = '2026-10';

export const DEFAULTS = { cancelJobMs: 1_500, bulkDelayMs: 1_000, splitChance: 0.15 } as const;

const TIME_ZONES: Readonly<Record<string, string>> = {
  EUR: 'Europe/Berlin',
  GBP: 'Europe/London',
  CHF: 'Europe/Zurich',
  USD: 'America/New_York',
  JPY: 'Asia/Tokyo',
};

export function timeZoneOf(options: Pick<ShopifySandboxOptions, 'timeZone' | 'currency'>): string {
  return options.timeZone ?? TIME_ZONES[options.currency] ?? 'UTC';
}

export function planOf(plan: ShopifySandboxOptions['plan'] = 'plus'): Plan {
  if (typeof plan !== 'string') return plan;
  const restoreRate = PLANS[plan];
  return { restoreRate, maximumAvailable: restoreRate * BUCKET_SECONDS };
}
