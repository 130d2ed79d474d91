/**
 * The auditor: reads the books of the outside and our tables, and says of each invariant of the design whether it holds.
 * It shares no rule with what it judges: what an order is worth, what was shipped and refunded comes from the books.
 */
import type { OrderState } from '../domain/order/state.ts';
import type { PlannedCase } from '../sandbox/kit/types.ts';
import type { Database, Row, Sql } from '../store/db.ts';
import type { Outside } from './books.ts';
import { type ClosingFigures, NOTHING_CLOSED } from './closing.ts';
import { readEvidence } from './evidence.ts';
import type { ComparedFigures } from './figures.ts';
import { type Finding, Findings, INVARIANTS, type Invariant, OF_THE_OUTSIDE } from './findings.ts';
import { checkForgotten } from './forgotten.ts';
import { checkHotSku, type HotSkuFigures } from './hot-sku.ts';
import { checkNoPersonalData, checkNoStale, checkNothingHalfDone } from './inside.ts';
import { checkEnds, checkObservations } from './observations.ts';
import { type Comparison, compareOutside, type Insight } from './outside.ts';
import type { Residual } from './residual.ts';
import { checkStock } from './stock.ts';
import type { AnyProcess } from './stream-check.ts';
import { checkStreams } from './streams.ts';

export { type Finding, INVARIANTS } from './findings.ts';
export type { Residual } from './residual.ts';

export interface AuditReport {
  orders: number;
  closed: number;
  openCases: { stream: string; reason: string }[];
  plannedCases: number;
  /** Cases that are open and were not planted, and the other way round. */
  unexpectedCases: { stream: string; reason: string; message: string }[];
  missingCases: PlannedCase[];
  lost: number;
  doubled: number;
  oversold: number;
  residuals: Residual[];
  /** Of the SKU that a run has fewer units of than are ordered; null: it has none. */
  hotSku: HotSkuFigures | null;
  /** Figures of stock of each connection that were compared with the ledger. */
  figures: ComparedFigures;
  /** How much of money was looked at; see {@link ClosingFigures}. */
  closing: ClosingFigures;
  /** Whether each holds, of those that could be looked at. */
  invariants: Record<string, boolean>;
  /** The others: only the books of the outside can tell. */
  notCompared: Invariant[];
  findings: Finding[];
  ok: boolean;
}

export interface AuditOptions {
  sql: Sql;
  processes: Readonly<Record<string, AnyProcess>>;
  /** Books and plan of a sandbox; null: only what our own tables say. */
  outside: Outside | null;
  /** A hub works on it: what waits and what is under way is no finding. */
  working?: boolean;
}

/** Audits a database, beside a hub that works on it unless it is said that none does: all queries see the same instant. */
export function auditDatabase(database: Database, options: Omit<AuditOptions, 'sql'>): Promise<AuditReport> {
  return database.transaction(async (sql) => {
    await sql.query('set transaction isolation level repeatable read, read only');
    return audit({ working: true, ...options, sql });
  });
}

export async function audit({
  sql,
  processes,
  outside,
  working = false,
}: AuditOptions): Promise<AuditReport> {
  const findings = new Findings();
  const evidence = await readEvidence(sql);
  const orders = new Map<string, Insight>();
  const counted = { orders: 0, closed: 0 };
  await checkStreams({
    sql,
    processes,
    evidence,
    findings,
    onStream: ({ kind, key, state, closed }) => {
      if (kind !== 'order' || state === null) return;
      counted.orders += 1;
      if (closed) counted.closed += 1;
      if (outside) orders.set(key, insightOf(state as OrderState, closed));
    },
  });
  let lost = await checkEnds(sql, findings, working);
  await checkObservations(sql, findings, evidence);
  const oversold = await checkStock(sql, findings);
  await checkNothingHalfDone(sql, findings, working);
  await checkNoStale(sql, findings);
  await checkNoPersonalData(sql, findings);
  await checkForgotten(sql, findings);

  const cases = await sql.query<CaseRow>(
    "select kind, key, reason, message from business_case where status = 'open' order by opened_at",
  );
  const withCase = new Set(cases.map((row) => row.key));
  const compared: Comparison = outside
    ? await compareOutside(sql, outside, orders, withCase, findings)
    : { lost: 0, doubled: 0, residuals: [], figures: {}, closing: NOTHING_CLOSED };
  lost += compared.lost;
  const { doubled, residuals, figures, closing } = compared;
  const hotSku = outside?.hot ? checkHotSku(outside.books, outside.hot, findings) : null;
  const plan = comparePlan(cases, outside?.plan ?? null);
  // What our own tables break already holds for nobody.
  const notCompared = INVARIANTS.filter(
    (name) => !outside && OF_THE_OUTSIDE.has(name) && !findings.has(name),
  );
  const invariants = Object.fromEntries(
    INVARIANTS.filter((name) => !notCompared.includes(name)).map((name) => [name, !findings.has(name)]),
  );
  const ok =
    Object.values(invariants).every(Boolean) &&
    lost === 0 &&
    doubled === 0 &&
    residuals.length === 0 &&
    plan.unexpected.length === 0 &&
    plan.missing.length === 0;
  return {
    ...counted,
    openCases: cases.map(({ key, reason }) => ({ stream: key, reason })),
    plannedCases: outside?.plan.length ?? 0,
    unexpectedCases: plan.unexpected,
    missingCases: plan.missing,
    lost,
    doubled,
    oversold,
    residuals,
    hotSku,
    figures,
    closing,
    invariants,
    notCompared,
    findings: findings.list(),
    ok,
  };
}

function insightOf(state: OrderState, closed: boolean): Insight {
  const { order, live, status, payment, heldAtChannel = false } = state;
  return {
    isPlaced: order !== null,
    live,
    status,
    isUnpaid: payment === 'missing',
    // What is over holds nothing.
    isHeldAtChannel: heldAtChannel && !closed,
    closed,
  };
}

interface CaseRow extends Row {
  kind: string;
  key: string;
  reason: string;
  message: string;
}

/** Open cases against planted ones, each with its count. */
function comparePlan(
  cases: readonly CaseRow[],
  plan: readonly PlannedCase[] | null,
): { unexpected: AuditReport['unexpectedCases']; missing: PlannedCase[] } {
  if (plan === null) return { unexpected: [], missing: [] };
  const left = [...plan];
  const unexpected: AuditReport['unexpectedCases'] = [];
  for (const { kind, key, reason, message } of cases) {
    const at = left.findIndex(
      (planned) =>
        planned.reason === reason &&
        (planned.stream === null ? kind === 'observation' : planned.stream === key),
    );
    if (at >= 0) left.splice(at, 1);
    else unexpected.push({ stream: key, reason, message });
  }
  return { unexpected, missing: left };
}
