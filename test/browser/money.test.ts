/** The view of money: from the trial balance to an account, from its line to the order, and from the order's books back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anOrder, line, stockDelivery } from '../support/builders.ts';
import { aPosting, aTax, putRows } from '../support/posted.ts';
import { assertAccessible } from './accessibility.ts';
import { browserSuite, startTower, type Tower } from './support.ts';

const tax = { dimensions: { registration: 'DE', taxCode: 'DE19' } };

browserSuite('the view of money', () => {
  let tower: Tower;
  before(async () => {
    tower = await startTower();
    await tower.deliver('stock', stockDelivery('MUG-BLUE', 'WH', 10));
    await tower.order(anOrder('1', [line('MUG-BLUE', 3)]));
    await tower.reached('shop/1', 'closed');
    await putRows(tower.hub.database, 'shop/1', [
      aPosting(
        'capture/1',
        [
          ['clearing', '1460', 10_499],
          ['deposits', '3272', -10_499],
        ],
        { text: 'Captured by card', date: '2026-09-02' },
      ),
      aPosting(
        'shipment/1',
        [
          ['deposits', '3272', 3_499],
          ['revenue', '8400', -2_801],
          ['shippingRevenue', '8401', -139],
          ['tax', '3806', -559, tax],
        ],
        { text: 'Shipment 1 of #1', date: '2026-09-30', taxes: [aTax(2_940, 559)] },
      ),
    ]);
  });
  after(() => tower?.close());

  test('from the trial balance to an account, to the order, to its books, and back to the account', () =>
    tower.visit('/orders', async (page) => {
      await page.getByRole('link', { name: '#1', exact: true }).waitFor();
      await page.keyboard.press('5');
      await page.getByText('debits = credits').waitFor();
      await assertAccessible(page, 'money');
      await page.getByRole('link', { name: '3272', exact: true }).click();
      const account = page.getByRole('region', { name: 'Account' });
      await account.getByText('Shipment 1 of #1').waitFor();
      assert.equal(await account.locator('dd').first().innerText(), '-€70.00');
      await assertAccessible(page, 'money');
      await account.getByRole('link', { name: '#1', exact: true }).first().click();
      const books = page.getByRole('region', { name: 'Books' });
      await books.getByText('not closed yet').waitFor();
      await books.getByText('paid, and neither shipped nor given back').waitFor();
      await books.getByText('collected, less given back').click();
      await books.getByText('Captured by card').first().waitFor();
      await books.scrollIntoViewIfNeeded();
      await assertAccessible(page, 'money');
      await books.getByRole('link', { name: '3272', exact: true }).first().click();
      await page.getByRole('region', { name: 'Account' }).waitFor();
    }));

  test('open items by age, and the tax ledger', () =>
    tower.visit('/money/de?sheet=open', async (page) => {
      await page.getByRole('cell', { name: '2026-09-02' }).first().waitFor();
      assert.equal(await page.getByRole('link', { name: '#1', exact: true }).count(), 2);
      await assertAccessible(page, 'money');
      await page.getByText('Tax', { exact: true }).first().click();
      await page.getByText('as the tax accounts say').waitFor();
      await assertAccessible(page, 'money');
    }));

  test('on a phone the account covers the list', () =>
    tower.visit(
      '/money/de/1460',
      async (page) => {
        await page.getByText('Captured by card').waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
      },
      { viewport: { width: 390, height: 800 } },
    ));
});
