/** Sourcing in an order's life: closed stores are waited for, refusals go elsewhere, and each decision says why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrder, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import type { RetailerConfigInput } from '../config.ts';
import type { OrderFact } from './facts.ts';

const closedStore: Partial<RetailerConfigInput> = {
  sourcing: {
    places: {
      STORE: { timeZone: 'Europe/Berlin', hours: { week: { fri: [['09:00', '18:00']] } } },
    },
  },
};
type Reserved = Extract<OrderFact, { type: 'StockReserved' }>;
const reserved = (life: OrderLife): Reserved[] =>
  life.hub.facts().filter((fact): fact is Reserved => fact.type === 'StockReserved');

test('a closed store is asked when it opens, by itself, and nobody cancels meanwhile', () => {
  // Thursday, 1 October 2026, 09:00 UTC.
  const life = new OrderLife({
    config: { ...closedStore, brands: [{ id: 'brand', name: 'Brand', shortage: 'cancel' }] },
    lines: [line('A', 1)],
    stock: { 'A@STORE': 1 },
  }).placed();
  assert.equal(reserved(life).length, 0);
  const short = life.hub.facts().find((fact) => fact.type === 'StockShort');
  assert.deepEqual(
    short?.considered?.map(({ location, verdict }) => `${location}: ${verdict}`),
    ['WH: has 0 of 1 units', 'STORE: is closed until Fri 2026-10-02 09:00 (Europe/Berlin): not asked'],
  );
  assert.equal(life.hub.order().cancellation, null);
  life.hub.pass(22 * 3_600_000 - 1);
  assert.equal(reserved(life).length, 0);
  life.hub.pass(1);
  assert.deepEqual(
    reserved(life).map(({ allocations }) => allocations.map(({ location }) => location)),
    [['STORE']],
  );
});

test('what a location refuses is given back there and comes from elsewhere, and the story says so', () => {
  const life = new OrderLife({ lines: [line('A', 2)], stock: { 'A@WH': 2, 'A@STORE': 2 } }).released();
  life.refused('r1', [{ lineId: 'A-line', quantity: 1 }]);
  const [, second] = reserved(life);
  assert.deepEqual(second?.allocations, [{ lineId: 'A-line', sku: 'A', location: 'STORE', quantity: 1 }]);
  assert.deepEqual(
    second?.considered.map(({ location, verdict }) => `${location}: ${verdict}`),
    [
      'STORE: chosen for 1 of 1 units (1 × A; distance 1; priority 2)',
      'WH: has refused these units before: not asked again',
    ],
  );
  assert.equal(life.hub.position('A', 'WH').reserved, 1, 'the refused unit is free again');
  assert.equal(life.hub.position('A', 'STORE').reserved, 1);
});

test('what is fetched comes from where it is fetched, and from nowhere else', () => {
  const pickUp = (locationName: string) =>
    new OrderLife({
      order: { delivery: { method: 'pickUp', location: null, locationName } },
      lines: [line('A', 1)],
      stock: { 'A@WH': 5, 'A@STORE': 1 },
    }).placed();
  const life = pickUp('STORE');
  assert.deepEqual(reserved(life)[0]?.because, [
    'The customer fetches it at Store, so it comes from there',
    'By the rules "usual": as few locations as possible, then the nearest, then no line in parts, then the highest priority',
  ]);
});

test('the postal code of an order decides where rules ask for it', () => {
  const life = new OrderLife({
    config: { sourcing: { places: { WH: { serves: [{ country: 'DE', postalPrefixes: ['80'] }] } } } },
    order: anOrder('1', [line('A', 1)], {
      shipTo: { personId: 'p-1', countryCode: 'DE', provinceCode: null, postalArea: '281', missing: [] },
    }),
    lines: [line('A', 1)],
    stock: { 'A@WH': 5, 'A@STORE': 1 },
  }).placed();
  assert.equal(reserved(life)[0]?.allocations[0]?.location, 'STORE');
});
