/** Customers in columns: whatever is put in comes out, through every growth. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { CustomerRows } from './customer-rows.ts';

it('tells of each customer what a list of objects would', () => {
  const act = fc.oneof(
    fc.record({ kind: fc.constant('customer' as const), account: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ kind: fc.constant('order' as const), of: fc.nat(), gap: fc.integer({ min: 1, max: 900 }) }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const rows = new CustomerRows();
      const expected: { id: string; orders: number[] }[] = [];
      const accounts = new Map<string, number>();
      let serial = 0;
      for (const each of acts) {
        if (each.kind === 'customer') {
          const id = String(820_982_000_000_000_001n + BigInt(expected.length) * 3n);
          const row = rows.add(id, expected.length);
          assert.equal(row, expected.length);
          expected.push({ id, orders: [] });
          // Half of the accounts have names, not numbers.
          const account = each.account % 2 === 0 ? String(each.account) : `account-${each.account}`;
          rows.ownAccount(account, row);
          accounts.set(account, row);
        } else if (expected.length > 0) {
          serial += each.gap;
          const row = each.of % expected.length;
          rows.addOrder(row, serial);
          expected[row]?.orders.push(serial);
        }
      }
      for (const [row, { id, orders }] of expected.entries()) {
        assert.equal(rows.rowOf(id), row);
        assert.equal(rows.idAt(row), id);
        assert.equal(rows.createdAtMs(row), row);
        assert.deepEqual(rows.ordersOf(row), orders);
      }
      for (const [account, row] of accounts) assert.equal(rows.ofAccount(account), row);
      for (const unknown of ['51', '00', '', '4294967295', '-1', 'account-0'])
        assert.equal(rows.ofAccount(unknown), undefined);
      for (const unknown of ['820982000000000002', '0', 'x', ''])
        assert.equal(rows.rowOf(unknown), undefined);
    }),
    { numRuns: 100 },
  );
});

it('holds many', () => {
  const rows = new CustomerRows();
  for (let row = 0; row < 10_000; row += 1) {
    rows.add(String(1_000 + row), row);
    rows.ownAccount(String(700_000 + 17 * row), row);
    rows.addOrder(row, 2 * row);
    rows.addOrder(Math.floor(row / 2), 2 * row + 1);
  }
  for (let row = 0; row < 10_000; row += 1) {
    assert.equal(rows.ofAccount(String(700_000 + 17 * row)), row);
    assert.equal(rows.rowOf(String(1_000 + row)), row);
  }
  assert.deepEqual(rows.ordersOf(3), [6, 13, 15]);
  rows.changed(3, 99);
  assert.equal(rows.updatedAtMs(3), 99);
  assert.equal(rows.count, 10_000);
});
