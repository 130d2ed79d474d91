import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrder, aRetailer, line } from '../../../test/support/builders.ts';
import { validateOrder } from '../../domain/order/validate.ts';
import { missingMapping } from './missing-mapping.ts';

test('what stands in quotes is known, the other side is missing', () => {
  assert.deepEqual(missingMapping('crossdock map set sku shop "A 1" OUR-SKU'), {
    kind: 'sku',
    connection: 'shop',
    external: 'A 1',
    internal: null,
  });
  assert.deepEqual(missingMapping('crossdock map set tax-code erp ERP-CODE "MwSt 0.19"'), {
    kind: 'tax-code',
    connection: 'erp',
    external: null,
    internal: 'MwSt 0.19',
  });
});

test('advice that is no such command is no mapping', () => {
  for (const advice of [
    'Give the line a SKU at the channel, or remove it there',
    'crossdock map set sku shop A B',
    'crossdock map set sku shop "A" "B"',
    'crossdock cases retry 1',
  ])
    assert.equal(missingMapping(advice), null, advice);
});

test('the suggestion of the order process for an unmapped SKU is understood', () => {
  const config = aRetailer();
  const none = { toInternal: () => undefined, toExternal: () => undefined };
  const [entity] = config.entities;
  assert.ok(entity);
  const { problems } = validateOrder(anOrder('1', [line('theirs', 1)]), { connection: 'shop' }, entity, {
    now: 0,
    config,
    configVersion: 1,
    mappings: none,
    stock: { available: () => 0, unpromised: () => 0, onHand: () => 0 },
  });
  const unmapped = problems.filter((problem) => problem.reason === 'unmapped-sku');
  assert.equal(unmapped.length, 1);
  assert.deepEqual(missingMapping(unmapped[0]?.suggestedFix ?? ''), {
    kind: 'sku',
    connection: 'shop',
    external: 'theirs',
    internal: null,
  });
});
