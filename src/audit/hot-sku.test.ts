/** The auditor of a hot SKU: sold to the last unit and not one more, by the books of the outside. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Books } from '../sandbox/kit/types.ts';
import { Findings } from './findings.ts';
import { checkHotSku } from './hot-sku.ts';

const hot = { sku: 'BELL', codes: { shop: 'BELL-1', wms: 'W7' }, units: 2 };

function books(cancelled: readonly boolean[], shipped: number, left: number): Books[] {
  const orders = cancelled.map((each) => ({
    test: false,
    cancelled: each,
    lines: [{ sku: 'BELL-1', quantity: 1 }],
  }));
  const place = { stock: [{ item: 'W7', onHand: left }], releases: [{ lines: [{ item: 'W7', shipped }] }] };
  return [
    { kind: 'channel', connection: 'shop', orders },
    { kind: 'fulfilment', connection: 'wms', ...place },
  ] as unknown as Books[];
}

test('all that was there has left, and who came too late is cancelled', () => {
  const findings = new Findings();
  const figures = checkHotSku(books([false, false, true], 2, 0), hot, findings);
  assert.deepEqual(figures, { sku: 'BELL', there: 2, wanted: 3, sold: 2, cancelled: 1, left: 0 });
  assert.deepEqual(findings.list(), []);
});

for (const [name, wrong] of [
  ['one more has left than was there', books([false, false, false], 3, -1)],
  ['a unit is left though somebody was refused', books([false, true, true], 1, 1)],
  ['an order is neither sent nor cancelled', books([false, false, false], 2, 0)],
] as const)
  test(`a finding: ${name}`, () => {
    const findings = new Findings();
    checkHotSku(wrong, hot, findings);
    assert.equal(findings.has('stockIsNeverOversold'), true);
  });
