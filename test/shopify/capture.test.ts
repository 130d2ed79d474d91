/** The hub captures what was authorised at a store, shipment by shipment, and never more nor twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, Outcome } from '../../src/connectors/contract.ts';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { type ShopHub, type ShopHubOptions, startShopHub } from '../support/shop-hub.ts';
import { findingsInside } from '../support/sound.ts';
import { standInDelivery } from '../support/stand-in.ts';

type Release = Extract<Command, { kind: 'fulfilment.release' }>;

const READ = `query ($id: ID!) { order(id: $id) { displayFinancialStatus capturable
  transactions(first: 9) { kind status amountSet { presentmentMoney { amount } } } } }`;

/** A hub that captures on shipment, and a warehouse that ships what the test says, when it says so. */
async function open(place: { url?: string; dataDir?: string }, options: ShopHubOptions = {}) {
  const releases: Release[] = [];
  const perform = (command: Command): Outcome | undefined => {
    if (command.kind !== 'fulfilment.release') return undefined;
    releases.push(command);
    return { status: 'done', result: { externalId: `X${releases.length}` } };
  };
  const hub = await startShopHub(place, {
    connection: { capture: 'onShipment' },
    settings: { pollEveryMs: 48 * 3_600_000 },
    hooks: { perform },
    store: { multiCapture: true },
    ...options,
  });
  let parcels = 0;
  const settle = async () => {
    // What the store tells is taken in, and what follows from it is told by the store again.
    for (let round = 0; round < 4; round += 1) {
      await hub.takeWebhooks();
      await hub.settle();
    }
  };
  return {
    hub,
    settle,
    async place(spec = anOrderSpec({ payment: 'authorised' })): Promise<string> {
      const id = hub.shop.store.placeOrder(spec);
      await settle();
      assert.equal(releases.length, 1, 'it is released on the authorisation');
      return id;
    },
    /** Units of a SKU leave the warehouse. */
    async ship(sku: string, quantity: number): Promise<void> {
      const { body } = releases[0] as Release;
      const line = body.lines.find((each) => each.item === sku);
      assert.ok(line);
      parcels += 1;
      const message = {
        type: 'fulfilment.shipped' as const,
        releaseId: body.releaseId,
        shipmentId: `S${parcels}`,
        lines: [{ lineId: line.lineId, quantity }],
        tracking: null,
        at: hub.clock.nowIso(),
      };
      hub.clock.advanceTo(hub.clock.now() + 60_000);
      await hub.put('wms', standInDelivery({ stream: 'order', key: body.reference, persons: [], message }));
      await settle();
    },
    async money(id: string): Promise<{ status: string; moved: string[] }> {
      const { data } = await hub.shop.call(READ, { id: `gid://shopify/Order/${id}` });
      const { displayFinancialStatus, transactions } = data.order;
      const moved = transactions.map(
        (each: { kind: string; amountSet: { presentmentMoney: { amount: string } } }) =>
          `${each.kind} ${each.amountSet.presentmentMoney.amount}`,
      );
      return { status: displayFinancialStatus, moved };
    },
  };
}

const captures = async (hub: ShopHub): Promise<string[]> =>
  (await hub.commands()).filter((each) => each.startsWith('channel.capturePayment'));

for (const kind of databases())
  test(`where a store takes several captures, each parcel's value is captured when it leaves (${kind})`, () =>
    withDatabase(kind, async (at) => {
      const { hub, place, ship, money, settle } = await open(at);
      try {
        const id = await place();
        assert.deepEqual(await captures(hub), []);
        await ship('NL-1', 2);
        assert.deepEqual(await money(id), {
          status: 'PARTIALLY_PAID',
          moved: ['AUTHORIZATION 59.85', 'CAPTURE 20.0'],
        });
        await ship('NL-1', 1);
        await ship('NL-2', 1);
        assert.deepEqual(await money(id), {
          status: 'PAID',
          moved: ['AUTHORIZATION 59.85', 'CAPTURE 20.0', 'CAPTURE 10.0', 'CAPTURE 29.85'],
        });
        assert.deepEqual(await captures(hub), Array(3).fill('channel.capturePayment done'));
        await hub.pass(8 * 86_400_000);
        await settle();
        assert.equal((await hub.order(id))?.status, 'closed');
        assert.equal((await captures(hub)).length, 3);
        assert.equal(hub.shop.store.standing(id).paidMinor, 5985);
        assert.deepEqual(hub.errors, []);
        assert.deepEqual(await findingsInside(hub.database), []);
      } finally {
        await hub.close();
      }
    }));

test('where it takes one, all is captured with the first parcel', () =>
  withDatabase('pglite', async (at) => {
    const { hub, place, ship, money } = await open(at, { store: {} });
    try {
      const id = await place();
      await ship('NL-1', 1);
      await ship('NL-1', 2);
      await ship('NL-2', 1);
      assert.deepEqual(await money(id), { status: 'PAID', moved: ['AUTHORIZATION 59.85', 'CAPTURE 59.85'] });
      assert.deepEqual(await captures(hub), ['channel.capturePayment done']);
      assert.equal((await hub.order(id))?.status, 'closed');
    } finally {
      await hub.close();
    }
  }));

test('what the merchant has captured of it by hand is not captured again', () =>
  withDatabase('pglite', async (at) => {
    const { hub, place, ship, money } = await open(at);
    try {
      const id = await place();
      const { data } = await hub.shop.call(
        `{ order(id: "gid://shopify/Order/${id}") { transactions(first: 1) { id } } }`,
      );
      const input = {
        id: `gid://shopify/Order/${id}`,
        parentTransactionId: data.order.transactions[0].id,
        amount: '25.00',
      };
      const made = await hub.shop.call(
        `mutation ($input: OrderCaptureInput!) { orderCapture(input: $input) { userErrors { message } } }`,
        { input },
      );
      assert.deepEqual(made.data.orderCapture.userErrors, []);
      await ship('NL-1', 2);
      await ship('NL-1', 1);
      await ship('NL-2', 1);
      assert.deepEqual(await money(id), {
        status: 'PAID',
        moved: ['AUTHORIZATION 59.85', 'CAPTURE 25.0', 'CAPTURE 5.0', 'CAPTURE 29.85'],
      });
    } finally {
      await hub.close();
    }
  }));
