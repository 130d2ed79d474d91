/**
 * The benchmark: `npm run bench -- [ROW…] [--json] [--orders N]`. Rows: ingest, journey (embedded database), ingest-pg,
 * journey-pg (PostgreSQL), budget-use (the connector's limiter at a sandbox store), publish-budget-use (the same while stock is published), hot-sku and hot-sku-pg (reservations of one
 * SKU, beside the usual ways on the same database), hot-sku-http and hot-sku-http-pg (the same by HTTP), availability and
 * availability-pg (answers from memory while orders run), stock-lag and stock-lag-pg (from a movement to what a store shows),
 * reconcile-1m (a million SKU-locations of a store compared and healed; `--orders N` takes N instead). Hub, database and load
 * generator share the machine. Each row prints its figure, what it must reach, the raw ceiling of the same database in the same
 * run, and ours as a ratio of it.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NODE_FLAGS } from '../bin/runtime.js';
import { createDatabase, databases } from '../test/harness/database.ts';
import { askSteadily, sendSteadily } from './availability.ts';
import { BUDGET_PLANS, type BudgetUse, measureBudgetUse } from './budget.ts';
import { type HotSku, percentile, sold } from './hot-sku.ts';
import { askByHttp } from './hot-sku-http.ts';
import { BODY_BYTES, request, sendAll } from './load.ts';
import { measurePublishBudget, PUBLISH_PLANS } from './publish-budget.ts';
import { LOCATIONS, measureReconciliation } from './reconcile.ts';
import { measureStockLag } from './stock-lag.ts';

interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** Null: it is only told. */
  must: number | null;
  /** What the same database takes of the same rows when they are only inserted; of a share: all of it. */
  ceiling: number;
  ratio: number;
  /** The value shall be below what it must be, not above. */
  lowerIsBetter?: true;
  details?: Record<string, number>;
}

const SKUS = 500;
const CONNECTIONS = 256;
const WARM_UP = 500;
const WAVE = 5_000;
const ROWS: Record<
  string,
  {
    must: number;
    database: 'pglite' | 'postgres';
    kind:
      | 'ingest'
      | 'journey'
      | 'budget'
      | 'publish-budget'
      | 'hot-sku'
      | 'hot-sku-http'
      | 'availability'
      | 'reconcile'
      | 'stock-lag';
  }
> = {
  ingest: { must: 3_000, database: 'pglite', kind: 'ingest' },
  journey: { must: 300, database: 'pglite', kind: 'journey' },
  'ingest-pg': { must: 4_500, database: 'postgres', kind: 'ingest' },
  'journey-pg': { must: 300, database: 'postgres', kind: 'journey' },
  'budget-use': { must: 95, database: 'pglite', kind: 'budget' },
  'publish-budget-use': { must: 95, database: 'pglite', kind: 'publish-budget' },
  'hot-sku': { must: 5_000, database: 'pglite', kind: 'hot-sku' },
  'hot-sku-pg': { must: 5_000, database: 'postgres', kind: 'hot-sku' },
  'hot-sku-http': { must: 0, database: 'pglite', kind: 'hot-sku-http' },
  'hot-sku-http-pg': { must: 0, database: 'postgres', kind: 'hot-sku-http' },
  availability: { must: 10, database: 'pglite', kind: 'availability' },
  'availability-pg': { must: 10, database: 'postgres', kind: 'availability' },
  'reconcile-1m': { must: 300, database: 'pglite', kind: 'reconcile' },
  'stock-lag': { must: 200, database: 'pglite', kind: 'stock-lag' },
  'stock-lag-pg': { must: 200, database: 'postgres', kind: 'stock-lag' },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    orders: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`npm run bench -- [${Object.keys(ROWS).join(' ')}] [--orders N] [--json]\n`);
  process.exit(0);
}
const unknown = positionals.filter((name) => !(name in ROWS));
if (unknown.length > 0) {
  process.stderr.write(`There is no row ${unknown.join(', ')}; there are ${Object.keys(ROWS).join(', ')}\n`);
  process.exit(2);
}

