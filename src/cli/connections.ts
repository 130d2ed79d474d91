/** `crossdock connections`: channels and systems, and how far each is behind. */

import type { Command } from 'commander';
import { counted } from '../base/words.ts';
import type { ConnectionCheck, ConnectionItem, ConnectionList } from '../gateway/api-types.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

export function connectionsCommand(program: Command): void {
  const connections = program
    .command('connections')
    .description('channels and systems: list, check, pause, resume')
    .addHelpText('after', '\nExamples:\n  crossdock connections list\n  crossdock connections pause erp');
  withCommonOptions(connections.command('list'))
    .description('all connections, what waits for each, and what is wrong')
    .addHelpText('after', '\nExample:\n  crossdock connections list --json')
    .action(list);
  withCommonOptions(connections.command('check <id>'))
    .description('ask a system whether it can be reached and our credentials suffice')
    .addHelpText('after', '\nExample:\n  crossdock connections check erp')
    .action(check);
  for (const act of ['pause', 'resume'] as const) {
    withCommonOptions(connections.command(`${act} <id>`))
      .description(
        act === 'pause'
          ? 'send nothing more to a system; what is under way ends, the rest waits in order'
          : 'let a paused system be told what has waited',
      )
      .addHelpText('after', `\nExample:\n  crossdock connections ${act} erp`)
      .action((id: string, options: CommonOptions) => change(act, id, options));
  }
}

/** What a connection is doing, in a few words. */
export function stateOf({ paused, shadow, problem, lane, care }: ConnectionItem): string {
  if (shadow && problem === null && !paused) return 'shadow: nothing is sent';
  if (problem !== null) return `problem: ${problem}`;
  if (paused) return 'paused';
  const [warning] = care?.warnings ?? [];
  if (warning !== undefined) return `warning: ${warning}`;
  if (lane === null) return 'worked when the hub runs';
  if (!lane.leased) return 'worked by another process';
  return lane.waitsUntil === null ? 'works' : `waits until ${time(lane.waitsUntil)} UTC`;
}

async function list(options: CommonOptions): Promise<void> {
  const client = await connect(options);
  try {
    const { connections } = await client.call<ConnectionList>('GET', '/v1/connections');
    show(options.json, connections, (rows) =>
      table(
        ['connection', 'connector', 'roles', 'waiting', 'since (UTC)', 'state'],
        rows.map((row) => [
          row.id,
          row.connector,
          row.roles.join(', '),
          row.backlog || '',
          time(row.oldestSince),
          stateOf(row),
        ]),
      ),
    );
  } finally {
    await client.close();
  }
}

async function check(id: string, options: CommonOptions): Promise<void> {
  const client = await connect(options);
  try {
    const path = `/v1/connections/${encodeURIComponent(id)}/check`;
    const result = await client.call<ConnectionCheck>('POST', path, {});
    show(options.json, result, ({ ok, message }) => `${ok ? '✓' : '✗'} ${id}: ${message}`);
    if (!result.ok) process.exitCode = 1;
  } finally {
    await client.close();
  }
}

async function change(act: 'pause' | 'resume', id: string, options: CommonOptions): Promise<void> {
  const client = await connect(options);
  try {
    const path = `/v1/connections/${encodeURIComponent(id)}/${act}`;
    const item = await client.call<ConnectionItem>('POST', path, {});
    show(
      options.json,
      item,
      (row) => `${row.id}: ${stateOf(row)}; ${counted(row.backlog, 'command waits', 'commands wait')}`,
    );
  } finally {
    await client.close();
  }
}
