/**
 * How well a store's budget is used while stock is published with a backlog: a store that shows none of our stock yet is asked what
 * it shows of every SKU-location and told what can be sold, at the pace of its plan. The store's clock goes from one event to the
 * next; measured by what its answers say.
 */
import { Clock } from '../src/base/clock.ts';
import { openDatabase } from '../src/store/db.ts';
import { migrate } from '../src/store/migrate.ts';
import {
  runByEvents,
  startMeter,
  startShopNode,
  startShopStore,
  usedShare,
} from '../test/support/shop-lanes.ts';
import type { BudgetUse } from './budget.ts';

/** Points a second of a plan, and SKUs: enough to use up more than half of its bucket, and then some. */
const PLANS = {
  standard: { restoreRate: 100, skus: 1_500 },
  plus: { restoreRate: 1_000, skus: 4_500 },
} as const;
/** A bucket holds so many seconds of its plan. */
const BUCKET_SECONDS = 20;
/** Our locations, and the store's names of them. */
const PLACES = new Map([
  ['WH', 'WH-NORTH'],
  ['STORE', 'STORE-CITY'],
]);
const UNITS = 7;

export const PUBLISH_PLANS = Object.keys(PLANS) as (keyof typeof PLANS)[];

/** Throws where the store does not show all of it in the end. */
export async function measurePublishBudget(dataDir: string, plan: keyof typeof PLANS): Promise<BudgetUse> {
  const clock = new Clock(Date.UTC(2026, 10, 27, 6), { frozen: true });
  const { restoreRate, skus } = PLANS[plan];
  const products = Array.from({ length: skus }, (_, index) => ({
    sku: `SKU${index}`,
    title: `Item ${index}`,
    price: '10.00',
  }));
  const { store, close } = await startShopStore(clock, plan, products);
  const meter = await startMeter(store.baseUrl, clock);
  const database = await openDatabase({ dataDir });
  try {
    await migrate(database, clock.nowIso());
    await database.query(
      `insert into position (sku, location, on_hand, version)
       select 'SKU' || n, location, $2, 1 from generate_series(0, $1::int - 1) n, unnest($3::text[]) location`,
      [skus, UNITS, [...PLACES.keys()]],
    );
    const node = await startShopNode({
      ...{ node: 'bench', database, clock, url: meter.url },
      publishing: {
        places: () => PLACES,
        skuOf: (sku) => ({ external: sku, isMapped: false }),
        sellable: ({ on_hand, reserved }) => on_hand - reserved,
        onCases: () => undefined,
      },
    });
    const shown = () => store.books().stock?.filter(({ available }) => available === UNITS).length ?? 0;
    await runByEvents({ clock, nodes: [node], meters: [meter], patienceMs: 400_000 }, () => {
      const hasEnded = node.workplaces.publisherStatuses.every((each) => each.waiting + each.inFlight === 0);
      return hasEnded && shown() === skus * PLACES.size;
    });
    const until = clock.now();
    await node.stop();
    return usedShare(meter.calls, restoreRate * BUCKET_SECONDS, until);
  } finally {
    await database.close();
    await meter.close();
    await close();
  }
}
