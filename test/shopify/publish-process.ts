/**
 * A hub in a process of its own that publishes stock to a store, for tests that kill it. Takes one JSON argument; counts what it is
 * told to, prints "shown" when nothing waits to be published any more, and ends with its standard input.
 */
import { Clock } from '../../src/base/clock.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { shopify } from '../../src/connectors/shopify/index.ts';
import { Engine } from '../../src/engine/engine.ts';
import { openDatabase } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { stockDelivery } from '../support/builders.ts';
import { until } from '../support/engine.ts';
import { shopRetailer } from '../support/shop-hub.ts';
import { standInConnector, standInDelivery } from '../support/stand-in.ts';

export interface PublishProcessSettings {
  place: { url?: string; dataDir?: string };
  shopUrl: string;
  skus: string[];
  /** Units that come in, one movement each. */
  receive: number;
}

const settings = JSON.parse(process.argv[2] ?? '{}') as PublishProcessSettings;
const database = await openDatabase(settings.place);
const clock = new Clock();
await migrate(database, clock.nowIso());
const engine = await Engine.start({
  database,
  clock,
  node: String(process.pid),
  log: (level, message, details) => {
    if (level === 'error') process.stderr.write(`${message} ${JSON.stringify(details)}\n`);
  },
  config: shopRetailer(settings.shopUrl, { connection: { publishStock: {} } }),
  connectors: [shopify as Connector, standInConnector()],
});
process.stdin
  .on('end', async () => {
    await engine.stop();
    await database.close();
    process.exit(0);
  })
  .resume();
const put = (delivery: ReturnType<typeof standInDelivery>) =>
  engine.intake.receive({ connection: 'stock', delivery, deliveryId: null, eventId: null });
const isShown = () => engine.status.idle && engine.status.inFlight === 0 && engine.publishing.waiting === 0;
for (const sku of settings.skus) await put(stockDelivery(sku, 'WH', 5));
for (let unit = 0; unit < settings.receive; unit += 1) {
  for (const sku of settings.skus)
    await put(
      standInDelivery({
        stream: 'stock',
        key: `stock/${sku}`,
        persons: [],
        message: {
          ...{ type: 'stock.moved', sku, location: 'WH', delta: 1, reason: 'received' },
          ...{ key: `unit-${unit}`, at: clock.nowIso() },
        } as const,
      }),
    );
  // One after the other, so that several batches are made.
  await until('what has come in to be shown', isShown, 60_000);
}
await until('everything to be shown', isShown, 60_000);
process.stdout.write('shown\n');
