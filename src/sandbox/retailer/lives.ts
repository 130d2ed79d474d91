/** What happens to an ordinary order after it was placed: its money, and for some of them an event. From its own stream. */
import type { Random } from '../../base/random.ts';
import type { OrderSpec } from '../kit/types.ts';
import { paidLaterMs } from './kinds.ts';
import { CAPTURES, type ChannelId, DAY_MS, HOUR_MS, MINUTE_MS } from './names.ts';
import type { LifeEvent } from './plan.ts';
import { addressIn } from './shoppers.ts';
import { ampleProduct, lineOf, roughValue } from './shopping.ts';

/** Shares of 100 of orders to which something happens; the rest is left alone. */
export const EVENT_SHARES = {
  edit: 8,
  cancel: 5,
  removal: 5,
  address: 2,
  refund: 12,
  exchange: 3,
  return: 3,
  feeReturn: 2,
  delivery: 2,
  split: 4,
  archive: 2,
  redact: 4,
} as const;

type EventKind = keyof typeof EVENT_SHARES | 'none';

type Captures = (typeof CAPTURES)[ChannelId];

/**
 * @param pace 1 for a believable pace; smaller ones press a life into less time, for watching it live.
 * @param captures who captures what was authorised, where it is not as in the retailer's configuration.
 */
export function lifeOf(
  random: Random,
  channel: ChannelId,
  spec: OrderSpec,
  pace: number,
  captures: Captures = CAPTURES[channel],
): LifeEvent[] {
  const money = moneyOf(random, captures, spec);
  const events = spec.test
    ? []
    : eventOf(random, channel, spec, paidAfter(captures, spec, money)).filter((event) => suits(event, spec));
  return [...money, ...events, ...differences(captures, spec, events)].map((event) => paced(event, pace));
}

/** Of an order that grows, the hub captures what was authorised: the shopper pays the rest when that is known. */
function differences(captures: Captures, spec: OrderSpec, events: readonly LifeEvent[]): LifeEvent[] {
  const grows = events.find(
    (event) => event.kind === 'edit' && (event.edit.add !== undefined || event.edit.shipping !== undefined),
  );
  if (!grows || spec.payment !== 'authorised' || captures === 'channel') return [];
  const afterMs = captures === 'onShipment' ? grows.afterMs + 2 * DAY_MS : 7.5 * DAY_MS;
  return [{ kind: 'pay', afterMs, event: 'captured' }];
}

/**
 * A till's sale is over when it is made, and of what is fetched nothing is changed any more: it may only come back. What was
 * rounded to coins stays as it is.
 */
function suits({ kind }: LifeEvent, { source, delivery, cashRounding }: OrderSpec): boolean {
  const isOver = source === 'pos' || delivery?.method === 'pickUp';
  return !isOver || (kind === 'refund' && cashRounding === undefined);
}

/** How the money of an order goes on when it was not there at once. */
function moneyOf(random: Random, captures: Captures, spec: OrderSpec): LifeEvent[] {
  const at = (least: number, most: number, event: 'captured' | 'failed' | 'expired'): LifeEvent => ({
    kind: 'pay',
    afterMs: between(random, least, most),
    event,
  });
  switch (spec.payment) {
    case 'paid':
      return [];
    case 'authorised':
      // Most are left to the hub, where it captures; some the staff is too quick for.
      if (captures !== 'channel' && random.chance(0.7)) return [];
      return [
        random.chance(0.5)
          ? at(HOUR_MS, 6 * HOUR_MS, 'captured')
          : at(20 * HOUR_MS, 30 * HOUR_MS, 'captured'),
      ];
    case 'pending':
      if (spec.terms) return [{ kind: 'pay', afterMs: paidLaterMs(random, spec.terms), event: 'captured' }];
      // Four of five transfers arrive; nobody ever hears of the others again.
      return random.chance(0.8) ? [at(2 * HOUR_MS, 3 * DAY_MS, 'captured')] : [];
    case 'failed':
      return [
        random.chance(0.5) ? at(HOUR_MS, 10 * HOUR_MS, 'captured') : at(12 * HOUR_MS, 2 * DAY_MS, 'expired'),
      ];
    default:
      return spec.payment satisfies never;
  }
}

