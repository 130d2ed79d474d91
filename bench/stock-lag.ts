/**
 * How long it takes until a store shows what has moved: movements come in at a steady rate, and each is done when the store of the
 * sandbox (in a process of its own) has accepted a figure that it is in. Every movement adds one unit, and nobody sells, so the
 * figure tells which ones it holds.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Clock } from '../src/base/clock.ts';
import type { Connector, Session } from '../src/connectors/contract.ts';
import { shopify } from '../src/connectors/shopify/index.ts';
import { createShopifySandbox } from '../src/connectors/shopify/sandbox/index.ts';
import { RetailerConfig } from '../src/domain/config.ts';
import { Engine } from '../src/engine/engine.ts';
import { NO_FAULTS } from '../src/sandbox/kit/faults.ts';
import { World } from '../src/sandbox/kit/world.ts';
import { openDatabase } from '../src/store/db.ts';
import { migrate } from '../src/store/migrate.ts';
import { aRetailer, stockDelivery } from '../test/support/builders.ts';
import { standInConnector, standInDelivery } from '../test/support/stand-in.ts';

const CREDENTIALS = { shop: 'bench.myshopify.com', clientId: 'client', clientSecret: 'a client secret' };

export interface StockLag {
  /** From when a movement was due to come in until the store had accepted it (ms). */
  lastedMs: number[];
  /** Calls that wrote. */
  batches: number;
}

export async function measureStockLag(
  place: { dataDir?: string; url?: string },
  options: { perSecond: number; seconds: number; skus: number },
): Promise<StockLag> {
  const store = await startStoreProcess(options.skus);
  const database = await openDatabase(place);
  const clock = new Clock();
  await migrate(database, clock.nowIso());
  /** When each movement of a SKU was due, in their order; and how many of them the store shows. */
  const due = new Map<string, number[]>();
  const shown = new Map<string, number>();
  const skuOf = new Map<string, string>();
  const lastedMs: number[] = [];
  let batches = 0;
  const watched = watch((rows) => {
    const now = performance.now();
    batches += 1;
    for (const { item, to } of rows) {
      const sku = skuOf.get(item) ?? '';
      for (const at of due.get(sku)?.slice(shown.get(sku) ?? 0, to) ?? []) lastedMs.push(now - at);
      shown.set(sku, Math.max(shown.get(sku) ?? 0, to));
    }
  });
  const engine = await Engine.start({
    database,
    clock,
    node: 'bench',
    config: retailerAt(store.url),
    connectors: [watched, standInConnector()],
    log: (level, message, details) => {
      if (level !== 'info' && level !== 'debug')
        process.stderr.write(`${message} ${JSON.stringify(details)}\n`);
    },
  });
  const put = (delivery: ReturnType<typeof standInDelivery>) =>
    engine.intake.receive({ connection: 'stock', delivery, deliveryId: null, eventId: null });
  try {
    const skus = Array.from({ length: options.skus }, (_, index) => `SKU${index}`);
    for (const sku of skus) due.set(sku, []);
    await Promise.all(skus.map((sku) => put(stockDelivery(sku, 'WH', 0))));
    await whenTrue('both sides to agree', async () => {
      const rows = await database.query<{ sku: string; item: string }>(
        'select sku, item from shown_stock where shown is not null',
      );
      for (const { sku, item } of rows) skuOf.set(item, sku);
      return rows.length === skus.length;
    });
    const began = performance.now();
    const total = options.perSecond * options.seconds;
    for (let index = 0; index < total; ) {
      const until = Math.floor(((performance.now() - began) / 1000) * options.perSecond);
      for (; index < Math.min(total, until); index += 1) {
        const sku = skus[(index * 7919) % skus.length] ?? '';
        due.get(sku)?.push(began + (index / options.perSecond) * 1000);
        void put(movement(sku, index, clock.nowIso()));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await whenTrue('the store to show every movement', () => lastedMs.length === total);
    return { lastedMs, batches };
  } finally {
    await engine.stop();
    await database.close();
    store.stop();
  }
}

function movement(sku: string, index: number, at: string) {
  return standInDelivery({
    stream: 'stock',
    key: `stock/${sku}`,
    persons: [],
    message: { type: 'stock.moved', sku, location: 'WH', delta: 1, reason: 'received', key: `m${index}`, at },
  });
}

async function whenTrue(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The connector, with an ear for the batches that the store has accepted. */
function watch(onWritten: (rows: readonly { item: string; to: number }[]) => void): Connector {
  const connector = shopify as Connector;
  return {
    ...connector,
    open(context): Session {
      const session = connector.open(context);
      const { stock } = session;
      if (!stock) return session;
      const write: typeof stock.write = async (batch, signal) => {
        const written = await stock.write(batch, signal);
        if (written.status === 'written') onWritten(batch.rows);
        return written;
      };
      return { ...session, stock: { ...stock, write } };
    },
  };
}

function retailerAt(url: string): RetailerConfig {
  const base = aRetailer();
  const settings = {
    ...{ shopDomain: CREDENTIALS.shop, baseUrl: url, pollEveryMs: 3_600_000 },
    ...{ clientId: CREDENTIALS.clientId, clientSecret: CREDENTIALS.clientSecret },
  };
  return RetailerConfig.parse({
    ...base,
    connections: base.connections.map((each) =>
      each.id === 'shop' ? { ...each, connector: 'shopify', settings, publishStock: {} } : each,
    ),
  });
}

/** The store in a process of its own; it ends with this one. */
async function startStoreProcess(skus: number): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), String(skus)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout }))
    return { url: line, stop: () => void child.stdin.end() };
  throw new Error('the store did not start');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const world = new World({ clock: new Clock(), seed: 'bench', faults: NO_FAULTS });
  const store = await createShopifySandbox(world, {
    ...CREDENTIALS,
    connection: 'shop',
    name: 'Bench',
    currency: 'EUR',
    taxesIncluded: true,
    webhookTarget: () => undefined,
    locations: ['WH'],
    products: Array.from({ length: Number(process.argv[2]) }, (_, index) => ({
      sku: `SKU${index}`,
      title: `Item ${index}`,
      price: '10.00',
    })),
    stock: () => 0,
  });
  process.stdout.write(`${store.baseUrl}\n`);
  process.stdin.on('end', () => process.exit(0)).resume();
}
