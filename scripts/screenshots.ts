/**
 * Makes the pictures of the control tower in docs/images again: from a hub with the sandbox retailer around it, once its first
 * order has shipped in part and it has a few cases. Needs Chromium. Usage: npm run screenshots
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { root } from '../bin/runtime.js';
import type { CaseList, OrderList, OrderStory } from '../src/gateway/api-types.ts';

const BROWSER = process.env.CROSSDOCK_TEST_CHROMIUM ?? '/usr/bin/chromium';
const IMAGES = join(root, 'docs', 'images');
/** The sandbox's people need minutes to pick and pack. */
const PATIENCE_MS = 10 * 60_000;
const SEED = '7';
const ORDERS_PER_MINUTE = '60';

const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-screenshots-'));
const { hub, apiUrl } = await startHub();
try {
  const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
  const story = await firstShippedInPart(apiUrl, token);
  const { cases } = await ask<CaseList>(apiUrl, token, '/v1/cases?reason=unmapped-sku');
  await takePictures(`${apiUrl}`, token, story.key, cases[0]?.id ?? '');
} finally {
  hub.kill('SIGTERM');
  await new Promise((resolve) => hub.once('exit', resolve));
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
}

async function startHub(): Promise<{ hub: ChildProcess; apiUrl: string }> {
  const hub = spawn(
    process.execPath,
    [
      join(root, 'bin', 'crossdock.js'),
      'start',
      '--sandbox',
      ...['--data', dataDir, '--api-port', '0', '--webhook-port', '0', '--json'],
      ...['--seed', SEED, '--orders-per-minute', ORDERS_PER_MINUTE],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const line = await new Promise<string>((resolve, reject) => {
    let printed = '';
    hub.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes('\n')) resolve(printed);
    });
    hub.once('exit', (code) => reject(new Error(`The hub ended with exit code ${code}.`)));
  });
  return { hub, apiUrl: (JSON.parse(line) as { apiUrl: string }).apiUrl };
}

/** The first order of the demonstration: three items from two places, shipped on different days. */
async function firstShippedInPart(apiUrl: string, token: string): Promise<OrderStory> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += 2_000) {
    await pause(2_000);
    const found = await ask<OrderList>(
      apiUrl,
      token,
      '/v1/orders?text=%231001&connection=shopify-northlight',
    );
    const [order] = found.orders.filter((each) => each.title === '#1001');
    if (!order) continue;
    const story = await ask<OrderStory>(apiUrl, token, `/v1/orders/${encodeURIComponent(order.key)}`);
    const unmapped = await ask<CaseList>(apiUrl, token, '/v1/cases?reason=unmapped-sku');
    if ((story.summary?.shipments.length ?? 0) > 0 && unmapped.cases.length > 0) return story;
  }
  throw new Error(
    'The sandbox has shipped nothing of its first order, or has no order with an unmapped SKU.',
  );
}

async function ask<Answer>(apiUrl: string, token: string, path: string): Promise<Answer> {
  const response = await fetch(new URL(path, apiUrl), { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

async function takePictures(apiUrl: string, token: string, orderKey: string, caseId: string): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  const wide = { width: 1280, height: 800 };
  const phone = { width: 390, height: 844 };
  const order = `/orders/${orderKey}`;
  const take = async (
    name: string,
    path: string,
    ready: (page: Page) => Promise<void>,
    { viewport = wide, colorScheme = 'light' as 'light' | 'dark' } = {},
  ) => {
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(`${apiUrl}${path}#token=${token}`);
    await page.getByText('Live', { exact: true }).waitFor();
    await ready(page);
    await page.screenshot({ path: join(IMAGES, `${name}.png`) });
    await context.close();
    console.log(`docs/images/${name}.png`);
  };
  const listed = (page: Page) => page.locator('[data-row]').nth(10).waitFor();
  const told = async (page: Page) => {
    await listed(page);
    await page.getByRole('region', { name: 'Timeline' }).waitFor();
  };
  const toTimeline = async (page: Page) => {
    await page.getByRole('region', { name: 'Timeline' }).waitFor();
    await page
      .getByRole('heading', { name: 'Timeline' })
      .evaluate((heading) => heading.scrollIntoView({ block: 'start' }));
  };
  try {
    await take('tower-order', order, told);
    await take('tower-order-dark', order, told, { colorScheme: 'dark' });
    await take('tower-timeline', order, async (page) => {
      await listed(page);
      await toTimeline(page);
    });
    await take('tower-case', `/cases/${caseId}`, (page) => page.getByText('What would fix it').waitFor());
    await take('tower-connections', '/connections', (page) =>
      page.getByRole('heading', { name: 'erp' }).waitFor(),
    );
    await take('tower-phone', '/orders', listed, { viewport: phone });
    await take('tower-phone-timeline', order, toTimeline, { viewport: phone, colorScheme: 'dark' });
  } finally {
    await browser.close();
  }
}
