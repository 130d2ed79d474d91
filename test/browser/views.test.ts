/** Every view, wide and narrow, light and dark: controls have names, text can be read, nothing runs out of the window. */
import { after, before, test } from 'node:test';
import { anOrder, aRetailer, line, stockDelivery } from '../support/builders.ts';
import { assertAccessible } from './accessibility.ts';
import { browserSuite, startTower, type Tower } from './support.ts';

const LONG = 'A-SKU-WITH-A-NAME-THAT-SOMEBODY-MADE-UP-WITHOUT-ANY-REGARD-FOR-THE-WIDTH-OF-A-TELEPHONE';

const WINDOWS = [
  { name: 'wide, light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  { name: 'wide, dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  { name: 'phone, light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  { name: 'a window of few lines', viewport: { width: 640, height: 360 }, colorScheme: 'light' },
] as const;

browserSuite('every view of the page', () => {
  let tower: Tower;
  before(async () => {
    const config = aRetailer({
      connections: aRetailer().connections.map((connection) =>
        connection.id === 'shop'
          ? { ...connection, sameCodes: ['tax-code', 'gateway', 'location'] }
          : connection,
      ),
    });
    tower = await startTower({ config });
    await tower.deliver('stock', stockDelivery('A', 'WH', 10));
    await tower.order(anOrder('1', [line(LONG, 1), line('OTHER', 3)]));
    await tower.reached('shop/1', 'stopped');
  });
  after(() => tower?.close());

  for (const { name, ...window } of WINDOWS) {
    test(name, () =>
      tower.visit(
        '/orders',
        async (page) => {
          await page.getByRole('link', { name: '#1', exact: true }).waitFor();
          await assertAccessible(page, 'orders');

          await page.getByRole('link', { name: '#1', exact: true }).click();
          await page.getByRole('region', { name: 'Timeline' }).waitFor();
          for (const button of await page.getByRole('button', { name: /^Details of/ }).all())
            await button.click();
          await page.getByRole('button', { name: 'Show customer and address' }).click();
          await page.getByText('Hauptstr. 1').first().waitFor();
          await assertAccessible(page, 'an order');

          await page.getByRole('button', { name: 'Cancel …' }).click();
          await page.getByRole('dialog').waitFor();
          await assertAccessible(page, 'a dialog');
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'detached' });

          await page.keyboard.press('2');
          await page.getByRole('link', { name: 'Unmapped SKU', exact: true }).first().waitFor();
          await assertAccessible(page, 'cases');
          await page.getByRole('link', { name: 'Unmapped SKU', exact: true }).first().click();
          await page.getByRole('heading', { name: 'Unmapped SKU' }).waitFor();
          await assertAccessible(page, 'a case');

          await page.keyboard.press('3');
          await page.getByRole('heading', { name: 'erp' }).waitFor();
          await assertAccessible(page, 'connections');

          await page.keyboard.press('4');
          await page.getByRole('link', { name: 'A', exact: true }).waitFor();
          await assertAccessible(page, 'stock');
          await page.getByRole('link', { name: 'A', exact: true }).click();
          await page.getByRole('region', { name: 'Movements' }).waitFor();
          await assertAccessible(page, 'a SKU');
        },
        window,
      ),
    );
  }

  test('the page that asks for the token', () =>
    tower.visit(
      '/',
      async (page) => {
        await page.getByLabel('Access token').waitFor();
      },
      { signedIn: false, viewport: { width: 390, height: 844 } },
    ));
});
