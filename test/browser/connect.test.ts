/** A store is connected by the page, by both kinds of access, and removed again. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Connector } from '../../src/connectors/contract.ts';
import { shopify } from '../../src/connectors/shopify/index.ts';
import { startStore, type TestStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import { SUBSCRIBED_TOPICS } from '../../src/connectors/shopify/subscriptions.ts';
import { aRetailer } from '../support/builders.ts';
import { assertAccessible } from './accessibility.ts';
import { browserSuite, startTower, type Tower } from './support.ts';

const PHONE = { viewport: { width: 390, height: 844 } };
const SECRET = 'a client secret';

browserSuite('connecting a store by the page', () => {
  let tower: Tower;
  let shop: TestStore;
  before(async () => {
    shop = await startStore();
    tower = await startTower({
      config: aRetailer({ webhooksUrl: 'http://127.0.0.1:9' }),
      connectors: [shopify as Connector],
    });
  });
  after(async () => {
    await tower?.close();
    await shop?.close();
  });
  const subscribed = async () =>
    (await shop.call('{ webhookSubscriptionsCount { count } }')).data.webhookSubscriptionsCount.count;

  async function fill(page: Page, secret: string): Promise<void> {
    await page.getByLabel('Store', { exact: true }).fill('one');
    await page.getByLabel('Client ID').fill('client');
    await page.getByLabel('Client secret').fill(secret);
    await page.getByText('More', { exact: true }).click();
    await page.getByLabel('Address of its API').fill(shop.store.baseUrl);
  }

  async function remove(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'To the connections' }).click();
    await page.getByRole('button', { name: 'Remove … shopify-one' }).click();
    await assertAccessible(page, 'the question whether to remove it');
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByText('shopify-one is removed; its orders and their stories stay.').waitFor();
    await page.getByRole('heading', { name: 'shopify-one', exact: true }).waitFor({ state: 'detached' });
    assert.equal(await subscribed(), 0);
    assert.equal(tower.hub.engine.connections.has('shopify-one'), false);
  }

  test('by client credentials: a wrong secret is told, the right one connects', () =>
    tower.visit(
      '/connections',
      async (page) => {
        await page.getByRole('link', { name: 'Connect a store' }).click();
        await page.getByRole('heading', { name: 'Connect a Shopify store' }).waitFor();
        await assertAccessible(page, 'the form');
        await fill(page, 'a wrong one');
        await page.getByRole('button', { name: 'Connect', exact: true }).click();
        await page
          .getByRole('alert')
          .getByText(/no access token.*Nothing was written/)
          .waitFor();
        assert.equal(tower.hub.engine.connections.has('shopify-one'), false);
        await page.getByLabel('Client secret').fill(SECRET);
        await page.getByRole('button', { name: 'Connect', exact: true }).click();
        await page.getByRole('heading', { name: 'shopify-one is connected' }).waitFor();
        await page.getByText(/told to send orders\/create/).waitFor();
        await assertAccessible(page, 'what has come of it');
        assert.ok(!(await page.content()).includes(SECRET), 'the secret is not shown again');
        assert.equal(await subscribed(), SUBSCRIBED_TOPICS.length);
        await remove(page);
      },
      { expected: /status of 502/ },
    ));

  test('by a merchant’s consent: the browser comes back to the page, on a phone', () =>
    tower.visit(
      '/connections/new',
      async (page) => {
        await page.getByLabel(/the merchant authorises/).check();
        await page.getByText(/connections\/authorised/).waitFor();
        await fill(page, SECRET);
        await assertAccessible(page, 'the form on a phone');
        await page.getByRole('button', { name: 'Go to the store to agree' }).click();
        await page.getByRole('heading', { name: 'shopify-one is connected' }).waitFor();
        assert.equal(new URL(page.url()).search, '', 'the code leaves the address');
        await assertAccessible(page, 'what has come of it on a phone');
        await remove(page);
      },
      PHONE,
    ));

  test('an answer that this hub has not asked for is refused', () =>
    tower.visit(
      '/connections/authorised?code=code_forged&state=unknown&shop=one.myshopify.com',
      async (page) => {
        await page
          .getByRole('alert')
          .getByText(/no answer to a question of this hub/)
          .waitFor();
        await page.getByRole('link', { name: 'Begin again' }).waitFor();
      },
      { expected: /status of 422/ },
    ));
});
