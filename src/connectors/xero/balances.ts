/** The balances of all accounts at the end of a day, from Xero's trial balance. */
import type { z } from 'zod';
import { parseMinor, sumMinor } from '../../domain/money.ts';
import type { CommandOf, Failure, Outcome } from '../contract.ts';
import { TrialBalance } from './api.ts';
import { drift, type Exchange } from './client.ts';
import type { Account, Facts } from './facts.ts';

/** Columns of the report: the month's movement stands before the balance. */
const DEBIT = 3;
const CREDIT = 4;

/**
 * Debit positive, in the currency of the books. Turnover and costs are those of the financial year so far, as everywhere at Xero;
 * earlier years stand in retained earnings.
 */
export async function readBalances(
  { body }: CommandOf<'finance.readBalances'>,
  facts: Facts,
  exchange: Exchange,
): Promise<Outcome> {
  const organisation = await facts.organisation(exchange);
  if (organisation.status !== 'ok') return organisation;
  const read = await exchange.call({
    method: 'GET',
    path: '/Reports/TrialBalance',
    query: { date: body.asOf },
    answer: TrialBalance,
  });
  if (read.status !== 'ok') return read;
  const rows = rowsOf(read.data);
  const accounts = await facts.chart(exchange);
  if (accounts.status !== 'ok') return accounts;
  return balancesOf(rows, accounts.data, organisation.data.baseCurrency);
}

interface Row {
  accountId: string;
  name: string;
  debit: string;
  credit: string;
}

function rowsOf(report: z.infer<typeof TrialBalance>): Row[] {
  return report.Reports.flatMap(({ Rows }) => Rows)
    .flatMap(({ Rows = [] }) => Rows)
    .filter(({ RowType }) => RowType === 'Row')
    .map(({ Cells = [] }) => ({
      accountId: Cells[0]?.Attributes?.find(({ Id }) => Id === 'account')?.Value ?? '',
      name: Cells[0]?.Value ?? '',
      debit: Cells[DEBIT]?.Value || '0',
      credit: Cells[CREDIT]?.Value || '0',
    }));
}

function balancesOf(rows: readonly Row[], accounts: readonly Account[], currency: string): Outcome | Failure {
  const balances: { account: string; balanceMinor: number }[] = [];
  for (const { accountId, name, debit, credit } of rows) {
    const account = accounts.find((each) => each.accountId === accountId);
    try {
      const balanceMinor = parseMinor(debit, currency) - parseMinor(credit, currency);
      balances.push({ account: account?.code ?? name, balanceMinor });
    } catch (error) {
      return drift(false, `the trial balance has a row that cannot be read: ${name}: ${String(error)}`);
    }
  }
  const sum = sumMinor(balances.map(({ balanceMinor }) => balanceMinor));
  if (sum !== 0) return drift(false, `the trial balance of Xero is off by ${sum} minor units`);
  return { status: 'done', result: { balances } };
}
