/** One SKU at one place of one channel, with everything that may be under way between both sides, in any order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planWrite, type StockWritePlan, shouldShow } from './publishing.ts';
import {
  differenceOf,
  explanationsOf,
  lookOf,
  MOST_LOOKS,
  type ShownAccount,
  type ShownFigures,
  verdictOf,
} from './reconciling.ts';

/** What the channel's events do here when they come in. */
type Message = { event: 'placed' | 'cancelled'; units: number };

class World {
  readonly channel: ShownFigures = { available: 50, committed: 0 };
  onHand = 50;
  reservedOwn = 0;
  reservedOther = 0;
  /** Cancelled at the channel, and not here yet. */
  cancelling = 0;
  /** Both agreed on this, and the channel's own orders have done this since. */
  agreed = { shown: 50, known: 50, owed: 0, told: null as number | null };
  own = 0;
  untold = 0;
  /** Parcels of which the channel has been told, and whose answer has not come. */
  telling = 0;
  messages: Message[] = [];
  write: { plan: StockWritePlan; known: number; own: number; owed: number; taken: boolean | null } | null =
    null;

  get sellable(): number {
    return this.onHand - this.reservedOwn - this.reservedOther;
  }

  get account(): ShownAccount {
    const { sellable, own, untold } = this;
    const { known, owed } = this.agreed;
    return {
      sellable,
      known,
      owed,
      own,
      ownReserved: this.reservedOwn,
      untold,
      publishing: this.write !== null,
    };
  }

  buy(units: number): void {
    if (this.channel.available < units) return;
    this.channel.available -= units;
    this.channel.committed += units;
    this.messages.push({ event: 'placed', units });
  }

  /** Of units that are reserved here, and that nobody ships before we hear of it. */
  cancel(units: number): void {
    if (this.reservedOwn - this.cancelling < units) return;
    this.cancelling += units;
    this.channel.committed -= units;
    this.channel.available += units;
    this.messages.push({ event: 'cancelled', units });
  }

  hear(): void {
    const message = this.messages.shift();
    if (!message) return;
    const { event, units } = message;
    if (event === 'cancelled') this.cancelling -= units;
    const taken = event === 'placed' ? units : -units;
    this.reservedOwn += taken;
    this.own -= taken;
  }

  ship(units: number): void {
    if (this.reservedOwn - this.cancelling < units) return;
    this.onHand -= units;
    this.reservedOwn -= units;
    this.untold += units;
  }

  tell(): void {
    if (this.telling > 0 || this.untold === 0) return;
    this.telling = this.untold;
    this.channel.committed -= this.telling;
  }

  answered(): void {
    this.untold -= this.telling;
    this.telling = 0;
  }

  /** The publisher: writes down, calls, and takes the answer, each at its own time. */
  publish(): void {
    const { write, channel } = this;
    if (!write) {
      const here = { sellable: this.sellable, own: this.own };
      const plan = planWrite(this.agreed, here);
      if (plan)
        this.write = { plan, known: here.sellable, own: here.own, owed: this.agreed.owed, taken: null };
    } else if (write.taken === null) {
      write.taken = channel.available === write.plan.from;
      if (write.taken) channel.available = write.plan.to;
      else this.agreed.told = channel.available;
    } else {
      if (write.taken) {
        const owed = this.agreed.owed + write.plan.owed - write.owed;
        this.agreed = { shown: write.plan.to, known: write.known, owed, told: null };
        this.own -= write.own;
      }
      this.write = null;
    }
  }

  /** All that is under way arrives. */
  drain(): void {
    while (this.messages.length > 0) this.hear();
    this.tell();
    this.answered();
    for (let turn = 0; turn < 30; turn += 1) this.publish();
    if (this.write) this.publish();
  }
}

const units = fc.integer({ min: 1, max: 4 });
const act = fc.oneof(
  fc.record({ act: fc.constant('buy' as const), units }),
  fc.record({ act: fc.constant('cancel' as const), units }),
  fc.record({ act: fc.constant('ship' as const), units }),
  fc.record({ act: fc.constant('receive' as const), units: fc.integer({ min: -3, max: 9 }) }),
  fc.record({ act: fc.constant('other' as const), units }),
  fc.record({ act: fc.constantFrom('hear' as const, 'tell' as const, 'answered' as const), units }),
  fc.record({ act: fc.constant('publish' as const), units }),
);
type Act = { act: string; units: number };

