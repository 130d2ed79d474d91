/**
 * The cases that a run plants on purpose. The demonstration fails when the hub's open cases at the end are others than
 * these: what is planted must be found, and nothing else may be left.
 */
import type { Random } from '../../base/random.ts';
import type { OrderSpec } from '../kit/types.ts';
import { product, SPECIAL } from './catalogue.ts';
import { CHANNELS, type ChannelId, DAY_MS, HOUR_MS, MINUTE_MS } from './names.ts';
import type { LifeEvent, PlannedMessage } from './plan.ts';
import { ampleProduct, plainSpec } from './shopping.ts';
import {
  fractionalQuantity,
  inCurrency,
  nobodyLiable,
  type Twist,
  unknownStatus,
  wrongTotal,
} from './twists.ts';

/** How a kind of planted order differs from a plain one. */
interface Seedling {
  reason: string;
  channels: readonly ChannelId[];
  spec?: (spec: OrderSpec, channel: ChannelId) => void;
  life?: (random: Random, spec: OrderSpec) => LifeEvent[];
}

/** The channel's JSON is good but for this. */
const twisted = (twist: Twist) => (spec: OrderSpec) => {
  spec.twist = twist;
};

/** Where SKUs are mapped one by one; the harbour shop uses our own codes. */
const MAPPED_CHANNELS: readonly ChannelId[] = ['shopify-northlight', 'bazaar'];

const SEEDLINGS: readonly Seedling[] = [
  { reason: 'unknown-value', channels: CHANNELS, spec: twisted(unknownStatus) },
  { reason: 'bad-quantity', channels: CHANNELS, spec: twisted(fractionalQuantity) },
  {
    reason: 'unmapped-sku',
    channels: MAPPED_CHANNELS,
    spec: (spec, channel) => sells(spec, channel, SPECIAL.unmapped),
  },
  {
    reason: 'unmapped-tax-code',
    channels: CHANNELS,
    spec: (spec) => {
      const first = spec.lines[0];
      if (first) first.tax = [{ title: 'Harbour levy 3%', rate: '0.03' }];
    },
  },
  {
    reason: 'unmapped-gateway',
    channels: CHANNELS,
    spec: (spec) => {
      spec.gateway = 'moonbucks';
    },
  },
  { reason: 'totals-do-not-close', channels: CHANNELS, spec: twisted(wrongTotal) },
  {
    reason: 'currency-not-booked',
    channels: CHANNELS,
    spec: twisted(inCurrency('NOK')),
  },
  {
    reason: 'incomplete-address',
    channels: CHANNELS,
    spec: (spec) => void Object.assign(spec.shopper, { address1: '', city: '' }),
  },
  { reason: 'tax-liability-unknown', channels: CHANNELS, spec: twisted(nobodyLiable) },
  {
    reason: 'out-of-stock',
    channels: CHANNELS,
    spec: (spec, channel) => sells(spec, channel, SPECIAL.never),
  },
  {
    reason: 'erp-rejected',
    channels: CHANNELS,
    spec: (spec, channel) => sells(spec, channel, SPECIAL.erpBlocked),
  },
  {
    reason: 'cancelled-by-erp',
    channels: CHANNELS,
    life: () => [{ kind: 'erpCancel', afterMs: 5 * MINUTE_MS, reason: 'customer is on the stop list' }],
  },
  {
    reason: 'cancelled-after-shipment',
    channels: CHANNELS,
    life: (random) => [{ kind: 'forcedCancel', afterMs: random.int(DAY_MS, 3 * DAY_MS), reason: 'customer' }],
  },
  {
    reason: 'refund-exceeds-payment',
    channels: CHANNELS,
    life: (random) => [{ kind: 'overRefund', afterMs: random.int(2 * DAY_MS, 5 * DAY_MS), beyond: '25.00' }],
  },
];

const MESSAGE_REASONS = ['not-an-order', 'unaddressable-message'] as const;

/** All reasons that a run plants. */
export const PLANTED_REASONS: readonly string[] = [
  ...SEEDLINGS.map(({ reason }) => reason),
  ...MESSAGE_REASONS,
];

/** What grows at which order of the run: the order's number to the kind of seedling and its channel. */
export type Bed = ReadonlyMap<number, { seedling: Seedling; channel: ChannelId }>;

/**
 * Chooses the orders that are planted, never the first. Every reason from 60 orders on, proportionally more often with
 * every 200; shorter runs plant some kinds only.
 */
