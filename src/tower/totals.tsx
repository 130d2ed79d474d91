/** The totals above every view; each leads to what it counts. */
import type { ReactNode } from 'react';
import type { Overview } from '../gateway/api-types.ts';
import { addressOf, Link } from './lib/router.tsx';
import { counted, number, type Tone } from './lib/words.ts';

export function Totals({ overview }: { overview: Overview | undefined }) {
  if (!overview) return <div className="totals" aria-hidden="true" />;
  const { orders, cases, connections, inbox, engine, webhooks } = overview;
  const counts = (wanted: (each: Overview['orders']['byStatus'][number]) => boolean) =>
    orders.byStatus.filter(wanted).reduce((sum, each) => sum + each.count, 0);
  const open = [...new Set(orders.byStatus.map((each) => each.status))];
  const stopped = counts((each) => each.status === 'stopped' && !each.held);
  const held = counts((each) => each.held);
  const backlog = connections.reduce((sum, each) => sum + each.backlog, 0);
  const problems = connections.filter((each) => each.problem !== null).length;
  const paused = connections.filter((each) => each.paused).length;
  const refused = webhooks
    ? webhooks.unsigned + webhooks.tooLarge + webhooks.unknownConnection + webhooks.failed
    : 0;
  const ordersAt = (status: string) => addressOf('orders', null, new URLSearchParams({ status }));
  return (
    <ul className="totals" aria-label="Totals">
      <Total
        href={open.length > 0 ? ordersAt(open.join(',')) : '/orders'}
        label="Open orders"
        value={orders.open}
        note={`of ${number(orders.all)}`}
      />
      <Total
        href={ordersAt('stopped,held')}
        label="Stopped"
        value={stopped + held}
        note={held > 0 ? `${number(held)} on hold` : stopped > 0 ? 'need a fix' : 'none'}
        tone={stopped + held > 0 ? 'warning' : 'neutral'}
      />
      <Total
        href="/cases"
        label="Open cases"
        value={cases.open}
        note={cases.overdue > 0 ? `${number(cases.overdue)} overdue` : 'none overdue'}
        tone={cases.overdue > 0 ? 'problem' : cases.open > 0 ? 'warning' : 'neutral'}
      />
      <Total
        href="/connections"
        label="To be sent"
        value={backlog}
        note={counted(engine.inFlight, 'call under way', 'calls under way')}
      />
      <Total
        href="/stock"
        label="Oversold"
        value={orders.oversold.oversoldOrders}
        note={`of ${number(orders.oversold.orders)} in ${orders.oversold.days} days`}
        tone={orders.oversold.oversoldOrders > 0 ? 'warning' : 'neutral'}
      />
      <Total
        href="/connections"
        label="Connections"
        value={connections.length}
        note={
          [problems > 0 ? counted(problems, 'problem') : '', paused > 0 ? `${number(paused)} paused` : '']
            .filter(Boolean)
            .join(', ') || 'all run'
        }
        tone={problems > 0 ? 'problem' : paused > 0 ? 'warning' : 'neutral'}
      />
      <Total
        href="/connections"
        label="Messages in"
        value={webhooks?.stored ?? 0}
        note={refused > 0 ? `${number(refused)} refused` : `${number(inbox)} waiting`}
        tone={refused > 0 ? 'warning' : 'neutral'}
      />
    </ul>
  );
}

interface TotalProps {
  href: string;
  label: string;
  value: number;
  note: ReactNode;
  tone?: Tone;
}

function Total({ href, label, value, note, tone = 'neutral' }: TotalProps) {
  return (
    <li>
      <Link href={href} className="total" data-tone={tone}>
        <span className="total-label">{label}</span>
        <strong>{number(value)}</strong>
        <span className="total-note">{note}</span>
      </Link>
    </li>
  );
}
