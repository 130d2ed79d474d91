/** A store's location is a fulfilment service of ours: what the merchant asks of it is answered by what the hub can send. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, Outcome } from '../../src/connectors/contract.ts';
import { TOPICS, type Topic } from '../../src/connectors/shopify/sandbox/options.ts';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { type ShopHubOptions, startShopHub } from '../support/shop-hub.ts';
import { findingsInside } from '../support/sound.ts';
import { standInDelivery } from '../support/stand-in.ts';

type Release = Extract<Command, { kind: 'fulfilment.release' }>;

const READ = `query ($id: ID!) { order(id: $id) { fulfillmentOrders(first: 9) { nodes { status requestStatus } } } }`;

/** A hub that answers, and a warehouse that takes releases and lets them be stopped. */
async function open(place: { url?: string; dataDir?: string }, options: ShopHubOptions = {}) {
  const releases: Release[] = [];
  const perform = (command: Command): Outcome | undefined => {
    if (command.kind === 'fulfilment.release') {
      releases.push(command);
      return { status: 'done', result: { externalId: `X${releases.length}` } };
    }
    if (command.kind !== 'fulfilment.cancelRelease') return undefined;
    const { reference, releaseId } = command.body;
    const stopped = releases.find(({ body }) => body.releaseId === releaseId)?.body.lines ?? [];
    const message = {
      type: 'fulfilment.cancelled' as const,
      releaseId,
      lines: stopped.map(({ lineId, quantity }) => ({ lineId, quantity })),
      reason: 'stopped',
      at: '2026-11-23T06:00:00.000Z',
    };
    const told = standInDelivery({ stream: 'order', key: reference, persons: [], message });
    return { status: 'done', result: {}, observations: [told] };
  };
  const hub = await startShopHub(place, {
    connection: { fulfilmentRequests: 'ours' },
    hooks: { perform },
    ...options,
    store: { fulfilmentServices: ['WH', 'STORE'], ...options.store },
  });
  const { store } = hub.shop;
  const settle = async () => {
    for (let round = 0; round < 3; round += 1) {
      await hub.takeWebhooks();
      await hub.settle();
    }
  };
  return {
    hub,
    releases,
    settle,
    async place() {
      const id = store.placeOrder(anOrderSpec());
      await settle();
      return id;
    },
    /** The merchant asks; the next poll sees it. */
    async ask(id: string, what: 'fulfilment' | 'cancellation') {
      hub.clock.advanceTo(hub.clock.now() + 60_000);
      assert.ok(store.askServices(id, what) > 0);
      for (let round = 0; round < 3; round += 1) {
        await settle();
        await hub.engine.pollNow('shop');
        hub.clock.advanceTo(hub.clock.now() + 10_000);
      }
      await settle();
    },
    async states(id: string): Promise<string[]> {
      const { data } = await hub.shop.call(READ, { id: `gid://shopify/Order/${id}` });
      return data.order.fulfillmentOrders.nodes.map(
        (each: { status: string; requestStatus: string }) => `${each.status} ${each.requestStatus}`,
      );
    },
    async answers(): Promise<string[]> {
      return (await hub.commands()).filter((each) => each.startsWith('channel.answerRequest'));
    },
    async ship(release: Release) {
      const { releaseId, reference, lines } = release.body;
      const message = {
        type: 'fulfilment.shipped' as const,
        releaseId,
        shipmentId: `${releaseId}-S`,
        lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
        tracking: null,
        at: hub.clock.nowIso(),
      };
      await hub.put('wms', standInDelivery({ stream: 'order', key: reference, persons: [], message }));
      await settle();
    },
  };
}

for (const kind of databases())
  test(`a request is accepted, stopped and asked anew, and then sent (${kind})`, () =>
    withDatabase(kind, async (at) => {
      const { hub, place, ask, states, answers, releases, ship } = await open(at);
      try {
        const id = await place();
        assert.deepEqual(await states(id), ['OPEN UNSUBMITTED']);
        await ask(id, 'fulfilment');
        assert.deepEqual(await states(id), ['IN_PROGRESS ACCEPTED']);
        await ask(id, 'cancellation');
        assert.deepEqual(await states(id), ['CLOSED CANCELLATION_ACCEPTED', 'OPEN UNSUBMITTED']);
        assert.ok((await hub.order(id))?.channelHeldBecause);
        assert.equal(releases.length, 1);
        await ask(id, 'fulfilment');
        assert.deepEqual(await states(id), ['CLOSED CANCELLATION_ACCEPTED', 'IN_PROGRESS ACCEPTED']);
        assert.equal(releases.length, 2);
        await ship(releases[1] as Release);
        assert.deepEqual(await states(id), ['CLOSED CANCELLATION_ACCEPTED', 'CLOSED ACCEPTED']);
        assert.equal((await hub.order(id))?.status, 'closed');
        assert.deepEqual(await answers(), Array(3).fill('channel.answerRequest done'));
        assert.deepEqual(hub.errors, []);
        assert.deepEqual(await findingsInside(hub.database), []);
      } finally {
        await hub.close();
      }
    }));

const NEWS: readonly Topic[] = [
  ...TOPICS,
  'fulfillment_orders/fulfillment_request_submitted',
  'fulfillment_orders/cancellation_request_submitted',
  'fulfillment_orders/placed_on_hold',
  'fulfillment_orders/hold_released',
];

test('what is asked comes by webhooks that name no order, whose orders are found once', () =>
  withDatabase('pglite', async (at) => {
    const { hub, place, states, settle } = await open(at, { store: { topics: NEWS } });
    try {
      const ids = [await place(), await place(), await place()];
      hub.clock.advanceTo(hub.clock.now() + 60_000);
      await settle();
      const finds = async () =>
        (await hub.commands()).filter((each) => each === 'channel.findOrder done').length;
      for (const id of ids) hub.shop.store.askServices(id, 'fulfilment');
      await settle();
      assert.equal(await finds(), 3);
      await hub.pass(60_000);
      await settle();
      for (const id of ids) assert.deepEqual(await states(id), ['IN_PROGRESS ACCEPTED']);
      // Whose they are is known from now on.
      for (const id of ids) hub.shop.store.askServices(id, 'cancellation');
      await settle();
      await hub.pass(60_000);
      await settle();
      for (const id of ids)
        assert.deepEqual(await states(id), ['CLOSED CANCELLATION_ACCEPTED', 'OPEN UNSUBMITTED']);
      assert.equal(await finds(), 3);
      assert.deepEqual(hub.errors, []);
      assert.deepEqual(await findingsInside(hub.database), []);
    } finally {
      await hub.close();
    }
  }));

test('what cannot be had is rejected, with the reason', () =>
  withDatabase('pglite', async (at) => {
    const { hub, place, ask, states, answers } = await open(at, {
      stock: 0,
      retailer: { brands: [{ id: 'brand', name: 'Brand', backorderLimitDays: 0.001 }] },
    });
    try {
      const id = await place();
      await hub.pass(10 * 60_000);
      await ask(id, 'fulfilment');
      assert.deepEqual(await states(id), ['OPEN REJECTED']);
      assert.deepEqual(await answers(), ['channel.answerRequest done']);
    } finally {
      await hub.close();
    }
  }));
