/** Shipments are told in the words of who is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';

test('channel and ERP are told their own code of a location, and ours where they have none', () => {
  const connections = aRetailer().connections.map((connection) =>
    connection.id === 'shop' || connection.id === 'erp'
      ? { ...connection, sameCodes: ['sku', 'tax-code', 'gateway'] as ('sku' | 'tax-code' | 'gateway')[] }
      : connection,
  );
  const mapped = { kind: 'location', connection: 'shop', external: '70001', internal: 'WH' } as const;
  const life = new OrderLife({ config: { connections }, rows: [mapped] }).released();
  life.hub.ship('S1');
  assert.equal(life.hub.last('channel.createFulfilment').body.location, '70001');
  assert.equal(life.hub.last('erp.recordShipment').body.location, 'WH');
});
