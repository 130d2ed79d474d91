/** Everything at a glance. */
import { monotonicMs } from '../../base/clock.ts';
import type { Engine } from '../../engine/engine.ts';
import { countCases } from '../../store/cases.ts';
import { sumDemand } from '../../store/read-demand.ts';
import { countOpenOrders, countOrders, countWaiting } from '../../store/read-overview.ts';
import { earliestTimer } from '../../store/timers.ts';
import type { Overview, WebhookCounts } from '../schemas/operations.ts';
import { statusParts, statusRank } from '../words/status.ts';
import { isoOrNull } from './common.ts';
import { connectionItems } from './connections.ts';
import { dayBefore, OVERVIEW_DAYS, oversellCounts } from './oversell.ts';

/** Counting all orders takes longer the more there are: at most this part of the time is spent on it. */
const COUNTING_SHARE = 0.02;

/** Counts orders, and keeps the answer for as long as counting was dear: many pages may ask. */
export function orderCounter(engine: Engine): () => Promise<Overview['orders']> {
  let kept: { until: number; answer: Promise<Overview['orders']> } | null = null;
  const count = async (): Promise<Overview['orders']> => {
    const since = dayBefore(engine.clock.now(), OVERVIEW_DAYS - 1);
    const [all, open, demand] = await Promise.all([
      countOrders(engine.database),
      countOpenOrders(engine.database),
      sumDemand(engine.database, since),
    ]);
    const byStatus = open
      .map(({ status: text, orders }) => ({ ...statusParts(text), count: orders }))
      .sort((a, b) => statusRank(a.status) - statusRank(b.status) || Number(a.held) - Number(b.held));
    const openOrders = byStatus.reduce((sum, each) => sum + each.count, 0);
    const oversold = { days: OVERVIEW_DAYS, ...oversellCounts(demand) };
    return { all, open: openOrders, closed: Math.max(0, all - openOrders), byStatus, oversold };
  };
  return () => {
    const started = monotonicMs();
    if (kept && started < kept.until) return kept.answer;
    const answer = count();
    const current = { until: Number.POSITIVE_INFINITY, answer };
    kept = current;
    answer.then(
      () => {
        current.until = monotonicMs() + (monotonicMs() - started) / COUNTING_SHARE;
      },
      () => {
        kept = null;
      },
    );
    return answer;
  };
}

export async function overviewOf(
  engine: Engine,
  orders: () => Promise<Overview['orders']>,
  webhooks: Readonly<WebhookCounts> | null,
): Promise<Overview> {
  const { database, clock, config } = engine;
  const [counted, cases, connections, inbox, timer] = await Promise.all([
    orders(),
    countCases(database, clock.nowIso()),
    connectionItems(engine),
    countWaiting(database),
    earliestTimer(database),
  ]);
  const { idle, turns, commits, inFlight } = engine.status;
  return {
    retailer: config.name,
    now: clock.nowIso(),
    database: database.kind,
    orders: counted,
    cases: {
      open: cases.reduce((sum, row) => sum + row.open, 0),
      overdue: cases.reduce((sum, row) => sum + row.overdue, 0),
      byReason: cases.map((row) => ({ reason: row.reason, count: row.open })),
    },
    connections,
    inbox,
    nextTimerAt: isoOrNull(timer),
    engine: { idle, turns, commits, inFlight },
    webhooks: webhooks === null ? null : { ...webhooks },
  };
}
