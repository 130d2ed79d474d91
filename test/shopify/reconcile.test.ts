/** All that a store shows as stock is compared with what both sides agreed on: what is under way is explained, the rest is healed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { CaseList } from '../../src/gateway/schemas/cases.ts';
import { Accepted } from '../../src/gateway/schemas/common.ts';
import {
  ReconciliationItem,
  ReconciliationList,
  type StockDifferenceItem,
  StockDifferenceList,
} from '../../src/gateway/schemas/reconciliations.ts';
import { loadShown } from '../../src/store/shown-stock.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { aRetailer, stockDelivery } from '../support/builders.ts';
import { until } from '../support/engine.ts';
import { type ShopHub, startShopHub } from '../support/shop-hub.ts';
import { standInDelivery } from '../support/stand-in.ts';

const HOUR_MS = 3_600_000;
const PATH = '/v1/connections/shop/reconciliations';
const SKUS = Array.from({ length: 8 }, (_, index) => `NL-${index + 1}`);
const STORE = {
  products: SKUS.map((sku) => ({ sku, title: `Lantern ${sku}`, price: '10.00' })),
  locations: ['WH', 'STORE'],
  stock: () => 20,
  bulkDelayMs: 0,
};

interface Item {
  id: string;
  sku: string;
  inventoryLevels: {
    nodes: { id: string; location: { id: string; name: string }; quantities: { quantity: number }[] }[];
  };
}

/** A hub that publishes all SKUs at the warehouse, and the store's items by SKU. */
async function openHub(
  place: Parameters<typeof startShopHub>[0],
  { connection = {}, retailer = {}, store = {} }: Record<string, object> = {},
) {
  const hub = await startShopHub(place, {
    store: { ...STORE, ...store },
    stock: 0,
    retailer,
    connection: { publishStock: { locations: ['WH'] }, reconcileAtHour: null, ...connection },
  });
  await hub.put('stock', ...SKUS.map((sku) => stockDelivery(sku, 'WH', 20)));
  await hub.quiet();
  await until('all to be published', async () => {
    await hub.pass(1_000);
    return (await shownNow(hub)).every(({ shown, known }) => shown === 20 && known === 20);
  });
  return { hub, items: await itemsOf(hub) };
}

const shownNow = (hub: ShopHub) =>
  loadShown(
    hub.database,
    'shop',
    SKUS.map((sku) => ({ sku, location: 'WH' })),
  );

async function itemsOf(hub: ShopHub): Promise<Map<string, Item>> {
  const found = await hub.shop.call(
    `{ inventoryItems(first: 50) { nodes { id sku inventoryLevels(first: 5) { nodes {
      id location { id name } quantities(names: ["available"]) { quantity } } } } } }`,
  );
  return new Map(found.data.inventoryItems.nodes.map((item: Item) => [item.sku, item]));
}

const atWarehouse = (item: Item | undefined) =>
  item?.inventoryLevels.nodes.find(({ location }) => location.name === 'WH');

/** What the store shows as available at the warehouse, by SKU; undefined: it is not stocked there. */
async function availableNow(hub: ShopHub): Promise<Record<string, number | undefined>> {
  const items = await itemsOf(hub);
  return Object.fromEntries(SKUS.map((sku) => [sku, atWarehouse(items.get(sku))?.quantities[0]?.quantity]));
}

const received = (sku: string, delta: number, at: string, reason: 'received' | 'returned' = 'received') =>
  standInDelivery({
    stream: 'stock',
    key: `stock/${sku}`,
    persons: [],
    message: { type: 'stock.moved', sku, location: 'WH', delta, reason, key: `in-${sku}`, at },
  });

/** The staff of the store, or another app, changes what is available at the warehouse. */
async function setAtStore(hub: ShopHub, item: Item | undefined, quantity: number): Promise<void> {
  const locationId = atWarehouse(item)?.location.id;
  const answer = await hub.shop.call(
    `mutation ($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) @idempotent(key: "${item?.sku}-${quantity}") { userErrors { message } } }`,
    {
      input: {
        name: 'available',
        reason: 'correction',
        quantities: [{ inventoryItemId: item?.id, locationId, quantity, changeFromQuantity: null }],
      },
    },
  );
  assert.deepEqual(answer.data?.inventorySetQuantities.userErrors, [], JSON.stringify(answer.errors));
}

