/** `crossdock connections`: channels and systems, and how far each is behind. */

import type { Command } from 'commander';
import { counted } from '../base/words.ts';
import type { ConnectionCheck, ConnectionItem, ConnectionList, Removed } from '../gateway/api-types.ts';
import { askYes } from './ask.ts';
import { type CommonOptions, connect, type HubClient, UsageError, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

export function connectionsCommand(program: Command): void {
  const connections = program
    .command('connections')
    .description('channels and systems: list, check, pause, resume, remove')
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
  removeCommand(connections);
}

interface RemoveOptions extends CommonOptions {
  force?: boolean;
  yes?: boolean;
}

function removeCommand(connections: Command): void {
  withCommonOptions(connections.command('remove <id>'))
    .description(
      'give a connection up: its webhook subscriptions end, its credentials are forgotten, it leaves the configuration; its orders and their stories stay',
    )
    .option('--yes', 'do not ask')
    .option('--force', 'also while orders of it are open, or commands wait for it')
    .addHelpText('after', '\nExample:\n  crossdock connections remove shopify-example --yes')
    .action(remove);
}

async function remove(id: string, options: RemoveOptions): Promise<void> {
  const client = await connect(options);
  try {
    // Nobody is asked about what is not there.
    await mustBeThere(client, id);
    if (!options.yes && !(await askYes(`Remove the connection ${id}? [y/N] `)))
      throw new UsageError('Nothing was removed. Where nobody can be asked, give --yes.');
    const path = `/v1/connections/${encodeURIComponent(id)}?force=${options.force === true}`;
    const removed = await client.call<Removed>('DELETE', path);
    show(options.json, removed, removedText);
  } finally {
    await client.close();
  }
}

async function mustBeThere(client: HubClient, id: string): Promise<void> {
  const { connections } = await client.call<ConnectionList>('GET', '/v1/connections');
  if (connections.some((each) => each.id === id)) return;
  throw new Error(
    `There is no connection "${id}".\nThere are: ${connections.map((each) => each.id).join(', ')}.`,
  );
}

function removedText({ id, removed, problems, openOrders, waitingCommands, restart }: Removed): string {
  return [
    `✓ ${id} is removed: it is out of the configuration, and its credentials are forgotten. Its orders and their stories stay.`,
    ...removed.map((each) => `✓ ${each}`),
    ...problems.map((each) => `! ${each}`),
    ...(openOrders > 0
      ? [
          `! ${counted(openOrders, 'order of it is', 'orders of it are')} open, and go on at the other systems`,
        ]
      : []),
    ...(waitingCommands > 0
      ? [`! ${counted(waitingCommands, 'command waits', 'commands wait')} until it is connected again`]
      : []),
    ...(restart === null
      ? []
      : [`! The hub that runs works on as before: ${restart}\n  Mend that, then restart the hub.`]),
  ].join('\n');
}

/** What a connection is doing, in a few words. */
export function stateOf({ paused, redactedAt, shadow, problem, lane, care }: ConnectionItem): string {
  if (redactedAt !== null) return 'redacted: its store has left';
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
