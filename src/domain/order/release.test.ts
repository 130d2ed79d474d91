/** Releases and shipments: refused, in doubt, out of order, unknown, too many, never; and what the channel shows of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';

test('a location refuses a release whole: a case; retried it is asked again, skipped another location ships', () => {
  const given = () => new OrderLife({ stock: { 'A@WH': 2, 'A@STORE': 2 } }).booked();
  const retried = given();
  retried.hub.rejected('fulfilment.release', 'unknown-item', 'never heard of A');
  assert.deepEqual(retried.hub.reasons(), ['fulfilment-rejected']);
  retried.hub.retry('fulfilment-rejected');
  const { request, body } = retried.hub.last('fulfilment.release');
  assert.deepEqual([request.key, body.releaseId], ['shop/1#R1/2', 'shop/1#R1']);
  const skipped = given();
  skipped.hub.rejected('fulfilment.release', 'unknown-item', 'never heard of A');
  skipped.hub.skip('fulfilment-rejected');
  assert.equal(skipped.hub.last('fulfilment.release').body.location, 'STORE');
  assert.equal(skipped.hub.position('A', 'WH').reserved, 0);
  for (const life of [retried, skipped]) {
    life.hub.done('fulfilment.release');
    life.hub.ship('S1');
    life.told();
    assert.equal(life.state.status, 'closed');
    life.hub.check();
  }
});

test('a release in doubt is settled by what the location says of it', () => {
  const life = new OrderLife().booked();
  life.hub.unsettled('fulfilment.release');
  assert.deepEqual(life.hub.reasons(), ['command-in-doubt']);
  life.hub.ship('S1');
  assert.deepEqual(life.hub.reasons(), []);
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a release in doubt that never arrived is sent again by a retry', () => {
  const life = new OrderLife().booked();
  life.hub.unsettled('fulfilment.release');
  life.hub.retry('command-in-doubt');
  assert.equal(life.hub.last('fulfilment.release').request.key, 'shop/1#R1/2');
  life.hub.check();
});

test('a cancellation of a release in doubt: skipped it is stopped, retried it is asked again', () => {
  for (const decision of ['skip', 'retry'] as const) {
    const life = new OrderLife().released();
    life.see(life.channel.cancel());
    life.hub.unsettled('fulfilment.cancelRelease');
    life.hub[decision]('command-in-doubt');
    if (decision === 'retry') {
      life.hub.done('fulfilment.cancelRelease');
      life.stopped();
    }
    life.hub.done('erp.cancelSalesOrder');
    assert.equal(life.state.status, 'cancelled');
    life.hub.check();
  }
});

test('news of a location in any order: shipped before accepted, a part shipped after the rest was stopped', () => {
  const life = new OrderLife({ lines: [line('A', 3)] }).booked();
  const one = (quantity: number) => [{ lineId: 'A-line', quantity }];
  life.hub.ship('S1', one(1));
  life.hub.done('fulfilment.release');
  life.see(life.channel.hold());
  life.hub.done('fulfilment.cancelRelease');
  life.stopped('shop/1#R1', one(1));
  life.stopped('shop/1#R1', one(1));
  assert.equal(life.state.allocations.filter((part) => part.releaseId === null).length, 1);
  life.hub.ship('S2', one(1));
  life.see(life.channel.unhold());
  life.told();
  assert.deepEqual(life.hub.last('fulfilment.release').body.lines, [
    { lineId: 'A-line', item: 'A', quantity: 1 },
  ]);
  life.hub.ship('S3');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a shipment that is told twice counts once', () => {
  const life = new OrderLife().released();
  life.hub.ship('S1');
  life.hub.ship('S1');
  assert.deepEqual(life.hub.units('A', 'WH'), { onHand: 98, reserved: 0 });
  assert.equal(life.hub.asked().filter((kind) => kind === 'channel.createFulfilment').length, 1);
  life.hub.check();
});

test('a location speaks of a release that nobody asked for: a case for each', () => {
  const life = new OrderLife().released();
  const message = {
    type: 'fulfilment.accepted',
    releaseId: 'shop/1#R9',
    at: '2026-10-02T00:00:00Z',
  } as const;
  assert.equal(life.hub.tell('1', message), 'case');
  assert.equal(life.hub.tell('1', message), 'case');
  assert.deepEqual(life.hub.reasons(), ['unknown-release']);
  life.hub.skip('unknown-release');
  assert.deepEqual(life.hub.reasons(), []);
});

test('another connection than the one that was asked speaks of a release: a case, and nothing of it is taken', () => {
  const life = new OrderLife().released();
  const { releaseId, lines } = life.hub.last('fulfilment.release').body;
  const at = '2026-10-02T00:00:00Z';
  const about = { releaseId, at, from: 'other-wms' };
  const facts = life.hub.facts().length;
  const shipped = { type: 'fulfilment.shipped', ...about, shipmentId: 'S1', lines, tracking: null } as const;
  assert.equal(life.hub.tell('1', shipped), 'case');
  assert.equal(life.hub.tell('1', { type: 'fulfilment.accepted', ...about }), 'case');
  const units = [{ lineId: 'A-line', quantity: 2 }];
  for (const rest of [
    { type: 'fulfilment.cancelled', lines: units, reason: 'mine' },
    { type: 'fulfilment.rejected', rejectionId: 'X', lines: units, reason: 'mine' },
  ] as const)
    assert.equal(life.hub.tell('1', { ...about, ...rest }), 'case');
  assert.deepEqual(life.hub.reasons(), ['unknown-release']);
  assert.match(
    [...life.hub.cases.values()][0]?.message ?? '',
    /^other-wms says .+, but wms was asked for it/,
  );
  assert.equal(life.hub.facts().length, facts + 1, 'the case is all that happened');
  assert.deepEqual(life.hub.units('A', 'WH'), { onHand: 100, reserved: 2 });
  life.hub.skip('unknown-release');
  assert.equal(life.hub.tell('1', { ...shipped, from: 'wms' }), 'applied');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('another item has left than was asked for: a case, and nobody is told before a person has looked', () => {
  const sku = { kind: 'sku', connection: 'wms', external: 'WMS-7', internal: 'A' } as const;
  const given = () => new OrderLife({ rows: [sku] }).released();
  const ship = (life: OrderLife, item: string | null, shipmentId = 'S1') =>
    life.hub.tell('1', {
      type: 'fulfilment.shipped',
      releaseId: 'shop/1#R1',
      shipmentId,
      lines: [{ lineId: 'A-line', quantity: 2, item }],
      tracking: null,
      at: '2026-10-02T00:00:00Z',
      from: 'wms',
    });
  const wrong = given();
  assert.deepEqual(wrong.hub.last('fulfilment.release').body.lines[0]?.item, 'WMS-7');
  assert.equal(ship(wrong, 'A'), 'applied', 'our own code is not the one that was asked');
  assert.deepEqual(wrong.hub.reasons(), ['wrong-item-shipped']);
  assert.match([...wrong.hub.cases.values()][0]?.message ?? '', /2 × A instead of WMS-7/);
  assert.deepEqual(wrong.hub.open(), []);
  assert.equal(ship(wrong, 'A'), 'duplicate');
  wrong.hub.passDays(30);
  assert.deepEqual(wrong.hub.open(), [], 'nor later');
  wrong.hub.skip('wrong-item-shipped');
  for (const life of [wrong, given()]) {
    if (life !== wrong) ship(life, 'WMS-7');
    assert.deepEqual(life.hub.reasons(), []);
    life.told();
    assert.equal(life.state.status, 'closed');
    assert.deepEqual(
      life.hub.facts().flatMap((fact) => (fact.type === 'ShipmentRecorded' ? fact.lines : [])),
      [{ lineId: 'A-line', quantity: 2 }],
    );
    life.hub.check();
  }
});

test('an order that is cancelled while nobody has said what left ends all the same', () => {
  const life = new OrderLife().released();
  life.hub.tell('1', {
    type: 'fulfilment.shipped',
    releaseId: 'shop/1#R1',
    shipmentId: 'S1',
    lines: [{ lineId: 'A-line', quantity: 2, item: 'B' }],
    tracking: null,
    at: '2026-10-02T00:00:00Z',
  });
  life.see(life.channel.cancel());
  assert.deepEqual(life.hub.reasons().sort(), ['cancelled-after-shipment', 'wrong-item-shipped']);
  life.hub.skip('wrong-item-shipped');
  life.hub.skip('cancelled-after-shipment');
  life.told();
  assert.equal(life.state.status, 'cancelled');
  life.hub.check();
});

test('more leaves than anybody asked for: stock follows, a person settles it, and the systems are told what was ordered', () => {
  const life = new OrderLife().released();
  life.hub.ship('S1', [{ lineId: 'A-line', quantity: 3 }]);
  assert.deepEqual(life.hub.reasons(), ['shipped-more-than-ordered']);
  assert.deepEqual(life.hub.units('A', 'WH'), { onHand: 97, reserved: 0 });
  assert.deepEqual(life.hub.open(), []);
  life.hub.skip('shipped-more-than-ordered');
  assert.deepEqual(life.hub.last('channel.createFulfilment').body.lines, [{ lineId: 'A-line', quantity: 2 }]);
  assert.deepEqual(life.hub.last('erp.recordShipment').body.lines, [{ lineId: 'A-line', quantity: 2 }]);
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a location ships after it was said to have stopped: no harm when nobody else has shipped', () => {
  const life = new OrderLife().released();
  life.see(life.channel.hold());
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  life.hub.ship('S1');
  life.see(life.channel.unhold());
  life.told();
  assert.deepEqual(life.hub.reasons(), []);
  assert.deepEqual(life.hub.units('A', 'WH'), { onHand: 98, reserved: 0 });
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a unit of a line that the order does not have leaves: a case', () => {
  const life = new OrderLife().released();
  life.hub.ship('S1', [{ lineId: 'what', quantity: 1 }]);
  assert.deepEqual(life.hub.reasons(), ['shipped-more-than-ordered']);
  life.hub.skip('shipped-more-than-ordered');
  assert.deepEqual(life.hub.open(), []);
  life.hub.ship('S2');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a release that never leaves is a case in time', () => {
  const life = new OrderLife().released();
  life.hub.passDays(13.9);
  assert.deepEqual(life.hub.reasons(), []);
  life.hub.passDays(0.2);
  assert.deepEqual(life.hub.reasons(), ['shipment-overdue']);
  life.hub.skip('shipment-overdue');
  life.hub.passDays(14.1);
  assert.deepEqual(life.hub.reasons(), ['shipment-overdue']);
  life.hub.ship('S1');
  assert.deepEqual(life.hub.reasons(), []);
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a location that is not mapped for its system is a case; the mapping releases', () => {
  const [shop, erp, stock, wms] = aRetailer().connections;
  const config = { connections: [shop!, erp!, stock!, { ...wms!, sameCodes: ['sku' as const] }] };
  const life = new OrderLife({ config }).booked();
  assert.deepEqual(life.hub.reasons(), ['unmapped-location']);
  life.hub.mappings.set('location', 'wms', 'their-WH', 'WH');
  life.hub.tell('1', { type: 'configuration.changed', version: 2 });
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.hub.last('fulfilment.release').body.location, 'their-WH');
  life.hub.check();
});

test('skipping a mapping that is needed holds the order, and letting it go asks again', () => {
  const [shop, erp, stock, wms] = aRetailer().connections;
  const config = { connections: [shop!, erp!, stock!, { ...wms!, sameCodes: ['sku' as const] }] };
  const life = new OrderLife({ config }).booked();
  life.hub.skip('unmapped-location');
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.heldBecause, 'case unmapped-location was skipped');
  life.hub.pass(1_000);
  life.hub.tell('1', { type: 'operator.resume', by: 'Ann', note: '' });
  assert.deepEqual(life.hub.reasons(), ['unmapped-location']);
});

test('the channel refuses a fulfilment: a case; done by hand it is skipped, and the order closes', () => {
  const life = new OrderLife().released();
  life.hub.ship('S1');
  life.hub.rejected('channel.createFulfilment', 'NO', 'not now');
  life.hub.done('erp.recordShipment');
  assert.deepEqual(life.hub.reasons(), ['channel-rejected']);
  life.hub.skip('channel-rejected');
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a fulfilment in doubt is settled when the channel shows it', () => {
  const life = new OrderLife().released();
  life.hub.ship('S1');
  life.hub.unsettled('channel.createFulfilment');
  life.hub.done('erp.recordShipment');
  life.see(life.channel.fulfil({ shipmentId: 'S1', lines: [{ lineId: 'A-line', quantity: 2 }] }));
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('the channel shows our fulfilment before it has answered, with or without our reference: no news', () => {
  for (const shipmentId of ['S1', null]) {
    const life = new OrderLife().released();
    life.hub.ship('S1');
    life.see(life.channel.fulfil({ shipmentId, lines: [{ lineId: 'A-line', quantity: 2 }] }));
    assert.deepEqual(life.hub.reasons(), []);
    const fulfilmentId = life.channel.order.fulfilments[0]?.fulfilmentId ?? '';
    life.hub.done('channel.createFulfilment', { fulfilmentId });
    life.told();
    assert.deepEqual(life.hub.reasons(), []);
    assert.equal(life.state.status, 'closed');
  }
});

test('somebody else has fulfilled units: they are not shipped again, and a person says where they left', () => {
  const life = new OrderLife().booked();
  life.see(life.channel.fulfil({ shipmentId: null, lines: [{ lineId: 'A-line', quantity: 1 }] }));
  assert.deepEqual(life.hub.reasons(), ['fulfilled-elsewhere']);
  life.hub.done('fulfilment.release');
  life.hub.done('fulfilment.cancelRelease');
  life.stopped();
  assert.equal(life.hub.position('A', 'WH').reserved, 1);
  life.hub.skip('fulfilled-elsewhere');
  life.hub.done('fulfilment.release');
  life.hub.ship('S1');
  life.told();
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a fulfilment of somebody else that is cancelled at the channel: the units ship after all', () => {
  const life = new OrderLife();
  life.see(life.channel.fulfil({ shipmentId: null, lines: [{ lineId: 'A-line', quantity: 2 }] }));
  assert.deepEqual(life.hub.reasons(), ['fulfilled-elsewhere']);
  life.hub.settle();
  assert.equal(life.hub.asked().includes('fulfilment.release'), false);
  const [fulfilment] = life.channel.order.fulfilments;
  life.see(
    life.channel.change({ fulfilments: [{ ...fulfilment!, status: 'cancelled' }], lines: [line('A', 2)] }),
  );
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.hub.open('fulfilment.release').length, 1);
  life.hub.check();
});

test('where it is usual that units leave elsewhere (a POS) the order is booked and closes', () => {
  const [shop, ...rest] = aRetailer().connections;
  const config = { connections: [{ ...shop!, fulfilledElsewhere: 'accept' as const }, ...rest] };
  const life = new OrderLife({ config });
  life.see(life.channel.fulfil({ shipmentId: null, lines: [{ lineId: 'A-line', quantity: 2 }] }));
  life.hub.settle();
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('the ERP refuses a shipment: a case; booked by hand it is skipped', () => {
  const life = new OrderLife().released();
  life.hub.ship('S1');
  life.hub.done('channel.createFulfilment');
  life.hub.rejected('erp.recordShipment');
  life.hub.skip('erp-rejected');
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('a refused release stays a case while another part of the order changes', () => {
  const life = new OrderLife({
    lines: [line('A', 1), line('B', 2)],
    stock: { 'A@WH': 1, 'B@STORE': 2 },
  }).booked();
  life.hub.done('fulfilment.release');
  life.hub.rejected('fulfilment.release', 'unknown-item', 'never heard of A');
  life.see(life.channel.remove('B-line', 1));
  life.see(life.channel.hold());
  assert.deepEqual(life.hub.reasons(), ['fulfilment-rejected']);
  life.see(life.channel.remove('A-line', 1));
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.hub.position('A', 'WH').reserved, 0);
  life.hub.check();
});
