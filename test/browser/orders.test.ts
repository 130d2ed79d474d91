/** Orders in the page: live, found, opened, followed; and a list that stays where it is. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { browserSuite, startTower, type Tower } from './support.ts';

/** Enough to scroll through, and for a second page. */
const OLD_ORDERS = 130;

const row = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
const visibleRows = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('[data-row]')]
      .filter((each) => {
        const { top, bottom } = each.getBoundingClientRect();
        return top > 320 && bottom < innerHeight;
      })
      .map((each) => `${each.textContent} at ${Math.round(each.getBoundingClientRect().top)}`),
  );
const scrollTop = (page: Page) =>
  page.evaluate(() => document.querySelector('.list-pane .scroll')?.scrollTop);
const scrollTo = (page: Page, top: number) =>
  page.evaluate((to) => document.querySelector('.list-pane .scroll')?.scrollTo({ top: to }), top);

browserSuite('orders in the page', () => {
  let tower: Tower;
  before(async () => {
    tower = await startTower();
    await tower.deliver('stock', stockDelivery('A', 'WH', 10_000), stockDelivery('B', 'STORE', 10));
    const ids = Array.from({ length: OLD_ORDERS }, (_, index) => String(1001 + index));
    await tower.deliver('shop', ...ids.map((id) => orderDelivery(anOrder(id, [line('A', 1)]))));
    await tower.reached(`shop/${1000 + OLD_ORDERS}`, 'closed');
    await tower.order(anOrder('2000', [line('B', 1)]));
    await tower.order(anOrder('2001', [line('A', 1)]));
    await tower.reached('shop/2001', 'closed');
  });
  after(() => tower?.close());

  test('a new order shows without a reload, and moves on by itself', () =>
    tower.visit('/orders', async (page) => {
      await row(page, `#${1000 + OLD_ORDERS}`).waitFor();
      await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
      await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
      await tower.order(anOrder('2010', [line('A', 2)]));
      await row(page, '#2010').waitFor();
      const ofOrder = page.getByRole('row').filter({ has: row(page, '#2010') });
      await ofOrder.getByText('Finished').waitFor();
      assert.equal(await ofOrder.getByText('€23.80').first().textContent(), '€23.80');
      assert.equal(await page.evaluate(() => 'sameDocument' in globalThis), true);
    }));

  test('without live updates the page asks by itself, and says so', () =>
    tower.visit(
      '/orders',
      async (page) => {
        await page.getByRole('status').getByText('Every 3 s').waitFor();
        await tower.order(anOrder('2002', [line('A', 1)]));
        await row(page, '#2002').waitFor();
      },
      {
        prepare: async (page) => {
          await page.route('**/v1/events', (route) => route.abort());
        },
        expected: /Failed to load resource/,
      },
    ));

  test('when the hub is away the page says so, keeps what it has, and goes on when it is back', () =>
    tower.visit(
      '/orders',
      async (page) => {
        await row(page, '#2001').waitFor();
        const away = (route: Route) => route.abort();
        await page.route('**/v1/**', away);
        await page.evaluate(() => dispatchEvent(new Event('visibilitychange')));
        await page.getByRole('alert').getByText('The hub does not answer').waitFor();
        assert.equal(await row(page, '#2001').isVisible(), true);
        await page.unroute('**/v1/**', away);
        await page.getByRole('alert').getByText('The hub does not answer').waitFor({ state: 'detached' });
        await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
      },
      { expected: /Failed to load resource/ },
    ));

  test('the timeline tells the order’s way, in order', () =>
    tower.visit('/orders/shop/1001', async (page) => {
      await page.getByRole('heading', { name: '#1001' }).waitFor();
      const times = await page
        .getByRole('region', { name: 'Timeline' })
        .locator('time')
        .evaluateAll((all) => all.map((each) => (each as HTMLTimeElement).dateTime));
      assert.ok(times.length >= 8, `${times.length} entries`);
      assert.deepEqual(times, [...times].sort());
      const types = await page.evaluate(async () => {
        for (const button of document.querySelectorAll<HTMLElement>('.entry-title button')) button.click();
        await new Promise((resolve) => requestAnimationFrame(resolve));
        return [...document.querySelectorAll('.entry-details .fact:first-child code')].map(
          (each) => each.textContent,
        );
      });
      const milestones = [
        'OrderPlaced',
        'StockReserved',
        'SalesOrderCreated',
        'ShipmentRecorded',
        'OrderClosed',
      ];
      assert.deepEqual(
        types.filter((type) => milestones.includes(type ?? '')),
        milestones,
      );
      const first = page.getByRole('region', { name: 'Timeline' }).locator('time').first();
      assert.match((await first.getAttribute('title')) ?? '', /2026-10-01T\d\d:\d\d/);
    }));

  test('the story of an open order grows live', async () => {
    await tower.hub.engine.setPaused('erp', true);
    try {
      await tower.order(anOrder('2003', [line('A', 1)]));
      await tower.reached('shop/2003', 'booking');
      await tower.visit('/orders/shop/2003', async (page) => {
        const stages = page.getByRole('list', { name: 'Stages' });
        await stages.getByText('Reserved').waitFor();
        assert.equal(await stages.locator('[aria-current="step"]').textContent(), 'Reserved: done');
        await tower.hub.engine.setPaused('erp', false);
        await stages.locator('[aria-current="step"]', { hasText: 'Closed' }).waitFor();
      });
    } finally {
      await tower.hub.engine.setPaused('erp', false);
    }
  });

  test('an order is found by its name, its key and its SKU, and shown by its address; an unknown one says what to do', () =>
    tower.visit(
      '/orders',
      async (page) => {
        const search = page.getByRole('searchbox', { name: 'Search orders' });
        await row(page, '#2001').waitFor();
        for (const text of ['1017', '#1017', 'shop/1017']) {
          await search.fill(text);
          await row(page, '#1017').waitFor();
          await page.waitForURL((url) => url.searchParams.get('text') === text);
          await row(page, '#2001').waitFor({ state: 'detached' });
        }
        await search.fill('B');
        await row(page, '#2000').waitFor();
        assert.deepEqual(await page.locator('[data-row]').allTextContents(), ['#2000']);
        await search.fill('nobody-has-this');
        await page.getByRole('heading', { name: 'No order matches' }).waitFor();
        await page.getByRole('button', { name: 'Clear filters' }).click();
        await row(page, '#2001').waitFor();
        await page.goto(tower.at('/orders/shop/none'));
        const alert = page.getByRole('alert').filter({ hasText: 'There is no such order' });
        await alert.waitFor();
        assert.match((await alert.textContent()) ?? '', /crossdock orders list|search/i);
      },
      { expected: /404/ },
    ));

  test('a status filters the list, and the address keeps it', () =>
    tower.visit('/orders', async (page) => {
      const chip = page.getByRole('group', { name: 'Status' }).getByRole('button', { name: 'Finished' });
      await chip.click();
      await page.waitForURL(/status=closed/);
      assert.equal(await chip.getAttribute('aria-pressed'), 'true');
      await row(page, '#2001').click();
      await page.waitForURL(/\/orders\/shop\/2001\?status=closed/);
    }));

  test('the list stays where it is: through live orders, an opened order, another view and a reload', () =>
    tower.visit('/orders', async (page) => {
      await row(page, '#1130').waitFor();
      await scrollTo(page, 900);
      await page.waitForFunction(() => document.querySelectorAll('[data-row]').length > 50);
      const before = await visibleRows(page);
      assert.ok(before.length > 5);
      await tower.order(anOrder('3001', [line('A', 1)]));
      const note = page.getByRole('button', { name: 'Show 1 new order' });
      await note.waitFor();
      assert.deepEqual(await visibleRows(page), before, 'live orders do not move the rows');

      const target = before[3]?.split(' ')[0] ?? '';
      await row(page, target).click();
      await page.getByRole('heading', { name: target }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: target }).waitFor({ state: 'detached' });
      assert.equal(await scrollTop(page), 900, 'after an opened order');

      await page
        .getByRole('link', { name: /^Cases/ })
        .first()
        .click();
      await page.getByRole('heading', { name: 'Nothing to decide' }).waitFor();
      await page.goBack();
      await row(page, target).waitFor();
      assert.equal(await scrollTop(page), 900, 'after another view');

      await page.reload();
      await row(page, target).waitFor();
      assert.equal(await scrollTop(page), 900, 'after a reload');
    }));

  test('the rows do not move when the counts come after the orders', async () => {
    let answer: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await tower.visit(
      '/orders',
      async (page) => {
        await row(page, '#1130').waitFor();
        const before = await visibleRows(page);
        assert.ok(before.length > 5);
        assert.equal(await page.locator('.chip').count(), 0, 'the counts are not there yet');
        answer();
        await page.getByRole('group', { name: 'Status' }).getByRole('button', { name: 'Finished' }).waitFor();
        assert.deepEqual(await visibleRows(page), before);
      },
      {
        prepare: async (page) => {
          await page.route('**/v1/overview', async (route) => {
            await asked;
            await route.continue();
          });
        },
      },
    );
  });

  test('new orders come in when the reader asks for them', () =>
    tower.visit('/orders', async (page) => {
      await row(page, '#1130').waitFor();
      await scrollTo(page, 500);
      await tower.order(anOrder('3002', [line('A', 1)]));
      await page.getByRole('button', { name: 'Show 1 new order' }).click();
      await row(page, '#3002').waitFor();
      assert.equal(await scrollTop(page), 0);
    }));

  test('older orders are read when the end comes near', () =>
    tower.visit('/orders', async (page) => {
      await row(page, '#1130').waitFor();
      assert.equal(await row(page, '#1001').count(), 0);
      await scrollTo(page, 1_000_000);
      await row(page, '#1001').waitFor();
      await page.getByText(/orders, no more$/).waitFor();
    }));

  test('everything is reached by the keyboard', () =>
    tower.visit('/orders', async (page) => {
      await row(page, '#2001').waitFor();
      const [first = '', second = ''] = await page.locator('[data-row]').allTextContents();
      await page.getByRole('group', { name: 'Status' }).waitFor();
      await page.keyboard.press('/');
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('type')), 'search');
      await page.keyboard.press('Escape');
      // From the header on, Tab comes to the first row, and only to that one.
      await page.evaluate(() => document.querySelector<HTMLElement>('.chips button:last-of-type')?.focus());
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), first);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), second);
      const outline = await page.evaluate(
        () => getComputedStyle(document.activeElement as Element, '::after').outlineStyle,
      );
      assert.equal(outline, 'solid', 'the focus is visible');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: second }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: second }).waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), second);
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Help' }).waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('3');
      await page.waitForURL(/\/connections$/);
    }));

  test('j and k move through the rows as soon as the page is shown, and are letters in a field', () =>
    tower.visit('/orders', async (page) => {
      await row(page, '#2001').waitFor();
      const [first = '', second = '', third = ''] = await page.locator('[data-row]').allTextContents();
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
      await page.keyboard.press('j');
      assert.equal(await focused(), first);
      await page.keyboard.press('j');
      assert.equal(await focused(), second);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: second }).waitFor();
      // From elsewhere one goes on from the row that is open.
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      await page.keyboard.press('ArrowDown');
      assert.equal(await focused(), third);
      await page.keyboard.press('/');
      await page.keyboard.type('jk');
      assert.equal(await page.getByRole('searchbox').inputValue(), 'jk');
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('type')), 'search');
    }));

  test('on a phone the focus goes into the order that covers the list, and back to its row', () =>
    tower.visit(
      '/orders',
      async (page) => {
        await row(page, '#2001').focus();
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: '#2001' }).waitFor();
        const inside = () =>
          page.evaluate(() => document.activeElement?.closest('.detail-pane')?.getAttribute('aria-label'));
        assert.equal(await inside(), 'Order');
        assert.equal(
          await row(page, '#2001').evaluate((link) => link.closest('[inert]') !== null),
          true,
          'what is covered is not reached',
        );
        await page.keyboard.press('Tab');
        assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Orders');
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: '#2001' }).waitFor({ state: 'detached' });
        assert.equal(await page.evaluate(() => document.activeElement?.textContent), '#2001');
      },
      { viewport: { width: 390, height: 844 } },
    ));

  test('a key is copied', () =>
    tower.visit(
      '/orders/shop/1001',
      async (page) => {
        await page.getByRole('button', { name: 'Copy the key of the order' }).click();
        await page.getByRole('button', { name: 'Copied' }).waitFor();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'shop/1001');
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    ));

  test('an order is held and resumed by somebody, with a reason', () =>
    tower.visit('/orders', async (page) => {
      await tower.hub.engine.setPaused('erp', true);
      try {
        await tower.order(anOrder('2004', [line('A', 1)]));
        await row(page, '#2004').click();
        await page.getByRole('button', { name: 'Hold …' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Why').fill('asked by the customer');
        await dialog.getByLabel('Your name').fill('Ada');
        await dialog.getByRole('button', { name: 'Hold the order' }).click();
        await page.getByRole('button', { name: 'Resume …' }).waitFor();
        await page.getByText('asked by the customer').first().waitFor();
        await page.getByRole('button', { name: 'Resume …' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Resume the order' }).click();
        await page.getByRole('button', { name: 'Hold …' }).waitFor();
      } finally {
        await tower.hub.engine.setPaused('erp', false);
      }
      await tower.reached('shop/2004', 'closed');
    }));
});
