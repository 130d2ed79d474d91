import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { NO_FAULTS, STORM } from '../kit/faults.ts';
import { World } from '../kit/world.ts';
import { CATALOGUE, openingStock, product, SPECIAL } from './catalogue.ts';
import { LATER, liveOrder, planOrders, RUN_MS } from './generator.ts';
import { KINDS } from './kinds.ts';
import { EVENT_SHARES } from './lives.ts';
import { CAPTURES, type ChannelId, DAY_MS, SHOPS } from './names.ts';
import type { PlannedOrder } from './plan.ts';
import { PLANTED_REASONS } from './plant.ts';

const START = Date.UTC(2026, 10, 23, 6);

function aPlan(seed: string, orders: number, faults = NO_FAULTS) {
  const world = new World({ clock: new Clock(START, { frozen: true }), seed, faults });
  return planOrders({ world, orders, startAtMs: START });
}

function share<T>(items: readonly T[], which: (item: T) => boolean): number {
  return (100 * items.filter(which).length) / items.length;
}

const about = (actual: number, wanted: number, name: string) =>
  assert.ok(
    Math.abs(actual - wanted) <= Math.max(1.2, wanted * 0.3),
    `${name}: ${actual.toFixed(1)} %, wanted about ${wanted} %`,
  );

test('the same seed gives the same plan, another seed another one', () => {
  assert.equal(JSON.stringify(aPlan('7', 300)), JSON.stringify(aPlan('7', 300)));
  assert.notEqual(JSON.stringify(aPlan('7', 300)), JSON.stringify(aPlan('8', 300)));
});

test('faults do not change what shoppers do', () => {
  assert.equal(JSON.stringify(aPlan('7', 200, STORM)), JSON.stringify(aPlan('7', 200)));
});

test('plans as many orders as asked for, the story first, most over two days and some over two months', () => {
  const { orders } = aPlan('7', 500);
  assert.equal(orders.length, 500);
  assert.equal(orders[0]?.spec.handle, 'story');
  assert.equal(new Set(orders.map((order) => order.spec.handle)).size, 500);
  const later = orders.filter(({ placedAtMs }) => placedAtMs > START + RUN_MS + 3_600_000);
  for (const order of orders)
    assert.ok(order.placedAtMs >= START && order.placedAtMs <= START + LATER.days * DAY_MS);
  about(
    share(orders, (order) => later.includes(order)),
    100 * LATER.share,
    'later',
  );
  assert.deepEqual(new Set(later.map(({ planted }) => planted)), new Set([null]));
});

for (const orders of [60, 200, 2000]) {
  test(`every kind of case is planted in ${orders} orders, in proportion`, () => {
    const plan = aPlan('7', orders);
    const counts = new Map<string, number>();
    const planted = [
      ...plan.orders.flatMap(({ planted: reason }) => (reason === null ? [] : [reason])),
      ...plan.messages.map(({ reason }) => reason),
    ];
    for (const reason of planted) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    for (const reason of PLANTED_REASONS)
      assert.equal(counts.get(reason), Math.max(1, Math.floor(orders / 200)), reason);
  });
}

test('a short run plants a few kinds, and the story is never planted', () => {
  const plan = aPlan('7', 30);
  assert.equal(plan.orders.filter((order) => order.planted !== null).length, 3);
  assert.equal(plan.orders.find((order) => order.index === 0)?.planted, null);
});

