/** `crossdock shadow`: what would have been sent, where everything is decided and nothing is sent. */
import type { Command } from 'commander';
import type { ShadowList } from '../gateway/api-types.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

interface ShadowOptions extends CommonOptions {
  connection?: string;
  limit: string;
  whole?: boolean;
}

export function shadowCommand(program: Command): void {
  const shadow = program
    .command('shadow')
    .description('what a hub in shadow has decided and not sent')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock start --shadow\n  crossdock shadow list --connection erp',
    );
  withCommonOptions(shadow.command('list'))
    .description('what would have been sent, newest first')
    .option('--connection <id>', 'only to this system, or of orders of this channel')
    .option('--limit <n>', 'how many at most', '50')
    .option('--whole', 'with all that would have been sent')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock shadow list --connection erp --whole\n  crossdock shadow list --json',
    )
    .action(list);
}

async function list(options: ShadowOptions): Promise<void> {
  const client = await connect(options);
  try {
    const query = new URLSearchParams({ limit: options.limit });
    if (options.connection !== undefined) query.set('connection', options.connection);
    const { commands } = await client.call<ShadowList>('GET', `/v1/shadow?${query}`);
    show(options.json, commands, (rows) => {
      if (rows.length === 0) return 'Nothing was held back.';
      if (options.whole)
        return rows
          .map(
            (row) =>
              `${time(row.at)}  ${row.title || row.orderKey}  ${row.command} to ${row.connection}\n${JSON.stringify(row.body, null, 2)}`,
          )
          .join('\n\n');
      return table(
        ['decided (UTC)', 'order', 'would have been sent', 'to', 'key'],
        rows.map((row) => [time(row.at), row.title || row.orderKey, row.command, row.connection, row.key]),
      );
    });
  } finally {
    await client.close();
  }
}