function eventOf(
  random: Random,
  channel: ChannelId,
  spec: OrderSpec,
  paidFrom: number | undefined,
): LifeEvent[] {
  // What was bought at a till may only come back to it.
  const kind = spec.source === 'pos' ? (random.chance(0.3) ? 'refund' : 'none') : kindOf(random);
  const index = random.int(0, spec.lines.length - 1);
  const line = spec.lines[index];
  if (!line) return [];
  switch (kind) {
    case 'none':
      return [];
    case 'edit':
      return [
        {
          kind: 'edit',
          afterMs: soon(random, 3 * MINUTE_MS, 12 * HOUR_MS),
          edit: editOf(random, channel, spec, index),
        },
      ];
    case 'cancel':
      return [
        {
          kind: 'cancel',
          afterMs: soon(random, 2 * MINUTE_MS, 20 * HOUR_MS),
          reason: random.pick(['customer', 'inventory', 'other']),
          refund: true,
          restock: random.chance(0.6),
        },
      ];
    case 'address':
      return [
        {
          kind: 'address',
          afterMs: soon(random, 5 * MINUTE_MS, 8 * HOUR_MS),
          address: addressIn(random, spec.shopper.countryCode),
        },
      ];
    case 'removal': {
      // Only money that is there can be given back, and an order that loses its only unit is a cancelled one.
      const units = spec.lines.reduce((sum, each) => sum + each.quantity, 0);
      if (paidFrom === undefined || units < 2) return [];
      return [
        {
          kind: 'removal',
          afterMs: paidFrom + soon(random, 3 * MINUTE_MS, 6 * HOUR_MS),
          line: { index, quantity: 1 },
          restock: random.chance(0.6),
        },
      ];
    }
    case 'return':
      if (channel === 'bazaar' || paidFrom === undefined) return [];
      return [{ kind, afterMs: between(random, 2 * DAY_MS, 8 * DAY_MS), line: { index, quantity: 1 } }];
    case 'feeReturn': {
      // Fees are in the money that the shopper pays in, which staff thinks of as the store's.
      if (
        channel === 'bazaar' ||
        paidFrom === undefined ||
        spec.presentment ||
        spec.cashRounding !== undefined
      )
        return [];
      const fees = { restockingPercent: random.pick(['5', '10', '12.5']), shipping: '0.75' };
      const afterMs = between(random, 2 * DAY_MS, 8 * DAY_MS);
      return [{ kind: 'return', afterMs, line: { index, quantity: 1, fees } }];
    }
    case 'delivery': {
      // A shopper wants it sooner: a dearer way of delivery takes the place of the one that was chosen.
      if (channel === 'bazaar' || !spec.shipping || spec.delivery) return [];
      const shipping = { title: 'Express', price: (Number(spec.shipping.price) + 7.5).toFixed(2) };
      return [{ kind: 'edit', afterMs: soon(random, 3 * MINUTE_MS, 6 * HOUR_MS), edit: { shipping } }];
    }
    case 'split': {
      if (channel === 'bazaar') return [];
      const afterMs = soon(random, 3 * MINUTE_MS, 4 * HOUR_MS);
      return [
        { kind, afterMs },
        { kind: 'merge', afterMs: afterMs + soon(random, 10 * MINUTE_MS, 4 * HOUR_MS) },
      ];
    }
    case 'archive':
      return channel === 'bazaar' ? [] : [{ kind, afterMs: between(random, 3 * DAY_MS, 9 * DAY_MS) }];
    case 'redact':
      // Nobody is forgotten who was never known, and a company's buyer buys again.
      if (channel === 'bazaar' || spec.shopper.accountId === null || spec.company) return [];
      return [{ kind, afterMs: between(random, 9 * DAY_MS, 14 * DAY_MS) }];
    case 'exchange':
      // A marketplace knows no exchange, and what is fetched or sold for coins is exchanged at the till.
      if (channel === 'bazaar' || paidFrom === undefined || spec.cashRounding !== undefined) return [];
      return [
        {
          kind: 'exchange',
          afterMs: Math.max(paidFrom, between(random, 2 * DAY_MS, 8 * DAY_MS)),
          index,
          add: lineOf(ampleProduct(random, channel), channel, spec.shopper.countryCode, 1),
        },
      ];
    case 'refund':
      return paidFrom === undefined ? [] : [refundOf(random, channel, spec, index, paidFrom)];
    default:
      return kind satisfies never;
  }
}

