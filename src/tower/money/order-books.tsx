/** The books of an order beside its story: each hop of its money with its postings, and what is left. */
import type { Proof } from '../../gateway/api-types.ts';
import { useOrderProof } from '../lib/queries.ts';
import { addressOf, Link } from '../lib/router.tsx';
import { Amount, Pill } from '../parts/small.tsx';

/** Nothing is shown of an order that has not been posted. */
export function OrderBooks({ orderKey }: { orderKey: string }) {
  const { data: proof } = useOrderProof(orderKey);
  if (!proof || proof.hops.length === 0) return null;
  return (
    <section aria-label="Books">
      <h3>
        Books{' '}
        {proof.closes ? <Pill tone="good">close to zero</Pill> : <Pill tone="warning">not closed yet</Pill>}
      </h3>
      {proof.residuals.length > 0 ? (
        <ul className="plain residuals">
          {proof.residuals.map((left) => (
            <li key={left.account}>
              <Amount money={left.amount} /> on{' '}
              <Link href={addressOf('money', `${proof.entity}/${left.account}`)}>
                {[left.account, left.name].filter(Boolean).join(' ')}
              </Link>{' '}
              since {left.since}: {left.words}
            </li>
          ))}
        </ul>
      ) : null}
      {proof.hops.map((hop) => (
        <Hop key={hop.name} hop={hop} entity={proof.entity} />
      ))}
    </section>
  );
}

function Hop({ hop, entity }: { hop: Proof['hops'][number]; entity: string }) {
  return (
    <details className="hop">
      <summary>
        <span>{hop.name}</span>
        <Amount money={hop.total} />
      </summary>
      <table className="rows money">
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">What</th>
            <th scope="col">Accounts</th>
            <th scope="col" className="number">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {hop.documents.map((document) => (
            <tr key={`${document.stream?.key} ${document.posting}`}>
              <td>{document.date}</td>
              <td>
                {document.text}
                <span className="below">{document.posting}</span>
              </td>
              <td>
                {document.accounts.map((account) => (
                  <span className="below" key={account}>
                    <Link href={addressOf('money', `${entity}/${account}`)}>{account}</Link>
                  </span>
                ))}
              </td>
              <td className="number">
                <Amount money={document.amount} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
