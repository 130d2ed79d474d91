/** A person adjusts the ledger: only where it is ours, once, never below nothing, and everybody hears of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';

const locations = (stockOwner: 'system' | 'crossdock') => ({
  locations: [
    {
      id: 'WH',
      name: 'Warehouse',
      kind: 'warehouse' as const,
      fulfilment: 'wms',
      inventory: 'stock',
      stockOwner,
    },
  ],
});
function adjust(life: OrderLife, delta: number, key: string) {
  return life.hub.send('stock', 'stock/A', {
    type: 'stock.adjust',
    location: 'WH',
    delta,
    reason: 'found behind the rack',
    by: 'Ann',
    key,
  });
}

test('units that are found go to who waits, once; the movement says who and why', () => {
  const life = new OrderLife({ config: locations('crossdock'), stock: { 'A@WH': 0 } }).placed();
  assert.equal(adjust(life, 2, 'a-1'), 'applied');
  assert.equal(adjust(life, 2, 'a-1'), 'duplicate');
  assert.deepEqual(life.hub.units('A', 'WH'), { onHand: 2, reserved: 2 });
  const { facts, process } = life.hub.stream('stock', 'stock/A');
  const moved = facts.flatMap((fact) => process.movementsOf(fact)).find(({ kind }) => kind === 'adjusted');
  assert.deepEqual(moved, {
    sku: 'A',
    location: 'WH',
    kind: 'adjusted',
    onHand: 2,
    reserved: 0,
    act: 'a-1',
    reason: 'found behind the rack (Ann)',
  });
  life.hub.check();
});

test('units that are gone are taken from who was placed last; more than there are cannot go', () => {
  const life = new OrderLife({ config: locations('crossdock'), lines: [line('A', 2)], stock: { 'A@WH': 2 } });
  life.see(life.channel.hold());
  assert.equal(adjust(life, -3, 'a-1'), 'stale');
  assert.equal(adjust(life, -1, 'a-2'), 'applied');
  assert.deepEqual(life.hub.units('A', 'WH'), { onHand: 1, reserved: 1 });
  life.hub.check();
});

test('what the inventory system owns is corrected there', () => {
  const life = new OrderLife({ config: locations('system'), stock: { 'A@WH': 2 } });
  assert.equal(adjust(life, 1, 'a-1'), 'stale');
  assert.equal(life.hub.position('A', 'WH').onHand, 2);
});
