/** The number of the ERP's sales order on the order at its channel. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import type { ConnectionConfig } from '../config.ts';

function booked(references: ConnectionConfig['references'], number = 'SO-1'): OrderLife {
  const connections = aRetailer().connections.map((each) =>
    each.id === 'shop' ? { ...each, references } : each,
  );
  const life = new OrderLife({ config: { connections } }).placed();
  life.hub.done('erp.createSalesOrder', { salesOrderId: 'so-1', number });
  return life;
}

test('nothing is written unless it is wanted, and nothing where the ERP gives no number', () => {
  assert.deepEqual(booked('none').hub.open('channel.writeReferences'), []);
  assert.deepEqual(booked('both', '').hub.open('channel.writeReferences'), []);
});

test('the number is written as is wanted: metafields, a tag, both', () => {
  const written = (references: ConnectionConfig['references']) => {
    const { references: values, tags } = booked(references).hub.last('channel.writeReferences').body;
    return [values, tags.add, tags.remove];
  };
  assert.deepEqual(written('metafields'), [{ salesOrderNumber: 'SO-1' }, [], []]);
  assert.deepEqual(written('tags'), [{}, ['erp:SO-1'], []]);
  assert.deepEqual(written('both'), [{ salesOrderNumber: 'SO-1' }, ['erp:SO-1'], []]);
});

test('one write for each change, and its echo is no news', () => {
  const life = booked('both');
  life.hub.done('channel.writeReferences');
  life.see(life.channel.change({}));
  assert.equal(life.hub.factTypes().at(-1), 'SnapshotConfirmed');
  life.shippedRest();
  assert.equal(life.hub.asked().filter((kind) => kind === 'channel.writeReferences').length, 1);
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a write that is refused holds nothing: the order goes on to its end, and the case stays', () => {
  const life = booked('metafields');
  life.hub.rejected('channel.writeReferences', 'ACCESS_DENIED', 'the app lacks a scope');
  assert.deepEqual(life.hub.reasons(), ['references-refused']);
  life.shippedRest();
  assert.equal(life.state.status, 'closed');
  assert.deepEqual(life.hub.reasons(), ['references-refused']);
  life.hub.retry('references-refused');
  assert.equal(life.hub.last('channel.writeReferences').request.key, 'shop/1#references/2');
  life.hub.done('channel.writeReferences');
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.check();
});

test('skipped, it is not written again', () => {
  const life = booked('tags');
  life.hub.rejected('channel.writeReferences');
  life.hub.skip('references-refused');
  life.shippedRest();
  assert.equal(life.hub.asked().filter((kind) => kind === 'channel.writeReferences').length, 1);
  assert.equal(life.state.status, 'closed');
});
