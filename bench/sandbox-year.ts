/**
 * A year of a Shopify sandbox store alone: `node --expose-gc bench/sandbox-year.ts [--days 365] [--orders-per-day 1000]`.
 * Prints the memory of the process month by month; it must stay flat. No hub and no receiver of webhooks run beside it.
 */
import { parseArgs } from 'node:util';
import { Clock, monotonicMs } from '../src/base/clock.ts';
import { NO_FAULTS } from '../src/sandbox/kit/faults.ts';
import { startShopifyAlone } from '../src/sandbox/shopify/index.ts';

const DAY_MS = 86_400_000;
const MINUTES_A_DAY = 1_440;

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '365' },
    'orders-per-day': { type: 'string', default: '1000' },
    seed: { type: 'string', default: '7' },
  },
});
const days = Number(values.days);
const start = Date.UTC(2026, 0, 1);
const clock = new Clock(start, { frozen: true });
const alone = await startShopifyAlone({
  seed: values.seed,
  clock,
  faults: NO_FAULTS,
  ordersPerMinute: Number(values['orders-per-day']) / MINUTES_A_DAY,
  pace: 1,
  staffShips: true,
  plan: 'plus',
  port: 0,
});
const began = monotonicMs();
const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
for (let day = 30; ; day = Math.min(days, day + 30)) {
  await alone.world.passTo(start + day * DAY_MS);
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const { orders, live, fileBytes } = alone.store.orders.memory;
  console.log(
    JSON.stringify({
      day,
      orders,
      inMemory: live,
      fileMb: megabytes(fileBytes),
      rssMb: megabytes(rss),
      heapMb: megabytes(heapUsed),
      buffersMb: megabytes(arrayBuffers),
      seconds: Math.round((monotonicMs() - began) / 1_000),
    }),
  );
  if (day >= days) break;
}
if (alone.world.failures.length > 0) {
  console.error(alone.world.failures.slice(0, 5).join('\n'));
  process.exitCode = 1;
}
await alone.close();
