/** `crossdock money-cases`: a table of cases with the journals that are expected, beside what the books make of them. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { MoneyCases } from '../domain/books/cases/format.ts';
import { type CaseResult, runCase } from '../domain/books/cases/run.ts';
import { UsageError } from './context.ts';
import { show } from './print.ts';

interface FileResult {
  file: string;
  theme: string;
  cases: CaseResult[];
}

export function moneyCasesCommand(program: Command): void {
  program
    .command('money-cases <files...>')
    .description('run tables of money cases: expected journals beside what the books make of them')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  crossdock money-cases docs/examples/money-cases/*.yaml\nThe exit code is 1 where a case differs. docs/reference/money-cases.md tells of the format.',
    )
    .action((files: string[], options: { json?: boolean }) => {
      const results = files.map(runFile);
      show(options.json, results, moneyCasesText);
      if (results.some(({ cases }) => cases.some(({ passed }) => !passed))) process.exitCode = 1;
    });
}

/** Reads a file of cases and runs them. Throws a UsageError that names the case where it cannot be read. */
export function runFile(file: string): FileResult {
  let content: unknown;
  try {
    // Every scalar is text: amounts must not become doubles, nor "no" a truth.
    content = parse(readFileSync(file, 'utf8'), { schema: 'failsafe' });
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const read = MoneyCases.safeParse(content);
  if (!read.success) {
    const lines = read.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new UsageError(`${file} is no table of money cases:\n${lines.join('\n')}`);
  }
  const cases = read.data.cases.map((each) => {
    try {
      return runCase(each);
    } catch (error) {
      throw new UsageError(`${file}, case ${each.id}: ${(error as Error).message}`);
    }
  });
  return { file, theme: read.data.theme, cases };
}

/** As an accountant reads it: each case a line, and of those that differ every step. */
export function moneyCasesText(results: readonly FileResult[]): string {
  const lines: string[] = [];
  for (const { theme, cases } of results) {
    lines.push(theme);
    for (const each of cases) {
      lines.push(`  ${each.passed ? 'ok     ' : 'DIFFERS'}  ${each.id.padEnd(6)} ${each.situation}`);
      if (!each.passed) lines.push(...differencesOf(each));
    }
  }
  const all = results.flatMap(({ cases }) => cases);
  const bad = all.filter(({ passed }) => !passed).length;
  lines.push('', `${all.length} cases: ${bad === 0 ? 'all as expected' : `${bad} differ`}`);
  return lines.join('\n');
}

function differencesOf({ steps, differences }: CaseResult): string[] {
  return [
    ...steps.flatMap(({ on, acts, expected, posted }) => [
      `             ${on}  ${acts.join(', ')}`,
      `               expected  ${expected}`,
      `               posted    ${posted}`,
    ]),
    ...differences.map((words) => `             ${words}`),
  ];
}
