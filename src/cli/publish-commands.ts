/** Writes docs/reference/commands.md anew from the commands themselves: node src/cli/publish-commands.ts */
import { writeFileSync } from 'node:fs';
import type { Command, Help } from 'commander';

/** Where the page stands in the repository. */
export const COMMANDS_FILE = new URL('../../docs/reference/commands.md', import.meta.url);

/** What is shown must not depend on who writes the page. */
const OF_THE_PERSON = ['USER', 'CROSSDOCK_DATA', 'DATABASE_URL'];

/** The page as it is published. */
export async function commandsText(): Promise<string> {
  for (const name of OF_THE_PERSON) delete process.env[name];
  const { createProgram } = await import('./program.ts');
  const program = createProgram();
  return `${[
    '# Commands',
    'In a checkout `npx crossdock …` runs them. Every command has `--help` with examples and `--json`. Beside a running hub on the embedded database a command talks to it over loopback. Exit code 0: done; 1: it failed, or found something wrong; 2: the command was called wrongly.',
    '',
    'This page is written from the commands: `node src/cli/publish-commands.ts`.',
    ...leavesOf(program).flatMap(section),
  ].join('\n')}\n`;
}

function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function section(command: Command): string[] {
  const help: Help = command.createHelp();
  const rows = help
    .visibleOptions(command)
    .filter((option) => option.long !== '--help')
    .map(
      (option) =>
        `| \`${option.flags.replaceAll('|', '\\|')}\` | ${option.description.replaceAll('|', '\\|')}${option.defaultValue === undefined ? '' : ` (default: ${String(option.defaultValue)})`} |`,
    );
  return [
    '',
    `## ${help.commandUsage(command).replace(' [options]', '')}`,
    `${help.commandDescription(command)}.`,
    ...examplesOf(command),
    '',
    '| option | meaning |',
    '| --- | --- |',
    ...rows,
  ];
}

/** The examples stand in what is added after the help. */
function examplesOf(command: Command): string[] {
  let added = '';
  command.configureOutput({ writeOut: (text) => (added += text) });
  command.outputHelp();
  const lines = added.split(/\n\s*Examples?:\n/)[1]?.trimEnd();
  return lines === undefined ? [] : ['', '```sh', ...lines.split('\n').map((line) => line.trim()), '```'];
}

if (import.meta.main) {
  writeFileSync(COMMANDS_FILE, await commandsText());
  console.log('docs/reference/commands.md is current');
}
