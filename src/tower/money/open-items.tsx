/** What is not clear on clearing accounts: the sum of each by age, and the items, oldest first. */
import type { OpenItems } from '../../gateway/api-types.ts';
import { addressOf, Link } from '../lib/router.tsx';
import { counted, shortTitle } from '../lib/words.ts';
import { Amount } from '../parts/small.tsx';

export function OpenItemsTable({ items, hrefOf }: { items: OpenItems; hrefOf: (account: string) => string }) {
  const ages = items.accounts[0]?.ages.map(({ age }) => age) ?? [];
  return (
    <>
      <table className="rows money">
        <caption className="sr-only">Open items by account and age in days</caption>
        <thead>
          <tr>
            <th scope="col">Account</th>
            <th scope="col" className="number">
              Open
            </th>
            {ages.map((age) => (
              <th scope="col" className="wide-only number" key={age}>
                {age} days
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.accounts.map((of) => (
            <tr key={of.account}>
              <td>
                <Link className="row-link" data-row="" href={hrefOf(of.account)}>
                  {of.account}
                </Link>
                <span className="below">
                  {[of.name, counted(of.items, 'item')].filter(Boolean).join(', ')}
                </span>
              </td>
              <td className="number">
                <Amount money={of.total} />
              </td>
              {of.ages.map(({ age, items: count, total }) => (
                <td className="wide-only number" key={age}>
                  {count === 0 ? '' : <Amount money={total} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <table className="rows money">
        <caption className="sr-only">Open items, oldest first</caption>
        <thead>
          <tr>
            <th scope="col">Since</th>
            <th scope="col">Order</th>
            <th scope="col">Account</th>
            <th scope="col" className="number">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {items.items.map((item) => (
            <tr key={`${item.account} ${item.item.key} ${item.amount.currency}`}>
              <td>
                {item.since}
                {item.dueOn !== null && (
                  <span className="below">
                    {item.overdueDays > 0
                      ? `due ${item.dueOn}, ${counted(item.overdueDays, 'day')} overdue`
                      : `due ${item.dueOn}`}
                  </span>
                )}
              </td>
              <td>
                <StreamLink stream={item.item} />
              </td>
              <td>
                {item.account} <span className="below">{item.name}</span>
              </td>
              <td className="number">
                <Amount money={item.amount} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {items.more > 0 ? <p className="quiet list-end">and {counted(items.more, 'more item')}</p> : null}
    </>
  );
}

/** An order leads to its story; anything else has none of its own. */
export function StreamLink({ stream }: { stream: OpenItems['items'][number]['item'] }) {
  if (stream.kind !== 'order')
    return (
      <span>
        {stream.kind} {shortTitle(stream.key)}
      </span>
    );
  return <Link href={addressOf('orders', stream.key)}>{stream.title ?? stream.key}</Link>;
}
