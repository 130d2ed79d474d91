/** The trial balance, as `GET /Reports/TrialBalance` shows it. */
import { amount } from './amounts.ts';
import type { AccountClass } from './chart.ts';
import { longDate, msInstant } from './dates.ts';
import type { Ledger } from './ledger.ts';
import type { Account, Organisation } from './organisation.ts';

/** Before anything that is booked. */
const EVER = '0000-01-01';

const SECTIONS: readonly [title: string, of: AccountClass][] = [
  ['Revenue', 'REVENUE'],
  ['Expenses', 'EXPENSE'],
  ['Assets', 'ASSET'],
  ['Liabilities', 'LIABILITY'],
  ['Equity', 'EQUITY'],
];

/** First day of the financial year that a day lies in. */
function yearStart(asOf: string, yearEndMonth: number): string {
  const [year = 0, month = 0] = asOf.split('-').map(Number);
  const firstMonth = (yearEndMonth % 12) + 1;
  return `${month >= firstMonth ? year : year - 1}-${String(firstMonth).padStart(2, '0')}-01`;
}

/**
 * Balances by account at the end of a day, debit positive, in hundredths: turnover and costs of the financial year, all else since
 * ever; earlier years stand in retained earnings.
 */
export function balancesAt(organisation: Organisation, ledger: Ledger, asOf: string): Map<Account, number> {
  const start = yearStart(asOf, organisation.spec.yearEndMonth);
  const ever = ledger.sums(EVER, asOf);
  const year = ledger.sums(start, asOf);
  const balances = new Map<Account, number>();
  const add = (account: Account, cents: number) =>
    balances.set(account, (balances.get(account) ?? 0) + cents);
  for (const [account, cents] of ever) {
    if (account.class !== 'REVENUE' && account.class !== 'EXPENSE') {
      add(account, cents);
      continue;
    }
    const within = year.get(account) ?? 0;
    add(account, within);
    add(organisation.system('RETAINEDEARNINGS'), cents - within);
  }
  return balances;
}

export function trialBalance(organisation: Organisation, ledger: Ledger, asOf: string): object {
  const balances = balancesAt(organisation, ledger, asOf);
  const month = ledger.sums(`${asOf.slice(0, 7)}-01`, asOf);
  const rows = (of: AccountClass) =>
    [...balances]
      .filter(([account, cents]) => account.class === of && (cents !== 0 || month.has(account)))
      .sort(([a], [b]) => (a.name < b.name ? -1 : 1))
      .map(([account, cents]) => row(account, month.get(account) ?? 0, cents));
  const sides = (sums: Iterable<number>) => {
    const all = [...sums];
    return [
      text(all.filter((cents) => cents > 0).reduce((sum, cents) => sum + cents, 0)),
      text(all.filter((cents) => cents < 0).reduce((sum, cents) => sum - cents, 0)),
    ];
  };
  return {
    Reports: [
      {
        ReportID: 'TrialBalance',
        ReportName: 'Trial Balance',
        ReportType: 'TrialBalance',
        ReportTitles: ['Trial Balance', organisation.spec.name, `As at ${longDate(asOf)}`],
        ReportDate: longDate(asOf),
        UpdatedDateUTC: msInstant(organisation.now()),
        Fields: [],
        Rows: [
          { RowType: 'Header', Cells: cellsOf(['Account', 'Debit', 'Credit', 'YTD Debit', 'YTD Credit']) },
          ...SECTIONS.map(([Title, of]) => ({ RowType: 'Section', Title, Rows: rows(of) })),
          {
            RowType: 'Section',
            Title: '',
            Rows: [
              {
                RowType: 'SummaryRow',
                Cells: cellsOf(['Total', ...sides(month.values()), ...sides(balances.values())]),
              },
            ],
          },
        ],
      },
    ],
  };
}

function row(account: Account, monthCents: number, cents: number): object {
  const Attributes = [{ Value: account.accountId, Id: 'account' }];
  const texts = [`${account.name} (${account.code})`, ...debitCredit(monthCents), ...debitCredit(cents)];
  return { RowType: 'Row', Cells: texts.map((Value) => ({ Value, Attributes })) };
}

const debitCredit = (cents: number): [string, string] => (cents < 0 ? ['', text(-cents)] : [text(cents), '']);

const text = (cents: number): string => amount(cents).toFixed(2);
const cellsOf = (texts: readonly string[]) => texts.map((Value) => ({ Value }));
