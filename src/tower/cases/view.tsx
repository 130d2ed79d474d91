/** Cases: what people must decide. */
import { useMemo, useRef } from 'react';
import type { CaseItem } from '../../gateway/api-types.ts';
import { useRowKeys } from '../lib/keys.ts';
import { useCases, useOverview } from '../lib/queries.ts';
import { addressOf, Link, navigate } from '../lib/router.tsx';
import { useCalmList, useKeptScroll } from '../lib/scroll.ts';
import { Time } from '../lib/time.tsx';
import { counted, inWords, number, shortTitle } from '../lib/words.ts';
import { Choice, MoreRows, WaitingRows } from '../parts/list.tsx';
import { Pill } from '../parts/small.tsx';
import { Split } from '../parts/split.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { CasePanel } from './panel.tsx';
import { RetryAll } from './retry-all.tsx';

const keyOf = (item: CaseItem) => item.id;

export function CasesView({ id, query }: { id: string | null; query: URLSearchParams }) {
  const listAddress = addressOf('cases', null, query);
  return (
    <Split
      label="Cases"
      openId={id}
      detailLabel="Case"
      listAddress={listAddress}
      list={<CaseRows id={id} query={query} />}
      detail={id === null ? null : <CasePanel key={id} id={id} listAddress={listAddress} />}
    />
  );
}

function CaseRows({ id, query }: { id: string | null; query: URLSearchParams }) {
  const status = query.get('status') === 'closed' ? 'closed' : 'open';
  const reason = query.get('reason') ?? '';
  const found = useCases({ status, reason });
  const overview = useOverview();
  const fresh = useMemo(() => found.data?.pages.flatMap((page) => page.cases) ?? [], [found.data]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useCalmList(fresh, keyOf, `${status} ${reason}`, scroller);
  useKeptScroll(scroller, 'cases', list.items.length > 0);
  useRowKeys(scroller);
  const change = (changes: { status?: string; reason?: string }) => {
    const next = new URLSearchParams();
    const wanted = { status, reason, ...changes };
    if (wanted.status === 'closed') next.set('status', 'closed');
    if (wanted.reason) next.set('reason', wanted.reason);
    navigate(addressOf('cases', id, next), { replace: true });
  };
  const reachable = list.items.some((item) => item.id === id) ? id : list.items[0]?.id;
  const reasons = reasonsOf(overview.data?.cases.byReason ?? [], reason);
  return (
    <>
      <h1 className="sr-only">Cases</h1>
      <div className="toolbar" data-busy={found.isPlaceholderData}>
        <div className="toolbar-row">
          <Choice
            name="case-status"
            label="Which cases"
            value={status}
            options={[
              { value: 'open', label: 'Open' },
              { value: 'closed', label: 'Closed' },
            ]}
            choose={(next) => change({ status: next })}
          />
          {status === 'open' && reason !== '' && fresh.length > 0 ? (
            <RetryAll items={fresh} reason={reason} />
          ) : null}
        </div>
        <fieldset className="chips">
          <legend className="sr-only">Reason</legend>
          {reasons.map((each) => (
            <button
              key={each.reason}
              type="button"
              className="chip"
              aria-pressed={each.reason === reason}
              onClick={() => change({ reason: each.reason === reason ? '' : each.reason })}
            >
              {inWords(each.reason)}
              {status === 'open' ? <span className="chip-count"> {number(each.count)}</span> : null}
            </button>
          ))}
        </fieldset>
      </div>
      <WaitingRows list={list} what="case" />
      <div className="scroll" ref={scroller}>
        {found.isPending ? <Loading what="the cases" /> : null}
        {found.isError && !found.data ? (
          <Failure error={found.error} what="The cases" retry={() => void found.refetch()} />
        ) : null}
        {found.data && list.items.length === 0 ? <NoCases status={status} reason={reason} /> : null}
        {list.items.length > 0 ? (
          <>
            <table className="rows cases">
              <thead>
                <tr>
                  <th scope="col">Case</th>
                  <th scope="col" className="mid-only">
                    Belongs to
                  </th>
                  <th scope="col" className="wide-only">
                    Owner
                  </th>
                  <th scope="col" className="wide-only number">
                    Opened
                  </th>
                  <th scope="col" className="number">
                    {status === 'open' ? 'Due' : 'Closed'}
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.items.map((item) => (
                  <CaseRow
                    key={item.id}
                    item={item}
                    href={addressOf('cases', item.id, query)}
                    isOpen={item.id === id}
                    isGone={list.gone.has(item.id)}
                    isReachable={item.id === reachable}
                  />
                ))}
              </tbody>
            </table>
            <MoreRows
              hasMore={found.hasNextPage}
              busy={found.isFetchingNextPage}
              more={() => void found.fetchNextPage()}
              total={`${counted(list.items.length, 'case')}, no more`}
            />
          </>
        ) : null}
      </div>
    </>
  );
}

interface CaseRowProps {
  item: CaseItem;
  href: string;
  isOpen: boolean;
  isGone: boolean;
  isReachable: boolean;
}

function CaseRow({ item, href, isOpen, isGone, isReachable }: CaseRowProps) {
  return (
    <tr data-open={isOpen} data-gone={isGone}>
      <td>
        <Link
          className="row-link"
          data-row=""
          href={href}
          tabIndex={isReachable ? 0 : -1}
          aria-current={isOpen ? 'true' : undefined}
        >
          {inWords(item.reason)}
        </Link>
        <span className="below always">{item.message}</span>
      </td>
      <td className="mid-only">{item.title ? shortTitle(item.title) : item.connection}</td>
      <td className="wide-only quiet">{item.owner}</td>
      <td className="wide-only number quiet">
        <Time at={item.openedAt} />
      </td>
      <td className="number quiet">
        {item.overdue && item.status === 'open' ? <Pill tone="problem">overdue</Pill> : null}
        <Time at={item.closedAt ?? item.dueAt} />
      </td>
    </tr>
  );
}

function NoCases({ status, reason }: { status: 'open' | 'closed'; reason: string }) {
  if (reason !== '')
    return (
      <Empty title={`No ${status} case of this reason`}>
        <p>
          <Link href={addressOf('cases')}>Show all open cases</Link>.
        </p>
      </Empty>
    );
  if (status === 'closed')
    return (
      <Empty title="No closed cases yet">
        <p>Once somebody has decided a case, it stands here with who did and when.</p>
      </Empty>
    );
  return (
    <Empty title="Nothing to decide">
      <p>
        No case is open: the hub could decide everything by itself. A new one appears here at once, with what
        happened and what would fix it.
      </p>
    </Empty>
  );
}

function reasonsOf(byReason: readonly { reason: string; count: number }[], chosen: string) {
  const found = [...byReason].sort((a, b) => b.count - a.count);
  return chosen === '' || found.some((each) => each.reason === chosen)
    ? found
    : [...found, { reason: chosen, count: 0 }];
}
