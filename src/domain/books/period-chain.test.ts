/** Sold = invoiced = recognised = collected = bank: each difference is named, and nothing is left. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainOfPeriod, type RoleSum } from './period-chain.ts';
import { ACCOUNT_ROLES, type AccountRole } from './posting.ts';

const sum = (role: AccountRole, bookMinor: number): RoleSum => ({ role, bookMinor });

test('an order that is half shipped, half paid out: where its money stands is said hop by hop', () => {
  // Captured 120.00, of which 60.00 shipped (50.00 and 10.00 tax); 100.00 paid out less 3.00 fees, 97.00 of it at the bank.
  const { hops, residualMinor } = chainOfPeriod(
    [
      sum('clearing', 2_000),
      sum('deposits', -6_000),
      sum('revenue', -5_000),
      sum('tax', -1_000),
      sum('paymentFees', 300),
      sum('bank', 9_700),
      sum('costOfGoods', 1_500),
      sum('stock', -1_500),
    ],
    12_000,
  );
  assert.equal(residualMinor, 0);
  assert.deepEqual(
    hops.map(({ name, amountMinor, parts }) => [
      name.split(/[:,]/)[0],
      amountMinor,
      parts.map(({ words, amountMinor: minor }) => `${words} ${minor}`),
    ]),
    [
      ['sold', 12_000, []],
      ['sold', 6_000, ['ordered in the period and not invoiced in it, less what was ordered before 6000']],
      ['invoiced', 6_000, []],
      ['invoiced', 1_000, ['tax 1000']],
      ['recognised as revenue', 5_000, ['goods 5000']],
      ['invoiced', -6_000, ['paid, and not shipped -6000']],
      ['collected', 12_000, []],
      ['collected', 2_300, ['with the payment providers 2000', 'fees of payment providers 300']],
      ['at the bank', 9_700, ['bank 9700']],
    ],
  );
});

test('whatever balanced postings a period has, the chain meets at the bank', () => {
  const roles = Object.keys(ACCOUNT_ROLES) as AccountRole[];
  const goods = new Set<AccountRole>(['stock', 'damagedStock', 'writeDown', 'costOfGoods', 'goodsInTransit']);
  const money = roles.filter((role) => !goods.has(role));
  for (let seed = 1; seed <= 50; seed += 1) {
    const sums = money.map((role, index) => sum(role, ((seed * 7_919 + index * 104_729) % 20_011) - 10_000));
    const off = sums.reduce((all, { bookMinor }) => all + bookMinor, 0);
    const balanced = [...sums, sum('bank', -off)];
    assert.equal(chainOfPeriod(balanced, 0).residualMinor, 0, `seed ${seed}`);
  }
});
