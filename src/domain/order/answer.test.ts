/** What the merchant asks of a fulfilment service of ours is answered, once, by what can be sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer } from '../../../test/support/builders.ts';
import { type Given, OrderLife } from '../../../test/support/order-life.ts';
import type { FulfilmentRequest } from '../canonical/index.ts';

function ours(given: Given = {}): OrderLife {
  const [shop, ...others] = aRetailer().connections;
  assert.ok(shop);
  const mine = { ...shop, fulfilmentRequests: 'ours' as const };
  return new OrderLife({ ...given, config: { connections: [mine, ...others], ...given.config } });
}

/** The merchant asks, at the warehouse. */
const ask = (life: OrderLife, status: FulfilmentRequest['status'], location = 'WH') =>
  life.see(
    life.channel.change({
      fulfilmentRequests: [{ requestId: '7', location, locationName: null, status }],
    }),
    'read',
  );

const answers = (life: OrderLife) =>
  life.hub.commands.flatMap(({ request }) =>
    request.kind === 'channel.answerRequest'
      ? [`${request.body.request} ${request.body.answer} ${request.body.reason}`]
      : [],
  );

test('where nobody here answers, nothing is answered', () => {
  const life = ask(new OrderLife().released(), 'requested');
  assert.deepEqual(answers(life), []);
});

test('a request is accepted when its goods are released, not before', () => {
  const life = ask(ours().booked(), 'requested');
  assert.deepEqual(answers(life), []);
  life.hub.done('fulfilment.release');
  assert.deepEqual(answers(life), ['fulfilment accept other']);
  const { request } = life.hub.last('channel.answerRequest');
  assert.equal(request.key, 'shop/1#answer/7/1');
  life.hub.done('channel.answerRequest');
  ask(life, 'accepted');
  assert.equal(answers(life).length, 1);
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('an answer that the channel does not show yet is not given twice, and given again where a newer version still asks', () => {
  const life = ask(ours().released(), 'requested');
  life.hub.done('channel.answerRequest');
  life.hub.pass(60_000);
  assert.equal(answers(life).length, 1);
  ask(life, 'requested');
  assert.equal(answers(life).length, 2);
  life.hub.check();
});

test('goods that cannot be had when the time for them is over are rejected, as out of stock', () => {
  const life = ours({ stock: { 'A@WH': 0 } }).placed();
  ask(life, 'requested');
  assert.deepEqual(answers(life), [], 'they may still come');
  life.hub.passDays(60);
  assert.deepEqual(answers(life), ['fulfilment reject stock']);
});

test('what leaves from elsewhere, is held or does not go on is rejected', () => {
  const elsewhere = ask(ours({ stock: { 'A@WH': 5 } }).released(), 'requested', 'STORE');
  assert.deepEqual(answers(elsewhere), ['fulfilment reject other']);
  const held = ours().placed();
  held.hub.tell('1', { type: 'operator.hold', by: 'Ann', note: '', reason: 'asks' });
  assert.deepEqual(answers(ask(held, 'requested')), ['fulfilment reject other']);
});

test('what is taken back is stopped and granted, and the order waits until it is asked anew', () => {
  const life = ask(ours().released(), 'accepted');
  ask(life, 'cancellationRequested');
  assert.deepEqual(answers(life), [], 'the location is stopped first');
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  assert.deepEqual(answers(life), ['cancellation accept other']);
  life.hub.done('channel.answerRequest');
  ask(life, 'withdrawn');
  assert.ok(life.state.channelHeldBecause);
  assert.equal(life.hub.open('fulfilment.release').length, 0);
  life.see(
    life.channel.change({
      fulfilmentRequests: [
        { requestId: '7', location: 'WH', locationName: null, status: 'withdrawn' },
        { requestId: '8', location: 'WH', locationName: null, status: 'requested' },
      ],
    }),
    'read',
  );
  assert.equal(life.hub.open('fulfilment.release').length, 1, 'it is released anew');
  life.hub.done('fulfilment.release');
  assert.deepEqual(answers(life), ['cancellation accept other', 'fulfilment accept other']);
  life.hub.check();
});

test('what has left, or is too late to stop, is not taken back', () => {
  const sent = ask(ours().released(), 'accepted');
  sent.hub.ship('S1', [{ lineId: 'A-line', quantity: 1 }]);
  assert.deepEqual(answers(ask(sent, 'cancellationRequested')), ['cancellation reject other']);
  const late = ask(ask(ours().released(), 'accepted'), 'cancellationRequested');
  late.hub.rejected('fulfilment.cancelRelease', 'already-shipped', 'it is on the van');
  assert.deepEqual(answers(late), ['cancellation reject other']);
  assert.equal(late.state.channelHeldBecause, null);
});

test('a refused answer is a case that ends when nobody waits for it', () => {
  const life = ask(ours().released(), 'requested');
  life.hub.rejected('channel.answerRequest', 'answer-refused', 'no');
  assert.deepEqual(life.hub.reasons(), ['answer-refused']);
  life.channel.change({ poNumber: 'PO-1' });
  ask(life, 'requested');
  assert.equal(answers(life).length, 1, 'not again by itself');
  ask(life, 'accepted');
  assert.deepEqual(life.hub.reasons(), []);
});
