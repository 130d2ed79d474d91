/** Commands beyond what the contract suite asks, on the sandbox store. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import type { CommandBodies } from '../../domain/commands.ts';
import { NO_FAULTS } from '../../sandbox/kit/faults.ts';
import type { OrderSpec } from '../../sandbox/kit/types.ts';
import { World } from '../../sandbox/kit/world.ts';
import type { Session } from '../contract.ts';
import { shopify } from './index.ts';
import { asObject, parseBody } from './json.ts';
import type { Settings } from './manifest.ts';
import { createShopifySandbox, type ShopifySandbox, type ShopifySandboxOptions } from './sandbox/index.ts';
import { aCommand, openShop, type Perform, performing, soon } from './testing.ts';

const SETTINGS = shopify.settings.parse({
  shopDomain: 'one.myshopify.test',
  clientId: 'client',
  clientSecret: 'secret',
}) as Settings;
const START = Date.UTC(2026, 10, 23, 6);
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

interface Store {
  sandbox: ShopifySandbox;
  session: Session;
  world: World;
  perform: Perform;
}

async function aStore(
  options: Partial<ShopifySandboxOptions> = {},
  clock = new Clock(START, { frozen: true }),
): Promise<Store> {
  const world = new World({ clock, seed: 'commands', faults: NO_FAULTS });
  const sandbox = await createShopifySandbox(world, {
    connection: 'shop',
    shop: 'one.myshopify.test',
    name: 'One',
    currency: 'EUR',
    taxesIncluded: true,
    clientId: 'client',
    clientSecret: 'secret',
    webhookTarget: () => undefined,
    locations: ['WH', 'STORE'],
    cancelJobMs: 0,
    splitChance: 0,
    ...options,
  });
  const session = openShop(
    {
      shopDomain: 'one.myshopify.test',
      baseUrl: sandbox.baseUrl,
      clientId: 'client',
      clientSecret: 'secret',
    },
    clock,
  );
  opened.push(world, sandbox);
  return { sandbox, session, world, perform: performing(session, clock) };
}

const VAT = [{ title: 'MwSt', rate: '0.19' }];
const SPEC: OrderSpec = {
  handle: 'order',
  currency: 'EUR',
  taxesIncluded: true,
  shopper: {
    accountId: null,
    firstName: 'Grete',
    lastName: 'Hermann',
    email: 'grete@example.com',
    phone: null,
    address1: 'Am Wall 7',
    city: 'Bremen',
    postalCode: '28195',
    provinceCode: null,
    countryCode: 'DE',
  },
  lines: [
    { sku: 'MUG', title: 'Mug', quantity: 3, unitPrice: '10.00', tax: VAT },
    { sku: 'POT', title: 'Pot', quantity: 2, unitPrice: '20.00', tax: VAT },
  ],
  shipping: null,
  payment: 'paid',
  gateway: 'shopify_payments',
};

const bookOf = (sandbox: ShopifySandbox, id: string) => {
  const order = sandbox.books().orders.find((each) => each.channelOrderId === id);
  assert.ok(order);
  return order;
};

function aShipment(
  sandbox: ShopifySandbox,
  channelOrderId: string,
  quantities: readonly number[],
  changes: Partial<CommandBodies['channel.createFulfilment']> = {},
): CommandBodies['channel.createFulfilment'] {
  const { lines } = bookOf(sandbox, channelOrderId);
  return {
    channelOrderId,
    shipmentId: 'WH#1',
    location: 'WH',
    lines: quantities.flatMap((quantity, index) =>
      quantity > 0 ? [{ lineId: lines[index]?.lineId ?? '', quantity }] : [],
    ),
    tracking: { company: 'DHL', number: 'T1', url: 'https://example.org/T1' },
    shippedAt: '2026-11-23T06:00:00.000Z',
    ...changes,
  };
}

describe('reading orders', () => {
  test('several come by one call of the API, and what is missing is refused alone', async () => {
    const { sandbox, session } = await aStore();
    const clock = new Clock(START, { frozen: true });
    const ids = Array.from({ length: 4 }, () => sandbox.placeOrder(SPEC));
    ids.splice(2, 0, '404404');
    const calls = sandbox.stats().calls.calls;
    const outcomes = await session.performBatch?.(
      ids.map((channelOrderId) => aCommand('channel.readOrder', { channelOrderId }, clock)),
      soon(),
    );
    assert.deepEqual(
      outcomes?.map(({ status }) => status),
      ['done', 'done', 'rejected', 'done', 'done'],
    );
    assert.equal(sandbox.stats().calls.calls - calls, 2, 'one for the token, one for the orders');
    const read = outcomes?.map((outcome) =>
      outcome.status === 'done'
        ? asObject(asObject(parseBody(outcome.observations?.[0]?.body as Uint8Array))?.order)?.id
        : null,
    );
    assert.deepEqual(
      read,
      ids.map((id) => (id === '404404' ? null : `gid://shopify/Order/${id}`)),
    );
  });

  test('the orders of several fulfilment orders are found by one call, and what is missing is refused alone', async () => {
    const { sandbox, session } = await aStore();
    const clock = new Clock(START, { frozen: true });
    const ids = [sandbox.placeOrder(SPEC), sandbox.placeOrder(SPEC)];
    const [one, other] = ids.map((id) => sandbox.orders.get(id)?.fulfilmentOrders[0]?.id ?? '');
    const calls = sandbox.stats().calls.calls;
    const outcomes = await session.performBatch?.(
      [one, '404404', other].map((fulfilmentOrderId) =>
        aCommand('channel.findOrder', { fulfilmentOrderId: fulfilmentOrderId ?? '' }, clock),
      ),
      soon(),
    );
    assert.deepEqual(
      outcomes?.map((each) => (each.status === 'done' ? each.result : each.status)),
      [{ channelOrderId: ids[0] }, 'rejected', { channelOrderId: ids[1] }],
    );
    assert.equal(sandbox.stats().calls.calls - calls, 2, 'one for the token, one for the fulfilment orders');
  });

  test('a batch grows with what orders have cost', async () => {
    const { sandbox, session, perform } = await aStore();
    const size = () => session.batchSizes?.['channel.readOrder'] ?? 0;
    const before = size();
    await perform('channel.readOrder', { channelOrderId: sandbox.placeOrder(SPEC) });
    assert.ok(size() > before, `${before} → ${size()}`);
  });

  test('an order of 130 lines, 8 refunds and 9 fulfilments comes whole, by read and as a hint by poll', async () => {
    const { sandbox, session, perform } = await aStore();
    const lines = Array.from({ length: 130 }, (_, index) => ({
      sku: `S${index}`,
      title: `Thing ${index}`,
      quantity: 2,
      unitPrice: '1.00',
      tax: VAT,
    }));
    const channelOrderId = sandbox.placeOrder({ ...SPEC, lines });
    for (let shipment = 0; shipment < 9; shipment += 1) {
      const body = aShipment(
        sandbox,
        channelOrderId,
        lines.map((_, index) => (index < 20 ? Number(index === shipment) : Number(shipment === 0))),
        {
          shipmentId: `WH#${shipment}`,
        },
      );
      assert.equal((await perform('channel.createFulfilment', body)).status, 'done');
    }
    for (let refund = 0; refund < 8; refund += 1)
      assert.ok(sandbox.refund(channelOrderId, { lines: [{ index: refund, quantity: 1 }], shipping: false }));
    const read = await perform('channel.readOrder', { channelOrderId });
    assert.ok(read.status === 'done' && read.observations?.[0], JSON.stringify(read));
    const { message } = shopify.intake('shop', SETTINGS).normalise(read.observations[0]);
    assert.ok(message.type === 'order.snapshot', JSON.stringify(message));
    assert.deepEqual(
      [message.order.lines.length, message.order.refunds.length, message.order.fulfilments.length],
      [130, 8, 9],
    );
    assert.deepEqual(
      message.order.fulfilments.map(({ lines: told }) => told.length).sort(),
      [1, 1, 1, 1, 1, 1, 1, 1, 111],
    );
    const page = await session.poll('orders', null, soon());
    assert.ok(!('status' in page));
    assert.deepEqual(
      page.deliveries.map(({ topic }) => topic),
      ['poll:order-changed'],
    );
  });
});

describe('telling of a shipment', () => {
  test('writes the parcel’s tracking and our reference, which the order’s read brings back', async () => {
    const { sandbox, perform } = await aStore();
    const channelOrderId = sandbox.placeOrder(SPEC);
    const outcome = await perform('channel.createFulfilment', aShipment(sandbox, channelOrderId, [2, 1]));
    assert.ok(outcome.status === 'done');
    const read = await perform('channel.readOrder', { channelOrderId });
    assert.ok(read.status === 'done' && read.observations?.[0]);
    const { message } = shopify.intake('shop', SETTINGS).normalise(read.observations[0]);
    assert.ok(message.type === 'order.snapshot');
    const [fulfilment] = message.order.fulfilments;
    assert.deepEqual(
      { ...fulfilment, createdAt: null },
      {
        schema: 'fulfilment/1',
        fulfilmentId: (outcome.result as { fulfilmentId: string }).fulfilmentId,
        status: 'succeeded',
        shipmentId: 'WH#1',
        createdAt: null,
        lines: aShipment(sandbox, channelOrderId, [2, 1]).lines,
        tracking: { company: 'DHL', number: 'T1', url: 'https://example.org/T1' },
      },
    );
  });

  test('two shipments of the same things are two, each found by its own reference', async () => {
    const { sandbox, perform } = await aStore();
    const channelOrderId = sandbox.placeOrder(SPEC);
    const first = aShipment(sandbox, channelOrderId, [1]);
    const second = { ...first, shipmentId: 'WH#2' };
    const ids: unknown[] = [];
    for (const body of [first, second, first, second]) {
      const outcome = await perform('channel.createFulfilment', body);
      assert.ok(outcome.status === 'done');
      ids.push((outcome.result as { fulfilmentId: string }).fulfilmentId);
    }
    assert.deepEqual([ids[2], ids[3]], [ids[0], ids[1]]);
    assert.equal(bookOf(sandbox, channelOrderId).fulfilments.length, 2);
  });

  test('over two of the channel’s locations it is two fulfilments, and one answer', async () => {
    const { sandbox, perform } = await aStore({ splitChance: 1 });
    let split = 0;
    // The store splits by chance, from its seed.
    for (let round = 0; round < 20; round += 1) {
      const channelOrderId = sandbox.placeOrder(SPEC);
      const body = aShipment(sandbox, channelOrderId, [3, 2]);
      const outcome = await perform('channel.createFulfilment', body);
      assert.equal(outcome.status, 'done', JSON.stringify(outcome));
      const { fulfilments, lines } = bookOf(sandbox, channelOrderId);
      assert.ok(lines.every(({ quantity, fulfilledQuantity }) => quantity === fulfilledQuantity));
      assert.deepEqual(await perform('channel.createFulfilment', body, 2), outcome);
      assert.equal(bookOf(sandbox, channelOrderId).fulfilments.length, fulfilments.length);
      if (fulfilments.length === 2) split += 1;
    }
    assert.ok(split > 0, 'no order was split');
  });

  test('with no tracking of the carrier only our reference is written', async () => {
    const { sandbox, perform } = await aStore();
    const channelOrderId = sandbox.placeOrder(SPEC);
    await perform('channel.createFulfilment', aShipment(sandbox, channelOrderId, [1], { tracking: null }));
    assert.equal(bookOf(sandbox, channelOrderId).fulfilments[0]?.shipmentId, 'WH#1');
  });

  test('of more than is open nothing is told, and the case says what is', async () => {
    const { sandbox, perform } = await aStore();
    const channelOrderId = sandbox.placeOrder(SPEC);
    const outcome = await perform('channel.createFulfilment', aShipment(sandbox, channelOrderId, [4, 1]));
    assert.ok(outcome.status === 'rejected');
    assert.equal(outcome.code, 'not-fulfillable');
    assert.match(outcome.message, /WH#1 .*: 4 shipped, 3 open/);
    assert.equal(bookOf(sandbox, channelOrderId).fulfilments.length, 0);
  });

  test('to a cancelled order nothing is told', async () => {
    const { sandbox, perform } = await aStore();
    const channelOrderId = sandbox.placeOrder(SPEC);
    sandbox.cancelOrder(channelOrderId, { reason: 'customer', refund: true });
    const outcome = await perform('channel.createFulfilment', aShipment(sandbox, channelOrderId, [1]));
    assert.ok(outcome.status === 'rejected');
    assert.equal(outcome.code, 'order-cancelled');
  });
});

describe('on the sandbox store', () => {
  test('waits for the job to end', async () => {
    const clock = new Clock();
    const { sandbox, perform } = await aStore({ cancelJobMs: 300 }, clock);
    const channelOrderId = sandbox.placeOrder(SPEC);
    const outcome = await perform('channel.cancelOrder', {
      channelOrderId,
      reason: 'out of stock',
      refund: true,
      restock: true,
    });
    assert.equal(outcome.status, 'done', JSON.stringify(outcome));
    const { cancelled, refundedMinor, currentTotalMinor } = bookOf(sandbox, channelOrderId);
    assert.deepEqual([cancelled, refundedMinor, currentTotalMinor], [true, 7_000, 0]);
  });

  test('a store that answers as it should', async () => {
    const { session } = await aStore();
    const answer = await session.check(soon());
    assert.deepEqual(answer, { ok: true, message: 'answers as One (one.myshopify.test)' });
  });
});

test('commands of other roles are refused', async () => {
  const { perform } = await aStore();
  const outcome = await perform('erp.cancelSalesOrder', { reference: 'shop/1', reason: 'x' });
  assert.equal(outcome.status === 'rejected' && outcome.code, 'not-supported');
});

test('calls that the budget has let through give their points back when they end', async () => {
  const { sandbox, session, perform } = await aStore();
  for (let round = 0; round < 200; round += 1) {
    assert.equal(session.admit('channel.readOrder'), 0);
    if (round === 0) await perform('channel.readOrder', { channelOrderId: sandbox.placeOrder(SPEC) });
    else await perform('channel.readOrder', { channelOrderId: '1' });
  }
});
