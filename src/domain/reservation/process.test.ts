/** Reservations: granted or refused by what there is, and ended once; their units are free again, or an order's. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { aRetailer } from '../../../test/support/builders.ts';
import { TestMappings } from '../../../test/support/test-mappings.ts';
import type { DecisionContext } from '../process.ts';
import type { ReservationFact } from './facts.ts';
import type { KeptUnits } from './messages.ts';
import { CLAIM_KEPT_MS, isSameRequest, type ReservationMessage, reservationProcess } from './process.ts';
import { ReservationRequest } from './request.ts';
import type { ReservationState } from './state.ts';

const config = aRetailer();
const mappings = new TestMappings(config, []);
const START = Date.parse('2026-10-01T09:00:00.000Z');

/** Positions and reservations in memory, one decision after the other. */
class Shelf {
  now = START;
  readonly onHand = new Map<string, number>();
  readonly reserved = new Map<string, number>();
  readonly states = new Map<string, ReservationState>();
  readonly facts = new Map<string, ReservationFact[]>();
  woken = 0;

  constructor(units: Record<string, number>) {
    for (const [place, count] of Object.entries(units)) this.onHand.set(place, count);
  }

  available(sku: string, location: string): number {
    const place = `${sku}@${location}`;
    return (this.onHand.get(place) ?? 0) - (this.reserved.get(place) ?? 0);
  }

  state(id: string): ReservationState {
    return this.states.get(id) ?? reservationProcess.initial(id);
  }

  tell(id: string, message: ReservationMessage): string {
    const stock = {
      available: (sku: string, location: string) => this.available(sku, location),
      onHand: (sku: string, location: string) => this.onHand.get(`${sku}@${location}`) ?? 0,
      unpromised: (sku: string, location: string) => this.available(sku, location),
    };
    const context = { now: this.now, config, configVersion: 1, mappings, stock } as DecisionContext;
    const { facts, outcome, messages } = reservationProcess.decide(this.state(id), message, context);
    this.woken += messages.length;
    for (const fact of facts) {
      const kept = JSON.parse(JSON.stringify(fact)) as ReservationFact;
      this.facts.set(id, [...(this.facts.get(id) ?? []), kept]);
      this.states.set(id, reservationProcess.evolve(this.state(id), kept));
      for (const { sku, location, reserved } of reservationProcess.movementsOf(kept)) {
        const place = `${sku}@${location}`;
        const after = (this.reserved.get(place) ?? 0) + reserved;
        assert.ok(after >= 0, `${id} gives back no more of ${place} than it has`);
        if (reserved > 0)
          assert.ok(
            after <= (this.onHand.get(place) ?? 0),
            `${id} is granted no more of ${place} than there is`,
          );
        this.reserved.set(place, after);
      }
    }
    return outcome;
  }

  ask(id: string, lines: { sku: string; quantity: number; location?: string }[], more: object = {}): string {
    return this.tell(id, {
      type: 'reservation.request',
      request: ReservationRequest.parse({ lines, ...more }),
    });
  }
}

const kept = (state: ReservationState) =>
  state.kept.map(({ sku, location, quantity }) => `${quantity} × ${sku}@${location}`);

