/** `crossdock contracts`: does what we send fit what the vendors have published, and for how long. */
import type { Command } from 'commander';
import { Clock } from '../base/clock.ts';
import type { ContractReport, DocumentReport } from '../connectors/contract.ts';
import { type CommonOptions, configFileOf, UsageError, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

export function contractsCommand(program: Command): void {
  const contracts = program
    .command('contracts')
    .description('requests to vendors: check them against what the vendors have published')
    .addHelpText('after', '\nExample:\n  crossdock contracts check');
  withCommonOptions(contracts.command('check'))
    .description(
      'check every request of every connection against its API version and later ones: what would break, and when, and what is deprecated; without a configuration, of every connector in every version. Calls nobody; ends with 1 where something in use is invalid',
    )
    .option('--all', 'every connector in every version, whatever is configured')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock contracts check --json\n  crossdock contracts check --all',
    )
    .action(check);
}

export type Checked = ContractReport & { connection: string; ok: boolean };

async function check(options: CommonOptions & { all?: boolean }): Promise<void> {
  const file = options.all ? null : configured(options);
  const now = new Clock().now();
  const reports = file === null ? await ofAllVersions(now) : await ofConnections(file, now);
  show(options.json, reports, contractsText);
  if (reports.some(({ ok }) => !ok)) process.exitCode = 1;
}

/** The configuration file; null: none is there, and none was asked for. */
function configured(options: CommonOptions): string | null {
  try {
    return configFileOf(options);
  } catch (error) {
    if (options.config === undefined && error instanceof UsageError) return null;
    throw error;
  }
}

async function ofAllVersions(now: number): Promise<Checked[]> {
  const { CONNECTORS } = await import('../main.ts');
  const reports: Checked[] = [];
  for (const { manifest, contracts } of CONNECTORS)
    for (const version of contracts?.versions ?? []) {
      const report = await contracts?.check(version, now);
      if (report) reports.push({ connection: manifest.name, ok: report.documents.every(isValid), ...report });
    }
  return reports;
}

async function ofConnections(file: string, now: number): Promise<Checked[]> {
  const { CONNECTORS, readConfiguration } = await import('../main.ts');
  const { config } = readConfiguration(file);
  const reports: Checked[] = [];
  for (const { id, connector: name, settings } of config.connections) {
    const connector = CONNECTORS.find(({ manifest }) => manifest.name === name);
    const report = await connector?.checkContracts?.(connector.settings.parse(settings), now);
    if (report) reports.push({ connection: id, ok: report.documents.every(isValid), ...report });
  }
  return reports;
}

/** What a person reads. */
export function contractsText(reports: readonly Checked[]): string {
  return reports.length === 0
    ? 'No connection has a vendor that publishes its API as a schema.'
    : reports.map(textOf).join('\n\n');
}

const isValid = ({ problems }: DocumentReport): boolean => problems.length === 0;

function textOf(report: Checked): string {
  const rows = report.documents.map((document) => [document.name, stateOf(document)]);
  return [headOf(report), table(['request', 'state'], rows), ...deprecatedIn(report)].join('\n');
}

function headOf({ connection, version, served, supportedUntil, checkedWith }: Checked): string {
  const answers = served === version ? '' : `, which has ended: ${served} answers`;
  const until =
    supportedUntil === null ? 'it may change at any time' : `supported until ${time(supportedUntil)} UTC`;
  const checked = checkedWith === served ? '' : `; checked with ${checkedWith}`;
  return `${connection}: API version ${version}${answers}; ${until}${checked}`;
}

function stateOf({ problems, breaks }: DocumentReport): string {
  if (problems.length > 0) return `INVALID: ${problems.join(' ')}`;
  const [first] = breaks;
  if (!first) return 'valid, in later versions too';
  const when = first.from === null ? 'at any time' : `which answers from ${time(first.from)} UTC`;
  return `valid; breaks with ${first.version}, ${when}: ${first.problems.join(' ')}`;
}

function deprecatedIn({ documents }: ContractReport): string[] {
  const lines = new Set(
    documents.flatMap(({ name, deprecated, deprecatedLater }) => [
      ...deprecated.map(({ what, reason }) => `  ${name}: ${what}: ${reason}`),
      ...deprecatedLater.map(
        ({ what, reason, version }) => `  ${name}: ${what} (from ${version}): ${reason}`,
      ),
    ]),
  );
  return lines.size === 0 ? ['Nothing that is deprecated is used.'] : ['Deprecated, and in use:', ...lines];
}
