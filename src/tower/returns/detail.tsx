/** One return: its units and what has become of them, its money, and what a person decides about it. */
import { useState } from 'react';
import type { RefundItem, ReturnItem } from '../../gateway/api-types.ts';
import { useReturn, useReturnDecision } from '../lib/queries.ts';
import { addressOf, Link } from '../lib/router.tsx';
import { counted } from '../lib/words.ts';
import { DecisionDialog } from '../parts/dialog.tsx';
import { say, sayFailed } from '../parts/notices.tsx';
import { Failure, Loading } from '../parts/states.tsx';

const DISPOSITIONS = {
  restock: 'sound, back on the shelf',
  damaged: 'damaged',
  qualityControl: 'to be looked at',
  missing: 'not there',
} as const;

const SAYS = {
  channel: 'the channel',
  inventory: 'the inventory system',
  fulfilment: 'the fulfilment system',
} as const;

export function ReturnDetail({ id, listAddress }: { id: string; listAddress: string }) {
  const found = useReturn(id);
  if (found.isPending) return <Loading what="the return" />;
  if (!found.data)
    return <Failure error={found.error} what="The return" retry={() => void found.refetch()} />;
  const item = found.data;
  return (
    <article className="detail">
      <p className="narrow-only">
        <Link href={listAddress}>All returns</Link>
      </p>
      <h2>{item.name}</h2>
      <p>
        {item.statusLabel} · {counted(item.units, 'unit')}, {item.received} back, {item.inspected} inspected
        {item.order ? (
          <>
            {' '}
            · order <Link href={addressOf('orders', item.order)}>{item.orderName ?? item.order}</Link>
          </>
        ) : null}
      </p>
      <Decisions item={item} />
      <h3>Goods</h3>
      <ul className="told">
        {item.lines.map((line) => (
          <li key={line.returnLineId}>
            {line.quantity} × {line.sku ?? line.title ?? line.lineId} ({line.reason}), {line.processed}{' '}
            refunded
            <ul>
              {line.goods.map((part) => (
                <li key={`${part.source} ${part.at} ${part.disposition}`}>
                  {part.quantity} {DISPOSITIONS[part.disposition]}, {part.location}, says {SAYS[part.source]}
                  {part.counts ? '' : ' (moves no stock)'}
                </li>
              ))}
            </ul>
          </li>
        ))}
        {item.exchangeUnits > 0 ? <li>{counted(item.exchangeUnits, 'unit')} in exchange</li> : null}
      </ul>
      <h3>Money</h3>
      {item.refunds.length === 0 ? <p>Nobody has wanted its money given back.</p> : null}
      <ul className="told">
        {item.refunds.map((refund) => (
          <li key={refund.request}>
            {refund.amount.amount} {refund.amount.currency}: {refundWords(refund)}
          </li>
        ))}
      </ul>
    </article>
  );
}

function refundWords({ state, approvals, needs, because }: RefundItem): string {
  if (state === 'waiting')
    return `waits for consent (${approvals.length} of ${needs}${approvals.length > 0 ? `: ${approvals.join(', ')}` : ''})`;
  return because === null ? state : `${state}: ${because}`;
}

type Act = 'approve' | 'decline' | 'refund' | 'close';

/** What can be decided now, and what its button says. */
function actsOf({ status, refunds, exchangeUnits }: ReturnItem): Act[] {
  if (status === 'requested' || refunds.some(({ state }) => state === 'waiting'))
    return ['approve', 'decline'];
  if (status !== 'approved' && status !== 'inTransit' && status !== 'received' && status !== 'inspected')
    return [];
  // Of an exchange somebody must say what the difference is: on the command line.
  return exchangeUnits > 0 ? ['close'] : ['refund', 'close'];
}

const LABELS: Readonly<Record<Act, string>> = {
  approve: 'Approve',
  decline: 'Decline',
  refund: 'Refund',
  close: 'Close without money',
};

function Decisions({ item }: { item: ReturnItem }) {
  const [open, setOpen] = useState<Act | null>(null);
  const decision = useReturnDecision();
  const acts = actsOf(item);
  if (acts.length === 0 && open === null) return null;
  return (
    <div className="actions">
      {acts.map((act) => (
        <button
          key={act}
          type="button"
          className="small"
          disabled={decision.isPending}
          onClick={() => setOpen(act)}
        >
          {LABELS[act]} …
        </button>
      ))}
      {open ? (
        <DecisionDialog
          title={`${LABELS[open]}: ${item.name}?`}
          label={LABELS[open]}
          noteLabel="Why"
          noteRequired={false}
          close={() => setOpen(null)}
          decide={({ by, note }) =>
            decision.mutate(
              { key: item.key, act: open, by, note },
              {
                onSuccess: ({ message }) => say(message),
                onError: (error) => sayFailed(item.name, error),
              },
            )
          }
        >
          <p>
            {open === 'approve' || open === 'refund'
              ? 'Money goes back when as many persons have agreed as the limits of the entity say; each counts once.'
              : 'No money goes back by it.'}
          </p>
        </DecisionDialog>
      ) : null}
    </div>
  );
}