export function layOut(random: Random, orders: number): Bed {
  const each = Math.max(1, Math.floor(orders / 200));
  const wanted = orders >= 60 ? SEEDLINGS.length * each : Math.min(SEEDLINGS.length, Math.floor(orders / 10));
  const free = shuffled(
    random,
    Array.from({ length: Math.max(0, orders - 1) }, (_, index) => index + 1),
  );
  const kinds = shuffled(random, SEEDLINGS);
  const turn = random.int(0, 2);
  const bed = new Map<number, { seedling: Seedling; channel: ChannelId }>();
  for (const [number, index] of free.slice(0, wanted).entries()) {
    const seedling = kinds[number % kinds.length] as Seedling;
    const round = Math.floor(number / kinds.length);
    const channel = seedling.channels[(number + round + turn) % seedling.channels.length] as ChannelId;
    bed.set(index, { seedling, channel });
  }
  return bed;
}

/** The seedling that a live stream grows at its n-th planting. */
export function seedlingOf(turn: number): { seedling: Seedling; channel: ChannelId } {
  const seedling = SEEDLINGS[turn % SEEDLINGS.length] as Seedling;
  return { seedling, channel: seedling.channels[turn % seedling.channels.length] as ChannelId };
}

/** A plain order with the one thing that is wrong about it. */
export function plantedOrder(
  random: Random,
  { seedling, channel }: { seedling: Seedling; channel: ChannelId },
  handle: string,
): { spec: OrderSpec; life: LifeEvent[]; reason: string } {
  const products = [ampleProduct(random, channel)];
  if (random.chance(0.5)) products.push(ampleProduct(random, channel));
  const spec = plainSpec(random, channel, handle, products);
  seedling.spec?.(spec, channel);
  return { spec, life: seedling.life?.(random, spec) ?? [], reason: seedling.reason };
}

/** Deliveries of nonsense, spread over the run: as many of each reason as of each kind of planted order. */
export function plantedMessages(
  random: Random,
  orders: number,
  fromMs: number,
  toMs: number,
): PlannedMessage[] {
  const each = orders >= 60 ? Math.max(1, Math.floor(orders / 200)) : 0;
  const messages: PlannedMessage[] = [];
  for (let number = 0; number < each; number += 1) {
    for (const reason of MESSAGE_REASONS) {
      const channel = CHANNELS[(number + (reason === 'not-an-order' ? 0 : 1)) % CHANNELS.length] as ChannelId;
      messages.push(nonsense(random, reason, channel, random.int(fromMs + HOUR_MS, toMs), number));
    }
  }
  return messages;
}

function nonsense(
  random: Random,
  reason: (typeof MESSAGE_REASONS)[number],
  channel: ChannelId,
  atMs: number,
  number: number,
): PlannedMessage {
  const shopify = channel !== 'bazaar';
  const topic = shopify ? 'orders/create' : 'order.created';
  const serial = String(random.int(100_000, 999_999));
  if (reason === 'unaddressable-message') {
    const body =
      number % 2 === 0
        ? `{"note": "who am I?", "serial": "${serial}"}`
        : `<order serial="${serial}">this is no JSON</order>`;
    return { channel, atMs, reason, topic, body, channelOrderId: null };
  }
  const channelOrderId = shopify ? `99${serial}0${number}` : `NONSENSE-${serial}-${number}`;
  const body = shopify
    ? {
        id: Number(channelOrderId),
        admin_graphql_api_id: `gid://shopify/Order/${channelOrderId}`,
        weather: 'fog over the harbour',
        line_items: 'three',
      }
    : {
        type: topic,
        data: {
          order: { channelOrderId, id: channelOrderId, weather: 'fog over the harbour', lines: 'three' },
        },
      };
  return { channel, atMs, reason, topic, body: JSON.stringify(body), channelOrderId };
}

/** The first line is of this product, in one unit. */
function sells(spec: OrderSpec, channel: ChannelId, sku: string): void {
  const first = spec.lines[0];
  const sold = product(sku);
  if (!first) return;
  Object.assign(first, {
    sku: sold.codes[channel],
    title: sold.title,
    unitPrice: spec.currency === 'GBP' ? sold.prices.GBP : sold.prices.EUR,
  });
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, draw: random.next() }))
    .sort((a, b) => a.draw - b.draw)
    .map(({ item }) => item);
}
