/** Stock: SKUs with what can be sold of them, and the SKU that is open. */
import { useMemo, useRef } from 'react';
import type { StockItem } from '../../gateway/api-types.ts';
import { useRowKeys } from '../lib/keys.ts';
import { useStockList } from '../lib/queries.ts';
import { addressOf, Link, navigate } from '../lib/router.tsx';
import { useKeptScroll } from '../lib/scroll.ts';
import { counted, number } from '../lib/words.ts';
import { MoreRows } from '../parts/list.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { Split } from '../parts/split.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { StockOfSku } from './detail.tsx';
import { Reconciliations } from './reconciliations.tsx';

export function StockView({ id, query }: { id: string | null; query: URLSearchParams }) {
  // The list keeps its search; an instant belongs to the SKU that is open.
  const listQuery = new URLSearchParams(query);
  listQuery.delete('at');
  listQuery.delete('location');
  const listAddress = addressOf('stock', null, listQuery);
  return (
    <Split
      label="Stock"
      openId={id}
      detailLabel="SKU"
      listAddress={listAddress}
      list={<Skus id={id} query={listQuery} />}
      detail={id === null ? null : <StockOfSku key={id} sku={id} query={query} listAddress={listAddress} />}
    />
  );
}

function Skus({ id, query }: { id: string | null; query: URLSearchParams }) {
  const text = query.get('text') ?? '';
  const found = useStockList({ text, location: '' });
  const items = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const scroller = useRef<HTMLDivElement>(null);
  useKeptScroll(scroller, 'stock', items.length > 0);
  useRowKeys(scroller);
  const reachable = items.some((item) => item.sku === id) ? id : items[0]?.sku;
  const search = (wanted: string) => {
    const next = new URLSearchParams(wanted === '' ? {} : { text: wanted });
    navigate(addressOf('stock', id, next), { replace: true });
  };
  return (
    <>
      <h1 className="sr-only">Stock</h1>
      <search className="toolbar" data-busy={found.isPlaceholderData}>
        <div className="toolbar-row">
          <SearchField
            label="Search SKUs by their beginning"
            placeholder="Beginning of a SKU"
            text={text}
            search={search}
          />
        </div>
      </search>
      <div className="scroll" ref={scroller}>
        <Reconciliations />
        {found.isPending ? <Loading what="the stock" /> : null}
        {found.isError && !found.data ? (
          <Failure error={found.error} what="The stock" retry={() => void found.refetch()} />
        ) : null}
        {found.data && items.length === 0 ? <NoStock searched={text !== ''} /> : null}
        {items.length > 0 ? (
          <>
            <table className="rows stock">
              <thead>
                <tr>
                  <th scope="col">SKU</th>
                  <th scope="col" className="number">
                    Available
                  </th>
                  <th scope="col" className="number">
                    On hand
                  </th>
                  <th scope="col" className="wide-only number">
                    Reserved
                  </th>
                  <th scope="col" className="wide-only number">
                    Incoming
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <SkuRow
                    key={item.sku}
                    item={item}
                    href={addressOf('stock', item.sku, query)}
                    isOpen={item.sku === id}
                    isReachable={item.sku === reachable}
                  />
                ))}
              </tbody>
            </table>
            <MoreRows
              hasMore={found.hasNextPage}
              busy={found.isFetchingNextPage}
              more={() => void found.fetchNextPage()}
              total={`${counted(items.length, 'SKU')}, no more`}
            />
          </>
        ) : null}
      </div>
    </>
  );
}

interface SkuRowProps {
  item: StockItem;
  href: string;
  isOpen: boolean;
  /** Tab leads to this row; arrows to the others. */
  isReachable: boolean;
}

function SkuRow({ item, href, isOpen, isReachable }: SkuRowProps) {
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
          {item.sku}
        </Link>
        <span className="below">{counted(item.locations, 'location')}</span>
      </td>
      <td className={item.available === 0 ? 'number problem-text' : 'number'}>{number(item.available)}</td>
      <td className="number">{number(item.onHand)}</td>
      <td className="wide-only number">{number(item.reserved)}</td>
      <td className="wide-only number">{number(item.incoming)}</td>
    </tr>
  );
}

function NoStock({ searched }: { searched: boolean }) {
  if (searched)
    return (
      <Empty title="No SKU begins so">
        <p>
          <Link href="/stock">Show all SKUs</Link>.
        </p>
      </Empty>
    );
  return (
    <Empty title="No stock yet">
      <p>It appears by itself when an inventory system has told of its levels.</p>
      <p>
        If nothing comes: look at the <Link href="/connections">connections</Link>.
      </p>
    </Empty>
  );
}
