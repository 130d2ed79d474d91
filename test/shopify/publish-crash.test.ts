/**
 * A hub that publishes stock is killed with SIGKILL at every named point of a batch: noted and not sent, answered and not noted, noted.
 * It starts again, and the store shows each unit once.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startStore, type TestStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import { STOCK_CRASH_POINTS } from '../../src/engine/crash-points.ts';
import { databases, withDatabase } from '../harness/database.ts';
import type { PublishProcessSettings } from './publish-process.ts';

const SKUS = ['NL-1', 'NL-2'];
const RECEIVED = 6;

for (const kind of databases())
  describe(`published stock of a hub that is killed (${kind})`, { concurrency: 2 }, () => {
    for (const point of STOCK_CRASH_POINTS)
      test(`at ${point}`, () =>
        withDatabase(kind, async (place) => {
          const shop = await startStore({
            locations: ['WH', 'STORE'],
            products: SKUS.map((sku) => ({ sku, title: sku, price: '10.00' })),
            stock: () => 0,
          });
          try {
            const settings = { place, shopUrl: shop.store.baseUrl, skus: SKUS, receive: RECEIVED };
            // The third batch, so that both sides have agreed before.
            assert.deepEqual(await run(settings, `${point}:3`), { signal: 'SIGKILL', shown: false });
            assert.deepEqual(await run(settings), { signal: null, shown: true });
            assert.deepEqual(await available(shop), { 'NL-1': 5 + RECEIVED, 'NL-2': 5 + RECEIVED });
          } finally {
            await shop.close();
          }
        }));
  });

/** Runs a hub until the store shows everything, or it dies. */
async function run(
  settings: PublishProcessSettings,
  crashAt?: string,
): Promise<{ signal: NodeJS.Signals | null; shown: boolean }> {
  const file = fileURLToPath(new URL('publish-process.ts', import.meta.url));
  const { CROSSDOCK_CRASH_AT: _, ...env } = process.env;
  const child = spawn(process.execPath, [file, JSON.stringify(settings)], {
    env: { ...env, ...(crashAt === undefined ? {} : { CROSSDOCK_CRASH_AT: crashAt }) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = false;
  child.stdout.on('data', (chunk: Buffer) => {
    shown ||= chunk.includes('shown');
    child.stdin.end();
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { signal, shown };
}

/** What the store shows as available in the warehouse. */
async function available(shop: TestStore): Promise<Record<string, number>> {
  const { data } = await shop.call(
    `{ inventoryItems(first: 9) { nodes { sku inventoryLevels(first: 9) { nodes { location { name } quantities(names: ["available"]) { quantity } } } } } }`,
  );
  const items = data.inventoryItems.nodes as {
    sku: string;
    inventoryLevels: { nodes: { location: { name: string }; quantities: [{ quantity: number }] }[] };
  }[];
  return Object.fromEntries(
    items.map(({ sku, inventoryLevels }) => {
      const level = inventoryLevels.nodes.find(({ location }) => location.name === 'WH');
      return [sku, level?.quantities[0].quantity ?? Number.NaN];
    }),
  );
}
