/**
 * Stock that moves is shown by a Shopify store: each write carries our change, the store's own sales are its own, and what it does not
 * take keeps nothing else back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrderSpec, type TestStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import type { ToldMovement } from '../../src/domain/canonical/stock.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { stockDelivery } from '../support/builders.ts';
import { type ShopHub, type ShopHubOptions, startShopHub } from '../support/shop-hub.ts';
import { standInDelivery } from '../support/stand-in.ts';

const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
];

function startPublishing(
  place: { url?: string; dataDir?: string },
  changes: ShopHubOptions = {},
): Promise<ShopHub> {
  return startShopHub(place, {
    stock: 0,
    ...changes,
    connection: { publishStock: {}, ...changes.connection },
    store: { products: PRODUCTS, locations: ['WH', 'STORE'], stock: () => 0, ...changes.store },
  });
}

/** What the store shows as available, by SKU and location, as "NL-1 WH 5". */
async function shown(shop: TestStore): Promise<string[]> {
  const answer = await shop.call(
    `{ inventoryItems(first: 50) { nodes { sku inventoryLevels(first: 10) { nodes { location { name } quantities(names: ["available"]) { quantity } } } } } }`,
  );
  const items = answer.data.inventoryItems.nodes as {
    sku: string;
    inventoryLevels: { nodes: { location: { name: string }; quantities: { quantity: number }[] }[] };
  }[];
  return items
    .flatMap(({ sku, inventoryLevels }) =>
      inventoryLevels.nodes.map(
        ({ location, quantities }) => `${sku} ${location.name} ${quantities[0]?.quantity}`,
      ),
    )
    .sort();
}

let acts = 0;

/** Goods come in (or go) at a location, as its inventory system tells it. */
async function moved(
  hub: ShopHub,
  sku: string,
  location: string,
  delta: number,
  reason: ToldMovement = 'received',
) {
  acts += 1;
  await hub.put(
    'stock',
    standInDelivery({
      stream: 'stock',
      key: `stock/${sku}`,
      persons: [],
      message: {
        type: 'stock.moved',
        sku,
        location,
        delta,
        reason,
        key: `act-${acts}`,
        at: hub.clock.nowIso(),
      },
    }),
  );
}

for (const kind of databases()) {
  test(`stock that moves is shown by the store (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startPublishing(place);
      await hub.put('stock', stockDelivery('NL-1', 'WH', 10), stockDelivery('NL-2', 'STORE', 4));
      await hub.pass(1_000);
      assert.deepEqual(await shown(hub.shop), ['NL-1 STORE 0', 'NL-1 WH 10', 'NL-2 STORE 4', 'NL-2 WH 0']);
      await moved(hub, 'NL-1', 'WH', 5);
      await hub.pass(1_000);
      assert.deepEqual((await shown(hub.shop))[1], 'NL-1 WH 15');
      assert.deepEqual([hub.errors, hub.warnings], [[], []]);
      await hub.close();
    }));

  test(`sales of the store are its own, whether they are known here or not (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startPublishing(place);
      await hub.put('stock', stockDelivery('NL-1', 'WH', 10), stockDelivery('NL-2', 'WH', 10));
      await hub.pass(1_000);
      // Nobody tells us of this order yet: the truth is 10 − 3 + 5.
      hub.shop.store.placeOrder(anOrderSpec());
      await moved(hub, 'NL-1', 'WH', 5);
      await hub.pass(1_000);
      assert.deepEqual((await shown(hub.shop))[1], 'NL-1 WH 12');
      await hub.takeWebhooks();
      await hub.pass(1_000);
      assert.deepEqual((await shown(hub.shop))[1], 'NL-1 WH 12');
      await moved(hub, 'NL-1', 'WH', 1);
      await hub.pass(1_000);
      assert.deepEqual(await shown(hub.shop), ['NL-1 STORE 0', 'NL-1 WH 13', 'NL-2 STORE 0', 'NL-2 WH 9']);
      assert.deepEqual(hub.errors, []);
      await hub.close();
    }));
}
