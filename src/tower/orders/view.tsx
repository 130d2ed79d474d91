/** Orders: the live list, its filters, and the order that is open. */
import { useState } from 'react';
import { type OrderFilter, useOverview } from '../lib/queries.ts';
import { addressOf } from '../lib/router.tsx';
import { Split } from '../parts/split.tsx';
import { OrderDetail } from './detail.tsx';
import { OrderFilters } from './filters.tsx';
import { OrderRows } from './rows.tsx';

export function OrdersView({ id, query }: { id: string | null; query: URLSearchParams }) {
  const filter: OrderFilter = {
    status: query.get('status') ?? '',
    connection: query.get('connection') ?? '',
    text: query.get('text') ?? '',
    cases: query.get('cases') === 'true',
  };
  const overview = useOverview();
  const [busy, setBusy] = useState(false);
  const listAddress = addressOf('orders', null, query);
  return (
    <Split
      label="Orders"
      openId={id}
      detailLabel="Order"
      listAddress={listAddress}
      list={
        <>
          <h1 className="sr-only">Orders</h1>
          <OrderFilters id={id} filter={filter} overview={overview.data} busy={busy} />
          <OrderRows id={id} query={query} filter={filter} setBusy={setBusy} />
        </>
      }
      detail={id === null ? null : <OrderDetail key={id} id={id} listAddress={listAddress} />}
    />
  );
}
