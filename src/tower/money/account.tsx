/** One account: its lines, newest first, each with the order and the business act that caused it. */
import { useEffect } from 'react';
import type { BookLine } from '../../gateway/api-types.ts';
import { useAccount } from '../lib/queries.ts';
import { counted } from '../lib/words.ts';
import { MoreRows } from '../parts/list.tsx';
import { Amount, Fact } from '../parts/small.tsx';
import { DetailBar } from '../parts/split.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { StreamLink } from './open-items.tsx';

interface AccountProps {
  entity: string;
  account: string;
  /** The last day that counts; empty: all. */
  until: string;
  listAddress: string;
}

export function AccountDetail({ entity, account, until, listAddress }: AccountProps) {
  const found = useAccount(entity, account, until);
  const first = found.data?.pages[0];
  const lines = found.data?.pages.flatMap((page) => page.lines) ?? [];
  useEffect(() => {
    document.title = `${account} · Crossdock`;
  }, [account]);
  return (
    <>
      <DetailBar listAddress={listAddress} back="Money" />
      <div className="scroll detail">
        <header className="detail-head">
          <h2>
            {account} {first?.name ?? ''}
          </h2>
        </header>
        {found.isPending ? <Loading what="the account" /> : null}
        {found.isError && !first ? (
          <Failure error={found.error} what="The account" retry={() => void found.refetch()} />
        ) : null}
        {first ? (
          <>
            <dl className="facts">
              <Fact name={until === '' ? 'Balance' : `Balance at the end of ${until}`}>
                <Amount money={first.closing} />
              </Fact>
            </dl>
            <section aria-label="Lines">
              <h3>Lines</h3>
              <Lines lines={lines} />
              <MoreRows
                hasMore={found.hasNextPage}
                busy={found.isFetchingNextPage}
                more={() => void found.fetchNextPage()}
                total={`${counted(lines.length, 'line')}, no more`}
              />
            </section>
          </>
        ) : null}
      </div>
    </>
  );
}

function Lines({ lines }: { lines: readonly BookLine[] }) {
  return (
    <table className="rows money">
      <thead>
        <tr>
          <th scope="col">Date</th>
          <th scope="col">Order</th>
          <th scope="col">What</th>
          <th scope="col" className="number">
            Amount
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a posting may have two lines on one account
          <tr key={`${line.stream.key} ${line.posting} ${index}`}>
            <td>{line.postingDate}</td>
            <td>
              <StreamLink stream={line.item} />
            </td>
            <td>
              {line.text}
              <span className="below" title={`Fact ${line.seq} of ${line.stream.kind} ${line.stream.key}`}>
                {line.posting}
              </span>
            </td>
            <td className="number">
              <Amount money={line.booked} />
              {line.amount.currency === line.booked.currency ? null : (
                <span className="below">
                  <Amount money={line.amount} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
