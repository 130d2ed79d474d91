/** `crossdock import`: orders that are read from their channel now. */
import type { Command } from 'commander';
import type { ImportReport } from '../gateway/api-types.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show, table } from './print.ts';

interface ImportOptions extends CommonOptions {
  by: string;
  wait: string;
}

/** Orders that one call asks for. */
const AT_ONCE = 50;
/** Ends of which a person must know. */
const FAILED: ReadonlySet<string> = new Set(['refused', 'missing', 'ambiguous', 'unreachable']);

export function importCommand(program: Command): void {
  withCommonOptions(program.command('import <connection> <orders...>'))
    .description(
      'read orders from their channel now, known or not; ORDER is an id, a global id (gid://…), a key (CONNECTION/ID) or a name (#1001)',
    )
    .option('--by <name>', 'who asks, for the story', process.env.USER ?? 'command line')
    .option('--wait <seconds>', 'how long to wait for what comes of it', '15')
    .addHelpText(
      'after',
      "\nExamples:\n  crossdock import shopify-northlight '#1001' '#1002'\n  crossdock import shopify-northlight gid://shopify/Order/5550001 --json",
    )
    .action(importNow);
}

async function importNow(
  connection: string,
  orders: readonly string[],
  options: ImportOptions,
): Promise<void> {
  const client = await connect(options);
  try {
    const path = `/v1/connections/${encodeURIComponent(connection)}/imports`;
    const waitMs = Math.round(Number(options.wait) * 1_000);
    const told: ImportReport['orders'] = [];
    for (let from = 0; from < orders.length; from += AT_ONCE) {
      const body = { orders: orders.slice(from, from + AT_ONCE), by: options.by, waitMs };
      told.push(...(await client.call<ImportReport>('POST', path, body)).orders);
    }
    show(
      options.json,
      told,
      (rows) =>
        `${table(
          ['asked', 'order', 'end', 'what came of it'],
          rows.map((row) => [row.asked, row.key ?? '', row.end, row.message]),
        )}${client.live ? '' : '\nWhat is asked for is read when the hub runs.'}`,
    );
    if (told.some((each) => FAILED.has(each.end))) process.exitCode = 1;
  } finally {
    await client.close();
  }
}