function carryOut(world: World, acts: readonly Act[]): void {
  for (const { act: what, units: count } of acts)
    switch (what) {
      case 'receive':
        world.onHand += count;
        break;
      case 'other':
        if (world.sellable >= count) world.reservedOther += count;
        break;
      case 'buy':
      case 'cancel':
      case 'ship':
        world[what](count);
        break;
      default:
        world[what as 'hear' | 'tell' | 'answered' | 'publish']();
    }
}

const acts = (most: number) => fc.array(act, { maxLength: most });

test('whatever is under way, what was changed behind our back is found to the unit, and nothing else is', () => {
  const verdicts = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.integer({ min: -5, max: 5 }),
      acts(30),
      fc.integer({ min: -6, max: 6 }),
      acts(12),
      fc.array(fc.record({ between: acts(6), meanwhile: acts(3) }), {
        minLength: MOST_LOOKS,
        maxLength: MOST_LOOKS,
      }),
      (corrected, before, drift, during, rounds) => {
        const world = new World();
        // What another reconciliation has found is still to be written.
        world.channel.available -= corrected;
        world.agreed.owed = corrected;
        carryOut(world, before);
        const planted = world.channel.available + drift < 0 ? 0 : drift;
        world.channel.available += planted;
        // The bulk read shows one moment, our accounts are of another.
        const shown = { ...world.channel };
        carryOut(world, during);
        let last: number | null = differenceOf(shown, world.account);
        let verdict = 'look again';
        for (const [index, { between, meanwhile }] of rounds.entries()) {
          carryOut(world, between);
          // The channel's orders until now are known here before anybody looks.
          while (world.messages.length > 0) world.hear();
          const then = world.account;
          const half = Math.floor(meanwhile.length / 2);
          carryOut(world, meanwhile.slice(0, half));
          const found = { ...world.channel };
          carryOut(world, meanwhile.slice(half));
          const now = lookOf(found, then, world.account);
          verdict = verdictOf(last, now, index + 1);
          last = now.difference;
          if (verdict !== 'look again') break;
        }
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
        if (verdict === 'differs') {
          assert.equal(last, planted);
          world.agreed.owed -= planted;
        } else if (verdict === 'agrees' && world.untold === 0) assert.equal(planted, 0, 'it was not found');
        if (verdict !== 'differs' && planted !== 0) return;
        world.drain();
        world.drain();
        const { available, committed } = world.channel;
        const should = shouldShow(world.sellable, world.reservedOwn, committed);
        assert.equal(Math.max(0, should), Math.max(0, available), 'it shows the ledger’s total');
      },
    ),
    { numRuns: 3_000 },
  );
  for (const verdict of ['agrees', 'differs', 'moving'])
    assert.ok((verdicts.get(verdict) ?? 0) > 30, `${verdict}: ${verdicts.get(verdict)}`);
});

test('a parcel whose answer has not come is no difference, and hides none for ever', () => {
  const world = new World();
  world.buy(3);
  world.hear();
  world.ship(3);
  world.tell();
  const look = () => lookOf({ ...world.channel }, world.account, world.account);
  assert.equal(verdictOf(-3, look(), 1), 'agrees');
  world.channel.available += 2;
  assert.equal(verdictOf(-1, look(), 1), 'agrees', 'two too many, and three too few');
  world.answered();
  assert.equal(verdictOf(null, look(), 1), 'look again');
  assert.equal(verdictOf(2, look(), 2), 'differs');
});

test('what is under way is said in words', () => {
  const account = {
    sellable: 14,
    known: 10,
    owed: 0,
    own: 0,
    ownReserved: 1,
    untold: 2,
    publishing: false,
  };
  assert.deepEqual(explanationsOf({ available: 9, committed: 4 }, account), [
    '2 units in parcels of which the channel is not told yet',
    '1 unit committed to orders that take nothing here yet',
    'a change of +4 waits to be published',
  ]);
});
