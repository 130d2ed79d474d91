/** What a fulfilment system says of a parcel: the item codes that it names go on to be compared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rest } from './index.ts';

const settings = rest.settings.parse({
  baseUrl: 'http://127.0.0.1:1',
  token: 't',
  webhookSecrets: [`whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`],
  roles: ['fulfilment'],
});

const shipped = (line: object) =>
  rest.intake('wms', settings).normalise({
    headers: {},
    origin: 'poll',
    topic: 'poll:releases',
    body: Buffer.from(
      JSON.stringify({
        id: 'e1',
        type: 'release.shipped',
        data: {
          releaseId: 'shop/1#R1',
          reference: 'shop/1',
          at: '2026-10-02T00:00:00Z',
          shipmentId: 'S1',
          lines: [{ lineId: 'L1', quantity: 2, ...line }],
        },
      }),
    ),
  }).message;

test('a parcel’s lines carry the system’s item codes where it names them', () => {
  const linesOf = (line: object) => {
    const message = shipped(line);
    assert.equal(message.type, 'fulfilment.shipped');
    return message.type === 'fulfilment.shipped' ? message.lines : [];
  };
  assert.deepEqual(linesOf({ item: 'WMS-7' }), [{ lineId: 'L1', quantity: 2, item: 'WMS-7' }]);
  assert.deepEqual(linesOf({}), [{ lineId: 'L1', quantity: 2, item: null }]);
});

test('an item code that is no text, and a quantity below zero, cannot be read', () => {
  for (const [line, reason] of [
    [{ item: 7 }, 'schema-drift'],
    [{ quantity: -2 }, 'bad-quantity'],
  ] as const) {
    const message = shipped(line);
    assert.equal(message.type === 'order.unreadable' && message.reason, reason);
  }
});
