/**
 * Stock that moves is shown by a Shopify store: each write carries our change, the store's own sales are its own, and what it does not
 * take keeps nothing else back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connector } from '../../src/connectors/contract.ts';
import { shopify } from '../../src/connectors/shopify/index.ts';
import { anOrderSpec, type TestStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import type { ToldMovement } from '../../src/domain/canonical/stock.ts';
import { changeMappings, retryCase, setSafetyStock } from '../../src/engine/operator.ts';
import { StockDetail } from '../../src/gateway/schemas/stock.ts';
import { NO_FAULTS } from '../../src/sandbox/kit/faults.ts';
import { listCases } from '../../src/store/cases.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine, until } from '../support/engine.ts';
import { type ShopHub, type ShopHubOptions, shopRetailer, startShopHub } from '../support/shop-hub.ts';
import { findingsInside } from '../support/sound.ts';
import { standInConnector, standInDelivery } from '../support/stand-in.ts';

const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
];

/** Does something with a hub that publishes to a store, and ends it whatever comes of it. */
async function publishing(
  place: { url?: string; dataDir?: string },
  changes: ShopHubOptions,
  work: (hub: ShopHub) => Promise<void>,
): Promise<void> {
  const hub = await startShopHub(place, {
    stock: 0,
    ...changes,
    connection: { publishStock: {}, ...changes.connection },
    store: { products: PRODUCTS, locations: ['WH', 'STORE'], stock: () => 0, ...changes.store },
  });
  try {
    await work(hub);
  } finally {
    await hub.close();
  }
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
  hub: TestEngine,
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
    withDatabase(kind, (place) =>
      publishing(place, {}, async (hub) => {
        await hub.put('stock', stockDelivery('NL-1', 'WH', 10), stockDelivery('NL-2', 'STORE', 4));
        await hub.pass(1_000);
        assert.deepEqual(await shown(hub.shop), ['NL-1 STORE 0', 'NL-1 WH 10', 'NL-2 STORE 4', 'NL-2 WH 0']);
        await moved(hub, 'NL-1', 'WH', 5);
        await hub.pass(1_000);
        assert.deepEqual((await shown(hub.shop))[1], 'NL-1 WH 15');
        assert.deepEqual([hub.errors, hub.warnings], [[], []]);
        const { channels } = await apiOf(hub).get(StockDetail, '/v1/stock/NL-1');
        const [told] = channels;
        assert.ok(told);
        assert.deepEqual(
          { ...told, publishedAt: null, agreedAt: null },
          {
            ...{ connection: 'shop', location: 'WH', shown: 15, change: 0, status: 'shown', problem: null },
            ...{ publishedAt: null, agreedAt: null },
          },
        );
        assert.ok(told.publishedAt !== null && told.publishedAt === told.agreedAt);
      }),
    ));

  test(`sales of the store are its own, whether they are known here or not (${kind})`, () =>
    withDatabase(kind, (place) =>
      publishing(place, {}, async (hub) => {
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
      }),
    ));

  test(`what sells between every reading and writing does not stay behind (${kind})`, () =>
    withDatabase(kind, (place) => {
      const [line] = anOrderSpec().lines;
      assert.ok(line);
      let sells = false;
      let sold = 0;
      const kinds: string[] = [];
      const beforeWrite: ShopHubOptions['beforeWrite'] = ({ by, rows }, shop) => {
        kinds.push(`${by} ${rows.length}`);
        if (!sells || sold === 40) return;
        sold += 1;
        shop.store.placeOrder(anOrderSpec({ lines: [{ ...line, quantity: 1 }] }));
      };
      return publishing(place, { beforeWrite }, async (hub) => {
        await hub.put('stock', stockDelivery('NL-1', 'WH', 100), stockDelivery('NL-2', 'WH', 3));
        await hub.pass(1_000);
        sells = true;
        kinds.length = 0;
        await moved(hub, 'NL-1', 'WH', 50);
        await hub.pass(3_000);
        assert.deepEqual(kinds, ['set 1', 'set 1', 'set 1', 'adjust 1']);
        assert.equal((await shown(hub.shop))[1], `NL-1 WH ${150 - sold}`);
        // It stays so for a while: the change alone; and nothing else waits for it.
        kinds.length = 0;
        await moved(hub, 'NL-1', 'WH', -7, 'adjusted');
        await moved(hub, 'NL-2', 'WH', 2);
        await hub.pass(3_000);
        assert.deepEqual(kinds.toSorted(), ['adjust 1', 'set 1']);
        assert.deepEqual(
          (await shown(hub.shop)).filter((each) => / WH /.test(each)),
          [`NL-1 WH ${143 - sold}`, 'NL-2 WH 5'],
        );
        // Whoever hears of the sales later changes nothing; and after a while the figure is compared again.
        await hub.takeWebhooks();
        await hub.pass(60_000);
        sells = false;
        kinds.length = 0;
        await moved(hub, 'NL-1', 'WH', 1);
        await hub.pass(3_000);
        assert.equal(kinds.at(-1), 'set 1');
        assert.equal((await shown(hub.shop))[1], `NL-1 WH ${144 - sold}`);
        assert.deepEqual(hub.errors, []);
      });
    }));

  test(`what the store does not take is a case, and the rest is shown (${kind})`, () =>
    withDatabase(kind, (place) => {
      const products = [...PRODUCTS, { sku: 'SET', title: 'Set', price: '30.00', bundle: true }];
      return publishing(
        place,
        {
          // NL-2 is not stocked at the second location.
          store: { products, stock: (sku, index) => (sku === 'NL-2' && index === 1 ? null : 0) },
        },
        async (hub) => {
          const map = (external: string, internal: string) =>
            changeMappings(hub.engine, [{ kind: 'sku', connection: 'shop', external, internal }], 'Ann');
          await map('NL-9', 'POT');
          await hub.put(
            'stock',
            ...['NL-1', 'NL-2', 'SET', 'POT', 'NOT-SOLD'].map((sku) => stockDelivery(sku, 'STORE', 7)),
            stockDelivery('NL-2', 'WH', 2),
          );
          await hub.pass(1_000);
          const levels = ['NL-1 STORE 7', 'NL-1 WH 0', 'NL-2 WH 2', 'SET STORE 0', 'SET WH 0'];
          assert.deepEqual(await shown(hub.shop), levels);
          assert.deepEqual(await cases(hub), [
            'NL-2 at STORE is not published: "NL-2" is not stocked at the store’s location "STORE"',
            'POT at STORE is not published: The store has no item with the SKU "NL-9"',
            'SET at STORE is not published: "SET" is a bundle in the store: its stock follows from its components',
          ]);
          // A mapping that is corrected retries its case.
          await map('NL-2', 'NL-2');
          await changeMappings(
            hub.engine,
            [{ kind: 'sku', connection: 'shop', external: 'NL-9', internal: null }],
            'Ann',
          );
          await hub.pass(2_000);
          assert.equal((await cases(hub)).length, 3, 'it is still not stocked there');
          await hub.shop.call(
            `mutation ($item: ID!, $location: ID!) { inventoryActivate(inventoryItemId: $item, locationId: $location) @idempotent(key: "one") { userErrors { message } } }`,
            await idsOf(hub.shop, 'NL-2', 'STORE'),
          );
          const [unstocked] = await listCases(hub.database, {
            status: 'open',
            reason: 'stock-not-published',
            limit: 9,
          }).then((rows) => rows.filter(({ key }) => key.endsWith('/NL-2')));
          assert.ok(unstocked);
          assert.deepEqual(await retryCase(hub.engine, unstocked, { by: 'Ann', note: '' }), {
            ok: true,
            message: 'NL-2 at STORE is published again at shop',
          });
          await hub.pass(2_000);
          assert.ok((await shown(hub.shop)).includes('NL-2 STORE 7'));
          assert.equal((await cases(hub)).length, 2);
          assert.deepEqual(hub.errors, []);
        },
      );
    }));

  test(`an item that the store refuses within a batch keeps nothing else back (${kind})`, () =>
    withDatabase(kind, (place) =>
      publishing(place, {}, async (hub) => {
        await hub.put('stock', ...['NL-1', 'NL-2'].map((sku) => stockDelivery(sku, 'WH', 5)));
        await hub.pass(1_000);
        // It is no item of the store any more, and that is only seen when it is written.
        await hub.database.query("update shown_stock set item = '999' where sku = 'NL-2'");
        await Promise.all(['NL-1', 'NL-2'].map((sku) => moved(hub, sku, 'WH', 3)));
        await hub.pass(1_000);
        assert.deepEqual(await cases(hub), [
          'NL-2 at WH is not published: The specified inventory item could not be found.',
        ]);
        assert.deepEqual(
          (await shown(hub.shop)).filter((each) => / WH /.test(each)),
          ['NL-1 WH 8', 'NL-2 WH 5'],
        );
        assert.deepEqual(await findingsInside(hub.database), []);
        // When it moves again after a while it is looked for anew, and its case is over.
        await hub.pass(11 * 60_000);
        await moved(hub, 'NL-2', 'WH', 1);
        await hub.pass(1_000);
        assert.deepEqual(await cases(hub), []);
        assert.deepEqual(
          (await shown(hub.shop)).filter((each) => / WH /.test(each)),
          ['NL-1 WH 8', 'NL-2 WH 9'],
        );
      }),
    ));

  test(`a kit that the store sells takes its components from what the store shows (${kind})`, () =>
    withDatabase(kind, (place) =>
      publishing(
        place,
        {
          retailer: { kits: [{ sku: 'SET', components: [{ sku: 'NL-1', quantity: 2 }] }] },
          store: { products: [...PRODUCTS, { sku: 'SET', title: 'Set', price: '30.00' }] },
        },
        async (hub) => {
          await hub.put('stock', stockDelivery('NL-1', 'WH', 10));
          await hub.pass(1_000);
          const [line] = anOrderSpec().lines;
          assert.ok(line);
          const set = { ...line, sku: 'SET', title: 'Set', quantity: 3 };
          hub.shop.store.placeOrder(anOrderSpec({ lines: [set, { ...line, quantity: 1 }] }));
          await hub.takeWebhooks();
          await hub.pass(1_000);
          // The store has booked one lantern and three sets, and nothing of what is in these.
          assert.equal((await shown(hub.shop))[1], 'NL-1 WH 3');
          assert.deepEqual(hub.errors, []);
        },
      ),
    ));

  test(`what the store tells of our own writes changes nothing (${kind})`, () =>
    withDatabase(kind, (place) =>
      publishing(place, { store: { topics: ['inventory_levels/update', 'orders/create'] } }, async (hub) => {
        await hub.put('stock', stockDelivery('NL-1', 'WH', 10));
        await hub.pass(1_000);
        const told = await hub.takeWebhooks();
        assert.deepEqual([...new Set(told.map(({ topic }) => topic))], ['inventory_levels/update']);
        await hub.pass(1_000);
        assert.equal((await shown(hub.shop))[1], 'NL-1 WH 10');
        assert.equal((await hub.takeWebhooks()).length, 0, 'nothing is written because of it');
        assert.equal((await listCases(hub.database, { status: 'open', limit: 9 })).length, 0);
        assert.deepEqual(hub.errors, []);
      }),
    ));

  test(`what is kept back from sale is not shown (${kind})`, () =>
    withDatabase(kind, (place) =>
      publishing(place, {}, async (hub) => {
        await hub.put('stock', stockDelivery('NL-1', 'WH', 10));
        await hub.pass(1_000);
        await setSafetyStock(hub.engine, { sku: 'NL-1', location: 'WH', units: 4 }, 'Ann');
        await hub.pass(1_000);
        assert.equal((await shown(hub.shop))[1], 'NL-1 WH 6');
      }),
    ));

  test(`calls that fail, that nobody saw the end of, or that take effect late change nothing twice (${kind})`, () =>
    withDatabase(kind, (place) => {
      const calls = { refused: 0.1, timedOut: 0.25, lateShare: 0.5 };
      return publishing(place, {}, async (hub) => {
        await hub.put('stock', ...['NL-1', 'NL-2'].map((sku) => stockDelivery(sku, 'WH', 20)));
        hub.shop.world.setFaults({ ...NO_FAULTS, calls });
        for (let round = 0; round < 15; round += 1) {
          await moved(hub, round % 3 === 0 ? 'NL-2' : 'NL-1', 'WH', (round % 5) + 1);
          if (round % 6 === 0) hub.shop.store.placeOrder(anOrderSpec());
          await hub.pass(12_000);
        }
        hub.shop.world.setFaults(NO_FAULTS);
        await hub.pass(30 * 60_000);
        await hub.takeWebhooks();
        await hub.pass(30 * 60_000);
        const positions = await hub.database.query<{ sku: string; left: number }>(
          "select sku, on_hand - reserved as left from position where location = 'WH' order by sku",
        );
        assert.deepEqual(
          (await shown(hub.shop)).filter((each) => / WH /.test(each)),
          positions.map(({ sku, left }) => `${sku} WH ${left}`),
        );
        assert.ok(hub.shop.store.stats().calls.timedOut > 0, 'some calls were not answered');
        assert.deepEqual(hub.errors, []);
      });
    }));
}

