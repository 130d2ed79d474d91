/** `crossdock stock pull`: an inventory system tells all its levels anew. */
import type { Command } from 'commander';
import type { LevelsState } from '../gateway/api-types.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show, time } from './print.ts';

interface PullOptions extends CommonOptions {
  by: string;
  show?: boolean;
}

export function pullCommand(stock: Command): void {
  withCommonOptions(stock.command('pull <connection>'))
    .description(
      'have an inventory system tell all its levels anew: they are compared with the ledger as they come, and what got lost on the way is put right',
    )
    .option('--show', 'only show when it was last done')
    .option('--by <name>', 'who asks', process.env.USER ?? 'command line')
    .addHelpText('after', '\nExamples:\n  crossdock stock pull wms\n  crossdock stock pull wms --show')
    .action(pull);
}

async function pull(connection: string, options: PullOptions): Promise<void> {
  const client = await connect(options);
  try {
    const path = `/v1/connections/${encodeURIComponent(connection)}/levels`;
    const state = options.show
      ? await client.call<LevelsState>('GET', path)
      : await client.call<LevelsState>('POST', path, { by: options.by });
    show(options.json, state, ({ wantedBy, askedAt }) => {
      const last = askedAt === null ? 'never before' : `last at ${time(askedAt)} UTC`;
      if (wantedBy === null) return `${connection}: all levels were asked for ${last}.`;
      return `${connection}: all levels are asked for${client.live ? '' : ' when the hub runs'} (${last}).`;
    });
  } finally {
    await client.close();
  }
}