/** Lets time pass until all that the store has told of levels is looked into. */
const newsTaken = (hub: ShopHub) =>
  until('the news to be looked into', async () => {
    await hub.pass(5_000);
    await hub.takeWebhooks();
    const left = await hub.database.query(
      'select 1 from level_news union all select 1 from reconciliation where finished_at is null',
    );
    return left.length === 0;
  });

/** Lets time pass until the reconciliation has ended; what it has found, by SKU. `meanwhile`: when the store has gathered. */
async function reconciled(hub: ShopHub, meanwhile?: () => Promise<void>) {
  const { id } = await apiOf(hub).post(ReconciliationItem, PATH, { by: 'Ada' });
  await until('the store to gather', async () => (await runOf(hub, id)).status === 'running');
  await meanwhile?.();
  return ended(hub, id);
}

async function runOf(hub: ShopHub, id: string): Promise<ReconciliationItem> {
  const { reconciliations } = await apiOf(hub).get(ReconciliationList, PATH);
  return reconciliations.find((each) => each.id === id) as ReconciliationItem;
}

async function ended(hub: ShopHub, id: string) {
  await until('the reconciliation to end', async () => {
    await hub.pass(5_000);
    return (await runOf(hub, id)).finishedAt !== null;
  });
  const api = apiOf(hub);
  const { items } = await api.get(StockDifferenceList, `${PATH}/${id}/differences`);
  assert.deepEqual(api.defects, []);
  return { run: await runOf(hub, id), found: new Map(items.map((item) => [item.sku, item])) };
}

const said = (item: StockDifferenceItem | undefined) => item && [item.outcome, item.units, item.explanation];