describe('a request', () => {
  test('is granted where there is enough, and its answer stands when it is made again', () => {
    const shelf = new Shelf({ 'A@WH': 3 });
    assert.equal(shelf.ask('r1', [{ sku: 'A', quantity: 2, location: 'WH' }]), 'applied');
    assert.deepEqual(kept(shelf.state('r1')), ['2 × A@WH']);
    assert.equal(shelf.state('r1').expiresAt, new Date(START + 900_000).toISOString());
    assert.equal(shelf.ask('r1', [{ sku: 'A', quantity: 2, location: 'WH' }]), 'duplicate');
    assert.equal(shelf.available('A', 'WH'), 1);
    assert.equal(shelf.ask('r2', [{ sku: 'A', quantity: 2, location: 'WH' }]), 'applied');
    assert.equal(shelf.state('r2').status, 'refused');
    assert.deepEqual(shelf.state('r2').missing, [{ line: 0, sku: 'A', quantity: 1 }]);
  });

  test('that may be met in part gets what there is, and is refused where there is nothing', () => {
    const shelf = new Shelf({ 'A@WH': 3 });
    shelf.ask(
      'r1',
      [
        { sku: 'A', quantity: 5, location: 'WH' },
        { sku: 'B', quantity: 1 },
      ],
      { policy: 'partial' },
    );
    assert.deepEqual(kept(shelf.state('r1')), ['3 × A@WH']);
    assert.deepEqual(shelf.state('r1').missing, [
      { line: 0, sku: 'A', quantity: 2 },
      { line: 1, sku: 'B', quantity: 1 },
    ]);
    shelf.ask('r2', [{ sku: 'A', quantity: 5 }], { policy: 'partial' });
    assert.equal(shelf.state('r2').status, 'refused');
  });

  test('without a location is sourced, of what the lines that name one leave', () => {
    const shelf = new Shelf({ 'A@WH': 2, 'A@STORE': 2 });
    shelf.ask('r1', [
      { sku: 'A', quantity: 2 },
      { sku: 'A', quantity: 1, location: 'WH' },
    ]);
    assert.deepEqual(kept(shelf.state('r1')), ['2 × A@STORE', '1 × A@WH']);
  });

  test('for a place that is none of ours is refused', () => {
    const shelf = new Shelf({ 'A@ELSEWHERE': 9 });
    shelf.ask('r1', [{ sku: 'A', quantity: 1, location: 'ELSEWHERE' }]);
    assert.equal(shelf.state('r1').status, 'refused');
  });

  test('is the same with the same content only', () => {
    const shelf = new Shelf({ 'A@WH': 3 });
    shelf.ask('r1', [{ sku: 'A', quantity: 2 }]);
    const request = (quantity: number) => ReservationRequest.parse({ lines: [{ sku: 'A', quantity }] });
    assert.equal(isSameRequest(shelf.state('r1'), request(2)), true);
    assert.equal(isSameRequest(shelf.state('r1'), request(3)), false);
  });
});

describe('a reservation ends', () => {
  const granted = () => {
    const shelf = new Shelf({ 'A@WH': 3 });
    shelf.ask('r1', [{ sku: 'A', quantity: 2 }]);
    return shelf;
  };

  test('by release, which counts once and wakes who waits', () => {
    const shelf = granted();
    assert.equal(
      shelf.tell('r1', { type: 'reservation.release', because: 'the cart was emptied' }),
      'applied',
    );
    assert.equal(shelf.tell('r1', { type: 'reservation.release', because: 'again' }), 'duplicate');
    assert.equal(shelf.available('A', 'WH'), 3);
    assert.equal(shelf.woken, 1);
  });

  test('by its time, not before, and then it can be claimed no more', () => {
    const shelf = granted();
    assert.equal(shelf.tell('r1', { type: 'reservation.expire' }), 'stale');
    shelf.now += 900_000;
    assert.equal(
      shelf.tell('r1', { type: 'reservation.claim', order: 'shop/1' }),
      'stale',
      'its time has come',
    );
    assert.equal(shelf.tell('r1', { type: 'reservation.expire' }), 'applied');
    assert.equal(shelf.available('A', 'WH'), 3);
    assert.equal(shelf.state('r1').status, 'expired');
  });

  test('by the order that claims it: only that one, which takes what it needs', () => {
    const shelf = granted();
    assert.equal(shelf.tell('r1', { type: 'reservation.claim', order: 'shop/1' }), 'applied');
    assert.equal(shelf.tell('r1', { type: 'reservation.claim', order: 'shop/1' }), 'duplicate');
    assert.equal(shelf.tell('r1', { type: 'reservation.claim', order: 'shop/2' }), 'stale');
    shelf.now += 3_600_000;
    assert.equal(shelf.tell('r1', { type: 'reservation.expire' }), 'stale', 'a claim keeps it longer');
    const taken: KeptUnits[] = [{ line: 0, sku: 'A', location: 'WH', quantity: 1 }];
    assert.throws(
      () => shelf.tell('r1', { type: 'reservation.takeOver', order: 'shop/2', taken }),
      /not kept for it/,
    );
    assert.throws(
      () =>
        shelf.tell('r1', {
          type: 'reservation.takeOver',
          order: 'shop/1',
          taken: [{ line: 0, sku: 'A', location: 'WH', quantity: 3 }],
        }),
      /not kept there/,
    );
    assert.equal(shelf.tell('r1', { type: 'reservation.takeOver', order: 'shop/1', taken }), 'applied');
    assert.deepEqual(
      reservationProcess
        .movementsOf(shelf.facts.get('r1')?.at(-1) as ReservationFact)
        .map(({ kind, reserved }) => [kind, reserved]),
      [
        ['claimed', -1],
        ['released', -1],
      ],
    );
    assert.equal(shelf.tell('r1', { type: 'reservation.release', because: 'late' }), 'stale');
  });

  test('by its time, where the order that claimed it never comes', () => {
    const shelf = granted();
    shelf.tell('r1', { type: 'reservation.claim', order: 'shop/1' });
    shelf.now += CLAIM_KEPT_MS;
    assert.equal(shelf.tell('r1', { type: 'reservation.expire' }), 'applied');
    assert.equal(shelf.available('A', 'WH'), 3);
  });
});