test('channels, payments and events come in their shares', () => {
  const ordinary = aPlan('shares', 6000).orders.filter((order) => order.planted === null);
  for (const [channel, shop] of Object.entries(SHOPS) as [ChannelId, { share: number }][]) {
    about(
      share(ordinary, (order) => order.channel === channel),
      shop.share,
      channel,
    );
  }
  about(
    share(ordinary, (order) => order.spec.payment === 'authorised'),
    18,
    'authorised',
  );
  about(
    share(ordinary, (order) => order.spec.shopper.accountId === null),
    20,
    'guests',
  );
  const has = (kind: string) => (order: PlannedOrder) => order.life.some((event) => event.kind === kind);
  about(share(ordinary, has('edit')), EVENT_SHARES.edit, 'edit');
  about(share(ordinary, has('cancel')), EVENT_SHARES.cancel, 'cancel');
  about(share(ordinary, has('address')), EVENT_SHARES.address, 'address');
  about(share(ordinary, has('refund')), EVENT_SHARES.refund * 0.98, 'refund');
  about(share(ordinary, has('exchange')), EVENT_SHARES.exchange * 0.75, 'exchange');
  assert.ok(ordinary.some((order) => order.spec.presentment?.currency === 'CHF'));
  assert.ok(
    ordinary.some((order) => new Set(order.spec.lines.map(({ sku }) => sku)).size < order.spec.lines.length),
    'two lines of one SKU',
  );
  assert.ok(ordinary.some((order) => order.spec.test));
});

test('a planted order has no other event than the one that makes its case', () => {
  for (const order of aPlan('7', 2000).orders) {
    if (order.planted !== null) assert.ok(order.life.length <= 1, order.planted);
  }
});

test('there is enough of everything that ordinary shoppers buy', () => {
  const { orders } = aPlan('stock', 3000);
  const stock = new Map<string, number>();
  for (const row of openingStock(3000)) stock.set(row.sku, (stock.get(row.sku) ?? 0) + row.quantity);
  const bySkuAndChannel = new Map(
    CATALOGUE.flatMap((each) =>
      each.channels.map((channel) => [`${channel}:${each.codes[channel]}`, each] as const),
    ),
  );
  const wanted = new Map<string, number>();
  for (const order of orders) {
    for (const line of order.spec.lines) {
      if (line.sku === null) continue;
      const sold = bySkuAndChannel.get(`${order.channel}:${line.sku}`);
      assert.ok(sold, `${line.sku} at ${order.channel}`);
      wanted.set(sold.sku, (wanted.get(sold.sku) ?? 0) + line.quantity);
    }
  }
  for (const [sku, units] of wanted) {
    if (product(sku).supply === 'ample')
      assert.ok((stock.get(sku) ?? 0) > units * 2, `${sku}: ${units} wanted of ${stock.get(sku)}`);
  }
});

test('a flash sale wants twice what is there of the hot SKU, within minutes, and nobody else buys it', () => {
  const { orders } = aPlan('7', 200);
  const hot = orders.filter(({ channel, spec }) =>
    spec.lines.some(({ sku }) => sku === product(SPECIAL.hot).codes[channel]),
  );
  assert.equal(hot.length, 20);
  const there = openingStock(200).filter(({ sku }) => sku === SPECIAL.hot);
  assert.deepEqual(there, [{ sku: SPECIAL.hot, location: 'WH-NORTH', quantity: 10 }]);
  const placed = hot.map(({ placedAtMs }) => placedAtMs);
  assert.ok(Math.max(...placed) - Math.min(...placed) <= 8 * 60_000);
  assert.ok(hot.every(({ life, planted }) => life.length === 0 && planted === null));
});

test('codes are unique per connection', () => {
  for (const connection of [
    'shopify-northlight',
    'shopify-harbour',
    'bazaar',
    'erp',
    'warehouse',
    'stores',
  ] as const) {
    assert.equal(new Set(CATALOGUE.map((each) => each.codes[connection])).size, CATALOGUE.length, connection);
  }
});

test('a live stream goes on for ever, and plants some', () => {
  const world = new World({ clock: new Clock(START, { frozen: true }), seed: 'live', faults: NO_FAULTS });
  const orders = Array.from({ length: 200 }, (_, index) =>
    liveOrder(world, index, START + index * 1000, 0.01),
  );
  assert.equal(orders.filter((order) => order.planted !== null).length, 5);
  assert.equal(orders[0]?.spec.handle, 'story');
});