for (const kind of databases()) {
  test(`a unit that staff put back in the store and the inventory system tells of as returned counts once (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const { hub, items } = await openHub(place, {
        store: { topics: ['orders/create', 'inventory_levels/update'] },
      });
      try {
        await hub.takeWebhooks();
        const returned = (sku: string) => hub.put('stock', received(sku, 1, hub.clock.nowIso(), 'returned'));
        const shows = (first: number, second: number) =>
          until(`${first} and ${second} to be shown`, async () => {
            await hub.pass(1_000);
            const { 'NL-6': one, 'NL-7': two } = await availableNow(hub);
            return one === first && two === second;
          });
        // The one is put back in the store first, of the other the inventory system tells first.
        await setAtStore(hub, items.get('NL-6'), 21);
        await returned('NL-7');
        await shows(21, 21);
        await hub.takeWebhooks();
        await newsTaken(hub);
        // Whose stock it is has not told of the one: it is not there yet.
        await shows(20, 21);
        await returned('NL-6');
        await setAtStore(hub, items.get('NL-7'), 22);
        await hub.pass(1_000);
        await hub.takeWebhooks();
        await newsTaken(hub);
        await shows(21, 21);
        assert.deepEqual([hub.errors, hub.warnings], [[], []]);
      } finally {
        await hub.close();
      }
    }));

  test(`what others change at the store is healed as soon as it tells of it (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const { hub, items } = await openHub(place, {
        store: { topics: ['orders/create', 'inventory_levels/update'] },
      });
      try {
        const news = () => hub.database.query('select 1 from level_news');
        const runs = () =>
          hub.database.query<{ healed: number; by: string }>('select healed, by from reconciliation');
        // What the store tells of our own writes, and of its own sales, leads to nothing.
        await hub.takeWebhooks();
        hub.shop.store.placeOrder(anOrderSpec());
        await hub.put('stock', received('NL-3', 4, hub.clock.nowIso()));
        await hub.pass(1_000);
        await hub.takeWebhooks();
        assert.ok((await news()).length > 0);
        await newsTaken(hub);
        assert.deepEqual(await runs(), []);
        // Staff change two figures, one of them while we write there, and one item sells meanwhile.
        await setAtStore(hub, items.get('NL-4'), 26);
        await setAtStore(hub, items.get('NL-5'), 11);
        await hub.put('stock', received('NL-5', 2, hub.clock.nowIso()));
        hub.shop.store.placeOrder(anOrderSpec());
        await hub.pass(1_000);
        await hub.takeWebhooks();
        await newsTaken(hub);
        assert.deepEqual(await runs(), [{ healed: 2, by: 'news of the channel' }]);
        await until('all to be right', async () => {
          await hub.pass(1_000);
          const now = await availableNow(hub);
          return isDeepStrictEqual(now, {
            ...Object.fromEntries(SKUS.map((sku) => [sku, 20])),
            'NL-1': 14,
            'NL-2': 18,
            'NL-3': 24,
            'NL-5': 22,
          });
        });
        assert.deepEqual([hub.errors, hub.warnings], [[], []]);
      } finally {
        await hub.close();
      }
    }));

  test(`planted differences are listed once and healed, what is under way is explained (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const { hub, items } = await openHub(place);
      try {
        await setAtStore(hub, items.get('NL-1'), 25);
        await setAtStore(hub, items.get('NL-2'), 17);
        // An order of which nobody has told: the store has its units committed.
        const order = hub.shop.store.placeOrder(
          anOrderSpec({
            lines: [{ sku: 'NL-3', title: 'Lantern', quantity: 2, unitPrice: '10.00', tax: [] }],
          }),
        );
        // The store does not stock it there any more.
        const gone = atWarehouse(items.get('NL-5'));
        const stopped = await hub.shop.call(
          `mutation { inventoryDeactivate(inventoryLevelId: "${gone?.id}") { userErrors { message } } }`,
        );
        assert.deepEqual(stopped.data.inventoryDeactivate.userErrors, []);

        // Goods come after the store has gathered, and are published before anybody looks.
        const { run, found } = await reconciled(hub, async () => {
          await hub.put('stock', received('NL-4', 10, hub.clock.nowIso()));
          await hub.quiet();
        });
        assert.equal(run.status, 'done', run.message ?? '');
        assert.deepEqual([...found.keys()], ['NL-1', 'NL-2', 'NL-4', 'NL-5']);
        assert.deepEqual(said(found.get('NL-1')), [
          'healed',
          5,
          'the channel shows 5 units too many: somebody has changed it there, or a write was lost',
        ]);
        assert.deepEqual([found.get('NL-2')?.outcome, found.get('NL-2')?.units], ['healed', -3]);
        // The publisher may write it before the look or after it.
        assert.equal(found.get('NL-4')?.outcome, 'explained');
        assert.match(
          found.get('NL-4')?.explanation ?? '',
          /^(what was under way has come in|a change of \+10 waits to be published)$/,
        );
        assert.equal(found.get('NL-5')?.outcome, 'case');
        assert.deepEqual(
          [run.levels, run.agreed, run.explained, run.healed, run.cases],
          [7, 4, 1, 2, 1],
          'the order that nobody had told of is no difference',
        );
        assert.ok(await hub.order(order), 'and is known by now');
        const healed = {
          ...Object.fromEntries(SKUS.map((sku) => [sku, 20])),
          ...{ 'NL-3': 18, 'NL-4': 30, 'NL-5': undefined },
        };
        await until('the store to show it', async () => {
          await hub.pass(1_000);
          return isDeepStrictEqual(await availableNow(hub), healed);
        });
        assert.ok((await shownNow(hub)).every(({ owed }) => owed === 0));

        // There is nothing left to heal, and nothing is healed twice.
        const again = await reconciled(hub);
        assert.deepEqual([again.run.healed, again.run.cases, [...again.found.keys()]], [0, 0, []]);
        // Nothing is agreed of the one that the store does not stock there: the publisher says so.
        const { cases } = await apiOf(hub).get(CaseList, '/v1/cases?status=open');
        assert.deepEqual(
          cases.map(({ reason, key }) => [reason, key]),
          [['stock-not-published', 'shop/WH/NL-5']],
        );
        assert.deepEqual(hub.errors, []);
      } finally {
        await hub.close();
      }
    }));
}

test('where the owner of the stock is silent, a difference is for a person to decide, until it speaks again', () =>
  withDatabase('pglite', async (place) => {
    const fallback = { afterMinutes: 60, rule: 'keep-last' };
    const locations = aRetailer().locations.map((location) => ({ ...location, fallback }));
    const { hub, items } = await openHub(place, { retailer: { locations } });
    try {
      const api = apiOf(hub);
      await setAtStore(hub, items.get('NL-1'), 25);
      await setAtStore(hub, items.get('NL-2'), 17);
      await hub.pass(2 * HOUR_MS);
      const first = await reconciled(hub);
      assert.deepEqual([first.run.healed, first.run.cases], [0, 2]);
      assert.match(first.found.get('NL-1')?.explanation ?? '', /5 units too many.*silent beyond its limit/);
      const opened = await api.get(CaseList, '/v1/cases?status=open&reason=channel-stock-differs');
      assert.deepEqual(opened.cases.map(({ message }) => /Of (NL-\d) at WH/.exec(message)?.[1]).sort(), [
        'NL-1',
        'NL-2',
      ]);
      const { 'NL-1': tooMany, 'NL-2': tooFew } = await availableNow(hub);
      assert.deepEqual([tooMany, tooFew], [25, 17], 'nothing was changed');

      // A person says that the figure here is right.
      const decided = opened.cases.find(({ message }) => /NL-1/.test(message));
      await api.post(Accepted, `/v1/cases/${decided?.id}/retry`, { by: 'Ada', note: 'counted' });
      await until('the store to show it', async () => {
        await hub.pass(1_000);
        return (await availableNow(hub))['NL-1'] === 20;
      });

      // The owner speaks again, and the next reconciliation heals the other.
      await hub.put('stock', received('NL-8', 1, hub.clock.nowIso()));
      await until('it to be heard', async () => {
        const { stockSources, config } = hub.engine;
        await stockSources.refresh();
        return config.locations.every((location) => stockSources.silence(location) === null);
      });
      const second = await reconciled(hub);
      assert.deepEqual([second.run.healed, second.run.cases], [1, 0]);
      assert.equal(second.found.get('NL-2')?.outcome, 'healed');
      const left = await api.get(CaseList, '/v1/cases?status=open&reason=channel-stock-differs');
      assert.deepEqual(left.cases, []);
      assert.deepEqual(hub.errors, []);
    } finally {
      await hub.close();
    }
  }));

test('every night at its hour there is one, whoever starts again meanwhile; what was missed is made up for', () =>
  withDatabase('pglite', async (place) => {
    const { hub } = await openHub(place, { connection: { reconcileAtHour: 3 } });
    let now: ShopHub = hub;
    try {
      const nights = async () =>
        (await apiOf(now).get(ReconciliationList, PATH)).reconciliations
          .map(({ night, by, status }) => `${night} ${by} ${status}`)
          .sort();
      const untilThere = (what: readonly string[]) =>
        until(`reconciliations ${what.join()}`, async () => {
          await now.pass(60_000);
          return isDeepStrictEqual(await nights(), what);
        });
      await now.pass(12 * HOUR_MS);
      assert.deepEqual(await nights(), []);
      await now.pass(10 * HOUR_MS);
      const first = ['2026-11-24 every night done'];
      await untilThere(first);
      now = await now.restart();
      await now.pass(10 * HOUR_MS);
      assert.deepEqual(await nights(), first);
      // Nobody runs for two nights.
      await now.engine.stop();
      now.clock.advanceTo(now.clock.now() + 48 * HOUR_MS);
      now = await now.restart();
      await untilThere([...first, '2026-11-26 every night done']);
      assert.deepEqual(now.errors, []);
    } finally {
      await now.close();
    }
  }));

test('a bulk operation that ends without a result is asked for anew', () =>
  withDatabase('pglite', async (place) => {
    const { hub } = await openHub(place, { store: { bulkDelayMs: 8_000 } });
    try {
      const { id } = await apiOf(hub).post(ReconciliationItem, PATH, {});
      await until('the store to gather', async () => (await runOf(hub, id)).status === 'running');
      const current = '{ currentBulkOperation { id status } }';
      const { data } = await hub.shop.call(current);
      await hub.shop.call(
        `mutation { bulkOperationCancel(id: "${data.currentBulkOperation.id}") { userErrors { message } } }`,
      );
      await until('it to be asked anew', async () => {
        await hub.pass(1_000);
        return (await hub.shop.call(current)).data.currentBulkOperation.id !== data.currentBulkOperation.id;
      });
      const { run, found } = await ended(hub, id);
      assert.deepEqual([run.status, run.levels, run.agreed, found.size], ['done', 8, 8, 0]);
      assert.deepEqual(hub.errors, []);
    } finally {
      await hub.close();
    }
  }));

test('in shadow, and where nothing is published, none is begun', () =>
  withDatabase('pglite', async (place) => {
    for (const connection of [{ publishStock: null }, { publishStock: {}, shadow: true }]) {
      const hub = await startShopHub(place, { store: STORE, stock: 0, connection });
      try {
        const api = apiOf(hub);
        assert.equal((await api.problem(409, PATH, { body: {} })).code, 'stock-not-published');
        await hub.pass(24 * HOUR_MS);
        assert.deepEqual((await api.get(ReconciliationList, PATH)).reconciliations, []);
        assert.deepEqual(hub.errors, []);
      } finally {
        await hub.close();
      }
    }
  }));
