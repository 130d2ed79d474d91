/** The orders of a run, from its seed: who buys what, where and when, and what will happen to it. */
import type { Random } from '../../base/random.ts';
import type { World } from '../kit/world.ts';
import { hotDemand, product, SPECIAL } from './catalogue.ts';
import { becomeOfAKind } from './kinds.ts';
import { lifeOf } from './lives.ts';
import { type ChannelId, DAY_MS, HOUR_MS, MINUTE_MS, SHOPS } from './names.ts';
import type { PlannedOrder, RunPlan } from './plan.ts';
import { layOut, plantedMessages, plantedOrder, seedlingOf } from './plant.ts';
import { ordinarySpec, plainSpec } from './shopping.ts';
import { storyOrder } from './story.ts';

/** The story comes first, when the hub has had time to read the stock; the others follow for two busy days. */
export const STORY_AT_MS = 30 * MINUTE_MS;
const OTHERS_FROM_MS = 45 * MINUTE_MS;
export const RUN_MS = 2 * DAY_MS;
/** Then trade goes on quietly for two months: a share of all orders, so that payouts go on too. */
export const LATER = { days: 60, share: 0.06 };

/** In a live stream every so many orders one is planted. */
const LIVE_PLANT_EVERY = 40;

/** Orders by hour of the day, in shares: quiet nights, a lunch break, busy evenings. */
const HOURS: readonly number[] = [
  2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 11, 13, 11, 9, 9, 10, 12, 14, 17, 19, 16, 9, 5,
];

/** Flash sales: a share of all orders within minutes. */
const BURSTS: readonly { afterMs: number; lengthMs: number; share: number }[] = [
  { afterMs: 12 * HOUR_MS, lengthMs: 8 * MINUTE_MS, share: 0.12 },
  { afterMs: 27 * HOUR_MS, lengthMs: 4 * MINUTE_MS, share: 0.08 },
  { afterMs: 36 * HOUR_MS, lengthMs: 10 * MINUTE_MS, share: 0.1 },
];

/** Plans a whole run of so many orders from this instant on; the story is order 0. */
export function planOrders(options: { world: World; orders: number; startAtMs: number }): RunPlan {
  const { world, orders, startAtMs } = options;
  if (orders < 1) return { orders: [], messages: [] };
  const bed = layOut(world.random('plant'), orders);
  const hot = hotOrders(world, orders, (index) => bed.has(index));
  const planned: PlannedOrder[] = [storyOrder(startAtMs + STORY_AT_MS)];
  for (let index = 1; index < orders; index += 1) {
    const placedAtMs = startAtMs + momentOf(world, index, startAtMs, !bed.has(index));
    planned.push(
      hot.has(index)
        ? hotOrder(world, index, startAtMs)
        : orderOf(world, index, placedAtMs, bed.get(index), 1),
    );
  }
  planned.sort((a, b) => a.placedAtMs - b.placedAtMs || a.index - b.index);
  const messages = plantedMessages(
    world.random('plant:messages'),
    orders,
    startAtMs + OTHERS_FROM_MS,
    startAtMs + RUN_MS,
  );
  return { orders: planned, messages };
}

/** The orders of the flash sale, by number: none of them is planted. */
function hotOrders(world: World, orders: number, isPlanted: (index: number) => boolean): Set<number> {
  const random = world.random('hot');
  const hot = new Set<number>();
  const wanted = hotDemand(orders);
  while (hot.size < wanted) {
    const index = random.int(1, orders - 1);
    if (!isPlanted(index)) hot.add(index);
  }
  return hot;
}

/** One unit of what everybody wants, bought within the minutes of the first flash sale, and nothing happens to it later. */
function hotOrder(world: World, index: number, startAtMs: number): PlannedOrder {
  const handle = handleOf(index);
  const random = world.random(`order:${handle}`);
  const channel = channelFrom(random);
  const [sale] = BURSTS;
  const placedAtMs = startAtMs + (sale?.afterMs ?? 0) + random.int(0, sale?.lengthMs ?? 0);
  const spec = plainSpec(random, channel, handle, [product(SPECIAL.hot)]);
  return { index, channel, placedAtMs, spec, life: [], planted: null };
}

const handleOf = (index: number): string => `o${String(index).padStart(6, '0')}`;

function channelFrom(random: Random): ChannelId {
  return random.weighted((Object.keys(SHOPS) as ChannelId[]).map((id) => [SHOPS[id].share, id] as const));
}

/** The order of this number in an endless live stream. */
export function liveOrder(world: World, index: number, placedAtMs: number, pace: number): PlannedOrder {
  if (index === 0) return storyOrder(placedAtMs);
  const plants = index % LIVE_PLANT_EVERY === LIVE_PLANT_EVERY - 1;
  return orderOf(
    world,
    index,
    placedAtMs,
    plants ? seedlingOf(Math.floor(index / LIVE_PLANT_EVERY)) : undefined,
    pace,
  );
}

function orderOf(
  world: World,
  index: number,
  placedAtMs: number,
  plant: ReturnType<typeof seedlingOf> | undefined,
  pace: number,
): PlannedOrder {
  const handle = handleOf(index);
  const random = world.random(`order:${handle}`);
  if (plant) {
    const { spec, life, reason } = plantedOrder(random, plant, handle);
    const paced = life.map((event) => ({ ...event, afterMs: Math.round(event.afterMs * pace) }));
    return { index, channel: plant.channel, placedAtMs, spec, life: paced, planted: reason };
  }
  const channel = channelFrom(random);
  const spec = ordinarySpec(random, channel, handle);
  if (channel !== 'bazaar' && !spec.test) becomeOfAKind(world.random(`kind:${handle}`), channel, spec);
  return {
    index,
    channel,
    placedAtMs,
    spec,
    life: lifeOf(world.random(`life:${handle}`), channel, spec, pace),
    planted: null,
  };
}

/** When an order is placed, counted from the start: in a burst, or by the hour of the day; one that may come later, perhaps in the months after. */
function momentOf(world: World, index: number, startAtMs: number, mayBeLater: boolean): number {
  const later = world.random(`later:${index}`);
  if (mayBeLater && later.chance(LATER.share)) {
    const day = later.int(RUN_MS / DAY_MS, LATER.days - 1);
    return day * DAY_MS + hourOf(later, startAtMs, 24);
  }
  const random = world.random(`moment:${index}`);
  let draw = random.next();
  for (const burst of BURSTS) {
    if (draw < burst.share) return burst.afterMs + random.int(0, burst.lengthMs);
    draw -= burst.share;
  }
  const moment = hourOf(random, startAtMs, RUN_MS / HOUR_MS);
  return moment < OTHERS_FROM_MS ? OTHERS_FROM_MS + moment : moment;
}

/** An instant within so many hours from the start, more of them in the busy ones. */
function hourOf(random: Random, startAtMs: number, hours: number): number {
  const startHour = new Date(startAtMs).getUTCHours();
  const shares = Array.from(
    { length: hours },
    (_, hour) => [HOURS[(startHour + hour) % 24] ?? 1, hour] as const,
  );
  return random.weighted(shares) * HOUR_MS + random.int(0, HOUR_MS - 1);
}
