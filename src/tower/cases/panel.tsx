/** One case: what happened, what would fix it, what it holds, and the messages that it came from. */
import { useEffect } from 'react';
import type { CaseDetail } from '../../gateway/api-types.ts';
import { useCase, useOrder } from '../lib/queries.ts';
import { addressOf, Link } from '../lib/router.tsx';
import { Time } from '../lib/time.tsx';
import { inWords } from '../lib/words.ts';
import { CommandState } from '../parts/command-state.tsx';
import { RawMessage } from '../parts/raw-message.tsx';
import { Copyable, Fact, Pill } from '../parts/small.tsx';
import { DetailBar } from '../parts/split.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { CaseButtons } from './decide.tsx';
import { SuggestedFix } from './fix.tsx';

export function CasePanel({ id, listAddress }: { id: string; listAddress: string }) {
  const found = useCase(id);
  const item = found.data;
  useEffect(() => {
    document.title = item ? `${inWords(item.reason)} (${item.title}) · Crossdock` : 'Case · Crossdock';
  }, [item]);
  return (
    <>
      <DetailBar listAddress={listAddress} back="Cases" />
      <div className="scroll detail">
        {found.isPending ? <Loading what="the case" /> : null}
        {found.isError && !item ? (
          <Failure error={found.error} what="The case" retry={() => void found.refetch()} />
        ) : null}
        {item ? <Case item={item} /> : null}
      </div>
    </>
  );
}

function Case({ item }: { item: CaseDetail }) {
  const isOpen = item.status === 'open';
  return (
    <>
      <header className="detail-head">
        <h2>{inWords(item.reason)}</h2>
        <Pill tone={isOpen ? 'warning' : 'good'}>{isOpen ? 'open' : 'closed'}</Pill>
        {isOpen && item.overdue ? <Pill tone="problem">overdue</Pill> : null}
      </header>
      <p className="lead">{item.message}</p>
      {item.meaning ? <p className="quiet">{item.meaning}.</p> : null}
      {isOpen ? (
        <div className="box case-card">
          <SuggestedFix item={item} />
          <CaseButtons item={item} />
        </div>
      ) : (
        <p className="box tone-good" role="status">
          Closed {item.closedAt ? <Time at={item.closedAt} /> : null}
          {item.closedBy ? ` by ${item.closedBy}` : ''}.
        </p>
      )}
      {item.orderKey ? <TheOrder orderKey={item.orderKey} caseId={item.id} /> : null}
      <dl className="facts">
        <Fact name="Case" wide>
          <Copyable text={item.id} what="the id of the case" />
        </Fact>
        {item.orderKey ? null : (
          <Fact name="Belongs to" wide>
            {item.kind} <Copyable text={item.key} what={`the key of the ${item.kind}`} />
          </Fact>
        )}
        <Fact name="Connection">{item.connection}</Fact>
        <Fact name="Owner">{item.owner}</Fact>
        <Fact name="Opened">
          <Time at={item.openedAt} />
        </Fact>
        <Fact name="Due">
          <Time at={item.dueAt} />
        </Fact>
        {item.command ? (
          <Fact name="Holds">
            <code>{item.command.command}</code> to {item.command.connection}
            <CommandState command={item.command} />
          </Fact>
        ) : null}
      </dl>
      {item.observations.length > 0 ? (
        <section aria-label="Messages">
          <h3>Messages that it came from</h3>
          <ul className="plain">
            {item.observations.map((observation) => (
              <li key={observation.id} className="message">
                <Time at={observation.receivedAt} className="quiet" />
                <RawMessage observation={observation} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

/** Where its order stands now, and whether it has other open cases: after a retry that is what one wants to know. */
function TheOrder({ orderKey, caseId }: { orderKey: string; caseId: string }) {
  const { data: order } = useOrder(orderKey, false);
  const others = order?.cases.filter((each) => each.status === 'open' && each.id !== caseId) ?? [];
  return (
    <div className="box the-order">
      <h3>
        <Link href={addressOf('orders', orderKey)}>Order {order?.title ?? orderKey}</Link>
      </h3>
      {order ? <p>{order.statusLabel}</p> : null}
      {others.length > 0 ? (
        <ul className="plain">
          {others.map((each) => (
            <li key={each.id}>
              Also open: <Link href={addressOf('cases', each.id)}>{inWords(each.reason)}</Link>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
