/** The view of stock says how the last reconciliation of each channel ended, and begins another. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Connector, ShownStock } from '../../src/connectors/contract.ts';
import { loadShown } from '../../src/store/shown-stock.ts';
import { aRetailer, stockDelivery } from '../support/builders.ts';
import { until } from '../support/engine.ts';
import { standInConnector } from '../support/stand-in.ts';
import { browserSuite, startTower, type Tower } from './support.ts';

/** A channel of one item, whose figure staff may change. */
function channelOf(figure: { available: number }): Connector {
  const standIn = standInConnector() as Connector;
  const level = (): ShownStock => ({
    item: '1',
    sku: 'A',
    location: 'WH',
    locationName: 'WH',
    onHand: figure.available,
    committed: 0,
    available: figure.available,
  });
  return {
    ...standIn,
    manifest: { ...standIn.manifest, name: 'store', writesStock: true },
    open: (context) => ({
      ...standIn.open(context),
      bulkStock: {
        start: async () => ({ status: 'started', operation: 'bulk' }),
        look: async () => ({ status: 'ready', objects: 1, file: 'file' }),
        async *read() {
          yield [level()];
        },
      },
      stock: {
        batchSize: 10,
        readSize: 10,
        placeIds: async (codes) => ({ status: 'found', ids: codes }),
        read: async (places) => ({
          status: 'read',
          readings: places.map(() => ({ status: 'shown', item: '1', ...figure, committed: 0 })),
        }),
        async write({ rows }) {
          const stale = rows.findIndex(({ from }) => from !== figure.available);
          if (stale >= 0)
            return {
              status: 'refused',
              refusals: [{ row: stale, isStale: true, code: 'stale', message: 'stale', suggestedFix: '' }],
            };
          for (const { to } of rows) figure.available = to;
          return { status: 'written' };
        },
      },
    }),
  };
}

browserSuite('reconciliations', () => {
  let tower: Tower;
  const figure = { available: 10 };
  before(async () => {
    const base = aRetailer();
    const connections = base.connections.map((each) =>
      each.id === 'shop'
        ? { ...each, connector: 'store', publishStock: { locations: ['WH'] }, reconcileAtHour: null }
        : each,
    );
    tower = await startTower({ config: { ...base, connections }, connectors: [channelOf(figure)] });
    await tower.deliver('stock', stockDelivery('A', 'WH', 10));
    await until('both to agree', async () => {
      const [row] = await loadShown(tower.hub.database, 'shop', [{ sku: 'A', location: 'WH' }]);
      return row?.shown === 10;
    });
  });
  after(() => tower?.close());

  test('a button begins one; what it has healed is listed, and leads to the SKU', () =>
    tower.visit('/stock', async (page) => {
      const shown = page.getByRole('region', { name: 'Stock that channels show' });
      await shown.getByText('not reconciled yet').waitFor();
      figure.available = 12;
      await shown.getByRole('button', { name: 'Reconcile now' }).click();
      await shown.getByText('1 SKU-location compared: 0 equal, 0 explained, 1 healed').waitFor();
      await shown.getByText('agrees').waitFor();
      await shown.getByText('Healed', { exact: true }).click();
      await shown.getByText('the channel shows 2 units too many').waitFor();
      await shown.getByRole('link', { name: 'A', exact: true }).click();
      await page.getByRole('heading', { name: 'A', exact: true }).waitFor();
      await until('it to be healed', () => figure.available === 10);
      assert.equal(figure.available, 10);
    }));
});
