/**
 * Going live: older orders are known and cause no command; those that are open are taken over once, with a proof, and a sales
 * order that another connector has made of one is adopted, not made again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, Outcome } from '../../src/connectors/contract.ts';
import { anOrderSpec, type TestStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import { ImportReport } from '../../src/gateway/schemas/imports.ts';
import { TakeoverReport } from '../../src/gateway/schemas/takeover.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { stockDelivery } from '../support/builders.ts';
import { type ShopHub, startShopHub } from '../support/shop-hub.ts';
import { findingsInside } from '../support/sound.ts';

const PATH = '/v1/connections/shop/takeover';
const GO_LIVE = '2026-12-01T00:00:00Z';

/** Another connector ships a unit; the fulfilment's id. */
async function shipOne(shop: TestStore, channelOrderId: string): Promise<string> {
  const found = await shop.call(
    `query ($id: ID!) { order(id: $id) { fulfillmentOrders(first: 1) { nodes { id lineItems(first: 1) { nodes { id } } } } } }`,
    { id: `gid://shopify/Order/${channelOrderId}` },
  );
  const [order] = found.data.order.fulfillmentOrders.nodes;
  const lines = [{ id: order.lineItems.nodes[0].id, quantity: 1 }];
  const made = await shop.call(
    `mutation ($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { message } } }`,
    {
      fulfillment: {
        lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: order.id, fulfillmentOrderLineItems: lines }],
      },
    },
  );
  assert.deepEqual(made.data.fulfillmentCreate.userErrors, []);
  return made.data.fulfillmentCreate.fulfillment.id.split('/').at(-1);
}

const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
];

/** Webhooks carry no payments: the poll brings them. */
async function polled(hub: ShopHub): Promise<void> {
  await hub.pass(60_000);
  await hub.engine.pollNow('shop');
  await hub.pass(60_000);
  await hub.settle();
}

