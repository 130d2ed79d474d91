/** Cases and connections in the page: a fix finishes the order, a skip is written down, a pause holds a lane. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anOrder, aRetailer, line, stockDelivery } from '../support/builders.ts';
import { browserSuite, startTower, type Tower } from './support.ts';

browserSuite('cases and connections in the page', () => {
  let tower: Tower;
  /** The ERP refuses orders with these names until somebody mends it. */
  const refused = new Set<string>();
  before(async () => {
    const config = aRetailer({
      connections: aRetailer().connections.map((connection) =>
        connection.id === 'shop'
          ? { ...connection, sameCodes: ['tax-code', 'gateway', 'location'] }
          : connection,
      ),
    });
    tower = await startTower({
      config,
      hooks: {
        perform: (command) =>
          command.kind === 'erp.createSalesOrder' && refused.has(command.body.orderName)
            ? {
                status: 'rejected',
                code: 'ITEM_BLOCKED',
                message: 'the item is blocked',
                suggestedFix: 'Unblock the item in the ERP',
              }
            : undefined,
      },
    });
    await tower.deliver('stock', stockDelivery('A', 'WH', 100));
    await putMapping(tower, 'known', 'A');
  });
  after(() => tower?.close());

  test('a missing mapping is given in the case, and the order finishes', async () => {
    await tower.order(anOrder('1', [line('theirs', 1)]));
    await tower.reached('shop/1', 'stopped');
    await tower.visit('/cases', async (page) => {
      await page.getByRole('link', { name: 'Unmapped SKU', exact: true }).click();
      await page.getByRole('heading', { name: 'Unmapped SKU' }).waitFor();
      await page.getByLabel('Our SKU for theirs of shop').fill('A');
      await page.getByLabel('Your name').fill('Ada');
      await page.getByRole('button', { name: 'Save the mapping' }).click();
      await page.getByText(/^Closed/).waitFor();
      await page.getByRole('link', { name: 'Order #1' }).click();
      await page.getByRole('heading', { name: '#1' }).waitFor();
      await page
        .getByRole('list', { name: 'Stages' })
        .locator('[aria-current]', { hasText: 'Closed' })
        .waitFor();
    });
    await tower.reached('shop/1', 'closed');
  });

  test('after a fix elsewhere, trying again finishes the order', async () => {
    refused.add('#2');
    await tower.order(anOrder('2', [line('known', 1)]));
    await tower.visit('/orders/shop/2', async (page) => {
      await page.getByText('the item is blocked').first().waitFor();
      await page.getByText('Unblock the item in the ERP').first().waitFor();
      // Not mended yet: the case comes back, or stays.
      await page.getByRole('button', { name: /^Try again/ }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Your name').fill('Ada');
      await dialog.getByRole('button', { name: 'Try again' }).click();
      await page.getByText(/asked to try again/).waitFor();
      await page.getByText('Ada').first().waitFor();
      await page.getByText('the item is blocked').first().waitFor();
      refused.delete('#2');
      await page.getByRole('button', { name: /^Try again/ }).click();
      await page
        .getByRole('list', { name: 'Stages' })
        .locator('[aria-current]', { hasText: 'Closed' })
        .waitFor();
    });
    await tower.reached('shop/2', 'closed');
  });

  test('a case is skipped with a reason, and stands among the closed ones with who did it', async () => {
    refused.add('#3');
    await tower.order(anOrder('3', [line('known', 1)]));
    await tower.visit('/cases', async (page) => {
      await page.getByRole('link', { name: 'ERP rejected', exact: true }).click();
      await page.getByRole('button', { name: /^Skip/ }).click();
      const dialog = page.getByRole('dialog', { name: 'Skip this case?' });
      await dialog.getByLabel('Your name').fill('Grace');
      await dialog.getByRole('button', { name: 'Skip the case' }).click();
      assert.equal(await dialog.isVisible(), true, 'a reason is required');
      await dialog.getByLabel('Why it is right as it is').fill('booked by hand');
      await dialog.getByRole('button', { name: 'Skip the case' }).click();
      await page.getByText(/^Closed .* by Grace/).waitFor();
      await page.getByRole('link', { name: 'Cases', exact: true }).last().click();
      await page.getByRole('heading', { name: 'Nothing to decide' }).waitFor();
      await page.getByText('Closed', { exact: true }).click();
      await page.getByRole('link', { name: 'ERP rejected', exact: true }).first().waitFor();
    });
    const [row] = await tower.hub.database.query(
      "select closed_by from business_case where key = 'shop/3' and status = 'closed'",
    );
    assert.equal((row as { closed_by: string }).closed_by, 'Grace');
  });

  test('cases of a reason are tried again together', async () => {
    for (const id of ['11', '12', '13']) refused.add(`#${id}`);
    for (const id of ['11', '12', '13']) await tower.order(anOrder(id, [line('known', 1)]));
    await tower.visit('/cases?reason=erp-rejected', async (page) => {
      await page.getByRole('button', { name: 'Try all 3 again …' }).waitFor();
      refused.clear();
      await page.getByRole('button', { name: 'Try all 3 again …' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Your name').fill('Ada');
      await dialog.getByRole('button', { name: 'Try all again' }).click();
      await page.getByText('3 cases tried again').waitFor();
    });
    for (const id of ['11', '12', '13']) await tower.reached(`shop/${id}`, 'closed');
  });

  test('the raw message of a case is shown as it came', async () => {
    await tower.order(anOrder('21', [line('nowhere', 1)]));
    await tower.visit('/cases', async (page) => {
      await page.getByRole('link', { name: 'Unmapped SKU', exact: true }).waitFor();
      // The keys of the list work without a click into it.
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Show the raw message' }).click();
      await page.locator('pre', { hasText: '"channelOrderId": "21"' }).waitFor();
    });
  });

  test('a paused connection keeps its commands until it is resumed', async () => {
    await tower.visit('/connections', async (page) => {
      const erp = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'erp' }) });
      await erp.getByRole('button', { name: 'Pause erp' }).click();
      await erp.getByText('paused', { exact: true }).waitFor();
      await tower.order(anOrder('31', [line('known', 1)]));
      await erp.locator('dd', { hasText: /^1$/ }).first().waitFor();
      await erp.getByRole('button', { name: 'Resume erp' }).click();
      await erp.getByText('runs', { exact: true }).waitFor();
      await tower.reached('shop/31', 'closed');
      await erp.locator('dd', { hasText: /^0$/ }).first().waitFor();
      await erp.getByRole('button', { name: 'Check erp' }).click();
      await erp.getByText('Works: here').waitFor();
    });
  });
});

async function putMapping(tower: Tower, external: string, internal: string): Promise<void> {
  const response = await fetch(`${tower.hub.apiUrl}/v1/mappings`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${tower.hub.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ by: 'test', rows: [{ kind: 'sku', connection: 'shop', external, internal }] }),
  });
  assert.equal(response.status, 200, await response.text());
}