test('whatever is asked and told in whatever order: nothing oversold, nothing leaked, and the state is the fold', () => {
  const units = fc.integer({ min: 0, max: 6 });
  const id = fc.constantFrom('r1', 'r2', 'r3', 'r4');
  const line = fc.record({
    sku: fc.constantFrom('A', 'B'),
    quantity: fc.integer({ min: 1, max: 4 }),
    location: fc.constantFrom(null, 'WH', 'STORE'),
  });
  const act = fc.oneof(
    fc.record({
      act: fc.constant('ask' as const),
      id,
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
      policy: fc.constantFrom('partial', 'all-or-nothing'),
    }),
    fc.record({ act: fc.constant('claim' as const), id, order: fc.constantFrom('shop/1', 'shop/2') }),
    fc.record({ act: fc.constant('take' as const), id }),
    fc.record({ act: fc.constant('release' as const), id }),
    fc.record({ act: fc.constant('count' as const), sku: fc.constantFrom('A', 'B'), units }),
    fc.record({ act: fc.constant('pass' as const), minutes: fc.constantFrom(1, 16, 2_000) }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), units, units, (acts, a, b) => {
      const shelf = new Shelf({ 'A@WH': a, 'A@STORE': b, 'B@WH': b });
      for (const each of acts) {
        if (each.act === 'ask')
          shelf.tell(each.id, {
            type: 'reservation.request',
            request: ReservationRequest.parse({ lines: each.lines, policy: each.policy }),
          });
        else if (each.act === 'claim') shelf.tell(each.id, { type: 'reservation.claim', order: each.order });
        else if (each.act === 'release') shelf.tell(each.id, { type: 'reservation.release', because: '' });
        else if (each.act === 'count') shelf.onHand.set(`${each.sku}@WH`, each.units);
        else if (each.act === 'take') {
          const { status, order, kept: taken, expiresAt } = shelf.state(each.id);
          if (status === 'claimed' && order !== null && shelf.now < Date.parse(expiresAt ?? ''))
            shelf.tell(each.id, { type: 'reservation.takeOver', order, taken });
        } else {
          shelf.now += each.minutes * 60_000;
          for (const key of shelf.states.keys()) shelf.tell(key, { type: 'reservation.expire' });
        }
        const promised = new Map<string, number>();
        for (const state of shelf.states.values())
          if (state.status === 'granted' || state.status === 'claimed')
            for (const { sku, location, quantity } of state.kept)
              promised.set(`${sku}@${location}`, (promised.get(`${sku}@${location}`) ?? 0) + quantity);
        for (const [place, reserved] of shelf.reserved)
          assert.equal(reserved, promised.get(place) ?? 0, place);
      }
      shelf.now += CLAIM_KEPT_MS;
      for (const [key, state] of shelf.states) {
        shelf.tell(key, { type: 'reservation.expire' });
        const folded = (shelf.facts.get(key) ?? []).reduce(
          (before, fact) => reservationProcess.evolve(before, fact),
          reservationProcess.initial(key),
        );
        assert.deepEqual(shelf.state(key), folded);
        assert.equal(
          reservationProcess.dueAt?.(shelf.state(key)),
          null,
          `${key} (${state.status}) has ended`,
        );
      }
      assert.deepEqual(
        [...shelf.reserved.values()].filter((reserved) => reserved !== 0),
        [],
      );
    }),
  );
});
