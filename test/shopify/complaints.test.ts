/**
 * What users of other connectors complain about, of orders, webhooks and limits: each has a test that is named after it, here or
 * beside what it tests. Those of stock, money and payouts come with what they are about.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Command } from '../../src/connectors/contract.ts';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { withDatabase } from '../harness/database.ts';
import { type ShopHub, startShopHub } from '../support/shop-hub.ts';

/** Public issues, and what was seen in a trial of another hub. */
const COMPLAINTS = [
  'openlinker#906',
  'BCApps#6138',
  'BCApps PR#8554',
  'BCApps PR#9112',
  'frappe#154',
  'frappe#12',
  'frappe/erpnext#43143',
  'frappe PR#425',
  'ALAppExtensions#26516',
  'BCApps#9146',
  '#10417',
  'gnikyt/laravel-shopify#936',
  'craftcms/shopify#224',
  'frappe#373',
  'a trial: a create that was reset is made again',
  'a trial: an outage of a minute leaves orders failed',
  'a trial: orders that share a second at a page’s edge are lost',
  'a trial: an order killed half-way stands still',
];

test('each complaint has a test that is named after it', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const names = ['src', 'test'].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .flatMap((file) => [...readFileSync(`${root}${folder}/${file}`, 'utf8').matchAll(NAME)])
      .map(([, name]) => name),
  );
  assert.deepEqual(
    COMPLAINTS.filter((complaint) => !names.some((name) => name?.includes(complaint))),
    [],
  );
});
const NAME = /\b(?:test|it|describe)\(\s*['`"](.+)/g;

interface Books {
  hub: ShopHub;
  /** What the ERP was told, in order. */
  told<Kind extends Command['kind']>(kind: Kind): Extract<Command, { kind: Kind }>['body'][];
}

/** A hub with an ERP that writes down what it is told. */
async function withBooks(act: (books: Books) => Promise<void>): Promise<void> {
  await withDatabase('pglite', async (place) => {
    const effects: Command[] = [];
    const hub = await startShopHub(place, { hooks: { onEffect: (command) => void effects.push(command) } });
    try {
      const told = (kind: string) => effects.filter((each) => each.kind === kind).map(({ body }) => body);
      await act({ hub, told: told as Books['told'] });
    } finally {
      await hub.close();
    }
  });
}

/** Takes in what the store has told, and lets it be worked on. */
async function goOn(hub: ShopHub): Promise<void> {
  await hub.pass(60_000);
  for (let round = 0; round < 2; round += 1) {
    await hub.takeWebhooks();
    await hub.settle();
  }
}

describe('what comes back', () => {
  test('BCApps PR#8554: an exchange does not double the customer’s balance: goods are booked gross, money net', () =>
    withBooks(async ({ hub, told }) => {
      const id = hub.shop.store.placeOrder(anOrderSpec());
      await goOn(hub);
      const add = {
        ...(anOrderSpec().lines[0] as NonNullable<ReturnType<typeof anOrderSpec>['lines'][number]>),
      };
      assert.equal(hub.shop.store.exchange?.(id, { line: { index: 0, quantity: 1 }, add }), true);
      await goOn(hub);
      const [placed] = told('erp.createSalesOrder');
      const [amended] = told('erp.amendSalesOrder');
      const refunds = told('erp.recordRefund');
      assert.ok(placed && amended && refunds.length === 1);
      const [{ cashMinor, credits } = { cashMinor: -1, credits: [] }] = refunds;
      const added = amended.totalMinor - placed.totalMinor;
      const credited = credits.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
      assert.deepEqual([added, credited, cashMinor], [3000, 1000, 0]);
      const [order] = hub.shop.store.books().orders;
      assert.equal(amended.totalMinor - credited, order?.capturedMinor, 'nothing is owed any more');
      assert.deepEqual((await hub.order(id))?.cases, {});
    }));

  test('BCApps PR#9112: a refund that is seen while its money is on its way gives no credit of zero', () =>
    withBooks(async ({ hub, told }) => {
      const id = hub.shop.store.placeOrder(anOrderSpec());
      await goOn(hub);
      const refund = hub.shop.store.refund(id, {
        lines: [{ index: 0, quantity: 1 }],
        shipping: false,
        pending: true,
      });
      assert.ok(refund);
      await goOn(hub);
      assert.deepEqual(told('erp.recordRefund'), [], 'nothing is booked of it yet');
      hub.shop.store.settleRefund(id, refund, 'succeeded');
      await goOn(hub);
      await hub.engine.pollNow('shop');
      await goOn(hub);
      const booked = told('erp.recordRefund').map(({ cashMinor, credits }) => [
        cashMinor,
        credits.map(({ quantity, amountMinor }) => [quantity, amountMinor]),
      ]);
      assert.deepEqual(booked, [[1000, [[1, 1000]]]]);
    }));
});

test('a trial: a create that was reset is made again and stands twice; here it is looked up, and stands once', () =>
  withDatabase('pglite', async (place) => {
    const made: string[] = [];
    const hub = await startShopHub(place, {
      hooks: {
        perform: (command) => {
          if (command.kind !== 'erp.createSalesOrder') return undefined;
          made.push(command.key);
          return { status: 'unknown', message: 'the connection was reset' };
        },
        lookUp: (command) =>
          made.includes(command.key)
            ? { status: 'found', result: { salesOrderId: 'SO1', number: 'SO-1' } }
            : { status: 'absent' },
      },
    });
    try {
      const ids = [1, 2, 3, 4, 5].map(() => hub.shop.store.placeOrder(anOrderSpec()));
      for (let minute = 0; minute < 5; minute += 1) await goOn(hub);
      assert.equal(made.length, ids.length, 'each was asked for once');
      for (const id of ids) assert.equal((await hub.order(id))?.erp.status, 'open');
    } finally {
      await hub.close();
    }
  }));
