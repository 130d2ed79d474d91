/** What does not suit Xero is told when it is configured and connected, not by the first posting. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FinanceNeeds } from '../../domain/books/finance-needs.ts';
import { DEFAULT_CHART } from './sandbox/chart.ts';
import { unsuited } from './suits.ts';
import { aBench, soon } from './testing.ts';

const NEEDS: FinanceNeeds = {
  entity: 'uk',
  currency: 'GBP',
  mode: 'documents',
  accounts: [
    { account: '090', roles: ['bank'] },
    { account: '610', roles: ['receivables'] },
    { account: '820', roles: ['tax'] },
    { account: '850', roles: ['deposits'] },
    { account: '200', roles: ['revenue', 'tips'] },
  ],
  taxCodes: ['OUTPUT2'],
};

test('modes and rules that no organisation takes are refused when they are configured', () => {
  assert.deepEqual(unsuited(NEEDS), []);
  const only = [{ account: '200', roles: ['revenue' as const] }];
  assert.deepEqual(unsuited({ ...NEEDS, mode: 'summary', accounts: only }), []);
  const [summary] = unsuited({ ...NEEDS, mode: 'summary' });
  assert.match(
    summary ?? '',
    /"uk".*tax, receivables, bank, which Xero takes on no journal: set finance.mode/,
  );
  const [decimals] = unsuited({ ...NEEDS, currency: 'KWD' });
  assert.match(decimals ?? '', /keeps 2 decimals, and KWD has more/);
  const [long] = unsuited({ ...NEEDS, accounts: [{ account: '12345678901', roles: ['revenue'] }] });
  assert.match(long ?? '', /12345678901 cannot be a code/);
  const [shared] = unsuited({ ...NEEDS, accounts: [{ account: '090', roles: ['bank', 'clearing'] }] });
  assert.match(shared ?? '', /090 is for bank, clearing: Xero books nothing else on that of bank/);
});

test('what the organisation lacks is told when it is connected', async (context) => {
  const bank = { code: '', name: 'Till', type: 'BANK' as const };
  const { session } = await aBench(context, {}, { accounts: [...DEFAULT_CHART, bank] });
  assert.ok((await session.check(soon(), [NEEDS])).ok);
  const told = async (change: Partial<FinanceNeeds>) => {
    const { ok, message } = await session.check(soon(), [{ ...NEEDS, ...change }]);
    assert.equal(ok, false);
    return message;
  };
  const on = (account: string, role: FinanceNeeds['accounts'][number]['roles'][number]) =>
    told({ accounts: [{ account, roles: [role] }] });
  assert.match(await told({ currency: 'EUR' }), /books are in EUR, and those at Xero in GBP/);
  assert.match(await told({ taxCodes: ['OUTPUT2', 'TAX009'] }), /no active tax type TAX009/);
  assert.match(await told({ mode: 'journals' }), /set finance.mode to "documents"/);
  assert.match(
    await on('999', 'revenue'),
    /no account with the code 999, of revenue.*without a code there: Till/,
  );
  assert.match(await on('299', 'revenue'), /299, of revenue, is archived/);
  assert.match(await on('092', 'clearing'), /092, of clearing, is a bank account/);
  assert.match(await on('960', 'openingBalances'), /960, of openingBalances, is one of Xero’s own/);
  assert.match(await on('630', 'deposits'), /payments are enabled/);
  assert.match(await on('850', 'bank'), /850, of bank, is no bank account/);
  assert.match(await on('850', 'receivables'), /own Accounts Receivable/);
  assert.match(await on('850', 'tax'), /own account of VAT or GST/);
});
