/** The rows of the list of orders, newest first. */
import { memo, useEffect, useMemo, useRef } from 'react';
import type { OrderListItem } from '../../gateway/api-types.ts';
import { useRowKeys } from '../lib/keys.ts';
import { type OrderFilter, useOrders } from '../lib/queries.ts';
import { addressOf, Link } from '../lib/router.tsx';
import { useCalmList, useKeptScroll } from '../lib/scroll.ts';
import { Time } from '../lib/time.tsx';
import { counted, number, shortTitle, statusTone } from '../lib/words.ts';
import { MoreRows, WaitingRows } from '../parts/list.tsx';
import { Amount, Pill } from '../parts/small.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';

const keyOf = (order: OrderListItem) => order.key;

interface OrderRowsProps {
  id: string | null;
  query: URLSearchParams;
  filter: OrderFilter;
  setBusy: (busy: boolean) => void;
}

export function OrderRows({ id, query, filter, setBusy }: OrderRowsProps) {
  const found = useOrders(filter);
  const fresh = useMemo(() => distinct(found.data?.pages.flatMap((page) => page.orders) ?? []), [found.data]);
  const wanted = JSON.stringify(filter);
  const scope = useRead(wanted, found.isPlaceholderData);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useCalmList(fresh, keyOf, scope, scroller);
  useKeptScroll(scroller, 'orders', list.items.length > 0);
  useRowKeys(scroller);
  useEffect(() => setBusy(found.isPlaceholderData), [found.isPlaceholderData, setBusy]);

  const filtered = Object.values(filter).some(Boolean);
  const reachable = list.items.some((order) => order.key === id) ? id : list.items[0]?.key;
  return (
    <>
      <WaitingRows list={list} what="order" />
      <div className="scroll" ref={scroller}>
        {found.isPending ? <Loading what="the orders" /> : null}
        {found.isError && !found.data ? (
          <Failure error={found.error} what="The orders" retry={() => void found.refetch()} />
        ) : null}
        {found.data && list.items.length === 0 && !found.hasNextPage ? (
          <NoOrders filtered={filtered} />
        ) : null}
        {list.items.length > 0 ? (
          <table className="rows orders">
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col" className="wide-only">
                  Channel
                </th>
                <th scope="col">Status</th>
                <th scope="col" className="wide-only number">
                  Units
                </th>
                <th scope="col" className="mid-only number">
                  Total
                </th>
                <th scope="col" className="wide-only">
                  Placed
                </th>
                <th scope="col" className="number">
                  Changed
                </th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((order) => (
                <OrderRow
                  key={order.key}
                  order={order}
                  href={addressOf('orders', order.key, query)}
                  isOpen={order.key === id}
                  isGone={list.gone.has(order.key)}
                  isReachable={order.key === reachable}
                />
              ))}
            </tbody>
          </table>
        ) : null}
        {found.data && (list.items.length > 0 || found.hasNextPage) ? (
          <MoreRows
            hasMore={found.hasNextPage}
            busy={found.isFetchingNextPage}
            more={() => void found.fetchNextPage()}
            total={`${counted(list.items.length, 'order')}, no more`}
          />
        ) : null}
      </div>
    </>
  );
}

interface OrderRowProps {
  order: OrderListItem;
  href: string;
  isOpen: boolean;
  /** It no longer fits the filter; it stays until the list settles. */
  isGone: boolean;
  /** Tab leads to this row; arrows to the others. */
  isReachable: boolean;
}

const OrderRow = memo(function OrderRow({ order, href, isOpen, isGone, isReachable }: OrderRowProps) {
  const row = useFlash(order.updatedAt);
  return (
    <tr ref={row} data-open={isOpen} data-gone={isGone}>
      <td>
        <Link
          className="row-link"
          data-row=""
          href={href}
          tabIndex={isReachable ? 0 : -1}
          aria-current={isOpen ? 'true' : undefined}
        >
          {shortTitle(order.title)}
        </Link>
        {order.openCases > 0 ? (
          <span className="badge tone-warning" title={counted(order.openCases, 'open case')}>
            {number(order.openCases)}
            <span className="sr-only"> open {order.openCases === 1 ? 'case' : 'cases'}</span>
          </span>
        ) : null}
        <span className="below">
          {order.connection}
          {order.total ? (
            <span className="narrow-only">
              {' · '}
              <Amount money={order.total} />
            </span>
          ) : null}
        </span>
      </td>
      <td className="wide-only quiet">{order.connection}</td>
      <td>
        <Pill tone={statusTone(order)}>{order.held ? 'On hold' : order.statusLabel}</Pill>
        <span className="below narrow-only">
          <Time at={order.updatedAt} />
        </span>
      </td>
      <td className="wide-only number">{number(order.units)}</td>
      <td className="mid-only number">{order.total ? <Amount money={order.total} /> : '–'}</td>
      <td className="wide-only quiet">{order.placedAt ? <Time at={order.placedAt} /> : '–'}</td>
      <td className="number quiet">
        <Time at={order.updatedAt} />
      </td>
    </tr>
  );
});

function NoOrders({ filtered }: { filtered: boolean }) {
  if (filtered)
    return (
      <Empty title="No order matches">
        <p>
          Search by order name (#1001), SKU or key, or <Link href="/orders">show all orders</Link>.
        </p>
      </Empty>
    );
  return (
    <Empty title="No orders yet">
      <p>
        They appear here by themselves as soon as a channel sends one; in the sandbox that takes about 20
        seconds.
      </p>
      <p>
        If none come: look at the <Link href="/connections">connections</Link>, or run{' '}
        <code>npx crossdock doctor</code>.
      </p>
    </Empty>
  );
}

/** The filter whose orders are shown: the one before, until those of the new one have been read. */
function useRead(wanted: string, isPlaceholder: boolean): string {
  const read = useRef(wanted);
  if (!isPlaceholder) read.current = wanted;
  return read.current;
}

/** Lights a row up for a moment when its order has changed. */
function useFlash(value: string) {
  const ref = useRef<HTMLTableRowElement>(null);
  const before = useRef(value);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    ref.current?.animate([{ backgroundColor: 'var(--flash)' }, { backgroundColor: 'transparent' }], {
      duration: 1_600,
      easing: 'ease-out',
    });
  }, [value]);
  return ref;
}

/** An order that changes while pages are read may stand on two of them. */
function distinct(orders: readonly OrderListItem[]): OrderListItem[] {
  return [...new Map(orders.map((order) => [order.key, order])).values()];
}
