/**
 * Lives of orders, searched at random: messages of all kinds in any order, late, twice, lost; systems that refuse, that leave
 * in doubt, that act by themselves; people who hold, cancel, retry and skip. After every step and at the end the invariants
 * hold, and no order ever stands still without a case, an answer or a deadline to come.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SmallWorld, type WorldSettings } from '../../../test/support/small-world.ts';
import { ENDED } from './lifecycle.ts';

/** Raise these to search longer: CROSSDOCK_LIVES=5000 npm test -- life */
const LIVES = Number(process.env.CROSSDOCK_LIVES ?? 250);
const SEED = process.env.CROSSDOCK_SEED === undefined ? {} : { seed: Number(process.env.CROSSDOCK_SEED) };

const settings: fc.Arbitrary<WorldSettings> = fc.record({
  shortage: fc.constantFrom('backorder', 'split', 'cancel', 'case'),
  orders: fc.array(
    fc.record({
      lines: fc.array(
        fc.record({ sku: fc.constantFrom('A', 'B'), quantity: fc.integer({ min: 1, max: 3 }) }),
        { minLength: 1, maxLength: 3 },
      ),
      payment: fc.constantFrom('paid', 'authorised', 'pending'),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  channel: fc.record({
    holdAtChannel: fc.boolean(),
    assignments: fc.constantFrom('ours', 'channel'),
    capture: fc.constantFrom('channel', 'onShipment', 'beforeExpiry'),
    references: fc.constantFrom('none', 'both'),
  }),
  multiCapturable: fc.boolean(),
  stock: fc.record({
    'A@WH': fc.integer({ min: 0, max: 6 }),
    'A@STORE': fc.integer({ min: 0, max: 3 }),
    'B@WH': fc.integer({ min: 0, max: 6 }),
  }),
});

interface Step {
  what: (typeof WHAT)[number];
  a: number;
  b: number;
  c: number;
}

const STEPS = {
  deliver: (world: SmallWorld, { a }: Step) => world.deliver(a),
  again: (world: SmallWorld, { a }: Step) => world.deliverAgain(a),
  perform: (world: SmallWorld, { a }: Step) => world.perform(a, 'well'),
  refuse: (world: SmallWorld, { a }: Step) => world.perform(a, 'refused'),
  doubt: (world: SmallWorld, { a }: Step) => world.perform(a, 'doubtful'),
  lose: (world: SmallWorld, { a }: Step) => world.perform(a, 'lost'),
  channel: (world: SmallWorld, { a, b, c }: Step) => world.channelActs(a, b, c),
  place: (world: SmallWorld, { a, b, c }: Step) => world.placeActs(a, b, c),
  erp: (world: SmallWorld, { a, b, c }: Step) => world.erpActs(a, b, c),
  stock: (world: SmallWorld, { a, b }: Step) => world.stockActs(a, b),
  operator: (world: SmallWorld, { a, b, c }: Step) => world.operatorActs(a, b, c),
  time: (world: SmallWorld, { a, b }: Step) => world.pass(1 + a * b),
};

/** How often each happens: most of all, messages arrive and commands are performed. */
const WHAT = Object.entries({
  deliver: 4,
  again: 1,
  perform: 4,
  refuse: 1,
  doubt: 1,
  lose: 1,
  channel: 3,
  place: 3,
  erp: 1,
  stock: 1,
  operator: 1,
  time: 1,
} satisfies Record<keyof typeof STEPS, number>).flatMap(([what, times]) =>
  Array.from({ length: times }, () => what as keyof typeof STEPS),
);

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...WHAT),
  a: fc.nat({ max: 30 }),
  b: fc.nat({ max: 30 }),
  c: fc.nat({ max: 30 }),
});
const stepsOf = (maxLength: number) => fc.array(step, { maxLength, size: 'max' });

/** Cases that must be gone when goods and money have come, holds have ended, and what was refused was tried again. */
const HEALS: ReadonlySet<string> = new Set([
  'assignment-refused',
  'channel-hold-refused',
  'command-in-doubt',
  'fulfilment-rejected',
  'out-of-stock',
  'shipment-overdue',
  'held-too-long',
  'payment-not-captured',
  'capture-refused',
  'payment-lost',
  'cancellation-not-seen',
  'refund-pending-too-long',
]);

/** Runs a life, and tells it when something is wrong. */
function live(given: WorldSettings, steps: readonly Step[], ending: (world: SmallWorld) => void): void {
  const world = new SmallWorld(given);
  try {
    steps.forEach((each, index) => {
      STEPS[each.what](world, each);
      world.checkExplained();
      if (index % 8 === 7) world.hub.check();
    });
    ending(world);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(`${words}\n\nThe life:\n  ${world.log.slice(0, 200).join('\n  ')}`, { cause: error });
  }
}

test('an order closes, or a person is asked, when everything has healed; and the books agree', () => {
  fc.assert(
    fc.property(settings, stepsOf(80), fc.boolean(), fc.boolean(), (given, steps, capture, diligent) => {
      live(given, steps, (world) => {
        world.heal(capture, diligent);
        world.checkExplained();
        world.checkEnd();
        if (!capture || !diligent) return;
        // An order with a problem that only a person can mend stands where it is.
        for (const id of world.ids.filter((each) => world.state(each).problems.length === 0))
          for (const reason of world.hub.reasons(id))
            assert.ok(!HEALS.has(reason), `order ${id}: ${reason} goes when its cause has gone`);
      });
    }),
    { numRuns: LIVES, ...SEED },
  );
});

test('whatever people skip, an order ends, is held in somebody’s name, or is a case again', () => {
  fc.assert(
    fc.property(settings, stepsOf(50), (given, steps) => {
      live(given, steps, (world) => {
        for (let round = 0; round < 6; round += 1) {
          world.heal(true);
          for (const id of world.ids)
            for (const caseKey of Object.keys(world.state(id).cases)) world.skip(id, caseKey);
          world.checkExplained();
        }
        world.heal(true);
        world.hub.check();
        for (const id of world.ids) {
          const { status, cases, heldBecause } = world.state(id);
          const explained = ENDED.has(status) || heldBecause !== null || Object.keys(cases).length > 0;
          assert.ok(explained, `order ${id} stands at "${status}"`);
        }
      });
    }),
    { numRuns: Math.ceil(LIVES / 5), ...SEED },
  );
});

test('an order to which nothing unusual happens closes by itself, without a case', () => {
  fc.assert(
    fc.property(settings, fc.array(fc.nat({ max: 30 }), { maxLength: 20, size: 'max' }), (given, picks) => {
      live({ ...given, shortage: 'split' }, [], (world) => {
        for (const pick of picks) {
          world.deliver(pick);
          world.perform(pick, 'well');
          world.deliverAgain(pick);
          world.placeActs(pick, pick % 4, pick);
        }
        world.heal(true);
        for (const id of world.ids) {
          assert.deepEqual(world.hub.reasons(id), []);
          assert.equal(world.state(id).status, 'closed');
        }
        world.checkEnd();
      });
    }),
    { numRuns: Math.ceil(LIVES / 5), ...SEED },
  );
});
