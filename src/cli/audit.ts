/** `crossdock audit`: do the invariants hold? */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { AuditReport } from '../audit/audit.ts';
import type { Outside } from '../audit/books.ts';
import {
  type CommonOptions,
  connect,
  databaseUrlOf,
  runningHub,
  UsageError,
  withCommonOptions,
} from './context.ts';
import { show } from './print.ts';

/** A page of a terminal or two. */
const FINDINGS_SHOWN = 50;

export function auditCommand(program: Command): void {
  withCommonOptions(program.command('audit'))
    .description('check the invariants on our tables, and on the books of a sandbox')
    .option(
      '--sandbox <url>',
      'control server of the sandbox retailer, whose books are compared; without it what needs them is listed as not compared',
    )
    .addHelpText(
      'after',
      '\nWithout the books of a sandbox --json lists what needs them under notCompared, not under invariants.\nExit code 1: an invariant does not hold.\n\nExamples:\n  crossdock audit\n  crossdock audit --sandbox http://127.0.0.1:9000 --json',
    )
    .action(runAudit);
}

async function runAudit(options: CommonOptions & { sandbox?: string }): Promise<void> {
  const url = databaseUrlOf(options);
  let report: AuditReport;
  if (!url && runningHub(options.data)) {
    const client = await connect(options);
    report = await client.call<AuditReport>(
      'POST',
      '/v1/audit',
      options.sandbox ? { sandbox: options.sandbox } : {},
    );
  } else {
    const [{ auditDatabase }, { reachDatabase }, { PROCESSES }] = await Promise.all([
      import('../audit/audit.ts'),
      import('../main.ts'),
      import('../engine/turn.ts'),
    ]);
    if (!url && !existsSync(join(options.data, 'pg')))
      throw new UsageError(
        `${options.data} holds no database. Name the directory of the hub that you want to audit: --data DIR, or its --database-url.`,
      );
    const database = await reachDatabase(url ? { url } : { dataDir: options.data });
    try {
      report = await auditDatabase(database, {
        processes: PROCESSES,
        outside: options.sandbox ? await outsideOf(options.sandbox) : null,
        working: false,
      });
    } finally {
      await database.close();
    }
  }
  show(options.json, report, (found) =>
    [
      `${found.orders} orders, ${found.closed} finished, ${found.openCases.length} open cases; ${found.lost} lost, ${found.doubled} doubled, ${found.oversold} oversold`,
      ...Object.entries(found.invariants).map(([name, holds]) => `${holds ? '✓' : '✗'} ${name}`),
      ...found.notCompared.map((name) => `– ${name}: not compared`),
      ...findingLines(found.findings.slice(0, FINDINGS_SHOWN)),
      ...(found.findings.length > FINDINGS_SHOWN
        ? [`  and ${found.findings.length - FINDINGS_SHOWN} more: --json tells them`]
        : []),
      ...(found.notCompared.length === 0
        ? []
        : ['Only our own tables were read: with --sandbox URL the books of a sandbox are compared.']),
    ].join('\n'),
  );
  if (!Object.values(report.invariants).every(Boolean)) process.exitCode = 1;
}

/** Each with its order; what to do stands below those that it is said of. */
function findingLines(findings: AuditReport['findings']): string[] {
  return [...Map.groupBy(findings, (finding) => finding.suggestedFix)].flatMap(([fix, found]) => [
    ...found.map(
      ({ invariant, key, message }) => `  ${[invariant, key, message].filter(Boolean).join(': ')}`,
    ),
    `    → ${fix}`,
  ]);
}

async function outsideOf(sandbox: string): Promise<Outside> {
  const { readOutside } = await import('../audit/books.ts');
  try {
    return await readOutside(sandbox);
  } catch (error) {
    throw new UsageError(
      `The books of the sandbox at ${sandbox} cannot be read: ${error instanceof Error ? error.message : String(error)}. Its address stands in sandbox.json of its hub's data directory.`,
    );
  }
}
