/**
 * How well a vendor's budget is used: the connector's lane works through a backlog of reads and fulfilments at a store of the
 * sandbox, whose clock goes from one event to the next: on the smallest plan, where a bucket is small against one call, and on a
 * large one, where many calls must be under way at once. Measured by what the store's answers say.
 */
import { Clock } from '../src/base/clock.ts';
import { openDatabase } from '../src/store/db.ts';
import { migrate } from '../src/store/migrate.ts';
import {
  outboxOf,
  putBacklog,
  runByEvents,
  startMeter,
  startShopNode,
  startShopStore,
  usedShare,
} from '../test/support/shop-lanes.ts';

/** Points a second of a plan, and the backlog: enough to use up more than half of its bucket, and then some. */
const PLANS = {
  standard: { restoreRate: 100, orders: 300 },
  plus: { restoreRate: 1_000, orders: 900 },
} as const;
/** A bucket holds so many seconds of its plan. */
const BUCKET_SECONDS = 20;

export const BUDGET_PLANS = Object.keys(PLANS) as (keyof typeof PLANS)[];

export interface BudgetUse {
  usedPercent: number;
  throttledPercent: number;
  seconds: number;
  pointsPerSecond: number;
  calls: number;
}

export async function measureBudgetUse(dataDir: string, plan: keyof typeof PLANS): Promise<BudgetUse> {
  const clock = new Clock(Date.UTC(2026, 10, 27, 6), { frozen: true });
  const { restoreRate, orders } = PLANS[plan];
  const { store, close } = await startShopStore(clock, plan);
  const meter = await startMeter(store.baseUrl, clock);
  const database = await openDatabase({ dataDir });
  try {
    await migrate(database, clock.nowIso());
    await putBacklog(database, clock, store, orders);
    const node = await startShopNode({ node: 'bench', database, clock, url: meter.url });
    let left = await outboxOf(database);
    let asked = meter.calls.length;
    await runByEvents({ clock, nodes: [node], meters: [meter] }, async () => {
      // The outbox is asked now and then only: it is the same database that works.
      if (meter.calls.length < asked + 20 && left.open > 20) return false;
      asked = meter.calls.length;
      left = await outboxOf(database);
      return left.open === 0;
    });
    const until = clock.now();
    await node.stop();
    if (left.other > 0 || left.done !== 2 * orders)
      throw new Error(`${left.other} of the commands have not been done: ${node.errors.join('; ')}`);
    return usedShare(meter.calls, restoreRate * BUCKET_SECONDS, until);
  } finally {
    await database.close();
    await meter.close();
    await close();
  }
}
