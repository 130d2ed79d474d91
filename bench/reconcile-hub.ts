/**
 * The hub of the row `reconcile-1m`, in a process of its own so that its memory is its own. Takes `{dataDir, url, skus, locations}`,
 * fills the database as if everything had been published long ago, and prints how a reconciliation with the store went.
 */
import { Clock, pause } from '../src/base/clock.ts';
import type { Connector } from '../src/connectors/contract.ts';
import { shopify } from '../src/connectors/shopify/index.ts';
import { RetailerConfig } from '../src/domain/config.ts';
import { Engine } from '../src/engine/engine.ts';
import { type Database, openDatabase } from '../src/store/db.ts';
import { migrate } from '../src/store/migrate.ts';
import { findReconciliation } from '../src/store/reconciliation.ts';
import { shopRetailer } from '../test/support/shop-hub.ts';
import { standInConnector } from '../test/support/stand-in.ts';

export interface ReconcileSettings {
  dataDir: string;
  url: string;
  skus: number;
  locations: number;
}

export interface ReconcileResult {
  seconds: number;
  levels: number;
  agreed: number;
  healed: number;
  idleBytes: number;
  peakBytes: number;
}

/** Of so many SKU-locations one differs. */
const DIFFERS_EVERY = 1_000;
const SKUS_AT_ONCE = 10_000;
const TOKEN_GRANT = {
  grant_type: 'client_credentials',
  client_id: 'client',
  client_secret: 'a client secret',
};

const settings = JSON.parse(process.argv[2] ?? '{}') as ReconcileSettings;
const clock = new Clock();
const database = await openDatabase({ dataDir: settings.dataDir });
await migrate(database, clock.nowIso());
await fill(database, settings, await firstItem(settings.url));
const engine = await Engine.start({
  database,
  clock,
  node: 'bench',
  config: retailer(settings),
  connectors: [shopify as Connector, standInConnector()],
  log: (level, message, details) => {
    if (level === 'error' || level === 'warn')
      process.stderr.write(`${message} ${JSON.stringify(details)}\n`);
  },
});
// Everything is looked at once when a hub starts.
while (!engine.status.idle) await pause(200);
const idleBytes = process.memoryUsage.rss();
let peakBytes = idleBytes;
setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, 100).unref();
const began = performance.now();
const id = await engine.reconcileStock('shop', 'bench');
let run = await findReconciliation(database, 'shop', id);
while (run?.finished_at === null) {
  await pause(200);
  run = await findReconciliation(database, 'shop', id);
}
if (run?.status !== 'done') throw new Error(`it has failed: ${run?.message}`);
const { levels, agreed, healed } = run;
const seconds = (performance.now() - began) / 1000;
const result: ReconcileResult = { seconds, levels, agreed, healed, idleBytes, peakBytes };
process.stdout.write(`${JSON.stringify(result)}\n`);
await engine.stop();
await database.close();
process.exit(0);

function retailer({ url, locations }: ReconcileSettings): RetailerConfig {
  const base = shopRetailer(url, { connection: { publishStock: {}, reconcileAtHour: null } });
  const [warehouse] = base.locations;
  return RetailerConfig.parse({
    ...base,
    locations: Array.from({ length: locations }, (_, index) => ({
      ...warehouse,
      id: `L${index}`,
      name: `L${index}`,
    })),
  });
}

/** The store's id of its first item; the others follow it one by one. */
async function firstItem(url: string): Promise<bigint> {
  const granted = await fetch(`${url}/admin/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams(TOKEN_GRANT),
  });
  const { access_token: token } = (await granted.json()) as { access_token: string };
  const answer = await fetch(`${url}/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-shopify-access-token': token },
    body: JSON.stringify({ query: '{ inventoryItems(first: 1) { nodes { id } } }' }),
  });
  const { data } = (await answer.json()) as { data: { inventoryItems: { nodes: { id: string }[] } } };
  return BigInt(data.inventoryItems.nodes[0]?.id.split('/').at(-1) ?? '0');
}

async function fill(on: Database, { skus, locations }: ReconcileSettings, item: bigint): Promise<void> {
  for (let from = 0; from < skus; from += SKUS_AT_ONCE) {
    const range = [from, Math.min(skus, from + SKUS_AT_ONCE) - 1, locations - 1, DIFFERS_EVERY];
    const rows = `select 'SKU-' || n as sku, 'L' || l as location, n,
      case when (n * ($3::int + 1) + l) % $4::int = 0 then 97 else 100 end as units
      from generate_series($1::int, $2::int) n cross join generate_series(0, $3::int) l`;
    await on.query(
      `insert into position (sku, location, on_hand, reserved, version) select sku, location, units, 0, 1 from (${rows}) r`,
      range,
    );
    await on.query(
      `insert into shown_stock (connection, sku, location, item, shown, known, version, agreed_at)
       select 'shop', sku, location, ($5::bigint + n)::text, units, units, 1, $6 from (${rows}) r`,
      [...range, String(item), clock.nowIso()],
    );
  }
  await on.script('analyze position; analyze shown_stock');
}
