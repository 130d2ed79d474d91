/** The tax ledger by registration and period, and whether it ties to the tax accounts. */
import type { TaxLedger } from '../../gateway/api-types.ts';
import { Amount, Pill } from '../parts/small.tsx';

export function TaxTable({ ledger }: { ledger: TaxLedger }) {
  return (
    <table className="rows money">
      <caption className="sr-only">Tax ledger by registration and period</caption>
      <thead>
        <tr>
          <th scope="col">Registration</th>
          <th scope="col">Period</th>
          <th scope="col">Tax</th>
          <th scope="col" className="wide-only number">
            Base
          </th>
          <th scope="col" className="number">
            Tax due
          </th>
        </tr>
      </thead>
      <tbody>
        {ledger.rows.map((row) => (
          <tr
            key={[row.registration, row.scheme, row.period, row.originalPeriod, row.taxCode, row.rate].join(
              ' ',
            )}
          >
            <td>
              {row.registration}
              <span className="below">
                {row.jurisdiction}, {row.scheme}
              </span>
            </td>
            <td>
              {row.period}
              {row.originalPeriod !== row.period && <span className="below">of {row.originalPeriod}</span>}
            </td>
            <td>
              {row.taxCode}
              <span className="below">{percent(row.rate)}</span>
            </td>
            <td className="wide-only number">
              <Amount money={row.base} />
            </td>
            <td className="number">
              <Amount money={row.tax} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={3}>
            Ours to remit{' '}
            {ledger.ties === false ? (
              <Pill tone="problem">not what the accounts say</Pill>
            ) : (
              <Pill tone="good">as the tax accounts say</Pill>
            )}
          </th>
          <td className="wide-only" />
          <td className="number">
            <Amount money={ledger.total} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function percent(rate: string): string {
  return `${Number((Number(rate) * 100).toFixed(4))} %`;
}
