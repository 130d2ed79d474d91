/** The stock of an item: each movement counts once, in whatever order it comes, and what is not mapped waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, aRetailer, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import type { StockObservation } from '../messages.ts';
import { type StockState, stockProcess } from './process.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 9, 1, 0, minute)).toISOString();
const level = (onHand: number, minute: number, key = `level ${minute}`): StockObservation => ({
  type: 'stock.level',
  sku: 'A',
  location: 'WH',
  onHand,
  key,
  at: at(minute),
});
const moved = (delta: number, minute: number, key = `move ${minute}`, location = 'WH'): StockObservation => ({
  type: 'stock.moved',
  sku: 'A',
  location,
  delta,
  reason: delta > 0 ? 'received' : 'adjusted',
  key,
  at: at(minute),
});
const stateOf = (hub: MemoryHub) => hub.stream('stock', 'stock/A').state as StockState;
const unshared = (kind: 'sku' | 'location') =>
  aRetailer({
    connections: aRetailer().connections.map((connection) =>
      connection.id === 'stock'
        ? { ...connection, sameCodes: connection.sameCodes.filter((same) => same !== kind) }
        : connection,
    ),
  });

test('a level opens a position, movements after it count, those before are in it already', () => {
  const hub = new MemoryHub();
  hub.send('stock', 'stock/A', moved(3, 1));
  hub.send('stock', 'stock/A', level(10, 5));
  assert.equal(hub.position('A', 'WH').onHand, 10);
  assert.equal(hub.send('stock', 'stock/A', moved(-2, 4)), 'stale');
  assert.equal(hub.send('stock', 'stock/A', moved(-2, 6)), 'applied');
  assert.equal(hub.position('A', 'WH').onHand, 8);
  assert.equal(hub.send('stock', 'stock/A', level(99, 7)), 'applied');
  assert.equal(hub.position('A', 'WH').onHand, 8, 'a level is compared, and overwrites nothing');
  hub.check();
});

test('the same act counts once', () => {
  const hub = new MemoryHub();
  hub.send('stock', 'stock/A', level(10, 0));
  assert.equal(hub.send('stock', 'stock/A', moved(5, 1)), 'applied');
  assert.equal(hub.send('stock', 'stock/A', moved(5, 1)), 'duplicate');
  assert.equal(hub.send('stock', 'stock/A', level(10, 0)), 'duplicate');
  assert.equal(hub.position('A', 'WH').onHand, 15);
});

test('level and movements in any order, each any number of times, give the same stock', () => {
  const acts = [
    level(10, 5),
    moved(3, 1),
    moved(-1, 4),
    moved(5, 6),
    moved(-2, 8),
    moved(7, 9, 'x', 'STORE'),
  ];
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...acts, ...acts], { minLength: acts.length * 2, maxLength: acts.length * 2 }),
      (messages) => {
        const hub = new MemoryHub();
        for (const message of messages) hub.send('stock', 'stock/A', message);
        assert.equal(hub.position('A', 'WH').onHand, 13);
        assert.equal(hub.position('A', 'STORE').onHand, 7);
        hub.check();
      },
    ),
    { numRuns: 60 },
  );
});

for (const kind of ['sku', 'location'] as const) {
  test(`a ${kind} that is not mapped: a case, and what was said of it is counted when it is mapped`, () => {
    const hub = new MemoryHub({ config: unshared(kind) });
    assert.equal(hub.send('stock', 'stock/A', level(10, 0)), 'case');
    assert.equal(hub.send('stock', 'stock/A', moved(5, 1)), 'case');
    assert.equal(hub.send('stock', 'stock/A', moved(5, 1)), 'duplicate');
    assert.equal(hub.cases.size, 1);
    const code = kind === 'sku' ? 'A' : 'WH';
    hub.mappings.set(kind, 'stock', code, code);
    hub.send('stock', 'stock/A', { type: 'configuration.changed', version: 2 });
    assert.equal(hub.cases.size, 0);
    assert.equal(hub.position('A', 'WH').onHand, 15);
    assert.deepEqual(stateOf(hub).parked, []);
    hub.check();
  });
}

test('a location of which a person says that it is none of ours stays silent', () => {
  const hub = new MemoryHub({ config: unshared('location') });
  hub.mappings.set('location', 'stock', 'WH', 'WH');
  hub.send('stock', 'stock/A', moved(5, 1, 'k1', 'OUTLET'));
  const caseKey = 'unmapped-location:OUTLET';
  hub.send('stock', 'stock/A', { type: 'operator.skipCase', caseKey, by: 'Ann', note: '' });
  assert.equal(hub.cases.size, 0);
  assert.equal(hub.send('stock', 'stock/A', moved(5, 2, 'k2', 'OUTLET')), 'applied');
  assert.equal(hub.cases.size, 0);
  assert.deepEqual(stateOf(hub).parked, []);
  hub.send('stock', 'stock/A', level(4, 3));
  assert.equal(hub.position('A', 'WH').onHand, 4);
  hub.check();
});

test('one of two codes is mapped: the case of the other stays', () => {
  const config = aRetailer({
    connections: aRetailer().connections.map((connection) =>
      connection.id === 'stock' ? { ...connection, sameCodes: [] } : connection,
    ),
  });
  const hub = new MemoryHub({ config });
  hub.send('stock', 'stock/A', level(10, 0));
  hub.mappings.set('sku', 'stock', 'A', 'A');
  hub.send('stock', 'stock/A', { type: 'configuration.changed', version: 2 });
  assert.deepEqual(
    [...hub.cases.values()].map((each) => each.caseKey),
    ['unmapped-location:WH'],
  );
  hub.mappings.set('location', 'stock', 'WH', 'WH');
  const retry = { type: 'operator.retryCase', caseKey: 'unmapped-location:WH', by: 'Ann', note: '' } as const;
  hub.send('stock', 'stock/A', retry);
  assert.equal(hub.cases.size, 0);
  assert.equal(hub.position('A', 'WH').onHand, 10);
});

test('what is remembered of an item does not grow without end', () => {
  const hub = new MemoryHub();
  for (let index = 0; index < 1_000; index += 1) hub.send('stock', 'stock/A', moved(1, index, `k${index}`));
  assert.equal(hub.position('A', 'WH').onHand, 1_000);
  assert.ok(stateOf(hub).seen.length <= 400);
  assert.ok((stateOf(hub).places.WH?.recent.length ?? 0) <= 400);
});

test('orders that wait are woken in the order in which they came, and leave the list when they have enough', () => {
  const hub = new MemoryHub();
  for (const id of ['1', '2', '3']) hub.snapshot(anOrder(id, [line('A', 2)]));
  assert.deepEqual(stateOf(hub).waiting, ['shop/1', 'shop/2', 'shop/3']);
  hub.moved('A', 'WH', 5);
  assert.deepEqual(
    ['1', '2', '3'].map((id) => hub.order(id).allocations.reduce((sum, part) => sum + part.quantity, 0)),
    [2, 2, 1],
  );
  assert.deepEqual(stateOf(hub).waiting, ['shop/3']);
  hub.check();
});

test('an order that asks is woken at once: units may have come while it was on its way', () => {
  const hub = new MemoryHub();
  hub.stock('A', 'WH', 1);
  assert.equal(hub.send('stock', 'stock/A', { type: 'stock.wanted', order: 'shop/9' }), 'applied');
  assert.equal(hub.send('stock', 'stock/A', { type: 'stock.wanted', order: 'shop/9' }), 'duplicate');
  assert.equal(hub.send('stock', 'stock/A', { type: 'stock.unwanted', order: 'shop/9' }), 'applied');
  assert.equal(hub.send('stock', 'stock/A', { type: 'stock.unwanted', order: 'shop/9' }), 'duplicate');
});

test('a receipt wakes not more orders at once than can be decided soon, and the others in their turn', () => {
  const hub = new MemoryHub();
  for (let index = 0; index < 230; index += 1) hub.snapshot(anOrder(`${index}`, [line('A', 1)]));
  assert.equal(stateOf(hub).waiting.length, 230);
  const decision = stockProcess.decide(stateOf(hub), moved(1, 600), {
    now: hub.now,
    config: hub.config,
    configVersion: 1,
    mappings: hub.mappings,
    stock: { available: () => 1, unpromised: () => 1, onHand: () => 1 },
  });
  assert.equal(decision.messages.length, 200);
  hub.moved('A', 'WH', 225);
  assert.equal(hub.position('A', 'WH').reserved, 225);
  assert.deepEqual(stateOf(hub).waiting, ['shop/225', 'shop/226', 'shop/227', 'shop/228', 'shop/229']);
  hub.check();
});
