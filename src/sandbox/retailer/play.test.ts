import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { NO_FAULTS } from '../kit/faults.ts';
import type { ChannelBooks, ChannelSandbox, FulfilmentSandbox, OrderSpec } from '../kit/types.ts';
import { World } from '../kit/world.ts';
import { HOUR_MS } from './names.ts';
import type { LifeEvent, PlannedOrder } from './plan.ts';
import { Play, type Stage } from './play.ts';

const START = Date.UTC(2026, 10, 23, 6);

interface Toy {
  stage: Stage;
  play: Play;
  /** What the channel was asked, in order. */
  calls: string[];
  /** Units that the warehouse has shipped, and those that the channel still waits for. */
  shipped: number;
  unshipped: number;
  erpHas: boolean;
  stalledUntil: number;
}

/** A channel, an ERP and a warehouse that only remember. */
function aToy(): Toy {
  const world = new World({ clock: new Clock(START, { frozen: true }), seed: 'play', faults: NO_FAULTS });
  const toy = { calls: [] as string[], shipped: 0, unshipped: 1, erpHas: false, stalledUntil: 0 } as Toy;
  const say = <T>(call: string, answer: T): T => {
    toy.calls.push(call);
    return answer;
  };
  const books = (): ChannelBooks => ({
    kind: 'channel',
    connection: 'bazaar',
    orders: [
      {
        channelOrderId: '1',
        name: '#1',
        currency: 'EUR',
        test: false,
        cancelled: false,
        totalMinor: 1000,
        currentTotalMinor: 1000,
        refundedMinor: 0,
        capturedMinor: 1000,
        lines: [],
        fulfilments: [],
      },
    ],
  });
  const channel: ChannelSandbox & { books(): ChannelBooks } = {
    connection: 'bazaar',
    placeOrder: () => say('place', '1'),
    pay: (_, event) => void toy.calls.push(`pay ${event}`),
    editOrder: () => say('edit', true),
    cancelOrder: (_, options) => say(options.force ? 'cancel by force' : 'cancel', true),
    refund: (_, refund) =>
      say(`refund ${refund.amount ?? refund.lines.map((line) => line.quantity).join()}`, 'r1'),
    settleRefund: (_, __, outcome) => void toy.calls.push(`settle ${outcome}`),
    changeAddress: () => void toy.calls.push('address'),
    sendRaw: (topic) => void toy.calls.push(`raw ${topic}`),
    corrupt: () => {},
    unshipped: () => [{ index: 0, quantity: toy.unshipped }],
    books,
  };
  const place: FulfilmentSandbox = {
    receive: () => {},
    announce: () => {},
    adjust: () => {},
    planShip: () => {},
    stall: (_, untilMs) => {
      toy.stalledUntil = untilMs;
    },
    shippedUnits: () => toy.shipped,
  };
  toy.stage = {
    world,
    channels: { 'shopify-northlight': channel, 'shopify-harbour': channel, bazaar: channel },
    erp: {
      holdOrder: () => true,
      resumeOrder: () => true,
      cancelOrder: () => say('erp asked', toy.erpHas),
    },
    places: { warehouse: place, stores: place },
    pace: 1,
  };
  toy.play = new Play(toy.stage);
  return toy;
}

function anOrder(life: LifeEvent[], planted: string | null = null): PlannedOrder {
  return {
    index: 1,
    channel: 'bazaar',
    placedAtMs: START + HOUR_MS,
    spec: { handle: 'o1', currency: 'EUR' } as OrderSpec,
    life,
    planted,
  };
}

const pass = (toy: Toy, hours: number) => {
  for (let hour = 0; hour < hours * 12; hour += 1)
    toy.stage.world.clock.advanceTo(toy.stage.world.clock.now() + HOUR_MS / 12);
};

test('an order is placed when its time comes, and its life goes on from there', () => {
  const toy = aToy();
  toy.play.enter(anOrder([{ kind: 'pay', afterMs: 2 * HOUR_MS, event: 'captured' }]));
  pass(toy, 0.5);
  assert.deepEqual(toy.calls, []);
  pass(toy, 3);
  assert.deepEqual(toy.calls, ['place', 'pay captured']);
  assert.equal(toy.play.referenceOf('o1'), 'bazaar/1');
});

test('what takes units away comes too late when a parcel has left, and holds parcels back otherwise', () => {
  const cancel: LifeEvent = {
    kind: 'cancel',
    afterMs: HOUR_MS,
    reason: 'customer',
    refund: true,
    restock: true,
  };
  const late = aToy();
  late.shipped = 1;
  late.play.enter(anOrder([cancel]));
  pass(late, 3);
  assert.deepEqual(late.calls, ['place']);
  assert.deepEqual(late.play.stats.tooLate, { cancel: 1 });

  const inTime = aToy();
  inTime.play.enter(anOrder([cancel, { kind: 'pay', afterMs: 2 * HOUR_MS, event: 'captured' }]));
  pass(inTime, 4);
  assert.deepEqual(inTime.calls, ['place', 'cancel'], 'nobody pays a cancelled order');
  assert.equal(inTime.stalledUntil, START + 2 * HOUR_MS + 24 * HOUR_MS);
});

test('a refund waits for the goods to have left, and a pending one settles later', () => {
  const toy = aToy();
  toy.play.enter(
    anOrder([
      {
        kind: 'refund',
        afterMs: HOUR_MS,
        line: { index: 0, quantity: 1 },
        shipping: false,
        amount: null,
        pendingMs: 5 * HOUR_MS,
        to: null,
      },
    ]),
  );
  pass(toy, 5);
  assert.deepEqual(toy.calls, ['place']);
  toy.unshipped = 0;
  pass(toy, 24);
  assert.deepEqual(toy.calls, ['place', 'refund 1', 'settle succeeded']);
});

test('the merchant of a planted order gives back more than was paid', () => {
  const toy = aToy();
  toy.unshipped = 0;
  toy.play.enter(
    anOrder([{ kind: 'overRefund', afterMs: HOUR_MS, beyond: '25.00' }], 'refund-exceeds-payment'),
  );
  pass(toy, 3);
  assert.deepEqual(toy.calls, ['place', 'refund 35.00']);
  assert.deepEqual(toy.play.planted(), [
    { connection: 'bazaar', stream: 'bazaar/1', reason: 'refund-exceeds-payment' },
  ]);
});

test('the ERP cancels as soon as it has the order', () => {
  const toy = aToy();
  toy.play.enter(anOrder([{ kind: 'erpCancel', afterMs: HOUR_MS, reason: 'stop list' }], 'cancelled-by-erp'));
  pass(toy, 2.5);
  assert.ok(toy.calls.filter((call) => call === 'erp asked').length > 1);
  toy.erpHas = true;
  pass(toy, 1);
  assert.deepEqual(toy.play.stats.done, { erpCancel: 1 });
});

test('nonsense is sent and planned for, with the stream that it pretends to be about', () => {
  const toy = aToy();
  toy.play.start({
    orders: [],
    messages: [
      {
        channel: 'bazaar',
        atMs: START + HOUR_MS,
        reason: 'not-an-order',
        topic: 'order.created',
        body: '{}',
        channelOrderId: 'X',
      },
    ],
  });
  pass(toy, 2);
  assert.deepEqual(toy.calls, ['raw order.created']);
  assert.deepEqual(toy.play.planted(), [
    { connection: 'bazaar', stream: 'bazaar/X', reason: 'not-an-order' },
  ]);
});