for (const kind of databases()) {
  test(`open orders from before go-live are taken over once, with a proof (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startShopHub(place, {
        connection: { goLiveAt: GO_LIVE },
        store: { products: PRODUCTS, locations: ['WH'], stock: () => 100 },
        stock: 0,
      });
      try {
        // Another connector's parcel has left already by what the warehouse counts.
        await hub.put('stock', stockDelivery('NL-1', 'WH', 99), stockDelivery('NL-2', 'WH', 100));
        await hub.quiet();
        const api = apiOf(hub);
        const { store } = hub.shop;
        const [open, half, cancelled, late] = Array.from({ length: 4 }, () =>
          store.placeOrder(anOrderSpec()),
        ) as [string, string, string, string];
        store.cancelOrder(cancelled, { reason: 'customer', refund: true });
        // What another connector has shipped of one stays its business.
        const parcel = await shipOne(hub.shop, half);
        await hub.takeWebhooks();
        await polled(hub);
        // The order was placed and changed in one second, so it was read; more follows from none of them.
        const acts = async () => (await hub.commands()).filter((each) => each !== 'channel.readOrder done');
        assert.deepEqual(await acts(), [], 'known orders cause no command');

        // The store has changed one of them, and the message of it is still to come.
        hub.clock.advanceTo(hub.clock.now() + 60_000);
        store.editOrder(late, { line: { index: 0, quantity: 1 } });
        const dry = await api.post(TakeoverReport, PATH, { dryRun: true });
        assert.deepEqual(dry.atChannel?.orders, 3);
        assert.deepEqual([dry.agrees, dry.here.orders], [false, 3]);
        assert.deepEqual(
          dry.differences.map(({ key, message }) => [key, /units are open/.test(message)]),
          [[`shop/${late}`, true]],
        );
        assert.deepEqual(dry.takenOver.toSorted(), [`shop/${open}`, `shop/${half}`].toSorted());
        assert.deepEqual(await acts(), [], 'a dry run does nothing');

        const imported = await api.post(ImportReport, '/v1/connections/shop/imports', { orders: [late] });
        assert.equal(imported.orders[0]?.end, 'changed');
        const real = await api.post(TakeoverReport, PATH, { dryRun: false, by: 'Ada' });
        assert.deepEqual([real.agrees, real.differences, real.takenOver.length], [true, [], 3]);
        assert.deepEqual(real.atChannel, real.here);
        assert.equal(real.here.units, 4 + 3 + 2);
        // Of the half that is sent 10.00 and its share of the delivery, 0.89, are held no more.
        assert.deepEqual(
          real.hops.map(({ hop, of, here, difference }) => [hop, of, here, difference]),
          [
            ['orders', '', '3', '0'],
            ['units', '', '9', '0'],
            ['worth', 'EUR', '159.55', '0.00'],
            ['deposits', 'shopify_payments EUR', '148.66', '0.00'],
            ['onHand', '', '199', '0'],
            ['committed', '', '9', '0'],
          ],
        );
        await hub.pass(60_000);
        await hub.settle();
        for (const id of [open, half, late]) assert.equal((await hub.order(id))?.status, 'closed', id);
        assert.equal((await hub.order(cancelled))?.status, 'archived');
        const shipped = (await hub.order(half))?.shipments.flatMap(({ lines }) => lines) ?? [];
        assert.equal(
          shipped.reduce((sum, { quantity }) => sum + quantity, 0),
          3,
          'what another had shipped is not shipped again',
        );
        assert.deepEqual((await hub.order(half))?.takenOver?.fulfilments, [parcel]);
        const made = (await hub.commands()).filter((each) => each === 'erp.createSalesOrder done');
        assert.equal(made.length, 3);

        // Once: there is nothing left to take over.
        const again = await api.post(TakeoverReport, PATH, { dryRun: false });
        assert.deepEqual([again.agrees, again.takenOver, again.here.orders], [true, [], 0]);
        assert.deepEqual(hub.errors, []);
        assert.deepEqual(await findingsInside(hub.database), []);
      } finally {
        await hub.close();
      }
    }));
}

test('a sales order that another connector has made is adopted; where it differs, that is a case', () =>
  withDatabase('pglite', async (place) => {
    const asked: Command[] = [];
    /** The ERP holds a sales order of each reference already, of one with another total. */
    const perform = (command: Command): Outcome | undefined => {
      if (command.kind !== 'erp.createSalesOrder') return undefined;
      asked.push(command);
      const { reference, totalMinor, currency } = command.body;
      const existing = { status: 'open', version: 3, currency, totalMinor } as const;
      const differs = reference.endsWith(other);
      return {
        status: 'done',
        result: {
          salesOrderId: `old ${reference}`,
          number: `OLD-${asked.length}`,
          existing: differs ? { ...existing, totalMinor: totalMinor - 100 } : existing,
        },
      };
    };
    let other = '';
    const hub = await startShopHub(place, { connection: { goLiveAt: GO_LIVE }, hooks: { perform } });
    try {
      const api = apiOf(hub);
      const same = hub.shop.store.placeOrder(anOrderSpec());
      other = hub.shop.store.placeOrder(anOrderSpec());
      await hub.takeWebhooks();
      await polled(hub);
      assert.equal((await api.post(TakeoverReport, PATH, { dryRun: false })).takenOver.length, 2);
      await hub.pass(60_000);
      await hub.settle();
      assert.ok(asked.every(({ body }) => (body as { adopt?: boolean }).adopt === true));
      const adopted = await hub.order(same);
      assert.deepEqual([adopted?.status, adopted?.erp.salesOrderId], ['closed', `old shop/${same}`]);
      const differs = await hub.order(other);
      assert.deepEqual(Object.keys(differs?.cases ?? {}), ['edited-by-erp']);
      assert.equal(differs?.erp.edited?.reason, 'another connector had made it, with another total');
      assert.deepEqual(await findingsInside(hub.database), []);
    } finally {
      await hub.close();
    }
  }));

test('what was decided in shadow is taken over when the shadow ends, and sent once', () =>
  withDatabase('pglite', async (place) => {
    const first = await startShopHub(place, { connection: { shadow: true } });
    const id = first.shop.store.placeOrder(anOrderSpec());
    await first.takeWebhooks();
    assert.equal((await first.order(id))?.status, 'booking');
    const hub = await first.restart({ connection: { shadow: false } });
    try {
      await polled(hub);
      assert.equal((await hub.order(id))?.status, 'booking');
      const report = await apiOf(hub).post(TakeoverReport, PATH, { dryRun: false, by: 'Ada' });
      assert.deepEqual([report.takenOver, report.fromShadow], [[`shop/${id}`], 1]);
      await hub.pass(60_000);
      await hub.settle();
      assert.equal((await hub.order(id))?.status, 'closed');
      const made = (await hub.commands()).filter((each) => /createSalesOrder/.test(each));
      assert.deepEqual(made, ['erp.createSalesOrder shadow', 'erp.createSalesOrder done']);
      assert.deepEqual(await findingsInside(hub.database), []);
    } finally {
      await hub.engine.stop();
      await hub.database.close();
      await hub.shop.close();
    }
  }));