test('every kind of order is met in a store, in its share', () => {
  const { orders } = aPlan('kinds', 4000);
  const stores = orders.filter((order) => order.channel !== 'bazaar' && order.planted === null);
  const is: Record<keyof typeof KINDS, (order: PlannedOrder) => boolean> = {
    giftCardSold: ({ spec }) => spec.lines.some((line) => line.giftCard),
    giftCardRedeemed: ({ spec }) => spec.tenders?.[0]?.gateway === 'gift_card',
    storeCredit: ({ spec }) => spec.tenders?.[0]?.gateway === 'shopify_store_credit',
    threeTenders: ({ spec }) => spec.tenders?.length === 2,
    tip: ({ spec }) => spec.tip !== undefined,
    duties: ({ spec }) => spec.lines.some((line) => line.duty),
    fee: ({ spec }) => spec.fee !== undefined,
    till: ({ spec }) => spec.source === 'pos',
    pickUp: ({ spec }) => spec.delivery?.method === 'pickUp',
    localDelivery: ({ spec }) => spec.delivery?.method === 'local',
    preOrder: ({ spec }) => spec.scheduledForMs !== undefined,
    preOrderWithDeposit: ({ spec }) => spec.deposit !== undefined && spec.terms !== undefined,
    riskReview: ({ spec }) => spec.reviewedForMs !== undefined,
    subscription: ({ spec }) => spec.lines.some((line) => line.sellingPlan === 'Deliver every month'),
    tradeCredit: ({ spec }) => spec.company !== undefined && !spec.company.catalogue,
    draftCompleted: ({ spec }) => spec.source === 'shopify_draft_order',
    customLine: ({ spec }) => spec.lines.some((line) => line.service),
    bundle: ({ spec }) => spec.lines.filter((line) => line.bundle).length === 2,
    free: ({ spec }) => spec.lines.every((line) => line.discountPercent === '100'),
    taxExempt: ({ spec }) => spec.taxExempt === true,
    captureInParts: ({ spec }) => spec.severalCaptures === true,
    partPaid: ({ spec }) => spec.deposit !== undefined && spec.terms === undefined,
    sameSkuTwice: ({ spec }) => spec.lines.filter(({ sku }) => sku === spec.lines[0]?.sku).length > 2,
    discountsOfBothKinds: ({ spec }) =>
      spec.orderDiscount !== undefined && spec.lines.every((line) => line.discountPercent !== undefined),
    shippingDiscount: ({ spec }) => spec.shipping?.discountPercent !== undefined,
    severalTaxes: ({ spec }) => spec.lines.some((line) => line.tax.length > 1),
    company: ({ spec }) => spec.company?.catalogue !== undefined,
  };
  assert.deepEqual(Object.keys(is), Object.keys(KINDS));
  for (const [name, test] of Object.entries(is)) assert.ok(stores.filter(test).length >= 8, name);
  assert.ok(share(stores, (order) => Object.values(is).some((test) => test(order))) > 30);
  assert.ok(share(stores, (order) => Object.values(is).some((test) => test(order))) < 65);
});

test('what an authorised order grows by, goods or delivery, is paid after it grew', () => {
  const grown = aPlan('9', 2_000).orders.flatMap(({ channel, spec, life }) => {
    const edit = life.find((event) => event.kind === 'edit' && (event.edit.add ?? event.edit.shipping));
    return edit && spec.payment === 'authorised' && CAPTURES[channel] !== 'channel' ? [{ edit, life }] : [];
  });
  assert.ok(grown.some(({ edit }) => edit.kind === 'edit' && edit.edit.shipping));
  for (const { edit, life } of grown)
    assert.ok(
      life.some(
        (event) => event.kind === 'pay' && event.event === 'captured' && event.afterMs > edit.afterMs,
      ),
      JSON.stringify(life),
    );
});
