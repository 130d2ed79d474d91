/** The table that an order's status runs on, and the pages that are made of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { OrderLife } from '../../../test/support/order-life.ts';
import { CASE_REASONS } from '../case-reasons.ts';
import { deadlinesOf } from './deadlines.ts';
import {
  ENDED,
  LIFECYCLE,
  lifecycleDiagram,
  nextStatus,
  ORDER_STATUSES,
  type OrderStatus,
} from './lifecycle.ts';
import { LIFECYCLE_FILE } from './publish-lifecycle.ts';
import { lifecyclePage } from './reference.ts';

const statuses = Object.keys(ORDER_STATUSES) as OrderStatus[];
const targets = (from: OrderStatus) => new Set(Object.values(LIFECYCLE[from]));

test('the published page is current', () => {
  assert.equal(
    readFileSync(LIFECYCLE_FILE, 'utf8'),
    lifecyclePage(),
    'run: node src/domain/order/publish-lifecycle.ts',
  );
});

test('every status can be reached, and from every one that is no end an end can be reached', () => {
  const reach = (from: OrderStatus): Set<OrderStatus> => {
    const seen = new Set<OrderStatus>([from]);
    for (const status of seen) for (const next of targets(status)) seen.add(next);
    return seen;
  };
  assert.deepEqual([...reach('unseen')].sort(), [...statuses].sort());
  for (const status of statuses)
    assert.ok(
      [...reach(status)].some((each) => ENDED.has(each)),
      status,
    );
});

test('before it has ended an order can be cancelled, whatever its status', () => {
  for (const status of statuses.filter(
    (each) => !ENDED.has(each) && each !== 'unseen' && each !== 'cancelling',
  ))
    assert.equal(nextStatus(status, 'OrderCancelled'), 'cancelling', status);
});

test('a fact that a status does not know leaves it', () => {
  assert.equal(nextStatus('closed', 'StockReserved'), 'closed');
});

test('the diagram has every transition, and draws the ends', () => {
  const diagram = lifecycleDiagram();
  for (const from of statuses)
    for (const to of targets(from))
      assert.match(diagram, new RegExp(`${from === 'unseen' ? '\\[\\*\\]' : from} --> ${to}:`));
  for (const end of ENDED) assert.ok(diagram.includes(`${end} --> [*]`));
});

test('the page names every case, every status and every timer', () => {
  const page = lifecyclePage();
  for (const reason of Object.keys(CASE_REASONS)) assert.ok(page.includes(`| \`${reason}\` |`), reason);
  for (const status of statuses) assert.ok(page.includes(`| \`${status}\` |`), status);
  for (const name of ['payment', 'authorisation', 'backorder', 'hold', 'shipment', 'refund', 'cancellation'])
    assert.ok(page.includes(`| \`${name}\` |`), name);
});

test('each status comes in the life of an order that it is for', () => {
  const life = new OrderLife({ order: { paymentStatus: 'authorised' }, stock: { 'A@WH': 0 } });
  assert.equal(life.hub.order().status, 'unseen');
  life.see(life.channel.hold());
  assert.equal(life.state.status, 'paymentSecured');
  life.hub.moved('A', 'WH', 2);
  assert.equal(life.state.status, 'allocated');
  life.see(life.channel.unhold());
  assert.equal(life.state.status, 'booking');
  life.hub.done('erp.createSalesOrder');
  assert.equal(life.state.status, 'released');
  life.hub.done('fulfilment.release');
  life.hub.ship('S1', [{ lineId: 'A-line', quantity: 1 }]);
  assert.equal(life.state.status, 'shipping');
  life.hub.ship('S2', [{ lineId: 'A-line', quantity: 1 }]);
  assert.equal(life.state.status, 'shipped');
  life.told();
  life.see(life.channel.capture());
  assert.equal(life.state.status, 'closed');
});

test('an order that has ended waits for nothing', () => {
  const life = new OrderLife().shipped();
  assert.equal(life.state.status, 'closed');
  assert.deepEqual(deadlinesOf(life.state, life.hub.config), {});
  assert.equal(life.hub.timers.size, 0);
});
