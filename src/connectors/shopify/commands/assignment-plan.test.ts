/** Which units move where. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FulfilmentOrderNode } from '../documents-fulfilment-orders.ts';
import { planMoves } from './assignment-plan.ts';

function at(
  location: string,
  lines: Record<string, number>,
  more: Partial<FulfilmentOrderNode> = {},
): FulfilmentOrderNode {
  const id = `${location}-${Object.keys(lines).join()}`;
  return {
    id,
    status: 'OPEN',
    requestStatus: 'UNSUBMITTED',
    fulfillmentHolds: [],
    assignedLocation: { name: location, location: { id: `gid://shopify/Location/${location.length}` } },
    lineItems: {
      pageInfo: { hasNextPage: false },
      nodes: Object.entries(lines).map(([line, remainingQuantity]) => ({
        id: `${id}/${line}`,
        remainingQuantity,
        lineItem: { id: `gid://shopify/LineItem/${line}` },
      })),
    },
    ...more,
  };
}

const want = (location: string, lines: Record<string, number>) => ({
  location,
  lines: Object.entries(lines).map(([lineId, quantity]) => ({ lineId, quantity })),
});

const moves = (orders: FulfilmentOrderNode[], ...parts: ReturnType<typeof want>[]) =>
  planMoves(orders, parts).moves.map(({ fulfilmentOrderId, location, items }) => [
    fulfilmentOrderId,
    location,
    items.map(({ quantity }) => quantity),
  ]);

test('what stands at its place already, by name or by id, needs nothing', () => {
  assert.deepEqual(moves([at('WH', { 1: 2 })], want('wh', { 1: 2 })), []);
  assert.deepEqual(moves([at('WH', { 1: 2 })], want('2', { 1: 2 })), []);
});

test('all of it moves, or a part', () => {
  assert.deepEqual(moves([at('WH', { 1: 2, 2: 1 })], want('STORE', { 1: 2, 2: 1 })), [
    ['WH-1,2', 'STORE', [2, 1]],
  ]);
  assert.deepEqual(moves([at('WH', { 1: 3 })], want('WH', { 1: 1 }), want('STORE', { 1: 2 })), [
    ['WH-1', 'STORE', [2]],
  ]);
});

test('two locations change places, and nothing moves twice', () => {
  assert.deepEqual(
    moves([at('WH', { 1: 1 }), at('STORE', { 2: 1 })], want('STORE', { 1: 1 }), want('WH', { 2: 1 })),
    [
      ['WH-1', 'STORE', [1]],
      ['STORE-2', 'WH', [1]],
    ],
  );
  assert.deepEqual(moves([at('WH', { 1: 3 })], want('STORE', { 1: 2 }), want('PARK', { 1: 2 })), [
    ['WH-1', 'STORE', [2]],
    ['WH-1', 'PARK', [1]],
  ]);
});

test('fewer units than are wanted are no reason for anything; what is closed does not count', () => {
  assert.deepEqual(moves([at('WH', { 1: 1 })], want('WH', { 1: 2 })), []);
  assert.deepEqual(moves([at('PARK', { 1: 2 }, { status: 'CLOSED' })], want('WH', { 1: 2 })), []);
});

test('what is on hold or asked of a fulfilment service stays, and says so', () => {
  for (const [more, because] of [
    [{ status: 'ON_HOLD' }, 'it is on hold'],
    [{ requestStatus: 'ACCEPTED' }, 'a fulfilment service has been asked for it'],
  ] as const) {
    const plan = planMoves([at('PARK', { 1: 2 }, more)], [want('WH', { 1: 2 })]);
    assert.deepEqual(plan, { moves: [], stuck: [{ lineId: '1', quantity: 2, location: 'WH', because }] });
  }
});
