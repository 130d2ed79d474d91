/** Whether a store can be reached, is the right one, and lets the app do what the connector does (`crossdock doctor`). */
import type { Exchange } from './client.ts';
import { CHECK } from './documents.ts';
import { changedSince } from './feeds.ts';
import type { Settings } from './manifest.ts';
import type { OrderReader } from './orders.ts';

/** What must be granted, and what for. A right to write contains the right to read. */
export const SCOPES: readonly { any: readonly string[]; for: string }[] = [
  { any: ['read_orders', 'write_orders'], for: 'reading orders' },
  { any: ['write_orders'], for: 'cancelling orders' },
  { any: ['read_products', 'write_products'], for: 'the products of order lines' },
  { any: ['read_customers', 'write_customers'], for: 'the customers of orders' },
  { any: ['read_locations', 'write_locations'], for: 'the locations of fulfilment orders' },
  { any: ['read_returns', 'write_returns'], for: 'returns: what is to come back, and what became of it' },
  { any: ['read_payment_terms', 'write_payment_terms'], for: 'when orders on credit are to be paid' },
  {
    any: [
      'write_merchant_managed_fulfillment_orders',
      'write_assigned_fulfillment_orders',
      'write_third_party_fulfillment_orders',
    ],
    for: 'writing fulfilments',
  },
];

/** What makes it complete. */
export const OPTIONAL_SCOPES: readonly { scope: string; for: string }[] = [
  { scope: 'read_all_orders', for: 'orders older than 60 days' },
  { scope: 'read_inventory', for: 'what the store shows as stock, compared when it is taken over' },
  { scope: 'write_inventory', for: 'publishing what can be sold' },
  { scope: 'read_shopify_payments_accounts', for: 'whether the store has accounts at Shopify Payments' },
  { scope: 'read_shopify_payments_payouts', for: 'its payouts, and what they consist of' },
  { scope: 'read_shopify_payments_disputes', for: 'disputes of its charges' },
  { scope: 'write_returns', for: 'making returns, and giving their money back' },
  { scope: 'read_fulfillments', for: 'webhooks of shipments that others make' },
  { scope: 'read_merchant_managed_fulfillment_orders', for: 'which location is to ship what' },
  { scope: 'read_assigned_fulfillment_orders', for: 'what fulfilment services are to ship' },
  {
    scope: 'write_assigned_fulfillment_orders',
    for: 'shipments of fulfilment services, and answers to what is asked of them',
  },
];

/** What an app asks a merchant for: all that is needed, and what makes it complete. */
export const ASKED_SCOPES: readonly string[] = [
  ...new Set([...SCOPES.map(({ any }) => any[0] as string), ...OPTIONAL_SCOPES.map(({ scope }) => scope)]),
];

export async function check(
  settings: Settings,
  reader: OrderReader,
  exchange: Exchange,
): Promise<{ ok: boolean; message: string }> {
  const answer = await exchange.run(CHECK, {});
  if (answer.status !== 'ok') return { ok: false, message: answer.message };
  const { shop, currentAppInstallation } = answer.data;
  const granted = new Set(currentAppInstallation.accessScopes.map(({ handle }) => handle));
  const missing = SCOPES.filter(({ any }) => !any.some((scope) => granted.has(scope)));
  if (settings.payouts)
    missing.push(
      ...OPTIONAL_SCOPES.filter(({ scope }) => scope.startsWith('read_shopify_payments')).flatMap((each) =>
        granted.has(each.scope) ? [] : [{ any: [each.scope], for: each.for }],
      ),
    );
  const problems = missing.map(({ any, for: what }) => `the app lacks the scope ${any[0]} (${what})`);
  if (shop.myshopifyDomain.toLowerCase() !== settings.shopDomain.toLowerCase())
    problems.push(
      `the store is ${shop.myshopifyDomain}, not ${settings.shopDomain}: set shopDomain to it, or its webhooks cannot be placed`,
    );
  if (missing.length > 0)
    problems.push('add what is missing to a version of the app, release it, and agree to it in the store');
  if (problems.length > 0) return { ok: false, message: problems.join('; ') };
  // Scopes alone do not tell: personal data need an approval of their own.
  const page = await reader.page(changedSince(0), null, exchange);
  if (page.status !== 'ok') return { ok: false, message: `orders cannot be read: ${page.message}` };
  const old = granted.has('read_all_orders')
    ? ''
    : '; without the scope read_all_orders, orders older than 60 days cannot be read';
  const own = granted.has('write_merchant_managed_fulfillment_orders')
    ? ''
    : '; without the scope write_merchant_managed_fulfillment_orders, only shipments from fulfilment services can be written';
  return { ok: true, message: `answers as ${shop.name} (${shop.myshopifyDomain})${old}${own}` };
}