const rows: BenchRow[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(ROWS)) {
  const plan = ROWS[name] as (typeof ROWS)[string];
  if (!databases().includes(plan.database)) {
    process.stderr.write(`SKIPPED ${name}: no PostgreSQL here\n`);
    continue;
  }
  const row = await measure(name, plan);
  rows.push(row);
  if (!values.json) process.stdout.write(`${textOf(row)}\n`);
}
if (values.json)
  process.stdout.write(
    `${JSON.stringify({ rows, machine: { cores: cpus().length, load: loadavg()[0] } })}\n`,
  );
process.exit(0);

function textOf(row: BenchRow): string {
  const details = Object.entries(row.details ?? {})
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');
  return `${row.name.padEnd(12)} ${row.value} ${row.unit}  ${verdictOf(row)}  ceiling ${row.ceiling}  ratio ${row.ratio}\n             ${details}`;
}

function verdictOf({ must, value, lowerIsBetter }: BenchRow): string {
  if (must === null) return 'told';
  return `${(lowerIsBetter ? value < must : value >= must) ? 'reaches' : 'MISSES'} ${must}`;
}

async function measure(name: string, plan: (typeof ROWS)[string]): Promise<BenchRow> {
  if (plan.kind === 'budget') return budgetUse(name, plan.must, BUDGET_PLANS, measureBudgetUse);
  if (plan.kind === 'publish-budget') return budgetUse(name, plan.must, PUBLISH_PLANS, measurePublishBudget);
  if (plan.kind === 'reconcile') return reconcile(name, plan.must);
  if (plan.kind === 'stock-lag') return stockLag(name, plan.must, plan.database);
  const { database, remove } =
    plan.database === 'postgres'
      ? await createDatabase('postgres')
      : { database: null, remove: async () => undefined };
  const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-bench-'));
  const hub = await startHub({
    ...(database?.url ? { url: database.url } : { dataDir }),
    work: plan.kind !== 'ingest',
    skus: plan.kind === 'journey' || plan.kind === 'availability' ? SKUS : 0,
  });
  try {
    const measures = {
      ingest,
      journey,
      'hot-sku': hotSku,
      'hot-sku-http': hotSkuByHttp,
      availability,
    } as const;
    return await measures[plan.kind](name, plan.must, hub);
  } finally {
    await hub.stop();
    await remove();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface HubStatus {
  /** Orders whose shipment has been booked. */
  shipped: number;
  commits: number;
  idle: boolean;
  residentBytes: number;
  peakBytes: number;
}

/** Milliseconds of CPU so far. */
interface CpuMs {
  hub: number;
  database: number | null;
}

interface BenchHub {
  url: string;
  api: string;
  idleBytes: number;
  status(): Promise<HubStatus>;
  cpu(): Promise<CpuMs>;
  /** Orders that are not closed. */
  open(): Promise<number>;
  ceiling(of: { bytes: number; rows: number; batch: number }): Promise<number>;
  hotSku(sku: string, demand: number): Promise<HotSku>;
  /** Units of a SKU arrive. */
  shelf(sku: string, units: number): Promise<unknown>;
  reserved(sku: string): Promise<number>;
  rivals(demand: number): Promise<{ conditionalUpdate: number; rowPerUnit: number }>;
  stop(): Promise<void>;
}

async function startHub(settings: Record<string, unknown>): Promise<BenchHub> {
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, fileURLToPath(new URL('./hub.ts', import.meta.url)), JSON.stringify(settings)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Started as the command starts a hub (bin/): with its flags, and compiled before.
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    },
  );
  const answers: ((line: unknown) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => answers.shift()?.(JSON.parse(line)));
  const next = <Answer>() =>
    new Promise<Answer>((resolve) => answers.push(resolve as (line: unknown) => void));
  const ask = <Answer>(line: string) => {
    const answer = next<Answer>();
    child.stdin.write(`${line}\n`);
    return answer;
  };
  const ready = await next<{ ready: string; api: string; idleBytes: number }>();
  return {
    url: ready.ready,
    api: ready.api,
    idleBytes: ready.idleBytes,
    status: () => ask<HubStatus>('status'),
    cpu: () => ask<CpuMs>('cpu'),
    open: async () => (await ask<{ open: number }>('open')).open,
    ceiling: async (of) =>
      (await ask<{ rowsPerSecond: number }>(`ceiling ${JSON.stringify(of)}`)).rowsPerSecond,
    hotSku: (sku, demand) => ask<HotSku>(`hot-sku ${JSON.stringify({ sku, demand })}`),
    shelf: (sku, units) => ask(`shelf ${JSON.stringify({ sku, units })}`),
    reserved: async (sku) => (await ask<{ reserved: number }>(`reserved ${sku}`)).reserved,
    rivals: (demand) => ask(`rivals ${demand}`),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end('stop\n');
      await ended;
    },
  };
}

