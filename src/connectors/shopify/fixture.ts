/** For tests: an order as a webhook carries it, and deliveries of it. */
import { createHmac } from 'node:crypto';
import type { Delivery } from '../contract.ts';

type Json = Record<string, unknown>;

export const SECRET = 'a client secret';

/** An amount that is the same in both moneys. */
export function money(amount: string, currency = 'EUR'): Json {
  const one = { amount, currency_code: currency };
  return { shop_money: one, presentment_money: one };
}

/** An order of two units of one thing, with shipping, a discount and tax inside; paid. Its id exceeds 2^53. */
export function webhookOrder(changes: Json = {}): Json {
  const tax = (amount: string) => [
    { title: 'MwSt', price: amount, rate: 0.19, price_set: money(amount), channel_liable: false },
  ];
  return {
    admin_graphql_api_id: 'gid://shopify/Order/9820982911946154508',
    name: '#1001',
    created_at: '2026-10-01T10:00:00+02:00',
    processed_at: '2026-10-01T10:00:00+02:00',
    updated_at: '2026-10-01T10:00:05+02:00',
    cancelled_at: null,
    cancel_reason: null,
    test: false,
    currency: 'EUR',
    presentment_currency: 'EUR',
    taxes_included: true,
    tax_exempt: false,
    duties_included: false,
    email: 'ada@example.org',
    contact_email: 'ada@example.org',
    phone: null,
    customer: {
      id: 115310627314723,
      admin_graphql_api_id: 'gid://shopify/Customer/115310627314723954',
      first_name: 'Ada',
      last_name: 'Krause',
      email: 'ada@example.org',
      phone: null,
    },
    shipping_address: address(),
    billing_address: address(),
    financial_status: 'paid',
    payment_gateway_names: ['shopify_payments'],
    total_price_set: money('26.70'),
    current_total_price_set: money('26.70'),
    total_tax_set: money('4.26'),
    total_tip_received: '0.00',
    discount_applications: [{ type: 'discount_code', code: 'AUTUMN', target_type: 'line_item' }],
    line_items: [
      {
        id: 487817672276298,
        admin_graphql_api_id: 'gid://shopify/LineItem/487817672276298554',
        sku: 'MUG-1',
        product_id: 7880321196742,
        product_exists: true,
        name: 'Mug - blue',
        title: 'Mug',
        quantity: 2,
        current_quantity: 2,
        requires_shipping: true,
        gift_card: false,
        taxable: true,
        price: '11.90',
        price_set: money('11.90'),
        discount_allocations: [{ discount_application_index: 0, amount: '2.00', amount_set: money('2.00') }],
        tax_lines: tax('3.48'),
        duties: [],
      },
    ],
    shipping_lines: [
      {
        id: 271878346596,
        title: 'Standard',
        code: 'STD',
        price_set: money('4.90'),
        discount_allocations: [],
        tax_lines: tax('0.78'),
        is_removed: false,
      },
    ],
    fulfillments: [],
    refunds: [],
    ...changes,
  };
}

export function address(changes: Json = {}): Json {
  return {
    first_name: 'Ada',
    last_name: 'Krause',
    name: 'Ada Krause',
    company: null,
    phone: null,
    address1: 'Hauptstr. 1',
    address2: null,
    city: 'Bremen',
    zip: '28195',
    province_code: null,
    country_code: 'DE',
    ...changes,
  };
}

/** The first line of an order with changes. */
export function lineWith(changes: Json): Json[] {
  const [line] = webhookOrder().line_items as Json[];
  return [{ ...line, ...changes }];
}

/** A delivery of a body, signed. */
export function signedDelivery(topic: string, body: unknown, secret = SECRET): Delivery {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    headers: {
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(bytes).digest('base64'),
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': 'one.myshopify.com',
      'x-shopify-webhook-id': 'w-1',
      'x-shopify-event-id': 'e-1',
    },
    body: bytes,
    origin: 'webhook',
    topic,
  };
}
