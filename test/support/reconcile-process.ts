/**
 * A hub that publishes stock to a store, in a process that can be killed: `reconcile-process.ts JSON`. It ends by itself when the store
 * shows all that it should, and the reconciliation that was asked for has ended.
 */
import { Clock, pause } from '../../src/base/clock.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { shopify } from '../../src/connectors/shopify/index.ts';
import { Engine } from '../../src/engine/engine.ts';
import { openDatabase } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { listReconciliations } from '../../src/store/reconciliation.ts';
import { loadShown } from '../../src/store/shown-stock.ts';
import { stockDelivery } from './builders.ts';
import { shopRetailer } from './shop-hub.ts';
import { standInConnector } from './stand-in.ts';

export interface ReconcileProcess {
  place: { url?: string; dataDir?: string };
  shop: string;
  skus: readonly string[];
  /** Asks for a reconciliation; one that has been asked for goes on by itself. */
  ask: boolean;
}

const settings = JSON.parse(process.argv[2] ?? '{}') as ReconcileProcess;
const clock = new Clock();
const database = await openDatabase(settings.place);
await migrate(database, clock.nowIso());
const engine = await Engine.start({
  database,
  clock,
  node: String(process.pid),
  config: shopRetailer(settings.shop, {
    connection: { publishStock: { locations: ['WH'] }, reconcileAtHour: null },
  }),
  connectors: [shopify as Connector, standInConnector()],
  log: (level, message, details) => {
    if (level === 'error') process.stderr.write(`${message} ${JSON.stringify(details)}\n`);
  },
});
await Promise.all(
  settings.skus.map((sku) =>
    engine.intake.receive({
      connection: 'stock',
      delivery: stockDelivery(sku, 'WH', 20),
      deliveryId: null,
      eventId: null,
    }),
  ),
);
if (settings.ask) await engine.reconcileStock('shop', 'Ada');
const places = settings.skus.map((sku) => ({ sku, location: 'WH' }));
for (;;) {
  await pause(50);
  const rows = await loadShown(database, 'shop', places);
  const isShown = rows.every(({ shown, owed, publication }) => shown === 20 && owed === 0 && !publication);
  const runs = await listReconciliations(database, 'shop', 10);
  if (rows.length === places.length && isShown && runs.every((run) => run.finished_at !== null)) break;
}
await engine.stop();
await database.close();
process.exit(0);
