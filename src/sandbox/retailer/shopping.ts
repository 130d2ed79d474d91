/** What one shopper puts into one order: lines, discounts, shipping and payment, all from the order's own random stream. */
import type { Random } from '../../base/random.ts';
import type { OrderSpec } from '../kit/types.ts';
import { assortment, type Product } from './catalogue.ts';
import { type ChannelId, SHOPS } from './names.ts';
import { shopperFrom } from './shoppers.ts';
import { DESTINATIONS, taxOn } from './taxes.ts';

type Line = OrderSpec['lines'][number];

const GATEWAYS: Readonly<Record<ChannelId, readonly (readonly [weight: number, gateway: string])[]>> = {
  'shopify-northlight': [
    [60, 'shopify_payments'],
    [25, 'paypal'],
    [15, 'klarna'],
  ],
  'shopify-harbour': [
    [75, 'shopify_payments'],
    [25, 'paypal'],
  ],
  bazaar: [[100, 'bazaar_pay']],
};

/** What waits for a bank transfer. */
const SLOW_GATEWAY: Readonly<Record<ChannelId, string>> = {
  'shopify-northlight': 'bank_deposit',
  'shopify-harbour': 'bank_deposit',
  bazaar: 'bazaar_invoice',
};

/** All gateways that orders of a channel may name. */
export function gatewaysOf(channel: ChannelId): string[] {
  const more = channel === 'bazaar' ? [] : ['gift_card', 'shopify_store_credit', 'cash'];
  return [...GATEWAYS[channel].map(([, gateway]) => gateway), SLOW_GATEWAY[channel], ...more];
}

/** Shares of 100 of how an order's money comes. */
const PAYMENTS: readonly (readonly [weight: number, payment: OrderSpec['payment']])[] = [
  [72, 'paid'],
  [18, 'authorised'],
  [7, 'pending'],
  [3, 'failed'],
];

/** A few shoppers from abroad pay in their own money: units of it per unit of the shop's. */
const PRESENTMENT: Readonly<Record<string, { currency: string; rate: string }>> = {
  CH: { currency: 'CHF', rate: '0.9421' },
  US: { currency: 'USD', rate: '1.0863' },
};

const TEST_ORDER_SHARE = 0.01;

/** An ordinary order. */
export function ordinarySpec(random: Random, channel: ChannelId, handle: string): OrderSpec {
  const shop = SHOPS[channel];
  const country = random.weighted(DESTINATIONS[channel]);
  const lines = cartFrom(random, channel, country);
  const payment = random.weighted(PAYMENTS);
  const presentment = channel === 'shopify-northlight' ? PRESENTMENT[country] : undefined;
  const wholeDiscount =
    random.chance(0.1) && roughValue(lines) > 60 ? random.pick(['5.00', '10.00', '7.77']) : null;
  return {
    handle,
    currency: shop.currency,
    ...(presentment ? { presentment } : {}),
    taxesIncluded: shop.taxesIncluded,
    shopper: shopperFrom(random, country),
    lines,
    shipping: shippingFor(random, country, roughValue(lines)),
    ...(wholeDiscount ? { orderDiscount: wholeDiscount } : {}),
    payment,
    gateway: payment === 'pending' ? SLOW_GATEWAY[channel] : random.weighted(GATEWAYS[channel]),
    ...(random.chance(TEST_ORDER_SHARE) ? { test: true } : {}),
  };
}

/** A plain order of the channel's home country, paid at once: the ground on which a planted case stands out. */
export function plainSpec(
  random: Random,
  channel: ChannelId,
  handle: string,
  products: readonly Product[],
): OrderSpec {
  const shop = SHOPS[channel];
  const country = shop.currency === 'GBP' ? 'GB' : 'DE';
  return {
    handle,
    currency: shop.currency,
    taxesIncluded: shop.taxesIncluded,
    shopper: shopperFrom(random, country),
    lines: products.map((product) => lineOf(product, channel, country, 1)),
    shipping: { title: 'Standard', price: '4.90', tax: taxOn(country, 'standard') },
    payment: 'paid',
    gateway: random.weighted(GATEWAYS[channel]),
  };
}

/** One line of an order; its SKU is the channel's. */
export function lineOf(product: Product, channel: ChannelId, country: string, quantity: number): Line {
  return {
    sku: product.codes[channel],
    title: product.title,
    quantity,
    unitPrice: product.prices[SHOPS[channel].currency],
    tax: taxOn(country, product.taxClass),
  };
}

/** An ordinary product that is always there: for lines that are added later and for planted orders. */
export function ampleProduct(random: Random, channel: ChannelId): Product {
  return random.pick(assortment(channel).filter((product) => product.supply === 'ample'));
}

function cartFrom(random: Random, channel: ChannelId, country: string): Line[] {
  const count = random.weighted([
    [45, 1],
    [27, 2],
    [16, 3],
    [8, 4],
    [4, 5],
  ]);
  const products = assortment(channel);
  const lines: Line[] = [];
  for (let index = 0; index < count; index += 1) {
    const quantity = random.weighted([
      [74, 1],
      [18, 2],
      [6, 3],
      [2, 6],
    ]);
    const line = lineOf(random.pick(products), channel, country, quantity);
    if (random.chance(0.15)) line.discountPercent = random.pick(['10', '15', '20', '33']);
    lines.push(line);
  }
  // Two lines of the same SKU happen: a gift-wrapped one beside the other.
  const first = lines[0];
  if (first && count > 1 && random.chance(0.06)) lines[lines.length - 1] = { ...first, quantity: 1 };
  return lines;
}

function shippingFor(random: Random, country: string, value: number): OrderSpec['shipping'] {
  const tax = taxOn(country, 'standard');
  if (random.chance(0.15)) return { title: 'Express', price: '9.90', tax };
  if (value >= 100) return random.chance(0.5) ? { title: 'Free', price: '0.00', tax } : null;
  return { title: 'Standard', price: '4.90', tax };
}

/** Good enough to decide what a shopper does; no money is computed from it. */
export function roughValue(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + Number(line.unitPrice) * line.quantity, 0);
}
