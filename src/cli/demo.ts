/** `crossdock demo`: two months of the sandbox retailer in a few minutes, and an audit of every order, unit and cent. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { counted } from '../base/words.ts';
import type { DemoReport } from '../demo/run.ts';
import { UsageError } from './context.ts';
import { table } from './print.ts';
import { storyText } from './story.ts';

interface DemoCommandOptions {
  orders: string;
  seed: string;
  faults: string;
  data?: string;
  databaseUrl?: string;
  erpDown?: boolean;
  kills?: string;
  json?: boolean;
}

export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('let a sandbox retailer trade until all is quiet, then audit every order, unit and cent')
    .option('--orders <n>', 'orders of the run', '200')
    .option('--seed <seed>', 'what the run is made from: the same seed, the same days', '7')
    .option('--faults <none|light|storm>', 'how bad the days are', 'none')
    .option('--data <dir>', 'keep the embedded database here (default: a temporary directory)')
    .option(
      '--database-url <url>',
      'an empty PostgreSQL database instead of the embedded one (default: $DATABASE_URL)',
    )
    .option('--erp-down', 'the ERP is down for an hour in the middle of the first order')
    .option('--kills <n>', 'times that the hub is killed with SIGKILL (default: by the faults)')
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock demo --orders 200\n  crossdock demo --orders 2000 --seed 7 --faults storm\n  crossdock demo --orders 500 --faults storm --database-url postgres://… --json',
    )
    .action(run);
}

async function run(options: DemoCommandOptions): Promise<void> {
  const orders = Number(options.orders);
  if (!Number.isInteger(orders) || orders < 1)
    throw new UsageError(`--orders "${options.orders}": expected a whole number from 1`);
  if (!['none', 'light', 'storm'].includes(options.faults))
    throw new UsageError(`--faults "${options.faults}": expected none, light or storm`);
  const databaseUrl = options.databaseUrl ?? process.env.DATABASE_URL;
  const dataDir = options.data ?? mkdtempSync(join(tmpdir(), 'crossdock-demo-'));
  const bar =
    options.json || !process.stdout.isTTY
      ? null
      : new SingleBar(
          { format: '  {bar} {value}/{total} orders · {day} · hub killed {kills}×', hideCursor: true },
          Presets.shades_classic,
        );
  bar?.start(orders, 0, { day: '', kills: 0 });
  try {
    const { runDemo } = await import('../demo/run.ts');
    const report = await runDemo({
      orders,
      seed: options.seed,
      faults: options.faults as 'none' | 'light' | 'storm',
      dataDir,
      ...(databaseUrl ? { databaseUrl } : {}),
      ...(options.erpDown ? { erpDownForAnHour: true } : {}),
      ...(options.kills === undefined ? {} : { kills: Number(options.kills) }),
      onProgress: ({ now, placed, kills }) =>
        bar?.update(Math.min(orders, placed), {
          day: new Date(now).toISOString().slice(0, 16).replace('T', ' '),
          kills,
        }),
    });
    bar?.stop();
    process.stdout.write(options.json ? `${JSON.stringify(jsonOf(report))}\n` : textOf(report, options.data));
    process.exitCode = report.ok ? 0 : 1;
  } finally {
    bar?.stop();
    if (!options.data) rmSync(dataDir, { recursive: true, force: true });
  }
}

function hotText({ sku, there, wanted, sold, cancelled, left }: NonNullable<DemoReport['hotSku']>): string {
  return `  A hot SKU (${sku}): ${there} were there and ${wanted} ordered; ${sold} have left, ${cancelled} were cancelled with an apology, ${left} are left`;
}

function closingText({ orders, payouts, accounts }: DemoReport['closing']): string {
  return `  Books: ${counted(orders, 'order')} and ${counted(payouts, 'payout')} looked at, ${counted(accounts, 'account')} compared with the finance system`;
}

function figuresText(figures: DemoReport['figures']): string {
  const each = Object.entries(figures).map(([connection, count]) => `${connection} ${count}`);
  return `  Figures of stock compared with the ledger: ${each.join(', ') || 'none'}`;
}

function jsonOf(report: DemoReport): object {
  const { orders, closed, plannedCases, lost, doubled, oversold, residuals, invariants, seconds } = report;
  return {
    orders,
    closed,
    openCases: report.openCases.length,
    plannedCases,
    lost,
    doubled,
    oversold,
    hotSku: report.hotSku,
    comparedStock: report.figures,
    comparedMoney: report.closing,
    residuals,
    invariants,
    seconds: Number(seconds.toFixed(1)),
    ok: report.ok,
    kills: report.kills,
    days: Number(report.days.toFixed(1)),
    unexpectedCases: report.unexpectedCases,
    missingCases: report.missingCases,
    findings: report.findings.slice(0, 100),
  };
}

const WORDS: Record<string, string> = {
  deliveriesReachAnEnd: 'Every delivery that was answered has reached an end',
  oneSalesOrderEach: 'One sales order in the ERP for each order',
  stockIsNeverOversold: 'Nothing promised beyond what is there; nothing leaks',
  moneyCloses: 'Channel, ERP, books and payouts close to the cent',
  neverTooMuchShippedOrRefunded: 'Never shipped more than ordered, refunded more than paid',
  staleNeverOverwrites: 'No old snapshot over a newer one',
  compensationsFinish: 'Everything undone is undone, or a case',
  systemsAgree: 'Channel, ERP, warehouse, stores and ledger agree',
  stateIsFoldOfJournal: 'Every state is the fold of its journal; the chains hold',
  noPersonalDataOutside: 'No personal data outside its table',
};

function textOf(report: DemoReport, dataDir: string | undefined): string {
  const reasons = new Map<string, number>();
  for (const { reason } of report.openCases) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const lines = [
    '',
    `  ${counted(report.orders, 'order')} in ${counted(Math.round(report.days), 'day')}, which took ${report.seconds.toFixed(0)} s${report.kills > 0 ? `; the hub was killed ${counted(report.kills, 'time')}` : ''}`,
    `  ${report.closed} finished · ${counted(report.openCases.length, 'open case')}, ${report.plannedCases} of them planted · ${report.lost} lost · ${report.doubled} doubled · ${report.oversold} oversold`,
    ...(report.hotSku ? [hotText(report.hotSku)] : []),
    figuresText(report.figures),
    closingText(report.closing),
    '',
    ...(report.story ? [...storyText(report.story, { indent: '  ' }), ''] : []),
    ...Object.entries(report.invariants).map(
      ([name, holds]) => `  ${holds ? '✓' : '✗'} ${WORDS[name] ?? name}`,
    ),
    '',
    table(
      ['  open cases', 'count'],
      [...reasons].sort().map(([reason, count]) => [`  ${reason}`, count]),
    ),
    '',
    ...report.unexpectedCases
      .slice(0, 20)
      .map((each) => `  ✗ unexpected case ${each.reason} of ${each.stream}: ${each.message}`),
    ...report.missingCases
      .slice(0, 20)
      .map((each) => `  ✗ planted, but not open: ${each.reason} of ${each.stream ?? each.connection}`),
    ...report.residuals
      .slice(0, 20)
      .map(
        (each) =>
          `  ✗ ${each.key}: ${each.amountMinor} minor units of ${each.currency} do not close (${each.kind})`,
      ),
    ...report.findings
      .slice(0, 40)
      .flatMap(({ invariant, key, message, suggestedFix }) => [
        `  ✗ ${[invariant, key, message].filter(Boolean).join(': ')}`,
        `    → ${suggestedFix}`,
      ]),
    report.ok ? '  All of it closes.' : '  Something is broken: see above.',
    dataDir ? `  Look at any order: crossdock orders list --data ${dataDir}` : '',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