/** CPU time a unit of work has cost, in ms. */
function cpuEach(before: CpuMs, after: CpuMs, count: number): Record<string, number> {
  const each = (ms: number) => Number((ms / count).toFixed(3));
  const hub = each(after.hub - before.hub);
  if (after.database === null || before.database === null) return { 'CPU ms each': hub };
  return {
    'CPU ms each': hub,
    'CPU ms each in PostgreSQL': each(after.database - before.database),
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

async function ingest(name: string, must: number, hub: BenchHub): Promise<BenchRow> {
  const count = Number(values.orders ?? 30_000);
  const requests = Array.from({ length: count + 2_000 }, (_, index) => request(`i${index}`, SKUS, index));
  await sendAll(hub.url, 2_000, CONNECTIONS, (index) => requests[count + index] as Buffer);
  const before = await hub.status();
  const cpuBefore = await hub.cpu();
  const began = performance.now();
  await sendAll(hub.url, count, CONNECTIONS, (index) => requests[index] as Buffer);
  const seconds = (performance.now() - began) / 1000;
  const after = await hub.status();
  const cpuAfter = await hub.cpu();
  const ceiling = await hub.ceiling({ bytes: BODY_BYTES, rows: 20_480, batch: 256 });
  const value = Math.round(count / seconds);
  return {
    name,
    value,
    unit: 'signed webhooks of 5 KB/s, stored and committed before the 200',
    must,
    ceiling: Math.round(ceiling),
    ratio: Number((value / ceiling).toFixed(2)),
    details: {
      'deliveries a commit': Number((count / (after.commits - before.commits)).toFixed(1)),
      'resident MB': megabytes(after.peakBytes),
      'idle MB': megabytes(hub.idleBytes),
      ...cpuEach(cpuBefore, cpuAfter, count),
    },
  };
}

async function journey(name: string, must: number, hub: BenchHub): Promise<BenchRow> {
  const count = Number(values.orders ?? 10_000);
  const untilShipped = async (orders: number, orIdle = false) => {
    for (;;) {
      const status = await hub.status();
      if (status.shipped >= orders && (!orIdle || status.idle)) return status;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await sendAll(hub.url, WARM_UP, 32, (index) => request(`w${index}`, SKUS, index));
  const before = await untilShipped(WARM_UP, true);
  const cpuBefore = await hub.cpu();
  const began = performance.now();
  // In waves, as a channel sends: the backlog is bounded, so that memory is measured at a steady state.
  for (let from = 0; from < count; from += WAVE) {
    const size = Math.min(WAVE, count - from);
    await sendAll(hub.url, size, 64, (index) => request(`j${from + index}`, SKUS, from + index));
    await untilShipped(WARM_UP + from + size - WAVE);
  }
  const after = await untilShipped(WARM_UP + count, true);
  const seconds = (performance.now() - began) / 1000;
  const cpuAfter = await hub.cpu();
  const open = await hub.open();
  if (open > 0) throw new Error(`${open} orders are not closed although the hub has nothing to do`);
  // The rows that an order leaves behind, inserted and nothing else: 17 facts, 4 commands, 6 movements, 3 observations ….
  const ceiling = (await hub.ceiling({ bytes: 700, rows: 51_200, batch: 512 })) / 34;
  const value = Math.round(count / seconds);
  return {
    name,
    value,
    unit: 'orders/s from placed to closed',
    must,
    ceiling: Math.round(ceiling),
    ratio: Number((value / ceiling).toFixed(2)),
    details: {
      'commits per order': Number(((after.commits - before.commits) / count).toFixed(2)),
      'peak MB': megabytes(after.peakBytes),
      'idle MB': megabytes(hub.idleBytes),
      ...cpuEach(cpuBefore, cpuAfter, count),
      orders: count,
    },
  };
}

/** Reservations of one SKU that is there half as often as it is wanted; the usual ways do the same on the same database. */
async function hotSku(name: string, must: number, hub: BenchHub): Promise<BenchRow> {
  const demand = Number(values.orders ?? 30_000);
  await hub.hotSku('WARM', 4_000);
  const cpuBefore = await hub.cpu();
  const before = await hub.status();
  const hot = await hub.hotSku('HOT', demand);
  const after = await hub.status();
  const cpuAfter = await hub.cpu();
  if (hot.oversold > 0 || hot.undersold > 0)
    throw new Error(`${hot.oversold} units were oversold, ${hot.undersold} undersold`);
  const { conditionalUpdate, rowPerUnit } = await hub.rivals(6_000);
  // What a reservation leaves behind, inserted and nothing else: a stream, a fact, half a movement.
  const ceiling = (await hub.ceiling({ bytes: 500, rows: 51_200, batch: 512 })) / 2.5;
  const value = Math.round(hot.perSecond);
  return {
    name,
    value,
    unit: 'reservations/s, each with its own key, committed before its answer',
    must,
    ceiling: Math.round(ceiling),
    ratio: Number((value / ceiling).toFixed(2)),
    details: {
      granted: hot.granted,
      refused: hot.refused,
      oversold: hot.oversold,
      undersold: hot.undersold,
      'p99 ms': Math.round(hot.p99Ms),
      'a commit': Number((demand / (after.commits - before.commits)).toFixed(1)),
      'conditional UPDATE/s': Math.round(conditionalUpdate),
      'times that': Number((hot.perSecond / conditionalUpdate).toFixed(1)),
      'row per unit, SKIP LOCKED/s': Math.round(rowPerUnit),
      'times this': Number((hot.perSecond / rowPerUnit).toFixed(1)),
      ...cpuEach(cpuBefore, cpuAfter, demand),
    },
  };
}

/** The same by HTTP: what the gateway leaves of it. Load generator, hub and database share the machine. */
async function hotSkuByHttp(name: string, _must: number, hub: BenchHub): Promise<BenchRow> {
  const demand = Number(values.orders ?? 20_000);
  await hub.shelf('WARM', 1_000);
  await askByHttp(hub.api, 'WARM', 2_000);
  const units = Math.floor(demand / 2);
  await hub.shelf('HOT', units);
  const cpuBefore = await hub.cpu();
  const before = await hub.status();
  const { granted, perSecond } = await askByHttp(hub.api, 'HOT', demand);
  const after = await hub.status();
  const cpuAfter = await hub.cpu();
  const { oversold, undersold } = sold(units, granted, await hub.reserved('HOT'));
  if (oversold > 0 || undersold > 0)
    throw new Error(`${oversold} units were oversold, ${undersold} undersold`);
  const inProcess = await hub.hotSku('NEAR', demand);
  const value = Math.round(perSecond);
  return {
    name,
    value,
    unit: 'POST /v1/reservations a second, over kept connections, committed before the answer',
    must: null,
    // What the same hub reserves without HTTP.
    ceiling: Math.round(inProcess.perSecond),
    ratio: Number((value / inProcess.perSecond).toFixed(2)),
    details: {
      granted,
      refused: demand - granted,
      oversold,
      undersold,
      'a commit': Number((demand / (after.commits - before.commits)).toFixed(1)),
      ...cpuEach(cpuBefore, cpuAfter, demand),
    },
  };
}

/** How long an answer for 50 SKUs takes, counted from when it was due, at 1,000 a second while 100 orders a second run. */
async function availability(name: string, must: number, hub: BenchHub): Promise<BenchRow> {
  const seconds = 10;
  const ordersPerSecond = 100;
  await sendAll(hub.url, WARM_UP, 32, (index) => request(`w${index}`, SKUS, index));
  await askSteadily(hub.api, { perSecond: 500, seconds: 2, skus: SKUS });
  const requests = Array.from({ length: 2 * seconds * ordersPerSecond }, (_, index) =>
    request(`a${index}`, SKUS, index),
  );
  let isOver = false;
  const ordering = sendSteadily(hub.url, {
    perSecond: ordersPerSecond,
    requests,
    isOver: () => isOver,
  });
  const cpuBefore = await hub.cpu();
  const { lastedMs, lateMs, oldestMs } = await askSteadily(hub.api, {
    perSecond: 1_000,
    seconds,
    skus: SKUS,
  });
  const cpuAfter = await hub.cpu();
  isOver = true;
  const orders = await ordering;
  const value = Number(percentile(lastedMs, 0.99).toFixed(1));
  return {
    name,
    value,
    unit: 'ms, p99 of answers for 50 SKUs at 1,000/s while 100 orders/s run',
    must,
    lowerIsBetter: true,
    ceiling: must,
    ratio: Number((value / must).toFixed(2)),
    details: {
      'p50 ms': Number(percentile(lastedMs, 0.5).toFixed(1)),
      'p90 ms': Number(percentile(lastedMs, 0.9).toFixed(1)),
      answers: lastedMs.length,
      'generator late p99 ms': Number(percentile(lateMs, 0.99).toFixed(1)),
      'oldest figure ms': oldestMs,
      ...cpuEach(cpuBefore, cpuAfter, lastedMs.length),
      'orders/s': Math.round(orders / seconds),
    },
  };
}

/** From when a movement of stock was due until a store has accepted it, at 500 movements a second of 500 SKUs. */
async function stockLag(name: string, must: number, kind: 'pglite' | 'postgres'): Promise<BenchRow> {
  const perSecond = 500;
  const { database, remove } =
    kind === 'postgres'
      ? await createDatabase('postgres')
      : { database: null, remove: async () => undefined };
  const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-bench-'));
  try {
    const place = database?.url ? { url: database.url } : { dataDir };
    const { lastedMs, batches } = await measureStockLag(place, { perSecond, seconds: 20, skus: SKUS });
    const value = Math.round(percentile(lastedMs, 0.5));
    return {
      name,
      value,
      unit: `ms, median from a movement to the store's acceptance, at ${perSecond} movements/s`,
      must,
      lowerIsBetter: true,
      ceiling: must,
      ratio: Number((value / must).toFixed(2)),
      details: {
        'p90 ms': Math.round(percentile(lastedMs, 0.9)),
        'p99 ms (must: 1000)': Math.round(percentile(lastedMs, 0.99)),
        movements: lastedMs.length,
        'calls that write': batches,
      },
    };
  } finally {
    await remove();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The share of a store's permitted points that is used while there is a backlog: the least of all plans that are measured. */
async function budgetUse<Plan extends string>(
  name: string,
  must: number,
  plans: readonly Plan[],
  measureUse: (dataDir: string, plan: Plan) => Promise<BudgetUse>,
): Promise<BenchRow> {
  const details: Record<string, number> = {};
  let value = 100;
  for (const plan of plans) {
    const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-bench-'));
    try {
      const use = await measureUse(dataDir, plan);
      value = Math.min(value, use.usedPercent);
      details[`${plan}: used %`] = use.usedPercent;
      details[`${plan}: throttled %`] = use.throttledPercent;
      details[`${plan}: points/s`] = use.pointsPerSecond;
      details[`${plan}: calls`] = use.calls;
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
  return {
    name,
    value,
    unit: '% of the permitted cost points, while there is a backlog',
    must,
    ceiling: 100,
    ratio: Number((value / 100).toFixed(3)),
    details,
  };
}

/** All that a store shows as stock, read in bulk, compared and healed; and the same for a tenth of it: memory shall be the same. */
async function reconcile(name: string, must: number): Promise<BenchRow> {
  const places = Number(values.orders ?? 1_000_000);
  const tenth = await measureReconciliation(places / 10 / LOCATIONS);
  const whole = await measureReconciliation(places / LOCATIONS);
  if (whole.levels !== places) throw new Error(`${whole.levels} of ${places} SKU-locations were compared`);
  const value = Number(whole.seconds.toFixed(1));
  return {
    name,
    value,
    unit: `s to reconcile ${places} SKU-locations, with the store’s bulk operation`,
    must,
    lowerIsBetter: true,
    ceiling: must,
    ratio: Number((value / must).toFixed(2)),
    details: {
      healed: whole.healed,
      'peak MB': megabytes(whole.peakBytes),
      'idle MB': megabytes(whole.idleBytes),
      'peak MB with a tenth': megabytes(tenth.peakBytes),
      's with a tenth': Number(tenth.seconds.toFixed(1)),
    },
  };
}
