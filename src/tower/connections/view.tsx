/** Connections: what each lane has to send, what stops it, and the switch to pause it. */
import { useRef } from 'react';
import type { ConnectionItem } from '../../gateway/api-types.ts';
import { useConnectionCheck, useOverview, usePause } from '../lib/queries.ts';
import { Link } from '../lib/router.tsx';
import { useKeptScroll } from '../lib/scroll.ts';
import { businessNow, Time } from '../lib/time.tsx';
import { number, type Tone } from '../lib/words.ts';
import { Icon } from '../parts/icons.tsx';
import { say, sayFailed } from '../parts/notices.tsx';
import { Copyable, Fact, Pill } from '../parts/small.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { AUTHORISED, Authorised, ConnectStore } from './connect.tsx';
import { RemoveButton } from './remove.tsx';

/** Lanes move faster than orders change. */
const READ_EVERY_MS = 3_000;

export function ConnectionsView({ id }: { id: string | null }) {
  if (id === 'new') return <ConnectStore />;
  if (id === AUTHORISED) return <Authorised />;
  return <All />;
}

function All() {
  const found = useOverview(READ_EVERY_MS);
  const connections = found.data?.connections;
  const scroller = useRef<HTMLDivElement>(null);
  useKeptScroll(scroller, 'connections', connections !== undefined);
  return (
    <section className="pane connections" aria-label="Connections">
      <div className="scroll" ref={scroller}>
        <header className="connections-head">
          <h1>Connections</h1>
          <Link className="button primary" href="/connections/new">
            Connect a store
          </Link>
        </header>
        {found.isPending ? <Loading what="the connections" /> : null}
        {found.isError && !connections ? (
          <Failure error={found.error} what="The connections" retry={() => void found.refetch()} />
        ) : null}
        {connections?.length === 0 ? (
          <Empty title="No connections">
            <p>
              Name channels and systems in the configuration file, then start the hub again: see{' '}
              <code>docs/how-to/configure.md</code>.
            </p>
          </Empty>
        ) : null}
        <ul className="plain cards">
          {connections?.map((connection) => (
            <Connection key={connection.id} connection={connection} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function Connection({ connection }: { connection: ConnectionItem }) {
  const { id, lane } = connection;
  const { tone, label } = stateOf(connection);
  return (
    <li className="card" data-tone={tone}>
      <header>
        <div>
          <h2>{id}</h2>
          <span className="quiet">
            {connection.connector}: {connection.roles.join(', ')}
            {connection.brand ? `, ${connection.brand}` : ''}
          </span>
        </div>
        <Pill tone={tone}>{label}</Pill>
      </header>
      {connection.problem ? (
        <p className="box tone-problem">
          {connection.problem}.{' '}
          {connection.problem.startsWith('credentials')
            ? 'Put the credentials right in the configuration and start the hub again; nothing is lost meanwhile.'
            : 'Nothing is lost meanwhile.'}
        </p>
      ) : null}
      <dl className="numbers">
        <div>
          <dt>To be sent</dt>
          <dd>{number(connection.backlog)}</dd>
        </div>
        <div>
          <dt>Under way</dt>
          <dd>{lane ? number(lane.inFlight) : '–'}</dd>
        </div>
        <div>
          <dt>Oldest from</dt>
          <dd>{connection.oldestSince ? <Time at={connection.oldestSince} /> : '–'}</dd>
        </div>
      </dl>
      <dl className="facts">
        {lane?.waitsUntil && isAhead(lane.waitsUntil) ? (
          <Fact name="Waits until">
            <Time at={lane.waitsUntil} /> <span className="quiet">(told to, or after failures)</span>
          </Fact>
        ) : null}
        {lane && connection.backlog > 0 && lane.nextDueAt && isAhead(lane.nextDueAt) ? (
          <Fact name="Next call">
            <Time at={lane.nextDueAt} />
          </Fact>
        ) : null}
        {connection.feeds.length > 0 ? (
          <Fact name="Reads">
            {connection.feeds.map(({ feed }) => feed).join(', ')}
            <span className="quiet">
              {', '}
              <LastRead feeds={connection.feeds} />
            </span>
          </Fact>
        ) : null}
        {connection.goLiveAt ? (
          <Fact name="Live since">
            <Time at={connection.goLiveAt} />
          </Fact>
        ) : null}
        <Fact name="Webhooks to">
          <Copyable text={connection.webhookPath} what={`the webhook path of ${id}`} />
        </Fact>
      </dl>
      <ConnectionButtons connection={connection} />
    </li>
  );
}

/** When the feed was read that has waited longest. */
function LastRead({ feeds }: { feeds: ConnectionItem['feeds'] }) {
  const [oldest] = feeds.map(({ polledAt }) => polledAt).sort((a, b) => (a ?? '').localeCompare(b ?? ''));
  return oldest ? <Time at={oldest} /> : 'not all of them yet';
}

function ConnectionButtons({ connection }: { connection: ConnectionItem }) {
  const { id, paused } = connection;
  const pause = usePause();
  const check = useConnectionCheck();
  return (
    <footer>
      <button
        type="button"
        disabled={pause.isPending}
        onClick={() =>
          pause.mutate(
            { id, paused: !paused },
            {
              onSuccess: () =>
                say(
                  paused ? `${id} goes on.` : `${id} is paused: what is under way ends, nothing new is sent.`,
                ),
              onError: (error) => sayFailed(id, error),
            },
          )
        }
      >
        <Icon name={paused ? 'play' : 'pause'} />
        {paused ? 'Resume' : 'Pause'}
        <span className="sr-only"> {id}</span>
      </button>
      <button type="button" disabled={check.isPending} onClick={() => check.mutate(id)}>
        {check.isPending ? 'Checking …' : 'Check'}
        <span className="sr-only"> {id}</span>
      </button>
      {connection.roles.includes('channel') ? <RemoveButton id={id} /> : null}
      <span role="status" className={check.data?.ok === false || check.error ? 'problem-text' : 'quiet'}>
        {check.error?.message ??
          (check.data ? `${check.data.ok ? 'Works' : 'Does not work'}: ${check.data.message}` : '')}
      </span>
    </footer>
  );
}

function stateOf({ paused, redactedAt, problem, lane }: ConnectionItem): { tone: Tone; label: string } {
  if (redactedAt !== null) return { tone: 'warning', label: 'redacted: its store has left' };
  if (problem !== null) return { tone: 'problem', label: 'problem' };
  if (paused) return { tone: 'warning', label: 'paused' };
  if (lane?.waitsUntil && isAhead(lane.waitsUntil)) return { tone: 'warning', label: 'waits' };
  if (lane && !lane.leased) return { tone: 'neutral', label: 'worked elsewhere' };
  return { tone: 'good', label: 'runs' };
}

function isAhead(at: string): boolean {
  return Date.parse(at) > businessNow();
}
