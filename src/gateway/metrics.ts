/** Metrics in Prometheus' text format. They are read when somebody asks, so that they cost nothing in between. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { countCases } from '../store/cases.ts';
import { countWaiting } from '../store/read-overview.ts';
import { bookEntities } from './books.ts';
import type { ApiParts } from './routes/app.ts';
import type { Overview } from './schemas/operations.ts';
import { connectionItems } from './views/connections.ts';

export interface Metrics {
  contentType: string;
  text(): Promise<string>;
}

/** @param orders counts orders; shared with the overview, since counting is not free. */
export function metricsOf(
  { engine, webhooks }: ApiParts,
  orders: () => Promise<Overview['orders']>,
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'crossdock_' });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `crossdock_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `crossdock_${name}_total`, help, labelNames, registers });

  const byStatus = gauge('orders', 'Orders by status; "closed" are all that are finished', [
    'status',
    'held',
  ]);
  const oversold = gauge(
    'oversold_orders',
    'Orders of the last days that were placed for stock that was not there',
  );
  const cases = gauge('open_cases', 'Open cases by reason', ['reason']);
  const overdue = gauge('overdue_cases', 'Open cases that somebody should have looked at');
  const inbox = gauge('inbox_messages', 'Messages that wait for a turn, counted up to 10000');
  const backlog = gauge('connection_backlog', 'Commands that are not settled', ['connection']);
  const inFlight = gauge('connection_calls_in_flight', 'Calls under way', ['connection']);
  const paused = gauge('connection_paused', '1 when a person has paused it', ['connection']);
  const problem = gauge(
    'connection_problem',
    '1 when its credentials are refused, or its system cannot be reached or answers with errors',
    ['connection'],
  );
  const oldest = gauge('connection_oldest_command_seconds', 'Age of its oldest unsettled command', [
    'connection',
  ]);
  const postings = gauge('books_postings', 'Postings that a finance system is to be told', ['entity']);
  const booked = gauge('books_postings_booked', 'Of these: booked there, or by hand', ['entity']);
  const unbooked = gauge('books_oldest_unbooked_days', 'Days since the oldest day that is not booked', [
    'entity',
  ]);
  const unposted = gauge(
    'books_unposted',
    'Orders and movements of money that wait for a row of the posting rules',
    ['entity'],
  );
  const complete = gauge(
    'books_accepted_ratio',
    'Accepted by the finance system, of all that has money (0 to 1)',
    ['entity'],
  );
  const turns = counter('turns', 'Turns that were taken');
  const commits = counter('commits', 'Transactions of intake, turns and lanes');
  const deliveries = counter('webhooks', 'Deliveries by how they were answered', ['answer']);

  async function read(): Promise<void> {
    const { database, clock, status } = engine;
    const [counted, reasons, waiting, connections, books] = await Promise.all([
      orders(),
      countCases(database, clock.nowIso()),
      countWaiting(database),
      connectionItems(engine),
      bookEntities(engine),
    ]);
    byStatus.reset();
    for (const row of counted.byStatus)
      byStatus.set({ status: row.status, held: String(row.held) }, row.count);
    byStatus.set({ status: 'closed', held: 'false' }, counted.closed);
    oversold.set(counted.oversold.oversoldOrders);
    cases.reset();
    for (const row of reasons) cases.set({ reason: row.reason }, row.open);
    overdue.set(reasons.reduce((sum, row) => sum + row.overdue, 0));
    inbox.set(waiting);
    for (const item of connections) {
      const labels = { connection: item.id };
      const since = item.oldestSince === null ? clock.now() : Date.parse(item.oldestSince);
      backlog.set(labels, item.backlog);
      inFlight.set(labels, item.lane?.inFlight ?? 0);
      paused.set(labels, Number(item.paused));
      problem.set(labels, Number(item.problem !== null));
      oldest.set(labels, Math.max(0, clock.now() - since) / 1_000);
    }
    for (const { entity, finance } of books) {
      if (!finance) continue;
      const since = finance.oldestOpen === null ? clock.now() : Date.parse(finance.oldestOpen);
      postings.set({ entity }, finance.postings);
      booked.set({ entity }, finance.booked);
      unposted.set({ entity }, finance.unposted);
      complete.set({ entity }, finance.share);
      unbooked.set({ entity }, Math.max(0, Math.floor((clock.now() - since) / 86_400_000)));
    }
    turns.reset();
    turns.inc(status.turns);
    commits.reset();
    commits.inc(status.commits);
    deliveries.reset();
    for (const [answer, count] of Object.entries(webhooks ?? {})) deliveries.inc({ answer }, count);
  }

  return {
    contentType: registry.contentType,
    async text() {
      await read();
      return registry.metrics();
    },
  };
}
