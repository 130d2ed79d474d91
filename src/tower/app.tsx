/** The frame around all views: header, totals, and the view that the address names. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { CasesView } from './cases/view.tsx';
import { ConnectionsView } from './connections/view.tsx';
import { Help } from './help.tsx';
import { UnreachableError } from './lib/api.ts';
import { useShortcut } from './lib/keys.ts';
import { followHub, useLiveStatus } from './lib/live.ts';
import { useOverview } from './lib/queries.ts';
import { addressOf, Link, navigate, type Place, usePlace } from './lib/router.tsx';
import { useSession } from './lib/session.ts';
import { Time } from './lib/time.tsx';
import { number } from './lib/words.ts';
import { MoneyView } from './money/view.tsx';
import { OrdersView } from './orders/view.tsx';
import { Mark } from './parts/icons.tsx';
import { Notices } from './parts/notices.tsx';
import { Empty } from './parts/states.tsx';
import { ReturnsView } from './returns/view.tsx';
import { SignIn } from './sign-in.tsx';
import { StockView } from './stock/view.tsx';
import { Totals } from './totals.tsx';

export function App() {
  const session = useSession();
  const client = useQueryClient();
  const token = session.status === 'open' ? session.token : null;
  useEffect(() => {
    if (token === null) return;
    const end = followHub(client);
    return () => {
      end();
      client.clear();
    };
  }, [token, client]);
  if (session.status === 'asking') return null;
  if (token === null) return <SignIn refused={session.status === 'refused'} />;
  return <Tower />;
}

function Tower() {
  const place = usePlace();
  const [help, setHelp] = useState(false);
  const overview = useOverview();
  useShortcut('?', () => setHelp(true));
  useShortcut('1', () => navigate('/orders'));
  useShortcut('2', () => navigate('/cases'));
  useShortcut('3', () => navigate('/connections'));
  useShortcut('4', () => navigate('/stock'));
  useShortcut('5', () => navigate('/money'));
  useTitle(place);

  const cases = overview.data?.cases;
  const troubled =
    overview.data?.connections.filter((each) => each.problem !== null || each.paused).length ?? 0;
  return (
    <div className="frame" data-detail={place.id !== null}>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <header className="top">
        <Link className="brand" href="/orders" aria-label="Crossdock, to the orders">
          <Mark />
          <span>{overview.data?.retailer ?? 'Crossdock'}</span>
        </Link>
        <nav aria-label="Views">
          <Tab view="orders" place={place} label="Orders" />
          <Tab
            view="cases"
            place={place}
            label="Cases"
            badge={cases?.open ?? 0}
            tone={cases && cases.overdue > 0 ? 'problem' : 'warning'}
            meaning="open"
          />
          <Tab
            view="connections"
            place={place}
            label="Connections"
            badge={troubled}
            tone="warning"
            meaning="paused or with a problem"
          />
          <Tab view="stock" place={place} label="Stock" />
          <Tab view="money" place={place} label="Money" />
          <Tab view="returns" place={place} label="Returns" />
        </nav>
        <Live />
        <button type="button" className="quiet-button help-button" onClick={() => setHelp(true)}>
          <span aria-hidden="true">?</span>
          <span className="sr-only">Help and keyboard shortcuts</span>
        </button>
      </header>
      {overview.error instanceof UnreachableError ? (
        <div className="banner tone-problem" role="alert">
          The hub does not answer.{' '}
          {overview.dataUpdatedAt > 0 ? (
            <>
              What you see is from <Time at={new Date(overview.dataUpdatedAt).toISOString()} />.{' '}
            </>
          ) : null}
          Start it with <code>npx crossdock start</code>; this page goes on by itself.
        </div>
      ) : null}
      <Totals overview={overview.data} />
      <main id="content" tabIndex={-1}>
        <View place={place} />
      </main>
      <Notices />
      {help ? <Help close={() => setHelp(false)} /> : null}
    </div>
  );
}

function View({ place }: { place: Place }) {
  switch (place.view) {
    case 'orders':
      return <OrdersView id={place.id} query={place.query} />;
    case 'cases':
      return <CasesView id={place.id} query={place.query} />;
    case 'stock':
      return <StockView id={place.id} query={place.query} />;
    case 'money':
      return <MoneyView id={place.id} query={place.query} />;
    case 'returns':
      return <ReturnsView id={place.id} query={place.query} />;
    case 'connections':
      return <ConnectionsView id={place.id} />;
    default:
      return (
        <Empty title="There is no such page">
          <p>
            Go to the <Link href="/orders">orders</Link>, the <Link href="/cases">cases</Link>, the{' '}
            <Link href="/connections">connections</Link>, the <Link href="/stock">stock</Link> or the{' '}
            <Link href="/money">money</Link>.
          </p>
        </Empty>
      );
  }
}

interface TabProps {
  view: string;
  place: Place;
  label: string;
  badge?: number;
  tone?: 'warning' | 'problem';
  meaning?: string;
}

function Tab({ view, place, label, badge = 0, tone, meaning }: TabProps) {
  return (
    <Link href={addressOf(view)} aria-current={place.view === view ? 'page' : undefined}>
      {label}
      {badge > 0 ? (
        <span className={`badge tone-${tone}`}>
          {number(badge)}
          <span className="sr-only"> {meaning}</span>
        </span>
      ) : null}
    </Link>
  );
}

const LIVE_WORDS = {
  live: { label: 'Live', meaning: 'Changes show at once' },
  connecting: { label: 'Connecting', meaning: 'Live updates are about to begin' },
  polling: {
    label: 'Every 3 s',
    meaning: 'Live updates do not come just now; the page asks every 3 seconds',
  },
} as const;

function Live() {
  const status = useLiveStatus();
  const { label, meaning } = LIVE_WORDS[status];
  return (
    <span className="live" data-status={status} title={meaning} role="status">
      <span className="dot" aria-hidden="true" />
      <span className="live-label">{label}</span>
    </span>
  );
}

const VIEW_TITLES: Readonly<Record<string, string>> = {
  orders: 'Orders',
  cases: 'Cases',
  connections: 'Connections',
  stock: 'Stock',
  money: 'Money',
  returns: 'Returns',
};

function useTitle({ view, id }: Place): void {
  const what = VIEW_TITLES[view];
  useEffect(() => {
    // An open order or case names the page itself, once it has been read.
    if (id === null) document.title = what ? `${what} · Crossdock` : 'Crossdock';
  }, [what, id]);
}
