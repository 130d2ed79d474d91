/** The room of returns: one is requested, approved, received, inspected, and refunded when another person than the first agrees. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Command } from '../../src/connectors/contract.ts';
import type { Return } from '../../src/domain/canonical/index.ts';
import { anOrder, aRetailer, line, stockDelivery } from '../support/builders.ts';
import { aReturn, RETURN_KEY } from '../support/returns.ts';
import { standInDelivery } from '../support/stand-in.ts';
import { assertAccessible } from './accessibility.ts';
import { browserSuite, startTower, type Tower } from './support.ts';

/** Pictures for people to look at, where a place for them is named. */
const SHOTS = process.env.CROSSDOCK_TEST_SHOTS;
async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `returns-${name}.png`) });
}

browserSuite('the room of returns', () => {
  let tower: Tower;
  const asked: string[] = [];
  const base = aRetailer();
  before(async () => {
    tower = await startTower({
      config: {
        ...base,
        locations: base.locations.map((each) => ({
          ...each,
          announceReturns: true,
          returnsBy: 'fulfilment' as const,
        })),
      },
      hooks: { onEffect: ({ kind }: Command) => void asked.push(kind) },
    });
    await tower.deliver('stock', stockDelivery('MUG-BLUE', 'WH', 10));
    await tower.order(anOrder('1', [line('MUG-BLUE', 3, 1190, 'A-line')]));
    await tower.reached('shop/1', 'closed');
  });
  after(() => tower?.close());

  const see = (content: Return, read: number) =>
    tower.deliver(
      'shop',
      standInDelivery({
        stream: 'return',
        key: RETURN_KEY,
        persons: [],
        message: { type: 'return.snapshot', return: content, read },
      }),
    );
  const about = { announcementId: `${RETURN_KEY}#WH`, at: '2026-10-05T08:00:00.000Z' };
  const decide = async (page: Page, act: string, name: string) => {
    await page.getByRole('button', { name: `${act} …` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your name').fill(name);
    await shoot(page, `${act}-${name}`.toLowerCase());
    await dialog.getByRole('button', { name: act, exact: true }).click();
  };

  test('from the request to the refund that a second person agrees to', () =>
    tower.visit(
      '/returns',
      async (page) => {
        await page.getByText('No returns yet').waitFor();
        await see(aReturn({ status: 'requested', approvedAt: null }), 1);
        await page.getByRole('link', { name: '#1-R1' }).click();
        const detail = page.getByRole('article');
        await detail.getByText('Requested · 2 units').waitFor();
        await assertAccessible(page, 'returns');
        await decide(page, 'Approve', 'Anna');
        await page.getByText(/is asked to approve/).waitFor();
        await see(aReturn(), 2);
        await detail.getByText('Approved · 2 units').waitFor();
        await shoot(page, 'approved');

        await tower.deliver(
          'wms',
          standInDelivery({
            stream: 'return',
            key: RETURN_KEY,
            persons: [],
            message: {
              type: 'return.received',
              ...about,
              receiptId: 'P1',
              lines: [{ lineId: 'RL1', quantity: 2 }],
            },
          }),
        );
        await detail.getByText('2 back, 0 inspected').waitFor();
        await tower.deliver(
          'wms',
          standInDelivery({
            stream: 'return',
            key: RETURN_KEY,
            persons: [],
            message: {
              type: 'return.inspected',
              ...about,
              inspectionId: 'I1',
              lines: [
                { lineId: 'RL1', quantity: 1, disposition: 'restock' },
                { lineId: 'RL1', quantity: 1, disposition: 'damaged' },
              ],
            },
          }),
        );
        await detail.getByText('2 back, 2 inspected').waitFor();
        await shoot(page, 'looked-at');
        await detail.getByText('1 damaged, Warehouse, says the fulfilment system').waitFor();
        await assertAccessible(page, 'returns');
        await shoot(page, 'inspected');

        await decide(page, 'Refund', 'Anna');
        await detail.getByText('23.80 EUR: waits for consent (1 of 2: Anna)').waitFor();
        await decide(page, 'Approve', 'anna');
        await page.getByText(/another person approves it/).waitFor();
        assert.ok(!asked.includes('channel.refund'), 'she alone is not enough');
        await shoot(page, 'waits');
        await decide(page, 'Approve', 'Ben');
        await detail.getByText('23.80 EUR: made').waitFor();
        await assertAccessible(page, 'returns');
        await shoot(page, 'refunded');
        assert.equal(asked.filter((kind) => kind === 'channel.refund').length, 1);
      },
      { expected: /409/ },
    ));

  test('on a phone the return covers the list, and nothing runs out of the window', () =>
    tower.visit(
      `/returns/${encodeURIComponent(RETURN_KEY)}`,
      async (page) => {
        await page.getByRole('heading', { name: '#1-R1' }).waitFor();
        await page.getByText('23.80 EUR: made').waitFor();
        await shoot(page, 'phone');
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
        await page.getByRole('link', { name: 'All returns' }).click();
        await page.getByRole('link', { name: '#1-R1' }).waitFor();
        await shoot(page, 'phone-list');
      },
      { viewport: { width: 390, height: 800 } },
    ));
});
