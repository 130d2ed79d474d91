/** A hub that is killed in the middle of a reconciliation goes on, and heals nothing twice. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startStore, type TestStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import { RECONCILIATION_CRASH_POINTS } from '../../src/engine/crash-points.ts';
import { openDatabase } from '../../src/store/db.ts';
import { listDifferences, listReconciliations } from '../../src/store/reconciliation.ts';
import { databases, withDatabase } from '../harness/database.ts';
import type { ReconcileProcess } from '../support/reconcile-process.ts';

const PROGRAM = fileURLToPath(new URL('../support/reconcile-process.ts', import.meta.url));
const SKUS = Array.from({ length: 6 }, (_, index) => `NL-${index + 1}`);
/** What staff have made of 20. */
const PLANTED: Readonly<Record<string, number>> = { 'NL-1': 25, 'NL-2': 3, 'NL-5': 21 };

/** How it has ended. */
function run(settings: ReconcileProcess, crashAt?: string): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(settings)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...(crashAt && { CROSSDOCK_CRASH_AT: crashAt }) },
  });
  return new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`)),
  );
}

const LEVELS = `{ inventoryItems(first: 20) { nodes { id sku inventoryLevels(first: 1) { nodes { location { id } quantities(names: ["available"]) { quantity } } } } } }`;

async function levels(shop: TestStore) {
  const { data } = await shop.call(LEVELS);
  return data.inventoryItems.nodes.map(
    (node: {
      id: string;
      sku: string;
      inventoryLevels: { nodes: { location: { id: string }; quantities: { quantity: number }[] }[] };
    }) => ({
      inventoryItemId: node.id,
      sku: node.sku,
      locationId: node.inventoryLevels.nodes[0]?.location.id,
      available: node.inventoryLevels.nodes[0]?.quantities[0]?.quantity,
    }),
  ) as { inventoryItemId: string; sku: string; locationId: string; available: number }[];
}

for (const kind of databases()) {
  test(`killed at each point, a reconciliation goes on and heals once (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const shop = await startStore({
        products: SKUS.map((sku) => ({ sku, title: sku, price: '10.00' })),
        locations: ['WH'],
        stock: () => 20,
        bulkDelayMs: 0,
      });
      try {
        const settings = { place, shop: shop.store.baseUrl, skus: SKUS, ask: false };
        assert.equal(await run(settings), 'exit code 0');
        const quantities = (await levels(shop)).flatMap(({ sku, inventoryItemId, locationId }) => {
          const quantity = PLANTED[sku];
          return quantity === undefined
            ? []
            : [{ inventoryItemId, locationId, quantity, changeFromQuantity: 20 }];
        });
        const planted = await shop.call(
          'mutation ($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) @idempotent(key: "planted") { userErrors { message } } }',
          { input: { name: 'available', reason: 'correction', quantities } },
        );
        assert.deepEqual(planted.data.inventorySetQuantities.userErrors, []);

        for (const [index, point] of RECONCILIATION_CRASH_POINTS.entries())
          assert.equal(await run({ ...settings, ask: index === 0 }, `${point}:1`), 'SIGKILL', point);
        assert.equal(await run(settings), 'exit code 0');

        assert.ok((await levels(shop)).every(({ available }) => available === 20));
        const database = await openDatabase(place);
        try {
          const [only, ...others] = await listReconciliations(database, 'shop', 10);
          assert.deepEqual([only?.status, only?.levels, only?.agreed, only?.healed], ['done', 6, 3, 3]);
          assert.deepEqual(others, []);
          const found = await listDifferences(database, only?.id ?? '', {
            outcomes: ['healed'],
            after: { sku: '', location: '' },
            limit: 100,
          });
          assert.deepEqual(
            found.map(({ sku, units }) => [sku, units]),
            Object.entries(PLANTED).map(([sku, quantity]) => [sku, quantity - 20]),
          );
        } finally {
          await database.close();
        }
      } finally {
        await shop.close();
      }
    }));
}