test(
  'what another node has decided is published by the one that works the store',
  { skip: !databases().includes('postgres') && 'no PostgreSQL' },
  () =>
    withDatabase('postgres', (place) =>
      publishing(place, {}, async (hub) => {
        await hub.put('stock', stockDelivery('NL-1', 'WH', 10));
        await hub.pass(1_000);
        const other = await startEngine(place, {
          clock: hub.clock,
          node: 'node-2',
          config: shopRetailer(hub.shop.store.baseUrl, { connection: { publishStock: {} } }),
          connectors: [shopify as Connector, standInConnector()],
        });
        try {
          for (let round = 0; round < 12; round += 1) await moved(other, 'NL-1', 'WH', 1);
          await until('the store to show it', async () => {
            await hub.pass(200);
            return (await shown(hub.shop))[1] === 'NL-1 WH 22';
          });
          assert.deepEqual([hub.errors, other.errors], [[], []]);
        } finally {
          await other.close();
        }
      }),
    ),
);

/** Open cases of places that are not published, in words. */
async function cases(hub: ShopHub): Promise<string[]> {
  const rows = await listCases(hub.database, { status: 'open', reason: 'stock-not-published', limit: 50 });
  return rows.map(({ message }) => message).sort();
}

async function idsOf(
  shop: TestStore,
  sku: string,
  location: string,
): Promise<{ item: string; location: string }> {
  const { data } = await shop.call(
    `query ($query: String!) { inventoryItems(first: 1, query: $query) { nodes { id } } locations(first: 9) { nodes { id name } } }`,
    { query: `sku:${sku}` },
  );
  const found = (data.locations.nodes as { id: string; name: string }[]).find(
    ({ name }) => name === location,
  );
  return { item: data.inventoryItems.nodes[0].id, location: found?.id ?? '' };
}
