/** The access token: from the address, asked for, refused, shared between tabs. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anOrder, line, stockDelivery } from '../support/builders.ts';
import { browserSuite, startTower, type Tower } from './support.ts';

const REFUSED = /Failed to load resource.*401/;

browserSuite('the access token of the page', () => {
  let tower: Tower;
  before(async () => {
    tower = await startTower();
    await tower.deliver('stock', stockDelivery('A', 'WH', 5));
    await tower.order(anOrder('1', [line('A', 1)]));
  });
  after(() => tower?.close());

  test('the token of the address opens the page and leaves address and history at once', () =>
    tower.visit('/orders', async (page) => {
      await page.getByRole('link', { name: '#1', exact: true }).waitFor();
      assert.equal(new URL(page.url()).hash, '');
      assert.equal(await page.evaluate(() => document.body.innerHTML.includes('token=')), false);
      await page.reload();
      await page.getByRole('link', { name: '#1', exact: true }).waitFor();
    }));

  test('without a token the page asks for it, and then shows what the address names', () =>
    tower.visit(
      '/orders/shop/1',
      async (page) => {
        const field = page.getByLabel('Access token');
        await field.waitFor();
        assert.equal(await page.getByRole('heading', { name: '#1' }).count(), 0);
        await field.fill(tower.hub.token);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: '#1' }).waitFor();
        assert.equal(new URL(page.url()).pathname, '/orders/shop/1');
      },
      { signedIn: false },
    ));

  test('a wrong token is refused with words; the printed address, pasted whole, is understood', () =>
    tower.visit(
      '/orders#token=wrong',
      async (page) => {
        await page.getByRole('alert').getByText('The hub refused this access token').waitFor();
        assert.equal(await page.evaluate(() => sessionStorage.length), 0);
        await page.getByLabel('Access token').fill(tower.at('/orders'));
        await page.getByRole('button', { name: 'Open the control tower' }).click();
        await page.getByRole('link', { name: '#1', exact: true }).waitFor();
      },
      { signedIn: false, expected: REFUSED },
    ));

  test('a new tab takes the token from one that is open', () =>
    tower.visit('/orders', async (page) => {
      await page.getByRole('link', { name: '#1', exact: true }).waitFor();
      const second = await page.context().newPage();
      await second.goto(`${tower.hub.apiUrl}/orders/shop/1`);
      await second.getByRole('heading', { name: '#1' }).waitFor();
      assert.equal(await second.evaluate(() => sessionStorage.getItem('crossdock.token')), tower.hub.token);
    }));

  test('forgetting the token closes the page', () =>
    tower.visit('/orders', async (page) => {
      await page.getByRole('button', { name: 'Help' }).click();
      await page.getByRole('button', { name: 'Forget the access token' }).click();
      await page.getByLabel('Access token').waitFor();
      assert.equal(await page.evaluate(() => sessionStorage.getItem('crossdock.token')), null);
    }));
});
