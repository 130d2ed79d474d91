/** Debits, credits and balance of each account; each leads to its lines. */
import type { TrialBalance } from '../../gateway/api-types.ts';
import { Link } from '../lib/router.tsx';
import { Amount, Pill } from '../parts/small.tsx';

interface TrialBalanceProps {
  balance: TrialBalance;
  /** The account that is open. */
  account: string | null;
  hrefOf: (account: string) => string;
}

export function TrialBalanceTable({ balance, account, hrefOf }: TrialBalanceProps) {
  return (
    <table className="rows money">
      <caption className="sr-only">
        Trial balance of {balance.entity} at the end of {balance.asOf}
      </caption>
      <thead>
        <tr>
          <th scope="col">Account</th>
          <th scope="col" className="wide-only number">
            Debit
          </th>
          <th scope="col" className="wide-only number">
            Credit
          </th>
          <th scope="col" className="number">
            Balance
          </th>
        </tr>
      </thead>
      <tbody>
        {balance.accounts.map((row) => (
          <tr key={row.account} data-open={row.account === account}>
            <td>
              <Link
                className="row-link"
                data-row=""
                href={hrefOf(row.account)}
                aria-current={row.account === account ? 'true' : undefined}
              >
                {row.account}
              </Link>
              <span className="below">{row.name}</span>
            </td>
            <td className="wide-only number">
              <Amount money={row.debit} />
            </td>
            <td className="wide-only number">
              <Amount money={row.credit} />
            </td>
            <td className="number">
              <Amount money={row.balance} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">
            All{' '}
            {balance.balanced ? (
              <Pill tone="good">debits = credits</Pill>
            ) : (
              <Pill tone="problem">not balanced</Pill>
            )}
          </th>
          <td className="wide-only number">
            <Amount money={balance.debit} />
          </td>
          <td className="wide-only number">
            <Amount money={balance.credit} />
          </td>
          <td />
        </tr>
      </tfoot>
    </table>
  );
}
