/** Snapshots: whatever is sent twice, late, out of order or in one second, the newest content wins once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, aRetailer, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import { OrderLife } from '../../../test/support/order-life.ts';

const unreadable = {
  type: 'order.unreadable',
  reason: 'unknown-value',
  message: 'a status that nobody knows',
  suggestedFix: 'add it',
} as const;

test('a snapshot that is known is a duplicate, an older one is stale, and neither leaves a trace', () => {
  const life = new OrderLife().released();
  const first = life.channel.order;
  const second = life.channel.change({ name: '#1b' });
  life.see(second);
  const facts = life.hub.facts().length;
  assert.equal(life.hub.snapshot(second), 'duplicate');
  assert.equal(life.hub.snapshot(first), 'stale');
  assert.equal(life.hub.facts().length, facts);
  assert.equal(life.state.order?.name, '#1b');
});

test('a newer version without other content moves the version only', () => {
  const life = new OrderLife().placed();
  const asked = life.hub.asked();
  assert.equal(life.hub.snapshot(life.channel.change({})), 'applied');
  assert.equal(life.hub.factTypes().at(-1), 'SnapshotConfirmed');
  assert.deepEqual(life.hub.asked(), asked);
  assert.equal(life.hub.snapshot({ ...life.channel.order, updatedAt: '2026-10-01T08:00:00.500Z' }), 'stale');
});

test('two contents in one second are told apart by reading the order', () => {
  const life = new OrderLife().placed();
  const other = { ...life.channel.order, name: '#other' };
  assert.equal(life.hub.snapshot(other), 'applied');
  assert.equal(life.state.order?.name, '#1', 'a message does not decide which is newer');
  life.hub.pass(5_000);
  life.hub.done('channel.readOrder');
  assert.equal(life.hub.snapshot(other, 'read'), 'applied');
  assert.equal(life.state.order?.name, '#other');
});

test('parts that a message does not carry stay as they were', () => {
  const life = new OrderLife().placed();
  life.see(life.channel.hold());
  const bare = { ...life.channel.change({ name: '#1b' }), payments: null, holds: null };
  life.see(bare);
  assert.equal(life.state.order?.name, '#1b');
  assert.equal(life.state.order?.holds?.length, 1);
  assert.equal(life.state.order?.payments?.length, 1);
});

test('a hint is answered by one read, after a while', () => {
  const life = new OrderLife().placed();
  const hint = { type: 'order.hint', channelOrderId: '1', topic: 'refunds/create' } as const;
  life.hub.tell('1', hint);
  life.hub.tell('1', hint);
  assert.equal(life.hub.open('channel.readOrder').length, 0);
  life.hub.pass(60_000);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
});

test('a hint during a read leads to another read', () => {
  const life = new OrderLife().placed();
  const hint = { type: 'order.hint', channelOrderId: '1', topic: 'refunds/create' } as const;
  life.hub.tell('1', hint);
  life.hub.pass(60_000);
  life.hub.tell('1', hint);
  life.hub.pass(60_000);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
  life.hub.done('channel.readOrder');
  life.hub.pass(600_000);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
  assert.deepEqual(
    life.hub.commands
      .filter(({ request }) => request.kind === 'channel.readOrder')
      .map(({ request }) => request.key),
    ['shop/1#read/1', 'shop/1#read/2'],
  );
});

test('a hint of an order that nobody knows reads it', () => {
  const hub = new MemoryHub();
  hub.tell('9', { type: 'order.hint', channelOrderId: '9', topic: 'orders/updated' });
  hub.pass(60_000);
  assert.deepEqual(hub.last('channel.readOrder').body, { channelOrderId: '9' });
});

test('a message that cannot be read is a case until a newer one can', () => {
  const life = new OrderLife().placed();
  const placed = life.channel.order;
  assert.equal(life.hub.tell('1', unreadable), 'case');
  assert.deepEqual(life.hub.reasons(), ['unknown-value']);
  life.see(placed);
  assert.deepEqual(life.hub.reasons(), ['unknown-value'], 'an older message says nothing of it');
  life.see(life.channel.change({ name: '#1b' }));
  assert.deepEqual(life.hub.reasons(), []);
});

test('an order of which no message can be read is read once more by a retry', () => {
  const hub = new MemoryHub();
  hub.tell('1', unreadable);
  hub.retry('unknown-value');
  hub.done('channel.readOrder');
  hub.snapshot(anOrder('1', [line('A', 1)]), 'read');
  assert.deepEqual(hub.reasons(), []);
  assert.notEqual(hub.order().order, null);
});

test('that one unreadable message was skipped does not silence the next', () => {
  const life = new OrderLife().placed();
  life.hub.tell('1', unreadable);
  life.hub.skip('unknown-value');
  life.hub.pass(1_000);
  assert.equal(life.hub.tell('1', unreadable), 'case');
  assert.deepEqual(life.hub.reasons(), ['unknown-value']);
});

test('an order from before go-live, or a test order, is known and causes nothing', () => {
  const [shop, ...rest] = aRetailer().connections;
  const config = { connections: [{ ...shop!, goLiveAt: '2026-10-02T00:00:00Z' }, ...rest] };
  for (const given of [{ config }, { order: { test: true } }]) {
    const life = new OrderLife(given).placed();
    life.see(life.channel.change({ name: '#1b' }));
    life.hub.tell('1', { type: 'operator.cancel', by: 'Ann', note: '', reason: 'no' });
    life.hub.tell('1', { type: 'order.hint', channelOrderId: '1', topic: 'orders/edited' });
    life.hub.passDays(60);
    assert.equal(life.state.status, 'archived');
    assert.equal(life.state.order?.name, '#1b');
    assert.deepEqual(life.hub.commands, []);
    life.hub.check();
  }
});

test('a test order is worked on where the connection says so', () => {
  const [shop, ...rest] = aRetailer().connections;
  const config = { connections: [{ ...shop!, testOrders: 'process' as const }, ...rest] };
  const life = new OrderLife({ config, order: { test: true } }).shipped();
  assert.equal(life.state.status, 'closed');
});

test('a read that the channel refuses is a case, and a retry reads again', () => {
  const life = new OrderLife().placed();
  life.hub.tell('1', { type: 'order.hint', channelOrderId: '1', topic: 'x' });
  life.hub.pass(60_000);
  life.hub.rejected('channel.readOrder', 'not-found', 'gone');
  assert.deepEqual(life.hub.reasons(), ['channel-rejected']);
  life.hub.retry('channel-rejected');
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.done('channel.readOrder');
  life.hub.done('erp.createSalesOrder');
  life.hub.done('fulfilment.release');
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed', 'reads that are over do not keep an order open');
  life.hub.check();
});

test('a read that failed is made good by the next one, whoever asks for it', () => {
  const life = new OrderLife().placed();
  const hint = { type: 'order.hint', channelOrderId: '1', topic: 'x' } as const;
  life.hub.tell('1', hint);
  life.hub.pass(60_000);
  life.hub.rejected('channel.readOrder', 'keeps-failing', 'broken');
  assert.deepEqual(life.hub.reasons(), ['channel-rejected']);
  life.hub.tell('1', hint);
  life.hub.pass(60_000);
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.unsettled('channel.readOrder');
  assert.deepEqual(life.hub.reasons(), ['command-in-doubt']);
  life.hub.retry('command-in-doubt');
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
});

const FAR = '2099-01-01T00:00:00.000Z';

test('a first snapshot from the future is worked on and confirmed by a read, and blocks nothing that follows', () => {
  const life = new OrderLife({ order: { updatedAt: FAR } }).placed();
  assert.notEqual(life.state.order, null);
  assert.equal(life.state.seenUpdatedAt, life.channel.order.placedAt);
  const next = { ...life.channel.order, name: '#1b', updatedAt: '2026-10-01T08:30:00.000Z' };
  assert.equal(life.hub.snapshot(next), 'applied');
  assert.equal(life.state.order?.name, '#1b');
  life.hub.pass(60_000);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
});

test('a change from the future is taken from the channel itself, not from the message', () => {
  const life = new OrderLife().placed();
  const wrong = { ...life.channel.order, name: '#wrong', updatedAt: FAR };
  assert.equal(life.hub.snapshot(wrong), 'applied');
  assert.equal(life.state.order?.name, '#1');
  life.hub.pass(60_000);
  life.see(life.channel.change({ name: '#1b' }), 'read');
  life.hub.done('channel.readOrder');
  assert.equal(life.state.order?.name, '#1b');
  assert.equal(life.hub.snapshot(life.channel.change({ name: '#1c' })), 'applied');
  assert.equal(life.state.order?.name, '#1c');
});

test('a channel whose clock is far ahead is followed by its answers, once a change', () => {
  const life = new OrderLife({ order: { updatedAt: FAR } }).placed();
  const answer = () => {
    life.hub.pass(60_000);
    life.hub.snapshot(life.channel.order, 'read');
    life.hub.done('channel.readOrder');
  };
  answer();
  assert.equal(life.hub.snapshot(life.channel.change({ name: '#1b' })), 'applied');
  answer();
  assert.equal(life.state.order?.name, '#1b');
  assert.equal(life.hub.snapshot(life.channel.order), 'duplicate');
  life.hub.pass(3_600_000);
  assert.deepEqual(life.hub.open('channel.readOrder'), []);
});

test('clocks that differ by minutes are usual: such a snapshot needs no read', () => {
  const life = new OrderLife().placed();
  const soon = new Date(life.hub.now + 9 * 60_000).toISOString();
  assert.equal(life.hub.snapshot({ ...life.channel.order, name: '#1b', updatedAt: soon }), 'applied');
  assert.equal(life.state.order?.name, '#1b');
  life.hub.pass(60_000);
  assert.deepEqual(life.hub.open('channel.readOrder'), []);
});

test('an order that was frozen by a date from the future goes on', () => {
  const life = new OrderLife({ order: { updatedAt: FAR } });
  const { now } = life.hub;
  life.hub.now = Date.parse(FAR);
  life.placed();
  life.hub.now = now;
  assert.equal(life.state.seenUpdatedAt, FAR);
  const next = { ...life.channel.order, name: '#1b', updatedAt: '2026-10-01T08:30:00.000Z' };
  assert.equal(life.hub.snapshot(next), 'applied');
  assert.equal(life.state.order?.name, '#1b');
  assert.equal(life.state.seenUpdatedAt, next.updatedAt);
});

test('whatever dates snapshots have had, the next one of now is taken', () => {
  const seconds = fc.oneof(
    fc.integer({ min: -3_600, max: 3_600 }),
    fc.integer({ min: 0, max: 2_000_000_000 }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(seconds, fc.boolean()), { maxLength: 8 }), (dates) => {
      const life = new OrderLife();
      dates.forEach(([ahead, isRead], index) => {
        const updatedAt = new Date(life.hub.now + ahead * 1_000).toISOString();
        const order = { ...life.channel.order, name: `#${index}`, updatedAt };
        life.hub.snapshot(order, isRead ? 'read' : 'webhook');
      });
      life.hub.pass(11 * 60_000);
      const updatedAt = new Date(life.hub.now).toISOString();
      assert.equal(life.hub.snapshot({ ...life.channel.order, name: '#last', updatedAt }), 'applied');
      assert.equal(life.state.order?.name, '#last');
    }),
  );
});

test('an order whose persons its channel shows no more keeps those that it was booked for, until others are told', () => {
  const life = new OrderLife().released();
  const asked = life.hub.asked();
  const { customer, shipTo, billTo } = life.channel.order;
  const nobody = { ...life.channel.change({}), anonymous: true };
  assert.ok(customer && shipTo);
  life.see({
    ...nobody,
    customer: { ...customer, personId: 'nobody' },
    shipTo: { ...shipTo, personId: 'nobody', missing: ['name', 'address1', 'city'] },
  });
  assert.deepEqual(life.state.order?.customer, customer);
  assert.deepEqual(life.state.order?.shipTo, shipTo);
  assert.deepEqual(life.state.order?.billTo, billTo);
  assert.deepEqual(life.hub.asked(), asked);
  life.see(life.channel.change({ shipTo: { ...shipTo, personId: 'moved' } }));
  assert.equal(life.state.order?.shipTo?.personId, 'moved');
});
