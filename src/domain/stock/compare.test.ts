/** Levels against the ledger: what is under way is no difference, what is lost is healed, what stays is a case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, aRetailer, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import type { RetailerConfig } from '../config.ts';
import type { StockObservation } from '../messages.ts';
import type { StockState } from './process.ts';

const MINUTE_MS = 60_000;
type Level = Extract<StockObservation, { type: 'stock.level' }>;
type Moved = Extract<StockObservation, { type: 'stock.moved' }>;

/** The warehouse system: it keeps its own figures, numbers its movements, and tells as a test wants. */
class Shelf {
  onHand: number;
  shipped = 0;
  sequence = 0;
  readonly #hub: MemoryHub;
  #levels = 0;

  constructor(hub: MemoryHub, onHand: number) {
    this.#hub = hub;
    this.onHand = onHand;
    this.tell(this.level());
  }

  level(): Level {
    this.#levels += 1;
    const { onHand, sequence, shipped } = this;
    const at = new Date(this.#hub.now).toISOString();
    return {
      type: 'stock.level',
      sku: 'A',
      location: 'WH',
      onHand,
      sequence,
      shipped,
      key: `l${this.#levels}`,
      at,
    };
  }

  moved(delta: number, reason: Moved['reason'] = delta > 0 ? 'received' : 'adjusted'): Moved {
    this.sequence += 1;
    this.onHand += delta;
    const { sequence } = this;
    const at = new Date(this.#hub.now).toISOString();
    return {
      type: 'stock.moved',
      sku: 'A',
      location: 'WH',
      delta,
      reason,
      key: `m${sequence}`,
      at,
      sequence,
    };
  }

  /** A parcel leaves, and nobody has told of it yet. */
  leaves(quantity: number): void {
    this.onHand -= quantity;
    this.shipped += quantity;
  }

  tell(message: StockObservation) {
    return this.#hub.send('stock', 'stock/A', message);
  }

  /** Answers the level that was asked for. */
  answer(level: Level = this.level()): void {
    this.#hub.done('inventory.readLevel');
    this.tell(level);
  }
}

const stateOf = (hub: MemoryHub) => (hub.stream('stock', 'stock/A').state as StockState).places.WH;
const owned = (stockOwner: 'system' | 'crossdock'): RetailerConfig => {
  const [warehouse, store] = aRetailer().locations;
  return aRetailer({ locations: [{ ...warehouse!, stockOwner }, store!] });
};
const reasons = (hub: MemoryHub) => [...hub.cases.values()].map(({ reason }) => reason);
const minutes = (hub: MemoryHub, count: number) => hub.pass(count * MINUTE_MS);
const decide = (hub: MemoryHub, type: 'operator.skipCase' | 'operator.retryCase') =>
  hub.send('stock', 'stock/A', { type, caseKey: 'stock-differs:WH', by: 'Ann', note: '' });

test('a parcel whose news is under way is no difference', () => {
  const hub = new MemoryHub();
  const shelf = new Shelf(hub, 10);
  hub.snapshot(anOrder('1', [line('A', 3)]));
  hub.settle();
  shelf.leaves(3);
  minutes(hub, 1);
  shelf.tell(shelf.level());
  assert.equal(stateOf(hub)?.differs, null);
  hub.ship('S1');
  minutes(hub, 1);
  shelf.tell(shelf.level());
  assert.equal(stateOf(hub)?.differs, null);
  assert.equal(hub.position('A', 'WH').onHand, 7);
  assert.deepEqual(hub.open('inventory.readLevel'), []);
  hub.check();
});

test('a system that does not count parcels: what is reserved may have left, more may not', () => {
  const hub = new MemoryHub();
  const shelf = new Shelf(hub, 10);
  const plain = (onHand: number): Level => {
    const { shipped: _, ...level } = shelf.level();
    return { ...level, onHand };
  };
  hub.snapshot(anOrder('1', [line('A', 3)]));
  minutes(hub, 1);
  hub.send('stock', 'stock/A', plain(7));
  // The opening level has counted parcels; a level without them is taken as it is.
  assert.equal(stateOf(hub)?.differs, null);
  minutes(hub, 1);
  hub.send('stock', 'stock/A', plain(6));
  assert.deepEqual(stateOf(hub)?.differs?.units, { onHand: -1 });
});

test('a movement that is on its way explains itself: the level is asked for once more, and both agree', () => {
  const hub = new MemoryHub();
  const shelf = new Shelf(hub, 10);
  minutes(hub, 1);
  const late = shelf.moved(5);
  shelf.tell(shelf.level());
  assert.deepEqual(stateOf(hub)?.differs?.units, { onHand: 5 });
  shelf.tell(late);
  minutes(hub, 31);
  assert.equal(hub.open('inventory.readLevel').length, 1);
  shelf.answer();
  assert.equal(stateOf(hub)?.differs, null);
  assert.equal(hub.position('A', 'WH').onHand, 15);
  minutes(hub, 600);
  assert.deepEqual(reasons(hub), []);
  assert.deepEqual(hub.open('inventory.readLevel'), [], 'nothing more is asked');
  hub.check();
});

test('a gap in the numbers is noticed, and healed by a level', () => {
  const hub = new MemoryHub();
  const shelf = new Shelf(hub, 10);
  minutes(hub, 1);
  shelf.moved(4);
  shelf.tell(shelf.moved(1));
  assert.deepEqual(stateOf(hub)?.missing, [1]);
  minutes(hub, 11);
  shelf.answer();
  minutes(hub, 31);
  shelf.answer();
  assert.equal(hub.position('A', 'WH').onHand, 15);
  assert.deepEqual(stateOf(hub)?.missing, []);
  assert.deepEqual(reasons(hub), [], 'nobody is asked');
  const { facts } = hub.stream('stock', 'stock/A');
  const taken = facts.find((fact) => fact.type === 'DifferenceTaken') as { because?: string } | undefined;
  assert.match(taken?.because ?? '', /message 1 of stock did not come/);
  hub.check();
});

test('a level that is known to make good a loss is taken at once, and what comes late from before it counts no more', () => {
  const hub = new MemoryHub();
  const shelf = new Shelf(hub, 10);
  const plain = <Told extends StockObservation>({ sequence: _, ...told }: Told): Told => told as Told;
  minutes(hub, 1);
  shelf.onHand = 8;
  shelf.tell(plain(shelf.level()));
  minutes(hub, 1);
  const lost = plain(shelf.moved(5));
  minutes(hub, 1);
  shelf.tell({ ...plain(shelf.level()), lost: 'the files 4 of OLD did not come' });
  assert.equal(hub.position('A', 'WH').onHand, 13, 'all of the difference, not what two levels share');
  const { facts } = hub.stream('stock', 'stock/A');
  const taken = facts.find((fact) => fact.type === 'DifferenceTaken') as { because?: string } | undefined;
  assert.match(taken?.because ?? '', /the files 4 of OLD did not come: the level of .* says so/);
  assert.equal(shelf.tell(lost), 'stale');
  minutes(hub, 1);
  shelf.tell(plain(shelf.moved(1)));
  assert.equal(hub.position('A', 'WH').onHand, 14);
  minutes(hub, 60);
  assert.deepEqual([reasons(hub), hub.open('inventory.readLevel')], [[], []], 'nobody is asked');
  hub.check();
});

test('where Crossdock owns the stock, a level after a loss is compared as any other, and late receipts count', () => {
  const hub = new MemoryHub({ config: owned('crossdock') });
  const shelf = new Shelf(hub, 10);
  const plain = <Told extends StockObservation>({ sequence: _, ...told }: Told): Told => told as Told;
  minutes(hub, 1);
  const late = plain(shelf.moved(5));
  minutes(hub, 1);
  shelf.tell({ ...plain(shelf.level()), lost: 'the files 4 of OLD did not come' });
  assert.equal(hub.position('A', 'WH').onHand, 10);
  assert.equal(shelf.tell(late), 'applied');
  assert.equal(hub.position('A', 'WH').onHand, 15);
  hub.check();
});

test('a gap that closes by itself asks for nothing', () => {
  const hub = new MemoryHub();
  const shelf = new Shelf(hub, 10);
  const [first, second] = [shelf.moved(4), shelf.moved(1)];
  shelf.tell(second);
  minutes(hub, 5);
  shelf.tell(first);
  assert.equal(shelf.tell({ ...first, key: 'told under another key' }), 'duplicate');
  minutes(hub, 60);
  assert.deepEqual(hub.open('inventory.readLevel'), []);
  assert.equal(hub.position('A', 'WH').onHand, 15);
});

test('what nothing explains is a case with its figures; skipped, the figure of the owner is taken over', () => {
  const hub = new MemoryHub({ config: owned('system') });
  const shelf = new Shelf(hub, 10);
  minutes(hub, 1);
  shelf.onHand = 8;
  shelf.tell(shelf.level());
  assert.deepEqual(reasons(hub), [], 'messages may be on their way');
  minutes(hub, 31);
  shelf.answer();
  assert.deepEqual(reasons(hub), ['stock-differs']);
  assert.match(
    [...hub.cases.values()][0]?.message ?? '',
    /stock has of A at WH 2 fewer on hand than the ledger, which has 10/,
  );
  assert.equal(hub.position('A', 'WH').onHand, 10, 'nothing is overwritten');
  decide(hub, 'operator.retryCase');
  shelf.answer();
  assert.deepEqual(reasons(hub), ['stock-differs'], 'it is still so');
  decide(hub, 'operator.skipCase');
  assert.equal(hub.position('A', 'WH').onHand, 8);
  minutes(hub, 1);
  shelf.tell(shelf.level());
  assert.equal(stateOf(hub)?.differs, null);
  hub.check();
});

test('a case closes by itself when both agree again', () => {
  const hub = new MemoryHub();
  const shelf = new Shelf(hub, 10);
  minutes(hub, 1);
  shelf.onHand = 12;
  shelf.tell(shelf.level());
  minutes(hub, 31);
  shelf.answer();
  assert.deepEqual(reasons(hub), ['stock-differs']);
  minutes(hub, 1);
  shelf.onHand = 10;
  shelf.tell(shelf.level());
  assert.deepEqual(reasons(hub), []);
});

test('a system that cannot be asked: the difference is a case all the same', () => {
  const hub = new MemoryHub();
  const shelf = new Shelf(hub, 10);
  minutes(hub, 1);
  shelf.onHand = 8;
  shelf.tell(shelf.level());
  minutes(hub, 31);
  hub.rejected('inventory.readLevel', 'not-supported');
  assert.deepEqual(reasons(hub), ['stock-differs']);
});

test('where Crossdock owns the stock, corrections of the system are not taken; an accepted difference is no case again', () => {
  const hub = new MemoryHub({ config: owned('crossdock') });
  const shelf = new Shelf(hub, 10);
  minutes(hub, 1);
  shelf.tell(shelf.moved(-2, 'counted'));
  shelf.tell(shelf.moved(5, 'received'));
  assert.equal(hub.position('A', 'WH').onHand, 15);
  minutes(hub, 1);
  shelf.tell(shelf.level());
  minutes(hub, 31);
  shelf.answer();
  assert.deepEqual(reasons(hub), ['stock-differs']);
  decide(hub, 'operator.skipCase');
  assert.equal(hub.position('A', 'WH').onHand, 15);
  minutes(hub, 1);
  shelf.tell(shelf.level());
  assert.equal(stateOf(hub)?.differs, null);
  hub.check();
});

test('a count that takes what is promised has it sourced anew, or is an order’s shortage', () => {
  const hub = new MemoryHub();
  const shelf = new Shelf(hub, 2);
  hub.stock('A', 'STORE', 1);
  hub.snapshot(anOrder('1', [line('A', 2)], { holds: [{ kind: 'risk', reason: 'looked at' }] }));
  assert.deepEqual(hub.units('A', 'WH'), { onHand: 2, reserved: 2 });
  shelf.tell(shelf.moved(-1, 'counted'));
  hub.snapshot(anOrder('1', [line('A', 2)], { updatedAt: '2026-10-01T08:30:00.000Z', holds: [] }));
  assert.deepEqual(hub.units('A', 'WH'), { onHand: 1, reserved: 1 });
  assert.deepEqual(hub.units('A', 'STORE'), { onHand: 1, reserved: 1 });
  hub.check();
});

test('levels and movements, duplicated, late, lost and in any order: once all is told, both agree or it is a case', () => {
  const step = fc.record({
    act: fc.constantFrom('move', 'level', 'parcel', 'pass'),
    units: fc.integer({ min: -3, max: 5 }),
    fate: fc.constantFrom('at once', 'twice', 'late', 'lost'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const hub = new MemoryHub();
      const shelf = new Shelf(hub, 20);
      const late: StockObservation[] = [];
      const say = (message: StockObservation, fate: string) => {
        if (fate === 'late') late.push(message);
        else if (fate !== 'lost') shelf.tell(message);
        if (fate === 'twice') shelf.tell(message);
      };
      const answer = () => {
        for (
          let open = hub.open('inventory.readLevel');
          open.length > 0;
          open = hub.open('inventory.readLevel')
        )
          shelf.answer();
      };
      for (const { act, units, fate } of steps) {
        minutes(hub, 1);
        if (act === 'move' && units !== 0) say(shelf.moved(units), fate);
        else if (act === 'level') say(shelf.level(), fate);
        else if (act === 'pass') {
          minutes(hub, 12);
          answer();
        }
        hub.check();
      }
      for (const message of late.reverse()) shelf.tell(message);
      // One cycle of reconciliation: a level, and what is asked for after it.
      for (let cycle = 0; cycle < 4; cycle += 1) {
        minutes(hub, 31);
        answer();
        shelf.tell(shelf.level());
      }
      const agrees = hub.position('A', 'WH').onHand === shelf.onHand;
      assert.ok(
        agrees || reasons(hub).includes('stock-differs'),
        `${hub.position('A', 'WH').onHand} is not ${shelf.onHand}`,
      );
      if (!steps.some(({ fate }) => fate === 'lost')) assert.ok(agrees, 'nothing was lost: no difference');
      hub.check();
    }),
    { numRuns: 150 },
  );
});
