/** A real hub with its page, and a real browser in front of it. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { Clock } from '../../src/base/clock.ts';
import type { Connector, Delivery } from '../../src/connectors/contract.ts';
import type { Order } from '../../src/domain/canonical/index.ts';
import type { RetailerConfig } from '../../src/domain/config.ts';
import { type Hub, startHub } from '../../src/main.ts';
import { aRetailer, orderDelivery } from '../support/builders.ts';
import { until } from '../support/engine.ts';
import { type StandInHooks, standInConnector } from '../support/stand-in.ts';

const BROWSERS = [
  process.env.CROSSDOCK_TEST_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const executablePath = BROWSERS.find((path) => path && existsSync(path));

/** A suite that needs a browser: without one it is one skipped test, and says so loudly. */
export function browserSuite(name: string, define: () => void): void {
  if (executablePath) {
    describe(name, define);
    return;
  }
  const message =
    'no Chromium found: apt-get install chromium, or name one in CROSSDOCK_TEST_CHROMIUM. The page is not tested.';
  console.error(`SKIPPED: ${message}`);
  test(name, { skip: message });
}

export interface Tower {
  hub: Hub;
  browser: Browser;
  /** The address of a view, with the token. */
  at(path: string): string;
  /** Takes deliveries in by the same path as webhooks. */
  deliver(connection: string, ...deliveries: Delivery[]): Promise<void>;
  order(order: Order): Promise<void>;
  /** Waits until an order has reached a status. */
  reached(key: string, status: string): Promise<void>;
  /**
   * Opens a view in a browser of its own, does `work` there, and fails when the page wrote an error into its console.
   * `expected`: errors that belong to the test.
   */
  visit(path: string, work: (page: Page) => Promise<void>, options?: VisitOptions): Promise<void>;
  close(): Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  expected?: RegExp;
  /** False: without the token. */
  signedIn?: boolean;
  /** Runs before the first request. */
  prepare?: (page: Page) => Promise<void>;
}

/** Waiting for the page; a loaded machine is slow, an error is not waited out for ever. */
const WAIT_MS = 20_000;

export async function startTower(
  options: {
    hooks?: StandInHooks;
    config?: RetailerConfig;
    /** Beside the stand-in; the configuration stands in a file then, which the page may change. */
    connectors?: readonly Connector[];
    clock?: Clock;
  } = {},
): Promise<Tower> {
  // Built anew only where its sources have changed.
  await import('../../scripts/tower.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-tower-'));
  const errors: string[] = [];
  const config = options.config ?? aRetailer();
  const configFile = join(dataDir, 'crossdock.json');
  if (options.connectors) writeFileSync(configFile, JSON.stringify({ config }));
  const hub = await startHub({
    config,
    ...(options.connectors ? { configFile } : {}),
    database: { dataDir: join(dataDir, 'database') },
    dataDir,
    clock: options.clock ?? new Clock(Date.parse('2026-10-01T09:00:00Z')),
    connectors: [standInConnector(options.hooks), ...(options.connectors ?? [])],
    log: (level, message, details) => {
      if (level === 'error') errors.push(`${message} ${JSON.stringify(details)}`);
    },
  });
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  const at = (path: string) => `${hub.apiUrl}${path}#token=${hub.token}`;
  const deliver: Tower['deliver'] = async (connection, ...deliveries) => {
    await Promise.all(
      deliveries.map((delivery) =>
        hub.engine.intake.receive({ connection, delivery, deliveryId: null, eventId: null }),
      ),
    );
  };
  return {
    hub,
    browser,
    at,
    deliver,
    order: (order) => deliver('shop', orderDelivery(order)),
    reached: (key, status) =>
      until(`order ${key} to be ${status}`, async () => {
        const [row] = await hub.database.query<{ status: string }>(
          "select status from stream where kind = 'order' and key = $1",
          [key],
        );
        return row?.status === status;
      }),
    async visit(path, work, { expected, signedIn = true, prepare, ...context } = {}) {
      const opened = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...context });
      opened.setDefaultTimeout(WAIT_MS);
      const said: string[] = [];
      opened.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
      });
      opened.on('weberror', (error) => said.push(String(error.error().stack)));
      try {
        const page = await opened.newPage();
        await prepare?.(page);
        await page.goto(signedIn ? at(path) : `${hub.apiUrl}${path}`);
        await work(page);
      } finally {
        await opened.close();
      }
      assert.deepEqual(
        said.filter((text) => !expected?.test(text)),
        [],
        'the page wrote errors into its console',
      );
      assert.deepEqual(errors, [], 'the hub logged errors');
    },
    async close() {
      await browser.close();
      await hub.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
