/** The view of stock: a SKU is searched and opened by keyboard, its past is looked at, and its movements lead to orders. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { StockObservation } from '../../src/domain/messages.ts';
import { anOrder, line, stockDelivery } from '../support/builders.ts';
import { until } from '../support/engine.ts';
import { standInDelivery } from '../support/stand-in.ts';
import { browserSuite, startTower, type Tower } from './support.ts';

browserSuite('the view of stock', () => {
  let tower: Tower;
  /** Before the goods were announced. */
  let earlier: string;
  const moved = (change: Partial<Extract<StockObservation, { type: 'stock.moved' }>> & { key: string }) =>
    tower.deliver(
      'stock',
      standInDelivery({
        stream: 'stock',
        key: 'stock/MUG-BLUE',
        persons: [],
        message: {
          type: 'stock.moved',
          sku: 'MUG-BLUE',
          location: 'WH',
          delta: 0,
          reason: 'expected',
          at: tower.hub.engine.clock.nowIso(),
          ...change,
        },
      }),
    );
  const hasMoved = (act: string) =>
    until(`${act} to be counted`, async () => {
      const rows = await tower.hub.database.query('select 1 from movement where act = $1', [act]);
      return rows.length > 0;
    });
  before(async () => {
    tower = await startTower();
    await tower.deliver(
      'stock',
      stockDelivery('MUG-BLUE', 'WH', 10),
      stockDelivery('MUG-BLUE', 'STORE', 2),
      stockDelivery('MUG-RED', 'WH', 1),
      stockDelivery('TEA', 'WH', 7),
    );
    await hasMoved('open-MUG-BLUE-WH');
    await tower.order(anOrder('1', [line('MUG-BLUE', 3)]));
    await tower.reached('shop/1', 'closed');
    earlier = tower.hub.engine.clock.nowIso();
    tower.hub.engine.clock.advanceTo(tower.hub.engine.clock.now() + 60_000);
    await moved({ key: 'mv-1', incoming: 20, document: 'PO-7' });
    await moved({ key: 'mv-2', reason: 'returned', damaged: 1, disposition: 'damaged', document: 'RMA-4' });
    await hasMoved('mv-1');
    await hasMoved('mv-2');
  });
  after(() => tower?.close());

  test('by keyboard: the view, its search, a SKU, its order', () =>
    tower.visit('/orders', async (page) => {
      await page.getByRole('link', { name: '#1', exact: true }).waitFor();
      await page.keyboard.press('4');
      await page.getByRole('link', { name: 'TEA', exact: true }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('mug');
      await page.getByRole('link', { name: 'TEA', exact: true }).waitFor({ state: 'detached' });
      assert.match(page.url(), /text=mug/);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'TEA', exact: true }).waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'MUG-BLUE' }).waitFor();

      const warehouse = page.getByRole('listitem').filter({ hasText: 'Warehouse' });
      assert.match(
        await warehouse.innerText(),
        /Available\s+7\s+On hand\s+7\s+Reserved\s+0\s+Damaged\s+1\s+Incoming\s+20/,
      );
      const movements = page.getByRole('region', { name: 'Movements' });
      assert.match(await movements.innerText(), /damaged, RMA-4/);
      await page.getByRole('button', { name: 'Its movements only (STORE)' }).click();
      await movements.getByText('Shipped').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Movements of all locations (STORE)' }).click();
      await movements.getByRole('link', { name: '#1' }).first().click();
      await page.getByRole('heading', { name: '#1', exact: true }).waitFor();
    }));

  test('as it was: the sums of the movements until then', () =>
    tower.visit(`/stock/MUG-BLUE?at=${earlier}`, async (page) => {
      await page.getByText('the past').waitFor();
      const warehouse = page.getByRole('listitem').filter({ hasText: 'Warehouse' });
      assert.doesNotMatch(await warehouse.innerText(), /Incoming|Damaged/);
      await page.getByRole('button', { name: 'Back to now' }).click();
      await warehouse.getByText('Incoming').waitFor();
    }));

  test('a search that finds nothing says so', () =>
    tower.visit('/stock?text=none', async (page) => {
      await page.getByText('No SKU begins so').waitFor();
      await page.getByRole('link', { name: 'Show all SKUs' }).click();
      await page.getByRole('link', { name: 'TEA', exact: true }).waitFor();
    }));
});
