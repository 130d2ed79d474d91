/**
 * The sandbox retailer: starts the vendors' sandboxes of "Harbour & Vale", plays a plan from a seed on them, and answers
 * for the run: configuration, books, what was planted, and when it is quiet.
 */
import type { Clock } from '../../base/clock.ts';
import type { FaultProfile } from '../kit/types.ts';
import { World } from '../kit/world.ts';
import { bankStatements } from './bank.ts';
import { hotDemand, hotUnits, product, SPECIAL } from './catalogue.ts';
import { retailerConfig, retailerMappings } from './config.ts';
import { serveControl } from './control.ts';
import { planVendorExamples } from './examples.ts';
import { LATER, liveOrder, planOrders, RUN_MS, STORY_AT_MS } from './generator.ts';
import { CHANNELS, DAY_MS, HOUR_MS, MINUTE_MS, SYSTEMS } from './names.ts';
import type { PlannedOrder } from './plan.ts';
import { Play } from './play.ts';
import type { Retailer } from './retailer.ts';
import { erpDownForAnHour, planStoryShipments, STORY_HANDLE } from './story.ts';
import { keepFilled, planReceipts } from './supply.ts';
import { openSystems } from './systems.ts';

export type { Retailer, RetailerStats, RetailerStatus } from './retailer.ts';
export { STORY_ASKS_AFTER } from './story.ts';

export interface RetailerOptions {
  seed: string;
  /** How many orders a run brings; without effect for a live stream. */
  orders: number;
  faults: FaultProfile;
  /** Business time; it stands at the start of the run. */
  clock: Clock;
  /** The hub's base URL for webhooks, while it is not told otherwise by `setHubUrl`. */
  hubWebhookUrl?: () => string | undefined;
  /** Live: an endless stream of so many orders a minute, with lives pressed into minutes, instead of a batch. */
  ordersPerMinute?: number;
  /** The first story with the ERP down in the middle of it. */
  erpDownForAnHour?: boolean;
  /** Of the control server; 0 or none: a free one. */
  port?: number;
}

/** Days after which the money of a charge is at the bank. */
const PAYOUT_DAYS = 10;

/** A life of days passes within minutes when somebody watches. */
const LIVE_PACE = 1 / 120;
/** A live stream begins when the hub has had time to read the stock. */
const LIVE_FROM_MS = 20_000;
/** Shorter runs are stories of their own, in which nothing else happens. */
const EXAMPLES_FROM_ORDERS = 60;
/** A run's shelves are filled for so many orders, where it has no end. */
const LIVE_SHELVES = 1_000;

/** Starts all of it. The clock's present instant is the start of the run. */
export async function startRetailer(options: RetailerOptions): Promise<Retailer> {
  const { seed, faults, clock } = options;
  const world = new World({ clock, seed, faults });
  const startAtMs = clock.now();
  const live = options.ordersPerMinute !== undefined && options.ordersPerMinute > 0;
  const orders = live ? LIVE_SHELVES : options.orders;
  const pace = live ? LIVE_PACE : 1;
  let hubUrl: string | undefined;
  let hubPid: number | undefined;
  const systems = await openSystems(world, {
    orders,
    pace,
    webhookTarget: () => hubUrl ?? options.hubWebhookUrl?.(),
  });
  const play = new Play({
    world,
    channels: systems.channels,
    erp: systems.erp,
    places: systems.places,
    pace,
    placed: (order, reference) => {
      if (order.spec.handle === STORY_HANDLE)
        planStoryShipments(systems.places, reference, order.placedAtMs, pace);
    },
  });

  planReceipts(world, systems.places, { orders, startAtMs, pace });
  if (options.erpDownForAnHour) erpDownForAnHour(world, startAtMs + (live ? LIVE_FROM_MS : STORY_AT_MS));
  if (live) {
    stream(world, play, options.ordersPerMinute ?? 1);
    keepFilled(world, systems.places, { ordersPerMinute: options.ordersPerMinute ?? 1 });
    world.planOutages([...CHANNELS, ...SYSTEMS], startAtMs + 10 * MINUTE_MS, startAtMs + DAY_MS);
  } else {
    play.start(planOrders({ world, orders, startAtMs }));
    world.schedule(startAtMs + (LATER.days + PAYOUT_DAYS) * DAY_MS, 'the last payout is at the bank', () =>
      world.changed(),
    );
    if (orders >= EXAMPLES_FROM_ORDERS)
      planVendorExamples(world, systems.channels['shopify-northlight'], startAtMs);
    // Not before the story is told: its own outage shall be the only one in it.
    world.planOutages([...CHANNELS, ...SYSTEMS], startAtMs + 3 * HOUR_MS, startAtMs + RUN_MS + 3 * HOUR_MS);
  }

  const mappings = retailerMappings();
  const parts: Omit<Retailer, 'url'> = {
    mappings,
    config: () => retailerConfig(systems.settings),
    plan: () => play.planted(),
    books: async () => systems.books(),
    bank: async () => bankStatements(systems.books()),
    status: () => ({
      busy: world.busy(),
      hung: world.hung(),
      nextDueAt: world.nextDueAt() ?? null,
      activity: world.activity(),
      lastChangeAt: world.lastChangeAt(),
      now: clock.now(),
      failures: world.failures,
    }),
    stats: () => ({ play: play.stats, outages: world.outages() }),
    hot: () =>
      live || hotDemand(orders) === 0
        ? null
        : { sku: SPECIAL.hot, codes: product(SPECIAL.hot).codes, units: hotUnits(orders) },
    story: () => play.referenceOf(STORY_HANDLE),
    advanceTo: (ms) => clock.advanceTo(ms),
    setHubUrl: (url, pid) => {
      hubUrl = url;
      hubPid = pid;
    },
    hubPid: () => hubPid,
    close: async () => {
      world.close();
      await control.close();
      await systems.close();
    },
  };
  const control = await serveControl(world, parts, options.port ?? 0);
  return { ...parts, url: control.url };
}

/** Plans one order after the other, at about the same distance, for ever. */
function stream(world: World, play: Play, ordersPerMinute: number): void {
  const everyMs = MINUTE_MS / ordersPerMinute;
  const next = (index: number, atMs: number) => {
    const order: PlannedOrder = liveOrder(world, index, Math.round(atMs), LIVE_PACE);
    play.enter(order);
    const wait = everyMs * (0.5 + world.random(`live:${index}`).next());
    world.schedule(order.placedAtMs, 'the next order', () =>
      next(index + 1, Math.max(atMs + wait, world.clock.now())),
    );
  };
  next(0, world.clock.now() + LIVE_FROM_MS);
}
