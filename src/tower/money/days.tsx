/** Days whose money was compared with finance, ERP, channels and payment providers, and what differs on the one that is open. */
import type { BookEntity, MoneyDayDetail } from '../../gateway/api-types.ts';
import { useMoneyDay, useMoneyDays } from '../lib/queries.ts';
import { addressOf, Link } from '../lib/router.tsx';
import { counted, number } from '../lib/words.ts';
import { Amount } from '../parts/small.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';

export function MoneyDays({ entity, query }: { entity: BookEntity; query: URLSearchParams }) {
  const days = useMoneyDays(entity.entity);
  const items = days.data?.items ?? [];
  const open = query.get('day') ?? items[0]?.day ?? '';
  const detail = useMoneyDay(items.length === 0 ? '' : entity.entity, open);
  if (days.isPending) return <Loading what="the days" />;
  if (days.isError && !days.data)
    return <Failure error={days.error} what="The days" retry={() => void days.refetch()} />;
  if (items.length === 0)
    return (
      <Empty title="No day was compared yet">
        <p>Every night the day before is compared; crossdock books reconcile {entity.entity} does it now.</p>
      </Empty>
    );
  const hrefOf = (day: string) => {
    const next = new URLSearchParams(query);
    next.set('day', day);
    return addressOf('money', entity.entity, next);
  };
  return (
    <>
      {detail.data ? <Day detail={detail.data} /> : null}
      <table className="rows money">
        <caption className="sr-only">Days that were compared, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Differences
            </th>
            <th scope="col" className="number">
              Open cases
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ day, status, differences, openCases }) => (
            <tr key={day} aria-current={day === open ? 'true' : undefined}>
              <td>
                <Link className="row-link" data-row="" href={hrefOf(day)}>
                  {day}
                </Link>
              </td>
              <td>{status === 'done' ? (differences === 0 ? 'agrees' : 'differs') : 'is being compared'}</td>
              <td className="number">{number(differences)}</td>
              <td className="number">{number(openCases)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Day({ detail: { day, sources, found, more } }: { detail: MoneyDayDetail }) {
  return (
    <>
      <table className="rows money">
        <caption>{day}, beside</caption>
        <thead>
          <tr>
            <th scope="col">With</th>
            <th scope="col">Here</th>
            <th scope="col">There</th>
          </tr>
        </thead>
        <tbody>
          {sources.map(({ source, ours, theirs, notRead }) => (
            <tr key={source}>
              <td>{source}</td>
              <td>{notRead === null ? <Side side={ours} /> : 'not compared'}</td>
              <td>{notRead === null ? <Side side={theirs} /> : notRead}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length === 0 ? null : (
        <ul className="differences">
          {found.map(({ key, words, why, order, coveredBy, accepted }) => (
            <li key={key}>
              {words} <b>({why})</b>
              {accepted ? ', accepted' : ''}
              {coveredBy === null ? '' : `, see the case ${coveredBy}`}{' '}
              {order === null ? null : <Link href={addressOf('orders', order)}>order</Link>}
            </li>
          ))}
        </ul>
      )}
      {more > 0 ? <p className="quiet list-end">and {counted(more, 'more difference')}</p> : null}
    </>
  );
}

function Side({ side: { count, amounts } }: { side: MoneyDayDetail['sources'][number]['ours'] }) {
  return (
    <>
      {number(count)}
      {amounts.map(({ what, total }) => (
        <span className="below" key={`${what} ${total.currency}`}>
          {what} <Amount money={total} />
        </span>
      ))}
    </>
  );
}
