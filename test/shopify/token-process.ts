/**
 * A hub in a process of its own on a store whose token expires, for tests that kill it. Takes one JSON argument; prints "polled"
 * when the store's orders have been read; ends with its standard input.
 */
import { Clock } from '../../src/base/clock.ts';
import { sealingKey } from '../../src/base/sealing.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { shopify } from '../../src/connectors/shopify/index.ts';
import { Engine } from '../../src/engine/engine.ts';
import { openDatabase } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { until } from '../support/engine.ts';
import { shopRetailer } from '../support/shop-hub.ts';
import { standInConnector } from '../support/stand-in.ts';

export interface TokenProcessSettings {
  place: { url?: string; dataDir?: string };
  shopUrl: string;
  keyFile: string;
}

const { place, shopUrl, keyFile } = JSON.parse(process.argv[2] ?? '{}') as TokenProcessSettings;
const database = await openDatabase(place);
const clock = new Clock();
await migrate(database, clock.nowIso());
const engine = await Engine.start({
  database,
  clock,
  node: String(process.pid),
  log: (level, message, details) => {
    if (level !== 'debug' && level !== 'info')
      process.stderr.write(`${message} ${JSON.stringify(details)}\n`);
  },
  config: shopRetailer(shopUrl, { settings: { access: 'offlineToken' } }),
  connectors: [shopify as Connector, standInConnector()],
  sealingKey: () => sealingKey(undefined, keyFile),
});
process.stdin
  .on('end', async () => {
    await engine.stop();
    await database.close();
    process.exit(0);
  })
  .resume();
await until('the orders to be read', () => {
  const { polledUntil } = engine.status;
  return polledUntil > 0 && polledUntil < Number.MAX_SAFE_INTEGER;
});
process.stdout.write('polled\n');