/** From when on money is there; undefined: nobody can say. What needs goods to have left waits for both. */
function paidAfter(
  captures: Captures,
  { payment }: OrderSpec,
  money: readonly LifeEvent[],
): number | undefined {
  if (payment === 'paid') return 0;
  const paid = money.find((event) => event.kind === 'pay' && event.event === 'captured');
  return paid?.afterMs ?? (payment === 'authorised' && captures !== 'channel' ? 0 : undefined);
}

function kindOf(random: Random): EventKind {
  const shares = Object.entries(EVENT_SHARES) as [keyof typeof EVENT_SHARES, number][];
  const left = 100 - shares.reduce((sum, [, share]) => sum + share, 0);
  return random.weighted<EventKind>([
    ...shares.map(([kind, share]) => [share, kind] as const),
    [left, 'none'],
  ]);
}

function editOf(
  random: Random,
  channel: ChannelId,
  spec: OrderSpec,
  index: number,
): Extract<LifeEvent, { kind: 'edit' }>['edit'] {
  const line = spec.lines[index];
  const add = {
    add: lineOf(ampleProduct(random, channel), channel, spec.shopper.countryCode, random.int(1, 2)),
  };
  if (!line || random.chance(0.3)) return add;
  // A price is changed by taking the line off and putting it on again.
  if (line.sku !== null && line.bundle === undefined && line.duty === undefined && random.chance(0.4))
    return { line: { index, quantity: 0 }, add: { ...line, discountPercent: '25' } };
  if (line.quantity > 1) return { line: { index, quantity: line.quantity - 1 } };
  // The only line of an order is not removed but exchanged for another.
  return spec.lines.length > 1 ? { line: { index, quantity: 0 } } : { line: { index, quantity: 0 }, ...add };
}

function refundOf(
  random: Random,
  channel: ChannelId,
  spec: OrderSpec,
  index: number,
  paidFrom: number,
): LifeEvent {
  const quantity = spec.lines[index]?.quantity ?? 1;
  const kind = random.weighted([
    [30, 'line'],
    [10, 'lineAndShipping'],
    [18, 'shipping'],
    [18, 'goodwill'],
    [12, 'shopify_store_credit'],
    [12, 'gift_card'],
  ] as const);
  const hasShipping = spec.shipping !== null && Number(spec.shipping.price) > 0;
  const shippingAlone = kind === 'shipping' && hasShipping;
  const goodwill = kind === 'goodwill' && roughValue(spec.lines) > 40;
  const to = kind === 'shopify_store_credit' || kind === 'gift_card' ? kind : null;
  return {
    kind: 'refund',
    afterMs: Math.max(paidFrom, between(random, 2 * DAY_MS, 8 * DAY_MS)),
    line: goodwill || shippingAlone ? null : { index, quantity: random.int(1, quantity) },
    shipping: shippingAlone || (kind === 'lineAndShipping' && hasShipping),
    amount: goodwill ? random.pick(['5.00', '3.50', '10.00']) : null,
    pendingMs: random.chance(0.2) ? between(random, 12 * HOUR_MS, 3 * DAY_MS) : null,
    // A marketplace gives money back the way it came.
    to: channel === 'bazaar' ? null : to,
  };
}

function between(random: Random, leastMs: number, mostMs: number): number {
  return random.int(leastMs, mostMs);
}

/** Rather sooner than later: as many in the first tenth of the time as in the rest. */
function soon(random: Random, leastMs: number, mostMs: number): number {
  return Math.round(leastMs * (mostMs / leastMs) ** random.next());
}

function paced(event: LifeEvent, pace: number): LifeEvent {
  const shorter = { ...event, afterMs: Math.round(event.afterMs * pace) };
  if (shorter.kind === 'refund' && shorter.pendingMs !== null)
    shorter.pendingMs = Math.round(shorter.pendingMs * pace);
  return shorter;
}
