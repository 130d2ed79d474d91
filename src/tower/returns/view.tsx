/** Returns: what comes back, and the return that is open. */
import { useMemo, useRef } from 'react';
import type { ReturnListItem } from '../../gateway/api-types.ts';
import { useRowKeys } from '../lib/keys.ts';
import { useReturns } from '../lib/queries.ts';
import { addressOf, Link } from '../lib/router.tsx';
import { useKeptScroll } from '../lib/scroll.ts';
import { Time } from '../lib/time.tsx';
import { counted, number } from '../lib/words.ts';
import { MoreRows } from '../parts/list.tsx';
import { Split } from '../parts/split.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { ReturnDetail } from './detail.tsx';

export function ReturnsView({ id, query }: { id: string | null; query: URLSearchParams }) {
  const listAddress = addressOf('returns', null, query);
  return (
    <Split
      label="Returns"
      openId={id}
      detailLabel="Return"
      listAddress={listAddress}
      list={<Returns id={id} query={query} />}
      detail={id === null ? null : <ReturnDetail key={id} id={id} listAddress={listAddress} />}
    />
  );
}

function Returns({ id, query }: { id: string | null; query: URLSearchParams }) {
  const found = useReturns({ status: query.get('status') ?? '' });
  const items = useMemo(() => found.data?.pages.flatMap((page) => page.returns) ?? [], [found.data]);
  const scroller = useRef<HTMLDivElement>(null);
  useKeptScroll(scroller, 'returns', items.length > 0);
  useRowKeys(scroller);
  const reachable = items.some((item) => item.key === id) ? id : items[0]?.key;
  return (
    <>
      <h1 className="sr-only">Returns</h1>
      <div className="scroll" ref={scroller}>
        {found.isPending ? <Loading what="the returns" /> : null}
        {found.isError && !found.data ? (
          <Failure error={found.error} what="The returns" retry={() => void found.refetch()} />
        ) : null}
        {found.data && items.length === 0 ? (
          <Empty title="No returns yet">
            <p>They appear by themselves when a channel tells of goods that are to come back.</p>
          </Empty>
        ) : null}
        {items.length > 0 ? (
          <>
            <table className="rows">
              <thead>
                <tr>
                  <th scope="col">Return</th>
                  <th scope="col">Status</th>
                  <th scope="col" className="number">
                    Units
                  </th>
                  <th scope="col" className="wide-only number">
                    Refund
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <Row
                    key={item.key}
                    item={item}
                    href={addressOf('returns', item.key, query)}
                    isOpen={item.key === id}
                    isReachable={item.key === reachable}
                  />
                ))}
              </tbody>
            </table>
            <MoreRows
              hasMore={found.hasNextPage}
              busy={found.isFetchingNextPage}
              more={() => void found.fetchNextPage()}
              total={`${counted(items.length, 'return')}, no more`}
            />
          </>
        ) : null}
      </div>
    </>
  );
}

interface RowProps {
  item: ReturnListItem;
  href: string;
  isOpen: boolean;
  /** Tab leads to this row; arrows to the others. */
  isReachable: boolean;
}

function Row({ item, href, isOpen, isReachable }: RowProps) {
  return (
    <tr data-open={isOpen}>
      <td>
        <Link
          className="row-link"
          data-row=""
          href={href}
          tabIndex={isReachable ? 0 : -1}
          aria-current={isOpen ? 'true' : undefined}
        >
          {item.name}
        </Link>
        <span className="below">
          <Time at={item.createdAt} />
        </span>
      </td>
      <td>
        {item.statusLabel}
        <span className="below">{item.reasons.join(', ')}</span>
      </td>
      <td className="number">{number(item.units)}</td>
      <td className="wide-only number">
        {item.refunds.map(({ request, amount }) => (
          <div key={request}>
            {amount.amount} {amount.currency}
          </div>
        ))}
      </td>
    </tr>
  );
}
