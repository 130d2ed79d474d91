/** One order: where it stands, what it waits for, what it holds, and its whole story. */
import { useEffect, useState } from 'react';
import type { OrderStory, OrderSummary } from '../../gateway/api-types.ts';
import { CaseCard } from '../cases/card.tsx';
import { useOrder } from '../lib/queries.ts';
import { Time } from '../lib/time.tsx';
import { STAGES, stageOf, statusTone } from '../lib/words.ts';
import { OrderBooks } from '../money/order-books.tsx';
import { Amount, Copyable, Fact, Pill } from '../parts/small.tsx';
import { DetailBar } from '../parts/split.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { OrderActions } from './actions.tsx';
import { OrderGoods } from './goods.tsx';
import { Customer } from './persons.tsx';
import { Timeline } from './timeline.tsx';

export function OrderDetail({ id, listAddress }: { id: string; listAddress: string }) {
  const [persons, setPersons] = useState(false);
  const found = useOrder(id, persons);
  const story = found.data;
  useEffect(() => {
    document.title = `${story?.title ?? id} · Crossdock`;
  }, [story?.title, id]);
  return (
    <>
      <DetailBar listAddress={listAddress} back="Orders">
        {story ? <OrderActions story={story} /> : null}
      </DetailBar>
      <div className="scroll detail">
        {found.isPending ? <Loading what="the order" /> : null}
        {found.isError && !story ? (
          <Failure error={found.error} what="The order" retry={() => void found.refetch()} />
        ) : null}
        {story ? <Story story={story} persons={persons} setPersons={setPersons} /> : null}
      </div>
    </>
  );
}

interface StoryProps {
  story: OrderStory;
  persons: boolean;
  setPersons: (wanted: boolean) => void;
}

function Story({ story, persons, setPersons }: StoryProps) {
  const { summary } = story;
  const open = story.cases.filter((each) => each.status === 'open');
  return (
    <>
      <header className="detail-head">
        <h2>{story.title}</h2>
        <Pill tone={statusTone(story)}>{story.statusLabel}</Pill>
        {summary?.test ? <Pill tone="neutral">Test order</Pill> : null}
        {summary && !summary.live ? <Pill tone="neutral">Known only: causes no command</Pill> : null}
      </header>
      <Stages story={story} />
      {story.waitsFor.length > 0 ? (
        <div className="box waits">
          <h3>Waits for</h3>
          <ul>
            {story.waitsFor.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {open.map((each) => (
        <CaseCard key={each.id} item={each} />
      ))}
      <dl className="facts">
        <Fact name="Key" wide>
          <Copyable text={story.key} what="the key of the order" />
        </Fact>
        {summary ? <SummaryFacts summary={summary} /> : null}
        <Fact name="Changed">
          <Time at={story.updatedAt} />
        </Fact>
      </dl>
      {summary ? (
        <>
          <Customer summary={summary} persons={persons} setPersons={setPersons} />
          <OrderGoods summary={summary} />
          <OrderBooks orderKey={story.key} />
        </>
      ) : (
        <p className="box">The order itself has not been seen yet, only messages about it.</p>
      )}
      <Timeline story={story} />
    </>
  );
}

function SummaryFacts({ summary }: { summary: OrderSummary }) {
  const { erp } = summary;
  return (
    <>
      <Fact name="Placed">
        <Time at={summary.placedAt} />
      </Fact>
      <Fact name="Channel">
        {summary.connection} <span className="quiet">({summary.brand})</span>
      </Fact>
      <Fact name="Sold by">{summary.entity}</Fact>
      <Fact name="Total">
        <Amount money={summary.currentTotal} />
        {summary.currentTotal.amount === summary.total.amount ? null : (
          <span className="quiet">
            {' '}
            (placed: <Amount money={summary.total} />)
          </span>
        )}
        {summary.shopTotal ? (
          <span className="quiet">
            {' '}
            = <Amount money={summary.shopTotal} /> in the shop’s money
          </span>
        ) : null}
      </Fact>
      <Fact name="Payment">
        {summary.payment.label}
        {summary.payment.gateways.length > 0 ? (
          <span className="quiet"> ({summary.payment.gateways.join(', ')})</span>
        ) : null}
      </Fact>
      <Fact name="Sales order">
        {erp.number ? (
          <Copyable text={erp.number} what="the number of the sales order" />
        ) : erp.status === 'requested' ? (
          'asked for'
        ) : (
          'none yet'
        )}
        {erp.status === 'cancelled' ? <Pill tone="warning">cancelled</Pill> : null}
        {erp.heldBecause ? <Pill tone="warning">held by the ERP: {erp.heldBecause}</Pill> : null}
      </Fact>
      {summary.heldBecause ? <Fact name="On hold because">{summary.heldBecause}</Fact> : null}
      {summary.country ? <Fact name="Goes to">{countryName(summary.country)}</Fact> : null}
    </>
  );
}

const COUNTRIES = new Intl.DisplayNames('en-GB', { type: 'region' });

function countryName(code: string): string {
  try {
    return COUNTRIES.of(code) ?? code;
  } catch {
    return code;
  }
}

/** How far it is on its way, in eight steps. */
function Stages({ story }: { story: OrderStory }) {
  const reached = stageOf(story.status);
  if (reached < 0) return null;
  const tone = story.status === 'stopped' || story.held ? 'warning' : story.closed ? 'good' : 'info';
  return (
    <ol className="stages" aria-label="Stages" data-tone={tone}>
      {STAGES.map(({ name }, index) => (
        <li key={name} data-done={index <= reached} aria-current={index === reached ? 'step' : undefined}>
          {name}
          <span className="sr-only">{index <= reached ? ': done' : ': to come'}</span>
        </li>
      ))}
    </ol>
  );
}
